"""What every messenger promises to the deliveries, whatever its platform is.

A platform's test module derives from `MessengerContract` and gives a `Stage`: the real messenger
over a stand-in of its platform, and ways to make that misbehave.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from briefs.delivering_ports import Messenger
from briefs.outcomes import Absent, Failed, Found, Refused, Sent, Unknown, Unreadable
from briefs.parts import Part

LONG_AGO = timedelta(minutes=5)


class Stage(Protocol):
    """A platform to post on."""

    channel: str
    gone: str
    """A channel that is not there."""
    faults: frozenset[str]
    """Which of `lost reply`, `lost request`, `refused`, `broken` it can have."""

    @property
    def messenger(self) -> Messenger:
        """The real messenger."""

    def body(self, text: str) -> str:
        """Return the body of a part that says something."""

    def posted(self, text: str) -> int:
        """Say how many messages that people can read hold a text."""

    def fault(self, kind: str) -> None:
        """Let the next request to post meet a fault."""

    def mend(self) -> None:
        """Let all go well again."""


def part_of(stage: Stage, text: str, number: int = 1, occurrence: str = "o1") -> Part:
    """Return a part that says something."""
    return Part(occurrence=occurrence, number=number, body=stage.body(text))


async def found(stage: Stage, part: Part, root: str | None = None) -> Found:
    """Return where a part was found; it must be there."""
    looked = await stage.messenger.reconcile(stage.channel, part, _since(), root)
    assert isinstance(looked, Found), looked
    return looked


def _since() -> datetime:
    return datetime.now(UTC) - LONG_AGO


class MessengerContract:
    """The promises; `stage` is the fixture that a platform's tests give."""

    async def test_what_is_sent_is_posted_once_and_found(self, stage: Stage) -> None:
        """By its key, under the same remote id, however often it is looked for."""
        part = part_of(stage, "The ferry sails at noon.")
        sent = await stage.messenger.send(stage.channel, part)
        assert isinstance(sent, Sent), sent
        assert stage.posted("The ferry sails at noon.") == 1
        for _ in range(2):
            assert (await found(stage, part)).remote_id == sent.remote_id

    async def test_what_was_not_sent_is_absent(self, stage: Stage) -> None:
        """Though the same text was posted for another occurrence."""
        other = part_of(stage, "The ferry sails at noon.", occurrence="o2")
        assert isinstance(await stage.messenger.send(stage.channel, other), Sent)
        part = part_of(stage, "The ferry sails at noon.")
        looked = await stage.messenger.reconcile(stage.channel, part, _since())
        assert isinstance(looked, Absent)

    async def test_parts_follow_one_another(self, stage: Stage) -> None:
        """The further ones are found, too, given the first one's remote id."""
        first, second = part_of(stage, "One."), part_of(stage, "Two.", 2)
        sent = await stage.messenger.send(stage.channel, first)
        assert isinstance(sent, Sent)
        again = await stage.messenger.send(stage.channel, second, sent.remote_id)
        assert isinstance(again, Sent), again
        assert (await found(stage, second, sent.remote_id)).remote_id == again.remote_id
        assert (await found(stage, first)).remote_id == sent.remote_id

    async def test_a_channel_that_is_gone_is_a_failure_for_good(self, stage: Stage) -> None:
        """Nobody tries it again."""
        outcome = await stage.messenger.send(stage.gone, part_of(stage, "One."))
        assert isinstance(outcome, Failed)
        assert outcome.permanent
        assert outcome.reason

    async def test_a_lost_reply_is_doubt_and_the_part_is_found(self, stage: Stage) -> None:
        """It is there once, and must not be posted again."""
        if "lost reply" not in stage.faults:
            pytest.skip("nothing can be lost on this platform")
        part = part_of(stage, "The ferry sails at noon.")
        stage.fault("lost reply")
        outcome = await self._cut_off(stage, part)
        assert isinstance(outcome, Unknown), outcome
        stage.mend()
        await found(stage, part)
        assert stage.posted("The ferry sails at noon.") == 1

    async def test_a_lost_request_is_doubt_and_the_part_is_absent(self, stage: Stage) -> None:
        """It may be posted again."""
        if "lost request" not in stage.faults:
            pytest.skip("nothing can be lost on this platform")
        part = part_of(stage, "The ferry sails at noon.")
        stage.fault("lost request")
        outcome = await self._cut_off(stage, part)
        assert isinstance(outcome, Unknown), outcome
        stage.mend()
        looked = await stage.messenger.reconcile(stage.channel, part, _since())
        assert isinstance(looked, Absent)
        assert stage.posted("The ferry sails at noon.") == 0

    async def test_a_platform_that_asks_to_wait_is_heard(self, stage: Stage) -> None:
        """Nothing was posted, for certain."""
        if "refused" not in stage.faults:
            pytest.skip("this platform never asks to wait")
        stage.fault("refused")
        outcome = await stage.messenger.send(stage.channel, part_of(stage, "One."))
        assert isinstance(outcome, Refused), outcome
        assert outcome.retry_after > 0
        assert stage.posted("One.") == 0

    async def test_a_broken_platform_is_doubt(self, stage: Stage) -> None:
        """Nobody knows what became of it; looking does not claim to know either."""
        if "broken" not in stage.faults:
            pytest.skip("this platform has no server")
        part = part_of(stage, "One.")
        stage.fault("broken")
        outcome = await self._cut_off(stage, part)
        assert isinstance(outcome, Unknown), outcome

    async def test_a_part_that_nobody_may_look_for_is_not_called_absent(self, stage: Stage) -> None:
        """In a channel that is gone there is nothing to be read, now or ever."""
        looked = await stage.messenger.reconcile(stage.gone, part_of(stage, "One."), _since())
        assert isinstance(looked, Unreadable | Failed | Absent)
        if isinstance(looked, Absent):
            assert not stage.faults, "only where nothing can be lost is nothing there for certain"

    async def test_being_cut_off_posts_nothing_twice(self, stage: Stage) -> None:
        """A request that is cancelled is not tried again behind the caller's back."""
        part = part_of(stage, "The ferry sails at noon.")
        task = asyncio.create_task(stage.messenger.send(stage.channel, part))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.2)
        assert stage.posted("The ferry sails at noon.") <= 1

    async def test_the_limits_are_sane(self, stage: Stage) -> None:
        """A request ends, and a platform's pace is known."""
        limits = stage.messenger.limits
        assert 0 < limits.timeout_seconds <= 60
        assert limits.interval_seconds >= 0
        assert limits.quiet > timedelta(seconds=limits.timeout_seconds)

    @staticmethod
    async def _cut_off(stage: Stage, part: Part) -> object:
        """Send a part, as the deliveries do it: cut off at the limits' timeout."""
        try:
            async with asyncio.timeout(stage.messenger.limits.timeout_seconds + 5):
                return await stage.messenger.send(stage.channel, part)
        except TimeoutError:
            return Unknown(reason="no answer in time")
