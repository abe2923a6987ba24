"""What runs a model: its export where there is one or can be, sentence-transformers where not."""

import logging
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from adapters.embedding.engine import Engine, Form, Precision
from adapters.embedding.exports import Export
from adapters.embedding.jobs import Exporting, Job, Outcome, started
from adapters.embedding.light import Light, computes_in_bf16, openvino
from adapters.embedding.models import NamedModel
from adapters.embedding.reference import loaded
from briefs.errors import ModelError

LONGEST_SECONDS = 900.0
"""How long is waited for an export that nothing can stand in for."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What runs the model, and why it is that."""

    engine: Engine | None
    """The light runtime; None leaves it to sentence-transformers."""
    why: str
    alarming: bool = False
    """Whether an operator could mend what stands in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a model is to be run; the words are those of `SentenceTransformerEmbedder`."""

    precision: Precision
    device: str | None
    threads: int | None
    cache: Path | None
    patience: float | None


class Chooser:
    """Finds what runs one model, and has it exported where it is not yet. Of one thread."""

    def __init__(self, model: NamedModel, wishes: Wishes) -> None:
        """Take note; nothing is read yet."""
        self._model = model
        self._wishes = wishes
        self._export: Export | None = None
        self._left = False
        self.exporting: Exporting | None = None
        """An export that is under way. Any thread may look at how far it is."""

    def there(self) -> Way | None:
        """Return the model's export if there is one; nothing is exported."""
        place = self._place()
        if isinstance(place, Way) or not place.folder.exists():
            return None
        way = self._opened(place, None)
        return way if way.engine is not None else None

    def way(self, *, again: bool = False) -> Way:
        """Return what is there, or export it, and wait for that as long as there is patience.

        With `again`, what failed a while ago is tried again, though it may still be so.

        Raises:
            ModelError: The model is missing or damaged, or is not exported in time and nothing may
                stand in.
        """
        place = self._place()
        if isinstance(place, Way):
            return place
        way = self._made(place, again=again)
        if way.engine is None and place.form == "bf16" and place.why_not(lasting=True):
            # Some models lose too much in bfloat16, and nothing in full precision.
            return self._made(Export(place.cache, place.identity, "full"), again=again)
        return way

    def leave(self) -> None:
        """Wait for no export any more. Any thread may say so."""
        self._left = True
        exporting = self.exporting
        if exporting is not None:
            exporting.leave()

    def taken_over(self) -> Way | None:
        """Return what became of an export that was not waited for, None while it goes on."""
        if self.exporting is None or self._export is None:
            return None
        outcome = self.exporting.outcome(0)
        if outcome is None:
            return None
        self.exporting = None
        return self._opened(self._export, outcome)

    def reference(self) -> Engine:
        """Return the model run by sentence-transformers.

        Raises:
            ModelError: It is missing or damaged, or cannot be loaded.
        """
        wishes = self._wishes
        return loaded(
            self._model.name,
            self._model.checked_folder(),
            precision=wishes.precision,
            device=wishes.device,
            threads=wishes.threads,
        )

    def _place(self) -> Export | Way:
        """Return where the model's export is or would be, or why it has none."""
        if self._wishes.cache is None:
            return _left("that is what was asked for")
        if self._wishes.device not in {None, "cpu"}:
            return _left(f"model.device is {self._wishes.device}")
        identity = self._model.identity()
        if identity is None:
            return _left("it comes from the model hub; it is exported at the next start")
        try:
            openvino()
            form = self._form()
        except (ImportError, RuntimeError, OSError) as error:
            return _left(f"OpenVINO cannot be loaded here ({error})", alarming=True)
        return Export(self._wishes.cache, identity, form)

    def _made(self, export: Export, *, again: bool) -> Way:
        way = self._opened(export, None)
        return way if way.engine is not None else self._exported(export, again=again)

    def _exported(self, export: Export, *, again: bool) -> Way:
        known = export.why_not(lasting=again)
        if known is not None:
            return _left(f"{known} (noted in {export.folder.parent})")
        unwritable = export.unwritable()
        if unwritable is not None:
            return _left(unwritable, alarming=True)
        folder = self._model.checked_folder()
        job = Job(
            name=self._model.name,
            folder=None if folder is None else str(folder.absolute()),
            identity=export.identity,
            form=export.form,
            cache=str(export.cache.absolute()),
            device=self._wishes.device,
        )
        self.exporting, self._export = started(job), export
        if self._left:
            self.exporting.leave()
        outcome = self.exporting.outcome(self._patience(export.form))
        if outcome is None:
            return self._unfinished(export)
        self.exporting = None
        if outcome.broken:
            raise ModelError(outcome.reason)
        return self._opened(export, outcome)

    def _patience(self, form: Form) -> float | None:
        patience = self._wishes.patience
        # The vectors of int8 may not be mixed with those of the reference: it cannot stand in.
        return patience if patience is None or form != "int8" else max(patience, LONGEST_SECONDS)

    def _unfinished(self, export: Export) -> Way:
        if self._left:
            raise ModelError("The model is not needed any more.")
        if export.form == "int8":
            raise ModelError(
                f"The model {self._model.name} was not exported in int8 within "
                f"{LONGEST_SECONDS / 60:.0f} minutes; perhaps another process that does it hangs. "
                'Try again, or set model.precision = "auto".'
            )
        return _left("it is still being exported; that takes a while, once")

    def _form(self) -> Form:
        precision = self._wishes.precision
        if precision in {"full", "int8"}:
            return precision
        if computes_in_bf16():
            return "bf16"
        if precision == "bf16":
            _log.warning("this CPU does not compute in bfloat16; the model runs in full precision")
        return "full"

    def _opened(self, export: Export, outcome: Outcome | None) -> Way:
        """Return an export that is there, brought into memory."""
        manifest = export.found()
        if manifest is None:
            reason = outcome.reason if outcome else "it is not exported yet"
            return _left(reason, alarming=outcome is not None)
        try:
            engine = Light(export.folder, manifest, threads=self._wishes.threads)
        # What OpenVINO raises over a file that it does not like is not documented.
        except Exception as error:  # noqa: BLE001
            _log.warning("the exported model in %s cannot be opened: %s", export.folder, error)
            export.discard()
            return _left("the exported model could not be opened", alarming=True)
        return Way(
            engine=engine,
            why=f"run by OpenVINO {version('openvino')} in {_WORDS[manifest.form]} (it agrees with "
            f"sentence-transformers to {_floored(manifest.agreement)})",
        )


_WORDS: dict[Form, str] = {"full": "full precision", "bf16": "bfloat16", "int8": "int8"}


def _left(reason: str, *, alarming: bool = False) -> Way:
    return Way(engine=None, why=f"run by sentence-transformers: {reason}", alarming=alarming)


def _floored(cosine: float) -> str:
    return f"{int(cosine * 100_000) / 100_000:.5f}"
