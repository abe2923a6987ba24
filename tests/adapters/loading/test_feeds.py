"""Reading feeds: the good, the careless and the hostile."""

import contextlib
import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loading.feeds import Feed, FeedItem, is_feed, parse_feed
from briefs.errors import SourceError
from briefs.model import Published

_URL = "https://example.com/news/feed.xml"
_CET = timezone(timedelta(hours=1))


def _rss(items: str, *, head: str = "", encoding: str = "utf-8") -> bytes:
    return (
        f"<?xml version='1.0' encoding='{encoding}'?>{head}"
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>The News</title><link>https://example.com</link>{items}</channel></rss>"
    ).encode(encoding)


def _atom(entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>The News</title><id>urn:feed</id>{entries}</feed>"
    ).encode()


def _only(feed: Feed) -> FeedItem:
    (item,) = feed.items
    return item


def test_an_item_of_rss_has_what_the_feed_says_of_it() -> None:
    """Every field, with the date's own offset and the whole text rather than the summary."""
    feed = parse_feed(
        _rss(
            "<item><title>Oil &amp;amp; <![CDATA[<b>gas</b>]]></title>"
            "<link>../a/1?utm_source=rss&amp;x=1#top</link><guid isPermaLink='false'>g1</guid>"
            "<dc:creator>Ann Smith</dc:creator><pubDate>Fri, 22 Nov 2024 08:00:00 +0100</pubDate>"
            "<description>Short.</description>"
            "<content:encoded><![CDATA[<p>All of <a href='/b'>it</a>.</p>]]></content:encoded>"
            "</item>"
        ),
        _URL,
    )
    item = FeedItem(
        id="g1",
        url="https://example.com/a/1?x=1",
        title="Oil & gas",
        author="Ann Smith",
        published=datetime(2024, 11, 22, 8, tzinfo=_CET),
        content_html="<p>All of <a href='/b'>it</a>.</p>",
    )
    assert feed == Feed(title="The News", items=(item,), left_out=0)


def test_an_entry_of_atom_has_what_the_feed_says_of_it() -> None:
    """With all its authors, the date of its publication, and content that is XHTML."""
    entry = (
        "<entry><title type='html'>A &amp;lt; B</title><id>urn:1</id>"
        "<link rel='self' href='/x'/><link href='/a/1'/>"
        "<author><name>Ann</name><email>a@b.example</email></author><author><name>Bo</name></author>"
        "<published>2024-11-22T08:00:00Z</published><updated>2025-01-01T00:00:00Z</updated>"
        "<summary>Short.</summary><content type='xhtml'>"
        "<div xmlns='http://www.w3.org/1999/xhtml'><p>All.</p></div></content></entry>"
    )
    item = FeedItem(
        id="urn:1",
        url="https://example.com/a/1",
        title="A < B",
        author="Ann, Bo",
        published=datetime(2024, 11, 22, 8, tzinfo=UTC),
        content_html="<p>All.</p>",
    )
    assert _only(parse_feed(_atom(entry), _URL)) == item


def test_rss_1_keeps_its_items_beside_the_channel() -> None:
    """RDF, with prefixes."""
    data = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns="http://purl.org/rss/1.0/"><channel><title>The News</title><items><rdf:Seq/>'
        b"</items></channel><item><title>A</title><link>https://example.com/a</link></item>"
        b"<item><title>B</title><link>https://example.com/b</link></item></rdf:RDF>"
    )
    assert [item.title for item in parse_feed(data, _URL).items] == ["A", "B"]
    assert parse_feed(data, _URL, limit=1).left_out == 1


def test_a_summary_is_content_only_where_there_is_no_link_to_more() -> None:
    """A teaser is not the article."""
    feed = parse_feed(
        _rss(
            "<item><link>/a</link><description>Teaser</description></item>"
            "<item><description>&lt;p&gt;All there is&lt;/p&gt;</description></item>"
        ),
        _URL,
    )
    assert [item.content_html for item in feed.items] == [None, "<p>All there is</p>"]
    assert feed.items[1].url is None
    assert len(feed.items[1].id) == 64


