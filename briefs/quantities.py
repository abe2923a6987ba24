"""Quantities in a sentence: a value, how exactly it is meant, and what it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from briefs.calendar_days import without_days
from briefs.lexical import STOP_WORDS, stem
from briefs.model import Bound
from briefs.naming import MONTHS_AND_DAYS
from briefs.numerals import TOKEN, Numeral, Tokens, near, numeral
from briefs.partitives import part_of

_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₴": "hryvnia", "₽": "ruble"}
_NOUNS = 4
"""How many words after a number may name what it counts: "43 North Korean oil tankers"."""

_BEFORE = 120
"""Characters before a number that may say how it is meant and what it counts."""

_NO_NUMBER = re.compile(
    r"\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b\.?|(?<![\d,.])\d{1,2}:\d\d(?!\d)"
    r"|(?<![\d/])\d{1,4}/\d{1,4}(?:/\d{1,4})?(?![\d/])|(?<![\d-])\d{1,4}(?:-\d{1,4}){2,3}(?![\d-])"
    r"|(?<![\d-])\d{3}-\d{4}(?!\d)"
)
"""A time of day, a date in figures, a number to call."""

_BOUND = re.compile(
    r"\b(?:(?P<at_least>more\sthan|over|at\sleast|no\sfewer\sthan|(?:no|not)\sless\sthan"
    r"|exceed(?:s|ed|ing)?|upwards?\sof|above|in\sexcess\sof|(?:an?\s)?minimum\sof|minimum)"
    r"|(?P<at_most>up\sto|at\smost|(?:no|not)\smore\sthan|fewer\sthan|less\sthan|under|below"
    r"|as\s(?:many|much)\sas|(?:an?\s)?maximum\sof)"
    r"|(?P<about>about|around|some|roughly|approximately|nearly|almost|close\sto"
    r"|(?:an?\s)?estimated(?:\sat)?|an\saverage\sof))\s(?:an?\s)?$",
    re.IGNORECASE,
)
_BOUND_BEHIND = re.compile(
    r"(?:\s?(?P<plus>\+|-plus\b)|\sor\s(?:(?P<more>more)|(?P<fewer>fewer|less)|(?P<so>so))\b)",
    re.IGNORECASE,
)
# "prohibits buying more than 500,000 barrels" sets the most that may be bought.
_FORBIDS = re.compile(
    r"\b(?:prohibit|forbid|bar(?:s|red)\b|bans?\b|banned|not\b|cannot|never\b|limit|cap(?:s|ped)?\b)"
    r"|n[’']t\b",
    re.IGNORECASE,
)
# "Over eight months, they …" names a time; "in over eight months" measures it.
_MEASURES_TIME = re.compile(
    r"\b(?:for|in|of|after|than|took|lasted|lasting|spent|is|was)\s$", re.IGNORECASE
)
_TIMES = frozenset({"second", "minut", "hour", "day", "week", "month", "year", "decad", "centuri"})

_RATE = re.compile(
    r"(?:\s(?:of\s)?[^\W\d_]{1,20}){0,3}?\s(?:(?:per|an?|each|every)\s"
    r"(?P<each>year|month|week|day|hour|minute|second)\b|(?P<ly>annual|year|month|week|dai)ly\b)",
    re.IGNORECASE,
)
_PER = re.compile(r"\sper\s(?P<each>[^\W\d_]{2,20})")
_LY = {"annual": "year", "dai": "day"}

_LABEL = frozenset(
    "page chapter section article phase type level version room route highway flight channel age "
    "aged grade no".split()
)
_IRREGULAR = frozenset(
    "people men women children troops police personnel aircraft fish cattle dead wounded injured "
    "percent feet media sheep".split()
)
_SINGULAR_S = ("ss", "us", "is")
_MEASURES = frozenset({"km", "kg", "mph", "kph", "ft", "lb", "lbs", "cm", "mm", "percent", "times"})
_ENDS_IN_LY = frozenset({"family", "ally", "assembly", "supply", "rally", "reply", "monopoly"})
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_SHORTEST_PLURAL = 4
_LARGE = 1_000

# What a number without a noun behind it counts stands before its verb: "the troops number 12,000".
_NUMBERED = re.compile(
    r"\b(?:number(?:s|ed|ing)?|total(?:s|l?ed|l?ing)?|reach(?:es|ed)?|(?:rose|risen|rising|climbed"
    r"|grew|grown|increased|fell|fallen|dropped) to|(?:stood|stands|put|estimated) at|in their)\s$",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"\bnumber of (?P<counted>[^\W\d_]{3,30}(?: [^\W\d_]{3,30}){0,2})\b[^.;]{0,80}?"
    r"\s(?:is|was|at|to|reached|exceeded)\s$",
    re.IGNORECASE,
)
_FEW = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_RATIO = re.compile(
    rf"\b(?:(?P<few>{'|'.join(_FEW)})|(?P<digit>[1-9]))\s(?:in|out\sof)\s(?:every\s)?$",
    re.IGNORECASE,
)
_COUNTABLE = re.compile(r"(?:^[^\W\d_]|\b[a-z])(?:[a-z]{2,30}s|eople|ersonnel|oll)\b")
_CLAUSE_END = re.compile(r"[.;:!?]\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value and what it counts."""

    value: float | None
    """None where it is vague: "dozens of boats"."""
    nouns: frozenset[str]
    """The stems of the words that say what it counts."""
    head: str | None = None
    """The stem of the one that is counted; the others only say of which kind."""
    high: float | None = None
    """The upper end of a range."""
    unit: str | None = None
    """What it counts, as the sentence has it: "tankers", "$", "percent"."""
    per: str | None = None
    """The stem of what it is given for, where it is a rate: "year", "soldier"."""
    bound: Bound | None = None
    partial: bool = False
    """Whether it counts some of a number of things: "three of the pillars"."""
    whole: float | None = None
    """How many there are of these in all, where the sentence says so."""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    """Its span in the sentence, as a person would quote it. No part of what it says."""

    @property
    def counts_exactly(self) -> bool:
        """Whether it is a count of things, with no bound; how long something took is none."""
        exact = self.value is not None and self.high is None and self.bound is None
        return exact and self.head is not None and self.head not in _TIMES

    def counts_the_same(self, other: "Quantity") -> bool:
        """Say whether both count the same kind of thing, and neither the whole of the other."""
        if _is_of(self, other) or _is_of(other, self):
            return False
        if self.head is not None and other.head is not None:
            return self.head == other.head
        return bool(self.nouns & other.nouns)


