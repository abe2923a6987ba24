"""A model run by sentence-transformers: the way any model comes in, and the measure of the others.

torch and sentence_transformers are imported when a model is loaded here, and nowhere else in a
program that stays.
"""

import contextlib
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.embedding.engine import Form, Precision
from adapters.embedding.models import DEFAULT_MODEL
from briefs.errors import ModelError
from briefs.model import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 16
"""Texts in one run of the model: a question waits for one at most."""


class Reference:
    """An `Engine` over a loaded sentence-transformers model."""

    def __init__(self, model: "SentenceTransformer", *, autocast: bool) -> None:
        """Take a model, and whether documents are computed in bfloat16."""
        self.model = model
        self.form: Form = "bf16" if autocast else "full"

    def steps(self, texts: Sequence[str], *, query: bool) -> Generator[None, None, Vectors]:
        """Embed a batch at each step, texts of like length together."""
        size = self.model.get_embedding_dimension() or 0
        vectors = np.empty((len(texts), size), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        for start in range(0, len(order), BATCH):
            if start:
                yield
            places = order[start : start + BATCH]
            vectors[places] = self._encoded([texts[place] for place in places], query=query)
        return vectors

    def _encoded(self, texts: list[str], *, query: bool) -> Vectors:
        import torch  # noqa: PLC0415 - see the module's docstring

        encode = self.model.encode_query if query else self.model.encode_document
        with contextlib.ExitStack() as stack:
            # Autocast converts the weights anew at each call: a gain over many texts, a loss for
            # one question.
            if self.form == "bf16" and not query:
                stack.enter_context(torch.autocast("cpu", dtype=torch.bfloat16))
            rows = encode(
                texts,
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(rows, dtype=np.float32)


def loaded(
    name: str, folder: Path | None, *, precision: Precision, device: str | None, threads: int | None
) -> Reference:
    """Load a model: safetensors only, no code of the model's own, no network for a folder.

    Raises:
        ModelError: It cannot be loaded.
    """
    # Both libraries read these when they are imported.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import torch  # noqa: PLC0415
        import transformers  # noqa: PLC0415
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(
            f"The libraries that run the model cannot be loaded ({error}). Install Dateline again: "
            "pip install --force-reinstall dateline"
        ) from error
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        model = SentenceTransformer(
            str(folder) if folder else name,
            device=device,
            trust_remote_code=False,
            local_files_only=folder is not None,
            model_kwargs={"use_safetensors": True},
        )
    # What a broken model raises is anything from OSError to a bare Exception of a Rust library.
    except Exception as error:
        where = f"in {folder}" if folder else f"“{name}”"
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"The model {where} cannot be loaded: {reason} "
            f"Set model.name to a sentence-transformers model with safetensors weights, or to "
            f"{DEFAULT_MODEL.name}."
        ) from error
    if model.device.type == "cpu":
        # Weights that are kept at sixteen bits are not computed with at sixteen: that is slower on
        # most processors, and far from the vectors that the model was made to give.
        model.float()
    return Reference(model, autocast=_autocasts(precision, str(model.device), torch))


def _autocasts(precision: Precision, device: str, torch: Any) -> bool:
    if precision in {"full", "int8"} or not device.startswith("cpu"):
        return False
    if precision == "bf16":
        return True
    # Emulated bfloat16 is slower than float32, so only an instruction for it counts. The test is
    # private to torch; where a version lacks it, full precision is the safe answer.
    tests = ("_is_avx512_bf16_supported", "_is_amx_tile_supported", "_is_arm_bf16_supported")
    return any(bool(getattr(torch.cpu, test, lambda: False)()) for test in tests)
