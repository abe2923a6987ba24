"""How good the points of briefs are as summaries, and how long a large brief takes.

    .venv/bin/python benchmarks/briefs.py CLUSTERS.jsonl
    .venv/bin/python benchmarks/briefs.py CLUSTERS.jsonl --data VECTORS.npz --json

A line of the file is a cluster of news articles with a human summary, as LongBench has those of
Multi-News: `context` (each article after a line "Passage 1:", NEWLINE_CHAR for line ends) and
`summary`. ROUGE-1 and ROUGE-2 (F1, stemmed, 250 words) of four summaries are compared in the same
run, over the same vectors: the points of a brief; LexRank (Erkan and Radev, 2004); the sentences
nearest to the centroid, chosen by maximal marginal relevance (Carbonell and Goldstein, 1998); and
the articles' first sentences in turn. A brief's few weights were chosen on 59 such clusters, with
an eye on both halves: only other clusters say what they are worth. Differences under half a point
are noise.

The time is that of a brief on 1,000 articles of about 30 sentences, drawn from the clusters, whose
vectors and words are known. Needs `rouge-score`, of the dependency group `bench`.
"""

import argparse
import asyncio
import importlib
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from numpy.typing import NDArray

from adapters.embedding import SentenceTransformerEmbedder
from briefs.composing import BriefSettings, Material, compose
from briefs.identity import document_id
from briefs.model import MAIN, Document, EmbeddedDocument, Segments, Sentence, Vectors
from briefs.shard import sentence_words
from briefs.splitting import split

WORDS = 250
MOST_POINTS = 60
UNTIL = datetime(2024, 1, 1, tzinfo=UTC)

DAMPING = 0.85
LEAST_SIMILARITY = 0.1
"""LexRank: the weight of the graph, and what counts as an edge."""

NOVELTY = 0.3
"""MMR: the weight of what is new beside that of the centroid."""

Cluster = tuple[str, list[EmbeddedDocument]]
Summary = Callable[[Sequence[EmbeddedDocument]], str]


def main() -> int:
    """Measure, and print a table in Markdown, or JSON."""
    arguments = _arguments()
    clusters = _clusters(arguments.clusters, arguments.data)
    library: Any = importlib.import_module("rouge_score.rouge_scorer")
    scorer = library.RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    found: dict[str, dict[str, list[float]]] = {}
    for name, summary in SUMMARIES.items():
        rows: list[list[float]] = []
        for human, documents in clusters:
            scores = scorer.score(human, _cut(summary(documents)))
            rows.append([100 * scores[each].fmeasure for each in ("rouge1", "rouge2")])
        halves = {"all": rows, "even": rows[::2], "odd": rows[1::2]}
        means = {half: np.array(scored).mean(axis=0).round(2) for half, scored in halves.items()}
        found[name] = {half: [float(each) for each in mean] for half, mean in means.items()}
    timed = _timed(clusters)
    if arguments.json:
        print(json.dumps({"rouge": found, "large": timed}, indent=1))
        return 0
    print("| ROUGE-1 / ROUGE-2 | all | even | odd |\n|---|---|---|---|")
    for name, means_of in found.items():
        cells = (f"{one:.2f} / {two:.2f}" for one, two in means_of.values())
        print(f"| {name} | {' | '.join(cells)} |")
    print("\n" + ", ".join(f"{name}: {value:,}" for name, value in timed.items()))
    return 0


def points(documents: Sequence[EmbeddedDocument]) -> str:
    """Return the points of a brief that is just long enough."""
    few, many = 1, MOST_POINTS
    while few < many:
        middle = (few + many) // 2
        if len(_points(documents, middle).split()) >= WORDS:
            many = middle
        else:
            few = middle + 1
    return _points(documents, few)


def _points(documents: Sequence[EmbeddedDocument], most: int) -> str:
    material = Material(documents=tuple(documents), until=UNTIL, model="")
    brief = compose(material, BriefSettings(max_points=most)).brief
    return " ".join(each.statement.text for each in brief.points)


def lexrank(documents: Sequence[EmbeddedDocument]) -> str:
    """Return the sentences that most sentences are like, near repetitions left out."""
    texts, vectors = _sentences(documents)
    alike = vectors @ vectors.T
    graph = np.where(alike >= LEAST_SIMILARITY, alike, 0.0)
    graph /= np.maximum(graph.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(texts), 1 / len(texts))
    for _ in range(100):
        rank = (1 - DAMPING) / len(texts) + DAMPING * rank @ graph
    return _filled(texts, alike, np.argsort(-rank, kind="stable").tolist())


def centroid(documents: Sequence[EmbeddedDocument]) -> str:
    """Return the sentences nearest to the middle of all, each the less the more it repeats."""
    texts, vectors = _sentences(documents)
    middle = vectors.mean(axis=0)
    near = vectors @ (middle / np.linalg.norm(middle))
    repeated = np.zeros(len(texts))
    order: list[int] = []
    words = 0
    while len(order) < len(texts) and words < WORDS:
        worth = (1 - NOVELTY) * near - NOVELTY * repeated
        worth[order] = -np.inf
        best = int(np.argmax(worth))
        order.append(best)
        words += len(texts[best].split())
        repeated = np.maximum(repeated, vectors @ vectors[best])
    return " ".join(texts[each] for each in order)


