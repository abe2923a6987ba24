"""The program as a process: signals, pipes, terminals, several at once, and what it imports."""

import contextlib
import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.loading import BATCH_TEXTS
from tests.adapters.loading.building import pdf_bomb
from tests.running import article, dateline, ended, started

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals and terminals of POSIX"),
]

MODEL_LIBRARIES = {"torch", "transformers", "sentence_transformers"}
PATIENCE = 30.0
"""Seconds; far more than anything here takes."""
MANY = 1_500
"""Articles, of one sentence and one passage each: about six batches of a load."""


def many(folder: Path, number: int, port: str = "Vostochny") -> Path:
    """Write a number of short articles."""
    for each in range(number):
        article(
            folder / f"{each:04}.md",
            f"Tanker number {each} made {each} trips to the port of {port}.",
            outlet=f"Outlet {each}",
        )
    return folder


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    patience = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < patience, "it never happened"
        time.sleep(0.005)


def kept(data: Path) -> int:
    """Return how many documents are in a library that another process may be writing."""
    with (
        contextlib.suppress(sqlite3.OperationalError),
        contextlib.closing(
            sqlite3.connect(f"file:{data / 'dateline.db'}?mode=ro", uri=True)
        ) as connection,
    ):
        return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    return 0


def break_the_dates(data: Path) -> None:
    """Put something into the library that no program of ours ever writes."""
    with contextlib.closing(sqlite3.connect(data / "dateline.db")) as connection, connection:
        connection.execute("UPDATE revisions SET published = 'rubbish'")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--help"], 0),
        (["ask"], 2),
        (["ask", "..."], 2),
        (["--config", "nowhere.toml", "ask", "trips?"], 2),
        (["check"], 0),
    ],
)
def test_what_needs_no_model_does_not_wait_for_its_libraries(
    words: list[str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real model configured, help, usage errors and check import no torch."""
    monkeypatch.delenv("DATELINE_MODEL__NAME")
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    imported = set(re.findall(r"^import time:.*\| +(\w+)", run.stderr, re.MULTILINE))
    assert run.returncode == status
    assert "typer" in imported
    assert imported.isdisjoint(MODEL_LIBRARIES)


@pytest.mark.usefixtures("loaded")
def test_a_defect_shows_its_traceback_only_when_asked(loaded: Path) -> None:
    """Without --verbose no traceback is printed, not even by the log; with it there is one."""
    break_the_dates(loaded)
    plain = ended(started("ask", "How many trips?", "--json"))
    verbose = ended(started("--verbose", "ask", "How many trips?", "--json"))
    assert (plain.status, plain.out) == (1, "")
    assert "Traceback" not in plain.err
    assert "ValueError" in plain.err
    assert (verbose.status, verbose.out) == (1, "")
    assert "Traceback (most recent call last)" in verbose.err
    reference = re.search(r"\(reference ([0-9a-f]{8})\)", plain.err)
    assert reference is not None
    assert plain.err.count(reference[1]) == 2


@pytest.mark.usefixtures("data")
def test_a_refusal_shows_its_traceback_only_when_asked() -> None:
    """A wrong setting is one sentence; with --verbose it comes with where it was found."""
    Path("config.toml").write_text("[modle]\n")
    plain = ended(started("source", "list"))
    verbose = ended(started("--verbose", "source", "list"))
    assert (plain.status, verbose.status) == (2, 2)
    assert len(plain.err.splitlines()) == 1
    assert "Traceback (most recent call last)" in verbose.err


@pytest.mark.usefixtures("loaded")
def test_verbose_json_is_still_one_document() -> None:
    """What --verbose tells goes to standard error."""
    run = ended(started("--verbose", "ask", "How many trips to Vostochny?", "--json"))
    assert run.status == 0
    assert run.json()["answered"] is True


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_interrupted_load_keeps_whole_documents_and_can_be_completed(
    tmp_path: Path, data: Path, how: signal.Signals, status: int
) -> None:
    """Ctrl-C or kill -9 in the middle of a load: nothing partial, and loading again completes."""
    folder = many(tmp_path / "many", MANY)
    loading = started("source", "add", folder, "--json")
    wait_for(lambda: kept(data) > 0)
    loading.send_signal(how)
    run = ended(loading)
    assert run.status == status
    assert run.out == ""
    assert "Traceback" not in run.err
    assert (how is signal.SIGKILL) or run.err.startswith("Interrupted.")

    with contextlib.closing(sqlite3.connect(data / "dateline.db")) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        partial = "SELECT count(*) FROM documents LEFT JOIN embeddings ON id = document"
        assert connection.execute(f"{partial} WHERE vectors IS NULL").fetchone() == (0,)
    sources = dateline("source", "list", "--json").json()["sources"]
    assert 0 < len(sources) < MANY
    assert len(sources) % (BATCH_TEXTS // 2) == 0
    for each in sources[:: len(sources) // 5]:
        shown = dateline("source", "show", each["document"], "--json").json()
        assert shown["text"] in Path(each["source"]).read_text()

    again = dateline("source", "add", folder, "--json").json()["results"]
    assert Counter(each["status"] for each in again) == {
        "unchanged": len(sources),
        "added": MANY - len(sources),
    }
    assert kept(data) == MANY


def test_loads_of_several_processes_queue(tmp_path: Path, data: Path) -> None:
    """Two loads of one folder and one of another make the library together, each article once."""
    folder = many(tmp_path / "many", 60)
    other = many(tmp_path / "other", 60, port="Rason")
    loads = [started("source", "add", each, "--json") for each in (folder, folder, other)]
    runs = [ended(each) for each in loads]
    assert [(run.status, run.err) for run in runs] == [(0, "")] * 3
    statuses = Counter(each["status"] for run in runs for each in run.json()["results"])
    assert statuses == {"added": 120, "unchanged": 60}
    assert kept(data) == 120


def test_ctrl_c_does_not_wait_for_a_parser(tmp_path: Path, data: Path) -> None:
    """A file that takes its parser many seconds is given up at once, and what was kept stays."""
    folder = tmp_path / "slow"
    article(folder / "a.md", "The tanker made 43 trips.")
    (folder / "b.pdf").write_bytes(pdf_bomb(60_000_000))
    done = started("source", "add", folder / "a.md")
    assert ended(done).status == 0
    loading = started("source", "add", folder)
    time.sleep(4)  # nothing tells from outside when the parser is at work
    assert loading.poll() is None
    interrupted = time.monotonic()
    loading.send_signal(signal.SIGINT)
    run = ended(loading)
    assert time.monotonic() - interrupted < 5
    assert (run.status, run.out) == (130, "")
    assert run.err.startswith("Interrupted.")
    assert kept(data) == 1


def test_a_running_chat_sees_what_other_processes_do(tmp_path: Path, data: Path) -> None:
    """What they load is in its next answer, and what they remove is in none after that."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips to Rason.", outlet="Herald")
    question = "How many trips did the tanker make to Rason?\n"
    with contextlib.closing(Terminal("chat")) as terminal:
        terminal.prompts()
        terminal.type(question)
        terminal.shows("No article is loaded here")
        terminal.prompts()
        (added,) = dateline("source", "add", source, "--json").json()["results"]
        terminal.type(question)
        terminal.shows("made 43 trips to Rason.")
        terminal.prompts()
        article(source, "The tanker made 44 trips to Rason.", outlet="Herald")
        assert dateline("source", "refresh").status == 0
        terminal.type(question)
        terminal.shows("made 44 trips to Rason.")
        terminal.prompts()
        assert dateline("source", "remove", added["document"]).status == 0
        terminal.type(question)
        terminal.shows("No article is loaded here")
        terminal.prompts()
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
    assert kept(data) == 1


def test_a_second_chat_on_one_data_folder_is_told_who_holds_it(loaded: Path) -> None:
    """The second exits with 2 and names the first; every other command works beside it."""
    first = started("chat")
    wait_for((loaded / "dateline.holder").exists)
    second = ended(started("chat"))
    assert (second.status, second.out) == (2, "")
    assert f"“dateline chat” (process {first.pid}, since " in second.err
    assert len(second.err.splitlines()) == 1
    assert dateline("source", "list").status == 0
    assert dateline("ask", "How many trips to Vostochny?").status == 0
    assert ended(first, typed="/quit\n").status == 0
    assert dateline("chat", typed="/quit\n").status == 0


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("words", [["--json"], []])
def test_a_reader_that_closes_the_pipe_is_no_defect(words: list[str]) -> None:
    """`dateline source list | head -1` ends without a complaint."""
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "bot", "source", "list", *words],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (run.returncode, run.stderr) == (1, b"")


