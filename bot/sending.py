"""Sending one part, and looking for one that may have been sent.

Whatever is decided is decided on what the store holds, under its write lock, so that several may
work on one store, and each may stop at any moment.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from briefs.delivering_ports import (
    Cut,
    Decide,
    Messenger,
    Outbox,
    Recheck,
    Recomposed,
    Unchanged,
    Withdrawn,
)
from briefs.delivery import (
    after_look,
    after_send,
    claimed,
    cut,
    postponed,
    recomposed,
    renewed,
    skipped,
    with_part,
)
from briefs.errors import LibraryError
from briefs.measuring import UNMEASURED, Meter
from briefs.next_step import Change, ChannelView, Look, Send, Step, next_step
from briefs.outcomes import Limits, LookOutcome, NotNow, SendOutcome, Unknown
from briefs.parts import Delivery, Ending, Part

POLL_SECONDS = 1.0
"""How often to look for what another process has put into the store."""

RECHECK_PAUSE_SECONDS = 30.0
"""After how long to ask again what could not be rechecked."""

RECHECK_PATIENCE_SECONDS = 60.0
"""How long checking again, and composing anew, may take."""

RECORD_TRIES = 10
"""How often to try to keep what came of a part, a second apart."""

CLOCK_MARGIN = timedelta(minutes=5)
"""By how much a platform's clock may differ from ours."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Blocking(Protocol):
    """Runs what blocks, off the event loop."""

    def __call__(self, function: Callable[..., _T], /, *args: Any) -> Awaitable[_T]:
        """Return what a function returns."""


