"""Briefs are composed for a place, kept, shown where they may be seen, and explained."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.briefs import SqlBriefs
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot import briefing as module
from bot.briefing import Briefing
from bot.commands import Commands
from bot.correcting import Correcting
from bot.keeping import Keeping
from bot.materials import Materials
from briefs.brief import Brief, ChangeKind
from briefs.briefing import (
    Briefed,
    BriefListing,
    ComposeBrief,
    Explain,
    Explained,
    KeptBrief,
    ListBriefs,
    ShowBrief,
)
from briefs.composing import BriefSettings, Composed, Material, compose
from briefs.keeping import Since
from briefs.model import Answer, Stated
from briefs.ports import (
    AddSources,
    Command,
    EditSource,
    Place,
    Progress,
    Receipts,
    Refusal,
    RemoveSource,
    Reply,
)
from tests.bot.newsrooms import EVERYWHERE, QUESTION, WatchedEmbedder, newsroom
from tests.running import article, articles

HERE = Place(channel="slack:C1", admin=True)
BOTH = replace(HERE, collections=frozenset({"main", "secret"}))
NEW = ComposeBrief(here=True)
TRIPS = "The tankers of the northern fleet made 43 trips to the port of Vostochny."


class Clock:
    """A clock that a test moves; it moves by itself a little at each look."""

    def __init__(self) -> None:
        """Begin on some morning."""
        self.time = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time now."""
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """Return the clock of `commands`."""
    return Clock()


@pytest.fixture
def embedder() -> WatchedEmbedder:
    """Return the embedder of `commands`."""
    return WatchedEmbedder()


@pytest.fixture
def commands(database: Database, clock: Clock, embedder: WatchedEmbedder) -> Commands:
    """Return a handler that composes and keeps briefs, over nothing."""
    return commands_over(database, clock, embedder)


def commands_over(
    database: Database, clock: Clock, embedder: WatchedEmbedder, *, stays: bool = False
) -> Commands:
    """Return a handler that composes and keeps briefs."""
    library = SqlLibrary(database, clock)
    answers = SqlAnswers(database, AskerKey(database.file.parent / "asker.key"))
    briefs = SqlBriefs(database)
    keeping = Keeping(answers, days=90, now=clock)
    room = newsroom(database, embedder, library=library, keeping=keeping, stays=stays)
    materials = Materials(
        newsroom=room, library=library, embedder=embedder, briefs=briefs, now=clock
    )
    briefing = Briefing(materials=materials, briefs=briefs, settings=BriefSettings())
    return Commands(room, briefing, Correcting(answers, briefs))


@pytest.fixture
async def loaded(commands: Commands, tmp_path: Path) -> Commands:
    """Return `commands` over three articles in `main`."""
    await add(commands, articles(tmp_path / "articles"))
    return commands


async def add(commands: Commands, source: Path, collection: str = "main") -> Receipts:
    """Load a source."""
    wanted = AddSources(sources=(str(source),), collection=collection)
    return await receipts_of(commands, wanted)


async def receipts_of(commands: Commands, command: Command) -> Receipts:
    """Return the receipts of a command."""
    reply = await commands.handle(command, EVERYWHERE)
    assert isinstance(reply, Receipts)
    return reply


async def briefed(commands: Commands, wanted: ComposeBrief = NEW, place: Place = HERE) -> Briefed:
    """Return a brief that is composed now."""
    reply = await commands.handle(wanted, place)
    assert isinstance(reply, Briefed), reply
    return reply


async def brief_of(commands: Commands, wanted: ComposeBrief = NEW, place: Place = HERE) -> Brief:
    """Return the brief that is composed now."""
    return (await briefed(commands, wanted, place)).brief


async def refused(commands: Commands, command: Command, place: Place = HERE) -> Refusal:
    """Return the refusal of a command."""
    reply = await commands.handle(command, place)
    assert isinstance(reply, Refusal), reply
    return reply


