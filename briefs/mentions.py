"""What one sentence says of one thing that can be counted or dated, ready to be compared.

Two sentences that count "people" are seldom about the same people. What tells is the words beside
the number, what became of those that are counted, and whether it is a rate, a limit or a room.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from briefs.agreement import Said
from briefs.calendar_days import Day, without_days
from briefs.figures import stated_for
from briefs.lexical import STOP_WORDS, stem, terms
from briefs.model import Bound, Citation
from briefs.quantities import Quantity

MOST_OF_A_SENTENCE = 6
"""Figures that are compared of one sentence; a table in a line is no statement."""

BEFORE, AFTER = 90, 60
_DAY_BEFORE, _DAY_AFTER = 60, 40
"""Characters beside a figure whose words say what it is of."""

_OPENING = 10
"""Characters that a date may have before it and still open its sentence."""

_BESIDE = 40
"""Characters beside a quantity that may say what became of what it counts."""

_SAME_HEADS = {
    "soldier": "troop", "servicemen": "troop", "tonn": "ton", "kid": "children",
    "child": "children", "person": "peopl", "dead": "peopl", "death": "peopl", "fatal": "peopl",
    "casualti": "casualti",
}  # fmt: skip
MEASURES = frozenset(
    """time year month week day hour minut second decad percent dollar euro pound yen mile km kg
    meter metr feet foot inch point half third quarter doubl twice tripl""".split()
)
"""What says nothing of the thing that is measured."""

_GENERIC = MEASURES | frozenset(
    """peopl men man women woman children other member offici case thing way part place group home
    citi countri state polic report question word friend famili student resid victim passeng game
    vote season""".split()
)
"""What every story counts."""

_FATES = {
    "killed": r"kill\w*|dead|died?|dying|deaths?|fatal\w*|slain|perish\w*|lost their lives|toll",
    "hurt": r"injur\w*|wound\w*|hurt|hospitali[sz]ed",
    "missing": r"missing|unaccounted",
    "held": r"arrest\w*|detain\w*|in custody|jailed",
    "moved": r"evacuat\w*|displac\w*|fled|flee(?:s|ing)?|homeless",
    "saved": r"rescu\w*|surviv\w*",
    "aboard": r"aboard|on board",
}
_FATE = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FATES.items()) + r")\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:cap(?:s|ped)?|limit(?:s|ed|ing)?|ceiling|quota|prohibit\w*|restrict\w*|forbid\w*"
    r"|allow(?:s|ed)?|permit(?:s|ted)?)\b",
    re.IGNORECASE,
)
_ROOM = re.compile(r"\b(?:hold|room for|capacity|capable of|seats?)\b[^.;]{0,20}$", re.IGNORECASE)
_YEARLY = re.compile(
    r"\b(?:annual(?:ly)?|yearly|a year|per year|each year|every year)\b", re.IGNORECASE
)
_MORE_OF_THEM = re.compile(
    r"\b(?:another|additional|further|other|extra)\s(?:\w{1,12}\s)?$", re.IGNORECASE
)
_ORDER = re.compile(
    r"\b(?:(?P<first>first|initial|earliest)|(?P<last>last|latest|most recent|final)"
    r"|(?P<second>second)|(?P<third>third))\s(?!month|year|week|time)",
    re.IGNORECASE,
)
# A full stop ends no clause of a sentence: it stands in "U.N.".
_CLAUSE_MARK = re.compile(r"[,;:!?—–()“”\"]\s?")
WORD = re.compile(r"[^\W\d_]+")
_EVENTS = {
    stem(word): number
    for number, words in enumerate(
        [
            "imposed introduced adopted enacted limited banned restricted tightened",
            "born birth",
            "died killed death dead murdered slain",
            "founded established created launched started began opened",
            "arrested detained",
            "married wed wedding",
            "divorced separated",
            "elected reelected",
            "resigned quit",
            "hired appointed joined",
            "fired sacked dismissed",
            "signed",
            "crashed sank collapsed exploded",
            "convicted sentenced",
            "charged indicted",
            "released freed",
            "invaded annexed attacked",
            "discovered found",
            "retired",
            "acquired bought purchased sold",
        ]
    )
    for word in words.split()
}
"""Stems of verbs that make an event of a date; of one group where they may mean the same one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One figure of one sentence, and what tells which thing it is of."""

    citation: Citation
    said: Said
    start: int
    end: int
    """Its span in the sentence."""
    near: frozenset[str]
    """The stems beside it."""
    quantity: Quantity | None = None
    day: Day | None = None
    """One of the two is there."""
    as_of: Day | None = None
    """The day that a quantity is stated for."""
    traits: frozenset[str] = frozenset()
    """What two figures of one thing have in common: a rate, a limit, a fate, a place in a row."""
    of: frozenset[str] = frozenset()
    """The stems of whom or what the counted belong to, where it is one of its kind: "flybys of
    Venus", but not "barrels of oil"."""
    alone: bool = True
    """Whether its sentence counts only once what it counts."""
    fate: str | None = None
    """The word that says what became of what is counted, as the sentence has it."""
    events: frozenset[int] = frozenset()
    """What happened on a date: groups of verbs."""
    common: frozenset[str] = frozenset()
    """The stems of the common nouns, and what else is written small, of a date's clause."""

    @property
    def text(self) -> str:
        """What the sentence has, verbatim."""
        return self.citation.quote[self.start : self.end]

    @property
    def thing(self) -> tuple[str, frozenset[str]]:
        """What must be the same of two mentions before anything is compared."""
        if self.quantity is None:
            return "", self.traits
        return same_head(self.quantity.head or ""), self.traits

    @property
    def generic(self) -> bool:
        """Whether the counted thing is one that every story counts."""
        return self.thing[0] in _GENERIC

    @property
    def at(self) -> tuple[str, int, int, int]:
        """Its place in the order of all mentions."""
        return (self.citation.document.id, self.citation.start, self.start, self.end)


