"""Whom a byline names: people, and the outlet that they write for."""

import re

LONGEST_NAME = 5
"""Words."""

_AND = re.compile(r"\s*,\s*and\s+|\s+and\s+|\s*&\s*|\s+und\s+|\s+et\s+|\s+y\s+|\s*,\s*|\s+и\s+")
_PARTICLES = frozenset(
    "de van von der den la le du da di del dos al el bin ibn ben ter y i".split()
)
_NO_NAMES = frozenset(
    """january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday the a an and admin staff""".split()
)
_AGENCIES = frozenset(
    """reuters ap afp bbc cnn bloomberg xinhua tass dpa ansa efe interfax upi pti ians kyodo yonhap
    politico axios""".split()
) | {"associated press", "the associated press", "agence france-presse"}
_OUTLET = re.compile(
    r".{2,30}\s(?:press|news|times|post|agency|journal|magazine|radio|tv|herald|tribune|guardian"
    r"|gazette|observer|chronicle|independent|telegraph|mirror|network|service|broadcasting)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|columnist|analyst|contributor|journalist|staff"
    r"|critic|producer|bureau|chief|fellow|professor|author|redaktion|desk)\b",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\.[a-z]{2,}$")


def named(written: str) -> tuple[str | None, str | None]:
    """Return the author and the outlet that a byline names after its "by"."""
    outlet = None
    written = written.strip(" ,.")
    people, for_, other = written.partition(" for ")
    if for_:
        outlet = other.strip().removeprefix("the ")
        if not outlet[:1].isupper() or len(outlet.split()) > LONGEST_NAME:
            return None, None
    elif "," in people:
        before, _, last = people.rpartition(",")
        last = last.strip()
        if last.casefold() in _AGENCIES or _OUTLET.fullmatch(last):
            people, outlet = before, last
    names = [name.strip() for name in _AND.split(people) if name.strip()]
    while len(names) > 1 and (_ROLE.search(names[-1]) or _DOMAIN.search(names[-1])):
        last = names.pop()
        outlet = last if outlet is None and _DOMAIN.search(last) else outlet
    if len(names) == 1 and names[0].casefold() in _AGENCIES:
        return None, names[0]
    if not names or not all(_is_name(name) for name in names):
        return None, None
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[:-1] else names), outlet


def _is_name(text: str) -> bool:
    words = text.split()
    if not 1 <= len(words) <= LONGEST_NAME or not words[0][0].isupper():
        return False
    if _ROLE.search(text) or any(word.casefold() in _NO_NAMES for word in words):
        return False
    return all(
        (word[0].isupper() or word.casefold() in _PARTICLES)
        and all(sign.isalpha() or sign in ".-’'" for sign in word)
        for word in words
    )
