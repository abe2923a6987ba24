"""Files and folders: what is found, what is read, and why a source is refused."""

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from adapters.loading.files import MARKDOWN, PARSED, SUFFIXES, TEXT, FileLoader, read_text
from briefs.errors import SourceError
from briefs.model import LoadedFile

LOADER = FileLoader(max_bytes=10_000)
ARTICLE = "The boats left.\n"


def written(file: Path, data: str | bytes = ARTICLE) -> Path:
    """Write a file and the folders that it lies in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def load(file: Path, data: str | bytes = ARTICLE) -> LoadedFile:
    """Write a file, and load it."""
    return LOADER.load(str(written(file, data)))


def refusal(source: Path | str) -> str:
    """Return why a source is not loaded."""
    with pytest.raises(SourceError) as caught:
        LOADER.load(str(source))
    return str(caught.value)


def unreadable(source: Path | str) -> str:
    """Return why no bytes of a source can be had."""
    with pytest.raises(SourceError) as caught:
        LOADER.read(str(source))
    return str(caught.value)


def unknown(source: Path | str) -> str:
    """Return why nothing can parse a source."""
    with pytest.raises(SourceError) as caught:
        LOADER.kind(str(source))
    return str(caught.value)


def not_found(named: Path | str) -> str:
    """Return why a name stands for nothing."""
    with pytest.raises(SourceError) as caught:
        LOADER.sources(str(named))
    return str(caught.value)


def linked(link: Path, target: Path) -> Path:
    """Make a link, or skip the test where that is not allowed."""
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links cannot be made here")
    return link


# What a name stands for


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    """By its absolute path, whatever it was called by."""
    file = written(tmp_path / "a" / "b.md")
    (tmp_path / "c").mkdir()
    os.chdir(tmp_path)
    for named in (str(file), "a/b.md", "./a/../a/b.md", "c/../a/b.md"):
        assert LOADER.sources(named) == [str(file.resolve())]


def test_a_tilde_stands_for_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a shell would read it, where none did."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    file = written(tmp_path / "a.md")
    assert LOADER.sources("~/a.md") == [str(file.resolve())]


def test_a_folder_stands_for_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """The folders in it, too; of what a file holds nothing is known yet."""
    for name in ("c.md", "a.txt", "b/z.md", "b/a.md", "a/deep/er.md", "d.pdf"):
        written(tmp_path / name)
    found = [
        Path(source).relative_to(tmp_path.resolve()) for source in LOADER.sources(str(tmp_path))
    ]
    assert [each.as_posix() for each in found] == [
        "a.txt",
        "c.md",
        "d.pdf",
        "a/deep/er.md",
        "b/a.md",
        "b/z.md",
    ]


def test_files_of_a_folder_that_are_of_no_kind_to_load_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    """Nobody has named them; who names one is told why it cannot be loaded."""
    shown = written(tmp_path / "b" / "a.MD")
    for name in ("a.png", "b/c.PNG", "b/d.zip", "LICENSE", ".git/e.png", ".f.png"):
        written(tmp_path / name)
    linked(tmp_path / "link.png", shown)
    assert LOADER.sources(str(tmp_path)) == [str(shown.resolve())]
    assert LOADER.left_out(str(tmp_path)) == {".png": 2, ".zip": 1, "": 1}
    picture = tmp_path / "a.png"
    assert LOADER.sources(str(picture)) == [str(picture.resolve())]
    assert LOADER.left_out(str(picture)) == LOADER.left_out(str(tmp_path / "nowhere")) == {}
    assert LOADER.left_out("~nobody-of-this-name/a") == {}


def test_a_folder_with_nothing_to_load_is_refused(tmp_path: Path) -> None:
    """Whatever else is in it."""
    assert "no file in this folder that can be loaded" in not_found(tmp_path)
    written(tmp_path / "a.png")
    assert "no file in this folder that can be loaded" in not_found(tmp_path)


def test_hidden_files_and_folders_are_not_walked_into(tmp_path: Path) -> None:
    """They are an editor's or a program's, and no articles."""
    for name in (".hidden.md", ".git/a.md", "b/.cache/c.md", "b/.d.md"):
        written(tmp_path / name)
    shown = written(tmp_path / "b" / "shown.md")
    assert LOADER.sources(str(tmp_path)) == [str(shown.resolve())]


def test_a_hidden_file_that_is_named_is_loaded(tmp_path: Path) -> None:
    """Who names it means it."""
    file = written(tmp_path / ".hidden.md")
    assert LOADER.sources(str(file)) == [str(file.resolve())]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    """Neither to files nor to folders: they may lead out of it, or in circles."""
    outside = written(tmp_path / "outside" / "secret.md")
    folder = tmp_path / "folder"
    shown = written(folder / "shown.md")
    linked(folder / "file.md", outside)
    linked(folder / "elsewhere", outside.parent)
    linked(folder / "circle", folder)
    linked(folder / "broken.md", tmp_path / "nowhere.md")
    assert LOADER.sources(str(folder)) == [str(shown.resolve())]


def test_a_link_that_is_named_stands_for_what_it_leads_to(tmp_path: Path) -> None:
    """So that the same article is the same source."""
    file = written(tmp_path / "a.md")
    assert LOADER.sources(str(linked(tmp_path / "b.md", file))) == [str(file.resolve())]


def test_a_link_to_itself_is_no_file(tmp_path: Path) -> None:
    """And no endless loop."""
    link = tmp_path / "a.md"
    assert "no such file" in not_found(linked(link, link))


@pytest.mark.parametrize(
    "named", ["nowhere.md", "nowhere/", "a\0b.md", "~nobody-of-that-name/a.md"]
)
def test_what_is_not_there_is_said_not_to_be_there(named: str) -> None:
    """Whatever is wrong with its name."""
    assert "no such file or folder" in not_found(named)


def test_a_name_that_is_too_long_is_refused_with_the_reason() -> None:
    """The system's own."""
    assert "it cannot be read" in not_found("a" * 5_000)


