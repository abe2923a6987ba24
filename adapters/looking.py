"""How a reply is looked at in a chat: by whom, and where its citations lead."""

from collections.abc import Callable
from dataclasses import dataclass

from briefs.model import Citation
from briefs.ports import Links


def own_address(citation: Citation) -> str | None:
    """Return where a cited article itself says that it is; a renderer sees whether it is safe."""
    return citation.document.url


def nowhere(_brief: str) -> str | None:
    """Return that a brief cannot be read as a page."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looks at a reply, and from where."""

    private: bool = False
    """Only the asker sees it: an answer gets a button that shares it."""
    linked: Callable[[Citation], str | None] = own_address
    """Where the reader can open what is cited; None: nowhere."""
    admin: bool = False
    """Whether who looks may change the library."""
    page: Callable[[str], str | None] = nowhere
    """Where a brief, by its id, can be read as a page; None: nowhere."""

    @classmethod
    def from_channel(
        cls, links: Links | None, channel: str, *, private: bool = False, admin: bool = False
    ) -> "Look":
        """Return how a reply is looked at in a channel, given where its citations lead."""
        if links is None:
            return cls(private=private, admin=admin)
        return cls(
            private=private,
            admin=admin,
            linked=lambda citation: links.cited(citation, channel) or own_address(citation),
            page=lambda brief: links.brief(brief, channel),
        )
