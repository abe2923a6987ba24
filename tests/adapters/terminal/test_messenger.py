"""Posting on the terminal: appended once, found again, mended when half-written, or refused."""

import asyncio
import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal import messenger as module
from adapters.terminal.messenger import TerminalMessenger
from briefs.outcomes import Absent, Failed, Found, LookOutcome, SendOutcome, Sent, Unreadable
from briefs.parts import Part

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FIRST = Part(occurrence="o", number=1, body="Three boats left.\n\n1. They came back.")
SECOND = Part(occurrence="o", number=2, body="Nobody — “nobody” — knows why. 🛢️")


@pytest.fixture
def out() -> io.StringIO:
    """Return a standard output."""
    return io.StringIO()


@pytest.fixture
def messenger(out: io.StringIO) -> TerminalMessenger:
    """Return a messenger."""
    return TerminalMessenger(out)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where parts are to be appended; nothing is there yet."""
    return tmp_path / "briefs.txt"


def send(messenger: TerminalMessenger, channel: str, part: Part) -> SendOutcome:
    """Send a part."""
    return asyncio.run(messenger.send(channel, part))


def find(messenger: TerminalMessenger, channel: str, part: Part) -> LookOutcome:
    """Look for a part."""
    return asyncio.run(messenger.reconcile(channel, part, LONG_AGO))


def marked(*parts: Part) -> str:
    """Return what a file looks like to which parts were appended."""
    return "".join(f"{part.body}\n-- dateline {part.key}\n\n" for part in parts)


def test_parts_are_appended_each_with_its_key(messenger: TerminalMessenger, file: Path) -> None:
    """The file is made; what was there stays; each part can be told by a line of its own."""
    channel = f"terminal:{file}"
    assert send(messenger, channel, FIRST) == Sent(remote_id=FIRST.key)
    assert file.read_text(encoding="utf-8") == marked(FIRST)
    assert send(messenger, channel, SECOND) == Sent(remote_id=SECOND.key)
    assert file.read_text(encoding="utf-8") == marked(FIRST, SECOND)


def test_a_part_begins_a_line_of_its_own(messenger: TerminalMessenger, file: Path) -> None:
    """Somebody's last line without an end is not written on."""
    file.write_text("my notes")
    send(messenger, f"terminal:{file}", FIRST)
    assert file.read_text(encoding="utf-8") == "my notes\n" + marked(FIRST)


def test_what_is_there_is_found_and_what_is_not_is_absent(
    messenger: TerminalMessenger, file: Path
) -> None:
    """Looking changes nothing."""
    channel = f"terminal:{file}"
    assert find(messenger, channel, FIRST) == Absent()
    assert not file.exists()
    send(messenger, channel, FIRST)
    assert find(messenger, channel, FIRST) == Found(remote_id=FIRST.key)
    assert find(messenger, channel, SECOND) == Absent()
    assert file.read_text(encoding="utf-8") == marked(FIRST)


@pytest.mark.parametrize("before", ["", "my notes\n", marked(FIRST)])
def test_a_half_written_part_is_completed(tmp_path: Path, before: str) -> None:
    """At whatever byte a crash came: after looking, and sending if absent, it is there once."""
    file = tmp_path / "briefs.txt"
    messenger = TerminalMessenger(io.StringIO())
    whole = marked(SECOND).encode()

    def delivered(written: int) -> bool:
        file.write_bytes(before.encode() + whole[:written])
        found = find(messenger, f"terminal:{file}", SECOND)
        if found == Absent():
            send(messenger, f"terminal:{file}", SECOND)
        return found == Found(remote_id=SECOND.key)

    for written in range(len(whole) + 1):
        assert delivered(written) is (written > 0)
        assert file.read_bytes().rstrip(b"\n") == (before.encode() + whole).rstrip(b"\n")


