"""Why a page could not be fetched: a sentence for a person, of an error or of a status."""

import re
import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from yarl import URL


class PrivateAddressError(OSError):
    """An address is not public. An OSError, since aiohttp lets no other out of a connection."""


# The first that fits: from the narrow to the wide.
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (PrivateAddressError, "{host} is in a private network, and Dateline reads public pages only"),
    (ssl.SSLCertVerificationError, "the certificate of {host} cannot be trusted ({why})"),
    (ssl.SSLError, "{host} does not speak TLS as it should, so that https cannot be used"),
    (ConnectionRefusedError, "{host} refuses the connection"),
    (
        aiohttp.ClientConnectorDNSError,
        "the name {host} is not found; check how it is spelled, and the network",
    ),
    (aiohttp.ClientConnectorError, "{host} cannot be reached"),
    (aiohttp.InvalidURL, "{host} is not a host that can be reached"),
    (
        aiohttp.ClientResponseError,
        "{host} sent something that is not HTTP, or headers that are too long",
    ),
    (aiohttp.ClientPayloadError, "the page at {host} broke off, or is packed wrongly"),
)


def answered_without_page(url: URL, status: int, retry_after: str | None) -> str:
    """Return what the status of an answer that holds no page means."""
    match status:
        case 404 | 410:
            return f"there is no page at {url} (status {status})"
        case 401 | 402 | 403 | 407 | 451:
            return f"{url.host} does not let Dateline read it (status {status})"
        case 429:
            return f"{url.host} is asked too often; {_again(retry_after)} (status {status})"
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"{url.host} has trouble of its own; {_again(retry_after)} (status {status})"
        case _:
            return f"{url.host} answered, but with no page (status {status})"


def broke_off(error: Exception, host: str | None) -> str:
    """Return what a failed connection means."""
    # What aiohttp wraps says more than its wrapping.
    for cause in (getattr(error, "os_error", None), error):
        for kind, words in _FAILURES:
            if isinstance(cause, kind):
                return words.format(host=host, why=getattr(cause, "verify_message", ""))
    return f"the connection to {host} broke off"


def _again(retry_after: str | None) -> str:
    """Return when to try again, of a `Retry-After` in seconds or as a date (RFC 9110, 10.2.3)."""
    stated = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", stated):
        return f"try again in {int(stated):,} seconds"
    try:
        # Without an offset it is in UTC already: HTTP knows no other.
        when = parsedate_to_datetime(stated)
        when = when if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return "try again later"
    return f"try again after {when:%Y-%m-%d %H:%M} UTC"
