"""The instance lock: one `run` or `chat` a data folder, and the others are told who holds it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.storage.lock import instance_lock
from briefs.errors import LibraryError, LockedError

NOW = datetime(2024, 11, 22, 8, 30, tzinfo=UTC)

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from adapters.storage.lock import instance_lock

with instance_lock(Path(sys.argv[1]), "run", datetime(2024, 11, 22, 8, 30, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock until its input ends; return when it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    """The message names the command, the process and since when; the exit status is 2."""
    with holder(tmp_path) as process:
        with pytest.raises(LockedError) as caught, instance_lock(tmp_path, "chat", NOW):
            pass
        process.communicate("")
    says = f"“dateline run” (process {process.pid}, since 2024-11-22 08:30 UTC) already runs on"
    assert str(caught.value).startswith(f"{says} {tmp_path}.")
    assert "--data" in str(caught.value)
    assert caught.value.exit_status == 2


def test_the_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    """Kill -9 leaves nothing behind that keeps the next one out."""
    with holder(tmp_path) as process:
        process.kill()
        process.wait()
        assert (tmp_path / "dateline.holder").exists()
        with instance_lock(tmp_path, "chat", NOW):
            found = json.loads((tmp_path / "dateline.holder").read_text())
            assert found["command"] == "chat"


def test_the_lock_is_free_when_its_holder_ends(tmp_path: Path) -> None:
    """One after the other may hold it; nobody is named as its holder in between."""
    for _ in range(2):
        with instance_lock(tmp_path, "chat", NOW):
            assert (tmp_path / "dateline.holder").exists()
        assert not (tmp_path / "dateline.holder").exists()


def test_the_lock_is_free_when_its_holder_fails(tmp_path: Path) -> None:
    """An error inside passes through and lets go."""
    with pytest.raises(ZeroDivisionError), instance_lock(tmp_path, "chat", NOW):
        raise ZeroDivisionError
    with instance_lock(tmp_path, "chat", NOW):
        pass


def test_a_refused_holder_does_not_let_go_for_the_first(tmp_path: Path) -> None:
    """Who is refused leaves the lock and the holder's name as they are."""
    with instance_lock(tmp_path, "run", NOW):
        for _ in range(2):
            with (
                pytest.raises(LockedError, match="“dateline run”"),
                instance_lock(tmp_path, "chat", NOW),
            ):
                pass


@pytest.mark.parametrize("found", ["", "{", "[]", "{}", '{"command": "run"}', "\0"])
def test_a_holder_that_cannot_be_read_is_another_dateline(tmp_path: Path, found: str) -> None:
    """What says who holds it may be half written this moment; the refusal stands."""
    with instance_lock(tmp_path, "run", NOW):
        (tmp_path / "dateline.holder").write_text(found)
        with (
            pytest.raises(LockedError, match=r"^Another Dateline already runs on"),
            instance_lock(tmp_path, "chat", NOW),
        ):
            pass


def test_other_data_folders_are_not_locked(tmp_path: Path) -> None:
    """Two instances on two folders run side by side; a folder is made where there is none."""
    with (
        instance_lock(tmp_path / "one", "run", NOW),
        instance_lock(tmp_path / "two" / "deeper", "run", NOW),
    ):
        assert (tmp_path / "two" / "deeper").is_dir()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file where the data folder should be: a sentence that names it, not an OSError."""
    (tmp_path / "data").write_text("not a folder")
    with (
        pytest.raises(LibraryError, match="data cannot be written"),
        instance_lock(tmp_path / "data", "chat", NOW),
    ):
        pass
