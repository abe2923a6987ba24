"""Loading in batches, reprints, and what a running newsroom sees of what others change."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web

from adapters.loading.fetching import Fetcher
from adapters.loading.processes import ParserProcesses
from adapters.storage.database import Database
from bot import loading
from bot.newsroom import Newsroom
from briefs.errors import UsageError, UserError
from briefs.model import Document, Receipt, Stated, Status
from briefs.ports import AddSources, Ask, EditSource, Place, RestoreLines, unheard
from tests.bot.newsrooms import (
    EVERYWHERE,
    QUESTION,
    WatchedEmbedder,
    load,
    load_one,
    newsroom,
)
from tests.bot.pages import ARTICLE, copied
from tests.running import article, articles


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def elsewhere(database: Database) -> Iterator[Newsroom]:
    """Return a newsroom as another process has it: over the same file, by itself."""
    with closing(Database(database.file)) as opened:
        yield newsroom(opened)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of three articles."""
    return articles(tmp_path / "articles")


async def quotes(room: Newsroom, question: Ask = QUESTION) -> list[str]:
    """Return what a newsroom quotes to a question."""
    answer = await room.ask(question, EVERYWHERE, unheard)
    return [cited.quote for cited in answer.citations]


def document_of(receipt: Receipt) -> Document:
    """Return the document of a receipt that has one."""
    assert receipt.document is not None
    return receipt.document


def many(folder: Path, number: int) -> Path:
    """Write articles, each after a bad file, and every fifth a copy of the one before it."""
    for each in range(number):
        told = each - 1 if each % 5 == 4 else each
        article(
            folder / f"{each:03}.md",
            f"Tanker number {told} made {told} trips to the port of Vostochny.\n\n"
            f"Its captain, number {told}, was paid for {told + 100} of them.",
            outlet=f"Outlet {told}",
        )
        (folder / f"{each:03}-empty.md").write_text("")
    return folder


@pytest.mark.parametrize("texts", [1, 7, 50])
async def test_smaller_batches_make_the_same_receipts(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch, texts: int
) -> None:
    """In the order of the sources, duplicates of an earlier batch too, and all are kept."""
    folder = many(tmp_path / "many", 40)
    with closing(Database(tmp_path / "whole.db")) as opened:
        whole = (await load(newsroom(opened), folder)).receipts
    monkeypatch.setattr(loading, "BATCH_TEXTS", texts)
    embedder = WatchedEmbedder()
    batches = 0

    async def count() -> None:
        nonlocal batches
        batches += 1

    embedder.before_passages = count
    room = newsroom(database, embedder)
    assert (await load(room, folder)).receipts == whole
    assert [Path(each.source).name for each in whole] == sorted(
        file.name for file in folder.iterdir()
    )
    assert [each.status for each in whole].count(Status.DUPLICATE) == 8
    assert [each.status for each in whole].count(Status.FAILED) == 40
    assert len((await room.listing(EVERYWHERE)).documents) == 32
    assert batches > 1


