"""Whether a question leans on the one before it: "and when was the last one?", "why?".

English rules only. A question that names what it is about stands alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefs.lexical import content_words

FEW = 4
"""With more words of its own than this, a question says what it is about."""

# Content words as lists go, but they say nothing of a subject.
_WEAK = frozenset(
    """according actually ago ahead another article articles asked become became call called come
    comes came compared details doing done earlier else exactly example explain far find first
    former go goes going gone happen happened happening happens instead kind know known last
    later latest latter long made make makes making mean means meant mention mentioned need next
    ok okay often one ones other others please previous question quite reason reasons recent
    remember right second see sentence show so source sources sort sure take taken takes taking
    tell then there thing things think third time times took true use used want well went word
    words yes""".split()
)
# What opens a question that goes on with the last one, and is no part of what it asks.
_OPENERS = frozenset("also and but hmm hm well ok okay or plus so then yes no".split())
_GOING_ON = frozenset({"also", "and", "but", "so", "then"})
_ABOUT = frozenset({("what", "about"), ("how", "about"), ("what", "of")})
_AUXILIARIES = frozenset(
    """am are be been can could did do does had has have is may might must shall should was were
    will would isn't wasn't aren't weren't didn't doesn't don't""".split()
)
PREPOSITIONS = frozenset(
    """about according across after against among around at because before behind below beside
    between beyond by despite during except for from in inside into like near of off on onto over
    since than through to toward towards under until unlike via with within without""".split()
)
_ASKING = frozenset(
    "how what what's when where which who who's whom whose why how's when's where's".split()
)
# A clause ends here, so that a pronoun after it may mean what stands before it.
_BOUNDARIES = frozenset("after and because before but if or since that which while who".split())
_SUBJECTS = frozenset("he she they it this that these those".split())
_OBJECTS = frozenset("her him it one ones that them these this those".split())
_POSSESSIVES = frozenset("her his its their theirs".split())
_POINTING = frozenset({"that", "these", "this", "those"})
_BEFORE_ONE = frozenset({"each", "that", "the", "this", "which"})
_TIMES = frozenset(
    """afternoon autumn century decade evening month morning quarter season spring summer week
    weekend winter year""".split()
)
_NO_REFERENT = frozenset(
    """best better clear easy fair good hard important impossible known likely necessary possible
    raining safe snowing too true""".split()
)
MONTHS = frozenset(
    """january february march april may june july august september october november
    december""".split()
)
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,10}|\d{1,30}(?:[.,]\d{1,30}){0,10}|[^\W_]+(?:['’][^\W_]+)?|,"
)
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, and where."""

    typed: str
    start: int
    end: int
    before: str
    after: str
    """The words beside it, in small letters; empty at an end."""

    @property
    def small(self) -> str:
        """In small letters."""
        return self.typed.casefold().replace("’", "'")

    @property
    def is_year(self) -> bool:
        """Whether it is the number of a year."""
        return _YEAR.fullmatch(self.typed) is not None

    @property
    def is_day(self) -> bool:
        """Whether it is the day of a month."""
        dated = self.before in MONTHS or self.after in MONTHS
        return self.typed[0].isdigit() and not self.is_year and dated

    @property
    def is_count(self) -> bool:
        """Whether it is a number, and neither a year nor a day of a month."""
        return self.typed[0].isdigit() and not self.is_year and not self.is_day


def words_of(text: str) -> list[Word]:
    """Return the words and commas of a text."""
    matches = list(_TOKEN.finditer(text))
    small = ["", *(match.group().casefold().replace("’", "'") for match in matches), ""]
    return [
        Word(match.group(), match.start(), match.end(), small[number], small[number + 2])
        for number, match in enumerate(matches)
    ]


def own(words: Iterable[Word]) -> list[Word]:
    """Return the words that say what a question is about."""
    return [each for each in words if each.small not in _WEAK and content_words(each.typed)]


def leans(words: Sequence[Word]) -> bool:
    """Say whether a question leans on the one before it."""
    rest = after_openers(words)
    opened = len(rest) < len(words)
    if not rest:
        return any(each.small in _GOING_ON for each in words)
    about = own(rest)
    if not about or is_about(rest):
        return True
    if len(about) > FEW:
        return False
    if _hangs(rest):
        return True
    if opened:
        return len(about) < FEW and not _defines(rest)
    return _is_phrase(rest) or _is_bare(rest)


def after_openers(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words after "and", "but" and the like."""
    first = 0
    while first < len(words) and (words[first].typed == "," or words[first].small in _OPENERS):
        first += 1
    return words[first:]


def is_about(words: Sequence[Word]) -> bool:
    """Whether it is "what about …?", and no more is asked about it."""
    pair = tuple(each.small for each in words[:2])
    return pair in _ABOUT and len(own(words)) <= FEW


def _defines(words: Sequence[Word]) -> bool:
    """Whether it asks who or what a name is: "who is Joe Byrne?" says all of what it is about."""
    if words[0].small in {"who's", "what's"}:
        named = words[1:]
    elif words[0].small in {"who", "what"} and len(words) > 1:
        if words[1].small not in {"are", "is", "was", "were"}:
            return False
        named = words[2:]
    else:
        return False
    about = own(named)
    return bool(about) and all(each.typed[0].isupper() for each in about)


def _is_phrase(words: Sequence[Word]) -> bool:
    """Whether it is no more than "in June?": what is asked about it was said before."""
    if words[0].small not in PREPOSITIONS:
        return False
    return not any(each.small in _ASKING or each.small in _AUXILIARIES for each in words)


def _is_bare(words: Sequence[Word]) -> bool:
    """Whether it is no more than "which port?" or "who won?"."""
    if words[0].small not in _ASKING or len(words) > FEW:
        return False
    about = own(words)
    named = any(each.typed[0].isupper() for each in about)
    return len(about) == 1 and not named and not any(each.small in _AUXILIARIES for each in words)


def _hangs(words: Sequence[Word]) -> bool:
    """Say whether a pronoun means something that the question does not name."""
    for number, word in enumerate(words):
        if word.small in {"one", "ones"}:
            # "One barrel" is named; "the last one" is not.
            if not word.after or word.before in _BEFORE_ONE or word.before in _WEAK:
                return True
        elif word.small in {"then", "there"}:
            # "Is there oil" asks of no place.
            if not word.after and word.before not in {"is", "are", "was", "were"}:
                return True
        elif word.small in _POSSESSIVES | _SUBJECTS | _OBJECTS and _is_open(words, number):
            return True
    return False


def _is_open(words: Sequence[Word], number: int) -> bool:
    """Say whether a pronoun finds nothing before it in its question that it may mean."""
    word = words[number]
    if word.small in _POINTING and (word.after in _TIMES or not _points(word)):
        return False
    if word.small == "it" and _is_empty(words, number):
        return False
    before = words[:number]
    subject = word.small in _SUBJECTS and (not word.before or word.before in _AUXILIARIES)
    in_clause = subject or (word.small in _OBJECTS and word.small not in _POSSESSIVES)
    if in_clause:
        # What is asked about with it ("how many trips did they make?") is not what it means.
        bounds = [
            place
            for place, each in enumerate(before)
            if place and (each.typed == "," or each.small in _BOUNDARIES)
        ]
        before = before[: bounds[-1]] if bounds else ()
    return not own(before)


def _points(word: Word) -> bool:
    """Whether "that" is no conjunction: "who said that the boats left?"."""
    if word.small != "that" or not word.before or not word.after:
        return True
    return word.before in _AUXILIARIES or word.before in PREPOSITIONS


def _is_empty(words: Sequence[Word], number: int) -> bool:
    """Whether "it" means nothing: "is it true that", "how long does it take to"."""
    near = {each.small for each in words[number + 1 : number + 4]}
    goes_on = {each.small for each in words[number + 1 :]} & {"that", "to", "if", "whether"}
    weather = near & {"raining", "snowing"}
    return bool(weather or (goes_on and near & (_NO_REFERENT | {"take", "took"})))


def is_replacing(words: Sequence[Word]) -> bool:
    """Whether a question only puts something else in place of a part: "and Oslo?"."""
    rest = after_openers(words)
    if is_about(rest):
        return True
    return bool(rest) and not any(
        each.small in _ASKING or each.small in _AUXILIARIES for each in rest
    )
