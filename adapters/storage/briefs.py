"""The kept `Briefs` over the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from adapters.storage.answer_rows import printed_time
from adapters.storage.brief_rows import (
    CITING,
    IN_POINTS,
    Role,
    brief_of,
    brief_values,
    citation_values,
    edition_of,
    edition_values,
    points_of,
    stored_topic,
)
from adapters.storage.cited import became, revisions_of
from adapters.storage.database import Database
from adapters.storage.outbox_tables import occurrences
from adapters.storage.tables import brief_citations, brief_editions, briefs
from briefs.brief import Brief
from briefs.briefing import Edition, KeptBrief, Line
from briefs.model import Document, Statement
from briefs.parts import Ending

MOST_EDITIONS = 20
"""How many editions one id, or the beginning of one, stands for at most."""


_TOLD = (Ending.PENDING.value, Ending.HELD.value, Ending.DELIVERED.value)
"""How a delivery stands that counts as told: it was, or nobody knows yet that it was not."""

_TAKEN_BACK = "taken back"  # the id of no occurrence


class SqlBriefs:
    """Briefs and for whom each was composed, each change in one transaction."""

    def __init__(self, database: Database) -> None:
        """Keep briefs in a database."""
        self._database = database

    def keep(self, brief: Brief, edition: Edition) -> None:
        """Keep a brief; one that is there already for its channel only gets its newer time."""
        values = edition_values(edition, brief.period)
        same = (brief_editions.c.brief == values["brief"]) & (
            brief_editions.c.channel == values["channel"]
        )
        with self._database.writing() as connection:
            there = connection.execute(select(briefs.c.id).where(briefs.c.id == brief.id)).first()
            if there is None:
                connection.execute(insert(briefs).values(**brief_values(brief)))
                cited = citation_values(brief)
                if cited:
                    connection.execute(insert(brief_citations), cited)
            gone = same
            if edition.occurrence is not None:
                gone = same | (brief_editions.c.occurrence == edition.occurrence)
            connection.execute(delete(brief_editions).where(gone))
            connection.execute(insert(brief_editions).values(**values))

    def kept(self, wanted: str) -> tuple[KeptBrief, ...]:
        """Return the editions of a brief, by its id or the beginning of one, the newest first."""
        of_id = briefs.c.id.startswith(wanted, autoescape=True)
        query = _editions().where(of_id).limit(MOST_EDITIONS)
        with self._database.reading() as connection:
            return _rebuilt(connection, query)

    def last(
        self,
        line: Line,
        collections: frozenset[str] | None,
        before: datetime | None = None,
    ) -> KeptBrief | None:
        """Return the last brief of a line that looked at least at these collections."""
        with self._database.reading() as connection:
            last = _last_told(connection, line, collections, before)
            if last is None:
                return None
            of_it = (brief_editions.c.brief == last) & (brief_editions.c.channel == line.channel)
            return _kept(connection, connection.execute(_editions().where(of_it)).one())

    def told(self, line: Line, limit: int, before: datetime | None = None) -> tuple[Statement, ...]:
        """Return the points of the last briefs of a line, those of the newest first."""
        query = _editions().where(*_of_line(line, before), _told()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            # What was read for a brief may be a whole library: only what it told is looked up.
            spans = {row.id: _spans(connection, row.id, IN_POINTS) for row in rows}
            known = revisions_of(connection, chain.from_iterable(spans.values()))
        points = (points_of(row.content, spans[row.id], known) for row in rows)
        return tuple(point.statement for each in points for point in each)

    def cited(self, line: Line, among: Collection[str]) -> tuple[Document, ...]:
        """Return what a line has cited of some documents, each in its newest cited revision."""
        return self._newest(line, among, CITING)

    def read(
        self, line: Line, among: Collection[str], before: datetime | None = None
    ) -> tuple[Document, ...]:
        """Return what a line has looked at of some documents, each in its newest such revision."""
        return self._newest(line, among, (Role.READ.value,), before)

    def _newest(
        self,
        line: Line,
        among: Collection[str],
        roles: tuple[str, ...],
        before: datetime | None = None,
    ) -> tuple[Document, ...]:
        query: Select[Any] = (
            select(
                brief_citations.c.document,
                func.max(brief_citations.c.revision).label("revision"),
            )
            .join(brief_editions, brief_editions.c.brief == brief_citations.c.brief)
            .where(*_of_line(line, before), _told(), brief_citations.c.role.in_(roles))
            .group_by(brief_citations.c.document)
            .order_by(brief_citations.c.document)
        )
        with self._database.reading() as connection:
            found = [row for row in connection.execute(query) if row.document in among]
            known = revisions_of(connection, found)
        return tuple(known[row.document, row.revision] for row in found)

    def take_back(self, occurrence: str) -> None:
        """Count as not told what was composed for a delivery: it is to be composed anew.

        The edition stays: what went on from it is known by it to have left something out.
        """
        of_it = brief_editions.c.occurrence == occurrence
        with self._database.writing() as connection:
            connection.execute(update(brief_editions).where(of_it).values(occurrence=_TAKEN_BACK))

    def settle(self) -> None:
        """Count for good, as told, what was composed for deliveries that were delivered.

        The rows of the deliveries may be forgotten then.
        """
        delivered = select(occurrences.c.id).where(occurrences.c.ending == Ending.DELIVERED.value)
        with self._database.writing() as connection:
            connection.execute(
                update(brief_editions)
                .where(brief_editions.c.occurrence.in_(delivered))
                .values(occurrence=None)
            )

    def citing(self, document: str) -> tuple[str, ...]:
        """Return the ids of briefs that cite a document, the oldest first."""
        composed = func.min(brief_editions.c.composed_at)
        query = (
            select(brief_editions.c.brief)
            .join(brief_citations, brief_citations.c.brief == brief_editions.c.brief)
            .where(brief_citations.c.document == document, brief_citations.c.role.in_(CITING))
            .group_by(brief_editions.c.brief)
            .order_by(composed, brief_editions.c.brief)
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def editions_citing(
        self, document: str, limit: int, channel: str | None = None
    ) -> tuple[Edition, ...]:
        """Return the newest editions that cite a document, of all channels or of one."""
        citing = select(brief_citations.c.brief).where(
            brief_citations.c.document == document, brief_citations.c.role.in_(CITING)
        )
        return self._listed(_editions().where(briefs.c.id.in_(citing)), limit, channel)

    def history(self, limit: int, channel: str | None = None) -> tuple[Edition, ...]:
        """Return the newest editions, of all channels or of one, the newest first."""
        return self._listed(_editions(), limit, channel)

    def _listed(self, query: Select[Any], limit: int, channel: str | None) -> tuple[Edition, ...]:
        if channel is not None:
            query = query.where(brief_editions.c.channel == channel)
        with self._database.reading() as connection:
            return tuple(edition_of(row) for row in connection.execute(query.limit(limit)))


def _editions() -> Select[Any]:
    """Select editions with their briefs, the newest first."""
    return (
        select(briefs, *brief_editions.c)
        .join(brief_editions, brief_editions.c.brief == briefs.c.id)
        .order_by(brief_editions.c.composed_at.desc(), briefs.c.id, brief_editions.c.channel)
    )


def _of_line(line: Line, before: datetime | None = None) -> tuple[Any, ...]:
    """Return the conditions that an edition is of a line, and older than a time."""
    of_line = (
        brief_editions.c.channel == line.channel,
        brief_editions.c.topic == stored_topic(line.topic),
    )
    if before is None:
        return of_line
    return *of_line, brief_editions.c.composed_at < printed_time(before)


def _told() -> ColumnElement[bool]:
    """Return the condition that an edition counts as told to its channel."""
    # One whose occurrence is not there was composed by what ended before it could be delivered.
    delivered = select(occurrences.c.id).where(occurrences.c.ending.in_(_TOLD))
    return or_(brief_editions.c.occurrence.is_(None), brief_editions.c.occurrence.in_(delivered))


def _last_told(
    connection: Connection,
    line: Line,
    collections: frozenset[str] | None,
    before: datetime | None,
) -> str | None:
    """Return the id of the last brief of a line up to which everything was told.

    Where one was not delivered, and the one after it went on from there, what it had to tell was
    left out. Then the last one before it counts, until one has told all since.
    """
    query = (
        select(
            brief_editions.c.brief,
            brief_editions.c.composed_at,
            brief_editions.c.since,
            brief_editions.c.collections,
            _told().label("told"),
        )
        .where(*_of_line(line, before))
        .order_by(brief_editions.c.composed_at.desc(), brief_editions.c.brief)
    )
    last: str | None = None
    # What is later than this was told by `last` and those between; empty: all of it. Times are
    # kept as texts that sort as the times do.
    begins = ""
    for row in connection.execute(query):
        if not _covers(row.collections, collections):
            continue
        if row.told:
            begins = row.since or "" if last is None else min(begins, row.since or "")
            last = last or row.brief
        elif last is not None and begins > (row.since or ""):
            last = None
        if last is not None and not begins:
            break
    return last


def _covers(looked_at: list[str] | None, collections: frozenset[str] | None) -> bool:
    if looked_at is None:
        return True
    return collections is not None and collections <= frozenset(looked_at)


def _spans(
    connection: Connection, brief: str, roles: tuple[str, ...] | None = None
) -> Sequence[Row[Any]]:
    """Return what a brief quotes, in the order from which it can be rebuilt."""
    query = select(brief_citations).where(brief_citations.c.brief == brief)
    if roles is not None:
        query = query.where(brief_citations.c.role.in_(roles))
    return connection.execute(query.order_by(brief_citations.c.position)).all()


def _rebuilt(connection: Connection, query: Select[Any]) -> tuple[KeptBrief, ...]:
    return tuple(_kept(connection, row) for row in connection.execute(query).all())


def _kept(connection: Connection, row: Row[Any]) -> KeptBrief:
    """Return the kept brief of a row of `_editions`."""
    spans = _spans(connection, row.id)
    since = became(connection, [span for span in spans if span.role in CITING])
    return KeptBrief(
        edition=edition_of(row),
        brief=brief_of(row, spans, revisions_of(connection, spans)),
        updated=since.updated,
        withdrawn=since.withdrawn,
    )
