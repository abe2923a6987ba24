"""The library in the database: what is kept comes back exactly, whole or not at all."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, text

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from adapters.storage.tables import documents, embeddings, revisions
from briefs.errors import LibraryError
from briefs.model import EmbeddedDocument, Passage, Published, Segments, Sentence
from tests.building import document, embedded

SCHEME = "hash:1/1"
KOLKATA = timezone(timedelta(hours=5, minutes=30))
NOW = datetime(2024, 11, 22, 13, 30, tzinfo=KOLKATA)

SENTENCES = "The tankers made 43 trips to the port. A pilot saw them leave at night."


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def library(database: Database) -> SqlLibrary:
    """Return an empty library."""
    return SqlLibrary(database, lambda: NOW)


def article(**facts: Any) -> EmbeddedDocument:
    """Return an embedded document of the source /a.md."""
    return embedded(
        document(facts.pop("text", SENTENCES), **{"id": "a", "source": "/a.md"} | facts)
    )


def corrected(there: EmbeddedDocument, text: str) -> EmbeddedDocument:
    """Return the next revision of a document."""
    old = there.document
    return embedded(replace(old, text=text, revision=old.revision + 1))


def counts(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (documents, revisions, embeddings)
        }


def same(one: EmbeddedDocument, other: EmbeddedDocument) -> bool:
    """Say whether two embedded documents are equal, to the last bit of their vectors."""
    return (
        one.document == other.document
        and one.segments == other.segments
        and one.vectors.dtype == other.vectors.dtype
        and one.vectors.shape == other.vectors.shape
        and one.vectors.tobytes() == other.vectors.tobytes()
    )


def test_an_empty_library_has_nothing(library: SqlLibrary) -> None:
    """Nothing is listed and nothing is found."""
    assert library.documents() == []
    assert library.embedded(SCHEME) == []
    assert library.by_source("main", "/a.md") is None
    assert library.by_text("main", "", None) is None


def test_a_document_comes_back_as_it_was(library: SqlLibrary) -> None:
    """Every field of it, with its segments and vectors, from whichever method returns it."""
    kept = article(
        title="“Tankers” \x1b[31m 油轮 \U0001f6e2",
        outlet="Herald's; DROP TABLE documents",
        author="Ann",
        url="https://example.org/a?b=c&d",
        published=date(2024, 11, 20),
    )
    assert library.save(kept, SCHEME) is True
    assert library.documents() == [kept.document]
    assert library.by_source("main", "/a.md") == kept.document
    assert library.by_text("main", SENTENCES, kept.document.outlet) == kept.document
    (found,) = library.embedded(SCHEME)
    assert same(found, kept)


def test_it_is_still_there_in_the_next_program(database: Database, library: SqlLibrary) -> None:
    """What was saved is in the file, not in the object."""
    kept = article()
    library.save(kept, SCHEME)
    database.close()
    with closing(Database(database.file)) as again:
        (found,) = SqlLibrary(again, lambda: NOW).embedded(SCHEME)
    assert same(found, kept)


@pytest.mark.parametrize(
    "published",
    [
        None,
        date(2024, 11, 20),
        datetime(2024, 11, 22, 11, 36),  # noqa: DTZ001 - a local time is one of the precisions
        datetime(2024, 11, 22, 0, 0),  # noqa: DTZ001 - and so is midnight
        datetime(2024, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=1))),
        datetime(2024, 11, 22, 8, 0, 1, 250, tzinfo=KOLKATA),
        datetime(2024, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
        datetime(2024, 11, 22, 8, 0, tzinfo=UTC),
    ],
)
def test_a_date_keeps_its_precision(library: SqlLibrary, published: Published | None) -> None:
    """A day stays a day, a local time stays local, an offset stays the one that was printed."""
    library.save(article(published=published), SCHEME)
    (found,) = library.documents()
    assert type(found.published) is type(published)
    assert found.published == published
    if isinstance(published, datetime):
        assert isinstance(found.published, datetime)
        assert found.published.utcoffset() == published.utcoffset()
        assert found.published.isoformat() == published.isoformat()


def test_vectors_are_exact_to_the_bit(library: SqlLibrary) -> None:
    """No float is rounded on its way: not the smallest one, not minus zero."""
    one = article()
    numbers = np.random.default_rng(0).standard_normal(one.vectors.shape).astype(np.float32)
    limits = np.finfo(np.float32)
    numbers[0, :4] = np.array([-0.0, 1 / 3, float(limits.max), float(limits.smallest_subnormal)])
    kept = replace(one, vectors=numbers)
    library.save(kept, SCHEME)
    assert same(library.embedded(SCHEME)[0], kept)


def test_vectors_in_another_layout_come_back_row_by_row(library: SqlLibrary) -> None:
    """A transposed or strided matrix is stored by its values, not by its memory."""
    one = article()
    rows, dimensions = one.vectors.shape
    strided = np.asfortranarray(np.arange(rows * dimensions, dtype=np.float32)).reshape(
        (rows, dimensions), order="F"
    )
    library.save(replace(one, vectors=strided), SCHEME)
    assert np.array_equal(library.embedded(SCHEME)[0].vectors, strided)


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
    library.save(kept, SCHEME)
    assert same(library.embedded(SCHEME)[0], kept)


def test_a_document_without_sentences_comes_back(library: SqlLibrary) -> None:
    """No segment and no vector is something else than no document."""
    nothing = np.empty((0, 384), dtype=np.float32)
    segments = Segments(sentences=(), passages=())
    kept = EmbeddedDocument(document=article().document, segments=segments, vectors=nothing)
    library.save(kept, SCHEME)
    assert same(library.embedded(SCHEME)[0], kept)


def test_the_newest_revision_is_the_document(database: Database, library: SqlLibrary) -> None:
    """A correction takes the place of what was there; the old revision is kept beside it."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    assert library.save(first, SCHEME) is True
    assert library.save(second, SCHEME) is True
    assert library.documents() == [second.document]
    assert library.by_text("main", SENTENCES, None) is None
    (found,) = library.embedded(SCHEME)
    assert same(found, second)
    assert counts(database) == {"documents": 1, "revisions": 2, "embeddings": 2}
    with database.reading() as connection:
        old = connection.execute(text("SELECT text FROM revisions WHERE revision = 1"))
        assert old.scalar_one() == SENTENCES


