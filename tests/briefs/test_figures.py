"""Quantities and days in a sentence."""

import time

import pytest
from hypothesis import given

from briefs.figures import MOST, Day, Figures, Quantity, figures
from briefs.lexical import stem
from tests.building import HOSTILE, modest, prose


def quantities(sentence: str) -> list[tuple[float, set[str]]]:
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
    "sentence",
    [
        "Dozens of boats left.",
        "Millions are at sea.",
        "The number was 43.",
        "They counted 43, boats excluded.",
        "They counted 43 (boats excluded).",
        "They left in 2017.",
        "They left on March 7, 2024.",
        "They left on 5 November.",
        "The B-52 and the F16 left.",
        "A harbour.",
        "",
    ],
)
def test_what_counts_nothing_is_no_quantity(sentence: str) -> None:
    """A vague word, a bare number, a date and a part of a name."""
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


@modest
@given(prose(), prose())
def test_comparing_figures_is_symmetric(one: str, other: str) -> None:
    """Which sentence comes first does not matter."""
    assert shared(one, other) == shared(other, one)


@modest
@given(prose())
def test_a_sentence_never_differs_from_itself(sentence: str) -> None:
    """And shares each quantity that it has."""
    found = figures(sentence)
    assert not found.differ(found)
    assert found.share_quantity(found) == bool(found.quantities)


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
        assert quantity.value >= 0


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_read_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    assert len(figures(text).quantities) <= MOST


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
