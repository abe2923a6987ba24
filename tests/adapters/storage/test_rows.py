"""What is kept comes back exactly: documents, vectors, words, sketches, how a revision came about.

Everything here goes through the file, so that a column that loses something is found too.
"""

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from sqlalchemy import text

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from briefs.cues import Reason
from briefs.model import (
    Dropped,
    EmbeddedDocument,
    Origination,
    Passage,
    Published,
    Segments,
    Sentence,
    Stated,
    Words,
)
from briefs.ports import Kept
from briefs.reprints import Reprints, sketch
from briefs.shard import sentence_words
from tests.adapters.storage.keeping import (
    LINES,
    PRECISIONS,
    SCHEME,
    SENTENCES,
    article,
    corrected,
    embedded_in,
    library_of,
    same,
    saved,
    to_keep,
)

WIRE = (
    "The ministry said on Friday that the tankers had made forty-three trips to the port since "
    "March, which is more than in any year before, and that a pilot who saw them leave at night "
    "had counted eleven without lights. The harbour office did not answer our questions about "
    "the lists of cargo, the names of the owners, or the insurance of the ships. Two captains "
    "told us that they had been paid in advance, and that nobody had asked them where they went."
)


def origination_in(library: SqlLibrary, document: str = "a") -> Origination:
    """Return how a document's current revision came about, as it was kept."""
    held = library.held(document)
    assert held is not None
    return held.origination


def test_a_document_comes_back_as_it_was(library: SqlLibrary) -> None:
    """Every field of it, with its segments and vectors, from whichever method returns it."""
    kept = article(
        title="“Tankers” \x1b[31m 油轮 \U0001f6e2",
        outlet="Herald's; DROP TABLE documents",
        author="Ann",
        url="https://example.org/a?b=c&d",
        published=date(2024, 11, 20),
        reprint_of="first",
    )
    assert saved(library, kept) == [True]
    assert library.documents() == [kept.document]
    for held in (library.held("a"), library.by_source("main", "/a.md")):
        assert held is not None
        assert held.document == kept.document
        assert held.removed is False
    assert library.by_text("main", SENTENCES, kept.document.outlet) == kept.document
    (found,) = embedded_in(library)
    assert same(found, kept)
    assert library.changes(0, "other-model/1").unembedded == (kept.document,)


def test_it_is_still_there_in_the_next_program(database: Database, library: SqlLibrary) -> None:
    """What was saved is in the file, not in the object."""
    kept = article()
    saved(library, kept)
    database.close()
    with closing(Database(database.file)) as again:
        (found,) = embedded_in(library_of(again))
    assert same(found, kept)


def assert_as_precise(found: Published | None, published: Published | None) -> None:
    """Assert that two dates are equal and equally precise: 8:00 UTC is not 9:00 CET."""
    assert type(found) is type(published)
    assert found == published
    if isinstance(published, datetime):
        assert isinstance(found, datetime)
        assert found.utcoffset() == published.utcoffset()
        assert found.isoformat() == published.isoformat()


@pytest.mark.parametrize("published", PRECISIONS)
def test_a_date_keeps_its_precision(library: SqlLibrary, published: Published | None) -> None:
    """A day stays a day, a local time stays local, an offset stays the one that was printed."""
    saved(library, article(published=published))
    (found,) = library.documents()
    assert_as_precise(found.published, published)


@pytest.mark.parametrize("published", PRECISIONS)
def test_a_stated_date_keeps_its_precision(
    library: SqlLibrary, published: Published | None
) -> None:
    """What a person stated is as precise as it was said, and is not what the document says."""
    saved(library, to_keep(article(published=None), stated=Stated(published=published)))
    assert_as_precise(origination_in(library).stated.published, published)
    assert library.documents()[0].published is None


def test_vectors_are_exact_to_the_bit(library: SqlLibrary) -> None:
    """No float is rounded on its way: not the smallest one, not minus zero."""
    one = article()
    numbers = np.random.default_rng(0).standard_normal(one.vectors.shape).astype(np.float32)
    limits = np.finfo(np.float32)
    numbers[0, :4] = np.array([-0.0, 1 / 3, float(limits.max), float(limits.smallest_subnormal)])
    kept = replace(one, vectors=numbers)
    saved(library, kept)
    assert same(embedded_in(library)[0], kept)


def test_vectors_in_another_layout_come_back_row_by_row(library: SqlLibrary) -> None:
    """A transposed or strided matrix is stored by its values, not by its memory."""
    one = article()
    rows, dimensions = one.vectors.shape
    strided = np.asfortranarray(np.arange(rows * dimensions, dtype=np.float32)).reshape(
        (rows, dimensions), order="F"
    )
    saved(library, replace(one, vectors=strided))
    assert np.array_equal(embedded_in(library)[0].vectors, strided)


