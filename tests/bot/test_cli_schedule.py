"""`dateline schedule`: set up, look at, run now, change; what cannot be is refused and why."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from bot.occurring import PATIENCE_SECONDS
from tests.running import Ended, dateline

WHEN = ("--when", "weekdays at 08:00", "--timezone", "Europe/Berlin")


def add(name: str, channel: object, *words: str) -> Ended:
    """Set up a schedule."""
    return dateline("schedule", "add", name, "--channel", f"terminal:{channel}", *words)


def as_json(*words: str) -> Any:
    """Return what a command prints as JSON."""
    ended = dateline("schedule", *words, "--json")
    assert ended.status == 0, ended.err
    return ended.json()


@pytest.mark.usefixtures("loaded")
def test_a_schedule_is_set_up_with_its_next_times(tmp_path: Path) -> None:
    """As text and as JSON, with the offsets of its zone; a second one of the name is refused."""
    made = add("ports", tmp_path / "a.txt", *WHEN)
    assert made.status == 0
    assert made.out.startswith("ports: 0 8 * * mon-fri (weekdays at 08:00), Europe/Berlin, to ")
    assert made.out.count("08:00 UTC+0") == 5
    again = add("PORTS", tmp_path / "a.txt", *WHEN)
    assert again.status == 2
    assert "There is a schedule “ports” already" in again.err
    found = as_json("next", "Ports", "--count", "2", "--from", "2026-03-27T12:00")
    assert found == {
        "schedule": "ports",
        "times": ["2026-03-30T08:00:00+02:00", "2026-03-31T08:00:00+02:00"],
    }


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("terminal:f", "--cron", "0 9 31 2 *", "--timezone", "UTC"), "never fires"),
        (("terminal:f", "--cron", "0 9 * * * *", "--timezone", "UTC"), "five fields"),
        (("terminal:f", "--cron", "0 9 * * *", "--timezone", "Mars"), "no time zone “Mars”"),
        (("terminal:f", "--when", "sometimes", "--timezone", "UTC"), "write for example"),
        (("terminal:f", "--timezone", "UTC"), "either --cron"),
        (("discord:news", *WHEN), "is no channel of Discord"),
        (("nowhere", *WHEN), "is no channel"),
        (("terminal:no/such/folder/f", *WHEN), "is not there; make it"),
    ],
)
def test_what_cannot_be_is_refused(words: tuple[str, ...], says: str) -> None:
    """With the reason, exit status 2, and nothing set up."""
    ended = dateline("schedule", "add", "x", "--channel", *words)
    assert (ended.status, ended.out) == (2, "")
    assert says in ended.err
    assert as_json("list") == {"schedules": []}


@pytest.mark.usefixtures("loaded")
def test_a_brief_is_previewed_run_and_stands_in_the_history(tmp_path: Path) -> None:
    """A preview keeps nothing; a run posts; the history has it."""
    file = tmp_path / "a.txt"
    add("ports", file, *WHEN)
    assert as_json("preview", "ports")["documents"] == 3
    assert not file.exists()
    ran = as_json("run", "ports")
    assert (ran["schedule"], ran["state"], ran["parts"]) == ("ports", "delivered", 1)
    text = file.read_text(encoding="utf-8")
    assert "43 trips to the port of Vostochny" in text
    assert text.count("-- dateline ") == 1
    assert dateline("schedule", "run", "ports").status == 0
    occurrences = as_json("history", "ports")["occurrences"]
    assert [each["state"] for each in occurrences] == ["delivered", "delivered"]
    for key in ("due", "late_seconds", "delivered", "parts", "link", "reason"):
        assert key in occurrences[0]
    shown = dateline("schedule", "history", "ports").out
    assert shown.count("delivered") == 3


@pytest.mark.usefixtures("loaded")
def test_a_file_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    """Exit status 1, and the reason in the history; the next one tells the news again."""
    file = tmp_path / "folder" / "a.txt"
    file.parent.mkdir()
    add("ports", file, *WHEN)
    file.mkdir()
    refused = dateline("schedule", "run", "ports")
    assert refused.status == 2
    assert "is a folder" in refused.err


@pytest.mark.usefixtures("loaded")
def test_the_times_of_a_history_have_their_offsets(tmp_path: Path) -> None:
    """By the schedule's clocks; and by UTC once nobody knows those any more."""
    where = ("--when", "every hour", "--timezone", "Asia/Kolkata")
    add("ports", tmp_path / "a.txt", *where)
    shown = dateline("schedule", "run", "ports").out
    assert shown.count("UTC+05:30") == 3
    assert dateline("schedule", "history", "ports").out == shown
    dateline("schedule", "remove", "ports")
    assert dateline("schedule", "history", "ports").out.count("UTC+00:00") == 3


