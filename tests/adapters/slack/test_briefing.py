"""Briefs on Slack: now, again, and by themselves, against a workspace of the tests' own."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.posting import EVENT
from bot.app import App
from briefs.outcomes import Limits
from tests.adapters.slack.conftest import (
    ANN,
    AWAY,
    BOB,
    NEWS,
    PORTS,
    ZOE,
    asked,
    in_workspace,
    load,
    replies,
    told,
)
from tests.doubles.slack import (
    ApiError,
    LostReply,
    LostRequest,
    Message,
    RateLimited,
    ServerError,
    SlackDouble,
    Slow,
    View,
    mentions,
    shown,
)
from tests.running import article

MORNING = 'schedule morning --when "weekdays at 08:00" --timezone Europe/Berlin'
FILLED = {
    "schedule_name": "morning",
    "schedule_when": "weekdays at 08:00",
    "schedule_zone": "Europe/Berlin",
}


def key(message: Message) -> str:
    """Return the key that a message is told from others by."""
    assert message.metadata is not None
    assert message.metadata["event_type"] == EVENT
    found: str = message.metadata["event_payload"]["key"]
    return found


_THINGS = "lantern granite willow copper orchard saddle thimble walnut ribbon kettle".split()
_MANY = range(40)


async def form(slack: SlackDouble, user: str, channel: str = NEWS) -> View:
    """Let somebody open the form for schedules."""
    assert (await slack.command("/brief", "schedule", user=user, channel=channel)).ok
    return await slack.until(lambda: slack.modal(user))


async def load_long(folder: Path) -> None:
    """Load what fills more than one message."""

    def paragraph(number: int) -> str:
        lost = " ".join(f"{_THINGS[(7 * number + 3 * each) % 10]}{number}x{each}" for each in _MANY)
        town = f"{_THINGS[(3 * number + 5) % 10].title()}ton"
        return f"The {_THINGS[number % 10]} club of {town} counted {number + 200} items: {lost}."

    text = "\n\n".join(map(paragraph, range(30)))
    file = article(folder / "long.md", text, outlet="Lamp Post", published="2024-11-21")
    await load("source", "add", file)


@pytest.mark.usefixtures("dateline")
async def test_a_brief_is_posted_for_all_and_its_news_told_once(slack: SlackDouble) -> None:
    """The second time only who asks hears that nothing is new."""
    asking = await slack.command("/brief", "now", user=ZOE, channel=NEWS)
    assert asking.seconds < 1
    (brief,) = await replies(slack, NEWS)
    said = shown(brief)
    assert "made 43 trips" in said
    assert "[1]" in said
    assert "Coast Herald" in said
    assert key(brief)
    assert mentions(brief) == []
    assert slack.ephemerals(ZOE) == []
    assert "Nothing new" in await asked(slack, "/brief", "now", user=ZOE)
    await replies(slack, NEWS)
    # Another channel has not heard of it yet.
    await slack.command("/brief", "now", user=ZOE, channel=PORTS)
    (other,) = await replies(slack, PORTS)
    assert key(other) != key(brief)


@pytest.mark.usefixtures("dateline")
async def test_a_long_brief_goes_on_in_its_thread(slack: SlackDouble, tmp_path: Path) -> None:
    """The channel shows its first message; each message has a key of its own."""
    await load_long(tmp_path)
    await slack.command("/brief", "now", user=ZOE, channel=NEWS)
    first, *others = await slack.until(lambda: _whole(slack.posts(NEWS)))
    assert slack.messages(NEWS) == [first]
    assert {each.thread_ts for each in others} == {first.ts}
    assert len({key(each) for each in (first, *others)}) == 1 + len(others)


@pytest.mark.usefixtures("dateline")
async def test_a_preview_is_seen_by_who_asks_and_keeps_nothing(slack: SlackDouble) -> None:
    """So that the next brief tells the same."""
    for _ in range(2):
        said = await asked(slack, "/brief", "preview", user=ZOE)
        assert "made 43 trips" in said
        assert "not kept" in said
    assert slack.posts() == []
    assert "no brief yet" in await asked(slack, "/brief", "history", user=ZOE)
    await slack.command("/brief", "now", user=ZOE, channel=NEWS)
    (brief,) = await replies(slack, NEWS)
    assert "made 43 trips" in shown(brief)


@pytest.mark.usefixtures("dateline")
async def test_briefs_are_listed_and_shown_again(slack: SlackDouble) -> None:
    """With what is scheduled, in private; another channel's history is its own."""
    await slack.command("/brief", "now", user=ZOE, channel=NEWS)
    (brief,) = await replies(slack, NEWS)
    await slack.command("/brief", "list", user=ZOE, channel=NEWS)
    briefs, schedules = map(shown, await told(slack, ZOE, 2))
    assert "Nothing is scheduled here" in schedules
    id_ = shown(brief).split()[-1]
    assert id_ in briefs
    assert id_ in await asked(slack, "/brief", "history", user=BOB)
    assert id_ not in await asked(slack, "/brief", "history", user=BOB, channel=PORTS)
    again = await asked(slack, "/brief", f"show {id_}", user=BOB)
    assert "made 43 trips" in again
    assert "Composed for slack:C0NEWS" in again
    assert "There is no brief" in await asked(slack, "/brief", "show nothing", user=BOB)
    await replies(slack, NEWS)


