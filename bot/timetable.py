"""The schedules: those of the configuration and those that were set up by command, as one list."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from adapters.zones import zone_named
from briefs.errors import UsageError
from briefs.granting import OPERATOR, Grants
from briefs.model import MAIN
from briefs.ports import Place
from briefs.scheduling import Origin, Schedule, checked, key_of
from briefs.timetabling import (
    AddSchedule,
    ChangeSchedule,
    KeptSchedules,
    ScheduleChanged,
    Scheduled,
    ScheduleListing,
    Verb,
)
from briefs.timing import EXAMPLE, Timing, parsed
from briefs.timing_words import cron_of
from briefs.typesetting import Typesetter

SHOWN = 5
"""How many times a new schedule is shown with."""


def place_of(schedule: Schedule, grants: Grants) -> Place:
    """Return the channel of a schedule as a place that sees what the schedule is about."""
    may_see = grants.collections(schedule.channel)
    named = frozenset(schedule.collections)
    collections = (named or {MAIN}) if may_see is None else (named or may_see) & may_see
    return Place(channel=schedule.channel, collections=frozenset(collections), admin=True)


def timing_of(schedule: Schedule) -> Timing:
    """Return when a schedule is due."""
    return parsed(schedule.cron, zone_named(schedule.timezone))


class Timetable:
    """Looks at schedules and changes those that were set up by command. Blocks."""

    def __init__(
        self,
        kept: KeptSchedules,
        configured: tuple[Schedule, ...],
        typesetters: Mapping[str, Typesetter],
        now: Callable[[], datetime],
        grants: Grants | None = None,
    ) -> None:
        """Take the schedules of the configuration, and what can be posted to, by platform."""
        self.grants = grants or Grants()
        self._kept = kept
        self._configured = configured
        self._typesetters = typesetters
        self._now = now

    def schedules(self) -> tuple[Schedule, ...]:
        """Return every schedule, in the order of their names; the configuration's win."""
        found = {each.key: each for each in self._kept.schedules()}
        found |= {each.key: each for each in self._configured}
        return tuple(found[key] for key in sorted(found))

    def find(self, name: str) -> Schedule | None:
        """Return a schedule by its name."""
        return next((each for each in self._configured if each.key == key_of(name)), None) or (
            self._kept.get(name)
        )

    def get(self, name: str) -> Schedule:
        """Return a schedule by its name.

        Raises:
            UsageError: There is none.
        """
        found = self.find(name)
        if found is not None:
            return found
        names = [each.name for each in self.schedules()]
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        if near:
            hint = f"Did you mean {near[0]}?"
        elif names:
            hint = f"There are: {', '.join(names)}."
        else:
            hint = "Set one up with: dateline schedule add."
        raise UsageError(f"There is no schedule “{name}”. {hint}")

    def next_times(
        self, schedule: Schedule, count: int = SHOWN, since: datetime | None = None
    ) -> tuple[datetime, ...]:
        """Return when a schedule is due next, strictly after a time, by its zone's clocks."""
        timing = timing_of(schedule)
        return tuple(map(timing.local, timing.next_times(since or self._now(), count)))

    def add(self, wanted: AddSchedule, place: Place) -> Scheduled:
        """Set up a schedule.

        Raises:
            UsageError: It can never be due, or its channel cannot be posted to.
        """
        schedule = self._made(wanted, place)
        if any(each.key == schedule.key for each in self._configured):
            raise UsageError(
                f"There is a schedule “{schedule.name}” in the configuration; choose another name."
            )
        times = self.next_times(schedule)
        if wanted.preview:
            if self._kept.get(schedule.name) is not None:
                raise UsageError(f"There is a schedule “{schedule.name}” already.")
            return Scheduled(schedule=schedule, times=times, kept=False)
        self._kept.add(schedule, self._now())
        return Scheduled(schedule=schedule, times=times)

    def _made(self, wanted: AddSchedule, place: Place) -> Schedule:
        if (wanted.cron is None) == (wanted.when is None):
            raise UsageError(
                f"Say when it is due: either --cron “{EXAMPLE}” or --when “weekdays at 08:00”."
            )
        cron = cron_of(wanted.when) if wanted.when is not None else (wanted.cron or "")
        zone = zone_named(wanted.timezone)
        timing = parsed(cron, zone)
        schedule = checked(
            Schedule(
                name=wanted.name,
                channel=wanted.channel or place.channel,
                cron=timing.cron,
                timezone=zone.key,
                topic=wanted.topic,
                collections=wanted.collections,
                catch_up=wanted.catch_up,
                skip_if_empty=wanted.skip_if_empty,
            )
        )
        if schedule.channel != place.channel and not place.channel.startswith(OPERATOR):
            raise UsageError("A schedule for another channel is set up there, or by the operator.")
        self.check_channel(schedule.channel)
        may_see = self.grants.collections(schedule.channel)
        for each in schedule.collections:
            if not place.sees(each) or (may_see is not None and each not in may_see):
                raise UsageError(
                    f"The collection {each} may not be seen in {schedule.channel}; leave it out."
                )
        return schedule

    def check_channel(self, channel: str) -> None:
        """Refuse a channel that cannot be posted to.

        Raises:
            UsageError: It cannot, and the message says why.
        """
        platform = channel.partition(":")[0]
        typesetter = self._typesetters.get(platform)
        if typesetter is None:
            raise UsageError(
                f"{channel} cannot be posted to: this version of Dateline does not post to "
                f"{platform.capitalize()} yet. Name another channel, for example "
                "terminal:briefs.txt."
            )
        why = typesetter.unpostable(channel)
        if why is not None:
            raise UsageError(f"{channel} cannot be posted to: {why}.")

    def change(self, wanted: ChangeSchedule, place: Place) -> ScheduleChanged:
        """Let a schedule rest, go on, or go.

        Raises:
            UsageError: There is none, it is another channel's, or one of the configuration.
        """
        schedule = self.get(wanted.name)
        if not _is_of(schedule, place):
            raise UsageError(f"The schedule “{schedule.name}” is of another channel.")
        if schedule.origin is Origin.CONFIG:
            raise UsageError(
                f"The schedule “{schedule.name}” stands in the configuration, and is changed there "
                "only."
            )
        match wanted.verb:
            case Verb.PAUSE:
                self._kept.pause(schedule.name)
            case Verb.RESUME:
                self._kept.resume(schedule.name, self._now())
            case Verb.REMOVE:
                self._kept.remove(schedule.name)
        return ScheduleChanged(name=schedule.name, verb=wanted.verb)

    def listing(self, place: Place) -> ScheduleListing:
        """List the schedules of a place."""
        found = [each for each in self.schedules() if _is_of(each, place)]
        return ScheduleListing(
            schedules=tuple(
                Scheduled(
                    schedule=each, times=() if each.paused else self.next_times(each, count=1)
                )
                for each in found
            )
        )

    def dealt_with(self) -> dict[str, datetime]:
        """Return up to when each schedule was dealt with; nothing was missed in a pause."""
        return self._kept.dealt_with(each for each in self.schedules() if not each.paused)

    def deal_with(self, schedule: Schedule, until: datetime) -> None:
        """Keep up to when a schedule was dealt with."""
        self._kept.deal_with(schedule, until)

    def rest(self) -> None:
        """Keep that nothing is missed of the configuration's schedules that are paused."""
        for each in self._configured:
            if each.paused:
                self._kept.deal_with(replace(each, paused=False), self._now())


def _is_of(schedule: Schedule, place: Place) -> bool:
    return place.channel.startswith(OPERATOR) or schedule.channel == place.channel
