"""Numbers in figures, in words and in both: "43", "4.8 million", "a hundred and five", "dozens"."""

import re
from dataclasses import dataclass

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_WORDS = _SMALL | _TENS
_SCALES = {
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
    "mn": 1e6,
    "tn": 1e12,
}
_OF_MONEY = {"m": 1e6, "k": 1e3}
"""Behind a sum of money; behind another number they are metres and names."""

_THOUSAND, _HUNDRED, _TEN = 1_000, 100, 10
_VAGUE = frozenset({"dozens", "scores", "hundreds", "thousands", "millions", "billions"})
_TENS_OF = frozenset({"tens", "hundreds", "thousands"})
_SEVERAL = frozenset({"several", "few", "couple", "many"})
_FRACTIONS = {"third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4, "half": 1 / 2}
_TIMES = {"twice": 2.0, "double": 2.0, "triple": 3.0}

# A number that a letter follows is a name ("F16", "21st"), unless the letters are its measure.
TOKEN = re.compile(
    r"(?P<currency>[$€£¥₴₽])?\s?(?<![\w-])(?<!\d[.,/])"
    r"(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?!,?\d)(?:\.\d{1,9})?|\d{1,15}(?:[.,]\d{1,9})?(?!,?\d))"
    r"(?:\s?[-–]\s?(?P<to>\d{1,3}(?:,\d{3}){1,5}(?!,?\d)|\d{1,15}(?:\.\d{1,9})?)(?![\d–-]))?"
    r"(?:(?P<percent>\s?%)|(?P<suffix>bn|mn|tn|m|k)\b|(?=(?:km|kg|mph|kph|ft|lbs?|cm|mm|[GMk]W)\b)"
    r"|(?![^\W\d_]))"
    r"|[^\W\d_]+"
)


_FIRST = _WORDS.keys() | _VAGUE | _SEVERAL | _TIMES.keys() | _TENS_OF | {"a", "half"}
"""The words that a number may begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number as it is read off tokens."""

    value: float | None
    """None for a vague one: "dozens", "several hundred"."""
    last: int
    """The token behind it."""
    high: float | None = None
    """The upper end of a range."""
    part: bool = False
    """Whether it is a part or a multiple of something: "a third", "twice"."""
    plain: bool = False
    """Whether it is digits and nothing else, as the number of a house or a flight is."""


Tokens = list[re.Match[str]]


def numeral(tokens: Tokens, at: int) -> Numeral | None:
    """Return the number that begins at a token, None for none."""
    first = tokens[at]
    if first["digits"]:
        return _digits(tokens, at)
    if first.group().casefold() not in _FIRST:
        return None  # most words: this is asked of every word of every sentence
    return _vague(tokens, at) or _part(tokens, at) or _worded(tokens, at)


def word_at(tokens: Tokens, at: int) -> str:
    """Return a token in small letters, "" behind the last and for digits."""
    if at >= len(tokens) or tokens[at]["digits"]:
        return ""
    return tokens[at].group().casefold()


def is_number(word: str) -> bool:
    """Say whether a word is a number, or a part of one."""
    small = word.casefold()
    return small in _WORDS or small in _SCALES or small in _VAGUE


def near(tokens: Tokens, at: int) -> bool:
    """Say whether only a space or a hyphen is between a token and the one before it."""
    if not 0 < at < len(tokens):
        return False
    gap = tokens[at].start() - tokens[at - 1].end()
    text = tokens[at].string
    return gap <= 1 and text[tokens[at - 1].end() : tokens[at].start()] in {"", " ", "-", "\xa0"}


def _read(digits: str) -> float:
    """Return the value of digits: "2,000" is grouped, "1,5" is not."""
    whole, comma, rest = digits.rpartition(",")
    if comma and len(rest.partition(".")[0]) != len("000"):
        return float(f"{whole.replace(',', '')}.{rest.replace('.', '')}")
    return float(digits.replace(",", ""))


def _digits(tokens: Tokens, at: int) -> Numeral | None:
    first = tokens[at]
    scale, last = _scale(tokens, at + 1)
    suffix = first["suffix"]
    if suffix in _OF_MONEY and not first["currency"]:
        return None
    if suffix:
        scale = _SCALES.get(suffix) or _OF_MONEY[suffix]
    if not scale and "," in first["digits"] and len(first["digits"].rpartition(",")[2]) < len("00"):
        return None  # a list ("3,4") where nothing says that it is a fraction
    value = _read(first["digits"])
    high = _read(first["to"]) if first["to"] else None
    if high is not None and high <= value:
        return None  # a score, a vote, a number to call
    if high is None and scale is None:
        value, high, last = _up_to(tokens, at, value)
        scale = None
        if high is not None:
            scale, last = _scale(tokens, last)
            value = value * scale if scale and value < high else value
            high = high * scale if scale else high
            return Numeral(value=value, high=high, last=last)
    factor = scale or 1.0
    plain = scale is None and high is None and first["digits"].isdigit() and not first["currency"]
    return Numeral(
        value=value * factor,
        high=high * factor if high is not None else None,
        last=last,
        plain=plain and not first["percent"],
    )


def _up_to(tokens: Tokens, at: int, value: float) -> tuple[float, float | None, int]:
    """Return the ends of "10 to 12" and "between 10 and 12", and where they end."""
    joint = word_at(tokens, at + 1)
    before = word_at(tokens, at - 1) if at else ""
    ranged = (joint == "to" and before != "from") or (joint == "and" and before == "between")
    if not (ranged and near(tokens, at + 1) and near(tokens, at + 2)):
        return value, None, at + 1
    other = tokens[at + 2]
    if not other["digits"] or other["to"] or other["suffix"]:
        return value, None, at + 1
    high = _read(other["digits"])
    return (value, high, at + 3) if high > value else (value, None, at + 1)


def _scale(tokens: Tokens, at: int) -> tuple[float | None, int]:
    """Return the product of the scales that begin at a token ("hundred thousand")."""
    product: float | None = None
    while near(tokens, at) and word_at(tokens, at) in _SCALES and (product or 1) < _SCALES["bn"]:
        product = (product or 1.0) * _SCALES[word_at(tokens, at)]
        at += 1
    return product, at


def _vague(tokens: Tokens, at: int) -> Numeral | None:
    word, last = word_at(tokens, at), at + 1
    if word in _TENS_OF and word_at(tokens, at + 1) == "of" and word_at(tokens, at + 2) in _VAGUE:
        last = at + 3
    elif word in _SEVERAL:
        last += word_at(tokens, last) == "of"
        if word_at(tokens, last) not in _SCALES:
            return None
        return Numeral(value=None, last=_scale(tokens, last)[1])
    elif word not in _VAGUE:
        return None
    # "dozens of boats": what is counted stands behind the "of".
    return Numeral(value=None, last=last + (word_at(tokens, last) == "of"))


def _part(tokens: Tokens, at: int) -> Numeral | None:
    word = word_at(tokens, at)
    if word in _TIMES:
        return Numeral(value=_TIMES[word], last=at + 1, part=True)
    return _half(tokens, at) if word == "half" else _share(tokens, at)


def _half(tokens: Tokens, at: int) -> Numeral | None:
    following = word_at(tokens, at + 1)
    if following == "a" and word_at(tokens, at + 2) in _SCALES:
        scale, last = _scale(tokens, at + 2)
        return Numeral(value=(scale or 1.0) / 2, last=last)
    return Numeral(value=0.5, last=at + 1, part=True) if following in {"of", "the"} else None


def _share(tokens: Tokens, at: int) -> Numeral | None:
    word, following = word_at(tokens, at), word_at(tokens, at + 1)
    share = _FRACTIONS.get(following)
    count = 1 if word == "a" else _SMALL.get(word)
    if share is None or count is None or not near(tokens, at + 1):
        return None
    last = at + 2
    if word_at(tokens, last) == "of" and word_at(tokens, last + 1) == "a":
        scale, end = _scale(tokens, last + 2)
        if scale:
            return Numeral(value=count * share * scale, last=end)
    if word_at(tokens, last) != "of" and not following.endswith("s"):
        return None
    return Numeral(value=count * share, last=last, part=True)


def _worded(tokens: Tokens, at: int) -> Numeral | None:
    value, last = _group(tokens, at)
    if value is None:
        return None
    if word_at(tokens, last) == "and" and word_at(tokens, last + 2) == "half":
        value, last = value + 0.5, last + 3
    scale, last = _scale(tokens, last)
    total = value * (scale or 1.0)
    while scale and scale >= _THOUSAND and near(tokens, last):
        rest, end = _group(tokens, last)
        lower, behind = _scale(tokens, end)
        if rest is None or (lower or 1.0) >= scale:
            break
        total, last, scale = total + rest * (lower or 1.0), behind, lower
    return Numeral(value=total, last=last)


def _group(tokens: Tokens, at: int) -> tuple[float | None, int]:
    """Return a number below a thousand in words ("a hundred and five"), and where it ends."""
    word = word_at(tokens, at)
    if word == "a":
        if not near(tokens, at + 1) or word_at(tokens, at + 1) not in _SCALES:
            return None, at
        value, last = 1.0, at + 1
    elif word in _WORDS:
        value, last = _below_hundred(tokens, at)
    else:
        return None, at
    if word_at(tokens, last) != "hundred" or not near(tokens, last):
        return value, last
    value, last = value * _HUNDRED, last + 1
    further = last + (word_at(tokens, last) == "and")
    if word_at(tokens, further) in _WORDS and near(tokens, further):
        rest, last = _below_hundred(tokens, further)
        value += rest
    return value, last


def _below_hundred(tokens: Tokens, at: int) -> tuple[float, int]:
    word = word_at(tokens, at)
    unit = _SMALL.get(word_at(tokens, at + 1), 0)
    if word in _TENS and 0 < unit < _TEN and near(tokens, at + 1):
        return float(_TENS[word] + unit), at + 2
    return float(_WORDS[word]), at + 1
