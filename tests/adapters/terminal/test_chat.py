"""The terminal as a chat: a line in, a reply out."""

import asyncio
import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from adapters.terminal.chat import chat
from bot.commands import USAGE
from briefs.following import understood
from briefs.model import Answer, Searched
from briefs.ports import (
    Ask,
    Command,
    Help,
    ListSources,
    Place,
    Progressed,
    Refusal,
    Reply,
    Usage,
)

PLACE = Place(channel="terminal:", admin=True)


class Handler:
    """Takes note of the commands that reach it, and answers each with its name."""

    def __init__(self) -> None:
        """Nothing has been handed over yet."""
        self.handled: list[Command] = []
        self.places: list[Place] = []

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Answer; a question about Ctrl-C is broken off by it."""
        assert progressed is not None
        self.handled.append(command)
        self.places.append(place)
        if command == Ask(question="Ctrl-C"):
            raise KeyboardInterrupt
        return USAGE if command == Help() else Usage(lines=(("reply", type(command).__name__),))


class Typed(io.StringIO):
    """Standard input at which somebody presses Ctrl-C before a line that says so."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """Return the next line."""
        line = super().readline(size)
        if line == "^C\n":
            raise KeyboardInterrupt
        return line


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Return a runner for the chat's event loop."""
    with asyncio.Runner() as opened:
        yield opened


def conversation(
    handler: Handler,
    runner: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch,
    typed: io.TextIOBase,
) -> list[str]:
    """Hold a conversation, and return the lines that were shown."""
    monkeypatch.setattr("sys.stdin", typed)
    shown = io.StringIO()
    chat(handler, PLACE, runner, Console(file=shown, width=200))
    return [" ".join(line.split()) for line in shown.getvalue().splitlines()]


def test_each_line_is_answered_in_order_until_the_end_of_input(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions and commands reach the handler from the terminal's place; no prompt in a pipe."""
    handler = Handler()
    typed = Typed("How many trips?\n/source list\n/ask Why?")
    shown = conversation(handler, runner, monkeypatch, typed)
    assert handler.handled == [
        Ask(question="How many trips?"),
        ListSources(),
        Ask(question="Why?"),
    ]
    assert shown == ["reply Ask", "reply ListSources", "reply Ask"]
    assert set(handler.places) == {PLACE}


class Answering(Handler):
    """Answers every question, and refuses what is about nothing."""

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Answer a question as the newsroom does, in a few words."""
        reply = await super().handle(command, place, progressed)
        if not isinstance(command, Ask):
            return reply
        if command.question == "…":
            return Refusal(message="The question has no word in it.", exit_status=2)
        return Answer(
            question=command.question,
            confidence=0.0,
            searched=Searched(documents=0, passages=0),
            understood=understood(command.question, command.previous),
            reason="Nothing is said of it.",
        )


def test_a_question_goes_with_the_one_before_it(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that was understood; a command between them and a refusal do not change it."""
    handler = Answering()
    typed = Typed("How many boats?\nand when?\n/source list\n…\n/ask why?\nIs Roe ill?\nwhy?\n")
    shown = conversation(handler, runner, monkeypatch, typed)
    asked = [each for each in handler.handled if isinstance(each, Ask)]
    assert [(each.question, each.previous) for each in asked] == [
        ("How many boats?", None),
        ("and when?", "How many boats?"),
        ("…", "and when? (boats)"),
        ("why?", "and when? (boats)"),
        ("Is Roe ill?", "why? (boats)"),
        ("why?", "Is Roe ill?"),
    ]
    assert [line for line in shown if line.startswith("Understood")] == [
        "Understood as: and when? (boats)",
        "Understood as: why? (boats)",
        "Understood as: why? (Roe ill)",
    ]


def test_a_conversation_begins_anew_with_each_chat(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked in the last one is not gone on with."""
    handler = Answering()
    conversation(handler, runner, monkeypatch, Typed("How many boats?\n"))
    conversation(handler, runner, monkeypatch, Typed("why?\n"))
    assert handler.handled == [Ask(question="How many boats?"), Ask(question="why?")]


def test_empty_lines_are_passed_over(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever presses Return is not scolded for an empty question."""
    handler = Handler()
    assert conversation(handler, runner, monkeypatch, Typed("\n   \n\t\n")) == []
    assert handler.handled == []


@pytest.mark.parametrize("word", ["/quit", "/exit", "quit", "EXIT", "  /Quit  "])
def test_leaving_ends_the_chat(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """What stands after it is not read."""
    handler = Handler()
    typed = Typed(f"/help\n{word}\nHow many trips?\n")
    conversation(handler, runner, monkeypatch, typed)
    assert handler.handled == [Help()]


def test_help_shows_every_command(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command stands on a line with what it does."""
    shown = conversation(Handler(), runner, monkeypatch, Typed("/help\n"))
    assert shown == [f"{typed} {does}" for typed, does in USAGE.lines]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/sorce list", "There is no command /sorce. Did you mean /source?"),
        ('/source add "a', 'A quotation mark is left open in: add "a'),
        ("/source show", "Something is missing. Type: /source show ID"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_and_the_chat_goes_on(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, line: str, says: str
) -> None:
    """The refusal is a reply like any other; the handler never sees the line."""
    handler = Handler()
    shown = conversation(handler, runner, monkeypatch, Typed(f"{line}\n/source list\n"))
    assert shown == [says, "reply ListSources"]
    assert handler.handled == [ListSources()]


def test_a_refusal_is_shown_and_the_chat_goes_on(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the handler refuses does not end the conversation."""

    class Refusing(Handler):
        async def handle(
            self, command: Command, place: Place, progressed: Progressed | None = None
        ) -> Reply:
            await super().handle(command, place, progressed)
            return Refusal(message="Not here.", exit_status=2)

    shown = conversation(Refusing(), runner, monkeypatch, Typed("a?\nb?\n"))
    assert shown == ["Not here.", "Not here."]


def test_ctrl_c_at_the_prompt_clears_the_line(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not end the conversation, and says what does."""
    handler = Handler()
    shown = conversation(handler, runner, monkeypatch, Typed("^C\n/help\n"))
    assert "Ctrl-D or /quit leaves." in shown
    assert handler.handled == [Help()]


def test_ctrl_c_during_a_command_breaks_it_off(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that what was loaded until then is kept; the next line is answered."""
    handler = Handler()
    shown = conversation(handler, runner, monkeypatch, Typed("Ctrl-C\n/source list\n"))
    assert shown == ["Broken off. What was loaded until then is kept.", "reply ListSources"]


def test_a_line_that_is_not_utf8_does_not_end_the_chat(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that cannot be read become replacement characters, and the conversation goes on."""
    handler = Handler()
    typed = io.TextIOWrapper(io.BytesIO(b"How \xff many?\n/source list\n"), "utf-8", "strict")
    shown = conversation(handler, runner, monkeypatch, typed)
    assert shown == ["reply Ask", "reply ListSources"]
    assert handler.handled == [Ask(question="How \ufffd many?"), ListSources()]
