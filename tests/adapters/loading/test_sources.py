"""A path, a folder, a page or a feed, each read the way it must be."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from aiohttp import web

from adapters.loading.fetching import Fetcher
from adapters.loading.files import FileLoader
from adapters.loading.processes import Kind, ParserProcesses
from adapters.loading.sources import SourceLoader, is_url
from briefs.errors import SourceError
from briefs.model import LoadedFile
from briefs.ports import Validators
from tests.adapters.loading.building import SECOND, SENTENCE, article, docx, pdf

CET = timezone(timedelta(hours=1))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = f"Port reopens\n\n{SENTENCE} {SECOND}\n"


class Parsers(ParserProcesses):
    """Starts no process: takes note of what it is to parse, and gives it back as a text."""

    def __init__(self) -> None:
        """Nothing has been parsed yet."""
        super().__init__()
        self.parsed: list[tuple[Kind, bytes, str]] = []
        self.closed = False

    def parse(self, kind: Kind, data: bytes, source: str) -> LoadedFile:
        """Return a text that says what it was parsed as."""
        self.parsed.append((kind, data, source))
        return LoadedFile(source=source, text=f"{kind}: {len(data)} bytes", title="Untitled")

    def close(self) -> None:
        """Take note."""
        self.closed = True


@dataclass(kw_only=True)
class Page:
    """What a server has at one path."""

    body: bytes
    kind: str = "text/html"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Site:
    """A server on loopback that knows `ETag`s, and remembers what it was asked."""

    def __init__(self) -> None:
        """There is no page yet."""
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with a page, or with none."""
        self.asked.append(request.path_qs)
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="not here")
        if (
            page.headers.get("ETag")
            and request.headers.get("If-None-Match") == page.headers["ETag"]
        ):
            return web.Response(status=304)
        modified = page.headers.get("Last-Modified")
        if modified and request.headers.get("If-Modified-Since") == modified:
            return web.Response(status=304)
        headers = {"Content-Type": page.kind, **page.headers}
        return web.Response(status=page.status, body=page.body, headers=headers)

    def put(self, path: str, body: bytes | str, kind: str = "text/html", **headers: str) -> str:
        """Put a page on a path, and return its address."""
        self.pages[path] = Page(
            body=body if isinstance(body, bytes) else body.encode(),
            kind=kind,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        return self.url(path)

    def url(self, path: str) -> str:
        """Return an address of this server."""
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Return a server that runs."""
    async with AsyncExitStack() as stack:
        made = Site()
        application = web.Application()
        application.router.add_get("/{path:.*}", made.answer)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.port = runner.addresses[0][1]
        yield made


@pytest.fixture
def kept() -> dict[str, Validators]:
    """Return what the library keeps of what servers gave."""
    return {}


@pytest.fixture
def parsers() -> Parsers:
    """Return parsers that start nothing."""
    return Parsers()


def fetcher() -> Fetcher:
    """Return what may fetch from loopback."""
    return Fetcher(user_agent="Dateline/test (+https://dateline.example)", allow_private=True)


def loader_of(
    processes: ParserProcesses,
    kept: dict[str, Validators],
    fetches: Callable[[], Fetcher] = fetcher,
) -> SourceLoader:
    """Return a loader."""
    return SourceLoader(
        files=FileLoader(max_bytes=1_000_000),
        processes=processes,
        fetcher=fetches,
        validators=lambda url: kept.get(url, Validators()),
        keep=kept.__setitem__,
    )


@pytest.fixture
def loader(parsers: Parsers, kept: dict[str, Validators]) -> SourceLoader:
    """Return a loader that starts no process."""
    return loader_of(parsers, kept)


@pytest.fixture
def whole(kept: dict[str, Validators]) -> Iterator[SourceLoader]:
    """Return a loader with processes that parse."""
    made = loader_of(ParserProcesses(), kept)
    yield made
    made.close()


async def not_found(loader: SourceLoader, named: str) -> str:
    """Return why a name stands for nothing."""
    with pytest.raises(SourceError) as caught:
        await loader.sources(named, "main")
    return str(caught.value)


async def refusal(loader: SourceLoader, source: str) -> str:
    """Return why a source is not loaded."""
    with pytest.raises(SourceError) as caught:
        await loader.load(source)
    return str(caught.value)


async def only(loader: SourceLoader, named: str) -> LoadedFile:
    """Load what a name stands for, which is one article."""
    (source,) = await loader.sources(named, "main")
    return await loader.load(source)


def rss(*items: str) -> str:
    """Return a feed."""
    return (
        '<?xml version="1.0"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Port Radio</title>{''.join(items)}</channel></rss>"
    )


def item(*elements: str, content: str | None = None) -> str:
    """Return an item of a feed."""
    inner = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return f"<item>{''.join(elements)}{inner}</item>"


# Names


@pytest.mark.parametrize(
    ("named", "url"),
    [
        ("https://port.example/a", True),
        ("HTTP://PORT.EXAMPLE", True),
        ("/articles/https://a", False),
        ("https.md", False),
        ("http:/a.md", False),
        ("ftp://port.example/a", False),
        ("", False),
    ],
)
def test_a_name_is_a_url_or_a_path(
    named: str,
    url: bool,  # noqa: FBT001 - what is expected
) -> None:
    """By its beginning alone: nothing is asked of the disk or of the network."""
    assert is_url(named) is url


async def test_a_folder_stands_for_its_files(loader: SourceLoader, tmp_path: Path) -> None:
    """Each is a source of its own; where there is none, that is said."""
    for name in ("b.md", "a.txt"):
        (tmp_path / name).write_text("The boats left.", encoding="utf-8")
    found = await loader.sources(str(tmp_path), "main")
    assert [Path(source).name for source in found] == ["a.txt", "b.md"]
    assert [(await loader.load(source)).text for source in found] == ["The boats left."] * 2
    assert "no such file or folder" in await not_found(loader, str(tmp_path / "nowhere"))


@pytest.mark.parametrize("named", ["http://", "https://user:word@port.example/", "http://a b/"])
async def test_what_is_no_web_address_is_refused(loader: SourceLoader, named: str) -> None:
    """With the reason, before anything is fetched."""
    assert "web address" in await not_found(loader, named)


async def test_a_page_is_known_by_one_spelling_of_its_address(
    loader: SourceLoader, site: Site
) -> None:
    """What only tracks readers and what only scrolls is no part of it."""
    url = site.put("/a", TEXT, "text/plain")
    assert await loader.sources(f"{url}?utm_source=x&fbclid=1#top", "main") == [url]


# Files, each to its parser


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.html", "html"), ("a.htm", "html"), ("b.PDF", "pdf"), ("c.docx", "docx")],
)
async def test_a_file_goes_to_the_parser_of_its_ending(
    loader: SourceLoader, parsers: Parsers, tmp_path: Path, name: str, kind: str
) -> None:
    """Its bytes as they are, in a process of its own."""
    file = tmp_path / name
    file.write_bytes(b"\0\xff bytes")
    found = await only(loader, str(file))
    assert found.text == f"{kind}: 8 bytes"
    assert parsers.parsed == [(kind, b"\0\xff bytes", str(file.resolve()))]


@pytest.mark.parametrize(("name", "bare"), [("a.md", False), ("a.txt", True)])
async def test_a_text_needs_no_parser(
    loader: SourceLoader,
    parsers: Parsers,
    tmp_path: Path,
    name: str,
    bare: bool,  # noqa: FBT001 - what is expected
) -> None:
    """There is nothing in it that could be hostile to one."""
    file = tmp_path / name
    file.write_text(SENTENCE, encoding="utf-8")
    found = await only(loader, str(file))
    assert (found.text, found.bare) == (SENTENCE, bare)
    assert parsers.parsed == []


async def test_a_file_that_nothing_can_parse_is_refused(
    loader: SourceLoader, parsers: Parsers, tmp_path: Path
) -> None:
    """It never gets as far as a parser; nor does one that is too large, or gone."""
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "b.pdf").write_bytes(b"x" * 1_000_001)
    (tmp_path / "a.JPeG").write_bytes(b"x")
    assert (await refusal(loader, str(tmp_path / "a.JPeG"))).startswith(".JPeG cannot be loaded")
    assert "these can" in await refusal(loader, str(tmp_path / "a.png"))
    assert "larger than" in await refusal(loader, str(tmp_path / "b.pdf"))
    assert "not a file" in await refusal(loader, str(tmp_path / "c.pdf"))
    assert parsers.parsed == []


# Pages, each to its parser


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("text/html; charset=utf-8", "html"),
        ("application/xhtml+xml", "html"),
        # its tags would be the text
        ("application/xml", "html"),
        ("text/xml", "html"),
        ("application/pdf", "pdf"),
        (WORD, "docx"),
    ],
)
async def test_a_page_goes_to_the_parser_of_its_type(
    loader: SourceLoader, parsers: Parsers, site: Site, content_type: str, kind: str
) -> None:
    """Of what its server says that it is, not of its address; and it is fetched once."""
    url = site.put("/a.txt", b"<p>\xff</p>", content_type)
    found = await only(loader, url)
    assert parsers.parsed == [(kind, b"<p>\xff</p>", url)]
    assert (found.source, found.url) == (url, url)
    assert site.asked == ["/a.txt"]


async def test_a_plain_text_of_the_web_is_a_text(
    loader: SourceLoader, parsers: Parsers, site: Site
) -> None:
    """With a head that is yet to be read, and with its address."""
    url = site.put("/news/port.txt", TEXT, "text/plain; charset=utf-8")
    found = await only(loader, url)
    assert found == LoadedFile(source=url, text=TEXT, title="port", url=url, bare=True)
    assert parsers.parsed == []


async def test_markdown_of_the_web_is_markdown_by_its_type(
    loader: SourceLoader, site: Site
) -> None:
    """Its address need not end so."""
    for kind in ("text/markdown", "text/x-markdown; charset=utf-8"):
        found = await only(loader, site.put("/a", "# Boats\n\nThe **boats** left.", kind))
        assert (found.title, found.text, found.bare) == ("Boats", "The boats left.", False)


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [("koi8-r", "koi8-r"), ("utf-16", "utf-16"), ("utf-8", "iso-8859-1"), ("utf-8", "none-such")],
)
async def test_a_text_is_decoded_as_its_server_says_unless_it_is_utf_8(
    loader: SourceLoader, site: Site, encoding: str, stated: str
) -> None:
    """A few words are too little to guess from; and many a server says Latin-1 of everything."""
    text = "Корабли ушли, и никто их не видел."
    url = site.put("/a", text.encode(encoding), f"text/plain; charset={stated}")
    assert (await only(loader, url)).text == text


async def test_a_text_that_is_not_what_its_server_says_is_read_all_the_same(
    loader: SourceLoader, site: Site
) -> None:
    """As the likeliest of what it can be."""
    body = f"Café. {SENTENCE}".encode("latin-1")
    assert SENTENCE in (await only(loader, site.put("/a", body, "text/plain; charset=ascii"))).text


async def test_a_page_is_known_by_what_was_typed_and_shown_where_it_was_found(
    loader: SourceLoader, site: Site
) -> None:
    """A redirect changes what a reader is led to, not which source it is."""
    there = site.put("/there", TEXT, "text/plain")
    site.pages["/here"] = Page(body=b"", status=302, headers={"Location": "/there"})
    found = await only(loader, site.url("/here"))
    assert (found.source, found.url) == (site.url("/here"), there)


async def test_a_page_loaded_again_is_fetched_again(loader: SourceLoader, site: Site) -> None:
    """Whole: what there was to say of it the last time is not asked for."""
    url = site.put("/a", "One two three.", "text/plain", ETag='"1"')
    assert (await only(loader, url)).text == "One two three."
    assert (await loader.load(url)).text == "One two three."
    site.put("/a", "Four five six.", "text/plain", ETag='"2"')
    assert (await loader.load(url)).text == "Four five six."
    assert site.asked == ["/a"] * 3


async def test_a_page_that_is_not_there_is_refused_with_its_status(
    loader: SourceLoader, site: Site
) -> None:
    """When it is named, and when it is gone by the time that it is loaded."""
    assert "status 404" in await not_found(loader, site.url("/gone"))
    assert "status 404" in await refusal(loader, site.url("/gone"))


async def test_a_private_address_is_refused_unless_it_was_allowed(
    parsers: Parsers, kept: dict[str, Validators], site: Site
) -> None:
    """What a person types may point anywhere; a feed's items too."""
    url = site.put("/a", TEXT, "text/plain")
    guarded = loader_of(parsers, kept, lambda: Fetcher(user_agent="Dateline/test"))
    assert "private network" in await not_found(guarded, url)
    assert "private network" in await refusal(guarded, url)
    assert site.asked == []


# Feeds


async def test_a_feed_stands_for_its_items_in_their_order(loader: SourceLoader, site: Site) -> None:
    """By their addresses, each once; one that has none by what the feed calls it."""
    url = site.put(
        "/feed",
        rss(
            item("<link>/b?utm_medium=rss</link>"),
            item("<guid isPermaLink='false'>tag:1</guid>", content=f"<p>{SENTENCE}</p>"),
            item("<link>/a</link>"),
            item("<link>/b</link>"),
        ),
        "application/rss+xml",
    )
    assert await loader.sources(url, "main") == [site.url("/b"), f"{url}#tag:1", site.url("/a")]


async def test_an_item_with_content_is_not_fetched(
    loader: SourceLoader, parsers: Parsers, site: Site
) -> None:
    """It is parsed as a page, with what the feed says of it."""
    url = site.put(
        "/feed",
        rss(
            item(
                "<title>Port reopens</title><link>/a</link><dc:creator>Ann Roe</dc:creator>",
                "<pubDate>Fri, 22 Nov 2024 08:00:00 +0100</pubDate>",
                content=f"<p>{SENTENCE}</p>",
            )
        ),
        "text/xml",
    )
    found = await only(loader, url)
    ((kind, data, source),) = parsers.parsed
    assert (kind, source) == ("html", site.url("/a"))
    assert f"<article><p>{SENTENCE}</p></article>" in data.decode()
    assert replace(found, text="") == LoadedFile(
        source=site.url("/a"),
        text="",
        title="Port reopens",
        outlet="Port Radio",
        author="Ann Roe",
        published=datetime(2024, 11, 22, 8, tzinfo=CET),
        url=site.url("/a"),
        via=url,
    )
    assert site.asked == ["/feed"]


async def test_an_item_without_content_is_fetched(loader: SourceLoader, site: Site) -> None:
    """What its page does not say is taken from the feed."""
    site.put("/a.txt", f"---\nauthor: Jo Moss\n---\n{SENTENCE}", "text/plain")
    url = site.put(
        "/feed",
        rss(
            item(
                "<title>Port reopens</title><link>/a.txt</link><dc:creator>Ann Roe</dc:creator>",
                "<pubDate>Fri, 22 Nov 2024</pubDate><description>Short.</description>",
            )
        ),
        "application/rss+xml",
    )
    found = await only(loader, url)
    assert (found.text, found.title) == (SENTENCE, "Port reopens")
    assert (found.outlet, found.author) == ("Port Radio", "Jo Moss")
    assert (found.published, found.url) == (date(2024, 11, 22), site.url("/a.txt"))
    assert site.asked == ["/feed", "/a.txt"]


async def test_what_a_feed_says_holds_for_one_load(loader: SourceLoader, site: Site) -> None:
    """A page that is loaded by itself later says what it says itself."""
    site.put("/a.txt", SENTENCE, "text/plain")
    url = site.put("/feed", rss(item("<title>T</title><link>/a.txt</link>")), "text/xml")
    assert (await only(loader, url)).outlet == "Port Radio"
    assert (await loader.load(site.url("/a.txt"))).outlet is None


async def test_an_item_that_is_gone_is_one_failure(loader: SourceLoader, site: Site) -> None:
    """The others of its feed are loaded."""
    site.put("/b.txt", SENTENCE, "text/plain")
    url = site.put(
        "/feed", rss(item("<link>/a.txt</link>"), item("<link>/b.txt</link>")), "text/xml"
    )
    gone, there = await loader.sources(url, "main")
    assert "status 404" in await refusal(loader, gone)
    assert (await loader.load(there)).text == SENTENCE


async def test_an_item_without_an_address_is_read_anew_in_its_feed(
    loader: SourceLoader, parsers: Parsers, site: Site
) -> None:
    """There is no page of it to fetch; the feed itself must never be taken for its text."""
    guid = "<guid isPermaLink='false'>tag:1</guid>"
    url = site.put("/feed", rss(item(guid, content=f"<p>{SENTENCE}</p>")), "text/xml")
    (source,) = await loader.sources(url, "main")
    await loader.load(source)
    site.put("/feed", rss(item("<link>/b</link>"), item(guid, content=f"<p>{SECOND}</p>")))
    again = await loader.load(source)
    assert (again.source, again.outlet) == (source, "Port Radio")
    assert SECOND in parsers.parsed[-1][1].decode()
    site.put("/feed", rss(item("<link>/b</link>")), "text/xml")
    assert "not in it any more" in await refusal(loader, source)
    assert len(parsers.parsed) == 2


async def test_a_page_that_became_a_feed_is_no_article(loader: SourceLoader, site: Site) -> None:
    """Its tags would be the text."""
    url = site.put("/a", TEXT, "text/plain")
    await only(loader, url)
    site.put("/a", rss(item("<link>/b</link>")), "application/rss+xml")
    assert "it is a feed" in await refusal(loader, url)


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("ETag", '"1"', Validators(etag='"1"')),
        (
            "Last_Modified",
            "Fri, 22 Nov 2024 08:00:00 GMT",
            Validators(modified="Fri, 22 Nov 2024 08:00:00 GMT"),
        ),
    ],
)
async def test_a_feed_that_has_not_changed_stands_for_nothing(
    loader: SourceLoader,
    kept: dict[str, Validators],
    site: Site,
    header: str,
    value: str,
    expected: Validators,
) -> None:
    """Its server says so, and sends nothing; once it has changed, it stands for its items again.

    Only once all of it is kept: after a load that was broken off it is read whole again. And for
    each collection on its own; and not where it is to be read afresh.
    """
    feed = rss(item("<link>/a</link>"))
    url = site.put("/feed", feed, "application/rss+xml", **{header: value})
    for _ in range(2):
        assert await loader.sources(url, "main") == [site.url("/a")]
        assert kept == {}
    await loader.settled(url, "main")
    assert kept == {f"main {url}": expected}
    assert await loader.sources(url, "main") == []
    assert await loader.sources(url, "other") == [site.url("/a")]
    assert await loader.sources(url, "main", afresh=True) == [site.url("/a")]
    other = {"ETag": '"2"', "Last_Modified": "Sat, 23 Nov 2024 08:00:00 GMT"}[header]
    site.put("/feed", rss(item("<link>/b</link>")), "application/rss+xml", **{header: other})
    assert await loader.sources(url, "main") == [site.url("/b")]
    await loader.settled(url, "main")
    assert await loader.sources(url, "main") == []


