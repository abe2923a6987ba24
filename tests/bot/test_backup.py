"""`dateline backup` and `dateline restore`: all or nothing, beside a running bot, verified."""

import hashlib
import io
import json
import os
import shutil
import signal
import sqlite3
import tarfile
import threading
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.storage.archive import CHUNK
from adapters.storage.asker_key import AskerKey
from adapters.storage.database import Database
from adapters.storage.lock import instance_lock
from adapters.storage.restoring import COMMITTED, STAGING, restore
from adapters.storage.uploads import UploadFolder
from tests.inventing import invented
from tests.running import article, dateline, started

QUESTION = "How many trips to the port of Vostochny?"


def backed_up(folder: Path, data: Path) -> Path:
    """Back a data folder up, and return the archive."""
    file = folder / "backup.tar"
    ended = dateline("--data", data, "backup", file)
    assert ended.status == 0, ended.err
    assert "verified" in ended.out
    return file


def answer(data: Path) -> Any:
    """Return what a question is answered with, without what differs each time."""
    said = dateline("--data", data, "ask", QUESTION, "--json").json()
    return {name: each for name, each in said.items() if name not in {"id", "elapsed_ms"}}


def contents(data: Path) -> dict[str, bytes | str]:
    """Return what a data folder holds, the database as text."""
    with closing(sqlite3.connect(data / "dateline.db")) as opened:
        database = "\n".join(opened.iterdump())
    found: dict[str, bytes | str] = {"dateline.db": database}
    for path in data.rglob("*"):
        name = str(path.relative_to(data))
        if path.is_file() and not name.endswith((".lock", ".db", "-wal", "-shm")):
            found[name] = path.read_bytes()
    return found


@pytest.fixture
def full(loaded: Path) -> Path:
    """Return a data folder with a key, two uploads, and something of nobody's concern."""
    AskerKey(loaded / "asker.key").hashed("slack:U1")
    (loaded / "link.key").write_text("0" * 64)
    uploads = UploadFolder(loaded / "uploads")
    uploads.keep("ports — 2024.pdf", b"x" * (3 * CHUNK + 7))
    uploads.keep("b.md", b"")
    (loaded / "config.toml").write_text("")
    return loaded


def test_what_was_backed_up_is_there_again(full: Path, tmp_path: Path) -> None:
    """The same answers, the same keys, the same files; readable by the owner alone."""
    (full / "uploads" / "link.md").symlink_to("/etc/hostname")
    before, said = contents(full), answer(full)
    file = backed_up(tmp_path, full)
    new = tmp_path / "new"
    assert dateline("--data", new, "restore", file).status == 0
    # An answer was kept in between.
    kept = contents(new)
    assert {*before} - {*kept} == {"config.toml", "uploads/link.md"}
    for name in kept.keys() - {"dateline.db"}:
        assert kept[name] == before[name]
        assert (new / name).stat().st_mode & 0o077 == 0
    assert answer(new) == said
    assert file.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_a_backup_replaces_the_one_before(full: Path, tmp_path: Path) -> None:
    """By the new one as a whole; a folder that cannot be written leaves the old one."""
    file = backed_up(tmp_path, full)
    old = file.read_bytes()
    dateline("--data", full, "source", "add", article(tmp_path / "n.md", "The crane is red."))
    assert backed_up(tmp_path, full).read_bytes() != old
    ended = dateline("--data", full, "backup", tmp_path / "n.md" / "b.tar")
    assert ended.status == 1
    assert "cannot be written" in ended.err


def test_what_a_killed_backup_left_goes(full: Path, tmp_path: Path) -> None:
    """With the next one, a day later; what another backup is writing stays."""
    old = [tmp_path / f".backup.tar.0123abcd.{end}" for end in ("partial", "db", "db-wal")]
    young, other = tmp_path / ".backup.tar.89abcdef.partial", tmp_path / ".backup.tar.mine.db"
    for each in (*old, young, other):
        each.touch()
    for each in (*old, other):
        os.utime(each, (time.time() - 90_000,) * 2)
    backed_up(tmp_path, full)
    assert [each.exists() for each in (*old, young, other)] == [False] * 3 + [True] * 2


