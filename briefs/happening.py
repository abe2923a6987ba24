"""Which dates of a sentence say when what it tells of happened. English only.

"The port closed on Friday" dates an event; "closed since March", "by Friday", "the Friday report",
"who came in 2015" and "Roe said on Friday that it would" do not, or date only what was said.
"""

import re
from collections.abc import Iterator, Sequence

from briefs.calendar_days import Day

_PART_OF = r"(?:(?:the\s)?(?:end|start|beginning|middle)\sof\s|(?:mid|late|early)[- ])?"
# From when on, until when, or of which day: not when.
_OTHERWISE = re.compile(
    r"\b(?:since|by|until|till?|through|throughout|from|before|after|between|during|to|than|as\sof"
    r"|as\sat|every|each|per|versus|marking|dated"
    r"|(?<!night\s)(?<!evening\s)(?<!morning\s)(?<!afternoon\s)of"
    rf"|(?<!scheduled\s)(?<!set\s)(?<!planned\s)for)\s(?:on\s)?{_PART_OF}$",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"(?:\b(?:the|an?|its|his|her|their|this|that|our|my|some|all|other)|[’']s)\s$|[-/]$",
    re.IGNORECASE,
)
# "April of 1942" is of another year than "April".
_OWNS = re.compile(r"^(?:[’']s?\b|[’']|-\w|/|,?\s(?:of\s)?(?:1\d|20)\d\d\b)")
_IN = re.compile(
    rf"(?:^|\s)(?:in|[Ii]n)\s{_PART_OF}$|\b(?:early|late|later|earlier|back)\sin\s$", re.IGNORECASE
)
_ON = re.compile(r"\b(?:on|this|that|last|late|early)\s$", re.IGNORECASE)
_DID = (
    r"(?:[a-z]{2,20}ed|began|born|built|came|chose|cut|did|died|drew|fell|flew|fought|found|gave"
    r"|got|grew|held|hit|killed|knew|led|left|lost|made|met|paid|put|quit|ran|rose|sank|sent|set"
    r"|shot|sold|spoke|stood|struck|taken|took|threw|told|was|went|were|won|wore|wrote|had)"
)
_HAPPENS = re.compile(rf"\b(?:{_DID}|will|is\sto|are\sto|is\sset|are\sset|is\sscheduled|is\sdue)\b")
_DONE_IN = re.compile(
    rf"\b(?!was\b|were\b|had\b|said\b|told\b){_DID}\b(?:\s[\w’'-]+){{0,3}}\sin\s$"
)
_BESIDE_CLAUSE = re.compile(
    r"\b(?:which|who|whose|whom|where|when|after|before|since|because|although|though|while|if"
    r"|unless|until|once|as|whether|than|despite|following|including|like|citing)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\bthat\b", re.IGNORECASE)
_SAYS_THAT = re.compile(
    r"\b(?:sa(?:id|ys)|report(?:ed|s)?|announced|confirmed|confirms|found|finds|show(?:s|ed)?|stated"
    r"|revealed|told|reveals|claim(?:s|ed)?|notes?|noted|adds|added)\b[^,;]{0,40}$"
)
_DOUBTED = re.compile(
    r"\b(?:would|could|can|may|might|should|must|if|whether|not|never|cannot|likely|probably)\b|n[’']t\b"
)
_SPOKE = (
    r"(?:said|says|saying|told|tells|tweeted|wrote|writes|posted|added|adds|noted|notes|explained"
    r"|asked|replied|joked|argued|insisted|suggested|tweeting|telling|talking|speaking|interview|statement)"
)
_SPOKEN_BEFORE = re.compile(rf"\b{_SPOKE}\b(?:\s[\w’'-]+){{0,4}}\s$", re.IGNORECASE)
_SPOKEN_AFTER = re.compile(rf"^,?(?:\s[\w’'.-]+,?){{1,9}}?\s{_SPOKE}\b")
_CLAUSE_ENDS = re.compile(r"[,;:—–]\s|\s-\s|\.\s|[“”]")
_NOTICE = re.compile(
    r"^\W*(?:published|updated|posted|last\s(?:updated|modified)|by\s[A-Z]|copyright|photo|image"
    r"|file|picture|watch|read|subscribe|sign\sup|(?:a\sversion\sof\s)?this\s(?:article|story|post|report|column))\b"
    r"|^.{0,60}\b(?:Associated\sPress|Reuters|Getty\sImages|AFP|AP)\s(?:An?|The)\s",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!…][”\"’')\]]{0,2}\s*$")

