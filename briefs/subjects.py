"""What to call the things that several sentences count or date: in their words, not ours."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from briefs.lexical import STOP_WORDS, stem
from briefs.mentions import AFTER, BEFORE, MEASURES, OF, WORD, Mention
from briefs.numerals import is_number

_MOST_WORDS = 4


def subject(members: Sequence[Mention]) -> str:
    """Return a readable name of what some mentions are of, in words of their sentences."""
    names = [name for name in (_name(each) for each in members) if name]
    if not names:
        return beside(members) or members[0].text
    # What several call it, in most words; else what one does, in fewest.
    several = [name for name in names if names.count(name) > 1]
    if several:
        return min(set(several), key=lambda name: (-len(name.split()), -names.count(name), name))
    return min(names, key=lambda name: (len(name), name))


def _name(mention: Mention) -> str | None:
    """Return the words for what a quantity counts, None where these say little."""
    quantity = mention.quantity
    if quantity is None or quantity.unit is None or not quantity.unit[0].isalpha():
        return None
    if mention.thing[0] in MEASURES:
        return None
    words = [word for word in WORD.findall(mention.text) if stem(word.casefold()) in quantity.nouns]
    name = " ".join(words) or quantity.unit
    of = OF.match(mention.citation.quote, mention.end)
    if of is not None and of["last"].islower() and of["last"] not in STOP_WORDS:
        name += of.group()
    if mention.fate is not None and mention.fate.casefold() not in name.casefold():
        name += f" {mention.fate}"
    return name


def asked_by(members: Sequence[Mention]) -> frozenset[str]:
    """Return the stems of which a question uses one when it asks for what some mentions are of."""
    counted = [_counted_by(each) for each in members if each.quantity is not None]
    if counted:
        return frozenset(chain.from_iterable(counted))
    told = Counter(chain.from_iterable(each.common for each in members))
    return frozenset(word for word, count in told.items() if count > 1)


def _counted_by(mention: Mention) -> set[str]:
    head = (mention.quantity.head if mention.quantity else None) or ""
    of = OF.match(mention.citation.quote, mention.end)
    # "Barrels of oil" say how much oil; "oil tankers" say only how many tankers.
    stuff = {stem(of["last"])} if of and of["last"].islower() else set[str]()
    return {head, mention.thing[0]} | stuff


def beside(members: Sequence[Mention]) -> str:
    """Return the words beside the first mention that most others have too, in its order."""
    first = members[0]
    counts = {word: sum(word in each.near for each in members) for word in first.near}
    enough = max(2, (len(members) + 1) // 2)
    quote = first.citation.quote
    found: dict[str, tuple[int, int, int, str]] = {}
    for match in WORD.finditer(quote, max(0, first.start - BEFORE), first.end + AFTER):
        word = match.group()
        count = counts.get(stem(word.casefold()), 0)
        if count >= enough and not is_number(word):
            distance = max(match.start() - first.end, first.start - match.end())
            found.setdefault(word.casefold(), (-count, distance, match.start(), word))
    # Those that most have, and of these the nearest, in the order of the sentence.
    best = sorted(found.values())[:_MOST_WORDS]
    return " ".join(word for *_, word in sorted(best, key=lambda each: each[2]))
