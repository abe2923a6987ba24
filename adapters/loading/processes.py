"""Parsers in processes that can be killed: what a hostile file does, it does to itself alone.

A job has a time limit and its process a memory limit. Each process is a pool of one: workers of a
shared pool share a pipe too, and one killed while it holds that pipe takes the others with it. So
a process is thrown away alone, and the jobs that wait are still here.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from queue import LifoQueue
from typing import TYPE_CHECKING, Literal, TypeAlias

from briefs.errors import SourceError
from briefs.model import LoadedFile

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool
if sys.platform != "win32":
    import resource

Kind: TypeAlias = Literal["html", "pdf", "docx"]
Parser: TypeAlias = Callable[[bytes, str], LoadedFile]

_log = logging.getLogger(__name__)

_START_SECONDS = 60.0  # for a process to come up on a busy machine
_MOST_SAID = 20
_SAID_WIDTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """What one job, and the process that does it, may use."""

    parse_seconds: float = 20.0
    memory_bytes: int = 2 * 1024**3
    """Of address space; not enforced where the platform cannot."""
    text_characters: int = 20_000_000
    """What comes back is held by the bot itself, which has no such limits."""
    jobs_per_process: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What a process sends back: the file or one sentence on why not, and what libraries said."""

    loaded: LoadedFile | None = None
    refusal: str = "it cannot be read"
    said: tuple[str, ...] = ()


class ParserProcesses:
    """Parses untrusted files in processes of their own, the first of which starts at first use.

    Any number of threads may use it at a time; those for which no process is free wait.

    Args:
        workers: How many files are parsed at the same time.
        limits: What a job may use.
    """

    def __init__(self, workers: int = 1, limits: ProcessLimits | None = None) -> None:
        """Take note of the limits; nothing is started."""
        self._limits = limits or ProcessLimits()
        self._processes = [_Process(self._limits) for _ in range(workers)]
        # Last in, first out: a process that is up is taken before another is started.
        self._free: LifoQueue[_Process] = LifoQueue()
        for process in self._processes:
            self._free.put(process)

    def parse(self, kind: Kind, data: bytes, source: str) -> LoadedFile:
        """Parse one file; blocks until that is done, or its process is killed.

        Raises:
            SourceError: It cannot be parsed, or not within the limits.
        """
        return self._run(partial(_parse, kind), data, source)

    def close(self) -> None:
        """End the processes; jobs that run or wait end with a `SourceError`."""
        for process in self._processes:
            process.close()

    def _run(self, parser: Parser, data: bytes, source: str) -> LoadedFile:
        process = self._free.get()
        try:
            outcome = process.outcome(partial(_job, parser, data, source, self._limits))
        except BaseException as error:
            # Whatever it was, this process may still be at it.
            process.end()
            if not isinstance(error, Exception):
                raise
            _log.debug("%s: %r", source, error)
            raise SourceError(_sentence(error, self._limits)) from error
        finally:
            self._free.put(process)
        for line in outcome.said:
            _log.debug("%s: %s", source, line)
        if outcome.loaded is None:
            raise SourceError(outcome.refusal)
        return outcome.loaded


