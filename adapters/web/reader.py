"""The reader page: an article with what is cited of it, and a brief; for who has a signed link.

What a link opens is looked up anew each time: what was removed since, or is not granted to the
link's channel any more, is not shown.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TypeAlias

from aiohttp import web

from adapters import wording
from adapters.pages.html import brief_style, html
from adapters.pages.templating import policy
from adapters.web.article_page import Citing, Newer, article_page, article_style, message_page
from adapters.web.links import Fault, Kind, SignedLinks, Target, cited
from briefs.briefing import Briefs, KeptBrief
from briefs.errors import LibraryError
from briefs.granting import Grants
from briefs.keeping import Since
from briefs.model import Citation, Revision
from briefs.ports import Library
from briefs.withholding import without

MOST_BRIEFS = 20
"""Briefs that an article's page lists, at most."""
_LOOKED_THROUGH = 100

FRESH = (
    "For a link that works, go back to the channel and ask again, or press “Sources” under the "
    "answer: the links there are fresh."
)

_FAULTS = {
    Fault.MISSING: ("This link is incomplete", "A part of it is missing."),
    Fault.TAMPERED: ("This link is not valid", "It is not as Dateline gave it."),
    Fault.EXPIRED: ("This link has expired", "Links open this page for a limited time only."),
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is answered."""

    text: str
    status: HTTPStatus = HTTPStatus.OK


_Shown: TypeAlias = Callable[[Target], Page]


def routes(
    *, library: Library, briefs: Briefs, grants: Grants, links: SignedLinks
) -> list[web.RouteDef]:
    """Return what the reader page is served on."""
    reader = Reader(library=library, briefs=briefs, grants=grants, links=links)

    async def article(request: web.Request) -> web.Response:
        return await _answered(request, links, Kind.DOCUMENT, reader.article)

    async def brief(request: web.Request) -> web.Response:
        return await _answered(request, links, Kind.BRIEF, reader.brief)

    return [
        web.get(f"/{Kind.DOCUMENT.value}/{{id}}", article),
        web.get(f"/{Kind.BRIEF.value}/{{id}}", brief),
    ]


class Reader:
    """Looks up what a link opens. Blocks."""

    def __init__(
        self, *, library: Library, briefs: Briefs, grants: Grants, links: SignedLinks
    ) -> None:
        """Take what is shown, and who may see what."""
        self._library = library
        self._briefs = briefs
        self._grants = grants
        self._links = links

    def article(self, target: Target) -> Page:
        """Return the page of a revision of an article.

        Raises:
            LibraryError: The database or the key cannot be used.
        """
        found = self._library.revision(target.id, target.revision)
        if found is None:
            return _page(
                HTTPStatus.NOT_FOUND, "This article is not here", "Dateline does not know it."
            )
        granted = self._grants.collections(target.channel)
        if granted is not None and found.document.collection not in granted:
            return _not_granted("article")
        if found.removed:
            return _page(
                HTTPStatus.GONE,
                "This article was removed",
                "It was taken out of the library since it was cited, and is not shown any more.",
            )
        return Page(
            text=article_page(
                found,
                start=target.start,
                end=target.end,
                until=datetime.fromtimestamp(target.expires, UTC),
                newer=self._newer(found, target),
                briefs=self._citing(target, granted),
            )
        )

    def brief(self, target: Target) -> Page:
        """Return the page of a brief.

        Raises:
            LibraryError: The database or the key cannot be used.
        """
        editions = [each for each in self._briefs.kept(target.id) if each.brief.id == target.id]
        if not editions:
            return _page(HTTPStatus.NOT_FOUND, "This brief is not here", "Dateline has none such.")
        granted = self._grants.collections(target.channel)
        seen = [each for each in editions if each.edition.within(granted)]
        if not seen:
            return _not_granted("brief")
        kept = min(seen, key=lambda each: each.edition.channel != target.channel)
        return Page(
            text=html(
                without(kept.brief, kept.withdrawn),
                linked=partial(self._linked, target),
                notices=_notices(kept),
            )
        )

    def _newer(self, found: Revision, target: Target) -> Newer | None:
        """Return what an article says now; None: it has not changed."""
        now = None
        if found.newest > found.document.revision:
            now = self._library.revision(target.id, found.newest)
        if now is None:
            return None
        document = now.document
        quote = found.document.text[target.start : target.end]
        start = document.text.find(quote) if quote else -1
        end = start + len(quote)
        there = Target(
            kind=Kind.DOCUMENT,
            id=document.id,
            revision=document.revision,
            start=max(start, 0),
            end=end if start >= 0 else 0,
            channel=target.channel,
            expires=target.expires,
        )
        return Newer(number=document.revision, address=self._near(there), quotes=start >= 0)

    def _citing(self, target: Target, granted: frozenset[str] | None) -> list[Citing]:
        """Return the briefs of a link's channel that cite an article: those that it may see."""
        # The operator's channels see what every channel was told.
        channel = None if granted is None else target.channel
        editions = self._briefs.editions_citing(target.id, _LOOKED_THROUGH, channel)
        newest = {each.brief: each for each in reversed(editions) if each.within(granted)}
        return [
            Citing(
                edition=each,
                address=self._near(
                    Target(
                        kind=Kind.BRIEF,
                        id=each.brief,
                        channel=target.channel,
                        expires=target.expires,
                    )
                ),
            )
            for each in list(reversed(newest.values()))[:MOST_BRIEFS]
        ]

    def _linked(self, target: Target, citation: Citation) -> str:
        return self._near(cited(citation, target.channel, target.expires))

    def _near(self, target: Target) -> str:
        # From page to page, wherever a proxy puts them. It expires with the link that led here:
        # who has one cannot go on from it for ever.
        return f"../{self._links.path(target)}"


async def _answered(
    request: web.Request, links: SignedLinks, kind: Kind, shown: _Shown
) -> web.Response:
    """Return what a request is answered, whatever goes wrong."""
    wanted, query = request.match_info["id"], dict(request.query)

    def looked_up() -> Page:
        target = links.read(kind, wanted, query)
        if isinstance(target, Fault):
            title, why = _FAULTS[target]
            return _page(HTTPStatus.FORBIDDEN, title, why, FRESH)
        return shown(target)

    try:
        page = await asyncio.to_thread(looked_up)
    except LibraryError as error:
        _log.error("the reader page cannot be shown: %s", error)
        page = _page(
            HTTPStatus.SERVICE_UNAVAILABLE, "This page cannot be shown now", "Try again later."
        )
    except Exception:  # noqa: BLE001 - whoever opens a link gets a page
        reference = secrets.token_hex(4)
        _log.exception("the reader page failed, reference %s", reference)
        page = _page(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Something went wrong inside Dateline",
            f"The log has more of it under the reference {reference}.",
        )
    return web.Response(
        text=page.text,
        status=page.status,
        content_type="text/html",
        charset="utf-8",
        headers=_headers(),
    )


def _headers() -> dict[str, str]:
    allowed = policy(brief_style(), article_style())
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"{allowed}; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }


def _page(status: HTTPStatus, title: str, *sentences: str) -> Page:
    return Page(text=message_page(title, *sentences), status=status)


def _not_granted(what: str) -> Page:
    return _page(
        HTTPStatus.FORBIDDEN,
        f"This {what} may not be shown",
        "The channel that this link was given to may not see it any more.",
    )


def _notices(kept: KeptBrief) -> list[str]:
    """Return what has become of the articles of a brief since it was composed."""
    became = {each.id: (kept.since(each), each.title) for each in kept.documents}
    removed = sum(since is Since.WITHDRAWN for since, _ in became.values())
    updated = [title for since, title in became.values() if since is Since.UPDATED]
    notices = []
    if removed:
        one = removed == 1
        notices.append(
            f"{wording.counted(removed, 'article')} that this brief cited "
            f"{'was' if one else 'were'} removed since; what only {'it' if one else 'they'} said "
            "is left out."
        )
    notices += [
        f"Changed since this brief: “{title or wording.UNTITLED}”. Quotes are as they were."
        for title in updated
    ]
    return notices
