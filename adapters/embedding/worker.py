"""The one thread that the model runs in: a question waits for one step of a load, not for a load.

Two queues, one thread. What is urgent is done whole; what is patient is done step by step, and
between two steps whatever is urgent comes first.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeAlias, TypeVar

_T = TypeVar("_T")

Steps: TypeAlias = Generator[None, None, _T]


class Worker:
    """A thread that starts with the first work; closing lets the step that runs finish."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._urgent: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._patient: deque[tuple[Future[Any], Steps[Any]]] = deque()
        self._lock = Lock()
        self._closed = False

    async def urgent(self, work: Callable[[], _T]) -> _T:
        """Do work as soon as the step that runs is done."""
        promise: Future[_T] = Future()
        with self._lock:
            self._urgent.append((promise, work))
            self._pool.submit(self._turn)
        return await asyncio.wrap_future(promise)

    def soon(self, work: Callable[[], object]) -> None:
        """Do work that nobody waits for, before what comes after it; its errors are nobody's."""
        with self._lock:
            self._urgent.append((Future(), work))
            self._pool.submit(self._turn)

    async def patient(self, steps: Steps[_T]) -> _T:
        """Do work step by step, giving way to what is urgent; one after another in their order."""
        promise: Future[_T] = Future()
        with self._lock:
            self._patient.append((promise, steps))
            self._pool.submit(self._turn)
        return await asyncio.wrap_future(promise)

    def close(self) -> None:
        """Cancel what waits, and let the thread end after the step that it is in."""
        with self._lock:
            self._closed = True
            waiting = [promise for promise, _ in (*self._urgent, *self._patient)]
            self._urgent.clear()
            self._patient.clear()
            self._pool.shutdown(wait=False, cancel_futures=True)
        for promise in waiting:
            promise.cancel()

    def _turn(self) -> None:
        """Do the next piece of work. There is a turn for each, so that none is left waiting."""
        with self._lock:
            urgent = self._urgent.popleft() if self._urgent else None
            patient = self._patient.popleft() if self._patient and urgent is None else None
        if urgent is not None:
            _settle(*urgent)
        elif patient is not None:
            self._step(*patient)

    def _step(self, promise: Future[Any], steps: Steps[Any]) -> None:
        if promise.cancelled():
            steps.close()
            return
        try:
            next(steps)
        except StopIteration as end:
            if promise.set_running_or_notify_cancel():
                promise.set_result(end.value)
        # Whatever it is belongs to who waits for the result.
        except BaseException as error:  # noqa: BLE001
            if promise.set_running_or_notify_cancel():
                promise.set_exception(error)
        else:
            self._again(promise, steps)

    def _again(self, promise: Future[Any], steps: Steps[Any]) -> None:
        with self._lock:
            if not self._closed:
                self._patient.appendleft((promise, steps))
                self._pool.submit(self._turn)
                return
        steps.close()
        promise.cancel()


def _settle(promise: Future[Any], work: Callable[[], Any]) -> None:
    if not promise.set_running_or_notify_cancel():
        return
    try:
        promise.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it belongs to who waits for the result
        promise.set_exception(error)
