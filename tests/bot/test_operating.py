"""`dateline run` as its operator meets it: probes, figures and a log that machines read."""

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.running import ended, started

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
]

PATIENCE = 30.0


def asked(address: str) -> tuple[int, bytes]:
    """Return the status and the body of a reply; 0 where there is none."""
    try:
        with urlopen(address, timeout=5) as reply:  # noqa: S310 - an address of this test
            return int(reply.status), reply.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()
    except URLError:
        return 0, b""


@pytest.mark.usefixtures("loaded")
def test_a_bot_that_is_looked_at(tmp_path: Path) -> None:
    """Alive, then ready, with figures; `check` finds it; its log is JSON from the first line on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = int(opened.getsockname()[1])
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "crane.md").write_text("The crane was painted red in March.", encoding="utf-8")
    config = tmp_path / "operated.toml"
    config.write_text(
        f"[web]\nenabled = true\nport = {port}\n[logging]\nformat = 'json'\n"
        f"[library]\nfolders = [{{path = '{folder}'}}]\n",
        encoding="utf-8",
    )
    bot = started("--config", config, "run")
    try:
        until = time.monotonic() + PATIENCE
        while asked(f"http://127.0.0.1:{port}/readyz")[0] != 200:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert asked(f"http://127.0.0.1:{port}/healthz")[0] == 200
        status, body = asked(f"http://127.0.0.1:{port}/readyz")
        said: Any = json.loads(body)
        assert (status, said) == (
            200,
            {"ready": True, "checks": {"model": True, "database": True}},
        )
        while b'dateline_loads_total{status="added"} 1.0' not in (
            figures := asked(f"http://127.0.0.1:{port}/metrics")[1]
        ):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert b'dateline_deliveries{state="delivered"} 0.0' in figures
        assert b"Coast Herald" not in figures
        checking = ended(started("--config", config, "check"))
        assert f"a running Dateline listens on 127.0.0.1:{port}" in checking.out
        bot.send_signal(signal.SIGTERM)
        stopped = ended(bot)
    finally:
        bot.kill()
    assert stopped.status == 0, stopped.err
    lines = [json.loads(line) for line in stopped.err.splitlines()]
    assert {"Dateline runs", "Dateline stopped"} <= {each["event"] for each in lines}
    (loaded,) = [each for each in lines if each["event"].startswith("AddSources answered")]
    assert loaded["level"] == "info"
    assert len(loaded["request"]) == 8
