"""What a web page states about its article: title, outlet, author, date and address.

It is read here and not by trafilatura, which guesses (an outlet from the host name, a date without
its time).
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, TypeAlias

from htmldate import find_date

from adapters.loading.decoding import without_controls
from briefs.model import Published

# lxml has no types; these two are trees of its elements and of what `json` makes.
Page: TypeAlias = Any
_Node: TypeAlias = dict[str, Any]

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]\s*(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_NO_YEAR = 1970  # what programs write for "no date": 1970-01-01, 0001-01-01
_UNTITLED = {"untitled", "untitled document", "home", "index"}
_NOBODY = {"admin", "administrator", "author", "editor", "guest", "user"}
_BYLINE = re.compile(r"^(?:written\s+)?by:?\s+", re.IGNORECASE)
_LONGEST_NAME = 120
_LONGEST_TITLE = 300
_UPDATE = re.compile(r"updat|modif|comment", re.IGNORECASE)
_DATED = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "og:datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.issued",
    "dc.date.issued",
    "citation_publication_date",
    "pubdate",
    "publishdate",
    "publication_date",
    "dc.date",
)


class Facts:
    """What a page states about its article: JSON-LD, meta elements, microdata."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._meta: dict[str, list[str]] = {}
        for element in page.iter("meta"):
            value = _line(element.get("content"))
            for attribute in ("property", "name", "itemprop"):
                if value and (key := element.get(attribute)):
                    self._meta.setdefault(key.casefold(), []).append(value)
        canonical = [
            _line(link.get("href"))
            for link in page.iter("link")
            if "canonical" in (link.get("rel") or "").casefold().split()
        ]
        candidates = [*canonical, *self._meta.get("og:url", [])]
        self.url = next((url for url in candidates if url and _is_url(url)), None)
        self._nodes = list(_linked_data(page))
        self._ids = {
            n["@id"]: n for n in self._nodes if isinstance(n.get("@id"), str) and len(n) > 1
        }
        self._node = self._article_node()

    def title(self, outlet: str | None) -> str | None:
        """Return the headline, without the outlet's name behind it."""
        heads = [_line(head.text_content()) for head in self._page.iter("h1")]
        heads = [head for head in heads if head]
        stated = [
            _line(self._node.get("headline")),
            *self._meta.get("og:title", []),
            *self._meta.get("twitter:title", []),
            *(heads if len(heads) == 1 else []),
            *(_line(title.text_content()) for title in self._page.xpath("//head/title")),
            *heads,
        ]
        for title in filter(None, stated):
            if outlet:
                end = rf"\s+[-–—|·•:]\s+{re.escape(outlet)}$"
                title = re.sub(end, "", title, flags=re.IGNORECASE)  # noqa: PLW2901
            if title.casefold() not in {*_UNTITLED, outlet} and len(title) <= _LONGEST_TITLE:
                return title
        return None

    def outlet(self) -> str | None:
        """Return the name of the site, or of who published the article."""
        stated = [
            *self._meta.get("og:site_name", []),
            *self._names(self._node.get("publisher")),
            *(_line(name) for name in self._microdata("publisher")),
            *self._meta.get("dc.publisher", []),
            *self._meta.get("publisher", []),
            *self._meta.get("citation_journal_title", []),
            *self._names([n for n in self._nodes if _is_a(n, "WebSite", "NewsMediaOrganization")]),
        ]
        return next((name for name in stated if _is_name(name)), None)

    def author(self) -> str | None:
        """Return who wrote it, names separated by a comma."""
        metas = (
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "sailthru.author",
            "byl",
        )
        groups = [
            self._names(self._node.get("author")),
            *(self._meta.get(name, []) for name in metas),
            self._microdata("author"),
            [a.text_content() for a in self._page.xpath("//a[@rel='author']")][:4],
        ]
        for group in groups:
            names = [_BYLINE.sub("", _line(name) or "") for name in group]
            names = [name for name in names if _is_name(name) and name.casefold() not in _NOBODY]
            if names:
                return ", ".join(dict.fromkeys(names))
        return None

    def published(self) -> Published | None:
        """Return when it was first published, as precisely as the page says; never an update."""
        stated = [
            _line(self._node.get("datePublished")),
            *(value for name in _DATED for value in self._meta.get(name, [])),
            *(_line(node.get("datePublished")) for node in self._nodes if _is_a(node, "WebPage")),
            *(time.get("datetime") for time in self._times()),
        ]
        moments = [moment for value in stated if value and (moment := _moment(value))]
        if moments:
            # The first that names a time, where another gives only the day of the same date.
            first = moments[0]
            finer = (m for m in moments if isinstance(m, datetime) and m.date() == first)
            return first if isinstance(first, datetime) else next(finer, first)
        # Not the extensive search: that takes any number in the page that looks like a date.
        found = find_date(self._page, original_date=True, extensive_search=False, url=self.url)
        day = date.fromisoformat(found) if found else None
        # It falls back to an update where it finds no publication.
        return None if day in self._updated() else day

    def _updated(self) -> set[date]:
        """Return the days of all the updates that the page states."""
        stated = [
            *(_line(node.get("dateModified")) for node in self._nodes),
            *(value for name in self._meta if _UPDATE.search(name) for value in self._meta[name]),
            *(time.get("datetime") for time in self._page.xpath("//time") if _is_update(time)),
        ]
        moments = [moment for value in stated if value and (moment := _moment(value))]
        return {each.date() if isinstance(each, datetime) else each for each in moments}

    def _times(self) -> Iterator[Page]:
        """Yield the time elements that can be the article's, those that say so first."""
        times = self._page.xpath("//time[@datetime] | //*[@itemprop='datePublished'][@datetime]")
        said = [time for time in times if "datePublished" in (time.get("itemprop") or "")]
        yield from said or [time for time in times if time.get("pubdate") is not None]
        heads = self._page.xpath("//h1")
        around = next(heads[0].iterancestors("article", "main"), None) if heads else None
        near = times if around is None and len(times) == 1 else []
        if around is not None:
            near = [time for time in times if around in time.iterancestors()]
        yield from [time for time in near if not _is_update(time)][:1]

    def _article_node(self) -> _Node:
        """Return the JSON-LD of the article of this page, and not of one that it links to."""
        articles = [node for node in self._nodes if _is_article(node)]
        titles = {title.casefold() for title in self._meta.get("og:title", [])}

        def is_this(node: _Node) -> bool:
            main = node.get("mainEntityOfPage")
            urls = (node.get("url"), main.get("@id") if isinstance(main, dict) else main)
            return (self.url is not None and self.url in urls) or (
                (_line(node.get("headline")) or "").casefold() in titles
            )

        return next(filter(is_this, articles), articles[0] if articles else {})

    def _names(self, stated: Any) -> list[str]:
        """Return the names in what JSON-LD has for a person or an organisation, or several."""
        found = []
        for one in stated if isinstance(stated, list) else [stated]:
            known = self._ids.get(str(one.get("@id")), one) if isinstance(one, dict) else one
            name = known.get("name") or one.get("name") if isinstance(known, dict) else known
            names = name if isinstance(name, list) else [name]
            found += [line for each in names if (line := _line(each))]
        return found

    def _microdata(self, role: str) -> list[str]:
        """Return the names that elements marked as an author or a publisher hold."""
        found = []
        for marked in self._page.xpath("//*[@itemprop=$role][not(self::meta)]", role=role):
            inner = marked.xpath(".//*[@itemprop='name']")
            names = [each.get("content") or each.text_content() for each in inner]
            found += names or ([marked.text_content()] if role == "author" else [])
        return found


