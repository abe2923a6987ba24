"""Which addresses of the network a page may come from, and one way to write each URL."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import unquote_plus

from yarl import URL

from briefs.errors import SourceError

# The properties of `ipaddress` follow IANA's registries, but not the same ones in every release of
# Python (CVE-2024-4032), and they say "global" of what is routed to somewhere else than it says.
# These lists hold whatever Python says.
# https://www.iana.org/assignments/iana-ipv4-special-registry
_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # between a carrier and its customers; metadata of some clouds
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own services, from inside Azure
        "169.254.0.0/16",  # link-local; 169.254.169.254 is the metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; metadata of some clouds
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays to 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; 255.255.255.255 is broadcast
    )
)
# All that is routed in public lies in here. Outside lie ::1, IPv4-compatible and NAT64 addresses,
# unique local (fc00::/7), link-local, site-local and multicast ones, and what IANA still keeps.
_PUBLIC_V6 = IPv6Network("2000::/3")
# https://www.iana.org/assignments/iana-ipv6-special-registry
_REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, among them Teredo (2001::/32), which holds IPv4
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)

_SCHEMES = frozenset({"http", "https"})
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_LONGEST_NAME = 253

# Who a reader was and where the link was clicked; never which page it is.
_TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id"
    r"|igsh|igshid|mc_[ce]id|mkt_tok|vero_id|oly_(?:anon|enc)_id|_hs(?:enc|mi)|_ga|_gl|_openstat",
    re.IGNORECASE,
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address belongs to the public internet, in itself and in what it wraps."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        listed = address in _PUBLIC_V6 and not any(address in network for network in _REFUSED_V6)
    else:
        listed = not any(address in network for network in _REFUSED_V4)
    return listed and address.is_global and not (address.is_multicast or address.is_reserved)


def web_url(url: str) -> URL:
    """Return a URL as a request names it: host in lower case and IDNA, no fragment.

    Raises:
        SourceError: It is not of http or https, has no host, a host that cannot be, or credentials.
    """
    try:
        return _checked(URL(url.strip()))
    except ValueError as error:  # UnicodeError too: a host that IDNA does not allow
        raise SourceError(f"{_shown(url)} is not a web address") from error


def canonical_url(url: str) -> str:
    """Return the one spelling of a URL by which the same page is known again.

    As `web_url`; without the default port, a dot at the end of the host, and parameters that only
    track readers. The other parameters keep their order and spelling.

    Raises:
        SourceError: As `web_url`.
    """
    checked = web_url(url)
    query = "&".join(
        pair
        for pair in checked.raw_query_string.split("&")
        if not _TRACKING.fullmatch(unquote_plus(pair.partition("=")[0]))
    )
    host = (checked.raw_host or "").removesuffix(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if checked.is_default_port() else f":{checked.port}"
    return f"{checked.scheme}://{host}{port}{checked.raw_path or '/'}" + (query and f"?{query}")


def _checked(url: URL) -> URL:
    if url.scheme not in _SCHEMES:
        raise SourceError(f"{_shown(str(url))} is not a web address that begins with http or https")
    if url.raw_user is not None or url.raw_password is not None:
        raise SourceError("a web address with a user name or a password in it is not read")
    host = url.raw_host
    if not host or not _can_be(host) or url.explicit_port == 0:
        raise SourceError(f"{_shown(str(url))} is not a web address: it names no host that can be")
    return url.with_fragment(None)


def _can_be(host: str) -> bool:
    """Say whether a host is an IP address, or a name that the DNS could hold."""
    if ":" in host:
        # A zone (“%eth0”) names an interface of this machine: no page of the web is behind it.
        return "%" not in host
    name = host.removesuffix(".")
    return len(name) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, name.split(".")))


def _shown(url: str) -> str:
    """Return a URL as an error may show it: short, and nothing in it that is not printable."""
    printable = "".join(character for character in url if character.isprintable())
    return f"“{printable[:100]}…”" if len(printable) > 100 else f"“{printable}”"  # noqa: PLR2004
