"""What a channel may see, and how it is answered: as configured, else the collection `main`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from briefs.model import MAIN
from briefs.ports import Place

OPERATOR = "terminal:"
"""What the channels of the operator's own begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one channel was granted."""

    collections: frozenset[str] = frozenset({MAIN})
    answers_all: bool = False
    """Whether every message is taken for a question, and not only those that mention Dateline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What every channel was granted."""

    channels: Mapping[str, Grant] = field(default_factory=dict)

    def of(self, channel: str) -> Grant:
        """Return what a channel of a chat platform was granted."""
        return self.channels.get(channel, Grant())

    def collections(self, channel: str) -> frozenset[str] | None:
        """Return the collections that a channel may see; None: all, for one of the operator's."""
        return None if channel.startswith(OPERATOR) else self.of(channel).collections

    def place(
        self,
        channel: str,
        *,
        person: str,
        admin: bool = False,
        manages: bool = False,
        thread: str | None = None,
    ) -> Place:
        """Return a channel of a chat platform as the place in which a person types."""
        return Place(
            channel=channel,
            collections=self.collections(channel),
            admin=admin,
            manages=manages,
            person=person,
            thread=thread,
        )
