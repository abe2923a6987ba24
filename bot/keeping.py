"""Keeping answers: so that a person can come back to one, judge it, and have it forgotten."""

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from briefs.errors import LibraryError, UsageError, UserError
from briefs.keeping import KeptAnswer, Verdict
from briefs.model import Answer, Scope
from briefs.ports import Answers, GiveVerdict, Place, VerdictGiven

LONGEST_WHY = 2_000
"""Characters of what a person says of an answer."""

_ID_BYTES = 9
_CONVERSATIONS = 1_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_DAY_SECONDS = 24 * 60 * 60

_log = logging.getLogger(__name__)


class Keeping:
    """Keeps answers for some days, and gives them back to where they may be seen."""

    def __init__(self, answers: Answers, *, days: int, now: Callable[[], datetime]) -> None:
        """Keep answers for so many days, none at all for 0; `now` is aware."""
        self._answers = answers
        self._days = days
        self._now = now
        # What was asked last in a conversation, also where no answer is kept.
        self._lately: OrderedDict[str, str] = OrderedDict()

    async def last_question(self, thread: str) -> str | None:
        """Return the last question of a conversation, as it was understood; None: there is none.

        Raises:
            LibraryError: The database cannot be used.
        """
        if thread in self._lately:
            return self._lately[thread]
        if not self._days:
            return None
        kept = await asyncio.to_thread(self._answers.last_in, thread)
        if kept is None or kept.asked_at < self._oldest():
            return None
        return kept.answer.understood or kept.answer.question

    async def keep(self, answer: Answer, place: Place, scope: Scope, snapshot: int) -> Answer:
        """Keep an answer, and return it with its id.

        It is returned without an id where it is not kept: where nothing is loaded, where nothing
        is to be kept, and where keeping it fails, because an answer is not to be lost for that.
        """
        if place.thread is not None:
            self._lately[place.thread] = answer.understood or answer.question
            self._lately.move_to_end(place.thread)
            while len(self._lately) > _CONVERSATIONS:
                self._lately.popitem(last=False)
        try:
            if not self._days:
                # Some may be left from when answers were kept.
                await self.expire()
            elif answer.searched.loaded:
                return await asyncio.to_thread(self._kept, answer, place, scope, snapshot)
        except LibraryError as error:
            _log.error("an answer goes out without being kept: %s", error)
        return answer

    async def show(self, wanted: str, place: Place) -> KeptAnswer:
        """Return a kept answer to a place that may see all of it.

        Raises:
            UserError: There is none, or something of it may not be seen from there.
        """
        kept = None
        if self._days and _ID.fullmatch(wanted):
            kept = await asyncio.to_thread(self._answers.kept, wanted)
        if kept is None or kept.asked_at < self._oldest():
            raise UsageError(f"There is no answer {_shortened(wanted)}.{self._how_long()}")
        all_looked_at = _sees_all(place, kept.scope)
        # An abstention quotes next to nothing: what it says, it says of all that was looked at.
        visible = all(place.sees(each.collection) for each in kept.documents)
        if not visible or not (kept.answer.answered or all_looked_at):
            raise UserError(
                "This answer was made from articles that may not be seen from here. Ask again to "
                "get one from those that may."
            )
        return kept if all_looked_at else kept.uncounted()

    async def judge(self, given: GiveVerdict, place: Place) -> VerdictGiven:
        """Keep what a person says of an answer that may be seen from there.

        Raises:
            UserError: There is no such answer, it may not be seen, or the reason is too long.
        """
        why = (given.why or "").strip() or None
        if why is not None and (len(why) > LONGEST_WHY or not _is_unicode(why)):
            raise UsageError(f"Say why in at most {LONGEST_WHY:,} characters of plain text.")
        kept = await self.show(given.answer, place)
        verdict = Verdict(useful=given.useful, why=why, given_at=self._now())
        # Where nobody can be told apart, a place has one voice.
        person = place.person or place.channel
        if not await asyncio.to_thread(self._answers.give_verdict, kept.id, person, verdict):
            raise UsageError(f"There is no answer {kept.id} any more.{self._how_long()}")
        return VerdictGiven(answer=kept.id, useful=given.useful, why=why)

    async def expire(self) -> int:
        """Delete every answer that is older than it may be; say how many there were.

        Raises:
            LibraryError: The database cannot be used.
        """
        before, deleted = self._oldest(), 0
        while some := await asyncio.to_thread(self._expired, before):
            deleted += some
        return deleted

    def _expired(self, before: datetime) -> int:
        some = self._answers.expire(before)
        if some:
            # Here, and not where it is waited for: a stop may come in between.
            _log.info("answers older than %d days, deleted: %d", self._days, some)
        return some

    async def expire_daily(self) -> None:
        """Delete old answers now and every day, until cancelled."""
        while True:
            try:
                await self.expire()
            except LibraryError as error:
                _log.warning("old answers are deleted tomorrow instead: %s", error)
            await asyncio.sleep(_DAY_SECONDS)

    def _kept(self, answer: Answer, place: Place, scope: Scope, snapshot: int) -> Answer:
        identified = replace(answer, id=secrets.token_urlsafe(_ID_BYTES))
        kept = KeptAnswer(
            id=str(identified.id),
            answer=identified,
            channel=place.channel,
            asked_at=self._now(),
            scope=scope,
            snapshot=snapshot,
            thread=place.thread,
        )
        self._answers.keep(kept, place.person, self._oldest())
        return identified

    def _oldest(self) -> datetime:
        return self._now() - timedelta(days=self._days)

    def _how_long(self) -> str:
        if not self._days:
            return " Answers are not kept here (answers.keep_days = 0)."
        return f" Answers are kept for {self._days} {'day' if self._days == 1 else 'days'}."


def _sees_all(place: Place, scope: Scope) -> bool:
    """Say whether a place may see every collection that was looked at."""
    if place.collections is None:
        return True
    return scope.collections is not None and scope.collections <= place.collections


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _shortened(wanted: str) -> str:
    return wanted if _ID.fullmatch(wanted) else "of that id"
