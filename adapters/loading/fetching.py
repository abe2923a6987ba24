"""Pages of the web, fetched on behalf of people who may name any address they like.

What a person types can point into the private network that Dateline runs in. So the address that
a socket is about to connect to is checked, not the name it came from: a name can mean another
address the next time it is looked up (DNS rebinding). There is no second look here to be deceived.
"""

import asyncio
import re
import socket
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import PurePosixPath
from types import MappingProxyType, TracebackType
from typing import Self
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from adapters.loading.addresses import is_public, web_url
from adapters.loading.failures import PrivateAddressError, answered_without_page, broke_off
from adapters.loading.fetched import Fetched, NotModified
from briefs.errors import ContractError, SourceError

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNTYPED = "application/octet-stream"

CONTENT_TYPES = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "text/plain",
        "text/markdown",
        "text/x-markdown",
        "application/pdf",
        _DOCX,
    }
)
"""What is read at all; the rest of an answer of another type is left where it is."""

# Servers send files that they do not know without a type, or as "bytes".
_TYPE_BY_SUFFIX: Mapping[str, str] = MappingProxyType(
    {
        ".html": "text/html",
        ".htm": "text/html",
        ".xml": "application/xml",
        ".rss": "application/rss+xml",
        ".atom": "application/atom+xml",
        ".txt": "text/plain",
        ".text": "text/plain",
        ".md": "text/markdown",
        ".markdown": "text/markdown",
        ".pdf": "application/pdf",
        ".docx": _DOCX,
    }
)
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/xml;q=0.9, text/*;q=0.8, application/pdf;q=0.8, */*;q=0.5"
)
# Only these: aiohttp unpacks them piece by piece, so that the cap on bytes holds while it does.
_ENCODINGS = ("gzip", "deflate")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_MAX_LINE = 8_190
_MAX_FIELD = 16_380  # a Content-Security-Policy of a large site passes aiohttp's own 8,190
_MAX_HEADERS = 128
_MAX_VALIDATOR = 1_000
_PER_HOST = 2


