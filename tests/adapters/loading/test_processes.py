"""What a hostile file does, it does to itself alone."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.loading.processes import Kind, Parser, ParserProcesses, ProcessLimits
from briefs.errors import SourceError
from tests.adapters.loading import building
from tests.adapters.loading.building import SENTENCE, article, docx, page, pdf, pdf_bomb

pytestmark = pytest.mark.slow

MEMORY = 2**29


@pytest.fixture
def processes() -> Iterator[ParserProcesses]:
    """Return two processes with little time and memory."""
    started = ParserProcesses(2, ProcessLimits(parse_seconds=4, memory_bytes=MEMORY))
    yield started
    started.close()


def _refusal(processes: ParserProcesses, parser: Parser, data: bytes = b"") -> str:
    with pytest.raises(SourceError) as refused:
        processes._run(parser, data, "a")
    return str(refused.value)


def _pid(mark: Path) -> int:
    """Return the process that a parser runs in, once it has said so."""
    for _ in range(600):
        if mark.exists() and (text := mark.read_text(encoding="utf-8")):
            return int(text)
        time.sleep(0.05)
    raise AssertionError(mark)


def _echo(processes: ParserProcesses, text: str = "still here") -> str:
    return processes._run(building.echoing, text.encode(), "a").text


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_starts_before_it_is_needed() -> None:
    """Making and closing it costs no process."""
    idle = ParserProcesses(2)
    assert all(process._pool is None for process in idle._processes)
    idle.close()


def test_each_format_is_parsed(processes: ParserProcesses) -> None:
    """The three parsers are found by their names, and their errors arrive with their words."""
    assert SENTENCE in processes.parse("html", article(), "a.html").text
    assert SENTENCE in processes.parse("pdf", pdf([[SENTENCE]]), "a.pdf").text
    assert SENTENCE in processes.parse("docx", docx(SENTENCE), "a.docx").text
    with pytest.raises(SourceError, match="only navigation or scripts"):
        processes.parse("html", page(""), "a.html")


def test_a_process_is_used_again_and_replaced_in_time() -> None:
    """One process does several jobs, and a new one the next."""
    processes = ParserProcesses(1, ProcessLimits(jobs_per_process=2))
    try:
        pids = [processes._run(building.echoing, b"x", "a").title for _ in range(4)]
    finally:
        processes.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]


@pytest.mark.parametrize("parser", [building.never_ending, building.stubborn])
def test_a_job_that_never_ends_is_killed_alone(
    processes: ParserProcesses, tmp_path: Path, parser: Parser
) -> None:
    """It ends at its limit, even if it ignores SIGTERM; another finishes beside it."""
    mark = tmp_path / "mark"
    with ThreadPoolExecutor() as threads:
        endless = threads.submit(_refusal, processes, parser, os.fsencode(mark))
        pid = _pid(mark)
        assert _echo(processes) == "still here"
        assert not endless.done()
        assert "longer than 4 s" in endless.result(30)
    assert not _is_alive(pid)
    assert _echo(processes) == "still here"


def test_a_process_killed_in_the_middle_takes_nothing_with_it(
    processes: ParserProcesses, tmp_path: Path
) -> None:
    """A kill -9 ends one job with a clear error; those that run and wait are done."""
    marks = [tmp_path / "first", tmp_path / "second"]
    with ThreadPoolExecutor() as threads:
        killed = threads.submit(_refusal, processes, building.never_ending, os.fsencode(marks[0]))
        pid = _pid(marks[0])
        waiting = [threads.submit(_echo, processes, f"text {n}") for n in range(6)]
        os.kill(pid, signal.SIGKILL)
        assert "crashed or was killed" in killed.result(30)
        assert [each.result(30) for each in waiting] == [f"text {n}" for n in range(6)]


def test_an_idle_process_killed_costs_no_job(processes: ParserProcesses) -> None:
    """The next job gets a new process, at once and a while after."""
    for wait in (0, 0.5):
        pid = int(processes._run(building.echoing, b"x", "a").title)
        os.kill(pid, signal.SIGKILL)
        time.sleep(wait)
        assert _echo(processes) == "still here"


def test_a_crash_is_one_sentence(processes: ParserProcesses) -> None:
    """A segmentation fault is the end of one process."""
    assert "crashed or was killed" in _refusal(processes, building.crashing)
    assert _echo(processes) == "still here"


def test_memory_is_limited(processes: ParserProcesses) -> None:
    """A parser that takes more than its share is stopped, and says of what."""
    assert "512 MB of memory" in _refusal(processes, building.greedy)
    assert _echo(processes) == "still here"


def test_a_text_too_long_does_not_come_back() -> None:
    """What the bot itself has to hold is limited too."""
    processes = ParserProcesses(1, ProcessLimits(text_characters=1000))
    try:
        assert "1,000 characters" in _refusal(processes, building.wordy)
    finally:
        processes.close()


def test_what_libraries_say_is_logged_and_not_shown(
    processes: ParserProcesses, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of it is on the terminal; what was logged is in our log at debug level."""
    with caplog.at_level(logging.DEBUG, "adapters.loading.processes"):
        processes._run(building.noisy, b"x", "a.pdf")
    assert "NOISE" not in "".join(capfd.readouterr())
    assert "a.pdf: pypdf: a NOISE that is logged" in caplog.text
    assert "a NOISE that warns" in caplog.text


