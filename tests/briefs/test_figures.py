"""Quantities and days in a sentence."""

import time
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.calendar_days import Dated, Day, Precision, resolved
from briefs.figures import MOST, Figures, figures, stated_for
from briefs.lexical import stem
from briefs.model import Bound
from briefs.quantities import Quantity
from tests.building import HOSTILE, modest, prose


def quantities(sentence: str) -> list[tuple[float | None, set[str]]]:
    """Return the values of a sentence with what they count."""
    return [(each.value, set(each.nouns)) for each in figures(sentence).quantities]


def days(sentence: str) -> list[tuple[int | None, int | None, int | None]]:
    """Return the days of a sentence as year, month and day."""
    return [(each.year, each.month, each.day) for each in figures(sentence).days]


@pytest.mark.parametrize(
    ("sentence", "value", "nouns"),
    [
        ("They made 43 trips.", 43, "trip"),
        ("They caught 43 large North Sea herrings.", 43, "large north sea herring"),
        ("They caught 43 large new North Sea herrings.", 43, "large new north sea"),
        ("It took 2,000 boxes.", 2_000, "box"),
        ("It took 1,234,567.5 boxes.", 1_234_567.5, "box"),
        ("It took 4.8 million boxes.", 4_800_000, "million box"),
        ("It took over one million boxes.", 1_000_000, "box"),
        ("It took a million boxes.", 1_000_000, "box"),
        ("It took three hundred thousand boxes.", 300_000, "box"),
        ("It took a dozen boxes.", 12, "box"),
        ("It took two dozen boxes.", 24, "box"),
        ("It took twenty-three boxes.", 23, "box"),
        ("It took twenty three boxes.", 23, "box"),
        ("It took ninety boxes.", 90, "box"),
        ("It cost $2,000.", 2_000, "dollar"),
        ("It cost €3.5bn.", 3_500_000_000, "euro"),
        ("It cost £5 a box.", 5, "pound"),
        ("It was 90% full.", 90, "percent full"),
        ("It was at 90 percent capacity.", 90, "percent capacity"),
        ("It was a 500-strong fleet.", 500, "strong fleet"),
        ("They made 43 trips in 5 boats.", 43, "trip"),
        ("One box was lost.", 1, "box"),
    ],
)
def test_a_value_is_read_with_what_it_counts(sentence: str, value: float, nouns: str) -> None:
    """In figures and in words, with its scale, its currency and up to four nouns."""
    first, named = quantities(sentence)[0]
    assert first == value
    assert named == {stem(word) for word in nouns.split()} - {"million"}


def test_every_quantity_is_read_in_order() -> None:
    """A mark or a function word ends what a value counts."""
    found = quantities("They sold 10,000 boxes, 6,700 crates and seven boats of wood.")
    assert found == [(10_000, {"box"}), (6_700, {"crate"}), (7, {"boat"})]


@pytest.mark.parametrize(
    ("sentence", "text", "value", "high"),
    [
        ("It took a hundred and five boxes.", "a hundred and five boxes", 105, None),
        ("It took 1,5 million boxes.", "1,5 million boxes", 1_500_000, None),
        ("It took half a million boxes.", "half a million boxes", 500_000, None),
        ("It took half a dozen boxes.", "half a dozen boxes", 6, None),
        ("It took a quarter of a million boxes.", "a quarter of a million boxes", 250_000, None),
        ("It took two and a half million boxes.", "two and a half million boxes", 2_500_000, None),
        (
            "One million two hundred thousand men.",
            "One million two hundred thousand men",
            1.2e6,
            None,
        ),
        ("Eighteen hundred miles.", "Eighteen hundred miles", 1_800, None),
        ("A third of the boxes.", "A third", 1 / 3, None),
        ("Two thirds of the boxes.", "Two thirds", 2 / 3, None),
        ("Half the boxes.", "Half", 0.5, None),
        ("It is twice as much.", "twice", 2, None),
        ("One in four boxes was lost.", "One in four boxes", 0.25, None),
        ("It took 3-4 thousand boxes.", "3-4 thousand boxes", 3_000, 4_000),
        ("It took 10 to 12 thousand boxes.", "10 to 12 thousand boxes", 10_000, 12_000),
        ("Between 10 and 12 men left.", "Between 10 and 12 men", 10, 12),
        ("It rose from 40 to 43 boxes.", "43 boxes", 43, None),
        ("It cost US$3.5bn.", "$3.5bn", 3.5e9, None),
        ("It cost $5m.", "$5m", 5e6, None),
        ("They ran 5km there.", "5km", 5, None),
        ("They pay $2,000 per soldier.", "$2,000 per soldier", 2_000, None),
        ("It was 90 per cent full.", "90 per cent", 90, None),
    ],
)
def test_a_number_is_read_in_any_of_its_forms(
    sentence: str, text: str, value: float, high: float | None
) -> None:
    """And its span is what a person would quote."""
    first = figures(sentence).quantities[0]
    assert sentence[first.start : first.end] == text
    assert first.value == pytest.approx(value)
    assert first.high == high


