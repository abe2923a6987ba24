"""The two forms of a schedule: what it is, and when that would be."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from adapters.slack import names
from adapters.slack.blocks import Block, note, quoted_sections
from adapters.slack.fields import (
    OPTIONS,
    View,
    all_chosen,
    chosen,
    field,
    metadata,
    modal,
    option,
    options,
    state,
    text_input,
    typed,
)
from adapters.slack.schedules import times as due_times
from briefs.errors import ContractError, UsageError
from briefs.scheduling import CatchUp
from briefs.timetabling import AddSchedule

_NAME = 64
_WHEN = 100
_TOPIC = 250
_COLLECTIONS = 5
_SKIP = "skip"
_MINUTE = re.compile(r"[\d*/,-]+")
_CRON_FIELDS = 5
_CAUGHT_UP = {
    CatchUp.LATEST: "Post the last one, late",
    CatchUp.ALL: "Post each of them, late",
    CatchUp.SKIP: "Post none of them",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDraft:
    """A schedule as it was filled in, before anybody checked it."""

    opened_in: str
    """The Slack id of the channel that the form was opened in."""
    name: str = ""
    channel: str = ""
    """The Slack id of the channel that is briefed."""
    when: str = ""
    """In words, or as a cron expression."""
    timezone: str = ""
    topic: str | None = None
    collections: tuple[str, ...] = ()
    catch_up: CatchUp = CatchUp.LATEST
    skip_if_empty: bool = False

    def command(self, *, preview: bool = False) -> AddSchedule:
        """Return the command that sets it up, or that only says when it would be due."""
        parts = self.when.split()
        is_cron = len(parts) == _CRON_FIELDS and _MINUTE.fullmatch(parts[0]) is not None
        return AddSchedule(
            name=self.name,
            timezone=self.timezone,
            cron=self.when if is_cron else None,
            when=None if is_cron else self.when,
            channel=f"{names.PREFIX}{self.channel}",
            topic=self.topic,
            collections=self.collections,
            catch_up=self.catch_up,
            skip_if_empty=self.skip_if_empty,
            preview=preview,
        )


def schedule_form(
    channel_id: str,
    zone: str,
    collections: Sequence[str] = (),
    filled: ScheduleDraft | None = None,
) -> View:
    """Return the form that a schedule is filled in.

    Args:
        channel_id: Where it was opened.
        zone: The time zone of who opened it.
        collections: Those that may be chosen; one alone is not asked for.
        filled: What was filled in before.
    """
    draft = filled or ScheduleDraft(opened_in=channel_id, channel=channel_id, timezone=zone)
    blocks = [
        text_input(names.SCHEDULE_NAME, "Name", most=_NAME, value=draft.name),
        field(names.SCHEDULE_CHANNEL, "Channel", _channel(draft.channel)),
        text_input(
            names.SCHEDULE_WHEN,
            "When",
            most=_WHEN,
            value=draft.when,
            hint="In words, as “weekdays at 08:00”, or as the five fields of cron: 0 8 * * 1-5",
        ),
        field(names.SCHEDULE_ZONE, "Time zone", _zone(draft.timezone or zone)),
        text_input(
            names.SCHEDULE_TOPIC,
            "Topic",
            most=_TOPIC,
            value=draft.topic,
            optional=True,
            hint="Left empty, the brief is about everything that is new.",
        ),
        *_collections(collections, draft.collections),
        field(names.SCHEDULE_CATCH_UP, "When some were missed", _catch_up(draft.catch_up)),
        field(names.SCHEDULE_SKIP, "When nothing is new", _skip(draft), optional=True),
    ]
    return modal("Schedule briefs", "Next", names.SCHEDULE, {"channel": draft.opened_in}, blocks)


def read_schedule(view: View) -> ScheduleDraft:
    """Return what was filled in."""
    opened_in = metadata(view)["channel"]
    return ScheduleDraft(
        opened_in=opened_in,
        name=typed(view, names.SCHEDULE_NAME) or "",
        channel=state(view, names.SCHEDULE_CHANNEL).get("selected_conversation") or opened_in,
        when=" ".join((typed(view, names.SCHEDULE_WHEN) or "").split()),
        timezone=chosen(view, names.SCHEDULE_ZONE) or "",
        topic=typed(view, names.SCHEDULE_TOPIC),
        collections=all_chosen(view, names.SCHEDULE_COLLECTIONS),
        catch_up=CatchUp(chosen(view, names.SCHEDULE_CATCH_UP) or CatchUp.LATEST.value),
        skip_if_empty=_SKIP in all_chosen(view, names.SCHEDULE_SKIP),
    )


def times_form(draft: ScheduleDraft, times: Sequence[datetime]) -> View:
    """Return the form that shows when a schedule would be due, to be saved or not.

    Raises:
        UsageError: So much was filled in that Slack cannot carry it to this form.
    """
    head = f"{draft.name}: {draft.when}, {draft.timezone}"
    shown = due_times(times) or note("It is never due.")
    blocks = [*quoted_sections(head), *note("The next times that it is due:"), *shown]
    carried = {"channel": draft.opened_in, "draft": asdict(draft)}
    try:
        return modal("When it is due", "Save", names.SCHEDULE_SAVE, carried, blocks)
    except ContractError as error:
        raise UsageError("This is too long for Slack; write a shorter topic.") from error


def schedule_of(view: View) -> ScheduleDraft:
    """Return the schedule that a form with its times carried."""
    carried: dict[str, Any] = metadata(view)["draft"]
    return ScheduleDraft(
        **{
            **carried,
            "collections": tuple(carried["collections"]),
            "catch_up": CatchUp(carried["catch_up"]),
        }
    )


def zone_options(zones: Sequence[str]) -> dict[str, Any]:
    """Return time zones to choose from, as the answer to what somebody typed."""
    return {"options": options(zones[:OPTIONS])}


def _channel(channel: str) -> Block:
    element: Block = {
        "type": "conversations_select",
        "action_id": names.SCHEDULE_CHANNEL,
        "filter": {"include": ["public", "private", "im"]},
    }
    if names.CHANNEL.fullmatch(channel):
        element["initial_conversation"] = channel
    else:
        element["default_to_current_conversation"] = True
    return element


def _zone(zone: str) -> Block:
    element: Block = {
        "type": "external_select",
        "action_id": names.SCHEDULE_ZONE,
        "min_query_length": 2,
    }
    offered = options([zone])
    return {**element, "initial_option": offered[0]} if offered else element


def _collections(named: Sequence[str], picked: Sequence[str]) -> list[Block]:
    offered = options(named)
    if len(offered) < 2:  # noqa: PLR2004 - one alone is no choice
        return []
    element: Block = {
        "type": "multi_static_select",
        "action_id": names.SCHEDULE_COLLECTIONS,
        "options": offered,
        "max_selected_items": _COLLECTIONS,
    }
    initial = [each for each in offered if each["value"] in picked]
    if initial:
        element["initial_options"] = initial
    hint = "Left empty, all that the channel may see."
    return [field(names.SCHEDULE_COLLECTIONS, "Collections", element, hint=hint, optional=True)]


def _catch_up(picked: CatchUp) -> Block:
    offered = {each: option(text, each.value) for each, text in _CAUGHT_UP.items()}
    return {
        "type": "static_select",
        "action_id": names.SCHEDULE_CATCH_UP,
        "options": list(offered.values()),
        "initial_option": offered[picked],
    }


def _skip(draft: ScheduleDraft) -> Block:
    ticked = [option("Post nothing", _SKIP)]
    element: Block = {"type": "checkboxes", "action_id": names.SCHEDULE_SKIP, "options": ticked}
    return {**element, "initial_options": ticked} if draft.skip_if_empty else element
