"""The library on Slack: receipts, lists, and one article whole."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import wording
from adapters.looking import Look
from adapters.slack import names
from adapters.slack.home import home
from adapters.slack.library import confirm_removal, page
from adapters.slack.paths import file_name, without_paths
from adapters.slack.render import rendered
from briefs.model import Document, Dropped, Receipt, Status
from briefs.ports import Listed, Listing, Receipts, Shown, StatusReport
from tests.adapters.slack.checking import (
    all_blocks,
    as_json,
    check,
    check_golden,
    check_view,
    literal,
    seen,
    squeezed,
)
from tests.adapters.slack.saying import HOSTILE, articles, texts
from tests.building import document, modest

STATUS = StatusReport(
    documents=3,
    sentences=8,
    outlets=("Harbour Post", "Quay <Weekly>", "Tide & Times"),
    model="all-MiniLM-L6-v2",
    first=date(2024, 11, 21),
    last=date(2024, 11, 23),
)


def listing(count: int = 3) -> Listing:
    """Return a list of articles."""
    found = [*articles()]
    found += [document(f"Text {number}.", title=f"Title {number}") for number in range(3, count)]
    return Listing(documents=tuple(Listed(document=each, sentences=2) for each in found[:count]))


def hostile() -> Document:
    """Return an article in which everything is hostile."""
    return document(
        "\n".join(HOSTILE),
        title=HOSTILE[9],
        outlet=HOSTILE[3],
        author=HOSTILE[0],
        url="javascript:alert(1)",
    )


def receipts() -> Receipts:
    """Return what became of five sources."""
    first, second, _ = articles()
    bare = replace(second, id="d9", outlet=None, published=None)
    dropped = tuple(
        Dropped(number=number, text="Trending", reason=reason)
        for number, reason in enumerate(("navigation", "navigation", "advertisement"), start=1)
    )
    folder = "/srv/dateline/uploads/ab12"
    return Receipts(
        receipts=(
            Receipt(source="a", status=Status.ADDED, document=first, sentences=4, dropped=dropped),
            Receipt(
                source=f"{folder}/b c.pdf",
                status=Status.UPDATED,
                document=bare,
                sentences=2,
                notes=(f"No date was found in {folder}/b c.pdf.",),
            ),
            Receipt(source="c", status=Status.DUPLICATE, document=first, sentences=4),
            Receipt(
                source=f"{folder}/broken.pdf",
                status=Status.FAILED,
                error=f"{folder}/broken.pdf is damaged",
            ),
            Receipt(
                source="https://news.example/gone",
                status=Status.FAILED,
                error="https://news.example/gone is not there (404)",
            ),
        )
    )


def test_receipts() -> None:
    """As their golden file says: the status word first, and where facts are missing a button."""
    messages = rendered(receipts(), Look(admin=True))
    check(messages)
    check_golden("receipts", as_json(messages))
    assert "/srv" not in str(as_json(messages))
    for_all = str(as_json(rendered(receipts(), Look())))
    assert names.EDIT not in for_all


@modest
@given(texts(), texts(), st.sampled_from(Status))
def test_any_receipt_begins_with_its_status(source: str, text: str, status: Status) -> None:
    """Whatever a file is called and holds."""
    made = replace(hostile(), title=text, source=source)
    for receipt in (
        Receipt(source=source, status=status, document=made, notes=(text,)),
        Receipt(source=source, status=Status.FAILED, error=text),
    ):
        messages = rendered(Receipts(receipts=(receipt,)), Look(admin=True))
        check(messages)
        assert literal(messages[0].blocks).startswith(receipt.status.value)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("/srv/data/uploads/0123/report.pdf", "report.pdf"),
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ("https://news.example/a/b", "https://news.example/a/b"),
        ("report.pdf", "report.pdf"),
        ("/", "a file"),
    ],
)
def test_a_file_is_called_by_its_name(source: str, shown: str) -> None:
    """No folder of the server shows."""
    assert file_name(source) == shown


def test_sentences_keep_addresses_and_lose_folders() -> None:
    """Of the source itself, and of any other file."""
    assert without_paths("/a/b c/d.txt is empty", "/a/b c/d.txt") == "d.txt is empty"
    assert without_paths("“/a/b/c.txt” and /x/y.md", "") == "“c.txt” and y.md"
    assert without_paths("see https://a.example/b/c/d", "") == "see https://a.example/b/c/d"
    assert without_paths("either/or/both, /brief now", "") == "either/or/both, /brief now"


def test_a_list_is_turned_page_by_page() -> None:
    """The buttons say where they lead; there is none before the first and after the last."""
    made = listing(20)
    pages = [page(made, number) for number in range(5)]
    check(pages)
    turns = [
        {
            button["action_id"]: button["value"]
            for block in each.blocks
            if block["type"] == "actions"
            for button in block["elements"]
        }
        for each in pages
    ]
    first = {names.PAGE_NEXT: "2"}
    last = {names.PAGE_PREVIOUS: "2"}
    assert turns == [first, first, {names.PAGE_PREVIOUS: "1", names.PAGE_NEXT: "3"}, last, last]
    shown = "".join(seen(each.blocks) for each in pages[1:4])
    for each in made.documents:
        assert squeezed(wording.plain(each.document.title)) in shown
        assert each.document.id in shown
    check_golden("listing", as_json(pages[1:2]))
    check(rendered(Listing(documents=()), Look()))


def test_hostile_articles_are_listed_and_shown() -> None:
    """However long and strange, everything fits, and the text is whole where it fits."""
    made = hostile()
    listed = Listed(document=made, sentences=3)
    check([page(Listing(documents=(listed,) * 8), 1)])
    shown = Shown(
        listed=listed,
        dropped=tuple(Dropped(number=n, text=t, reason="x") for n, t in enumerate(HOSTILE * 3)),
    )
    check(rendered(shown, Look(admin=True)))
    check([confirm_removal(shown)])
    assert "/articles/" not in str(as_json(rendered(shown, Look())))


def test_an_article_is_shown_whole_or_says_how_much_is_left_out() -> None:
    """Its first sentences, each whole."""
    short = rendered(Shown(listed=listing().documents[0]), Look())
    check(short)
    assert squeezed(articles()[0].text) in literal(all_blocks(short))
    assert "leftout" not in seen(all_blocks(short))
    sentences = [f"The crew of ship {number} counted the boxes again." for number in range(1_000)]
    long = Listed(document=document(" ".join(sentences)), sentences=1_000)
    messages = rendered(Shown(listed=long), Look())
    check(messages)
    shown = literal(all_blocks(messages))
    count = sum(squeezed(each) in shown for each in sentences)
    assert 300 < count < 1_000
    assert f"{1_000 - count}sentencesof1,000areleftouthere." in seen(all_blocks(messages))
    assert shown.endswith(squeezed(sentences[count - 1]))


def test_a_removal_is_confirmed() -> None:
    """As its golden file says: a button that asks again, and one that does not."""
    message = confirm_removal(Shown(listed=listing().documents[0]))
    check([message])
    check_golden("confirm_removal", as_json([message]))


def test_the_home() -> None:
    """As its golden file says: what is loaded, and how to ask and to load."""
    view = home(STATUS, listing(), admin=True)
    check_view(view)
    check_golden("home", view)
    assert "/source add" not in str(home(STATUS, listing(), admin=False))


@pytest.mark.slow
@modest
@given(texts(), st.integers(0, 12))
def test_any_home_fits(text: str, count: int) -> None:
    """Whatever is loaded, and where nothing is."""
    each = Listed(document=replace(hostile(), title=text, published=date(2024, 1, 1)), sentences=1)
    status = replace(STATUS, documents=count, outlets=HOSTILE, model=text)
    view = home(status, Listing(documents=(each,) * count), admin=count % 2 == 0)
    check_view(view)
    check(rendered(status, Look()))
