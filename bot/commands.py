"""The one `CommandHandler`: what every adapter hands its commands to.

Only here does an error become words for a person.
"""

import asyncio
import contextlib
import logging
import re
import secrets
import time
from typing import TypeAlias

from adapters.requesting import requested
from bot.briefing import Briefing
from bot.correcting import Correcting
from bot.newsroom import Newsroom
from bot.throttling import Throttle
from bot.timetable import Timetable
from briefs.briefing import ComposeBrief, Explain, ListBriefs, ShowBrief
from briefs.errors import ThrottledError, UsageError, UserError
from briefs.granting import OPERATOR
from briefs.measuring import UNMEASURED, Meter, Outcome, Stage
from briefs.model import MAIN, Answer, Status
from briefs.ports import (
    AddSources,
    Ask,
    Command,
    EditSource,
    GiveVerdict,
    Help,
    ListSources,
    Place,
    Progress,
    Progressed,
    Receipts,
    RefreshSources,
    Refusal,
    RemoveSource,
    Reply,
    ReportStatus,
    RestoreLines,
    ShowSource,
    ShowSources,
    Uploads,
    Usage,
)
from briefs.timetabling import AddSchedule, ChangeSchedule, ListSchedules

USAGE = Usage(
    lines=(
        ("/ask QUESTION", "answers from the loaded articles; so does typing the question alone"),
        ("/answer ID", "shows a kept answer again, and what has become of its articles"),
        ("/verdict ID no WHY", "says that an answer was not useful, or that it was: “yes”"),
        ("/brief now [TOPIC]", "what is new here since the last brief, on a topic or on all"),
        ("/brief preview [TOPIC]", "the same, and the next brief will tell it again"),
        ("/brief list", "lists the briefs that can be shown here, with their ids"),
        ("/brief history [TOPIC]", "lists the briefs of this channel"),
        ("/brief show ID", "shows a brief again, and what has become of its articles"),
        ("/brief schedule", "lists the schedules, in the terminal those of every channel"),
        (
            "/brief schedule NAME --when WORDS --timezone ZONE",
            "briefs this channel by itself: “weekdays at 08:00” (--topic --collection …)",
        ),
        ("/brief pause NAME", "lets a schedule rest; “resume” lets it go on, “delete” go"),
        ("/why SENTENCE", "says why a sentence is in the last brief here, or why not"),
        ("/source add URL…", "loads pages and feeds; in the terminal files and folders, too"),
        ("/source list", "lists the articles with their ids"),
        ("/source show ID", "shows one article; the beginning of its id is enough"),
        ("/source edit ID --outlet NAME", "sets what a source does not say (--title --author …)"),
        ("/source remove ID", "lets an article answer no more"),
        ("/source restore ID N…", "brings dropped lines back by their numbers"),
        ("/source refresh", "loads every source again"),
        ("/dateline status", "says what is loaded"),
        ("/dateline help", "shows these lines"),
    )
)

_log = logging.getLogger(__name__)

_URL = re.compile(r"https?://\S+", re.IGNORECASE)

_Reading: TypeAlias = ListSources | ShowSource | ReportStatus | Help
_OfBriefs: TypeAlias = ComposeBrief | ListBriefs | ShowBrief | Explain
_OfSchedules: TypeAlias = AddSchedule | ListSchedules | ChangeSchedule
_Weighty: TypeAlias = Ask | ComposeBrief | ListBriefs | ShowBrief | Explain
"""What everybody may ask for, and what costs something: so many times a minute."""
_ForAdmins: TypeAlias = AddSources | EditSource | RemoveSource | RestoreLines | RefreshSources


