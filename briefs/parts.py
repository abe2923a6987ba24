"""What a delivery consists of: one occurrence of a schedule, and the parts of its brief."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

KEY_CHARACTERS = 25
"""As long as a Discord nonce may be."""


class State(StrEnum):
    """Where a part stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DOUBT = "doubt"
    """Nobody knows whether it was posted."""
    HELD = "held"
    """It cannot be found out either; a person decides."""
    FAILED = "failed"
    SKIPPED = "skipped"


class Ending(StrEnum):
    """Where a delivery stands, as people are told."""

    PENDING = "pending"
    DELIVERED = "delivered"
    SKIPPED = "skipped"
    FAILED = "failed"
    HELD = "held"


class Decision(StrEnum):
    """What a person says of a part that is held."""

    SENT = "sent"
    """It is there."""
    AGAIN = "again"
    """It is not there, or may be there twice: send it."""
    GIVE_UP = "give up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What has become of a part so far."""

    state: State = State.PENDING
    tries: int = 0
    """How often it was claimed; with the owner, this tells one claim from another."""
    looks: int = 0
    """How often it was looked for in vain since it is in doubt."""
    owner: str | None = None
    lease_until: datetime | None = None
    not_before: datetime | None = None
    """When a pending part may be sent, or one in doubt may be looked for."""
    first_claimed: datetime | None = None
    claimed: datetime | None = None
    remote_id: str | None = None
    link: str | None = None
    sent_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One part as it was composed."""

    body: str
    """What a platform's messenger posts: text, or JSON in a text."""
    documents: tuple[str, ...] = ()
    """The ids of the documents that it shows something of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One due time of one schedule, and the brief that was composed for it."""

    schedule: str
    due: datetime
    channel: str
    composed: datetime
    deadline: datetime
    """What has not left by then stays."""
    brief: str | None = None
    """Its id, where it was kept."""

    @property
    def id(self) -> str:
        """A name of its own."""
        return _named(self.schedule, self.due.astimezone(UTC).isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a delivery: what it says, which is frozen, and where it stands."""

    occurrence: str
    number: int
    """From 1."""
    body: str
    documents: tuple[str, ...] = ()
    standing: Standing = field(default_factory=Standing)

    @property
    def key(self) -> str:
        """What it is recognised by on the platform."""
        return _named(self.occurrence, str(self.number))

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.standing.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One brief on its way to one channel, with all its parts."""

    occurrence: Occurrence
    parts: tuple[Part, ...] = ()
    unsent: str | None = None
    """Why nothing was to be sent, where there are no parts."""

    @property
    def head(self) -> Part | None:
        """The first part that is not sent."""
        return next((part for part in self.parts if part.state is not State.SENT), None)

    @property
    def ending(self) -> Ending:
        """Where the whole of it stands."""
        if not self.parts:
            return Ending.SKIPPED
        head = self.head
        if head is None:
            return Ending.DELIVERED
        return _ENDINGS.get(head.state, Ending.PENDING)

    @property
    def reason(self) -> str | None:
        """Why it is not delivered, or not yet."""
        head = self.head
        return self.unsent if head is None else head.standing.reason

    @property
    def delivered(self) -> datetime | None:
        """When the last part was sent, if all are."""
        if not self.parts or self.head is not None:
            return None
        return max(each.standing.sent_at for each in self.parts if each.standing.sent_at)

    @property
    def late_seconds(self) -> float | None:
        """How long after its due time it was delivered."""
        delivered = self.delivered
        return None if delivered is None else (delivered - self.occurrence.due).total_seconds()

    @property
    def root(self) -> str | None:
        """The remote id of its first part, once that is sent."""
        return self.parts[0].standing.remote_id if self.parts else None

    @property
    def link(self) -> str | None:
        """Where its first part can be seen."""
        return self.parts[0].standing.link if self.parts else None


_ENDINGS = {
    State.HELD: Ending.HELD,
    State.FAILED: Ending.FAILED,
    State.SKIPPED: Ending.SKIPPED,
}


def composed(occurrence: Occurrence, drafts: Sequence[Draft]) -> Delivery:
    """Return the delivery of a composed brief; nothing of it has left."""
    parts = (
        Part(occurrence=occurrence.id, number=number, body=draft.body, documents=draft.documents)
        for number, draft in enumerate(drafts, start=1)
    )
    return Delivery(occurrence=occurrence, parts=tuple(parts))


def _named(*ids: str) -> str:
    """Return a short name for ids that only they have."""
    digest = hashlib.sha256("\0".join(ids).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:KEY_CHARACTERS]
