"""Exporting where something is wrong: numbers that are none, places that are none, a lock kept."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from adapters.embedding import SentenceTransformerEmbedder, cache_folder, choosing
from adapters.embedding.engine import Form
from adapters.embedding.exporting import AGREEMENT, agreement, exported
from adapters.embedding.exports import Export
from adapters.embedding.jobs import Exporting, Job, Outcome
from adapters.embedding.light import Light
from adapters.embedding.models import DEFAULT_MODEL
from briefs.errors import ConfigurationError, ModelError
from briefs.model import Vectors
from tests.adapters.test_exporting import IDENTITY, filled, job_in
from tests.running import ROOT, dateline


class Giving:
    """An engine that gives the same vector for each text."""

    form: Form = "full"
    max_length = 128

    def __init__(self, *vector: float) -> None:
        """Take the vector."""
        self.vector = np.array(vector, dtype=np.float32)

    def steps(self, texts: Sequence[str], *, query: bool) -> Generator[None, None, Vectors]:
        """Give it."""
        del query
        yield
        return self.together(texts)

    def together(self, texts: Sequence[str]) -> Vectors:
        """Give it at once."""
        return np.tile(self.vector, (len(texts), 1))


def test_what_is_no_number_agrees_with_nothing() -> None:
    """An export that gives NaN for any text does not pass the check."""
    nan = float("nan")
    least = agreement(Giving(nan, nan), Giving(1.0, 0.0))  # type: ignore[arg-type]
    assert not least >= AGREEMENT["full"]


def test_nothing_below_a_file_is_not_called_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where there cannot be an export, none is said to be damaged and made anew."""
    caplog.set_level(logging.WARNING, logger="adapters")
    (tmp_path / "cache").write_text("a file, and no folder")
    assert Export(tmp_path / "cache", IDENTITY, "full").found() is None
    assert caplog.messages == []


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


def test_what_may_pass_is_tried_again_in_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is not asked about at each start; what is so for good never again."""
    export = Export(tmp_path, IDENTITY, "full")
    assert export.unwritable() is None
    export.keep_why_not("the disk is full", lasting=False)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3500)
    assert export.why_not() == "the disk is full; dateline check tries again at once"
    assert export.why_not(lasting=True) is None
    monkeypatch.setattr(time, "time", lambda: now + 3700)
    assert export.why_not() is None
    export.keep_why_not("its tokenizer is of no kind", lasting=True)
    monkeypatch.setattr(time, "time", lambda: now + 1e9)
    assert export.why_not(lasting=True) == "its tokenizer is of no kind"


def test_nobody_need_wait_for_an_export() -> None:
    """Who is to stop does not wait for the end of what another process does."""
    exporting = Exporting([sys.executable, "-c", "import time; time.sleep(2)"])
    began = time.monotonic()
    exporting.leave()
    assert exporting.outcome(None) is None
    assert time.monotonic() - began < 1


async def test_nothing_stands_in_for_int8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its vectors may not be mixed with others: an export that hangs ends in a sentence."""
    hangs = [sys.executable, "-c", "import time; time.sleep(3)"]
    monkeypatch.setattr(choosing, "started", lambda _: Exporting(hangs))
    monkeypatch.setattr(choosing, "LONGEST_SECONDS", 0.3)
    embedder = SentenceTransformerEmbedder(precision="int8", cache=tmp_path, patience=0.1)
    with closing(embedder), pytest.raises(ModelError, match="was not exported in int8 within"):
        await embedder.ready()


