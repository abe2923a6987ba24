"""The head of a copy: what it says in so many words, and nothing that it does not."""

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.byline import Head, read_head
from briefs.dating import dates
from briefs.model import Published

TITLE = "Grain terminal to close after forty years"
LEAD = (
    "The harbour board voted on Tuesday to close the old grain terminal, and most of the dockers "
    "who had come to the town hall left without a word, since they had seen it coming for years "
    "and nobody had listened to them."
)


def zone(hours: float) -> timezone:
    """Return an offset from UTC."""
    return timezone(timedelta(hours=hours))


def head(*lines: str) -> Head:
    """Read a head that an article follows."""
    return read_head("\n\n".join((TITLE, *lines, LEAD, LEAD)))


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Nov.22 - 2024 8:00 AM CET", datetime(2024, 11, 22, 8, tzinfo=zone(1))),
        ("22 November, 2024 Friday", date(2024, 11, 22)),
        ("November 22, 2024", date(2024, 11, 22)),
        ("Friday, 22nd of November 2024", date(2024, 11, 22)),
        ("2024-11-22T08:00:00+01:00", datetime(2024, 11, 22, 8, tzinfo=zone(1))),
        ("2024-11-22T08:00Z", datetime(2024, 11, 22, 8, tzinfo=zone(0))),
        ("2024-11-22 08:00", datetime(2024, 11, 22, 8)),  # noqa: DTZ001
        ("Published: 22.11.2024 10:15", datetime(2024, 11, 22, 10, 15)),  # noqa: DTZ001
        ("Nov 18, 2019 at 9:24 pm ET", datetime(2019, 11, 18, 21, 24, tzinfo=zone(-5))),
        ("Jul 18, 2019 at 9:24 pm ET", datetime(2019, 7, 18, 21, 24, tzinfo=zone(-4))),
        ("Mar. 10, 2024, 12:30 a.m. PT", datetime(2024, 3, 10, 0, 30, tzinfo=zone(-7))),
        ("Fri 22 Nov 2024 10.15 GMT", datetime(2024, 11, 22, 10, 15, tzinfo=zone(0))),
        ("22 Nov 2024, 18:20 CEST", datetime(2024, 11, 22, 18, 20, tzinfo=zone(2))),
        ("22 Nov 2024 18:20 UTC+5:30", datetime(2024, 11, 22, 18, 20, tzinfo=zone(5.5))),
        ("22 Nov 2024 18:20 IST", datetime(2024, 11, 22, 18, 20)),  # noqa: DTZ001
        ("11/22/2024", date(2024, 11, 22)),
        ("22/11/2024", date(2024, 11, 22)),
        ("12.11.2024", date(2024, 11, 12)),
        ("11/11/2024", date(2024, 11, 11)),
        ("Veröffentlicht am 22. November 2024 um 14:05", datetime(2024, 11, 22, 14, 5)),  # noqa: DTZ001
        ("Publié le 22 novembre 2024 à 14h05", datetime(2024, 11, 22, 14, 5)),  # noqa: DTZ001
        ("22 de noviembre de 2024", date(2024, 11, 22)),
        ("22 ноября 2024, 10:30", datetime(2024, 11, 22, 10, 30)),  # noqa: DTZ001
        ("2024年11月22日", date(2024, 11, 22)),
    ],
)
def test_a_date_keeps_the_precision_that_it_is_printed_with(
    line: str, published: Published
) -> None:
    """A day, a local time, or a time with its offset."""
    read = head(line)
    assert read.published == published
    assert isinstance(read.published, datetime) == isinstance(published, datetime)
    if isinstance(read.published, datetime) and isinstance(published, datetime):
        assert read.published.utcoffset() == published.utcoffset()
    assert read.lines == (0, 2)


@pytest.mark.parametrize(
    "line",
    [
        "12/11/2024",
        "31/02/2024",
        "22 November",
        "Updated 22 November 2024, 10:30",
        "Last updated: 2024-11-22",
        "The strike of March 7, 2024 was the first in the history of the port.",
        "KYIV, November 22, 2024 — The board met and talked about the quay and its cranes.",
        "— Port Watch (@port_watch) November 22, 2024",
        "Version 2024.11.222",
    ],
)
def test_what_may_mean_something_else_is_no_publication_date(line: str) -> None:
    """An ambiguous order, an update, the day of an event, of a post."""
    assert head(line).published is None


def test_the_time_may_stand_on_the_next_line() -> None:
    """Both lines are taken."""
    read = head("22 November, 2024 Friday\n11:36")
    assert read.published == datetime(2024, 11, 22, 11, 36)  # noqa: DTZ001 - as printed
    assert read.lines == (0, 2, 3)