@pytest.mark.usefixtures("dateline")
async def test_a_brief_for_a_channel_that_dateline_is_not_in(slack: SlackDouble) -> None:
    """Who asked alone sees it, and why."""
    await slack.command("/brief", "now", user=ZOE, channel=AWAY)
    why, brief = map(shown, await told(slack, ZOE, 2))
    assert "only you see it" in why
    assert "/invite @Dateline" in why
    assert "made 43 trips" in brief
    assert slack.posts() == []


@pytest.mark.usefixtures("dateline")
async def test_a_command_that_is_none_is_explained(slack: SlackDouble) -> None:
    """With what was probably meant."""
    assert "Did you mean now" in await asked(slack, "/brief", "nwo", user=ZOE)
    assert "/brief now" in await asked(slack, "/brief", "", user=ZOE)
    assert "“Mars/Base”" in await asked(
        slack, "/brief", "schedule a --when hourly --timezone Mars/Base", user=ANN
    )


@pytest.mark.usefixtures("dateline")
@pytest.mark.parametrize("user", [ANN, BOB])
async def test_an_admin_or_the_channels_creator_schedules(slack: SlackDouble, user: str) -> None:
    """By a command; it is listed, rests, goes on and goes."""
    said = await asked(slack, "/brief", MORNING, user=user)
    assert "weekdays at 08:00" in said
    assert said.count("08:00 UTC+0") == 5
    assert "morning" in await asked(slack, "/brief", "schedule", user=ZOE)
    assert "another channel" in await asked(
        slack, "/brief", "pause morning", user=user, channel=PORTS
    )
    assert "rests" in await asked(slack, "/brief", "pause morning", user=user)
    assert "paused" in await asked(slack, "/brief", "schedule", user=ZOE)
    assert "goes on" in await asked(slack, "/brief", "resume morning", user=user)
    assert "is removed" in await asked(slack, "/brief", "delete morning", user=user)
    assert "Nothing is scheduled" in await asked(slack, "/brief", "schedule", user=ZOE)


@pytest.mark.usefixtures("dateline")
async def test_a_reader_does_not_schedule(slack: SlackDouble, app: App) -> None:
    """And is told who may; what is there stays."""
    await asked(slack, "/brief", MORNING, user=ANN)
    for text in (MORNING.replace("morning", "mine"), "pause morning", "delete morning"):
        assert "Only an admin, or who manages this channel" in await asked(
            slack, "/brief", text, user=ZOE
        )
    (schedule,) = app.timetable.schedules()
    assert not schedule.paused
    assert slack.modal(ZOE) is None


@pytest.mark.usefixtures("dateline")
async def test_who_manages_a_conversation_with_dateline(slack: SlackDouble) -> None:
    """Each person their own."""
    channel = slack.dm(ZOE)
    await slack.command("/brief", MORNING, user=ZOE, channel=channel)
    (said,) = await told(slack, ZOE)
    assert "08:00 UTC" in shown(said)


@pytest.mark.usefixtures("dateline")
async def test_a_schedule_is_set_up_with_the_form(slack: SlackDouble, app: App) -> None:
    """When it is due is shown before it is saved, with the offsets; then it is told."""
    filling = await form(slack, BOB)
    assert filling.title == "Schedule briefs"
    sent = await slack.submit(filling, FILLED, user=BOB)
    assert sent.errors == {}
    assert sent.seconds < 1
    times = sent.view
    assert times is not None
    said = shown(times)
    assert "weekdays at 08:00" in said
    assert said.count("08:00 UTC+0") == 5
    assert app.timetable.schedules() == ()
    saved = await slack.submit(times, user=BOB)
    assert saved.ok
    assert saved.view is None
    assert "morning" in shown((await told(slack, BOB))[0])
    (schedule,) = app.timetable.schedules()
    assert (schedule.channel, schedule.cron) == (f"slack:{NEWS}", "0 8 * * mon-fri")
    assert (schedule.timezone, schedule.topic) == ("Europe/Berlin", None)


