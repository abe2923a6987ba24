"""The outbox: frozen whole, added once, decided on under the lock, told, resolved, forgotten."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from adapters.storage.database import Database
from adapters.storage.outbox import SqlOutbox
from adapters.storage.outbox_tables import occurrences, parts
from briefs.delivering_ports import Untold
from briefs.delivery import after_look, after_send, claimed, recomposed, with_part
from briefs.errors import UsageError
from briefs.next_step import ChannelView
from briefs.outcomes import Failed, Limits, Sent, Unknown, Unreadable
from briefs.parts import Decision, Delivery, Draft, Ending, Occurrence, Part, State

NOW = datetime(2026, 1, 5, 8, 0, 0, 123456, tzinfo=UTC)
LIMITS = Limits()
DRAFTS = (Draft(body="Снова 🛢️\r\n", documents=("d1", "d2")), Draft(body='{"blocks": []}'))


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    """Return an empty outbox."""
    return SqlOutbox(database)


@pytest.fixture
def other(outbox: SqlOutbox, database: Database) -> Iterator[SqlOutbox]:
    """Return the same outbox as another process sees it."""
    del outbox
    with closing(Database(database.file)) as opened:
        yield SqlOutbox(opened)


def occurrence(schedule: str = "mornings", minutes: int = 0, channel: str = "test:1") -> Occurrence:
    """Return an occurrence of a schedule."""
    due = NOW + timedelta(minutes=minutes)
    return Occurrence(
        schedule=schedule,
        due=due,
        channel=channel,
        composed=due + timedelta(seconds=2),
        deadline=due + timedelta(hours=6),
        brief="b1",
    )


def changing(change: Callable[[Part], Part | None]) -> Callable[[ChannelView], Delivery | None]:
    """Return a decision that changes the head of the first delivery."""

    def decide(view: ChannelView) -> Delivery | None:
        head = view.deliveries[0].head
        changed = None if head is None else change(head)
        return None if changed is None else with_part(view.deliveries[0], changed)

    return decide


def anew(drafts: Sequence[Draft], view: ChannelView) -> Delivery | None:
    """Compose the first delivery anew."""
    return recomposed(view.deliveries[0], drafts)


def claim(part: Part) -> Part:
    """Claim a part."""
    return claimed(part, "me", NOW, LIMITS)


def ended(outbox: SqlOutbox, outcome: Sent | Failed | Unknown, channel: str = "test:1") -> None:
    """Claim the head of the first delivery and record what came of it."""
    outbox.advance(channel, changing(claim))
    outbox.advance(channel, changing(lambda part: after_send(part, part, outcome, NOW, LIMITS)))


def hold(outbox: SqlOutbox) -> None:
    """Let the head of the first delivery be held."""
    ended(outbox, Unknown(reason="reset"))
    unreadable = Unreadable(reason="403")
    outbox.advance("test:1", changing(lambda part: after_look(part, part, unreadable, NOW)))


def test_what_was_composed_comes_back_as_it_was(outbox: SqlOutbox) -> None:
    """Every part with its text, its documents and its key, pending."""
    assert outbox.add(occurrence(), DRAFTS)
    (delivery,) = outbox.view("test:1").deliveries
    assert delivery.occurrence == occurrence()
    assert [(part.body, part.documents) for part in delivery.parts] == [
        (draft.body, draft.documents) for draft in DRAFTS
    ]
    assert {part.state for part in delivery.parts} == {State.PENDING}
    assert outbox.channels() == ("test:1",)
    assert outbox.view("test:2") == ChannelView()


def test_a_due_time_is_dealt_with_once(outbox: SqlOutbox, other: SqlOutbox) -> None:
    """Whoever comes second changes nothing, whatever it composed, and in whatever zone."""
    assert not outbox.has("mornings", NOW)
    assert outbox.add(occurrence(), DRAFTS)
    assert other.has("mornings", NOW)
    assert not other.add(occurrence(channel="test:2"), [Draft(body="another")])
    assert not other.add_unsent(occurrence(), "nothing new")
    assert len(outbox.history("mornings")) == 1
    assert outbox.add(occurrence(minutes=1), DRAFTS)
    assert outbox.add(occurrence("evenings"), DRAFTS)


def test_of_many_at_once_one_is_kept(outbox: SqlOutbox, other: SqlOutbox) -> None:
    """With its own parts, all of them."""
    kept: list[int] = []

    def add(store: SqlOutbox, number: int) -> None:
        if store.add(occurrence(), [Draft(body=f"{number}"), Draft(body=f"{number}")]):
            kept.append(number)

    threads = [
        threading.Thread(target=add, args=((outbox, other)[number % 2], number))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (delivery,) = outbox.history("mornings")
    assert [part.body for part in delivery.parts] == [f"{kept[0]}"] * 2
    assert len(kept) == 1


def test_a_brief_has_parts(outbox: SqlOutbox) -> None:
    """Where there is nothing to say, that is kept instead; it is no alert."""
    with pytest.raises(ValueError, match="without parts"):
        outbox.add(occurrence(), [])
    assert outbox.add_unsent(occurrence(), "nothing new")
    (delivery,) = outbox.history("mornings")
    assert (delivery.ending, delivery.reason) == (Ending.SKIPPED, "nothing new")
    assert outbox.channels() == ()
    assert outbox.untold() == ()


def test_every_word_of_a_standing_is_kept(outbox: SqlOutbox, other: SqlOutbox) -> None:
    """What was decided is what another process reads."""
    outbox.add(occurrence(), DRAFTS)
    kept = outbox.advance("test:1", changing(claim))
    assert kept is not None
    assert other.view("test:1") == ChannelView(deliveries=(kept,), last_claimed=NOW)
    sent = Sent(remote_id="m1", link="https://chat.example/m1")
    kept = other.advance("test:1", changing(lambda part: after_send(part, part, sent, NOW, LIMITS)))
    assert outbox.view("test:1").deliveries == (kept,)


def test_two_who_claim_at_once_do_not_both_get_it(outbox: SqlOutbox, other: SqlOutbox) -> None:
    """The second decides on what the first has left."""
    outbox.add(occurrence(), DRAFTS)
    inside, both = threading.Event(), []

    def pending(view: ChannelView) -> Delivery | None:
        inside.set()
        head = view.deliveries[0].head
        assert head is not None
        return with_part(view.deliveries[0], claim(head)) if head.state is State.PENDING else None

    def second() -> None:
        inside.wait()
        both.append(other.advance("test:1", pending))

    thread = threading.Thread(target=second)
    thread.start()
    both.append(outbox.advance("test:1", pending))
    thread.join()
    assert sum(each is not None for each in both) == 1
    assert outbox.view("test:1").deliveries[0].parts[0].standing.tries == 1


def test_a_decision_that_fails_keeps_nothing(outbox: SqlOutbox) -> None:
    """Not a half of it."""
    outbox.add(occurrence(), DRAFTS)
    before = outbox.view("test:1")

    def broken(view: ChannelView) -> Delivery | None:
        del view
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.advance("test:1", broken)
    assert outbox.view("test:1") == before


def test_a_brief_is_composed_anew_with_more_parts_or_fewer(outbox: SqlOutbox) -> None:
    """In one transaction; what is gone is gone."""
    outbox.add(occurrence(), DRAFTS)
    for bodies in (["1", "2", "3"], ["only"]):
        drafts = [Draft(body=body) for body in bodies]
        outbox.advance("test:1", partial(anew, drafts))
        (delivery,) = outbox.view("test:1").deliveries
        assert [part.body for part in delivery.parts] == bodies


def test_the_history_tells_the_latest_first(outbox: SqlOutbox) -> None:
    """What was delivered, what was not, and why."""
    for minutes in (0, 1, 2):
        outbox.add(occurrence(minutes=minutes), DRAFTS[:1])
    ended(outbox, Sent(link="there"))
    ended(outbox, Failed(reason="403 missing access"))
    latest, failed, delivered = outbox.history("mornings")
    assert (latest.ending, latest.late_seconds) == (Ending.PENDING, None)
    assert (failed.ending, failed.reason) == (Ending.FAILED, "403 missing access")
    assert (delivered.ending, delivered.link) == (Ending.DELIVERED, "there")
    assert outbox.history("mornings", limit=1) == (latest,)
    assert outbox.history("evenings") == ()


def test_an_ending_is_told_until_it_is_known(outbox: SqlOutbox) -> None:
    """Each with the ending that people were told of before it, of the same schedule."""
    for minutes in (0, 1, 2):
        outbox.add(occurrence(minutes=minutes), DRAFTS[:1])
    ended(outbox, Failed(reason="404"))
    (first,) = outbox.untold()
    assert first.before is None
    assert outbox.untold() == (first,)
    outbox.tell(first.delivery.occurrence.id, Ending.FAILED, NOW)
    assert outbox.untold() == ()
    ended(outbox, Sent())
    (second,) = outbox.untold()
    assert (second.delivery.ending, second.before) == (Ending.DELIVERED, Ending.FAILED)
    # It has ended otherwise meanwhile: that is still to be told.
    outbox.tell(second.delivery.occurrence.id, Ending.HELD, NOW)
    assert outbox.untold() == (Untold(delivery=second.delivery, before=Ending.FAILED),)


def test_what_is_held_waits_for_a_person(outbox: SqlOutbox) -> None:
    """It holds up nobody, is listed, and goes on as the person says."""
    outbox.add(occurrence(), DRAFTS)
    hold(outbox)
    (held,) = outbox.held()
    assert outbox.channels() == ()
    assert held.head is not None
    late = NOW + timedelta(days=3)
    resolved = outbox.resolve(held.head.key, Decision.AGAIN, late)
    assert resolved.occurrence.deadline > late
    assert outbox.view("test:1").deliveries == (resolved,)
    assert outbox.channels() == ("test:1",)
    assert outbox.held() == ()
    with pytest.raises(UsageError, match="is held"):
        outbox.resolve(held.head.key, Decision.AGAIN, late)
    with pytest.raises(UsageError, match="no part"):
        outbox.resolve("unknown", Decision.AGAIN, late)


def test_what_has_ended_is_forgotten_in_time(outbox: SqlOutbox, database: Database) -> None:
    """With its parts; what is pending or held is not, however old it is."""
    for minutes in (0, 1, 2):
        outbox.add(occurrence(minutes=minutes), DRAFTS)
    hold(outbox)
    outbox.add_unsent(occurrence(minutes=-5), "nothing new")
    assert outbox.expire(NOW - timedelta(minutes=5)) == 0
    assert outbox.expire(NOW + timedelta(days=90)) == 1
    assert [each.ending for each in outbox.history("mornings")] == [
        Ending.PENDING,
        Ending.PENDING,
        Ending.HELD,
    ]
    held = outbox.held()[0].head
    assert held is not None
    outbox.resolve(held.key, Decision.GIVE_UP, NOW)
    assert outbox.expire(NOW + timedelta(days=90)) == 1
    with database.reading() as connection:
        assert len(connection.execute(parts.select()).all()) == 4
        assert len(connection.execute(occurrences.select()).all()) == 2


def test_times_are_kept_to_the_microsecond_in_any_zone(outbox: SqlOutbox) -> None:
    """The same moment in another zone is the same due time."""
    there = occurrence()
    east = timedelta(hours=5, minutes=30)
    moved = replace(there, due=there.due.astimezone(timezone(east)))
    assert outbox.add(moved, DRAFTS)
    assert moved.id == there.id
    assert outbox.has("mornings", NOW)
    assert outbox.history("mornings")[0].occurrence.due == NOW
