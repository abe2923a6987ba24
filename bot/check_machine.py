"""What `dateline check` looks at outside of Dateline: the clock, the disk, and the port."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from adapters.storage.database import Database
from adapters.storage.newest import newest
from adapters.web.alive import is_alive
from bot.app import DATABASE, utc_now
from bot.config import WebKeys
from briefs.errors import UserError

BUILT = 2026
"""No clock that is right shows an earlier year."""

LEAST_FREE_BYTES = 200_000_000
"""With less on the disk, a load or a backup soon fails."""

SLACK = timedelta(minutes=1)
"""By how much clocks of the machines that share a data folder may differ."""


def clock_problem(now: datetime, last: datetime | None) -> str | None:
    """Say what is wrong with the clock; None: nothing that shows.

    Args:
        now: What it shows.
        last: When something was last kept, by the clock as it was then.
    """
    how = "Set it, and let the system keep it right (NTP), before anything is scheduled."
    if now.year < BUILT:
        return f"the clock shows {now:%Y-%m-%d %H:%M} UTC, which is before Dateline was made. {how}"
    if last is not None and now < last - SLACK:
        return (
            f"the clock shows {now:%Y-%m-%d %H:%M} UTC, and the database has something of "
            f"{last:%Y-%m-%d %H:%M}. {how}"
        )
    return None


def disk_problem(free: int, folder: Path) -> str | None:
    """Say that too little of the disk is free; None: enough is."""
    if free >= LEAST_FREE_BYTES:
        return None
    return (
        f"{_megabytes(free)} free for {folder}, which is soon full; make room: at least "
        f"{_megabytes(LEAST_FREE_BYTES)}"
    )


def machine(folder: Path, web: WebKeys) -> Iterator[tuple[str, str, bool]]:
    """Yield of each thing its name, what is to be said of it, and whether it works."""
    now = utc_now()
    wrong = clock_problem(now, _newest(folder))
    yield "clock", wrong or f"{now:%Y-%m-%d %H:%M} UTC", wrong is None
    try:
        free = shutil.disk_usage(folder if folder.exists() else folder.anchor).free
    except OSError as error:
        yield "disk", f"{folder} cannot be looked at ({error.strerror})", False
    else:
        wrong = disk_problem(free, folder)
        yield "disk", wrong or f"{_megabytes(free)} free for {folder}", wrong is None
    if web.enabled:
        yield "web", *_port(web)


def _newest(folder: Path) -> datetime | None:
    if not (folder / DATABASE).is_file():
        return None
    try:
        with closing(Database(folder / DATABASE)) as database:
            return newest(database)
    except UserError:
        # That it cannot be used is said already.
        return None


def _port(web: WebKeys) -> tuple[str, bool]:
    """Say whether the port is free, or held by a Dateline."""
    where = f"{web.host}:{web.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            web.host, web.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        if is_alive(web.host, web.port):
            return f"a running Dateline listens on {where}", True
        says = (
            f"nothing can listen on {where} ({error.strerror or error}); set another web.host or "
            "web.port, or end what listens there"
        )
        return says, False
    return f"{where} is free", True


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
