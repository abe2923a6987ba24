"""Fetching pages from servers that are slow, broken, hostile, or not meant to be reached."""

import asyncio
import gzip
import socket
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.loading.fetched import Fetched, NotModified
from adapters.loading.fetching import CONTENT_TYPES, Fetcher
from briefs.errors import ContractError, SourceError

_AGENT = "Dateline/test (+https://dateline.example)"
_PUBLIC = "93.184.216.34"

# A certificate for "localhost" that nobody signed, of a key that is used nowhere else.
_CERTIFICATE = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg12w6T5TCzBKjkjbd
YDvIQahujOMz5gXuNnvW83pC62ShRANCAASHLY1cF6cZGDl/EqeBa6lZ8yFFKnXJ
JwVvs4w7utzmUGYiyBzhbiH8LlVGiwGDdxudWlt15M5aL3IQRohoLNnM
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUOXSmStwxRQd4kg/PFoc2q3665Y8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjExNDczN1oYDzIxMjYxMDI5
MTE0NzM3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASHLY1cF6cZGDl/EqeBa6lZ8yFFKnXJJwVvs4w7utzmUGYiyBzhbiH8
LlVGiwGDdxudWlt15M5aL3IQRohoLNnMo1MwUTAdBgNVHQ4EFgQUEu7lMFTqXL/I
QoyFwT+VfaA816EwHwYDVR0jBBgwFoAUEu7lMFTqXL/IQoyFwT+VfaA816EwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAuamHCDp5BsrnciBMukuA
lVYFhX3jM8pLsloho6igmOkCIDVepkJyOYCMk2hYGrI0VieSTaYYohqU9ffqd/ia
rbom
-----END CERTIFICATE-----
"""

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A server on loopback that remembers what it was asked."""

    def __init__(self, answering: Answering) -> None:
        """Take the handler of every path."""
        self.asked: list[web.Request] = []
        self.port = 0
        self._answering = answering

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Note a request, and answer it."""
        assert isinstance(request, web.Request)
        self.asked.append(request)
        return await self._answering(request)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return an address of this server."""
        return f"http://{host}:{self.port}{path}"


Start = Callable[..., Awaitable[Site]]
Fetching = Callable[..., Awaitable[Fetcher]]


@pytest.fixture
async def site() -> AsyncIterator[Start]:
    """Return what starts servers, each on a port of its own."""
    async with AsyncExitStack() as stack:

        async def start(answering: Answering, tls: ssl.SSLContext | None = None) -> Site:
            started = Site(answering)
            application = web.Application()
            application.router.add_route("*", "/{path:.*}", started.answer)
            runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            listening = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
            await listening.start()
            started.port = runner.addresses[0][1]
            return started

        yield start


@pytest.fixture
async def raw() -> AsyncIterator[Callable[[bytes], Awaitable[str]]]:
    """Return what starts a server that sends these bytes to everyone; it returns the address."""
    async with AsyncExitStack() as stack:

        async def start(said: bytes) -> str:
            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(said)
                await writer.drain()
                writer.close()

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            await stack.enter_async_context(server)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

        yield start


@pytest.fixture
async def fetching() -> AsyncIterator[Fetching]:
    """Return what opens fetchers; they refuse private addresses unless they are told not to."""
    async with AsyncExitStack() as stack:

        async def opened(**options: Any) -> Fetcher:
            return await stack.enter_async_context(Fetcher(user_agent=_AGENT, **options))

        yield opened


class Names(AbstractResolver):
    """A resolver whose answers are given in turn, and all over again."""

    def __init__(self, *answers: list[str]) -> None:
        """Take the lists of addresses to answer with."""
        self.lookups = 0
        self._answers = cycle(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Answer with the next addresses."""
        self.lookups += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in next(self._answers)
        ]

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


class NoNames(AbstractResolver):
    """A resolver that knows no name."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Fail, as the system does."""
        raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}/{family}")

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


