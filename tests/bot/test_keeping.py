"""Answers are kept as they are given, and come back only to where they may be seen."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot import keeping as module
from bot.app import utc_now
from bot.commands import Commands
from bot.keeping import Keeping
from bot.newsroom import Newsroom
from briefs.keeping import KeptAnswer, Since
from briefs.model import Answer, Searched
from briefs.ports import (
    Ask,
    Command,
    GiveVerdict,
    Place,
    Refusal,
    ShowSources,
    VerdictGiven,
    unheard,
)
from tests.bot.newsrooms import EVERYWHERE, QUESTION, load, newsroom
from tests.running import article, articles

CHANNEL = Place(channel="slack:C1", person="slack:U1")
BOTH = Place(channel="slack:C2", collections=frozenset({"main", "secret"}))
NOBODY_KNOWS = Ask(question="Which violinist won the Wimbledon semifinal?")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        """Begin on some morning."""
        self.time = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time now."""
        return self.time


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def answers(database: Database) -> SqlAnswers:
    """Return the store of answers."""
    return SqlAnswers(database, AskerKey(database.file.parent / "asker.key"))


@pytest.fixture
def clock() -> Clock:
    """Return the clock of `keeping`."""
    return Clock()


@pytest.fixture
def keeping(answers: SqlAnswers, clock: Clock) -> Keeping:
    """Return what keeps answers for 90 days."""
    return Keeping(answers, days=90, now=clock)


@pytest.fixture
async def room(database: Database, keeping: Keeping, tmp_path: Path) -> Newsroom:
    """Return a newsroom over three articles in `main` and one in `secret`."""
    made = newsroom(database, keeping=keeping)
    await load(made, articles(tmp_path / "articles"))
    hidden = article(tmp_path / "hidden.md", "The submarine made 99 dives.", outlet="Deep Press")
    await load(made, hidden, collection="secret")
    return made


async def asked(room: Newsroom, question: Ask = QUESTION, place: Place = CHANNEL) -> Answer:
    """Return the answer to a question."""
    return await room.ask(question, place, unheard)


async def kept(room: Newsroom, question: Ask = QUESTION, place: Place = CHANNEL) -> str:
    """Ask, and return the id of the answer."""
    answer = await asked(room, question, place)
    assert answer.id is not None
    return answer.id


async def refused(room: Newsroom, command: Command, place: Place) -> Refusal:
    """Return the refusal of a command."""
    reply = await Commands(room).handle(command, place)
    assert isinstance(reply, Refusal)
    return reply


async def shown(room: Newsroom, wanted: str, place: Place = CHANNEL) -> KeptAnswer:
    """Return a kept answer, shown through the handler."""
    reply = await Commands(room).handle(ShowSources(answer=wanted), place)
    assert isinstance(reply, KeptAnswer)
    return reply


