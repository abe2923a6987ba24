"""Folders that are watched and feeds that are read again: sources that load themselves.

A file that appears or changes is loaded once it has stopped growing, together with the others that
have; one that is deleted, while its folder is still there, is removed. A folder within that comes
or goes as a whole counts as all that is in it. A feed is asked only for what is new.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, awatch

from adapters import wording
from adapters.loading.files import loadable, walked
from bot.settling import Settling
from briefs.errors import LibraryError
from briefs.model import Status
from briefs.ports import (
    AddSources,
    Command,
    CommandHandler,
    Place,
    Receipts,
    Refusal,
    RemoveSource,
    Reply,
)

SETTLED_SECONDS = 1.0
"""A file that has not changed for so long is whole."""

ABSENT_SECONDS = 60.0
"""How long until a folder that is not there is looked for again."""

AGAIN_SECONDS = 60.0
"""How long until files are loaded again that could not be kept."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder whose files are loaded at the start, and, where it is watched, as they change."""

    path: Path
    collection: str
    watch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedToRead:
    """A feed that is read at the start and again every so often."""

    url: str
    collection: str
    every_seconds: float


class Watching:
    """Loads what is configured, and keeps loading it as it changes."""

    def __init__(
        self,
        handler: CommandHandler,
        folders: Sequence[Folder],
        feeds: Sequence[FeedToRead],
        loaded: Callable[[str], Mapping[str, str]],
    ) -> None:
        """Take what to watch; nothing starts yet.

        Args:
            handler: Loads and removes.
            folders: What is loaded, and watched where it says so.
            feeds: What is read again and again.
            loaded: Says of a collection from which source each document was loaded, by their ids;
                blocks, and raises `LibraryError`.
        """
        self._handler = handler
        self._loaded = loaded
        self._folders = folders
        self._feeds = feeds

    async def run(self) -> None:
        """Load and watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for folder in self._folders:
                group.create_task(self._folder(folder))
            for feed in self._feeds:
                group.create_task(self._feed(feed))

    async def _folder(self, folder: Folder) -> None:
        root = await asyncio.to_thread(lambda: folder.path.expanduser().resolve())
        whole = AddSources(sources=(str(root),), collection=folder.collection)
        if not folder.watch or not await asyncio.to_thread(root.is_dir):
            await self._carried_out(whole, folder.collection)
        if not folder.watch:
            return
        while not await asyncio.to_thread(root.is_dir):
            _log.warning("the watched folder %s is not there; looking again in a minute", root)
            await asyncio.sleep(ABSENT_SECONDS)
        coming = awatch(root, step=200, recursive=True)
        async with asyncio.TaskGroup() as group:
            # The watch begins first: what comes while the folder is loaded is seen, too.
            following = group.create_task(anext(coming))
            await asyncio.sleep(0)
            if await asyncio.to_thread(_is_empty, root):
                _log.info("nothing is in the watched folder %s yet", root)
            else:
                await self._carried_out(whole, folder.collection)
            settling = Settling(SETTLED_SECONDS)
            while True:
                patience = SETTLED_SECONDS if settling else None
                await asyncio.wait({following}, timeout=patience)
                if following.done():
                    await self._changed(folder, root, following.result(), settling)
                    following = group.create_task(anext(coming))
                await self._load(folder, settling)

    async def _changed(
        self, folder: Folder, root: Path, changes: Iterable[tuple[Change, str]], settling: Settling
    ) -> None:
        """Remove what is gone, and wait until what has come or changed is whole."""
        paths = await asyncio.to_thread(_paths, changes, root)
        # First what is gone: a file that was renamed would be a duplicate of itself.
        gone = await asyncio.to_thread(lambda: {path for path in paths if _is_gone(path, root)})
        if gone:
            await self._remove(folder, gone)
        files = await asyncio.to_thread(lambda: [path for path in paths if _is_article(path)])
        await asyncio.to_thread(settling.watch, files, time.monotonic())

    async def _load(self, folder: Folder, settling: Settling) -> None:
        """Load what is whole by now, all of it at once: that is embedded and kept together."""
        whole = await asyncio.to_thread(settling.whole, time.monotonic())
        if whole:
            sources = tuple(str(path) for path in whole)
            command = AddSources(sources=sources, collection=folder.collection)
            if isinstance(await self._carried_out(command, folder.collection), Refusal):
                # None of them will be told of again, and with a batch many would be lost.
                later = time.monotonic() + AGAIN_SECONDS
                await asyncio.to_thread(settling.watch, whole, later)

    async def _remove(self, folder: Folder, gone: set[Path]) -> None:
        """Remove what was loaded from files that are gone, or from folders that are.

        Most of what comes and goes in a folder was never loaded: an editor's files, say.
        """
        try:
            loaded = await asyncio.to_thread(self._loaded, folder.collection)
        except LibraryError as error:
            _log.error("what was deleted in %s is not removed: %s", folder.path, error)
            return
        for document, source in loaded.items():
            # Of a folder that is moved away as a whole, no file is told of.
            file = Path(source)
            if not gone.isdisjoint((file, *file.parents)):
                await self._carried_out(RemoveSource(id=document), folder.collection)

    async def _feed(self, feed: FeedToRead) -> None:
        while True:
            command = AddSources(sources=(feed.url,), collection=feed.collection)
            await self._carried_out(command, feed.collection)
            await asyncio.sleep(feed.every_seconds)

    async def _carried_out(self, command: Command, collection: str) -> Reply:
        reply = await self._handler.handle(command, _place(collection))
        match reply:
            case Refusal():
                _log.error("%s", reply.message)
            case Receipts():
                for receipt in reply.receipts:
                    failed = receipt.status is Status.FAILED
                    _log.log(
                        logging.WARNING if failed else logging.INFO,
                        "%s %s%s",
                        receipt.status.value,
                        receipt.source,
                        f": {receipt.error}" if failed else "",
                    )
                if reply.left_out:
                    _log.info("%s", wording.left_out(reply.left_out))
        return reply


def _place(collection: str) -> Place:
    return Place(channel="terminal:", collections=frozenset({collection}), admin=True)


def _paths(changes: Iterable[tuple[Change, str]], root: Path) -> list[Path]:
    """Return what changed, in its order; of a folder that came as a whole, all files in it."""
    found: set[Path] = set()
    for change, name in changes:
        path = Path(name)
        found.add(path)
        if change is Change.added and path.is_dir() and not path.is_symlink():
            found.update(path.rglob("*"))
    return sorted(
        path
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def _is_article(path: Path) -> bool:
    return loadable(path) and path.is_file() and not path.is_symlink()


def _is_empty(folder: Path) -> bool:
    """Say whether a folder that can be read has nothing to load yet."""
    return os.access(folder, os.R_OK | os.X_OK) and next(walked(folder), None) is None


def _is_gone(path: Path, root: Path) -> bool:
    """Say whether a file was deleted, and not its whole folder unmounted."""
    return root.is_dir() and not path.exists() and not path.is_symlink()
