"""What a sentence leaves open: "He added that…", "This…", a quotation that nobody says.

English rules only. They look at how a sentence opens, since that is where a reader stumbles, and at
the first "he" or "she" that nothing before it in its sentence can mean. A sentence in another
language leaves nothing open, as far as can be told here.
"""

import re
from enum import Flag, auto

from briefs.naming import may_mean_person, names_several, names_thing
from briefs.openings import (
    BEFORE_SUBJECT,
    CLAUSE,
    CLOSING,
    DEFINITE,
    EMPTY_IT,
    FIRST_PERSON,
    GOES_ON,
    HE,
    HE_SAID,
    HIGHNESS,
    IN_PASSING,
    IT_SAYS,
    NAMES_SPEAKER,
    OPENERS,
    OPENS,
    PERSON_NOUNS,
    POINTS_BACK,
    QUOTED,
    SAYS_THE,
    SAYS_THIS,
    SUBJECT,
    UNTIL_COMMA,
)


class Open(Flag):
    """What a sentence needs from outside it."""

    PERSON = auto()
    """Somebody whom it calls "he", "she" or "the minister"."""
    THING = auto()
    """What it calls "it", "they" or "the company"."""
    BEFORE = auto()
    """What was said before: "However, …", "This …"."""
    SPEAKER = auto()
    """Who says it: all of it is a quotation."""


NOTHING = Open(0)

_LONGEST = 1_500
"""Characters at the head of a sentence that are looked at."""

_ENGLISH = frozenset(
    """a and are as been but by can could did for from had has have he his how i in into is it not
    of on said she that the their them then there these they this those to was we were what when
    which who will with would you after against all another before both days during earlier
    however later meanwhile more most new no one only or other our out over so some still such than
    through two under until up very while without years""".split()
)
_FOREIGN = frozenset(
    """aber au auf avec che con como da das de dei del della dem den der des di die du e ein eine el
    en er es est et für il la las le les los mit nicht och ou para pas por que qui sich sie sind son
    sont sur um un una une und van von voor y zu het een att som är og på ist w na z nie że się
    il gli è sono ses ces dans""".split()
)
_TOO_SHORT_TO_TELL = 3
"""Words, of which a language cannot be told."""

_FEW_AROUND = 2
"""With fewer words around it, a quotation is all that there is."""

_ENGLISH_ALONE = _ENGLISH - _FOREIGN


def left_open(sentence: str) -> Open:
    """Return what a sentence needs from outside it to be understood."""
    text = sentence[:_LONGEST].replace("’", "'").strip()
    if not _is_english(text):
        return NOTHING
    plain = unquoted(text)
    found = NOTHING
    quoted = plain != text
    around = re.findall(r"[^\W\d_]{2,}", plain)
    # "Roe: “The boats are old.”" is how an interview names who speaks.
    if quoted and len(around) < _FEW_AROUND and ":" not in plain:
        found |= Open.SPEAKER
    lead = text[_end(OPENERS, text) :]
    if not quoted and FIRST_PERSON.match(lead):
        found |= Open.SPEAKER
    found |= _opening(lead, begins=lead == text)
    if IN_PASSING.match(plain) or SAYS_THIS.search(plain):
        found |= Open.BEFORE
    found |= _person(text, plain)
    if quoted:
        found |= _said_by(plain)
    return found


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _is_english(text: str) -> bool:
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)[:60]]
    english = sum(word in _ENGLISH_ALONE for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    strange = sum(not word.isascii() for word in words)
    if not words or 2 * strange > len(words):
        return False
    return english > foreign if foreign else english > 0 or len(words) <= _TOO_SHORT_TO_TELL


def unquoted(text: str) -> str:
    """Return a text with spaces in place of what is quoted in it."""
    found = CLOSING.match(text)
    if found:
        text = " " * found.end() + text[found.end() :]
    elif text.count('"') % 2 and text.endswith(('"', '".', '",')):
        # The end of a quotation that began before.
        end = text.index('"') + 1
        text = " " * end + text[end:]
    return QUOTED.sub(lambda match: " " * len(match.group()), text)


def _opening(text: str, *, begins: bool) -> Open:
    """Return what the opening of a sentence needs."""
    found = NOTHING
    goes_on = GOES_ON.match(text)
    if goes_on:
        found |= Open.BEFORE
        text = text[goes_on.end() :]
    elif begins and re.match(r"[a-z]+[\s,]", text):
        found |= Open.BEFORE
    found |= _subject(text)
    for pattern in (BEFORE_SUBJECT, UNTIL_COMMA):
        match = pattern.match(text)
        if match and OPENS.match(text):
            return found | _after_opening(match["opening"], text[match.end() :])
    return found


def _subject(text: str) -> Open:
    """Return what is needed by the words that a clause begins with."""
    match = SUBJECT.match(text)
    if match is None:
        definite = DEFINITE.match(text)
        if definite is None:
            return NOTHING
        return Open.PERSON if PERSON_NOUNS.match(definite["noun"].casefold()) else Open.THING
    if match["points"]:
        return Open.BEFORE
    # "IT" is no pronoun.
    if match["it"] and (match["it"].isupper() or EMPTY_IT.match(text)):
        return NOTHING
    return Open.THING


def _after_opening(opening: str, text: str) -> Open:
    """Return what is needed after "In October," or "When tankers arrive,"."""
    found = Open.BEFORE if POINTS_BACK.search(opening) else NOTHING
    subject = _subject(text)
    if subject is Open.THING and CLAUSE.match(opening):
        several = text[:4].casefold() in {"they", "thei", "them"}
        if names_several(opening) if several else names_thing(opening):
            return found
    if subject is Open.THING and DEFINITE.match(text) and names_thing(opening):
        return found
    return found | subject


def _person(text: str, plain: str) -> Open:
    """Return whether nothing before a "he" or "she" can be what it means."""
    for match in HE.finditer(text):
        start = match.start()
        if HIGHNESS.match(text, start):
            continue
        # What is quoted does not name who says it.
        quoted = not plain[start : match.end()].strip()
        before = text[:start] if quoted else plain[:start]
        if may_mean_person(before):
            if quoted:
                continue
            break
        comma = text.find(",", start, start + 140)
        named = comma > 0 and may_mean_person(text[comma : comma + 32])
        subject = match.group()[-1:].casefold() == "e" and not CLAUSE.match(text)
        if named and not subject and "," not in before and OPENS.match(text):
            # "Despite his age, Mr Roe …"
            break
        return Open.PERSON
    said = HE_SAID.search(plain)
    if said and not NAMES_SPEAKER.search(plain[: said.start()]):
        return Open.PERSON
    return NOTHING


def _said_by(plain: str) -> Open:
    """Return what a quotation needs whose speaker is "the minister" or "it"."""
    if IT_SAYS.search(plain):
        return NOTHING if names_thing(plain) else Open.THING
    match = SAYS_THE.search(plain)
    if match is None or may_mean_person(SAYS_THE.sub("", plain)):
        return NOTHING
    noun = (match["who"] or match["whom"]).casefold()
    return Open.PERSON if PERSON_NOUNS.match(noun) else Open.THING
