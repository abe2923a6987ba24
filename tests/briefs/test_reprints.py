"""Recognising the same text in another place, and nothing else."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.reprints import FEWEST, REPRINT, Reprints, shared, sketch
from tests.building import HOSTILE, modest, prose
from tests.inventing import invented
from tests.running import ROOT

# A wire story, and what another newsroom wrote of the same day: the facts, the names and a
# quotation are the same, the sentences are not.
WIRE = """\
The harbour board of Port Ella voted on Tuesday to close the old grain terminal after forty years, \
ending a trade that once fed half of the island.

Its chairwoman, Ada Lind, said that the decision “was not taken lightly” by anyone present.

Repairs would have cost nine million crowns, more than the port earned in three seasons, according \
to a report that the board published with its decision.

The last ship is to leave the quay in the spring, and the cranes will be sold to a yard in the \
south that has wanted them since the war.

Dockers gathered outside the town hall to protest, but the meeting ended without incident.

The union, which speaks for 120 of the 134 people who work there, called the vote a betrayal and \
said that it would ask the minister for a year's delay.

The board expects to find other work for most of them at the container port, which opened in 2019.
"""
SAME_EVENT = """\
Port Ella is to lose its grain terminal. After a meeting of three hours on Tuesday, the board that \
runs the harbour decided that it will shut next spring.

“It was not taken lightly,” Ada Lind, who chairs the board, told reporters afterwards.

A report puts the price of mending the silos at nine million crowns. That is more than what three \
good seasons bring in.

Several dozen dockers stood in front of the town hall with banners. Nobody was arrested.

Of the 134 who earn their living at the terminal, 120 are in the union. It wants the minister to \
step in and to put off the end by a year; a spokesman spoke of betrayal.

Most could go to the container port, the board says. It has been open since 2019. The cranes have \
been promised to a shipyard down south.
"""

TEXTS = prose() | st.lists(
    st.integers(0, 9).map(lambda number: invented(1, number, sentences=8).words), max_size=3
).map(" ".join)


def alike(one: str, other: str) -> float:
    """Return how much of the shorter text is in the longer one."""
    return shared(sketch(one), sketch(other))


def reprints(**known: str) -> Reprints:
    """Return a collection of texts, none of which repeats another."""
    return Reprints({name: (name, sketch(text)) for name, text in known.items()})


# What is the same text


def test_an_identical_text_is_a_reprint() -> None:
    """Word for word, all of it."""
    assert alike(WIRE, WIRE) == 1
    assert reprints(wire=WIRE).original("again", sketch(WIRE)) == "wire"


@pytest.mark.parametrize(
    "other",
    [
        WIRE.replace("\n\n", " "),
        WIRE.upper(),
        WIRE.replace("“", '"').replace("”", '"').replace(",", ""),
    ],
)
def test_layout_case_and_punctuation_make_no_other_text(other: str) -> None:
    """Each house has its own."""
    assert alike(WIRE, other) == 1


@pytest.mark.parametrize(
    "other",
    [
        # corrections, another spelling, another word
        WIRE.replace("Tuesday", "Wednesday").replace("forty", "40").replace("harbour", "harbor"),
        # a line of credit before it, and one behind it
        f"PORT ELLA (Sea Post) - {WIRE} Reporting by Ann Roe; editing by Jo Moss.",
        # a paragraph of one's own in its middle
        WIRE.replace("\n\nRepairs", f"\n\n{' '.join(SAME_EVENT.split()[:40])}\n\nRepairs"),
    ],
)
def test_a_nearly_identical_text_is_a_reprint(other: str) -> None:
    """What a desk changes in a wire story leaves it one."""
    assert alike(WIRE, other) >= REPRINT
    assert reprints(wire=WIRE).original("again", sketch(other)) == "wire"


@pytest.mark.parametrize("paragraphs", [3, 4, 5, 6])
def test_a_text_cut_at_its_end_is_a_reprint(paragraphs: int) -> None:
    """Editors cut from below; whichever of the two was loaded first."""
    cut = "\n\n".join(WIRE.split("\n\n")[:paragraphs])
    assert alike(WIRE, cut) >= 0.95
    assert reprints(wire=WIRE).original("cut", sketch(cut)) == "wire"
    assert reprints(cut=cut).original("wire", sketch(WIRE)) == "cut"


# What is not


def test_another_article_on_the_same_event_is_no_reprint() -> None:
    """It bears the first one out, which is what counting outlets is for."""
    assert alike(WIRE, SAME_EVENT) < REPRINT / 4
    assert reprints(wire=WIRE).original("other", sketch(SAME_EVENT)) is None


def test_a_quotation_in_common_makes_no_reprint() -> None:
    """Nor does a whole paragraph: a statement that both houses received."""
    common = WIRE.split("\n\n")[5]
    other = f"{SAME_EVENT}\n{common}"
    assert 0 < alike(WIRE, other) < REPRINT
    assert reprints(wire=WIRE).original("other", sketch(other)) is None


def test_an_article_that_says_it_all_anew_is_no_reprint() -> None:
    """The same words, in another order."""
    words = WIRE.split()
    shuffled = " ".join(words[::2] + words[1::2])
    assert alike(WIRE, shuffled) < 0.1


@pytest.mark.parametrize(
    "text",
    ["", "The boats left.", "one two three four", " ".join(WIRE.split()[:9]), "Yes. " * 500],
)
def test_a_short_text_is_never_a_reprint(text: str) -> None:
    """Not even of itself: a line that two articles share says nothing."""
    assert len(sketch(text)) < FEWEST
    assert alike(text, text) == 0
    assert alike(text, WIRE) == 0
    assert reprints(one=text, wire=WIRE).original("two", sketch(text)) is None


def test_invented_articles_do_not_repeat_each_other() -> None:
    """A hundred that are made from the same few words and patterns."""
    known = Reprints({})
    for number in range(100):
        found = sketch(invented(7, number).words)
        assert known.original(str(number), found) is None
        known.add(str(number), str(number), found)


# Which one it repeats


def test_a_document_does_not_repeat_itself() -> None:
    """Loaded again, and with another text too."""
    known = reprints(wire=WIRE)
    assert known.original("wire", sketch(WIRE)) is None
    assert known.original("wire", sketch(WIRE[:600])) is None


def test_a_document_does_not_repeat_its_own_reprints() -> None:
    """Two that point at each other would be nobody's copy."""
    known = Reprints({"wire": ("wire", sketch(WIRE)), "again": ("wire", sketch(WIRE))})
    assert known.original("wire", sketch(WIRE)) is None


