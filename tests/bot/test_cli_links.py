"""Links on the command line, and the page that `dateline run` serves them."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.running import dateline, ended, started

TRIPS = "How many trips to the port of Vostochny?"
PATIENCE = 30.0


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a web server that is configured and does not run yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("DATELINE_WEB__ENABLED", "true")
    monkeypatch.setenv("DATELINE_WEB__PORT", str(port))
    monkeypatch.setenv("DATELINE_WEB__PUBLIC_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("DATELINE_ANSWERS__MIN_CONFIDENCE", "0.3")
    return f"http://127.0.0.1:{port}"


@pytest.mark.usefixtures("loaded")
def test_without_a_public_address_answers_and_briefs_carry_no_link() -> None:
    """The key is there, and null."""
    for words in (("ask", TRIPS), ("brief",)):
        found = dateline(*words, "--json").json()
        assert {each["link"] for each in found["citations"] + found.get("nearest", [])} == {None}


@pytest.mark.usefixtures("loaded")
def test_every_citation_carries_its_link(address: str) -> None:
    """Of an answer, of an abstention and of a brief, the same each time."""
    for words in (("ask", TRIPS), ("ask", "Which violinist won at Wimbledon?"), ("brief",)):
        found = dateline(*words, "--json").json()
        cited = found["citations"] or found["nearest"]
        assert cited
        for each in cited:
            span = f"?r={each['revision']}&s={each['start']}&e={each['end']}&c=terminal:&x="
            assert each["link"].startswith(f"{address}/d/{each['document']}{span}")
            assert each["link"].endswith("#cited")
        again = dateline(*words, "--json").json()
        assert (again["citations"] or again["nearest"]) == cited


@pytest.mark.usefixtures("loaded", "address")
def test_a_short_secret_ends_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a mistake of the configuration."""
    monkeypatch.setenv("DATELINE_LINK_SECRET", "short")
    refused = dateline("ask", TRIPS, "--json")
    assert refused.status == 2
    assert "DATELINE_LINK_SECRET is too short" in refused.err
    assert refused.out == ""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_link_of_the_command_line_opens_the_page_of_the_bot(loaded: Path, address: str) -> None:
    """Two processes, one key; and neither link nor signature is in the log."""
    del loaded
    bot = started("--verbose", "run")
    try:
        _await(f"{address}/d/x")
        link = dateline("ask", TRIPS, "--json").json()["citations"][0]["link"]
        with urllib.request.urlopen(link) as page:  # noqa: S310 - an address of ours
            text = page.read().decode()
        assert '<mark id="cited" class="last">' in text
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(link.replace("&k=", "&k=A"))  # noqa: S310 - likewise
        assert refused.value.code == 403
        refused.value.close()
    finally:
        bot.send_signal(signal.SIGTERM)
        said = ended(bot)
    assert said.status == 0
    assert json.dumps(link.partition("&k=")[2][:20]).strip('"') not in said.err


def _await(address: str) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address)  # noqa: S310 - an address of ours
        except urllib.error.HTTPError as answered:
            answered.close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server does not answer")
