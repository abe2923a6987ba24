"""What a question means in a conversation: "and when was the last one?" after another one.

A question that leans on the one before it is completed with the words of that one which it does
not have itself, in brackets, so that a person sees what was taken for granted: "and when was the
last one? (trips, tankers)". One that says what it is about stands alone, and nothing is added.

In a longer chain, the brackets hold the words of the question that began it and, after a
semicolon, those of the question just before; so they never grow.
"""

import re
from collections.abc import Iterator, Sequence

from briefs.answering import LONGEST_QUESTION
from briefs.leaning import (
    DAYS,
    MONTHS,
    PREPOSITIONS,
    Word,
    is_replacing,
    leans,
    own,
    words_of,
)
from briefs.lexical import terms

MOST_WORDS = 12
"""How many words of one question are carried over."""

LONGEST_CARRIED = 300
"""Characters in the brackets; a word that does not fit is left out."""


_STANDING_FOR = frozenset({"one", "ones"})


def understood(question: str, previous: str | None) -> str | None:
    """Return a question as completed from the one before it; None where it stands alone.

    Args:
        question: As it was typed.
        previous: The question before it in the same conversation, as it was understood.
    """
    asked = question.strip()
    if not asked or previous is None:
        return None
    words = words_of(asked)
    if not leans(words):
        return None
    carried = _carried(words, previous.strip()[:LONGEST_QUESTION])
    if any(word.typed.casefold() in _STANDING_FOR for word in words):
        # "The last one": one of what was asked about first; the rest would lead astray.
        carried = [group[:1] for group in carried if group][:1]
    room = min(LONGEST_CARRIED, LONGEST_QUESTION - len(asked) - len(" ()"))
    kept: list[str] = []
    for group in carried:
        fitting: list[str] = []
        for phrase in group:
            if len(phrase) + len(", ") <= room:
                fitting.append(phrase)
                room -= len(phrase) + len(", ")
        if fitting:
            kept.append(", ".join(fitting))
    return f"{asked} ({'; '.join(kept)})" if kept else None


def _carried(words: Sequence[Word], previous: str) -> list[list[str]]:
    """Return the phrases to carry over: of the question that began the chain, and of the last."""
    before, began = _parted(previous)
    asked = words_of(before)
    groups = [(before, asked)]
    # "What about A?", and then "and B?": B stands where A stood.
    if began and is_replacing(words) and is_replacing(asked):
        groups = []
    if began:
        groups.insert(0, (began, words_of(began)))
    has = {term for word in words for term in terms(word.typed)}
    carried: list[list[str]] = []
    for text, group in groups:
        missing: list[Word] = []
        for word in own(group):
            new = set(terms(word.typed)) - has
            if new and len(missing) < MOST_WORDS and not _is_replaced(word, words):
                missing.append(word)
                has |= new
        carried.append(list(_phrases(missing, text)))
    return carried


def _parted(previous: str) -> tuple[str, str]:
    """Return a question as it was asked, and the words of the one that began its chain."""
    if not previous.endswith(")"):
        return previous, ""
    asked, _, carried = previous[:-1].rpartition("(")
    return asked, carried.partition(";")[0]


def _is_replaced(word: Word, words: Sequence[Word]) -> bool:
    """Whether a question has something of its own in place of a word: "and in June?" after May."""
    typed = {each.typed for each in words}
    for kind in (MONTHS, DAYS):
        # "May" is a month where it is no verb.
        if word.small in kind and word.typed[0].isupper() and typed & {k.title() for k in kind}:
            return True
    if word.is_year:
        return any(each.is_year for each in words)
    if word.is_day:
        return any(each.is_day for each in words)
    if word.is_count:
        return any(
            each.is_count or (each.small in {"many", "much"} and each.before == "how")
            for each in words
        )
    if word.before in PREPOSITIONS and word.before != "of" and is_replacing(words):
        return any(each.before == word.before for each in own(words))
    return False


def _phrases(words: Sequence[Word], text: str) -> Iterator[str]:
    """Yield words as they were typed, those that stand side by side as one phrase."""
    start = end = -1
    for word in words:
        if end < 0 or text[end : word.start] not in {" ", "-"}:
            if end >= 0:
                yield _bare(text[start:end])
            start = word.start
        end = word.end
    if end >= 0:
        yield _bare(text[start:end])


def _bare(phrase: str) -> str:
    """Return a phrase without the mark of a possessor at its end."""
    return re.sub(r"['’]s?$", "", phrase)