SHORTEST = 5
"""Words; a shorter sentence tells of nothing."""

_OPENS = re.compile(
    r"^\W*(?:(?:and|but|then|so|later|indeed|early|late|mid|in|on|at|by|the|of|night|morning|evening"
    r"|afternoon|back|earlier)\W+){0,6}$",
    re.IGNORECASE,
)
"""What may stand before a date that opens its sentence."""

_LOOKED_AT = 80
"""Characters beside a date that may say how its sentence hangs on it."""


def happening(sentence: str, found: Sequence[Day]) -> Iterator[tuple[Day, bool]]:
    """Yield the days on which what a sentence tells of happened.

    With each: whether all that happened is that somebody spoke.

    Args:
        sentence: The sentence.
        found: Its days.
    """
    if (
        len(sentence.split()) < SHORTEST
        or not _ENDS.search(sentence)
        or _NOTICE.match(sentence)
        or not _HAPPENS.search(sentence)
    ):
        return
    for day in found:
        before = sentence[max(0, day.start - 2 * _LOOKED_AT) : day.start]
        after = sentence[day.end : day.end + _LOOKED_AT]
        if _is_when(day, before, after) and not _in_passing(sentence, day, before, after):
            spoken = _SPOKEN_BEFORE.search(before) is not None
            if _OPENS.match(before):
                spoken = spoken or _SPOKEN_AFTER.search(after) is not None
            yield day, spoken


def _is_when(day: Day, before: str, after: str) -> bool:
    """Say whether a date stands as one at which something happens."""
    if not day.start:
        return False  # "Sunday deadline passes", or what is left of a cut sentence
    if _OTHERWISE.search(before) or _NOUN.search(before) or _OWNS.match(after):
        return False
    if day.relative is not None:
        return _is_near(day.relative, before, after)
    if day.day is not None:
        return True
    if not _IN.search(before):
        return False
    # "In 2017, …" or "founded in 2017"; "had 300 boats in 2017" is no event.
    opens = _OPENS.match(before) is not None and after.startswith(",")
    return day.month is not None or opens or _DONE_IN.search(before) is not None


def _is_near(relative: str, before: str, after: str) -> bool:
    if relative.startswith("this ") or relative.endswith("year"):
        return False
    if relative in ("today", "tonight"):
        # Else it is how things are nowadays.
        return bool(
            re.search(r"\b[a-z]{2,20}ed\s$", before) or re.match(r"\s[a-z]{2,20}ed\b", after)
        )
    if relative.endswith("day") and not _ON.search(before):
        return not re.match(r"\s[A-Z][a-z]", after)  # "Sunday Times"
    return True


def _in_passing(sentence: str, day: Day, before: str, after: str) -> bool:
    """Say whether a date stands beside what its sentence tells, or in what is doubtful."""
    whole = sentence[: day.start]
    if whole.count("(") > whole.count(")"):
        return True
    quoted = whole.count("“") > whole.count("”") or whole.count('"') % 2 == 1
    if quoted and day.day is None:
        return True  # a day that is told in a conversation counts from there
    clause = _CLAUSE_ENDS.split(before)[-1]
    if _BESIDE_CLAUSE.search(clause):
        return True
    that = _THAT.search(clause)
    if that and not _SAYS_THAT.search(clause[: that.start()]):
        return True
    if _OPENS.match(whole[-_LOOKED_AT:]) and _DOUBTED.search(after.split(" that ", maxsplit=1)[0]):
        return True
    return _DOUBTED.search(clause) is not None