def test_a_folder_without_a_file_is_said_to_be_empty(tmp_path: Path) -> None:
    """One with nothing but hidden files, too."""
    written(tmp_path / "a" / ".hidden.md")
    assert "no file in this folder" in not_found(tmp_path)


# What a file is read as


def test_markdown_is_read_with_its_front_matter(tmp_path: Path) -> None:
    """Facts, title and text."""
    file = tmp_path / "a.md"
    found = load(
        file,
        "---\noutlet: Port Radio\nauthor: Ann Roe\npublished: 2024-11-22\n"
        "url: https://port.example/a\n---\n# Boats leave\n\nThe **boats** left.\n\nNobody came.\n",
    )
    assert found == LoadedFile(
        source=str(file),
        text="The boats left.\n\nNobody came.",
        title="Boats leave",
        outlet="Port Radio",
        author="Ann Roe",
        published=date(2024, 11, 22),
        url="https://port.example/a",
    )


def test_plain_text_is_read_without_markup(tmp_path: Path) -> None:
    """Its stars are stars; its front matter is front matter; its head is read later, as a head."""
    file = tmp_path / "a.txt"
    found = load(file, "---\noutlet: Port Radio\n---\nBoats leave\n\nThe *boats* left.")
    assert found.text.split("\n") == ["Boats leave", "", "The *boats* left."]
    assert (found.title, found.outlet, found.bare) == ("a", "Port Radio", True)


@pytest.mark.parametrize(
    ("name", "text", "bare"),
    [
        ("a.txt", "Boats leave\n\nThe boats left.", True),
        ("a.txt", "---\noutlet: Port Radio\n---\nThe boats left.", True),
        ("a.txt", "---\ntitle: Boats leave\n---\nThe boats left.", False),
        ("a.md", "The boats left.", False),
        ("a.md", "# Boats leave\n\nThe boats left.", False),
    ],
)
def test_only_plain_text_without_a_stated_title_has_a_head_to_be_read(
    name: str,
    text: str,
    bare: bool,  # noqa: FBT001 - what is expected
) -> None:
    """Who states the title states the rest in the same place; Markdown has front matter."""
    assert read_text(f"/articles/{name}", text).bare is bare


def test_every_line_of_a_plain_text_is_handed_on_as_it_stands(tmp_path: Path) -> None:
    """How lines make up paragraphs is not decided here: white space at a seam tells it."""
    text = "The \nboats\n left,\n\n\n and   came back. "
    assert load(tmp_path / "a.txt", text).text.strip() == text.strip()


@pytest.mark.parametrize("suffix", [*sorted(MARKDOWN | TEXT), ".MD", ".Txt"])
def test_every_text_that_can_be_loaded_is(tmp_path: Path, suffix: str) -> None:
    """Without regard to case; nothing else parses it."""
    file = tmp_path / f"a{suffix}"
    assert load(file).text.strip() == ARTICLE.strip()
    assert LOADER.kind(str(file)) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "html"),
        ("a.htm", "html"),
        ("A.HTML", "html"),
        ("a.md.pdf", "pdf"),
        ("a.Pdf", "pdf"),
        ("a.docx", "docx"),
        ("/no/such/folder/a.docx", "docx"),
    ],
)
def test_every_other_format_is_for_a_parser(name: str, kind: str) -> None:
    """By the name alone, without regard to case."""
    assert LOADER.kind(name) == kind


def test_every_ending_is_either_text_or_parsed() -> None:
    """None is left over that a person is told can be loaded."""
    assert MARKDOWN | TEXT | PARSED.keys() == SUFFIXES
    assert not (MARKDOWN | TEXT) & PARSED.keys()
    assert all((LOADER.kind(f"a{suffix}") is None) == (suffix not in PARSED) for suffix in SUFFIXES)


