"""What laying out a brief for a platform asks of it."""

from collections.abc import Sequence
from typing import Protocol

from briefs.brief import Brief
from briefs.parts import Draft


class Typesetter(Protocol):
    """Lays out briefs as the messages of one platform."""

    def unpostable(self, channel: str) -> str | None:
        """Return why nothing can be posted in a channel, as far as that is known beforehand."""

    def in_channel(self, channel: str) -> "Typesetter":
        """Return what lays out briefs for one channel, where links open for that one only."""

    def drafts(self, brief: Brief, remarks: Sequence[str] = ()) -> tuple[Draft, ...]:
        """Return a brief as messages that fit, each of whole points and whole citations.

        Args:
            brief: What is laid out.
            remarks: Sentences of ours that stand before it.
        """

    def remark(self, text: str) -> Draft:
        """Return a message of ours that is no brief."""

    def without(self, body: str, brief: Brief, documents: frozenset[str]) -> Draft | None:
        """Return a message of a brief without what it shows of documents, and saying so.

        None: what is to be left out is not found in it.
        """