def test_nothing_to_back_up(data: Path, tmp_path: Path) -> None:
    """A folder that is named wrongly is no empty library."""
    ended = dateline("backup", tmp_path / "b.tar")
    assert ended.status == 2
    assert str(data) in ended.err
    assert not data.exists()


def test_a_damaged_database_makes_no_backup(full: Path, tmp_path: Path) -> None:
    """What was there under that name stays."""
    file = backed_up(tmp_path, full)
    old = file.read_bytes()
    database = full / "dateline.db"
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = bytearray(database.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 8192] = b"\xff" * 8192
    database.write_bytes(damaged)
    ended = dateline("--data", full, "backup", file)
    assert ended.status == 1
    assert "damaged" in ended.err
    assert file.read_bytes() == old


def test_beside_who_writes_without_pause(full: Path, tmp_path: Path) -> None:
    """It neither starts over nor makes them wait, and what it holds is of one moment."""
    with closing(sqlite3.connect(full / "dateline.db", isolation_level=None)) as opened:
        opened.execute("CREATE TABLE ballast (page BLOB)")
        opened.execute("CREATE TABLE pair (a INTEGER, b INTEGER)")
        opened.execute("INSERT INTO pair VALUES (0, 0)")
        for _ in range(40):
            opened.execute("INSERT INTO ballast VALUES (zeroblob(1000000))")
    stop, slowest = threading.Event(), [0.0]

    def write() -> None:
        with closing(sqlite3.connect(full / "dateline.db", isolation_level=None)) as writing:
            while not stop.is_set():
                began = time.perf_counter()
                writing.execute("BEGIN IMMEDIATE")
                writing.execute("UPDATE pair SET a = a + 1")
                writing.execute("UPDATE pair SET b = b + 1")
                writing.execute("COMMIT")
                slowest[0] = max(slowest[0], time.perf_counter() - began)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        file = backed_up(tmp_path, full)
    finally:
        stop.set()
        thread.join()
    assert slowest[0] < 2.0
    new = tmp_path / "new"
    assert dateline("--data", new, "restore", file).status == 0
    with closing(sqlite3.connect(new / "dateline.db")) as opened:
        ((a, b),) = opened.execute("SELECT a, b FROM pair").fetchall()
    assert a == b


def test_restoring_needs_to_be_alone(full: Path, tmp_path: Path) -> None:
    """Not while a bot runs, nor while a command has the database open: status 2, and who."""
    file, before = backed_up(tmp_path, full), contents(full)
    with instance_lock(full, "run", datetime.now(UTC)):
        ended = dateline("--data", full, "restore", file, "--force")
    assert ended.status == 2
    assert f"“dateline run” (process {os.getpid()}" in ended.err
    with closing(Database(full / "dateline.db")):
        ended = dateline("--data", full, "restore", file, "--force")
    assert ended.status == 2
    assert "Another command is using" in ended.err
    assert contents(full) == before


def test_nothing_is_replaced_unless_told_to(full: Path, tmp_path: Path) -> None:
    """With `--force` all of it is, and what is not Dateline's stays."""
    file = backed_up(tmp_path, full)
    said = answer(full)
    dateline("--data", full, "source", "add", article(tmp_path / "n.md", "Another 99 trips."))
    (full / "link.key").unlink()
    UploadFolder(full / "uploads").keep("later.md", b"later")
    before = contents(full)
    ended = dateline("--data", full, "restore", file)
    assert ended.status == 2
    assert "--force" in ended.err
    assert contents(full) == before
    assert dateline("--data", full, "restore", file, "--force").status == 0
    found = contents(full)
    assert "config.toml" in found
    assert "link.key" in found
    assert not any(name.endswith("later.md") for name in found)
    assert answer(full) == said


