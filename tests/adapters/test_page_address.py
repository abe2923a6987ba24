"""Which addresses a link may lead to."""

import pytest

from adapters.page_address import page_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://news.example/a?b=c#d", "https://news.example/a?b=c#d"),
        ("HTTP://news.example/a", "http://news.example/a"),
        ("https://news.example@elsewhere.example/", None),
        ("https://:word@elsewhere.example/", None),
        ("https://@elsewhere.example/", "https://elsewhere.example/"),
        ("javascript:alert(1)", None),
        ("ftp://news.example/a", None),
        ("//news.example/a", None),
        ("/a", None),
        ("https:///a", None),
        ("https://news.example:port/", None),
        ("https://[news/", None),
        ("", None),
    ],
)
def test_a_link_leads_to_a_web_page_and_nowhere_else(url: str, address: str | None) -> None:
    """With no name before the host, by which it would look like another's."""
    assert page_address(url) == address
