"""What one running Dateline knows, and what it does with it: the work behind the commands.

An index is an immutable snapshot. Whatever process changes the library, the next question sees it:
the library's version is looked at first, and what has changed since is taken into a new snapshot.
An answer is computed on the one that it began with.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.keeping import Keeping
from bot.loading import Loading
from briefs.answering import AnswerSettings, Examined, answer, checked_question
from briefs.asking import plain
from briefs.errors import UsageError, UserError
from briefs.following import understood
from briefs.index import Index
from briefs.keeping import KeptAnswer
from briefs.measuring import UNMEASURED, Meter, Stage, timed
from briefs.model import MAIN, Answer, Document, Held, Published, Receipt, Scope, Status
from briefs.ports import (
    AddSources,
    Ask,
    EditSource,
    Embedder,
    GiveVerdict,
    Library,
    Listed,
    Listing,
    Place,
    Progress,
    Progressed,
    Receipts,
    RestoreLines,
    Shown,
    StatusReport,
    VerdictGiven,
    unheard,
)
from briefs.splitting import split

_COUNTED = 100_000
"""Revisions whose sentences are remembered to be counted."""

_EVERYTHING = Scope(collections=None)

_log = logging.getLogger(__name__)


class Newsroom:
    """Answers from the library, and lets people look at it and change it."""

    def __init__(
        self,
        *,
        library: Library,
        embedder: Embedder,
        loading: Loading,
        settings: AnswerSettings,
        keeping: Keeping | None = None,
        stays: bool = False,
        meter: Meter = UNMEASURED,
        counted: Scope = _EVERYTHING,
    ) -> None:
        """Take the parts; nothing is read yet, and no answer kept where nothing keeps them.

        One that stays (a bot, not a single command) answers from what is embedded while the rest is
        embedded beside it, after the model was changed. The meter hears of as much of the index as
        `counted` admits.
        """
        self._stays = stays
        self._meter = meter
        self._counted = counted
        self.warm = False
        """Whether the index and, where there is anything to ask, the model are in memory."""
        self._embedding: asyncio.Task[None] | None = None
        self._library = library
        self._embedder = embedder
        self._loading = loading
        self._settings = settings
        self._keeping = keeping
        self._index = Index()
        self._version = 0
        self._scheme = ""
        self._renewing = asyncio.Lock()
        self._counts: dict[tuple[str, int], int] = {}

    async def ask(self, asked: Ask, place: Place, progressed: Progressed) -> Answer:
        """Answer a question from the documents that a place may see, and keep the answer."""
        if self._keeping is not None and asked.previous is None and place.thread is not None:
            asked = replace(asked, previous=await self._keeping.last_question(place.thread))
        examined, snapshot = await self._examined(asked, place, progressed)
        if self._keeping is None:
            return examined.answer
        scope = _scope(asked, place)
        return await self._keeping.keep(examined.answer, place, scope, snapshot)

    async def examine(self, asked: Ask, place: Place, progressed: Progressed) -> Examined:
        """Answer a question, and give the ranking that the answer was taken from; keep nothing.

        The time that it took counts from when the model and the library are in memory.
        """
        return (await self._examined(asked, place, progressed))[0]

    async def show_answer(self, wanted: str, place: Place) -> KeptAnswer:
        """Show a kept answer to a place that may see all of it."""
        return await self._kept_by().show(wanted, place)

    async def judge(self, given: GiveVerdict, place: Place) -> VerdictGiven:
        """Take note of what a person says of an answer."""
        return await self._kept_by().judge(given, place)

    async def _examined(
        self, asked: Ask, place: Place, progressed: Progressed
    ) -> tuple[Examined, int]:
        """Answer a question; return the library's version that it was answered from, too."""
        typed = checked_question(asked.question)
        completed = understood(typed, asked.previous)
        question = plain(completed or typed)
        scope = _scope(asked, place)
        index, snapshot = await self.current_index(progressed)
        anything = index.count(scope) > 0
        if not anything and self._embedding is not None and not self._embedding.done():
            raise UserError(
                "The articles are being prepared for another model; ask again in a few minutes."
            )
        if anything:
            await self._embedder.ready(progressed)
        started = time.perf_counter()
        vector = index.no_vector()
        if anything:
            with timed(self._meter, Stage.EMBED, time.perf_counter):
                vector = (await self._embedder.embed_queries([question]))[0]
        with timed(self._meter, Stage.SEARCH, time.perf_counter):
            found = await asyncio.to_thread(answer, question, vector, index, scope, self._settings)
        elapsed = (time.perf_counter() - started) * 1000
        said = replace(found.answer, question=typed, understood=completed, elapsed_ms=elapsed)
        return replace(found, answer=said), snapshot

    async def add(
        self, wanted: AddSources, progressed: Progressed, collection: str = MAIN
    ) -> Receipts:
        """Load files, folders, pages and feeds."""
        receipts = await self._loading.add(
            (*wanted.sources, *wanted.uploads),
            wanted.collection or collection,
            wanted.stated,
            progressed,
        )
        return Receipts(receipts=receipts, left_out=await self._loading.left_out(wanted.sources))

    async def has_source(self, source: str) -> bool:
        """Say whether a document of any collection was loaded from a source."""
        documents = await asyncio.to_thread(self._library.documents)
        return any(each.source == source for each in documents)

    async def refresh(self, place: Place, progressed: Progressed) -> Receipts:
        """Load every source again that a place may see."""
        receipts: list[Receipt] = []
        documents = await self._visible(place)
        for collection in sorted({each.collection for each in documents}):
            sources = [each.source for each in documents if each.collection == collection]
            receipts += await self._loading.reload(sources, collection, progressed)
        return Receipts(receipts=tuple(receipts))

    async def edit(self, wanted: EditSource, place: Place) -> Receipts:
        """Set what a document's source does not say."""
        return await self._changed(
            wanted.id, place, lambda held: self._loading.edit(held, wanted.stated)
        )

    async def restore(self, wanted: RestoreLines, place: Place) -> Receipts:
        """Bring dropped lines back."""
        return await self._changed(
            wanted.id, place, lambda held: self._loading.restore(held, wanted.numbers)
        )

    async def remove(self, wanted: str, place: Place) -> Receipts:
        """Let a document answer no more."""
        document = await self._only(wanted, place)
        await asyncio.to_thread(self._library.remove, [document.id])
        self._meter.loaded(Status.REMOVED)
        receipt = Receipt(
            source=document.source,
            status=Status.REMOVED,
            document=document,
            sentences=_listed(document).sentences,
        )
        return Receipts(receipts=(receipt,))

    async def listing(self, place: Place) -> Listing:
        """List the documents that a place may see."""
        documents = await self._visible(place)
        listed = await asyncio.to_thread(self._all_listed, documents)
        listed.sort(key=lambda each: (each.document.title.casefold(), each.document.id))
        return Listing(documents=tuple(listed))

    def _all_listed(self, documents: Sequence[Document]) -> list[Listed]:
        """Count sentences, of each revision once: a large library is listed again and again."""
        keys = {(each.id, each.revision) for each in documents}
        counts = {key: count for key, count in self._counts.items() if key in keys}
        for each in documents:
            key = (each.id, each.revision)
            if key not in counts:
                counts[key] = split(each.text).quotable
        # Put in place whole: others may list at the same time, in other threads.
        self._counts = {**self._counts, **counts} if len(self._counts) < _COUNTED else counts
        return [
            Listed(document=each, sentences=counts[each.id, each.revision]) for each in documents
        ]

    async def show(self, wanted: str, place: Place) -> Shown:
        """Show one document, by its id or by the beginning of it."""
        document = await self._only(wanted, place)
        held = await asyncio.to_thread(self._library.held, document.id)
        return Shown(listed=_listed(document), dropped=held.origination.dropped if held else ())

    async def status(self, place: Place) -> StatusReport:
        """Say what is loaded, as far as a place may see it."""
        listed = (await self.listing(place)).documents
        days = [each.document.published for each in listed if each.document.published is not None]
        return StatusReport(
            documents=len(listed),
            sentences=sum(each.sentences for each in listed),
            outlets=tuple(sorted({each.document.publisher for each in listed})),
            model=self._embedder.name,
            first=min(days, key=_day, default=None),
            last=max(days, key=_day, default=None),
        )

    async def warm_up(self, progressed: Progressed = unheard) -> None:
        """Bring the index and the model into memory, so that the first question need not wait."""
        index, _ = await self.current_index(progressed)
        if len(index):
            await self._embedder.ready(progressed)
        self.warm = True

    async def current_index(self, progressed: Progressed) -> tuple[Index, int]:
        """Return a snapshot of the library as it is, whichever process changed it; its version."""
        async with self._renewing:
            if await asyncio.to_thread(self._library.version) != self._version:
                await self._renew(progressed)
            return self._index, self._version

    async def whole_index(self, progressed: Progressed) -> tuple[Index, int]:
        """Return what `current_index` does, once everything is embedded that is there.

        What is answered today can be answered better tomorrow; but what a brief leaves out is not
        new to the next one.
        """
        found = await self.current_index(progressed)
        if self._embedding is None or self._embedding.done():
            return found
        progressed(Progress(what="Waiting until all is embedded anew", done=0, total=0))
        await asyncio.wait({self._embedding})
        return await self.current_index(progressed)

    def _kept_by(self) -> Keeping:
        if self._keeping is None:
            raise UsageError("Answers are not kept here.")
        return self._keeping

    async def _changed(
        self, wanted: str, place: Place, change: Callable[[Held], Awaitable[Receipt]]
    ) -> Receipts:
        document = await self._only(wanted, place)
        held = await asyncio.to_thread(self._library.held, document.id)
        if held is None:
            raise UsageError(f"{wanted} is not there any more.")
        return Receipts(receipts=(await change(held),))

    async def _only(self, wanted: str, place: Place) -> Document:
        """Return the document that an id, or the beginning of one, stands for.

        Raises:
            UsageError: There is none, or more than one.
        """
        found = [each for each in await self._visible(place) if each.id.startswith(wanted)]
        if not wanted or not found:
            raise UsageError(f"There is no document {wanted or '“”'}. “source list” shows the ids.")
        if len(found) > 1 and found[0].id != wanted:
            raise UsageError(
                f"{len(found)} documents begin with {wanted}: "
                f"{', '.join(each.id for each in found[:5])}. Type more of the id."
            )
        return found[0]

    async def _visible(self, place: Place) -> list[Document]:
        documents = await asyncio.to_thread(self._library.documents)
        return [each for each in documents if place.sees(each.collection)]

    async def _renew(self, progressed: Progressed) -> None:
        scheme = await self._loading.scheme()
        since = self._version if scheme == self._scheme else 0
        changes = await asyncio.to_thread(self._library.changes, since, scheme)
        # The model or the way of cutting may have changed since some were loaded.
        if changes.unembedded and self._stays:
            if self._embedding is None or self._embedding.done():
                work = self._loading.embed(changes.unembedded, _unheard)
                self._embedding = asyncio.create_task(work)
                self._embedding.add_done_callback(_told)
        elif changes.unembedded:
            await self._loading.embed(changes.unembedded, progressed)
            changes = await asyncio.to_thread(self._library.changes, since, scheme)
        base = self._index if since else Index()
        self._index = await asyncio.to_thread(base.changed, changes.embedded, changes.removed)
        self._version, self._scheme = changes.version, scheme
        await asyncio.to_thread(self._measure, self._index)

    def _measure(self, index: Index) -> None:
        self._meter.indexed(index.count(self._counted), index.sentences(self._counted))


def _scope(asked: Ask, place: Place) -> Scope:
    """Return what a question may look at."""
    return Scope(
        collections=place.collections,
        outlet=asked.outlet,
        since=asked.since,
        until=asked.until,
    )


def _unheard(_progress: Progress) -> None:
    """Let progress pass: nobody waits for it."""


def _told(embedding: "asyncio.Task[None]") -> None:
    """Log why embedding ended early; the next start takes it up again."""
    if not embedding.cancelled() and embedding.exception() is not None:
        _log.error("embedding anew was broken off", exc_info=embedding.exception())


def _day(published: Published) -> date:
    """Return the day that a source printed."""
    return published.date() if isinstance(published, datetime) else published


def _listed(document: Document) -> Listed:
    return Listed(document=document, sentences=split(document.text).quotable)