def test_when_it_was_loaded_is_kept_in_utc(database: Database, library: SqlLibrary) -> None:
    """The clock's zone does not matter to the order of what was loaded."""
    library.save(article(), SCHEME)
    with database.reading() as connection:
        loaded = connection.execute(text("SELECT loaded_at FROM revisions")).scalar_one()
    assert loaded == "2024-11-22T08:00:00+00:00"


@pytest.mark.parametrize("table", ["documents", "revisions", "embeddings"])
def test_a_document_is_saved_whole_or_not_at_all(
    database: Database, library: SqlLibrary, table: str
) -> None:
    """Wherever the saving of a new document fails, no table has a row of it."""
    with database.writing() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'fault'); END"
        )
    with pytest.raises(LibraryError, match="fault"):
        library.save(article(), SCHEME)
    assert counts(database) == {"documents": 0, "revisions": 0, "embeddings": 0}


@pytest.mark.parametrize("table", ["revisions", "embeddings"])
def test_a_revision_is_saved_whole_or_not_at_all(
    database: Database, library: SqlLibrary, table: str
) -> None:
    """Wherever the saving of a correction fails, the document stays what it was."""
    first = article()
    library.save(first, SCHEME)
    with database.writing() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'fault'); END"
        )
    with pytest.raises(LibraryError, match="fault"):
        library.save(corrected(first, "The tankers made 44 trips."), SCHEME)
    assert library.documents() == [first.document]
    assert same(library.embedded(SCHEME)[0], first)
    assert counts(database) == {"documents": 1, "revisions": 1, "embeddings": 1}


def test_who_comes_second_with_a_new_document_is_told_and_keeps_nothing(
    database: Database, library: SqlLibrary
) -> None:
    """Of two processes with the same source, one saves it and the other gets False."""
    first = article()
    with closing(Database(database.file)) as another:
        assert SqlLibrary(another, lambda: NOW).save(first, SCHEME) is True
    assert library.save(article(text="The tankers made 44 trips."), SCHEME) is False
    assert library.documents() == [first.document]
    assert counts(database) == {"documents": 1, "revisions": 1, "embeddings": 1}


@pytest.mark.parametrize("revision", [1, 2, 4])
def test_who_comes_second_with_a_revision_is_told_and_keeps_nothing(
    database: Database, library: SqlLibrary, revision: int
) -> None:
    """After two revisions only the third one fits: not an older one, and none is skipped."""
    first = article()
    second = corrected(first, "The tankers made 44 trips.")
    library.save(first, SCHEME)
    library.save(second, SCHEME)
    late = embedded(replace(first.document, revision=revision, text="They made 45 trips."))
    assert library.save(late, SCHEME) is False
    assert library.documents() == [second.document]
    assert counts(database) == {"documents": 1, "revisions": 2, "embeddings": 2}


