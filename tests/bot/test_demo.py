"""`make demo`, and what the real model answers from the seed articles."""

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.embedding import SentenceTransformerEmbedder
from adapters.storage.database import Database
from adapters.storage.lock import instance_lock
from adapters.terminal.json_documents import answer_document
from bot import demo
from bot.app import utc_now
from bot.config import Settings
from briefs.answering import AnswerSettings
from briefs.model import Status
from briefs.ports import Ask, unheard
from tests.bot.newsrooms import EVERYWHERE, load, newsroom

TRIPS, ZOO, BITCOIN = (question for _, question in demo.QUESTIONS)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "DATA", tmp_path / "demo")
    # Nobody is there to chat with, also where pytest runs on a terminal.
    monkeypatch.setattr("sys.stdin", io.StringIO())


def test_missing_seeds_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the seed articles there is nothing to show: status 1, and how to get them."""
    monkeypatch.setattr(demo, "SEEDS", tmp_path / "nowhere")
    assert demo.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{tmp_path / 'nowhere'}" in said.err.replace("\n", "")
    assert "git checkout -- seeds" in said.err.replace("\n", " ")


def test_a_second_demo_is_told_who_holds_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two demos at once would mix their answers: the second has status 2."""
    with instance_lock(tmp_path / "demo", "demo", utc_now()):
        assert demo.main() == 2
    assert "“dateline demo”" in capsys.readouterr().err


@pytest.mark.model
@pytest.mark.slow
def test_the_demo_loads_the_seeds_asks_its_questions_and_ends_with_a_brief(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with 0, shows each command with its reply, and leaves the user's settings aside."""
    monkeypatch.setenv("DATELINE_MODEL__NAME", "hash")
    monkeypatch.setenv("DATELINE_ANSWERS__MIN_CONFIDENCE", "1.0")
    assert demo.main() == 0
    shown = capsys.readouterr()
    loading, trips, zoo, bitcoin, brief = shown.out.split("$ dateline ")[1:]
    assert shown.err == ""
    assert loading.startswith("source add seeds\n")
    assert loading.count("\nadded ") == 5
    assert trips.startswith(f"ask '{TRIPS}'\n")
    assert "43 trips" in trips.splitlines()[1]
    assert "bears" in zoo
    assert "bitcoin" in bitcoin
    assert "outlet" not in bitcoin.partition("── And a brief")[0]
    assert brief.startswith("brief\n")
    assert "5 articles of 5 outlets" in brief
    assert "Timeline" in brief

    # Once more, on the folder that is there now.
    assert demo.main() == 0
    assert capsys.readouterr().out.count("\nunchanged ") == 5


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.mark.model
@pytest.mark.slow
async def test_the_real_model_answers_from_the_seeds(
    database: Database, model: SentenceTransformerEmbedder, seeds: Path
) -> None:
    """Four outlets answer one question, one another, and nobody the third; every quote is exact."""
    answers = Settings().answers
    room = newsroom(
        database,
        model,
        settings=AnswerSettings(
            max_statements=answers.max_statements, min_confidence=answers.min_confidence
        ),
    )
    receipts = await load(room, seeds)
    assert [each.status for each in receipts.receipts] == [Status.ADDED] * 5
    texts = {
        each.document.id: each.document.text for each in (await room.listing(EVERYWHERE)).documents
    }

    async def asked(question: str) -> Any:
        answer: Any = answer_document(await room.ask(Ask(question=question), EVERYWHERE, unheard))
        for cited in [*answer["citations"], *answer["nearest"]]:
            span = slice(cited["start"], cited["end"])
            assert cited["quote"] == texts[cited["document"]][span] != ""
        return answer

    trips, zoo, bitcoin = await asked(TRIPS), await asked(ZOO), await asked(BITCOIN)

    outlets = {each["number"]: each["outlet"] for each in trips["citations"]}
    first = trips["statements"][0]
    assert trips["answered"] is True
    assert "43 trips" in first["text"]
    assert len({outlets[number] for number in first["citations"]}) == first["outlets"] >= 3
    assert trips["searched"]["documents"] == 5

    assert zoo["answered"] is True
    assert {each["outlet"] for each in zoo["citations"]} == {"Meduza (digest)"}
    assert "bears" in zoo["statements"][0]["text"]
    assert all(each["outlets"] == 1 for each in zoo["statements"])

    assert bitcoin["answered"] is False
    assert bitcoin["statements"] == bitcoin["citations"] == []
    assert "“bitcoin”" in bitcoin["reason"]
    assert 1 <= len(bitcoin["nearest"]) <= 3

    russian = await asked("Сколько рейсов совершили танкеры?")
    assert russian["answered"] is bool(russian["statements"])
