"""Files that people share on Slack: fetched with the bot's token, and no further than that."""

import asyncio
from typing import Any

import pytest

from adapters.slack import files
from adapters.slack.files import Downloads
from briefs.errors import SourceError
from tests.adapters.slack.conftest import ANN, connection
from tests.doubles.slack import ApiError, LostReply, ServerError, SharedFile, SlackDouble, Slow

TEXT = b"The ferry sails twice a week.\n"
HTML = b"<html><body><p>The ferry sails twice a week.</p></body></html>"


def downloads(slack: SlackDouble, most: int = 10_000) -> Downloads:
    """Return what fetches files of the workspace."""
    return Downloads(connection(slack).client(), most)


def upload(slack: SlackDouble, **changes: Any) -> SharedFile:
    """Return a file that was uploaded."""
    known = {"name": "ferry.txt", "data": TEXT, "mimetype": "text/plain", "user": ANN}
    return slack.upload(**{**known, **changes})


async def test_a_file_is_fetched_with_the_bots_token(slack: SlackDouble) -> None:
    """As it is, under its name."""
    found = await downloads(slack).fetch(upload(slack).json())
    assert (found.name, found.data) == ("ferry.txt", TEXT)
    (download,) = slack.downloads
    assert download.authorization == f"Bearer {slack.bot_token}"


async def test_a_file_of_which_only_the_id_is_known_is_looked_up(slack: SlackDouble) -> None:
    """As in a channel that is shared with another workspace."""
    file = upload(slack)
    for described in ({"id": file.id}, {**file.json(), "file_access": "check_file_info"}):
        found = await downloads(slack).fetch(described)
        assert found.data == TEXT
    assert len(slack.called("files.info")) == 2
    for fault, reason in (
        (ApiError("file_not_found"), "file_not_found"),
        (ServerError(500), "Slack answered with an error"),
    ):
        slack.fault("files.info", fault)
        with pytest.raises(SourceError, match=reason):
            await downloads(slack).fetch({"id": file.id})
    slack.scopes.discard("files:read")
    with pytest.raises(SourceError, match="files:read"):
        await downloads(slack).fetch({"id": file.id})


async def test_without_the_scope_slack_shows_its_login_page(slack: SlackDouble) -> None:
    """Which is no article, whatever the file is called; it is said how to get the scope."""
    slack.scopes.discard("files:read")
    for name, data in (("ferry.txt", TEXT), ("ferry.html", HTML)):
        with pytest.raises(SourceError, match="files:read"):
            await downloads(slack).fetch(upload(slack, name=name, data=data).json())


async def test_a_page_that_somebody_shared_is_a_page(slack: SlackDouble) -> None:
    """And not taken for the login page."""
    page = upload(slack, name="Ferry.HTML", data=HTML, mimetype="text/html")
    assert (await downloads(slack).fetch(page.json())).data == HTML


async def test_a_file_that_is_too_large_is_not_fetched(slack: SlackDouble) -> None:
    """Or not to its end, where its size is not said, or said wrongly."""
    file = upload(slack, data=b"x" * 30_000)
    with pytest.raises(SourceError, match=r"larger than 10,000 bytes \(limits.file_bytes\)"):
        await downloads(slack).fetch(file.json())
    assert slack.downloads == []
    for size in (None, 7, "30000"):
        with pytest.raises(SourceError, match="larger than 10,000 bytes"):
            await downloads(slack).fetch({**file.json(), "size": size})
    assert len(slack.downloads) == 3
    assert (await downloads(slack, 30_000).fetch(file.json())).data == file.data


@pytest.mark.parametrize("mode", ["external", "tombstone", "hidden_by_limit"])
async def test_a_file_that_is_not_kept_on_slack_is_not_fetched(
    slack: SlackDouble, mode: str
) -> None:
    """Its own address is to be given."""
    with pytest.raises(SourceError, match="not kept on Slack"):
        await downloads(slack).fetch({**upload(slack).json(), "mode": mode})
    assert slack.downloads == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/file",
        "http://files.slack.com/file",
        "https://files.slack.com.evil.example/file",
        "https://evilslack.com/file",
        "https://files.slack.com@evil.example/file",
        "http://127.0.0.1:1/file",
        "file:///etc/passwd",
        "ftp://files.slack.com/file",
        "//files.slack.com/file",
        "nowhere",
        "",
        "http://[",
    ],
)
async def test_the_token_goes_nowhere_else(slack: SlackDouble, address: str) -> None:
    """Whatever a payload claims."""
    described = {**upload(slack).json(), "url_private_download": address, "url_private": address}
    with pytest.raises(SourceError):
        await downloads(slack).fetch({**described, "id": None} if not address else described)
    assert slack.downloads == []


async def test_a_redirect_leads_to_slack_only(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And takes no token along, wherever it leads."""
    file = upload(slack, redirect=True)
    with pytest.raises(SourceError, match="outside Slack"):
        await downloads(slack).fetch(file.json())
    assert [each.elsewhere for each in slack.downloads] == [False]
    monkeypatch.setattr(Downloads, "_is_slacks", lambda *_: True)
    assert (await downloads(slack).fetch(file.json())).data == TEXT
    assert [each.authorization for each in slack.downloads[1:]] == [
        f"Bearer {slack.bot_token}",
        None,
    ]


async def test_redirects_come_to_an_end(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here after the first."""
    monkeypatch.setattr(files, "_REDIRECTS", 1)
    with pytest.raises(SourceError, match="from one address to the next"):
        await downloads(slack).fetch(upload(slack, redirect=True).json())


async def test_a_file_that_drips_is_not_waited_for(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that does not begin."""
    monkeypatch.setattr("adapters.downloading.TOTAL_SECONDS", 0.2)
    with pytest.raises(SourceError, match="took too long"):
        await downloads(slack).fetch(upload(slack, data=b"x" * 9_000, drip=0.1).json())
    slack.fault("files", Slow(0.5))
    with pytest.raises(SourceError, match="took too long"):
        await downloads(slack).fetch(upload(slack).json())
    await asyncio.sleep(0.4)


@pytest.mark.parametrize("length", [10, 2_000])
async def test_a_part_of_a_file_is_not_taken_for_the_file(slack: SlackDouble, length: int) -> None:
    """However the length is lied about."""
    with pytest.raises(SourceError, match="try again"):
        await downloads(slack).fetch(upload(slack, data=TEXT * 10, length=length).json())


@pytest.mark.parametrize("fault", [LostReply(), ServerError(500), ApiError("gone")])
async def test_a_file_that_cannot_be_had_is_said(slack: SlackDouble, fault: Any) -> None:
    """Nothing of the address is in it."""
    slack.fault("files", fault, times=3)
    with pytest.raises(SourceError) as raised:
        await downloads(slack).fetch(upload(slack).json())
    assert "http" not in str(raised.value)


@pytest.mark.parametrize("file", [{}, {"id": None}, {"id": "F0NONE"}, {"url_private": 7}])
async def test_a_description_of_no_file_is_none(slack: SlackDouble, file: dict[str, Any]) -> None:
    """And does no harm."""
    with pytest.raises(SourceError):
        await downloads(slack).fetch(file)