def test_segments_are_exact(library: SqlLibrary) -> None:
    """Offsets, headings and windows come back as they were, as far as a text may be long."""
    far = 2**31 - 1
    segments = Segments(
        sentences=(
            Sentence(start=0, end=7, heading=True),
            Sentence(start=9, end=40),
            Sentence(start=40, end=far),
        ),
        passages=(
            Passage(start=0, end=40, first=0, last=2),
            Passage(start=9, end=far, first=1, last=3),
        ),
    )
    vectors = np.eye(5, 384, dtype=np.float32)
    kept = EmbeddedDocument(document=article().document, segments=segments, vectors=vectors)
    saved(library, kept)
    (found,) = embedded_in(library)
    assert same(found, kept)
    assert found.segments.sentences == segments.sentences
    assert found.segments.passages == segments.passages


def test_segments_in_another_layout_come_back_row_by_row(library: SqlLibrary) -> None:
    """Spans that are a part of other arrays are stored by their values too."""
    one = article()
    wide = np.zeros((len(one.segments.sentence_spans), 5), dtype=np.int32)
    wide[:, 1:4] = one.segments.sentence_spans
    spans = Segments.of_spans(wide[:, 1:4], np.asfortranarray(one.segments.passage_spans))
    saved(library, replace(one, segments=spans))
    assert same(embedded_in(library)[0], one)


def test_a_document_without_sentences_comes_back(library: SqlLibrary) -> None:
    """No segment and no vector is something else than no document."""
    nothing = np.empty((0, 384), dtype=np.float32)
    segments = Segments(sentences=(), passages=())
    kept = EmbeddedDocument(document=article().document, segments=segments, vectors=nothing)
    saved(library, kept)
    assert same(embedded_in(library)[0], kept)


def test_words_come_back_as_they_were_given(library: SqlLibrary) -> None:
    """They are not worked out a second time; a number of 32 bits fits, and so does no word."""
    words = Words(
        numbers=np.array([2**32 - 1, 0, 7], dtype=np.uint32),
        lengths=np.array([3, 0], dtype=np.int32),
    )
    kept = replace(article(), words=words)
    saved(library, kept)
    assert same(embedded_in(library)[0], kept)


def test_words_that_nobody_worked_out_are_kept_too(library: SqlLibrary) -> None:
    """A start reads words and never works them out, so they are there from the first save on."""
    kept = article()
    assert kept.words is None
    saved(library, kept)
    (found,) = embedded_in(library)
    expected = sentence_words(kept.document, kept.segments)
    assert found.words is not None
    assert found.words.numbers.tolist() == expected.numbers.tolist() != []
    assert found.words.lengths.tolist() == expected.lengths.tolist()


EVERYTHING = Origination(
    digest="9f" * 32,
    raw="Home | 油轮\r\n\tThe tankers “made” 43 trips.\n\n \x00\N{NO-BREAK SPACE}End",
    dropped=LINES,
    restored=(3, 11),
    stated=Stated(
        title="“Tankers” \U0001f6e2",
        outlet="Herald's",
        author='Ann "A." Lee',
        published=date(2024, 11, 20),
    ),
    bare=True,
)


@pytest.mark.parametrize(
    "origination",
    [
        Origination(digest="0" * 64),
        EVERYTHING,
        replace(EVERYTHING, bare=False),
        replace(EVERYTHING, raw=None),
        replace(EVERYTHING, raw=""),
        replace(EVERYTHING, dropped=()),
        replace(EVERYTHING, restored=()),
        replace(EVERYTHING, stated=Stated()),
        replace(EVERYTHING, stated=Stated(outlet="Herald")),
    ],
)
def test_how_a_revision_came_about_comes_back_as_it_was(
    library: SqlLibrary, origination: Origination
) -> None:
    """Digest, raw text, dropped and restored lines, what was stated: whoever looks it up."""
    one = article()
    library.save([Kept(embedded=one, origination=origination, sketch=sketch(SENTENCES))], SCHEME)
    for held in (library.held("a"), library.by_source("main", "/a.md")):
        assert held is not None
        assert held.origination == origination
        assert held.document == one.document


@pytest.mark.parametrize("reason", list(Reason))
def test_a_dropped_line_comes_back_with_its_reason(library: SqlLibrary, reason: Reason) -> None:
    """Each reason that the cleaning gives, as the word that is shown."""
    line = Dropped(number=1, text='a "line" ', reason=reason)
    saved(library, to_keep(article(), dropped=(line,)))
    assert origination_in(library).dropped == (line,)


