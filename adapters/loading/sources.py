"""The `Loader`: a path, a folder, a page or a feed, each read the way it must be."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from adapters.loading.addresses import canonical_url
from adapters.loading.decoding import decoded
from adapters.loading.feeds import Feed, FeedItem, is_feed, parse_feed
from adapters.loading.fetched import Fetched, NotModified
from adapters.loading.files import FileLoader, read_text
from adapters.loading.processes import Kind, ParserProcesses
from briefs.errors import SourceError
from briefs.model import LoadedFile
from briefs.ports import Validators

if TYPE_CHECKING:
    from adapters.loading.fetching import Fetcher

_KINDS: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    # What is no feed for all that its server says: a page, or nothing.
    "application/xml": "html",
    "text/xml": "html",
    "application/rss+xml": "html",
    "application/atom+xml": "html",
    "application/rdf+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_MARKDOWN = frozenset({"text/markdown", "text/x-markdown"})

_log = logging.getLogger(__name__)


class SourceLoader:
    """Reads whatever an admin names.

    Args:
        files: What reads files.
        processes: What parses the formats that can be hostile.
        fetcher: Makes what fetches.
        validators: What a server gave for a feed, to ask it only for what is new.
        keep: Keeps what a server gave.
    """

    def __init__(
        self,
        *,
        files: FileLoader,
        processes: ParserProcesses,
        fetcher: Callable[[], "Fetcher"],
        validators: Callable[[str], Validators],
        keep: Callable[[str, Validators], None],
    ) -> None:
        """Take the parts; nothing is opened yet."""
        self._files = files
        self._processes = processes
        self._fetcher = fetcher
        self._validators = validators
        self._keep = keep
        self._items: dict[str, tuple[FeedItem, Feed, str]] = {}
        """What feeds said of the sources that they stand for, and the feed and its URL."""
        self._pages: dict[str, Fetched] = {}
        self._read: dict[str, Validators] = {}
        """What servers gave for feeds whose articles are not all kept yet."""

    async def sources(self, named: str, collection: str, *, afresh: bool = False) -> list[str]:
        """Return what one name stands for: a file for itself, a folder or a feed for its articles.

        A feed that has not changed since all of it was loaded into the collection stands for
        nothing, unless it is to be read afresh.

        Raises:
            SourceError: There is nothing of that name, or nothing in it that can be loaded.
        """
        if not is_url(named):
            return await asyncio.to_thread(self._files.sources, named)
        url = canonical_url(named)
        known = _known(url, collection)
        given = Validators() if afresh else await asyncio.to_thread(self._validators, known)
        async with self._fetcher() as fetcher:
            fetched = await fetcher.fetch(url, etag=given.etag, modified=given.modified)
        if isinstance(fetched, NotModified):
            return []
        if not is_feed(fetched.content_type, fetched.data):
            self._pages[url] = fetched
            return [url]
        feed: Feed = await asyncio.to_thread(partial(parse_feed, fetched.data, fetched.url))
        items = {_source(item, url): item for item in feed.items}
        if not items:
            raise SourceError("there is no article in this feed")
        self._items.update({source: (item, feed, url) for source, item in items.items()})
        self._read[known] = Validators(etag=fetched.etag, modified=fetched.modified)
        if feed.left_out:
            _log.warning("%s: %d older articles of the feed left out", url, feed.left_out)
        return list(items)

    async def left_out(self, named: str) -> Mapping[str, int]:
        """Count the files of a folder that are of no kind that can be loaded, by their endings."""
        return {} if is_url(named) else await asyncio.to_thread(self._files.left_out, named)

    async def settled(self, named: str, collection: str) -> None:
        """Take note that all that a name stood for is kept: only what is new is asked for then."""
        known = _known(canonical_url(named), collection) if is_url(named) else ""
        if known in self._read:
            await asyncio.to_thread(self._keep, known, self._read.pop(known))

    async def load(self, source: str) -> LoadedFile:
        """Read one source.

        Raises:
            SourceError: It cannot be read, or there is no article in it.
        """
        if not is_url(source):
            return await asyncio.to_thread(self._file, source)
        said = self._items.pop(source, None)
        if said is not None and said[0].content_html:
            loaded = await asyncio.to_thread(self._of_item, source, said[0].content_html)
            return _completed(loaded, *said)
        fetched: Fetched | NotModified | None = self._pages.pop(source, None)
        if fetched is None:
            async with self._fetcher() as fetcher:
                fetched = await fetcher.fetch(source)
        if isinstance(fetched, NotModified):
            raise SourceError("its server says that it has not changed, and did not send it")
        if is_feed(fetched.content_type, fetched.data):
            return await self._of_feed(source, fetched)
        loaded = await asyncio.to_thread(self._of_page, source, fetched)
        return loaded if said is None else _completed(loaded, *said)

    def close(self) -> None:
        """End the processes."""
        self._processes.close()

    def _file(self, source: str) -> LoadedFile:
        kind = self._files.kind(source)
        if kind is None:
            return self._files.load(source)
        return self._processes.parse(kind, self._files.read(source), source)

    async def _of_feed(self, source: str, fetched: Fetched) -> LoadedFile:
        """Return an article that has no page, and is read anew in its feed."""
        feed = await asyncio.to_thread(parse_feed, fetched.data, fetched.url)
        url = source.partition("#")[0]
        for item in feed.items:
            if item.content_html and _source(item, url) == source:
                loaded = await asyncio.to_thread(self._of_item, source, item.content_html)
                return _completed(loaded, item, feed, url)
        raise SourceError("it is a feed, and this article is not in it any more")

    def _of_item(self, source: str, content: str) -> LoadedFile:
        page = f"<html><body><article>{content}</article></body></html>"
        return self._processes.parse("html", page.encode("utf-8", "replace"), source)

    def _of_page(self, source: str, fetched: Fetched) -> LoadedFile:
        kind = _KINDS.get(fetched.content_type)
        if kind is None:
            markdown = fetched.content_type in _MARKDOWN
            loaded = read_text(source, _text(fetched), markdown=markdown)
        else:
            loaded = self._processes.parse(kind, fetched.data, source)
        return replace(loaded, url=loaded.url or fetched.url)


def is_url(named: str) -> bool:
    """Say whether a name is a URL and not a path."""
    return named.casefold().startswith(("http://", "https://"))


def _text(fetched: Fetched) -> str:
    """Return a text: as UTF-8 if it is that, else as its server says, else as the likeliest."""
    data = fetched.data
    try:
        data.decode()
    except UnicodeDecodeError:
        with contextlib.suppress(UnicodeError):
            data = data.decode(fetched.charset or "ascii").encode()
    return decoded(data)


def _known(url: str, collection: str) -> str:
    """Return what a feed's validators are kept under: each collection has its own articles."""
    return f"{collection} {url}"


def _source(item: FeedItem, feed: str) -> str:
    """Return what an article of a feed is known by."""
    return canonical_url(item.url) if item.url else f"{feed}#{item.id}"


def _completed(loaded: LoadedFile, item: FeedItem, feed: Feed, url: str) -> LoadedFile:
    """Return what was loaded, with what its feed says of it: of the title before the page does.

    A page's own title is often the site's; for the rest the page comes first.
    """
    return replace(
        loaded,
        title=item.title or loaded.title,
        outlet=loaded.outlet or feed.title,
        author=loaded.author or item.author,
        published=loaded.published or item.published,
        url=loaded.url or item.url,
        via=url,
    )
