"""Exporting: once, checked, whole or not there; and what happens where it cannot be."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from adapters.embedding import (
    DEFAULT_MODEL,
    SentenceTransformerEmbedder,
    cache_folder,
    choosing,
    exporting,
)
from adapters.embedding.exporting import AGREEMENT, exported
from adapters.embedding.exports import FILES, MANIFEST, WEIGHTS, Export
from adapters.embedding.jobs import STEPS, Exporting, Job, Outcome, started
from tests.running import ROOT, dateline

if TYPE_CHECKING:
    from briefs.ports import Progress

TEXTS = [f"The ferry number {each} made {each} trips to the island." for each in range(120)]
IDENTITY = "a model:1"


def filled(cache: Path, form: str = "full") -> Export:
    """Return an export that is there, of files that no runtime would open."""
    export = Export(cache, IDENTITY, "int8" if form == "int8" else "full")
    assert export.unwritable() is None
    with export.being_made() as part:
        for name in FILES:
            (part / name).write_text(f"the bytes of {name}")
        export.finish(
            part,
            {
                "form": export.form,
                "dimensions": 384,
                "max_length": 256,
                "pad": 0,
                "query_prompt": "",
                "passage_prompt": "",
                "agreement": 0.9999,
            },
        )
    return export


def job_in(cache: Path, folder: Path | None = None, form: str = "full") -> Job:
    """Return the job of exporting a model into a folder of its own."""
    return Job(
        name=DEFAULT_MODEL.name,
        folder=str(folder or DEFAULT_MODEL.folder()),
        identity=IDENTITY,
        form="int8" if form == "int8" else "full",
        cache=str(cache),
        device="cpu",
    )


def test_an_export_is_found_whole(tmp_path: Path) -> None:
    """What was finished is found with all that was said of it, and nothing else is left there."""
    export = filled(tmp_path)
    manifest = export.found()
    assert manifest is not None
    assert (manifest.dimensions, manifest.agreement) == (384, 0.9999)
    assert [each.name for each in (tmp_path / "models").iterdir()] == [export.folder.name]


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
@pytest.mark.parametrize("damage", ["flip", "cut", "delete"])
def test_a_damaged_export_is_thrown_away(
    tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever file is not as it was written: the export is said to be damaged, and gone."""
    export = filled(tmp_path)
    file = export.folder / name
    written = file.read_bytes()
    if damage == "delete":
        file.unlink()
    else:
        middle = len(written) // 2
        rest = bytes([written[middle] ^ 1]) + written[middle + 1 :] if damage == "flip" else b""
        file.write_bytes(written[:middle] + rest)
    assert export.found() is None
    assert [record.getMessage() for record in caplog.records] == [
        f"the exported model in {export.folder} is damaged; it is made anew"
    ]
    assert not export.folder.exists()
    assert filled(tmp_path).found() is not None


def test_what_is_broken_off_is_not_found_and_is_cleared_away(tmp_path: Path) -> None:
    """A process that dies leaves a folder of another name, which the next one removes."""
    export = Export(tmp_path, IDENTITY, "full")
    left = tmp_path / "models" / f"{export.folder.name}.dead.part"
    left.mkdir(parents=True)
    (left / WEIGHTS).write_text("half of them")
    assert export.found() is None
    with export.being_made() as part:
        assert not left.exists()
        (part / WEIGHTS).write_text("half of them again")
    assert export.found() is None
    assert list((tmp_path / "models").iterdir()) == []


def test_models_forms_and_versions_have_places_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is taken for another, nor for what another version of the runtime made."""
    places = [
        Export(tmp_path, identity, form).folder
        for identity in ("a:1", "a:2", "b:1")
        for form in ("full", "bf16", "int8")
    ]
    monkeypatch.setattr("adapters.embedding.exports.version", lambda _: "0")
    places.append(Export(tmp_path, "a:1", "full").folder)
    assert len(set(places)) == len(places)
    assert {place.parent for place in places} == {tmp_path / "models"}
    odd = Export(tmp_path, "../../who/model name:1", "full").folder
    assert odd.parent == tmp_path / "models"
    assert odd.resolve() == odd


def test_the_cache_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """$DATELINE_CACHE names it; without it, it is the user's."""
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("DATELINE_CACHE")
    assert cache_folder().name in {"dateline", "Cache"}