async def test_what_is_no_feed_has_nothing_to_settle(
    loader: SourceLoader, kept: dict[str, Validators], tmp_path: Path
) -> None:
    """A folder, for one; it is walked anew each time."""
    await loader.settled(str(tmp_path), "main")
    assert kept == {}


async def test_a_feed_whose_server_gives_nothing_is_read_each_time(
    loader: SourceLoader, site: Site
) -> None:
    """There is no way to ask for less."""
    url = site.put("/feed", rss(item("<link>/a</link>")), "text/xml")
    for _ in range(2):
        assert await loader.sources(url, "main") == [site.url("/a")]
        await loader.settled(url, "main")


@pytest.mark.parametrize("items", ["", "<item></item>"])
async def test_a_feed_without_an_article_is_said_to_be_empty(
    loader: SourceLoader, kept: dict[str, Validators], site: Site, items: str
) -> None:
    """And is asked for whole the next time."""
    url = site.put("/feed", rss(items), "text/xml", ETag='"1"')
    assert "no article in this feed" in await not_found(loader, url)
    assert kept == {}


async def test_a_page_is_no_feed(
    loader: SourceLoader, kept: dict[str, Validators], site: Site
) -> None:
    """What its server gave is not kept: a page is always asked for whole."""
    url = site.put("/a", article(), "text/html", ETag='"1"')
    for _ in range(2):
        assert await loader.sources(url, "main") == [url]
    assert kept == {}


