"""Loading: sources in, receipts out, in batches.

A batch is read, cleaned, embedded and then kept in one transaction; its receipts are given only
after that. Whatever breaks a load off, what was acknowledged is kept and nothing is there by half.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from bot.one_behind import OneBehind
from briefs.errors import DatelineError, LibraryError, SourceError, UsageError
from briefs.identity import placed
from briefs.measuring import UNMEASURED, Meter, Stage, timed
from briefs.model import (
    Document,
    EmbeddedDocument,
    Held,
    LoadedFile,
    Origination,
    Receipt,
    Segments,
    Stated,
    Status,
)
from briefs.ports import Embedder, Kept, Library, Loader, Progress, Progressed
from briefs.preparing import Prepared, digest_of, prepared
from briefs.reprints import Reprints, sketch
from briefs.shard import sentence_words
from briefs.splitting import SEGMENTATION, split

BATCH_TEXTS = 512
"""Sentences and passages that are embedded, and then kept, together."""

_log = logging.getLogger(__name__)

_RACES = 5
"""How often a load starts over because another process was faster with the same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A document that is ready to be embedded and kept."""

    place: int
    status: Status
    document: Document
    origination: Origination
    segments: Segments
    notes: tuple[str, ...]


class Loading:
    """Brings sources into the library."""

    def __init__(
        self,
        *,
        library: Library,
        embedder: Embedder,
        loader: Loader,
        meter: Meter = UNMEASURED,
    ) -> None:
        """Take the parts."""
        self._meter = meter
        self._library = library
        self._embedder = embedder
        self._loader = loader

    async def scheme(self) -> str:
        """Name the model and the way of cutting that vectors must come from to be compared."""
        return f"{await self._embedder.identity()}/{SEGMENTATION}"

    async def add(
        self, named: Iterable[str], collection: str, stated: Stated, progressed: Progressed
    ) -> tuple[Receipt, ...]:
        """Load what some names stand for. One bad source never stops the others."""
        with timed(self._meter, Stage.LOAD, time.perf_counter):
            receipts = await self._added(named, collection, stated, progressed)
        return self._counted(receipts)

    async def _added(
        self, named: Iterable[str], collection: str, stated: Stated, progressed: Progressed
    ) -> tuple[Receipt, ...]:
        receipts: list[Receipt] = []
        standing: dict[str, list[str]] = {}
        for name in named:
            try:
                standing[name] = await self._loader.sources(name, collection)
            except SourceError as error:
                receipts.append(Receipt(source=name, status=Status.FAILED, error=str(error)))
        sources = list(dict.fromkeys(chain.from_iterable(standing.values())))
        found = await self._loaded(sources, collection, stated, progressed)
        failed = {each.source for each in found if each.status is Status.FAILED}
        for name, stood in standing.items():
            if failed.isdisjoint(stood):
                await self._loader.settled(name, collection)
        return (*receipts, *found)

    async def left_out(self, named: Iterable[str]) -> Mapping[str, int]:
        """Count the files of folders that are of no kind that can be loaded, by their endings."""
        found: Counter[str] = Counter()
        for name in named:
            found.update(await self._loader.left_out(name))
        return found

    async def reload(
        self, sources: Sequence[str], collection: str, progressed: Progressed
    ) -> tuple[Receipt, ...]:
        """Load sources again that are in the library.

        An article of a feed is as its feed has it; one that the feed has no more stays as it is.
        """
        with timed(self._meter, Stage.LOAD, time.perf_counter):
            receipts = await self._reloaded(sources, collection, progressed)
        return self._counted(receipts)

    def _counted(self, receipts: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
        for each in receipts:
            self._meter.loaded(each.status)
        return receipts

    async def _reloaded(
        self, sources: Sequence[str], collection: str, progressed: Progressed
    ) -> tuple[Receipt, ...]:
        receipts: list[Receipt] = []
        feeds: dict[str, set[str] | str] = {}
        wanted: list[str] = []
        for source in sources:
            held = await asyncio.to_thread(self._library.by_source, collection, source)
            via = held.origination.via if held else None
            if held is None or via is None:
                wanted.append(source)
                continue
            if via not in feeds:
                try:
                    feeds[via] = set(await self._loader.sources(via, collection, afresh=True))
                except SourceError as error:
                    feeds[via] = str(error)
            there = feeds[via]
            if isinstance(there, str):
                receipts.append(Receipt(source=source, status=Status.FAILED, error=there))
            elif source in there:
                wanted.append(source)
            else:
                receipts.append(_receipt(held.document, Status.UNCHANGED, held.origination))
        found = await self._loaded(wanted, collection, Stated(), progressed)
        return (*receipts, *found)

    async def edit(self, held: Held, stated: Stated) -> Receipt:
        """Keep a revision with what a person says in place of what was found."""
        wanted = stated.over(held.origination.stated)
        document = replace(
            held.document,
            revision=held.document.revision + 1,
            title=stated.title or held.document.title,
            outlet=stated.outlet or held.document.outlet,
            author=stated.author or held.document.author,
            published=stated.published or held.document.published,
        )
        if replace(document, revision=held.document.revision) == held.document:
            return _receipt(held.document, Status.UNCHANGED, held.origination)
        return await self._revised(document, replace(held.origination, stated=wanted))

    async def restore(self, held: Held, numbers: Sequence[int]) -> Receipt:
        """Keep a revision with dropped lines back in their places.

        Raises:
            UsageError: There is no dropped line of such a number.
        """
        origination = held.origination
        known = {each.number for each in origination.dropped}
        unknown = sorted(set(numbers) - known)
        if unknown or origination.raw is None:
            listed = ", ".join(str(number) for number in unknown or numbers)
            raise UsageError(
                f"{held.document.id} has no dropped line {listed}. “source show” lists those that "
                "it has."
            )
        wanted = {*origination.restored, *numbers}
        loaded = LoadedFile(
            source=held.document.source,
            text=origination.raw,
            title=held.document.title,
            outlet=held.document.outlet,
            author=held.document.author,
            published=held.document.published,
            url=held.document.url,
            bare=origination.bare,
            extracted=origination.extracted,
            via=origination.via,
        )
        again = await asyncio.to_thread(
            prepared, loaded, origination.stated, wanted, origination.digest
        )
        document = replace(
            held.document, revision=held.document.revision + 1, text=again.loaded.text
        )
        return await self._revised(document, again.origination)

    async def embed(self, documents: Sequence[Document], progressed: Progressed) -> None:
        """Embed documents that are there already, for example after the model was changed."""
        scheme = await self.scheme()
        done = 0
        for batch in _batches([(each, split(each.text)) for each in documents]):
            progressed(
                Progress(
                    what="Embedding anew", done=done, total=len(documents), now=batch[0][0].title
                )
            )
            embedded = await self._embedded(batch)
            await asyncio.to_thread(self._library.save_vectors, embedded, scheme)
            done += len(batch)

    async def _loaded(
        self, sources: Sequence[str], collection: str, stated: Stated, progressed: Progressed
    ) -> list[Receipt]:
        receipts: dict[int, Receipt] = {}
        waiting: list[_Pending] = []
        texts = 0
        reprints: Reprints | None = None
        # One batch is embedded while the next one is read: the model leaves Python alone.
        async with OneBehind[dict[int, Receipt]]() as keeping:
            async for place, outcome in self._read(sources, collection, stated, progressed):
                if isinstance(outcome, Receipt):
                    receipts[place] = outcome
                    continue
                if reprints is None:
                    await self._embedder.ready(progressed)
                    known = await asyncio.to_thread(self._library.sketches, collection)
                    reprints = Reprints(known)
                waiting.append(outcome)
                texts += len(outcome.segments.sentence_spans) + len(outcome.segments.passage_spans)
                if texts >= BATCH_TEXTS:
                    kept = self._kept(waiting, reprints, collection, stated)
                    receipts |= await keeping.begin(kept) or {}
                    waiting, texts = [], 0
            receipts |= await keeping.end() or {}
            if waiting and reprints is not None:
                receipts |= await self._kept(waiting, reprints, collection, stated)
        progressed(Progress(what="Loading", done=len(sources), total=len(sources)))
        return [receipts[place] for place in sorted(receipts)]

    async def _read(
        self, sources: Sequence[str], collection: str, stated: Stated, progressed: Progressed
    ) -> AsyncIterator[tuple[int, Receipt | _Pending]]:
        """Yield each source's place with its receipt, or with what is to be embedded."""
        fresh: dict[tuple[str, str | None], Document] = {}
        changing: set[str] = set()
        for place, source in enumerate(sources):
            progressed(Progress(what="Loading", done=place, total=len(sources), now=source))
            outcome = await self._place(place, source, collection, stated, changing)
            if isinstance(outcome, _Pending):
                changing.add(outcome.document.id)
                # Two copies in one batch: the library does not know the first one yet.
                key = outcome.document.text, outcome.document.outlet
                twin = fresh.setdefault(key, outcome.document)
                if twin.id != outcome.document.id and outcome.status is Status.ADDED:
                    outcome = _receipt(
                        twin, Status.DUPLICATE, outcome.origination, outcome.notes, source
                    )
            yield place, outcome

    async def _place(
        self,
        place: int,
        source: str,
        collection: str,
        stated: Stated,
        changing: Collection[str] = (),
    ) -> Receipt | _Pending:
        """Read one source and decide what it is to the library.

        `changing` are the ids of documents of which this load has a newer text.
        """
        try:
            loaded = await self._loader.load(source)
            there = await asyncio.to_thread(self._library.by_source, collection, source)
            return await asyncio.to_thread(
                self._decided, place, loaded, collection, stated, there, changing
            )
        except SourceError as error:
            return Receipt(source=source, status=Status.FAILED, error=str(error))
        except DatelineError:
            raise
        except Exception:  # noqa: BLE001
            # A parser that fails in a way that nobody foresaw stops its own source only.
            reference = secrets.token_hex(4)
            _log.exception("cannot load %s, reference %s", source, reference)
            return Receipt(
                source=source,
                status=Status.FAILED,
                error=f"something went wrong inside Dateline (reference {reference} in the log)",
            )

    def _decided(
        self,
        place: int,
        loaded: LoadedFile,
        collection: str,
        stated: Stated,
        there: Held | None,
        changing: Collection[str],
    ) -> Receipt | _Pending:
        wanted = stated if there is None else stated.over(there.origination.stated)
        digest = digest_of(loaded)
        if there is not None and not there.removed:
            # What a person restored or stated stays, as long as the source is the same.
            same = there.origination
            if same.digest == digest and same.stated == wanted:
                return _receipt(there.document, Status.UNCHANGED, same, loaded.notes)
        is_same = there is not None and there.origination.digest == digest
        restored = there.origination.restored if there is not None and is_same else ()
        ready: Prepared = prepared(loaded, wanted, restored)
        twin = self._library.by_text(collection, ready.loaded.text, ready.loaded.outlet)
        # What waits to be kept says something else now. And where another process has loaded this
        # very source since we looked, it is no twin of itself.
        if twin is not None and (twin.id in changing or twin.source == loaded.source):
            twin = None
        status, document = placed(ready.loaded, collection, there, twin)
        if status in {Status.UNCHANGED, Status.DUPLICATE}:
            return _receipt(document, status, ready.origination, ready.loaded.notes, loaded.source)
        return _Pending(
            place=place,
            status=status,
            document=document,
            origination=ready.origination,
            segments=split(document.text),
            notes=ready.loaded.notes,
        )

    async def _kept(
        self, waiting: Sequence[_Pending], reprints: Reprints, collection: str, stated: Stated
    ) -> dict[int, Receipt]:
        """Embed and keep a batch; return the receipts by their places."""
        linked = [_linked(each, reprints) for each in waiting]
        embedded = await self._embedded([(each.document, each.segments) for each in linked])
        kept = [
            _to_keep(one, each.origination, each.status)
            for one, each in zip(embedded, linked, strict=True)
        ]
        done = await asyncio.to_thread(self._library.save, kept, await self.scheme())
        receipts: dict[int, Receipt] = {}
        for saved, each in zip(done, linked, strict=True):
            receipts[each.place] = (
                _receipt(each.document, each.status, each.origination, each.notes)
                if saved
                else await self._again(each, reprints, collection, stated)
            )
        return receipts

    async def _again(
        self, lost: _Pending, reprints: Reprints, collection: str, stated: Stated
    ) -> Receipt:
        """Load a source once more after another process changed it in between."""
        for _ in range(_RACES):
            outcome = await self._place(lost.place, lost.document.source, collection, stated)
            if isinstance(outcome, Receipt):
                return outcome
            if lost.status is Status.UPDATED and outcome.status is Status.ADDED:
                return Receipt(
                    source=lost.document.source,
                    status=Status.FAILED,
                    error="it was removed while it was being loaded",
                )
            receipt = await self._revised(
                _linked(outcome, reprints).document, outcome.origination, outcome.status
            )
            if receipt.status is not Status.FAILED:
                return receipt
        raise LibraryError(
            f"Other processes keep changing {lost.document.source}. Load it when they are done."
        )

    async def _revised(
        self, document: Document, origination: Origination, status: Status = Status.UPDATED
    ) -> Receipt:
        """Keep one revision."""
        segments = await asyncio.to_thread(split, document.text)
        (embedded,) = await self._embedded([(document, segments)])
        kept = _to_keep(embedded, origination, status)
        (saved,) = await asyncio.to_thread(self._library.save, [kept], await self.scheme())
        if not saved:
            return Receipt(
                source=document.source,
                status=Status.FAILED,
                error="another process changed it at the same time; try again",
            )
        return _receipt(document, status, origination)

    async def _embedded(
        self, documents: Sequence[tuple[Document, Segments]]
    ) -> list[EmbeddedDocument]:
        """Embed documents together."""
        texts = [segments.texts(document.text) for document, segments in documents]
        vectors = await self._embedder.embed_passages([text for each in texts for text in each])
        ends = np.cumsum([len(each) for each in texts]).tolist()
        return [
            EmbeddedDocument(
                document=document,
                segments=segments,
                vectors=vectors[end - len(own) : end],
                words=sentence_words(document, segments),
            )
            for (document, segments), own, end in zip(documents, texts, ends, strict=True)
        ]


