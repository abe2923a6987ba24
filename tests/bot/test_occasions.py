"""What is due is composed once, counts as told only if it arrives, and is looked at again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.terminal.typesetting import TerminalTypesetter
from adapters.wording import CUT
from bot.app import App, assembled
from bot.config import read_settings
from bot.occasions import EMPTY
from bot.sending import on_part
from briefs.delivering_ports import Cut, Recomposed, Unchanged, Withdrawn
from briefs.delivery import claimed, recomposed, skipped, with_part
from briefs.errors import LibraryError
from briefs.outcomes import Limits
from briefs.parts import Delivery, Ending, Part
from briefs.ports import AddSources, Place, RemoveSource
from briefs.scheduling import Missed
from briefs.timetabling import AddSchedule, ChangeSchedule, Verb
from tests.running import article

ADMIN = Place(channel="terminal:", collections=None, admin=True)
TRIPS = "The tankers of the northern fleet made 43 trips to the port of Vostochny."
SHIPS = "The ferry company bought eleven new ships from a yard in Gdansk."


@pytest.fixture
def app(loaded: Path) -> Iterator[App]:
    """Return a program over three articles, with a schedule “ports”."""
    with assembled(read_settings(), loaded) as made:
        yield made


def schedule(app: App, tmp_path: Path, **facts: Any) -> str:
    """Set up a schedule, and return its channel."""
    channel = f"terminal:{tmp_path / 'out.txt'}"
    usual = {"name": "ports", "channel": channel, "cron": "0 9 * * *", "timezone": "Europe/Berlin"}
    app.timetable.add(AddSchedule(**(usual | facts)), ADMIN)
    return channel


async def ferry(app: App, folder: Path) -> None:
    """Load one more article."""
    file = article(folder / "new" / "ferry.md", SHIPS, title="New ships", outlet="Gazette")
    await app.commands.handle(AddSources(sources=(str(file),)), ADMIN)


def now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


def only(app: App) -> Delivery:
    """Return the last delivery."""
    return app.outbox.history("ports")[0]


def fail(app: App, channel: str, part: Part) -> None:
    """Let the delivery of a part end without it."""
    app.outbox.advance(channel, on_part(part.key, lambda each: skipped(each, "too late")))


async def test_an_occurrence_is_composed_once(app: App, tmp_path: Path) -> None:
    """However often it is called for; it is frozen with its brief's id, and waits."""
    schedule(app, tmp_path)
    due = now()
    await app.occasions.due("ports", due)
    await app.occasions.due("ports", due)
    (delivery,) = app.outbox.history("ports")
    (part,) = delivery.parts
    assert delivery.ending is Ending.PENDING
    assert TRIPS in part.body
    assert "Late" not in part.body
    assert f"Brief {delivery.occurrence.brief}" in part.body
    assert part.documents
    assert delivery.occurrence.deadline - due <= timedelta(days=1, minutes=1)
    assert await app.occasions.recheck(delivery, part) == Unchanged()


async def test_where_nothing_is_new_the_brief_says_so_or_is_skipped(
    app: App, tmp_path: Path
) -> None:
    """As the schedule has it; the history says why."""
    schedule(app, tmp_path)
    schedule(app, tmp_path, name="quiet", skip_if_empty=True)
    await app.occasions.due("ports", now())
    await app.occasions.due("ports", now())
    assert "Nothing new" in only(app).parts[0].body
    await app.occasions.due("quiet", now())
    (delivery,) = app.outbox.history("quiet")
    assert (delivery.ending, delivery.reason, delivery.parts) == (Ending.SKIPPED, EMPTY, ())


async def test_a_late_brief_says_so(app: App, tmp_path: Path) -> None:
    """With when it was due, by its own zone; its life begins when it is composed."""
    schedule(app, tmp_path)
    due = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    await app.occasions.due("ports", due)
    first, *_ = only(app).parts[0].body.splitlines()
    assert first == "Late: this brief was due on 2026-03-02 at 09:00 (Europe/Berlin)."
    assert only(app).occurrence.deadline > now()


async def test_what_was_not_delivered_is_told_again(app: App, tmp_path: Path) -> None:
    """Lost news is the one thing that must not happen."""
    channel = schedule(app, tmp_path)
    await app.occasions.due("ports", now())
    first = only(app)
    fail(app, channel, first.parts[0])
    await app.occasions.due("ports", now())
    assert TRIPS in only(app).parts[0].body
    await app.occasions.due("ports", now())
    assert "Nothing new" in only(app).parts[0].body


