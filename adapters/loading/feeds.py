"""RSS and Atom feeds: what is new at an outlet, item by item.

feedparser reads everything that calls itself a feed, at a price for each element. So a feed is cut
to its first items before feedparser sees it, and loses its document type, so that nothing in it
is expanded.
"""

import hashlib
import html
import io
import re
import sys
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from adapters.loading.addresses import canonical_url
from adapters.loading.dates import published
from adapters.loading.decoding import decoded
from briefs.errors import SourceError
from briefs.model import Published

if TYPE_CHECKING:
    import feedparser  # type: ignore[import-untyped]

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_ROOTS = frozenset({"rss", "feed", "rdf"})
_SNIFFED_BYTES = 4_096

_DECLARED = re.compile(rb"\A\s{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_UTF_16 = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|<\0|\0<)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+))")
_PAST = r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
# What never is an element is passed over in one step, to its end or that of the text: no byte is
# looked at twice, however many of these are left open.
_ROOT = re.compile(rf"{_PAST}|<(?P<name>[A-Za-z_][\w.:-]{{0,60}})", re.DOTALL)
_ITEM = re.compile(
    rf"{_PAST}|<(?:[\w.-]{{1,40}}:)?(?P<item>item|entry)(?=[\s/>])", re.DOTALL | re.IGNORECASE
)

# Over five times what the longest feeds have; feedparser takes about 25 µs for an element, and for
# a base as long as the bases around it together.
_MOST_ELEMENTS = 250_000
_MOST_BASES = 1_000
_BASE = re.compile(r"[\s:]base\s*=\s*[\"']")

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_DAY = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}")
_ADDRESS = re.compile(r"\S+@\S+")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
# What programs write where they have no date: year 1, which e-mail would read as 2001.
_NO_DATE = re.compile(r"(?:\A|\s)0001(?:-|\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One item of a feed; it has a URL, or content, or both."""

    id: str
    """What the feed calls it; else its URL; else a hash of its content."""
    url: str | None
    """Canonical; of http or https."""
    title: str | None
    author: str | None
    published: Published | None
    """When it was published; when it was updated, where that is all that the feed says."""
    content_html: str | None
    """The whole text where the feed has it; a summary only where there is no URL to go to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's items in its own order, which is newest first nearly everywhere."""

    title: str | None
    items: tuple[FeedItem, ...]
    left_out: int
    """How many items there are after those that were read."""


def is_feed(content_type: str | None, data: bytes) -> bool:
    """Say whether this is a feed: by its first element, and its type where that is not found.

    Args:
        content_type: As the server stated it, without parameters.
        data: The beginning of it is enough.
    """
    beginning = data[:_SNIFFED_BYTES]
    encoding = "utf-8"
    if (wide := _UTF_16.match(beginning)) is not None:
        encoding = "utf-16-be" if wide[0] in {b"\xfe\xff", b"\0<"} else "utf-16-le"
    root = _root(beginning.decode(encoding, errors="replace"))
    if root is None:
        return (content_type or "").casefold() in _FEED_TYPES
    return _local(root["name"]) in _ROOTS


def parse_feed(data: bytes, url: str, *, limit: int = 200) -> Feed:
    """Read a feed; blocking, and to be run where it can be killed.

    Items without link and content are passed over, and all but the first of the same URL.

    Args:
        data: The feed as it was fetched.
        url: Where it was fetched from: relative links begin here.
        limit: How many items are read; the rest is counted.

    Raises:
        SourceError: It is no feed.
    """
    text = _text(data)
    root = _root(text)
    if root is None or _local(root["name"]) not in _ROOTS:
        raise SourceError("it is not a feed: it is neither RSS nor Atom")
    kept, left_out = _cut(text, root, limit)
    if kept.count("<") > _MOST_ELEMENTS or sum(1 for _ in _BASE.finditer(kept)) > _MOST_BASES:
        raise SourceError("it is not a feed that can be read: it has far too many elements")
    parsed = _parsed(kept, url)
    if not parsed.version and not parsed.entries:
        raise SourceError("it is not a feed: it is neither RSS nor Atom")
    items: dict[str, FeedItem] = {}
    for entry in parsed.entries[:limit]:
        item = _item(entry, url)
        if item is not None:
            items.setdefault(item.url or item.id, item)
    return Feed(title=_plain(parsed.feed, "title"), items=tuple(items.values()), left_out=left_out)


def _parsed(text: str, url: str) -> "feedparser.FeedParserDict":
    import feedparser  # noqa: PLC0415 - most commands read no feed

    try:
        return feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": url,
            },
            # The content goes through the cleaning of every page; these are slow, and no better.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        # It lets out whatever its parts stumble over: a map without a point, a chapter without a
        # start (TypeError, KeyError, IndexError, …). None of them says more than this.
        raise SourceError("it is a feed so full of faults that it cannot be read") from error