def _to_keep(embedded: EmbeddedDocument, origination: Origination, status: Status) -> Kept:
    document = embedded.document
    return Kept(
        embedded=embedded,
        origination=origination,
        sketch=sketch(document.text),
        # What is added and has had revisions before was removed.
        revives=status is Status.ADDED and document.revision > 1,
    )


def _linked(pending: _Pending, reprints: Reprints) -> _Pending:
    """Return a document that knows what it is a reprint of."""
    found = sketch(pending.document.text)
    document = pending.document
    original = reprints.original(document.id, found)
    document = replace(document, reprint_of=original)
    reprints.add(document.id, document.copy, found)
    return replace(pending, document=document)


def _batches(
    documents: Sequence[tuple[Document, Segments]],
) -> Iterable[list[tuple[Document, Segments]]]:
    batch: list[tuple[Document, Segments]] = []
    texts = 0
    for document, segments in documents:
        batch.append((document, segments))
        texts += len(segments.sentence_spans) + len(segments.passage_spans)
        if texts >= BATCH_TEXTS:
            yield batch
            batch, texts = [], 0
    if batch:
        yield batch


def _receipt(
    document: Document,
    status: Status,
    origination: Origination,
    notes: tuple[str, ...] = (),
    source: str | None = None,
) -> Receipt:
    if document.reprint_of is not None:
        notes = (*notes, f"a reprint of {document.reprint_of}: it counts with it as one origin")
    if document.outlet is None:
        notes = (*notes, "the outlet is unknown, which weakens every count of outlets")
    return Receipt(
        source=source or document.source,
        status=status,
        document=document,
        sentences=split(document.text).quotable,
        dropped=origination.dropped,
        notes=notes,
    )