async def happened(it: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    for _ in range(1_000):
        if await asyncio.to_thread(it):
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never happened")


async def test_an_answer_is_kept_with_where_and_of_what_it_was_asked(
    room: Newsroom, clock: Clock, database: Database
) -> None:
    """Its place, its time, its filters, and the library's version; the asker only as a hash."""
    question = replace(QUESTION, outlet="Herald")
    answer = await asked(room, question)
    found = await shown(room, answer.id or "")
    assert found.answer == answer
    assert found.answer.id == found.id == answer.id
    assert (found.channel, found.asked_at) == ("slack:C1", clock.time)
    assert (found.scope.collections, found.scope.outlet) == (CHANNEL.collections, "Herald")
    assert found.snapshot == SqlLibrary(database, utc_now).version()
    assert found.answer.answered
    assert "slack:U1" not in repr(found)


async def test_each_answer_has_an_id_that_cannot_be_guessed(room: Newsroom) -> None:
    """Twelve characters that fit in a URL and in a button, another twelve each time."""
    ids = {await kept(room) for _ in range(5)}
    assert len(ids) == 5
    assert all(len(each) == 12 and each.replace("-", "").replace("_", "").isalnum() for each in ids)


async def test_an_abstention_is_kept_too(room: Newsroom) -> None:
    """With its reason and the nearest passages: a reader may say that it is wrong."""
    found = await shown(room, await kept(room, NOBODY_KNOWS))
    assert not found.answer.answered
    assert found.answer.reason
    assert found.answer.nearest


async def test_an_answer_is_there_after_a_restart(room: Newsroom, database: Database) -> None:
    """Another process shows it, for as long as it is kept."""
    answer = await asked(room)
    with closing(Database(database.file)) as opened:
        again = SqlAnswers(opened, AskerKey(database.file.parent / "asker.key"))
        other = newsroom(opened, keeping=Keeping(again, days=90, now=Clock()))
        assert (await shown(other, answer.id or "")).answer == answer


async def test_examining_keeps_nothing(room: Newsroom, answers: SqlAnswers) -> None:
    """An evaluation asks what nobody asked."""
    examined = await room.examine(QUESTION, CHANNEL, unheard)
    assert examined.answer.id is None
    assert answers.expire(datetime(2100, 1, 1, tzinfo=UTC)) == 0


async def test_nothing_loaded_is_not_kept(
    database: Database, keeping: Keeping, answers: SqlAnswers
) -> None:
    """There is nothing to come back to."""
    answer = await asked(newsroom(database, keeping=keeping))
    assert answer.id is None
    assert answers.expire(datetime(2100, 1, 1, tzinfo=UTC)) == 0


async def test_an_answer_that_cannot_be_kept_goes_out_all_the_same(
    room: Newsroom, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Without an id; the log says why."""
    with database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER fault BEFORE INSERT ON answers "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    answer = await asked(room)
    assert answer.answered
    assert answer.id is None
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "without being kept: The disk is full" in record.getMessage()


async def test_a_key_that_cannot_be_read_costs_no_answer(
    room: Newsroom, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is kept in the clear instead."""
    (database.file.parent / "asker.key").write_text("rubbish")
    answer = await asked(room)
    assert (answer.answered, answer.id) == (True, None)
    assert "asker.key is damaged" in caplog.text
    # Where there is nobody to be kept, there is no need of it.
    assert (await asked(room, place=EVERYWHERE)).id is not None


async def test_another_writer_holds_an_answer_up_for_a_moment_only(
    room: Newsroom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long transaction of another process costs the id, not the answer."""
    monkeypatch.setattr("adapters.storage.answers.KEEPING_PATIENCE_SECONDS", 0.05)
    await asked(room)
    with closing(Database(database.file)) as other, other.writing():
        answer = await asked(room)
    assert (answer.answered, answer.id) == (True, None)


@pytest.mark.parametrize("wanted", ["", "nothing", "../../x", "a b", "\ud800", "x" * 100_000])
async def test_an_id_that_nobody_has_is_refused(room: Newsroom, wanted: str) -> None:
    """With how long answers are kept; a strange one is not said back."""
    for command in (ShowSources(answer=wanted), GiveVerdict(answer=wanted, useful=True)):
        refusal = await refused(room, command, CHANNEL)
        assert refusal.exit_status == 2
        assert refusal.message.endswith("Answers are kept for 90 days.")
        assert len(refusal.message) < 100


async def test_an_answer_is_shown_only_where_all_its_articles_may_be_seen(room: Newsroom) -> None:
    """Who may not see a collection learns nothing of it, and cannot judge the answer either."""
    wanted = await kept(room, Ask(question="How many dives of the submarine?"), BOTH)
    assert (await shown(room, wanted, BOTH)).answer.answered
    assert (await shown(room, wanted, EVERYWHERE)).answer.answered
    for command in (ShowSources(answer=wanted), GiveVerdict(answer=wanted, useful=True)):
        refusal = await refused(room, command, CHANNEL)
        assert refusal.exit_status == 1
        assert "may not be seen from here" in refusal.message
        assert not any(word in refusal.message for word in ("secret", "Deep", "dives"))


async def test_what_was_counted_elsewhere_is_not_told(room: Newsroom) -> None:
    """An answer may cite only what can be seen here, and have looked through more than that."""
    wanted = await kept(room, QUESTION, BOTH)
    there, here = await shown(room, wanted, BOTH), await shown(room, wanted, CHANNEL)
    assert there.answer.searched.documents == 4
    assert here.answer.searched == Searched(documents=0, passages=0)
    assert here.answer.statements == there.answer.statements


@pytest.mark.parametrize("place", [BOTH, EVERYWHERE])
async def test_an_abstention_is_shown_only_where_all_may_be_seen_that_it_speaks_of(
    room: Newsroom, place: Place
) -> None:
    """“No article mentions it” tells something of every article that was looked at."""
    wanted = await kept(room, NOBODY_KNOWS, place)
    assert (await shown(room, wanted, place)).answer.reason
    assert "may not be seen" in (await refused(room, ShowSources(answer=wanted), CHANNEL)).message
    here = await kept(room, NOBODY_KNOWS, CHANNEL)
    assert (await shown(room, here, BOTH)).answer.reason


async def test_a_withdrawn_article_is_said_to_be_withdrawn(room: Newsroom, tmp_path: Path) -> None:
    """And a revised one to be updated, with the words that were quoted then."""
    answer = await asked(room)
    (coast, harbour) = sorted(
        (each.document for each in answer.citations), key=lambda each: each.publisher
    )
    article(
        tmp_path / "articles" / "harbour.md", "The tankers made 44 trips.", outlet="Harbour Times"
    )
    await load(room, tmp_path / "articles" / "harbour.md")
    await room.remove(coast.id, EVERYWHERE)
    found = await shown(room, answer.id or "")
    assert found.answer == answer
    assert (found.since(coast), found.since(harbour)) == (Since.WITHDRAWN, Since.UPDATED)


async def test_a_verdict_is_kept_for_its_person(room: Newsroom, answers: SqlAnswers) -> None:
    """The last of each counts; where nobody can be told apart, a place has one voice."""
    wanted = await kept(room)
    commands = Commands(room)
    for place, useful, why in (
        (CHANNEL, True, None),
        (replace(CHANNEL, person="slack:U2"), False, " It is old.\n"),
        (CHANNEL, False, "  "),
        (EVERYWHERE, True, None),
        (EVERYWHERE, True, "On second thoughts"),
    ):
        reply = await commands.handle(GiveVerdict(answer=wanted, useful=useful, why=why), place)
        assert reply == VerdictGiven(answer=wanted, useful=useful, why=(why or "").strip() or None)
    (judged,) = answers.feedback()
    assert {(each.useful, each.why) for each in judged.verdicts} == {
        (False, None),
        (False, "It is old."),
        (True, "On second thoughts"),
    }


@pytest.mark.parametrize("why", ["x" * 2_001, "broken \udcff"])
async def test_a_reason_that_cannot_be_kept_is_refused(
    room: Newsroom, answers: SqlAnswers, why: str
) -> None:
    """One that is too long, or no text; no verdict is kept of it."""
    given = GiveVerdict(answer=await kept(room), useful=False, why=why)
    refusal = await refused(room, given, CHANNEL)
    assert refusal.exit_status == 2
    assert "at most 2,000 characters" in refusal.message
    assert answers.feedback() == ()


async def test_an_answer_is_kept_for_so_many_days_and_no_longer(
    room: Newsroom, clock: Clock, keeping: Keeping, answers: SqlAnswers
) -> None:
    """After that it is not shown, even before anybody has deleted it."""
    wanted = await kept(room)
    clock.time += timedelta(days=90)
    assert (await shown(room, wanted)).id == wanted
    clock.time += timedelta(seconds=1)
    for command in (ShowSources(answer=wanted), GiveVerdict(answer=wanted, useful=True)):
        assert "There is no answer" in (await refused(room, command, CHANNEL)).message
    assert answers.kept(wanted) is not None
    assert await keeping.expire() == 1
    assert answers.kept(wanted) is None


async def test_a_new_answer_takes_old_ones_away(
    room: Newsroom, clock: Clock, answers: SqlAnswers
) -> None:
    """Who only ever runs single commands keeps no more than is wanted."""
    old = await kept(room)
    clock.time += timedelta(days=91)
    await kept(room)
    assert answers.kept(old) is None


async def test_keeping_nothing_keeps_nothing(
    room: Newsroom, database: Database, answers: SqlAnswers, clock: Clock
) -> None:
    """With keep_days = 0 an answer has no id, and what was kept before goes."""
    old = await kept(room)
    clock.time += timedelta(seconds=1)
    silent = newsroom(database, keeping=Keeping(answers, days=0, now=clock))
    answer = await asked(silent)
    assert (answer.answered, answer.id) == (True, None)
    assert answers.kept(old) is None
    refusal = await refused(silent, ShowSources(answer=old), CHANNEL)
    assert refusal.message.endswith("Answers are not kept here (answers.keep_days = 0).")


async def test_a_newsroom_that_nobody_gave_a_store_keeps_nothing(
    room: Newsroom, database: Database
) -> None:
    """It answers, and says that there is nothing to come back to."""
    wanted = await kept(room)
    without = newsroom(database)
    assert (await asked(without)).id is None
    for command in (ShowSources(answer=wanted), GiveVerdict(answer=wanted, useful=True)):
        assert (await refused(without, command, CHANNEL)).message == "Answers are not kept here."


async def test_a_bot_that_stays_deletes_old_answers_every_day(
    room: Newsroom,
    clock: Clock,
    keeping: Keeping,
    answers: SqlAnswers,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At its start and again and again, also after a day on which it could not."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(module, "_DAY_SECONDS", 0.01)
    wanted = await kept(room)
    task = asyncio.create_task(keeping.expire_daily())
    await asyncio.sleep(0.1)
    assert answers.kept(wanted) is not None
    clock.time += timedelta(days=91)
    await happened(lambda: answers.kept(wanted) is None)
    with answers._database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE answers RENAME TO elsewhere")
    await happened(lambda: "tomorrow instead" in caplog.text)
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert "answers older than 90 days, deleted: 1" in caplog.text
