"""`dateline feedback export`, `dateline forget`, and kept answers in the terminal."""

import json
import re
import signal
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.database import Database
from adapters.storage.lock import instance_lock
from briefs.keeping import Verdict
from tests.running import dateline, ended, started

TRIPS = "How many trips to the port of Vostochny?"
NOBODY_KNOWS = "Which violinist won the Wimbledon semifinal?"
NOW = datetime.now(UTC)


def kept(question: str = TRIPS, *words: str) -> str:
    """Ask, and return the id of the answer."""
    answer = dateline("ask", question, *words, "--json").json()
    assert re.fullmatch(r"[A-Za-z0-9_-]{12}", answer["id"])
    return str(answer["id"])


def judge(data: Path, answer: str, person: str, *, useful: bool, why: str | None = None) -> None:
    """Give a verdict as somebody of a chat platform."""
    with closing(Database(data / "dateline.db")) as database:
        store = SqlAnswers(database, AskerKey(data / "asker.key"))
        verdict = Verdict(useful=useful, why=why, given_at=datetime.now(UTC))
        assert store.give_verdict(answer, person, verdict)


def ask_as(data: Path, person: str, *, days_ago: float = 0) -> str:
    """Keep an answer as one that somebody of a chat platform asked for; return its id."""
    with closing(Database(data / "dateline.db")) as database:
        store = SqlAnswers(database, AskerKey(data / "asker.key"))
        there = store.kept(kept())
        assert there is not None
        name = f"of-{person.replace(':', '-')}"
        asked = replace(
            there,
            id=name,
            answer=replace(there.answer, id=name),
            asked_at=NOW - timedelta(days=days_ago),
        )
        store.keep(asked, person, datetime(2000, 1, 1, tzinfo=UTC))
    return name


def test_what_is_asked_on_the_command_line_is_kept_of_nobody(loaded: Path) -> None:
    """An answer has an id and a place, and no asker: no key is needed."""
    answer = kept()
    with closing(Database(loaded / "dateline.db")) as database:
        found = SqlAnswers(database, AskerKey(loaded / "asker.key")).kept(answer)
    assert found is not None
    assert found.channel == "terminal:"
    assert found.answer.question == TRIPS
    assert not (loaded / "asker.key").exists()


