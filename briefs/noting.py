"""What a reader of a brief should know: what was compared, and what that does not prove."""

from collections.abc import Iterator
from dataclasses import dataclass

from briefs.model import Document

_ENGLISH = frozenset(
    "the of and to in that was with for were by have has been which their from at it is".split()
)
_ENGLISH_SHARE = 0.1
"""Of the words of an English article, at least so many are of these; of others, hardly any."""

_TOO_FEW = 12
"""Words; of fewer, nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noted:
    """What the notes of a brief are about."""

    documents: tuple[Document, ...]
    """All that were looked at."""
    firsts: tuple[Document, ...]
    """Without copies."""
    compared: tuple[Document, ...]
    """Without copies and what is not about the topic."""
    sentences: int
    """How many were compared."""
    leading: bool
    """Whether of every article only the first sentences were compared."""
    topic: str | None
    points: int
    shared: int
    """How many points more than one outlet states."""
    one_origin: int
    """Of these, how many come from one origin, as far as can be traced."""
    told: int
    """How many facts were left out because the channel was told them."""
    differing: int
    """How many figures outlets differ on."""
    for_channel: bool
    first: bool
    """Whether it is the first brief of its channel."""
    emptied: str | None = None
    """Why nothing was looked at, where that is not because there is nothing."""


def notes(noted: Noted) -> tuple[str, ...]:
    """Return a few plain sentences."""
    return tuple(_notes(noted))


def _notes(noted: Noted) -> Iterator[str]:
    if noted.for_channel and noted.first:
        yield "This is the first brief for this channel: everything in it is new here."
    if not noted.documents:
        none = "There is no new article." if noted.for_channel else "There is no article."
        yield noted.emptied or none
        return
    if noted.topic is not None and not noted.compared:
        yield (
            f"No sentence of {_articles(len(noted.documents))} is about “{noted.topic}”, by "
            "meaning or by words."
        )
        return
    yield from _looked_at(noted)
    yield from _meaning(noted)
    yield from _of_documents(noted)


def _looked_at(noted: Noted) -> Iterator[str]:
    outlets = len({each.publisher for each in noted.compared})
    by = f" by {outlets:,} outlets" if outlets > 1 else " by one outlet" if outlets else ""
    first = "the first sentences of each: " if noted.leading else ""
    about = f" about “{noted.topic}”" if noted.topic is not None else ""
    yield (
        f"Compared: {first}{_counted(noted.sentences, 'sentence')}{about} of "
        f"{_articles(len(noted.compared))}{by}."
    )
    left = len(noted.firsts) - len(noted.compared)
    if left:
        yield f"{_articles(left).capitalize()} {'says' if left == 1 else 'say'} nothing about it."
    copies = len(noted.documents) - len(noted.firsts)
    if copies:
        yield (
            f"{_articles(copies).capitalize()} {'is a copy' if copies == 1 else 'are copies'} of "
            f"{'another' if copies == 1 else 'others'} here; copies count once."
        )


def _meaning(noted: Noted) -> Iterator[str]:
    outlets = len({each.publisher for each in noted.compared})
    if not noted.points:
        if noted.told:
            yield "Nothing is new: all that could be a point was told to this channel before."
        else:
            yield "No sentence can stand alone as a point."
    elif len(noted.compared) == 1:
        yield "There is one article only, so nothing is confirmed or disputed by another."
    elif outlets == 1:
        yield "All is from one outlet, so nothing is confirmed or disputed by another."
    if outlets < len(("one", "other")):
        return
    if noted.shared:
        yield "That several outlets say so is no proof: they may share an origin, named or not."
    if noted.one_origin:
        several = _counted(noted.one_origin, "point").capitalize()
        goes = "goes" if noted.one_origin == 1 else "go"
        yield f"{several} of several outlets {goes} back to one origin."
    if not noted.differing:
        yield "No differing figures or dates were found. That does not mean that all is consistent."


def _of_documents(noted: Noted) -> Iterator[str]:
    undated = sum(each.published is None for each in noted.compared)
    if undated:
        does = "states" if undated == 1 else "state"
        yield f"{_articles(undated).capitalize()} {does} no date of publication."
    foreign = sum(not _reads_english(each.text) for each in noted.compared)
    if foreign:
        yield (
            f"{_articles(foreign).capitalize()} {'seems' if foreign == 1 else 'seem'} not to be in "
            "English: the rules for figures, origins and pronouns know English only."
        )


def _articles(number: int) -> str:
    return _counted(number, "article")


def _counted(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number:,} {what}s"


def _reads_english(text: str) -> bool:
    words = text[:3_000].casefold().split()
    found = sum(word.strip(".,:;!?\"'“”()") in _ENGLISH for word in words)
    return len(words) < _TOO_FEW or found >= _ENGLISH_SHARE * len(words)
