"""Exporting where something is wrong: numbers that are none, places that are none, a lock kept.

What is marked to fail shows a defect that is known and not mended yet; the mark goes with it.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from adapters.embedding.engine import Form
from adapters.embedding.exporting import AGREEMENT, agreement
from adapters.embedding.exports import Export
from adapters.embedding.models import DEFAULT_MODEL
from briefs.model import Vectors
from tests.adapters.test_exporting import IDENTITY, filled
from tests.running import ROOT, dateline


class Giving:
    """An engine that gives the same vector for each text."""

    form: Form = "full"

    def __init__(self, *vector: float) -> None:
        """Take the vector."""
        self.vector = np.array(vector, dtype=np.float32)

    def steps(self, texts: Sequence[str], *, query: bool) -> Generator[None, None, Vectors]:
        """Give it."""
        del query
        yield
        return np.tile(self.vector, (len(texts), 1))


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="min(1.0, nan) is 1.0")
def test_what_is_no_number_agrees_with_nothing() -> None:
    """An export that gives NaN for any text does not pass the check."""
    nan = float("nan")
    least = agreement(Giving(nan, nan), Giving(1.0, 0.0))  # type: ignore[arg-type]
    assert not least >= AGREEMENT["full"]


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="NotADirectoryError is taken for damage"
)
def test_nothing_below_a_file_is_not_called_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where there cannot be an export, none is said to be damaged and made anew."""
    caplog.set_level(logging.WARNING, logger="adapters")
    (tmp_path / "cache").write_text("a file, and no folder")
    assert Export(tmp_path / "cache", IDENTITY, "full").found() is None
    assert caplog.messages == []


@pytest.mark.xfail(strict=True, raises=NotADirectoryError, reason="only folders are thrown away")
@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_gives_way_to_the_export(tmp_path: Path, kind: str) -> None:
    """A file or a link to nowhere in the place of the export does not hinder it for ever."""
    export = Export(tmp_path, IDENTITY, "full")
    assert export.unwritable() is None
    if kind == "file":
        export.folder.write_text("a file, and no folder")
    else:
        export.folder.symlink_to(tmp_path / "nowhere")
    assert export.found() is None
    assert filled(tmp_path).found() is not None


def test_a_processor_without_bfloat16_is_believed() -> None:
    """OpenVINO held back to AVX2, as on an older CPU, has no bfloat16, and auto is full."""
    code = (
        "from adapters.embedding.embedder import SentenceTransformerEmbedder as Embedder\n"
        "print([Embedder(precision=each)._form() for each in ('auto', 'bf16', 'int8')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "OV_CPU_MAX_ISA": "AVX2", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split("\n")[0] == "['full', 'full', 'int8']"
    assert run.stderr == "this CPU does not compute in bfloat16; the model runs in full precision\n"


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
@pytest.mark.xfail(
    strict=True, raises=subprocess.TimeoutExpired, reason="the exit waits for the export"
)
def test_the_bot_stops_in_time_while_another_exports(tmp_path: Path) -> None:
    """Told to stop while it waits for an export, the bot is gone within ten seconds or so."""
    data, cache = tmp_path / "data", tmp_path / "cache"
    assert dateline("--data", data, "source", "add", ROOT / "seeds").status == 0
    identity = f"{DEFAULT_MODEL.name}:{DEFAULT_MODEL.sha256[:16]}"
    export = Export(cache, identity, "int8")
    assert export.unwritable() is None
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATELINE_CACHE": str(cache),
        "DATELINE_MODEL__PRECISION": "int8",
    }
    with FileLock(export.lock):
        bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "--data", str(data), "run"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(8)
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(timeout=20) == 0
        finally:
            bot.kill()
            bot.wait()
