"""What the tests of the storage keep, and how they look at what is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import func, select

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from adapters.storage.tables import documents, dropped_lines, embeddings, revisions
from briefs.model import Dropped, EmbeddedDocument, Origination
from briefs.ports import Kept
from briefs.reprints import sketch
from briefs.shard import sentence_words
from tests.building import document, embedded

SCHEME = "hash:1/1"
KOLKATA = timezone(timedelta(hours=5, minutes=30))
NOW = datetime(2024, 11, 22, 13, 30, tzinfo=KOLKATA)

SENTENCES = "The tankers made 43 trips to the port. A pilot saw them leave at night."

PRECISIONS = [
    None,
    date(2024, 11, 20),
    datetime(2024, 11, 22, 11, 36),  # noqa: DTZ001 - a local time is one of the precisions
    datetime(2024, 11, 22, 0, 0),  # noqa: DTZ001 - and so is midnight
    datetime(2024, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=1))),
    datetime(2024, 11, 22, 8, 0, 1, 250, tzinfo=KOLKATA),
    datetime(2024, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    datetime(2024, 11, 22, 8, 0, tzinfo=UTC),
]
"""One date of each kind that a source prints."""

LINES = (
    Dropped(number=1, text="Home | News | Sport", reason="navigation"),
    Dropped(number=2, text="Read also: the ferries", reason="related"),
)


def library_of(database: Database) -> SqlLibrary:
    """Return the library of a database."""
    return SqlLibrary(database, lambda: NOW)


def article(**facts: Any) -> EmbeddedDocument:
    """Return an embedded document, the one of the source /a.md where nothing else is said.

    Those of two ids have two sources and two texts: a library does not keep one text twice.
    """
    name = facts.setdefault("id", "a")
    said = SENTENCES if name == "a" else f"{SENTENCES} Its name is {name}."
    return embedded(document(facts.pop("text", said), **{"source": f"/{name}.md"} | facts))


def corrected(there: EmbeddedDocument, text: str, **facts: Any) -> EmbeddedDocument:
    """Return the next revision of a document."""
    old = there.document
    return embedded(replace(old, text=text, revision=old.revision + 1, **facts))


def to_keep(one: EmbeddedDocument, *, revives: bool = False, **facts: Any) -> Kept:
    """Return what is handed to a library: a document, and how it came about."""
    return Kept(
        revives=revives,
        embedded=one,
        origination=Origination(**{"digest": "0" * 64} | facts),
        sketch=sketch(one.document.text),
    )


def saved(library: SqlLibrary, *kept: EmbeddedDocument | Kept, scheme: str = SCHEME) -> list[bool]:
    """Save documents in one batch; return which of them were kept."""
    batch = [each if isinstance(each, Kept) else to_keep(each) for each in kept]
    return library.save(batch, scheme)


def embedded_in(library: SqlLibrary, scheme: str = SCHEME) -> tuple[EmbeddedDocument, ...]:
    """Return every document that has vectors of a scheme, with them."""
    return library.changes(0, scheme).embedded


def ids(found: Any) -> list[str]:
    """Return the ids of documents, embedded or not, in their order."""
    return [getattr(each, "document", each).id for each in found]


def counts(database: Database) -> dict[str, int]:
    """Return how many rows each table of documents has."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (documents, revisions, dropped_lines, embeddings)
        }


def rows(**expected: int) -> dict[str, int]:
    """Return counts to compare with, zero where nothing is said."""
    return dict.fromkeys(("documents", "revisions", "dropped_lines", "embeddings"), 0) | expected


def fault(database: Database, table: str, change: str = "INSERT", when: str = "1") -> None:
    """Let each change of a table fail from now on, or those for which a condition holds."""
    with database.writing() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER fault BEFORE {change} ON {table} WHEN {when} "
            "BEGIN SELECT RAISE(ABORT, 'fault'); END"
        )


def same(one: EmbeddedDocument, other: EmbeddedDocument) -> bool:
    """Say whether two embedded documents are equal, to the last bit of their vectors.

    Words that were not worked out count as those that would be.
    """
    words = [each.words or sentence_words(each.document, each.segments) for each in (one, other)]
    pairs = [
        (one.vectors, other.vectors),
        (words[0].numbers, words[1].numbers),
        (words[0].lengths, words[1].lengths),
    ]
    return (
        one.document == other.document
        and one.segments == other.segments
        and all(
            here.dtype == there.dtype
            and here.shape == there.shape
            and here.tobytes() == there.tobytes()
            for here, there in pairs
        )
    )
