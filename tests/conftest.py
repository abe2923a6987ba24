"""What every test gets: no setting of the user's, and a folder of its own to be in."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from adapters.embedding import SentenceTransformerEmbedder, cache_folder
from tests.running import ROOT, articles, dateline

# Tests run in folders of their own; what hypothesis found is kept in this one.
set_hypothesis_home_dir(ROOT / ".hypothesis")
# How long an example takes says more of the machine than of the code.
settings.register_profile("dateline", deadline=None)
settings.load_profile("dateline")

_EXPORTS = cache_folder()
"""Exports are made once for all tests, and found again by the next run: they are keyed by all that
they are made of. A test of the making has a folder of its own."""

_LOOKS_OF_A_TERMINAL = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _leave_the_users(monkeypatch, tmp_path)


def _leave_the_users(patched: pytest.MonkeyPatch, folder: Path) -> None:
    """Forget the user's settings, and what ./config.toml and the home folder would say."""
    for name in list(os.environ):
        if name.upper().startswith("DATELINE_") or name in _LOOKS_OF_A_TERMINAL:
            patched.delenv(name)
    patched.delenv("XDG_DATA_HOME", raising=False)
    patched.setenv("HOME", str(folder / "home"))
    patched.setenv("DATELINE_CACHE", str(_EXPORTS))
    patched.chdir(folder)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of a program that needs no model; the folder is not there yet."""
    folder = tmp_path / "data"
    monkeypatch.setenv("DATELINE_DATA", str(folder))
    monkeypatch.setenv("DATELINE_MODEL__NAME", "hash")
    return folder


@pytest.fixture
def loaded(data: Path, _loaded_once: Path) -> Path:
    """Return a data folder, as `data`, in which the three articles of `articles` are loaded."""
    shutil.copytree(_loaded_once / "data", data)
    return data


@pytest.fixture(scope="session")
def _loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    with pytest.MonkeyPatch.context() as patched:
        _leave_the_users(patched, folder)
        patched.setenv("DATELINE_MODEL__NAME", "hash")
        loading = dateline(
            "--data", folder / "data", "source", "add", articles(folder / "articles")
        )
    assert loading.status == 0
    return folder


@pytest.fixture
def seeds() -> Path:
    """Return the folder of the seed articles."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def model() -> Iterator[SentenceTransformerEmbedder]:
    """Return the default model as it is configured by default, loaded once for all tests."""
    embedder = SentenceTransformerEmbedder(cache=_EXPORTS, patience=None)
    asyncio.run(embedder.ready())
    yield embedder
    embedder.close()
