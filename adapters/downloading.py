"""What fetching a file from a chat platform is like on each of them: in time, and capped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from briefs.errors import SourceError

TOTAL_SECONDS = 60.0

_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """A file that somebody sent."""

    name: str
    data: bytes


@asynccontextmanager
async def handed_out_by(platform: str) -> AsyncIterator[None]:
    """Give a platform its time to hand a file out.

    Raises:
        SourceError: It takes longer, or the file cannot be fetched.
    """
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            yield
    except TimeoutError as error:
        raise SourceError(f"{platform} took too long to hand it out; try again") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise SourceError(f"it cannot be fetched ({type(error).__name__}); try again") from error


def check_size(size: object, most: int) -> None:
    """Look at the size that a platform states, where it states one.

    Raises:
        SourceError: It is more than so many bytes.
    """
    if isinstance(size, int) and size > most:
        raise SourceError(f"it is larger than {most:,} bytes (limits.file_bytes)")


async def body(reply: aiohttp.ClientResponse, most: int) -> bytes:
    """Return what is handed out, whatever size was stated.

    Raises:
        SourceError: It is more than so many bytes.
    """
    data = bytearray()
    async for chunk in reply.content.iter_chunked(_CHUNK):
        data += chunk
        check_size(len(data), most)
    return bytes(data)
