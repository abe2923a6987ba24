"""From what a loader found to what the library keeps."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.cues import Reason
from briefs.errors import SourceError
from briefs.model import LoadedFile, Published, Stated
from briefs.preparing import digest_of, prepared
from tests.building import HOSTILE, loaded, modest, prose
from tests.running import ROOT

ARTICLE = """\
The harbour board voted on Tuesday to close the old grain terminal after forty years.

Its chairwoman, Ada Lind, said that the decision “was not taken lightly” by anyone present.

Repairs would have cost nine million crowns, more than the port earned in three seasons, \
according to a report that the board published with its decision.

The last ship is to leave the quay in the spring, and the cranes will be sold."""
HEAD = "Grain terminal closes\n\nBy Ann Roe, Harbour Herald\n\n22 November 2024\n\n"
MENU = (
    "Harbour Herald,Home,News,Local,Shipping,Weather,Culture,Obituaries,Classifieds,Puzzles,"
    "Crossword,Horoscope,My account,Basket,Help centre,About the Herald,Contact the newsroom,"
    "Delivery problems,Advertise here,Imprint,Working for us,Press council,Gift vouchers"
).replace(",", "\n")

FACTS: dict[str, Any] = {
    "title": "From the file",
    "outlet": "File Radio",
    "author": "File Author",
    "published": date(2023, 2, 2),
}
SAID: dict[str, Any] = {
    "title": "Said",
    "outlet": "Said Radio",
    "author": "Said Author",
    "published": date(2022, 1, 1),
}
IN_HEAD: dict[str, Any] = {
    "title": "Grain terminal closes",
    "outlet": "Harbour Herald",
    "author": "Ann Roe",
    "published": date(2024, 11, 22),
}


def facts(found: LoadedFile) -> dict[str, object]:
    """Return what is known of a source."""
    return {name: getattr(found, name) for name in FACTS}


# Who is believed


def test_what_the_head_says_is_known_and_no_part_of_the_text() -> None:
    """A plain-text copy has no other place to say it."""
    made = prepared(loaded(HEAD + ARTICLE, bare=True), Stated())
    assert facts(made.loaded) == IN_HEAD
    assert made.loaded.text == ARTICLE
    assert [(each.text, each.reason) for each in made.origination.dropped] == [
        ("Grain terminal closes", Reason.TITLE),
        ("By Ann Roe, Harbour Herald", Reason.BYLINE),
        ("22 November 2024", Reason.BYLINE),
    ]
    assert made.origination.bare


@pytest.mark.parametrize("fact", ["outlet", "author", "published"])
def test_a_file_beats_its_head(fact: str) -> None:
    """Fact by fact: of the rest, the head is still believed."""
    found = loaded(HEAD + ARTICLE, bare=True, **{fact: FACTS[fact]})
    assert facts(prepared(found, Stated()).loaded) == {**IN_HEAD, fact: FACTS[fact]}


def test_the_title_of_a_bare_text_is_its_file_name_unless_its_head_has_one() -> None:
    """A file's name is what is called it where nothing else is known."""
    named = loaded(HEAD + ARTICLE, bare=True, title="a")
    assert prepared(named, Stated()).loaded.title == "Grain terminal closes"
    assert prepared(replace(named, text=ARTICLE), Stated()).loaded.title == "a"


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("bare", [True, False])
def test_what_a_person_says_beats_the_file_and_the_head(
    fact: str,
    bare: bool,  # noqa: FBT001 - both kinds of source
) -> None:
    """Fact by fact; what they do not say is as it was found."""
    text, known = (HEAD + ARTICLE, IN_HEAD) if bare else (ARTICLE, FACTS)
    found = loaded(text, bare=bare, **({} if bare else FACTS))
    made = prepared(found, Stated(**{fact: SAID[fact]}))
    assert facts(made.loaded) == {**known, fact: SAID[fact]}
    assert made.origination.stated == Stated(**{fact: SAID[fact]})
    assert facts(prepared(replace(found, **FACTS), Stated(**SAID)).loaded) == SAID


