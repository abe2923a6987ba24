"""The library in the database: documents are kept whole or not at all, and found by their facts."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from sqlalchemy import text

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from briefs.errors import LibraryError
from briefs.model import EmbeddedDocument, Held, Origination, Revision
from briefs.ports import Changes, Validators
from tests.adapters.storage.keeping import (
    LINES,
    SCHEME,
    SENTENCES,
    article,
    corrected,
    counts,
    embedded_in,
    fault,
    ids,
    library_of,
    rows,
    same,
    saved,
    to_keep,
)
from tests.building import embedded

OTHER = "other-model/1"


def test_an_empty_library_has_nothing(library: SqlLibrary) -> None:
    """Nothing is listed and nothing is found."""
    assert library.version() == 0
    assert library.changes(0, SCHEME) == Changes(version=0)
    assert library.documents() == []
    assert library.sources("main") == {}
    assert library.held("a") is None
    assert library.by_source("main", "/a.md") is None
    assert library.by_text("main", "", None) is None
    assert library.sketches("main") == {}
    assert library.validators("https://example.org/") == Validators()


def test_the_newest_revision_is_the_document(database: Database, library: SqlLibrary) -> None:
    """A correction takes the place of what was there; the old revision is kept beside it."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    assert saved(library, first) == [True]
    assert saved(library, second) == [True]
    assert library.documents() == [second.document]
    assert library.by_text("main", SENTENCES, None) is None
    for held in (library.held("a"), library.by_source("main", "/a.md")):
        assert held is not None
        assert held.document == second.document
    (found,) = embedded_in(library)
    assert same(found, second)
    assert counts(database) == rows(documents=1, revisions=2, embeddings=2)
    with database.reading() as connection:
        old = connection.execute(text("SELECT text FROM revisions WHERE revision = 1"))
        assert old.scalar_one() == SENTENCES


def test_when_it_was_loaded_is_kept_in_utc(database: Database, library: SqlLibrary) -> None:
    """The clock's zone does not matter to the order of what was loaded."""
    saved(library, article())
    with database.reading() as connection:
        loaded = connection.execute(text("SELECT loaded_at FROM revisions")).scalar_one()
    assert loaded == "2024-11-22T08:00:00+00:00"


@pytest.mark.parametrize("table", ["documents", "revisions", "dropped_lines", "embeddings"])
def test_a_document_is_saved_whole_or_not_at_all(
    database: Database, library: SqlLibrary, table: str
) -> None:
    """Wherever the saving of a new document fails, no table has a row of it."""
    fault(database, table)
    with pytest.raises(LibraryError, match="fault"):
        saved(library, to_keep(article(), dropped=LINES))
    assert counts(database) == rows()


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("UPDATE", "documents"),
        ("INSERT", "revisions"),
        ("INSERT", "dropped_lines"),
        ("INSERT", "embeddings"),
    ],
)
def test_a_revision_is_saved_whole_or_not_at_all(
    database: Database, library: SqlLibrary, change: str, table: str
) -> None:
    """Wherever the saving of a correction fails, the document stays what it was."""
    first = article()
    saved(library, to_keep(first, dropped=LINES))
    fault(database, table, change)
    with pytest.raises(LibraryError, match="fault"):
        saved(
            library,
            to_keep(corrected(first, "The tankers made 44 trips."), digest="1" * 64, dropped=LINES),
        )
    assert library.documents() == [first.document]
    assert library.held("a") == Held(
        document=first.document, origination=Origination(digest="0" * 64, dropped=LINES)
    )
    assert same(embedded_in(library)[0], first)
    assert counts(database) == rows(documents=1, revisions=1, dropped_lines=2, embeddings=1)


