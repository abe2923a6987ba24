"""What is loaded, on Discord: receipts, a list by pages, one document, and its removal."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import library, names
from adapters.discord.render import rendered
from adapters.looking import Look
from briefs.model import Document, Dropped, Receipt, Status
from briefs.ports import Listed, Listing, Receipts, Shown
from tests.adapters.discord.reading import alive, check, descriptions, feet, read, texts
from tests.briefing import hostile_texts
from tests.building import document, modest

BOATS = document(
    "The boats left.\nNobody saw them.",
    title="Boats",
    outlet="Coast Herald",
    published=date(2024, 11, 20),
    source="/srv/news room/boats.html",
)
LETTER = document("It rained.", title="A letter", source="/srv/news room/letter.txt")


def listing(number: int) -> Listing:
    """Return a list of some documents."""
    return Listing(
        documents=tuple(
            Listed(document=document("x", title=f"Title {at:02}", id=f"d{at}"), sentences=at)
            for at in range(1, number + 1)
        )
    )


def test_a_receipt_begins_with_its_status_and_says_what_was_kept() -> None:
    """Its title, outlet, date, and why lines were dropped; or why it failed."""
    reply = Receipts(
        receipts=(
            Receipt(
                source=BOATS.source,
                status=Status.ADDED,
                document=BOATS,
                sentences=2,
                dropped=tuple(
                    Dropped(number=number, text="x", reason=reason)
                    for number, reason in enumerate(("tags", "navigation", "tags"))
                ),
                notes=("its date was not understood: /srv/news room/boats.html",),
            ),
            Receipt(
                source="/srv/news room/b.pdf",
                status=Status.FAILED,
                error="/srv/news room/b.pdf has no text; see /var/lib/dateline/x.db",
            ),
        )
    )
    messages = rendered(reply, Look(admin=True))
    kept = " · 2 sentences kept, 3 lines dropped: tags 2, navigation 1"
    assert descriptions(messages)[0].split("\n") == [
        "added **Boats**",
        f"-# id {BOATS.id} · Coast Herald · 20 November 2024{kept}",
        "⚠ its date was not understood: boats.html",
        "",
        "failed **b.pdf**: b.pdf has no text; see x.db",
    ]
    assert messages[0].buttons == ()


@pytest.mark.parametrize("status", Status)
def test_every_receipt_begins_with_its_status_word(status: Status) -> None:
    """Whoever reads along in a script knows what became of it."""
    (message,) = rendered(
        Receipts(receipts=(Receipt(source="/a", status=status, document=BOATS),)), Look()
    )
    assert message.embeds[0]["description"].startswith(f"{status.value} ")


def test_what_is_not_known_of_an_article_can_be_added_by_an_admin() -> None:
    """A button that leads to the document; for nobody else."""
    reply = Receipts(receipts=(Receipt(source="/a", status=Status.ADDED, document=LETTER),))
    (message,) = rendered(reply, Look(admin=True))
    (button,) = message.buttons
    assert (button.action, button.value) == (names.EDIT, LETTER.id)
    assert button.label == "Add outlet and date: A letter"
    assert rendered(reply, Look())[0].buttons == ()
    dated = replace(LETTER, published=date(2024, 1, 1), title="A letter " * 20)
    reply = Receipts(receipts=(Receipt(source="/a", status=Status.ADDED, document=dated),))
    assert rendered(reply, Look(admin=True))[0].buttons[0].label == "Add outlet"


def test_a_document_that_was_given_twice_has_one_button() -> None:
    """Discord refuses two buttons of one name."""
    receipts = tuple(
        Receipt(source=source, status=status, document=LETTER)
        for source, status in (("/a", Status.ADDED), ("/b", Status.DUPLICATE))
    )
    messages = rendered(Receipts(receipts=receipts), Look(admin=True))
    check(messages)
    assert len(messages[0].buttons) == 1


def test_many_receipts_fit_with_their_buttons() -> None:
    """In as many messages as it takes, in their order."""
    receipts = tuple(
        Receipt(
            source=f"/a/{at}",
            status=Status.ADDED,
            document=document("x", title=f"Title {at}", id=f"d{at}"),
        )
        for at in range(100)
    )
    messages = rendered(Receipts(receipts=receipts), Look(admin=True))
    check(messages)
    assert [each.value for message in messages for each in message.buttons] == [
        f"d{at}" for at in range(100)
    ]


def test_the_list_is_turned_by_pages() -> None:
    """Each document stands on one page, and the buttons lead to the next and the one before."""
    made = listing(25)
    pages = [library.page(made, number) for number in (1, 2, 3)]
    check(pages)
    for at in range(1, 26):
        assert sum(f"Title {at:02}" in read([page]) for page in pages) == 1
    assert feet(pages) == [f"25 articles · page {number} of 3" for number in (1, 2, 3)]
    for before, after in pairwise(pages):
        previous, following = after.buttons[0], before.buttons[1]
        assert (previous.action, following.action) == (names.PREVIOUS, names.NEXT)
        assert library.page(made, int(following.value)) == after
        assert library.page(made, int(previous.value)) == before
    assert [each.disabled for page in pages for each in page.buttons] == [
        *(True, False),
        *(False, False),
        *(False, True),
    ]


def test_a_page_that_is_not_there_is_the_nearest_one() -> None:
    """A document may be gone by the time that somebody turns the page."""
    made = listing(12)
    assert library.page(made, 99) == library.page(made, 2)
    assert library.page(made, -1) == library.page(made, 1)
    assert library.page(listing(3), 1).buttons == ()
    assert "No article is loaded" in read([library.page(listing(0), 1)])


@modest
@given(st.lists(hostile_texts(), min_size=1, max_size=25), st.integers(1, 25), st.integers(1, 90))
def test_a_page_is_always_one_message(names_: list[str], size: int, times: int) -> None:
    """However long the titles are."""
    documents = tuple(
        Listed(document=document("x", title=each * times, outlet=each * times), sentences=1)
        for each in names_
    )
    page = library.page(Listing(documents=documents), 1, size)
    check([page])
    assert alive([page]) == []
    shown = sum(each.count(" · id ") for each in descriptions([page]))
    assert shown == min(size, len(documents))


def test_a_document_is_shown_with_what_is_known_and_dropped() -> None:
    """The folders of the server are not."""
    reply = Shown(
        listed=Listed(document=BOATS, sentences=2),
        dropped=(Dropped(number=3, text="Trending now", reason="navigation"),),
    )
    messages = rendered(reply, Look())
    check(messages)
    facts, text, dropped = descriptions(messages)
    assert texts(messages)[0] == "Boats"
    assert "**Loaded from**: boats.html" in facts
    assert "/srv" not in "".join(texts(messages))
    assert text == "The boats left.\n\nNobody saw them."
    assert dropped.startswith("**3** navigation: Trending now\n")


def test_a_long_text_is_shown_as_far_as_it_fits() -> None:
    """Whole sentences, and how much is left out is said."""
    sentence = "The pilots counted the cranes at the pier again."
    long = replace(BOATS, text="\n".join([" ".join([sentence] * 10)] * 60))
    messages = rendered(Shown(listed=Listed(document=long, sentences=600)), Look())
    check(messages)
    assert 1 < len(messages) < 5
    said = read(messages)
    left = long.text.count(sentence) - said.count(sentence)
    assert left > 0
    (more,) = (line for line in said.split("\n") if line.endswith("left out here."))
    told = int(more.removeprefix("-# ").split()[0].replace(",", ""))
    assert abs(told - left * (len(sentence) + 1)) < 2
    assert "cranes at the\n" not in said


def test_many_dropped_lines_are_counted() -> None:
    """Those that do not fit."""
    dropped = tuple(Dropped(number=n, text="A menu " * 9, reason="menu") for n in range(1, 500))
    messages = rendered(Shown(listed=Listed(document=BOATS, sentences=2), dropped=dropped), Look())
    check(messages)
    said = read(messages)
    shown = said.count("menu:")
    assert f"And {499 - shown} more lines." in said


def test_a_removal_is_asked_first() -> None:
    """What is meant, and two buttons."""
    message = library.confirm_removal(Shown(listed=Listed(document=BOATS, sentences=2)))
    check([message])
    assert read([message]).startswith("Remove this article?\n**Boats**\n-# Coast Herald")
    assert [(each.action, each.value, each.style) for each in message.buttons] == [
        (names.REMOVE, BOATS.id, "danger"),
        (names.CANCEL, BOATS.id, "secondary"),
    ]


@modest
@given(hostile_texts(), st.integers(1, 300))
def test_a_question_is_always_one_message(text: str, times: int) -> None:
    """Whatever the article is called."""
    named: Document = replace(BOATS, title=text * times, outlet=text * times)
    message = library.confirm_removal(Shown(listed=Listed(document=named, sentences=2)))
    check([message])
    assert alive([message]) == []
    assert len(message.buttons) == 2