@pytest.mark.usefixtures("dateline")
async def test_the_form_begins_with_the_persons_time_zone(slack: SlackDouble) -> None:
    """And suggests others while somebody types."""
    zoe = slack.user(ZOE, name="zoe", admin=True, tz="America/New_York")
    filling = await form(slack, zoe)
    filled = {name: value for name, value in FILLED.items() if name != "schedule_zone"}
    suggested = await slack.suggest(filling, "schedule_zone", "berl", user=zoe)
    assert [each["value"] for each in suggested.payload["options"]] == ["Europe/Berlin"]
    none = await slack.suggest(filling, "schedule_zone", "atlantis", user=zoe)
    assert none.payload["options"] == []
    many = await slack.suggest(filling, "schedule_zone", "am", user=zoe)
    assert 0 < len(many.payload["options"]) <= 100
    sent = await slack.submit(filling, filled, user=zoe)
    assert sent.view is not None
    assert "America/New_York" in shown(sent.view)


@pytest.mark.usefixtures("dateline")
async def test_what_is_wrong_in_the_form_is_said_beside_the_field(slack: SlackDouble) -> None:
    """And the form stays open, until it is right."""
    await asked(slack, "/brief", MORNING.replace("morning", "taken"), user=ANN)
    filling = await form(slack, BOB)
    for changed, field in (
        ({"schedule_name": "a/b"}, "schedule_name"),
        ({"schedule_name": "Taken"}, "schedule_name"),
        ({"schedule_when": "sometimes"}, "schedule_when"),
        ({"schedule_when": "0 9 31 2 *"}, "schedule_when"),
        ({"schedule_when": "61 9 * * *"}, "schedule_when"),
        ({"schedule_zone": "Mars/Base"}, "schedule_zone"),
    ):
        sent = await slack.submit(filling, {**FILLED, **changed}, user=BOB)
        assert list(sent.errors) == [field], changed
        assert slack.modal(BOB) is filling
    sent = await slack.submit(filling, FILLED, user=BOB)
    assert sent.errors == {}


@pytest.mark.usefixtures("dateline")
async def test_what_a_schedule_may_be_about_is_the_channels(slack: SlackDouble, app: App) -> None:
    """A form offers what may be seen where it is opened, and checks where it will be posted."""
    assert "Collections" not in shown(await form(slack, BOB))
    filling = await form(slack, BOB, PORTS)
    assert "Collections" in shown(filling)
    chosen = {**FILLED, "schedule_collections": ["sea"], "schedule_topic": "ports"}
    elsewhere = {**chosen, "schedule_channel": NEWS}
    sent = await slack.submit(filling, elsewhere, user=BOB)
    assert list(sent.errors) == ["schedule_collections"]
    sent = await slack.submit(filling, {**chosen, "schedule_channel": PORTS}, user=BOB)
    assert sent.view is not None
    await slack.submit(sent.view, user=BOB)
    await told(slack, BOB)
    (schedule,) = app.timetable.schedules()
    assert (schedule.channel, schedule.topic) == (f"slack:{PORTS}", "ports")
    assert schedule.collections == ("sea",)


@pytest.mark.usefixtures("dateline")
async def test_a_form_is_checked_for_the_channel_that_is_chosen(slack: SlackDouble) -> None:
    """Who made one channel does not schedule for another; nor who is no admin any more."""
    slack.channel("C0ANN", name="anns", creator=ANN, members={BOB, ANN})
    filling = await form(slack, BOB)
    sent = await slack.submit(filling, {**FILLED, "schedule_channel": "C0ANN"}, user=BOB)
    assert list(sent.errors) == ["schedule_channel"]
    sent = await slack.submit(filling, {**FILLED, "schedule_channel": NEWS}, user=BOB)
    assert sent.view is not None


