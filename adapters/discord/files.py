"""Files that people attach on Discord: fetched from where Discord keeps them, capped."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from adapters.downloading import SharedFile, body, check_size, handed_out_by
from briefs.errors import SourceError

_HOSTS = ("discordapp.com", "discordapp.net", "discord.com")
_FOUND, _GONE = 200, 404


class Downloads:
    """Fetches attachments."""

    def __init__(self, cdn_url: str, max_bytes: int) -> None:
        """Take the configured endpoint, which is trusted, and how large a file may be."""
        self._cdn = URL(cdn_url)
        self._max_bytes = max_bytes

    async def fetch(self, attachment: Mapping[str, Any]) -> SharedFile:
        """Fetch a file as an option or a message describes it: `name`, `size` and `url`.

        Raises:
            SourceError: It is too large, Discord does not hand it out, or it lies elsewhere.
        """
        name = str(attachment.get("name") or "file")
        check_size(attachment.get("size"), self._max_bytes)
        async with handed_out_by("Discord"):
            address = URL(str(attachment.get("url") or ""))
            if not self._is_discords(address):
                raise SourceError("it lies outside Discord; give its web address instead")
            return SharedFile(name=name, data=await self._read(address))

    async def _read(self, address: URL) -> bytes:
        # Its signature is in the address: no token goes anywhere.
        async with (
            aiohttp.ClientSession() as session,
            session.get(address, allow_redirects=False) as reply,
        ):
            if reply.status == _GONE:
                raise SourceError("its link has expired; attach it again")
            if reply.status != _FOUND:
                raise SourceError(f"Discord does not hand it out (status {reply.status})")
            return await body(reply, self._max_bytes)

    def _is_discords(self, address: URL) -> bool:
        if not address.absolute:
            return False
        if address.origin() == self._cdn.origin():
            return True
        host = (address.host or "").casefold()
        named = any(host == each or host.endswith(f".{each}") for each in _HOSTS)
        return address.scheme == "https" and named
