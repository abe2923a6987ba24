"""What delivering asks of the outside: a platform, a store, a last look at the library, alerts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from briefs.next_step import ChannelView
from briefs.outcomes import Limits, LookOutcome, SendOutcome
from briefs.parts import Decision, Delivery, Draft, Ending, Occurrence, Part


class Messenger(Protocol):
    """Posts parts on one platform. Neither method raises for what the platform does."""

    @property
    def limits(self) -> Limits:
        """What the platform bears."""

    async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
        """Post a part with its key, once: whatever a client library would do again is off.

        `root` is the remote id of the first part, under which a platform with threads puts the
        others; None for the first part itself.

        It is cancelled at the limits' timeout, and then the request is cut off.
        """

    async def reconcile(
        self, channel: str, part: Part, since: datetime, root: str | None = None
    ) -> LookOutcome:
        """Look for a part by its key among what was posted since a time, by the platform's clock.

        That part was never posted before then; clocks differ, so that a good bit earlier is right.
        """


Decide: TypeAlias = Callable[[ChannelView], Delivery | None]
"""Returns the one delivery of a channel that changes, as it is to be kept. Pure, and quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A delivery whose ending nobody was told of."""

    delivery: Delivery
    before: Ending | None
    """How the ending stood of which people were told last for the same schedule."""


class Outbox(Protocol):
    """Keeps deliveries. Blocks; every call is one short transaction.

    Every method raises `LibraryError` where the database cannot be used.
    """

    def has(self, schedule: str, due: datetime) -> bool:
        """Say whether a due time of a schedule was dealt with, so that nothing is composed."""

    def add(self, occurrence: Occurrence, drafts: Sequence[Draft]) -> bool:
        """Keep a composed brief with all its parts; False where its due time was dealt with."""

    def add_unsent(self, occurrence: Occurrence, reason: str) -> bool:
        """Keep that nothing is to be sent for a due time; False where it was dealt with."""

    def channels(self) -> tuple[str, ...]:
        """Return the channels for which something is pending."""

    def view(self, channel: str) -> ChannelView:
        """Return what there is to know of a channel."""

    def advance(self, channel: str, decide: Decide) -> Delivery | None:
        """Decide on what is kept, while nobody else can change it, and keep what was decided."""

    def untold(self) -> tuple[Untold, ...]:
        """Return the deliveries of whose ending nobody was told, the earliest due time first."""

    def tell(self, occurrence: str, ending: Ending, now: datetime) -> None:
        """Keep that people know of an ending, or need not know."""

    def history(self, schedule: str, limit: int = 50) -> tuple[Delivery, ...]:
        """Return the deliveries of a schedule, the latest due time first."""

    def held(self) -> tuple[Delivery, ...]:
        """Return the deliveries on which a person has to decide, the earliest due time first."""

    def resolve(self, key: str, decision: Decision, now: datetime) -> Delivery:
        """Carry out what a person decided on a part that is held.

        Raises:
            UsageError: No part of that key is held.
        """

    def expire(self, before: datetime) -> int:
        """Forget deliveries that were due before a time and have ended; say how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A part may leave as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomposed:
    """The whole brief is to be another one. Only right while nothing of it was sent."""

    drafts: tuple[Draft, ...]
    brief: str | None = None
    """Its id, where it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A part is to leave without a point, and to say so."""

    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Neither this part nor the ones after it may leave."""

    reason: str


Rechecked: TypeAlias = Unchanged | Recomposed | Cut | Withdrawn


class Recheck(Protocol):
    """Looks again, right before a part leaves, at what was removed and who may see what."""

    async def recheck(self, delivery: Delivery, part: Part) -> Rechecked:
        """Say how a part may leave."""


class AlertKind(StrEnum):
    """What admins are told of."""

    FAILED = "failed"
    HELD = "held"
    SKIPPED = "skipped"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that admins should know of a schedule."""

    kind: AlertKind
    delivery: Delivery


class Alerts(Protocol):
    """Tells admins, in the channel for it."""

    async def tell(self, alert: Alert) -> None:
        """Tell of an alert. What it raises is logged, and it is told again later."""


def alert_of(untold: Untold) -> Alert | None:
    """Return what to tell of an ending: the first of several bad ones, and the end of them."""
    ending = untold.delivery.ending
    trouble = untold.before in _TROUBLE
    if ending is Ending.DELIVERED:
        kind = AlertKind.RECOVERED if trouble else None
    elif ending is untold.before:
        kind = None
    else:
        kind = _TROUBLE.get(ending)
    return None if kind is None else Alert(kind=kind, delivery=untold.delivery)


_TROUBLE = {
    Ending.FAILED: AlertKind.FAILED,
    Ending.HELD: AlertKind.HELD,
    Ending.SKIPPED: AlertKind.SKIPPED,
}