def test_the_publication_is_told_from_the_update_beside_it() -> None:
    """By the label that stands before each, on its line or on the line before."""
    assert head("Updated Nov 23, 2024 | Published Nov 22, 2024").published == date(2024, 11, 22)
    assert head("Nov 22, 2024, updated Nov 23, 2024").published == date(2024, 11, 22)
    assert head("Updated", "Nov 23, 2024", "Published", "Nov 22, 2024").published == date(
        2024, 11, 22
    )


def test_the_line_of_an_update_is_taken_too() -> None:
    """It is no sentence of the article."""
    read = head("Published Nov 22, 2024", "Updated Nov 23, 2024")
    assert (read.published, read.lines) == (date(2024, 11, 22), (0, 2, 4))
    assert head("Updated", "Nov 23, 2024").lines == (0, 2, 4)


def test_a_date_behind_the_first_paragraphs_is_that_of_an_event() -> None:
    """A timeline inside the article dates nothing."""
    assert read_head(f"{TITLE}\n\n{LEAD}\n\n{LEAD}\n\nMarch 7, 2024\n\n{LEAD}").published is None


@pytest.mark.parametrize(
    ("line", "author", "outlet"),
    [
        ("Written by Camilla Berg", "Camilla Berg", None),
        ("By John Smith and Ann Lee", "John Smith and Ann Lee", None),
        (
            "By John Smith, Ann Lee and Ole van der Berg",
            "John Smith, Ann Lee and Ole van der Berg",
            None,
        ),
        ("By Jane Doe, Reuters", "Jane Doe", "Reuters"),
        ("By Jane Doe, Harbour Times", "Jane Doe", "Harbour Times"),
        ("By Jane Doe for the Harbour Herald", "Jane Doe", "Harbour Herald"),
        ("By Jane Doe, Senior Reporter", "Jane Doe", None),
        ("By Reuters", None, "Reuters"),
        ("By Jane O’Neil | November 22, 2024", "Jane O’Neil", None),
        ("November 22, 2024 by Jane Doe", "Jane Doe", None),
        ("By\nJane Doe", "Jane Doe", None),
        ("Von Jana Müller-Lind", "Jana Müller-Lind", None),
        ("Автор: Анна Ли", "Анна Ли", None),
    ],
)
def test_a_byline_names_who_wrote_and_for_whom(
    line: str, author: str | None, outlet: str | None
) -> None:
    """The outlet only where it is certain to be one."""
    read = head(line)
    assert (read.author, read.outlet) == (author, outlet)


@pytest.mark.parametrize(
    "line",
    [
        "By Monday",
        "By the way",
        "By train to the sea",
        "By admin",
        "Jane Doe",
        "By and large",
        "By",
    ],
)
def test_what_is_no_byline_names_nobody(line: str) -> None:
    """A name without “by” may be anybody's."""
    assert head(line).author is None


def test_the_title_is_the_first_line_that_looks_like_one() -> None:
    """The site's name before it is too short; nothing says for certain whose name it is."""
    read = read_head(f"Herald. World\n\n{TITLE}\n\n22 November 2024\n\n{LEAD}\n\n{LEAD}")
    assert (read.title, read.outlet, read.lines) == (TITLE, None, (2, 4))


def test_a_page_names_its_outlet_behind_the_title() -> None:
    """Where the title stands alone further down, and the outlet's name too."""
    read = read_head(f"{TITLE} - Harbour Herald\nHome\nHarbour Herald\n{TITLE}\n{LEAD}\n{LEAD}")
    assert (read.title, read.outlet) == (TITLE, "Harbour Herald")
    assert read.title_lines == (0, 3)
    assert read_head(f"{TITLE} - Port\nHome\n{TITLE}\n{LEAD}").outlet is None


@pytest.mark.parametrize(
    "text", ["", "\n\n", LEAD, f"{LEAD}\n\n{LEAD}", "Home\nNews\nSport\nWeather", "A\n\nB"]
)
def test_a_text_without_a_head_has_none(text: str) -> None:
    """Nothing is guessed."""
    assert read_head(text) == Head()


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(["By ", "Nov 22, 2024", "\n", "Updated", " - ", TITLE, "8:00", "ET", "|"])
    ).map("".join)
)
def test_no_text_is_too_odd_to_read(text: str) -> None:
    """The lines that are taken are lines of the text."""
    read = read_head(text)
    assert all(
        0 <= number < len(re.split("\r\n|[\n\r\u2028\u2029]", text)) for number in read.lines
    )
    assert set(read.title_lines) <= set(read.lines)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - as printed
def test_what_is_printed_is_read(moment: datetime) -> None:
    """To the minute, in several forms."""
    minute = moment.replace(second=0, microsecond=0)
    for form in ("%B %d, %Y %I:%M %p", "%d %b %Y, %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M"):
        assert [found.published for found in dates(minute.strftime(form))] == [minute]
