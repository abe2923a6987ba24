"""Schedules, and what became of their briefs, as Rich prints them and as JSON."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import TypeAlias

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from adapters import wording
from adapters.terminal.json_documents import Json
from adapters.terminal.plain import inert_line
from briefs.parts import Delivery
from briefs.scheduling import GRACE, Origin, Schedule
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing
from briefs.timing_words import words_of

Reason: TypeAlias = Callable[[Delivery], str | None]
"""Says why a brief is not delivered, or not yet."""


def scheduled(reply: Scheduled) -> RenderableType:
    """Return a schedule that was set up, with when it is due next."""
    schedule = reply.schedule
    said = words_of(schedule.cron)
    words = f"{schedule.cron} ({said})" if said else schedule.cron
    head = f"{schedule.name}: {words}, {schedule.timezone}, to {schedule.channel}"
    return Group(Text(inert_line(head), style="bold"), times(reply.times))


def times(given: Sequence[datetime]) -> RenderableType:
    """Return due times, a line each, with their offsets."""
    return Group(*(Text(f"  {time:%a %Y-%m-%d %H:%M} {wording.offset(time)}") for time in given))


def table(reply: ScheduleListing) -> RenderableType:
    """Return schedules as a table."""
    if not reply.schedules:
        return Text(wording.NOTHING_SCHEDULED, style="yellow")
    shown = _table("name", "due", "time zone", "channel", "about", "next")
    for each in reply.schedules:
        schedule = each.schedule
        origin = ", from the configuration" if schedule.origin is Origin.CONFIG else ""
        upcoming = (
            f"{each.times[0]:%Y-%m-%d %H:%M} {wording.offset(each.times[0])}" if each.times else "-"
        )
        shown.add_row(
            *(
                Text(inert_line(value))
                for value in (
                    f"{schedule.name}{origin}",
                    words_of(schedule.cron) or schedule.cron,
                    schedule.timezone,
                    schedule.channel,
                    schedule.topic or "everything",
                    "paused" if schedule.paused else upcoming,
                )
            )
        )
    return shown


def changed(reply: ScheduleChanged) -> RenderableType:
    """Return what was done to a schedule."""
    return Text(f"The schedule {inert_line(reply.name)} {wording.CHANGED[reply.verb]}.")


def history(deliveries: Sequence[Delivery], zone: tzinfo, reason: Reason) -> RenderableType:
    """Return what became of each occurrence of a schedule."""
    if not deliveries:
        return Text("Nothing was due yet.", style="yellow")
    shown = _table("due", "state", "composed", "delivered", "late", "parts", "link, or why not")
    for each in deliveries:
        key = each.head.key if each.head is not None and each.ending.value == "held" else None
        why = each.link or reason(each) or ""
        shown.add_row(
            *(
                Text(inert_line(value))
                for value in (
                    _shown(each.occurrence.due, zone),
                    each.ending.value,
                    _shown(each.occurrence.composed, zone),
                    "-" if each.delivered is None else _shown(each.delivered, zone),
                    _late(each),
                    str(len(each.parts)),
                    f"{why} (part {key})" if key else why,
                )
            )
        )
    return shown


def times_document(schedule: Schedule, given: Sequence[datetime]) -> dict[str, Json]:
    """Return due times as `schedule add --json` and `schedule next --json` print them."""
    return {"schedule": schedule.name, "times": [time.isoformat() for time in given]}


def listing_document(reply: ScheduleListing) -> dict[str, Json]:
    """Return schedules as `schedule list --json` prints them."""
    return {
        "schedules": [
            {
                "name": each.schedule.name,
                "channel": each.schedule.channel,
                "cron": each.schedule.cron,
                "timezone": each.schedule.timezone,
                "topic": each.schedule.topic,
                "collections": list(each.schedule.collections),
                "catch_up": each.schedule.catch_up.value,
                "skip_if_empty": each.schedule.skip_if_empty,
                "paused": each.schedule.paused,
                "origin": each.schedule.origin.value,
                "next": each.times[0].isoformat() if each.times else None,
            }
            for each in reply.schedules
        ]
    }


def history_document(
    deliveries: Sequence[Delivery], zone: tzinfo, reason: Reason
) -> dict[str, Json]:
    """Return occurrences as `schedule history --json` prints them."""
    return {"occurrences": [occurrence_document(each, zone, reason) for each in deliveries]}


def occurrence_document(delivery: Delivery, zone: tzinfo, reason: Reason) -> dict[str, Json]:
    """Return what became of one occurrence."""
    delivered, late = delivery.delivered, delivery.late_seconds
    head = delivery.head
    return {
        "due": delivery.occurrence.due.astimezone(zone).isoformat(),
        "state": delivery.ending.value,
        "late_seconds": None if late is None else round(late, 3),
        "delivered": None if delivered is None else delivered.astimezone(zone).isoformat(),
        "parts": len(delivery.parts),
        "link": delivery.link,
        "reason": reason(delivery),
        "composed": delivery.occurrence.composed.astimezone(zone).isoformat(),
        "brief": delivery.occurrence.brief,
        "held": head.key if head is not None and delivery.ending.value == "held" else None,
    }


def _table(*names: str) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        shown.add_column(name)
    return shown


def _late(delivery: Delivery) -> str:
    late = delivery.late_seconds
    if late is None or late <= GRACE.total_seconds():
        return "-"
    minutes = int(late // 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _shown(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {wording.offset(local)}"