def _is_of(one: Quantity, other: Quantity) -> bool:
    """Say whether a quantity may count all of which another counts a part."""
    if not other.partial or one.partial or one.value is None:
        return False
    if other.whole is not None:
        return one.value == other.whole
    return other.value is None or one.value > other.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What a number counts: the words, the one that is meant, and where that ends."""

    nouns: frozenset[str]
    unit: str | None
    end: int


def quantities(sentence: str) -> Iterator[Quantity]:
    """Yield the quantities of a sentence, in its order and without overlaps."""
    text = _NO_NUMBER.sub(lambda match: "," * len(match.group()), without_days(sentence))
    tokens = list(TOKEN.finditer(text))
    at = free = 0
    while at < len(tokens):
        read = numeral(tokens, at)
        if read is None:
            at += 1
            continue
        found = _quantity(text, tokens, at, read, free)
        at = read.last
        if found is not None:
            yield found
            free = found.end
            while at < len(tokens) and tokens[at].start() < free:
                at += 1


def _quantity(text: str, tokens: Tokens, at: int, read: Numeral, free: int) -> Quantity | None:
    """Return what a number and the words around it say; None where it counts nothing."""
    start = tokens[at].start() + (len(tokens[at].group()) - len(tokens[at].group().lstrip()))
    before = text[max(free, start - _BEFORE) : start]
    bound, start = _bound(before, start)
    if bound is None and _is_label(text, tokens, at, read):
        return None
    value, ratio = read.value, _RATIO.search(before) if bound is None else None
    if ratio is not None and value:
        few = ratio["few"]
        value = (_FEW.index(few.casefold()) + 1 if few else int(ratio["digit"])) / value
        start -= len(ratio.group())
    behind = tokens[read.last - 1].end()
    if read.high is not None and text[max(free, start - 8) : start].casefold() == "between ":
        start -= len("between ")
    after = _BOUND_BEHIND.match(text, behind)
    if after is not None:
        bound, behind = _bound_behind(after), after.end()
    part = part_of(text, tokens, at, read, behind) if ratio is None else None
    if part is not None:
        read, behind = replace(read, last=part.last, plain=False), part.behind
    named = _named(text, tokens, at, read, behind)
    if named is None and (bound is not None or (read.value or _LARGE) >= _LARGE):
        named = _named_before(text[max(0, start - _BEFORE) : start], behind)
    if named is None or _is_year(tokens[at], read, named):
        return None
    if part is not None and part.whole is None and not is_plural(named.unit or ""):
        return None  # "17 of the last", "the two of the team"
    head = _head(tokens[at], named)
    if bound is Bound.AT_LEAST and head in _TIMES and _only_names_time(text, start):
        bound, start = None, tokens[at].start()
    per, end = _rate(text, named.end)
    return Quantity(
        value=value,
        high=read.high,
        nouns=named.nouns,
        head=head,
        unit=named.unit,
        per=per,
        bound=bound,
        partial=part is not None,
        whole=part.whole if part is not None else None,
        start=start,
        end=end,
    )


def _bound(before: str, start: int) -> tuple[Bound | None, int]:
    """Return how a number is meant by the words before it, and where these begin."""
    match = _BOUND.search(before)
    if match is None or match.lastgroup is None:
        return None, start
    bound = Bound(match.lastgroup)
    clause = re.split(r"[,;:.]", before[: match.start()])[-1]
    if bound is Bound.AT_LEAST and _FORBIDS.search(clause):
        bound = Bound.AT_MOST
    return bound, start - (len(before) - match.start())


def _bound_behind(match: re.Match[str]) -> Bound:
    if match["so"]:
        return Bound.ABOUT
    return Bound.AT_MOST if match["fewer"] else Bound.AT_LEAST


def _only_names_time(text: str, start: int) -> bool:
    starts_with_over = text[start : start + 5].casefold() == "over "
    return starts_with_over and not _MEASURES_TIME.search(text[max(0, start - 12) : start])


def _is_label(text: str, tokens: Tokens, at: int, read: Numeral) -> bool:
    """Say whether a number belongs to a name: "Flight 370", "No. 7", "the Three Rivers"."""
    if tokens[at].group()[0].isupper():
        beside = [tokens[each].group() for each in (at - 1, read.last) if 0 <= each < len(tokens)]
        return at > 0 and any(word[0].isupper() for word in beside)
    if not read.plain:
        return False
    before = text[max(0, tokens[at].start() - 5) : tokens[at].start()]
    if before.endswith(("#", "No. ", "no. ", "Nos. ")):
        return True
    if not near(tokens, at):
        return False
    previous = tokens[at - 1].group()
    small = previous.casefold()
    if small in _LABEL:
        return True
    # "On Monday 43 boats left": what is called by the day is not numbered.
    return previous[0].isupper() and small not in STOP_WORDS and small not in MONTHS_AND_DAYS


def _is_year(first: re.Match[str], read: Numeral, named: _Named) -> bool:
    """Say whether four digits are a year: "the 2012 election", but "2012 boats"."""
    if not read.plain or len(first["digits"]) != len("2012"):
        return False
    year = _FIRST_YEAR <= (read.value or 0) <= _LAST_YEAR
    return year and not (named.unit is not None and is_plural(named.unit))


def _named(text: str, tokens: Tokens, at: int, read: Numeral, behind: int) -> _Named | None:
    """Return what the words behind a number say that it counts, None for nothing."""
    words = list(_words(text, tokens, read.last, behind))
    nouns = {stem(word.group().casefold()) for word in words}
    currency, end = tokens[at]["currency"], behind
    unit: str | None
    if currency:
        nouns.add(_CURRENCIES[currency])
        unit = currency
    elif tokens[read.last - 1]["percent"]:
        nouns.add("percent")
        unit = "percent"
    elif text[behind : behind + 9].casefold() == " per cent":
        nouns, unit, end = {"percent"}, "percent", behind + 9
    elif read.part:
        unit = text[tokens[read.last - 1].start() : tokens[read.last - 1].end()]
        nouns.add(stem(unit.casefold()))
    elif not words:
        return None
    else:
        counted = _counted([word.group() for word in words], hyphen=text[behind] == "-")
        unit, end = words[counted].group(), words[counted].end()
    return _Named(nouns=frozenset(nouns), unit=unit, end=end)


def _words(text: str, tokens: Tokens, at: int, behind: int) -> Iterator[re.Match[str]]:
    """Yield the words behind a number, up to the next mark or function word."""
    end = behind
    while at < len(tokens) and tokens[at].start() < behind:
        at += 1
    for token in tokens[at : at + _NOUNS]:
        word = token.group().casefold()
        if text[end : token.start()].strip(" \xa0-") or word in STOP_WORDS or not word.isalpha():
            return
        if word.endswith("ly") and token.group()[0].islower() and word not in _ENDS_IN_LY:
            return
        yield token
        end = token.end()


def is_plural(word: str) -> bool:
    """Say whether a word looks like the name of several things."""
    small = word.casefold()
    if small in _IRREGULAR:
        return True
    return (
        len(small) >= _SHORTEST_PLURAL and small.endswith("s") and not small.endswith(_SINGULAR_S)
    )


def _counted(words: list[str], *, hyphen: bool) -> int:
    """Return which of the words behind a number is the one that it counts."""
    if words[0].casefold() in _MEASURES:
        return 0
    if hyphen:
        # "a 500-strong fleet", but "a 43-year-old man".
        return 1 if words[0] == "strong" and len(words) > 1 else 0
    plural = [number for number, word in enumerate(words) if is_plural(word)]
    # "United States citizens": a name says of which kind.
    common = [number for number in plural if words[number][0].islower()]
    if common or plural:
        return (common or plural)[0]
    return min(1, len(words) - 1)


def _named_before(before: str, behind: int) -> _Named | None:
    """Return what a number without a noun counts by the words before it."""
    sentence = _CLAUSE_END.split(before)[-1]
    counted = _NUMBER_OF.search(sentence)
    if counted is not None:
        words = counted["counted"].split()
        unit = next((word for word in words if is_plural(word)), None)
    else:
        verb = _NUMBERED.search(sentence)
        plural = _COUNTABLE.findall(sentence[: verb.start()]) if verb else []
        unit = next((word for word in reversed(plural) if not word.endswith(_SINGULAR_S)), None)
    if unit is None:
        return None
    return _Named(nouns=frozenset({stem(unit.casefold())}), unit=unit, end=behind)


def _head(first: re.Match[str], named: _Named) -> str | None:
    if first["currency"]:
        return _CURRENCIES[first["currency"]]
    return stem(named.unit.casefold()) if named.unit else None


def _rate(text: str, end: int) -> tuple[str | None, int]:
    """Return what a quantity is given for, and where it ends with that."""
    match = _PER.match(text, end) or _RATE.match(text, end)
    if match is None:
        return None, end
    each = match["each"]
    if each is None:
        each = _LY.get(match["ly"].casefold(), match["ly"])
    return stem(each.casefold()), match.end()
