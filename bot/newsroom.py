"""Loading and asking, put together from the parts: the work behind the commands.

An index is an immutable snapshot. A load makes a new one and swaps the reference; an answer is
computed on the one that it began with.
"""

import asyncio
import time
from dataclasses import replace

from briefs.answering import AnswerSettings, answer, checked_question
from briefs.errors import LibraryError, SourceError, UsageError
from briefs.identity import placed, with_stated
from briefs.index import Index
from briefs.model import Answer, Document, EmbeddedDocument, Receipt, Scope, Status
from briefs.ports import (
    AddSources,
    Ask,
    Embedder,
    Library,
    Listed,
    Listing,
    Loader,
    Place,
    Progress,
    Progressed,
    Receipts,
    Shown,
    StatusReport,
)
from briefs.splitting import SEGMENTATION, split

_RACES = 5
"""How often a load starts over because another process was faster with the same source."""


class Newsroom:
    """What one running Dateline knows, and what it does with it."""

    def __init__(
        self, *, library: Library, embedder: Embedder, loader: Loader, settings: AnswerSettings
    ) -> None:
        """Take the parts; nothing is read yet."""
        self._library = library
        self._embedder = embedder
        self._loader = loader
        self._settings = settings
        self._index: Index | None = None
        self._loads = 0
        """How many loads have changed the library: tells a snapshot that was overtaken by one."""

    async def ask(self, asked: Ask, place: Place, progressed: Progressed) -> Answer:
        """Answer a question from the documents that a place may see.

        The time that it took counts from when the model and the library are in memory.
        """
        question = checked_question(asked.question)
        scope = Scope(
            collections=place.collections,
            outlet=asked.outlet,
            since=asked.since,
            until=asked.until,
        )
        index = await self._current_index(progressed)
        if index.documents(scope):
            await self._embedder.ready()
        started = time.perf_counter()
        if index.documents(scope):
            vector = (await self._embedder.embed_queries([question]))[0]
        else:
            vector = index.no_vector()
        found = await asyncio.to_thread(answer, question, vector, index, scope, self._settings)
        return replace(found, elapsed_ms=(time.perf_counter() - started) * 1000)

    async def add(self, wanted: AddSources, progressed: Progressed) -> Receipts:
        """Load files and folders. One bad source never stops the others."""
        receipts: list[Receipt] = []
        sources: list[str] = []
        for named in wanted.sources:
            try:
                sources += await asyncio.to_thread(self._loader.sources, named)
            except SourceError as error:
                receipts.append(Receipt(source=named, status=Status.FAILED, error=str(error)))
        sources = list(dict.fromkeys(sources))
        changed = True
        try:
            for done, source in enumerate(sources):
                progressed(Progress(what="Loading", done=done, total=len(sources), now=source))
                receipts.append(await self._add_one(source, wanted))
            changed = any(each.status in {Status.ADDED, Status.UPDATED} for each in receipts)
        finally:
            # A load that was broken off has kept what it finished, too.
            if changed:
                # The next question builds it from what is stored.
                self._index = None
                self._loads += 1
        progressed(Progress(what="Loading", done=len(sources), total=len(sources)))
        return Receipts(receipts=tuple(receipts))

    async def listing(self, place: Place) -> Listing:
        """List the documents that a place may see."""
        documents = await self._visible(place)
        listed = await asyncio.to_thread(lambda: [_listed(document) for document in documents])
        listed.sort(key=lambda each: (each.document.title.casefold(), each.document.id))
        return Listing(documents=tuple(listed))

    async def show(self, wanted: str, place: Place) -> Shown:
        """Show one document, by its id or by the beginning of it.

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
        return Shown(listed=_listed(found[0]))

    async def status(self, place: Place) -> StatusReport:
        """Say what is loaded, as far as a place may see it."""
        listed = (await self.listing(place)).documents
        return StatusReport(
            documents=len(listed),
            sentences=sum(each.sentences for each in listed),
            outlets=tuple(sorted({each.document.publisher for each in listed})),
            model=self._embedder.name,
        )

    async def warm_up(self) -> None:
        """Bring the index and the model into memory, so that the first question need not wait."""
        index = await self._current_index(lambda _: None)
        if len(index):
            await self._embedder.ready()

    async def _visible(self, place: Place) -> list[Document]:
        documents = await asyncio.to_thread(self._library.documents)
        return [each for each in documents if place.sees(each.collection)]

    async def _add_one(self, source: str, wanted: AddSources) -> Receipt:
        try:
            loaded = await asyncio.to_thread(self._loader.load, source)
        except SourceError as error:
            return Receipt(source=source, status=Status.FAILED, error=str(error))
        loaded = with_stated(loaded, wanted.stated)
        for _ in range(_RACES):
            # In this order: what another process makes of this source in between is no twin of it.
            twin = await asyncio.to_thread(
                self._library.by_text, wanted.collection, loaded.text, loaded.outlet
            )
            there = await asyncio.to_thread(self._library.by_source, wanted.collection, source)
            status, document = placed(loaded, wanted.collection, there, twin)
            if status in {Status.UNCHANGED, Status.DUPLICATE}:
                return _receipt(source, status, document, loaded.notes)
            embedded = await self._embedded(document)
            if await asyncio.to_thread(self._library.save, embedded, await self._scheme()):
                return _receipt(source, status, document, loaded.notes)
        raise LibraryError(f"Other processes keep changing {source}. Load it when they are done.")

    async def _embedded(self, document: Document) -> EmbeddedDocument:
        segments = await asyncio.to_thread(split, document.text)
        vectors = await self._embedder.embed_passages(segments.texts(document.text))
        return EmbeddedDocument(document=document, segments=segments, vectors=vectors)

    async def _scheme(self) -> str:
        """Name the model and the way of cutting that vectors must come from to be compared."""
        return f"{await self._embedder.identity()}/{SEGMENTATION}"

    async def _current_index(self, progressed: Progressed) -> Index:
        if self._index is None:
            loads = self._loads
            documents = await asyncio.to_thread(self._library.documents)
            if documents:
                await self._embed_missing(documents, progressed)
                embedded = await asyncio.to_thread(self._library.embedded, await self._scheme())
                index = await asyncio.to_thread(Index, embedded)
            else:
                index = Index()
            if loads != self._loads:
                # A load ended meanwhile, and this snapshot may lack what it brought.
                return index
            self._index = index
        return self._index

    async def _embed_missing(self, documents: list[Document], progressed: Progressed) -> None:
        """Embed what has no vectors of the model in use, for example after it was changed."""
        scheme = await self._scheme()
        there = await asyncio.to_thread(self._library.embedded, scheme)
        have = {(each.document.id, each.document.revision) for each in there}
        missing = [each for each in documents if (each.id, each.revision) not in have]
        for done, document in enumerate(missing):
            progressed(
                Progress(what="Embedding anew", done=done, total=len(missing), now=document.title)
            )
            embedded = await self._embedded(document)
            await asyncio.to_thread(self._library.save_vectors, embedded, scheme)


def _listed(document: Document) -> Listed:
    sentences = split(document.text).sentences
    return Listed(document=document, sentences=sum(not each.heading for each in sentences))


def _receipt(source: str, status: Status, document: Document, notes: tuple[str, ...]) -> Receipt:
    return Receipt(
        source=source,
        status=status,
        document=document,
        sentences=_listed(document).sentences,
        notes=notes,
    )