def test_the_head_of_what_is_more_than_plain_text_is_its_text() -> None:
    """A page and a file with front matter have said what they know; no line is guessed at."""
    made = prepared(loaded(HEAD + ARTICLE), Stated())
    assert facts(made.loaded) == {
        "title": "Untitled",
        "outlet": None,
        "author": None,
        "published": None,
    }
    assert made.loaded.text == HEAD + ARTICLE
    assert made.origination.dropped == ()


def test_where_it_came_from_is_not_for_a_person_to_say() -> None:
    """Neither the source, nor its URL, nor a word of its text."""
    found = loaded(ARTICLE, url="https://port.example/a", **FACTS)
    assert prepared(found, Stated(**SAID)).loaded == replace(found, **SAID)
    assert prepared(found, Stated()).loaded == found


@pytest.mark.parametrize(
    ("text", "stated", "noted"),
    [
        (ARTICLE, Stated(outlet="Port Radio"), True),
        (ARTICLE, Stated(published=date(2024, 3, 7)), False),
        (HEAD + ARTICLE, Stated(), False),
    ],
)
def test_a_note_on_a_date_is_gone_once_the_date_is_known(
    text: str,
    stated: Stated,
    noted: bool,  # noqa: FBT001 - what is expected
) -> None:
    """It asked for nothing else; whether a person says the date or the head."""
    found = loaded(text, bare=True, notes=("the date was not understood",))
    assert prepared(found, stated).loaded.notes == (found.notes if noted else ())


# What is dropped, and what comes back


def test_nothing_is_dropped_from_a_clean_article() -> None:
    """There is no need to keep its text twice."""
    for bare in (True, False):
        made = prepared(loaded(ARTICLE, bare=bare), Stated())
        assert made.loaded.text == ARTICLE
        assert made.origination.dropped == ()
        assert made.origination.raw is None
        assert made.origination.restored == ()


def test_what_was_copied_with_the_article_goes_and_is_kept_with_its_number() -> None:
    """And the text as it was found, so that the cut can be made anew."""
    raw = f"{ARTICLE}\n\nShare\n\nTags: harbour, grain, jobs"
    made = prepared(loaded(raw), Stated())
    assert made.loaded.text == ARTICLE
    assert [(each.number, each.text) for each in made.origination.dropped] == [
        (1, "Share"),
        (2, "Tags: harbour, grain, jobs"),
    ]
    assert made.origination.raw == raw


def test_restored_lines_are_back_in_their_places_under_the_numbers_they_had() -> None:
    """The numbers of the others do not move, so that a list on a screen stays true."""
    raw = f"Read also: Ferry fares to rise\n\n{ARTICLE}\n\nTags: harbour, grain, jobs\n\nShare"
    first = prepared(loaded(raw), Stated())
    assert [each.number for each in first.origination.dropped] == [1, 2, 3]
    again = prepared(loaded(raw), Stated(), [2])
    assert again.loaded.text == f"{ARTICLE}\n\nTags: harbour, grain, jobs"
    assert again.origination.dropped == (
        first.origination.dropped[0],
        first.origination.dropped[2],
    )
    assert again.origination.restored == (2,)
    whole = prepared(loaded(raw), Stated(), [3, 1, 2, 3])
    assert whole.loaded.text == raw
    assert (whole.origination.dropped, whole.origination.restored) == ((), (1, 2, 3))
    assert whole.origination.raw == raw


def test_a_restored_line_of_the_head_still_says_what_it_says() -> None:
    """The date is known, and stands in the text, too."""
    made = prepared(loaded(HEAD + ARTICLE, bare=True), Stated(), [3])
    assert made.loaded.text == f"22 November 2024\n\n{ARTICLE}"
    assert facts(made.loaded) == IN_HEAD