@pytest.mark.parametrize("bad", ["a", "c", "e"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("documents", "id"),
        ("revisions", "document"),
        ("dropped_lines", "document"),
        ("embeddings", "document"),
    ],
)
def test_a_batch_is_saved_whole_or_not_at_all(
    database: Database, library: SqlLibrary, table: str, column: str, bad: str
) -> None:
    """One row of one document fails, be it the first or the last: none of the batch is kept."""
    there = article(id="z")
    saved(library, there)
    before = counts(database)
    fault(database, table, when=f"NEW.{column} = '{bad}'")
    batch = [to_keep(article(id=name), dropped=LINES) for name in "abcde"]
    with pytest.raises(LibraryError, match="fault"):
        saved(library, corrected(there, "The tankers made 44 trips."), *batch)
    assert counts(database) == before
    assert library.documents() == [there.document]
    assert same(embedded_in(library)[0], there)
    good = [each for each in batch if each.embedded.document.id != bad]
    assert saved(library, *good) == [True] * 4


def test_two_dropped_lines_of_one_number_are_an_error(
    database: Database, library: SqlLibrary
) -> None:
    """A number names one line, or nobody could restore it; the rest of the batch goes with it."""
    with pytest.raises(LibraryError):
        saved(library, article(id="b"), to_keep(article(), dropped=(LINES[0], LINES[0])))
    assert counts(database) == rows()


def test_who_comes_second_with_a_new_document_is_told_and_keeps_nothing(
    database: Database, library: SqlLibrary, another: SqlLibrary
) -> None:
    """Of two processes with the same source, one saves it and the other gets False."""
    first = article()
    assert saved(another, first) == [True]
    late = article(text="The tankers made 44 trips.")
    assert saved(library, to_keep(late, dropped=LINES)) == [False]
    assert library.documents() == [first.document]
    assert counts(database) == rows(documents=1, revisions=1, embeddings=1)


@pytest.mark.parametrize("revision", [1, 2, 4])
def test_who_comes_second_with_a_revision_is_told_and_keeps_nothing(
    database: Database, library: SqlLibrary, revision: int
) -> None:
    """After two revisions only the third one fits: not an older one, and none is skipped."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    saved(library, first)
    saved(library, second)
    late = embedded(replace(first.document, revision=revision, text="They made 45 trips."))
    assert saved(library, to_keep(late, dropped=LINES)) == [False]
    assert library.documents() == [second.document]
    assert counts(database) == rows(documents=1, revisions=2, embeddings=2)


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({}, False),
        ({"title": "Another title"}, False),
        ({"outlet": "Times"}, True),
        ({"outlet": None}, True),
        ({"collection": "other"}, True),
        ({"text": SENTENCES + " "}, True),
    ],
)
def test_who_comes_second_with_a_text_is_told_and_keeps_nothing(
    library: SqlLibrary, another: SqlLibrary, facts: dict[str, str | None], *, kept: bool
) -> None:
    """The same words of the same outlet are not kept twice, from whatever source they come."""
    saved(another, article(outlet="Herald"))
    twin = article(**{"id": "b", "outlet": "Herald", "text": SENTENCES} | facts)
    assert saved(library, to_keep(twin, dropped=LINES), article(id="c")) == [kept, True]
    assert ids(library.documents()) == (["a", "b", "c"] if kept else ["a", "c"])


def test_of_two_documents_of_one_text_in_a_batch_the_first_is_kept(library: SqlLibrary) -> None:
    """Nobody else has to be faster for that."""
    assert saved(library, article(id="b", text=SENTENCES), article()) == [True, False]
    assert ids(library.documents()) == ["b"]


def test_the_text_of_a_removed_document_may_come_from_elsewhere(library: SqlLibrary) -> None:
    """What answers no more keeps nothing out; but then it is itself the one that is too late."""
    first = article()
    saved(library, first)
    library.remove(["a"])
    assert saved(library, article(id="b", text=SENTENCES)) == [True]
    assert saved(library, to_keep(corrected(first, SENTENCES), revives=True)) == [False]
    assert ids(library.documents()) == ["b"]
    other = corrected(first, "The tankers made 44 trips.")
    assert saved(library, to_keep(other, revives=True)) == [True]
    assert ids(library.documents()) == ["a", "b"]


def test_a_correction_may_say_what_another_document_says(library: SqlLibrary) -> None:
    """A document that is there stays one of its own, whatever its source says now."""
    other = article(id="b")
    saved(library, article(), other)
    assert saved(library, corrected(other, SENTENCES)) == [True]
    assert ids(library.documents()) == ["a", "b"]


def test_a_document_begins_with_its_first_revision(database: Database, library: SqlLibrary) -> None:
    """A later one of a document that is not there follows on nothing, and is not kept."""
    assert saved(library, article(revision=2)) == [False]
    assert counts(database) == rows()


@pytest.mark.parametrize("lost", [{"a"}, {"b"}, {"c"}, {"a", "c"}, {"a", "b", "c"}])
def test_a_lost_race_does_not_stop_the_others_of_a_batch(
    library: SqlLibrary, another: SqlLibrary, lost: set[str]
) -> None:
    """Each is answered for in its place; what was faster stays as it was."""
    theirs = [article(id=name, text=f"{name} was faster.") for name in sorted(lost)]
    saved(another, *theirs)
    ours = [to_keep(article(id=name), dropped=LINES) for name in "abc"]
    assert saved(library, *ours) == [name not in lost for name in "abc"]
    for name in "abc":
        held = library.held(name)
        assert held is not None
        assert (held.document.text == f"{name} was faster.") is (name in lost)
        assert held.origination.dropped == (() if name in lost else LINES)


def test_a_batch_may_have_two_revisions_of_one_document(
    database: Database, library: SqlLibrary
) -> None:
    """They are saved in their order; the same one twice is a race that is lost."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    assert saved(library, first, first, second, second, first) == [True, False, True, False, False]
    assert library.documents() == [second.document]
    assert counts(database) == rows(documents=1, revisions=2, embeddings=2)


