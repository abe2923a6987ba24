"""Asking on Discord, with the real discord.py, in a server of the tests' own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.tree import CHECK
from bot.app import App
from briefs.granting import Grant
from tests.adapters.discord.conftest import (
    ANSWER,
    QUESTION,
    Newsroom,
    button,
    in_server,
    load,
)
from tests.doubles.discord_server import (
    ApiError,
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    pings,
)
from tests.doubles.discord_server import permissions as bits
from tests.running import article

POST = ("POST", "/channels/{}/messages")


@pytest.mark.usefixtures("dateline")
async def test_a_command_is_answered(room: Newsroom) -> None:
    """At once acknowledged; with numbered citations, outlets, dates and buttons."""
    asked = await room.server.slash("ask", {"question": QUESTION}, member=room.zoe)
    answer = await asked.replied()
    assert asked.deferred
    assert asked.acked_after is not None
    assert asked.acked_after < 1
    assert not answer.ephemeral
    assert ANSWER in answer.text
    assert "2 outlets" in answer.text
    assert "[1]" in answer.text
    assert "Coast Herald, 20 November 2024" in answer.text
    for action in ("sources", "yes", "no"):
        assert button(answer, action)
    assert not any(each.startswith("dateline:share") for each in answer.custom_ids)


@pytest.mark.usefixtures("dateline")
async def test_options_narrow_the_question(room: Newsroom) -> None:
    """An outlet, which is offered, and a day; what is no day is said to be none."""
    server = room.server
    given = {"question": QUESTION, "outlet": "coast"}
    offer = await server.autocomplete("ask", given, focused="outlet", member=room.zoe)
    assert [each["value"] for each in await offer.autocompleted()] == ["Coast Herald"]
    given = {"question": QUESTION, "outlet": "Coast Herald"}
    narrow = await (await server.slash("ask", given, member=room.zoe)).replied()
    assert "Harbour Times" not in narrow.text
    given = {"question": QUESTION, "since": "2024-11-21"}
    late = await (await server.slash("ask", given, member=room.zoe)).replied()
    assert "Coast Herald" not in late.text
    assert "Harbour Times" in late.text
    given = {"question": QUESTION, "since": "yesterday"}
    wrong = await (await server.slash("ask", given, member=room.zoe)).replied()
    assert "is no date. Write it as 2024-11-22" in wrong.text.replace("\\", "")


@pytest.mark.usefixtures("dateline")
async def test_a_mention_is_answered_with_a_reply_and_goes_on(room: Newsroom) -> None:
    """A reply to the answer is a follow-up of it, of whichever of several."""
    server = room.server
    asked = await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
    (answer,) = await room.replies()
    assert answer.reference is asked
    assert ANSWER in answer.text
    assert pings(answer) == set()
    await server.say(room.news, "And when?", member=room.bob, reply_to=answer)
    _, second = await room.replies(2)
    assert "Understood as" in second.text
    # What is said to somebody else, or to nobody, is not for Dateline.
    await server.say(room.news, "Lunch?", member=room.zoe)
    await server.say(room.news, "With whom?", member=room.zoe, reply_to=asked)
    await room.replies(2)


async def test_a_follow_up_goes_on_after_a_restart(app: App, room: Newsroom) -> None:
    """The buttons of the answer tell which it was."""
    server = room.server
    async with in_server(app, server):
        await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        (answer,) = await room.replies()
    async with in_server(app, server):
        await server.say(room.news, "And when?", member=room.bob, reply_to=answer)
        _, second = await room.replies(2)
        assert "Understood as" in second.text
        sources = await server.click(answer, button(answer, "sources"), member=room.bob)
        assert "The harbour master declined" in (await sources.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_a_direct_message_is_answered_and_goes_on(room: Newsroom) -> None:
    """Without a mention, as one conversation."""
    server, person = room.server, room.zoe.user
    channel = server.dm(person)
    await server.say(channel, QUESTION, member=person)
    (answer,) = await room.replies(channel=channel)
    assert ANSWER in answer.text
    assert answer.reference is None
    await server.say(channel, "And when?", member=person)
    _, second = await room.replies(2, channel)
    assert "Understood as" in second.text
    asked = await server.slash("ask", {"question": QUESTION}, member=person)
    assert ANSWER in (await asked.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_a_private_answer_is_shared_once(room: Newsroom) -> None:
    """However often the button is pressed."""
    server = room.server
    given = {"question": QUESTION, "private": True}
    asked = await server.slash("ask", given, member=room.zoe, channel=room.news)
    private = await asked.replied()
    assert private.ephemeral
    assert room.said() == []
    first = await server.click(private, button(private, "share"), member=room.zoe)
    (public,) = await room.replies()
    assert first.is_acked
    assert ANSWER in public.text
    assert room.zoe.mention in public.content
    assert pings(public) == set()
    again = await server.click(private, button(private, "share"), member=room.zoe)
    told = await again.replied()
    assert told.ephemeral
    assert "shared here already" in told.text
    await room.replies()


@pytest.mark.usefixtures("dateline")
async def test_an_answer_is_shared_where_dateline_may_not_post(room: Newsroom) -> None:
    """Discord takes it as what follows the press of the button."""
    server = room.server
    server.deny(room.news, bits.SEND_MESSAGES)
    given = {"question": QUESTION, "private": True}
    asked = await server.slash("ask", given, member=room.zoe, channel=room.news)
    private = await asked.replied()
    await server.click(private, button(private, "share"), member=room.zoe)
    (public,) = await room.replies()
    assert ANSWER in public.text


@pytest.mark.usefixtures("dateline")
async def test_sources_are_shown_to_who_asks_for_them(room: Newsroom) -> None:
    """With the full quote in its context, and only to that person."""
    server = room.server
    asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe, channel=room.news)
    answer = await asked.replied()
    pressed = await server.click(answer, button(answer, "sources"), member=room.bob)
    shown = await pressed.replied()
    assert shown.ephemeral
    assert "The harbour master declined" in shown.text
    assert "characters" in shown.text


@pytest.mark.usefixtures("dateline")
async def test_verdicts_are_kept_with_the_reason(room: Newsroom, app: App) -> None:
    """A form asks why an answer was not helpful; the last word of a person counts."""
    server = room.server
    asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
    answer = await asked.replied()
    good = await server.click(answer, button(answer, "yes"), member=room.bob)
    assert (await good.replied()).ephemeral
    form = await (await server.click(answer, button(answer, "no"), member=room.zoe)).shown()
    sent = await server.submit(form, {"why": "It was 44 trips."}, member=room.zoe)
    assert "was not useful" in (await sent.replied()).text
    (judged,) = app.answers.feedback()
    assert {(each.useful, each.why) for each in judged.verdicts} == {
        (True, None),
        (False, "It was 44 trips."),
    }


@pytest.mark.usefixtures("dateline")
async def test_a_message_is_checked_against_the_sources(room: Newsroom) -> None:
    """From its menu, for whoever asks only."""
    server = room.server
    claim = await server.say(room.news, "The tankers made 44 trips to Vostochny.", member=room.bob)
    asked = await server.context_menu(CHECK, claim, member=room.zoe)
    checked = await asked.replied()
    assert checked.ephemeral
    assert "44 trips" in checked.text
    assert ANSWER in checked.text
    nothing = await server.say(room.news, "!", member=room.bob)
    refused = await server.context_menu(CHECK, nothing, member=room.zoe)
    assert "no text in this message" in (await refused.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_what_is_not_in_the_sources_is_said(room: Newsroom) -> None:
    """And so is how to ask, to who says nothing, and what can be typed, to who wants help."""
    server = room.server
    me = server.bot.mention
    await server.say(room.news, f"{me} What is the price of bitcoin?", member=room.zoe)
    await room.replies(1)
    await server.say(room.news, me, member=room.zoe)
    await room.replies(2)
    await server.say(room.news, f"{me} help", member=room.zoe)
    refusal, hint, usage = await room.replies(3)
    assert "None of the 3 articles here answers this" in refusal.text
    assert "Ask a question after the mention" in hint.text
    assert "/brief" in usage.text
    status = await server.slash("dateline status", member=room.zoe)
    assert "3 articles" in (await status.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_a_reply_that_discord_does_not_show_is_asked_for(room: Newsroom) -> None:
    """Without the intent to read everything, a reply that pings nobody comes without its text."""
    server = room.server
    await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
    (answer,) = await room.replies()
    message = await server.say(room.news, "", member=room.zoe, reply_to=answer)
    assert message.content == ""
    _, told = await room.replies(2)
    assert "does not show me what you wrote" in told.text


@pytest.mark.usefixtures("dateline")
async def test_channels_see_what_they_were_granted(
    room: Newsroom, app: App, tmp_path: Path
) -> None:
    """An answer can be seen where its articles can, and nowhere else; nor what is offered."""
    server = room.server
    deep = article(tmp_path / "deep.md", "The submarine made 99 dives.", outlet="Deep Press")
    await load("source", "add", deep, "--collection", "sea")
    given = {"question": "How many dives did the submarine make?"}
    there = await server.slash("ask", given, member=room.zoe, channel=room.ports)
    assert "99 dives" in (await there.replied()).text
    here = await server.slash("ask", given, member=room.zoe, channel=room.news)
    refusal = await here.replied()
    assert "99" not in refusal.text
    assert "Deep Press" not in refusal.text
    typing = {"question": "x", "outlet": ""}
    for channel, seen in ((room.ports, True), (room.news, False)):
        offer = await server.autocomplete(
            "ask", typing, focused="outlet", member=room.zoe, channel=channel
        )
        offered = [each["value"] for each in await offer.autocompleted()]
        assert ("Deep Press" in offered) is seen
    # What was granted may be withdrawn before an answer is shared.
    private = await server.slash(
        "ask", {**given, "private": True}, member=room.zoe, channel=room.ports
    )
    answer = await private.replied()
    app.timetable.grants.channels[f"discord:{room.ports.id}"] = Grant()  # type: ignore[index]
    pressed = await server.click(answer, button(answer, "share"), member=room.zoe)
    assert "may not be seen from here" in (await pressed.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_hostile_text_is_inert(room: Newsroom, tmp_path: Path) -> None:
    """In quotes, titles and outlets; and a sentence of 6,000 characters arrives whole."""
    server = room.server
    bad = "@everyone <@1> <t:0> [click](https://evil.example) **bold** :smile: \u202egpj.exe"
    words = " ".join(f"zebra{number}" for number in range(600))
    hostile = article(
        tmp_path / "bad.md",
        f"The zebra {bad} crossed.\n\nThe quagga told of {words} in the end.",
        title=f"Zebras {bad}",
        outlet=f"Zebra Post {bad}",
    )
    await load("source", "add", hostile)
    given = {"question": "What did the zebra cross?"}
    crossed = await (await server.slash("ask", given, member=room.zoe)).replied()
    text = crossed.text
    assert "crossed" in text
    assert pings(crossed) == set()
    for obeyed in ("\u202e", "@everyone", "<t:0>", "](https://evil", " <@1>", "https://evil"):
        assert obeyed not in text
    asked = await server.slash("ask", {"question": "What did the quagga tell?"}, member=room.zoe)
    await asked.replied()
    await asyncio.sleep(0.3)
    whole = " ".join("\n".join(each.text for each in asked.messages).split())
    assert "zebra599 in the end." in whole


async def test_one_who_asks_too_often_is_told_so(
    app: App, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Politely, and each time; others are answered."""
    monkeypatch.setattr(app.commands._throttle, "_most", 2)
    server = room.server
    async with in_server(app, server):
        texts = []
        for _ in range(4):
            asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
            texts.append((await asked.replied()).text)
        refused = ["as often as anybody may" in each for each in texts]
        assert refused == [False, False, True, True]
        other = await server.slash("ask", {"question": QUESTION}, member=room.bob)
        assert ANSWER in (await other.replied()).text