def test_a_damaged_database_can_be_replaced(full: Path, tmp_path: Path) -> None:
    """That is what a backup is for."""
    file, said = backed_up(tmp_path, full), answer(full)
    (full / "dateline.db").write_bytes(b"no database at all" * 1000)
    assert dateline("--data", full, "restore", file, "--force").status == 0
    assert answer(full) == said


class Archive:
    """A backup that a test tampers with."""

    def __init__(self, file: Path) -> None:
        """Read it."""
        self.members: list[tuple[tarfile.TarInfo, bytes]] = []
        with tarfile.open(file) as opened:
            for member in opened:
                read = opened.extractfile(member)
                self.members.append((member, b"" if read is None else read.read()))

    def write(self, file: Path) -> Path:
        """Write it again."""
        with tarfile.open(file, "w") as opened:
            for member, data in self.members:
                member.size = len(data)
                opened.addfile(member, io.BytesIO(data))
        return file

    def add(self, name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE) -> None:
        """Put a member before the manifest, which knows it."""
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/hostname"
        self.members.insert(-1, (member, data))
        self.state(files=self.stated()["files"] | {name: hashlib.sha256(data).hexdigest()})

    def stated(self) -> dict[str, Any]:
        """Return the manifest."""
        return dict(json.loads(self.members[-1][1]))

    def state(self, **facts: Any) -> None:
        """Change the manifest."""
        said = json.dumps(self.stated() | facts).encode()
        self.members[-1] = (self.members[-1][0], said)


@pytest.fixture
def archive(full: Path, tmp_path: Path) -> Archive:
    """Return a backup of `full`."""
    return Archive(backed_up(tmp_path, full))


def refused(archive: Archive, full: Path, tmp_path: Path) -> str:
    """Return why an archive is not restored; nothing was changed by that, anywhere."""
    before = contents(full)
    file = archive.write(tmp_path / "bad.tar")
    around = {*tmp_path.iterdir()}
    ended = dateline("--data", full, "restore", file, "--force")
    assert ended.status == 1, ended.out
    assert contents(full) == before
    assert not (full / STAGING).exists()
    assert {*tmp_path.iterdir()} == around
    return ended.err


@pytest.mark.parametrize(
    "name",
    [
        *("../evil", "/evil", "uploads/../../evil", "uploads/ab/../../evil", "uploads/ab/.."),
        *(
            "uploads/ab/.hidden",
            "uploads/evil",
            "uploads/xy/a.md",
            "dateline.db-wal",
            "config.toml",
        ),
        *("uploads/ab/a\\..\\b", "./dateline.lock", "uploads/ab/cd/e.md", "manifest.json"),
    ],
)
def test_a_name_that_leads_elsewhere(
    archive: Archive, full: Path, tmp_path: Path, name: str
) -> None:
    """Is refused, even if the manifest knows it."""
    archive.add(name, b"evil")
    assert "is no backup of Dateline" in refused(archive, full, tmp_path)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_what_is_no_file(archive: Archive, full: Path, tmp_path: Path, kind: bytes) -> None:
    """Is refused, under whatever name."""
    archive.add("uploads/ab/a.md", kind=kind)
    assert "is no backup of Dateline" in refused(archive, full, tmp_path)


def test_of_a_newer_dateline(archive: Archive, full: Path, tmp_path: Path) -> None:
    """By its manifest, or by its database alone."""
    archive.state(schema="9999", program="7.0")
    assert "a newer Dateline (7.0, schema 9999" in refused(archive, full, tmp_path)
    archive.state(schema="0001")
    database = tmp_path / "newer" / "dateline.db"
    database.parent.mkdir()
    database.write_bytes(archive.members[0][1])
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    data = database.read_bytes()
    archive.members[0] = (archive.members[0][0], data)
    digest = hashlib.sha256(data).hexdigest()
    archive.state(files=archive.stated()["files"] | {"dateline.db": digest})
    assert "a newer Dateline (schema 9999" in refused(archive, full, tmp_path)