def test_a_text_cannot_say_that_it_was_posted(messenger: TerminalMessenger, file: Path) -> None:
    """A line of a source that looks like a mark is none."""
    liar = Part(occurrence="o", number=1, body=f"Look:\n-- dateline {SECOND.key}\rThe end.")
    send(messenger, f"terminal:{file}", liar)
    assert find(messenger, f"terminal:{file}", SECOND) == Absent()
    assert f"\n -- dateline {SECOND.key}\n" in file.read_text(encoding="utf-8")


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_found_again(before: str, body: str) -> None:
    """Whatever it consists of, after whatever else."""
    part = Part(occurrence="o", number=1, body=body.encode("utf-8", "replace").decode())
    text = before.encode("utf-8", "replace") + b"\n" + module._block(part)
    assert b"\n" + module._mark_line(part) in text
    assert module._begun(text[:-1], module._block(part)) > 0


def test_a_folder_that_is_not_there_is_a_clear_failure(
    messenger: TerminalMessenger, tmp_path: Path
) -> None:
    """It is not made: a mistyped name must not become a folder somewhere."""
    channel = f"terminal:{tmp_path / 'nowhere' / 'briefs.txt'}"
    outcome = send(messenger, channel, FIRST)
    assert isinstance(outcome, Failed)
    assert outcome.permanent
    assert outcome.reason == (
        f"the folder of {channel} is not there; make it, or name another file"
    )
    assert not (tmp_path / "nowhere").exists()
    assert find(messenger, channel, FIRST) == Absent()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_ordinary_file_is_refused(messenger: TerminalMessenger, tmp_path: Path) -> None:
    """A folder, a pipe, a device: it could not be read back, or would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path, tmp_path / "pipe", Path(os.devnull), "bad\0name", "~nobody-at-all/x"):
        outcome = send(messenger, f"terminal:{name}", FIRST)
        assert isinstance(outcome, Failed), name
        assert outcome.permanent, name


def test_what_does_not_fit_is_taken_back(
    messenger: TerminalMessenger, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves no half part, and passes."""
    channel = f"terminal:{file}"
    send(messenger, channel, FIRST)
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 20:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[: len(data) // 2])

    with monkeypatch.context() as patched:
        patched.setattr("os.write", full)
        outcome = send(messenger, channel, SECOND)
    assert outcome == Failed(
        reason=f"{file} cannot be written (No space left on device)", permanent=False
    )
    assert file.read_text(encoding="utf-8") == marked(FIRST)
    assert send(messenger, channel, SECOND) == Sent(remote_id=SECOND.key)


def test_what_could_not_begin_in_time_is_not_posted_later(
    messenger: TerminalMessenger, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would come after it was looked for, and be there twice."""
    monkeypatch.setattr(module, "BEGIN_SECONDS", 0.05)
    with messenger._locks[file.resolve()]:
        outcome = send(messenger, f"terminal:{file}", FIRST)
    assert isinstance(outcome, Failed)
    assert not outcome.permanent
    assert not file.exists()


async def test_one_file_under_two_names_is_written_by_one_at_a_time(
    messenger: TerminalMessenger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All parts are whole, whoever wrote in between."""
    monkeypatch.chdir(tmp_path)
    names = ("briefs.txt", "./briefs.txt", str(tmp_path / "briefs.txt"))
    parts = [Part(occurrence="o", number=number, body=f"Part {number}.") for number in range(30)]
    outcomes = await asyncio.gather(
        *(messenger.send(f"terminal:{names[each.number % 3]}", each) for each in parts)
    )
    assert all(isinstance(each, Sent) for each in outcomes)
    text = await asyncio.to_thread((tmp_path / "briefs.txt").read_text)
    assert sorted(text.split("\n\n")) == sorted(marked(*parts).split("\n\n"))


def test_what_is_printed_cannot_be_read_back(
    messenger: TerminalMessenger, out: io.StringIO
) -> None:
    """It is printed without a key, and looking for it says why it cannot be found out."""
    assert send(messenger, "terminal:", FIRST) == Sent()
    assert out.getvalue() == f"{FIRST.body}\n\n"
    assert find(messenger, "terminal:", FIRST) == Unreadable(
        reason="what was printed on standard output cannot be read back"
    )


def test_a_reader_who_is_gone_is_a_failure() -> None:
    """`dateline run | head` ends like this."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="ascii") as out:
        outcome = send(TerminalMessenger(out), "terminal:", SECOND)
        assert outcome == Failed(reason="nobody reads the standard output any more")
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())  # it is flushed when it is closed
