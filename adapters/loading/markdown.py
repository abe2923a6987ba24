"""Markdown with YAML front matter."""

import re
from collections.abc import Iterator

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.loading.decoding import without_controls
from briefs.errors import SourceError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NULL = {"", "~", "null", "none"}


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return what stands in the front matter, and the text after it.

    Only keys with one plain value count; a null is left out, as if it were not there.

    Raises:
        SourceError: There is front matter, and it is not YAML; the message names the line.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        # Every scalar stays the string that was written: YAML's own dates lose their precision.
        found = yaml.load(match["yaml"] or "", Loader=yaml.BaseLoader)  # noqa: S506 - makes strings
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise SourceError(f"its front matter is not YAML{line}: {problem}") from error
    except (ValueError, OverflowError, RecursionError) as error:
        # PyYAML's own: for an escape that is no character, and for a thousand brackets.
        raise SourceError("its front matter is not YAML that can be read") from error
    if found is not None and not isinstance(found, dict):
        raise SourceError("its front matter is no list of “key: value” lines")
    values = {
        str(key).strip().casefold(): _one_line(value)
        for key, value in (found or {}).items()
        if isinstance(value, str)
    }
    known = {key: value for key, value in values.items() if value.casefold() not in _NULL}
    return known, text[match.end() :]


def plain(markdown: str) -> tuple[str | None, str]:
    """Return the title that a document begins with (its first heading of level 1), and its text.

    The text has one block a line, an empty line between blocks, and no markup.
    """
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    title = None
    if len(tokens) > 1 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = _one_line(_inline(tokens[1])) or None
        if title is not None:
            tokens = tokens[3:]
    blocks = (block for token in tokens for block in _blocks(token))
    return title, "\n\n".join(filter(None, blocks))


def _one_line(value: str) -> str:
    """Return a value without what YAML's escapes can put into it: controls, surrogates, lines."""
    return " ".join(without_controls(value).split())


def _blocks(token: Token) -> Iterator[str]:
    if token.type == "inline":
        yield from (" ".join(line.split()) for line in _inline(token).split("\n"))
    elif token.type in {"fence", "code_block"}:
        yield token.content.strip()


def _inline(token: Token) -> str:
    """Return the words of a block; what a link or an emphasis holds stays, a picture goes."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or _LINE_BREAK.fullmatch(child.content):
            parts.append("\n")
    return "".join(parts).strip()
