"""The embedder: the light runtime where a model was exported, sentence-transformers where not."""

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.embedding.engine import Engine, Form, Precision, at_once
from adapters.embedding.exports import Export
from adapters.embedding.jobs import Job, Outcome, outcome_of, started
from adapters.embedding.light import Light, computes_in_bf16, openvino
from adapters.embedding.models import DEFAULT_MODEL, NamedModel, PackagedModel
from adapters.embedding.reference import loaded
from adapters.embedding.worker import Worker
from briefs.model import Vectors

if TYPE_CHECKING:
    import subprocess

PATIENCE_SECONDS = 30.0
"""How long the first use waits for an export. Then sentence-transformers takes over until it is
done: a large model takes minutes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What runs the model, and why it is that."""

    engine: Engine | None
    why: str
    alarming: bool = False
    """Whether an operator could mend what stands in the way."""


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
        self._precision = precision
        self._device = None if device == "auto" else device
        self._threads = threads
        self._cache = cache
        # With int8 the vectors differ from those of the reference, and may not be mixed with them.
        self._patience = None if precision == "int8" else patience
        self._worker = Worker()
        self._engine: Engine | None = None
        self._why = ""
        self._exporting: subprocess.Popen[str] | None = None
        self._exported: Export | None = None

    @property
    def name(self) -> str:
        """The model's name, as configured."""
        return self._model.name

    async def identity(self) -> str:
        """Return a string that changes with the weights, and where vectors are of int8.

        The other precisions agree to a cosine of 0.999, whichever way they are computed: a library
        embedded by one of them is answered by any.
        """
        return await self._worker.urgent(self._identify)

    async def ready(self) -> None:
        """Return once the model is in memory."""
        await self._worker.urgent(self._load)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question, with the prompt that the model wants for questions."""
        return await self._worker.urgent(lambda: at_once(self._load(), texts, query=True))

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text of a document; questions go first, between two small batches."""
        return await self._worker.patient(self._steps(texts))

    async def precision(self) -> Form:
        """Return the precision in use."""
        return await self._worker.urgent(lambda: self._load().form)

    async def way(self) -> str:
        """Return what runs the model and why; exports it first, but loads nothing else.

        Raises:
            ModelError: The model is missing or damaged.
        """
        return await self._worker.urgent(self._said)

    def close(self) -> None:
        """Let the worker thread end after what it is doing."""
        # An export goes on: the next start finds it.
        self._worker.close()

    def verified(self) -> str:
        """Return where the model is, its weights checked. Blocks while it reads them.

        Raises:
            ModelError: It is missing or damaged.
        """
        return self._model.verified()

    def _steps(self, texts: Sequence[str]) -> Generator[None, None, Vectors]:
        return (yield from self._load().steps(texts, query=False))

    def _said(self) -> str:
        return self._why or self._light(self._model.checked_folder()).why

    def _identify(self) -> str:
        known = self._model.identity()
        if known is None or (self._precision == "int8" and self._cache is not None):
            engine = self._load()
            known = self._model.identity()
            if engine.form == "int8":
                return f"{known}:int8"
        return str(known)

    def _load(self) -> Engine:
        if self._engine is None:
            folder = self._model.checked_folder()
            way = self._light(folder)
            if way.alarming:
                _log.warning("the model is %s", way.why)
            self._engine = way.engine or loaded(
                self._model.name,
                folder,
                precision=self._precision,
                device=self._device,
                threads=self._threads,
            )
            self._why = way.why
        elif self._exporting is not None and self._exporting.poll() is not None:
            self._take_over()
        return self._engine

    def _take_over(self) -> None:
        """Go on with the export that the reference stood in for."""
        if self._exporting is None or self._exported is None:
            return
        outcome = outcome_of(self._exporting, None)
        self._exporting = None
        way = self._opened(self._exported, outcome)
        if way.engine is not None:
            self._engine = way.engine
        self._why = way.why

    def _light(self, folder: Path | None) -> _Way:
        """Return the light runtime over the exported model, or why there is none."""
        if self._cache is None:
            return _reference("that is what was asked for")
        if self._device not in {None, "cpu"}:
            return _reference(f"model.device is {self._device}")
        identity = self._model.identity()
        if identity is None:
            return _reference("it comes from the model hub; it is exported at the next start")
        try:
            openvino()
            form = self._form()
        except (ImportError, RuntimeError, OSError) as error:
            return _reference(f"OpenVINO cannot be loaded here ({error})", alarming=True)
        export = Export(self._cache, identity, form)
        way = self._opened(export, None)
        return way if way.engine is not None else self._export(export, identity, folder)

    def _export(self, export: Export, identity: str, folder: Path | None) -> _Way:
        """Have the model exported, and wait for it as long as there is patience."""
        known = export.why_not()
        if known is not None:
            return _reference(f"{known} (noted in {export.folder.parent})")
        unwritable = export.unwritable()
        if unwritable is not None:
            return _reference(unwritable, alarming=True)
        job = Job(
            name=self._model.name,
            folder=None if folder is None else str(folder.absolute()),
            identity=identity,
            form=export.form,
            cache=str(export.cache.absolute()),
            device=self._device,
        )
        self._exporting, self._exported = started(job), export
        outcome = outcome_of(self._exporting, self._patience)
        if outcome is None:
            return _reference("it is still being exported; that takes a while, once")
        self._exporting = None
        return self._opened(export, outcome)

    def _form(self) -> Form:
        if self._precision in {"full", "int8"}:
            return self._precision
        if computes_in_bf16():
            return "bf16"
        if self._precision == "bf16":
            _log.warning("this CPU does not compute in bfloat16; the model runs in full precision")
        return "full"

    def _opened(self, export: Export, outcome: Outcome | None) -> _Way:
        """Return an export that is there, brought into memory."""
        manifest = export.found()
        if manifest is None:
            reason = outcome.reason if outcome else "it is not exported yet"
            return _reference(reason, alarming=outcome is not None)
        try:
            engine = Light(export.folder, manifest, threads=self._threads)
        # What OpenVINO raises over a file that it does not like is not documented.
        except Exception as error:  # noqa: BLE001
            _log.warning("the exported model in %s cannot be opened: %s", export.folder, error)
            export.discard()
            return _reference("the exported model could not be opened", alarming=True)
        return _Way(
            engine=engine,
            why=f"run by OpenVINO {version('openvino')} in {_WORDS[manifest.form]} (it agrees with "
            f"sentence-transformers to {_floored(manifest.agreement)})",
        )


_WORDS: dict[Form, str] = {"full": "full precision", "bf16": "bfloat16", "int8": "int8"}


def _reference(reason: str, *, alarming: bool = False) -> _Way:
    return _Way(engine=None, why=f"run by sentence-transformers: {reason}", alarming=alarming)


def _floored(cosine: float) -> str:
    return f"{int(cosine * 100_000) / 100_000:.5f}"
