"""Cron expressions in plain words, and back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.errors import UsageError
from briefs.timing import parsed
from briefs.timing_words import cron_of, words_of

USUAL = {
    "weekdays at 08:00": "0 8 * * mon-fri",
    "every hour": "0 * * * *",
    "hourly": "0 * * * *",
    "hourly at :15": "15 * * * *",
    "every minute": "* * * * *",
    "every 15 minutes": "*/15 * * * *",
    "every half hour": "*/30 * * * *",
    "every 6 hours": "0 */6 * * *",
    "every 2 hours at :30": "30 */2 * * *",
    "mondays at 9": "0 9 * * mon",
    "Mondays at 9": "0 9 * * mon",
    "every monday at 9am and 5pm": "0 9,17 * * mon",
    "every day at 7:30": "30 7 * * *",
    "daily at noon": "0 12 * * *",
    "at 12am daily": "0 0 * * *",
    "9 am every day": "0 9 * * *",
    "08:00": "0 8 * * *",
    "at 9 on mondays": "0 9 * * mon",
    "tuesdays 5:30 p.m.": "30 17 * * tue",
    "first of the month at 9": "0 9 1 * *",
    "the 1st and 15th of every month at 9": "0 9 1,15 * *",
    "every month on the 3rd at 10": "0 10 3 * *",
    "last day of the month at 17:00": "0 17 L * *",
    "first monday of the month at 9": "0 9 * * mon#1",
    "last friday of the month at 16:30": "30 16 * * 5L",
    "weekends at 10": "0 10 * * sat,sun",
    "mondays and thursdays at 18:30": "30 18 * * mon,thu",
    "sunday, monday and wed at midnight": "0 0 * * mon,wed,sun",
    "friday to sunday at 9": "0 9 * * fri-7",
    "  each   tuesday at 9 o'clock. ": "0 9 * * tue",
}


@pytest.mark.parametrize(("words", "cron"), USUAL.items())
def test_the_usual_ones_in_words(words: str, cron: str) -> None:
    """Words give an expression that can be kept, and it gives words that mean the same."""
    assert cron_of(words) == cron
    parsed(cron, UTC)
    said = words_of(cron)
    assert said is not None
    assert cron_of(said) == cron


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("every monday", "says no time; write for example “every monday at 09:00”"),
        (
            "every 7 minutes",
            "cannot be kept evenly; .* out of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30",
        ),
        ("every 0 minutes", "cannot be kept evenly"),
        ("every 24 hours", "cannot be kept evenly"),
        ("at 9:00 and 17:30", "different minutes; set up one schedule for each"),
        ("mondays at 13pm", "“13pm” is no time"),
        ("mondays at 25", "not understood; write for example: every 15 minutes, "),
        ("daily at 24:00", "not understood"),
        ("every hour at 9:15", "not understood"),
        ("every second monday at 9", "not understood"),
        ("32nd of the month at 9", "not understood"),
        ("every day at 9 CET", "not understood"),
        ("tomorrow at 9", "not understood"),
        ("", "not understood"),
        ("a, " * 10_000, "not understood"),
    ],
)
def test_other_words_are_refused_with_what_can_be_written(words: str, reason: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError, match=reason):
        cron_of(words)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * 1-5", "weekdays at 09:00"),
        ("0 9 * * 7", "Sundays at 09:00"),
        ("0 9 * * MON,wed", "Mondays and Wednesdays at 09:00"),
        ("0 9 1,2,3,11,22 * *", "the 1st, 2nd, 3rd, 11th and 22nd of the month at 09:00"),
        ("0 9 * * 1#2", "the second Monday of the month at 09:00"),
        ("5 8,20 * * 2-4", "Tuesday to Thursday at 08:05 and 20:05"),
        ("*/7 * * * *", None),
        ("*/0 * * * *", None),
        ("0 9 1 3 *", None),
        ("0 9 13 * 5", None),
        ("0 9-17 * * *", None),
    ],
)
def test_an_expression_in_words(cron: str, words: str | None) -> None:
    """Where it is a usual one."""
    assert words_of(cron) == words


@given(st.text(alphabet="every daymondstuhw0123456789:,. apn-", max_size=40))
def test_words_are_understood_or_refused(words: str) -> None:
    """Whatever is typed: an expression that fires, or a sentence."""
    try:
        cron = cron_of(words)
    except UsageError:
        return
    assert parsed(cron, UTC).after(datetime(2026, 1, 1, tzinfo=UTC))