def test_damage_anywhere_is_found(archive: Archive, full: Path, tmp_path: Path) -> None:
    """In a file, in the database, in the list; a member that is missing; an end that is."""
    for number, (member, data) in enumerate(list(archive.members)):
        if not data:
            continue
        at = len(data) // 2
        damaged = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        archive.members[number] = (member, damaged)
        assert "damaged" in refused(archive, full, tmp_path), member.name
        archive.members[number] = (member, data)
    missing = archive.members.pop(1)
    assert "is damaged" in refused(archive, full, tmp_path)
    archive.members.insert(1, missing)
    del archive.members[-1]
    assert "its end is missing" in refused(archive, full, tmp_path)


def test_cut_off_anywhere(full: Path, tmp_path: Path) -> None:
    """As a copy that was broken off is."""
    whole = backed_up(tmp_path, full).read_bytes()
    before = contents(full)
    for part in (0, 100, 512, 5_000, len(whole) // 2, len(whole) - 11_000):
        (tmp_path / "cut.tar").write_bytes(whole[:part])
        ended = dateline("--data", full, "restore", tmp_path / "cut.tar", "--force")
        assert ended.status == 1, part
    assert contents(full) == before


@pytest.mark.parametrize("failing", range(1, 12))
def test_broken_off_at_any_step(
    full: Path, tmp_path: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there at the next start is all old or all new."""
    old = contents(full)
    new_folder = tmp_path / "other"
    shutil.copytree(full, new_folder)
    UploadFolder(new_folder / "uploads").keep("c.md", b"c")
    (new_folder / "link.key").unlink()
    added = article(tmp_path / "n.md", "The crane is red.")
    dateline("--data", new_folder, "source", "add", added)
    new, file = contents(new_folder), backed_up(tmp_path, new_folder)
    steps = 0

    def stumbling(patched: pytest.MonkeyPatch, name: str) -> None:
        real = getattr(Path, name)

        def step(self: Path, *given: Any, **named: Any) -> Any:
            nonlocal steps
            steps += full in self.parents
            if steps == failing:
                raise KeyboardInterrupt
            return real(self, *given, **named)

        patched.setattr(Path, name, step)

    with monkeypatch.context() as patched:
        for name in ("rename", "replace", "unlink"):
            stumbling(patched, name)
        with suppress(KeyboardInterrupt):
            restore(file, full, force=True, progressed=lambda _: None)
    Database(full / "dateline.db").close()
    found = contents(full)
    assert found in (old, new)
    if failing > 2:
        assert found == new
    assert not (full / COMMITTED).exists()


@pytest.mark.slow
def test_after_a_load_that_was_killed(loaded: Path, tmp_path: Path) -> None:
    """Backup, kill -9 of a load, restore: the same answers; a backup after the kill is whole."""
    said, file = answer(loaded), backed_up(tmp_path, loaded)
    for number in range(400):
        invented(1, number).written(tmp_path / "more" / f"{number}.md")
    load = started("--data", loaded, "source", "add", tmp_path / "more")
    patience = time.monotonic() + 60
    while _documents(loaded) < 20:
        assert load.poll() is None
        assert time.monotonic() < patience
        time.sleep(0.01)
    load.send_signal(signal.SIGKILL)
    load.communicate()
    (tmp_path / "killed").mkdir()
    of_killed, there = backed_up(tmp_path / "killed", loaded), _documents(loaded)
    assert dateline("--data", loaded, "restore", file, "--force").status == 0
    assert answer(loaded) == said
    assert _documents(loaded) == 3
    assert dateline("--data", loaded, "restore", of_killed, "--force").status == 0
    assert _documents(loaded) == there
    assert dateline("--data", loaded, "check").status == 0


def _documents(data: Path) -> int:
    with closing(sqlite3.connect(data / "dateline.db", timeout=30)) as opened:
        return int(opened.execute("SELECT count(*) FROM documents").fetchone()[0])
