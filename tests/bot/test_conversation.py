"""Follow-ups: what is searched for, and what an answer says of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.database import Database
from bot.keeping import Keeping
from bot.newsroom import Newsroom
from briefs.answering import LONGEST_QUESTION
from briefs.errors import UsageError
from briefs.model import Vectors
from briefs.ports import Ask, Place, unheard
from tests.bot.newsrooms import EVERYWHERE, QUESTION, WatchedEmbedder, load, newsroom
from tests.running import articles


class Listening(WatchedEmbedder):
    """Takes note of the questions that it embeds."""

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        super().__init__()
        self.asked: list[str] = []

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed, and take note."""
        self.asked += texts
        return await super().embed_queries(texts)


@pytest.fixture
def embedder() -> Listening:
    """Return an embedder that nothing has asked."""
    return Listening()


@pytest.fixture
async def room(tmp_path: Path, embedder: Listening) -> AsyncIterator[Newsroom]:
    """Return a newsroom with three articles."""
    with closing(Database(tmp_path / "dateline.db")) as database:
        opened = newsroom(database, embedder)
        await load(opened, articles(tmp_path / "articles"))
        yield opened


async def test_a_follow_up_is_searched_for_as_it_is_understood(
    room: Newsroom, embedder: Listening
) -> None:
    """The answer keeps the question as it was typed, and says how it was understood."""
    asked = Ask(question=" And how many? ", previous=QUESTION.question)
    answer = await room.ask(asked, EVERYWHERE, unheard)
    assert answer.question == "And how many?"
    assert answer.understood == "And how many? (trips, port, Vostochny)"
    assert embedder.asked == [answer.understood]
    assert answer.answered
    alone = await room.ask(replace(asked, previous=None), EVERYWHERE, unheard)
    assert not alone.answered


async def test_a_question_that_stands_alone_is_searched_for_as_it_is(
    room: Newsroom, embedder: Listening
) -> None:
    """Whatever was asked before it."""
    asked = replace(QUESTION, previous="Who is Ann Roe?")
    answer = await room.ask(asked, EVERYWHERE, unheard)
    assert (answer.question, answer.understood) == (QUESTION.question, None)
    assert embedder.asked == [QUESTION.question]


async def test_a_follow_up_obeys_the_longest_question(room: Newsroom) -> None:
    """What is carried over does not push it over the limit, and does not make up for a refusal."""
    longest = "why" + "?" * (LONGEST_QUESTION - 3)
    answer = await room.ask(Ask(question=longest, previous="Which boats?"), EVERYWHERE, unheard)
    assert answer.understood is None
    for refused in ("", "?", longest + "?"):
        with pytest.raises(UsageError):
            await room.ask(Ask(question=refused, previous="Which boats?"), EVERYWHERE, unheard)


async def test_a_thread_goes_on_from_its_last_answer(tmp_path: Path, embedder: Listening) -> None:
    """Also in the next process; another thread, and a place without one, does not."""
    place = Place(channel="slack:C1", collections=None, thread="slack:C1/1.2")
    for question, found in (
        ("How many trips did the tankers make to Vostochny?", None),
        ("And when?", "How many trips did the tankers make to Vostochny?"),
    ):
        # Each by a newsroom of its own, as after a restart.
        with closing(Database(tmp_path / "threads.db")) as database:
            answers = SqlAnswers(database, AskerKey(tmp_path / "asker.key"))
            keeping = Keeping(answers, days=90, now=lambda: datetime.now(UTC))
            room = newsroom(database, embedder, keeping=keeping)
            await load(room, articles(tmp_path / "articles"))
            assert await keeping.last_question("slack:C1/1.2") == found
            answer = await room.ask(Ask(question=question), place, unheard)
            assert (answer.understood is not None) == (found is not None)
            for elsewhere in ("slack:C1/9.9", None):
                other = replace(place, thread=elsewhere)
                alone = await room.ask(Ask(question="And when?"), other, unheard)
                assert alone.understood is None


async def test_a_thread_goes_on_where_nothing_is_kept(tmp_path: Path, embedder: Listening) -> None:
    """As long as the process lasts."""
    with closing(Database(tmp_path / "threads.db")) as database:
        answers = SqlAnswers(database, AskerKey(tmp_path / "asker.key"))
        keeping = Keeping(answers, days=0, now=lambda: datetime.now(UTC))
        room = newsroom(database, embedder, keeping=keeping)
        await load(room, articles(tmp_path / "articles"))
        place = Place(channel="slack:C1", collections=None, thread="slack:C1/1.2")
        await room.ask(Ask(question="How many trips to the port of Vostochny?"), place, unheard)
        follow_up = await room.ask(Ask(question="And when?"), place, unheard)
        assert follow_up.understood is not None
