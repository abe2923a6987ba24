"""Files that people share on Slack: fetched with the bot's token, capped, and nowhere else."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters.downloading import SharedFile, body, check_size, handed_out_by
from adapters.slack.errors import outcome_of
from briefs.errors import SourceError

_REDIRECTS = 3
_HOSTS = (".slack.com", ".slack-edge.com", ".slack-files.com")
_HTML = ("html", "htm")
_FOUND = 200


class Downloads:
    """Fetches shared files."""

    def __init__(self, client: AsyncWebClient, max_bytes: int) -> None:
        """Take the client whose token opens files, and how large one may be."""
        self._client = client
        self._max_bytes = max_bytes
        self._api = URL(client.base_url)

    async def fetch(self, file: Mapping[str, Any]) -> SharedFile:
        """Fetch a file as an event, a form or a message describes it.

        Raises:
            SourceError: It is too large, Slack does not hand it out, or it is not kept on Slack.
        """
        described = await self._described(file)
        name = str(described.get("name") or described.get("title") or "file")
        if described.get("mode") in {"external", "tombstone", "hidden_by_limit"}:
            raise SourceError("it is not kept on Slack; give its web address instead")
        size = described.get("size")
        check_size(size, self._max_bytes)
        address = described.get("url_private_download") or described.get("url_private")
        if not isinstance(address, str):
            raise SourceError("Slack does not say where it is")
        async with handed_out_by("Slack"):
            data, kind = await self._read(URL(address))
        is_page = kind == "text/html"
        is_other = isinstance(size, int) and size > 0 and size != len(data)
        if is_page and (is_other or not name.casefold().endswith(_HTML)):
            raise SourceError(
                "Slack shows its login page instead: the app lacks the scope files:read; install "
                "it again with docs/slack-manifest.yaml"
            )
        if isinstance(size, int) and len(data) < size:
            raise SourceError("Slack handed out a part of it only; try again")
        return SharedFile(name=name, data=data)

    async def _described(self, file: Mapping[str, Any]) -> Mapping[str, Any]:
        # A form gives the whole file; a channel that is shared with others may give the id alone.
        if file.get("url_private") and file.get("file_access") != "check_file_info":
            return file
        try:
            reply = await self._client.files_info(file=str(file.get("id")))
        except Exception as error:
            outcome = outcome_of(error)
            if outcome is None:
                raise
            raise SourceError(outcome.reason) from error
        return dict(reply.get("file") or {})

    async def _read(self, address: URL) -> tuple[bytes, str]:
        """Return what is at an address, and its kind; the token goes to the first one only."""
        headers = {"Authorization": f"Bearer {self._client.token}"}
        async with aiohttp.ClientSession() as session:
            for _ in range(_REDIRECTS):
                if not self._is_slacks(address):
                    raise SourceError("it lies outside Slack; give its web address instead")
                async with session.get(address, headers=headers, allow_redirects=False) as reply:
                    if reply.status in {301, 302, 303, 307, 308}:
                        address = address.join(URL(reply.headers.get("Location", "")))
                        headers = {}
                        continue
                    if reply.status != _FOUND:
                        raise SourceError(f"Slack does not hand it out (status {reply.status})")
                    return await body(reply, self._max_bytes), reply.content_type
        raise SourceError("Slack sends from one address to the next")

    def _is_slacks(self, address: URL) -> bool:
        if address.origin() == self._api.origin():
            return True
        host = (address.host or "").casefold()
        return address.scheme == "https" and host.endswith(_HOSTS)
