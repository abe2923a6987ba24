"""Question files: a JSON object a line, each with a question and what would be right.

A line is `{"question": "…", "expect": ["any of these strings"]}` or `{"question": "…",
"answerable": false}`, optionally with `"id"`, with `"document"` (the file name of the right
document) and with `"note"`, which is for people. Whatever else stands there is a mistake, and told.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import Any

from briefs.answering import checked_question
from briefs.errors import UsageError

MOST_PROBLEMS = 10
"""Bad lines that are told one by one."""

_KEYS = ("question", "expect", "answerable", "id", "document", "note")
_LONGEST_KEY = 40
_SEPARATOR = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A question, and what would be right."""

    line: int
    """Where it stands in its file, from 1."""
    question: str
    expect: tuple[str, ...] = ()
    """Any of these strings in a sentence makes it right; empty: the question is to be refused."""
    id: str | None = None
    document: str | None = None
    """The file name, or the end of the path, of the right document."""

    @property
    def answerable(self) -> bool:
        """Whether it is to be answered, and not to be refused."""
        return bool(self.expect)

    def met_by(self, text: str) -> bool:
        """Say whether a text contains an expected string; see `folded` for what is ignored."""
        within = folded(text)
        return any(folded(each) in within for each in self.expect)

    def names(self, source: str) -> bool:
        """Say whether a document's source is the one that the question names."""
        if self.document is None:
            return False
        return unicodedata.normalize("NFC", self.document) in _endings(source)


def naming_nothing(
    questions: Iterable[Expectation], sources: Iterable[str]
) -> dict[str, tuple[int, ...]]:
    """Return what questions name as the right document and none of the sources is.

    Each with the lines that name it, in their order.
    """
    known = set(chain.from_iterable(_endings(each) for each in sources))
    found: dict[str, list[int]] = {}
    for each in questions:
        if each.document is not None and unicodedata.normalize("NFC", each.document) not in known:
            found.setdefault(each.document, []).append(each.line)
    return {document: tuple(lines) for document, lines in found.items()}


def _endings(source: str) -> set[str]:
    """Return what a source can be named by: itself, and what follows a separator in it."""
    here = unicodedata.normalize("NFC", source)
    return {here, *(here[match.end() :] for match in _SEPARATOR.finditer(here))}


def folded(text: str) -> str:
    """Return a text for comparing: without case, white space as single spaces, accents composed."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def read_questions(text: str) -> tuple[Expectation, ...]:
    """Return the questions of a question file, in its order. Empty lines are passed over.

    Raises:
        UsageError: Lines are wrong, each told in a sentence of its own; or there is no question.
    """
    questions: list[Expectation] = []
    problems: list[str] = []
    # Not `splitlines`: a JSON string may hold a line separator other than the line feed.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(line, number))
        except UsageError as error:
            problems.append(f"Line {number}: {error}")
    if problems:
        more = len(problems) - MOST_PROBLEMS
        also = [f"{more:,} more lines are wrong."] if more > 0 else []
        raise UsageError("\n".join([*problems[:MOST_PROBLEMS], *also]))
    if not questions:
        raise UsageError(
            "There is no question in the file. Write one a line: "
            '{"question": "…", "expect": ["…"]}.'
        )
    return tuple(questions)


def _question(line: str, number: int) -> Expectation:
    """Return the question of one line.

    Raises:
        UsageError: The line is wrong, and what to do about it.
    """
    stated = _object(line)
    for key in stated:
        if key not in _KEYS:
            raise UsageError(_unknown(key))
    if "question" not in stated:
        raise UsageError("“question” is missing. Add the question as a string.")
    return Expectation(
        line=number,
        question=checked_question(_string(stated, "question")),
        expect=_expected(stated),
        id=_id(stated),
        document=_string(stated, "document") if stated.get("document") is not None else None,
    )


def _object(line: str) -> dict[str, Any]:
    try:
        stated = json.loads(line, object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"It is not JSON: {error.msg}, at character {error.pos + 1}. A line holds one whole "
            "object."
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError("It is not JSON that can be read. A line holds one object.") from error
    if not isinstance(stated, dict):
        raise UsageError('It is JSON, but no object. Write {"question": "…", "expect": ["…"]}.')
    return stated


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    stated = dict(pairs)
    if len(stated) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"“{_shown(twice)}” stands there twice. Leave one.")
    return stated


def _unknown(key: str) -> str:
    near = get_close_matches(key.casefold(), _KEYS, n=1)
    if near:
        return f"“{_shown(key)}” is no key of a question. Did you mean “{near[0]}”?"
    known = ", ".join(f"“{each}”" for each in _KEYS)
    return f"“{_shown(key)}” is no key of a question. Remove it; the keys are {known}."


def _expected(stated: dict[str, Any]) -> tuple[str, ...]:
    """Return what is expected, empty for a question that is to be refused."""
    answerable = stated.get("answerable", True)
    if not isinstance(answerable, bool):
        raise UsageError("“answerable” must be true or false, without quotation marks.")
    if "expect" not in stated:
        if answerable:
            raise UsageError(
                'What is right is missing. Add "expect": ["…"], or "answerable": false for a '
                "question that no document answers."
            )
        return ()
    if not answerable:
        raise UsageError("It has “expect” and is not answerable. Remove “expect”, or “answerable”.")
    expect = stated["expect"]
    if not isinstance(expect, list) or not expect or not all(map(_is_string, expect)):
        raise UsageError(
            '“expect” must be a list of strings that are not empty: "expect": ["43 trips"].'
        )
    return tuple(expect)


def _string(stated: dict[str, Any], key: str) -> str:
    value = stated[key]
    if not _is_string(value):
        raise UsageError(f"“{key}” must be a string that is not empty.")
    return str(value)


def _id(stated: dict[str, Any]) -> str | None:
    """Return the id; a number counts as its digits."""
    value = stated.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None if value is None else _string(stated, "id")


def _is_string(value: object) -> bool:
    """Say whether it is a string with something in it, and valid Unicode."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and all(unicodedata.category(character) != "Cs" for character in value)
    )


def _shown(key: str) -> str:
    """Return a key as it can be printed, and not at any length."""
    printable = "".join(each for each in key if each.isprintable())
    return printable if len(printable) <= _LONGEST_KEY else f"{printable[:_LONGEST_KEY]}…"