def leads(documents: Sequence[EmbeddedDocument]) -> str:
    """Return the first sentences of the articles in turn, near repetitions left out."""
    texts, vectors = _sentences(documents)
    at = 0
    rows: list[list[int]] = []
    for each in documents:
        rows.append(list(range(at, at + each.segments.quotable)))
        at += each.segments.quotable
    turns = (row for turn in zip_longest(*rows) for row in turn if row is not None)
    return _filled(texts, vectors @ vectors.T, list(turns))


def _filled(texts: Sequence[str], alike: NDArray[np.floating], order: Sequence[int]) -> str:
    """Return sentences in an order until there are words enough."""
    taken: list[int] = []
    for row in order:
        if all(alike[row, other] < REPEATS for other in taken):
            taken.append(row)
        if sum(len(texts[each].split()) for each in taken) >= WORDS:
            break
    return " ".join(texts[each] for each in taken)


REPEATS = 0.8
SUMMARIES: dict[str, Summary] = {
    "points of a brief": points,
    "LexRank": lexrank,
    "centroid, MMR": centroid,
    "leads in turn": leads,
}


def _sentences(documents: Sequence[EmbeddedDocument]) -> tuple[list[str], Vectors]:
    """Return the sentences of usual length; a baseline need not cope with debris."""
    rows = [
        (each.document.text[cut.start : cut.end], each.vectors[number])
        for each in documents
        for number, cut in enumerate(each.segments.sentences)
        if not cut.heading
    ]
    return [text for text, _ in rows], np.stack([vector for _, vector in rows])


def _cut(summary: str) -> str:
    return " ".join(summary.split()[:WORDS])


def _timed(clusters: Sequence[Cluster], articles: int = 1_000, each: int = 30) -> dict[str, float]:
    """Return how long a brief on many articles takes, and what memory it adds."""
    rng = np.random.default_rng(1)
    pools = [
        [
            (found.document.text[cut.start : cut.end], found.vectors[number])
            for found in documents
            for number, cut in enumerate(found.segments.sentences)
            if not cut.heading
        ]
        for _, documents in clusters
    ]
    pools = [pool for pool in pools if len(pool) > each]
    drawn = [_drawn(number, pools[number % len(pools)], each, rng) for number in range(articles)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, working = time.perf_counter(), time.process_time()
    compose(Material(documents=tuple(drawn), until=UNTIL, model=""), BriefSettings())
    return {
        "articles": articles,
        "sentences": sum(one.segments.quotable for one in drawn),
        "seconds": round(time.perf_counter() - started, 2),
        "processor seconds": round(time.process_time() - working, 2),
        "further megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }


def _drawn(
    number: int, pool: Sequence[tuple[str, Vectors]], size: int, rng: np.random.Generator
) -> EmbeddedDocument:
    """Return an article of sentences drawn from a cluster, in their order."""
    texts: list[str] = []
    cuts: list[Sentence] = []
    rows: list[Vectors] = []
    at = 0
    for place in sorted(rng.choice(len(pool), size, replace=False).tolist()):
        text, vector = pool[place]
        cuts.append(Sentence(start=at, end=at + len(text)))
        at += len(text) + 1
        texts.append(text)
        rows.append(vector)
    document = _document(f"/drawn/{number}", "\n".join(texts), outlet=f"Outlet {number % 40}")
    segments = Segments(sentences=cuts)
    return EmbeddedDocument(
        document=document,
        segments=segments,
        vectors=np.stack(rows),
        words=sentence_words(document, segments),
    )


def _document(source: str, text: str, outlet: str) -> Document:
    return Document(
        id=document_id(MAIN, source),
        revision=1,
        collection=MAIN,
        source=source,
        title=text.partition("\n")[0][:80],
        outlet=outlet,
        author=None,
        published=None,
        url=None,
        text=text,
    )


def _clusters(file: Path, data: Path | None) -> list[Cluster]:
    """Return the clusters, embedded; with a file for them, vectors are computed once."""
    known = dict(np.load(data)) if data is not None and data.exists() else {}
    found: list[Cluster] = []
    with asyncio.Runner() as runner:
        embedder = SentenceTransformerEmbedder()
        for line in file.read_text(encoding="utf-8").splitlines():
            cluster = json.loads(line)
            documents: list[EmbeddedDocument] = []
            for number, passage in enumerate(_passages(cluster["context"])):
                source = f"/clusters/{cluster['id']}/{number}"
                document = _document(source, passage, outlet=f"Outlet {number}")
                segments = split(document.text)
                if source not in known:
                    texts = segments.texts(document.text)
                    known[source] = runner.run(embedder.embed_passages(texts))
                documents.append(
                    EmbeddedDocument(document=document, segments=segments, vectors=known[source])
                )
            found.append((cluster["summary"], documents))
        embedder.close()
    if data is not None:
        np.savez(data, **known)
    return found


def _passages(context: str) -> list[str]:
    parts = re.split(r"Passage \d+:\n", context)[1:]
    texts = (re.sub(r"[ \t]*\n\s*", "\n", each.replace("NEWLINE_CHAR", "\n")) for each in parts)
    return [text.strip() for text in texts if text.strip()]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("clusters", type=Path, help="a file of clusters, one a line")
    parser.add_argument("--data", type=Path, help="where vectors are kept for a second run (.npz)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
