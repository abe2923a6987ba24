"""When schedules fire, above all where clocks change.

The expected times are written down. They follow from Debian's cron, whose main loop was simulated
minute by minute to check them; the last test does that still, for expressions made up at random.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs.errors import UsageError
from briefs.timing import COUNTED, Timing, parsed

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


def written_down() -> list[tuple[str, str, str, list[str]]]:
    """Return the cases of the file beside this one: zone, expression, moment, times."""
    text = Path(__file__).with_name("clock_changes.txt").read_text(encoding="utf-8")
    _, *cases = text.split("\n\n")
    found = []
    for case in cases:
        head, *times = case.splitlines()
        zone, cron, since = head.split(" | ")
        found.append((zone, cron, since, " ".join(times).split()))
    return found


MATRIX = written_down()


def at(moment: str) -> datetime:
    """Return a moment that is written with its offset."""
    return datetime.fromisoformat(moment)


def shown(timing: Timing, times: tuple[datetime, ...]) -> list[str]:
    """Return times as the clocks show them."""
    return [timing.local(time).isoformat(timespec="minutes") for time in times]


@pytest.mark.parametrize(("zone", "cron", "since", "expected"), MATRIX)
def test_it_fires_where_clocks_change_as_under_debian(
    zone: str, cron: str, since: str, expected: list[str]
) -> None:
    """Once for a fixed time, as the wall shows for others; one by one, together, and backwards."""
    timing = parsed(cron, ZoneInfo(zone))
    times = timing.next_times(at(since), len(expected))
    assert shown(timing, times) == expected
    assert all(time.tzinfo is UTC for time in times)
    one_by_one = [timing.after(before) for before in (at(since), *times[:-1])]
    assert tuple(one_by_one) == times
    assert timing.between(at(since), times[-1], 99) == (times, 0)
    assert timing.between(at(since), times[-1], 1) == (times[-1:], len(times) - 1)


def test_the_matrix_has_zones_enough() -> None:
    """Ten zones and more, among them one of half an hour, of two hours, and without changes."""
    zones = {zone for zone, *_ in MATRIX}
    assert len(zones) >= 15
    assert {"Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kolkata", "UTC"} <= zones


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 9 * * 1", "2026-03-09T09:00"),
        ("0 9 * * 7", "2026-03-08T09:00"),
        ("0 9 * * 0", "2026-03-08T09:00"),
        ("0 9 * * sun", "2026-03-08T09:00"),
        ("0 9 * * Mon-Fri", "2026-03-05T09:00"),
        ("0 9 * * 5-7", "2026-03-06T09:00"),
        ("0 9 1 jan *", "2027-01-01T09:00"),
        ("0 9 * MAR,may tue", "2026-03-10T09:00"),
        ("5/20 10 * * *", "2026-03-04T10:05"),
        ("10-30/10 9,10 * * *", "2026-03-04T09:10"),
        # The day and the weekday: both where one begins with a star, else either.
        ("0 9 13 * 5", "2026-03-06T09:00"),
        ("0 9 13 * */5", "2026-03-13T09:00"),
        ("0 9 29 2 *", "2028-02-29T09:00"),
        ("0 9 31 2 1", "2027-02-01T09:00"),
        ("0 9 L * *", "2026-03-31T09:00"),
        ("0 9 * * mon#1", "2026-04-06T09:00"),
        ("  0   9 *\t* * ", "2026-03-05T09:00"),
    ],
)
def test_an_expression_means_what_cron_says(cron: str, expected: str) -> None:
    """Names, lists, ranges, steps; from nine o'clock on a Wednesday."""
    timing = parsed(cron, UTC)
    following = timing.after(at("2026-03-04T09:00:00+00:00"))
    assert following is not None
    assert following.isoformat(timespec="minutes") == f"{expected}+00:00"
    assert timing.cron == " ".join(cron.split())


