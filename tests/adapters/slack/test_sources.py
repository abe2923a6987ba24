"""The library on Slack: loaded, listed, edited and removed by admins, and by nobody else."""

import asyncio
import functools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.loading.fetching import Fetcher
from adapters.slack import people, sources
from bot.app import App
from briefs.granting import Grant
from briefs.model import Document
from briefs.ports import Progress
from tests.adapters.slack.conftest import (
    ANN,
    AWAY,
    BOB,
    NEWS,
    PORTS,
    ZOE,
    asked,
    button,
    in_workspace,
    load,
    replies,
    told,
    written,
)
from tests.bot.pages import ARTICLE, COPIED
from tests.doubles.slack import Message, SharedFile, SlackDouble, View, shown
from tests.running import article

ONLY_ADMINS = "Only an admin can load, list and change articles here."
PAGE = "The ferry carries sheep.\n\nIt sails at dawn.\n"


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Return the address of a page on this machine, which may be read in this test."""
    monkeypatch.setattr(
        "adapters.loading.fetching.Fetcher", functools.partial(Fetcher, allow_private=True)
    )

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/plain")

    served = web.Application()
    served.add_routes([web.get("/ferry.txt", page), web.get("/pier.txt", page)])
    runner = web.AppRunner(served, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/ferry.txt"
    await runner.cleanup()


def documents(app: App) -> dict[str, Document]:
    """Return what is loaded, by its title."""
    return {each.title: each for each in app.newsroom._library.documents()}


def upload(slack: SlackDouble, name: str = "ferry.txt", data: str = PAGE) -> SharedFile:
    """Return a file that an admin uploaded."""
    return slack.upload(name, data.encode(), "text/plain", user=ANN)


async def form(slack: SlackDouble, text: str, channel: str = NEWS) -> View:
    """Let an admin open a form."""
    assert (await slack.command("/source", text, user=ANN, channel=channel)).ok
    return await slack.until(lambda: slack.modal(ANN), what=f"no form for {text}")


async def receipts(slack: SlackDouble, user: str = ANN, number: int = 2) -> Message:
    """Wait for what became of a form: after a word that it is being done."""
    return (await told(slack, user, number))[-1]


# Addresses.


@pytest.mark.usefixtures("dateline")
async def test_an_address_is_loaded(slack: SlackDouble, app: App, site: str) -> None:
    """Only who asked sees what became of it; then it answers."""
    asking = await slack.command("/source", f"add {site}", user=ANN, channel=NEWS)
    assert asking.seconds < 1
    (receipt,) = await told(slack, ANN)
    said = shown(receipt)
    assert "added" in said
    assert "2 sentences kept" in said
    assert len(documents(app)) == 4
    assert "unchanged" in await asked(slack, "/source", f"add {site}", user=ANN)
    assert slack.posts() == []
    await slack.mention(NEWS, "What does the ferry carry at dawn?", user=ZOE)
    (answer,) = await replies(slack, NEWS)
    assert "The ferry carries sheep." in shown(answer)


@pytest.mark.usefixtures("dateline")
async def test_what_is_said_of_an_address_is_kept(slack: SlackDouble, app: App, site: str) -> None:
    """Its outlet, and its date."""
    said = await asked(
        slack,
        "/source",
        f'add {site} --outlet "Ferry & Post" --published 2024-11-30',
        user=ANN,
    )
    assert "Ferry & Post" in said.replace("&amp;", "&")
    (document,) = [each for each in documents(app).values() if each.source == site]
    assert (document.outlet, str(document.published)) == ("Ferry & Post", "2024-11-30")


@pytest.mark.usefixtures("dateline")
async def test_what_lies_on_the_operators_machine_is_not_loaded(
    slack: SlackDouble, app: App, tmp_path: Path
) -> None:
    """Neither by its path nor by its address."""
    file = article(tmp_path / "secret.md", "The password is tulip.")
    for path in (str(file), f"file://{file}", "../secret.md", str(tmp_path)):
        said = await asked(slack, "/source", f"add {path}", user=ANN)
        assert "is no web address" in said
        assert str(tmp_path) not in said.replace(path, "")
    for address in ("http://127.0.0.1:9/", "http://localhost/", "http://[::1]/"):
        assert "failed" in await asked(slack, "/source", f"add {address}", user=ANN)
    assert len(documents(app)) == 3


# Files.


@pytest.mark.usefixtures("dateline")
async def test_files_are_loaded_with_the_form(slack: SlackDouble, app: App) -> None:
    """What is kept, what is dropped, and why; with the outlet and the date that were filled in."""
    filling = await form(slack, "add")
    file = upload(slack, "harbour.txt", COPIED)
    values = {
        "add_files": {"type": "file_input", "files": [file.json()]},
        "add_outlet": "Harbour Post",
        "add_published": "2024-11-23 08:00+01:00",
    }
    sent = await slack.submit(filling, values, user=ANN)
    assert sent.errors == {}
    assert sent.seconds < 1
    said = shown(await receipts(slack))
    assert "added" in said
    assert "4 sentences kept" in said
    assert "lines dropped: " in said
    assert "Harbour Post" in said
    assert "2024-11-23" in said or "23 November 2024" in said
    (document,) = [each for each in documents(app).values() if each.outlet == "Harbour Post"]
    assert document.text == ARTICLE
    assert document.source.endswith("harbour.txt")
    assert slack.posts() == []


@pytest.mark.usefixtures("dateline")
async def test_what_is_wrong_in_the_form_is_said_beside_the_field(
    slack: SlackDouble, app: App
) -> None:
    """Nothing is loaded before it is right."""
    filling = await form(slack, "add")
    sent = await slack.submit(filling, {"add_outlet": "Post"}, user=ANN)
    assert list(sent.errors) == ["add_urls"]
    urls = {"add_urls": "https://news.example/"}
    for date in ("yesterday", "2024-13-01", "2024-11-22 8"):
        sent = await slack.submit(filling, {**urls, "add_published": date}, user=ANN)
        assert list(sent.errors) == ["add_published"]
        assert date in sent.errors["add_published"]
    assert slack.modal(ANN) is filling
    assert len(documents(app)) == 3
    assert slack.ephemerals(ANN) == []


@pytest.mark.usefixtures("dateline")
async def test_files_and_addresses_are_loaded_at_once(
    slack: SlackDouble, app: App, site: str
) -> None:
    """Each has a receipt, and what cannot be loaded says why."""
    filling = await form(slack, "add")
    files = [
        upload(slack, "tulip.md", "Tulips bloom in April.").json(),
        upload(slack, "picture.png", "\x89PNG").json(),
        {**upload(slack, "drive.txt").json(), "mode": "external"},
        {**upload(slack, "huge.txt").json(), "size": 20_000_001},
        {"id": "F0GONE"},
        upload(slack, "empty.txt", " ").json(),
    ]
    values = {
        "add_files": {"type": "file_input", "files": files},
        "add_urls": f"{site}\n<{site.replace('ferry', 'none')}>, ",
    }
    await slack.submit(filling, values, user=ANN)
    said = shown(await receipts(slack))
    lines = said.splitlines()
    for name, reason in (
        ("picture.png", "png"),
        ("drive.txt", "not kept on Slack"),
        ("huge.txt", "limits.file_bytes"),
        ("F0GONE", "file_not_found"),
        ("empty.txt", ""),
        ("none.txt", "404"),
    ):
        told_of = [each for each in lines if f"failed {name}: " in each or f"/{name}: " in each]
        assert told_of, name
        assert all(reason in each for each in told_of), told_of
    assert "added tulip" in said
    assert len(documents(app)) == 5
    # Nothing is kept of what nothing was loaded from.
    kept = {each.name for each in app.uploads._folder.rglob("*") if each.is_file()}  # type: ignore[attr-defined]
    assert kept == {"tulip.md"}
    assert str(app.uploads._folder) not in said  # type: ignore[attr-defined]


async def test_without_the_scope_for_files_it_is_said_what_is_missing(
    slack: SlackDouble, app: App
) -> None:
    """To the admin who wanted to load one."""
    slack.scopes.discard("files:read")
    message = slack.said(NEWS, "See this.", user=ANN, files=[upload(slack)])
    async with in_workspace(app, slack):
        await slack.shortcut("load_files", message, user=ANN)
        said = shown((await told(slack, ANN))[0])
    assert "failed ferry.txt: " in said
    assert "files:read" in said
    assert len(documents(app)) == 3


async def test_a_file_is_as_large_as_is_configured(slack: SlackDouble, app: App) -> None:
    """The limit is named."""
    message = slack.said(NEWS, "See this.", user=ANN, files=[upload(slack)])
    async with in_workspace(app, slack, file_bytes=10):
        await slack.shortcut("load_files", message, user=ANN)
        assert "10 bytes (limits.file_bytes)" in shown((await told(slack, ANN))[0])


@pytest.mark.usefixtures("dateline")
async def test_the_files_of_a_message_are_loaded_from_its_menu(
    slack: SlackDouble, app: App
) -> None:
    """Its links are not, where it has files."""
    files = [upload(slack), upload(slack, "pier.txt", "The pier is closed.")]
    asking = await slack.say(NEWS, "https://news.example/ says so", user=BOB, files=files)
    assert (await slack.shortcut("load_files", written(asking), user=ANN)).ok
    said = shown((await told(slack, ANN))[0])
    assert said.count("sentence kept") + said.count("sentences kept") >= 2
    assert {"ferry", "pier"} <= set(documents(app))
    assert "news.example" not in said
    assert slack.posts() == []


@pytest.mark.usefixtures("dateline")
async def test_the_links_of_a_message_are_loaded_from_its_menu(
    slack: SlackDouble, app: App, site: str
) -> None:
    """Each once; a message without either is none to load from."""
    asking = await slack.say(NEWS, f"See {site} and {site}!", user=BOB)
    await slack.shortcut("load_files", written(asking), user=ANN)
    assert "added" in shown((await told(slack, ANN))[0])
    assert len(documents(app)) == 4
    nothing = await slack.say(NEWS, "See nothing.", user=BOB)
    await slack.shortcut("load_files", written(nothing), user=ANN)
    assert "neither a file nor a link" in shown((await told(slack, ANN, 2))[1])


@pytest.mark.usefixtures("dateline")
async def test_a_mention_with_a_file_says_how_to_load_it(slack: SlackDouble) -> None:
    """A file is not loaded by being shared."""
    await slack.mention(NEWS, "", user=ANN, files=[upload(slack)])
    (hint,) = await replies(slack, NEWS)
    assert "Load into Dateline" in shown(hint)


# What is loaded.


@pytest.mark.usefixtures("dateline")
async def test_a_long_list_is_leafed_through_in_its_place(
    slack: SlackDouble, tmp_path: Path
) -> None:
    """There and back; a page that is none is the nearest."""
    for number in range(17):
        article(tmp_path / f"many/{number:02}.md", f"Item {number}.", title=f"Item {number:02}")
    await load("source", "add", tmp_path / "many")
    first = await asked(slack, "/source", "list", user=ANN)
    assert "20 articles, page 1 of 3" in first
    (page,) = slack.ephemerals(ANN)
    await slack.click(page, "source_page_next", user=ANN)
    await slack.until(lambda: "page 2 of 3" in shown(page))
    await slack.click(page, "source_page_next", user=ANN)
    await slack.until(lambda: "page 3 of 3" in shown(page))
    assert "source_page_next" not in str(page.blocks)
    await slack.click(page, "source_page_previous", user=ANN)
    await slack.until(lambda: "page 2 of 3" in shown(page))
    assert slack.ephemerals(ANN) == [page]


@pytest.mark.usefixtures("dateline")
async def test_an_article_is_shown_whole(slack: SlackDouble, app: App) -> None:
    """The beginning of its id is enough; another id is none."""
    document = documents(app)["Tankers at the coast"]
    said = await asked(slack, "/source", f"show {document.id[:6]}", user=ANN)
    for word in ("Tankers at the coast", "Coast Herald", "Ann Rivers", "The harbour master"):
        assert word in said
    assert "There is no" in await asked(slack, "/source", "show nothing", user=ANN)
    assert "3 articles" in await asked(slack, "/source", "status", user=ANN)


@pytest.mark.usefixtures("dateline")
async def test_what_a_source_does_not_say_is_filled_in_from_its_receipt(
    slack: SlackDouble, app: App
) -> None:
    """The form shows what is known, and only what was changed is kept."""
    message = slack.said(NEWS, "See this.", user=ANN, files=[upload(slack)])
    await slack.shortcut("load_files", message, user=ANN)
    (receipt,) = await told(slack, ANN)
    await slack.click(receipt, "source_edit", user=ANN)
    editing = await slack.until(lambda: slack.modal(ANN))
    assert editing.title == "Edit source"
    sent = await slack.submit(editing, {"edit_published": "soon"}, user=ANN)
    assert list(sent.errors) == ["edit_published"]
    values = {"edit_published": "2024-12-24", "edit_outlet": "Ferry Post"}
    assert (await slack.submit(editing, values, user=ANN)).errors == {}
    said = shown((await told(slack, ANN, 2))[1])
    assert "Ferry Post" in said
    document = documents(app)["ferry"]
    assert (document.outlet, str(document.published)) == ("Ferry Post", "2024-12-24")
    assert document.author is None


@pytest.mark.usefixtures("dateline")
async def test_an_article_is_edited_by_a_command_and_by_its_form(
    slack: SlackDouble, app: App
) -> None:
    """A form that was sent as it was changes nothing."""
    document = documents(app)["Island life"]
    said = await asked(slack, "/source", f"edit {document.id} --outlet Loud", user=ANN)
    assert "Loud" in said
    editing = await form(slack, f"edit {document.id}")
    assert "Loud" in str(editing.definition)
    await slack.submit(editing, user=ANN)
    assert "Nothing was changed" in shown((await told(slack, ANN, 2))[1])
    editing = await form(slack, f"edit {document.id}")
    await slack.submit(editing, {"edit_author": "Bea Mill"}, user=ANN)
    await told(slack, ANN, 3)
    found = documents(app)["Island life"]
    assert (found.outlet, found.author) == ("Loud", "Bea Mill")
    assert "There is no" in await asked(slack, "/source", "edit nothing", user=ANN)


@pytest.mark.usefixtures("dateline")
async def test_an_article_is_removed_when_that_is_confirmed(slack: SlackDouble, app: App) -> None:
    """Not when it is taken back; the question goes away either way."""
    document = documents(app)["Island life"]
    said = await asked(slack, "/source", f"remove {document.id[:8]}", user=ANN)
    assert "Remove “Island life”?" in said
    (question,) = slack.ephemerals(ANN)
    assert button(question, "source_remove")["confirm"]
    await slack.click(question, "source_cancel", user=ANN)
    await slack.until(lambda: question.deleted)
    assert "Island life" in documents(app)
    await asked(slack, "/source", f"remove {document.id}", user=ANN)
    (question,) = slack.ephemerals(ANN)
    await slack.click(question, "source_remove", user=ANN)
    await slack.until(lambda: "removed" in shown(question))
    assert "Island life" not in documents(app)
    assert "source_remove" not in str(question.blocks)
    await slack.mention(NEWS, "What does the ferry to the island carry?", user=ZOE)
    (answer,) = await replies(slack, NEWS)
    assert "sheep" not in shown(answer)


@pytest.mark.usefixtures("dateline")
async def test_dropped_lines_are_brought_back(slack: SlackDouble, app: App) -> None:
    """By their numbers, as the article shows them."""
    message = slack.said(NEWS, "See this.", user=ANN, files=[upload(slack, "h.txt", COPIED)])
    await slack.shortcut("load_files", message, user=ANN)
    await told(slack, ANN)
    document = documents(app)["h"]
    before = len(slack.ephemerals(ANN))
    await slack.command("/source", f"show {document.id}", user=ANN, channel=NEWS)
    shows = await told(slack, ANN, before + 1)
    lines = "".join(map(shown, shows[before:])).splitlines()
    (line,) = {each for each in lines if each.endswith("Fishermen count their losses")}
    said = await asked(slack, "/source", f"restore {document.id} {line.split()[0]}", user=ANN)
    assert "5 sentences kept" in said or "updated" in said
    assert "Fishermen count their losses" in documents(app)["h"].text
    assert "Type the numbers" in await asked(
        slack, "/source", f"restore {document.id} all", user=ANN
    )


@pytest.mark.usefixtures("dateline")
async def test_all_sources_are_loaded_again(slack: SlackDouble) -> None:
    """What did not change is said to."""
    said = await asked(slack, "/source", "refresh", user=ANN)
    assert "unchanged" in said


# Who may.


COMMANDS = (
    "add",
    "add https://news.example/",
    "list",
    "show {id}",
    "edit {id}",
    "edit {id} --outlet Mine",
    "remove {id}",
    "restore {id} 1",
    "refresh",
    "status",
    "",
    "nonsense",
)


@pytest.mark.usefixtures("dateline")
@pytest.mark.parametrize("user", [BOB, ZOE])
async def test_who_is_no_admin_may_nothing(slack: SlackDouble, app: App, user: str) -> None:
    """Neither by a command nor by a message's menu; who made the channel neither."""
    document = documents(app)["Island life"]
    for text in COMMANDS:
        typed = text.replace("{id}", document.id)
        assert ONLY_ADMINS in await asked(slack, "/source", typed, user=user)
    message = slack.said(NEWS, "See https://news.example/", user=user, files=[upload(slack)])
    await slack.shortcut("load_files", message, user=user)
    assert ONLY_ADMINS in shown((await told(slack, user, len(COMMANDS) + 1))[-1])
    assert slack.modal(user) is None
    assert slack.downloads == []
    assert documents(app)["Island life"] == document
    assert len(documents(app)) == 3


