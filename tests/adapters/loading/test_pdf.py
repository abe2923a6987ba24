"""A PDF becomes paragraphs again, or one sentence says why not."""

import warnings
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from adapters.loading.pdf import parse
from briefs.errors import SourceError
from tests.adapters.loading.building import SECOND, SENTENCE, pdf, pdf_of
from tests.building import modest

COLUMN = [
    "The port of Aldmouth reopened on Monday after a week of repairs to its outer",
    "wall, and the first ships were unloaded before noon, its master said in a state-",
    "ment on the same day.",
    "Forty-three trips had been lost since the storm, according to the harbour office,",
    "which counts them by the day.",
]


def test_hard_line_breaks_and_hyphens_are_undone() -> None:
    """Lines become paragraphs, and a word broken at a line's end is whole again."""
    text = parse(pdf([COLUMN]), "a.pdf").text
    first, second = text.split("\n\n")
    assert first.endswith("its master said in a statement on the same day.")
    assert second.startswith("Forty-three trips had been lost since the storm, according")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("It was a long-|running strike of the many dockers.", "long-running"),
        ("He is well-|known there.", "well-known"),
        ("The co-operation ended, and the co-|operation was over.", "the co-operation was"),
        ("All of the infor-|mation is out.", "information"),
    ],
)
def test_a_compound_keeps_its_hyphen(broken: str, whole: str) -> None:
    """Only what is not written with a hyphen elsewhere is joined without it."""
    assert whole in parse(pdf([[*COLUMN, *broken.split("|")]]), "a.pdf").text


def test_running_heads_and_page_numbers_go() -> None:
    """What stands at the edge of most pages is not the article."""
    pages = [
        ["The Aldmouth Gazette", f"Story {word} begins here and it goes on.", f"Page {n} of 4"]
        for n, word in enumerate(["one", "two", "three", "four"], 1)
    ]
    text = parse(pdf(pages), "a.pdf").text
    assert "Gazette" not in text
    assert "Page" not in text
    for word in ("one", "two", "three", "four"):
        assert f"Story {word} begins here and it goes on." in text


def test_a_sentence_goes_on_over_the_page() -> None:
    """A page break in the middle of a sentence is no end of a paragraph."""
    text = parse(pdf([[SENTENCE, "The second ship was", "1"], ["unloaded later.", "2"]]), "a").text
    assert "The second ship was unloaded later." in text


def test_what_the_file_says_of_itself() -> None:
    """Title and author are taken; the day on which the file was made is no publication date."""
    made = "/Title (Port reopens) /Author (Ada Roe) /CreationDate (D:20241122080000+01'00')"
    loaded = parse(pdf([[SENTENCE, SECOND]], made), "a.pdf")
    assert (loaded.title, loaded.author, loaded.published) == ("Port reopens", "Ada Roe", None)
    assert "2024-11-22" in loaded.notes[0]


@pytest.mark.parametrize("title", ["Microsoft Word - story.docx", "untitled", "story.indd", ""])
def test_a_title_that_a_program_wrote_is_none(title: str) -> None:
    """The name of the file that was printed is no title."""
    loaded = parse(pdf([[SENTENCE]], f"/Title ({title}) /Author (user)"), "/x/storm.pdf")
    assert (loaded.title, loaded.author) == ("storm", None)


def test_a_scan_is_told_from_a_text() -> None:
    """Pages without text need text recognition, and the error says so."""
    with pytest.raises(SourceError, match="OCR"):
        parse(pdf_of([b"0 0 100 100 re f"]), "a.pdf")


def _locked(user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf([[SENTENCE]]))))
    with warnings.catch_warnings():
        writer.encrypt(user_password=user, owner_password=user[::-1], algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_asked_for_in_words() -> None:
    """A locked file is refused with the reason; one that is only not to be printed opens."""
    with pytest.raises(SourceError, match="password"):
        parse(_locked("secret"), "a.pdf")
    assert SENTENCE in parse(_locked(""), "a.pdf").text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"no pdf at all",
        pdf([[SENTENCE]])[:200],
        b"%PDF-1.7\n" + b"[" * 100_000,
        b"%PDF-1.7\n1 0 obj << /Pages 1 0 R >> endobj trailer << /Root 1 0 R >>\n%%EOF",
    ],
    ids=["empty", "header", "other", "cut", "nested", "circular"],
)
def test_a_damaged_file_is_a_source_error(data: bytes) -> None:
    """Nothing but a `SourceError` comes out of a file that is no PDF."""
    with pytest.raises(SourceError):
        parse(data, "a.pdf")


@modest
@given(place=st.integers(0, 1200), junk=st.binary(min_size=1, max_size=20))
def test_any_damage_is_survived(place: int, junk: bytes) -> None:
    """Bytes overwritten anywhere give a text still, or a `SourceError`."""
    whole = pdf([COLUMN, COLUMN], "/Title (x) /CreationDate (D:20241122)")
    place %= len(whole)
    try:
        parse(whole[:place] + junk + whole[place + len(junk) :], "a.pdf")
    except SourceError as error:
        assert str(error)  # noqa: PT017 - either ending is right
