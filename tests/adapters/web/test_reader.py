"""The reader over HTTP: who may see what, at each request anew, and what stays text."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urljoin

import aiohttp
import pytest
from lxml import etree  # type: ignore[import-untyped]

from adapters.web.reader import FRESH
from briefs.model import Stated
from briefs.ports import EditSource, RemoveSource
from tests.adapters.web.conftest import HOSTILE, NEWS, PORTS, SECRET, Reading

TRIPS = "How many trips did the tankers make to the port of Vostochny?"
BAY = "When did the submarine leave the secret bay?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str
    address: str

    @property
    def tree(self) -> etree._Element:
        """The page, as a browser would understand it."""
        return etree.HTML(self.text)

    @property
    def words(self) -> str:
        """The text of the page, spaces made one."""
        return " ".join("".join(self.tree.find(".//body").itertext()).split())

    def links(self, path: str) -> list[str]:
        """Return the addresses that some links lead to."""
        return [urljoin(self.address, each.get("href")) for each in self.tree.xpath(path)]


@asynccontextmanager
async def browsing() -> AsyncIterator[aiohttp.ClientSession]:
    """Yield what fetches pages."""
    async with aiohttp.ClientSession() as session:
        yield session


async def got(address: str, method: str = "GET") -> Got:
    """Fetch a page."""
    async with browsing() as session, session.request(method, address) as answer:
        return Got(
            status=answer.status,
            headers=dict(answer.headers),
            text=await answer.text(),
            address=str(answer.url),
        )


async def test_a_link_of_an_answer_shows_the_quote_in_its_article(reading: Reading) -> None:
    """Whole, with what was left out of it."""
    page = await got(await reading.link(TRIPS))
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    (mark,) = page.tree.xpath("//mark[@id='cited']")
    assert mark.text == "The tankers made 43 trips to the port of Vostochny."
    assert "the original at coast.example.org" in page.words
    assert "related: Read also: The ferries that nobody wants" in page.words
    assert "changed since" not in page.words


async def test_nothing_of_a_page_is_kept_told_or_found(reading: Reading) -> None:
    """By a cache, by the next server, by a search engine, by another page; nor may it run."""
    link = await reading.link(TRIPS)
    for address, method in ((link, "GET"), (link, "HEAD"), (f"{reading.address}/d/x", "GET")):
        headers = (await got(address, method)).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("r=1", "r=2"),
        ("s=", "s=1"),
        ("e=", "e=1"),
        ("c=slack:C0NEWS", "c=slack:C0PORTS"),
        ("c=slack:C0NEWS", "c=terminal:"),
        ("x=", "x=9"),
        ("k=", "k=A"),
        ("/d/", "/b/"),
    ],
)
async def test_a_tampered_link_is_refused(reading: Reading, before: str, after: str) -> None:
    """It says how to get one that works, and shows nothing."""
    link = await reading.link(TRIPS)
    assert before in link
    page = await got(link.replace(before, after, 1))
    assert page.status == 403
    assert page.words == f"This link is not valid It is not as Dateline gave it. {FRESH}"


async def test_a_link_without_a_signature_is_refused(reading: Reading) -> None:
    """The document's id alone opens nothing, whether there is such a document or not."""
    citation = await reading.cited(TRIPS)
    pages = [
        await got(f"{reading.address}/{path}")
        for path in (f"d/{citation.document.id}", "d/x", "b/x", f"d/{citation.document.id}?r=1")
    ]
    assert {each.status for each in pages} == {403}
    assert {each.words for each in pages} == {
        f"This link is incomplete A part of it is missing. {FRESH}"
    }


async def test_an_expired_link_is_refused_and_says_how_to_get_a_fresh_one(
    reading: Reading,
) -> None:
    """The same question gives one that works."""
    link = await reading.link(TRIPS)
    reading.now += timedelta(days=30)
    assert (await got(link)).status == 200
    reading.now += timedelta(days=1)
    page = await got(link)
    assert page.status == 403
    assert page.words.startswith("This link has expired")
    assert "ask again, or press “Sources”" in page.words
    assert (await got(await reading.link(TRIPS))).status == 200