async def test_a_damaged_feed_is_refused_with_the_reason(loader: SourceLoader, site: Site) -> None:
    """It says that it is one, and is none."""
    url = site.put("/feed", "nothing of the kind", "application/rss+xml")
    assert "not a feed" in await not_found(loader, url)


def test_closing_ends_the_processes(loader: SourceLoader, parsers: Parsers) -> None:
    """They would outlive the program."""
    loader.close()
    assert parsers.closed


# With the real parsers


@pytest.mark.slow
async def test_what_an_admin_names_is_loaded(
    whole: SourceLoader, site: Site, tmp_path: Path
) -> None:
    """A page, a PDF, a Word document, and an item of a feed, from the web and from files."""
    head = (
        '<meta property="og:title" content="Port reopens">'
        '<meta property="og:site_name" content="Sea Post">'
        '<meta property="article:published_time" content="2024-11-22T08:00:00+01:00">'
    )
    page = await only(whole, site.put("/page", article(head)))
    assert (page.title, page.outlet) == ("Port reopens", "Sea Post")
    assert page.published == datetime(2024, 11, 22, 8, tzinfo=CET)
    assert SENTENCE in page.text
    assert "<p>" not in page.text
    assert not page.bare
    xhtml = b'<?xml version="1.0" encoding="utf-8"?>' + article(head)
    assert (await only(whole, site.put("/xml", xhtml, "application/xml"))).text == page.text

    printed = pdf([[SENTENCE, SECOND]])
    named = await only(whole, site.put("/paper", printed, "application/pdf"))
    assert named.url == site.url("/paper")
    written = docx(SENTENCE, SECOND)
    word = await only(whole, site.put("/word", written, WORD))
    for name, data in (("a.pdf", printed), ("a.docx", written), ("a.html", article())):
        (tmp_path / name).write_bytes(data)
    files = [await whole.load(source) for source in await whole.sources(str(tmp_path), "main")]
    assert len(files) == 3
    for found in (named, word, *files):
        assert SENTENCE in found.text
        assert SECOND in found.text

    entry = item("<title>Port</title><link>/x</link>", content=f"<p>{SENTENCE}</p><p>{SECOND}</p>")
    told = await only(whole, site.put("/feed", rss(entry), "application/rss+xml"))
    assert told.text == f"{SENTENCE}\n\n{SECOND}"
    assert (told.title, told.outlet, told.url) == ("Port", "Port Radio", site.url("/x"))


@pytest.mark.slow
async def test_a_page_without_an_article_is_refused(whole: SourceLoader, site: Site) -> None:
    """By its parser, with the reason; the loader goes on."""
    menu = "".join(f"<li><a href='/{number}'>Entry</a></li>" for number in range(40))
    url = site.put("/menu", f"<html><body><nav><ul>{menu}</ul></nav></body></html>")
    (source,) = await whole.sources(url, "main")
    assert "no article" in await refusal(whole, source)
    assert SENTENCE in (await only(whole, site.put("/page", article()))).text
