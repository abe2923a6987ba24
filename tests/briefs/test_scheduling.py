"""Schedules: what is accepted of a name and a channel, and what is made up for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from briefs.errors import UsageError
from briefs.scheduling import (
    CAUGHT_UP,
    GRACE,
    CatchUp,
    Missed,
    Origin,
    Schedule,
    checked,
    checked_channel,
    missed,
)
from briefs.timing import parsed

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def schedule(**facts: Any) -> Schedule:
    """Return a schedule of nine o'clock."""
    usual = {"name": "ports", "channel": "slack:C0123", "cron": "0 9 * * *", "timezone": "UTC"}
    return Schedule(**(usual | facts))


def found(catch_up: CatchUp, last: datetime, now: datetime, cron: str = "0 9 * * *") -> Missed:
    """Return what a schedule missed."""
    return missed(schedule(catch_up=catch_up, cron=cron), parsed(cron, UTC), last, now)


@pytest.mark.parametrize(
    "name", ["ports", "Morning ports", "häfen-1", "a", "v1.2_x", "船", "n" * 64]
)
def test_a_name_can_be_typed(name: str) -> None:
    """Letters of any script, digits and a few signs."""
    assert checked(schedule(name=f" {name} ")).name == name


@pytest.mark.parametrize(
    "name", ["", " ", "-x", "x-", "a/b", "<!channel>", "@everyone", "a\tb\x00", "*b*", "n" * 65]
)
def test_another_name_is_refused(name: str) -> None:
    """What a platform would take for markup, or a shell for an option."""
    with pytest.raises(UsageError, match=r"cannot be the name of a schedule; .* for example"):
        checked(schedule(name=name))


def test_names_that_differ_in_case_alone_are_one() -> None:
    """Nobody tells Ports from ports in a list."""
    assert schedule(name="Ports").key == schedule(name="ports").key


@pytest.mark.parametrize(
    "channel",
    [
        "slack:C0123",
        "slack:D0ABC",
        "discord:987",
        "terminal:",
        "terminal:briefs/a b.txt",
        "terminal:C:\\x",
    ],
)
def test_a_channel_of_each_platform(channel: str) -> None:
    """As INTERFACES writes them."""
    assert checked_channel(f" {channel} ") == channel


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ("slack:#general", "is no channel of Slack; write its id, for example slack:C0123456789"),
        ("slack:", "is no channel of Slack"),
        ("slack:c0123", "is no channel of Slack"),
        ("discord:general", "is no channel of Discord; write its id"),
        ("discord:-1", "is no channel of Discord"),
        ("terminal:a\nb", "names no file"),
        ("terminal", "write slack:ID, discord:ID, terminal:FILE or terminal:, for example"),
        ("C0123", "is no channel; write"),
        ("Slack:C0123", "is no channel; write"),
        ("irc:#x", "is no channel; write"),
        ("", "is no channel; write"),
    ],
)
def test_another_channel_is_refused(channel: str, reason: str) -> None:
    """In one sentence that says what to write."""
    with pytest.raises(UsageError, match=reason):
        checked_channel(channel)


def test_a_schedule_is_kept_tidy() -> None:
    """A blank topic is none, and a collection is named once."""
    given = schedule(topic="  ", collections=(" main", "ports", "main"))
    assert checked(given) == replace(given, topic=None, collections=("main", "ports"))
    assert checked(schedule(topic=" ships ")).topic == "ships"
    assert checked(schedule(origin=Origin.CONFIG, paused=True)).origin is Origin.CONFIG
    with pytest.raises(UsageError, match="A collection needs a name"):
        checked(schedule(collections=("main", " ")))


@pytest.mark.parametrize("catch_up", CatchUp)
def test_nothing_was_missed(catch_up: CatchUp) -> None:
    """What was dealt with is not due again, whatever the clock says."""
    assert found(catch_up, NINE, NINE + DAY - MINUTE) == Missed()
    assert found(catch_up, NINE, NINE) == Missed()
    assert found(catch_up, NINE, NINE - DAY) == Missed()


@pytest.mark.parametrize("catch_up", CatchUp)
def test_what_is_due_now_comes(catch_up: CatchUp) -> None:
    """Within the grace nothing is late."""
    for late in (timedelta(), MINUTE, GRACE):
        assert found(catch_up, NINE - DAY, NINE + late) == Missed(times=(NINE,))


@pytest.mark.parametrize("late", [timedelta(minutes=10), timedelta(hours=23)])
def test_down_over_one_due_time(late: timedelta) -> None:
    """One late brief, or none."""
    last, now = NINE - DAY, NINE + late
    assert found(CatchUp.LATEST, last, now) == Missed(times=(NINE,))
    assert found(CatchUp.ALL, last, now) == Missed(times=(NINE,))
    assert found(CatchUp.SKIP, last, now) == Missed(left_out=1, last_left_out=NINE)


def test_down_over_several_due_times() -> None:
    """The latest, all of them, or none; the others are told."""
    last, now = NINE - 3 * DAY, NINE + HOUR
    days = (NINE - 2 * DAY, NINE - DAY, NINE)
    latest = Missed(times=(NINE,), left_out=2, last_left_out=NINE - DAY)
    assert found(CatchUp.LATEST, last, now) == latest
    assert found(CatchUp.ALL, last, now) == Missed(times=days)
    assert found(CatchUp.SKIP, last, now) == Missed(left_out=3, last_left_out=NINE)
    assert found(CatchUp.SKIP, last, NINE + MINUTE) == latest


def test_all_has_a_bound() -> None:
    """The oldest are left out."""
    result = found(CatchUp.ALL, NINE - 30 * HOUR, NINE, "0 * * * *")
    assert result.times == tuple(NINE - back * HOUR for back in reversed(range(CAUGHT_UP)))
    assert result.left_out == 30 - CAUGHT_UP
    assert result.last_left_out == NINE - CAUGHT_UP * HOUR
