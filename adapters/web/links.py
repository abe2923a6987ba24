"""Links to the reader page: signed, so that nobody can make one for what a channel may not see.

A link says what it opens, for which channel, and until when; the signature is over all of that. It
ends with the day, in UTC, so that the links of a day are the same however often they are made.
"""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, urlencode

from briefs.model import Citation

CITED = "cited"
"""The name of the place of a page that shows what is cited."""

_FORM = "dateline-link/1"
# RFC 2104, section 5: half of the hash, and at least 80 bits.
_SIGNATURE_BYTES = 16
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_LONGEST = 500


class Kind(StrEnum):
    """What a link opens; it stands in the path."""

    DOCUMENT = "d"
    BRIEF = "b"


class Fault(StrEnum):
    """Why a link opens nothing."""

    MISSING = "missing"
    """It is not whole: for example cut off when it was copied."""
    TAMPERED = "tampered"
    """It is not as it was signed."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a link opens, for which channel, and until when."""

    kind: Kind
    id: str
    """Of the document or the brief."""
    channel: str
    expires: int
    """Seconds since 1970."""
    revision: int = 0
    """Of a document; 0 for a brief."""
    start: int = 0
    end: int = 0
    """The span that is cited; an empty one: nothing in particular."""


class SignedLinks:
    """Makes links, and reads what comes back."""

    def __init__(
        self,
        public_url: str | None,
        secret: Callable[[], bytes],
        days: int = 30,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Take what links are made with.

        Args:
            public_url: Where readers reach the page; None: links are read, and none are given.
            secret: Gives the key of the signatures; called when there is something to sign.
            days: How long a link opens the page, at least.
            now: Says what time it is, aware.
        """
        self._public_url = public_url
        self._secret = secret
        self._days = days
        self._now = now

    def cited(self, citation: Citation, channel: str) -> str | None:
        """Return where somebody in a channel reads what is cited; None: there is no such page.

        Raises:
            LibraryError: The key cannot be read or made.
        """
        if self._public_url is None:
            return None
        return f"{self._public_url}/{self.path(cited(citation, channel, self._expires()))}"

    def brief(self, brief: str, channel: str) -> str | None:
        """Return where somebody in a channel reads a brief, by its id; None: nowhere.

        Raises:
            LibraryError: The key cannot be read or made.
        """
        if self._public_url is None:
            return None
        target = Target(kind=Kind.BRIEF, id=brief, channel=channel, expires=self._expires())
        return f"{self._public_url}/{self.path(target)}"

    def path(self, target: Target) -> str:
        """Return the signed path of a target, without a slash before it.

        Raises:
            LibraryError: The key cannot be read or made.
        """
        spans = (("r", target.revision), ("s", target.start), ("e", target.end))
        query: list[tuple[str, str | int]] = []
        if target.kind is Kind.DOCUMENT:
            query += spans
        query += [("c", target.channel), ("x", target.expires), ("k", self._signature(target))]
        found = urlencode(query, safe=":", quote_via=quote)
        place = f"#{CITED}" if target.start < target.end else ""
        return f"{target.kind.value}/{quote(target.id, safe='')}?{found}{place}"

    def read(self, kind: Kind, wanted: str, query: Mapping[str, str]) -> Target | Fault:
        """Return what a link opens, or why it opens nothing.

        Args:
            kind: What the path names.
            wanted: The id in the path.
            query: What stands behind the question mark, each name once.

        Raises:
            LibraryError: The key cannot be read or made.
        """
        names = ("r", "s", "e", "x") if kind is Kind.DOCUMENT else ("x",)
        if not all(query.get(name) for name in (*names, "c", "k")):
            return Fault.MISSING
        if not all(_NUMBER.fullmatch(query[name]) for name in names):
            return Fault.TAMPERED
        numbers = {name: int(query[name]) for name in names}
        target = Target(
            kind=kind,
            id=wanted,
            channel=query["c"],
            expires=numbers["x"],
            revision=numbers.get("r", 0),
            start=numbers.get("s", 0),
            end=numbers.get("e", 0),
        )
        if max(len(wanted), len(target.channel)) > _LONGEST:
            return Fault.TAMPERED
        # As bytes: compare_digest refuses texts that are not ASCII.
        given = query["k"].encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._signature(target).encode()):
            return Fault.TAMPERED
        return Fault.EXPIRED if self._now().timestamp() >= target.expires else target

    def _expires(self) -> int:
        """Return the end of the last day on which a link that is made now opens the page."""
        last = self._now().astimezone(UTC) + timedelta(days=self._days + 1)
        midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
        return int(midnight.timestamp())

    def _signature(self, target: Target) -> str:
        # JSON keeps apart what stands side by side: no two targets have the same text.
        text = json.dumps(
            [
                *(_FORM, target.kind.value, target.id, target.revision, target.start, target.end),
                *(target.channel, target.expires),
            ]
        )
        digest = hmac.new(self._secret(), text.encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode().rstrip("=")


def cited(citation: Citation, channel: str, expires: int) -> Target:
    """Return a citation as what a link opens."""
    document = citation.document
    return Target(
        kind=Kind.DOCUMENT,
        id=document.id,
        revision=document.revision,
        start=citation.start,
        end=citation.end,
        channel=channel,
        expires=expires,
    )
