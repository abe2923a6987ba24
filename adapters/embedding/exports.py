"""Exported models in the cache folder: each whole and checked, or not there.

An export is a folder of its own, written under another name and renamed when all of it is there.
Its manifest has the SHA-256 of each file and of itself: what a bad disk changed is thrown away and
made anew. Why a model could not be exported is kept beside it, so that it is not tried at each
start: what is so each time for good, what may pass (a full disk) for an hour.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from adapters.embedding.engine import Form
from adapters.embedding.models import digest
from briefs.errors import ConfigurationError

GRAPH, WEIGHTS, TOKENIZER, MANIFEST = "model.xml", "model.bin", "tokenizer.json", "manifest.json"
FILES = (GRAPH, WEIGHTS, TOKENIZER)

_LAYOUT = 3
"""Raised when exports are made otherwise; older ones are then not used any more."""

_AGAIN_SECONDS = 3600.0
"""For how long what may pass is not tried again: an attempt costs each start some ten seconds."""

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
    """Return where exports are kept: `$DATELINE_CACHE`, else the user's cache folder.

    Raises:
        ConfigurationError: There is no such user, or no home folder.
    """
    stated = os.environ.get("DATELINE_CACHE")
    try:
        if stated:
            return Path(stated).expanduser()
        from platformdirs import user_cache_path  # noqa: PLC0415 - only where it is needed

        return user_cache_path("dateline", appauthor=False)
    except RuntimeError as error:
        raise ConfigurationError(
            "There is no home folder to keep the exported model in. Set DATELINE_CACHE to a folder "
            "that Dateline may write to."
        ) from error


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
        except (FileNotFoundError, NotADirectoryError):
            if not os.path.lexists(self.folder):
                return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        then = "it is made anew" if self.discard() else "it cannot be removed"
        _log.warning("the exported model in %s is damaged; %s", self.folder, then)
        return None

    def discard(self) -> bool:
        """Throw away what is in the place of the export; say whether the place is free now."""
        with contextlib.suppress(OSError):
            if self.folder.is_symlink() or not self.folder.is_dir():
                self.folder.unlink(missing_ok=True)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)
            if os.path.lexists(self.folder):
                # What cannot be emptied can often be moved; it is swept up like any other part.
                self.folder.rename(self._part())
        return not os.path.lexists(self.folder)

    def why_not(self, *, lasting: bool = False) -> str | None:
        """Return in words why this model could not be exported, None if it can be tried.

        With `lasting`, what may pass does not count.
        """
        try:
            kept = json.loads(self._reason.read_text(encoding="utf-8"))
            reason, again = str(kept["reason"]), kept["again"]
            if again is not None and (lasting or time.time() > float(again)):
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return reason if again is None else f"{reason}; dateline check tries again at once"

    def keep_why_not(self, reason: str, *, lasting: bool) -> None:
        """Keep why this model could not be exported, if anything can be kept."""
        kept = {"reason": reason, "again": None if lasting else time.time() + _AGAIN_SECONDS}
        with contextlib.suppress(OSError):
            self._reason.write_text(json.dumps(kept), encoding="utf-8")

    def unwritable(self) -> str | None:
        """Return why nothing can be written where exports are kept, None where it can."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=self.folder.parent):
                return None
        except OSError as error:
            return (
                f"the cache folder {self.folder.parent} cannot be written ({error.strerror}); set "
                "DATELINE_CACHE to one that can; until then each start takes seconds longer"
            )

    @contextlib.contextmanager
    def being_made(self) -> Iterator[Path]:
        """Yield an empty folder that becomes the export if `finish` was called on it.

        Whoever enters holds the lock; what an export that was broken off left behind is removed.
        """
        for left in self.folder.parent.glob(f"{self.folder.name}.*.part"):
            shutil.rmtree(left, ignore_errors=True)
        part = self._part()
        part.mkdir(mode=0o700)
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
        self._reason.unlink(missing_ok=True)
        return manifest

    def _part(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{secrets.token_hex(4)}.part")

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