@pytest.mark.parametrize(
    "fault",
    [
        LostReply(),
        LostRequest(),
        pytest.param(ServerError(502), marks=pytest.mark.slow),
        pytest.param(ServerError(502, done=True), marks=pytest.mark.slow),
        ServerError(503),
        RateLimited(retry_after=0.2),
    ],
)
@pytest.mark.usefixtures("dateline")
async def test_an_answer_is_posted_once_whatever_discord_does(room: Newsroom, fault: Any) -> None:
    """A second try carries the nonce of the first."""
    server = room.server
    server.fault(*POST, fault)
    await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
    (answer,) = await room.replies()
    assert ANSWER in answer.text
    await asyncio.sleep(0.7)
    await room.replies()


@pytest.mark.parametrize("fault", [LostReply(), ServerError(503), RateLimited(retry_after=0.2)])
@pytest.mark.usefixtures("dateline")
async def test_a_response_arrives_whatever_discord_does(room: Newsroom, fault: Any) -> None:
    """The response itself is changed, however often, and no second one is made."""
    server = room.server
    server.fault("PATCH", "/webhooks/{}/{}/messages/@original", fault)
    asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
    assert ANSWER in (await asked.replied()).text
    await room.replies(channel=asked.channel)


@pytest.mark.usefixtures("dateline")
async def test_a_lost_acknowledgement_is_made_up_for(room: Newsroom) -> None:
    """An ordinary message answers what Discord lets nobody respond to any more."""
    server = room.server
    server.fault("POST", "/interactions/{}/{}/callback", ApiError(404, 10062))
    await server.slash("ask", {"question": QUESTION}, member=room.zoe, channel=room.news)
    (answer,) = await room.replies()
    assert ANSWER in answer.text
    assert room.zoe.mention in answer.content


