"""The schedules that were set up by command, over the database, and how far each has come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from adapters.storage.answer_rows import printed_time
from adapters.storage.database import Database
from adapters.storage.schedule_tables import schedule_progress, schedules
from briefs.errors import UsageError
from briefs.scheduling import CatchUp, Origin, Schedule, key_of


class SqlSchedules:
    """Schedules, each change in one transaction. Names that differ in case alone are one.

    The schedules of the configuration are not kept here, except for how far they were dealt with.
    """

    def __init__(self, database: Database) -> None:
        """Keep schedules in a database."""
        self._database = database

    def add(self, schedule: Schedule, now: datetime) -> None:
        """Keep a new schedule; what is due from now on counts, whether the bot runs or not.

        Raises:
            UsageError: There is one of that name.
        """
        with self._database.writing() as connection:
            there = _row(connection, schedule.name)
            if there is not None:
                raise UsageError(
                    f"There is a schedule “{there.name}” already; choose another name, or remove "
                    "that one first."
                )
            connection.execute(insert(schedules).values(**_values(schedule, now)))
            _deal(connection, schedule, now)

    def schedules(self) -> tuple[Schedule, ...]:
        """Return every schedule, in the order of their names."""
        with self._database.reading() as connection:
            rows = connection.execute(select(schedules).order_by(schedules.c.key))
            return tuple(map(_schedule, rows))

    def get(self, name: str) -> Schedule | None:
        """Return a schedule by its name."""
        with self._database.reading() as connection:
            row = _row(connection, name)
            return None if row is None else _schedule(row)

    def pause(self, name: str) -> bool:
        """Let a schedule rest; False: there is none of that name."""
        with self._database.writing() as connection:
            return _set_paused(connection, name, paused=True)

    def resume(self, name: str, now: datetime) -> bool:
        """Let a paused schedule go on; what was due in its pause was not missed."""
        with self._database.writing() as connection:
            row = _row(connection, name)
            if row is not None and row.paused:
                _deal(connection, _schedule(row), now)
            return _set_paused(connection, name, paused=False)

    def remove(self, name: str) -> bool:
        """Let go of a schedule; False: there is none of that name."""
        with self._database.writing() as connection:
            key = key_of(name)
            connection.execute(delete(schedule_progress).where(schedule_progress.c.key == key))
            removed = connection.execute(delete(schedules).where(schedules.c.key == key))
            return removed.rowcount > 0

    def deal_with(self, schedule: Schedule, until: datetime) -> None:
        """Keep up to when a schedule was dealt with, of whichever origin."""
        with self._database.writing() as connection:
            removed = schedule.origin is Origin.COMMAND and not _row(connection, schedule.name)
            # One that was removed meanwhile must not come back with its past.
            if not removed:
                _deal(connection, schedule, until)

    def dealt_with(self, wanted: Iterable[Schedule]) -> dict[str, datetime]:
        """Return for the names of schedules up to when each was dealt with.

        One is left out that never was, or that had other times then: nothing of its new ones was
        missed.
        """
        with self._database.reading() as connection:
            rows = {row.key: row for row in connection.execute(select(schedule_progress))}
        return {
            schedule.name: datetime.fromisoformat(row.dealt_with)
            for schedule in wanted
            if (row := rows.get(schedule.key)) is not None
            and (row.cron, row.timezone) == (schedule.cron, schedule.timezone)
        }


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(schedules).where(schedules.c.key == key_of(name))).first()


def _set_paused(connection: Connection, name: str, *, paused: bool) -> bool:
    of_one = schedules.c.key == key_of(name)
    return connection.execute(update(schedules).where(of_one).values(paused=paused)).rowcount > 0


def _deal(connection: Connection, schedule: Schedule, until: datetime) -> None:
    of_one = schedule_progress.c.key == schedule.key
    connection.execute(delete(schedule_progress).where(of_one))
    connection.execute(
        insert(schedule_progress).values(
            key=schedule.key,
            cron=schedule.cron,
            timezone=schedule.timezone,
            dealt_with=printed_time(until),
        )
    )


def _values(schedule: Schedule, now: datetime) -> dict[str, Any]:
    return {
        "key": schedule.key,
        "name": schedule.name,
        "channel": schedule.channel,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "topic": schedule.topic,
        "collections": list(schedule.collections),
        "catch_up": schedule.catch_up.value,
        "skip_if_empty": schedule.skip_if_empty,
        "paused": schedule.paused,
        "created_at": printed_time(now),
    }


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(
        name=row.name,
        channel=row.channel,
        cron=row.cron,
        timezone=row.timezone,
        topic=row.topic,
        collections=tuple(row.collections),
        catch_up=CatchUp(row.catch_up),
        skip_if_empty=row.skip_if_empty,
        paused=row.paused,
        origin=Origin.COMMAND,
    )