@pytest.mark.parametrize(
    ("cron", "reason"),
    [
        ("0 0 9 * * 1", "five fields .* has 6"),
        ("0 9 * *", "five fields .* has 4"),
        ("", "five fields .* has 0"),
        ("@daily", "five fields .* has 1"),
        ("0 9 31 2 *", "“0 9 31 2 .*” never fires"),
        ("0 9 30 feb *", "never fires"),
        ("0 9 31 4,6,9,11 *", "never fires"),
        ("60 9 * * *", "“60” is no minute: write a number from 0 to 59"),
        ("0 24 * * *", "“24” is no hour"),
        ("0 9 0 * *", "“0” is no day of the month"),
        ("0 9 * 13 *", "“13” is no month"),
        ("0 9 * * 8", "“8” is no weekday"),
        ("0 9 * * fri-mon", "“fri-mon” is no weekday: .* a range upwards"),
        ("*/0 * * * *", "is no minute"),
        ("²5 * * * *", "is no minute"),
        ("1,,2 * * * *", "is no minute"),
        ("? * * * *", "is no minute"),
        ("0 -9 * * *", "is no hour"),
        ("1" * 5000 + " * * * *", "at most 200 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_an_example(cron: str, reason: str) -> None:
    """In one sentence."""
    with pytest.raises(UsageError, match=reason) as refused:
        parsed(cron, UTC)
    assert str(refused.value).endswith("for example “0 8 * * mon-fri”.")
    assert "\n" not in str(refused.value)


def test_the_moment_itself_is_not_after_it() -> None:
    """Parts of a second count."""
    timing = parsed("0 9 * * *", UTC)
    nine, tomorrow = at("2026-03-04T09:00:00+00:00"), at("2026-03-05T09:00:00+00:00")
    assert timing.after(nine - timedelta(microseconds=1)) == nine
    assert timing.after(nine) == tomorrow
    assert timing.after(nine + timedelta(microseconds=1)) == tomorrow
    assert timing.after(nine.astimezone(BERLIN)) == tomorrow


def test_a_period_has_its_end_and_not_its_beginning() -> None:
    """So that periods that follow each other have each time once."""
    timing = parsed("0 * * * *", UTC)
    nine, ten = at("2026-03-04T09:00:00+00:00"), at("2026-03-04T10:00:00+00:00")
    assert timing.between(nine, ten, 9) == ((ten,), 0)
    assert timing.between(nine, ten - timedelta(microseconds=1), 9) == ((), 0)
    assert timing.between(ten, nine, 9) == ((), 0)
    assert timing.between(nine, nine, 9) == ((), 0)


@pytest.mark.parametrize("years", [0, 1, 100, 1900])
def test_a_long_period_is_bounded(years: int) -> None:
    """Thirty days of minutes, or centuries: as much work."""
    timing = parsed("* * * * *", BERLIN)
    until = at("2026-03-31T09:00:30+02:00")
    since = until - timedelta(days=30 + 365 * years)
    began = perf_counter()
    times, left_out = timing.between(since, until, 24)
    assert perf_counter() - began < 1
    last = at("2026-03-31T07:00:00+00:00")
    assert times == tuple(last - back * MINUTE for back in reversed(range(24)))
    assert COUNTED <= left_out < 2 * COUNTED


def test_rare_times_are_found_in_a_long_period() -> None:
    """All of them, counted exactly."""
    timing = parsed("0 9 29 2 *", BERLIN)
    times, left_out = timing.between(at("1980-01-01T00:00+01:00"), at("2026-01-01T00:00+01:00"), 2)
    assert shown(timing, times) == ["2020-02-29T09:00+01:00", "2024-02-29T09:00+01:00"]
    assert left_out == 10


def test_the_ends_of_the_calendar_are_no_error() -> None:
    """Somebody may ask from any time."""
    timing = parsed("0 9 * * *", BERLIN)
    assert timing.after(datetime.min.replace(tzinfo=UTC)) is not None
    assert timing.after(datetime.max.replace(tzinfo=UTC)) is None
    assert timing.between(at("0001-01-01T00:00+00:00"), at("9999-12-31T00:00+00:00"), 1)[0]


def debian(cron: str, zone: ZoneInfo, since: datetime, hours: int) -> list[datetime]:
    """Return when Debian's cron runs a job, by its main loop; only `*`, numbers, lists, ranges."""

    def numbers(field: str, every: range) -> set[int]:
        found: set[int] = set()
        for part in field.split(","):
            value, _, step = part.partition("/")
            first, _, last = value.partition("-")
            whole = every if value == "*" else range(int(first), int(last or first) + 1)
            found |= set(whole[:: int(step or 1)])
        return found

    minute, hour, day, _, weekday = cron.split()
    minutes, hours_named = numbers(minute, range(60)), numbers(hour, range(24))
    days, weekdays = numbers(day, range(1, 32)), numbers(weekday, range(8))

    def names(wall: datetime) -> bool:
        of_month, of_week = wall.day in days, wall.isoweekday() % 7 in {n % 7 for n in weekdays}
        both = day.startswith("*") or weekday.startswith("*")
        right = (of_month and of_week) if both else (of_month or of_week)
        return wall.minute in minutes and wall.hour in hours_named and right

    wild = minute.startswith("*") or hour.startswith("*")
    ran, now = [], since
    virtual = now.astimezone(zone).replace(tzinfo=None, fold=0)
    for _ in range(hours * 60):
        now += MINUTE
        wall = now.astimezone(zone).replace(tzinfo=None, fold=0)
        if wall > virtual:
            missed = [virtual + n * MINUTE for n in range(1, (wall - virtual) // MINUTE + 1)]
            virtual = wall
            runs = names(wall) if wild else any(map(names, missed))
        else:
            runs = wild and names(wall)
        if runs:
            ran.append(now)
    return ran


CHANGES = [
    ("Europe/Berlin", "2026-03-28T20:00+01:00"),
    ("Europe/Berlin", "2026-10-24T20:00+02:00"),
    ("Australia/Lord_Howe", "2026-04-04T20:00+11:00"),
    ("Australia/Lord_Howe", "2026-10-03T20:00+10:30"),
    ("Pacific/Chatham", "2026-04-04T20:00+13:45"),
    ("Africa/Cairo", "2026-04-23T16:00+02:00"),
    ("Africa/Cairo", "2026-10-29T16:00+03:00"),
    ("Antarctica/Troll", "2026-10-24T20:00+02:00"),
    ("America/Caracas", "2016-04-30T20:00-04:30"),
]
MINUTES = st.sampled_from(["*", "*/15", "0", "30", "45", "0,30", "10-50/20"])
HOURS = st.sampled_from(["*", "*/2", "0", "1", "2", "3", "23", "1,2", "0-3", "2-23/3"])
DAYS = st.sampled_from(["*", "*/2", "1-4", "25,29,30"])
WEEKDAYS = st.sampled_from(["*", "0", "7", "4-6"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CHANGES), MINUTES, HOURS, DAYS, WEEKDAYS, st.integers(0, 900))
def test_it_fires_as_the_main_loop_of_debians_cron(
    change: tuple[str, str], minute: str, hour: str, day: str, weekday: str, waits: int
) -> None:
    """Around changes of the clocks, asked from any minute: the same times."""
    zone, cron = ZoneInfo(change[0]), f"{minute} {hour} {day} * {weekday}"
    began = at(change[1]).astimezone(UTC)
    asked, ends = began + waits * MINUTE, began + timedelta(hours=16)
    expected = [time for time in debian(cron, zone, began, 16) if time > asked]
    times, left_out = parsed(cron, zone).between(asked, ends, 2000)
    assert list(times) == expected
    assert not left_out
