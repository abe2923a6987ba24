"""Which address of a source a page may lead to, and what it is called."""

from yarl import URL

from adapters.page_address import page_address
from adapters.wording import plain

_LONGEST = 2_000


def web_address(url: str | None) -> str | None:
    """Return an address that only leads to a web page as a page may show it, else None."""
    if url is None or len(url) > _LONGEST or plain(url) != url or " " in url:
        return None
    written = page_address(url)
    return None if written is None else _percented(written)


def host(address: str) -> str:
    """Return whose page an address leads to, in letters that no other host can look like."""
    return URL(address).raw_host or ""


def _percented(address: str) -> str:
    """Return an address without a character that means something to HTML or Markdown."""
    return "".join(
        f"%{ord(character):02X}" if character in "()<>[]\\\"'`*_{}|^ " else character
        for character in address
    )