@pytest.mark.parametrize(
    ("sentence", "text", "value", "whole"),
    [
        ("Four of the pillars fell.", "Four of the pillars", 4, None),
        ("Three of the nine pillars fell.", "Three of the nine pillars", 3, 9),
        ("Three of the bridge's nine pillars fell.", "Three of the bridge's nine pillars", 3, 9),
        ("43 of 100 boats sank.", "43 of 100 boats", 43, 100),
        ("Five out of the 12 boats sank.", "Five out of the 12 boats", 5, 12),
        ("Nearly 43 of the old boats sank.", "Nearly 43 of the old boats", 43, None),
        ("Two of Norland’s boats sank.", "Two of Norland’s boats", 2, None),
        ("It took two of its three crew members.", "two of its three crew members", 2, 3),
        ("Dozens of the boats sank.", "Dozens of the boats", None, None),
        ("One of the nine pillars fell.", "One of the nine pillars", 1, 9),
    ],
)
def test_a_part_of_a_number_of_things_is_what_is_counted(
    sentence: str, text: str, value: float | None, whole: float | None
) -> None:
    """And nothing else is: the whole stands beside it."""
    (found,) = figures(sentence).quantities
    assert sentence[found.start : found.end] == text
    assert (found.value, found.whole, found.partial) == (value, whole, True)


def test_a_part_is_neither_the_whole_nor_another_part() -> None:
    """How many there are in all contradicts no number of those that fell."""
    three, four = figures("Three of the nine pillars fell."), figures("Four of the pillars fell.")
    nine, other = figures("The bridge has nine pillars."), figures("It has two pillars.")
    assert three.differ(four)
    assert three.corrects(four)
    assert four.corrects(three)
    for part in (three, four):
        assert not part.differ(nine)
        assert not part.corrects(nine)
        assert not nine.corrects(part)
        assert not part.share_quantity(nine)
        assert part.differ(other)


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("On Monday 43 boats left.", 43),
        ("By Friday 43 boats had left.", 43),
        ("On Sunday 2,000 boats left.", 2_000),
    ],
)
def test_a_number_behind_a_day_of_the_week_counts(sentence: str, count: float) -> None:
    """What a capital letter is before is a label only behind a name."""
    assert [(each.value, each.unit) for each in figures(sentence).quantities] == [(count, "boats")]


@modest
@given(
    st.sampled_from("two three nine 12 43 2,000".split()),
    st.sampled_from(["of the", "of its", "out of the", "of Norland’s", "of the port’s"]),
    st.sampled_from(["", "nine ", "100 "]),
    st.sampled_from(["On Monday ", "By Friday, ", ""]),
)
def test_a_part_is_read_as_it_is_read_alone(number: str, of: str, whole: str, day: str) -> None:
    """Whatever of, and behind whichever day."""
    alone = figures(f"{number} boats sank.").quantities[0]
    sentence = f"{day}{number} {of} {whole}boats sank."
    (found,) = figures(sentence).quantities
    assert (found.value, found.unit, found.head) == (alone.value, alone.unit, alone.head)
    assert sentence[found.start : found.end] == f"{number} {of} {whole}boats"


