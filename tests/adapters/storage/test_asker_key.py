"""The key of the hashes that askers are kept as: secret, made once, and never guessed around."""

import hashlib
import hmac
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from adapters.storage.asker_key import AskerKey
from briefs.errors import LibraryError

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
PERSON = "discord:80351110224678912"

NEEDS_IT = """
import sys
from pathlib import Path
from adapters.storage.asker_key import AskerKey

key = AskerKey(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(key.hashed("discord:80351110224678912"))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the key is to be."""
    return tmp_path / "asker.key"


def test_a_person_is_a_hash_under_the_key(file: Path) -> None:
    """HMAC-SHA256 of the name, the same each time, and another one for anybody else."""
    hashed = AskerKey(file).hashed(PERSON)
    key = bytes.fromhex(file.read_text())
    assert len(key) == 32
    assert hashed == hmac.new(key, PERSON.encode(), hashlib.sha256).hexdigest()
    assert AskerKey(file).hashed(PERSON) == hashed
    assert AskerKey(file).hashed("discord:80351110224678913") != hashed


def test_two_installations_know_one_person_by_two_hashes(tmp_path: Path) -> None:
    """A hash tells nothing to whoever has another key."""
    one, other = (AskerKey(tmp_path / name).hashed(PERSON) for name in ("a.key", "b.key"))
    assert one != other


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_may_read_it(file: Path) -> None:
    """Mode 0600, from the moment that it is there, whatever the umask says."""
    before = os.umask(0)
    try:
        AskerKey(file).hashed(PERSON)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_made_when_it_is_first_needed(file: Path) -> None:
    """Looking whether there is one makes none."""
    key = AskerKey(file)
    assert not key.exists()
    assert not file.exists()
    key.hashed(PERSON)
    assert key.exists()
    assert AskerKey(file).exists()


def test_threads_that_need_it_at_once_get_the_same(file: Path) -> None:
    """Whether they share an object or not."""
    shared = AskerKey(file)
    keys = [shared, shared, *(AskerKey(file) for _ in range(10))]
    start = threading.Barrier(len(keys))
    found: list[str] = []

    def need(key: AskerKey) -> None:
        start.wait()
        found.append(key.hashed(PERSON))

    threads = [threading.Thread(target=need, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(keys)
    assert set(found) == {AskerKey(file).hashed(PERSON)}


@pytest.mark.slow
def test_processes_that_need_it_at_once_get_the_same(file: Path) -> None:
    """One of them makes it, and the others take that one."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", NEEDS_IT, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = {process.communicate()[0] for process in processes}
    assert found == {AskerKey(file).hashed(PERSON) + "\n"}


def test_half_a_key_of_a_process_that_was_killed_is_made_anew(file: Path) -> None:
    """What was written under another name before counts for nothing."""
    file.with_suffix(".new").write_text("0123")
    hashed = AskerKey(file).hashed(PERSON)
    assert not file.with_suffix(".new").exists()
    assert AskerKey(file).hashed(PERSON) == hashed


@pytest.mark.parametrize("content", ["", "0123", "no key", "zz" * 32, "00" * 33, "ключ"])
def test_a_damaged_key_is_refused_and_left_alone(file: Path, content: str) -> None:
    """Another one in its place would make everybody a stranger."""
    file.write_text(content, encoding="utf-8")
    for use in (AskerKey(file).exists, lambda: AskerKey(file).hashed(PERSON)):
        with pytest.raises(LibraryError, match=r"asker\.key is damaged\. Restore it"):
            use()
    assert file.read_text(encoding="utf-8") == content


def test_a_key_that_cannot_be_read_is_refused(file: Path) -> None:
    """The sentence names it and says what to do; nothing is made in its place."""
    file.mkdir()
    with pytest.raises(LibraryError, match=r"asker\.key cannot be read .*\. Let the user"):
        AskerKey(file).hashed(PERSON)


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_the_key_of_another_user_is_refused(file: Path) -> None:
    """As after a start by somebody else."""
    AskerKey(file).hashed(PERSON)
    file.chmod(0)
    with pytest.raises(LibraryError, match="cannot be read"):
        AskerKey(file).hashed(PERSON)


def test_a_key_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in the place of the folder: a sentence, not an OSError."""
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(LibraryError, match=r"asker\.key cannot be (made|read)"):
        AskerKey(tmp_path / "data" / "asker.key").hashed(PERSON)