def wall_clock() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a test replaces: the clock, and how blocking work is kept off the event loop."""

    now: Callable[[], datetime] = wall_clock
    blocking: Blocking = asyncio.to_thread
    poll_seconds: float = POLL_SECONDS


class Sender:
    """Takes one step after another for the channels that it is given."""

    def __init__(
        self,
        outbox: Outbox,
        recheck: Recheck,
        around: Surroundings,
        ended: Callable[[], None],
        meter: Meter = UNMEASURED,
    ) -> None:
        """Take what to work with.

        Args:
            outbox: What is to be sent.
            recheck: Is asked before each part leaves.
            around: The clock and the like.
            ended: Is called when a delivery has ended, well or badly.
            meter: Is told what came of each attempt to post.
        """
        self._meter = meter
        self._outbox = outbox
        self._recheck = recheck
        self._around = around
        self._ended = ended
        self._owner = secrets.token_hex(8)
        self.stopping = False
        """Whether nothing more is to be begun."""

    async def step(self, channel: str, messenger: Messenger | None) -> Step:
        """Take one step, and return which."""
        limits = Limits() if messenger is None else messenger.limits
        view = await self._around.blocking(self._outbox.view, channel)
        step = next_step(view, self._around.now(), limits)
        match step:
            case Change():
                await self._advance(channel, lambda view: self._changed(view, limits))
            case Look() if messenger is not None:
                await self._look(channel, messenger, step)
            case Send() if messenger is not None:
                await self._send(channel, messenger, step)
            case _:
                pass
        return step

    def _changed(self, view: ChannelView, limits: Limits) -> Delivery | None:
        step = next_step(view, self._around.now(), limits)
        return step.delivery if isinstance(step, Change) else None

    async def _send(self, channel: str, messenger: Messenger, step: Send) -> None:
        digest = await self._rechecked(channel, step)
        if digest is None or self.stopping:
            return
        limits, key = messenger.limits, step.part.key

        def claiming(view: ChannelView) -> Delivery | None:
            # On what is kept now: another one may have been faster, or the text is another one.
            now = self._around.now()
            again = next_step(view, now, limits)
            if not isinstance(again, Send) or (again.part.key, again.part.digest) != (key, digest):
                return None
            return with_part(again.delivery, claimed(again.part, self._owner, now, limits))

        claim = _part(await self._advance(channel, claiming), key)
        if claim is None:
            return
        if self._around.now() >= (claim.standing.lease_until or self._around.now()):
            # The machine slept in between: by now the part may be somebody else's.
            return
        async with self._renewing(channel, claim, limits):
            outcome = await self._outcome(messenger, channel, claim, step.delivery.root)
        self._meter.sent(type(outcome).__name__.lower())
        await self._record(
            channel,
            key,
            lambda part: after_send(part, claim, outcome, self._around.now(), limits),
        )
        _log.info("part %s for %s: %s", key, channel, outcome)

    async def _rechecked(self, channel: str, step: Send) -> str | None:
        """Return the digest of the text that may leave now; None where none may."""
        key = step.part.key
        try:
            async with asyncio.timeout(RECHECK_PATIENCE_SECONDS):
                found = await self._recheck.recheck(step.delivery, step.part)
        except Exception:  # noqa: BLE001 - whatever it is, the part does not leave unchecked
            _log.exception("part %s could not be checked before it leaves, and waits", key)
            found = None
        kept: Delivery | None = None
        match found:
            case Unchanged():
                return step.part.digest
            case Cut():
                kept = await self._advance(
                    channel, on_part(key, lambda part: cut(part, found.draft))
                )
            case Recomposed():
                kept = await self._advance(channel, _recomposing(key, found))
                if kept is None:
                    _log.error("part %s waits: its brief has begun to leave and was changed", key)
            case Withdrawn():
                await self._advance(channel, on_part(key, lambda part: skipped(part, found.reason)))
                return None
            case None:
                pass
        if kept is None:
            reason = "it could not be checked before it left"
            await self._advance(
                channel,
                on_part(
                    key,
                    lambda part: postponed(part, RECHECK_PAUSE_SECONDS, reason, self._around.now()),
                ),
            )
        changed = _part(kept, key)
        return None if changed is None else changed.digest

    async def _outcome(
        self, messenger: Messenger, channel: str, part: Part, root: str | None
    ) -> SendOutcome:
        seconds = messenger.limits.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                return await messenger.send(channel, part, root)
        except TimeoutError:
            return Unknown(reason=f"no answer within {seconds:g} seconds")
        except Exception as error:  # noqa: BLE001 - a defect of an adapter: it is logged
            # It may have happened after the post.
            _log.exception("part %s: the adapter for %s failed", part.key, channel)
            return Unknown(reason=f"the adapter failed: {type(error).__name__}")

    async def _look(self, channel: str, messenger: Messenger, step: Look) -> None:
        part = step.part
        since = (part.standing.first_claimed or step.delivery.occurrence.composed) - CLOCK_MARGIN
        outcome: LookOutcome
        try:
            async with asyncio.timeout(messenger.limits.timeout_seconds):
                outcome = await messenger.reconcile(channel, part, since, step.delivery.root)
        except TimeoutError:
            outcome = NotNow(reason="no answer when it was looked for")
        except Exception as error:  # noqa: BLE001 - a defect of an adapter: it is logged
            _log.exception("part %s: the adapter for %s failed", part.key, channel)
            outcome = NotNow(reason=f"the adapter failed: {type(error).__name__}")
        await self._record(
            channel, part.key, lambda kept: after_look(kept, part, outcome, self._around.now())
        )
        _log.info("part %s for %s was looked for: %s", part.key, channel, outcome)

    async def _record(self, channel: str, key: str, change: Callable[[Part], Part | None]) -> None:
        """Keep what came of something, if need be by trying for a while.

        Where that fails, the lease runs out, and the part is looked for.
        """
        for _ in range(RECORD_TRIES):
            try:
                await self._advance(channel, on_part(key, change))
            except LibraryError as error:
                _log.error("what became of part %s is not kept: %s", key, error)
                if self.stopping:
                    return
                await asyncio.sleep(1.0)
            else:
                return

    async def _advance(
        self, channel: str, decide: Callable[[ChannelView], Delivery | None]
    ) -> Delivery | None:
        kept = await self._around.blocking(self._outbox.advance, channel, decide)
        if kept is not None and kept.ending is not Ending.PENDING:
            self._ended()
        return kept

    @contextlib.asynccontextmanager
    async def _renewing(self, channel: str, claim: Part, limits: Limits) -> AsyncIterator[None]:
        """Keep a claim while something lasts."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(limits.lease.total_seconds() / 3)
                decide = on_part(
                    claim.key, lambda part: renewed(part, claim, self._around.now(), limits)
                )
                with contextlib.suppress(LibraryError):
                    await self._advance(channel, decide)

        task = asyncio.create_task(renew(), name=f"lease of {claim.key}")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def on_part(key: str, change: Callable[[Part], Part | None]) -> Decide:
    """Return a decision that changes one part, where it is still to be delivered."""

    def decide(view: ChannelView) -> Delivery | None:
        for delivery in view.deliveries:
            part = _part(delivery, key)
            changed = None if part is None else change(part)
            if changed is not None:
                return with_part(delivery, changed)
        return None

    return decide


def _recomposing(key: str, found: Recomposed) -> Decide:
    def decide(view: ChannelView) -> Delivery | None:
        for delivery in view.deliveries:
            if _part(delivery, key) is not None:
                return recomposed(delivery, found.drafts, found.brief)
        return None

    return decide


def _part(delivery: Delivery | None, key: str) -> Part | None:
    parts = () if delivery is None else delivery.parts
    return next((each for each in parts if each.key == key), None)