async def shown(commands: Commands, wanted: str, place: Place = HERE) -> KeptBrief:
    """Return a kept brief."""
    reply = await commands.handle(ShowBrief(id=wanted), place)
    assert isinstance(reply, KeptBrief), reply
    return reply


async def listed(
    commands: Commands, wanted: ListBriefs | None = None, place: Place = HERE
) -> list[str]:
    """Return the ids of a list of briefs."""
    reply = await commands.handle(wanted or ListBriefs(), place)
    assert isinstance(reply, BriefListing), reply
    return [each.brief for each in reply.editions]


def outlets(brief: Brief) -> set[str]:
    """Return the outlets of all that was looked at."""
    return {each.publisher for each in brief.documents}


def ferry(folder: Path, name: str = "ferry", **facts: str) -> Path:
    """Write an article that nothing else says anything of."""
    return article(
        folder / f"{name}.md",
        f"The {name} company bought eleven new ships from a yard in Gdansk.",
        **{"title": f"New ships for the {name}", "outlet": f"{name.title()} Gazette"} | facts,
    )


async def test_a_brief_is_kept_with_its_id(loaded: Commands, clock: Clock) -> None:
    """Shown again it is what it was; composed again it is the same one, and kept once."""
    plain = ComposeBrief()
    first = await briefed(loaded, plain)
    assert first.kept
    assert (first.loaded, len(first.brief.documents)) == (3, 3)
    assert first.brief.points
    found = await shown(loaded, first.brief.id)
    assert found.brief == first.brief
    assert found.edition.channel is None
    clock.time += timedelta(days=1)
    again = await briefed(loaded, plain)
    assert again.brief == first.brief
    assert again.brief.period.until > first.brief.period.until
    assert await listed(loaded) == [first.brief.id]


async def test_every_quote_is_exact(loaded: Commands) -> None:
    """As it was read, and as it comes back."""
    brief = await brief_of(loaded)
    kept = (await shown(loaded, brief.id)).brief
    assert brief.citations
    for each in (*brief.citations, *kept.citations):
        assert each.quote == each.document.text[each.start : each.end] != ""
    assert [each.quote for each in kept.citations] == [each.quote for each in brief.citations]


async def test_a_channel_is_told_what_was_loaded_since_its_last_brief(
    loaded: Commands, tmp_path: Path
) -> None:
    """The first brief has everything and says so; then only what came since, however old it is."""
    first = await brief_of(loaded)
    assert first.period.since is None
    assert outlets(first) == {"Coast Herald", "Harbour Times", "Quiet Press"}
    assert any("first brief" in each for each in first.notes)
    await add(loaded, ferry(tmp_path, published="1999-01-01"))
    second = await brief_of(loaded)
    assert outlets(second) == {"Ferry Gazette"}
    assert second.period.since == first.period.until
    assert not any("first brief" in each for each in second.notes)
    other = await brief_of(loaded, place=replace(HERE, channel="slack:C2"))
    assert len(other.documents) == 4
    assert await listed(loaded, ListBriefs(here=True)) == [second.id, first.id]


async def test_nothing_new_is_said_and_is_no_brief_to_keep(
    loaded: Commands, embedder: WatchedEmbedder
) -> None:
    """No model is started for it, and the next brief counts from the one that said something."""
    first = await brief_of(loaded)
    readied = embedder.readied
    nothing = await briefed(loaded)
    assert not nothing.kept
    assert not nothing.nothing_loaded
    assert (nothing.brief.documents, nothing.brief.points) == ((), ())
    assert nothing.brief.notes
    assert nothing.brief.period.since == first.period.until
    assert embedder.readied == readied
    assert (await brief_of(loaded)) == nothing.brief
    assert await listed(loaded) == [first.id]


async def test_a_load_that_the_clock_puts_before_the_last_brief_is_new(
    loaded: Commands, clock: Clock, tmp_path: Path
) -> None:
    """A clock that is set back, or a load that took long, loses no article."""
    await brief_of(loaded)
    clock.time -= timedelta(days=365)
    await add(loaded, ferry(tmp_path))
    assert outlets(await brief_of(loaded)) == {"Ferry Gazette"}


