"""What a brief is composed from: documents, and what the briefs before it told."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from bot.newsroom import Newsroom
from briefs.agreement import said
from briefs.brief import Brief, ChangeKind
from briefs.briefing import Briefs, ComposeBrief, KeptBrief, Line
from briefs.changing import Stale, Told
from briefs.composing import Material
from briefs.index import Index
from briefs.model import Citation, Document, EmbeddedDocument, Scope, Segments, Statement, Vector
from briefs.period_filter import none_published
from briefs.ports import Embedder, Library, Place, Progressed
from briefs.splitting import split

PAST = 60
"""How many briefs of a channel are remembered: what was told longer ago may be told again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """All that one brief is composed from, and where it stands in the library."""

    material: Material
    snapshot: int
    """The library's version."""
    loaded: int
    """How many documents there are that the place may see."""
    left_out: int = 0
    """How many documents a date leaves out because they have none."""
    revised: int = 0
    """Of how many documents only what is new in them is looked at."""


class Materials:
    """Lays out what a brief is composed from, new or composed again."""

    def __init__(
        self,
        *,
        newsroom: Newsroom,
        library: Library,
        embedder: Embedder,
        briefs: Briefs,
        now: Callable[[], datetime],
    ) -> None:
        """Take the parts; `now` is aware."""
        self._newsroom = newsroom
        self._library = library
        self._embedder = embedder
        self._briefs = briefs
        self._now = now

    async def laid(
        self, wanted: ComposeBrief, line: Line | None, place: Place, progressed: Progressed
    ) -> Laid:
        """Return what a brief would be composed from now.

        Only what was loaded since the last brief of a line is new to it. That goes by the library's
        own count of its changes: a clock can be set, and a load may end after a brief began.
        """
        until = self._now()
        index, snapshot = await self._newsroom.whole_index(progressed)
        visible = index.documents(Scope(collections=place.collections))
        last: KeptBrief | None = None
        new: Sequence[EmbeddedDocument] = visible
        stale: tuple[Stale, ...] = ()
        told: tuple[Statement, ...] = ()
        if line is not None:
            last = await asyncio.to_thread(self._briefs.last, line, place.collections)
        if line is not None and last is not None:
            told = await asyncio.to_thread(self._briefs.told, line, PAST)
            moved = await asyncio.to_thread(self._library.moved, last.edition.snapshot)
            new = [each for each in visible if each.document.id in moved.loaded]
            cited = await asyncio.to_thread(self._briefs.cited, line, moved.loaded | moved.removed)
            stale = _stale(cited, moved.removed, visible, place)
        dated = Scope(collections=place.collections, since=wanted.since)
        admitted = [each for each in new if dated.admits(each.document)]
        undated = sum(each.document.published is None for each in new)
        emptied = None
        if new and not admitted:
            what = "article here" if last is None else "new article"
            emptied = none_published(what, dated, [each.document for each in new])
        documents, revised = tuple(admitted), 0
        if line is not None and last is not None:
            documents, revised = await self._new_parts(documents, line)
        material = Material(
            documents=documents,
            since=None if last is None else last.edition.composed_at,
            until=until,
            topic=wanted.topic,
            collections=place.collections,
            model=await self._embedder.identity(),
            for_channel=line is not None,
            previous=None if last is None else last.brief,
            stale=stale,
            emptied=emptied,
        )
        return Laid(
            material=await self._embedded(material, told, index, place, progressed),
            snapshot=snapshot,
            loaded=len(visible),
            left_out=undated if wanted.since is not None else 0,
            revised=revised,
        )

    async def again(self, kept: KeptBrief, place: Place, progressed: Progressed) -> Laid:
        """Return what a kept brief was composed from, as far as it is there."""
        index, _ = await self._newsroom.whole_index(progressed)
        edition, brief = kept.edition, kept.brief
        before: KeptBrief | None = None
        told: tuple[Statement, ...] = ()
        line, then = Line(channel=edition.channel or "", topic=edition.topic), edition.composed_at
        if edition.channel is not None:
            before = await asyncio.to_thread(self._briefs.last, line, edition.collections, then)
            if before is not None:
                told = await asyncio.to_thread(self._briefs.told, line, PAST, then)
        documents = await self._as_read(brief.documents, index)
        if before is not None:
            documents, _ = await self._new_parts(documents, line, then)
        material = Material(
            documents=documents,
            since=brief.period.since,
            until=brief.period.until,
            topic=edition.topic,
            collections=edition.collections,
            model=await self._embedder.identity(),
            for_channel=edition.channel is not None,
            previous=None if before is None else before.brief,
            stale=_stale_of(brief),
        )
        return Laid(
            material=await self._embedded(material, told, index, place, progressed),
            snapshot=edition.snapshot,
            loaded=len(documents),
        )

    async def _new_parts(
        self, documents: Iterable[EmbeddedDocument], line: Line, before: datetime | None = None
    ) -> tuple[tuple[EmbeddedDocument, ...], int]:
        """Return documents with only what no earlier brief of a line looked at; how many have less.

        A revised document has mostly the sentences that it had: those are nothing new.
        """
        documents = tuple(documents)
        ids = {each.document.id for each in documents if each.document.revision > 1}
        read = await asyncio.to_thread(self._briefs.read, line, ids, before)
        older = {each.id: each for each in read}
        parts = await asyncio.to_thread(
            lambda: [_new_part(each, older.get(each.document.id)) for each in documents]
        )
        kept = tuple(each for each in parts if each is not None)
        return kept, sum(each.document.id in older for each in kept)

    async def _as_read(
        self, documents: Iterable[Document], index: Index
    ) -> tuple[EmbeddedDocument, ...]:
        """Return documents in the revisions that were read, embedded anew where those are old."""
        there = _by_id(index)
        found: list[EmbeddedDocument] = []
        for document in documents:
            known = there.get(document.id)
            if known is not None and known.document.revision == document.revision:
                # What it is a reprint of may have changed, without a new revision.
                found.append(replace(known, document=document))
                continue
            segments = await asyncio.to_thread(split, document.text)
            vectors = await self._embedder.embed_passages(segments.texts(document.text))
            found.append(EmbeddedDocument(document=document, segments=segments, vectors=vectors))
        return tuple(found)

    async def _embedded(
        self,
        material: Material,
        past: Sequence[Statement],
        index: Index,
        place: Place,
        progressed: Progressed,
    ) -> Material:
        """Return material with the vectors of its topic and of what was told before."""
        if not material.documents:
            # Nothing is compared with anything: no model is needed for that.
            return material
        topic: Vector | None = None
        if material.topic is not None:
            await self._started(progressed)
            topic = (await self._embedder.embed_queries([material.topic]))[0]
        told = _told(past, place)
        vectors = _stored_vectors([each.citations[0] for each in told], index)
        unknown = [number for number, vector in enumerate(vectors) if vector is None]
        if unknown:
            await self._started(progressed)
            embedded = await self._embedder.embed_passages([told[each].text for each in unknown])
            for number, vector in zip(unknown, embedded, strict=True):
                vectors[number] = vector
        history = tuple(
            Told(
                citation=statement.citations[0],
                said=said(statement.text, vector),
                outlets=statement.outlets,
                origins=statement.origins,
            )
            for statement, vector in zip(told, vectors, strict=True)
            if vector is not None
        )
        return replace(material, topic_vector=topic, history=history)

    async def _started(self, progressed: Progressed) -> None:
        await self._embedder.ready(progressed)