def _text(data: bytes) -> str:
    """Return the text of a feed, without what cannot be in XML, written out or as a number."""
    return _REFERENCE.sub(_known, _NOT_XML.sub("", _unicode(data)))


def _known(reference: re.Match[str]) -> str:
    """Return a reference to a character as it is, and to no character as U+FFFD."""
    # The largest has seven digits; of thousands of them, int() makes an error.
    digits = (reference["hex"] or reference["decimal"]).lstrip("0")
    number = int(digits[:8] or "0", 16 if reference["hex"] else 10)
    possible = number <= sys.maxunicode and not _NOT_XML.match(chr(number))
    return reference[0] if possible else "&#65533"


def _unicode(data: bytes) -> str:
    declared = _DECLARED.match(data)
    for encoding in filter(None, (declared and declared[1].decode(), "utf-8")):
        try:
            # A declaration that cannot be read in what it declares is wrong, and common.
            if b"<?xml".decode(encoding) == "<?xml":
                return data.decode(encoding).removeprefix("\ufeff")
        except (LookupError, ValueError):
            continue
    if (wide := _UTF_16.match(data)) is not None and wide[0] in {b"<\0", b"\0<"}:
        mark = b"\xff\xfe" if wide[0] == b"<\0" else b"\xfe\xff"
        return decoded(mark + data)
    return decoded(data)


def _root(text: str) -> re.Match[str] | None:
    return next((match for match in _ROOT.finditer(text) if match["name"]), None)


def _local(name: str) -> str:
    return name.rpartition(":")[2].casefold()


def _cut(text: str, root: re.Match[str], limit: int) -> tuple[str, int]:
    """Return a feed with its first items and no document type, and how many items are gone."""
    starts = [match.start() for match in _ITEM.finditer(text, root.start()) if match["item"]]
    end = starts[limit] if len(starts) > limit else len(text)
    body = text[root.start() : end]
    if end < len(text):
        # Well-formed, so that feedparser need not turn to its parser for what is not.
        body += (
            f"</channel></{root['name']}>"
            if _local(root["name"]) == "rss"
            else (f"</{root['name']}>")
        )
    return f"<?xml version='1.0' encoding='utf-8'?>\n{body}", max(0, len(starts) - limit)


def _item(entry: "feedparser.FeedParserDict", base: str) -> FeedItem | None:
    url = _url(entry.get("link"), base)
    content = _content(entry) or (_html(entry.get("summary_detail")) if url is None else None)
    if url is None and content is None:
        return None
    return FeedItem(
        id=entry.get("id") or url or hashlib.sha256((content or "").encode()).hexdigest(),
        url=url,
        title=_plain(entry, "title"),
        author=_author(entry),
        published=_published(entry),
        content_html=content,
    )


def _url(link: object, base: str) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        return canonical_url(urljoin(base, link.strip()))
    except (SourceError, ValueError):
        return None


def _content(entry: "feedparser.FeedParserDict") -> str | None:
    """Return the longest of the contents that are text."""
    contents = filter(None, map(_html, entry.get("content", ())))
    return max(contents, key=len, default=None)


def _html(content: "feedparser.FeedParserDict | None") -> str | None:
    value = (content or {}).get("value", "").strip()
    if not value or content is None:
        return None
    kind = content.get("type", "text/html")
    if kind in _HTML:
        return str(value)
    if kind.startswith("text/"):
        return f"<p>{html.escape(value, quote=False)}</p>"
    return None


def _plain(holder: "feedparser.FeedParserDict", key: str) -> str | None:
    """Return a line that a feed gives as text or as HTML, as text."""
    value = holder.get(key) or ""
    if holder.get(f"{key}_detail", {}).get("type") in _HTML:
        value = html.unescape(_TAG.sub("", value))
    return " ".join(value.split()) or None


def _author(entry: "feedparser.FeedParserDict") -> str | None:
    """Return the names of the authors, and no e-mail address."""
    stated = entry.get("authors") or [{"name": entry.get("author", "")}]
    names = (" ".join(_ADDRESS.sub("", author.get("name") or "").split()) for author in stated)
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _published(entry: "feedparser.FeedParserDict") -> Published | None:
    # Not feedparser's own reading: that is in UTC, and has lost the offset and the precision.
    for key in ("published", "updated", "created"):
        # Asked for by "in": feedparser answers for "updated" with "published", and warns.
        found = _date(entry[key].strip()) if key in entry else None
        if found is not None:
            return found
    return None


def _date(stated: str) -> Published | None:
    """Return a date written in ISO 8601 or, else, as in an e-mail (RFC 5322)."""
    if _NO_DATE.search(stated):
        return None
    found = published(stated)
    if found is not None:
        return found
    try:
        if _DAY.fullmatch(stated):
            return parsedate_to_datetime(f"{stated} 00:00:00").date()
        return parsedate_to_datetime(stated)
    except (ValueError, OverflowError):
        return None
