"""Follow-ups: what is searched for, and what an answer says of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.storage.database import Database
from bot.newsroom import Newsroom
from briefs.answering import LONGEST_QUESTION
from briefs.errors import UsageError
from briefs.model import Vectors
from briefs.ports import Ask
from tests.bot.newsrooms import EVERYWHERE, QUESTION, WatchedEmbedder, load, newsroom, unheard
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
