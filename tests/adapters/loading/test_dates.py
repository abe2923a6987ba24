"""Publication dates, as precise as their source."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loading.dates import published
from tests.building import modest


def test_a_day_stays_a_day() -> None:
    """No midnight is made of it."""
    found = published("2024-11-22")
    assert found == date(2024, 11, 22)
    assert not isinstance(found, datetime)


@pytest.mark.parametrize(
    "stated", ["2024-11-22T11:36:00", "2024-11-22T11:36", "2024-11-22 11:36", " 2024-11-22T11:36\n"]
)
def test_a_local_time_stays_local(stated: str) -> None:
    """No zone is made up for it."""
    found = published(stated)
    assert isinstance(found, datetime)
    assert found.tzinfo is None
    assert found.isoformat() == "2024-11-22T11:36:00"


@pytest.mark.parametrize(
    ("stated", "offset"),
    [
        ("2024-11-22T08:00:00+01:00", timedelta(hours=1)),
        ("2024-11-22T08:00:00-05:30", -timedelta(hours=5, minutes=30)),
        ("2024-11-22T08:00:00Z", timedelta(0)),
        ("2024-11-22 08:00+0100", timedelta(hours=1)),
    ],
)
def test_a_time_with_an_offset_keeps_it(stated: str, offset: timedelta) -> None:
    """It is not converted into another zone."""
    found = published(stated)
    assert isinstance(found, datetime)
    assert found.utcoffset() == offset
    assert (found.date(), found.hour) == (date(2024, 11, 22), 8)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "yesterday",
        "22 November 2024",
        "22/11/2024",
        "2024",
        "2024-11",
        "20241122",
        "2024-W47-5",
        "2024-02-30",
        "2024-13-01",
        "0000-01-01",
        "2024-11-22T25:00",
        "2024-11-22T08:00:00+25:00",
        "2024-11-22T08:00 or so",
        "2024-11-22, early",
        "about 2024-11-22",
        "2024-11-22T",
        "\uff12\uff10\uff12\uff14-11-22",
    ],
)
def test_what_is_no_date_in_iso_8601_is_unknown(stated: str) -> None:
    """It is not guessed at: 11/12 is a day in November somewhere and in December elsewhere."""
    assert published(stated) is None


@modest
@given(st.dates())
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    """From the year 1 on."""
    assert published(day.isoformat()) == day


@modest
@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_every_time_is_read_as_it_is_written(time: datetime) -> None:
    """With and without an offset."""
    found = published(time.isoformat())
    assert isinstance(found, datetime)
    assert found.isoformat() == time.isoformat()


@modest
@given(st.text())
def test_no_text_makes_it_fail(stated: str) -> None:
    """What is not understood is unknown, never an error."""
    assert published(stated) is None or any(character.isdigit() for character in stated)