def test_a_brief_that_waits_says_what_it_waits_for(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, and so does the history: for its platform, for a bot, or for the one that runs."""
    off = "Slack is off, so that nothing is posted there yet: set enabled = true under [slack]."
    dateline("schedule", "add", "ports", "--channel", "slack:C0123", *WHEN)
    began = time.monotonic()
    ran = dateline("schedule", "run", "ports", "--json")
    assert time.monotonic() - began < PATIENCE_SECONDS / 2
    assert ran.status == 1
    assert (ran.json()["state"], ran.json()["reason"]) == ("pending", off)
    assert [each["reason"] for each in as_json("history", "ports")["occurrences"]] == [off]
    assert "Slack is off" in " ".join(dateline("schedule", "run", "ports").out.split())
    monkeypatch.setenv("DATELINE_SLACK__ENABLED", "true")
    (first, _) = as_json("history", "ports")["occurrences"]
    assert first["reason"] == "No bot runs that would post it: start “dateline run”."
    holder = {"command": "run", "pid": os.getpid()}
    (loaded / "dateline.holder").write_text(json.dumps(holder), encoding="utf-8")
    (first, _) = as_json("history", "ports")["occurrences"]
    assert first["reason"].startswith("The bot that runs has not posted it yet")


@pytest.mark.usefixtures("loaded")
def test_pausing_resuming_and_removing(tmp_path: Path) -> None:
    """A paused one has no next time; one that is gone is unknown."""
    add("ports", tmp_path / "a.txt", *WHEN)
    assert dateline("schedule", "pause", "ports").out == "The schedule ports rests.\n"
    (found,) = as_json("list")["schedules"]
    assert (found["paused"], found["next"], found["origin"]) == (True, None, "command")
    assert dateline("schedule", "resume", "ports").status == 0
    assert as_json("list")["schedules"][0]["next"] is not None
    assert dateline("schedule", "remove", "ports").status == 0
    gone = dateline("schedule", "remove", "ports")
    assert gone.status == 2
    assert "There is no schedule “ports”." in gone.err


@pytest.mark.usefixtures("loaded")
def test_the_schedules_of_the_configuration_are_shown_and_left_alone(tmp_path: Path) -> None:
    """They are changed there only."""
    file = tmp_path / "config.toml"
    file.write_text(
        f'[[schedules]]\nname = "ports"\nchannel = "terminal:{tmp_path / "a.txt"}"\n'
        'when = "every hour"\ntimezone = "UTC"\n',
        encoding="utf-8",
    )
    (found,) = as_json("list")["schedules"]
    assert (found["name"], found["origin"], found["cron"]) == ("ports", "config", "0 * * * *")
    for verb in ("pause", "resume", "remove"):
        refused = dateline("schedule", verb, "ports")
        assert refused.status == 2
        assert "stands in the configuration" in refused.err
    assert "in the configuration" in add("Ports", tmp_path / "b.txt", *WHEN).err
    assert dateline("schedule", "run", "ports").status == 0


@pytest.mark.usefixtures("loaded")
def test_the_terminal_lists_the_schedules_of_every_channel_and_says_so() -> None:
    """Who operates Dateline looks after all of them."""
    dateline("schedule", "add", "ports", "--channel", "slack:C0123", *WHEN)
    assert "slack:C0123" in dateline("chat", typed="/brief schedule\n").out
    helped = dateline("chat", typed="/help\n").out
    assert "lists the schedules, in the terminal those of every channel" in " ".join(helped.split())


@pytest.mark.usefixtures("loaded")
def test_a_part_that_is_not_held_cannot_be_resolved() -> None:
    """Nor one that is not there."""
    ended = dateline("schedule", "resolve", "abc", "sent")
    assert ended.status == 2
    assert "There is no part “abc”" in ended.err