@pytest.mark.parametrize(
    ("sentence", "text", "bound"),
    [
        ("They saw more than a dozen tankers.", "more than a dozen tankers", Bound.AT_LEAST),
        ("They saw no fewer than 12 tankers.", "no fewer than 12 tankers", Bound.AT_LEAST),
        ("They saw 12 or more tankers.", "12 or more tankers", Bound.AT_LEAST),
        ("They saw 12+ tankers.", "12+ tankers", Bound.AT_LEAST),
        ("They sent up to 12,000 troops.", "up to 12,000 troops", Bound.AT_MOST),
        ("They sent fewer than 12,000 troops.", "fewer than 12,000 troops", Bound.AT_MOST),
        ("It may not buy more than 12 boats.", "more than 12 boats", Bound.AT_MOST),
        ("They sent some 12,000 troops.", "some 12,000 troops", Bound.ABOUT),
        ("They sent an estimated 12,000 troops.", "an estimated 12,000 troops", Bound.ABOUT),
        ("It took 12 days or so.", "12 days", None),
        ("Over eight months they left.", "eight months", None),
        ("It lasted for over eight months.", "over eight months", Bound.AT_LEAST),
        ("They made 43 trips.", "43 trips", None),
    ],
)
def test_how_exactly_a_value_is_meant(sentence: str, text: str, bound: Bound | None) -> None:
    """The words before it or behind it say so, and belong to what is quoted."""
    first = figures(sentence).quantities[0]
    assert (sentence[first.start : first.end], first.bound) == (text, bound)


@pytest.mark.parametrize(
    ("sentence", "unit", "per"),
    [
        ("They saw 43 North Korean oil tankers at sea.", "tankers", None),
        ("They saw 43 United States citizens.", "citizens", None),
        ("They saw 43 tankers loaded.", "tankers", None),
        ("They killed 43 Palestinians.", "Palestinians", None),
        ("A 50,000-strong force left.", "force", None),
        ("A 43-year-old man left.", "year", None),
        ("They may buy 500,000 barrels of oil a year.", "barrels", "year"),
        ("They sent 3 million shells annually.", "shells", "year"),
        ("They pay $2,000 per soldier.", "$", "soldier"),
        ("It is 90% full.", "percent", None),
        # where no noun stands behind the number, the one before its verb is counted
        ("The troops sent there number up to 12,000.", "troops", None),
        ("The number of barrels it may have is capped at 500,000.", "barrels", None),
        ("Soldiers from there, in their thousands, left.", "Soldiers", None),
    ],
)
def test_what_is_counted_is_one_word_of_the_sentence(
    sentence: str, unit: str, per: str | None
) -> None:
    """The head of the phrase behind the number, and what it is given for."""
    first = figures(sentence).quantities[0]
    assert (first.unit, first.per) == (unit, per)


@pytest.mark.parametrize(
    "sentence",
    ["Dozens of boats left.", "Several hundred boats left.", "Tens of thousands of boats left."],
)
def test_a_vague_quantity_has_no_value_and_contradicts_none(sentence: str) -> None:
    """Dozens may be 43."""
    vague, exact = figures(sentence), figures("They have 43 boats.")
    assert [(each.value, each.unit) for each in vague.quantities] == [(None, "boats")]
    assert not vague.differ(exact)
    assert not vague.share_quantity(exact)
    assert not vague.share_quantity(vague)


def test_of_a_common_adjective_nothing_follows() -> None:
    """North Korean tankers are not counted as North Korean troops are."""
    assert not figures("43 North Korean tankers").differ(figures("12 North Korean troops"))
    assert figures("43 North Korean tankers").differ(figures("12 oil tankers"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Millions are at sea.",
        "The number was 43.",
        "They counted 43, boats excluded.",
        "They counted 43 (boats excluded).",
        "They left in 2017.",
        "They left on March 7, 2024.",
        "They left on 5 November.",
        "The B-52 and the F16 left.",
        "It left on the 21st, at 5 p.m. and at 18:30.",
        "Article 4 says so, and so does Flight 370 at page 12.",
        "Call 555-1234 or 1-800-555-1234; it was 9/11.",
        "The 2012 election.",
        "She was taken to Three Rivers Hospital.",
        "The price rose from 40.",
        "One of the largest ports.",
        "Three of them left.",
        "Eight of the refugee agency left.",
        "On day three of the talks they left.",
        "Chapter 3 of the rules says so.",
        "A harbour.",
        "",
    ],
)
def test_what_counts_nothing_is_no_quantity(sentence: str) -> None:
    """A vague word alone, a bare number, a date and a part of a name."""
    assert quantities(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("It left on March 7, 2024.", (2024, 3, 7)),
        ("It left on March 7th, 2024.", (2024, 3, 7)),
        ("It left on 7 March 2024.", (2024, 3, 7)),
        ("It left on the 7th of March 2024.", (2024, 3, 7)),
        ("It left on Sept. 30.", (None, 9, 30)),
        ("It left on 5 November.", (None, 11, 5)),
        ("It left in March 2024.", (2024, 3, None)),
        ("It left in October.", (None, 10, None)),
        ("It left on May 5.", (None, 5, 5)),
        ("It left in May 2024.", (2024, 5, None)),
        ("It left in 2017.", (2017, None, None)),
        ("It has lain here since 1998.", (1998, None, None)),
        ("2023’s boats: the harbour of 2023.", (2023, None, None)),
    ],
)
def test_a_day_is_as_precise_as_its_sentence(
    sentence: str, day: tuple[int | None, int | None, int | None]
) -> None:
    """What is not said is None."""
    assert days(sentence) == [day]


