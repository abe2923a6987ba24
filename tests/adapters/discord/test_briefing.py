"""Briefs on Discord, with the real discord.py, in a server of the tests' own."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import App
from briefs.outcomes import Limits
from briefs.parts import Ending
from briefs.ports import Place
from briefs.timetabling import AddSchedule
from tests.adapters.discord.conftest import Newsroom, button, in_server, load
from tests.doubles.discord_server import LostReply, ServerError, pings
from tests.doubles.discord_server import permissions as bits
from tests.running import article

SCHEDULE = {"name": "morning", "when": "weekdays at 08:00", "timezone": "Europe/Berlin"}


def schedules(app: App, channel: Any) -> list[str]:
    """Return the names of a channel's schedules."""
    place = Place(channel=f"discord:{channel.id}", admin=True)
    return [each.schedule.name for each in app.timetable.listing(place).schedules]


@pytest.mark.usefixtures("dateline")
async def test_a_brief_is_composed_for_all_to_see(room: Newsroom) -> None:
    """And the next one tells only what is new; a preview is for one person."""
    server = room.server
    now = await server.slash("brief now", member=room.zoe, channel=room.news)
    brief = await now.replied()
    assert not brief.ephemeral
    assert "43 trips" in brief.text
    assert "Brief " in brief.text
    again = await server.slash("brief now", member=room.zoe, channel=room.news)
    assert "43 trips" not in (await again.replied()).text
    look = await server.slash("brief preview", {"topic": "ferry"}, member=room.zoe)
    assert (await look.replied()).ephemeral
    history = await server.slash("brief history", member=room.zoe, channel=room.news)
    listed = await history.replied()
    assert listed.ephemeral
    assert "43 trips" not in listed.text
    since = await server.slash("brief preview", {"since": "soon"}, member=room.zoe)
    assert "is no date" in (await since.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_a_long_brief_comes_in_parts(room: Newsroom, tmp_path: Any) -> None:
    """In order, each within Discord's limits, and no sentence is cut."""
    for number in range(40):
        words = " ".join(f"cargo{number}x{each}" for each in range(25))
        article(
            tmp_path / "many" / f"{number}.md",
            f"The ship of captain Name{number} left the harbour with {words} aboard.",
            title=f"Ship {number}",
            outlet=f"Paper {number}",
            published="2024-11-20",
        )
    await load("source", "add", tmp_path / "many")
    server = room.server
    asked = await server.slash("brief now", member=room.zoe, channel=room.news)
    await asked.replied()
    await server.until(lambda: "Part 1 of" in asked.messages[0].text)
    total = int(asked.messages[0].text.split("Part 1 of ")[1].split()[0])
    assert total > 1
    parts = await asked.followed(total)
    for number, part in enumerate(parts, 1):
        assert f"Part {number} of {total}" in part.text


async def test_a_schedule_is_looked_at_and_saved(app: App, room: Newsroom) -> None:
    """By who manages the channel; the next five times are shown first; also after a restart."""
    server = room.server
    async with in_server(app, server):
        asked = await server.slash("brief schedule", SCHEDULE, member=room.bob, channel=room.news)
        question = await asked.replied()
        assert question.ephemeral
        assert question.text.count("<t:") == 5
        assert "UTC+01:00" in question.text.replace("\\", "") or "UTC+02:00" in question.text
        assert schedules(app, room.news) == []
    async with in_server(app, server):
        pressed = await server.click(question, button(question, "schedule_save"), member=room.bob)
        await server.until(lambda: schedules(app, room.news) == ["morning"])
        await pressed.acked()
        await server.until(lambda: "Scheduled" in question.text)
        assert question.custom_ids == []


@pytest.mark.usefixtures("dateline")
async def test_a_schedule_is_not_saved_when_it_is_cancelled(app: App, room: Newsroom) -> None:
    """The question disappears, and its button is of no use any more."""
    server = room.server
    asked = await server.slash("brief schedule", SCHEDULE, member=room.bob, channel=room.news)
    question = await asked.replied()
    await server.click(question, button(question, "cancel"), member=room.bob)
    await server.until(lambda: question.deleted)
    assert schedules(app, room.news) == []
    assert app.inbox.unsettled("discord-draft:") == ()


@pytest.mark.usefixtures("dateline")
async def test_a_schedule_is_saved_by_who_filled_it_in(app: App, room: Newsroom) -> None:
    """And by nobody else, though Discord should show them the button."""
    server = room.server
    asked = await server.slash("brief schedule", SCHEDULE, member=room.bob, channel=room.news)
    question = await asked.replied()
    question.only_for = room.ann.user
    pressed = await server.click(question, button(question, "schedule_save"), member=room.ann)
    assert "Type /brief schedule again" in (await pressed.replied()).text
    assert schedules(app, room.news) == []


@pytest.mark.usefixtures("dateline")
async def test_a_schedule_is_paused_resumed_and_deleted(app: App, room: Newsroom) -> None:
    """By its name, which is offered; and listed with its next time."""
    server = room.server
    asked = await server.slash("brief schedule", SCHEDULE, member=room.ann, channel=room.news)
    question = await asked.replied()
    await server.click(question, button(question, "schedule_save"), member=room.ann)
    await server.until(lambda: schedules(app, room.news))
    offer = await server.autocomplete(
        "brief pause", {"name": "mor"}, focused="name", member=room.ann, channel=room.news
    )
    assert [each["value"] for each in await offer.autocompleted()] == ["morning"]
    for verb, says in (("pause", "rests"), ("resume", "goes on"), ("delete", "is removed")):
        if verb == "pause":
            listed = await server.slash("brief list", member=room.zoe, channel=room.news)
            assert "morning" in (await listed.replied()).text
        done = await server.slash(
            f"brief {verb}", {"name": "morning"}, member=room.ann, channel=room.news
        )
        assert says in (await done.replied()).text
    assert schedules(app, room.news) == []


@pytest.mark.usefixtures("dateline")
async def test_who_does_not_manage_the_channel_is_refused(room: Newsroom) -> None:
    """Here and in another channel; what cannot be is said when it is looked at."""
    server = room.server
    refused = await server.slash("brief schedule", SCHEDULE, member=room.zoe, channel=room.news)
    assert "Only an admin, or who manages this channel" in (await refused.replied()).text
    hidden = server.channel(room.guild, "hidden")
    hidden.denied[room.bob.id] = 1 << 4
    await asyncio.sleep(0.1)
    given = {**SCHEDULE, "channel": hidden}
    other = await server.slash("brief schedule", given, member=room.bob, channel=room.news)
    assert "Only an admin, or who manages this channel" in (await other.replied()).text
    given = {**SCHEDULE, "timezone": "Mars"}
    mars = await server.slash("brief schedule", given, member=room.bob, channel=room.news)
    assert "no time zone" in (await mars.replied()).text
    offer = await server.autocomplete(
        "brief schedule", {**SCHEDULE, "timezone": "berl"}, focused="timezone", member=room.bob
    )
    assert [each["value"] for each in await offer.autocompleted()] == ["Europe/Berlin"]


@pytest.mark.usefixtures("dateline")
async def test_a_schedule_for_another_channel_and_for_a_direct_message(
    app: App, room: Newsroom
) -> None:
    """What somebody may in the other channel counts; a direct message is one's own."""
    server = room.server
    given = {**SCHEDULE, "channel": room.ports}
    asked = await server.slash("brief schedule", given, member=room.bob, channel=room.news)
    question = await asked.replied()
    assert f"<#{room.ports.id}>" in question.text
    await server.click(question, button(question, "schedule_save"), member=room.bob)
    await server.until(lambda: schedules(app, room.ports) == ["morning"])
    person = room.zoe.user
    given = {**SCHEDULE, "name": "mine"}
    own = await (await server.slash("brief schedule", given, member=person)).replied()
    await server.click(own, button(own, "schedule_save"), member=person)
    await server.until(lambda: schedules(app, server.dm(person)) == ["mine"])


@pytest.mark.parametrize(
    "fault",
    [
        None,
        pytest.param(LostReply(), marks=pytest.mark.slow),
        pytest.param(ServerError(502, done=True), marks=pytest.mark.slow),
        pytest.param(ServerError(503), marks=pytest.mark.slow),
    ],
)
async def test_a_scheduled_brief_is_delivered_once(
    app: App, room: Newsroom, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its key as the nonce and in the footer, by which a lost one is found."""
    monkeypatch.setattr(
        "adapters.discord.posting.LIMITS", Limits(timeout_seconds=2.0, interval_seconds=0.1)
    )
    server = room.server
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    place = Place(channel=f"discord:{room.news.id}", admin=True)
    app.timetable.add(AddSchedule(name="morning", cron="* * * * *", timezone="UTC"), place)
    async with in_server(app, server, delivering=True):
        if fault is not None:
            server.fault("POST", "/channels/{}/messages", fault)
        await app.occasions.due("morning", due)
        (post,) = await room.replies()
        await server.until(lambda: _ending(app) is Ending.DELIVERED, 20)
        await room.replies()
    assert "43 trips" in post.text
    (delivery,) = app.outbox.history("morning")
    (part,) = delivery.parts
    assert post.nonce == part.key
    assert post.embeds[-1]["footer"]["text"].endswith(part.key)
    assert pings(post) == set()


async def test_a_brief_that_cannot_be_posted_fails_at_once(app: App, room: Newsroom) -> None:
    """Discord is asked once; the reason is kept."""
    server = room.server
    server.deny(room.news, bits.SEND_MESSAGES)
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    place = Place(channel=f"discord:{room.news.id}", admin=True)
    app.timetable.add(AddSchedule(name="morning", cron="* * * * *", timezone="UTC"), place)
    async with in_server(app, server, delivering=True):
        await app.occasions.due("morning", due)
        await server.until(lambda: _ending(app) is Ending.FAILED)
    (delivery,) = app.outbox.history("morning")
    assert "Dateline may not post there" in (delivery.reason or "")
    assert server.invalid_requests == 1


def _ending(app: App) -> Ending | None:
    found = app.outbox.history("morning")
    return found[0].ending if found else None
