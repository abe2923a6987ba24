"""`dateline check`: one line a thing, ok or FAIL, and how to mend it."""

from pathlib import Path

import numpy as np
import pytest

from tests.running import article, dateline


def lines(out: str) -> dict[str, tuple[str, str]]:
    """Return for each checked thing its mark and what is said of it."""
    found = [line.split(maxsplit=1) for line in out.splitlines()]
    return {
        rest.partition(": ")[0]: (mark, rest.partition(": ")[2])
        for mark, rest in ((each[0], each[1]) for each in found)
    }


@pytest.mark.usefixtures("loaded")
def test_a_sound_set_up_is_ok() -> None:
    """Everything works: a line each, and the status is 0."""
    ended = dateline("check")
    said = lines(ended.out)
    assert ended.status == 0
    assert ended.err == ""
    assert {name: mark for name, (mark, _) in said.items()} == {
        "configuration": "ok",
        "library": "ok",
        "model": "ok",
        "clock": "ok",
        "disk": "ok",
    }
    assert said["configuration"][1] == "the defaults; no file"
    assert said["library"][1].startswith("3 articles of 3 outlets in ")


@pytest.mark.usefixtures("data")
def test_an_empty_library_is_ok_and_says_how_to_load() -> None:
    """Nothing loaded is no fault, and the next step is told."""
    ended = dateline("check")
    assert ended.status == 0
    assert "empty" in ended.out
    assert "dateline source add" in ended.out


@pytest.mark.usefixtures("data")
def test_articles_without_an_outlet_are_named(tmp_path: Path) -> None:
    """An unknown outlet counts as one of its own; whoever cares is told which articles."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.")
    (receipt,) = dateline("source", "add", source, "--json").json()["results"]
    ended = dateline("check")
    assert ended.status == 0
    mark, says = lines(ended.out)["outlets"]
    assert mark == "ok"
    assert says.endswith(f"counts as an outlet of its own: 1 article, {receipt['document']}")
    assert lines(ended.out)["library"][1].startswith("1 article of 1 outlet in ")


@pytest.mark.usefixtures("loaded")
def test_a_folder_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    """What is to load by itself would not; where all can be read, they are named."""
    here, gone = tmp_path / "here", tmp_path / "gone"
    here.mkdir()
    config = tmp_path / "config.toml"
    config.write_text(f"[library]\nfolders = [{{ path = '{here}' }}]\n")
    ended = dateline("--config", config, "check")
    assert ended.status == 0
    assert lines(ended.out)["folders"] == ("ok", str(here))
    config.write_text(f"[library]\nfolders = [{{ path = '{here}' }}, {{ path = '{gone}' }}]\n")
    ended = dateline("--config", config, "check")
    mark, says = lines(ended.out)["folders"]
    assert (ended.status, mark) == (1, "FAIL")
    assert says.startswith(f"cannot be read: {gone}; ")


@pytest.mark.usefixtures("data")
def test_the_packaged_model_is_verified() -> None:
    """The weights are compared with the pinned checksum, and it is said what runs them."""
    config = Path("real.toml")
    config.write_text("[model]\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DATELINE_MODEL__NAME")
        ended = dateline("--config", config, "check")
    mark, says = lines(ended.out)["model"]
    assert (ended.status, mark) == (0, "ok")
    assert says.startswith("all-MiniLM-L6-v2, the weights are the ones that were tested; run by ")
    assert "agrees with sentence-transformers to 0.9999" in says or "1.0000" in says
    assert lines(ended.out)["configuration"][1] == "real.toml"


@pytest.mark.usefixtures("loaded")
def test_a_wrong_configuration_stops_at_once() -> None:
    """Without settings nothing else can be checked; the status is 2, as for any command."""
    Path("config.toml").write_text("[modle]\n")
    ended = dateline("check")
    assert ended.status == 2
    assert lines(ended.out) == {
        "configuration": (
            "FAIL",
            "config.toml, line 1: there is no section modle. Did you mean model?",
        ),
    }


def test_a_damaged_library_fails_and_the_model_is_checked_too(loaded: Path) -> None:
    """One fault does not hide the next; the status is 1."""
    file = loaded / "dateline.db"
    damaged = bytearray(file.read_bytes())
    damaged[4096:] = np.random.default_rng(0).bytes(len(damaged) - 4096)
    file.write_bytes(damaged)
    ended = dateline("check")
    said = lines(ended.out)
    assert ended.status == 1
    assert said["library"][0] == "FAIL"
    assert "is damaged" in said["library"][1]
    assert "restore a backup" in said["library"][1]
    assert said["model"][0] == "ok"


@pytest.mark.usefixtures("loaded")
def test_a_missing_model_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is not there is a fault of the set-up: FAIL, status 1, and what to set."""
    monkeypatch.setenv("DATELINE_MODEL__NAME", str(tmp_path / "no-model"))
    ended = dateline("check")
    mark, says = lines(ended.out)["model"]
    assert (ended.status, mark) == (1, "FAIL")
    assert str(tmp_path / "no-model") in says
    assert "model.name" in says


@pytest.mark.usefixtures("data")
def test_markup_in_what_is_said_stays_text(tmp_path: Path) -> None:
    """A folder's name is data: brackets in it are shown, and never raise."""
    ended = dateline("--data", tmp_path / "[bold red]x[/]", "check")
    assert ended.status == 0
    assert "[bold red]x[/]" in ended.out


@pytest.mark.usefixtures("loaded")
def test_links_that_lead_nowhere_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing listens, and where nothing can be signed."""
    monkeypatch.setenv("DATELINE_WEB__PUBLIC_URL", "https://news.example.org")
    ended = dateline("check")
    assert ended.status == 1
    mark, says = lines_of(ended.out)
    assert mark == "FAIL"
    assert says.startswith("links lead to https://news.example.org, and nothing serves it: set ")
    monkeypatch.setenv("DATELINE_WEB__ENABLED", "true")
    ended = dateline("check")
    assert ended.status == 0
    assert lines_of(ended.out) == ("ok", "links lead to https://news.example.org for 30 days")
    monkeypatch.setenv("DATELINE_LINK_SECRET", "short")
    ended = dateline("check")
    assert ended.status == 1
    assert lines_of(ended.out)[1].startswith("DATELINE_LINK_SECRET is too short")


def lines_of(out: str) -> tuple[str, str]:
    """Return what is said of the reader page: the mark, and the sentence."""
    (line,) = (each for each in out.splitlines() if "reader page: " in each)
    return line.split()[0], line.partition("reader page: ")[2]