@pytest.mark.parametrize(
    "sentence",
    [
        "It may leave.",
        "May it leave soon.",
        "It took 2024 boxes.",
        "They march on.",
        "It left in 2,017 boxes.",
    ],
)
def test_what_is_no_date_is_no_day(sentence: str) -> None:
    """A verb is no month, and a number that counts is no year."""
    assert days(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("In March 43 trips were made.", 43),
        ("In March 7,000 trips were made.", 7_000),
        ("In March 5.5 trips were made.", 5.5),
    ],
)
def test_a_number_after_a_month_that_is_no_day_counts(sentence: str, count: float) -> None:
    """No month has 43 days."""
    assert days(sentence) == [(None, 3, None)]
    assert quantities(sentence) == [(count, {"trip"})]


def shared(one: str, other: str) -> tuple[bool, bool, bool]:
    """Return whether two sentences share a quantity, share a day, and differ."""
    a, b = figures(one), figures(other)
    return a.share_quantity(b), a.share_day(b), a.differ(b)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # the same value of the same thing, however it is written
        ("They made 43 trips.", "There were 43 trips at sea.", (True, False, False)),
        ("One million boxes", "over 1,000,000 boxes", (True, False, False)),
        # the same value of another thing, another value of the same, and both at once
        ("They made 43 trips.", "They have 43 boats.", (False, False, False)),
        ("They sold 16,000 boxes.", "They sold 10,000 boxes.", (False, False, True)),
        ("They sold 16,000 boxes.", "Of 10,000 boxes, 16,000 boxes went.", (True, False, False)),
        # days
        ("It left on March 7, 2024.", "It left on 7 March.", (False, True, False)),
        ("It left on March 7, 2024.", "It left on March 8.", (False, False, True)),
        ("It left on March 7, 2024.", "It left on March 7, 2023.", (False, False, True)),
        ("It was barred in 2016.", "It was barred in 2017.", (False, False, True)),
        # the same month is not the same day, and contradicts none in it
        ("It left in March.", "It left on March 7.", (False, False, False)),
        ("It left on the 7th of March.", "It left in 2024.", (False, False, False)),
        # nothing in common
        ("The boats left.", "They made 43 trips on March 7.", (False, False, False)),
    ],
)
def test_two_sentences_agree_or_differ_in_what_both_say(
    one: str, other: str, expected: tuple[bool, bool, bool]
) -> None:
    """They differ only where they count the same thing, or date, and never agree."""
    assert shared(one, other) == expected
    assert shared(other, one) == expected


def test_a_day_and_a_quantity_are_compared_with_their_own_kind() -> None:
    """Sentences may agree in a quantity and differ in a date."""
    one, other = "In 2016 they made 43 trips.", "In 2017 they made 43 trips."
    assert shared(one, other) == (True, False, True)


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ((2024, 3, 7), (2024, 3, 7), True),
        ((2024, 3, 7), (None, 3, 7), True),
        ((2024, None, None), (2024, 3, None), True),
        ((2024, 3, 7), (2024, 3, 8), False),
        ((2024, None, None), (None, 3, None), False),
    ],
)
def test_days_agree_where_nothing_tells_them_apart(
    one: tuple[int, int, int],
    other: tuple[int, int, int],
    agrees: bool,  # noqa: FBT001 - what is expected
) -> None:
    """But they must have something definite in common."""
    a, b = (Day(year=day[0], month=day[1], day=day[2]) for day in (one, other))
    assert a.agrees(b) is agrees
    assert b.agrees(a) is agrees