async def test_a_brief_that_goes_on_from_one_that_failed_is_composed_anew(
    app: App, tmp_path: Path
) -> None:
    """It was composed while the other one waited; now it tells both, and once."""
    channel = schedule(app, tmp_path)
    await app.occasions.due("ports", now())
    first = only(app)
    await ferry(app, tmp_path)
    await app.occasions.due("ports", now())
    second = only(app)
    assert SHIPS in second.parts[0].body
    assert TRIPS not in second.parts[0].body
    assert await app.occasions.recheck(second, second.parts[0]) == Unchanged()
    fail(app, channel, first.parts[0])
    found = await app.occasions.recheck(second, second.parts[0])
    assert isinstance(found, Recomposed)
    assert TRIPS in found.drafts[0].body
    assert SHIPS in found.drafts[0].body
    # Who ended before that was kept does it again.
    assert isinstance(await app.occasions.recheck(second, second.parts[0]), Recomposed)
    app.outbox.advance(channel, lambda _: recomposed(second, found.drafts, found.brief))
    third = only(app)
    assert third.occurrence.brief == found.brief
    assert await app.occasions.recheck(third, third.parts[0]) == Unchanged()
    await app.occasions.due("ports", now())
    assert "Nothing new" in only(app).parts[0].body


async def test_a_removed_article_does_not_leave(app: App, tmp_path: Path) -> None:
    """The brief is composed anew without it."""
    schedule(app, tmp_path)
    await app.occasions.due("ports", now())
    delivery = only(app)
    island = next(each for each in delivery.parts[0].documents if "sheep" in text_of(app, each))
    await app.commands.handle(RemoveSource(id=island), ADMIN)
    found = await app.occasions.recheck(delivery, delivery.parts[0])
    assert isinstance(found, Recomposed)
    assert "sheep" not in found.drafts[0].body
    assert TRIPS in found.drafts[0].body


async def test_what_has_begun_to_leave_is_cut(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other parts keep their words, and the one with the removed article says so."""
    short = {"terminal": TerminalTypesetter(600)}
    monkeypatch.setattr(app.occasions, "_typesetters", short)
    channel = schedule(app, tmp_path)
    await app.occasions.due("ports", now())
    delivery = only(app)
    assert len(delivery.parts) > 1
    limits = Limits()

    def begin(_: object) -> Delivery:
        return with_part(delivery, claimed(delivery.parts[0], "me", now(), limits))

    app.outbox.advance(channel, begin)
    begun = only(app)
    ids = {each for part in begun.parts for each in part.documents}
    island = next(each for each in ids if "sheep" in text_of(app, each))
    await app.commands.handle(RemoveSource(id=island), ADMIN)
    for part in begun.parts:
        found = await app.occasions.recheck(begun, part)
        if island in part.documents:
            assert isinstance(found, Cut)
            assert CUT in found.draft.body
            assert "sheep" not in found.draft.body
        else:
            assert found == Unchanged()


def text_of(app: App, document: str) -> str:
    """Return a document's text."""
    held = app.occasions._library.held(document)
    assert held is not None
    return held.document.text


async def test_a_removed_schedule_posts_nothing_more(app: App, tmp_path: Path) -> None:
    """What it had composed stays; and what is due of it is not composed."""
    schedule(app, tmp_path)
    await app.occasions.due("ports", now())
    app.timetable.change(ChangeSchedule(name="PORTS", verb=Verb.REMOVE), ADMIN)
    found = await app.occasions.recheck(only(app), only(app).parts[0])
    assert isinstance(found, Withdrawn)
    await app.occasions.due("ports", now())
    assert len(app.outbox.history("ports")) == 1


async def test_what_ended_while_composing_is_composed_again(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The brief was kept and not its delivery: it does not count as told."""
    schedule(app, tmp_path)
    due = now()

    def broken(*_: object) -> bool:
        raise LibraryError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(app.outbox, "add", broken)
        with pytest.raises(LibraryError):
            await app.occasions.due("ports", due)
    await app.occasions.due("ports", due)
    assert TRIPS in only(app).parts[0].body


async def test_what_was_delivered_counts_when_its_delivery_is_forgotten(
    app: App, tmp_path: Path
) -> None:
    """And what was not, does not."""
    channel = schedule(app, tmp_path)
    await app.occasions.due("ports", now())
    fail(app, channel, only(app).parts[0])
    app.briefs.settle()
    assert app.outbox.expire(now() + timedelta(days=1)) == 1
    await app.occasions.due("ports", now())
    assert TRIPS in only(app).parts[0].body


async def test_what_is_left_out_stands_in_the_history(app: App, tmp_path: Path) -> None:
    """Once, at the last time that was missed, with how many there were before it."""
    schedule(app, tmp_path)
    ports = app.timetable.get("ports")
    due = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    await app.occasions.passed_over(ports, Missed(left_out=3, last_left_out=due))
    delivery = only(app)
    assert (delivery.occurrence.due, delivery.ending) == (due, Ending.SKIPPED)
    assert "it was missed, and 2 before it" in (delivery.reason or "")
