"""The reader in a real browser: the quote is in view, with and without scripts, for everybody."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.adapters.web.browsers import ARGUMENTS, NONE, chromium
from tests.adapters.web.conftest import HOSTILE, LONG, NEWS, PORTS, Reading

pytestmark = pytest.mark.slow

TRIPS = "How many trips did the tankers make to the port of Vostochny?"
QUOTE = "The tankers made 43 trips to the port of Vostochny."
CRANE = "Who painted the harbour crane green?"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 3,
        "is_mobile": True,
        "has_touch": True,
    },
}
SERIOUS = {"serious", "critical"}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Return a browser; without one the test is skipped."""
    path = await asyncio.to_thread(chromium)
    if path is None:
        pytest.skip(NONE)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        await started.close()


@asynccontextmanager
async def opened(
    browser: Browser, address: str, *, status: int = 200, **screen: Any
) -> AsyncIterator[Page]:
    """Yield a page that is open; nothing may have been asked of any other server."""
    context = await browser.new_context(**(screen or SCREENS["desktop"]))
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == status
    yield page
    own = address.split("/")[2]
    assert {each.split("/")[2] for each in asked} == {own}
    # A refused page is told as an error, too.
    assert [each for each in complaints if "403" not in each and "favicon" not in each] == []
    await context.close()


async def box(page: Page, selector: str) -> tuple[float, float]:
    """Return where something begins and ends in the window, from its top."""
    found = await page.locator(selector).bounding_box()
    assert found is not None
    return found["y"], found["y"] + found["height"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_link_of_an_answer_opens_with_the_quote_in_view(
    reading: Reading, browser: Browser, screen: str, *, scripts: bool
) -> None:
    """It stands far below the beginning; the link alone leads there, and it is marked."""
    link = await reading.link(TRIPS)
    device = SCREENS[screen] | {"java_script_enabled": scripts}
    async with opened(browser, link, **device) as page:
        assert await page.locator("mark").all_inner_texts() == [QUOTE]
        top, bottom = await box(page, "mark")
        height = SCREENS[screen]["viewport"]["height"]
        assert 0 < top < bottom < height
        heading, _ = await box(page, "h1")
        assert heading < -height
        assert await page.title() == "Tankers at the coast"


@pytest.mark.parametrize("screen", SCREENS)
async def test_nothing_is_wider_than_the_screen(
    reading: Reading, browser: Browser, screen: str
) -> None:
    """An article, a brief and a refusal are read without scrolling sideways."""
    link = await reading.link(CRANE)
    pages = {link: 200, await reading.brief(NEWS): 200, link.replace("k=", "k=A"): 403}
    for address, status in pages.items():
        async with opened(browser, address, status=status, **SCREENS[screen]) as page:
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= SCREENS[screen]["viewport"]["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_no_serious_fault_bars_anybody(
    reading: Reading, browser: Browser, screen: str, scheme: str
) -> None:
    """Neither contrast nor names nor structure, of any page: as axe-core finds them."""
    link = await reading.link(TRIPS)
    brief = await reading.brief(PORTS)
    await reading.load("coast.md", "The tankers made 44 trips.", title="Tankers at the coast")
    tampered = link.replace("k=", "k=A")
    pages = {link: 200, await reading.link(CRANE): 200, brief: 200, tampered: 403}
    for address, status in pages.items():
        device = SCREENS[screen] | {"color_scheme": scheme}
        async with opened(browser, address, status=status, **device) as page:
            for folded in await page.locator("details > summary").all():
                await folded.click()
            found = await Axe().run(page)
            faults = [
                (each["id"], each["nodes"][0]["html"])
                for each in found.response["violations"]
                if each["impact"] in SERIOUS
            ]
            assert faults == []
            assert found.response["passes"]


async def test_the_keyboard_leads_through_a_page(reading: Reading, browser: Browser) -> None:
    """First to the quote; and what was left out opens with a key."""
    async with opened(browser, (await reading.link(TRIPS)).partition("#")[0]) as page:
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == (
            "Skip to the quoted passage"
        )
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile("#cited$"))
        top, bottom = await box(page, "mark")
        assert 0 < top < bottom < SCREENS["desktop"]["viewport"]["height"]
        folded = page.locator("details")
        assert not await page.locator("details li").first.is_visible()
        await folded.locator("summary").focus()
        await page.keyboard.press("Enter")
        assert "Share on Facebook" in await folded.inner_text()


async def test_a_screen_reader_is_told_where_the_quote_begins_and_ends(
    reading: Reading, browser: Browser
) -> None:
    """It says nothing of a mark by itself."""
    async with opened(browser, await reading.link(TRIPS)) as page:
        tree = await page.locator("article").aria_snapshot()
        assert f"[the quoted passage begins] {QUOTE} [the quoted passage ends]" in tree


async def test_on_paper_the_quote_is_marked_and_what_cannot_be_clicked_is_gone(
    reading: Reading, browser: Browser
) -> None:
    """The address of the original is printed in full."""
    async with opened(browser, await reading.link(TRIPS)) as page:
        await page.emulate_media(media="print")
        assert not await page.locator("nav").is_visible()
        background = "getComputedStyle(document.querySelector('mark')).backgroundColor"
        assert await page.evaluate(background) == "rgb(251, 233, 166)"
        printed = "getComputedStyle(document.querySelector('.about a'), '::after').content"
        assert "coast.example.org/tankers?id=1" in await page.evaluate(printed)
        assert (await page.pdf()).startswith(b"%PDF")


async def test_hostile_text_of_an_article_runs_nowhere(reading: Reading, browser: Browser) -> None:
    """A browser shows it as the text that it is, scripts being on."""
    async with opened(browser, await reading.link(CRANE)) as page:
        assert await page.title() == HOSTILE
        assert await page.locator("h1").inner_text() == HOSTILE
        assert await page.locator("script, img").count() == 0


@pytest.mark.parametrize("change", ["tampered", "expired", "of another collection"])
async def test_a_link_that_opens_nothing_is_a_page_that_says_why(
    reading: Reading, browser: Browser, change: str
) -> None:
    """With status 403."""
    link = await reading.link(TRIPS, PORTS)
    if change == "tampered":
        link = link.replace("s=", "s=1")
    elif change == "expired":
        reading.now = reading.now.replace(year=2025)
    else:
        reading.grant(PORTS, "sea")
    async with opened(browser, link, status=403) as page:
        said = await page.locator("main").inner_text()
        assert "ask again" in said or "may not see it any more" in said
        assert QUOTE not in await page.content()


async def test_from_a_brief_to_the_article_and_to_what_it_says_now(
    reading: Reading, browser: Browser
) -> None:
    """A reader clicks through, and never has to go back to the chat."""
    address = await reading.brief(NEWS)
    await reading.load("coast.md", f"It began. {LONG}", title="Tankers at the coast")
    async with opened(browser, address) as page:
        await page.locator("ol.citations > li", has_text=LONG).get_by_text("in its art").click()
        assert await page.locator("mark").inner_text() == LONG
        assert await page.locator("article p").count() > 100
        await page.get_by_text("See what it says now").click()
        assert await page.locator("mark").inner_text() == LONG
        assert await page.locator("article").inner_text() == f"It began. {LONG}"