@pytest.mark.parametrize(
    ("one", "other", "corrects"),
    [
        ("12 boats made 45 trips.", "12 boats made 43 trips.", True),
        ("12 boats made 43 trips.", "12 boats made 43 trips.", False),
        ("12 boats made 43 trips.", "They made 43 trips.", False),
        ("They made 45 trips and 43 trips.", "They made 43 trips.", False),
        # what may both be so
        ("They made 45 trips.", "They made more than 40 trips.", False),
        ("They made about 45 trips.", "They made 43 trips.", False),
        ("Dozens of boats made 43 trips.", "50 boats made 43 trips.", False),
        ("They made 43 trips in eight months.", "They made 43 trips in a month.", False),
        # days
        ("On March 8 they made 43 trips.", "On March 7 they made 43 trips.", True),
        ("On March 7 they made 43 trips.", "They made 43 trips.", False),
        ("From March 7 to March 9 43 trips.", "On March 8 they made 43 trips.", False),
    ],
)
def test_one_figure_is_corrected_though_the_rest_agrees(
    one: str,
    other: str,
    corrects: bool,  # noqa: FBT001 - what is expected
) -> None:
    """Only an exact count of the same thing, or the only day, corrects another."""
    assert figures(one).corrects(figures(other)) is corrects
    assert figures(other).corrects(figures(one)) is corrects


@modest
@given(prose(), prose())
def test_comparing_figures_is_symmetric(one: str, other: str) -> None:
    """Which sentence comes first does not matter."""
    assert shared(one, other) == shared(other, one)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("By February he put it at around 6,700 boxes.", "February"),
        ("They had at least 10,000 boxes as of mid-June.", "June"),
        ("In mid-June, before the visit, he reported that 10,000 boxes had gone.", "June"),
        ("He reported in mid-June that 10,000 boxes had gone.", "June"),
        ("They had 10,000 boxes on November 5.", "November 5"),
        ("They sent 10,000 boxes there in 2023.", "2023"),
        # from when on it is counted is not for which day it holds
        ("They sent 10,000 boxes since March.", None),
        ("They left in March, and nobody knows why 10,000 boxes went too.", None),
        ("They sent 10,000 boxes.", None),
    ],
)
def test_a_quantity_may_be_stated_for_a_day(sentence: str, expected: str | None) -> None:
    """Where the words between them say so."""
    found = figures(sentence)
    day = stated_for(sentence, found.quantities[0], found.days)
    assert (sentence[day.start : day.end] if day else None) == expected


@pytest.mark.parametrize(
    ("sentence", "on", "precision"),
    [
        ("It left on March 7, 2024.", date(2024, 3, 7), Precision.DAY),
        ("It left in March 2024.", date(2024, 3, 1), Precision.MONTH),
        ("It left in 2017.", date(2017, 1, 1), Precision.YEAR),
        ("It left on November 5.", date(2024, 11, 5), Precision.DAY),
        ("It left on 30 January.", date(2024, 1, 30), Precision.DAY),
        ("It leaves on January 3.", date(2025, 1, 3), Precision.DAY),
        ("It left in March.", date(2024, 3, 1), Precision.MONTH),
        ("It left in November.", date(2024, 11, 1), Precision.MONTH),
        ("It left in December.", date(2023, 12, 1), Precision.MONTH),
        ("It left yesterday.", date(2024, 11, 21), Precision.DAY),
        ("It leaves tomorrow.", date(2024, 11, 23), Precision.DAY),
        ("It left on Friday.", date(2024, 11, 22), Precision.DAY),
        ("It left on Monday.", date(2024, 11, 18), Precision.DAY),
        ("It will leave on Monday.", date(2024, 11, 25), Precision.DAY),
        ("It left last Friday.", date(2024, 11, 15), Precision.DAY),
        ("It left last month.", date(2024, 10, 1), Precision.MONTH),
        ("It leaves next month.", date(2024, 12, 1), Precision.MONTH),
        ("It left last year.", date(2023, 1, 1), Precision.YEAR),
        ("It left this year.", date(2024, 1, 1), Precision.YEAR),
    ],
)
def test_a_day_is_resolved_against_the_day_of_its_news(
    sentence: str, on: date, precision: Precision
) -> None:
    """22 November 2024 was a Friday; news tells of what is past, unless it says otherwise."""
    day = figures(sentence).days[0]
    published = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)
    assert resolved(day, published) == Dated(on=on, precision=precision)
    assert resolved(day, published.date()) == Dated(on=on, precision=precision)
    assert (resolved(day, None) is None) == (day.year is None)


