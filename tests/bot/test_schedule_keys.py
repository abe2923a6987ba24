"""`[[schedules]]` in the configuration."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.schedule_keys import ScheduleKeys, Schedules
from briefs.scheduling import CatchUp, Origin, Schedule

STATED = {"name": "ports", "channel": "slack:C0123", "cron": "0 8 * * mon-fri", "timezone": "UTC"}


def problem(stated: Any, kind: Any = ScheduleKeys) -> str:
    """Return what is wrong with keys."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(stated)
    [error] = refused.value.errors()
    return error["msg"]


def test_a_schedule_with_an_expression() -> None:
    """What is not stated is as INTERFACES says."""
    assert ScheduleKeys.model_validate(STATED).schedule == Schedule(
        name="ports",
        channel="slack:C0123",
        cron="0 8 * * mon-fri",
        timezone="UTC",
        origin=Origin.CONFIG,
    )


def test_a_schedule_in_words_with_everything() -> None:
    """Words become an expression."""
    stated = {key: value for key, value in STATED.items() if key != "cron"} | {
        "when": "mondays at 9",
        "topic": " ships ",
        "collections": ["main", "ports"],
        "skip_if_empty": True,
        "catch_up": "skip",
        "paused": True,
    }
    assert ScheduleKeys.model_validate(stated).schedule == Schedule(
        name="ports",
        channel="slack:C0123",
        cron="0 9 * * mon",
        timezone="UTC",
        topic="ships",
        collections=("main", "ports"),
        skip_if_empty=True,
        catch_up=CatchUp.SKIP,
        paused=True,
        origin=Origin.CONFIG,
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"when": "mondays at 9"}, "and not with both"),
        ({"cron": None}, 'either cron = "0 8 * * mon-fri" or when = "weekdays at 08:00"'),
        ({"cron": "0 9 31 2 *"}, "never fires"),
        ({"cron": "0 0 9 * * 1"}, "five fields"),
        ({"cron": None, "when": "weekly {x}"}, "“weekly {x}” is not understood"),
        ({"timezone": "Mars/Base"}, "There is no time zone “Mars/Base”"),
        ({"channel": "slack:#general"}, "is no channel of Slack"),
        ({"name": "<b>"}, "cannot be the name of a schedule"),
        ({"catch_up": "never"}, "'latest', 'all' or 'skip'"),
        ({"every": "hour"}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_kept_is_said(changed: dict[str, Any], reason: str) -> None:
    """As a sentence without its full stop, which is for whoever shows it."""
    said = problem(STATED | changed)
    assert reason in said
    assert not said.endswith(".")


def test_no_two_schedules_share_a_name() -> None:
    """Not even in another case."""
    both = [STATED, STATED | {"name": "Ports"}]
    assert "Two schedules are called “ports”" in problem(both, Schedules)
    assert len(TypeAdapter(Schedules).validate_python([STATED, STATED | {"name": "b"}])) == 2