async def test_who_is_no_admin_any_more_may_nothing_more(
    slack: SlackDouble, app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not with the buttons and forms either that are still open."""
    monkeypatch.setattr(people, "FRESH_SECONDS", 0.0)
    for number in range(9):
        article(tmp_path / f"many/{number}.md", f"Item {number}.", title=f"Item {number}")
    await load("source", "add", tmp_path / "many")
    document = documents(app)["Island life"]
    async with in_workspace(app, slack):
        await asked(slack, "/source", "list", user=ANN)
        await asked(slack, "/source", f"remove {document.id}", user=ANN)
        await asked(slack, "/source", f"show {document.id}", user=ANN)
        pages, question, shows = slack.ephemerals(ANN)[:3]
        adding, editing = await form(slack, "add"), None
        slack.user(ANN, name="ann")
        refused = len(slack.ephemerals(ANN))
        for message, action in (
            (pages, "source_page_next"),
            (question, "source_remove"),
            (shows, "source_edit"),
        ):
            await slack.click(message, action, user=ANN)
            refused += 1
            assert ONLY_ADMINS in shown((await told(slack, ANN, refused))[-1])
        files = {"add_files": {"type": "file_input", "files": [upload(slack).json()]}}
        await slack.submit(adding, files, user=ANN)
        assert ONLY_ADMINS in shown((await told(slack, ANN, refused + 1))[-1])
        slack.user(ANN, name="ann", admin=True)
        editing = await form(slack, f"edit {document.id}")
        slack.user(ANN, name="ann")
        await slack.submit(editing, {"edit_outlet": "Mine"}, user=ANN)
        assert ONLY_ADMINS in shown((await told(slack, ANN, refused + 2))[-1])
    assert documents(app)["Island life"] == document
    assert len(documents(app)) == 12
    assert slack.downloads == []


async def test_the_admins_that_are_configured_are_the_only_ones(
    slack: SlackDouble, app: App
) -> None:
    """In place of those of the workspace."""
    async with in_workspace(app, slack, admins=frozenset({ZOE})):
        assert "3 articles" in await asked(slack, "/source", "list", user=ZOE)
        assert ONLY_ADMINS in await asked(slack, "/source", "list", user=ANN)


async def test_an_admin_of_another_workspace_is_none_here(
    slack: SlackDouble, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel may be shared with others."""
    known = type(slack.users[ANN]).json
    monkeypatch.setattr(type(slack.users[ANN]), "json", lambda self, _: known(self, "T0OTHER"))
    async with in_workspace(app, slack):
        assert ONLY_ADMINS in await asked(slack, "/source", "list", user=ANN)
        await slack.command("/source", "add", user=ANN, channel=NEWS)
        assert ONLY_ADMINS in shown((await told(slack, ANN, 2))[-1])


# Where to.


@pytest.mark.usefixtures("dateline")
async def test_a_channel_loads_into_what_it_sees(slack: SlackDouble, app: App) -> None:
    """Into `main` where that is, else into its own; and lists only that."""
    app.timetable.grants.channels[f"slack:{AWAY}"] = Grant(  # type: ignore[index]
        collections=frozenset({"sea"})
    )
    for number, (channel, collection) in enumerate(
        ((AWAY, "sea"), (PORTS, "main"), (NEWS, "main")), 1
    ):
        file = upload(slack, f"in{number}.txt", f"Boat {number} left.")
        message = slack.said(channel, "See this.", user=ANN, files=[file])
        await slack.shortcut("load_files", message, user=ANN)
        await told(slack, ANN, number)
        assert documents(app)[f"in{number}"].collection == collection
    said = await asked(slack, "/source", "list", user=ANN, channel=AWAY)
    assert "in1" in said
    assert "in2" not in said
    said = await asked(slack, "/source", "list", user=ANN)
    assert "in1" not in said
    hidden = documents(app)["in1"].id
    for text in (f"show {hidden}", f"remove {hidden}", f"edit {hidden} --outlet Mine"):
        assert "There is no" in await asked(slack, "/source", text, user=ANN)


@pytest.mark.usefixtures("dateline")
async def test_where_a_channel_sees_several_collections_one_is_chosen(
    slack: SlackDouble, app: App, site: str
) -> None:
    """In the form, or by its name; never one that may not be seen."""
    assert "Collection" not in shown(await form(slack, "add"))
    filling = await form(slack, "add", PORTS)
    assert "Collection" in shown(filling)
    values = {"add_urls": site, "add_collection": "sea"}
    await slack.submit(filling, values, user=ANN)
    assert "added" in shown(await receipts(slack))
    (document,) = [each for each in documents(app).values() if each.source == site]
    assert document.collection == "sea"
    assert "cannot be changed from here" in await asked(
        slack, "/source", f"add {site} --collection sea", user=ANN
    )


async def test_who_waits_for_long_is_told_how_far_it_is(
    slack: SlackDouble, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As often as the address that came with the command allows."""
    monkeypatch.setattr(sources, "PROGRESS_SECONDS", (0.05, 0.05))

    class Slowly:
        """Carries commands out after a while."""

        async def handle(self, command: Any, place: Any, progressed: Any = None) -> Any:
            """Say how far it is, and wait."""
            if progressed is not None:
                progressed(Progress(what="Reading", done=1, total=2))
                await asyncio.sleep(0.3)
            return await app.commands.handle(command, place, progressed)

    async with in_workspace(app, slack, handler=Slowly()):
        await slack.command("/source", "refresh", user=ANN, channel=NEWS)
        *notes, last = await told(slack, ANN, 3)
    assert [shown(each).splitlines()[0] for each in notes] == ["Reading: 1 of 2…"] * 2
    assert "unchanged" in shown(last)
