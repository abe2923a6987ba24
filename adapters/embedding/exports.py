"""Exported models in the cache folder: each whole and checked, or not there.

An export is a folder of its own, written under another name and renamed when all of it is there.
Its manifest has the SHA-256 of each file and of itself: what a bad disk changed is thrown away and
made anew. Why a model cannot be exported is kept beside it, so that it is not tried at each start.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from adapters.embedding.engine import Form
from adapters.embedding.models import digest

GRAPH, WEIGHTS, TOKENIZER, MANIFEST = "model.xml", "model.bin", "tokenizer.json", "manifest.json"
FILES = (GRAPH, WEIGHTS, TOKENIZER)

_LAYOUT = 2
"""Raised when exports are made otherwise; older ones are then not used any more."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the light runtime must know of an export."""

    form: Form
    dimensions: int
    max_length: int
    """In tokens, the special ones included; longer texts are cut."""
    pad: int
    query_prompt: str
    passage_prompt: str
    agreement: float
    """The smallest cosine to the reference over the texts of the check."""
    files: Mapping[str, str]
    """SHA-256 by name."""


def cache_folder() -> Path:
    """Return where exports are kept: `$DATELINE_CACHE`, else the user's cache folder."""
    stated = os.environ.get("DATELINE_CACHE")
    if stated:
        return Path(stated).expanduser()
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where it is needed

    return user_cache_path("dateline", appauthor=False)


class Export:
    """The place of one export: of one model, in one form, by one version of the runtime."""

    def __init__(self, cache: Path, identity: str, form: Form) -> None:
        """Take note of it; nothing is read or made yet."""
        made_of = "\0".join([str(_LAYOUT), identity, form, *map(_version, _MAKERS)])
        key = hashlib.sha256(made_of.encode()).hexdigest()[:16]
        name = re.sub(r"[^A-Za-z0-9.]+", "-", identity.partition(":")[0]).strip("-.")
        self.cache = cache
        self.identity = identity
        self.folder = cache / "models" / f"{name[-40:]}-{form}-{key}"
        self.form = form

    @property
    def lock(self) -> Path:
        """The file that whoever makes the export locks."""
        return self.folder.with_name(f"{self.folder.name}.lock")

    def found(self) -> Manifest | None:
        """Return the manifest of an export that is whole; one that is damaged is thrown away."""
        try:
            manifest = _read(self.folder / MANIFEST)
            if manifest.form == self.form and set(manifest.files) == set(FILES):
                wrong = [n for n in FILES if digest(self.folder / n) != manifest.files[n]]
                if not wrong:
                    return manifest
        except FileNotFoundError:
            if not self.folder.exists():
                return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        _log.warning("the exported model in %s is damaged; it is made anew", self.folder)
        self.discard()
        return None

    def discard(self) -> None:
        """Throw an export away, as far as the file system lets us."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def why_not(self) -> str | None:
        """Return why this model cannot be exported, None if that is not known."""
        try:
            return self._reason.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def keep_why_not(self, reason: str) -> None:
        """Keep why this model cannot be exported, if anything can be kept."""
        with contextlib.suppress(OSError):
            self._reason.write_text(reason, encoding="utf-8")

    def unwritable(self) -> str | None:
        """Return why nothing can be written where exports are kept, None where it can."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=self.folder.parent):
                return None
        except OSError as error:
            return f"the cache folder {self.folder.parent} cannot be written ({error.strerror})"

    @contextlib.contextmanager
    def being_made(self) -> Iterator[Path]:
        """Yield an empty folder that becomes the export if `finish` was called on it.

        Whoever enters holds the lock; what an export that was broken off left behind is removed.
        """
        for left in self.folder.parent.glob(f"{self.folder.name}.*.part"):
            shutil.rmtree(left, ignore_errors=True)
        part = Path(
            tempfile.mkdtemp(dir=self.folder.parent, prefix=f"{self.folder.name}.", suffix=".part")
        )
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def finish(self, part: Path, known: Mapping[str, Any]) -> Manifest:
        """Write the manifest and let the folder be found."""
        manifest = Manifest(**known, files={name: digest(part / name) for name in FILES})
        body = asdict(manifest)
        (part / MANIFEST).write_text(
            json.dumps({"manifest": body, "sha256": _checksum(body)}, indent=1), encoding="utf-8"
        )
        for file in part.iterdir():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
        self.discard()
        part.rename(self.folder)
        return manifest

    @property
    def _reason(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.not")


_MAKERS = ("openvino", "tokenizers", "sentence-transformers", "transformers")


def _version(distribution: str) -> str:
    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:
        return distribution


def _read(file: Path) -> Manifest:
    written = json.loads(file.read_text(encoding="utf-8"))
    body = written["manifest"]
    if _checksum(body) != written["sha256"]:
        raise ValueError("the manifest was changed")
    return Manifest(**body)


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