def test_keep_days_is_a_setting(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0 nothing is kept, and what was kept goes with the next question."""
    answer = kept()
    monkeypatch.setenv("DATELINE_ANSWERS__KEEP_DAYS", "0")
    assert dateline("ask", TRIPS, "--json").json()["id"] is None
    monkeypatch.delenv("DATELINE_ANSWERS__KEEP_DAYS")
    assert "There is no answer" in dateline("chat", typed=f"/answer {answer}\n").out
    assert (loaded / "dateline.db").exists()


@pytest.mark.usefixtures("loaded")
def test_an_answer_is_shown_and_judged_in_the_chat() -> None:
    """By the id at its end; after the article was removed, that is said."""
    first = dateline("ask", TRIPS)
    answer = re.findall(r"Answer ([A-Za-z0-9_-]{12})\.", first.out)[0]
    sources = dateline("source", "list", "--json").json()["sources"]
    (coast,) = [each["document"] for each in sources if each["outlet"] == "Coast Herald"]
    lines = (
        *(f"/answer {answer}", f"/verdict {answer} no it's old"),
        *(f"/source remove {coast}", f"/answer {answer}"),
    )
    ended = dateline("chat", typed="\n".join(lines))
    assert ended.status == 0
    before, _, after = ended.out.partition(f"Noted: answer {answer} was not useful: it's old\n")
    assert "43 trips" in before
    assert "since" not in before.replace("since March", "")
    assert "43 trips" in after
    assert "withdrawn since: Coast Herald, “Tankers at the coast”" in after


def test_feedback_is_exported_as_lines_that_eval_reads(loaded: Path, tmp_path: Path) -> None:
    """A line a question on standard output; who judged it is not in it."""
    answered, refused = kept(), kept(NOBODY_KNOWS)
    judge(loaded, answered, "discord:123", useful=True)
    judge(loaded, answered, "discord:124", useful=True, why="Just “that”")
    judge(loaded, refused, "slack:U1", useful=True)
    ended = dateline("feedback", "export")
    assert (ended.status, ended.err) == (0, "")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert lines[0]["question"] == TRIPS
    assert lines[0]["note"] == "useful to 2, not to 0: Just “that”"
    assert all("43 trips" in each for each in lines[0]["expect"])
    assert lines[1] == {"question": NOBODY_KNOWS, "answerable": False}
    assert not any(word in ended.out for word in ("discord", "slack", answered, refused))

    (tmp_path / "mine.jsonl").write_text(ended.out, encoding="utf-8")
    measured = dateline("eval", tmp_path / "mine.jsonl", "--json").json()
    assert (measured["questions"], measured["answer_at_1"], measured["caught"]) == (2, 1.0, 1.0)


def test_what_tells_nothing_is_left_out_and_said(loaded: Path) -> None:
    """What was not useful, and where readers contradict each other, on standard error."""
    answered, refused = kept(), kept(NOBODY_KNOWS)
    judge(loaded, answered, "discord:123", useful=True)
    judge(loaded, answered, "discord:124", useful=False, why="[bold]Old\x1b[31m")
    judge(loaded, refused, "discord:123", useful=False)
    ended = dateline("feedback", "export")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.splitlines() == [
        f"Left out: “{TRIPS}”: as many found it useful as did not; they say: “[bold]Old[31m”.",
        f"Left out: “{NOBODY_KNOWS}”: it was not useful, which does not tell what is right.",
    ]


@pytest.mark.usefixtures("data")
def test_no_feedback_is_no_failure() -> None:
    """Nothing on standard output, a sentence on standard error."""
    ended = dateline("feedback", "export")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == "Nobody has judged an answer that is still kept.\n"


def test_feedback_on_answers_that_are_too_old_is_not_exported(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are kept so long and no longer, whether a bot runs or not."""
    judge(loaded, kept(), "discord:123", useful=True)
    monkeypatch.setenv("DATELINE_ANSWERS__KEEP_DAYS", "0")
    assert dateline("feedback", "export").out == ""


def test_a_person_is_forgotten(loaded: Path) -> None:
    """Answers and verdicts of that person alone, and how many there were."""
    ask_as(loaded, "discord:123")
    ask_as(loaded, "discord:124")
    judge(loaded, "of-discord-124", "discord:123", useful=True)
    judge(loaded, "of-discord-124", "discord:124", useful=True)
    ended = dateline("forget", "discord:123")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "Deleted: 1 answer and 1 verdict of discord:123.\n"
    again = dateline("forget", " discord:123 ")
    assert (again.status, again.out) == (0, "Nothing is kept of discord:123.\n")
    assert len(dateline("feedback", "export").out.splitlines()) == 1


@pytest.mark.usefixtures("loaded")
def test_verdicts_of_the_terminal_are_forgotten_too() -> None:
    """They are those of the place."""
    answer = kept()
    dateline("chat", typed=f"/verdict {answer} yes\n")
    assert dateline("forget", "terminal:").out == "Deleted: 0 answers and 1 verdict of terminal:.\n"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    "user", ["", "123", "Ann", "discord:", "discord:1 2", ":1", "discord:\udcff"]
)
def test_who_cannot_be_meant_is_wrong_usage(user: str) -> None:
    """It must not be said of a misspelt name that nothing is kept of it."""
    ended = dateline("forget", user)
    assert (ended.status, ended.out) == (2, "")
    assert "as discord:123 or slack:U0123" in ended.err


def test_a_lost_key_is_said(loaded: Path) -> None:
    """Nothing can be found without it, which is not the same as nothing being there."""
    ask_as(loaded, "discord:123")
    (loaded / "asker.key").rename(loaded / "lost.key")
    ended = dateline("forget", "discord:123")
    assert (ended.status, ended.out) == (1, "")
    assert "asker.key is not there" in ended.err


def test_both_work_beside_a_running_bot(loaded: Path) -> None:
    """They take no lock of the data folder."""
    ask_as(loaded, "discord:123")
    judge(loaded, "of-discord-123", "discord:124", useful=True)
    with instance_lock(loaded, "run", NOW):
        assert len(dateline("feedback", "export").out.splitlines()) == 1
        assert dateline("forget", "discord:123").out.startswith("Deleted: 1 answer and 0 verdicts")


@pytest.mark.slow
def test_a_bot_deletes_old_answers_when_it_starts(loaded: Path) -> None:
    """Whoever runs it need not think of it."""
    new = ask_as(loaded, "discord:124", days_ago=89)
    old = ask_as(loaded, "discord:123", days_ago=91)
    bot = started("run")
    try:
        with closing(Database(loaded / "dateline.db")) as database:
            store = SqlAnswers(database, AskerKey(loaded / "asker.key"))
            patience = time.monotonic() + 30
            while store.kept(old) is not None:
                assert time.monotonic() < patience, "it was never deleted"
                time.sleep(0.05)
            assert store.kept(new) is not None
        bot.send_signal(signal.SIGTERM)
        stopped = ended(bot)
    finally:
        bot.kill()
    assert stopped.status == 0, stopped.err
    assert "answers older than 90 days, deleted: 1" in stopped.err
