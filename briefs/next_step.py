"""What comes next in a channel: one delivery after the other, and no part before its turn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from briefs.delivery import LONGEST_WAIT_SECONDS, in_doubt, skipped, with_part
from briefs.outcomes import Limits
from briefs.parts import Delivery, Part, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """What there is to know of one channel at one moment."""

    deliveries: tuple[Delivery, ...] = ()
    """Those that are pending or held."""
    last_claimed: datetime | None = None
    """When anything was last about to be posted there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something has changed by time alone: keep it."""

    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Claim this part and send it."""

    delivery: Delivery
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Look for this part on the platform."""

    delivery: Delivery
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing can be done before this time."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Nothing is left to do but what a person decides."""


Step: TypeAlias = Change | Send | Look | Wait | Idle


def next_step(view: ChannelView, now: datetime, limits: Limits) -> Step:
    """Say what is to be done for a channel."""
    for delivery in view.deliveries:
        timed = _by_time(delivery, now, limits)
        if timed is not None:
            return Change(delivery=timed)
    waits: list[datetime] = []
    for delivery, head in _heads(view, State.SENDING, State.DOUBT):
        until = head.standing.lease_until if head.state is State.SENDING else None
        until = until or head.standing.not_before
        if head.state is State.DOUBT and (until is None or until <= now):
            return Look(delivery=delivery, part=head)
        waits.append(until or now)
    if waits:
        # Where something may be under way, nothing else is sent: it could overtake.
        return Wait(until=min(waits))
    for delivery, head in sorted(_heads(view, State.PENDING), key=_turn):
        # Only the first in turn: the others wait for it, or for its deadline.
        ready = [now]
        if head.standing.not_before is not None:
            ready.append(head.standing.not_before)
        if view.last_claimed is not None and view.last_claimed <= now:
            ready.append(view.last_claimed + timedelta(seconds=limits.interval_seconds))
        if max(ready) > now:
            return Wait(until=min(max(ready), delivery.occurrence.deadline))
        return Send(delivery=delivery, part=head)
    return Idle()


def _by_time(delivery: Delivery, now: datetime, limits: Limits) -> Delivery | None:
    """Return a delivery as time has changed it, if it has."""
    head = delivery.head
    if head is None:
        return None
    standing = head.standing
    far = now + timedelta(seconds=LONGEST_WAIT_SECONDS)
    if head.state is State.SENDING:
        until = standing.lease_until or now
        if until <= now:
            # From now on, not from the lease's end: what slept along with the machine may wake up
            # and go on with its request.
            return with_part(delivery, in_doubt(head, now, limits, "its sender did not come back"))
        if until > far:
            return with_part(delivery, in_doubt(head, now, limits, "the clock went back"))
    if head.state is State.PENDING and delivery.occurrence.deadline <= now:
        reason = "it was too late to send it"
        if standing.reason:
            reason = f"{reason}: {standing.reason}"
        return with_part(delivery, skipped(head, reason) or head)
    if standing.not_before is not None and standing.not_before > far + limits.quiet:
        # The clock went back: nothing is ever put off for so long.
        again = now + limits.quiet if head.state is State.DOUBT else now
        return with_part(delivery, replace(head, standing=replace(standing, not_before=again)))
    return None


def _heads(view: ChannelView, *states: State) -> Iterator[tuple[Delivery, Part]]:
    """Yield the deliveries whose head is in one of some states, with their heads."""
    for delivery in view.deliveries:
        head = delivery.head
        if head is not None and head.state in states:
            yield delivery, head


def _turn(candidate: tuple[Delivery, Part]) -> tuple[bool, float, datetime, str]:
    """Return what deliveries of one channel are sent in the order of.

    One that has begun is finished first, the one that was last at work if there are several.
    """
    occurrence = candidate[0].occurrence
    sent = [each.standing.claimed for each in candidate[0].parts if each.state is State.SENT]
    latest = max((each.timestamp() for each in sent if each is not None), default=0.0)
    return not sent, -latest, occurrence.due, occurrence.id