def test_a_process_that_dies_is_an_outcome() -> None:
    """Whoever waits learns how it ended, and does not fail with it."""
    process = Exporting([sys.executable, "-c", "raise SystemExit(3)"])
    assert process.outcome(None) == Outcome(done=False, reason="exporting ended with status 3")


def test_the_steps_of_an_export_are_counted() -> None:
    """Whoever waits sees how far it is, and what a library prints in between is no step."""
    says = f"print({STEPS[0]!r}); print('a warning'); print({STEPS[2]!r}); print('{{}}')"
    process = Exporting([sys.executable, "-c", says])
    assert process.outcome(None) == Outcome(done=False, reason="exporting ended with status 0")
    assert process.steps == 2


async def said_by(cache: Path, **wishes: object) -> str:
    """Return what runs the model that is configured so."""
    embedder = SentenceTransformerEmbedder(cache=cache, **wishes)  # type: ignore[arg-type]
    try:
        return await embedder.way()
    finally:
        embedder.close()


async def test_a_device_of_its_own_is_left_to_torch(tmp_path: Path) -> None:
    """What was configured for a GPU is not exported for a CPU."""
    assert await said_by(tmp_path, device="cuda:0") == (
        "run by sentence-transformers: model.device is cuda:0"
    )
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_without_openvino_there_is_still_a_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without the light runtime works, and says why it is slow."""
    monkeypatch.setitem(sys.modules, "openvino", None)
    says = await said_by(tmp_path)
    assert says.startswith("run by sentence-transformers: OpenVINO cannot be loaded here (")


async def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Nothing is exported where nothing can be kept."""
    (tmp_path / "cache").write_text("a file, and no folder")
    says = await said_by(tmp_path / "cache")
    assert says.startswith("run by sentence-transformers: the cache folder ")
    assert "cannot be written" in says


async def test_what_cannot_be_exported_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why not is kept beside where the export would be, and no process is started."""
    export = Export(tmp_path, "all-MiniLM-L6-v2:53aa51172d142c89", "full")
    assert export.unwritable() is None
    export.keep_why_not("its tokenizer is not of the kind that runs by itself", lasting=True)
    monkeypatch.setattr(choosing, "started", lambda _: pytest.fail("a process was started"))
    says = await said_by(tmp_path, precision="full")
    assert says == (
        "run by sentence-transformers: its tokenizer is not of the kind that runs by itself "
        f"(noted in {tmp_path / 'models'})"
    )


async def test_bfloat16_on_a_cpu_without_it_is_full_precision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, and the export is that of full precision."""
    asked: list[Job] = []

    def note(job: Job) -> Exporting:
        asked.append(job)
        return Exporting([sys.executable, "-c", ""])

    monkeypatch.setattr(choosing, "computes_in_bf16", lambda: False)
    monkeypatch.setattr(choosing, "started", note)
    await said_by(tmp_path, precision="bf16")
    await said_by(tmp_path, precision="auto")
    assert [job.form for job in asked] == ["full", "full"]
    assert [record.getMessage() for record in caplog.records] == [
        "this CPU does not compute in bfloat16; the model runs in full precision"
    ]


async def test_beginning_exports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no export yet, it is made when the model is needed, and not before."""
    monkeypatch.setattr(choosing, "started", lambda _: pytest.fail("a process was started"))
    embedder = SentenceTransformerEmbedder(cache=tmp_path)
    embedder.begin()
    assert await embedder.identity() == "all-MiniLM-L6-v2:53aa51172d142c89"
    embedder.close()
    assert os.listdir(tmp_path) == []  # noqa: PTH208


@pytest.mark.model
@pytest.mark.timeout(400)
async def test_who_waits_for_an_export_is_told_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of the other process are told; one that breaks off leaves it to the reference."""
    steps = f"""import time
for step in {STEPS[:2]!r}:
    print(step, flush=True)
    time.sleep(1)
"""
    monkeypatch.setattr(choosing, "started", lambda _: Exporting([sys.executable, "-c", steps]))
    embedder = SentenceTransformerEmbedder(precision="full", cache=tmp_path)
    told: list[Progress] = []
    await embedder.ready(told.append)
    counted = [each.done for each in told if each.total == len(STEPS)]
    assert counted == sorted(counted)
    assert set(counted) == {0, 1}
    assert {each.what for each in told} == {"Starting the model", "Preparing the model, once"}
    assert "exporting ended with status 0" in await embedder.way()
    embedder.close()


