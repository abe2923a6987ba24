"""Web pages: the article by trafilatura, and what the page states about it (`page_facts`)."""

import codecs
import re
from pathlib import Path

import trafilatura
from lxml import html as lxml_html  # type: ignore[import-untyped]

from adapters.loading.decoding import decoded, without_controls
from adapters.loading.page_facts import Facts, Page
from briefs.errors import SourceError
from briefs.model import LoadedFile

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 4096
# What lxml reads and then refuses to write, so that trafilatura would drop the whole article.
_NO_CHARACTER = re.compile(
    r"[\ufffe\uffff]"
    r"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])|0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45]))"
    r"(?![0-9a-f]);?",
    re.IGNORECASE,
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_ONLY_WORDS = (
    "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz')",
    "translate(@aria-hidden, 'TRUE', 'true')",
)
# Not the page as a whole: some are hidden until a script shows them.
_UNSEEN = (
    "//script | //style | //template | //noscript | //body//*[@hidden] | "
    f"//body//*[contains({_ONLY_WORDS[0]}, 'display:none')] | "
    f"//body//*[contains({_ONLY_WORDS[0]}, 'visibility:hidden')] | "
    f"//body//*[{_ONLY_WORDS[1]} = 'true']"
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?=\s|$)|[。！？]")
_SHORTEST_SENTENCE = 12
_SHORTEST_CHINESE_SENTENCE = 4
_TABLE_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")


def parse(data: bytes, source: str) -> LoadedFile:
    """Return the article of a web page: one block a line, an empty line between blocks.

    Raises:
        SourceError: It cannot be read, or there is no article in it.
    """
    try:
        return _parsed(data, source)
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        # Five libraries walk a tree that anyone can have written; each has its own surprises.
        raise SourceError(
            f"it cannot be read as a web page ({type(error).__name__}); save it anew, or as text"
        ) from error


def _parsed(data: bytes, source: str) -> LoadedFile:
    page = _tree(_text(data))
    facts = Facts(page)
    outlet = facts.outlet()
    title = facts.title(outlet)
    author = facts.author()
    published = facts.published()
    blocks = _article(page)
    if title and blocks and blocks[0].casefold() == title.casefold():
        del blocks[0]
    text = "\n\n".join(blocks)
    if not any(map(_has_sentence, blocks)):
        raise SourceError(
            "there is no article in this page, only navigation or scripts; "
            "save the article's own page as your browser shows it"
        )
    return LoadedFile(
        source=source,
        text=text,
        title=title or Path(source).stem,
        outlet=outlet,
        author=author,
        published=published,
        url=facts.url,
        extracted=True,
    )


def _text(data: bytes) -> str:
    """Return a page as Unicode: by its mark, as UTF-8, by what it states, or by the likeliest."""
    if not data.startswith(_MARKS):
        # A damaged page is still a page; a NUL would end it for libxml2.
        data = data.replace(b"\0", b"")
        try:
            data.decode()
        except UnicodeDecodeError:
            stated = _CHARSET.search(data[:_HEAD_BYTES])
            label = stated[1].decode("ascii", "replace").casefold() if stated else ""
            # As browsers do: a page that says Latin-1 is Windows-1252.
            label = "cp1252" if label in {"iso-8859-1", "latin-1", "latin1", "us-ascii"} else label
            try:
                if label and not label.startswith("utf-16"):
                    data = data.decode(label, "replace").encode()
            except (LookupError, UnicodeError):
                pass  # no encoding of text by that name: as if it had not been stated
    return _NO_CHARACTER.sub(" ", decoded(data))


def _tree(text: str) -> Page:
    if not text.strip():
        raise SourceError("there is nothing in it")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    page = lxml_html.document_fromstring(text.encode(), parser=parser)
    if page.find(".//body") is None:
        raise SourceError("there is no page in it")
    return page


def _article(page: Page) -> list[str]:
    """Return the blocks of the main text; the page loses what nobody sees."""
    for unseen in page.xpath(_UNSEEN):
        if unseen.getparent() is not None:
            unseen.drop_tree()
    found = trafilatura.bare_extraction(
        page, favor_precision=True, include_comments=False, include_tables=True, deduplicate=False
    )
    text = getattr(found, "text", None) or ""
    lines = (" ".join(line.split()) for line in without_controls(text).split("\n"))
    rows = (
        line.strip("| ") if line.startswith("|") and line.endswith("|") else line
        for line in lines
        if not _TABLE_RULE.fullmatch(line)
    )
    return [row for row in rows if row]


def _has_sentence(block: str) -> bool:
    """Return whether a block is more than a headline or the name of a link."""
    return any(
        end.start()
        >= (_SHORTEST_SENTENCE if end[0].isascii() or end[0] == "…" else _SHORTEST_CHINESE_SENTENCE)
        for end in _SENTENCE_END.finditer(block)
    )