class Fetcher:
    """Fetches pages, over no more than two connections to a host; an async context manager.

    Args:
        user_agent: What it says it is: a name, a version, and where to read about it.
        page_bytes: A larger page, unpacked, is refused.
        seconds: The time that one page may take, redirects included.
        connect_seconds: The time that one connection may take.
        allowed_hosts: Hosts that the operator trusts wherever they are, each as "host:port".
        allow_private: Whether any address may be fetched. Never for what a person types.
        resolver: Looks up names; the system's own by default.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        page_bytes: int = 5_000_000,
        seconds: float = 20.0,
        connect_seconds: float = 10.0,
        allowed_hosts: Collection[str] = (),
        allow_private: bool = False,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Take note of the limits; nothing is opened yet."""
        self._user_agent = user_agent
        self._page_bytes = page_bytes
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        self._allowed_hosts = frozenset(host.casefold() for host in allowed_hosts)
        self._allow_private = allow_private
        self._resolver = resolver
        self._sessions: tuple[aiohttp.ClientSession, aiohttp.ClientSession] | None = None
        self._closing = AsyncExitStack()
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        """Open what requests are made with."""
        # Two, each with its own connections: what the one may reach, the other must not reuse.
        guarded = await self._closing.enter_async_context(self._session(_public_socket))
        trusting = await self._closing.enter_async_context(self._session(_any_socket))
        self._sessions = guarded, trusting
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        self._sessions = None
        await self._closing.aclose()

    async def fetch(
        self, url: str, *, etag: str | None = None, modified: str | None = None
    ) -> Fetched | NotModified:
        """Return a page, or the news that it is still the one of this `etag` or `modified`.

        Raises:
            SourceError: There is no such page, it may not be read, or it is too large, too slow
                or nothing that Dateline reads.
        """
        at = web_url(url)
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in known.items() if value}
        left = self._seconds
        for _ in range(_MAX_REDIRECTS + 1):
            # Waiting for a turn is our own doing, and not held against the page.
            async with self._turn(at):
                clock = asyncio.get_running_loop().time
                began = clock()
                found = await self._answer(at, headers, left)
                left -= clock() - began
            if not isinstance(found, URL):
                return found
            at = found
        raise SourceError(f"{url} redirects more than {_MAX_REDIRECTS} times")

    async def _answer(
        self, url: URL, headers: Mapping[str, str], seconds: float
    ) -> Fetched | NotModified | URL:
        """Return what one request brings: a page, no news, or where to ask instead."""
        try:
            async with (
                asyncio.timeout(seconds),
                self._session_for(url).get(url, headers=headers, allow_redirects=False) as response,
            ):
                if response.status in _REDIRECTS and "Location" in response.headers:
                    return _target(url, response.headers["Location"])
                if response.status == HTTPStatus.NOT_MODIFIED and headers:
                    return NotModified(
                        url=str(url),
                        etag=_validator(response, "ETag") or headers.get("If-None-Match"),
                        modified=(
                            _validator(response, "Last-Modified")
                            or headers.get("If-Modified-Since")
                        ),
                    )
                return await self._page(url, response)
        except TimeoutError as error:
            connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
            limit = self._connect_seconds if connecting else self._seconds
            doing = "to be reached" if connecting else "to send it"
            raise SourceError(f"{url.host} took longer than {limit:g} seconds {doing}") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceError(broke_off(error, url.host)) from error

    async def _page(self, url: URL, response: aiohttp.ClientResponse) -> Fetched:
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise SourceError(
                answered_without_page(url, response.status, response.headers.get("Retry-After"))
            )
        content_type = _content_type(url, response)
        packing = response.headers.get("Content-Encoding", "identity").strip().casefold()
        if packing not in {*_ENCODINGS, "identity", ""}:
            raise SourceError(f"{url.host} packs its pages in a way that Dateline does not unpack")
        data = bytearray()
        async for piece in response.content.iter_any():
            data += piece
            if len(data) > self._page_bytes:
                raise SourceError(
                    f"it is larger than {self._page_bytes:,} bytes; raise limits.page_bytes"
                )
        return Fetched(
            url=str(url),
            status=response.status,
            content_type=content_type,
            charset=_charset(response),
            data=bytes(data),
            etag=_validator(response, "ETag"),
            modified=_validator(response, "Last-Modified"),
        )

    def _turn(self, url: URL) -> asyncio.Semaphore:
        """Return what lets two requests to a host pass at a time, while anyone holds it."""
        host = url.raw_host or ""
        turn = self._turns.get(host)
        if turn is None:
            turn = self._turns[host] = asyncio.Semaphore(_PER_HOST)
        return turn

    def _session_for(self, url: URL) -> aiohttp.ClientSession:
        if self._sessions is None:
            raise ContractError("a Fetcher fetches inside of its “async with” only")
        guarded, trusting = self._sessions
        if self._allow_private or f"{url.host}:{url.port}".casefold() in self._allowed_hosts:
            return trusting
        return guarded

    def _session(self, socket_factory: aiohttp.SocketFactoryType) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=socket_factory, resolver=self._resolver, use_dns_cache=False
            ),
            headers={
                "User-Agent": self._user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": ", ".join(_ENCODINGS),
            },
            # Nothing that one page leaves is told to the next.
            cookie_jar=aiohttp.DummyCookieJar(),
            # No proxy and no password from the environment or ~/.netrc: a proxy would connect to
            # addresses that are never seen here.
            trust_env=False,
            # The whole time is counted in `fetch`, across redirects.
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_seconds),
            max_line_size=_MAX_LINE,
            max_field_size=_MAX_FIELD,
            max_headers=_MAX_HEADERS,
        )


def _public_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    try:
        public = is_public(ip_address(info[4][0]))
    except ValueError:
        # A resolver gave a name for an address; connecting would look it up once more.
        public = False
    if not public:
        # Always the same words: of several failures that differ, aiohappyeyeballs drops the types.
        raise PrivateAddressError("not a public address")
    return _any_socket(info)


def _any_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


def _target(url: URL, location: str) -> URL:
    try:
        target = url.join(URL(location))
    except ValueError as error:
        raise SourceError(f"{url.host} redirects to something that is no web address") from error
    # As a person's own address: a redirect brings no credentials and no other scheme either.
    return web_url(str(target))


def _content_type(url: URL, response: aiohttp.ClientResponse) -> str:
    stated = response.content_type.casefold()
    if stated == _UNTYPED:
        suffix = PurePosixPath(url.path).suffix.casefold()
        stated = _TYPE_BY_SUFFIX.get(suffix, stated)
    if stated not in CONTENT_TYPES:
        kind = stated if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", stated) else "no known type"
        raise SourceError(f"it is {kind}, which cannot be loaded; a web page or a text can")
    return stated


def _charset(response: aiohttp.ClientResponse) -> str | None:
    stated = response.charset
    try:
        # By decoding, for a codec may be known and yet be none of text.
        b"a".decode(stated or "")
    except (LookupError, ValueError):
        return None
    return stated


def _validator(response: aiohttp.ClientResponse, name: str) -> str | None:
    """Return a header that is kept and sent back, if it is one that can be."""
    value = response.headers.get(name, "")
    return value if value.isascii() and 0 < len(value) <= _MAX_VALIDATOR else None
