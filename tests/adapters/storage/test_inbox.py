"""What was asked for is kept until it is done, and is never taken twice."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage.database import Database
from adapters.storage.inbox import SqlInbox
from briefs.ports import Received

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[SqlInbox]:
    """Return an empty inbox."""
    with closing(Database(tmp_path / "dateline.db")) as database:
        yield SqlInbox(database)


def received(key: str, minutes: int = 0) -> Received:
    """Return something that was asked for."""
    return Received(key=key, payload=f'{{"of": "{key}"}}', at=NOW + timedelta(minutes=minutes))


def test_each_is_received_once(inbox: SqlInbox) -> None:
    """Whether it is done by then or not."""
    assert inbox.receive(received("slack:Ev1"))
    assert not inbox.receive(received("slack:Ev1", 1))
    inbox.settle("slack:Ev1")
    assert not inbox.receive(received("slack:Ev1", 2))


def test_what_is_not_done_is_found_again(inbox: SqlInbox) -> None:
    """The oldest first, as it came, and of one platform only."""
    for each in (received("slack:Ev2", 5), received("slack:Ev1"), received("discord:1")):
        inbox.receive(each)
    inbox.receive(received("slack:Ev3", 1))
    inbox.settle("slack:Ev3")
    assert inbox.unsettled("slack:") == (received("slack:Ev1"), received("slack:Ev2", 5))
    assert inbox.unsettled("slack_") == ()


def test_what_was_typed_goes_when_it_is_done(inbox: SqlInbox, tmp_path: Path) -> None:
    """Nothing of a question stays readable in the file."""
    inbox.receive(Received(key="slack:Ev1", payload="who leaked the memorandum", at=NOW))
    inbox.settle("slack:Ev1")
    inbox._database.empty_log()
    assert b"memorandum" not in (tmp_path / "dateline.db").read_bytes()


def test_old_ones_are_forgotten(inbox: SqlInbox) -> None:
    """Done or not: nobody waits any more."""
    inbox.receive(received("slack:Ev1"))
    inbox.receive(received("slack:Ev2", 90))
    assert inbox.expire(NOW + timedelta(hours=1)) == 1
    assert inbox.expire(NOW + timedelta(hours=1)) == 0
    assert inbox.receive(received("slack:Ev1", 100))
    assert [each.key for each in inbox.unsettled("slack:")] == ["slack:Ev2", "slack:Ev1"]