async def test_a_change_of_the_model_makes_nothing_new(
    loaded: Commands, embedder: WatchedEmbedder
) -> None:
    """All is embedded anew; it was loaded when it was loaded."""
    await brief_of(loaded)
    embedder._identity = "watched:2"
    assert (await brief_of(loaded)).documents == ()


async def test_a_bot_that_embeds_anew_briefs_when_all_is_there(
    database: Database, clock: Clock, embedder: WatchedEmbedder, tmp_path: Path
) -> None:
    """What one brief leaves out is not new to the next one: it has to wait."""
    bot = commands_over(database, clock, embedder, stays=True)
    await add(bot, articles(tmp_path / "articles"))
    embedder._identity = "watched:2"
    going_on = asyncio.Event()
    embedder.before_passages = wait_for(going_on)
    composing = asyncio.create_task(brief_of(bot))
    waiting = asyncio.Event()

    def heard(progress: Progress) -> None:
        if progress.what == "Waiting until all is embedded anew":
            waiting.set()

    watched = asyncio.create_task(bot.handle(replace(NEW, preview=True), HERE, heard))
    await waiting.wait()
    assert not composing.done()
    going_on.set()
    assert len((await composing).documents) == 3
    preview = await watched
    assert isinstance(preview, Briefed)


def wait_for(event: asyncio.Event) -> Callable[[], Awaitable[None]]:
    """Return what waits for an event."""

    async def wait() -> None:
        await event.wait()

    return wait


async def test_only_briefs_of_a_channel_count_for_it(loaded: Commands, tmp_path: Path) -> None:
    """One for nobody, a preview, another channel's and one on another topic are none of its own."""
    for wanted in (
        ComposeBrief(),
        replace(NEW, preview=True),
        ComposeBrief(channel="slack:C2"),
        replace(NEW, topic="tankers"),
    ):
        await briefed(loaded, wanted)
    assert len((await brief_of(loaded)).documents) == 3
    await add(loaded, ferry(tmp_path))
    preview = await briefed(loaded, replace(NEW, preview=True))
    assert not preview.kept
    assert (await brief_of(loaded)) == preview.brief
    assert preview.brief.documents
    refusal = await refused(loaded, ShowBrief(id="nosuchbrief"))
    assert refusal.message.startswith("There is no brief nosuchbrief.")


async def test_each_topic_has_its_own_last_brief(loaded: Commands, tmp_path: Path) -> None:
    """What one topic has no use for is not lost to the other."""
    tankers = await brief_of(loaded, replace(NEW, topic=" The   tankers "))
    assert tankers.topic == "The tankers"
    await add(loaded, ferry(tmp_path))
    assert outlets(await brief_of(loaded, replace(NEW, topic="the TANKERS"))) == {"Ferry Gazette"}
    assert len((await brief_of(loaded, replace(NEW, topic="ships"))).documents) == 4
    assert len(await listed(loaded, ListBriefs(topic="the tankers"))) == 2


async def test_a_collection_that_a_channel_sees_since_today_is_all_new_to_it(
    loaded: Commands, tmp_path: Path
) -> None:
    """However long ago its articles were loaded."""
    await add(loaded, ferry(tmp_path), collection="secret")
    await brief_of(loaded)
    brief = await brief_of(loaded, place=BOTH)
    assert brief.period.since is None
    assert len(brief.documents) == 4


async def test_a_topic_that_matches_nothing_is_a_brief_that_says_so(loaded: Commands) -> None:
    """It is no failure, and names the topic."""
    brief = await brief_of(loaded, ComposeBrief(topic="violinists of Wimbledon"))
    assert brief.points == ()
    assert any("violinists of Wimbledon" in each for each in brief.notes)


@pytest.mark.parametrize("topic", ["", "  \n", "a\x1b[31m", "x" * 201, "\ud800"])
async def test_a_topic_that_is_none_is_refused(loaded: Commands, topic: str) -> None:
    """Whatever asks for it; nothing is composed."""
    for command in (
        ComposeBrief(topic=topic),
        ListBriefs(topic=topic),
        Explain(text="x", brief=ComposeBrief(topic=topic)),
    ):
        refusal = await refused(loaded, command)
        assert refusal.exit_status == 2
        assert "Give a topic" in refusal.message


