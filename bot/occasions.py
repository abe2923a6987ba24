"""What happens when a schedule is due: a brief is composed, laid out, and put into the outbox.

A brief counts as told to its channel from then on, so that the next one goes on from it, unless its
delivery fails: then the next one tells its news again. One that was composed in between, and waits,
is composed anew before it leaves.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from adapters.arranging import is_empty
from adapters.requesting import requested
from bot.briefing import Briefing
from bot.timetable import Timetable, place_of, timing_of
from briefs.briefing import Briefed, Briefs, ComposeBrief, KeptBrief, Line
from briefs.delivering_ports import (
    Cut,
    Outbox,
    Rechecked,
    Recomposed,
    Unchanged,
    Withdrawn,
)
from briefs.errors import UsageError
from briefs.parts import Delivery, Draft, Occurrence, Part, State
from briefs.ports import Library
from briefs.scheduling import GRACE, CatchUp, Missed, Schedule
from briefs.typesetting import Typesetter

EMPTY = "nothing is new"

SHORTEST_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=1)
"""How long a brief may wait to leave: until the next one is due, but within these."""

OURS = "!"
"""What the names begin with under which Dateline posts by itself; no schedule's name does."""

_log = logging.getLogger(__name__)


class Occasions:
    """Composes what is due, and looks at it again before it leaves."""

    def __init__(
        self,
        *,
        timetable: Timetable,
        briefing: Briefing,
        briefs: Briefs,
        library: Library,
        outbox: Outbox,
        typesetters: Mapping[str, Typesetter],
        now: Callable[[], datetime],
    ) -> None:
        """Take the parts; `now` is aware."""
        self._timetable = timetable
        self._grants = timetable.grants
        self._briefing = briefing
        self._briefs = briefs
        self._library = library
        self._outbox = outbox
        self._typesetters = typesetters
        self._now = now
        # One at a time: the next brief of a channel goes on from the one before.
        self._composing = asyncio.Lock()
        self.added: Callable[[], None] = _nobody
        """Is called when something was put into the outbox."""

    async def due(self, name: str, due: datetime) -> None:
        """Put the brief of an occurrence into the outbox, unless that was done before."""
        with requested():
            await self._put(name, due)

    async def _put(self, name: str, due: datetime) -> None:
        async with self._composing:
            if await asyncio.to_thread(self._outbox.has, name, due):
                return
            schedule = await asyncio.to_thread(self._timetable.find, name)
            if schedule is None:
                _log.info("The schedule %s was removed; its brief is not composed", name)
                return
            occurrence = self._occurrence(schedule, due)
            try:
                drafts, brief, reason = await self._laid_out(schedule, occurrence)
            except UsageError as error:
                # It would fail again and again: what is wrong is the schedule.
                drafts, brief, reason = (), None, str(error)
            occurrence = self._occurrence(schedule, due, brief)
            if reason is None:
                await asyncio.to_thread(self._outbox.add, occurrence, drafts)
            else:
                _log.warning("The brief of %s due %s is not sent: %s", name, due, reason)
                await asyncio.to_thread(self._outbox.add_unsent, occurrence, reason)
        self.added()

    async def passed_over(self, schedule: Schedule, found: Missed) -> None:
        """Keep for the history that occurrences were missed and are left out."""
        if found.last_left_out is None:
            return
        others = found.left_out - 1
        before = "" if not others else f", and {others:,} before it"
        why = "skips" if schedule.catch_up is CatchUp.SKIP else "does not make up for all of"
        reason = f"it was missed{before}, and the schedule {why} what was missed"
        occurrence = self._occurrence(schedule, found.last_left_out)
        await asyncio.to_thread(self._outbox.add_unsent, occurrence, reason)

    async def preview(self, schedule: Schedule) -> Briefed:
        """Compose the brief of a schedule as it would be now, and keep nothing of it."""
        wanted = ComposeBrief(topic=schedule.topic, here=True, preview=True)
        return await self._briefing.compose(wanted, place_of(schedule, self._grants), _unheard)

    async def recheck(self, delivery: Delivery, part: Part) -> Rechecked:
        """Say how a part may leave, after what was removed, withdrawn, or not delivered."""
        occurrence = delivery.occurrence
        if occurrence.schedule.startswith(OURS):
            return Unchanged()
        schedule = await asyncio.to_thread(self._timetable.find, occurrence.schedule)
        if any(each.state is not State.PENDING for each in delivery.parts):
            return await self._cut(occurrence, part)
        if schedule is None:
            return Withdrawn(reason="its schedule was removed before it left")
        if occurrence.brief is None:
            return Unchanged()
        kept = await asyncio.to_thread(self._kept, occurrence)
        if kept is not None and await self._still_holds(kept, delivery.parts):
            return Unchanged()
        return await self._anew(schedule, occurrence)

    async def _cut(self, occurrence: Occurrence, part: Part) -> Rechecked:
        """Say how a further part of a brief may leave that has begun to."""
        kept = await asyncio.to_thread(self._kept, occurrence)
        if kept is None:
            return Unchanged()
        if not kept.edition.within(self._grants.collections(occurrence.channel)):
            return Withdrawn(reason="the channel may not see any more what it is about")
        removed = await self._removed(kept)
        if removed.isdisjoint(part.documents):
            return Unchanged()
        typesetter = self._typesetters[occurrence.channel.partition(":")[0]]
        typesetter = typesetter.in_channel(occurrence.channel)
        draft = typesetter.without(part.body, kept.brief, removed)
        if draft is None:
            return Withdrawn(reason="an article of it was removed while it was being sent")
        return Cut(draft=draft)

    async def _still_holds(self, kept: KeptBrief, parts: tuple[Part, ...]) -> bool:
        """Say whether a brief of which nothing was sent can be sent as it is."""
        edition = kept.edition
        if not edition.within(self._grants.collections(edition.channel or "")):
            return False
        removed = await self._removed(kept)
        if any(not removed.isdisjoint(each.documents) for each in parts):
            return False
        # Does it go on from what was told last? What it went on from may have failed.
        line = Line(channel=edition.channel or "", topic=edition.topic)
        last = await asyncio.to_thread(
            self._briefs.last, line, edition.collections, edition.composed_at
        )
        return kept.brief.period.since == (None if last is None else last.edition.composed_at)

    async def _anew(self, schedule: Schedule, occurrence: Occurrence) -> Rechecked:
        async with self._composing:
            await asyncio.to_thread(self._briefs.take_back, occurrence.id)
            drafts, brief, reason = await self._laid_out(schedule, occurrence)
        if reason is not None:
            return Withdrawn(reason=reason)
        return Recomposed(drafts=drafts, brief=brief)

    async def _laid_out(
        self, schedule: Schedule, occurrence: Occurrence
    ) -> tuple[tuple[Draft, ...], str | None, str | None]:
        """Return the messages of a brief and its id, or why there is nothing to send."""
        typesetter = self._typesetters.get(schedule.channel.partition(":")[0])
        if typesetter is None:
            self._timetable.check_channel(schedule.channel)
            raise UsageError(f"{schedule.channel} cannot be posted to.")
        typesetter = typesetter.in_channel(schedule.channel)
        wanted = ComposeBrief(topic=schedule.topic, here=True)
        place = place_of(schedule, self._grants)
        briefed = await self._briefing.compose(wanted, place, _unheard, occurrence.id)
        if schedule.skip_if_empty and is_empty(briefed.brief):
            return (), None, EMPTY
        drafts = await asyncio.to_thread(
            typesetter.drafts, briefed.brief, self._remarks(schedule, occurrence)
        )
        return drafts, briefed.brief.id if briefed.kept else None, None

    def _remarks(self, schedule: Schedule, occurrence: Occurrence) -> tuple[str, ...]:
        if occurrence.composed - occurrence.due <= GRACE:
            return ()
        local = timing_of(schedule).local(occurrence.due)
        return (f"Late: this brief was due on {local:%Y-%m-%d at %H:%M} ({schedule.timezone}).",)

    def _occurrence(
        self, schedule: Schedule, due: datetime, brief: str | None = None
    ) -> Occurrence:
        now = self._now()
        following = timing_of(schedule).after(due) or due
        deadline = min(max(following, now + SHORTEST_LIFE), now + LONGEST_LIFE)
        return Occurrence(
            schedule=schedule.name,
            due=due,
            channel=schedule.channel,
            composed=now,
            deadline=deadline,
            brief=brief,
        )

    def _kept(self, occurrence: Occurrence) -> KeptBrief | None:
        """Return the brief of an occurrence as it was composed for its channel."""
        if occurrence.brief is None:
            return None
        return next(
            (
                each
                for each in self._briefs.kept(occurrence.brief)
                if each.edition.channel == occurrence.channel
                and each.brief.id == occurrence.brief
                and each.edition.occurrence in {None, occurrence.id}
            ),
            None,
        )

    async def _removed(self, kept: KeptBrief) -> frozenset[str]:
        moved = await asyncio.to_thread(self._library.moved, kept.edition.snapshot)
        return moved.removed


def _nobody() -> None:
    """Let pass that there is something to send, where nobody sends."""


def _unheard(_progress: object) -> None:
    """Let progress pass where nobody watches."""
