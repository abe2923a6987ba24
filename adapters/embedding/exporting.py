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
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

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


def exported(job: Job) -> Outcome:
    """Export a model unless it is there; whoever else exports it is waited for."""
    export = Export(Path(job.cache), job.identity, job.form)
    try:
        with FileLock(export.lock):
            if export.found() is not None:
                return Outcome(done=True)
            with export.being_made() as part:
                _check_room(part, job)
                _make(job, export, part)
        return Outcome(done=True)
    except NotExportableError as error:
        export.keep_why_not(str(error))
        return Outcome(done=False, reason=str(error), lasting=True)
    except OSError as error:
        return Outcome(done=False, reason=f"it cannot be written: {error.strerror or error}")
    except ModelError as error:
        return Outcome(done=False, reason=str(error))


def agreement(light: Light, reference: Reference) -> float:
    """Return the smallest cosine between the vectors of two engines, over `CHECKED`."""
    smallest = 1.0
    for query in (False, True):
        one = at_once(light, CHECKED, query=query)
        other = at_once(reference, CHECKED, query=query)
        if one.shape != other.shape:
            raise NotExportableError("the exported model gives vectors of another length")
        smallest = min(smallest, float((one * other).sum(axis=1).min()))
    return smallest


def _make(job: Job, export: Export, part: Path) -> None:
    tell("read")
    reference = loaded(
        job.name,
        Path(job.folder) if job.folder else None,
        precision="full",
        device=job.device or "cpu",
        threads=None,
    )
    if job.device is None and _has_gpu():
        raise NotExportableError("there is a GPU, which sentence-transformers uses")
    model = reference.model
    known = _known(model, job.form)
    tell("convert")
    graph = _graph(model)
    if job.form == "int8":
        from adapters.embedding.quantizing import quantized  # noqa: PLC0415

        quantized(graph)
    tell("write")
    try:
        # Weights that are computed with in bfloat16 lose nothing in sixteen bits, and are half as
        # much to read, check and hold.
        openvino().save_model(graph, str(part / GRAPH), compress_to_fp16=job.form == "bf16")
    except RuntimeError as error:
        raise OSError(f"OpenVINO: {_first_line(error)}") from error
    model.tokenizer.backend_tokenizer.save(str(part / TOKENIZER))
    _check_whole(part, reference)
    tell("check")
    draft = Manifest(**known, agreement=0.0, files={})
    try:
        agrees = agreement(Light(part, draft), reference)
    # What OpenVINO cannot run shows as any of several exceptions.
    except (RuntimeError, ValueError, TypeError) as error:
        raise NotExportableError(f"OpenVINO cannot run it: {_first_line(error)}") from error
    # NaN is no agreement either.
    if not agrees >= AGREEMENT[job.form]:
        raise NotExportableError(
            f"the exported model agrees with the original to {agrees:.4f} only, "
            f"less than {AGREEMENT[job.form]}"
        )
    export.finish(part, {**known, "agreement": agrees})


def _known(model: "SentenceTransformer", form: Form) -> dict[str, Any]:
    """Return what the manifest says of a model."""
    tokenizer = model.tokenizer
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise NotExportableError("its tokenizer is not of the kind that runs by itself")
    longest = model.max_seq_length
    if longest is None or not 0 < longest <= _LONGEST:
        raise NotExportableError("it does not say how long a text may be")
    if tokenizer.pad_token_id is None or tokenizer.padding_side != "right":
        raise NotExportableError("its texts are not padded at the end")
    prompts = model.prompts or {}
    default = prompts.get(model.default_prompt_name or "", "")
    passage = next(
        (prompts[name] for name in ("document", "passage", "corpus") if name in prompts), default
    )
    return {
        "form": form,
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
