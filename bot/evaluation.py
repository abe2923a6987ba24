"""Asking the questions of a question file, one after another, as a person would."""

from collections.abc import Sequence
from pathlib import Path

from bot.newsroom import Newsroom
from briefs.errors import UsageError
from briefs.evaluating import Measures, Outcome, judged, measured
from briefs.model import Scope
from briefs.ports import Ask, Place, Progress, Progressed
from briefs.question_files import Expectation, naming_nothing, read_questions

_LINES = 5
"""How many lines are named that name the same document."""


def questions_of(file: Path) -> tuple[Expectation, ...]:
    """Return the questions of a file.

    Raises:
        UsageError: It cannot be read, is not UTF-8, or has wrong lines; each is told.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {file}.") from error
    except IsADirectoryError as error:
        raise UsageError(f"{file} is a folder. Name a file with a question a line.") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}, line {line}, is not UTF-8. Save the file as UTF-8.") from error
    try:
        return read_questions(text)
    except UsageError as error:
        raise UsageError(f"{file} cannot be used:\n{error}") from error


async def evaluated(
    newsroom: Newsroom, questions: Sequence[Expectation], place: Place, progressed: Progressed
) -> Measures | None:
    """Ask at least one question as a place would, and measure the answers; nothing is kept of it.

    None: no document is loaded that the place may see.
    """
    # What the first answer of all costs once is nobody's waiting in a bot that runs: it is asked
    # twice. It may also have to embed documents and to start the model, and that is told.
    first = await newsroom.examine(Ask(question=questions[0].question), place, progressed)
    if not first.answer.searched.loaded:
        return None
    outcomes: list[Outcome] = []
    for question in questions:
        progressed(Progress(what="Asking", done=len(outcomes), total=len(questions)))
        examined = await newsroom.examine(Ask(question=question.question), place, _unheard)
        outcomes.append(judged(question, examined))
    return measured(outcomes)


async def naming_nothing_loaded(
    newsroom: Newsroom, questions: Sequence[Expectation], place: Place
) -> tuple[str, ...]:
    """Return a sentence for each document that questions name and that is not loaded there."""
    index, _ = await newsroom.current_index(_unheard)
    documents = index.documents(Scope(collections=place.collections))
    found = naming_nothing(questions, [each.document.source for each in documents])
    return tuple(_not_loaded(*each) for each in found.items())


def _not_loaded(document: str, lines: Sequence[int]) -> str:
    several = len(lines) > 1
    first = ", ".join(map(str, lines[:_LINES]))
    more = f" and {len(lines) - _LINES} more" if len(lines) > _LINES else ""
    return (
        f"“{document}” (line{'s' if several else ''} {first}{more}) is not loaded in what is asked "
        "and counts as not found in “passage_at_1” and “passage_at_5”."
    )


def _unheard(_progress: Progress) -> None:
    """Let progress pass."""