@pytest.fixture(scope="module")
def reference() -> Iterator[SentenceTransformerEmbedder]:
    """Return the default model run by sentence-transformers in full precision."""
    embedder = SentenceTransformerEmbedder(precision="full")
    yield embedder
    embedder.close()


@pytest.mark.model
@pytest.mark.timeout(400)
@pytest.mark.parametrize("precision", ["full", "bf16", "int8"])
async def test_an_export_gives_the_vectors_of_the_reference(
    reference: SentenceTransformerEmbedder, precision: str
) -> None:
    """Documents and questions, to the cosine promised, and of the same scheme where they agree."""
    light = SentenceTransformerEmbedder(
        precision=precision,  # type: ignore[arg-type]
        cache=cache_folder(),
        patience=None,
    )
    odd = ["", " ", "\x00", "油轮", "🛢️" * 400, "word " * 20_000]
    ones, others = (
        await light.embed_passages(TEXTS + odd),
        await reference.embed_passages(TEXTS + odd),
    )
    least = AGREEMENT[await light.precision()]
    assert ones.dtype == np.float32
    assert (ones * others).sum(axis=1).min() >= least
    asked = ["How many trips did the ferry make?", "When?"]
    ones, others = await light.embed_queries(asked), await reference.embed_queries(asked)
    assert (ones * others).sum(axis=1).min() >= least
    assert (await light.embed_passages([])).shape == (0, 384)
    same = await light.identity() == await reference.identity()
    assert same == (precision != "int8")
    assert "OpenVINO" in await light.way()
    light.close()