async def test_a_link_of_another_collection_is_refused_once_it_is_not_granted(
    reading: Reading,
) -> None:
    """What was granted is looked up at each request, and not when the link was given."""
    link = await reading.link(BAY, PORTS)
    assert SECRET in (await got(link)).words
    reading.grant(PORTS, "main")
    page = await got(link)
    assert page.status == 403
    assert page.words.startswith("This article may not be shown")
    assert SECRET not in page.text
    assert "Night sailing" not in page.text
    reading.grant(PORTS, "sea")
    assert (await got(link)).status == 200


async def test_a_link_signed_for_a_channel_that_never_saw_the_collection_is_refused(
    reading: Reading,
) -> None:
    """A signature says who was given the link, and not what may be seen."""
    citation = await reading.cited(BAY, PORTS)
    link = reading.links.cited(citation, NEWS)
    assert link is not None
    page = await got(link)
    assert page.status == 403
    assert SECRET not in page.text


async def test_the_operators_links_show_every_collection(reading: Reading) -> None:
    """As the terminal does."""
    link = reading.links.cited(await reading.cited(BAY, PORTS), "terminal:")
    assert link is not None
    assert SECRET in (await got(link)).words


async def test_a_removed_article_is_gone_and_nothing_of_it_is_shown(reading: Reading) -> None:
    """Not its text, not its title, not what was left out of it."""
    citation = await reading.cited(TRIPS)
    link = await reading.link(TRIPS)
    await reading.typed(RemoveSource(id=citation.document.id))
    page = await got(link)
    assert page.status == 410
    assert page.words.startswith("This article was removed")
    for told in ("tankers", "Coast Herald", "ferries"):
        assert told not in page.text.replace("tankers?", "")


async def test_an_article_that_changed_is_shown_as_it_was_cited_and_leads_to_the_newest(
    reading: Reading,
) -> None:
    """With what was left out then; and where the words still stand, they are marked there."""
    link = await reading.link(TRIPS)
    citation = await reading.cited(TRIPS)
    await reading.load(
        "coast.md",
        f"At first it was quiet. {citation.quote} Then they left.",
        title="Tankers at the coast",
        outlet="Coast Herald",
    )
    page = await got(link)
    assert page.status == 200
    assert "This article changed since the answer." in page.words
    assert "revision 1; now it is at revision 2" in page.words
    assert "The quoted words still stand in it" in page.words
    assert "Share on Facebook" in page.words
    assert "At first it was quiet." not in page.words
    (newest,) = page.links("//*[@role='note']//a")
    now = await got(newest)
    assert now.status == 200
    assert [each.text for each in now.tree.xpath("//mark")] == [citation.quote]
    assert "At first it was quiet." in now.words
    assert "changed since" not in now.words
    # It opens no longer than the link that led there.
    reading.now += timedelta(days=31)
    assert (await got(newest)).status == 403


async def test_words_that_were_taken_back_are_said_to_be_gone(reading: Reading) -> None:
    """The link to what it says now marks nothing."""
    link = await reading.link(TRIPS)
    await reading.load("coast.md", "The tankers made 44 trips.", title="Tankers at the coast")
    page = await got(link)
    assert "The quoted words do not stand in it any more" in page.words
    (newest,) = page.links("//*[@role='note']//a")
    now = await got(newest)
    assert "44 trips" in now.words
    assert now.tree.xpath("//mark") == []


async def test_what_is_stated_of_an_article_is_a_revision_too(reading: Reading) -> None:
    """The words stay; the old title stays with the old revision."""
    link = await reading.link(TRIPS)
    citation = await reading.cited(TRIPS)
    await reading.typed(EditSource(id=citation.document.id, stated=Stated(title="Renamed")))
    page = await got(link)
    assert "Tankers at the coast" in page.words
    assert "Renamed" not in page.words
    (newest,) = page.links("//*[@role='note']//a")
    assert "Renamed" in (await got(newest)).words


async def test_hostile_text_stays_text(reading: Reading) -> None:
    """In the title, the outlet and the article itself."""
    page = await got(await reading.link("Who painted the harbour crane green?"))
    assert page.status == 200
    assert page.tree.xpath("//script | //img") == []
    assert page.words.count(HOSTILE) == 2
    article = "".join(page.tree.find(".//article").itertext())
    assert "He wrote <script>document.title = 'taken over'" in article


