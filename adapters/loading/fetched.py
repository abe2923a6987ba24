"""What came of fetching a page; what fetches it takes long to import."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as its server sent it, unpacked."""

    url: str
    """Where it was found, after redirects."""
    status: int
    content_type: str
    """One of `fetching.CONTENT_TYPES`."""
    charset: str | None
    """The encoding that the server stated, where Python knows it."""
    data: bytes
    etag: str | None
    modified: str | None
    """`Last-Modified`, as it came: to be sent back with the next request, not to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The page is as it was when it was fetched with this `etag` or `modified`."""

    url: str
    etag: str | None
    modified: str | None