class Terminal:
    """The program on a terminal of its own, seen from the other end of it."""

    def __init__(self, *words: str) -> None:
        """Start it."""
        self._here, there = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            stdin=there,
            stdout=there,
            stderr=there,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
        )
        os.close(there)
        self._unread = ""

    def shows(self, wanted: str) -> str:
        """Read until some text has come, and return what came before it."""
        patience = time.monotonic() + PATIENCE
        while wanted not in self._unread:
            left = patience - time.monotonic()
            assert left > 0, f"{wanted!r} never came, but {self._unread!r}"
            if select.select([self._here], [], [], left)[0]:
                self._unread += os.read(self._here, 10_000).decode(errors="replace")
        before, _, self._unread = self._unread.partition(wanted)
        return before

    def prompts(self) -> None:
        """Read until it waits for a line; readline needs a moment after its prompt."""
        self.shows("dateline>")
        time.sleep(0.2)

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._here, text.encode())

    def close(self) -> None:
        """Close the terminal, with or without a program on it."""
        self.process.kill()
        self.process.wait()
        os.close(self._here)


def test_on_a_terminal_ctrl_c_breaks_off_a_load_and_the_chat_goes_on(
    tmp_path: Path, data: Path
) -> None:
    """Ctrl-C clears the line, or ends a load whose finished part can be asked; Ctrl-D leaves."""
    folder = many(tmp_path / "many", MANY)
    with contextlib.closing(Terminal("chat")) as terminal:
        terminal.shows("Ask a question, or type /help.")
        terminal.prompts()
        terminal.process.send_signal(signal.SIGINT)
        terminal.shows("Ctrl-D or /quit leaves.")
        terminal.prompts()
        terminal.type("/help\n")
        terminal.shows("/ask QUESTION")
        terminal.prompts()
        terminal.type(f"/source add {folder}\n")
        wait_for(lambda: kept(data) > 0)
        terminal.process.send_signal(signal.SIGINT)
        terminal.shows("Broken off.")
        terminal.prompts()
        terminal.type("What did tanker number 3 do at the port of Vostochny?\n")
        terminal.shows("made 3 trips")
        terminal.prompts()
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
    assert 0 < kept(data) < MANY