def _linked_data(page: Page) -> Iterator[_Node]:
    for script in page.xpath("//script[@type='application/ld+json']"):
        try:
            waiting = deque([json.loads(script.text or "", strict=False)])
        except (ValueError, RecursionError):
            continue  # half the sites have one that is not JSON; the meta elements say the same
        while waiting:
            node = waiting.popleft()
            if isinstance(node, list):
                waiting.extendleft(reversed(node))
            elif isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _is_a(node: _Node, *types: str) -> bool:
    stated = node.get("@type")
    return any(each in types for each in (stated if isinstance(stated, list) else [stated]))


def _is_article(node: _Node) -> bool:
    stated = node.get("@type")
    types = [str(each) for each in (stated if isinstance(stated, list) else [stated])]
    return any(
        each.endswith(("Article", "Posting", "Report", "ClaimReview", "Review")) for each in types
    ) and ("headline" in node or "datePublished" in node)


def _is_update(time: Page) -> bool:
    parent = time.getparent()
    around = "" if parent is None else parent.get("class")
    return bool(_UPDATE.search(f"{time.get('itemprop')} {time.get('class')} {around}"))


def _moment(stated: str) -> Published | None:
    """Return a stated date or time; None where it is neither, or stands for no date."""
    stated = stated.strip()
    try:
        if match := _MOMENT.match(stated):
            day, time, offset = match.groups()
            if not time:
                found: Published = date.fromisoformat(day)
            else:
                known = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00"}
                zone = known.get((offset or "").upper(), offset or "")
                found = datetime.fromisoformat(f"{day}T{time}{zone}")
        else:
            found = parsedate_to_datetime(stated)
    except (ValueError, OverflowError):
        return None
    return found if found.year > _NO_YEAR else None


def _line(value: Any) -> str | None:
    """Return a value as one line of text; None for nothing, or what is no text."""
    if not isinstance(value, str):
        return None
    # Many a program escapes twice: "&amp;#8211;" is a dash.
    return " ".join(without_controls(unescape(value)).split()) or None


def _is_url(value: str) -> bool:
    return value.startswith(("https://", "http://"))


def _is_name(value: str | None) -> bool:
    return bool(
        value
        and len(value) <= _LONGEST_NAME
        and any(character.isalpha() for character in value)
        and not value.startswith(("http://", "https://", "www.", "@"))
    )
