"""From bytes to clean Unicode text."""

import codecs
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.loading.decoding import decoded, without_controls
from briefs.errors import SourceError
from tests.building import modest

NORWEGIAN = "Båtene forlot havnen i går, og ingen så dem før øya var stengt på grunn av været."
RUSSIAN = "Лодки вышли из гавани вчера, и никто их не видел, пока остров не был закрыт."


def test_utf_8_is_read_as_it_is() -> None:
    """In any script."""
    text = "“Båter” — Лодки 船 🚢\n"
    assert decoded(text.encode()) == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_says_the_encoding_and_is_gone(mark: bytes, encoding: str) -> None:
    """It is no part of the text."""
    assert decoded(mark + RUSSIAN.encode(encoding)) == RUSSIAN


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_the_same_one(end: str) -> None:
    """What ends a line never glues two words together."""
    assert decoded(f"boats{end}nets".encode()) == "boats\nnets"


def test_a_line_end_of_two_characters_is_one() -> None:
    """An empty line stays one empty line."""
    assert decoded(b"boats\r\n\r\nnets") == "boats\n\nnets"


def test_a_tab_becomes_a_space() -> None:
    """It separates words."""
    assert decoded(b"boats\tnets") == "boats nets"


@pytest.mark.parametrize("control", ["\x01", "\x07", "\x1b", "\x7f", "\x9b"])
def test_control_characters_are_left_out(control: str) -> None:
    """No terminal and no platform gets to see them."""
    assert decoded(f"bo{control}ats".encode()) == "boats"


def test_a_letter_and_its_accent_become_one_character() -> None:
    """NFC, so that a word is found however it was typed."""
    assert decoded("cafe\u0301".encode()) == "caf\u00e9"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(NORWEGIAN, "cp1252"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")],
)
def test_another_encoding_is_told_from_the_text(text: str, encoding: str) -> None:
    """Old files have no mark that says which it is."""
    assert decoded(text.encode(encoding)) == text


def test_utf_8_with_a_damaged_byte_keeps_all_the_rest() -> None:
    """The damage shows as U+FFFD; no other encoding is guessed, which would spoil every letter."""
    data = f"{NORWEGIAN}\n{RUSSIAN}".encode()
    at = data.index("ø".encode())
    damaged = data[:at] + b"\xff" + data[at + 2 :]
    assert decoded(damaged) == f"{NORWEGIAN}\n{RUSSIAN}".replace("ø", "\ufffd", 1)


def test_utf_8_that_was_cut_in_the_middle_of_a_character_keeps_all_the_rest() -> None:
    """As a download that broke off."""
    assert decoded(RUSSIAN.encode()[:-2]) == RUSSIAN[:-2] + "\ufffd"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"boats\0nets", "NUL"),
        (b"%PDF-1.7\n\0\0\xff", "NUL"),
        (codecs.BOM_UTF32_BE + "boats".encode("utf-32-be"), "NUL"),
        (codecs.BOM_UTF8 + b"boats\xff", "begins as utf-8"),
        (codecs.BOM_UTF16_LE + b"b\0o", "begins as utf-16"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8b\x00", "begins as utf-16"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, problem: str) -> None:
    """A lone surrogate in UTF-16 is none either."""
    with pytest.raises(SourceError, match=problem):
        decoded(data)


def test_a_lone_surrogate_in_the_bytes_does_not_come_through() -> None:
    """Neither the database nor the model could take it."""
    with_surrogate = "Лодки \ud800 вышли".encode("utf-8", "surrogatepass")
    found = decoded(with_surrogate)
    assert found.encode()
    assert found.startswith("Лодки ")
    assert found.endswith(" вышли")


def test_nothing_is_an_empty_text() -> None:
    """Whether that is enough is not for the decoder to say."""
    assert decoded(b"") == decoded(codecs.BOM_UTF8) == ""


def controls(text: str) -> set[str]:
    """Return the control characters and lone surrogates of a text, line ends left out."""
    return {each for each in text if each != "\n" and unicodedata.category(each) in {"Cc", "Cs"}}


def letters(text: str) -> list[str]:
    """Return the letters and digits of a text, without their accents."""
    return [each for each in unicodedata.normalize("NFD", text) if each.isalnum()]


@modest
@given(st.binary(max_size=300))
@example(b"\xff" * 40)
@example(bytes(range(1, 256)))
@example("\x85\u2028\u0300\r\v".encode())
@example(NORWEGIAN.encode() + b"\x80\x9f\xed\xa0\x80")
def test_bytes_become_clean_text_or_a_reason(data: bytes) -> None:
    """Nothing else is raised, whatever they are."""
    try:
        text = decoded(data)
    except SourceError:
        return
    assert controls(text) == set()
    assert text.splitlines() == text.removesuffix("\n").split("\n") or not text
    assert unicodedata.is_normalized("NFC", text)
    assert text.encode().decode() == text


@modest
@given(st.text())
@example("a\x01\u0301b")
def test_a_text_loses_only_what_is_no_text(text: str) -> None:
    """Every letter and digit comes through, in its order."""
    assert letters(decoded(text.replace("\0", "").encode())) == letters(text)


@modest
@given(st.text(st.characters()))
@example("\ud800a\x00\n\tb\x9b")
def test_what_was_escaped_somewhere_can_be_cleaned_too(text: str) -> None:
    """Line ends and tabs stay; controls and surrogates go."""
    kept = without_controls(text)
    assert controls(kept) <= {"\t"}
    for stays in (str.isprintable, str.isspace):
        wanted = [each for each in text if stays(each) and each not in controls(text) - {"\t"}]
        assert [each for each in kept if stays(each)] == wanted