def test_of_several_writers_at_once_each_document_has_one(
    database: Database, library: SqlLibrary
) -> None:
    """Four processes' worth of engines save the same sources, each in an order of its own."""
    names = [f"{number:02}" for number in range(12)]
    starts = threading.Barrier(4)
    won: dict[int, dict[str, bool]] = {}

    def write(writer: int) -> None:
        with closing(Database(database.file)) as own:
            mine = library_of(own)
            order = [names[place] for place in np.random.default_rng(writer).permutation(12)]
            starts.wait(timeout=60)
            done: dict[str, bool] = {}
            for batch in (order[:4], order[4:8], order[8:]):
                kept = [article(id=name, title=f"of writer {writer}") for name in batch]
                done |= dict(zip(batch, saved(mine, *kept), strict=True))
            won[writer] = done

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [0, 1, 2, 3]
    assert ids(library.documents()) == names
    for each in library.documents():
        (winner,) = [writer for writer, done in won.items() if done[each.id]]
        assert each.title == f"of writer {winner}"
    assert counts(database) == rows(documents=12, revisions=12, embeddings=12)


def test_two_documents_of_one_source_are_an_error(library: SqlLibrary) -> None:
    """The database itself holds to the rule that a source is one document in its collection."""
    saved(library, article())
    with pytest.raises(LibraryError):
        saved(library, article(id="c"), article(id="b", source="/a.md"))
    assert ids(library.documents()) == ["a"]


def test_a_document_is_found_by_its_id(library: SqlLibrary) -> None:
    """By all of it, in whatever collection it is."""
    other = article(id="bcd", collection="other")
    saved(library, article(), other)
    held = library.held("bcd")
    assert held is not None
    assert held.document == other.document
    for nobody in ("bc", "BCD", "", "%"):
        assert library.held(nobody) is None


def test_a_source_is_found_in_its_own_collection_only(library: SqlLibrary) -> None:
    """The same path may be loaded into several collections."""
    main = article()
    other = article(id="b", source="/a.md", collection="other")
    saved(library, to_keep(main, digest="1" * 64), to_keep(other, digest="2" * 64))
    for collection, one, digest in (("main", main, "1" * 64), ("other", other, "2" * 64)):
        held = library.by_source(collection, "/a.md")
        assert held is not None
        assert held.document == one.document
        assert held.origination.digest == digest
    assert library.by_source("third", "/a.md") is None
    assert library.by_source("main", "/b.md") is None


