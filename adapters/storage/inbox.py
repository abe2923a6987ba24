"""What was asked for on chat platforms, over the database, until it is done."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert

from adapters.storage.answer_rows import printed_time
from adapters.storage.database import Database
from adapters.storage.inbox_tables import inbox
from briefs.ports import Received

PATIENCE_SECONDS = 2.0
"""How long to wait for another writer: somebody waits for an answer."""

EXPIRED_AT_ONCE = 1_000


class SqlInbox:
    """Keeps each thing that was asked for, once; each change in one transaction."""

    def __init__(self, database: Database) -> None:
        """Keep them in a database."""
        self._database = database

    def receive(self, received: Received) -> bool:
        """Keep something; False: it was received before."""
        values = {
            "key": received.key,
            "payload": received.payload,
            "received_at": printed_time(received.at),
        }
        with self._database.writing(patience_seconds=PATIENCE_SECONDS) as connection:
            kept = connection.execute(insert(inbox).values(**values).on_conflict_do_nothing())
            return kept.rowcount > 0

    def settle(self, key: str) -> None:
        """Let go of what was asked; that it was received is remembered."""
        with self._database.writing() as connection:
            connection.execute(update(inbox).where(inbox.c.key == key).values(payload=None))

    def unsettled(self, prefix: str) -> tuple[Received, ...]:
        """Return what is not done, of the keys that begin so, the oldest first."""
        query = (
            select(inbox)
            .where(inbox.c.key.startswith(prefix, autoescape=True), inbox.c.payload.is_not(None))
            .order_by(inbox.c.received_at, inbox.c.key)
        )
        with self._database.reading() as connection:
            return tuple(
                Received(
                    key=row.key,
                    payload=row.payload,
                    at=datetime.fromisoformat(row.received_at),
                )
                for row in connection.execute(query)
            )

    def expire(self, before: datetime) -> int:
        """Forget some of what was received before a time; say how much."""
        old = (
            select(inbox.c.key)
            .where(inbox.c.received_at < printed_time(before))
            .order_by(inbox.c.received_at)
            .limit(EXPIRED_AT_ONCE)
        )
        with self._database.writing() as connection:
            return connection.execute(delete(inbox).where(inbox.c.key.in_(old))).rowcount