def _new_part(embedded: EmbeddedDocument, older: Document | None) -> EmbeddedDocument | None:
    """Return a document of which only the sentences count that an older revision has not.

    None where there are none such.
    """
    if older is None or older.revision >= embedded.document.revision:
        return embedded
    before = {
        older.text[each.start : each.end]
        for each in split(older.text).sentences
        if not each.heading
    }
    spans = embedded.segments.sentence_spans.copy()
    for row, (start, end, _) in enumerate(spans.tolist()):
        # What is a heading is never quoted nor compared, and every row keeps its vector.
        if embedded.document.text[start:end] in before:
            spans[row, 2] = 1
    segments = Segments.of_spans(spans, embedded.segments.passage_spans)
    return replace(embedded, segments=segments) if segments.quotable else None


def _told(past: Iterable[Statement], place: Place) -> list[Statement]:
    """Return what was told, each once as last; nothing that the place may not see any more."""
    statements: dict[tuple[str, int, int, int], Statement] = {}
    for statement in past:
        first = statement.citations[0]
        if all(place.sees(each.document.collection) for each in statement.citations):
            where = (first.document.id, first.document.revision, first.start, first.end)
            statements.setdefault(where, statement)
    return list(statements.values())


def _stored_vectors(citations: Iterable[Citation], index: Index) -> list[Vector | None]:
    """Return the vectors that the library has of quoted sentences; None where it has none."""
    there = _by_id(index)
    return [_stored_vector(each, there.get(each.document.id)) for each in citations]


def _stored_vector(citation: Citation, known: EmbeddedDocument | None) -> Vector | None:
    if known is None or known.document.revision != citation.document.revision:
        return None
    span = (citation.start, citation.end)
    rows = np.flatnonzero((known.segments.sentence_spans[:, :2] == span).all(axis=1))
    if not rows.size:
        return None
    vector: Vector = known.vectors[int(rows[0])]
    return vector


def _by_id(index: Index) -> Mapping[str, EmbeddedDocument]:
    everything = index.documents(Scope(collections=None))
    return {each.document.id: each for each in everything}


def _stale(
    cited: Iterable[Document],
    removed: frozenset[str],
    visible: Iterable[EmbeddedDocument],
    place: Place,
) -> tuple[Stale, ...]:
    """Return what has become of documents that a line has cited, and that have changed since."""
    current = {each.document.id: each.document for each in visible}
    found: list[Stale] = []
    for document in cited:
        now = current.get(document.id)
        if now is None and document.id in removed and place.sees(document.collection):
            found.append(Stale(document=document, kind=ChangeKind.WITHDRAWN))
        elif now is not None and now.revision > document.revision:
            found.append(Stale(document=document, kind=ChangeKind.UPDATED))
    return tuple(found)


def _stale_of(brief: Brief) -> tuple[Stale, ...]:
    """Return what a brief told of documents that had changed."""
    return tuple(
        Stale(document=document, kind=change.kind)
        for change in brief.changes
        if change.kind in {ChangeKind.UPDATED, ChangeKind.WITHDRAWN}
        for document in change.documents
    )
