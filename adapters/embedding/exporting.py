"""Exporting a model for the light runtime, in a process of its own that takes torch away with it.

`adapters.embedding.jobs` starts it. It prints the name of each step, and at last a line of JSON:
whether there is an export now, and if not, why.
"""

import contextlib
import io
import json
import shutil
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from adapters.embedding.choosing import LONGEST_SECONDS
from adapters.embedding.engine import Form, at_once
from adapters.embedding.exports import FILES, GRAPH, TOKENIZER, Export, Manifest
from adapters.embedding.jobs import Job, Outcome, tell
from adapters.embedding.light import Light, openvino
from adapters.embedding.reference import Reference, loaded
from briefs.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

AGREEMENT: dict[Form, float] = {"full": 0.999, "bf16": 0.999, "int8": 0.98}
"""The smallest cosine to the reference, over all texts of the check, that an export may have."""

_LONGEST = 8192
_LONGEST_CHECKED = 2048
"""In tokens: a check of longer texts would take minutes."""
_SPARE_BYTES = 50_000_000

CHECKED = (
    "Four ferries left the harbour before noon.",
    "How many ferries left?",
    "no",
    "",
    "The council voted 7 to 2 on 14 March 2023, and the mayor, who wanted a delay, did not sign.",
    "A bridge. A road. A tunnel under the river, 3.4 km long, at a cost of €212 million.",
    "Der Fährverkehr ruht seit Dienstag; wann er wieder beginnt, ist offen.",
    "Le maire n’a pas répondu à nos questions.",
    "港口已经关闭三天。 🛳️ “closed”, they said — ‘for now’…",
    "UPPER CASE, lower case, CamelCase and snake_case; http://harbour.example/a?b=c#d",
    "According to the coast guard, nobody was hurt. " * 5,
    "The warehouse burned for six hours and the wind carried the smoke as far as the lake. " * 60,
)
"""Short, long, too long, empty and foreign: what the check compares."""


class NotExportableError(Exception):
    """A model is not of the kind that can be exported, or what came out is not the same model."""

    def __init__(self, reason: str, *, lasting: bool = True) -> None:
        """Take the reason, and whether it would be so each time."""
        super().__init__(reason)
        self.lasting = lasting


def exported(job: Job) -> Outcome:
    """Export a model unless it is there; whoever else exports it is waited for."""
    export = Export(Path(job.cache), job.identity, job.form)
    try:
        with FileLock(export.lock, timeout=LONGEST_SECONDS):
            if export.found() is not None:
                return Outcome(done=True)
            with export.being_made() as part:
                _check_room(part, job)
                _make(job, export, part)
        return Outcome(done=True)
    except NotExportableError as error:
        export.keep_why_not(str(error), lasting=error.lasting)
        return Outcome(done=False, reason=str(error), lasting=error.lasting)
    except Timeout:
        return Outcome(done=False, reason="another process that exports it does not end")
    except OSError as error:
        reason = f"it cannot be written into {export.cache}: {error.strerror or error}"
        export.keep_why_not(reason, lasting=False)
        return Outcome(done=False, reason=reason)
    except ModelError as error:
        return Outcome(done=False, reason=str(error), broken=True)


def agreement(light: Light, reference: Reference) -> float:
    """Return the smallest cosine between the vectors of two engines, over `CHECKED`."""
    texts = (*CHECKED, _too_long(light.max_length))
    other = at_once(reference, texts, query=True)
    pairs = [
        (at_once(light, texts, query=False), at_once(reference, texts, query=False)),
        (at_once(light, texts, query=True), other),
        (light.together(texts), other),
    ]
    smallest = 1.0
    for ours, theirs in pairs:
        if ours.shape != theirs.shape:
            raise NotExportableError("the exported model gives vectors of another length")
        # Not `min`: that would take 1.0 for less than NaN.
        smallest = float(np.minimum(smallest, (ours * theirs).sum(axis=1).min()))
    return smallest


def _too_long(max_length: int) -> str:
    """Return a text that is cut off, whose end says something else than its beginning."""
    sentences = min(max_length, _LONGEST_CHECKED) // 4
    return " ".join(f"Boat {each} left at noon." for each in range(sentences)) + " Then war came."


def _make(job: Job, export: Export, part: Path) -> None:
    tell("read")
    if job.device is None and _has_gpu():
        raise NotExportableError("there is a GPU, which sentence-transformers uses", lasting=False)
    reference = loaded(
        job.name,
        Path(job.folder) if job.folder else None,
        precision="full",
        device=job.device or "cpu",
        threads=None,
    )
    known = _known(reference.model)
    reference.model.tokenizer.backend_tokenizer.save(str(part / TOKENIZER))
    tell("convert")
    graph, agrees = _graph_that_agrees(reference, known, part)
    if job.form != "full":
        tell("write")
        if job.form == "int8":
            _quantize(graph)
        # Weights that are computed with in bfloat16 lose nothing in sixteen bits, and are half as
        # much to read, check and hold.
        _write(graph, part, sixteen=job.form == "bf16")
        tell("check")
        agrees = _checked(reference, known, part, job.form)
    _check_whole(part, reference)
    export.finish(part, {**known, "form": job.form, "agreement": agrees})


