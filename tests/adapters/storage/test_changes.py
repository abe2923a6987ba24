"""What a running program asks the library to keep up: its version, and what changed since one."""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from briefs.errors import LibraryError
from briefs.index import Index
from briefs.ports import Changes, Validators
from tests.adapters.storage.keeping import (
    SCHEME,
    article,
    corrected,
    embedded_in,
    fault,
    ids,
    library_of,
    same,
    saved,
    to_keep,
)
from tests.running import ROOT

OTHER = "other-model/1"

SAVED, CORRECTED = article(), corrected(article(), "The tankers made 44 trips.")

REMOVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary

library = SqlLibrary(Database(Path(sys.argv[1])), lambda: datetime.now(UTC))
library.remove(sys.argv[2:])
"""


def nothing_since(library: SqlLibrary, version: int) -> bool:
    """Say whether nothing has changed since a version, by either way of asking."""
    changes = library.changes(version, SCHEME)
    return library.version() == version and changes == Changes(version=version)


def test_an_empty_library_is_at_its_beginning(library: SqlLibrary) -> None:
    """Nothing has changed since nothing was there."""
    assert nothing_since(library, 0)


def test_since_the_beginning_everything_is_new(library: SqlLibrary) -> None:
    """A program that starts gets each document once, in the order of their ids."""
    kept = [article(id=name) for name in ("c", "a", "b")]
    saved(library, *kept)
    changes = library.changes(0, SCHEME)
    assert ids(changes.embedded) == ["a", "b", "c"]
    assert same(changes.embedded[2], kept[0])
    assert changes.removed == frozenset()
    assert changes.unembedded == ()
    assert changes.version == library.version()


def test_what_changed_since_a_version_is_told_and_nothing_else(library: SqlLibrary) -> None:
    """Of six documents, one is corrected, one removed, one embedded anew; and one is new."""
    kept = {name: article(id=name) for name in "abcdef"}
    saved(library, *kept.values())
    before = library.version()
    second = corrected(kept["b"], "The tankers made 44 trips.")
    anew = replace(kept["e"], vectors=np.ones_like(kept["e"].vectors))
    new = article(id="aa")
    saved(library, second)
    library.remove(["c"])
    library.save_vectors([anew], SCHEME)
    saved(library, new)
    changes = library.changes(before, SCHEME)
    assert ids(changes.embedded) == ["aa", "b", "e"]
    assert all(map(same, changes.embedded, (new, second, anew)))
    assert changes.removed == frozenset({"c"})
    assert changes.unembedded == ()
    assert changes.version == library.version() > before
    assert nothing_since(library, changes.version)


def test_what_has_no_vectors_of_the_scheme_is_told_without(library: SqlLibrary) -> None:
    """After a change of the model everything is to be embedded anew, in its current revision."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    removed = article(id="r")
    saved(library, first, removed)
    saved(library, second)
    saved(library, article(id="b"), scheme=OTHER)
    library.remove(["r"])
    changes = library.changes(0, OTHER)
    assert ids(changes.embedded) == ["b"]
    assert changes.unembedded == (second.document,)
    assert changes.removed == frozenset({"r"})
    assert ids(library.changes(0, "nobody/1").unembedded) == ["a", "b"]
    assert library.changes(0, "nobody/1").embedded == ()


def test_what_another_model_has_loaded_since_is_told_without_vectors(library: SqlLibrary) -> None:
    """A program of another model writes to the same file; only its new documents are told."""
    saved(library, article())
    before = library.version()
    other = article(id="b")
    saved(library, other, scheme=OTHER)
    changes = library.changes(before, SCHEME)
    assert changes.embedded == ()
    assert changes.unembedded == (other.document,)


def test_what_was_embedded_anew_is_told_with_its_vectors(library: SqlLibrary) -> None:
    """The rest of the work stays to be done."""
    kept = [article(id=name) for name in "abc"]
    saved(library, *kept)
    before = library.version()
    library.save_vectors(kept[:2], OTHER)
    changes = library.changes(before, OTHER)
    assert all(map(same, changes.embedded, kept[:2]))
    assert ids(changes.embedded) == ["a", "b"]
    assert changes.unembedded == ()
    assert ids(library.changes(0, OTHER).unembedded) == ["c"]