async def test_a_date_leaves_out_what_is_older_and_what_has_none(loaded: Commands) -> None:
    """Their number is said, and it is another brief than one of the same articles without it."""
    brief = await brief_of(loaded, ComposeBrief(since=date(2024, 11, 21)))
    assert outlets(brief) == {"Harbour Times"}
    assert brief.notes[-1] == (
        "1 article without a date was left out, because only those published since 2024-11-21 "
        "were asked for."
    )
    sources = await loaded.handle(ComposeBrief(), HERE)
    assert isinstance(sources, Briefed)
    (undated,) = [each.id for each in sources.brief.documents if each.published is None]
    await receipts_of(loaded, RemoveSource(id=undated))
    without = await brief_of(loaded, ComposeBrief(since=date(2024, 11, 21)))
    assert without.documents == brief.documents
    assert without.id != brief.id
    assert len(without.id) == len(brief.id)
    assert not any("without a date" in each for each in without.notes)


async def test_a_date_that_leaves_out_everything_is_said_with_the_dates_there_are(
    loaded: Commands, tmp_path: Path
) -> None:
    """As an answer says it; for a channel of what is new there, if that is what is left out."""
    late = ComposeBrief(since=date(2030, 1, 1))
    (note,) = (await brief_of(loaded, late)).notes
    assert note == (
        "No article here was published since 2030-01-01. The dates there are: 2024-11-20 to "
        "2024-11-22; 1 without a date."
    )
    there = replace(late, here=True)
    assert "No article here was published since 2030" in (await brief_of(loaded, there)).notes[-1]
    await brief_of(loaded, replace(NEW, here=True))
    assert (await brief_of(loaded, there)).notes == ("There is no new article.",)
    await add(loaded, article(tmp_path / "new.md", "The crane was painted red.", outlet="Cranes"))
    assert (await brief_of(loaded, there)).notes == (
        "No new article was published since 2030-01-01. It has no date.",
    )


async def test_nothing_loaded_is_nothing_to_brief_on(commands: Commands, tmp_path: Path) -> None:
    """In the collections that are seen; nothing is kept of it."""
    empty = await briefed(commands)
    assert empty.nothing_loaded
    assert not empty.kept
    await add(commands, ferry(tmp_path), collection="secret")
    assert (await briefed(commands)).nothing_loaded
    assert not (await briefed(commands, place=BOTH)).nothing_loaded
    assert await listed(commands) == []


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "date"),
        ({"published": "2024-11-20"}, "one article"),
    ],
)
async def test_one_article_makes_a_short_brief(
    commands: Commands, tmp_path: Path, facts: dict[str, str], says: str
) -> None:
    """Also one without a date; it says what it is."""
    await add(commands, ferry(tmp_path, **facts))
    brief = await brief_of(commands)
    assert [each.statement.text for each in brief.points] == [
        "The ferry company bought eleven new ships from a yard in Gdansk."
    ]
    assert any(says in each for each in brief.notes)


async def test_one_outlet_corroborates_nothing(commands: Commands, tmp_path: Path) -> None:
    """Two articles of it are one voice."""
    for name in ("ferry", "tug"):
        await add(commands, ferry(tmp_path, name, outlet="Gazette"))
    brief = await brief_of(commands)
    assert all(len(each.statement.outlets) == 1 for each in brief.points)
    assert any("one outlet" in each for each in brief.notes)


