"""Asking on Slack, in both modes, against a workspace of the tests' own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from briefs.granting import Grant
from briefs.outcomes import Limits
from tests.adapters.slack.conftest import (
    AWAY,
    BOB,
    NEWS,
    PORTS,
    ZOE,
    button,
    in_workspace,
    load,
    replies,
    written,
)
from tests.doubles.slack import (
    ApiError,
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    SlackDouble,
    links,
    mentions,
    shown,
)
from tests.running import article

QUESTION = "How many trips to the port of Vostochny?"
ANSWER = "made 43 trips"


@pytest.mark.usefixtures("dateline")
async def test_a_mention_is_answered_in_its_thread(slack: SlackDouble) -> None:
    """Once, though two events tell of it, with citations, outlets and buttons."""
    asked = await slack.mention(NEWS, QUESTION, user=ZOE)
    assert asked.seconds < 1
    (answer,) = await replies(slack, NEWS)
    assert answer.thread_ts == written(asked).ts
    said = shown(answer)
    assert ANSWER in said
    assert "2 outlets · origin not stated" in said
    assert "[1]" in said
    assert "Coast Herald, 20 November 2024" in said
    for action in ("answer_sources", "answer_helpful", "answer_unhelpful"):
        assert button(answer, action)["value"]
    (post,) = slack.called("chat.postMessage")
    assert (post.arguments["unfurl_links"], post.arguments["unfurl_media"]) == (False, False)


@pytest.mark.usefixtures("dateline")
async def test_a_follow_up_in_the_thread_needs_no_mention(slack: SlackDouble) -> None:
    """What is said in other threads, or to somebody else, is not for Dateline."""
    first = await slack.mention(NEWS, QUESTION, user=ZOE)
    await replies(slack, NEWS)
    ts = written(first).ts
    await slack.say(NEWS, "And when?", user=BOB, thread_ts=ts)
    _, second = await replies(slack, NEWS, 2)
    assert second.thread_ts == ts
    assert "Understood as" in shown(second)
    await slack.say(NEWS, f"<@{BOB}> is that so?", user=ZOE, thread_ts=ts)
    other = await slack.say(NEWS, "Lunch?", user=ZOE)
    await slack.say(NEWS, "When?", user=BOB, thread_ts=written(other).ts)
    await replies(slack, NEWS, 2)


@pytest.mark.usefixtures("dateline")
async def test_a_direct_message_is_answered_and_goes_on(slack: SlackDouble) -> None:
    """At the top level, where it was written."""
    channel = slack.dm(ZOE)
    await slack.say(channel, QUESTION, user=ZOE)
    (answer,) = await replies(slack, channel)
    assert answer.thread_ts is None
    assert ANSWER in shown(answer)
    await slack.say(channel, "And when?", user=ZOE)
    _, second = await replies(slack, channel, 2)
    assert "Understood as" in shown(second)


@pytest.mark.usefixtures("dateline")
async def test_a_command_is_answered_for_the_asker_alone_and_shared(slack: SlackDouble) -> None:
    """The channel sees it once, however often the button is clicked."""
    asked = await slack.command("/ask", QUESTION, user=ZOE, channel=NEWS)
    assert asked.seconds < 1
    (private,) = await slack.until(lambda: slack.ephemerals(ZOE, NEWS))
    assert ANSWER in shown(private)
    assert slack.posts() == []
    for _ in range(2):
        await slack.click(private, "answer_share", user=ZOE)
    (public,) = await replies(slack, NEWS)
    assert ANSWER in shown(public)
    assert f"<@{ZOE}>" in "".join(mentions(public))
    assert "answer_share" not in str(public.blocks)


@pytest.mark.usefixtures("dateline")
async def test_an_answer_is_shared_where_dateline_is_no_member(slack: SlackDouble) -> None:
    """The address that came with the click takes it."""
    await slack.command("/ask", QUESTION, user=ZOE, channel=AWAY)
    (private,) = await slack.until(lambda: slack.ephemerals(ZOE, AWAY))
    await slack.click(private, "answer_share", user=ZOE)
    await slack.until(lambda: slack.messages(AWAY))
    assert ANSWER in shown(slack.messages(AWAY)[0])


@pytest.mark.usefixtures("dateline")
async def test_sources_are_shown_to_who_asks_for_them(slack: SlackDouble) -> None:
    """With the full quote in its context, and only to that person."""
    await slack.mention(NEWS, QUESTION, user=ZOE)
    (answer,) = await replies(slack, NEWS)
    await slack.click(answer, "answer_sources", user=BOB)
    (sources,) = await slack.until(lambda: slack.ephemerals(BOB))
    said = shown(sources)
    assert "The harbour master declined" in said
    assert "characters" in said
    assert slack.ephemerals(ZOE) == []


@pytest.mark.usefixtures("dateline")
async def test_verdicts_are_kept_with_the_reason(slack: SlackDouble, app: App) -> None:
    """A form asks why an answer was not helpful; the last word of a person counts."""
    await slack.mention(NEWS, QUESTION, user=ZOE)
    (answer,) = await replies(slack, NEWS)
    await slack.click(answer, "answer_helpful", user=BOB)
    await slack.until(lambda: slack.ephemerals(BOB))
    await slack.click(answer, "answer_unhelpful", user=ZOE)
    form = await slack.until(lambda: slack.modal(ZOE))
    await slack.submit(form, {"why_text": "It was 44 trips."}, user=ZOE)
    await slack.until(lambda: slack.ephemerals(ZOE))
    (judged,) = app.answers.feedback()
    assert {(each.useful, each.why) for each in judged.verdicts} == {
        (True, None),
        (False, "It was 44 trips."),
    }


@pytest.mark.usefixtures("dateline")
async def test_what_is_not_in_the_sources_is_said(slack: SlackDouble) -> None:
    """And so is how to ask, to who says nothing."""
    await slack.mention(NEWS, "What is the price of bitcoin?", user=ZOE)
    (refusal,) = await replies(slack, NEWS)
    assert "None of the 3 articles here answers this" in shown(refusal)
    empty = await slack.mention(NEWS, "", user=ZOE)
    (hint,) = await replies(slack, NEWS, ts=written(empty).ts)
    assert "Ask a question after the mention" in shown(hint)
    await slack.command("/ask", "  ", user=ZOE, channel=NEWS)
    (typed,) = await slack.until(lambda: slack.ephemerals(ZOE))
    assert "Type a question" in shown(typed)


@pytest.mark.usefixtures("dateline")
async def test_a_redelivered_event_is_answered_once(slack: SlackDouble) -> None:
    """However often it comes, and though it is edited or unfurled meanwhile."""
    asked = await slack.mention(NEWS, QUESTION, user=ZOE)
    for number in (1, 2, 3):
        await slack.redeliver(asked.event_ids[-1], number=number)
    await replies(slack, NEWS)
    await slack.unfurl(written(asked))
    await slack.edit_message(written(asked), f"<@{slack.bot_user}> {QUESTION}!")
    await slack.delete_message(written(asked))
    await replies(slack, NEWS)


@pytest.mark.usefixtures("dateline")
async def test_channels_see_what_they_were_granted(
    slack: SlackDouble, app: App, tmp_path: Path
) -> None:
    """An answer can be seen where its articles can, and nowhere else."""
    await load(
        "source",
        "add",
        article(tmp_path / "deep.md", "The submarine made 99 dives.", outlet="Deep Press"),
        "--collection",
        "sea",
    )
    question = "How many dives did the submarine make?"
    await slack.mention(PORTS, question, user=ZOE)
    (answer,) = await replies(slack, PORTS)
    assert "99 dives" in shown(answer)
    await slack.mention(NEWS, question, user=ZOE)
    (refusal,) = await replies(slack, NEWS)
    assert "99" not in shown(refusal)
    assert "Deep Press" not in shown(refusal)
    # What was granted may be withdrawn before an answer is shared.
    await slack.command("/ask", question, user=ZOE, channel=PORTS)
    (private,) = await slack.until(lambda: slack.ephemerals(ZOE, PORTS))
    app.timetable.grants.channels[f"slack:{PORTS}"] = Grant()  # type: ignore[index]
    await slack.click(private, "answer_share", user=ZOE)
    (refused,) = await slack.until(lambda: slack.ephemerals(ZOE, PORTS)[1:])
    assert "may not be seen from here" in shown(refused)
    await replies(slack, PORTS)


@pytest.mark.usefixtures("dateline")
async def test_hostile_text_is_inert(slack: SlackDouble, tmp_path: Path) -> None:
    """In quotes, titles and outlets; and a sentence of 3,000 characters arrives whole."""
    bad = "<!channel> <@U0BOB> &<> <https://evil.example|click> *bold* :smile: \u202egpj.exe"
    words = " ".join(f"zebra{number}" for number in range(400))
    await load(
        "source",
        "add",
        article(
            tmp_path / "bad.md",
            f"The zebra {bad} crossed.\n\nThe quagga told of {words} in the end.",
            title=f"Zebras {bad}",
            outlet=f"Zebra Post {bad}",
        ),
    )
    for number, question in enumerate(
        ("What did the zebra cross?", "What did the quagga tell?"), 1
    ):
        await slack.mention(NEWS, question, user=ZOE)
        post = (await replies(slack, NEWS, number))[-1]
        assert mentions(post) == []
        assert "\u202e" not in str(post.blocks)
        assert "<!channel>" not in str(post.blocks) + post.text
        assert not any("evil" in each for each in links(post))
    whole = "".join(map(shown, slack.posts(NEWS))).replace("\n", " ")
    assert "zebra399 in the end." in whole


async def test_one_who_asks_too_often_is_told_so(
    app: App, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Politely, and each time; others are answered."""
    monkeypatch.setattr(app.commands._throttle, "_most", 2)
    channel = slack.dm(ZOE)
    async with in_workspace(app, slack):
        for _ in range(4):
            await slack.say(channel, QUESTION, user=ZOE)
        posts = await replies(slack, channel, 4)
        refusals = ["as often as anybody may" in shown(each) for each in posts]
        assert sorted(refusals) == [False, False, True, True]
        await slack.mention(NEWS, QUESTION, user=BOB)
        (answer,) = await replies(slack, NEWS)
        assert ANSWER in shown(answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", [LostReply(), LostRequest(), ServerError(500), RateLimited(retry_after=1)]
)
async def test_an_answer_is_posted_once_whatever_slack_does(
    app: App, slack: SlackDouble, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost reply is looked for before anything is posted again."""
    monkeypatch.setattr("adapters.slack.posting.LIMITS", Limits(timeout_seconds=0.2))
    slack.fault("chat.postMessage", fault)
    async with in_workspace(app, slack):
        await slack.mention(NEWS, QUESTION, user=ZOE)
        (answer,) = await replies(slack, NEWS)
        assert ANSWER in shown(answer)
        await asyncio.sleep(1)
        await replies(slack, NEWS)


@pytest.mark.slow
async def test_a_burst_is_posted_at_slacks_pace(app: App, slack: SlackDouble) -> None:
    """Slack never has to refuse."""
    slack.enforce_pace = True
    async with in_workspace(app, slack):
        for _ in range(5):
            await slack.mention(NEWS, QUESTION, user=ZOE)
        await slack.until(lambda: len(slack.posts(NEWS)) == 5)
    assert len(slack.called("chat.postMessage")) == 5


async def test_a_channel_that_cannot_be_answered_in(app: App, slack: SlackDouble) -> None:
    """Who asked is told why, in a direct message."""
    slack.fault("chat.postMessage", ApiError("is_archived"))
    slack.fault("chat.postEphemeral", ApiError("is_archived"))
    async with in_workspace(app, slack):
        await slack.mention(NEWS, QUESTION, user=ZOE)
        (told,) = await slack.until(lambda: slack.posts(slack.dm(ZOE)))
        assert "the channel is archived" in shown(told)


async def test_a_channel_where_everything_is_a_question(app: App, slack: SlackDouble) -> None:
    """Each message is answered, but for those to somebody else and those of bots."""
    app.timetable.grants.channels[f"slack:{NEWS}"] = Grant(answers_all=True)  # type: ignore[index]
    async with in_workspace(app, slack):
        await slack.say(NEWS, QUESTION, user=ZOE)
        await replies(slack, NEWS)
        await slack.say(NEWS, f"<@{BOB}> did you see?", user=ZOE)
        await replies(slack, NEWS)


async def test_a_long_answer_shows_that_there_is_work_being_done(
    app: App, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reaction while it is looked for, and none afterwards."""
    monkeypatch.setattr("adapters.slack.asking.MOMENT_SECONDS", 0.0)
    async with in_workspace(app, slack):
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await replies(slack, NEWS)
        await slack.until(lambda: slack.called("reactions.remove"))
    assert len(slack.called("reactions.add")) == 1
    assert all(not each.reactions for each in slack.messages(NEWS))


async def test_numbers_lead_to_the_reader_page_of_the_channel(
    app: App, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In answers, sources and briefs; each channel gets links of its own."""
    monkeypatch.setattr(app.links, "_public_url", "https://reader.example")
    async with in_workspace(app, slack):
        leading: list[set[tuple[str, str]]] = []
        for channel in (NEWS, PORTS):
            await slack.mention(channel, QUESTION, user=ZOE)
            (answer,) = await replies(slack, channel)
            await slack.command("/brief", "now", user=ZOE, channel=channel)
            _, brief = await replies(slack, channel, 2)
            assert any(url.startswith("https://reader.example/d/") for url, _ in links(answer))
            assert any(url.startswith("https://reader.example/b/") for url, _ in links(brief))
            leading.append({*links(answer), *links(brief)})
        assert leading[0].isdisjoint(leading[1])
