"""When the database was last written to, by its own rows."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from adapters.storage.database import Database
from adapters.storage.inbox_tables import inbox
from adapters.storage.outbox_tables import occurrences, parts
from adapters.storage.tables import answers, brief_editions, revisions

_WRITTEN = (
    revisions.c.loaded_at,
    answers.c.asked_at,
    brief_editions.c.composed_at,
    occurrences.c.composed,
    parts.c.claimed,
    inbox.c.received_at,
)


def newest(database: Database) -> datetime | None:
    """Return the latest time at which something was kept; None where nothing is.

    Raises:
        LibraryError: The database cannot be used.
    """
    with database.reading() as connection:
        found = [connection.execute(select(func.max(each))).scalar() for each in _WRITTEN]
    times = [datetime.fromisoformat(each) for each in found if each]
    return max((each if each.tzinfo else each.replace(tzinfo=UTC) for each in times), default=None)