@modest
@given(prose(), st.booleans())
def test_every_word_is_in_the_text_or_among_what_was_dropped(
    text: str,
    bare: bool,  # noqa: FBT001 - both kinds of source
) -> None:
    """Nothing is lost for good: all of it restored is all of the text."""
    found = loaded(text, bare=bare)
    try:
        made = prepared(found, Stated())
    except SourceError:
        return
    again = prepared(found, Stated(), [each.number for each in made.origination.dropped])
    assert again.origination.dropped == ()
    assert "".join(again.loaded.text.split()) == "".join(text.split())


# Lines and paragraphs

WRAPPED = """\
The boats of Port Ella left the harbour in the morning, and
nobody saw them before the storm had passed and the harbour
was open again."""
UNWRAPPED = (
    "The boats of Port Ella left the harbour in the morning, and nobody saw them before the storm "
    "had passed and the harbour was open again."
)


def cleaned(text: str) -> str:
    """Return the text that the library keeps of a bare text."""
    return prepared(loaded(text, bare=True), Stated()).loaded.text


def test_a_paragraph_that_a_program_wrapped_is_one_line() -> None:
    """So that no sentence is cut where a line was full."""
    assert cleaned(WRAPPED) == UNWRAPPED


def test_paragraphs_are_unwrapped_one_by_one() -> None:
    """An empty line, with or without white space in it, stands between two."""
    other = UNWRAPPED.replace("boats", "ships"), WRAPPED.replace("boats", "ships")
    assert cleaned(f"{WRAPPED}\n\n{other[1]}\n \t\n\n{WRAPPED}") == "\n\n".join(
        (UNWRAPPED, other[0], UNWRAPPED)
    )


@pytest.mark.parametrize(
    "lines",
    [
        # each line is a sentence
        [f"The boats of Port {name} left the harbour in the morning, at dawn." for name in "ABCD"],
        # items, some of which run on
        [f"- The boats of Port {name} left the harbour in the morning, and" for name in "ABCD"],
        [f"{n}. The boats of Port Ella left the harbour in the morning, and" for n in range(9, 13)],
        [f"• The boats of Port {name} left the harbour in the morning, and" for name in "ABCD"],
        # short lines: a poem, an address, a table
        ["The boats", "left in the morning", "and nobody saw them"],
    ],
)
def test_lines_that_people_wrote_stay_lines(lines: list[str]) -> None:
    """Joined, they would make sentences that nobody wrote."""
    made = prepared(loaded("\n".join(lines)), Stated())
    assert made.loaded.text.split("\n\n") == lines


def test_white_space_within_a_line_becomes_single_spaces() -> None:
    """Around it, there is none."""
    assert cleaned("\n\n  The   boats \N{NO-BREAK SPACE} left. \n\n\n") == "The boats left."


@modest
@given(prose())
def test_what_is_kept_is_one_block_a_line(text: str) -> None:
    """There is no line without a word, but single ones between blocks."""
    try:
        made = prepared(loaded(text), Stated()).loaded.text
    except SourceError:
        return
    assert all(line == " ".join(line.split()) != "" for line in made.split("\n\n"))


# Why there is no article


@pytest.mark.parametrize("text", ["", " \n\t", "—", "***\n\n---", "Share\n\nTags: harbour, grain"])
@pytest.mark.parametrize("bare", [True, False])
def test_a_source_without_a_word_is_refused(
    text: str,
    bare: bool,  # noqa: FBT001 - both kinds of source
) -> None:
    """There would be nothing to quote, before cleaning or after it."""
    with pytest.raises(SourceError, match="there is no text in it"):
        prepared(loaded(text, bare=bare), Stated(title="T"))