async def test_a_load_that_is_broken_off_keeps_whole_batches_and_no_more(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled in the middle of the third batch, the two before it are there, and whole."""
    folder = many(tmp_path / "many", 40)
    monkeypatch.setattr(loading, "BATCH_TEXTS", 15)
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    third = asyncio.Event()
    batches = 0

    async def wait_in_the_third() -> None:
        nonlocal batches
        batches += 1
        if batches == 3:
            third.set()
            await asyncio.Event().wait()

    embedder.before_passages = wait_in_the_third
    task = asyncio.create_task(load(room, folder))
    await third.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # Two sentences and one passage each: five documents are fifteen texts.
    there = await room.listing(EVERYWHERE)
    assert len(there.documents) == 10
    assert await quotes(room, Ask(question="How many trips did tanker number 7 make?"))

    embedder.before_passages = WatchedEmbedder().before_passages
    statuses = [each.status for each in (await load(room, folder)).receipts]
    assert statuses.count(Status.UNCHANGED) == 10
    assert statuses.count(Status.ADDED) == 22


async def test_a_running_newsroom_sees_what_another_process_does(
    database: Database, elsewhere: Newsroom, folder: Path
) -> None:
    """What was added, updated, edited, restored or removed there is so at the next question."""
    room = newsroom(database)
    assert await quotes(room) == []
    coast = document_of(await load_one(elsewhere, folder / "coast.md"))
    assert [quote[:11] for quote in await quotes(room)] == ["The tankers"]

    article(folder / "coast.md", "The tankers made 44 trips to the port of Vostochny.")
    await load_one(elsewhere, folder / "coast.md")
    assert await quotes(room) == ["The tankers made 44 trips to the port of Vostochny."]

    await elsewhere.edit(
        EditSource(id=coast.id, stated=Stated(outlet="Night Post", published=date(2024, 11, 21))),
        EVERYWHERE,
    )
    asked = replace(QUESTION, outlet="night", since=date(2024, 11, 21))
    assert len(await quotes(room, asked)) == 1

    page = document_of(await load_one(elsewhere, copied(folder / "page.txt")))
    cookies = Ask(question="How do cookies improve the experience?")
    assert await quotes(room, cookies) == []
    dropped = (await elsewhere.show(page.id, EVERYWHERE)).dropped
    (number,) = [each.number for each in dropped if "cookies" in each.text]
    await elsewhere.restore(RestoreLines(id=page.id, numbers=(number,)), EVERYWHERE)
    assert await quotes(room, cookies) == ["We use cookies to improve your experience."]

    for each in (coast, page):
        await elsewhere.remove(each.id, EVERYWHERE)
    nothing = await room.ask(QUESTION, EVERYWHERE, unheard)
    assert (nothing.answered, nothing.searched.loaded, nothing.nearest) == (False, 0, ())
    assert (await room.listing(EVERYWHERE)).documents == ()
    with pytest.raises(UsageError, match="There is no document"):
        await room.show(coast.id, EVERYWHERE)


async def test_what_did_not_change_is_not_read_again(
    database: Database, elsewhere: Newsroom, folder: Path
) -> None:
    """Another process's document is taken into the index with its vectors, not embedded here."""
    embedder = WatchedEmbedder("hash:1")
    room = newsroom(database, embedder)
    await load(room, folder / "coast.md")
    await quotes(room)
    embedder.embedded.clear()
    await load(elsewhere, folder / "harbour.md")
    assert len(await quotes(room)) == 2
    assert embedder.embedded == []


async def test_a_citation_of_an_older_revision_stays_as_it_was(
    database: Database, folder: Path
) -> None:
    """An answer that was given is not changed by what is loaded after it."""
    room = newsroom(database)
    await load(room, folder / "coast.md")
    before = await room.ask(QUESTION, EVERYWHERE, unheard)
    article(folder / "coast.md", "The tankers made 44 trips to the port of Vostochny.")
    await load(room, folder / "coast.md")
    after = await room.ask(QUESTION, EVERYWHERE, unheard)
    assert "43 trips" in before.citations[0].quote
    assert [cited.document.revision for cited in (*before.citations, *after.citations)] == [1, 2]


async def test_reprints_of_reprints_have_one_origin(tmp_path: Path, database: Database) -> None:
    """Every print of one text names the first, also when that is removed, and counts with it."""
    room = newsroom(database)
    prints = [article(tmp_path / f"{name}.md", ARTICLE, outlet=name) for name in "ABC"]
    first, second, third = [document_of(each) for each in (await load(room, *prints)).receipts]
    assert [each.reprint_of for each in (first, second, third)] == [None, first.id, first.id]
    await room.remove(first.id, EVERYWHERE)
    fourth = document_of(await load_one(room, article(tmp_path / "D.md", ARTICLE, outlet="D")))
    assert fourth.reprint_of == first.id
    answer = await room.ask(QUESTION, EVERYWHERE, unheard)
    assert len(answer.statements[0].citations) == 3
    assert len(answer.statements[0].outlets) == 1


async def test_a_text_that_is_corrected_into_another_one_is_no_reprint_any_more(
    tmp_path: Path, database: Database
) -> None:
    """The link goes by what the newest revision says."""
    room = newsroom(database)
    await load_one(room, article(tmp_path / "a.md", ARTICLE, outlet="A"))
    copy = article(tmp_path / "b.md", ARTICLE, outlet="B")
    assert document_of(await load_one(room, copy)).reprint_of
    article(copy, "The ferry sails twice a week, and on Sundays it carries sheep.", outlet="B")
    corrected = await load_one(room, copy)
    assert corrected.status is Status.UPDATED
    assert document_of(corrected).reprint_of is None


async def test_an_edit_does_not_undo_a_reprint(tmp_path: Path, database: Database) -> None:
    """Whoever names the outlet does not make a second witness of it."""
    room = newsroom(database)
    first = document_of(await load_one(room, article(tmp_path / "a.md", ARTICLE, outlet="A")))
    second = document_of(await load_one(room, article(tmp_path / "b.md", ARTICLE, outlet="B")))
    stated = EditSource(id=second.id, stated=Stated(outlet="C"))
    (edited,) = (await room.edit(stated, EVERYWHERE)).receipts
    assert (edited.status, document_of(edited).reprint_of) == (Status.UPDATED, first.id)


async def test_reprints_are_per_collection(tmp_path: Path, database: Database) -> None:
    """A text that this place may not see leaves no trace here, not even in a receipt."""
    room = newsroom(database)
    await load_one(room, article(tmp_path / "a.md", ARTICLE, outlet="A"), "secret")
    receipt = await load_one(room, article(tmp_path / "b.md", ARTICLE, outlet="B"))
    assert (receipt.status, receipt.notes) == (Status.ADDED, ())
    assert document_of(receipt).reprint_of is None
    twin = await load_one(room, article(tmp_path / "c.md", ARTICLE, outlet="A"))
    assert twin.status is Status.ADDED


async def test_a_text_that_moves_to_another_file_is_not_lost(
    tmp_path: Path, database: Database
) -> None:
    """The old file says something else now, so the new one is no duplicate of it."""
    room = newsroom(database)
    old = article(tmp_path / "moving" / "a.md", "The ferry sails twice a week.", outlet="A")
    await load_one(room, old)
    article(tmp_path / "moving" / "b.md", "The ferry sails twice a week.", outlet="A")
    article(old, "The bridge opens in March.", outlet="A")
    receipts = (await load(room, tmp_path / "moving")).receipts
    assert [each.status for each in receipts] == [Status.UPDATED, Status.ADDED]
    assert await quotes(room, Ask(question="How often does the ferry sail?")) == [
        "The ferry sails twice a week."
    ]


async def test_what_is_stated_at_a_load_does_not_undo_what_was_restored(
    tmp_path: Path, database: Database
) -> None:
    """The source is the same, so its lines are, however often it is loaded."""
    room = newsroom(database)
    page = copied(tmp_path / "page.txt")
    document = document_of(await load_one(room, page))
    await room.restore(RestoreLines(id=document.id, numbers=(1,)), EVERYWHERE)
    await room.edit(EditSource(id=document.id, stated=Stated(author="Ann")), EVERYWHERE)
    wanted = AddSources(sources=(str(page),), stated=Stated(outlet="Harbour Post"))
    (receipt,) = (await room.add(wanted, unheard)).receipts
    assert receipt.status is Status.UPDATED
    assert document_of(receipt).text.startswith("Home\n\n")
    assert (document_of(receipt).outlet, document_of(receipt).author) == ("Harbour Post", "Ann")


async def test_two_changes_at_once_are_not_both_kept(tmp_path: Path, database: Database) -> None:
    """Who comes second is told to try again, and nothing of the first is lost."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    document = document_of(await load_one(room, copied(tmp_path / "page.txt")))
    with closing(Database(database.file)) as opened:
        other = newsroom(opened, WatchedEmbedder())

        async def be_faster() -> None:
            await other.edit(EditSource(id=document.id, stated=Stated(outlet="First")), EVERYWHERE)

        embedder.before_passages = be_faster
        (late,) = (
            await room.edit(EditSource(id=document.id, stated=Stated(outlet="Late")), EVERYWHERE)
        ).receipts
    assert (late.status, late.error) == (
        Status.FAILED,
        "another process changed it at the same time; try again",
    )
    assert (await room.show(document.id, EVERYWHERE)).listed.document.outlet == "First"


async def test_undated_documents_that_a_date_leaves_out_are_counted(
    database: Database, folder: Path
) -> None:
    """Only those of this place and outlet that have no date; none where no date is asked for."""
    room = newsroom(database)
    await load(room, folder)
    await load(room, folder / "island.md", collection="secret")
    place = Place(channel="slack:C1")

    async def undated(asked: Ask) -> tuple[int, int, int]:
        searched = (await room.ask(asked, place, unheard)).searched
        return searched.documents, searched.undated, searched.loaded

    assert await undated(QUESTION) == (3, 0, 3)
    assert await undated(replace(QUESTION, since=date(2024, 11, 21))) == (1, 1, 3)
    assert await undated(replace(QUESTION, until=date(2000, 1, 1))) == (0, 1, 3)
    assert await undated(replace(QUESTION, since=date(2024, 1, 1), outlet="coast")) == (1, 0, 3)


@pytest.mark.slow
async def test_an_article_of_a_feed_is_refreshed_from_its_feed(database: Database) -> None:
    """With what the feed says of it; and one that the feed has no more stays as it is."""
    text = "<p>The tankers made 43 trips to the port of Vostochny in eight months.</p>"
    shown = {"feed": rss(("a", text), ("b", text.replace("43", "7")))}

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=shown["feed"], content_type="application/rss+xml")

    application = web.Application()
    application.router.add_get("/feed", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    processes = ParserProcesses()
    room = newsroom(
        database,
        processes=processes,
        fetcher=lambda: Fetcher(user_agent="Dateline's tests", allow_private=True),
    )
    try:
        added = await room.add(AddSources(sources=(url,)), unheard)
        assert [each.status for each in added.receipts] == [Status.ADDED] * 2
        shown["feed"] = rss(("a", text.replace("43", "44")))
        refreshed = await room.refresh(EVERYWHERE, unheard)
    finally:
        await runner.cleanup()
        processes.close()
    assert sorted(each.status for each in refreshed.receipts) == [Status.UNCHANGED, Status.UPDATED]
    listed = (await room.listing(EVERYWHERE)).documents
    assert {each.document.outlet for each in listed} == {"Port Radio"}
    assert sorted(each.document.title for each in listed) == ["Item a", "Item b"]
    texts = " ".join(each.document.text for each in listed)
    assert "44 trips" in texts
    assert "7 trips" in texts


def rss(*items: tuple[str, str]) -> str:
    """Return a feed of items with their content."""
    whole = "".join(
        f"<item><title>Item {name}</title><guid isPermaLink='false'>{name}</guid>"
        f"<content:encoded><![CDATA[{content * 3}]]></content:encoded></item>"
        for name, content in items
    )
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Port Radio</title>{whole}</channel></rss>"
    )


async def test_a_bot_answers_from_what_is_embedded_while_it_embeds_the_rest(
    database: Database, tmp_path: Path
) -> None:
    """After the model was changed: nobody waits for a library of thousands."""
    old = article(tmp_path / "a.md", "The tankers made 43 trips to the port of Vostochny.")
    new = article(tmp_path / "b.md", "The port of Vostochny is far from any other port.")
    await load(newsroom(database, WatchedEmbedder("first:1")), old)
    go_on = asyncio.Event()
    second = WatchedEmbedder("second:1")
    bot = newsroom(database, second, stays=True)
    await load(bot, new)

    async def wait() -> None:
        await go_on.wait()

    second.before_passages = wait
    during = await bot.ask(QUESTION, EVERYWHERE, unheard)
    assert during.searched.documents == 1
    go_on.set()
    async with asyncio.timeout(10):
        found = during
        while found.searched.documents < 2:
            found = await bot.ask(QUESTION, EVERYWHERE, unheard)
    assert "43 trips" in found.statements[0].text


async def test_a_bot_that_embeds_everything_anew_says_so(
    database: Database, tmp_path: Path
) -> None:
    """And not that nothing is loaded."""
    old = article(tmp_path / "a.md", "The tankers made 43 trips to the port of Vostochny.")
    await load(newsroom(database, WatchedEmbedder("first:1")), old)
    go_on = asyncio.Event()
    second = WatchedEmbedder("second:1")

    async def wait() -> None:
        await go_on.wait()

    second.before_passages = wait
    bot = newsroom(database, second, stays=True)
    with pytest.raises(UserError, match="are being prepared for another model"):
        await bot.ask(QUESTION, EVERYWHERE, unheard)
    go_on.set()
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(UserError):
                found = await bot.ask(QUESTION, EVERYWHERE, unheard)
                break
            await asyncio.sleep(0.01)
    assert "43 trips" in found.statements[0].text