def test_vectors_of_an_old_revision_do_not_stand_in_for_the_new_one(library: SqlLibrary) -> None:
    """Whoever embeds slowly may be late with the vectors of what is corrected by now."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    saved(library, first)
    saved(library, second)
    library.save_vectors([first], OTHER)
    changes = library.changes(0, OTHER)
    assert changes.embedded == ()
    assert changes.unembedded == (second.document,)
    assert same(embedded_in(library)[0], second)


def test_a_document_is_told_once_however_often_it_changed(library: SqlLibrary) -> None:
    """Only what it has come to counts."""
    saved(library, article(id="z"))
    before = library.version()
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    third = corrected(second, "The tankers made 45 trips.")
    for each in (first, second, third):
        saved(library, each)
    (found,) = library.changes(before, SCHEME).embedded
    assert same(found, third)
    library.remove(["a"])
    changes = library.changes(before, SCHEME)
    assert changes.removed == {"a"}
    assert changes.embedded == ()
    assert changes.unembedded == ()


def test_a_removed_document_is_told_as_removed_whatever_vectors_it_has(
    library: SqlLibrary,
) -> None:
    """Neither as new, nor as one to be embedded."""
    saved(library, article())
    saved(library, article(id="b"), scheme=OTHER)
    before = library.version()
    library.remove(["a", "b"])
    for since in (0, before):
        changes = library.changes(since, SCHEME)
        assert changes.removed == {"a", "b"}
        assert (changes.embedded, changes.unembedded) == ((), ())


def test_a_document_that_came_back_is_told_as_new(library: SqlLibrary) -> None:
    """It is not among the removed ones any more."""
    first = article()
    saved(library, first)
    library.remove(["a"])
    before = library.version()
    second = corrected(first, first.document.text)
    saved(library, to_keep(second, revives=True))
    for since in (0, before):
        changes = library.changes(since, SCHEME)
        assert changes.removed == frozenset()
        (found,) = changes.embedded
        assert same(found, second)


CHANGES: dict[str, Callable[[SqlLibrary], object]] = {
    "a new document": lambda library: saved(library, article(id="n")),
    "a document of another scheme": lambda library: saved(library, article(id="n"), scheme=OTHER),
    "a correction": lambda library: saved(library, CORRECTED),
    "new vectors": lambda library: library.save_vectors([SAVED], SCHEME),
    "vectors of another scheme": lambda library: library.save_vectors([SAVED], OTHER),
    "a removal": lambda library: library.remove(["a"]),
    "a return": lambda library: saved(
        library, to_keep(corrected(article(id="gone"), "They left."), revives=True)
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_version_grows_with_every_change(
    library: SqlLibrary, another: SqlLibrary, what: str
) -> None:
    """Whichever process makes it, every other one sees the same number."""
    saved(library, SAVED, article(id="b"), article(id="gone"))
    library.remove(["gone"])
    before = library.version()
    assert another.version() == before
    CHANGES[what](another)
    assert library.version() == another.version() > before
    changes = library.changes(before, SCHEME)
    assert changes.version == library.version()
    told = [*ids(changes.embedded), *ids(changes.unembedded), *changes.removed]
    assert len(told) == 1
    assert "b" not in told


def test_the_version_grows_with_every_change_though_the_newest_was_removed(
    library: SqlLibrary,
) -> None:
    """No number is used twice: one that was seen must not come to mean something else."""
    seen = [library.version()]
    one = article()
    for _ in range(3):
        saved(library, to_keep(one, revives=one.document.revision > 1))
        seen.append(library.version())
        library.remove(["a"])
        seen.append(library.version())
        one = corrected(one, one.document.text)
    assert seen == sorted(set(seen))


NO_CHANGES: dict[str, Callable[[SqlLibrary], object]] = {
    "a lost race": lambda library: saved(library, article(text="The tankers made 44 trips.")),
    "a batch of nothing": saved,
    "the removal of nothing": lambda library: library.remove([]),
    "the removal of what is not there": lambda library: library.remove(["nobody"]),
    "what a server gave": lambda library: library.save_validators("u", Validators(etag="x")),
    "a look": lambda library: [library.documents(), library.held("a"), library.sketches("main")],
}


@pytest.mark.parametrize("what", NO_CHANGES)
def test_what_changes_no_document_wakes_nobody(library: SqlLibrary, what: str) -> None:
    """A running program looks again only where there is something to see."""
    saved(library, SAVED)
    before = library.version()
    NO_CHANGES[what](library)
    assert nothing_since(library, before)


@pytest.mark.parametrize("table", ["documents", "revisions", "embeddings"])
def test_what_failed_is_no_change(database: Database, library: SqlLibrary, table: str) -> None:
    """A save that was taken back leaves the version where it was."""
    saved(library, SAVED)
    before = library.version()
    fault(database, table)
    with pytest.raises(LibraryError, match="fault"):
        saved(library, CORRECTED, article(id="b"))
    assert nothing_since(library, before)


def test_a_running_program_sees_what_another_one_did(
    library: SqlLibrary, another: SqlLibrary
) -> None:
    """New, corrected and removed: over two engines, each with connections of its own."""
    kept = {name: article(id=name) for name in "abc"}
    saved(library, *kept.values())
    before = library.version()
    assert nothing_since(library, before)
    second = corrected(kept["b"], "The tankers made 44 trips.")
    new = article(id="d")
    saved(another, new, second)
    another.remove(["c"])
    changes = library.changes(before, SCHEME)
    assert ids(changes.embedded) == ["b", "d"]
    assert all(map(same, changes.embedded, (second, new)))
    assert changes.removed == {"c"}
    assert changes.unembedded == ()
    assert nothing_since(library, changes.version)
    assert nothing_since(another, changes.version)


def test_a_running_program_sees_what_the_command_line_did(
    database: Database, library: SqlLibrary
) -> None:
    """A process of its own removes two of three documents beside us, and ends."""
    saved(library, *(article(id=name) for name in "abc"))
    before = library.version()
    subprocess.run(
        [sys.executable, "-c", REMOVER, str(database.file), "a", "c"], check=True, cwd=ROOT
    )
    changes = library.changes(before, SCHEME)
    assert changes.removed == {"a", "c"}
    assert changes.embedded == ()
    assert ids(library.documents()) == ["b"]


def test_who_follows_misses_nothing_and_is_told_nothing_twice(
    database: Database, library: SqlLibrary
) -> None:
    """Three writers at work: the changes since each last look add up to what is there.

    What was saved as one batch is told in one look.
    """
    batches = {
        writer: [[f"{writer}{number:02}{part}" for part in "abc"] for number in range(8)]
        for writer in "xyz"
    }
    starts = threading.Barrier(len(batches) + 1)
    broken: list[Exception] = []

    def write(writer: str) -> None:
        try:
            with closing(Database(database.file)) as own:
                mine = library_of(own)
                starts.wait(timeout=60)
                for batch in batches[writer]:
                    saved(mine, *(article(id=name) for name in batch))
                    mine.remove([batch[1]])
        except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
            broken.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in batches]
    for thread in threads:
        thread.start()
    have = {each.id: each for each in library.documents()}
    told: list[str] = []
    version, looks, working = 0, 0, True
    starts.wait(timeout=60)
    while working:
        # The last look must come after the last writer has ended.
        working = any(thread.is_alive() for thread in threads)
        changes = library.changes(version, SCHEME)
        version, looks = changes.version, looks + 1
        new = ids(changes.embedded)
        for name in new:
            assert {name[:-1] + part for part in "abc"} <= {*new, *changes.removed}
        told += new
        have |= {each.document.id: each.document for each in changes.embedded}
        have = {name: each for name, each in have.items() if name not in changes.removed}
    for thread in threads:
        thread.join()
    assert broken == []
    assert looks > 1
    assert [have[name] for name in sorted(have)] == library.documents()
    assert sorted(have) == [
        name for each in batches.values() for batch in each for name in batch if name[-1] != "b"
    ]
    assert len(told) == len(set(told))
    assert nothing_since(library, version)


def test_vectors_are_read_into_one_matrix_that_the_index_takes(library: SqlLibrary) -> None:
    """In its own order, by collection: it holds them once, however many there are."""
    kept = [
        article(id=name, collection=collection, source=f"/articles/{name}.md")
        for name, collection in (("a", "sea"), ("b", "land"), ("c", "sea"), ("d", "land"))
    ]
    saved(library, *kept)
    embedded = library.changes(0, SCHEME).embedded
    assert ids(embedded) == ["a", "b", "c", "d"]
    assert all(map(same, embedded, kept))
    (shard,) = Index().changed(embedded)._shards
    assert [each.document.id for each in shard.documents] == ["b", "d", "a", "c"]
    assert all(each.vectors.base is shard.vectors for each in (*embedded, *shard.documents))
    assert all(map(same, shard.documents, (kept[1], kept[3], kept[0], kept[2])))


def test_a_part_of_what_was_read_is_copied(library: SqlLibrary) -> None:
    """An index does not hold a great matrix for the sake of a few rows of it."""
    saved(library, *(article(id=name, source=f"/articles/{name}.md") for name in "abc"))
    embedded = library.changes(0, SCHEME).embedded
    for some in (embedded[:1], embedded[1:], (embedded[0], embedded[2])):
        (shard,) = Index(some)._shards
        assert shard.vectors.base is not embedded[0].vectors.base
        assert all(map(same, shard.documents, some))