async def test_the_next_brief_tells_what_was_updated_or_withdrawn(
    loaded: Commands, tmp_path: Path
) -> None:
    """Once each; what the channel never had cited is nothing to it."""
    first = await brief_of(loaded)
    (coast,) = [each for each in first.documents if each.outlet == "Coast Herald"]
    (island,) = [each for each in first.documents if each.outlet == "Quiet Press"]
    article(
        tmp_path / "articles" / "coast.md",
        "The tankers of the northern fleet made 44 trips to the port of Vostochny.",
        outlet="Coast Herald",
        title="Tankers at the coast",
    )
    await add(loaded, tmp_path / "articles" / "coast.md")
    await receipts_of(loaded, RemoveSource(id=island.id))
    kinds = {ChangeKind.UPDATED: coast, ChangeKind.WITHDRAWN: island}
    second = await brief_of(loaded)
    told = {each.kind: each.documents for each in second.changes if each.kind in kinds}
    assert told == {kind: (document,) for kind, document in kinds.items()}
    assert outlets(second) == {"Coast Herald"}

    old = await shown(loaded, first.id)
    assert (old.since(coast), old.since(island)) == (Since.UPDATED, Since.WITHDRAWN)
    assert old.brief == first
    third = await brief_of(loaded)
    assert (third.documents, third.changes) == ((), ())
    other = await brief_of(loaded, place=replace(HERE, channel="slack:C2"))
    assert not any(each.kind in kinds for each in other.changes)


async def test_of_a_revised_article_only_what_is_new_in_it_counts(
    loaded: Commands, tmp_path: Path
) -> None:
    """What it said before was there to be told before; an edited title brings no news at all."""
    first = await brief_of(loaded)
    (coast,) = [each for each in first.documents if each.outlet == "Coast Herald"]
    await receipts_of(loaded, EditSource(id=coast.id, stated=Stated(title="Corrected")))
    edited = await brief_of(loaded)
    assert edited.documents == ()
    assert [(each.kind, each.documents) for each in edited.changes] == [
        (ChangeKind.UPDATED, (coast,))
    ]
    added = "A fishing boat was hit by one of them on Sunday morning."
    old = coast.text.replace("\n", "\n\n")
    article(tmp_path / "articles" / "coast.md", f"{old}\n\n{added}", outlet="Coast Herald")
    await add(loaded, tmp_path / "articles" / "coast.md")
    third = await brief_of(loaded)
    assert [each.statement.text for each in third.points] == [added]
    assert third.notes[-1] == "Of 1 revised article only what is new in it was compared."
    assert all(each.quote == added for each in third.citations)
    why = await loaded.handle(Explain(text=added, brief=NEW), HERE)
    assert isinstance(why, Explained)
    assert why.brief == third.id
    assert why.why.rank == 1
    other = await brief_of(loaded, place=replace(HERE, channel="slack:C2"))
    assert not any("revised" in each for each in other.notes)


async def test_all_that_was_told_may_be_withdrawn(commands: Commands, tmp_path: Path) -> None:
    """Then there is nothing loaded, and still something to say."""
    await add(commands, ferry(tmp_path))
    first = await brief_of(commands)
    await receipts_of(commands, RemoveSource(id=first.documents[0].id))
    last = await briefed(commands)
    assert not last.nothing_loaded
    assert last.kept
    assert [each.kind for each in last.brief.changes] == [ChangeKind.WITHDRAWN]
    assert (await shown(commands, last.brief.id)).brief == last.brief


async def test_what_a_channel_may_not_see_any_more_is_not_told_to_it(
    loaded: Commands, tmp_path: Path
) -> None:
    """Not even that it was withdrawn."""
    await add(loaded, ferry(tmp_path), collection="secret")
    first = await brief_of(loaded, place=BOTH)
    (hidden,) = [each.id for each in first.documents if each.collection == "secret"]
    await receipts_of(loaded, RemoveSource(id=hidden))
    second = await briefed(loaded)
    assert second.brief.changes == ()
    assert (await brief_of(loaded, place=BOTH)).changes != ()


