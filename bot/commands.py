"""The one `CommandHandler`: what every adapter hands its commands to.

Only here does an error become words for a person.
"""

import asyncio
import logging
import secrets
from typing import TypeAlias

from bot.briefing import Briefing
from bot.correcting import Correcting
from bot.newsroom import Newsroom
from bot.timetable import Timetable
from briefs.briefing import ComposeBrief, Explain, ListBriefs, ShowBrief
from briefs.errors import UsageError, UserError
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
        ("/brief schedule", "lists the schedules of this channel"),
        (
            "/brief schedule NAME --when WORDS --timezone ZONE",
            "briefs this channel by itself: “weekdays at 08:00” (--topic --collection …)",
        ),
        ("/brief pause NAME", "lets a schedule rest; “resume” lets it go on, “delete” go"),
        ("/why SENTENCE", "says why a sentence is in the last brief here, or why not"),
        ("/source add PATH|URL…", "loads files, folders with all in them, pages and feeds"),
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

_Reading: TypeAlias = ListSources | ShowSource | ReportStatus | Help
_OfBriefs: TypeAlias = ComposeBrief | ListBriefs | ShowBrief | Explain
_OfSchedules: TypeAlias = AddSchedule | ListSchedules | ChangeSchedule
_ForAdmins: TypeAlias = AddSources | EditSource | RemoveSource | RestoreLines | RefreshSources


class Commands:
    """Carries out commands; nobody who types one is left without a reply."""

    def __init__(
        self,
        newsroom: Newsroom,
        briefing: Briefing | None = None,
        correcting: Correcting | None = None,
        timetable: Timetable | None = None,
    ) -> None:
        """Carry commands out in a newsroom, which need not compose briefs or keep anything."""
        self._newsroom = newsroom
        self._briefing = briefing
        self._correcting = correcting
        self._timetable = timetable

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Carry out a command, or say in a `Refusal` why not."""
        try:
            return await self._carried_out(command, place, progressed or _unheard)
        except UserError as error:
            _log.debug("refused %s", type(command).__name__, exc_info=True)
            return Refusal(message=str(error), exit_status=error.exit_status)
        except Exception:  # noqa: BLE001 - nobody is left without a reply
            reference = secrets.token_hex(4)
            _log.exception("failed %s, reference %s", type(command).__name__, reference)
            return Refusal(
                message=(
                    f"Something went wrong inside Dateline (reference {reference}). The log has "
                    "the details; please report it with them."
                ),
                exit_status=1,
            )

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
        if not place.admin:
            return Refusal(message="Only an admin can schedule briefs here.", exit_status=1)
        if isinstance(command, AddSchedule):
            return await asyncio.to_thread(self._timetable.add, command, place)
        return await asyncio.to_thread(self._timetable.change, command, place)

    async def _read(self, command: _Reading, place: Place) -> Reply:
        """Carry out what shows the library, and what can be typed."""
        match command:
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
        if not place.sees(command.collection):
            return Refusal(
                message=f"The collection {command.collection} cannot be changed from here.",
                exit_status=1,
            )
        return await self._newsroom.add(command, progressed)


def _unheard(_progress: Progress) -> None:
    """Let progress pass where nobody watches."""
