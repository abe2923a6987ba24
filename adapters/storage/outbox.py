"""The `Outbox` over the database: what was composed is frozen here, and leaves once."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from adapters.storage.database import Database
from adapters.storage.outbox_tables import occurrences, parts
from briefs.delivering_ports import Decide, Untold
from briefs.delivery import resolved
from briefs.errors import UsageError
from briefs.next_step import ChannelView
from briefs.parts import (
    Decision,
    Delivery,
    Draft,
    Ending,
    Occurrence,
    Part,
    Standing,
    State,
    composed,
)

PATIENCE_SECONDS = 2.0
"""How long to wait for another writer: whoever stops must not wait for longer, and tries again."""

EXPIRED_AT_ONCE = 200
"""How many old deliveries go in one transaction, at most."""

_OPEN = (Ending.PENDING.value, Ending.HELD.value)
_TIMES = ("lease_until", "not_before", "first_claimed", "claimed", "sent_at")
_STANDING = tuple(each.name for each in fields(Standing))


class SqlOutbox:
    """Deliveries and their parts, each change in one transaction that takes its lock at once."""

    def __init__(self, database: Database) -> None:
        """Keep deliveries in a database."""
        self._database = database

    def has(self, schedule: str, due: datetime) -> bool:
        """Say whether a due time of a schedule was dealt with."""
        with self._database.reading() as connection:
            return connection.execute(_of_due(schedule, due)).first() is not None

    def add(self, occurrence: Occurrence, drafts: Sequence[Draft]) -> bool:
        """Keep a composed brief with all its parts; False where its due time was dealt with.

        Raises:
            ValueError: There are no parts.
        """
        if not drafts:
            raise ValueError("a brief without parts cannot be sent")
        return self._added(composed(occurrence, drafts))

    def add_unsent(self, occurrence: Occurrence, reason: str) -> bool:
        """Keep that nothing is to be sent for a due time; False where it was dealt with."""
        return self._added(Delivery(occurrence=occurrence, unsent=reason))

    def channels(self) -> tuple[str, ...]:
        """Return the channels for which something is pending."""
        query = select(occurrences.c.channel).where(occurrences.c.ending == Ending.PENDING.value)
        with self._database.reading() as connection:
            found = connection.execute(query.distinct().order_by(occurrences.c.channel))
            return tuple(found.scalars())

    def view(self, channel: str) -> ChannelView:
        """Return what there is to know of a channel."""
        with self._database.reading() as connection:
            return _view(connection, channel)

    def advance(self, channel: str, decide: Decide) -> Delivery | None:
        """Decide on what is kept, while nobody else can change it, and keep what was decided."""
        with self._database.writing(patience_seconds=PATIENCE_SECONDS) as connection:
            view = _view(connection, channel)
            decided = decide(view)
            if decided is not None:
                (before,) = (
                    each for each in view.deliveries if each.occurrence.id == decided.occurrence.id
                )
                _replace(connection, before, decided)
            return decided

    def untold(self) -> tuple[Untold, ...]:
        """Return the deliveries of whose ending nobody was told, the earliest due time first."""
        query = (
            select(occurrences)
            .where(occurrences.c.untold)
            .order_by(occurrences.c.due, occurrences.c.id)
        )
        with self._database.reading() as connection:
            return tuple(
                Untold(delivery=each, before=_told_before(connection, each.occurrence.schedule))
                for each in _deliveries(connection, query)
            )

    def tell(self, occurrence: str, ending: Ending, now: datetime) -> None:
        """Keep that people know of an ending, or need not know."""
        told = {"told": ending.value, "told_at": _printed(now)}
        still = (occurrences.c.id == occurrence) & (occurrences.c.ending == ending.value)
        with self._database.writing(patience_seconds=PATIENCE_SECONDS) as connection:
            connection.execute(update(occurrences).where(still).values(untold=False, **told))

    def history(self, schedule: str, limit: int = 50) -> tuple[Delivery, ...]:
        """Return the deliveries of a schedule, the latest due time first."""
        of_one = select(occurrences).where(occurrences.c.schedule == schedule)
        with self._database.reading() as connection:
            query = of_one.order_by(occurrences.c.due.desc()).limit(limit)
            return _deliveries(connection, query)

    def held(self) -> tuple[Delivery, ...]:
        """Return the deliveries on which a person has to decide, the earliest due time first."""
        query = select(occurrences).where(occurrences.c.ending == Ending.HELD.value)
        with self._database.reading() as connection:
            return _deliveries(connection, query.order_by(occurrences.c.due, occurrences.c.id))

    def tally(self) -> dict[Ending, int]:
        """Return how many deliveries stand how."""
        query = select(occurrences.c.ending, func.count()).group_by(occurrences.c.ending)
        with self._database.reading() as connection:
            return {Ending(ending): count for ending, count in connection.execute(query)}

    def resolve(self, key: str, decision: Decision, now: datetime) -> Delivery:
        """Carry out what a person decided on a part that is held.

        Raises:
            UsageError: No part of that key is held.
        """
        of_key = select(occurrences).where(
            occurrences.c.id
            == select(parts.c.occurrence).where(parts.c.key == key).scalar_subquery()
        )
        with self._database.writing() as connection:
            found = _deliveries(connection, of_key)
            if not found:
                raise UsageError(f"There is no part “{key}”.")
            decided = resolved(found[0], key, decision, now)
            _replace(connection, found[0], decided)
            return decided

    def expire(self, before: datetime) -> int:
        """Forget deliveries that were due before a time and have ended; say how many.

        Not more than a number of them at once, so that nobody who writes is held up.
        """
        old = (
            select(occurrences.c.id)
            .where(occurrences.c.due < _printed(before), occurrences.c.ending.not_in(_OPEN))
            .order_by(occurrences.c.due)
            .limit(EXPIRED_AT_ONCE)
        )
        with self._database.writing() as connection:
            gone = connection.execute(delete(occurrences).where(occurrences.c.id.in_(old)))
            return gone.rowcount

    def _added(self, delivery: Delivery) -> bool:
        occurrence = delivery.occurrence
        # That nothing was to be sent is no alert.
        values = _occurrence_values(delivery) | {"untold": False}
        with self._database.writing() as connection:
            # The write lock is held: nobody can add it in between.
            if connection.execute(_of_due(occurrence.schedule, occurrence.due)).first():
                return False
            connection.execute(insert(occurrences).values(**values))
            _insert(connection, occurrence, delivery.parts)
            return True


def _of_due(schedule: str, due: datetime) -> Select[Any]:
    wanted = (occurrences.c.schedule == schedule) & (occurrences.c.due == _printed(due))
    return select(occurrences.c.id).where(wanted)


def _view(connection: Connection, channel: str) -> ChannelView:
    still = select(occurrences).where(
        occurrences.c.channel == channel, occurrences.c.ending.in_(_OPEN)
    )
    last = select(func.max(parts.c.claimed)).where(parts.c.channel == channel)
    return ChannelView(
        deliveries=_deliveries(connection, still.order_by(occurrences.c.due, occurrences.c.id)),
        last_claimed=_read(connection.execute(last).scalar()),
    )


def _deliveries(connection: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    """Return the deliveries of selected occurrences, in their order."""
    found = connection.execute(query).all()
    if not found:
        return ()
    of_them = select(parts).where(parts.c.occurrence.in_([row.id for row in found]))
    theirs: dict[str, list[Part]] = {row.id: [] for row in found}
    for row in connection.execute(of_them.order_by(parts.c.occurrence, parts.c.part)):
        theirs[row.occurrence].append(_part_of(row))
    return tuple(
        Delivery(
            occurrence=Occurrence(
                schedule=row.schedule,
                due=datetime.fromisoformat(row.due),
                channel=row.channel,
                composed=datetime.fromisoformat(row.composed),
                deadline=datetime.fromisoformat(row.deadline),
                brief=row.brief,
            ),
            parts=tuple(theirs[row.id]),
            unsent=row.unsent,
        )
        for row in found
    )


def _told_before(connection: Connection, schedule: str) -> Ending | None:
    told = (
        select(occurrences.c.told)
        .where(occurrences.c.schedule == schedule, occurrences.c.told_at.is_not(None))
        .order_by(occurrences.c.told_at.desc(), occurrences.c.due.desc())
        .limit(1)
    )
    found = connection.execute(told).scalar()
    return None if found is None else Ending(found)


def _replace(connection: Connection, before: Delivery, after: Delivery) -> None:
    """Keep what has changed of a delivery."""
    one = after.occurrence.id
    if after.occurrence != before.occurrence or after.ending is not before.ending:
        values = _occurrence_values(after)
        if after.ending is not before.ending:
            values["untold"] = after.ending is not Ending.PENDING
        connection.execute(update(occurrences).where(occurrences.c.id == one).values(**values))
    there = {part.number: part for part in before.parts}
    for part in after.parts:
        if part.number in there and part != there[part.number]:
            of_part = (parts.c.occurrence == one) & (parts.c.part == part.number)
            connection.execute(update(parts).where(of_part).values(**_part_values(part)))
    _insert(
        connection, after.occurrence, (each for each in after.parts if each.number not in there)
    )
    gone = there.keys() - {part.number for part in after.parts}
    if gone:
        of_gone = (parts.c.occurrence == one) & parts.c.part.in_(gone)
        connection.execute(delete(parts).where(of_gone))


def _insert(connection: Connection, occurrence: Occurrence, new: Iterable[Part]) -> None:
    named = [
        _part_values(part)
        | {
            "occurrence": occurrence.id,
            "part": part.number,
            "key": part.key,
            "channel": occurrence.channel,
        }
        for part in new
    ]
    if named:
        connection.execute(insert(parts), named)


def _occurrence_values(delivery: Delivery) -> dict[str, Any]:
    occurrence = delivery.occurrence
    return {
        "id": occurrence.id,
        "schedule": occurrence.schedule,
        "due": _printed(occurrence.due),
        "channel": occurrence.channel,
        "composed": _printed(occurrence.composed),
        "deadline": _printed(occurrence.deadline),
        "brief": occurrence.brief,
        "ending": delivery.ending.value,
        "unsent": delivery.unsent,
    }


def _part_values(part: Part) -> dict[str, Any]:
    standing = {name: getattr(part.standing, name) for name in _STANDING}
    times = {name: None if standing[name] is None else _printed(standing[name]) for name in _TIMES}
    return {
        "body": part.body,
        "digest": part.digest,
        "documents": list(part.documents),
        **standing,
        **times,
        "state": part.state.value,
    }


def _part_of(row: Row[Any]) -> Part:
    kept = {name: getattr(row, name) for name in _STANDING}
    times = {name: _read(kept[name]) for name in _TIMES}
    return Part(
        occurrence=row.occurrence,
        number=row.part,
        body=row.body,
        documents=tuple(row.documents),
        standing=Standing(**kept | times | {"state": State(row.state)}),
    )


def _printed(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _read(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment)