def test_content_that_is_plain_text_becomes_html_that_shows_it() -> None:
    """Its signs are not tags."""
    item = _only(
        parse_feed(
            _atom("<entry><id>1</id><content type='text'>1 &lt; 2 &amp; 3</content></entry>"), _URL
        )
    )
    assert item.content_html == "<p>1 &lt; 2 &amp; 3</p>"


def test_what_has_neither_link_nor_content_is_passed_over_and_so_are_duplicates() -> None:
    """A link that leads nowhere readable is none; the first of two of the same page stays."""
    feed = parse_feed(
        _rss(
            "<item><title>empty</title></item>"
            "<item><title>script</title><link>javascript:alert(1)</link></item>"
            "<item><title>secret</title><link>http://u:p@example.com/</link></item>"
            "<item><title>one</title><link>https://example.com/a?utm_source=x</link></item>"
            "<item><title>two</title><link>https://EXAMPLE.com/a#b</link></item>"
        ),
        _URL,
    )
    assert [item.title for item in feed.items] == ["one"]


def test_an_address_of_an_author_is_not_a_name() -> None:
    """RSS has e-mail addresses there; nobody needs them."""
    items = (
        "<item><link>/1</link><author>ann@example.com (Ann Smith)</author></item>"
        "<item><link>/2</link><author>ann@example.com</author></item>"
    )
    assert [item.author for item in parse_feed(_rss(items), _URL).items] == ["Ann Smith", None]


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("Fri, 22 Nov 2024 08:00:00 +0100", datetime(2024, 11, 22, 8, tzinfo=_CET)),
        ("22 Nov 2024 08:00 GMT", datetime(2024, 11, 22, 8, tzinfo=UTC)),
        ("Fri, 22 Nov 2024 08:00:00", datetime(2024, 11, 22, 8)),  # noqa: DTZ001 - not stated
        ("Fri, 22 Nov 2024 08:00:00 CET", datetime(2024, 11, 22, 8)),  # noqa: DTZ001 - ambiguous
        ("Fri, 22 Nov 2024", date(2024, 11, 22)),
        ("22 November 2024", date(2024, 11, 22)),
        ("2024-11-22", date(2024, 11, 22)),
        ("2024-11-22T08:00:00+01:00", datetime(2024, 11, 22, 8, tzinfo=_CET)),
        ("2024-11-22 08:00", datetime(2024, 11, 22, 8)),  # noqa: DTZ001 - not stated
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("0001-01-01T00:00:00", None),
        ("Fri, 99 Nov 2024 08:00:00 GMT", None),
        (f"Fri, 22 Nov {'9' * 30} 08:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_the_feed_gives_it(stated: str, found: Published | None) -> None:
    """An offset is kept and never made up; what is no date is unknown."""
    item = _only(parse_feed(_rss(f"<item><link>/a</link><pubDate>{stated}</pubDate></item>"), _URL))
    assert item.published == found
    assert type(item.published) is type(found)
    if isinstance(found, datetime) and isinstance(item.published, datetime):
        assert item.published.utcoffset() == found.utcoffset()


def test_an_entry_without_a_date_of_publication_has_that_of_its_update() -> None:
    """Atom demands no other."""
    entry = "<entry><link href='/a'/><updated>2024-11-22</updated></entry>"
    assert _only(parse_feed(_atom(entry), _URL)).published == date(2024, 11, 22)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16", "koi8-r"])
def test_a_feed_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    """Or in that of its byte order mark."""
    data = _rss("<item><link>/a</link><title>Нефть</title></item>", encoding=encoding)
    assert _only(parse_feed(data, _URL)).title == "Нефть"


@pytest.mark.parametrize("declared", ["utf-16", "punycode", "no-such", "zip", "ascii"])
def test_a_feed_that_declares_a_wrong_encoding_is_read_as_what_it_is(declared: str) -> None:
    """The bytes know better."""
    data = _rss("<item><link>/a</link><title>Нефть</title></item>").replace(
        b"'utf-8'", f"'{declared}'".encode()
    )
    assert _only(parse_feed(data, _URL)).title == "Нефть"


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>A</title><link>https://example.com/q?a=1&b=2</link></item>",
        "<item><title>A&nbsp;</title><link>https://example.com/q?a=1&amp;b=2</link></item>",
        "<item><title>A</title><link>https://example.com/q?a=1&amp;b=2</link><x></item>",
        "<item><title>A\x0b</title><link>https://example.com/q?a=1&amp;b=2</link></item>",
        "<item><title>A</title><link>https://example.com/q?a=1&amp;b=2</link></item><item><ti",
    ],
)
def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes(broken: str) -> None:
    """Half of the world's feeds have something wrong with them."""
    item = parse_feed(_rss(broken), _URL).items[0]
    assert (item.title, item.url) == ("A", "https://example.com/q?a=1&b=2")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<",
        b"<html><body><rss>no</rss></body></html>",
        b"<!-- <rss> --><html/>",
        b"<?xml version='1.0'?><svg/>",
        b"just text",
        b"%PDF-1.7 \xff\xfe",
        b"\x89PNG\r\n\x1a\n\0\0",
        b'{"version": "https://jsonfeed.org/version/1"}',
    ],
)
def test_what_is_not_a_feed_is_refused(data: bytes) -> None:
    """In one sentence; an empty feed is one all the same."""
    with pytest.raises(SourceError):
        parse_feed(data, _URL)
    assert parse_feed(_rss(""), _URL) == Feed(title="The News", items=(), left_out=0)


