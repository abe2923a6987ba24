"""When a cron expression fires in a time zone, where the zone's clocks change too.

The calendar is cronsim's: which minutes of a wall clock an expression names. What becomes of them
when the clocks change follows Debian's cron, which has two kinds of jobs:

- A job at a fixed time (neither its minute nor its hour begins with `*`) fires once for each time
  that it names. A time that the clocks skip comes as soon as they have changed; of a time that they
  show twice, the first counts.
- Any other job fires whenever a clock on the wall shows a time that it names: twice for what is
  shown twice, and not at all for what is skipped.

Debian's limits of three hours and what it does with several skipped times of one job are left out:
all of them fire once, together.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, takewhile

from cronsim import CronSim, CronSimError

from briefs.errors import UsageError

EXAMPLE = "0 8 * * mon-fri"

COUNTED = 1000
"""How many occurrences that are left out are counted, beside those that are met anyway."""

_LONGEST = 200
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
# Far enough from the ends of the calendar for every zone and every window.
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LAST = datetime(9900, 1, 1, tzinfo=UTC)
# From here it is looked whether an expression fires at all; cronsim looks 50 years ahead.
_ANY = datetime(2024, 1, 1, tzinfo=UTC)

_FIELDS = (
    ("minute", "a number from 0 to 59"),
    ("hour", "a number from 0 to 23"),
    ("day of the month", "a number from 1 to 31"),
    ("month", "a number from 1 to 12, or jan to dec"),
    ("weekday", "a number from 0 to 7, where 0 and 7 are Sunday, or sun to sat"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A cron expression in a time zone. Made by `parsed`.

    Every moment that comes out is in UTC: it is the identity of an occurrence, and Python compares
    moments of one other zone by the wall, which shows some times twice. `local` is for people.
    """

    cron: str
    zone: tzinfo

    def after(self, moment: datetime) -> datetime | None:
        """Return the first time strictly after a moment."""
        return next(self._after(moment), None)

    def next_times(self, moment: datetime, count: int) -> tuple[datetime, ...]:
        """Return the next times strictly after a moment."""
        return tuple(islice(self._after(moment), count))

    def between(
        self, since: datetime, until: datetime, most: int
    ) -> tuple[tuple[datetime, ...], int]:
        """Return the last times after one moment and up to another, and how many came before them.

        Args:
            since: Not one of them.
            until: May be one of them.
            most: How many are returned. Of the others, not many more than `COUNTED` are counted,
                so that the work is bounded however long the period is.
        """
        whole = until - since
        width = timedelta(hours=1)
        while True:
            begin = since if width >= whole else until - width
            times: deque[datetime] = deque(maxlen=most)
            found = 0
            for time in takewhile(lambda time: time <= until, self._after(begin)):
                times.append(time)
                found += 1
            if found >= most or begin == since:
                break
            width *= 4
        before = takewhile(lambda time: time <= begin, self._after(since))
        return tuple(times), found - len(times) + sum(1 for _ in islice(before, COUNTED))

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the zone's clocks show it, with its offset."""
        return moment.astimezone(self.zone)

    @property
    def _is_fixed(self) -> bool:
        minute, hour, *_ = self.cron.split()
        return not minute.startswith("*") and not hour.startswith("*")

    def _after(self, moment: datetime) -> Iterator[datetime]:
        moment = min(max(moment, _FIRST), _LAST).astimezone(UTC)
        times = self._each_once(moment) if self._is_fixed else self._as_shown(moment)
        return takewhile(lambda time: time < _LAST, times)

    def _each_once(self, moment: datetime) -> Iterator[datetime]:
        """Yield the times of a job at fixed times."""
        for shown in self._named(self._wall(moment)):
            time = self._first(shown)
            # Not so for what the clocks show a second time, and for the next of skipped ones.
            if time > moment:
                yield time
                moment = time

    def _as_shown(self, moment: datetime) -> Iterator[datetime]:
        """Yield the times of any other job: stretch by stretch between changes of the clocks."""
        shown = self._wall(moment)
        while True:
            offset = self._offset(moment)
            change = None
            for shown in self._named(shown):  # noqa: B020 - each stretch begins where one ended
                time = (shown - offset).replace(tzinfo=UTC)
                change = self._change(moment, time)
                if change is not None:
                    break
                yield time
                moment = time
            if change is None:
                return
            # The wall shows another time from the change on, which may itself be named.
            moment = change
            shown = self._wall(change) - _SECOND

    def _named(self, shown: datetime) -> Iterator[datetime]:
        """Yield the times that the expression names after one that a wall clock shows."""
        if shown.year < _LAST.year:
            yield from CronSim(self.cron, shown)

    def _first(self, shown: datetime) -> datetime:
        """Return when the clocks first show a time, or change to a later one."""
        time = shown.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        if self._wall(time) == shown:
            return time
        # Skipped: by the later offset it would lie before the change, by the earlier one after it.
        before = shown.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return self._change(before, time) or time

    def _change(self, since: datetime, until: datetime) -> datetime | None:
        """Return the first moment after one, up to another, from which the offset is another."""
        offset = self._offset(since)
        while since < until:
            # No zone keeps an offset for less than a day; a longer step could miss two changes.
            step = min(since + _DAY, until)
            if self._offset(step) != offset:
                return self._narrowed(since.replace(microsecond=0), step, offset)
            since = step
        return None

    def _narrowed(self, low: datetime, high: datetime, offset: timedelta) -> datetime:
        """Return the second from which the offset is another; at the higher end it is."""
        high = high.replace(microsecond=0) + (_SECOND if high.microsecond else timedelta())
        while (seconds := (high - low) // _SECOND) > 1:
            middle = low + seconds // 2 * _SECOND
            if self._offset(middle) == offset:
                low = middle
            else:
                high = middle
        return high

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None, fold=0)


def parsed(cron: str, zone: tzinfo) -> Timing:
    """Return the timing of a cron expression.

    Raises:
        UsageError: It has not five fields, a field is malformed, or it never fires.
    """
    if len(cron) > _LONGEST:
        raise UsageError(
            f"A cron expression has at most {_LONGEST} characters; write for example “{EXAMPLE}”."
        )
    fields = cron.split()
    if len(fields) != len(_FIELDS):
        raise UsageError(
            "A cron expression has five fields (minute, hour, day of the month, month, weekday), "
            f"and “{cron.strip()}” has {len(fields)}; write for example “{EXAMPLE}”."
        )
    for position, (field, (name, values)) in enumerate(zip(fields, _FIELDS, strict=True)):
        alone = ["*"] * len(_FIELDS)
        alone[position] = field
        if not _is_understood(" ".join(alone)):
            raise UsageError(
                f"“{field}” is no {name}: write {values}, a list (1,3), a range upwards (1-5), a "
                f"step (*/2) or *, for example “{EXAMPLE}”."
            )
    timing = Timing(cron=" ".join(fields), zone=zone)
    if not _is_understood(timing.cron) or timing.after(_ANY) is None:
        raise UsageError(
            f"“{timing.cron}” never fires, because no month that it names has such a day; write "
            f"for example “{EXAMPLE}”."
        )
    return timing


def _is_understood(cron: str) -> bool:
    try:
        CronSim(cron, _ANY)
    except CronSimError:
        return False
    return True
