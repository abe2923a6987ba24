"""Schedules on Slack: when a brief comes, where, and about what."""

from collections.abc import Sequence
from datetime import datetime

from adapters import wording
from adapters.slack.blocks import (
    Block,
    Message,
    Unit,
    context,
    lined_sections,
    note,
    packed,
    quoted_sections,
    small,
    words,
)
from adapters.slack.names import CHANNEL, PREFIX
from briefs.scheduling import Origin, Schedule
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing
from briefs.timing_words import words_of


def scheduled(reply: Scheduled) -> tuple[Message, ...]:
    """Return a schedule that was set up, with when it is due next."""
    schedule = reply.schedule
    head = f"{schedule.name}: {timing(schedule)}, {schedule.timezone}"
    blocks = [*quoted_sections(head), *_about(schedule), *times(reply.times)]
    if not reply.kept:
        blocks += note("This is a preview: nothing is scheduled yet.")
    return packed([Unit(blocks=tuple(blocks))], f"The schedule {head}.")


def listed(reply: ScheduleListing) -> tuple[Message, ...]:
    """Return schedules, each with when it is due next."""
    if not reply.schedules:
        text = wording.NOTHING_SCHEDULED
        return packed([Unit(blocks=tuple(quoted_sections(text)))], text)
    heading = wording.counted(len(reply.schedules), "schedule")
    return packed([_listed(each) for each in reply.schedules], f"{heading}.")


def changed(reply: ScheduleChanged) -> tuple[Message, ...]:
    """Return what was done to a schedule."""
    text = f"The schedule {wording.plain(reply.name)} {wording.CHANGED[reply.verb]}."
    return packed([Unit(blocks=tuple(quoted_sections(text)))], text)


def times(given: Sequence[datetime]) -> list[Block]:
    """Return due times, a line each, with their offsets."""
    return lined_sections(f"• {moment(each)}" for each in given)


def moment(due: datetime) -> str:
    """Return a due time with its offset: "Mon 2 March 2026, 08:00 UTC+01:00"."""
    return f"{due:%a} {wording.day(due)}, {due:%H:%M} {wording.offset(due)}"


def timing(schedule: Schedule) -> str:
    """Return when a schedule is due, in words where there are some."""
    said = words_of(schedule.cron)
    return f"{said} ({schedule.cron})" if said else schedule.cron


def channel(name: str) -> Block:
    """Return a channel as a text object; one of Slack as a link to it."""
    id_ = name.removeprefix(PREFIX)
    if name.startswith(PREFIX) and CHANNEL.fullmatch(id_) and id_[0] != "D":
        return words(f"<#{id_}>")
    return small(name or "-")[0]


def _listed(each: Scheduled) -> Unit:
    schedule = each.schedule
    upcoming = f"next: {moment(each.times[0])}" if each.times else "not due again"
    state = "paused" if schedule.paused else upcoming
    head = f"{schedule.name}: {timing(schedule)}, {schedule.timezone} · {state}"
    return Unit(blocks=(*quoted_sections(head), *_about(schedule)), said=f"{head}.")


def _about(schedule: Schedule) -> list[Block]:
    about = [f"about {schedule.topic or 'everything'}"]
    if schedule.collections:
        about.append(f"from {', '.join(schedule.collections)}")
    about.append(f"when missed: {schedule.catch_up.value}")
    if schedule.skip_if_empty:
        about.append("not posted when nothing is new")
    if schedule.origin is Origin.CONFIG:
        about.append("from the configuration")
    return context(channel(schedule.channel), *small(" · ".join(about)))
