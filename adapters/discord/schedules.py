"""Schedules as messages, with the next times as their zone and as the reader's clock shows them."""

import re
from collections.abc import Sequence
from datetime import datetime

from adapters import wording
from adapters.discord import names
from adapters.discord.embeds import (
    GOOD,
    QUIET,
    WARNING,
    Button,
    Message,
    Section,
    Unit,
    packed,
    said,
)
from adapters.discord.text import Line, Said, Span, line
from briefs.scheduling import Origin, Schedule
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing
from briefs.timing_words import words_of

_CHANNEL = re.compile(r"discord:(\d{1,20})")


def scheduled(reply: Scheduled) -> tuple[Message, ...]:
    """Return a schedule that was set up, with when it is due next."""
    return packed([Section(title="Scheduled", units=tuple(_units(reply)), colour=GOOD)])


def confirm(reply: Scheduled, token: str) -> Message:
    """Return the question whether a schedule is to be kept, with when it would be due.

    Args:
        reply: The schedule, not kept yet.
        token: A short text by which the buttons find it again.
    """
    buttons = (
        Button(action=names.SAVE, label="Save", value=token, style="success"),
        Button(action=names.CANCEL, label="Cancel", value=token),
    )
    section = Section(title="Save this schedule?", units=tuple(_units(reply)), colour=WARNING)
    return packed([section], buttons=buttons)[-1]


def listing(reply: ScheduleListing) -> tuple[Message, ...]:
    """Return schedules, the next time of each with them."""
    if not reply.schedules:
        return packed([said(wording.NOTHING_SCHEDULED, colour=WARNING)])
    units = tuple(_listed(each) for each in reply.schedules)
    return packed([Section(title="Scheduled briefs", units=units, colour=QUIET, gap="\n\n")])


def changed(reply: ScheduleChanged) -> tuple[Message, ...]:
    """Return what was done to a schedule."""
    unit = Unit(
        lines=(line("The schedule ", Said(reply.name, "**"), f" {wording.CHANGED[reply.verb]}."),)
    )
    return packed([Section(units=(unit,), colour=GOOD)])


def channel(named: str) -> Span:
    """Return a channel as Discord names it, or, of another platform, by its id."""
    found = _CHANNEL.fullmatch(named)
    return Said(named) if found is None else f"<#{found[1]}>"


def _units(reply: Scheduled) -> Sequence[Unit]:
    times = [line(_time(each), mark="- ") for each in reply.times]
    if not times:
        times = [line("It is paused." if reply.schedule.paused else "It is never due.")]
    return (
        Unit(lines=(line(Said(reply.schedule.name, "**")), *_about(reply.schedule))),
        Unit(lines=(line("Due next:"), *times)),
    )


def _listed(reply: Scheduled) -> Unit:
    schedule = reply.schedule
    origin = " · from the configuration" if schedule.origin is Origin.CONFIG else ""
    upcoming = line(f"Due next: {_time(reply.times[0])}") if reply.times else line("Never due.")
    return Unit(
        lines=(
            line(Said(schedule.name, "**"), origin),
            *_about(schedule),
            line("Paused.") if schedule.paused else upcoming,
        )
    )


def _about(schedule: Schedule) -> Sequence[Line]:
    words = words_of(schedule.cron)
    timing: tuple[Span, ...] = (
        (Said(schedule.cron),) if words is None else (Said(words), " (", Said(schedule.cron), ")")
    )
    topic: tuple[Span, ...] = (
        ("about everything",) if schedule.topic is None else ("about “", Said(schedule.topic), "”")
    )
    collections = Said(", ".join(schedule.collections))
    drawn: tuple[Span, ...] = (", from ", collections) if schedule.collections else ()
    skipped = ", not when there is nothing new" if schedule.skip_if_empty else ""
    return (
        line(*timing, ", ", Said(schedule.timezone)),
        line("To ", channel(schedule.channel), ", ", *topic, *drawn, skipped),
    )


def _time(moment: datetime) -> str:
    """Return a time with its offset, and as the clock of whoever reads it shows it."""
    shown = f"{moment:%a %Y-%m-%d %H:%M} {wording.offset(moment)}"
    return f"{shown} (<t:{int(moment.timestamp())}:F>)"
