"""Kept schedules: each name once, paused and resumed, and how far each was dealt with."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.storage.database import Database
from adapters.storage.schedules import SqlSchedules
from briefs.errors import LibraryError, UsageError
from briefs.scheduling import CatchUp, Origin, Schedule
from tests.adapters.storage.keeping import fault

NOON = datetime(2026, 3, 2, 12, 0, 0, 250, tzinfo=UTC)
HOUR = timedelta(hours=1)


def schedule(name: str = "ports", **facts: Any) -> Schedule:
    """Return a schedule."""
    usual = {"channel": "slack:C0123", "cron": "0 9 * * *", "timezone": "Europe/Berlin"}
    return Schedule(name=name, **(usual | facts))


@pytest.fixture
def kept(database: Database) -> SqlSchedules:
    """Return an empty store of schedules."""
    return SqlSchedules(database)


@pytest.fixture
def beside(database: Database) -> Iterator[SqlSchedules]:
    """Return the same store as another process sees it."""
    with closing(Database(database.file)) as opened:
        yield SqlSchedules(opened)


@pytest.mark.parametrize(
    "one",
    [
        schedule(),
        schedule(
            "Häfen 船",
            channel="terminal:briefs/a b.txt",
            topic="ships & “ports”",
            collections=("main", "ports"),
            catch_up=CatchUp.ALL,
            skip_if_empty=True,
            paused=True,
        ),
        schedule(catch_up=CatchUp.SKIP),
    ],
)
def test_a_schedule_is_kept_as_it_is(
    kept: SqlSchedules, beside: SqlSchedules, one: Schedule
) -> None:
    """Every field, for every process."""
    kept.add(one, NOON)
    assert beside.get(one.name) == one
    assert beside.get(f" {one.name.upper()}") == one
    assert beside.schedules() == (one,)


def test_schedules_are_listed_by_name(kept: SqlSchedules) -> None:
    """Whatever their case."""
    for name in ("b", "C", "a"):
        kept.add(schedule(name), NOON)
    assert [each.name for each in kept.schedules()] == ["a", "b", "C"]


def test_no_name_is_given_twice(kept: SqlSchedules, beside: SqlSchedules) -> None:
    """Not in another case either; the first stays as it was."""
    kept.add(schedule(), NOON)
    with pytest.raises(UsageError, match="There is a schedule “ports” already; choose another"):
        beside.add(schedule("Ports", cron="0 10 * * *"), NOON)
    assert kept.schedules() == (schedule(),)
    assert kept.dealt_with([schedule()]) == {"ports": NOON}


def test_what_is_due_from_its_creation_on_counts(kept: SqlSchedules) -> None:
    """Though the bot did not run when it was set up."""
    kept.add(schedule(), NOON)
    assert kept.dealt_with([schedule(), schedule("other")]) == {"ports": NOON}


def test_pausing_and_resuming(kept: SqlSchedules, beside: SqlSchedules) -> None:
    """What was due in a pause was not missed; resuming what runs forgets nothing."""
    kept.add(schedule(), NOON)
    assert beside.pause("PORTS")
    assert kept.schedules() == (schedule(paused=True),)
    assert kept.dealt_with([schedule()]) == {"ports": NOON}
    assert beside.resume("ports", NOON + HOUR)
    assert kept.schedules() == (schedule(),)
    assert kept.dealt_with([schedule()]) == {"ports": NOON + HOUR}
    assert kept.resume("ports", NOON + 2 * HOUR)
    assert kept.dealt_with([schedule()]) == {"ports": NOON + HOUR}


def test_a_name_that_is_not_there(kept: SqlSchedules) -> None:
    """Is said, and changes nothing."""
    assert kept.get("ports") is None
    assert not kept.pause("ports")
    assert not kept.resume("ports", NOON)
    assert not kept.remove("ports")
    assert kept.schedules() == ()
    assert kept.dealt_with([schedule()]) == {}


def test_a_removed_schedule_leaves_nothing_behind(kept: SqlSchedules, beside: SqlSchedules) -> None:
    """Nor does a running bot bring it back, that has not seen yet that it is gone."""
    kept.add(schedule(), NOON)
    assert beside.remove("Ports")
    kept.deal_with(schedule(), NOON + HOUR)
    assert kept.dealt_with([schedule()]) == {}
    kept.add(schedule(), NOON + 2 * HOUR)
    assert kept.dealt_with([schedule()]) == {"ports": NOON + 2 * HOUR}


def test_how_far_a_schedule_was_dealt_with(kept: SqlSchedules, beside: SqlSchedules) -> None:
    """The last word counts, an earlier time too: a clock may have been wrong."""
    kept.add(schedule(), NOON)
    for moment in (NOON + HOUR, NOON - HOUR):
        kept.deal_with(schedule(), moment)
        assert beside.dealt_with([schedule()]) == {"ports": moment}


def test_the_configuration_s_schedules_are_dealt_with_too(kept: SqlSchedules) -> None:
    """Without being among those that were set up by command."""
    one = schedule(origin=Origin.CONFIG)
    kept.deal_with(one, NOON)
    assert kept.dealt_with([one]) == {"ports": NOON}
    assert kept.schedules() == ()


@pytest.mark.parametrize("changed", [{"cron": "0 10 * * *"}, {"timezone": "UTC"}])
def test_other_times_have_missed_nothing(kept: SqlSchedules, changed: dict[str, str]) -> None:
    """Somebody who edits the configuration does not ask for briefs of the past."""
    one = schedule(origin=Origin.CONFIG)
    kept.deal_with(one, NOON)
    assert kept.dealt_with([replace(one, topic="ships")]) == {"ports": NOON}
    other = replace(one, **changed)  # type: ignore[arg-type]
    assert kept.dealt_with([other]) == {}
    kept.deal_with(other, NOON + HOUR)
    assert kept.dealt_with([other]) == {"ports": NOON + HOUR}


def test_a_schedule_is_kept_whole_or_not_at_all(database: Database, kept: SqlSchedules) -> None:
    """A schedule without its beginning would look for what it missed since ever."""
    fault(database, "schedule_progress")
    with pytest.raises(LibraryError):
        kept.add(schedule(), NOON)
    assert kept.schedules() == ()
