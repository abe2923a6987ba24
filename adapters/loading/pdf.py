"""PDF: its text, put together again from the lines of its pages."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from statistics import quantiles

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from adapters.loading.decoding import decoded, without_controls
from adapters.loading.text import first_line_title
from briefs.errors import SourceError
from briefs.model import LoadedFile

_MOST_PAGES = 5_000
_EDGE_LINES = 2
_FEWEST_PAGES = 3
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"untitled.*|document ?\d*|microsoft (word|powerpoint) - .*|print|slide 1|about:blank"
    r"|.*\.(docx?|odt|rtf|indd|qxd|pdf|html?|tex|dvi|pptx?)|(https?|file)://.*",
    re.IGNORECASE,
)
_NO_AUTHOR = {"user", "admin", "administrator", "unknown", "author", "microsoft office user"}

_ENDS_SENTENCE = re.compile(r"[.!?…:。！？]['\"”’»)\]]*$")
_BEGINS_BLOCK = re.compile(r"(?:[-*•–▪◦]|\d{1,3}[.)])\s")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-$")
_REST_OF_WORD = re.compile(r"([^\W\d_]+)")
# What stays hyphenated at the end of a line as in its middle.
_COMPOUNDS = set(
    "self well ex non co anti pro semi half all cross high low long short mid so".split()
)
_SHORT_LINE = 0.75
_FEWEST_LINES = 4


def parse(data: bytes, source: str) -> LoadedFile:
    """Return the text of a PDF: one paragraph a line, an empty line between paragraphs.

    Raises:
        SourceError: It is damaged, locked with a password, or has pictures of its text only.
    """
    if b"%PDF-" not in data[:1024]:
        raise SourceError("it is no PDF")
    try:
        return _parsed(data, source)
    except (SourceError, MemoryError):
        raise
    except LimitReachedError as error:
        raise SourceError("it unpacks to more than a document needs; it was not read") from error
    except (PyPdfError, Exception) as error:
        # Beside its own errors, pypdf lets whatever a damaged file causes through.
        raise SourceError(
            f"it is damaged and cannot be read as a PDF ({type(error).__name__})"
        ) from error


def _parsed(data: bytes, source: str) -> LoadedFile:
    reader = PdfReader(BytesIO(data))
    # Many a PDF is encrypted with no password, only to forbid printing: that one opens.
    if reader.is_encrypted and not _opens(reader):
        raise SourceError("it is locked with a password; save it without one")
    if len(reader.pages) > _MOST_PAGES:
        raise SourceError(f"it has more than {_MOST_PAGES:,} pages; split it")
    pages = [_lines(page.extract_text()) for page in reader.pages]
    if not any(character.isalnum() for page in pages for line in page for character in line):
        raise SourceError(
            "it holds pictures of text and no text (a scan?); run it through a text recognition "
            "(OCR) program first"
        )
    text = "\n\n".join(_paragraphs(_without_edges(pages)))
    title, author, dated = _information(reader)
    heading, rest = first_line_title(text)
    if title is None or (heading is not None and heading.casefold() == title.casefold()):
        title, text = title or heading, rest
    note = (
        f"the file was made on {dated}, which need not be when it was published; "
        "set the date with --published"
    )
    return LoadedFile(
        source=source,
        text=text,
        title=title or Path(source).stem,
        author=author,
        notes=(note,) if dated else (),
    )


def _opens(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except Exception:  # noqa: BLE001 - it needs a library for it that is not here, for one
        return False


def _information(reader: PdfReader) -> tuple[str | None, str | None, str | None]:
    """Return title, author and day of creation, as far as someone seems to have meant them."""
    try:
        stated = reader.metadata
        if stated is None:
            return None, None, None
        title, author = _line(stated.title), _line(stated.author)
    except Exception:  # noqa: BLE001 - a damaged entry here is no reason to lose the text
        return None, None, None
    try:
        created = stated.creation_date
    except Exception:  # noqa: BLE001 - likewise
        created = None
    return (
        None if _NO_TITLE.fullmatch(title) else title or None,
        None if author.casefold() in _NO_AUTHOR else author or None,
        f"{created:%Y-%m-%d}" if created else None,
    )


def _line(value: object) -> str:
    return " ".join(without_controls(value).split()) if isinstance(value, str) else ""


def _lines(page: str) -> list[str]:
    """Return the lines of a page; an empty one where the page has a gap."""
    clean = decoded(page.encode("utf-8", "ignore"))
    return [" ".join(line.split()) for line in clean.split("\n")]


def _without_edges(pages: Sequence[list[str]]) -> list[list[str]]:
    """Return the pages without page numbers and what stands above or below most pages."""
    trimmed = [_trimmed(page) for page in pages]
    seen = Counter(
        edge
        for page in trimmed
        for edge in {_masked(line) for line in [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]}
    )
    enough = max(_FEWEST_PAGES, len(pages) // 2 + 1)
    running = {line for line, count in seen.items() if count >= enough}
    return [
        _without_edge(_without_edge(page, running, number)[::-1], running, number)[::-1]
        for number, page in enumerate(trimmed, 1)
    ]


def _without_edge(page: list[str], running: set[str], number: int) -> list[str]:
    for _ in range(_EDGE_LINES):
        line = page[0] if page else ""
        is_number = _PAGE_NUMBER.fullmatch(line) and str(number) in re.findall(r"\d+", line)
        if not line or not (is_number or _masked(line) in running):
            break
        page = _trimmed(page[1:])
    return page


def _trimmed(page: list[str]) -> list[str]:
    """Return a page without the empty lines around it."""
    full = [place for place, line in enumerate(page) if line]
    return page[full[0] : full[-1] + 1] if full else []


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())


def _paragraphs(pages: Sequence[list[str]]) -> list[str]:
    known = Counter(
        re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", "\n".join(map("\n".join, pages)).casefold())
    )
    blocks: list[list[str]] = []
    for page in pages:
        for place, block in enumerate(_blocks(page)):
            goes_on = (
                place == 0
                and blocks
                and not _ENDS_SENTENCE.search(blocks[-1][-1])
                and block[0][:1].islower()
            )
            if goes_on:
                blocks[-1] += block
            else:
                blocks.append(block)
    return [_joined(block, known) for block in blocks]


def _blocks(page: list[str]) -> Iterator[list[str]]:
    """Yield the lines that belong together: a paragraph ends with a gap or with a short line."""
    lengths = [len(line) for line in page if line]
    # The width of the column: nearly the longest line, so that one heading does not make it.
    width = (
        quantiles(lengths, n=10)[-1] if len(lengths) >= _FEWEST_LINES else max(lengths, default=0)
    )
    block: list[str] = []
    for line in page:
        is_new = block and (
            not line
            or _BEGINS_BLOCK.match(line)
            or (len(block[-1]) < _SHORT_LINE * width and not _goes_on(block[-1], line))
        )
        if is_new:
            yield block
            block = []
        if line:
            block.append(line)
    if block:
        yield block


def _goes_on(line: str, following: str) -> bool:
    """Return whether a short line is the middle of a sentence all the same."""
    return not _ENDS_SENTENCE.search(line) and (
        following[:1].islower() or line.endswith((",", "-"))
    )


def _joined(lines: Sequence[str], known: Counter[str]) -> str:
    """Return lines as one, words that were broken at a line's end made whole.

    A hyphen stays where the document itself writes the word with one, or both its halves alone.
    """
    text = lines[0]
    for line in lines[1:]:
        broken, rest = _BROKEN_WORD.search(text[-80:]), _REST_OF_WORD.match(line)
        if broken is None or rest is None or not rest[1][0].islower():
            text = f"{text}{'' if text.endswith(('-', '–')) and rest else ' '}{line}"
            continue
        first, second = broken[1].casefold(), rest[1].casefold()
        is_word = known[first + second] > 0
        is_compound = (
            known[f"{first}-{second}"] > 0
            or first in _COMPOUNDS
            or broken[1][0].isupper()
            or (known[first] > 1 and known[second] > 1)
        )
        text = (text if is_compound and not is_word else text[:-1]) + line
    return text