@pytest.mark.parametrize("bare", [True, False])
def test_nothing_but_navigation_is_refused(
    bare: bool,  # noqa: FBT001 - both kinds of source
) -> None:
    """A bot that answers from a menu is worse than one that has nothing."""
    with pytest.raises(SourceError, match="only navigation"):
        prepared(loaded(MENU, bare=bare), Stated(title="T"))


def test_an_article_between_navigation_is_the_article() -> None:
    """The menus around it are no reason to refuse it."""
    assert prepared(loaded(f"{MENU}\n{ARTICLE}\n{MENU}"), Stated()).loaded.text == ARTICLE


def test_a_short_note_is_an_article() -> None:
    """Length is no measure: three words can be all that there is to say."""
    assert cleaned("The boats left.") == "The boats left."


# The digest

CHANGED: list[tuple[str, Any]] = [
    ("text", ARTICLE + "\n"),
    ("title", "Boats"),
    ("outlet", "Port Radio"),
    ("author", "Ann Roe"),
    ("published", date(2024, 3, 7)),
    ("url", "https://port.example/boats"),
]


@pytest.mark.parametrize(("fact", "value"), CHANGED)
def test_a_digest_tells_each_fact_that_changed(fact: str, value: object) -> None:
    """White space in the text too: a loader found something else."""
    found = loaded(ARTICLE)
    assert digest_of(replace(found, **{fact: value})) != digest_of(found)  # type: ignore[arg-type]


def test_a_digest_tells_one_fact_from_another() -> None:
    """The same words in another place are another source."""
    made = [digest_of(loaded(ARTICLE, **{fact: "x"})) for fact in ("outlet", "author", "url")]
    assert len({*made, digest_of(loaded(ARTICLE, outlet="None"))}) == 4
    assert digest_of(loaded(ARTICLE, title="a', 'b")) != digest_of(
        loaded(ARTICLE, title="a", outlet="b")
    )


DATES: list[Published] = [
    date(2024, 3, 7),
    *map(
        datetime.fromisoformat,
        ("2024-03-07T00:00:00", "2024-03-07T00:00:00+00:00", "2024-03-07T01:00:00+01:00"),
    ),
]


def test_a_digest_tells_how_precise_a_date_is() -> None:
    """A day, the midnight that it begins with, and the same moment in two zones are four facts."""
    assert len({digest_of(loaded(ARTICLE, published=each)) for each in DATES}) == len(DATES)


def test_a_digest_is_of_what_was_found_alone() -> None:
    """What a person says and restores changes the document, not what its source holds."""
    found = loaded(f"{HEAD}{ARTICLE}\n\nShare", bare=True)
    digest = digest_of(found)
    for made in (
        prepared(found, Stated()),
        prepared(found, Stated(**SAID)),
        prepared(found, Stated(), [1, 4]),
    ):
        assert made.origination.digest == digest
    assert digest_of(replace(found, notes=("a note",))) == digest
    assert prepared(found, Stated(), [1], "given").origination.digest == "given"


DIGEST = "f7b49700f2728516bb19ac186964c7b57c51cce0a70aff1acd77aa5f667c66fe"


def test_a_digest_is_the_same_in_every_release() -> None:
    """Another one would make every source of every library look changed."""
    found = loaded("The boats left.", published=date(2024, 3, 7))
    assert digest_of(found) == DIGEST
    assert digest_of(loaded("\ud800")) != digest_of(loaded("?"))


@pytest.mark.slow
def test_the_same_source_is_prepared_alike_in_every_process() -> None:
    """No order of a set is in it."""
    program = (
        "import json, sys; from tests.briefs.test_preparing import once; print(json.dumps(once()))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == once()


def once() -> list[str]:
    """Return all of what is made of a source."""
    made = prepared(loaded(f"{MENU}\n{HEAD}{ARTICLE}\n{MENU}", bare=True), Stated(), [2, 30])
    return [repr(made.loaded), repr(made.origination)]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_prepared_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    assert prepared(loaded(f"x {text}", bare=True), Stated()).loaded.text.startswith("x")