def test_a_reprint_of_a_reprint_is_one_of_the_first() -> None:
    """All copies of a text have one name, however they came here."""
    known = reprints(wire=WIRE)
    cut = sketch("\n\n".join(WIRE.split("\n\n")[:4]))
    known.add("cut", "wire", cut)
    assert known.original("third", cut) == "wire"
    known = Reprints({"cut": ("wire", cut)})
    assert known.original("third", cut) == "wire"


def test_of_two_the_more_alike_is_repeated() -> None:
    """Whatever they are called, and in whichever order they came."""
    near = WIRE.replace("Tuesday", "Wednesday")
    far = near.replace("nine million", "ten million").replace("spring", "autumn")
    for one, other in (("a", "b"), ("b", "a")):
        known = reprints(**{one: near, other: far})
        assert known.original("c", sketch(WIRE)) == one


def test_another_text_of_a_document_takes_the_place_of_its_first() -> None:
    """What it said before is not there any more to be repeated."""
    known = reprints(wire=WIRE)
    known.add("wire", "wire", sketch(SAME_EVENT))
    assert known.original("again", sketch(WIRE)) is None
    assert known.original("again", sketch(SAME_EVENT)) == "wire"


# Sketches


@modest
@given(TEXTS, TEXTS)
def test_what_two_texts_share_is_a_share_and_mutual(one: str, other: str) -> None:
    """From 0 to 1, whichever comes first; all of itself, where there is enough of it."""
    first, second = sketch(one), sketch(other)
    assert shared(first, second) == shared(second, first)
    assert 0 <= shared(first, second) <= 1
    assert shared(first, first) == (len(first) >= FEWEST)


@modest
@given(TEXTS, TEXTS)
def test_a_text_within_another_is_shared_whole(one: str, other: str) -> None:
    """What stands around it takes nothing from it."""
    inner = sketch(one)
    assert np.isin(inner, sketch(f"{other}\n{one}\n{other}")).all()


@modest
@given(TEXTS)
def test_a_sketch_is_sorted_and_has_nothing_twice(text: str) -> None:
    """As `shared` takes it."""
    found = sketch(text)
    assert found.dtype == np.uint32
    assert np.array_equal(found, np.unique(found))


# Sketches are kept in the database: another way of making them would find no reprint of what was
# loaded before.
FIRST = [127599652, 349869464, 582436940, 1392722452, 1427629120, 1463302316]


def test_a_sketch_is_the_same_in_every_release() -> None:
    """The library holds on to it."""
    assert sketch(WIRE)[: len(FIRST)].tolist() == FIRST


@pytest.mark.slow
def test_a_sketch_is_the_same_in_every_process() -> None:
    """No hash of Python's own is in it, which differs from one process to the next."""
    program = (
        "import json; from briefs.reprints import sketch;"
        "from tests.briefs.test_reprints import WIRE; print(json.dumps(sketch(WIRE).tolist()))"
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
        assert json.loads(done.stdout) == sketch(WIRE).tolist()


# Speed


@pytest.mark.timeout(20)
def test_a_text_of_a_megabyte_is_sketched_in_a_second_or_two() -> None:
    """Loading waits for it."""
    text = "\n\n".join(invented(1, number, sentences=100).words for number in range(100))
    assert len(text) > 1_000_000
    began = time.process_time()
    found = sketch(text)
    assert shared(found, found) == 1
    assert time.process_time() - began < 2


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_sketched_within_seconds(text: str) -> None:
    """The time grows with the length."""
    assert alike(text, WIRE) <= 1


@pytest.mark.timeout(20)
def test_a_thousand_documents_are_looked_through_at_once() -> None:
    """What each has in common with all the others, a line of credit, slows nothing down."""
    credit = " ".join(f"credit{number}" for number in range(60))
    known = Reprints({})
    for number in range(1_000):
        known.add(f"{number:03}", f"{number:03}", sketch(f"{invented(3, number).words} {credit}"))
    began = time.process_time()
    assert known.original("new", sketch(f"{invented(3, 500).words} {credit}")) == "500"
    assert time.process_time() - began < 1