@pytest.mark.usefixtures("dateline")
async def test_an_answer_past_the_life_of_the_token(room: Newsroom, app: App) -> None:
    """An ordinary message for all, a direct message for what only one person may see."""
    server = room.server
    server.token_life = 0.0
    await server.slash("ask", {"question": QUESTION}, member=room.zoe, channel=room.news)
    (answer,) = await room.replies()
    assert ANSWER in answer.text
    given = {"question": QUESTION, "private": True}
    await server.slash("ask", given, member=room.zoe, channel=room.news)
    (private,) = await room.replies(channel=server.dm(room.zoe))
    assert ANSWER in private.text
    await room.replies()
    assert app.inbox.unsettled("discord:") == ()


@pytest.mark.slow
@pytest.mark.usefixtures("dateline")
async def test_a_slow_answer_is_given(
    room: Newsroom, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the three seconds in which Discord wants to hear something."""
    plain = app.commands.handle

    async def slow(*given: Any) -> Any:
        await asyncio.sleep(3.5)
        return await plain(*given)

    monkeypatch.setattr(app.commands, "handle", slow)
    server = room.server
    await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
    (answer,) = await room.replies()
    assert ANSWER in answer.text
    assert room.news.id in server.typing
    asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
    assert ANSWER in (await asked.replied()).text


@pytest.mark.usefixtures("dateline")
async def test_a_channel_that_cannot_be_answered_in(room: Newsroom) -> None:
    """Who asked is told why, in a direct message, and Discord is not asked again and again."""
    server = room.server
    server.deny(room.news, bits.SEND_MESSAGES)
    await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
    (told,) = await room.replies(channel=server.dm(room.zoe))
    assert "Dateline may not post there" in told.text
    assert server.invalid_requests == 1
    # A command is answered there all the same.
    asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe, channel=room.news)
    assert ANSWER in (await asked.replied()).text


async def test_a_channel_where_everything_is_a_question(app: App, room: Newsroom) -> None:
    """Each message is answered, but for those to somebody else and those of bots."""
    app.timetable.grants.channels[f"discord:{room.news.id}"] = Grant(answers_all=True)  # type: ignore[index]
    server = room.server
    server.privileged = bits.MESSAGE_CONTENT
    async with in_server(app, server, reads_all=True):
        await server.say(room.news, QUESTION, member=room.zoe)
        await room.replies()
        await server.say(room.news, f"{room.bob.mention} did you see?", member=room.zoe)
        await room.replies()


@pytest.mark.usefixtures("dateline")
async def test_an_edited_message_is_not_answered_again(room: Newsroom) -> None:
    """Nor is one that Discord tells of twice."""
    server = room.server
    asked = await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
    await room.replies()
    await server.edit(asked, f"{server.bot.mention} {QUESTION}!")
    server.tell_of(asked)
    await room.replies()
