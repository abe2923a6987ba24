"""Files that people attach on Discord: fetched from where Discord keeps them, capped."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from briefs.errors import SourceError

TOTAL_SECONDS = 60.0
_CHUNK = 65_536
_HOSTS = ("discordapp.com", "discordapp.net", "discord.com")
_FOUND, _GONE = 200, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """A file that somebody attached."""

    name: str
    data: bytes


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
        size = attachment.get("size")
        if isinstance(size, int) and size > self._max_bytes:
            raise SourceError(self._too_large())
        try:
            address = URL(str(attachment.get("url") or ""))
            if not self._is_discords(address):
                raise SourceError("it lies outside Discord; give its web address instead")
            async with asyncio.timeout(TOTAL_SECONDS):
                return SharedFile(name=name, data=await self._read(address))
        except TimeoutError as error:
            raise SourceError("Discord took too long to hand it out; try again") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceError(
                f"it cannot be fetched ({type(error).__name__}); try again"
            ) from error

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
            data = bytearray()
            async for chunk in reply.content.iter_chunked(_CHUNK):
                data += chunk
                if len(data) > self._max_bytes:
                    raise SourceError(self._too_large())
            return bytes(data)

    def _is_discords(self, address: URL) -> bool:
        if not address.absolute:
            return False
        if address.origin() == self._cdn.origin():
            return True
        host = (address.host or "").casefold()
        named = any(host == each or host.endswith(f".{each}") for each in _HOSTS)
        return address.scheme == "https" and named

    def _too_large(self) -> str:
        return f"it is larger than {self._max_bytes:,} bytes (limits.file_bytes)"
