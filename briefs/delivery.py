"""How a brief gets to its channel once: the states of its parts, and every way between them.

Exactly-once is not to be had from a chat platform; this comes closest. Nothing here waits, reads a
clock or touches a store: each function takes what is known and returns what is to be kept.

```
pending --claim; every part before it is sent--> sending --ok--> sent
sending --definite refusal that may pass--> pending, after a while
sending --no answer, or its lease ran out--> doubt
doubt --longer than a request can last--> look: found -> sent | absent -> pending
                                               | unreadable -> held, and a person decides
any --it can never be posted--> failed          pending past its deadline --> skipped
```

Of the parts of one delivery only the first that is not sent can be anything but pending. That one,
the head, says where the whole delivery stands. What comes next in a channel is `briefs.next_step`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from briefs.errors import ContractError, UsageError
from briefs.outcomes import (
    Absent,
    Failed,
    Found,
    Limits,
    LookOutcome,
    NotNow,
    Refused,
    SendOutcome,
    Sent,
    Unknown,
    Unreadable,
)
from briefs.parts import Decision, Delivery, Draft, Part, State, composed

SHORTEST_WAIT_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 300.0

LONGEST_WAIT_SECONDS = 3_600.0
"""No platform is believed when it wants to be left alone for longer."""

MOST_LOOKS = 60
"""After so many looks without an answer, some five hours, a person decides."""

DECIDED_AGAIN = timedelta(hours=1)
"""How long, at least, what a person lets go on has for it."""


def claimed(part: Part, owner: str, now: datetime, limits: Limits) -> Part:
    """Return a part that somebody is about to send."""
    if part.state is not State.PENDING:
        raise ContractError(f"part {part.key} is {part.state}, and cannot be claimed")
    return _with(
        part,
        state=State.SENDING,
        tries=part.standing.tries + 1,
        looks=0,
        owner=owner,
        lease_until=now + limits.lease,
        not_before=None,
        first_claimed=part.standing.first_claimed or now,
        claimed=now,
        reason=None,
    )


def renewed(part: Part, claim: Part, now: datetime, limits: Limits) -> Part | None:
    """Return a part whose lease is longer; None where the claim holds no more."""
    if part.state is not State.SENDING or not _same_claim(part, claim):
        return None
    return _with(part, lease_until=now + limits.lease)


def after_send(
    part: Part, claim: Part, outcome: SendOutcome, now: datetime, limits: Limits
) -> Part | None:
    """Return what becomes of a part by what came of sending it.

    Args:
        part: As it is kept now.
        claim: As it was claimed for this try.
        outcome: What came of it.
        now: The present time.
        limits: Of the platform.

    Returns:
        None where the claim was lost meanwhile, and this changes nothing.
    """
    if not _same_claim(part, claim):
        return None
    changed: Part | None = None
    match outcome:
        case Sent():
            # Good news counts however late it is: nobody has tried again since.
            if part.state in {State.SENDING, State.DOUBT, State.HELD, State.PENDING}:
                changed = _sent(part, now, outcome.remote_id, outcome.link)
        case _ if part.state is not State.SENDING:
            pass
        case Refused():
            seconds = max(SHORTEST_WAIT_SECONDS, outcome.retry_after)
            changed = _pending(part, now, seconds, outcome.reason)
        case Failed(permanent=False):
            changed = _pending(part, now, _backoff(part.standing.tries), outcome.reason)
        case Failed():
            changed = _with(part, state=State.FAILED, lease_until=None, reason=outcome.reason)
        case Unknown():
            changed = in_doubt(part, now, limits, outcome.reason)
    return changed


def after_look(part: Part, looked: Part, outcome: LookOutcome, now: datetime) -> Part | None:
    """Return what becomes of a part in doubt by what came of looking for it.

    Returns:
        None where it is in doubt no more, or in another doubt than the one it was looked for in.
    """
    if part.standing != looked.standing:
        return None
    changed: Part | None = None
    match outcome:
        case Found():
            # When exactly it came to be there, nobody knows; not before it was claimed.
            when = part.standing.claimed or now
            changed = _sent(part, when, outcome.remote_id, outcome.link)
        case Absent():
            changed = _with(part, state=State.PENDING, looks=0, not_before=None)
        case Unreadable():
            changed = _with(part, state=State.HELD, not_before=None, reason=outcome.reason)
        case Failed(permanent=True):
            changed = _with(part, state=State.FAILED, not_before=None, reason=outcome.reason)
        case NotNow() | Failed():
            asked = outcome.retry_after if isinstance(outcome, NotNow) else None
            changed = _not_found_out(part, now, asked or 0.0, outcome.reason)
    return changed


def postponed(part: Part, seconds: float, reason: str, now: datetime) -> Part | None:
    """Return a pending part that is not to be sent for a while."""
    return _pending(part, now, seconds, reason) if part.state is State.PENDING else None


def skipped(part: Part, reason: str) -> Part | None:
    """Return a pending part that is not to be sent at all."""
    return _with(part, state=State.SKIPPED, reason=reason) if part.state is State.PENDING else None


def cut(part: Part, draft: Draft) -> Part | None:
    """Return a pending part that says less than it was to say."""
    if part.state is not State.PENDING:
        return None
    return replace(part, body=draft.body, documents=draft.documents)


def recomposed(
    delivery: Delivery, drafts: Sequence[Draft], brief: str | None = None
) -> Delivery | None:
    """Return a delivery with other parts; None where something has left, or may have."""
    if not drafts or any(part.state is not State.PENDING for part in delivery.parts):
        return None
    fresh = composed(replace(delivery.occurrence, brief=brief), drafts)
    # How often the first was tried is kept, so that no old claim is taken for a new one.
    first = replace(fresh.parts[0], standing=delivery.parts[0].standing)
    return replace(fresh, parts=(first, *fresh.parts[1:]))


def resolved(delivery: Delivery, key: str, decision: Decision, now: datetime) -> Delivery:
    """Return what becomes of a delivery by what a person says of its part that is held.

    Raises:
        UsageError: No part of that key is held.
    """
    head = delivery.head
    if head is None or head.key != key or head.state is not State.HELD:
        raise UsageError(f"No part “{key}” is held.")
    decided = head
    match decision:
        case Decision.SENT:
            decided = _sent(head, head.standing.claimed or now, None, None)
        case Decision.AGAIN:
            decided = _with(head, state=State.PENDING, looks=0, reason=None)
        case Decision.GIVE_UP:
            decided = _with(head, state=State.FAILED, reason="a person gave it up")
    occurrence = delivery.occurrence
    deadline = max(occurrence.deadline, now + DECIDED_AGAIN)
    delivery = replace(delivery, occurrence=replace(occurrence, deadline=deadline))
    return with_part(delivery, decided)


def in_doubt(part: Part, since: datetime, limits: Limits, reason: str) -> Part:
    """Return a part of which nobody knows since a time whether it was posted."""
    until = since + limits.quiet
    return _with(part, state=State.DOUBT, lease_until=None, not_before=until, reason=reason)


def with_part(delivery: Delivery, part: Part) -> Delivery:
    """Return a delivery in which one part has changed, and what follows from that for the rest."""
    parts = [part if each.number == part.number else each for each in delivery.parts]
    if part.state in {State.FAILED, State.SKIPPED}:
        reason = part.standing.reason or part.state.value
        parts = [
            each if each.number <= part.number else skipped(each, reason) or each for each in parts
        ]
    return replace(delivery, parts=tuple(parts))


def _same_claim(part: Part, claim: Part) -> bool:
    kept, then = part.standing, claim.standing
    return (kept.tries, kept.owner) == (then.tries, then.owner)


def _sent(part: Part, when: datetime, remote_id: str | None, link: str | None) -> Part:
    return _with(
        part,
        state=State.SENT,
        lease_until=None,
        not_before=None,
        remote_id=remote_id,
        link=link,
        sent_at=when,
        reason=None,
    )


def _pending(part: Part, now: datetime, seconds: float, reason: str) -> Part:
    until = _later(now, seconds)
    return _with(part, state=State.PENDING, lease_until=None, not_before=until, reason=reason)


def _not_found_out(part: Part, now: datetime, asked: float, reason: str) -> Part:
    looks = part.standing.looks + 1
    if looks >= MOST_LOOKS:
        return _with(part, state=State.HELD, not_before=None, reason=reason)
    until = _later(now, max(_backoff(looks), asked))
    return _with(part, looks=looks, not_before=until, reason=reason)


def _backoff(times: int) -> float:
    return min(LONGEST_BACKOFF_SECONDS, 2.0 ** min(times, 10))


def _later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=min(LONGEST_WAIT_SECONDS, max(0.0, seconds)))


def _with(part: Part, **facts: Any) -> Part:
    return replace(part, standing=replace(part.standing, **facts))
