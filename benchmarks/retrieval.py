"""Well-kept libraries against plain numpy and Dateline's index: by meaning, by words, and both.

    pip install bm25s tantivy usearch faiss-cpu
    python benchmarks/retrieval.py
    python benchmarks/retrieval.py --sentences 10000 100000 --queries 100 --json

Every way gets the same invented sentences, 30 a document, from a fixed seed. Vectors lie in topics
and documents, with a falling spectrum like an embedding's; words are drawn after Zipf and
Mandelbrot and are split beforehand, so that nobody's tokenizer counts. Each way runs in a process
of its own, one after another: its memory is what building it adds to the peak. Everything has one
thread unless --threads says otherwise. Half of the documents are in a collection that a filter
admits; the filter holds before ranking and is made ready beforehand. Absolute times are one
machine's; take the ratios.

"Moved" says, of the smallest size, whether any score within that collection changes when all other
documents are taken away: if so, a place can learn from scores what it may not see.

What takes longer to build than --patience allows, judged by the size before, is left out.
"""

import argparse
import gc
import importlib
import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from briefs.index import Index  # noqa: E402 - found by the line above
from briefs.model import Document, EmbeddedDocument, Passage, Scope, Segments, Sentence, Words  # noqa: E402
from briefs.postings import BM25_B, BM25_K1, Postings, number_of  # noqa: E402
from briefs.scoring import least_of_best  # noqa: E402
from briefs.shard import Shard, shard_of  # noqa: E402

LIBRARIES = {"bm25s": "bm25s", "tantivy": "tantivy", "usearch": "usearch", "faiss": "faiss-cpu"}
SEED = 1
DIMENSIONS = 384
IN_A_DOCUMENT = 30
SENTENCE_WORDS = 20
SENTENCE_CHARACTERS = 120
VOCABULARY = 200_000
STOP_WORDS = 150
QUESTION_WORDS = 5
PASSAGE_STARTS = range(0, 22, 7)
PASSAGE_SENTENCES = 9
TOPIC, STORY, OWN = 0.45, 0.40, 0.80
"""What a sentence's vector is made of: two of a document have a cosine of about .36."""
ASKED = 0.7
"""The cosine of a question with the sentence that it was made from."""
CHANGES = 5
CHANGED_DOCUMENTS = 10
LIMIT = 60
RECALL_AT = 10
BLOCK = 9_990
"""Rows that are read at once: whole documents."""
LINKS = 16
EXPANSION_BUILD = 64
EXPANSION_SEARCH = 128
LEAST_QUERIES = 20
SECONDS_A_MODE = 12
"""Searches stop after this long, when there were at least LEAST_QUERIES."""
LEFT_OUT = "expected build s, left out"
THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))
OPEN, HIDDEN = "open", "hidden"
EVERYTHING = Scope(collections=None)
OURS = Scope(collections=frozenset({OPEN}))

Figures: TypeAlias = dict[str, float | str]
Floats: TypeAlias = NDArray[np.float32]
Rows: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Found: TypeAlias = tuple[Rows, Floats]
Question: TypeAlias = tuple[Floats, list[int]]
"""A unit vector, and the numbers of terms."""


def main() -> int:
    """Measure, and print tables or JSON."""
    arguments = _arguments()
    if arguments.part == "data":
        make_data(arguments.folder, arguments.rows, arguments.queries)
        return 0
    if arguments.part:
        way = WAYS[arguments.part]
        figures = measured(way, Data(arguments.folder), moved=arguments.moved)
        if arguments.part not in TABLES[MEANING]:
            del figures["all recall"], figures["half recall"]
        print(json.dumps(figures))
        return 0
    missing = [name for module, name in LIBRARIES.items() if not importlib.util.find_spec(module)]
    if missing:
        print(f"To measure all of them: pip install {' '.join(missing)}", file=sys.stderr)
    found: dict[int, dict[str, Figures]] = {}
    ways = [name for name in WAYS if _is_there(name)]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(arguments.sentences) * (len(ways) + 1))
        for rows in sorted(arguments.sentences):
            with tempfile.TemporaryDirectory(dir=arguments.within) as folder:
                progress.update(task, description=f"{rows:,}: inventing")
                _in_a_process("data", folder, rows, arguments)
                progress.advance(task)
                smaller = found[max(found)] if found else {}
                found[rows] = {}
                for name in ways:
                    progress.update(task, description=f"{rows:,}: {name}")
                    expected = _expected(smaller.get(name), rows)
                    found[rows][name] = (
                        {"rows": rows, LEFT_OUT: expected}
                        if expected > arguments.patience
                        else json.loads(_in_a_process(name, folder, rows, arguments))
                    )
                    progress.advance(task)
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)
    return 0