@pytest.mark.parametrize("data", [b"", b"\0\xff%PDF", b"The boats left.\r\n"])
def test_the_bytes_of_a_file_are_read_as_they_are(tmp_path: Path, data: bytes) -> None:
    """They are a parser's to decode."""
    assert LOADER.read(str(written(tmp_path / "a.pdf", data))) == data


def test_what_is_not_stated_is_unknown(tmp_path: Path) -> None:
    """Nothing is guessed but the title, which is then the file's name."""
    found = load(tmp_path / "boats at sea.md")
    assert found.title == "boats at sea"
    assert (found.outlet, found.author, found.published, found.url) == (None,) * 4
    assert found.notes == ()


def test_a_stated_title_beats_the_heading(tmp_path: Path) -> None:
    """The heading is no part of the text either way."""
    found = load(tmp_path / "a.md", "---\ntitle: Stated\n---\n# Heading\n\nThe boats left.")
    assert (found.title, found.text) == ("Stated", "The boats left.")


def test_a_date_that_is_not_understood_is_unknown_and_said_to_be(tmp_path: Path) -> None:
    """With what was written, and how to write it."""
    found = load(tmp_path / "a.md", f"---\npublished: last Friday\n---\n{ARTICLE}")
    assert found.published is None
    (note,) = found.notes
    assert "“last Friday”" in note
    assert "2024-11-22" in note


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    """Front matter is seen behind them."""
    text = "---\ntitle: Boats\n---\nThe boats left.\n\nNobody came.\n"
    unix = load(tmp_path / "a.md", text)
    windows = load(tmp_path / "b.md", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert (windows.title, windows.text) == (unix.title, unix.text) == ("Boats", unix.text)


# Why a source is refused


@pytest.mark.parametrize("name", ["a.doc", "a.pdf.zip", "a.md.exe", "a", "a.", ".md"])
def test_another_ending_is_refused_with_those_that_can_be_loaded(name: str) -> None:
    """All of them are named."""
    told = unknown(name)
    assert all(suffix in told for suffix in SUFFIXES)


@pytest.mark.parametrize(
    "data", ["", " \n\t\n", "\ufeff", "---\ntitle: Boats\n---\n", "***\n\n---"]
)
@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_a_file_without_a_word_is_refused(tmp_path: Path, suffix: str, data: str) -> None:
    """There would be nothing to quote."""
    assert "there is no text in it" in refusal(written(tmp_path / f"a{suffix}", data))


def test_a_file_larger_than_allowed_is_refused_with_the_limit(tmp_path: Path) -> None:
    """And with the setting that moves it; one of exactly that size is read."""
    assert load(tmp_path / "a.txt", b"a" * 10_000).text == "a" * 10_000
    told = refusal(written(tmp_path / "b.txt", b"a" * 10_001))
    assert "larger than 10,000 bytes" in told
    assert "limits.file_bytes" in told
    assert LOADER.read(str(tmp_path / "a.txt")) == b"a" * 10_000
    assert unreadable(tmp_path / "b.txt") == told


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"The boats\0left.", "NUL"),
        (b"---\ntitle: [\n---\nThe boats left.", "front matter is not YAML"),
        (b"\xef\xbb\xbfThe boats \xff", "begins as utf-8"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(
    tmp_path: Path, data: bytes, problem: str
) -> None:
    """A binary file, damaged front matter, a damaged encoding."""
    assert problem in refusal(written(tmp_path / "a.md", data))


def test_a_folder_is_not_loaded_as_a_file(tmp_path: Path) -> None:
    """Even one with the ending of a file."""
    folder = tmp_path / "a.md"
    folder.mkdir()
    assert "it is not a file" in refusal(folder)
    assert "it is not a file" in unreadable(folder)


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    """It may vanish between being found and being read."""
    assert "it is not a file" in refusal(tmp_path / "gone.md")
    assert "it is not a file" in unreadable(tmp_path / "gone.pdf")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.timeout(10)
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever write into it."""
    pipe = tmp_path / "a.md"
    os.mkfifo(pipe)
    assert "it is not a file" in refusal(pipe)
    assert "it is not a file" in unreadable(pipe)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused_with_the_reason(tmp_path: Path) -> None:
    """The system's own."""
    file = written(tmp_path / "a.md")
    file.chmod(0)
    assert "it cannot be read" in refusal(file)


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """The database could not keep it; the other files of its folder are found all the same."""
    shown = written(tmp_path / "a.md")
    name = os.fsdecode(b"b\xff.md")
    try:
        written(tmp_path / name)
    except (OSError, UnicodeError):
        pytest.skip("such a name cannot be made here")
    found = LOADER.sources(str(tmp_path))
    assert found[0] == str(shown.resolve())
    assert "its name is not UTF-8" in unknown(found[1])