async def test_who_lost_a_right_does_not_save(
    slack: SlackDouble, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may be done is asked again when it is done."""
    monkeypatch.setattr("adapters.slack.people.FRESH_SECONDS", 0.0)
    async with in_workspace(app, slack):
        filling = await form(slack, ANN)
        sent = await slack.submit(filling, FILLED, user=ANN)
        assert sent.view is not None
        slack.user(ANN, name="ann")
        await slack.submit(sent.view, user=ANN)
        (refusal,) = await told(slack, ANN)
    assert "Only an admin" in shown(refusal)
    assert app.timetable.schedules() == ()


async def test_slack_cannot_say_who_somebody_is(slack: SlackDouble, app: App) -> None:
    """Then nothing is done, and it is said; the form says it, too."""
    async with in_workspace(app, slack):
        slack.fault("users.info", ServerError(503))
        assert "Slack cannot say at the moment" in await asked(slack, "/brief", MORNING, user=ANN)
        filling = await form(slack, BOB)
        slack.fault("conversations.info", ServerError(503))
        sent = await slack.submit(filling, {**FILLED, "schedule_channel": PORTS}, user=BOB)
        assert "Slack cannot say at the moment" in str(sent.errors)
    assert app.timetable.schedules() == ()


async def test_a_form_that_slack_does_not_open(slack: SlackDouble, app: App) -> None:
    """Who typed the command is told to type it again."""
    slack.fault("views.open", ApiError("expired_trigger_id"))
    async with in_workspace(app, slack):
        assert "again" in await asked(slack, "/brief", "schedule", user=ANN)


def brief_was_due(minutes: int = 0) -> datetime:
    """Return when it was due, to the minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=minutes)


async def test_a_scheduled_brief_comes_once_with_its_further_parts_in_the_thread(
    slack: SlackDouble, app: App, tmp_path: Path
) -> None:
    """Keys in the metadata, and nothing that pings."""
    await load_long(tmp_path)
    async with in_workspace(app, slack, delivering=True):
        await asked(slack, "/brief", MORNING, user=ANN)
        due = brief_was_due()
        for _ in range(2):
            await app.occasions.due("morning", due)
        first, *others = await slack.until(
            lambda: _whole(slack.posts(NEWS)), what="the brief is not there"
        )
        await slack.idle()
        await asyncio.sleep(0.3)
    assert slack.posts(NEWS) == [first, *others]
    assert first.thread_ts is None
    assert {each.thread_ts for each in others} == {first.ts}
    assert len({key(each) for each in (first, *others)}) == 1 + len(others) > 1


def _whole(posts: list[Message]) -> list[Message]:
    return posts if posts and "Brief " in shown(posts[-1]) and len(posts) > 1 else []


@pytest.mark.slow
@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize(
    "fault", [LostReply(), LostRequest(), ServerError(500), RateLimited(retry_after=1)]
)
async def test_a_scheduled_brief_comes_once_whatever_slack_does(
    slack: SlackDouble,
    app: App,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Any,
    part: int,
) -> None:
    """Its first message in the channel, and what follows in the thread."""
    monkeypatch.setattr("adapters.slack.posting.LIMITS", Limits(timeout_seconds=0.3))
    await load_long(tmp_path)
    async with in_workspace(app, slack, delivering=True):
        await asked(slack, "/brief", MORNING, user=ANN)
        if part > 1:
            slack.fault("chat.postMessage", Slow(0.0), times=part - 1)
        slack.fault("chat.postMessage", fault)
        await app.occasions.due("morning", brief_was_due())
        first, *others = await slack.until(lambda: _whole(slack.posts(NEWS)), 20.0)
        await slack.idle()
        await asyncio.sleep(0.5)
    assert slack.posts(NEWS) == [first, *others]
    assert {each.thread_ts for each in others} == {first.ts}
    assert len({key(each) for each in (first, *others)}) == 1 + len(others)


async def test_a_late_brief_says_so(slack: SlackDouble, app: App) -> None:
    """With when it was due, by the clocks of its zone."""
    async with in_workspace(app, slack, delivering=True):
        await asked(slack, "/brief", MORNING, user=ANN)
        await app.occasions.due("morning", brief_was_due(minutes=120))
        (brief,) = await replies(slack, NEWS)
    assert "Late: this brief was due on" in shown(brief)


async def test_a_scheduled_brief_for_an_archived_channel_fails_for_good(
    slack: SlackDouble, app: App
) -> None:
    """It is tried once, and the delivery says why."""
    async with in_workspace(app, slack, delivering=True):
        await asked(slack, "/brief", MORNING, user=ANN)
        slack.channels[NEWS].archived = True
        await app.occasions.due("morning", brief_was_due())
        await slack.until(lambda: slack.called("chat.postMessage"))
        await asyncio.sleep(0.3)
    (post,) = slack.called("chat.postMessage")
    assert post.answer == "is_archived"
    assert slack.posts() == []
