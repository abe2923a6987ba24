"""Loading on Discord, with the real discord.py, in a server of the tests' own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.files import Downloads
from bot.app import App
from briefs.errors import SourceError
from briefs.ports import Place, Progress
from tests.adapters.discord.conftest import (
    ANSWER,
    QUESTION,
    Newsroom,
    button,
    in_server,
    load,
)
from tests.doubles.discord_server import Impossible, Interaction
from tests.running import article

MARKDOWN = b"""---
title: The lighthouse
outlet: Beacon Post
---

The lighthouse of the cape was switched off after 120 years.
"""


async def ids(app: App) -> dict[str, str]:
    """Return the ids of what is loaded in `main`, by title."""
    listing = await app.newsroom.listing(Place(channel="x"))
    return {each.document.title: each.document.id for each in listing.documents}


async def typed(room: Newsroom, verb: str, /, **values: Any) -> Interaction:
    """Type a command of an admin's."""
    return await room.server.slash(f"source {verb}", values, member=room.ann, channel=room.news)


@pytest.mark.usefixtures("dateline")
async def test_attachments_are_loaded(room: Newsroom) -> None:
    """Each with its receipt; what cannot be loaded, with the reason; then they can be asked."""
    server = room.server
    good = server.attach("lighthouse.md", MARKDOWN)
    bad = server.attach("empty.md", b"")
    asked = await typed(room, "add", file=good, file2=bad)
    receipt = await asked.replied()
    assert receipt.ephemeral
    await server.until(lambda: "added" in receipt.text)
    assert "The lighthouse" in receipt.text
    assert "failed" in receipt.text
    assert "1 sentence kept" in receipt.text
    given = {"question": "When was the lighthouse of the cape switched off?"}
    answer = await (await server.slash("ask", given, member=room.zoe)).replied()
    assert "120 years" in answer.text
    again = await typed(room, "add", file=server.attach("lighthouse.md", MARKDOWN))
    told = await again.replied()
    await server.until(lambda: "unchanged" in told.text)


@pytest.mark.usefixtures("dateline")
async def test_what_is_missing_or_elsewhere_is_refused(room: Newsroom) -> None:
    """Nothing given, an address within this machine, another collection, a date that is none."""
    nothing = await (await typed(room, "add")).replied()
    assert "Attach a file, or give a web address" in nothing.text
    inside = await (await typed(room, "add", url="http://127.0.0.1:1/x")).replied()
    assert "failed" in inside.text
    file = room.server.attach("lighthouse.md", MARKDOWN)
    other = await (await typed(room, "add", file=file, collection="sea")).replied()
    assert "sea" in other.text
    assert "added" not in other.text
    file = room.server.attach("lighthouse.md", MARKDOWN)
    when = await (await typed(room, "add", file=file, published="soon")).replied()
    assert "is no date" in when.text


@pytest.mark.usefixtures("dateline")
async def test_a_link_that_has_expired(room: Newsroom) -> None:
    """It is said what to do."""
    room.server.link_life = -10
    file = room.server.attach("lighthouse.md", MARKDOWN)
    receipt = await (await typed(room, "add", file=file)).replied()
    assert "attach it again" in receipt.text


async def test_a_file_that_is_too_large(app: App, room: Newsroom) -> None:
    """Is not even fetched."""
    async with in_server(app, room.server, file_bytes=20):
        file = room.server.attach("lighthouse.md", MARKDOWN)
        receipt = await (await typed(room, "add", file=file)).replied()
        assert "larger than 20 bytes" in receipt.text


async def test_a_file_that_says_how_large_it_is_is_not_fetched() -> None:
    """Wherever it lies."""
    with pytest.raises(SourceError, match="larger than 100 bytes"):
        await Downloads("https://cdn.example", 100).fetch({"name": "a.md", "size": 101, "url": ""})


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/attachments/1/2/a.md",
        "https://discordapp.com.evil.example/a.md",
        "http://cdn.discordapp.com/a.md",
        "file:///etc/hosts",
        "",
    ],
)
async def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    """Whatever a payload says."""
    downloads = Downloads("https://cdn.example", 100)
    with pytest.raises(SourceError, match="lies outside Discord"):
        await downloads.fetch({"name": "a.md", "size": 1, "url": url})


@pytest.mark.usefixtures("dateline")
async def test_what_is_loaded_is_listed_shown_and_removed(app: App, room: Newsroom) -> None:
    """In pages with buttons; a removal is confirmed; what is chosen from is offered by title."""
    server = room.server
    listed = await (await typed(room, "list")).replied()
    assert "Tankers at the coast" in listed.text
    offer = await server.autocomplete(
        "source show", {"id": "tankers"}, focused="id", member=room.ann, channel=room.news
    )
    (choice,) = await offer.autocompleted()
    shown = await (await typed(room, "show", id=choice["value"])).replied()
    assert "The harbour master declined" in shown.text
    status = await (await typed(room, "status")).replied()
    assert "3 articles" in status.text
    question = await (await typed(room, "remove", id=choice["value"])).replied()
    assert "Remove this article?" in question.text
    assert "Tankers at the coast" in await ids(app)
    await server.click(question, button(question, "remove"), member=room.ann)
    await server.until(lambda: "removed" in question.text)
    assert question.custom_ids == []
    assert "Tankers at the coast" not in await ids(app)
    (island,) = [value for title, value in (await ids(app)).items() if title == "Island life"]
    question = await (await typed(room, "remove", id=island)).replied()
    await server.click(question, button(question, "cancel"), member=room.ann)
    await server.until(lambda: question.deleted)
    assert "Island life" in await ids(app)


