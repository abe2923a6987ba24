"""Why a sentence is in a brief, or why it is not: every gate that it passed or failed, in words."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from briefs.agreement import Said
from briefs.brief import Gate, Why
from briefs.changing import is_told
from briefs.choosing import elsewhere, repeats
from briefs.clarity import unclear
from briefs.gathering import Fact
from briefs.lexical import terms

if TYPE_CHECKING:
    from briefs.composing import Composed

ALIKE = 0.5
"""From this share of the words typed on, a sentence is what may be meant."""


def why(composed: "Composed", text: str) -> Why:
    """Return whether and why a sentence is in a brief.

    Args:
        composed: What the brief was composed with.
        text: A sentence of a document, a part of one, or nearly so, as a person types it.
    """
    found = _meant(composed, text)
    if found is None:
        return Why(shown=False, text=_not_compared(composed, text))
    at, row = found
    tale = composed.tales[at]
    group = next(number for number, members in enumerate(tale.groups) if row in members)
    members = tale.groups[group]
    ranks = {(each.tale, each.group): rank for rank, each in enumerate(composed.choice.chosen, 1)}
    rank = ranks.get((at, group))
    gates = tuple(_gates(composed, at, group, rank))
    return Why(
        shown=rank is not None,
        text=_answer(row, members, rank, gates),
        citation=tale.gathered[row].citation,
        story=tale.title,
        rank=rank,
        group=tuple(tale.gathered[each].citation for each in members),
        gates=gates,
    )


def _meant(composed: "Composed", text: str) -> tuple[int, int] | None:
    """Return the story and place of the sentence that is meant: as typed, else the most alike."""
    typed = _plain(text)
    asked = set(terms(text))
    if not typed:
        return None
    points = {
        (each.tale, composed.tales[each.tale].groups[each.group][0])
        for each in composed.choice.chosen
    }
    best: tuple[tuple[float, bool, float], int, int] | None = None
    for at, tale in enumerate(composed.tales):
        for row, each in enumerate(tale.gathered):
            here = _plain(each.text)
            if typed in here or (here in typed and len(here) * 2 > len(typed)):
                share = 2.0
            elif asked:
                share = len(asked & each.said.terms) / len(asked)
            else:
                continue
            worth = (share, (at, row) in points, -abs(len(here) - len(typed)))
            if best is None or worth > best[0]:
                best = worth, at, row
    if best is None or best[0][0] < ALIKE:
        return None
    return best[1], best[2]


def _plain(text: str) -> str:
    quotes = str.maketrans("“”‘’«»", '""\'\'""')
    return " ".join(text.translate(quotes).casefold().split()).strip(" \"'.…")


def _not_compared(composed: "Composed", text: str) -> str:
    typed = _plain(text)
    if not typed:
        return "There is nothing to look for. Give a sentence, or some words of one."
    compared = {each.document.id for tale in composed.tales for each in tale.gathered}
    for each in composed.brief.documents:
        if typed not in _plain(each.text):
            continue
        if each.id not in compared and composed.brief.topic is not None:
            return f"It is in “{each.title}”, which says nothing about “{composed.brief.topic}”."
        if each.id not in compared:
            return f"It is in “{each.title}”, a copy of another article; copies count once."
        if composed.brief.topic is not None:
            return f"It is in “{each.title}”, but not about “{composed.brief.topic}”."
        return f"It is in “{each.title}”, but not as one sentence: a heading, or parts of several."
    return "No article of this brief says so: none of its sentences comes near to these words."


def _gates(composed: "Composed", at: int, group: int, rank: int | None) -> Iterator[Gate]:
    tale = composed.tales[at]
    members = tale.groups[group]
    middle = tale.gathered[members[0]]
    outlets = len({tale.gathered[each].document.publisher for each in members})
    says = f"{_counted(outlets, 'outlet').capitalize()} {'says' if outlets == 1 else 'say'} so"
    yield Gate(passed=True, text=f"{says}, in {_counted(len(members), 'article')}.")
    topic = composed.brief.topic
    if topic is not None:
        asked = tale.is_asked(group)
        yield Gate(passed=asked, text=f"It is {'' if asked else 'not '}about “{topic}”.")
    wrong = unclear(middle.text)
    yield Gate(
        passed=wrong is None,
        text="It can stand alone." if wrong is None else f"It {wrong}.",
    )
    part = elsewhere(tale, group)
    yield Gate(
        passed=part is None,
        text="No other sentence stands for the same fact." if part is None else f"It {part}.",
    )
    told = is_told(Fact(members=(middle,), origins=()), composed.material.history, composed.rarity)
    yield Gate(
        passed=told is None,
        text="It is new here." if told is None else "It was told to this channel before.",
    )
    if rank is None:
        again = composed.choice.refused.get((at, group)) or repeats(
            middle.said, _points(composed, at), composed.rarity
        )
        clear_of = again is None or again in {wrong, part} or told is not None
        yield Gate(
            passed=clear_of,
            text="It repeats no point." if clear_of else f"It {again}.",
        )
    else:
        yield Gate(passed=True, text="It repeats no point before it.")
    yield _ranked(composed, at, group, rank)


def _ranked(composed: "Composed", at: int, group: int, rank: int | None) -> Gate:
    choice, most = composed.choice, composed.settings.max_points
    scores = sorted((score for each in choice.scores for score in each.tolist()), reverse=True)
    own = float(choice.scores[at][group])
    place = scores.index(own) + 1
    told = (
        f"By how central it is, where it stands and how many outlets say so it is number {place:,} "
        f"of {len(scores):,} facts"
    )
    if rank is not None:
        return Gate(passed=True, text=f"{told}, and became point {rank} of {len(choice.chosen)}.")
    full = len(choice.chosen) >= most
    limit = f"; the brief has room for {most}, and what points say already counts no more"
    return Gate(
        passed=not full or (at, group) in choice.refused, text=told + (limit if full else "") + "."
    )


def _points(composed: "Composed", at: int) -> list[Said]:
    tale = composed.tales[at]
    return [
        tale.gathered[tale.groups[each.group][0]].said
        for each in composed.choice.chosen
        if each.tale == at
    ]


def _answer(row: int, members: Sequence[int], rank: int | None, gates: Sequence[Gate]) -> str:
    if rank is not None and row == members[0]:
        return f"It is point {rank} of the brief."
    if rank is not None:
        return f"It stands behind point {rank}, which another article says more clearly."
    failed = next((each.text for each in gates if not each.passed), None)
    if failed is None:
        return "It is not in the brief: others say more of what is not said yet."
    return f"It is not in the brief. {failed}"


def _counted(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number:,} {what}s"
