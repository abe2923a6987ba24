"""A Word document becomes its text in reading order, or one sentence says why not."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from adapters.loading.docx import parse
from briefs.errors import SourceError
from tests.adapters.loading.building import (
    SECOND,
    SENTENCE,
    WORD,
    docx,
    docx_of,
    paragraph_xml,
    replaced,
)
from tests.building import modest


def test_everything_is_read_in_its_order() -> None:
    """Headings, paragraphs, list items and tables come in the order of the page."""
    document = Document()
    document.core_properties.author = "python-docx"
    document.add_heading("Port reopens", 0)
    document.add_paragraph(SENTENCE)
    document.add_heading("Losses", 2)
    document.add_paragraph("43 trips", style="List Bullet")
    table = document.add_table(2, 2)
    for place, text in enumerate(["Year", "Trips", "2024", "43"]):
        table.cell(*divmod(place, 2)).text = text
    document.add_paragraph(SECOND)
    out = BytesIO()
    document.save(out)
    loaded = parse(out.getvalue(), "/x/storm.docx")
    assert loaded.title == "Port reopens"
    assert loaded.author is None
    assert loaded.text.split("\n\n") == [
        SENTENCE,
        "Losses",
        "43 trips",
        "Year | Trips",
        "2024 | 43",
        SECOND,
    ]


def test_what_the_file_says_of_itself() -> None:
    """Title and author are those of the file; a name that the program wrote is none."""
    loaded = parse(docx(SENTENCE, title="Port reopens", author="Ada Roe"), "a.docx")
    assert (loaded.title, loaded.author) == ("Port reopens", "Ada Roe")
    loaded = parse(docx(SENTENCE, title="Document1", author="Microsoft Office User"), "/x/a.docx")
    assert (loaded.title, loaded.author) == ("a", None)


def test_what_is_deleted_or_hidden_is_not_read() -> None:
    """A tracked deletion and hidden text are no text; an insertion and a link are."""
    xml = (
        "<w:p><w:r><w:t>It </w:t></w:r>"
        "<w:del><w:r><w:delText>was</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>is </w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>SECRET </w:t></w:r>"
        "<w:hyperlink><w:r><w:t>over.</w:t></w:r></w:hyperlink></w:p>"
    )
    assert parse(docx_of(xml), "a.docx").text == "It is over."


def test_text_boxes_and_content_controls_are_read_once() -> None:
    """What wraps paragraphs is opened, and the copy of a box for old programs is not."""
    box = f"<w:txbxContent>{paragraph_xml(SECOND)}</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    xml = (
        f"<w:sdt><w:sdtContent>{paragraph_xml(SENTENCE)}</w:sdtContent></w:sdt>"
        f"<w:p><w:r><mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert parse(docx_of(xml), "a.docx").text == f"{SENTENCE}\n\n{SECOND}"


def test_footnotes_come_last() -> None:
    """A footnote is text of the document; the line above the footnotes is not."""
    notes = (
        f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:type="separator">{paragraph_xml("---")}'
        f"</w:footnote><w:footnote>{paragraph_xml(SECOND)}</w:footnote></w:footnotes>"
    )
    whole = docx(SENTENCE)
    with ZipFile(BytesIO(whole)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    xml = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    files = {
        "word/footnotes.xml": notes,
        "word/_rels/document.xml.rels": relations.replace(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>',
        ),
        "[Content_Types].xml": types.replace(
            "</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{xml}"/></Types>'
        ),
    }
    assert parse(replaced(whole, files), "a.docx").text == f"{SENTENCE}\n\n{SECOND}"


def _reading(secret: Path) -> str:
    secret.write_text("SECRET", encoding="utf-8")
    return f'<!DOCTYPE x [<!ENTITY file SYSTEM "{secret.as_uri()}">]>'


def test_no_local_file_gets_into_the_text(tmp_path: Path) -> None:
    """A document that declares an external entity is refused."""
    data = docx_of(paragraph_xml("It says &file;."), _reading(tmp_path / "secret.txt"))
    with pytest.raises(SourceError, match="entities"):
        parse(data, "a.docx")


def test_no_local_file_gets_into_the_title(tmp_path: Path) -> None:
    """An external entity in the other parts is not resolved."""
    whole = docx(SENTENCE, title="It says MARK.")
    with ZipFile(BytesIO(whole)) as archive:
        core = archive.read("docProps/core.xml").decode()
    declared = core.replace("?>", f"?>{_reading(tmp_path / 'secret.txt')}", 1)
    data = replaced(whole, {"docProps/core.xml": declared.replace("MARK", "&file;")})
    loaded = parse(data, "a.docx")
    assert loaded.text == SENTENCE
    assert "SECRET" not in loaded.title


def test_entities_do_not_explode() -> None:
    """A billion laughs are not laughed."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    prolog = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'
    with pytest.raises(SourceError):
        parse(docx_of(paragraph_xml("&l9;"), prolog), "a.docx")


def test_a_million_paragraphs_are_refused_before_they_are_unpacked() -> None:
    """A small file that unpacks to a large one is refused, with its size."""
    data = docx_of(paragraph_xml("x") * 1_000_000)
    assert len(data) < 300_000
    with pytest.raises(SourceError, match="unpacks to"):
        parse(data, "a.docx")


def test_a_zip_bomb_in_a_picture_is_refused() -> None:
    """Every file in the archive counts, not the text alone."""
    with pytest.raises(SourceError, match="unpacks to"):
        parse(replaced(docx(SENTENCE), {"word/media/a.png": "\0" * 30_000_000}), "a.docx")


def _archive(**files: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no Word document"),
        (b"hello", "no Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
        (_archive(a="b"), "an archive"),
        (_archive(**{"[Content_Types].xml": "<Types"}), "cannot be read"),
        (docx(SENTENCE)[:-100], "no Word document"),
        (docx(), "no text"),
    ],
    ids=["empty", "text", "doc", "zip", "types", "cut", "blank"],
)
def test_what_is_no_word_document_is_refused(data: bytes, reason: str) -> None:
    """The reason names what the file is."""
    with pytest.raises(SourceError, match=reason):
        parse(data, "a.docx")


@modest
@given(place=st.integers(0), junk=st.binary(min_size=1, max_size=20))
def test_any_damage_is_survived(place: int, junk: bytes) -> None:
    """Bytes overwritten anywhere give a text still, or a `SourceError`."""
    whole = docx(SENTENCE)
    place %= len(whole)
    try:
        parse(whole[:place] + junk + whole[place + len(junk) :], "a.docx")
    except SourceError as error:
        assert str(error)  # noqa: PT017 - either ending is right
