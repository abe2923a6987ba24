"""Which address of a source a link may lead to, wherever it is shown."""

from yarl import URL


def page_address(url: str) -> str | None:
    """Return an address that only leads to a web page as it is written, None for any other.

    What leads elsewhere than it looks (a user name before the host) or does something else (another
    scheme than the web's) is no address of an article. What the place where it is shown would obey
    is still in it.
    """
    try:
        parsed = URL(url)
        if parsed.scheme not in {"http", "https"} or not parsed.raw_host:
            return None
        if parsed.user is not None or parsed.password is not None:
            return None
        return str(parsed)
    except ValueError:
        return None