@pytest.mark.parametrize(
    ("content_type", "data", "feed"),
    [
        ("application/rss+xml", _rss(""), True),
        ("text/html", _rss(""), True),
        ("text/plain", _atom(""), True),
        (None, b"\xef\xbb\xbf\n<!-- <html> --><rdf:RDF>", True),
        ("text/xml", _rss("", encoding="utf-16"), True),
        ("application/xml", "<feed>".encode("utf-16-be"), True),
        ("application/rss+xml", b"<!DOCTYPE html><html>", False),
        ("text/html", b"<html><rss>", False),
        ("application/xml", b"<?xml version='1.0'?><urlset>", False),
        ("application/atom+xml", b"", True),
        ("text/html", b"", False),
        (None, b"", False),
    ],
)
def test_a_feed_is_told_by_how_it_begins(
    content_type: str | None, data: bytes, *, feed: bool
) -> None:
    """Servers call feeds many things; the first element decides where there is one."""
    assert is_feed(content_type, data) is feed


def test_a_feed_of_two_hundred_thousand_items_is_cut_in_time() -> None:
    """The first are read, and the others counted."""
    item = "<item><title>{0}</title><link>/a/{0}</link><description>Text.</description></item>"
    data = _rss("".join(map(item.format, range(200_000))))
    began = time.monotonic()
    feed = parse_feed(data, _URL)
    # feedparser itself takes a minute for all of them.
    assert time.monotonic() - began < 10
    assert [item.title for item in feed.items] == [str(number) for number in range(200)]
    assert feed.left_out == 199_800


def test_items_are_counted_where_they_are_elements() -> None:
    """Not in a comment, not in a text about feeds, and not for `items`."""
    feed = parse_feed(
        _rss(
            "<!-- <item> --><item><link>/1</link><content:encoded><![CDATA[<item> <entry>]]>"
            "</content:encoded></item><items/><item><link>/2</link></item>"
        ),
        _URL,
        limit=1,
    )
    assert (len(feed.items), feed.left_out) == (1, 1)


