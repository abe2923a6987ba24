"""Links to the reader page: nobody but Dateline makes one, and each opens what it was made for."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.web.links import Fault, Kind, SignedLinks, Target
from briefs.ports import Links
from tests.briefing import HOSTILE, cite
from tests.building import document, modest

NOW = datetime(2024, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=9)))
"""In UTC it is the evening before."""
LAST = datetime(2024, 12, 22, tzinfo=UTC)
SECRET = b"0123456789abcdef0123456789abcdef"
CHANNEL = "slack:C0123"
ARTICLE = document("The boats left. They made 43 trips.", id="abc", revision=2)
CITATION = cite(ARTICLE, 1, "They made 43 trips.")


def links(**facts: Any) -> SignedLinks:
    """Return links of a page at an address, at a fixed time."""
    stated: dict[str, Any] = {
        "public_url": "https://news.example.org/dateline",
        "secret": lambda: SECRET,
        "now": lambda: NOW,
        **facts,
    }
    return SignedLinks(stated.pop("public_url"), stated.pop("secret"), **stated)


def opened(address: str, reader: SignedLinks | None = None, **changed: str) -> Target | Fault:
    """Return what a link opens, with some of what stands in it changed."""
    split = urlsplit(address)
    kind, wanted = split.path.rsplit("/", 2)[1:]
    query = dict(parse_qsl(split.query, keep_blank_values=True)) | changed
    wanted = query.pop("id", unquote(wanted))
    return (reader or links()).read(Kind(query.pop("kind", kind)), wanted, query)


def given_link(**facts: Any) -> str:
    """Return the link of the citation."""
    address = links(**facts).cited(CITATION, CHANNEL)
    assert address is not None
    return address


def test_they_are_what_the_newsroom_asks_for() -> None:
    """The port names the two methods that others use."""

    def asked(given: Links) -> tuple[str | None, str | None]:
        return given.cited(CITATION, CHANNEL), given.brief("b1", CHANNEL)

    assert asked(links()) == (given_link(), links().brief("b1", CHANNEL))


def test_a_link_leads_to_the_cited_span_and_opens_it() -> None:
    """Under the public address, with a fragment, so that no script is needed to get there."""
    address = given_link()
    assert address.startswith("https://news.example.org/dateline/d/abc?")
    assert address.endswith("#cited")
    assert opened(address) == Target(
        kind=Kind.DOCUMENT,
        id="abc",
        revision=2,
        start=16,
        end=35,
        channel=CHANNEL,
        expires=int(LAST.timestamp()),
    )


def test_a_link_to_a_brief_opens_it() -> None:
    """It has no span, and so no fragment."""
    address = links().brief("b1", CHANNEL)
    assert address is not None
    assert address.startswith("https://news.example.org/dateline/b/b1?c=slack:C0123&x=")
    assert "#" not in address
    assert opened(address) == Target(
        kind=Kind.BRIEF, id="b1", channel=CHANNEL, expires=int(LAST.timestamp())
    )


def test_without_a_public_address_there_are_no_links() -> None:
    """And no key is made for them; what was given before is still read."""

    def never() -> bytes:
        raise AssertionError

    without = links(public_url=None, secret=never)
    assert without.cited(CITATION, CHANNEL) is None
    assert without.brief("b1", CHANNEL) is None
    assert isinstance(opened(given_link(), links(public_url=None)), Target)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "abd"},
        {"id": "a" * 501},
        {"r": "1"},
        {"s": "15"},
        {"e": "36"},
        {"c": "slack:C0124"},
        {"c": "terminal:"},
        {"c": "slack:C0123 "},
        {"x": str(int(LAST.timestamp()) + 1)},
        {"k": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"k": "é"},
        {"k": "\ud800"},
        {"r": "02"},
        {"r": "٢"},
        {"s": "-16"},
        {"s": "1e1"},
        {"e": "9" * 5000},
        {"kind": "b"},
    ],
)
def test_whatever_is_changed_the_link_is_refused(changed: dict[str, str]) -> None:
    """Document, revision, span, channel and end are signed; nothing raises."""
    assert opened(given_link(), None, **changed) is Fault.TAMPERED


@pytest.mark.parametrize("name", ["r", "s", "e", "c", "x", "k"])
def test_what_is_cut_off_is_missing(name: str) -> None:
    """Links are cut when they are copied; who has half of one should hear that."""
    split = urlsplit(given_link())
    query = dict(parse_qsl(split.query))
    del query[name]
    assert links().read(Kind.DOCUMENT, "abc", query) is Fault.MISSING
    assert links().read(Kind.DOCUMENT, "abc", query | {name: ""}) is Fault.MISSING


def test_what_a_messenger_adds_to_a_link_does_no_harm() -> None:
    """Some append parameters of their own to whatever is clicked."""
    assert isinstance(opened(given_link(), utm_source="chat"), Target)


def test_a_link_expires_at_the_end_of_its_last_day() -> None:
    """At least the days that are configured after it was given, and no second longer."""
    address = given_link(days=30)
    assert timedelta(days=30) <= LAST - NOW
    second = timedelta(seconds=1)
    assert isinstance(opened(address, links(now=lambda: LAST - second)), Target)
    assert opened(address, links(now=lambda: LAST)) is Fault.EXPIRED
    # Who changes it as well hears only that it was changed.
    assert opened(address, links(now=lambda: LAST), s="1") is Fault.TAMPERED


def test_the_links_of_a_day_are_the_same() -> None:
    """The same question gives the same answer, its links included."""
    later = NOW + timedelta(minutes=29)
    assert given_link(now=lambda: later) == given_link()
    assert given_link(now=lambda: NOW + timedelta(days=1)) != given_link()


def test_another_secret_opens_nothing() -> None:
    """With the secret, all links that were given lose their force."""
    assert opened(given_link(), links(secret=lambda: b"x" * 32)) is Fault.TAMPERED


@modest
@given(
    one=st.tuples(st.text(), st.text(), *[st.integers(0, 9_999_999_999)] * 3),
    other=st.tuples(st.text(), st.text(), *[st.integers(0, 9_999_999_999)] * 3),
)
@example(one=("a", "b", 1, 11, 2), other=("a", "b", 11, 1, 2))
@example(one=('a", "b', "c", 1, 1, 2), other=("a", 'b", "c', 1, 1, 2))
def test_no_signature_fits_two_targets(one: Any, other: Any) -> None:
    """Whatever stands in a name, its end cannot be moved into the next one."""

    def signature(parts: Any) -> str:
        wanted, channel, revision, start, end = parts
        return links()._signature(
            Target(
                kind=Kind.DOCUMENT,
                id=wanted,
                channel=channel,
                revision=revision,
                start=start,
                end=end,
                expires=1,
            )
        )

    assert (signature(one) == signature(other)) == (one == other)


@modest
@given(
    wanted=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    channel=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
@example(wanted="../b/x?c=1#f", channel="terminal:/briefs and more/a.txt&k=1")
def test_whatever_they_are_called_links_open_what_they_were_made_for(
    wanted: str, channel: str
) -> None:
    """Names are percent-encoded, and come back as they were."""
    target = Target(kind=Kind.DOCUMENT, id=wanted, channel=channel, revision=1, expires=2**33)
    path = links().path(target)
    assert path.isascii()
    assert opened(f"https://news.example.org/{path}") == target


@modest
@given(
    wanted=st.text(max_size=30),
    query=st.dictionaries(st.sampled_from("rsecxk"), st.text(max_size=30)),
)
def test_nothing_that_somebody_makes_up_opens_anything(wanted: str, query: dict[str, str]) -> None:
    """It is refused, and never an error of ours."""
    for kind in Kind:
        assert isinstance(links().read(kind, wanted, query), Fault)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_open_nothing(text: str) -> None:
    """In every field at once."""
    query = dict.fromkeys("rsecxk", text or "1")
    assert isinstance(links().read(Kind.DOCUMENT, text, query), Fault)
