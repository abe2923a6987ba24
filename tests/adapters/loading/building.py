"""Documents of each format, built from their text, and parsers that misbehave."""

import os
import signal
import time
import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document

from briefs.model import LoadedFile

SENTENCE = "The port of Aldmouth reopened on Monday after a week of repairs."
SECOND = "Its master said that 43 trips had been lost since the storm."

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def page(body: str, head: str = "") -> bytes:
    """Return a web page."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def article(head: str = "", body: str = "") -> bytes:
    """Return a web page with an article of two paragraphs."""
    return page(
        f"<article><h1>Port reopens</h1><p>{SENTENCE}</p><p>{SECOND}</p>{body}</article>", head
    )


def pdf(pages: Iterable[Sequence[str]], information: str = "") -> bytes:
    """Return a PDF with these lines on its pages."""
    return pdf_of([_content(lines) for lines in pages], information)


def pdf_of(contents: Sequence[bytes], information: str = "", stream_entries: str = "") -> bytes:
    """Return a PDF with these content streams as its pages."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            f"<< /Length {len(content)} {stream_entries} >>\nstream\n".encode()
            + content
            + b"\nendstream",
        ]
    objects.append(f"<< {information} >>".encode("latin-1"))
    out = BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + each + b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, len(objects), table)
    )
    return out.getvalue()


def pdf_bomb(unpacked: int) -> bytes:
    """Return a PDF whose page unpacks to that many bytes of text operators."""
    packed = zlib.compress(b"(a) Tj " * (unpacked // 7), 9)
    return pdf_of([packed], stream_entries="/Filter /FlateDecode")


def _content(lines: Sequence[str]) -> bytes:
    drawn = [
        "({}) Tj 0 -14 Td".format(line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)"))
        for line in lines
    ]
    return f"BT /F1 11 Tf 72 720 Td {' '.join(drawn)} ET".encode("cp1252")


def docx(*paragraphs: str, title: str = "", author: str = "") -> bytes:
    """Return a Word document with these paragraphs."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = author
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def docx_of(xml: str, prolog: str = "") -> bytes:
    """Return a Word document whose body is this XML."""
    return replaced(
        docx(),
        {
            "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{prolog}'
            f'<w:document xmlns:w="{WORD}"><w:body>{xml}</w:body></w:document>'
        },
    )


def replaced(archive: bytes, files: dict[str, str]) -> bytes:
    """Return an archive with some of its files replaced, or added."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in files:
                new.writestr(name, old.read(name))
        for name, text in files.items():
            new.writestr(name, text)
    return out.getvalue()


def paragraph_xml(text: str) -> str:
    """Return a paragraph as Word writes it."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


# Parsers to be run in a process; it finds them here by name.


def echoing(data: bytes, source: str) -> LoadedFile:
    """Return the data as a text."""
    return LoadedFile(source=source, text=data.decode(), title=f"{os.getpid()}")


def never_ending(data: bytes, source: str) -> LoadedFile:
    """Begin, say so in the file that is the data, and never end."""
    _began(data)
    time.sleep(3600)
    raise AssertionError(source)


def stubborn(data: bytes, source: str) -> LoadedFile:
    """Never end, and ignore what asks for it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return never_ending(data, source)


def crashing(data: bytes, source: str) -> LoadedFile:
    """Die at once, as of a segmentation fault."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return echoing(data, source)


def greedy(data: bytes, source: str) -> LoadedFile:
    """Take 8 GB."""
    taken = [bytearray(2**28) for _ in range(32)]
    return LoadedFile(source=source, text=str(len(taken)), title=data.decode())


def wordy(data: bytes, source: str) -> LoadedFile:
    """Return a text of many characters."""
    return LoadedFile(source=source, text="a" * 1_000_000, title=data.decode())


def noisy(data: bytes, source: str) -> LoadedFile:
    """Write to the terminal by all the ways that there are, and log."""
    import logging  # noqa: PLC0415 - all of it happens in the process
    import warnings  # noqa: PLC0415

    print("NOISE")  # noqa: T201
    os.write(1, b"NOISE")
    os.write(2, b"NOISE")
    warnings.warn("a NOISE that warns", stacklevel=1)
    logging.getLogger("pypdf").warning("a NOISE that is logged")
    return echoing(data, source)


def broken(data: bytes, source: str) -> LoadedFile:
    """Raise what no parser should."""
    raise KeyError(data, source)


def _began(mark: bytes) -> None:
    Path(os.fsdecode(mark)).write_text(str(os.getpid()), encoding="utf-8")