@pytest.mark.parametrize("end", [">", ">\n"])
def test_entities_that_stand_for_billions_of_others_stand_for_nothing(end: str) -> None:
    """A billion laughs, on one line or many."""
    laughs = '<!ENTITY l0 "ha">' + end.join(
        f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}"' for number in range(1, 10)
    )
    head = f"<!DOCTYPE rss [{laughs}>]>"
    data = _rss("<item><link>/a</link><title>&l9;</title></item>", head=head)
    tracemalloc.start()
    try:
        item = _only(parse_feed(data, _URL))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert item.title == "&l9;"
    assert peak < 10_000_000


def test_entities_that_name_a_file_are_not_read() -> None:
    """Nothing outside of the feed is opened."""
    head = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    item = _only(
        parse_feed(_rss("<item><link>/a</link><title>&x;</title></item>", head=head), _URL)
    )
    assert item.title == "&x;"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<a>", "<a xml:base='x/'>", "<", "<![CDATA[", "<!--", "<?", "&", "\n", "<item ", "<!DOCTYPE "],
)
@pytest.mark.parametrize("place", ["{}", "<rss>{}", "<rss><item><link>/a</link>{}</item></rss>"])
def test_a_feed_made_to_be_slow_is_not(piece: str, place: str) -> None:
    """A megabyte of whatever takes longest is read or refused within seconds."""
    data = place.format(piece * (1_000_000 // len(piece))).encode()
    began = time.monotonic()
    with contextlib.suppress(SourceError):
        parse_feed(data, _URL)
    assert time.monotonic() - began < 10


_PIECES = [
    "<link href='/a'/>",
    "<a xml:base='http://[x'/>",
    *"""
    <item> </item> <entry> </entry> <link> </link> <link/> http://a.b/ <title> </title> <![CDATA[
    ]]> <!-- --> &amp; &x; &#xD800; &#99999999999; <content> </content> <pubDate> <guid> <author>
    <name> <content:encoded> <summary> 2024-11-22 <updated> <div> <image> <textinput>
    <georss:where> <psc:chapters> <psc:chapter/>
    """.split(),
]


@given(
    st.sampled_from(["<rss><item>", "<rss>", "<feed xmlns='http://www.w3.org/2005/Atom'><entry>"]),
    st.lists(st.one_of(st.text(max_size=5), st.sampled_from(_PIECES)), max_size=30),
)
def test_whatever_comes_is_a_feed_or_a_sentence(beginning: str, pieces: list[str]) -> None:
    """No other error gets out, and every item leads somewhere."""
    data = "".join((beginning, *pieces)).encode(errors="surrogatepass")
    feed = Feed(title=None, items=(), left_out=0)
    with contextlib.suppress(SourceError):
        feed = parse_feed(data, _URL)
    assert all(item.url or item.content_html for item in feed.items)
    assert all(item.id for item in feed.items)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#99999999999;", "&#0;", f"&#{'9' * 9_999};"])
def test_a_reference_to_no_character_does_not_spoil_the_feed(reference: str) -> None:
    """It becomes the sign for what could not be read."""
    item = _only(parse_feed(_rss(f"<item><link>/a</link><title>A{reference}</title></item>"), _URL))
    assert item.title == "A\ufffd"
    kept = _only(parse_feed(_rss("<item><link>/a</link><title>&#x41;&#0066;</title></item>"), _URL))
    assert kept.title == "AB"


def test_a_feed_that_feedparser_breaks_at_is_one_sentence() -> None:
    """It has parts that raise what they like; here, a chapter without its start."""
    namespace = "<item xmlns:psc='http://podlove.org/simple-chapters'><link>/a</link>"
    with pytest.raises(SourceError, match="full of faults"):
        parse_feed(_rss(f"{namespace}<psc:chapters><psc:chapter/></psc:chapters></item>"), _URL)
