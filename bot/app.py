"""The one place where the parts are wired together."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.discord.typesetting import DiscordTypesetter
from adapters.loading.files import FileLoader
from adapters.loading.processes import ParserProcesses, ProcessLimits
from adapters.loading.sources import SourceLoader
from adapters.metrics import PrometheusMeter
from adapters.slack.typesetting import SlackTypesetter
from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.briefs import SqlBriefs
from adapters.storage.database import Database
from adapters.storage.inbox import SqlInbox
from adapters.storage.library import SqlLibrary
from adapters.storage.outbox import SqlOutbox
from adapters.storage.schedules import SqlSchedules
from adapters.storage.uploads import UploadFolder
from adapters.terminal.typesetting import TerminalTypesetter
from adapters.web.links import SignedLinks
from bot.briefing import Briefing
from bot.commands import Commands
from bot.config import Settings
from bot.correcting import Correcting
from bot.embedding import embedder_for
from bot.keeping import Keeping
from bot.linking import links_for
from bot.loading import Loading
from bot.materials import Materials
from bot.newsroom import Newsroom
from bot.occasions import Occasions
from bot.throttling import Throttle
from bot.timetable import Timetable
from bot.watching import FeedToRead, Folder, Watching
from briefs.answering import AnswerSettings
from briefs.briefing import Briefs
from briefs.composing import BriefSettings
from briefs.delivering_ports import Outbox
from briefs.errors import LibraryError
from briefs.measuring import Meter
from briefs.model import MAIN, Scope
from briefs.parts import Ending
from briefs.ports import Answers, Embedder, Inbox, Library, Loader, Uploads
from briefs.typesetting import Typesetter

if TYPE_CHECKING:
    from adapters.loading.fetching import Fetcher

DATABASE = "dateline.db"
ASKER_KEY = "asker.key"
UPLOADS = "uploads"

_log = logging.getLogger(__name__)

TYPESETTERS: Mapping[str, Typesetter] = {
    "discord": DiscordTypesetter(),
    "slack": SlackTypesetter(),
    "terminal": TerminalTypesetter(),
}
"""By platform: what can be posted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The parts that a command line needs to hold."""

    commands: Commands
    newsroom: Newsroom
    answers: Answers
    briefs: Briefs
    briefing: Briefing
    keeping: Keeping
    embedder: Embedder
    loader: Loader
    database: Database
    timetable: Timetable
    outbox: Outbox
    occasions: Occasions
    inbox: Inbox
    uploads: Uploads
    library: Library
    links: SignedLinks
    meter: Meter
    figures: Callable[[], bytes]
    """The measurements as Prometheus reads them; blocks."""


@contextlib.contextmanager
def assembled(
    settings: Settings, data: Path, *, stays: bool = False, embedder: Embedder | None = None
) -> Iterator[App]:
    """Yield the program over a data folder, and take it apart afterwards.

    Args:
        settings: What is configured.
        data: The data folder.
        stays: Whether it is a bot that goes on, and not a single command.
        embedder: What embeds, closed afterwards; None for what the settings ask for.

    Raises:
        LibraryError: The data folder or the database in it cannot be used.
        ConfigurationError: The secret that links are signed with is too short or cannot be read.
    """
    links = links_for(settings, data)
    typesetters = {
        **TYPESETTERS,
        "discord": DiscordTypesetter(links),
        "slack": SlackTypesetter(links),
    }
    meter = PrometheusMeter()
    database = Database(data / DATABASE)
    library = SqlLibrary(database, now=utc_now)
    answers = SqlAnswers(database, AskerKey(data / ASKER_KEY))
    keeping = Keeping(answers, days=settings.answers.keep_days, now=utc_now)
    embedder = embedder or embedder_for(settings.model)
    loader = loader_for(settings, library)
    newsroom = Newsroom(
        library=library,
        embedder=embedder,
        loading=Loading(library=library, embedder=embedder, loader=loader, meter=meter),
        settings=AnswerSettings(
            max_statements=settings.answers.max_statements,
            min_confidence=settings.answers.min_confidence,
        ),
        keeping=keeping,
        stays=stays,
        meter=meter,
        # What everybody may read shows nothing of what some may not see.
        counted=Scope(collections=frozenset({MAIN}) if settings.web.metrics == "public" else None),
    )
    briefs = SqlBriefs(database)
    briefing = Briefing(
        materials=Materials(
            newsroom=newsroom, library=library, embedder=embedder, briefs=briefs, now=utc_now
        ),
        briefs=briefs,
        settings=BriefSettings(max_points=settings.briefs.max_points),
        meter=meter,
    )
    outbox = SqlOutbox(database)
    timetable = Timetable(
        SqlSchedules(database),
        tuple(each.schedule for each in settings.schedules),
        typesetters,
        utc_now,
        settings.grants,
    )
    uploads = UploadFolder(data / UPLOADS)
    occasions = Occasions(
        timetable=timetable,
        briefing=briefing,
        briefs=briefs,
        library=library,
        outbox=outbox,
        typesetters=typesetters,
        now=utc_now,
    )
    try:
        yield App(
            commands=Commands(
                newsroom,
                briefing,
                Correcting(answers, briefs),
                timetable,
                throttle=Throttle(settings.limits.asks_per_minute),
                uploads=uploads,
                meter=meter,
            ),
            newsroom=newsroom,
            answers=answers,
            briefs=briefs,
            briefing=briefing,
            keeping=keeping,
            embedder=embedder,
            loader=loader,
            database=database,
            timetable=timetable,
            outbox=outbox,
            occasions=occasions,
            inbox=SqlInbox(database),
            uploads=uploads,
            library=library,
            links=links,
            meter=meter,
            figures=lambda: meter.exposition(_tallied(outbox)),
        )
    finally:
        loader.close()
        embedder.close()
        database.close()


def _tallied(outbox: SqlOutbox) -> Mapping[Ending, int] | None:
    """Return how many deliveries stand how; None where the database does not tell."""
    try:
        return outbox.tally()
    except LibraryError as error:
        _log.error("deliveries cannot be counted: %s", error)
        return None


def loader_for(settings: Settings, library: SqlLibrary) -> SourceLoader:
    """Return what reads sources; nothing is started yet."""
    limits = settings.limits

    def fetcher() -> "Fetcher":
        from adapters.loading.fetching import Fetcher  # noqa: PLC0415 - most commands fetch nothing

        return Fetcher(
            user_agent=f"Dateline/{version('dateline')} (self-hosted news reader)",
            page_bytes=limits.page_bytes,
        )

    return SourceLoader(
        files=FileLoader(max_bytes=limits.file_bytes),
        processes=ParserProcesses(limits=ProcessLimits(parse_seconds=limits.parse_seconds)),
        fetcher=fetcher,
        validators=library.validators,
        keep=library.save_validators,
    )


def watching_for(settings: Settings, app: App) -> Watching:
    """Return what loads the configured folders and feeds; nothing starts yet."""
    return Watching(
        app.commands,
        folders=[
            Folder(path=each.path, collection=each.collection, watch=each.watch)
            for each in settings.library.folders
        ],
        feeds=[
            FeedToRead(url=each.url, collection=each.collection, every_seconds=each.every_seconds)
            for each in settings.library.feeds
        ],
        loaded=app.library.sources,
    )


def utc_now() -> datetime:
    """Return the time now, aware."""
    return datetime.now(UTC)