class Commands:
    """Carries out commands; nobody who types one is left without a reply."""

    def __init__(
        self,
        newsroom: Newsroom,
        briefing: Briefing | None = None,
        correcting: Correcting | None = None,
        timetable: Timetable | None = None,
        *,
        throttle: Throttle | None = None,
        uploads: Uploads | None = None,
        meter: Meter = UNMEASURED,
    ) -> None:
        """Carry commands out in a newsroom, which need not compose briefs or keep anything."""
        self._throttle = throttle
        self._meter = meter
        self._uploads = uploads
        self._newsroom = newsroom
        self._briefing = briefing
        self._correcting = correcting
        self._timetable = timetable

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Carry out a command, or say in a `Refusal` why not."""
        with requested():
            began = time.perf_counter()
            reply, outcome = await self._replied(command, place, progressed or _unheard)
            seconds = time.perf_counter() - began
            if isinstance(command, Ask):
                self._meter.asked(outcome)
                self._meter.took(Stage.QUESTION, seconds)
                _log.debug("the question was: %s", command.question)
            _log.info("%s %s in %.0f ms", type(command).__name__, outcome.value, seconds * 1000)
            return reply

    async def _replied(
        self, command: Command, place: Place, progressed: Progressed
    ) -> tuple[Reply, Outcome]:
        try:
            with self._admitted(command, place):
                reply = await self._carried_out(command, place, progressed)
        except UserError as error:
            _log.debug("refused %s", type(command).__name__, exc_info=True)
            refusal = Refusal(message=str(error), exit_status=error.exit_status)
            return refusal, _outcome_of(error)
        except Exception:  # noqa: BLE001 - nobody is left without a reply
            reference = secrets.token_hex(4)
            _log.exception("failed %s, reference %s", type(command).__name__, reference)
            refusal = Refusal(
                message=(
                    f"Something went wrong inside Dateline (reference {reference}). The log has "
                    "the details; please report it with them."
                ),
                exit_status=1,
            )
            return refusal, Outcome.FAILED
        refused = isinstance(reply, Refusal) or (isinstance(reply, Answer) and not reply.answered)
        return reply, Outcome.REFUSED if refused else Outcome.ANSWERED

    def _admitted(self, command: Command, place: Place) -> contextlib.AbstractContextManager[None]:
        if self._throttle is None or not isinstance(command, _Weighty):
            return contextlib.nullcontext()
        return self._throttle.admitted(place.person)

    async def _carried_out(  # noqa: PLR0911 - a return for each kind of command
        self, command: Command, place: Place, progressed: Progressed
    ) -> Reply:
        match command:
            case Ask():
                return await self._newsroom.ask(command, place, progressed)
            case ShowSources():
                return await self._newsroom.show_answer(command.answer, place)
            case GiveVerdict():
                return await self._newsroom.judge(command, place)
            case ComposeBrief() | ListBriefs() | ShowBrief() | Explain():
                return await self._briefed(command, place, progressed)
            case ListSources() | ShowSource() | ReportStatus() | Help():
                return await self._read(command, place)
            case AddSchedule() | ListSchedules() | ChangeSchedule():
                return await self._scheduled(command, place)
            case _:
                return await self._changed(command, place, progressed)

    async def _briefed(self, command: _OfBriefs, place: Place, progressed: Progressed) -> Reply:
        """Carry out what composes briefs or comes back to them."""
        if self._briefing is None:
            raise UsageError("Briefs are not composed here.")
        match command:
            case ComposeBrief():
                return await self._briefing.compose(command, place, progressed)
            case ListBriefs():
                return await self._briefing.listing(command, place)
            case ShowBrief():
                return await self._briefing.show(command.id, place)
            case Explain():
                return await self._briefing.explain(command, place, progressed)

    async def _scheduled(self, command: _OfSchedules, place: Place) -> Reply:
        """Carry out what sets schedules up, or shows them."""
        if self._timetable is None:
            raise UsageError("Nothing is scheduled here.")
        if isinstance(command, ListSchedules):
            return await asyncio.to_thread(self._timetable.listing, place)
        if not (place.admin or place.manages):
            return Refusal(
                message="Only an admin, or who manages this channel, can schedule briefs here.",
                exit_status=1,
            )
        if isinstance(command, AddSchedule):
            return await asyncio.to_thread(self._timetable.add, command, place)
        return await asyncio.to_thread(self._timetable.change, command, place)

    async def _read(self, command: _Reading, place: Place) -> Reply:
        """Carry out what shows the library, and what can be typed."""
        match command:
            case ListSources() | ShowSource() if not place.admin:
                return Refusal(message="Only an admin can look at the library here.", exit_status=1)
            case ListSources():
                return await self._newsroom.listing(place)
            case ShowSource():
                return await self._newsroom.show(command.id, place)
            case ReportStatus():
                return await self._newsroom.status(place)
            case Help():
                return USAGE

    async def _changed(self, command: _ForAdmins, place: Place, progressed: Progressed) -> Reply:
        """Carry out what changes the library, and tell what has cited what was changed."""
        reply = await self._managed(command, place, progressed)
        if self._correcting is None or not isinstance(reply, Receipts):
            return reply
        return await self._correcting.noted(reply)

    async def _managed(self, command: _ForAdmins, place: Place, progressed: Progressed) -> Reply:
        """Carry out what changes the library."""
        if not place.admin:
            return Refusal(message="Only an admin can change the library here.", exit_status=1)
        match command:
            case AddSources():
                return await self._added(command, place, progressed)
            case EditSource():
                return await self._newsroom.edit(command, place)
            case RemoveSource():
                return await self._newsroom.remove(command.id, place)
            case RestoreLines():
                return await self._newsroom.restore(command, place)
            case RefreshSources():
                return await self._newsroom.refresh(place, progressed)

    async def _added(self, command: AddSources, place: Place, progressed: Progressed) -> Reply:
        collection = command.collection or _usual_collection(place)
        if not place.sees(collection):
            return Refusal(
                message=f"The collection {collection} cannot be changed from here.",
                exit_status=1,
            )
        # Who types in a chat is not who may read the files of this machine.
        if not place.channel.startswith(OPERATOR):
            for each in command.sources:
                if not _URL.fullmatch(each):
                    raise UsageError(
                        f"“{each}” is no web address. Give one that begins with https://, or send "
                        "the file."
                    )
        reply = await self._newsroom.add(command, progressed, collection)
        if self._uploads is not None and command.uploads:
            useless = {
                each.source
                for each in reply.receipts
                if each.status in {Status.FAILED, Status.DUPLICATE}
            }
            await self._discard(useless.intersection(command.uploads), self._uploads)
        return reply

    async def _discard(self, sources: set[str], uploads: Uploads) -> None:
        """Let go of files that nothing was loaded from, here or in another collection."""
        for source in sources:
            if not await self._newsroom.has_source(source):
                await asyncio.to_thread(uploads.discard, source)


def _outcome_of(error: UserError) -> Outcome:
    match error:
        case ThrottledError():
            return Outcome.THROTTLED
        case UsageError():
            return Outcome.REFUSED
        case _:
            return Outcome.FAILED


def _usual_collection(place: Place) -> str:
    """Return where what is loaded in a place goes, unless somebody says otherwise."""
    if place.collections is None or MAIN in place.collections or not place.collections:
        return MAIN
    return min(place.collections)


def _unheard(_progress: Progress) -> None:
    """Let progress pass where nobody watches."""