@pytest.mark.parametrize(
    ("collection", "said", "outlet", "found"),
    [
        ("main", SENTENCES, "Herald", "a"),
        ("main", SENTENCES, None, "b"),
        ("main", SENTENCES, "herald", None),
        ("main", SENTENCES, "Times", None),
        ("main", SENTENCES + " ", "Herald", None),
        ("main", SENTENCES + " ", "Post", "c"),
        ("main", SENTENCES, "Post", None),
        ("other", SENTENCES, "Herald", None),
    ],
)
def test_a_text_is_found_with_its_own_outlet_only(
    library: SqlLibrary, collection: str, said: str, outlet: str | None, found: str | None
) -> None:
    """A twin has the same text, outlet and collection; an unknown outlet is a twin of another."""
    saved(library, article(outlet="Herald"))
    saved(library, article(id="b", outlet=None, text=SENTENCES))
    saved(library, article(id="c", outlet="Post", text=SENTENCES + " "))
    twin = library.by_text(collection, said, outlet)
    assert (twin and twin.id) == found


def test_documents_come_in_the_order_of_their_ids(library: SqlLibrary) -> None:
    """Whatever was loaded first."""
    for name in ("c", "a", "b"):
        saved(library, article(id=name))
    assert ids(library.documents()) == ["a", "b", "c"]
    assert ids(embedded_in(library)) == ["a", "b", "c"]
    assert ids(library.changes(0, OTHER).unembedded) == ["a", "b", "c"]


def test_sketches_are_of_the_current_revisions_of_one_collection(library: SqlLibrary) -> None:
    """Each says what its text is a copy of: itself, or what it repeats."""
    first = article()
    second = corrected(first, SENTENCES + " Nobody else was there, he said on Friday.")
    kept = [
        to_keep(each)
        for each in (
            first,
            second,
            article(id="b", reprint_of="a"),
            article(id="c", collection="other"),
        )
    ]
    saved(library, *kept)
    assert {
        name: (copy, found.tolist()) for name, (copy, found) in library.sketches("main").items()
    } == {"a": ("a", kept[1].sketch.tolist()), "b": ("a", kept[2].sketch.tolist())}
    assert kept[0].sketch.tolist() != kept[1].sketch.tolist()
    assert list(library.sketches("other")) == ["c"]
    assert library.sketches("third") == {}


def listed(library: SqlLibrary) -> list[Sequence[str]]:
    """Return what each way of listing or finding what may answer has, of the main collection."""
    twin = library.by_text("main", SENTENCES, None)
    return [
        ids(library.documents()),
        ids(embedded_in(library)),
        ids(library.changes(0, OTHER).unembedded),
        sorted(library.sketches("main")),
        [] if twin is None else [twin.id],
    ]


def test_a_removed_document_answers_no_more(library: SqlLibrary) -> None:
    """It is in no listing, is no twin of anything, and nothing is a reprint of it."""
    saved(library, article(), article(id="b", text="They left."))
    assert listed(library) == [["a", "b"]] * 4 + [["a"]]
    library.remove(["a"])
    assert listed(library) == [["b"]] * 4 + [[]]


def test_the_sources_of_a_collection_are_told_by_their_documents(library: SqlLibrary) -> None:
    """Those of another one are not among them, nor what was removed."""
    saved(library, article(), article(id="b", text="They left."))
    saved(library, article(id="c", collection="sea", text="They came."))
    assert library.sources("main") == {"a": "/a.md", "b": "/b.md"}
    assert library.sources("sea") == {"c": "/c.md"}
    library.remove(["a"])
    assert library.sources("main") == {"b": "/b.md"}


def test_another_document_of_the_text_is_found_when_the_first_is_removed(
    library: SqlLibrary,
) -> None:
    """Removing one does not hide the other."""
    other = article(id="b")
    saved(library, article(), other, corrected(other, SENTENCES))
    for removed, found in (("a", "b"), ("b", None)):
        library.remove([removed])
        twin = library.by_text("main", SENTENCES, None)
        assert (twin and twin.id) == found


