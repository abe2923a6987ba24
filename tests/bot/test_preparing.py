"""Set-up: the model in the form that it is run in, or a sentence that says why not."""

from pathlib import Path

import pytest

from adapters.embedding import cache_folder
from bot.preparing import main


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder without a configuration."""
    monkeypatch.chdir(tmp_path)


def test_words_alone_need_no_preparing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no model is wanted, nothing is done or said."""
    monkeypatch.setenv("DATELINE_MODEL__NAME", "hash")
    assert main() == 0
    assert capsys.readouterr() == ("", "")


def test_a_model_that_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An installation that goes on without it says so in a sentence."""
    monkeypatch.setenv("DATELINE_MODEL__NAME", "./no-such-model")
    assert main() != 0
    assert "There is no model folder no-such-model." in capsys.readouterr().err


@pytest.mark.model
@pytest.mark.timeout(400)
def test_the_model_is_there_afterwards(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is exported as the settings want it, and what runs it is said."""
    monkeypatch.setenv("DATELINE_MODEL__PRECISION", "full")
    assert main() == 0
    assert "The model is run by OpenVINO" in capsys.readouterr().err
    assert list((cache_folder() / "models").glob("all-MiniLM-L6-v2-full-*/manifest.json"))
