"""Links as configured: under which secret, for how long, and only where there is an address."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.web.links import Fault, Kind, SignedLinks, Target
from bot.config import Settings, WebKeys, read_settings
from bot.linking import LINK_KEY, links_for
from bot.secrets import all_secrets
from briefs.errors import ConfigurationError, LibraryError
from tests.briefing import cite
from tests.building import document

SECRET = "correct horse battery staple, twice"  # noqa: S105 - nobody's
CITATION = cite(document("The boats left."))


def made(data: Path, url: str | None = "https://news.example.org", days: int = 30) -> SignedLinks:
    """Return the links of a data folder."""
    return links_for(Settings(web=WebKeys(public_url=url, link_days=days)), data)


def opened(address: str | None, reader: SignedLinks) -> Target | Fault:
    """Return what a link opens."""
    assert address is not None
    split = urlsplit(address)
    query = {name: value for name, (value,) in parse_qs(split.query).items()}
    return reader.read(Kind.DOCUMENT, split.path.rpartition("/")[2], query)


def test_a_key_is_made_in_the_data_folder_when_it_is_first_needed(tmp_path: Path) -> None:
    """Readable by its owner only; every process of the folder signs with it."""
    links = made(tmp_path)
    assert list(tmp_path.iterdir()) == []
    address = links.cited(CITATION, "slack:C1")
    assert isinstance(opened(address, made(tmp_path)), Target)
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / LINK_KEY).stat().st_mode) == 0o600


def test_a_secret_of_the_environment_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that two data folders may sign alike; no key is made then."""
    monkeypatch.setenv("DATELINE_LINK_SECRET", SECRET)
    address = made(tmp_path / "one").cited(CITATION, "slack:C1")
    assert isinstance(opened(address, made(tmp_path / "other")), Target)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("DATELINE_LINK_SECRET", SECRET.replace("twice", "once!"))
    assert opened(address, made(tmp_path / "one")) is Fault.TAMPERED


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every secret; and no log shows it."""
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("DATELINE_LINK_SECRET_FILE", str(file))
    address = made(tmp_path).cited(CITATION, "slack:C1")
    monkeypatch.delenv("DATELINE_LINK_SECRET_FILE")
    monkeypatch.setenv("DATELINE_LINK_SECRET", SECRET)
    assert isinstance(opened(address, made(tmp_path)), Target)
    assert SECRET in all_secrets()


def test_a_short_secret_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could be guessed; the message does not repeat it."""
    monkeypatch.setenv("DATELINE_LINK_SECRET", SECRET[:31])
    with pytest.raises(ConfigurationError, match="too short: it must have 32") as refused:
        made(tmp_path)
    assert SECRET[:31] not in str(refused.value)
    monkeypatch.setenv("DATELINE_LINK_SECRET", SECRET[:32])
    assert made(tmp_path).cited(CITATION, "slack:C1") is not None


def test_a_damaged_key_is_refused_and_left_alone(tmp_path: Path) -> None:
    """It says what is lost with it."""
    (tmp_path / LINK_KEY).write_text("0123", encoding="ascii")
    with pytest.raises(LibraryError, match="no link that was given until now opens any more"):
        made(tmp_path).cited(CITATION, "slack:C1")
    assert (tmp_path / LINK_KEY).read_text(encoding="ascii") == "0123"


def test_without_a_public_address_there_is_no_link_and_no_key(tmp_path: Path) -> None:
    """Most who only use the command line never need one."""
    links = made(tmp_path, None)
    assert links.cited(CITATION, "slack:C1") is None
    assert list(tmp_path.iterdir()) == []


def test_links_last_as_long_as_is_set(tmp_path: Path) -> None:
    """By the clock of the day on which they are given."""
    target = opened(made(tmp_path, days=3).cited(CITATION, "slack:C1"), made(tmp_path))
    assert isinstance(target, Target)
    left = datetime.fromtimestamp(target.expires, UTC) - datetime.now(UTC)
    assert timedelta(days=3) <= left <= timedelta(days=4)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example.org",
        "http://127.0.0.1:8080",
        "https://example.org/dateline",
        "https://[::1]:8080/a/b",
    ],
)
def test_an_address_without_a_slash_at_its_end_is_accepted(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a path before it, where a proxy serves several programs."""
    monkeypatch.setenv("DATELINE_WEB__PUBLIC_URL", url)
    assert read_settings().web.public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "news.example.org",
        "https://news.example.org/",
        "https://news.example.org/a/",
        "https://news.example.org?a=1",
        "https://news.example.org/a#b",
        "https://me:secret@news.example.org",
        "https://news.example.org/a b",
        "ftp://news.example.org",
        "javascript:alert(1)",
        "https://",
        "",
    ],
)
def test_what_no_link_can_begin_with_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable."""
    monkeypatch.setenv("DATELINE_WEB__PUBLIC_URL", url)
    with pytest.raises(ConfigurationError, match=r"DATELINE_WEB__PUBLIC_URL: web\.public_url"):
        read_settings()