async def test_an_article_lists_the_briefs_of_the_links_channel(reading: Reading) -> None:
    """Those of another channel are not told of; the operator's links tell of all."""
    of_news, of_ports = await reading.brief(NEWS), await reading.brief(PORTS)
    news = await got(await reading.link(TRIPS))
    assert [each.split("?")[0] for each in news.links("//ul[@class='briefs']//a")] == [
        of_news.split("?")[0]
    ]
    link = reading.links.cited(await reading.cited(TRIPS), "terminal:")
    assert link is not None
    everywhere = await got(link)
    shown = {each.split("?")[0] for each in everywhere.links("//ul[@class='briefs']//a")}
    assert shown == {of_news.split("?")[0], of_ports.split("?")[0]}


async def test_a_brief_leads_to_its_articles_and_back(reading: Reading) -> None:
    """Every citation of it leads to its words in the article."""
    brief = await got(await reading.brief(NEWS))
    assert brief.status == 200
    addresses = brief.links("//ol[@class='citations']//a[contains(@href, '/d/')]")
    quotes = ["".join(each.itertext()) for each in brief.tree.xpath("//ol//blockquote")]
    assert len(addresses) == len(quotes) > 0
    for address, quote in zip(addresses, quotes, strict=True):
        article = await got(address)
        assert article.status == 200
        assert "".join(article.tree.xpath("string(//mark)").split()) == "".join(quote.split())
        (back,) = article.links("//ul[@class='briefs']//a")
        assert (await got(back)).text == brief.text


async def test_a_brief_is_refused_once_something_of_it_is_not_granted(reading: Reading) -> None:
    """What was made from a collection may not be read without it."""
    link = await reading.brief(PORTS)
    assert SECRET in (await got(link)).words
    reading.grant(PORTS, "main")
    page = await got(link)
    assert page.status == 403
    assert SECRET not in page.text
    article = await got(await reading.link(TRIPS, PORTS))
    assert article.links("//ul[@class='briefs']//a") == []


async def test_a_brief_is_shown_without_what_was_removed(reading: Reading) -> None:
    """And says so; what changed is named."""
    link = await reading.brief(PORTS)
    secret = await reading.cited(BAY, PORTS)
    await reading.typed(RemoveSource(id=secret.document.id))
    await reading.load("coast.md", "The tankers made 44 trips.", title="Tankers at the coast")
    page = await got(link)
    assert page.status == 200
    assert SECRET not in page.text
    assert "1 article that this brief cited was removed since" in page.words
    assert "Changed since this brief: “Tankers at the coast”" in page.words


async def test_what_is_not_there_is_not_found(reading: Reading) -> None:
    """A link may be older than the library, after a backup was restored."""
    citation = await reading.cited(TRIPS)
    for document in (
        replace(citation.document, id="other"),
        replace(citation.document, revision=2),
        replace(citation.document, revision=0),
    ):
        link = reading.links.cited(replace(citation, document=document), NEWS)
        assert link is not None
        assert (await got(link)).status == 404
    brief = reading.links.brief("b", NEWS)
    assert brief is not None
    assert (await got(brief)).status == 404


async def test_the_beginning_of_a_briefs_id_opens_nothing(reading: Reading) -> None:
    """A signature is for one brief."""
    link = await reading.brief(NEWS)
    wanted = link.partition("?")[0].rpartition("/")[2]
    short = reading.links.brief(wanted[:-1], NEWS)
    assert short is not None
    assert (await got(short)).status == 404


async def test_a_database_that_fails_is_a_page_and_not_a_traceback(reading: Reading) -> None:
    """And what was asked for is not in the log: who reads it could open the page."""
    link = await reading.link(TRIPS)
    with reading.app.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE revisions RENAME TO mislaid")
    page = await got(link)
    assert page.status == 503
    assert page.words == "This page cannot be shown now Try again later."


async def test_the_log_has_no_link(reading: Reading, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of a page that was shown nor of one that was refused."""
    caplog.set_level(logging.DEBUG)
    link = await reading.link(TRIPS)
    await got(link)
    await got(link.replace("k=", "k=A"))
    signature = link.partition("k=")[2].partition("#")[0]
    said = [record for record in caplog.records if not record.name.startswith("asyncio")]
    assert not any(signature in record.getMessage() for record in said)
