"""Which address of a source a page may lead to, and what it is called."""

from yarl import URL

from adapters.wording import plain

_LONGEST = 2_000


def web_address(url: str | None) -> str | None:
    """Return an address that only leads to a web page, None for any other.

    What leads elsewhere than it looks (a user name before the host) or does something else (another
    scheme than the web's) is no address of an article.
    """
    if url is None or len(url) > _LONGEST or plain(url) != url or " " in url:
        return None
    try:
        parsed = URL(url)
        if parsed.scheme not in {"http", "https"} or not parsed.raw_host:
            return None
        if parsed.user is not None or parsed.password is not None:
            return None
        written = str(parsed)
    except ValueError:
        return None
    return _percented(written)


def host(address: str) -> str:
    """Return whose page an address leads to, in letters that no other host can look like."""
    return URL(address).raw_host or ""


def _percented(address: str) -> str:
    """Return an address without a character that means something to HTML or Markdown."""
    return "".join(
        f"%{ord(character):02X}" if character in "()<>[]\\\"'`*_{}|^ " else character
        for character in address
    )
