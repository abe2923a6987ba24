"""Which addresses are public, and how a URL is written."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loading.addresses import canonical_url, is_public, web_url
from briefs.errors import SourceError

_REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192
192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:8.8.8.8
64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 4000::1 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ffff::1
""".split()

_PUBLIC = """
1.1.1.1 8.8.8.8 11.0.0.1 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
172.15.255.255 172.32.0.1 192.0.1.1 198.17.255.255 198.20.0.1 223.255.255.255
2001:200::1 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450:4001:800::200e
::ffff:8.8.8.8
""".split()


@pytest.mark.parametrize("address", _REFUSED)
def test_what_is_not_of_the_public_internet_is_not_public(address: str) -> None:
    """None of these may be connected to for a person, whatever Python's own lists say."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", _PUBLIC)
def test_what_is_routed_to_everyone_is_public(address: str) -> None:
    """The neighbours of what is refused are not refused with it."""
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_nothing_is_public_that_ipaddress_knows_to_be_special(
    address: IPv4Address | IPv6Address,
) -> None:
    """Whatever Python learns in a later release is refused too."""
    if is_public(address):
        plain = getattr(address, "ipv4_mapped", None) or address
        assert plain.is_global
        assert not plain.is_private
        assert not plain.is_loopback
        assert not plain.is_link_local
        assert not plain.is_multicast
        assert not plain.is_reserved
        assert not plain.is_unspecified


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_as_public_as_the_ipv6_address_that_maps_it(
    address: IPv4Address,
) -> None:
    """Writing an address as ::ffff:a.b.c.d is no way around."""
    assert is_public(IPv6Address(f"::ffff:{address}")) == is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_translated_into_ipv6_is_never_public(address: IPv4Address) -> None:
    """NAT64, 6to4 and Teredo carry an IPv4 address to where this side cannot see."""
    number = int(address)
    for wrapped in (
        IPv6Address(f"64:ff9b::{address}"),
        IPv6Address((0x2002 << 112) | (number << 80)),
        IPv6Address((0x2001 << 112) | (number << 64)),
        IPv6Address(number),
    ):
        assert not is_public(wrapped)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        (" https://example.com/a\n", "https://example.com/a"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("http://example.com./a", "http://example.com/a"),
        ("http://example.com/a#b", "http://example.com/a"),
        ("http://example.com/a/../b", "http://example.com/b"),
        ("https://münchen.de/ä?q=ö", "https://xn--mnchen-3ya.de/%C3%A4?q=%C3%B6"),
        ("http://\uff11\uff12\uff17.0.0.1/", "http://127.0.0.1/"),
        ("http://[2A00::1]:8080/x", "http://[2a00::1]:8080/x"),
        ("http://e.com/?b=2&utm_source=x&a=1&UTM_medium=y&fbclid=z", "http://e.com/?b=2&a=1"),
        ("http://e.com/?utm%5Fsource=x&gclid=1", "http://e.com/"),
        ("http://e.com/?a=1&a=0&page", "http://e.com/?a=1&a=0&page"),
        ("http://e.com/?utmost=1&my_utm_source=2", "http://e.com/?utmost=1&my_utm_source=2"),
    ],
)
def test_a_url_has_one_spelling(url: str, canonical: str) -> None:
    """What does not tell pages apart is gone; everything else stays, in its order."""
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "begins with http"),
        ("example.com/a", "begins with http"),
        ("//example.com/a", "begins with http"),
        ("ftp://example.com/a", "begins with http"),
        ("file:///etc/passwd", "begins with http"),
        ("javascript:alert(1)", "begins with http"),
        ("http://", "names no host"),
        ("http:///a", "names no host"),
        ("http://a..b/", "names no host"),
        ("http://a%2fb/", "names no host"),
        ("http://ex ample.com/", "names no host"),
        ("http://a.com:0/", "names no host"),
        ("http://[fe80::1%25eth0]/", "names no host"),
        (f"http://{'a' * 64}.com/", "names no host"),
        (f"http://{'a.' * 150}com/", "names no host"),
        ("http://a.com:99999/", "is not a web address"),
        ("http://[::1/", "is not a web address"),
        ("http://a.com\\@b.com/", "is not a web address"),
        ("http://\ud800/", "is not a web address"),
        ("http://user:secret@example.com/", "user name or a password"),
        ("http://user@example.com/", "user name or a password"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused_with_the_reason(url: str, reason: str) -> None:
    """One sentence says what is wrong, and never repeats a password."""
    with pytest.raises(SourceError, match=reason) as refused:
        canonical_url(url)
    assert "secret" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_a_url_that_is_fetched_keeps_the_parameters_that_only_track() -> None:
    """A site that redirects to itself with a parameter would go round for ever without it."""
    assert str(web_url("http://e.com/?utm_source=x#y")) == "http://e.com/?utm_source=x"


@given(
    st.one_of(st.text(), st.text().map("http://e.com/{}".format), st.text().map("http://{}".format))
)
def test_any_text_has_a_canonical_url_that_is_its_own_or_none(text: str) -> None:
    """Whatever is typed ends in one spelling or one sentence."""
    try:
        canonical: str | None = canonical_url(text)
    except SourceError as error:
        sentence, canonical = str(error), None
    else:
        sentence = canonical or ""
    assert sentence.isprintable()
    assert canonical is None or (canonical.isascii() and canonical_url(canonical) == canonical)