@pytest.mark.model
@pytest.mark.timeout(400)
async def test_a_question_during_a_load_waits_for_a_batch_only() -> None:
    """Questions are answered while a load goes on, long before it ends."""
    light = SentenceTransformerEmbedder(cache=cache_folder(), patience=None)
    await light.ready()
    await light.embed_passages(TEXTS[:60])
    loop = asyncio.get_running_loop()
    began = loop.time()
    load = asyncio.create_task(light.embed_passages(TEXTS * 8))
    waits: list[float] = []
    while not load.done():
        started_at = loop.time()
        await light.embed_queries(["How many trips?"])
        waits.append(loop.time() - started_at)
        await asyncio.sleep(0.01)
    took = loop.time() - began
    assert len(waits) > 5
    assert sorted(waits)[len(waits) // 2] < took / 8
    assert (await load).shape == (960, 384)
    light.close()


@pytest.mark.model
@pytest.mark.timeout(400)
async def test_what_was_begun_need_not_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that is there is brought into memory unasked, and who leaves early may leave."""
    assert "OpenVINO" in await said_by(cache_folder(), precision="full", patience=None)
    monkeypatch.setattr(choosing.Chooser, "way", lambda _: pytest.fail("it was loaded later"))
    begun = SentenceTransformerEmbedder(precision="full", cache=cache_folder())
    begun.begin()
    await begun.ready()
    assert await begun.precision() == "full"
    begun.close()
    left = SentenceTransformerEmbedder(precision="full", cache=cache_folder())
    left.begin()
    left.close()


@pytest.mark.model
@pytest.mark.timeout(400)
def test_two_processes_export_once(tmp_path: Path) -> None:
    """The second waits for the first and finds what it made."""
    export = Export(tmp_path, IDENTITY, "full")
    assert export.unwritable() is None
    both = [started(job_in(tmp_path)) for _ in range(2)]
    assert [each.outcome(350) for each in both] == [Outcome(done=True)] * 2
    assert export.found() is not None
    assert sorted(each.name for each in (tmp_path / "models").iterdir()) == [
        export.folder.name,
        export.lock.name,
    ]
    shutil.rmtree(tmp_path / "models")


@pytest.mark.model
@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_disk_that_fills_leaves_nothing_half_done(tmp_path: Path) -> None:
    """Files cut off are no export, and the next start may try again."""
    import resource  # noqa: PLC0415 - not on Windows

    export = Export(tmp_path, IDENTITY, "full")
    assert export.unwritable() is None
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, before[1]))
    try:
        outcome = started(job_in(tmp_path)).outcome(350)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert outcome is not None
    assert not outcome.done
    assert not outcome.lasting, outcome.reason
    assert export.found() is None
    left = {each.suffix for each in (tmp_path / "models").iterdir()}
    assert left == {".lock", ".not"}, "nothing but why not"
    assert "disk is full" in (export.why_not() or "")
    assert export.why_not(lasting=True) is None, "who asks for it may try again"


@pytest.mark.model
@pytest.mark.timeout(400)
def test_a_model_that_is_not_of_the_kind_is_left_to_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that gives other vectors is not kept, and why is."""
    monkeypatch.setitem(AGREEMENT, "full", 1.1)
    monkeypatch.setattr(exporting, "_written_out", lambda _: False)
    export = Export(tmp_path, IDENTITY, "full")
    assert export.unwritable() is None
    outcome = exported(job_in(tmp_path))
    assert (outcome.done, outcome.lasting) == (False, True)
    assert outcome.reason.startswith("the exported model agrees with the original to 1.0")
    assert export.found() is None
    assert export.why_not() == outcome.reason


@pytest.mark.model
@pytest.mark.timeout(400)
async def test_the_reference_stands_in_until_the_export_is_there(tmp_path: Path) -> None:
    """Who has no patience is answered at once, by the same vectors, and goes over later."""
    embedder = SentenceTransformerEmbedder(precision="full", cache=tmp_path, patience=0.0)
    first = await embedder.embed_passages(TEXTS[:4])
    assert "still being exported" in await embedder.way()
    second = first
    for _ in range(1000):
        await asyncio.sleep(0.1)
        second = await embedder.embed_passages(TEXTS[:4])
        if "OpenVINO" in await embedder.way():
            break
    assert "OpenVINO" in await embedder.way()
    assert (first * second).sum(axis=1).min() > 0.999
    embedder.close()
    shutil.rmtree(tmp_path / "models")


@pytest.mark.model
@pytest.mark.timeout(400)
@pytest.mark.slow
def test_the_second_ask_imports_no_torch(tmp_path: Path) -> None:
    """With an export there, a question is answered without torch, its libraries, or telemetry."""
    data, environment = tmp_path / "data", {**os.environ}
    assert dateline("--data", data, "source", "add", ROOT / "seeds").status == 0
    code = (
        "import json, sys, bot.cli\n"
        "try: bot.cli.main()\n"
        "except SystemExit as end: status = end.code\n"
        "names = {name.partition('.')[0] for name, found in sys.modules.items() if found}\n"
        "print(json.dumps([status or 0, sorted(names)]), file=sys.stderr)"
    )
    asked = ["--data", str(data), "ask", "How many trips did the tankers make?"]
    run = subprocess.run(
        [sys.executable, "-c", code, *asked],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(run.stderr.splitlines()[-1])
    assert status == 0
    assert "43" in run.stdout
    assert {"openvino", "tokenizers"} <= set(modules)
    assert not {"torch", "sentence_transformers", "transformers"} & set(modules)
    assert "openvino_telemetry" not in modules
    assert not (Path(environment["HOME"]) / "intel").exists()


@pytest.mark.model
@pytest.mark.timeout(400)
async def test_a_corrupt_export_is_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A flipped byte in the weights is found at the next start, and that start exports again."""
    caplog.set_level(logging.WARNING, logger="adapters")
    assert "OpenVINO" in await said_by(cache_folder(), precision="full", patience=None)
    identity = "all-MiniLM-L6-v2:53aa51172d142c89"
    whole, copy = (Export(each, identity, "full").folder for each in (cache_folder(), tmp_path))
    shutil.copytree(whole, copy)
    weights = copy / WEIGHTS
    with weights.open("r+b") as opened:
        opened.seek(40_000_000)
        opened.write(bytes([opened.read(1)[0] ^ 1]))
    assert "OpenVINO" in await said_by(tmp_path, precision="full", patience=None)
    assert "is damaged; it is made anew" in caplog.text
    shutil.rmtree(tmp_path / "models")