class _Process:
    """One process, started when there is a job and again after it was ended."""

    def __init__(self, limits: ProcessLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._future: ProcessFuture[_Outcome] | None = None
        self._closed = False

    def outcome(self, job: Callable[[], _Outcome]) -> _Outcome:
        """Return what a job returned, or raise what became of it."""
        try:
            return self._attempt(job)
        except BrokenExecutor:
            # It died before it had taken the job, for which the job is not to blame.
            self.end()
            return self._attempt(job)

    def close(self) -> None:
        """Kill the process, and start no other."""
        with self._lock:
            self._closed = True
        self.end()

    def end(self) -> None:
        """Kill the process, if there is one; its job ends with a `CancelledError`."""
        with self._lock:
            pool, self._pool = self._pool, None
            future, self._future = self._future, None
        if future is not None:
            future.cancel()  # type: ignore[no-untyped-call]
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _attempt(self, job: Callable[[], _Outcome]) -> _Outcome:
        # A tenth of a second to import, for which a program that parses nothing need not wait.
        import multiprocessing  # noqa: PLC0415

        from pebble import ProcessPool  # noqa: PLC0415

        with self._lock, _interrupts_held():
            if self._closed:
                raise CancelledError
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=1,
                    max_tasks=self._limits.jobs_per_process,
                    initializer=_prepare,
                    initargs=(self._limits.memory_bytes,),
                    # Never fork: the model's threads live in this process, and hold its locks.
                    context=multiprocessing.get_context("spawn"),
                )
            try:
                future = self._pool.schedule(job, timeout=self._limits.parse_seconds)
            except RuntimeError as error:  # pebble found it dead
                raise BrokenExecutor from error
            self._future = future
        return future.result(timeout=self._limits.parse_seconds + _START_SECONDS)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start threads and processes that Ctrl-C does not reach: it is this process that ends them.

    They inherit what is blocked here. A new process would otherwise die of Ctrl-C, with a
    traceback on the terminal, before it has got as far as ignoring it.
    """
    if sys.platform == "win32":
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _sentence(error: Exception, limits: ProcessLimits) -> str:
    from pebble import ProcessExpired  # noqa: PLC0415 - imported by now

    if isinstance(error, TimeoutError):
        return (
            f"it took longer than {limits.parse_seconds:g} s to parse and was given up; "
            "raise limits.parse_seconds or split it"
        )
    if isinstance(error, MemoryError):
        megabytes = limits.memory_bytes // 1024**2
        return f"it takes more than {megabytes:,} MB of memory to parse; split it"
    if isinstance(error, ProcessExpired):
        return "its parser crashed or was killed; it is damaged, or it takes too much memory"
    if isinstance(error, CancelledError):
        return "it was not parsed, since Dateline is stopping"
    if isinstance(error, BrokenExecutor):
        return "no parser could be started for it; see the log, and try again"
    return f"its parser failed ({type(error).__name__})"


# From here on: what runs in the process.


def _prepare(memory_bytes: int) -> None:
    """Silence the process and limit its memory; raises nothing, or pebble would try for ever."""
    # Below Python too: libraries in C write to the descriptors.
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    logging.captureWarnings(capture=True)
    if sys.platform != "win32":
        # macOS refuses a limit on address space; there is the time limit still.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _parse(kind: Kind, data: bytes, source: str) -> LoadedFile:
    # Here, and not above: the bot itself never needs these libraries.
    parser: Parser = import_module(f"adapters.loading.{kind}").parse
    return parser(data, source)


def _job(parser: Parser, data: bytes, source: str, limits: ProcessLimits) -> _Outcome:
    _limit_processor_time(limits.parse_seconds)
    with _listening() as said:
        try:
            loaded = parser(data, source)
        except SourceError as error:
            return _Outcome(refusal=str(error), said=tuple(said))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it is this file's end only
            _log.exception("the parser failed")
            refusal = f"its parser failed on it ({type(error).__name__})"
            return _Outcome(refusal=refusal, said=tuple(said))
    if len(loaded.text) > limits.text_characters:
        refusal = f"its text is longer than {limits.text_characters:,} characters; split it"
        return _Outcome(refusal=refusal, said=tuple(said))
    return _Outcome(loaded=loaded, said=tuple(said))


def _limit_processor_time(seconds: float) -> None:
    """End the process should it go on for long after its time: nobody else may be left to."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(time.process_time() + 2 * seconds) + 1
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what libraries log, shortened; it is the bot that has a log."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if len(said) < _MOST_SAID:
                said.append(f"{record.name}: {self.format(record)}"[:_SAID_WIDTH])

    listener = Listener(logging.WARNING)
    logging.getLogger().addHandler(listener)
    try:
        yield said
    finally:
        logging.getLogger().removeHandler(listener)