@pytest.mark.model
@pytest.mark.usefixtures("loaded")
def test_a_model_that_cannot_be_loaded_fails_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A model id that is nowhere to be had: status 1, one line that says what to set."""
    monkeypatch.setenv("DATELINE_MODEL__NAME", "nobody-at-all/no-such-model")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    run = ended(started("ask", "How many trips?", "--json"))
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("The model “nobody-at-all/no-such-model” cannot be loaded: ")
    assert "model.name" in run.err
    assert len(run.err.splitlines()) == 1


def test_the_bot_watches_a_folder_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """It loads what comes, beside other processes; a second one is told who runs; SIGTERM ends it.

    It never reads standard input, which is closed here.
    """
    folder, data, config = tmp_path / "watched", tmp_path / "data", tmp_path / "config.toml"
    article(folder / "a.md", "The tankers made 43 trips.", outlet="Coast Herald")
    config.write_text(f"[library]\nfolders = [{{ path = {str(folder)!r}, watch = true }}]\n")
    bot = started("--config", config, "--data", data, "run")
    assert bot.stdin is not None
    bot.stdin.close()
    bot.stdin = None
    try:
        wait_for(lambda: kept(data) == 1)
        second = dateline("--config", config, "--data", data, "run")
        assert second.status == 2
        assert "dateline run" in second.err
        time.sleep(1)  # for the watch to begin, which nothing shows from outside
        article(folder / "b.md", "The tankers came back.", outlet="Coast Herald")
        wait_for(lambda: kept(data) == 2)
        listed = dateline("--data", data, "source", "list", "--json").json()["sources"]
        assert {Path(each["source"]).name for each in listed} == {"a.md", "b.md"}
        began = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        stopped = ended(bot)
    finally:
        bot.kill()
    assert time.monotonic() - began < 10
    assert stopped.status == 0, stopped.err
    assert "Traceback" not in stopped.err
    assert "Dateline stopped" in stopped.err