def test_two_documents_of_one_source_are_an_error(library: SqlLibrary) -> None:
    """The database itself holds to the rule that a source is one document in its collection."""
    library.save(article(), SCHEME)
    with pytest.raises(LibraryError):
        library.save(article(id="b"), SCHEME)
    assert [each.id for each in library.documents()] == ["a"]


def test_a_source_is_found_in_its_own_collection_only(library: SqlLibrary) -> None:
    """The same path may be loaded into several collections."""
    main = article()
    other = article(id="b", collection="other")
    library.save(main, SCHEME)
    library.save(other, SCHEME)
    assert library.by_source("main", "/a.md") == main.document
    assert library.by_source("other", "/a.md") == other.document
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
        ("other", SENTENCES, "Herald", None),
    ],
)
def test_a_text_is_found_with_its_own_outlet_only(
    library: SqlLibrary, collection: str, said: str, outlet: str | None, found: str | None
) -> None:
    """A twin has the same text, outlet and collection; an unknown outlet is a twin of another."""
    library.save(article(outlet="Herald"), SCHEME)
    library.save(article(id="b", source="/b.md", outlet=None), SCHEME)
    twin = library.by_text(collection, said, outlet)
    assert (twin and twin.id) == found


def test_documents_come_in_the_order_of_their_ids(library: SqlLibrary) -> None:
    """Whatever was loaded first."""
    for name in ("c", "a", "b"):
        library.save(article(id=name, source=f"/{name}.md"), SCHEME)
    assert [each.id for each in library.documents()] == ["a", "b", "c"]
    assert [each.document.id for each in library.embedded(SCHEME)] == ["a", "b", "c"]


def test_vectors_of_another_scheme_are_not_mixed_in(library: SqlLibrary) -> None:
    """Vectors of two models cannot be compared; only those that were asked for come back."""
    library.save(article(), SCHEME)
    library.save(article(id="b", source="/b.md"), "other-model/1")
    assert [each.document.id for each in library.embedded(SCHEME)] == ["a"]
    assert [each.document.id for each in library.embedded("other-model/1")] == ["b"]
    assert library.embedded("nobody/1") == []


def test_vectors_of_a_new_scheme_take_the_place_of_the_old(
    database: Database, library: SqlLibrary
) -> None:
    """Embedding anew replaces the vectors, and leaves the document as it is."""
    first = article()
    library.save(first, SCHEME)
    anew = replace(first, vectors=np.ones((len(first.vectors), 16), dtype=np.float32))
    library.save_vectors(anew, "other-model/1")
    assert library.embedded(SCHEME) == []
    assert same(library.embedded("other-model/1")[0], anew)
    assert library.documents() == [first.document]
    assert counts(database) == {"documents": 1, "revisions": 1, "embeddings": 1}


def test_vectors_are_replaced_whole_or_not_at_all(database: Database, library: SqlLibrary) -> None:
    """Where the new vectors cannot be kept, the old ones stay."""
    first = article()
    library.save(first, SCHEME)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER fault BEFORE INSERT ON embeddings BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    with pytest.raises(LibraryError):
        library.save_vectors(first, "other-model/1")
    assert same(library.embedded(SCHEME)[0], first)


def test_vectors_of_a_document_that_is_not_there_are_an_error(library: SqlLibrary) -> None:
    """Nothing is kept that belongs to no revision."""
    with pytest.raises(LibraryError):
        library.save_vectors(article(), SCHEME)
    assert library.embedded(SCHEME) == []


def test_every_method_says_when_the_database_cannot_be_used(
    database: Database, library: SqlLibrary
) -> None:
    """A table that is gone is a LibraryError everywhere, never an error of SQLAlchemy's."""
    library.save(article(), SCHEME)
    with database.writing() as connection:
        for table in ("embeddings", "revisions", "documents"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    calls = (
        library.documents,
        lambda: library.by_source("main", "/a.md"),
        lambda: library.by_text("main", SENTENCES, None),
        lambda: library.save(article(), SCHEME),
        lambda: library.save_vectors(article(), SCHEME),
        lambda: library.embedded(SCHEME),
    )
    for call in calls:
        with pytest.raises(LibraryError, match=r"dateline\.db cannot be used"):
            call()
