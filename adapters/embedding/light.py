"""An exported model run by OpenVINO, with its own tokenizer; torch is not imported.

Pooling and normalisation are a part of the exported graph, so that there is one definition of them.
"""

import sys
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from adapters.embedding.batching import Pace, batches, shared, width
from adapters.embedding.engine import Form
from adapters.embedding.exports import GRAPH, TOKENIZER, Manifest
from briefs.model import Vectors

Ids: TypeAlias = NDArray[np.int64]

GROUP = 128
"""How many activations share a scale in int8. With 32 it is a fifth slower and the cosine to the
reference .9993 at the mean; with 128 .9989, with 384 (a twentieth faster) .9977."""

_TOKENIZED_AT_ONCE = 64


def openvino() -> Any:
    """Return the library, its reports to its maker switched off.

    It announces each import over the network unless its module for that is missing.

    Raises:
        ImportError: It is not installed, or cannot be loaded here.
    """
    modules: dict[str, Any] = sys.modules
    modules.setdefault("openvino_telemetry", None)
    import openvino as library  # noqa: PLC0415 - a quarter of a second

    return library


def computes_in_bf16() -> bool:
    """Say whether the CPU has instructions for bfloat16."""
    able: Sequence[str] = openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "BF16" in able


class Light:
    """An `Engine` over an exported model."""

    def __init__(self, folder: Path, manifest: Manifest, *, threads: int | None = None) -> None:
        """Bring it into memory; raises whatever a damaged or foreign file lets OpenVINO raise."""
        from tokenizers import Tokenizer  # noqa: PLC0415 - only where it is needed

        self.form: Form = manifest.form
        self._manifest = manifest
        self.max_length = manifest.max_length
        """In tokens; longer texts are cut."""
        self._pace = Pace()
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(manifest.max_length)
        self._tokenizer.no_padding()
        core = openvino().Core()
        model = core.compile_model(str(folder / GRAPH), "CPU", _wishes(manifest.form, threads))
        count = int(model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._requests = [model.create_infer_request() for _ in range(count)]

    def steps(self, texts: Sequence[str], *, query: bool) -> Generator[None, None, Vectors]:
        """Embed a batch at each step, texts of like length together."""
        prompt = self._manifest.query_prompt if query else self._manifest.passage_prompt
        ids: list[list[int]] = []
        for start in range(0, len(texts), _TOKENIZED_AT_ONCE):
            if start:
                yield
            some = [prompt + text for text in texts[start : start + _TOKENIZED_AT_ONCE]]
            ids += [each.ids for each in self._tokenizer.encode_batch(some)]
        vectors = np.empty((len(texts), self._manifest.dimensions), dtype=np.float32)
        first = True
        for places in batches([len(each) for each in ids], self._pace, len(self._requests)):
            if not first:
                yield
            first = False
            vectors[places] = self._embedded([ids[place] for place in places])
        return vectors

    def together(self, texts: Sequence[str]) -> Vectors:
        """Embed questions in one batch, each padded to the longest."""
        prompt = self._manifest.query_prompt
        ids = [each.ids for each in self._tokenizer.encode_batch([prompt + text for text in texts])]
        request = self._requests[0]
        request.infer(list(self._padded(ids)))
        return _unit(np.array(request.get_output_tensor(0).data, dtype=np.float32))

    def _embedded(self, ids: Sequence[Sequence[int]]) -> Vectors:
        """Embed texts, a share of them in each stream, all streams at once."""
        shares = shared(ids, len(self._requests))
        started = time.perf_counter()
        computed = 0
        for request, share in zip(self._requests, shares, strict=False):
            tokens, mask = self._padded(share)
            computed += tokens.size
            request.start_async([tokens, mask])
        rows = []
        for request, _ in zip(self._requests, shares, strict=False):
            request.wait()
            rows.append(np.array(request.get_output_tensor(0).data, dtype=np.float32))
        self._pace.took(computed, time.perf_counter() - started)
        return _unit(np.concatenate(rows))

    def _padded(self, ids: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
        """Return token ids and their mask, both of shape (texts, tokens)."""
        shape = len(ids), min(width(max(map(len, ids))), self._manifest.max_length)
        tokens = np.full(shape, self._manifest.pad, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, own in enumerate(ids):
            tokens[row, : len(own)] = own
            mask[row, : len(own)] = 1
        return tokens, mask


def _unit(rows: Vectors) -> Vectors:
    # A vector of NaN would be like everything or nothing, depending on who compares.
    known = np.nan_to_num(rows, nan=0.0, posinf=0.0, neginf=0.0)
    unit: Vectors = known / np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-12)
    return unit


def _wishes(form: Form, threads: int | None) -> Mapping[str, Any]:
    wishes: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": "bf16" if form == "bf16" else "f32",
        # A core to a stream, or a few: two small batches beside each other keep two cores busier
        # than one large batch that they divide.
        "PERFORMANCE_HINT": "THROUGHPUT",
        # Of activations; it multiplies in int8 only where the weights are int8 too.
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(GROUP) if form == "int8" else "0",
    }
    if threads is not None:
        wishes["INFERENCE_NUM_THREADS"] = threads
    return wishes
