"""A real browser for the tests: the system's Chromium, else one that can be got, else none."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
NONE = "there is no Chromium: install one, or run “playwright install chromium”"
_PATIENCE_SECONDS = 100


@cache
def chromium() -> str | None:
    """Return where Chromium is, installing it where that is allowed; None: there is none."""
    return _found() or _installed() or _playwrights()


def _found() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path is not None), None)


def _installed() -> str | None:
    """Install Debian's, as root on Debian."""
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    try:
        subprocess.run(
            [apt, "install", "-y", "chromium"],
            check=True,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _found()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - what starts a process

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None