def test_a_removed_document_can_still_be_read(database: Database, library: SqlLibrary) -> None:
    """What cites it needs its text, and its source needs its id: both know that it is removed."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    saved(library, first)
    saved(library, to_keep(second, raw="Menu", dropped=LINES, restored=(3,)))
    before = counts(database)
    library.remove(["a"])
    expected = Held(
        document=second.document,
        origination=Origination(digest="0" * 64, raw="Menu", dropped=LINES, restored=(3,)),
        removed=True,
    )
    assert library.held("a") == expected
    assert library.by_source("main", "/a.md") == expected
    assert counts(database) == before
    with database.reading() as connection:
        texts = connection.execute(text("SELECT text FROM revisions ORDER BY revision")).scalars()
        assert list(texts) == [SENTENCES, "The tankers made 44 trips."]


def test_a_removal_is_kept(database: Database, library: SqlLibrary, another: SqlLibrary) -> None:
    """Every program of the same file knows of it, and so does the next one."""
    saved(library, article())
    library.remove(["a"])
    assert another.documents() == []
    database.close()
    with closing(Database(database.file)) as again:
        assert listed(library_of(again)) == [[]] * 5


@pytest.mark.parametrize("removed", [two for size in range(4) for two in combinations("abc", size)])
def test_as_many_as_are_named_are_removed(library: SqlLibrary, removed: tuple[str, ...]) -> None:
    """None of them, some or all; what is not there, or is removed already, is no error."""
    saved(library, *(article(id=name) for name in "abc"))
    for _ in range(2):
        library.remove([*removed, "nobody"])
        assert ids(library.documents()) == [name for name in "abc" if name not in removed]


def test_documents_are_removed_together_or_not_at_all(
    database: Database, library: SqlLibrary
) -> None:
    """Where the removal of one fails, the others stay too."""
    saved(library, *(article(id=name) for name in "abc"))
    fault(database, "documents", "UPDATE", when="NEW.id = 'c'")
    with pytest.raises(LibraryError, match="fault"):
        library.remove(["a", "b", "c"])
    assert listed(library)[0] == ["a", "b", "c"]


@pytest.mark.parametrize("said", [SENTENCES, "The tankers made 44 trips."], ids=["same", "other"])
def test_a_removed_document_comes_back_with_its_next_revision(
    database: Database, library: SqlLibrary, said: str
) -> None:
    """Loaded again, its text the same or not, it is listed, found and known as before."""
    first = article()
    second = corrected(first, said)
    saved(library, to_keep(first, dropped=LINES))
    library.remove(["a"])
    assert saved(library, to_keep(second, digest="1" * 64, revives=True)) == [True]
    assert library.documents() == [second.document]
    assert same(embedded_in(library)[0], second)
    assert library.by_text("main", said, None) == second.document
    assert list(library.sketches("main")) == ["a"]
    assert library.by_source("main", "/a.md") == Held(
        document=second.document, origination=Origination(digest="1" * 64), removed=False
    )
    assert counts(database) == rows(documents=1, revisions=2, dropped_lines=2, embeddings=2)


def test_a_removal_is_not_undone_by_a_load_that_began_before_it(library: SqlLibrary) -> None:
    """What was being loaded anew while it was removed stays removed."""
    first = article()
    saved(library, first)
    library.remove(["a"])
    assert saved(library, corrected(first, "The tankers made 44 trips.")) == [False]
    assert library.documents() == []


def test_a_return_has_lost_where_the_document_has_come_back_already(library: SqlLibrary) -> None:
    """Two processes load a removed source again: the second one has to look once more."""
    first = article()
    saved(library, first)
    assert saved(library, to_keep(corrected(first, "Other."), revives=True)) == [False]


def test_a_removed_document_does_not_come_back_by_an_old_revision(library: SqlLibrary) -> None:
    """Who did not see the removal and brings what was there already has lost the race."""
    saved(library, article())
    library.remove(["a"])
    assert saved(library, article()) == [False]
    assert library.documents() == []


def test_a_removed_document_does_not_come_back_by_new_vectors(library: SqlLibrary) -> None:
    """Embedding anew may be under way while it is removed."""
    saved(library, article())
    library.remove(["a"])
    library.save_vectors([article()], OTHER)
    assert library.documents() == []
    assert embedded_in(library, OTHER) == ()


def test_vectors_of_another_scheme_are_not_mixed_in(library: SqlLibrary) -> None:
    """Vectors of two models cannot be compared; only those that were asked for come back."""
    saved(library, article())
    saved(library, article(id="b"), scheme=OTHER)
    assert ids(embedded_in(library)) == ["a"]
    assert ids(embedded_in(library, OTHER)) == ["b"]
    assert embedded_in(library, "nobody/1") == ()


def widened(there: EmbeddedDocument) -> EmbeddedDocument:
    """Return a document with the vectors of another model."""
    return replace(there, vectors=np.ones((len(there.vectors), 16), dtype=np.float32))


def test_vectors_of_a_new_scheme_take_the_place_of_the_old(
    database: Database, library: SqlLibrary
) -> None:
    """Embedding anew replaces the vectors, and leaves the document as it is."""
    kept = [to_keep(article(id=name), raw="Menu", dropped=LINES) for name in "ab"]
    saved(library, *kept)
    before = library.held("a")
    anew = [widened(each.embedded) for each in kept]
    library.save_vectors(anew, OTHER)
    assert embedded_in(library) == ()
    assert all(map(same, embedded_in(library, OTHER), anew))
    assert ids(embedded_in(library, OTHER)) == ["a", "b"]
    assert library.documents() == [each.embedded.document for each in kept]
    assert library.held("a") == before
    assert counts(database) == rows(documents=2, revisions=2, dropped_lines=4, embeddings=2)


@pytest.mark.parametrize("bad", ["a", "b"])
def test_vectors_are_replaced_whole_or_not_at_all(
    database: Database, library: SqlLibrary, bad: str
) -> None:
    """Where the new vectors of one cannot be kept, the old ones of every one stay."""
    kept = [article(id=name) for name in "ab"]
    saved(library, *kept)
    fault(database, "embeddings", when=f"NEW.document = '{bad}'")
    with pytest.raises(LibraryError, match="fault"):
        library.save_vectors([widened(each) for each in kept], OTHER)
    assert all(map(same, embedded_in(library), kept))
    assert ids(embedded_in(library)) == ["a", "b"]


def test_vectors_of_a_document_that_is_not_there_are_an_error(
    database: Database, library: SqlLibrary
) -> None:
    """Nothing is kept that belongs to no revision, and nothing that came with it."""
    first = article()
    saved(library, first)
    absent = (article(id="b"), corrected(first, "The tankers made 44 trips."))
    for each in absent:
        with pytest.raises(LibraryError):
            library.save_vectors([widened(first), each], OTHER)
        assert same(embedded_in(library)[0], first)
        assert counts(database) == rows(documents=1, revisions=1, embeddings=1)


@pytest.mark.parametrize(
    "given",
    [
        Validators(etag='W/"x-"1""', modified="Fri, 22 Nov 2024 08:00:00 GMT"),
        Validators(etag='"x"'),
        Validators(modified="yesterday, 油轮"),
        Validators(),
    ],
)
def test_what_a_server_gave_comes_back_as_it_was(
    database: Database, library: SqlLibrary, given: Validators
) -> None:
    """Whatever it is: servers are asked with their own words. It is there in the next program."""
    library.save_validators("https://example.org/a", given)
    assert library.validators("https://example.org/a") == given
    database.close()
    with closing(Database(database.file)) as again:
        assert library_of(again).validators("https://example.org/a") == given


def test_what_a_server_gave_last_is_all_that_counts(library: SqlLibrary) -> None:
    """An old ETag does not stay beside a newer date, and no other page is touched."""
    library.save_validators("https://example.org/a", Validators(etag="1", modified="then"))
    library.save_validators("https://example.org/A", Validators(etag="2"))
    library.save_validators("https://example.org/a", Validators(modified="now"))
    assert library.validators("https://example.org/a") == Validators(modified="now")
    assert library.validators("https://example.org/A") == Validators(etag="2")
    assert library.validators("https://example.org/") == Validators()


def test_what_a_server_gave_is_replaced_or_stays(database: Database, library: SqlLibrary) -> None:
    """Where the new cannot be kept, the old is not lost."""
    library.save_validators("https://example.org/a", Validators(etag="1"))
    fault(database, "fetches")
    with pytest.raises(LibraryError, match="fault"):
        library.save_validators("https://example.org/a", Validators(etag="2"))
    assert library.validators("https://example.org/a") == Validators(etag="1")


CALLS: dict[str, Callable[[SqlLibrary], object]] = {
    "version": lambda library: library.version(),
    "changes": lambda library: library.changes(0, SCHEME),
    "moved": lambda library: library.moved(0),
    "revision": lambda library: library.revision("a", 1),
    "documents": lambda library: library.documents(),
    "sources": lambda library: library.sources("main"),
    "held": lambda library: library.held("a"),
    "by_source": lambda library: library.by_source("main", "/a.md"),
    "by_text": lambda library: library.by_text("main", SENTENCES, None),
    "sketches": lambda library: library.sketches("main"),
    "save": lambda library: saved(library, article()),
    "save_vectors": lambda library: library.save_vectors([article()], SCHEME),
    "remove": lambda library: library.remove(["a"]),
    "validators": lambda library: library.validators("https://example.org/"),
    "save_validators": lambda library: library.save_validators("u", Validators()),
}


def test_every_method_is_called_below() -> None:
    """A method that is new must be shown to say when the database cannot be used."""
    assert set(CALLS) == {name for name in vars(SqlLibrary) if not name.startswith("_")}


@pytest.mark.parametrize("method", CALLS)
def test_every_method_says_when_the_database_cannot_be_used(
    database: Database, library: SqlLibrary, method: str
) -> None:
    """A table that is gone is a LibraryError everywhere, never an error of SQLAlchemy's."""
    saved(library, article())
    with database.writing() as connection:
        for table in ("embeddings", "dropped_lines", "revisions", "documents", "fetches"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    with pytest.raises(LibraryError, match=r"dateline\.db cannot be used"):
        CALLS[method](library)


def test_an_old_revision_stays_readable(library: SqlLibrary) -> None:
    """With its own facts and its own dropped lines, and the number of the newest one."""
    first = article(title="Old", outlet="Coast Herald")
    second = corrected(first, "The tankers made 44 trips.", title="New")
    saved(library, to_keep(first, dropped=LINES), to_keep(second, dropped=LINES[1:]))
    assert library.revision("a", 1) == Revision(document=first.document, dropped=LINES, newest=2)
    assert library.revision("a", 2) == Revision(
        document=second.document, dropped=LINES[1:], newest=2
    )


@pytest.mark.parametrize(("document", "number"), [("a", 2), ("a", 0), ("b", 1)])
def test_a_revision_that_was_never_made_is_not_there(
    library: SqlLibrary, document: str, number: int
) -> None:
    """Neither the next one nor one of another document."""
    saved(library, article())
    assert library.revision(document, number) is None


def test_every_revision_of_a_removed_document_says_that_it_was_removed(
    library: SqlLibrary, another: SqlLibrary
) -> None:
    """Whichever process removed it; and it is there again once it is back."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    saved(library, first, second)
    another.remove(["a"])
    for number in (1, 2):
        found = library.revision("a", number)
        assert found is not None
        assert found.removed
    saved(another, to_keep(corrected(second, SENTENCES), revives=True))
    found = library.revision("a", 1)
    assert found is not None
    assert not found.removed
    assert found.newest == 3
