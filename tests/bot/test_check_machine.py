"""What `dateline check` says of the clock, the disk and the port; and `bot.healthy`."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage.database import Database
from adapters.storage.lock import instance_lock
from adapters.storage.newest import newest
from adapters.web.alive import is_alive
from adapters.web.probes import probes
from adapters.web.server import serving
from bot.check_machine import LEAST_FREE_BYTES, clock_problem, disk_problem, machine
from bot.config import WebKeys
from bot.healthy import problem
from tests.running import ROOT, dateline

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port on which something listens that is no Dateline and never answers."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()
        yield int(opened.getsockname()[1])


@pytest.mark.parametrize(
    ("now", "last", "wrong"),
    [
        (NOW, None, None),
        (NOW, NOW - timedelta(days=400), None),
        (NOW, NOW + timedelta(seconds=30), None),
        (NOW, NOW + timedelta(minutes=5), "the database has something of 2026-03-02 09:05"),
        (datetime(1970, 1, 1, tzinfo=UTC), None, "before Dateline was made"),
        (datetime(2025, 12, 31, tzinfo=UTC), None, "before Dateline was made"),
    ],
)
def test_a_clock_that_cannot_be_right(
    now: datetime, last: datetime | None, wrong: str | None
) -> None:
    """By the year that Dateline was made in, and by what was kept already."""
    found = clock_problem(now, last)
    assert found == wrong or (wrong is not None and found is not None and wrong in found)


def test_the_clock_is_compared_with_what_was_kept(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check` fails when it was set back."""
    with closing(Database(loaded / "dateline.db")) as database:
        last = newest(database)
    assert last is not None
    assert timedelta(0) <= datetime.now(UTC) - last < timedelta(hours=1)
    monkeypatch.setattr("bot.check_machine.utc_now", lambda: last - timedelta(hours=2))
    ended = dateline("check")
    assert ended.status == 1
    assert "FAIL clock: " in ended.out
    assert "NTP" in ended.out


def test_an_empty_database_was_never_written_to(tmp_path: Path) -> None:
    """Nothing can be said by it."""
    with closing(Database(tmp_path / "dateline.db")) as database:
        assert newest(database) is None


def test_too_little_room(tmp_path: Path) -> None:
    """Is told before a load fails, with how much is wanted."""
    assert disk_problem(LEAST_FREE_BYTES, tmp_path) is None
    found = disk_problem(LEAST_FREE_BYTES - 1, tmp_path)
    assert found is not None
    assert "make room: at least 200 MB" in found


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    """Is neither made nor a fault."""
    found = list(machine(tmp_path / "none" / "yet", WebKeys()))
    assert [(name, works) for name, _, works in found] == [("clock", True), ("disk", True)]
    assert not (tmp_path / "none").exists()


def web_of(folder: Path, web: WebKeys) -> tuple[str, bool]:
    """Return what is said of the port, and whether it works."""
    ((says, works),) = [each[1:] for each in machine(folder, web) if each[0] == "web"]
    return says, works


def test_the_port(tmp_path: Path, taken: int) -> None:
    """Free, or taken by something else, which is a fault."""
    assert web_of(tmp_path, WebKeys(enabled=True, port=0)) == ("127.0.0.1:0 is free", True)
    says, works = web_of(tmp_path, WebKeys(enabled=True, port=taken))
    assert not works
    assert f"nothing can listen on 127.0.0.1:{taken}" in says
    says, works = web_of(tmp_path, WebKeys(enabled=True, host="no-such-host.invalid"))
    assert not works


async def test_a_port_that_a_dateline_holds(tmp_path: Path) -> None:
    """Is as it should be."""
    async with serving("127.0.0.1", 0, probes(_nothing, bytes, public=False)) as port:
        code = (
            "from pathlib import Path; from bot.check_machine import *; from bot.config import *; "
            f"print([*machine(Path({str(tmp_path)!r}), WebKeys(enabled=True, port={port}))][-1])"
        )
        says = await _run(code)
        assert "a running Dateline listens on" in says
        assert "True" in says
        assert "True" in await _run(
            f"from adapters.web.alive import *; print(is_alive('0.0.0.0', {port}))"
        )


async def _nothing() -> dict[str, bool]:
    return {}


async def _run(code: str) -> str:
    """Run code in another process: this one's event loop serves."""
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE, cwd=ROOT
    )
    out, _ = await made.communicate()
    return out.decode()


def test_healthy_is_what_answers(data: Path, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the port that is set; without one, what holds the data folder."""
    found = problem()
    assert found is not None
    assert "no bot runs on" in found
    with instance_lock(data, "run", datetime.now(UTC)):
        assert problem() is None
        monkeypatch.setenv("DATELINE_WEB__ENABLED", "true")
        monkeypatch.setenv("DATELINE_WEB__PORT", str(taken))
        assert problem() == f"no answer on 127.0.0.1:{taken}"
    assert not is_alive("127.0.0.1", taken, 0.2)


def test_healthy_is_a_program(data: Path) -> None:
    """Whose status is what a container looks at."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot.healthy"],
        cwd=ROOT,
        env=os.environ | {"DATELINE_DATA": str(data)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ended.returncode == 1
    assert "no bot runs on" in ended.stderr