async def test_who_changes_an_article_is_told_what_cites_it(
    loaded: Commands, tmp_path: Path
) -> None:
    """A note of its receipt: how many kept answers and past briefs."""
    answer = await loaded.handle(QUESTION, HERE)
    assert isinstance(answer, Answer)
    brief = await brief_of(loaded)
    (coast,) = [each for each in brief.documents if each.outlet == "Coast Herald"]
    (island,) = [each for each in brief.documents if each.outlet == "Quiet Press"]
    edited = await receipts_of(
        loaded, EditSource(id=coast.id, stated=Stated(title="Tankers, corrected"))
    )
    assert edited.receipts[0].notes[-1] == (
        "1 kept answer and 1 past brief cite it as it was; they say so when they are shown"
    )
    removed = await receipts_of(loaded, RemoveSource(id=island.id))
    assert removed.receipts[0].notes[-1] == (
        "1 past brief cites it as it was; it says so when it is shown"
    )
    back = await add(loaded, tmp_path / "articles" / "island.md")
    assert "1 past brief cites" in back.receipts[0].notes[-1]
    unchanged = await add(loaded, tmp_path / "articles" / "harbour.md")
    new = await add(loaded, ferry(tmp_path))
    for each in (*unchanged.receipts, *new.receipts):
        assert not any("past brief" in note for note in each.notes)


