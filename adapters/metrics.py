"""The meter over prometheus-client, with a registry of its own."""

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from briefs.measuring import Outcome, Stage
from briefs.model import Status
from briefs.parts import Ending

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""What `PrometheusMeter.exposition` is, for HTTP."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class PrometheusMeter:
    """Counts and measures; every label has a few values, all of them words of the program."""

    def __init__(self) -> None:
        """Begin at zero: what cannot be seen yet is there with a 0."""
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "dateline_questions",
            "Questions, by what became of them.",
            ["outcome"],
            registry=self._registry,
        )
        self._stages = Histogram(
            "dateline_stage_seconds",
            "How long pieces of work took.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._sources = Counter(
            "dateline_loads",
            "Sources that this process loaded, by what that came to.",
            ["status"],
            registry=self._registry,
        )
        self._documents = Gauge(
            "dateline_index_documents", "Documents in memory.", registry=self._registry
        )
        self._sentences = Gauge(
            "dateline_index_sentences", "Sentences in memory.", registry=self._registry
        )
        self._posts = Counter(
            "dateline_posts",
            "Attempts to post a part of a brief, by what came of them.",
            ["outcome"],
            registry=self._registry,
        )
        self._deliveries = Gauge(
            "dateline_deliveries",
            "Deliveries of the past year, by how they stand.",
            ["state"],
            registry=self._registry,
        )
        self._connections = Counter(
            "dateline_connections",
            "Connections to a chat platform: the first one, and each after it was lost.",
            ["platform"],
            registry=self._registry,
        )
        self._lag = Histogram(
            "dateline_loop_lag_seconds",
            "How much later than asked for the event loop woke up.",
            buckets=_LAG,
            registry=self._registry,
        )
        for outcome in Outcome:
            self._questions.labels(outcome.value)
        for stage in Stage:
            self._stages.labels(stage.value)
        for status in Status:
            self._sources.labels(status.value)

    def asked(self, outcome: Outcome) -> None:
        """Count a question by what became of it."""
        self._questions.labels(outcome.value).inc()

    def took(self, stage: Stage, seconds: float) -> None:
        """Take note of how long a piece of work took."""
        self._stages.labels(stage.value).observe(max(0.0, seconds))

    def loaded(self, status: Status) -> None:
        """Count a source by what its load came to."""
        self._sources.labels(status.value).inc()

    def indexed(self, documents: int, sentences: int) -> None:
        """Take note of how much is in memory to be searched."""
        self._documents.set(documents)
        self._sentences.set(sentences)

    def sent(self, outcome: str) -> None:
        """Count an attempt to post a part of a brief by its outcome."""
        self._posts.labels(outcome).inc()

    def connected(self, platform: str) -> None:
        """Count a connection to a chat platform."""
        self._connections.labels(platform).inc()

    def lagged(self, seconds: float) -> None:
        """Take note of how late the event loop was."""
        self._lag.observe(max(0.0, seconds))

    def exposition(self, deliveries: Mapping[Ending, int] | None) -> bytes:
        """Return the figures as Prometheus reads them.

        Args:
            deliveries: How many deliveries stand how, now; None: that is not known, and left out.
        """
        self._deliveries.clear()
        if deliveries is not None:
            for ending in Ending:
                self._deliveries.labels(ending.value).set(deliveries.get(ending, 0))
        return generate_latest(self._registry)