@pytest.mark.parametrize("sentence", ["It left on February 30, 2024.", "It left on February 30."])
def test_a_day_that_no_calendar_has_is_not_resolved(sentence: str) -> None:
    """An outlet may misprint."""
    assert resolved(figures(sentence).days[0], date(2024, 11, 22)) is None


@pytest.mark.parametrize("published", [date.min, date.max])
@pytest.mark.parametrize(
    "sentence", ["yesterday", "tomorrow", "on Monday", "last year", "in May 5"]
)
def test_the_ends_of_the_calendar_are_no_error(sentence: str, published: date) -> None:
    """There is a date or there is none."""
    for day in figures(sentence).days:
        dated = resolved(day, published)
        assert dated is None or date.min <= dated.on <= date.max


def test_a_weekday_with_its_date_is_one_day() -> None:
    """And one without a date is one too."""
    assert [each.month for each in figures("It left on Sunday, March 7, 2024.").days] == [3]
    assert [each.relative for each in figures("It left on Sunday.").days] == ["sunday"]


@modest
@given(prose() | st.text(alphabet="1,.$%-–5 amillion dozenthofy", max_size=60))
def test_spans_are_inside_the_sentence_in_order_and_apart(sentence: str) -> None:
    """Of quantities and of days."""
    found = figures(sentence)
    spans = [(each.start, each.end) for each in found.quantities]
    spans = sorted(spans + [(each.start, each.end) for each in found.days])
    for start, end in spans:
        assert 0 <= start < end <= len(sentence)
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
    for kind in (found.quantities, found.days):
        assert [each.start for each in kind] == sorted(each.start for each in kind)
    for quantity in found.quantities:
        stated_for(sentence, quantity, found.days)


@modest
@given(prose())
def test_a_sentence_never_differs_from_itself(sentence: str) -> None:
    """And shares each quantity that it has."""
    found = figures(sentence)
    assert not found.differ(found)
    exact = [each for each in found.quantities if each.value is not None]
    assert found.share_quantity(found) == bool(exact)


@modest
@given(prose())
def test_only_days_and_months_of_the_calendar_are_found(sentence: str) -> None:
    """Whatever the text; and every quantity counts something."""
    found = figures(sentence)
    for day in found.days:
        assert day.month is None or 1 <= day.month <= 12
        assert day.day is None or 1 <= day.day <= 31
    for quantity in found.quantities:
        assert quantity.nouns
        assert quantity.value is None or quantity.value >= 0


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_read_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    assert len(figures(text).quantities) <= MOST


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "repeated",
    [
        "more than ", "at least 1 ", "number of boats ", "tens of ", "half a ", "1-", "1/1", "1,",
        "hundred ", "thousand and ", "a dozen dozen ", "by March ", "in 2017 ", "1 in ",
        "between 1 and ", "12 of the ", "43 of 100 of ", "two of the port’s ", "$", "$1 per ",
        "5 p.m", "one and a half ",
        "three boats, 2 men of ", "on Sunday ",
    ],
)  # fmt: skip
def test_words_of_figures_without_end_are_read_within_seconds(repeated: str) -> None:
    """The words before and behind a number are only looked at near it."""
    text = repeated * (200_000 // len(repeated))
    found = figures(text)
    for quantity in found.quantities:
        stated_for(text, quantity, found.days)


def test_sentences_of_thousands_of_figures_are_compared_at_once() -> None:
    """No more of them are taken than a person would write."""
    one = figures("43 trips, on 5 March 2024, " * 8_000)
    other = figures("44 trips, on 6 March 2024, " * 8_000)
    assert (len(one.quantities), len(one.days)) == (MOST, MOST)
    started = time.perf_counter()
    assert one.differ(other)
    assert not one.share_quantity(other)
    assert time.perf_counter() - started < 1


def test_quantities_count_the_same_where_they_share_a_noun() -> None:
    """Oil tankers are tankers; barrels are not."""
    tankers = Quantity(value=43, nouns=frozenset({"oil", "tanker"}))
    ships = Quantity(value=43, nouns=frozenset({"tanker"}))
    barrels = Quantity(value=43, nouns=frozenset({"barrel"}))
    assert tankers.counts_the_same(ships)
    assert not tankers.counts_the_same(barrels)
    assert Figures(quantities=(tankers,), days=()).share_quantity(
        Figures(quantities=(barrels, ships), days=())
    )