async def test_a_model_that_cannot_be_loaded_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other process could not load, this one does not call works by another way."""
    says = '{"done": false, "reason": "The model cannot be loaded: why.", "broken": true}'
    monkeypatch.setattr(
        choosing, "started", lambda _: Exporting([sys.executable, "-c", f"print({says!r})"])
    )
    with (
        closing(SentenceTransformerEmbedder(cache=tmp_path)) as embedder,
        pytest.raises(ModelError, match=r"^The model cannot be loaded: why\.$"),
    ):
        await embedder.way()


async def test_what_loses_too_much_in_bfloat16_runs_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model whose export in bfloat16 was refused is exported in full precision."""
    asked: list[Job] = []

    def note(job: Job) -> Exporting:
        asked.append(job)
        return Exporting([sys.executable, "-c", ""])

    monkeypatch.setattr(choosing, "computes_in_bf16", lambda: True)
    monkeypatch.setattr(choosing, "started", note)
    refused = Export(tmp_path, "all-MiniLM-L6-v2:53aa51172d142c89", "bf16")
    assert refused.unwritable() is None
    refused.keep_why_not("it agrees to 0.9913 only", lasting=True)
    with closing(SentenceTransformerEmbedder(cache=tmp_path)) as embedder:
        assert "exporting ended with status 0" in await embedder.way()
    assert [job.form for job in asked] == ["full"]


def test_a_cache_of_nobody_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no home folder, a person is told which setting helps."""
    monkeypatch.setenv("DATELINE_CACHE", "~nobody-of-that-name/cache")
    with pytest.raises(ConfigurationError, match="Set DATELINE_CACHE"):
        cache_folder()


def test_a_processor_without_bfloat16_is_believed() -> None:
    """OpenVINO held back to AVX2, as on an older CPU, has no bfloat16, and auto is full."""
    code = (
        "from adapters.embedding.embedder import SentenceTransformerEmbedder as Embedder\n"
        "print([Embedder(precision=each)._chooser._form() for each in ('auto', 'bf16', 'int8')])"
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


def copied(folder: Path, **said: object) -> Path:
    """Return a copy of the default model whose tokenizer says something else."""
    shutil.copytree(DEFAULT_MODEL.folder(), folder)
    file = folder / "tokenizer_config.json"
    stated = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**stated, **said}), encoding="utf-8")
    return folder


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_texts_that_are_cut_at_their_beginning_are_refused(tmp_path: Path) -> None:
    """The light runtime cuts at the end: such a model is left to its library, for good."""
    folder = copied(tmp_path / "model", truncation_side="left")
    assert Export(tmp_path, IDENTITY, "full").unwritable() is None
    outcome = exported(job_in(tmp_path, folder))
    assert outcome == Outcome(done=False, reason="its texts are not cut at the end", lasting=True)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_attention_that_goes_wrong_over_padding_is_written_out(tmp_path: Path) -> None:
    """A short text padded beside a long one gets the vector of the reference, and a number."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Pooling,
        Transformer,
    )
    from transformers import AutoTokenizer, ModernBertConfig, ModernBertModel  # noqa: PLC0415

    tokenizer = AutoTokenizer.from_pretrained(DEFAULT_MODEL.folder())
    shape = ModernBertConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        local_attention=16,
        pad_token_id=tokenizer.pad_token_id,
    )
    ModernBertModel(shape).save_pretrained(tmp_path / "bare")
    tokenizer.save_pretrained(tmp_path / "bare")
    bare = Transformer(str(tmp_path / "bare"), max_seq_length=256)
    folder = tmp_path / "model"
    model = SentenceTransformer(modules=[bare, Pooling(64)], device="cpu")
    model.save(str(folder), safe_serialization=True)
    export = Export(tmp_path, IDENTITY, "full")
    assert export.unwritable() is None
    outcome = exported(job_in(tmp_path, folder))
    assert outcome.done, outcome.reason
    manifest = export.found()
    assert manifest is not None
    texts = ["no", "A long evening at the harbour. " * 30, "Four ferries left."]
    ours = Light(export.folder, manifest).together(texts)
    theirs = model.encode(texts, normalize_embeddings=True)
    assert (ours * theirs).sum(axis=1).min() > 0.999


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
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
            time.sleep(5)
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(timeout=20) == 0
        finally:
            bot.kill()
            bot.wait()
