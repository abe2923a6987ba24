"""Who an outlet got a fact from.

A sentence often names a chain: "as reported by X, citing Y" ends at Y. Where it names nobody, the
sentence before it in the same paragraph may; where that does not either, the source that the
article states at its head counts. One that cannot be traced is nobody: it adds nothing to a count.
"""

import re
from collections.abc import Iterator

from briefs.model import Segments, Sentence

HEAD = 5
"""How many sentences at the head of an article may state its source."""

# A name is a run of capitalised words, joined by small ones: "Ministry of Foreign Affairs"; it may
# end in what a service is called: "South Korean intelligence", "Russian state media". Every
# repetition is bounded, so that no text takes longer than its length allows.
_CAPITAL = r"(?:(?:[A-Z]\.){1,8}|[A-Z][\w’'&-]{0,40})"
_SERVICE = r"(?:intelligence|state media|media|officials|authorities|military|officers|police)"
_NAME = (
    rf"(?P<name>{_CAPITAL}(?:\s(?:{_CAPITAL}|(?:of|for)(?:\sthe)?\s{_CAPITAL})){{0,8}}"
    rf"(?:\s{_SERVICE})?)"
)
_THE = r"(?:the\s|an?\s|former\s|[a-z]+-based\s)?"
_SAYS = (
    r"(?:said|says|saying|told|stated|states|claimed|claims|estimated|estimates?|noted|notes|argued"
    r"|argues|believes?|explained|explains|recalled|revealed|reveals|confirmed|confirms|suggested"
    r"|suggests|added|warned|warns|announced|found|reported|reports|(?:was|were)\sreporting"
    r"|analy[sz]ed|published|requested|asked|described|detailed|mentioned|declined)"
)
_STUDY = r"(?:analysis|investigation|report|study)"
_FINDING = (
    r"(?:analysis|investigation|report|findings?|estimates?|data|figures|images|imagery|words"
    r"|study)"
)
# Who is spoken with is not who speaks: "images shared with the BBC revealed". Matched without a
# name, so that no name begins in the middle of it.
_WITH = rf"\b(?:with|of)\s(?:the\s)?{_CAPITAL}(?:\s{_CAPITAL}){{0,8}}"
# What may stand between a speaker and the verb: who they are, who else speaks, an adverb or two.
_BETWEEN = (
    r"(?:,\s[^,;:]{2,90}?,)?(?:\sand\s[a-z]+\s[a-z]+)?"
    r"(?:\s(?:also|have|has|had|later|indeed|meanwhile,?|regularly|earlier)){0,2},?"
)

_FOUND_BY = (
    rf"(?:[Aa]ccording\sto|(?:analy[sz]ed|conducted|published)\sby|{_STUDY}[^.;]{{0,60}}?\sby)"
)

# Deepest first: who was cited stands behind who cites; who found it, behind who printed it.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:[Cc]iting|cites|cited(?!\sby)|[Qq]uoting)\s{_THE}{_NAME}",
        rf"\b{_FOUND_BY}\s{_THE}{_NAME}",
        rf"\b{_NAME}(?:’s|'s|’|')\s(?:[a-z]+\s){{0,2}}?{_FINDING}\b",
        rf"\b{_NAME}\s{_STUDY}\s(?:claims|says|shows|finds|found)",
        rf"{_WITH}|\b{_NAME}{_BETWEEN}\s{_SAYS}\b",
        rf"\b[Rr]eported\sby\s{_THE}{_NAME}",
    )
)

# What begins a sentence is capitalised without being a name.
_NO_NAME = frozenset(
    """a an after all also among analysts and as at before but by despite during earlier even
    experts for former from he her his however in indeed initially intelligence investigation it its
    many meanwhile most of on over part report reportedly reports satellite she since some such that
    the their then these they this those under until upon we when while with yet january february
    march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday""".split()
)


def named_origin(sentence: str) -> str | None:
    """Return who a sentence says it is from: the end of its chain; None where it is silent."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            name = _cleaned(match["name"] or "")
            if name is not None:
                return name
    return None


def origin(text: str, segments: Segments, sentence: Sentence) -> str | None:
    """Return who a sentence has its fact from, traced as far as its article allows."""
    here = text[sentence.start : sentence.end]
    own = named_origin(here)
    if own is not None:
        return own
    for before in _before_in_paragraph(text, segments, sentence):
        named = named_origin(text[before.start : before.end])
        if named is not None:
            return named
    return stated_source(text, segments)


def stated_source(text: str, segments: Segments) -> str | None:
    """Return the source that an article states at its head, None where it states none."""
    lead = [each for each in segments.sentences if not each.heading][:HEAD]
    for sentence in lead:
        named = named_origin(text[sentence.start : sentence.end])
        if named is not None:
            return named
    return None


def same_origin(one: str, other: str) -> bool:
    """Say whether two names may be the same: a surname for the whole, or initials for it."""
    a, b = one.casefold(), other.casefold()
    if a == b or a.endswith(" " + b) or b.endswith(" " + a):
        return True
    return _initials(one) == b.replace(".", "") or _initials(other) == a.replace(".", "")


def distinct_origins(names: Iterator[str | None]) -> tuple[str, ...]:
    """Return the names without repetitions, the untraced left out, in their order."""
    found: list[str] = []
    for name in names:
        if name is not None and not any(same_origin(name, other) for other in found):
            found.append(name)
    return tuple(found)


def _cleaned(name: str) -> str | None:
    """Return a name without what merely began the sentence; None where nothing is left.

    "The Open Source Centre's Joe Byrne" is Joe Byrne; "November" is nobody.
    """
    bare = re.sub(r"[’']s?$", "", name)
    words = re.split(r"[’']s?\s", bare)[-1].split()
    while words and words[0].casefold() in _NO_NAME:
        words = words[1:]
    # A service keeps its small letter: "Western intelligence" is what it is called.
    at_end = bool(words) and words[-1][0].isupper() and words[-1].casefold() in _NO_NAME
    return None if not words or at_end else " ".join(words)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper()).casefold()


def _before_in_paragraph(text: str, segments: Segments, sentence: Sentence) -> Iterator[Sentence]:
    """Yield the sentences before one in its paragraph, the nearest first."""
    for before in reversed(segments.sentences):
        if before.end <= sentence.start:
            if "\n" in text[before.end : sentence.start]:
                return
            yield before