class Data:
    """Invented sentences in a folder; only what is asked for is in memory."""

    def __init__(self, folder: Path) -> None:
        """Open a folder that `make_data` filled."""
        self.folder = folder
        self.rows = int((folder / "rows").read_text(encoding="ascii"))
        kept = np.load(folder / "small.npz")
        self.hidden: Mask = kept["hidden"]
        """Which documents a filter leaves out, those that are added later included."""
        self._offsets: Rows = kept["offsets"]
        self._asked: Floats = kept["asked"]
        self._asked_terms: NDArray[np.int32] = kept["asked_terms"]

    def nearest(self) -> Rows:
        """Return the exact best rows by meaning of each question.

        Shape (2, questions, RECALL_AT): of all documents, and of those that the filter admits.
        """
        nearest: Rows = np.load(self.folder / "nearest.npy")
        return nearest

    def questions(self) -> list[Question]:
        """Return what is searched for."""
        return list(zip(self._asked, self._asked_terms.tolist(), strict=True))

    def admitted(self, rows: int) -> Mask:
        """Return which of the first rows the filter admits."""
        shown: Mask = np.repeat(~self.hidden, IN_A_DOCUMENT)[:rows]
        return shown

    def blocks(self, first: int, last: int) -> Iterator[tuple[int, Floats]]:
        """Return the vectors of some rows, each block with its first row."""
        for start in range(first, last, BLOCK):
            count = min(BLOCK, last - start)
            with (self.folder / "vectors").open("rb") as file:
                file.seek(start * DIMENSIONS * 4)
                block = np.fromfile(file, dtype=np.float32, count=count * DIMENSIONS)
            yield start, block.reshape(-1, DIMENSIONS)

    def vectors(self, first: int, last: int) -> Floats:
        """Return the vectors of some rows as one matrix."""
        matrix = np.empty((last - first, DIMENSIONS), dtype=np.float32)
        for start, block in self.blocks(first, last):
            matrix[start - first : start - first + len(block)] = block
        return matrix

    def terms(self, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the terms of some rows, flat, and how many each has."""
        begin, end = int(self._offsets[first]), int(self._offsets[last])
        with (self.folder / "terms").open("rb") as file:
            file.seek(begin * 4)
            flat = np.fromfile(file, dtype=np.int32, count=end - begin)
        return flat, np.diff(self._offsets[first : last + 1]).astype(np.int32)

    def words(self, first: int, last: int) -> Words:
        """Return the terms of some rows as Dateline keeps them."""
        flat, lengths = self.terms(first, last)
        return Words(numbers=term_numbers()[flat], lengths=lengths)

    def documents(self, first: int, last: int) -> list[EmbeddedDocument]:
        """Return some rows as Dateline's documents."""
        numbers = term_numbers()
        documents = []
        for start, block in self.blocks(first, last):
            flat, lengths = self.terms(start, start + len(block))
            ends = np.append(0, np.cumsum(lengths))
            for at in range(0, len(block), IN_A_DOCUMENT):
                vectors = block[at : at + IN_A_DOCUMENT]
                segments = _segments(len(vectors))
                passages = np.stack(
                    [vectors[each.first : each.last].mean(axis=0) for each in segments.passages]
                )
                number = (start + at) // IN_A_DOCUMENT
                documents.append(
                    EmbeddedDocument(
                        document=_document(number, hidden=bool(self.hidden[number])),
                        segments=segments,
                        vectors=np.concatenate([vectors, _unit(passages)]),
                        words=Words(
                            numbers=numbers[flat[ends[at] : ends[at + len(vectors)]]],
                            lengths=lengths[at : at + len(vectors)],
                        ),
                    )
                )
        return documents


class Way(Protocol):
    """One way to search, built from the first rows of some data."""

    def add(self, first: int, last: int) -> None:
        """Add rows."""

    def remove(self, documents: Sequence[int]) -> None:
        """Remove documents."""

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Return the best LIMIT rows and their scores, best first."""


class Rebuilt(Exception):  # noqa: N818 - it is an answer
    """Raised by a way that knows this change only as a rebuild."""


class Plain:
    """numpy as one would write it: one matrix, copied at each change."""

    def __init__(self, data: Data, rows: Rows, dtype: str = "f4") -> None:
        """Take the vectors of some rows."""
        self.data, self.rows = data, rows
        self.matrix = _matrix_of(data, rows, dtype)
        self._changed()

    def _changed(self) -> None:
        self.shown = np.flatnonzero(self.data.admitted(int(self.rows[-1]) + 1)[self.rows])

    def add(self, first: int, last: int) -> None:
        """Copy everything, with more at the end."""
        self.matrix = np.concatenate(
            [self.matrix, _as(self.data.vectors(first, last), self.matrix.dtype)]
        )
        self.rows = np.append(self.rows, np.arange(first, last))
        self._changed()

    def remove(self, documents: Sequence[int]) -> None:
        """Copy everything but some."""
        kept = ~np.isin(self.rows // IN_A_DOCUMENT, documents)
        self.matrix, self.rows = self.matrix[kept], self.rows[kept]
        self._changed()

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Multiply, and pick the greatest."""
        return self._best(self.matrix @ question[0], filtered=filtered)

    def _best(self, scores: Floats, *, filtered: bool) -> Found:
        if filtered:
            at, found = _best(scores[self.shown])
            return self.rows[self.shown[at]], found
        at, found = _best(scores)
        return self.rows[at], found


class Vecdot(Plain):
    """The same by `np.vecdot`, whose rounding of a row does not depend on the other rows."""

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Multiply, and pick the greatest."""
        return self._best(np.vecdot(self.matrix, question[0]), filtered=filtered)


class Usearch(Plain):
    """usearch's exhaustive search over a matrix of numpy's."""

    def __init__(self, data: Data, rows: Rows, dtype: str) -> None:
        """Take the vectors of some rows."""
        self.library: Any = importlib.import_module("usearch.index")
        super().__init__(data, rows, dtype)

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Search, and search wider while the filter leaves too few: it takes no filter."""
        asked = _as(question[0][None], self.matrix.dtype)[0]
        shown = self.data.admitted(int(self.rows[-1]) + 1)

        def ask(limit: int) -> Found:
            matches = self.library.search(
                self.matrix, asked, limit, self.library.MetricKind.IP, exact=True, threads=THREADS
            )
            return self.rows[matches.keys.astype(np.int64)], 1 - matches.distances

        return _widened(ask, shown, len(self.rows), filtered=filtered)


class UsearchGraph:
    """usearch's HNSW."""

    def __init__(self, data: Data, rows: Rows, dtype: str) -> None:
        """Build the graph."""
        library: Any = importlib.import_module("usearch.index")
        self.data = data
        self.index = library.Index(
            ndim=DIMENSIONS, metric="ip", dtype=dtype, connectivity=LINKS,
            expansion_add=EXPANSION_BUILD, expansion_search=EXPANSION_SEARCH,
        )  # fmt: skip
        for keys, block in _some_blocks(data, rows):
            self.index.add(keys, block, threads=THREADS)
        self.last = int(rows[-1]) + 1

    def add(self, first: int, last: int) -> None:
        """Add to the graph."""
        vectors = self.data.vectors(first, last)
        self.index.add(np.arange(first, last), vectors, threads=THREADS)
        self.last = last

    def remove(self, documents: Sequence[int]) -> None:
        """Mark as removed."""
        self.index.remove(_rows_of(documents))

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Search, and search wider while the filter leaves too few: it takes no filter."""

        def ask(limit: int) -> Found:
            matches = self.index.search(question[0], limit, threads=THREADS)
            return matches.keys.astype(np.int64), 1 - matches.distances

        return _widened(ask, self.data.admitted(self.last), len(self.index), filtered=filtered)


class Faiss:
    """faiss: exhaustive as it is or at 8 bits a number, or HNSW."""

    def __init__(self, data: Data, rows: Rows, kind: str) -> None:
        """Build the index."""
        self.faiss: Any = importlib.import_module("faiss")
        self.data, self.kind = data, kind
        inner = {"flat": self._flat, "sq8": self._sq8, "hnsw": self._hnsw}[kind]()
        self.index = self.faiss.IndexIDMap(inner)
        self._inner = inner
        for keys, block in _some_blocks(data, rows):
            if not self.index.is_trained:
                self.index.train(block)
            self.index.add_with_ids(block, keys)
        self.last = int(rows[-1]) + 1
        self._changed()

    def _flat(self) -> Any:
        return self.faiss.IndexFlatIP(DIMENSIONS)

    def _sq8(self) -> Any:
        kind = self.faiss.ScalarQuantizer.QT_8bit
        return self.faiss.IndexScalarQuantizer(DIMENSIONS, kind, self.faiss.METRIC_INNER_PRODUCT)

    def _hnsw(self) -> Any:
        graph = self.faiss.IndexHNSWFlat(DIMENSIONS, LINKS, self.faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = EXPANSION_BUILD
        graph.hnsw.efSearch = EXPANSION_SEARCH
        return graph

    def _changed(self) -> None:
        self.bits = np.packbits(self.data.admitted(self.last), bitorder="little")
        selector = self.faiss.IDSelectorBitmap(self.bits)
        self.parameters = (
            self.faiss.SearchParametersHNSW(sel=selector, efSearch=EXPANSION_SEARCH)
            if self.kind == "hnsw"
            else self.faiss.SearchParameters(sel=selector)
        )

    def add(self, first: int, last: int) -> None:
        """Add in place."""
        self.index.add_with_ids(self.data.vectors(first, last), np.arange(first, last))
        self.last = last
        self._changed()

    def remove(self, documents: Sequence[int]) -> None:
        """Remove in place."""
        if self.kind == "hnsw":
            raise Rebuilt
        self.index.remove_ids(_rows_of(documents))

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Search."""
        scores, rows = self.index.search(
            question[0][None], LIMIT, params=self.parameters if filtered else None
        )
        return rows[0], scores[0]


class Dateline:
    """Dateline's shards: scanned at eight bits, the best scored in full precision."""

    def __init__(self, data: Data, rows: Rows) -> None:
        """Build one shard."""
        self.data = data
        self.shards = [shard_of(_documents_of(data, rows))]
        self._changed()

    def _changed(self) -> None:
        self.visible = [(shard.visible(EVERYTHING), shard.visible(OURS)) for shard in self.shards]

    def add(self, first: int, last: int) -> None:
        """Make a small shard."""
        self.shards = [*self.shards, shard_of(self.data.documents(first, last))]
        self._changed()

    def remove(self, documents: Sequence[int]) -> None:
        """Mask documents out."""
        gone = {_id(each) for each in documents}
        self.shards = [shard.without(gone) for shard in self.shards]
        self._changed()

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Multiply, and pick the greatest that is visible."""
        found: list[Found] = []
        for shard, visible in zip(self.shards, self.visible, strict=True):
            seen = visible[filtered]
            rows = np.flatnonzero(seen.sentences)
            near = shard.near(question[0], seen)
            about = near.rows[shard.sentence_rows[rows]]
            rows = rows[about >= least_of_best(about, LIMIT) - 2 * near.bound]
            at, scores = _best(shard.cosines(shard.sentence_rows[rows], question[0]))
            found.append((_rows_in(shard, rows[at]), scores))
        return _best_of(found)


class WholeSearch:
    """Dateline's whole search: vectors and words, sentences and passages, fused."""

    def __init__(self, data: Data, rows: Rows) -> None:
        """Build a snapshot."""
        self.data = data
        self.index = Index(_documents_of(data, rows))
        self._changed()

    def _changed(self) -> None:
        for scope in (EVERYTHING, OURS):
            self.index.count(scope)

    def add(self, first: int, last: int) -> None:
        """Make a snapshot with more."""
        self.index = self.index.changed(added=self.data.documents(first, last))
        self._changed()

    def remove(self, documents: Sequence[int]) -> None:
        """Make a snapshot with less."""
        self.index = self.index.changed(removed=[_id(each) for each in documents])
        self._changed()

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Search."""
        words = " ".join(_term(each) for each in question[1])
        hits = self.index.search(words, question[0], OURS if filtered else EVERYTHING, LIMIT)
        rows = [
            int(hit.document.id) * IN_A_DOCUMENT + hit.sentence.start // SENTENCE_CHARACTERS
            for hit in hits.sentences
        ]
        return (
            np.array(rows, dtype=np.int64),
            np.array([hit.score for hit in hits.sentences], dtype=np.float32),
        )


class Lexical:
    """Dateline's postings, one part for what is added, BM25 counted over what may be seen."""

    def __init__(self, data: Data, rows: Rows) -> None:
        """Build one part."""
        self.data = data
        self.parts: list[tuple[Rows, Postings, Floats]] = []
        self.alive: list[Mask] = []
        self._take(rows, _words_of(data, rows))

    def _take(self, rows: Rows, words: Words) -> None:
        self.parts = [*self.parts, (rows, Postings(words), words.lengths.astype(np.float32))]
        self.alive = [*self.alive, np.ones(len(rows), dtype=bool)]
        self._changed()

    def _changed(self) -> None:
        self.visible = []
        for (rows, _, lengths), alive in zip(self.parts, self.alive, strict=True):
            admitted = alive & self.data.admitted(int(rows[-1]) + 1)[rows]
            self.visible.append(
                [
                    (mask, int(mask.sum()), float(lengths[mask].sum(dtype=np.float64)))
                    for mask in (alive, admitted)
                ]
            )

    def add(self, first: int, last: int) -> None:
        """Make a small part."""
        self._take(np.arange(first, last), self.data.words(first, last))

    def remove(self, documents: Sequence[int]) -> None:
        """Mask documents out."""
        self.alive = [
            alive & ~np.isin(rows // IN_A_DOCUMENT, documents)
            for (rows, _, _), alive in zip(self.parts, self.alive, strict=True)
        ]
        self._changed()

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Count, weigh and pick the greatest."""
        seen = [each[filtered] for each in self.visible]
        count = sum(rows for _, rows, _ in seen)
        mean = sum(total for _, _, total in seen) / count
        scores = [np.zeros(len(rows), dtype=np.float32) for rows, _, _ in self.parts]
        for term in dict.fromkeys(question[1]):
            number = number_of(_term(term))
            having = []
            for (_, postings, _), (mask, _, _) in zip(self.parts, seen, strict=True):
                own, counts = postings.find(number)
                shown = mask[own]
                having.append((own[shown], counts[shown]))
            common = sum(len(own) for own, _ in having)
            rarity = np.float32(np.log1p((count - common + 0.5) / (common + 0.5)))
            for part, (own, counts) in enumerate(having):
                length = self.parts[part][2][own] / np.float32(mean)
                saturation = counts + BM25_K1 * (1 - BM25_B + BM25_B * length)
                scores[part][own] += rarity * counts * (BM25_K1 + 1) / saturation
        found = []
        for (rows, _, _), each in zip(self.parts, scores, strict=True):
            touched = np.flatnonzero(each)
            at, best = _best(each[touched])
            found.append((rows[touched[at]], best))
        return _best_of(found)


class Bm25s:
    """bm25s: every score is worked out when it is built."""

    def __init__(self, data: Data, rows: Rows) -> None:
        """Build the matrix of scores."""
        library: Any = importlib.import_module("bm25s")
        self.rows, self.shown = rows, data.admitted(int(rows[-1]) + 1)[rows].astype(np.float32)
        flat, lengths = _terms_of(data, rows)
        ends = np.append(0, np.cumsum(lengths)).tolist()
        corpus = [flat[first:last].tolist() for first, last in pairwise(ends)]
        self.index = library.BM25(k1=BM25_K1, b=BM25_B)
        vocabulary = {_term(each): each for each in range(VOCABULARY)}
        self.index.index((corpus, vocabulary), show_progress=False)

    def add(self, first: int, last: int) -> None:
        """Refuse."""
        raise Rebuilt((first, last))

    def remove(self, documents: Sequence[int]) -> None:
        """Refuse."""
        raise Rebuilt(documents)

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Search."""
        rows, scores = self.index.retrieve(
            [question[1]], k=LIMIT, show_progress=False,
            weight_mask=self.shown if filtered else None,
        )  # fmt: skip
        some = scores[0] > 0
        return self.rows[rows[0][some]], scores[0][some]


class Tantivy:
    """tantivy in memory, committed at each change."""

    def __init__(self, data: Data, rows: Rows) -> None:
        """Write and commit."""
        self.tantivy: Any = importlib.import_module("tantivy")
        builder = self.tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        for name in ("row", "document", "hidden"):
            builder.add_unsigned_field(name, indexed=True, fast=True)
        self.schema = builder.build()
        self.index = self.tantivy.Index(self.schema)
        self.data = data
        writer = self.index.writer(num_threads=THREADS)
        self._write(writer, rows)
        writer.commit()
        writer.wait_merging_threads()
        self.writer = self.index.writer(num_threads=THREADS)
        self._read()

    def _write(self, writer: Any, rows: Rows) -> None:
        flat, lengths = _terms_of(self.data, rows)
        names = np.array([_term(each) for each in range(VOCABULARY)], dtype=object)
        ends = np.append(0, np.cumsum(lengths)).tolist()
        for row, (first, last) in zip(rows.tolist(), pairwise(ends), strict=True):
            number = row // IN_A_DOCUMENT
            document = self.tantivy.Document()
            document.add_text("words", " ".join(names[flat[first:last]]))
            document.add_unsigned("row", row)
            document.add_unsigned("document", number)
            document.add_unsigned("hidden", int(self.data.hidden[number]))
            writer.add_document(document)

    def _read(self) -> None:
        self.index.reload()
        self.searcher = self.index.searcher()

    def add(self, first: int, last: int) -> None:
        """Write more and commit."""
        self._write(self.writer, np.arange(first, last))
        self.writer.commit()
        self._read()

    def remove(self, documents: Sequence[int]) -> None:
        """Delete and commit."""
        for each in documents:
            # By a query: by a term, nothing is deleted from a field of unsigned numbers.
            query = self.tantivy.Query.term_query(self.schema, "document", each)
            self.writer.delete_documents_by_query(query)
        self.writer.commit()
        self._read()

    def find(self, question: Question, *, filtered: bool) -> Found:
        """Search."""
        query, occur = self.tantivy.Query, self.tantivy.Occur
        words = query.boolean_query(
            [
                (occur.Should, query.term_query(self.schema, "words", _term(each), "freq"))
                for each in question[1]
            ]
        )
        if filtered:
            ours = query.const_score_query(query.term_query(self.schema, "hidden", 0), 0.0)
            words = query.boolean_query([(occur.Must, words), (occur.Must, ours)])
        hits = self.searcher.search(words, LIMIT, count=False).hits
        rows = self.searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, dtype=np.int64), np.array([score for score, _ in hits], dtype="f4")


MEANING, WORDS, BOTH = "By meaning", "By words", "Both"
WAYS: dict[str, Callable[[Data, Rows], Way]] = {
    "numpy matmul": Plain,
    "numpy vecdot": Vecdot,
    "Dateline's shards": Dateline,
    "faiss flat": partial(Faiss, kind="flat"),
    "faiss SQ8": partial(Faiss, kind="sq8"),
    "faiss HNSW": partial(Faiss, kind="hnsw"),
    "usearch f16": partial(Usearch, dtype="f2"),
    "usearch i8": partial(Usearch, dtype="i1"),
    "usearch HNSW i8": partial(UsearchGraph, dtype="i8"),
    "Dateline's postings": Lexical,
    "bm25s": Bm25s,
    "tantivy": Tantivy,
    "Dateline's whole search": WholeSearch,
}
TABLES = {
    MEANING: [name for name in WAYS if name.split(maxsplit=1)[0] in {"numpy", "faiss", "usearch"}],
    WORDS: ["Dateline's postings", "bm25s", "tantivy"],
    BOTH: ["Dateline's whole search"],
}
TABLES[MEANING].insert(2, "Dateline's shards")
COLUMNS = {
    "build s": "build s",
    "add 10, ms": "add ms",
    "remove 10, ms": "remove ms",
    "p50 ms": "all p50 ms",
    "p99 ms": "all p99 ms",
    "half, p50 ms": "half p50 ms",
    "half, p99 ms": "half p99 ms",
    "recall@10": "all recall",
    "half, recall": "half recall",
    "peak MB": "peak MB",
    "moved": "moved",
}
RATIOS = {"all p50 ms", "half p50 ms", "add ms", "remove ms", "peak MB"}
AGAINST = {MEANING: "numpy matmul", WORDS: "Dateline's postings", BOTH: "numpy matmul"}


def measured(build: Callable[[Data, Rows], Way], data: Data, *, moved: bool) -> Figures:
    """Build one way, search it, change it and search it again."""
    rows = np.arange(data.rows)
    term_numbers()
    gc.collect()
    before, began = _peak_megabytes(), time.perf_counter()
    way = build(data, rows)
    built = time.perf_counter() - began
    figures: Figures = {"rows": data.rows, "build s": built}
    figures["peak MB"] = _peak_megabytes() - before
    questions = data.questions()
    for filtered, name in ((False, "all"), (True, "half")):
        way.find(questions[0], filtered=filtered)
        milliseconds, found = _searched(way, questions, filtered=filtered)
        figures[f"{name} p50 ms"], figures[f"{name} p99 ms"] = (
            float(each) for each in np.percentile(milliseconds, [50, 99])
        )
        figures[f"{name} recall"] = _recall(found, data.nearest()[int(filtered)])
        if filtered and not data.admitted(data.rows)[np.concatenate(found)].all():
            sys.exit("A filter let something through.")
    if moved:
        small = build(data, rows[data.admitted(data.rows)])
        figures["moved"] = "yes" if _moved(way, small, questions) else "no"
    figures |= _changed(way, data, built)
    return figures


def _searched(
    way: Way, questions: list[Question], *, filtered: bool
) -> tuple[list[float], list[Rows]]:
    milliseconds: list[float] = []
    found: list[Rows] = []
    for question in questions:
        began = time.perf_counter()
        rows, _ = way.find(question, filtered=filtered)
        milliseconds.append(1000 * (time.perf_counter() - began))
        found.append(rows)
        if len(found) >= LEAST_QUERIES and sum(milliseconds) > 1000 * SECONDS_A_MODE:
            break
    return milliseconds, found


def _recall(found: list[Rows], nearest: Rows) -> float:
    """Return the share of the exact best that were among the first as many."""
    return float(
        np.mean(
            [
                np.isin(truth, rows[:RECALL_AT]).mean()
                for rows, truth in zip(found, nearest, strict=False)
            ]
        )
    )


def _moved(way: Way, small: Way, questions: list[Question]) -> bool:
    """Say whether hidden rows change any bit of a visible one's score, or what is found."""
    for question in questions:
        one, other = (
            dict(zip(rows.tolist(), scores.tolist(), strict=True))
            for rows, scores in (each.find(question, filtered=True) for each in (way, small))
        )
        least = max(min(one.values(), default=0.0), min(other.values(), default=0.0))
        # Which of those that tie with the last one are found is chance.
        if {each for each in one.items() if each[1] > least} != {
            each for each in other.items() if each[1] > least
        }:
            return True
    return False


def _changed(way: Way, data: Data, built: float) -> Figures:
    """Measure additions and removals, and check that they were made."""
    added, removed = [], []
    step = CHANGED_DOCUMENTS * IN_A_DOCUMENT
    gone: list[int] = []
    try:
        for number in range(CHANGES):
            began = time.perf_counter()
            way.add(data.rows + number * step, data.rows + (number + 1) * step)
            added.append(1000 * (time.perf_counter() - began))
    except Rebuilt:
        added = [1000 * built]
    try:
        for number in range(CHANGES):
            documents = [number + 7 * CHANGES * each for each in range(CHANGED_DOCUMENTS)]
            began = time.perf_counter()
            way.remove(documents)
            removed.append(1000 * (time.perf_counter() - began))
            gone += documents
    except Rebuilt:
        removed = [1000 * built]
    for question in data.questions()[:LEAST_QUERIES]:
        if np.isin(way.find(question, filtered=False)[0] // IN_A_DOCUMENT, gone).any():
            sys.exit("What was removed was found.")
    return {
        "add ms": median(added),
        "add ms, worst": max(added),
        "add": "rebuild" if len(added) < CHANGES else "",
        "remove ms": median(removed),
        "remove ms, worst": max(removed),
        "remove": "rebuild" if len(removed) < CHANGES else "",
    }


def make_data(folder: Path, rows: int, queries: int) -> None:
    """Write sentences, questions and what is nearest to each of them to a folder."""
    rows -= rows % IN_A_DOCUMENT
    chance = np.random.default_rng(SEED)
    every = rows + CHANGES * CHANGED_DOCUMENTS * IN_A_DOCUMENT
    documents = -(-every // IN_A_DOCUMENT)
    hidden = chance.random(documents) < 0.5  # noqa: PLR2004 - a half
    topics = _directions(chance, max(50, documents // 100))
    (folder / "rows").write_text(str(rows), encoding="ascii")
    with (folder / "vectors").open("wb") as file:
        for start in range(0, every, BLOCK):
            count = min(BLOCK, every - start)
            stories = -(-count // IN_A_DOCUMENT)
            of_topic = topics[chance.integers(len(topics), size=stories)]
            centres = TOPIC * of_topic + STORY * _directions(chance, stories)
            block = np.repeat(centres, IN_A_DOCUMENT, axis=0)[:count]
            block += OWN * _directions(chance, count)
            _unit(block).tofile(file)
    shares = 1 / (np.arange(VOCABULARY) + 2.7)
    upto = np.cumsum(shares / shares.sum())
    lengths = np.maximum(chance.poisson(SENTENCE_WORDS, size=every), 4)
    drawn = np.searchsorted(upto, chance.random(int(lengths.sum()))).astype(np.int32)
    owners = np.repeat(np.arange(every), lengths)
    kept = (drawn >= STOP_WORDS) & (drawn < VOCABULARY)
    drawn, owners = drawn[kept], owners[kept]
    drawn.tofile(folder / "terms")
    offsets = np.append(0, np.cumsum(np.bincount(owners, minlength=every)))
    enough = np.flatnonzero(np.diff(offsets[: rows + 1]) >= QUESTION_WORDS)
    targets = np.sort(chance.choice(enough, size=queries, replace=False))
    asked_terms = [
        chance.choice(drawn[offsets[row] : offsets[row + 1]], size=QUESTION_WORDS, replace=False)
        for row in targets
    ]
    with (folder / "vectors").open("rb") as file:
        near = np.stack([_row(file, row) for row in targets.tolist()])
    away = _directions(chance, queries)
    asked = _unit(ASKED * near + np.sqrt(1 - ASKED**2) * away).astype(np.float32)
    np.savez(
        folder / "small.npz", hidden=hidden, offsets=offsets, asked=asked,
        asked_terms=np.stack(asked_terms),
    )  # fmt: skip
    data = Data(folder)
    nearest = np.stack([_nearest(data, asked, filtered=filtered) for filtered in (False, True)])
    np.save(folder / "nearest.npy", nearest)


def _nearest(data: Data, asked: Floats, *, filtered: bool) -> Rows:
    """Return the exact best rows of each question, best first."""
    rows = np.zeros((len(asked), 0), dtype=np.int64)
    scores = np.zeros((len(asked), 0), dtype=np.float32)
    shown = data.admitted(data.rows)
    for start, block in data.blocks(0, data.rows):
        keys = np.arange(start, start + len(block))
        if filtered:
            block, keys = block[shown[keys]], keys[shown[keys]]  # noqa: PLW2901 - the part of it
        rows = np.concatenate([rows, np.broadcast_to(keys, (len(asked), len(keys)))], axis=1)
        scores = np.concatenate([scores, asked @ block.T], axis=1)
        best = np.argsort(-scores, axis=1)[:, :RECALL_AT]
        rows = np.take_along_axis(rows, best, axis=1)
        scores = np.take_along_axis(scores, best, axis=1)
    return rows


def _row(file: Any, row: int) -> Floats:
    file.seek(row * DIMENSIONS * 4)
    return np.fromfile(file, dtype=np.float32, count=DIMENSIONS)


def _directions(chance: np.random.Generator, count: int) -> Floats:
    """Return unit vectors whose spectrum falls, as an embedding's does."""
    spectrum = (1 + np.arange(DIMENSIONS, dtype=np.float32)) ** np.float32(-0.4)
    return _unit(chance.standard_normal((count, DIMENSIONS), dtype=np.float32) * spectrum)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _best(scores: Floats) -> tuple[Rows, Floats]:
    """Return the places of the greatest scores, and the scores, best first."""
    if len(scores) > LIMIT:
        at = np.argpartition(scores, -LIMIT)[-LIMIT:]
        at = at[np.argsort(-scores[at], kind="stable")]
    else:
        at = np.argsort(-scores, kind="stable")
    return at, scores[at]


def _best_of(found: list[Found]) -> Found:
    """Return the best of what several parts found."""
    at, scores = _best(np.concatenate([scores for _, scores in found]))
    return np.concatenate([rows for rows, _ in found])[at], scores


def _widened(ask: Callable[[int], Found], shown: Mask, rows: int, *, filtered: bool) -> Found:
    limit = 3 * LIMIT if filtered else LIMIT
    while True:
        found, scores = ask(min(limit, rows))
        if not filtered:
            return found, scores
        kept = np.flatnonzero(shown[found])[:LIMIT]
        if len(kept) == LIMIT or limit >= rows:
            return found[kept], scores[kept]
        limit *= 2


def _matrix_of(data: Data, rows: Rows, dtype: str) -> NDArray[Any]:
    matrix = np.empty((len(rows), DIMENSIONS), dtype=dtype)
    at = 0
    for _, block in _some_blocks(data, rows):
        matrix[at : at + len(block)] = _as(block, matrix.dtype)
        at += len(block)
    return matrix


def _as(vectors: Floats, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return unit vectors in a type; as bytes, a cosine of 1 is 127 squared."""
    return np.rint(127 * vectors).astype(dtype) if dtype.kind == "i" else vectors.astype(dtype)


def _some_blocks(data: Data, rows: Rows) -> Iterator[tuple[Rows, Floats]]:
    """Return rows and their vectors, block by block."""
    for start, block in data.blocks(0, int(rows[-1]) + 1):
        first, last = np.searchsorted(rows, [start, start + len(block)])
        keys = rows[first:last]
        yield keys, block if len(keys) == len(block) else block[keys - start]


def _terms_of(data: Data, rows: Rows) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    flat, lengths = data.terms(int(rows[0]), int(rows[-1]) + 1)
    wanted = np.zeros(len(lengths), dtype=bool)
    wanted[rows - rows[0]] = True
    return flat[np.repeat(wanted, lengths)], lengths[wanted]


def _words_of(data: Data, rows: Rows) -> Words:
    flat, lengths = _terms_of(data, rows)
    return Words(numbers=term_numbers()[flat], lengths=lengths)


def _documents_of(data: Data, rows: Rows) -> list[EmbeddedDocument]:
    wanted = {_id(each) for each in np.unique(rows // IN_A_DOCUMENT).tolist()}
    return [each for each in data.documents(0, int(rows[-1]) + 1) if each.document.id in wanted]


def _rows_of(documents: Sequence[int]) -> Rows:
    return np.concatenate(
        [np.arange(each * IN_A_DOCUMENT, (each + 1) * IN_A_DOCUMENT) for each in documents]
    )


def _rows_in(shard: Shard, at: Rows) -> Rows:
    """Return the rows of the data that some rows of a shard are."""
    first = int(shard.documents[0].document.id)
    owners = shard.sentence_owner[at]
    if int(shard.documents[-1].document.id) - first + 1 == len(shard.documents):
        numbers = owners.astype(np.int64) + first
    else:
        numbers = np.array([int(shard.documents[each].document.id) for each in owners])
    return numbers * IN_A_DOCUMENT + shard.sentence_number[at]


def _term(number: int) -> str:
    """Return a word that is its own stem."""
    return f"t{number}"


@cache
def term_numbers() -> NDArray[np.uint32]:
    """Return what Dateline keeps for each term."""
    every = (number_of(_term(each)) for each in range(VOCABULARY))
    return np.fromiter(every, dtype=np.uint32)


def _id(number: int) -> str:
    return f"{number:08}"


def _document(number: int, *, hidden: bool) -> Document:
    return Document(
        id=_id(number), revision=1, collection=HIDDEN if hidden else OPEN, source=f"/{number}.md",
        title="", outlet=None, author=None, published=None, url=None, text="",
    )  # fmt: skip


def _segments(sentences: int) -> Segments:
    length = SENTENCE_CHARACTERS
    firsts = [each for each in PASSAGE_STARTS if each < sentences]
    windows = [(first, min(first + PASSAGE_SENTENCES, sentences)) for first in firsts]
    return Segments(
        sentences=[Sentence(start=at * length, end=(at + 1) * length) for at in range(sentences)],
        passages=[
            Passage(start=first * length, end=last * length, first=first, last=last)
            for first, last in windows
        ],
    )


def _is_there(name: str) -> bool:
    library = name.split(maxsplit=1)[0]
    return library not in LIBRARIES or importlib.util.find_spec(library) is not None


def _expected(smaller: Figures | None, rows: int) -> float:
    """Return how long a build will take at least, by the size before: 0 where there is none."""
    if not smaller:
        return 0.0
    seconds = smaller.get("build s") or smaller.get(LEFT_OUT)
    then = smaller.get("rows")
    return float(seconds or 0) * rows / float(then or rows)


def _in_a_process(part: str, folder: str, rows: int, arguments: argparse.Namespace) -> str:
    command = [
        sys.executable, __file__, "--part", part, "--folder", folder, "--rows", str(rows),
        "--queries", str(arguments.queries),
    ]  # fmt: skip
    if rows == min(arguments.sentences):
        command.append("--moved")
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(arguments.threads))
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | threads
    )
    return done.stdout


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In bytes there, in kibibytes elsewhere.
    return peak * (1 if platform.system() == "Darwin" else 1_024) / 1_000_000


def _print(found: dict[int, dict[str, Figures]]) -> None:
    console = Console(width=180) if not sys.stdout.isatty() else Console()
    for title, names in TABLES.items():
        for rows, ways in found.items():
            against = ways[AGAINST[title]]
            table = Table(title=f"{title}, {rows:,} sentences (x: against {AGAINST[title]})")
            table.add_column("")
            for column in COLUMNS:
                table.add_column(column, justify="right")
            for name in names:
                if name in ways:
                    table.add_row(name, *_cells(ways[name], against))
            console.print(table)


def _cells(figures: Figures, against: Figures) -> Iterator[str]:
    for name in COLUMNS.values():
        value, other = figures.get(name), against.get(name)
        if name == "build s" and LEFT_OUT in figures:
            yield f"{figures[LEFT_OUT]:,.0f} expected, left out"
        elif not isinstance(value, float):
            yield value if isinstance(value, str) else "-"
        elif figures.get(name.removesuffix(" ms")) == "rebuild":
            yield "rebuild"
        elif name in RATIOS and isinstance(other, float) and other:
            yield f"{value:,.3g} (x {value / other:.2g})"
        else:
            yield f"{value:,.3g}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sentences", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--patience", type=float, default=150, help="seconds for one build")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--within", type=Path, help="where the data is made, and removed")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=["data", *WAYS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--moved", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