async def _page(_request: web.Request) -> web.Response:
    return web.Response(text="<p>Hello</p>", content_type="text/html")


def _redirect(target: str) -> Answering:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    return answer


def _status(status: int, **headers: str) -> Answering:
    async def answer(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, headers=named)

    return answer


def _typed(content_type: str | None, body: bytes = b"x", **headers: str) -> Answering:
    async def answer(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content_type is not None:
            named["Content-Type"] = content_type
        return web.Response(body=body, headers=named)

    return answer


async def _error(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(SourceError) as raised:
        await fetcher.fetch(url)
    sentence = str(raised.value)
    assert sentence.isprintable()
    assert not sentence.endswith(".")
    return sentence


# Ordinary behaviour


async def test_a_page_comes_with_what_its_server_said_of_it(
    site: Start, fetching: Fetching
) -> None:
    """The bytes are as they were sent; what describes them is beside them."""
    server = await site(
        _typed("Text/HTML; charset=windows-1251", b"\xcf", ETag='"1"', Last_Modified="then")
    )
    fetched = await (await fetching(allow_private=True)).fetch(server.url("/a?b=1#c"))
    assert fetched == Fetched(
        url=server.url("/a?b=1"),
        status=200,
        content_type="text/html",
        charset="windows-1251",
        data=b"\xcf",
        etag='"1"',
        modified="then",
    )
    asked = server.asked[0].headers
    assert asked["User-Agent"] == _AGENT
    assert asked["Accept-Encoding"] == "gzip, deflate"


async def test_a_page_that_has_not_changed_is_not_sent_again(
    site: Start, fetching: Fetching
) -> None:
    """The validators go to the server, and come back where it sends no new ones."""
    server = await site(_status(304))
    fetcher = await fetching(allow_private=True)
    found = await fetcher.fetch(server.url(), etag='W/"1"', modified="then")
    assert found == NotModified(url=server.url(), etag='W/"1"', modified="then")
    assert server.asked[0].headers["If-None-Match"] == 'W/"1"'
    assert server.asked[0].headers["If-Modified-Since"] == "then"
    assert "304" in await _error(fetcher, server.url())


async def test_validators_that_cannot_be_sent_back_are_not_kept(
    raw: Callable[[bytes], Awaitable[str]], fetching: Fetching
) -> None:
    """Bytes that are no text, or thousands of them, would break the next request or the store."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n"
    url = await raw(head + b"ETag: \xff\r\nLast-Modified: " + b"x" * 2_000 + b"\r\n\r\nx")
    fetched = await (await fetching(allow_private=True)).fetch(url)
    assert isinstance(fetched, Fetched)
    assert (fetched.etag, fetched.modified) == (None, None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_to_where_the_page_is(
    site: Start, fetching: Fetching, status: int
) -> None:
    """The address that is returned is the last one, relative ones resolved."""

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/old":
            return web.Response(status=status, headers={"Location": "new?x=1#y"})
        return await _page(request)

    server = await site(answer)
    fetched = await (await fetching(allow_private=True)).fetch(server.url("/old"))
    assert isinstance(fetched, Fetched)
    assert fetched.url == server.url("/new?x=1")


async def test_five_redirects_are_followed_and_no_sixth(site: Start, fetching: Fetching) -> None:
    """A loop ends."""

    async def answer(request: web.Request) -> web.Response:
        left = int(request.path[1:])
        if left == 0:
            return await _page(request)
        return web.Response(status=302, headers={"Location": f"/{left - 1}"})

    server = await site(answer)
    fetcher = await fetching(allow_private=True)
    assert isinstance(await fetcher.fetch(server.url("/5")), Fetched)
    assert "redirects more than 5 times" in await _error(fetcher, server.url("/6"))


@pytest.mark.parametrize(
    ("content_type", "path", "found"),
    [
        *((content_type, "/", content_type) for content_type in sorted(CONTENT_TYPES)),
        ("application/octet-stream", "/a.MD", "text/markdown"),
        (None, "/a.pdf", "application/pdf"),
        ("image/png", "/a.html", None),
        ("application/json", "/", None),
        ("application/octet-stream", "/a.bin", None),
        ("video/mp4; charset=x", "/", None),
        ("nonsense", "/", None),
    ],
)
async def test_only_what_can_hold_an_article_is_read(
    site: Start, fetching: Fetching, content_type: str | None, path: str, found: str | None
) -> None:
    """By its type, or by its name where the server knows no type."""
    server = await site(_typed(content_type))
    fetcher = await fetching(allow_private=True)
    if found is None:
        assert "cannot be loaded" in await _error(fetcher, server.url(path))
    else:
        fetched = await fetcher.fetch(server.url(path))
        assert isinstance(fetched, Fetched)
        assert fetched.content_type == found


@pytest.mark.parametrize("charset", ["no-such", "zip", "rot13"])
async def test_an_encoding_that_python_does_not_know_counts_as_not_stated(
    raw: Callable[[bytes], Awaitable[str]], fetching: Fetching, charset: str
) -> None:
    """Nobody decodes a page with what is no encoding of text."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset={charset}\r\n"
    url = await raw(f"{head}Content-Length: 1\r\n\r\nx".encode())
    fetched = await (await fetching(allow_private=True)).fetch(url)
    assert isinstance(fetched, Fetched)
    assert fetched.charset is None


async def test_a_fetcher_is_used_inside_of_its_context_only() -> None:
    """Outside there is nothing to fetch with; that is a defect of the caller."""
    with pytest.raises(ContractError):
        await Fetcher(user_agent=_AGENT).fetch("http://example.com/")


# Where it may not go


_HERE = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"]  # noqa: S104 - asked, not bound


@pytest.mark.parametrize("host", _HERE)
async def test_a_server_on_this_machine_is_not_reached(
    site: Start, fetching: Fetching, host: str
) -> None:
    """Not by its address, not by its name, not in disguise."""
    server = await site(_page)
    error = await _error(await fetching(), server.url(host=host))
    assert "private network" in error or "cannot be reached" in error
    assert server.asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
async def test_a_server_on_this_machine_is_not_reached_by_an_odd_number(
    site: Start, fetching: Fetching, host: str
) -> None:
    """The system reads these as 127.0.0.1 too."""
    server = await site(_page)
    assert host in await _error(await fetching(), server.url(host=host))
    assert server.asked == []


async def test_a_redirect_into_the_private_network_is_not_followed(
    site: Start, fetching: Fetching
) -> None:
    """A server that may be read cannot send us to one that may not."""
    hidden = await site(_page)
    door = await site(_redirect(hidden.url()))
    fetcher = await fetching(allowed_hosts=[f"127.0.0.1:{door.port}"])
    assert "private network" in await _error(fetcher, door.url())
    assert (len(door.asked), len(hidden.asked)) == (1, 0)


async def test_a_connection_to_a_trusted_host_is_not_reused_for_another_name(
    site: Start, fetching: Fetching
) -> None:
    """A trusted name and its bare address are told apart."""
    server = await site(_page)
    fetcher = await fetching(allowed_hosts=[f"Localhost:{server.port}"])
    assert isinstance(await fetcher.fetch(server.url(host="localhost")), Fetched)
    assert "private network" in await _error(fetcher, server.url())


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    loop = asyncio.get_event_loop_policy().new_event_loop()
    connect = type(loop).sock_connect
    loop.close()

    async def local(self: Any, sock: socket.socket, address: tuple[Any, ...]) -> None:
        if address[0] not in {"127.0.0.1", "localhost"}:
            raise ConnectionRefusedError(111, "refused")
        await connect(self, sock, address)

    monkeypatch.setattr(type(loop), "sock_connect", local)


@pytest.mark.usefixtures("no_network")
async def test_a_name_that_changes_its_mind_is_not_followed(
    site: Start, fetching: Fetching
) -> None:
    """DNS rebinding: public when it is looked up first, private when it is looked up again."""
    server = await site(_page)
    names = Names([_PUBLIC], ["127.0.0.1"])
    fetcher = await fetching(resolver=names)
    url = server.url(host="rebinding.example")
    # Who looks up twice, to check and then to connect, connects to 127.0.0.1 here.
    assert "refuses the connection" in await _error(fetcher, url)
    assert names.lookups == 1
    # Who remembers that the name was public connects to 127.0.0.1 here.
    assert "private network" in await _error(fetcher, url)
    assert server.asked == []


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("private", ["127.0.0.1", "localhost"])
async def test_each_address_of_a_name_is_checked(
    site: Start, fetching: Fetching, private: str
) -> None:
    """A public address that does not answer is no way to the private one behind it."""
    server = await site(_page)
    fetcher = await fetching(resolver=Names([_PUBLIC, private]))
    await _error(fetcher, server.url(host="both.example"))
    assert server.asked == []


@pytest.mark.parametrize(
    "target",
    ["ftp://example.com/a", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://[::1"],
)
async def test_a_redirect_to_what_is_no_page_is_refused(
    site: Start, fetching: Fetching, target: str
) -> None:
    """A redirect leads to nothing that a person could not have typed."""
    server = await site(_redirect(target))
    error = await _error(await fetching(allow_private=True), server.url())
    assert "web address" in error
    assert len(server.asked) == 1


async def test_nothing_of_the_environment_is_used(
    site: Start, fetching: Fetching, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy would connect where nobody checks, and a password of ~/.netrc is not ours to give."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    proxy = await site(_page)
    server = await site(_page)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url())
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(netrc))
    await (await fetching(allow_private=True)).fetch(server.url())
    assert proxy.asked == []
    assert "Authorization" not in server.asked[0].headers


async def test_no_cookie_goes_from_one_page_to_the_next(site: Start, fetching: Fetching) -> None:
    """Every page is asked for as if it were the first."""
    server = await site(_typed("text/plain", Set_Cookie="who=me"))
    fetcher = await fetching(allow_private=True)
    await fetcher.fetch(server.url("/1", host="localhost"))
    await fetcher.fetch(server.url("/2", host="localhost"))
    assert "Cookie" not in server.asked[1].headers


# Too much, too slow


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_small_page_that_unpacks_to_a_gigabyte_is_cut_early(
    site: Start, fetching: Fetching, packing: str
) -> None:
    """Neither the memory nor the time for it is spent."""
    packer = zlib.compressobj(9, wbits=31 if packing == "gzip" else 15)
    # A block that was flushed fully stands for itself, and can be repeated.
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = head + block * 1_000
    assert len(bomb) < 1_100_000
    server = await site(_typed("text/html", bomb, Content_Encoding=packing))
    fetcher = await fetching(allow_private=True, page_bytes=2_000_000)
    tracemalloc.start()
    try:
        assert "larger than 2,000,000 bytes" in await _error(fetcher, server.url())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_packed_page_is_unpacked(site: Start, fetching: Fetching, packing: str) -> None:
    """What is asked for is understood."""
    packed = gzip.compress(b"Hello") if packing == "gzip" else zlib.compress(b"Hello")
    server = await site(_typed("text/plain", packed, Content_Encoding=packing))
    fetched = await (await fetching(allow_private=True)).fetch(server.url())
    assert isinstance(fetched, Fetched)
    assert fetched.data == b"Hello"


@pytest.mark.parametrize("packing", ["br", "zstd", "compress", "gzip, gzip", "gzip"])
async def test_a_page_that_cannot_be_unpacked_is_refused(
    site: Start, fetching: Fetching, packing: str
) -> None:
    """What was not asked for, and what is not what it says."""
    server = await site(_typed("text/plain", b"not packed at all", Content_Encoding=packing))
    error = await _error(await fetching(allow_private=True), server.url())
    assert "pack" in error or "not HTTP" in error


async def test_a_page_of_just_the_limit_is_whole(site: Start, fetching: Fetching) -> None:
    """The limit itself is allowed, and one byte more is not."""
    server = await site(_typed("text/plain", b"x" * 1_000))
    assert isinstance(
        await (await fetching(allow_private=True, page_bytes=1_000)).fetch(server.url()), Fetched
    )
    error = await _error(await fetching(allow_private=True, page_bytes=999), server.url())
    assert error == "it is larger than 999 bytes; raise limits.page_bytes"


async def test_an_endless_page_is_cut(site: Start, fetching: Fetching) -> None:
    """A length that is not stated makes no difference."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    server = await site(answer)
    fetcher = await fetching(allow_private=True, page_bytes=1_000_000)
    assert "larger than" in await _error(fetcher, server.url())


async def test_the_body_of_a_redirect_is_not_read(site: Start, fetching: Fetching) -> None:
    """An endless page cannot hide behind a redirect."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/page":
            return await _page(request)
        response = web.StreamResponse(status=302, headers={"Location": "/page"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    server = await site(answer)
    fetcher = await fetching(allow_private=True, seconds=5)
    assert isinstance(await fetcher.fetch(server.url()), Fetched)


async def test_a_page_that_drips_is_given_up_in_time(site: Start, fetching: Fetching) -> None:
    """Each byte comes soon; the page never does."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.02)

    server = await site(answer)
    async with asyncio.timeout(3):
        error = await _error(await fetching(allow_private=True, seconds=0.3), server.url())
    assert error == "127.0.0.1 took longer than 0.3 seconds to send it"


async def test_redirects_share_one_time(site: Start, fetching: Fetching) -> None:
    """Many slow steps are as slow as one."""

    async def answer(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": "/"})

    server = await site(answer)
    error = await _error(await fetching(allow_private=True, seconds=0.4), server.url())
    assert "took longer than 0.4 seconds" in error
    assert len(server.asked) <= 3


async def test_a_connection_that_does_not_come_about_is_given_up(fetching: Fetching) -> None:
    """Looking up the name counts too."""

    class Slow(Names):
        async def resolve(self, *_arguments: Any, **_named: Any) -> list[ResolveResult]:
            await asyncio.sleep(5)
            return []

    fetcher = await fetching(resolver=Slow([]), connect_seconds=0.2)
    async with asyncio.timeout(3):
        error = await _error(fetcher, "http://slow.example/")
    assert error == "slow.example took longer than 0.2 seconds to be reached"


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"x" * 20_000 + b"\r\n",
        b"X" * 20_000 + b": x\r\n",
        b"".join(b"X-%d: x\r\n" % number for number in range(500)),
    ],
)
async def test_headers_have_a_limit(
    raw: Callable[[bytes], Awaitable[str]], fetching: Fetching, headers: bytes
) -> None:
    """In length and in number."""
    url = await raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + headers + b"\r\n")
    assert "headers that are too long" in await _error(await fetching(allow_private=True), url)


async def test_two_pages_of_a_host_are_fetched_at_a_time(site: Start, fetching: Fetching) -> None:
    """The third waits, and its waiting is not held against it."""
    now = most = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.1)
        now -= 1
        return await _page(request)

    server = await site(answer)
    fetcher = await fetching(allow_private=True, seconds=0.4)
    fetched = await asyncio.gather(*(fetcher.fetch(server.url(f"/{n}")) for n in range(10)))
    assert len(fetched) == 10
    assert most == 2


# What goes wrong, in words


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (404, {}, "there is no page at {url} (status 404)"),
        (410, {}, "there is no page at {url} (status 410)"),
        (401, {}, "127.0.0.1 does not let Dateline read it (status 401)"),
        (403, {}, "127.0.0.1 does not let Dateline read it (status 403)"),
        (429, {}, "127.0.0.1 is asked too often; try again later (status 429)"),
        (
            429,
            {"Retry_After": "1200"},
            "127.0.0.1 is asked too often; try again in 1,200 seconds (status 429)",
        ),
        (
            503,
            {"Retry_After": "Fri, 22 Nov 2024 08:00:00 GMT"},
            "127.0.0.1 has trouble of its own; try again after 2024-11-22 08:00 UTC (status 503)",
        ),
        (
            429,
            {"Retry_After": "<!channel>"},
            "127.0.0.1 is asked too often; try again later (status 429)",
        ),
        (500, {}, "127.0.0.1 has trouble of its own; try again later (status 500)"),
        (300, {}, "127.0.0.1 answered, but with no page (status 300)"),
        (302, {}, "127.0.0.1 answered, but with no page (status 302)"),
        (418, {}, "127.0.0.1 answered, but with no page (status 418)"),
    ],
)
async def test_an_answer_without_a_page_is_one_sentence(
    site: Start, fetching: Fetching, status: int, headers: dict[str, str], sentence: str
) -> None:
    """With the status for who looks after the site, and in words for who does not."""
    server = await site(_status(status, **headers))
    error = await _error(await fetching(allow_private=True), server.url("/a"))
    assert error == sentence.format(url=server.url("/a"))


async def test_a_name_that_nobody_has_is_said(fetching: Fetching) -> None:
    """It may be a slip of the keyboard."""
    error = await _error(await fetching(resolver=NoNames()), "http://no.example/")
    assert error.startswith("the name no.example is not found")


async def test_a_port_where_nobody_listens_is_said(fetching: Fetching) -> None:
    """The machine is there, and the server is not."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        error = await _error(await fetching(allow_private=True), url)
    assert error == "127.0.0.1 refuses the connection"


async def test_a_certificate_that_nobody_signed_is_not_trusted(
    site: Start, fetching: Fetching, tmp_path: Path
) -> None:
    """And the reason is told."""
    pem = tmp_path / "server.pem"
    pem.write_text(_CERTIFICATE.strip(), encoding="ascii")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    server = await site(_page, tls)
    url = server.url(host="localhost").replace("http:", "https:")
    error = await _error(await fetching(allow_private=True), url)
    assert error == "the certificate of localhost cannot be trusted (self-signed certificate)"
    assert server.asked == []


async def test_a_server_that_does_not_speak_tls_is_said(site: Start, fetching: Fetching) -> None:
    """An https address of an http server."""
    server = await site(_page)
    url = server.url().replace("http:", "https:")
    assert "https cannot be used" in await _error(await fetching(allow_private=True), url)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "broke off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nx",
            "broke off",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz",
            "not HTTP",
        ),
    ],
)
async def test_an_answer_that_breaks_off_is_one_sentence(
    raw: Callable[[bytes], Awaitable[str]], fetching: Fetching, said: bytes, words: str
) -> None:
    """Half a page is no page."""
    assert words in await _error(await fetching(allow_private=True), await raw(said))


def _kinds(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(_kinds(child) for child in kind.__subclasses__()))


@pytest.mark.parametrize("kind", sorted(_kinds(aiohttp.ClientError), key=str))
async def test_no_error_of_aiohttp_gets_past_the_fetcher(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    """Each becomes one sentence, the ones of a later aiohttp too."""
    error = kind.__new__(kind)
    # What the kinds of a failed connection are made of; their constructors want a connection.
    error.__dict__["_os_error"] = OSError(1, "x")

    def failing(*_arguments: object, **_named: object) -> None:
        raise error

    fetcher = await fetching()
    monkeypatch.setattr(aiohttp.ClientSession, "get", failing)
    assert "example.com" in await _error(fetcher, "http://example.com/")
