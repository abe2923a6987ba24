"""The seed articles: five files that load, and the facts that they share and dispute."""

from datetime import date, datetime
from pathlib import Path

import pytest

from adapters.loading.files import FileLoader
from briefs.model import LoadedFile, Stated
from briefs.preparing import Prepared, prepared

FILES = (
    "1-outlet-a-oil-for-weapons-and-troops.md",
    "2-espreso-oil-for-military-support.md",
    "3-outlet-b-satellite-images-of-oil-shipments.md",
    "4-meduza-what-each-side-gets.md",
    "5-outlet-c-images-of-tankers-at-vostochny.md",
)


@pytest.fixture
def kept(seeds: Path) -> dict[int, Prepared]:
    """Return what becomes of each seed file, by its number."""
    loader = FileLoader(max_bytes=100_000)
    return {
        number: prepared(loader.load(source), Stated())
        for number, source in enumerate(loader.sources(str(seeds)), start=1)
    }


@pytest.fixture
def loaded(kept: dict[int, Prepared]) -> dict[int, LoadedFile]:
    """Return what goes into the library of each seed file, by its number."""
    return {number: each.loaded for number, each in kept.items()}


def holding(words: str, loaded: dict[int, LoadedFile]) -> set[int]:
    """Return the numbers of the files whose text holds some words."""
    return {number for number, each in loaded.items() if words in each.text}


def test_there_are_five_files_and_nothing_else(seeds: Path, loaded: dict[int, LoadedFile]) -> None:
    """Hidden ones neither."""
    assert sorted(each.name for each in seeds.iterdir()) == list(FILES)
    assert [Path(each.source).name for each in loaded.values()] == list(FILES)


def test_every_file_states_a_title_and_an_outlet_of_its_own(
    loaded: dict[int, LoadedFile],
) -> None:
    """An outlet is marked as a digest: no outlet is shown as saying what it did not write."""
    assert [each.outlet for each in loaded.values()] == [
        "Outlet A (digest)",
        "Espreso (digest)",
        "Outlet B (digest)",
        "Meduza (digest)",
        "Outlet C (digest)",
    ]
    assert len({each.title for each in loaded.values()}) == 5
    for each in loaded.values():
        assert each.title not in {Path(each.source).stem, ""}
        assert each.notes == ()


def test_a_date_is_as_precise_as_its_original(loaded: dict[int, LoadedFile]) -> None:
    """One with an offset, one of local time, three unknown."""
    first, second = loaded[1].published, loaded[2].published
    assert isinstance(first, datetime)
    assert first.isoformat() == "2024-11-22T08:00:00+01:00"
    assert isinstance(second, datetime)
    assert second.isoformat() == "2024-11-22T11:36:00"
    assert {first.date(), second.date()} == {date(2024, 11, 22)}
    assert [loaded[number].published for number in (3, 4, 5)] == [None] * 3


def test_what_an_original_does_not_state_is_unknown(loaded: dict[int, LoadedFile]) -> None:
    """Not one of them has a URL; one names its author."""
    assert [each.url for each in loaded.values()] == [None] * 5
    assert [each.author for each in loaded.values()] == ["Camilla Jessen", *[None] * 4]


@pytest.mark.parametrize(
    ("words", "files"),
    [
        # agreed on
        ("500,000 barrels", {1, 2, 3, 4, 5}),
        ("43 trips", {1, 2, 3, 4}),
        ("more than 40 trips", {5}),
        ("March 7, 2024", {1, 2, 5}),
        ("November 5", {1, 2}),
        ("5 November", {5}),
        ("past eight months", {1, 2}),
        ("eight months", {1, 2, 3}),
        ("56,000 tons", {1, 2}),
        ("Vostochny", {3, 5}),
        ("Open Source Centre", {1, 2, 3, 4, 5}),
        # disputed, or said by one alone
        ("sanctions were imposed in 2017", {3}),
        ("limited its imports in 2016", {5}),
        ("2017", {3}),
        ("2016", {5}),
        ("16,000 containers", {3}),
        ("around 6,700 containers", {4}),
        ("at least 10,000 containers", {4}),
        ("more than a dozen", {1}),
        ("More than 12 tankers", {2}),
        ("at least 43 North Korean tankers", {5}),
        ("90 percent capacity", {4}),
        ("up to 12,000", {1}),
        ("$2,000 per soldier", {1}),
        ("4.8 million artillery shells", {4}),
        ("3 million shells", {1}),
        ("at least 73 freight cars", {4}),
    ],
)
def test_each_fact_is_in_the_files_that_docs_seeds_lists(
    words: str, files: set[int], loaded: dict[int, LoadedFile]
) -> None:
    """In the form in which its original has it, and in no other file."""
    assert holding(words, loaded) == files


@pytest.mark.parametrize(
    "words",
    [
        "trending now",
        "read also",
        "read more",
        "related",
        "client/title",
        "pic.twitter",
        "t.co/",
        "http",
        "www.",
        "@",
        "#",
        "<",
        "]",
        "subscribe",
        "newsletter",
        "donate",
        "cookie",
        "share this",
        "photo:",
        "advertisement",
    ],
)
def test_nothing_of_a_site_is_left_in_a_text(words: str, loaded: dict[int, LoadedFile]) -> None:
    """No navigation, no appeals, no links, no handles, no markup."""
    for each in loaded.values():
        assert words not in f"{each.title}\n{each.text}".casefold()


def test_nothing_is_dropped_from_a_seed(kept: dict[int, Prepared]) -> None:
    """They hold nothing but articles, and every sentence of an article stays."""
    assert [each.origination.dropped for each in kept.values()] == [()] * 5
    assert [each.origination.raw for each in kept.values()] == [None] * 5


def test_every_text_is_more_than_a_few_lines(loaded: dict[int, LoadedFile]) -> None:
    """An article each, in paragraphs, without white space around its lines."""
    for each in loaded.values():
        lines = [line for line in each.text.split("\n") if line]
        assert len(lines) >= 10
        assert all(line == line.strip() for line in lines)