def mentions(citation: Citation, said: Said) -> Iterator[Mention]:
    """Yield the figures of a sentence that can be compared with those of another."""
    sentence = citation.quote
    for quantity in islice(said.figures.quantities, MOST_OF_A_SENTENCE):
        before = sentence[max(0, quantity.start - 20) : quantity.start]
        if not _MORE_OF_THEM.search(before) and not _is_one(quantity):
            yield _counting(citation, said, quantity, sentence)
    dateless = without_days(sentence)
    for day in islice(said.figures.days, MOST_OF_A_SENTENCE):
        if day.relative is None:
            yield _dating(citation, said, day, dateless)


def same_head(counted: str) -> str:
    """Return one stem for those by which outlets call the same: soldiers are counted as troops."""
    return _SAME_HEADS.get(counted, counted)


def weighing(rarity: Callable[[str], float]) -> Callable[[frozenset[str]], float]:
    """Return a function from words to the sum of their rarities."""

    @cache
    def weight(words: frozenset[str]) -> float:
        # Sorted, so that the rounding of the sum is the same in every process.
        return sum(rarity(word) for word in sorted(words))

    return weight


def overlap(
    one: frozenset[str], other: frozenset[str], weight: Callable[[frozenset[str]], float]
) -> float:
    """Return the rarity-weighted share of the poorer one's words that both have: 0 to 1."""
    both = one & other
    if not both:
        return 0.0
    poorer, richer = sorted((weight(one), weight(other)))
    # Two words in common are no proof where one of the two has hardly any more.
    whole = max(poorer, richer / 2)
    return weight(both) / whole if whole > 0 else 0.0


def _is_one(quantity: Quantity) -> bool:
    """Say whether it is "one" of something: more often an article than a count."""
    return quantity.value == 1 and quantity.bound is None and quantity.head != "dollar"


