"""The embedder: the light runtime where a model was exported, sentence-transformers where not."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TypeVar

from adapters.embedding.choosing import Chooser, Wishes
from adapters.embedding.engine import Engine, Form, Precision, at_once
from adapters.embedding.jobs import STEPS
from adapters.embedding.models import DEFAULT_MODEL, NamedModel, PackagedModel
from adapters.embedding.worker import Worker
from briefs.model import Vectors
from briefs.ports import Progress, Progressed, unheard

_T = TypeVar("_T")

PATIENCE_SECONDS = 30.0
"""How long the first use waits for an export. Then sentence-transformers takes over until it is
done: a large model takes minutes."""

_log = logging.getLogger(__name__)


_TELL_SECONDS = 0.2
"""How often progress is told."""


class SentenceTransformerEmbedder:
    """An `Embedder` over one sentence-transformers model.

    Args:
        name: The packaged model's name, a folder, or the id of a model on the hub.
        precision: How exactly to compute.
        device: "auto", or a torch device such as "cpu" or "cuda:0".
        threads: How many CPU threads the model may use; None leaves that to the runtime.
        packaged: The model that `name` is compared with.
        cache: Where exported models are kept; None leaves sentence-transformers to run it.
        patience: How many seconds the first use waits for an export; None is for as long as it
            takes.
    """

    def __init__(
        self,
        name: str = DEFAULT_MODEL.name,
        *,
        precision: Precision = "auto",
        device: str = "auto",
        threads: int | None = None,
        packaged: PackagedModel = DEFAULT_MODEL,
        cache: Path | None = None,
        patience: float | None = PATIENCE_SECONDS,
    ) -> None:
        """Take note of which model is wanted; nothing is loaded yet."""
        self._model = NamedModel(name, packaged)
        self._of_int8 = precision == "int8" and cache is not None
        self._chooser = Chooser(
            self._model,
            Wishes(
                precision=precision,
                device=None if device == "auto" else device,
                threads=threads,
                cache=cache,
                patience=patience,
            ),
        )
        self._worker = Worker()
        self._engine: Engine | None = None
        self._why = ""

    @property
    def name(self) -> str:
        """The model's name, as configured."""
        return self._model.name

    async def identity(self) -> str:
        """Return a string that changes with the weights, and where vectors are of int8.

        The other precisions agree to a cosine of 0.999, whichever way they are computed: a library
        embedded by one of them is answered by any.
        """
        if not self._of_int8:
            # Beside the worker: whoever reads the library need not wait for the model.
            known = await asyncio.to_thread(self._model.identity)
            if known is not None:
                return known
        return await self._worker.urgent(self._identify)

    def begin(self) -> None:
        """Begin to bring the model into memory, if that takes a moment only.

        What goes wrong shows when the model is needed.
        """
        self._worker.soon(self._load_what_is_there)

    async def ready(self, progressed: Progressed = unheard) -> None:
        """Return once the model is in memory; tell how far an export is that it waits for."""
        progressed(Progress(what="Starting the model", done=0, total=0))
        await self._told(self._load, progressed)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question, with the prompt that the model wants for questions."""
        return await self._worker.urgent(lambda: at_once(self._load(), texts, query=True))

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text of a document; questions go first, between two small batches."""
        return await self._worker.patient(self._steps(texts))

    async def precision(self) -> Form:
        """Return the precision in use."""
        return await self._worker.urgent(lambda: self._load().form)

    async def way(self, progressed: Progressed = unheard) -> str:
        """Return what runs the model and why; exports it first, but loads nothing else.

        Raises:
            ModelError: The model is missing or damaged.
        """
        return await self._told(self._said, progressed)

    def close(self) -> None:
        """Let the worker thread end after what it is doing."""
        # An export goes on: the next start finds it.
        self._chooser.leave()
        self._worker.close()

    def verified(self) -> str:
        """Return where the model is, its weights checked. Blocks while it reads them.

        Raises:
            ModelError: It is missing or damaged.
        """
        return self._model.verified()

    async def _told(self, work: Callable[[], _T], progressed: Progressed) -> _T:
        """Do some work, and tell meanwhile how far an export is."""
        working = asyncio.ensure_future(self._worker.urgent(work))
        try:
            while not (await asyncio.wait([working], timeout=_TELL_SECONDS))[0]:
                export = self._chooser.exporting
                if export is not None:
                    what = "Preparing the model, once"
                    progressed(Progress(what=what, done=export.steps, total=len(STEPS)))
        finally:
            working.cancel()
        return await working

    def _steps(self, texts: Sequence[str]) -> Generator[None, None, Vectors]:
        return (yield from self._load().steps(texts, query=False))

    def _said(self) -> str:
        return self._why or self._chooser.way(again=True).why

    def _identify(self) -> str:
        engine = self._load()
        known = self._model.identity()
        return f"{known}:int8" if self._of_int8 and engine.form == "int8" else str(known)

    def _load_what_is_there(self) -> None:
        with contextlib.suppress(Exception):
            way = None if self._engine else self._chooser.there()
            if way is not None:
                self._engine, self._why = way.engine, way.why

    def _load(self) -> Engine:
        if self._engine is None:
            self._model.folder()
            way = self._chooser.way()
            if way.alarming:
                _log.warning("the model is %s", way.why)
            self._engine = way.engine or self._chooser.reference()
            self._why = way.why
        else:
            way_now = self._chooser.taken_over()
            if way_now is not None:
                self._engine, self._why = way_now.engine or self._engine, way_now.why
        return self._engine