@pytest.mark.usefixtures("dateline")
async def test_the_list_has_pages(room: Newsroom, tmp_path: Path) -> None:
    """The buttons change the message that they stand under."""
    for number in range(12):
        text = f"Boat {number} is called Number{number}."
        article(tmp_path / "more" / f"{number}.md", text, title=f"Boat {number:02}")
    await load("source", "add", tmp_path / "more")
    server = room.server
    listed = await (await typed(room, "list")).replied()
    assert "page 1 of 2" in listed.text
    await server.click(listed, button(listed, "page_next"), member=room.ann)
    await server.until(lambda: "page 2 of 2" in listed.text)
    await server.click(listed, button(listed, "page_previous"), member=room.ann)
    await server.until(lambda: "page 1 of 2" in listed.text)


@pytest.mark.usefixtures("dateline")
async def test_a_document_is_edited_in_a_form(app: App, room: Newsroom) -> None:
    """From the command, or from the button of a receipt that lacks something."""
    server = room.server
    island = (await ids(app))["Island life"]
    form = await (await typed(room, "edit", id=island)).shown()
    sent = await server.submit(form, {"published": "2024-11-23"}, member=room.ann)
    assert "updated" in (await sent.replied()).text
    (found,) = [
        each.document
        for each in (await app.newsroom.listing(Place(channel="x"))).documents
        if each.document.id == island
    ]
    assert (str(found.published), found.outlet) == ("2024-11-23", "Quiet Press")
    wrong = await server.submit(form, {"published": "soon"}, member=room.ann)
    assert "is no date" in (await wrong.replied()).text
    same = await server.submit(form, {"published": "2024-11-23"}, member=room.ann)
    assert "Nothing was changed" in (await same.replied()).text
    receipt = await (await typed(room, "add", file=server.attach("x.md", MARKDOWN))).replied()
    await server.until(lambda: "added" in receipt.text)
    press = await server.click(receipt, button(receipt, "edit"), member=room.ann)
    assert "lighthouse" in (await press.shown()).title
    missing = await typed(room, "edit", id="nothing")
    assert (await missing.replied()).ephemeral


@pytest.mark.usefixtures("dateline")
async def test_only_admins_may(room: Newsroom) -> None:
    """Discord does not offer it to others; in a direct message it is not there."""
    server = room.server
    with pytest.raises(Impossible):
        await server.slash("source list", member=room.zoe)
    with pytest.raises(Impossible):
        await server.slash("source list", member=room.ann.user)


async def test_configured_roles_decide(app: App, room: Newsroom) -> None:
    """Discord offers the command to everybody then; it is checked again when it is typed."""
    server = room.server
    desk = server.role(room.guild, "desk")
    eve = server.member(room.guild, "Eve", roles=[desk])
    async with in_server(app, server, admin_roles=frozenset({int(desk.id)})):
        for member, may in ((eve, True), (room.ann, False), (room.zoe, False)):
            asked = await server.slash("source list", member=member, channel=room.news)
            told = await asked.replied()
            assert ("Tankers at the coast" in told.text) is may
            assert ("Only an admin" in told.text) is not may
        # Who is no admin any more is not one for a button either.
        question = await server.slash(
            "source remove", {"id": (await ids(app))["Island life"]}, member=eve, channel=room.news
        )
        message = await question.replied()
        eve.roles.clear()
        pressed = await server.click(message, button(message, "remove"), member=eve)
        assert "Only an admin" in (await pressed.replied()).text
        assert "Island life" in await ids(app)


@pytest.mark.slow
async def test_a_question_is_answered_while_many_documents_load(
    app: App, room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acknowledged within a moment; how far the load has come is told meanwhile."""
    monkeypatch.setattr("adapters.discord.sources.PROGRESS_SECONDS", 0.05)
    for number in range(150):
        text = "\n\n".join(f"Buoy {number} was seen {each} miles away." for each in range(10))
        article(tmp_path / "many" / f"{number}.md", text, title=f"Buoy {number}")
    server = room.server
    plain = app.commands.handle

    async def handle(command: Any, place: Any, progressed: Any = None) -> Any:
        if progressed is None:
            return await plain(command, place)
        progressed(Progress(what="Loading", done=3, total=150))
        await asyncio.sleep(0.2)
        return await plain(command, place, progressed)

    monkeypatch.setattr(app.commands, "handle", handle)
    async with in_server(app, server):
        loading = asyncio.create_task(load("source", "add", tmp_path / "many"))
        added = await typed(room, "add", file=server.attach("x.md", MARKDOWN))
        for _ in range(5):
            asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
            await asked.acked()
            assert asked.acked_after is not None
            assert asked.acked_after < 1
            assert ANSWER in (await asked.replied(30)).text
        await loading
        receipt = await added.replied(30)
        await server.until(lambda: "added" in receipt.text, 30)
        assert any("Loading: 3 of 150" in each["content"] for each in added.said)
