"""Schedules on Discord: asked before they are kept, with the next times on every clock."""

from datetime import datetime, timedelta, timezone

from adapters.discord import names, schedules
from adapters.discord.render import rendered
from adapters.looking import Look
from briefs.scheduling import Origin, Schedule
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing, Verb
from tests.adapters.discord.reading import check, descriptions, read

ZONE = timezone(timedelta(hours=1))
TIMES = tuple(datetime(2026, 3, day, 9, tzinfo=ZONE) for day in range(2, 7))
MORNING = Schedule(
    name="morning ports",
    channel="discord:1185270114287464499",
    cron="0 9 * * *",
    timezone="Europe/Oslo",
    topic="ports",
    collections=("main", "ships"),
)


def test_a_schedule_shows_its_next_five_times() -> None:
    """In its own zone with the offset, and as the reader's clock shows it."""
    messages = rendered(Scheduled(schedule=MORNING, times=TIMES), Look())
    check(messages)
    assert descriptions(messages)[0].split("\n") == [
        "**morning ports**",
        r"every day at 09\:00 (0 9 \* \* \*), Europe/Oslo",
        "To <#1185270114287464499>, about “ports”, from main, ships",
        "Due next:",
        *(
            f"- {each:%a %Y-%m-%d} 09:00 UTC+01:00 (<t:{int(each.timestamp())}:F>)"
            for each in TIMES
        ),
    ]


def test_it_is_asked_before_it_is_kept() -> None:
    """The same, with two buttons that know of it."""
    message = schedules.confirm(Scheduled(schedule=MORNING, times=TIMES), "k7")
    check([message])
    assert read([message]).count("UTC+01:00") == 5
    assert [(each.action, each.value) for each in message.buttons] == [
        (names.SAVE, "k7"),
        (names.CANCEL, "k7"),
    ]


def test_schedules_are_listed_with_their_next_time() -> None:
    """A paused one has none; one of the configuration says so."""
    paused = Schedule(
        name="evening",
        channel="slack:C0123",
        cron="0 18 * * *",
        timezone="UTC",
        paused=True,
        skip_if_empty=True,
        origin=Origin.CONFIG,
    )
    messages = rendered(
        ScheduleListing(
            schedules=(
                Scheduled(schedule=paused, times=()),
                Scheduled(schedule=MORNING, times=TIMES),
            )
        ),
        Look(),
    )
    check(messages)
    first, second = descriptions(messages)[0].split("\n\n")
    assert first.split("\n") == [
        "**evening** · from the configuration",
        r"every day at 18\:00 (0 18 \* \* \*), UTC",
        r"To slack\:C0123, about everything, not when there is nothing new",
        "Paused.",
    ]
    assert second.split("\n")[-1] == (
        f"Due next: Mon 2026-03-02 09:00 UTC+01:00 (<t:{int(TIMES[0].timestamp())}:F>)"
    )
    empty = rendered(ScheduleListing(schedules=()), Look())
    assert descriptions(empty) == ["Nothing is scheduled here."]


def test_what_was_done_is_said() -> None:
    """By its name."""
    for verb, words in ((Verb.PAUSE, "rests"), (Verb.RESUME, "goes on"), (Verb.REMOVE, "is rem")):
        (said,) = descriptions(rendered(ScheduleChanged(name="a_b", verb=verb), Look()))
        assert said.startswith(rf"The schedule **a\_b** {words}")