async def test_an_article_is_changed_even_if_nobody_can_tell_what_cites_it(
    loaded: Commands, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The receipt comes without the note; the log says why."""
    brief = await brief_of(loaded)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE brief_citations RENAME TO elsewhere")
    removed = await receipts_of(loaded, RemoveSource(id=brief.documents[0].id))
    assert removed.receipts[0].status.value == "removed"
    assert "nobody can tell what cites" in caplog.text


async def test_a_brief_is_shown_only_where_all_may_be_seen_that_it_looked_at(
    loaded: Commands, tmp_path: Path
) -> None:
    """Elsewhere it is as if it were not there, in lists too."""
    await add(loaded, ferry(tmp_path), collection="secret")
    hidden = (await brief_of(loaded, ComposeBrief(), BOTH)).id
    open_one = (await brief_of(loaded, ComposeBrief())).id
    everything = (await brief_of(loaded, ComposeBrief(), EVERYWHERE)).id
    assert (await shown(loaded, hidden, BOTH)).brief.id == hidden
    assert set(await listed(loaded)) == {open_one}
    assert set(await listed(loaded, place=BOTH)) == {open_one, hidden}
    assert set(await listed(loaded, place=EVERYWHERE)) == {open_one, hidden, everything}
    nobody = await refused(loaded, ShowBrief(id="nosuchid"))
    for each in (hidden, everything):
        refusal = await refused(loaded, ShowBrief(id=each))
        assert refusal.message.replace(each, "nosuchid") == nobody.message


async def test_the_beginning_of_an_id_is_enough(loaded: Commands) -> None:
    """Where it is the only one; else more of it is asked for."""
    one = (await brief_of(loaded, ComposeBrief())).id
    other = (await brief_of(loaded, ComposeBrief(topic="tankers"))).id
    shared = 0
    while one[shared] == other[shared]:
        shared += 1
    assert (await shown(loaded, one[: shared + 1])).brief.id == one
    if shared:
        refusal = await refused(loaded, ShowBrief(id=one[:shared]))
        assert "Type more of the id" in refusal.message


@pytest.mark.parametrize("wanted", ["", "../../x", "a b", "%", "\ud800", "x" * 100_000])
async def test_an_id_that_nobody_has_is_refused(loaded: Commands, wanted: str) -> None:
    """A strange one is not said back."""
    await brief_of(loaded)
    refusal = await refused(loaded, ShowBrief(id=wanted))
    assert refusal.exit_status == 2
    assert refusal.message == "There is no brief of that id. A list of briefs shows the ids."


async def test_only_an_admin_speaks_for_another_channel(loaded: Commands) -> None:
    """Else anybody could make a channel miss what is new to it."""
    reader = Place(channel="slack:C9")
    wanted = ComposeBrief(channel="slack:C1")
    refusal = await refused(loaded, wanted, reader)
    assert "Only an admin" in refusal.message
    explaining = await refused(loaded, Explain(text="x", brief=wanted), reader)
    assert explaining.message == refusal.message
    assert (await briefed(loaded, NEW, reader)).kept
    assert "Name a channel" in (await refused(loaded, ComposeBrief(channel=" "))).message


async def test_a_sentence_is_explained_by_the_last_brief_of_its_channel(
    loaded: Commands, tmp_path: Path, embedder: WatchedEmbedder
) -> None:
    """As it was composed, although an article has changed since; nothing is kept of that."""
    nothing = await loaded.handle(Explain(text=TRIPS, brief=NEW), HERE)
    assert isinstance(nothing, Explained)
    assert await listed(loaded) == []
    brief = await brief_of(loaded)
    article(tmp_path / "articles" / "coast.md", "Nothing is here any more of what it said.")
    await add(loaded, tmp_path / "articles" / "coast.md")
    embedder.embedded.clear()
    explained = await loaded.handle(Explain(text=f" {TRIPS}\n", brief=NEW), HERE)
    assert isinstance(explained, Explained)
    assert (explained.text, explained.brief) == (TRIPS, brief.id)
    assert explained.why.shown
    assert explained.why.citation is not None
    assert explained.why.citation.quote == TRIPS
    # The revision that was cited is embedded for this; the others are there.
    assert TRIPS in embedder.embedded
    assert "The ferry to the island sails twice a week and carries sheep." not in embedder.embedded
    assert await listed(loaded) == [brief.id]


@pytest.mark.parametrize("text", ["", " \n", "x" * 2_001, "\ud800"])
async def test_what_is_no_sentence_is_not_explained(loaded: Commands, text: str) -> None:
    """It is said what is wanted."""
    refusal = await refused(loaded, Explain(text=text))
    assert refusal.exit_status == 2
    assert "Give the sentence to explain" in refusal.message


async def test_a_kept_brief_is_composed_again_as_it_was(
    loaded: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what was told before it, and what had changed by then: the id is the same."""
    await brief_of(loaded)
    await add(loaded, ferry(tmp_path))
    second = await brief_of(loaded)
    await add(loaded, ferry(tmp_path, "tug"))
    ids: list[str] = []

    def watched(material: Material, settings: BriefSettings) -> Composed:
        composed = compose(material, settings)
        ids.append(composed.brief.id)
        return composed

    monkeypatch.setattr(module, "compose", watched)
    await brief_of(loaded, replace(NEW, preview=True))
    await loaded.handle(Explain(text="x y z", brief=NEW), HERE)
    assert ids[0] != second.id
    assert ids[1] == second.id


async def test_what_was_told_is_not_embedded_again(
    loaded: Commands, tmp_path: Path, embedder: WatchedEmbedder
) -> None:
    """Its vectors are in the library, as long as its article is as it was."""
    brief = await brief_of(loaded)
    told = {each.statement.text for each in brief.points}
    await add(loaded, ferry(tmp_path))
    embedder.embedded.clear()
    await briefed(loaded)
    assert told.isdisjoint(embedder.embedded)
    await receipts_of(loaded, RemoveSource(id=brief.points[0].statement.citations[0].document.id))
    await add(loaded, ferry(tmp_path, "tug"))
    await briefed(loaded)
    assert brief.points[0].statement.text in embedder.embedded


async def test_composing_leaves_the_event_loop_alone(
    loaded: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs in a thread of its own, and says what it is at."""
    threads: list[threading.Thread] = []

    def watched(material: Material, settings: BriefSettings) -> Composed:
        threads.append(threading.current_thread())
        return compose(material, settings)

    monkeypatch.setattr(module, "compose", watched)
    told: list[Progress] = []
    reply: Reply = await loaded.handle(NEW, HERE, told.append)
    assert isinstance(reply, Briefed)
    assert threads != [threading.main_thread()]
    assert len(threads) == 1
    assert "Composing the brief" in {each.what for each in told}


async def test_without_a_briefing_no_brief_is_composed(database: Database) -> None:
    """A handler that was given none says so."""
    bare = Commands(newsroom(database))
    for command in (NEW, ListBriefs(), ShowBrief(id="x"), Explain(text="x")):
        assert (await refused(bare, command)).message == "Briefs are not composed here."