def test_dropped_lines_come_in_the_order_of_their_numbers(library: SqlLibrary) -> None:
    """In reading order, 2 before 10, in whatever order they were given; gaps stay gaps."""
    lines = {
        number: Dropped(number=number, text=f"line {number}", reason="teaser")
        for number in (10, 2, 1, 300, 21)
    }
    saved(library, to_keep(article(), dropped=tuple(lines.values())))
    assert origination_in(library).dropped == tuple(lines[n] for n in (1, 2, 10, 21, 300))


def test_dropped_lines_belong_to_their_revision(database: Database, library: SqlLibrary) -> None:
    """A correction has its own, the same numbers among them; those of the old revision are kept."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    line = Dropped(number=1, text="Share this", reason="sharing")
    saved(library, to_keep(first, dropped=LINES))
    saved(library, to_keep(second, dropped=(line,)))
    assert origination_in(library).dropped == (line,)
    saved(library, to_keep(corrected(second, "The tankers made 45 trips.")))
    assert origination_in(library).dropped == ()
    with database.reading() as connection:
        found = connection.execute(
            text("SELECT revision, number, text FROM dropped_lines ORDER BY revision, number")
        ).all()
    assert [tuple(row) for row in found] == [
        (1, 1, LINES[0].text),
        (1, 2, LINES[1].text),
        (2, 1, "Share this"),
    ]


def test_dropped_lines_belong_to_their_document(library: SqlLibrary) -> None:
    """Two documents of one batch do not share any."""
    line = Dropped(number=1, text="Share this", reason="sharing")
    saved(
        library,
        to_keep(article(), dropped=LINES),
        to_keep(article(id="b"), dropped=(line,)),
        to_keep(article(id="c")),
    )
    assert origination_in(library, "a").dropped == LINES
    assert origination_in(library, "b").dropped == (line,)
    assert origination_in(library, "c").dropped == ()


def test_a_new_revision_has_its_own_origination(library: SqlLibrary) -> None:
    """What was restored or stated before is not carried over by the library itself."""
    first = article()
    second = Origination(digest="1" * 64, raw="other", restored=(2,))
    library.save([Kept(embedded=first, origination=EVERYTHING, sketch=sketch(""))], SCHEME)
    again = corrected(first, "The tankers made 44 trips.")
    library.save([Kept(embedded=again, origination=second, sketch=sketch(""))], SCHEME)
    assert origination_in(library) == second


@pytest.mark.parametrize(
    "numbers", [[], [0], [1, 2, 3], [2**31, 2**32 - 1]], ids=["none", "zero", "small", "large"]
)
def test_a_sketch_comes_back_as_it_was(library: SqlLibrary, numbers: list[int]) -> None:
    """All 32 bits of each number; a text that is too short for a sketch has an empty one."""
    found = np.array(numbers, dtype=np.uint32)
    library.save([replace(to_keep(article()), sketch=found)], SCHEME)
    ((copy, kept),) = library.sketches("main").values()
    assert copy == "a"
    assert kept.dtype == np.uint32
    assert kept.tolist() == numbers


def test_what_is_kept_recognises_a_reprint(library: SqlLibrary) -> None:
    """What is compared with the sketches is the same text, cut by an editor, and another one."""
    saved(library, article(text=WIRE), article(id="b"))
    known = Reprints(library.sketches("main"))
    assert known.original("c", sketch(WIRE.rpartition("Two captains")[0])) == "a"
    assert known.original("c", sketch(WIRE[::-1])) is None


@pytest.mark.parametrize(("before", "after"), [(None, "b"), ("b", None), ("b", "c"), ("b", "b")])
def test_a_revision_may_be_a_reprint_where_the_last_one_was_none(
    library: SqlLibrary, before: str | None, after: str | None
) -> None:
    """What it repeats is that of its newest text, and whoever repeats it is told so."""
    first = article(reprint_of=before)
    second = corrected(first, "The tankers made 44 trips.", reprint_of=after)
    saved(library, first)
    assert library.sketches("main")["a"][0] == (before or "a")
    saved(library, second)
    assert library.documents() == [second.document]
    (found,) = embedded_in(library)
    assert found.document.reprint_of == after
    assert library.sketches("main")["a"][0] == (after or "a")


def test_a_long_document_comes_back(library: SqlLibrary) -> None:
    """A megabyte of text, and of the text before cleaning, is not cut."""
    long = "Ein Schiff läuft aus. " * 50_000
    one = article()
    kept = replace(one, document=replace(one.document, text=long))
    saved(library, to_keep(kept, raw="Menu\n" + long))
    assert library.documents() == [kept.document]
    assert origination_in(library).raw == "Menu\n" + long