def _counting(citation: Citation, said: Said, quantity: Quantity, sentence: str) -> Mention:
    start, end = quantity.start, quantity.end
    clause = _clause(sentence, start, end)
    before = sentence[max(0, start - BEFORE) : start]
    traits = set[str]()
    if _LIMIT.search(clause) and quantity.bound is not Bound.AT_LEAST:
        traits.add("limit")
    elif quantity.per is not None:
        traits.add(f"per {quantity.per}")
    elif _YEARLY.search(clause):
        traits.add("per year")
    if _ROOM.search(before):
        traits.add("room")
    if quantity.partial:
        traits.add("part")
    fate, word = _fate(sentence, quantity)
    if fate is not None:
        traits.add(fate)
    return Mention(
        citation=citation,
        said=said,
        start=start,
        end=end,
        # What must be the same anyhow is no sign that more is.
        near=(_near(sentence, start, end, BEFORE, AFTER) | quantity.nouns)
        - {quantity.head, stem((word or "").casefold())},
        quantity=quantity,
        of=_of_what(sentence, end),
        alone=sum(each.head == quantity.head for each in said.figures.quantities) == 1,
        as_of=stated_for(sentence, quantity, said.figures.days),
        traits=frozenset(traits),
        fate=word,
    )


def _dating(citation: Citation, said: Said, day: Day, dateless: str) -> Mention:
    before = dateless[max(0, day.start - _DAY_BEFORE) : day.start]
    # What opens its sentence is said of what follows.
    told = before if len(before) > _OPENING else dateless[day.end : day.end + _DAY_AFTER]
    order = {match.lastgroup for match in _ORDER.finditer(told)} - {None}
    words = WORD.findall(_clause(dateless, day.start, day.end))
    return Mention(
        citation=citation,
        said=said,
        start=day.start,
        end=day.end,
        near=_near(dateless, day.start, day.end, _DAY_BEFORE, _DAY_AFTER),
        day=day,
        traits=frozenset(str(each) for each in order),
        events=frozenset(_EVENTS[stem(word)] for word in words if stem(word) in _EVENTS),
        common=frozenset(
            stem(word)
            for word in words
            if word[0].islower() and word not in STOP_WORDS and stem(word) not in _EVENTS
        ),
    )


def _near(sentence: str, start: int, end: int, before: int, after: int) -> frozenset[str]:
    """Return the stems of the whole words beside a span, as far as it is looked."""
    left = sentence[max(0, start - before) : start]
    right = sentence[end : end + after]
    # A window that does not reach the end of its sentence cuts a word.
    left = left.partition(" ")[2] if start > before else left
    right = right.rpartition(" ")[0] if end + after < len(sentence) else right
    return frozenset(word for word in terms(f"{left} , {right}") if not word[0].isdigit())


def _clause(sentence: str, start: int, end: int) -> str:
    # A date that was taken out has left commas behind.
    left = sentence[max(0, start - BEFORE) : start].rstrip(", ")
    before = _CLAUSE_MARK.split(left)[-1]
    after = _CLAUSE_MARK.split(sentence[end : end + AFTER])[0]
    return f"{before}{sentence[start:end]}{after}"


def _of_what(sentence: str, end: int) -> frozenset[str]:
    of = OF.match(sentence, end)
    words = [word for word in of["what"].split() if word not in STOP_WORDS] if of else []
    # "barrels of Russian oil" are of a kind of oil, but "flybys of Venus" are of one planet.
    if of is None or not words or not (of["the"] or words[-1][0].isupper()):
        return frozenset()
    return frozenset(terms(words[-1]))


def _fate(sentence: str, quantity: Quantity) -> tuple[str | None, str | None]:
    """Return what became of what is counted, and the word that says so: the nearest one."""
    first = max(0, quantity.start - _BESIDE)
    found = [
        (max(match.start() - quantity.end, quantity.start - match.end()), match)
        for match in _FATE.finditer(sentence, first, min(len(sentence), quantity.end + _BESIDE))
    ]
    if not found:
        return None, None
    nearest = min(found, key=lambda each: each[0])[1]
    return nearest.lastgroup, nearest.group()


OF = re.compile(r"\sof\s(?P<the>the\s)?(?P<what>(?:[A-Z][a-z]{1,20}\s)?(?P<last>[^\W\d_]{3,20}))\b")
