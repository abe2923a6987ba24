"""The kept `Answers` over the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from adapters.storage.answer_rows import (
    Role,
    answer_of,
    answer_values,
    citation_values,
    printed_time,
    scope_of,
    verdict_of,
)
from adapters.storage.asker_key import AskerKey
from adapters.storage.cited import became, revisions_of
from adapters.storage.database import Database
from adapters.storage.tables import answer_citations, answers, verdicts
from briefs.errors import LibraryError
from briefs.keeping import Forgotten, Judged, KeptAnswer, Verdict

KEEPING_PATIENCE_SECONDS = 2.0
"""How long a person who waits for an answer waits for it to be kept."""

EXPIRED_WITH_ONE = 20
"""How many old answers go, at most, when a new one is kept: it should not take longer for that."""

EXPIRED_AT_ONCE = 500
"""How many old answers go in one transaction, at most."""


class SqlAnswers:
    """Answers and verdicts, each change in one transaction."""

    def __init__(self, database: Database, key: AskerKey) -> None:
        """Keep answers in a database, and who asked as a hash under a key."""
        self._database = database
        self._key = key

    def keep(self, kept: KeptAnswer, person: str | None, expired: datetime) -> None:
        """Keep an answer, and let some go that were asked before a time."""
        asker = None if person is None else self._key.hashed(person)
        with self._database.writing(patience_seconds=KEEPING_PATIENCE_SECONDS) as connection:
            connection.execute(insert(answers).values(**answer_values(kept, asker)))
            cited = citation_values(kept)
            if cited:
                connection.execute(insert(answer_citations), cited)
            _expire(connection, expired, EXPIRED_WITH_ONE)

    def kept(self, wanted: str) -> KeptAnswer | None:
        """Return an answer as it was given."""
        with self._database.reading() as connection:
            row = connection.execute(select(answers).where(answers.c.id == wanted)).first()
            return None if row is None else _rebuilt(connection, row)

    def last_in(self, thread: str) -> KeptAnswer | None:
        """Return the last answer that was given in a conversation."""
        given = select(answers).where(answers.c.thread == thread)
        with self._database.reading() as connection:
            row = connection.execute(
                given.order_by(answers.c.asked_at.desc(), answers.c.id).limit(1)
            ).first()
            return None if row is None else _rebuilt(connection, row)

    def citing(self, document: str) -> tuple[str, ...]:
        """Return the ids of answers that say something with a document, the oldest first."""
        query = (
            select(answers.c.id, answers.c.asked_at)
            .join(answer_citations, answer_citations.c.answer == answers.c.id)
            .where(
                answer_citations.c.document == document,
                answer_citations.c.role != Role.NEAREST.value,
            )
            .distinct()
            .order_by(answers.c.asked_at, answers.c.id)
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def give_verdict(self, wanted: str, person: str, verdict: Verdict) -> bool:
        """Keep what a person says of an answer, in place of what the person said before."""
        judge = self._key.hashed(person)
        with self._database.writing() as connection:
            if connection.execute(select(answers.c.id).where(answers.c.id == wanted)).first():
                of_one = (verdicts.c.answer == wanted) & (verdicts.c.person == judge)
                connection.execute(delete(verdicts).where(of_one))
                connection.execute(
                    insert(verdicts).values(
                        answer=wanted,
                        person=judge,
                        useful=verdict.useful,
                        why=verdict.why,
                        given_at=printed_time(verdict.given_at),
                    )
                )
                return True
        return False

    def feedback(self) -> tuple[Judged, ...]:
        """Return every answer that was judged, the oldest first."""
        judged = select(answers).where(answers.c.id.in_(select(verdicts.c.answer)))
        with self._database.reading() as connection:
            rows = connection.execute(judged.order_by(answers.c.asked_at, answers.c.id)).all()
            return tuple(
                Judged(kept=_rebuilt(connection, row), verdicts=_verdicts(connection, row.id))
                for row in rows
            )

    def forget(self, person: str) -> Forgotten:
        """Delete what a person asked, and what the person said of answers."""
        if not self._key.exists():
            self._refuse_what_cannot_be_found()
            return Forgotten(answers=0, verdicts=0)
        asker = self._key.hashed(person)
        with self._database.writing() as connection:
            # The verdicts first: those on the person's own answers would go with the answers.
            given = connection.execute(delete(verdicts).where(verdicts.c.person == asker))
            asked = connection.execute(delete(answers).where(answers.c.asker == asker))
            forgotten = Forgotten(answers=asked.rowcount, verdicts=given.rowcount)
        self._database.empty_log()
        return forgotten

    def expire(self, before: datetime) -> int:
        """Delete answers that were asked before a time, a number of them at once; say how many."""
        with self._database.reading() as connection:
            # Mostly there is none, and then nobody who writes is held up.
            if connection.execute(_asked_before(before, 1)).first() is None:
                return 0
        with self._database.writing() as connection:
            return _expire(connection, before, EXPIRED_AT_ONCE)

    def _refuse_what_cannot_be_found(self) -> None:
        """Refuse to say that nothing is kept of a person, where nobody could find it.

        Raises:
            LibraryError: There are hashes, and the key that they were made with is lost.
        """
        with self._database.reading() as connection:
            asked = select(answers.c.id).where(answers.c.asker.is_not(None)).limit(1)
            given = select(verdicts.c.answer).limit(1)
            lost = connection.execute(asked).first() or connection.execute(given).first()
        if lost:
            raise LibraryError(
                f"The key {self._key.file} is not there, and without it nobody can tell who asked "
                "what. Restore it from the backup that the database is from."
            )


def _asked_before(before: datetime, most: int) -> Select[Any]:
    """Select the ids of the oldest answers that were asked before a time."""
    return (
        select(answers.c.id)
        .where(answers.c.asked_at < printed_time(before))
        .order_by(answers.c.asked_at)
        .limit(most)
    )


def _expire(connection: Connection, before: datetime, most: int) -> int:
    old = _asked_before(before, most)
    return connection.execute(delete(answers).where(answers.c.id.in_(old))).rowcount


def _verdicts(connection: Connection, answer: str) -> tuple[Verdict, ...]:
    given = select(verdicts).where(verdicts.c.answer == answer)
    rows = connection.execute(given.order_by(verdicts.c.given_at, verdicts.c.person))
    return tuple(verdict_of(row) for row in rows)


def _rebuilt(connection: Connection, row: Row[Any]) -> KeptAnswer:
    """Return the kept answer of a row of `answers`."""
    spans = connection.execute(
        select(answer_citations)
        .where(answer_citations.c.answer == row.id)
        .order_by(answer_citations.c.position)
    ).all()
    since = became(connection, spans)
    return KeptAnswer(
        id=row.id,
        answer=answer_of(row, spans, revisions_of(connection, spans)),
        channel=row.channel,
        asked_at=datetime.fromisoformat(row.asked_at),
        scope=scope_of(row.scope),
        snapshot=row.snapshot,
        thread=row.thread,
        updated=since.updated,
        withdrawn=since.withdrawn,
    )
