"""The log: lines for people or for machines, each with the request that it is about."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.intake import Workers
from adapters.requesting import requested
from bot.app import App, assembled
from bot.config import read_settings
from bot.log import HIDDEN, Formatter, Style, set_up
from briefs.ports import Ask, Place

HUSHED = 'xoxb-123456789012-"quoted"-secret'
PLACE = Place(channel="slack:C1")
QUESTION = "How many trips to the port of Vostochny?"


class Log:
    """What was logged, as one formatter shows it."""

    def __init__(self, style: Style) -> None:
        """Take how records look."""
        self._out = io.StringIO()
        self.handler = logging.StreamHandler(self._out)
        self.handler.setFormatter(Formatter(traces=False, secrets=(HUSHED,), style=style))

    @property
    def lines(self) -> list[str]:
        """The lines."""
        return self._out.getvalue().splitlines()


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """Return the log of our packages, at the information level unless a test says otherwise."""
    made = Log(getattr(request, "param", "text"))
    loggers = [logging.getLogger(name) for name in ("bot", "adapters")]
    for each in loggers:
        each.addHandler(made.handler)
        each.setLevel(logging.INFO)
    yield made
    for each in loggers:
        each.removeHandler(made.handler)
        each.setLevel(logging.NOTSET)


@pytest.fixture
def app(loaded: Path) -> Iterator[App]:
    """Return the program over three articles."""
    with assembled(read_settings(), loaded) as made:
        yield made


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_json_is_an_object_a_line(log: Log) -> None:
    """With the time, the level, who says it, and an error in a line; without secrets."""
    error = ValueError(f"no such token: {HUSHED}\nat all")
    logging.getLogger("bot.x").error("failed with %s", HUSHED, exc_info=error)
    (line,) = log.lines
    said = json.loads(line)
    assert said.pop("timestamp").startswith("20")
    assert said.pop("exception").startswith(f"ValueError: no such token: {HIDDEN}\nat all")
    assert said == {"level": "error", "logger": "bot.x", "event": f"failed with {HIDDEN}"}
    assert "quoted" not in line


async def test_a_request_is_one_id_through_threads_and_tasks(log: Log) -> None:
    """From where it begins to its last line; the next one has another."""
    logger = logging.getLogger("adapters.x")

    async def answered() -> None:
        logger.info("begun")
        await asyncio.gather(
            asyncio.to_thread(logger.info, "in a thread"), asyncio.create_task(in_task())
        )
        with requested():
            logger.info("within")
        raise ValueError("the end")

    async def in_task() -> None:
        logger.info("in a task")

    workers = Workers()
    workers.start(answered(), "one")
    workers.start(answered(), "another")
    await workers.finish(5.0)
    await asyncio.sleep(0)
    logger.info("of nobody")
    of: dict[str, list[str]] = {}
    for line in log.lines:
        # That an error is an error stands on a line of its own.
        if line.startswith(("INFO", "ERROR")):
            text, _, about = line.partition(" [")
            of.setdefault(about, []).append(text.partition(": ")[2])
    assert of.pop("") == ["of nobody"]
    assert len(of) == 2
    for lines in of.values():
        assert lines[0] == "begun"
        assert sorted(lines[1:3]) == ["in a task", "in a thread"]
        assert lines[3] == "within"
        assert lines[4].endswith(" failed")


async def test_a_question_is_logged_at_debug_only(app: App, log: Log) -> None:
    """At the information level it is said that there was one, and what became of it."""
    await app.commands.handle(Ask(question=QUESTION), PLACE)
    (line,) = log.lines
    assert line.startswith("INFO bot.commands: Ask ")
    assert "Vostochny" not in line
    logging.getLogger("bot").setLevel(logging.DEBUG)
    await app.commands.handle(Ask(question=QUESTION), PLACE)
    assert any(QUESTION in each for each in log.lines[1:])


@pytest.mark.parametrize("log", ["json"], indirect=True)
async def test_a_command_is_a_request_of_its_own(app: App, log: Log) -> None:
    """Unless what it came with is one already."""
    await app.commands.handle(Ask(question=QUESTION), PLACE)
    await app.commands.handle(Ask(question=QUESTION), PLACE)
    with requested():
        await app.commands.handle(Ask(question=QUESTION), PLACE)
        await app.commands.handle(Ask(question=QUESTION), PLACE)
    ids = [json.loads(line)["request"] for line in log.lines]
    assert len(set(ids)) == 3
    assert ids[2] == ids[3]


def test_a_program_that_has_its_own_logging_keeps_it() -> None:
    """As the one that runs the tests."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("bot").level)
    set_up(verbose=True)
    assert (root.level, list(root.handlers), logging.getLogger("bot").level) == before