def _graph_that_agrees(
    reference: Reference, known: Mapping[str, Any], part: Path
) -> tuple[Any, float]:
    """Write the model in full precision; return its graph, and how well that agrees."""
    graph = _graph(reference.model)
    _write(graph, part)
    try:
        return graph, _checked(reference, known, part, "full")
    except NotExportableError:
        # The fused attention of some models goes wrong over padding; written out, it is right.
        if not _written_out(reference.model):
            raise
    graph = _graph(reference.model)
    _write(graph, part)
    return graph, _checked(reference, known, part, "full")


def _checked(reference: Reference, known: Mapping[str, Any], part: Path, form: Form) -> float:
    """Return how well what was written agrees with the reference.

    Raises:
        NotExportableError: Not well enough for its form, or it does not run.
    """
    try:
        draft = Manifest(**known, form=form, agreement=0.0, files={})
        agrees = agreement(Light(part, draft), reference)
    # What OpenVINO cannot run shows as any of several exceptions.
    except (RuntimeError, ValueError, TypeError) as error:
        raise NotExportableError(f"OpenVINO cannot run it: {_first_line(error)}") from error
    # NaN is no agreement either.
    if not agrees >= AGREEMENT[form]:
        raise NotExportableError(
            f"the exported model agrees with the original to {agrees:.4f} only, "
            f"less than {AGREEMENT[form]}"
        )
    return agrees


def _write(graph: Any, part: Path, *, sixteen: bool = False) -> None:
    try:
        openvino().save_model(graph, str(part / GRAPH), compress_to_fp16=sixteen)
    except RuntimeError as error:
        said = _first_line(error)
        raise OSError(f"the disk is full, or a file may not be that large ({said})") from error


def _quantize(graph: Any) -> None:
    from adapters.embedding.quantizing import quantized  # noqa: PLC0415

    try:
        quantized(graph)
    except (RuntimeError, ValueError, TypeError) as error:
        reason = f"its weights cannot be made int8: {_first_line(error)}"
        raise NotExportableError(reason) from error


def _written_out(model: "SentenceTransformer") -> bool:
    """Have the attention of a model computed step by step; False where it knows no such way."""
    try:
        model[0].auto_model.set_attn_implementation("eager")
    except (AttributeError, ValueError, TypeError):
        return False
    return True


def _known(model: "SentenceTransformer") -> dict[str, Any]:
    """Return what the manifest says of a model."""
    tokenizer = model.tokenizer
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise NotExportableError("its tokenizer is not of the kind that runs by itself")
    longest = model.max_seq_length
    if longest is None or not 0 < longest <= _LONGEST:
        raise NotExportableError("it does not say how long a text may be")
    if tokenizer.pad_token_id is None or tokenizer.padding_side != "right":
        raise NotExportableError("its texts are not padded at the end")
    if tokenizer.truncation_side != "right":
        raise NotExportableError("its texts are not cut at the end")
    prompts = model.prompts or {}
    default = prompts.get(model.default_prompt_name or "", "")
    passage = next(
        (prompts[name] for name in ("document", "passage", "corpus") if name in prompts), default
    )
    return {
        "dimensions": model.get_embedding_dimension(),
        "max_length": longest,
        "pad": tokenizer.pad_token_id,
        "query_prompt": prompts.get("query", default) or "",
        "passage_prompt": passage or "",
    }


def _graph(model: "SentenceTransformer") -> Any:
    """Return the model as an OpenVINO graph from token ids and their mask to a vector a text."""
    import torch  # noqa: PLC0415 - takes seconds

    class Whole(torch.nn.Module):  # type: ignore[misc,name-defined,unused-ignore]
        """All modules of the model, pooling too, as one."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return self.model(features)["sentence_embedding"]

    ids = torch.ones(2, 7, dtype=torch.long)
    noise = io.StringIO()
    try:
        with torch.no_grad(), warnings.catch_warnings(), contextlib.redirect_stdout(noise):
            warnings.simplefilter("ignore")
            return openvino().convert_model(
                Whole().eval(),
                example_input={"input_ids": ids, "attention_mask": torch.ones_like(ids)},
            )
    # Tracing runs code of any model, which fails in ways of its own.
    except Exception as error:
        raise NotExportableError(f"OpenVINO cannot convert it: {_first_line(error)}") from error


def _check_room(part: Path, job: Job) -> None:
    weights = Path(job.folder).rglob("*.safetensors") if job.folder else ()
    wanted = sum(file.stat().st_size for file in weights) + _SPARE_BYTES
    if shutil.disk_usage(part).free < wanted:
        raise OSError(f"less than {wanted // 1_000_000} MB are free in {part.parent}")


def _check_whole(part: Path, reference: Reference) -> None:
    """Refuse files that are cut off: a full disk is not always said by who writes."""
    smallest = sum(each.numel() for each in reference.model.parameters())
    if any(not (part / name).stat().st_size for name in FILES) or (
        sum((part / name).stat().st_size for name in FILES) < smallest
    ):
        raise OSError("the disk is full, or a file may not be that large")


def _has_gpu() -> bool:
    import torch  # noqa: PLC0415

    return bool(torch.cuda.is_available())


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def main() -> None:
    """Do the job of the command line, and print how it ended."""
    job = Job(**json.loads(sys.argv[1]))
    try:
        outcome = exported(job)
    except Exception as error:  # noqa: BLE001 - who waits is told, whatever it is
        outcome = Outcome(done=False, reason=f"{type(error).__name__}: {_first_line(error)}")
    tell(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
