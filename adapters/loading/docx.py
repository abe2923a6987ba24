"""Word documents: paragraphs, tables, text boxes and footnotes, in the order they are read."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from adapters.loading.decoding import without_controls
from briefs.errors import SourceError
from briefs.model import LoadedFile

# lxml has no types; this is an element of its trees.
_Element: TypeAlias = Any

_MOST_UNPACKED = 200_000_000
_MOST_FILES = 5_000
# Real documents stay far below; small ones may hold a page of one repeated character.
_HIGHEST_RATIO = 200
_SMALL = 1_000_000
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_PROGRAMS = {
    "python-docx",
    "microsoft office user",
    "microsoft account",
    "microsoft",
    "user",
    "admin",
    "administrator",
    "windows user",
    "author",
    "unknown",
}
_NO_TITLE = re.compile(
    r"untitled|document ?\d*|word document|microsoft word - .*|.*\.(docx?|dotx?|odt|rtf)",
    re.IGNORECASE,
)
_NOT_READ = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def parse(data: bytes, source: str) -> LoadedFile:
    """Return the text of a Word document: one block a line, an empty line between blocks.

    Raises:
        SourceError: It is no Word document, unpacks to too much, or there is no text in it.
    """
    _check_archive(data)
    try:
        return _parsed(data, source)
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        # python-docx has no errors of its own: a damaged file is a KeyError, a ValueError, …
        raise SourceError(
            f"it cannot be read as a Word document ({type(error).__name__}); "
            "open it in Word and save it anew"
        ) from error


def _check_archive(data: bytes) -> None:
    """Raise where these bytes are no Word document, or one that unpacks to too much."""
    if data.startswith(_OLD_WORD):
        raise SourceError(
            "it is a Word document of the old kind (.doc), or has a password; "
            "save it as .docx without one"
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError) as error:
        raise SourceError("it is no Word document (.docx), or it is damaged") from error
    if "[Content_Types].xml" not in {entry.filename for entry in entries}:
        raise SourceError("it is an archive, and no Word document (.docx)")
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > _SMALL and unpacked > _HIGHEST_RATIO * len(data)
    if unpacked > _MOST_UNPACKED or len(entries) > _MOST_FILES or too_dense:
        raise SourceError(
            f"it unpacks to {unpacked:,} bytes in {len(entries):,} files, more than a document "
            "needs; it was not opened"
        )


def _parsed(data: bytes, source: str) -> LoadedFile:
    try:
        document = Document(BytesIO(data))
    except ValueError as error:
        raise SourceError("it is no Word document (.docx), but another kind of file") from error
    root = document.element
    if root.getroottree().docinfo.doctype:
        # Word writes none; what one can declare is files to read and entities that explode.
        raise SourceError("it declares entities, as no Word document does; it was not read")
    blocks = [*_blocks(root.body), *_notes(document)]
    title = _title(document)
    if title and blocks and blocks[0].casefold() == title.casefold():
        del blocks[0]
    text = "\n\n".join(blocks)
    if not any(character.isalnum() for character in text):
        raise SourceError("there is no text in it")
    author = _line(document.core_properties.author)
    return LoadedFile(
        source=source,
        text=text,
        title=title or Path(source).stem,
        author=None if author.casefold() in _PROGRAMS else author or None,
    )


def _title(document: WordDocument) -> str | None:
    """Return the title: what the file says it is, or the paragraph that is set as one."""
    stated = _line(document.core_properties.title)
    if stated and not _NO_TITLE.fullmatch(stated):
        return stated
    for paragraph in document.element.body.iterchildren(qn("w:p")):
        text = _line(_text(paragraph))
        if text:
            style = document.styles.get_by_id(paragraph.style, 1).name if paragraph.style else ""
            return text if style in {"Title", "Heading 1"} else None
    return None


def _blocks(parent: _Element) -> Iterator[str]:
    """Yield the text of paragraphs and tables, and of what wraps them."""
    for child in parent:
        if child.tag == qn("w:p"):
            yield from _paragraph(child)
        elif child.tag == qn("w:tr"):
            yield from _row(child)
        elif isinstance(child.tag, str) and child.tag not in {*_NOT_READ, _FALLBACK}:
            yield from _blocks(child)


def _paragraph(paragraph: _Element) -> Iterator[str]:
    yield from filter(None, map(_line, _text(paragraph).split("\n")))
    for box in paragraph.iter(qn("w:txbxContent")):
        # Each box is there twice, once more for old programs; and what is in a box is in a box.
        if not any(above.tag == _FALLBACK for above in box.iterancestors(_FALLBACK)):
            yield from _blocks(box)


def _row(row: _Element) -> Iterator[str]:
    """Yield a row of a table as one line, or cell by cell where cells hold several paragraphs."""
    cells = [list(_blocks(cell)) for cell in row.iter(qn("w:tc")) if _row_of(cell) is row]
    if all(len(cell) <= 1 for cell in cells):
        line = " | ".join(cell[0] for cell in cells if cell)
        yield from [line] if line else []
    else:
        for cell in cells:
            yield from cell


def _row_of(cell: _Element) -> _Element:
    return next(cell.iterancestors(qn("w:tr")), None)


def _text(parent: _Element) -> str:
    """Return the text of a paragraph, without what is deleted, hidden or in a text box."""
    parts = []
    for child in parent:
        tag = child.tag
        if tag == qn("w:t"):
            parts.append(child.text or "")
        elif tag == qn("w:tab"):
            parts.append(" ")
        elif tag in {qn("w:br"), qn("w:cr")}:
            parts.append("\n")
        elif tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif tag == qn("w:r"):
            parts.append("" if _is_hidden(child) else _text(child))
        elif (
            isinstance(tag, str)
            and tag not in {*_NOT_READ, _FALLBACK, qn("w:txbxContent")}
            and len(child)
        ):
            parts.append(_text(child))
    return "".join(parts)


def _is_hidden(run: _Element) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val")) not in {"0", "false", "off"}


def _notes(document: WordDocument) -> Iterator[str]:
    """Yield the footnotes and endnotes, which python-docx does not know."""
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for relation in document.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                notes: _Element = parse_xml(relation.target_part.blob)
                for note in notes:
                    # Those with a type are the lines that Word draws above them.
                    if note.get(qn("w:type")) in {None, "normal"}:
                        yield from _blocks(note)


def _line(value: str | None) -> str:
    return " ".join(without_controls(value or "").split())