def test_any_other_error_is_a_source_error(processes: ParserProcesses) -> None:
    """A defect in a parser is one file's misfortune."""
    assert "KeyError" in _refusal(processes, building.broken)


def test_ctrl_c_reaches_no_process(processes: ParserProcesses) -> None:
    """SIGINT to the process leaves it alone: it is the bot that ends it."""
    pid = int(processes._run(building.echoing, b"x", "a").title)
    os.kill(pid, signal.SIGINT)
    time.sleep(0.3)
    assert processes._run(building.echoing, b"x", "a").title == str(pid)


def test_closing_ends_what_runs_and_what_waits(tmp_path: Path) -> None:
    """Nobody waits for a job of a bot that stops, and no process is left."""
    processes = ParserProcesses(1)
    mark = tmp_path / "mark"
    with ThreadPoolExecutor() as threads:
        running = threads.submit(_refusal, processes, building.never_ending, os.fsencode(mark))
        pid = _pid(mark)
        waiting = threads.submit(_refusal, processes, building.echoing)
        processes.close()
        assert "stopping" in running.result(10)
        assert "stopping" in waiting.result(10)
    assert not _is_alive(pid)
    assert "stopping" in _refusal(processes, building.echoing)


HOSTILE: dict[str, tuple[Kind, Callable[[], bytes]]] = {
    "pdf bomb over pypdf's own cap": ("pdf", lambda: pdf_bomb(200_000_000)),
    "pdf bomb under it": ("pdf", lambda: pdf_bomb(60_000_000)),
    "docx of a million paragraphs": (
        "docx",
        lambda: building.docx_of(building.paragraph_xml("x") * 1_000_000),
    ),
    "docx of many different paragraphs": (
        "docx",
        lambda: building.docx_of(
            "".join(building.paragraph_xml(f"{n * 7919 % 1_000_003:x}") for n in range(600_000))
        ),
    ),
    "html with 300,000 attributes": (
        "html",
        lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(300_000))}>{SENTENCE}</p>"),
    ),
    "html of 300,000 elements with attributes": (
        "html",
        lambda: page("<i a=1 b=2 c=3></i>" * 100_000 + f"<p>{SENTENCE}</p>"),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_within_the_limits(processes: ParserProcesses, name: str) -> None:
    """It is parsed or refused in one sentence, in time, and the next file is parsed."""
    kind, build = HOSTILE[name]
    data = build()
    began = time.monotonic()
    try:
        processes.parse(kind, data, "a")
    except SourceError as error:
        assert str(error)  # noqa: PT017 - either ending is right
    assert time.monotonic() - began < 15
    assert _echo(processes) == "still here"
