"""Who one sentence says that it is from.

A sentence often names a chain: "as reported by X, citing Y" goes through X and ends at Y.
"""

import re
from enum import Enum, auto
from functools import lru_cache

from briefs.origin_names import cleaned, distinct, is_medium, is_post

# A name is a run of capitalised words, joined by small ones: "Ministry of Foreign Affairs"; it may
# end in what a service is called: "South Korean intelligence", "Russian state media". Every
# repetition is bounded, so that no text takes longer than its length allows.
_CAPITAL = (
    r"(?:(?:[A-Z]\.){1,8}|(?:Dr|Mr|Mrs|Ms|Prof|Sen|Rep|Gov|Gen|Col|Sgt|Lt|Capt|St)\."
    r"|[A-Z][\w’'&-]{0,40})"
)
_SERVICE = r"(?:intelligence|state media|media|officials|authorities|military|officers|police)"
_NAME = (
    rf"(?P<name>{_CAPITAL}(?:\s(?:{_CAPITAL}|(?:of|for)(?:\sthe)?\s{_CAPITAL})){{0,8}}"
    rf"(?:\s{_SERVICE})?)"
)
# What somebody is, in small letters before the name: "chief engineer", "think tank". One word of
# several things, or one that is nobody, ends it: "documents", "data from".
_POST = (
    r"(?!(?:of|from|in|by|at|to|on|for|and|or|with|that|which|who|whom|whose|as|near|about|the|an|is"
    r"|was|when|where|while|after|before|than|if|but|not|data|information|evidence|research|footage"
    r"|imagery|testimony|state|local|former|official|law|news)\s)"
    r"[a-z](?:[a-z]|-(?=[a-z])){1,24}(?:(?<!s)|(?<=ss))\s"
)
_KIND = r"(?:(?:state|local|former|news|law|official|sports|sales)\s)"
_POSTS = rf"(?:{_KIND}{{1,2}}(?:{_POST}){{0,4}}?|(?:{_POST}){{1,4}}?)"
_THE = (
    r"(?:the\s|an?\s)?(?:former\s)?(?:[\w.]{1,20}-based\s)?"
    r"(?:[A-Z][a-z]{1,12}(?:ish|ese|ian|ean|can|ch)(?:\s[a-z][a-z-]{2,20}){1,3}\s(?=[A-Z])"
    rf"|{_POSTS}(?=[A-Z])"
    rf"|{_CAPITAL}(?:\s{_CAPITAL}){{0,4}}\s{_POSTS}(?=[A-Z]))?"
)
_SAYS = (
    r"(?:said|says|saying|told|stated|states|claimed|claims|estimated|estimates?|noted|notes|argued"
    r"|argues|believes?|explained|explains|recalled|revealed|reveals|confirmed|confirms|suggested"
    r"|suggests|added|adds|warned|warns|announced|found|reported|reports|(?:was|were)\sreporting"
    r"|analy[sz]ed|published|requested|asked|described|detailed|mentioned|declined|testified|insisted"
    r"|insists|acknowledged|concluded|(?:wrote|writes|tweeted|posted)(?=[:,.]|\s[“\"]|\s(?:that|on|in)\b))"
)
_STUDY = r"(?:analysis|investigation|report|study)"
_FINDING = (
    r"(?:analysis|investigation|report|findings?|estimates?|data|figures|images|imagery|words"
    r"|study)"
)
# Who is spoken with is not who speaks: "images shared with the BBC revealed". Matched without a
# name, so that no name begins in the middle of it.
_WITH = (
    rf"\b(?:with|of)\s(?:the\s)?{_CAPITAL}(?:\s{_CAPITAL}){{0,8}}"
    rf"|\b(?:in|near)\s{_CAPITAL}(?:\s{_CAPITAL}){{0,4}}(?:\sand\s{_CAPITAL})?"
)
# What may stand between a speaker and the verb: who they are, who else speaks, an adverb or two.
_BETWEEN = (
    rf"(?:\s(?:from|at)\s(?:the\s)?{_CAPITAL}(?:\s{_CAPITAL}){{0,8}})?"
    r"(?:\s\([^()]{1,30}\))?(?:,\s\d{1,3}(?:,\sof\s[^,;:]{2,40}(?:,\s[A-Z][\w. ]{1,20})?)?(?=,))?"
    r"(?:,\s(?P<beside>[^,;:]{2,90}?),)?(?:\sand\s[a-z]+\s[a-z]+)?"
    r"(?:\s(?:also|have|has|had|later|indeed|meanwhile,?|regularly|earlier)){0,2},?"
)
_FOUND_BY = (
    rf"(?:[Aa]ccording\sto(?:\s(?:an?|the)(?:\s[a-z-]{{2,20}}){{1,6}}?\s(?:by|from|in))?"
    r"|(?:analy[sz]ed|conducted|published|announced|revealed|disclosed|documented|estimated)"
    rf"(?:\son\s[A-Z][a-z]{{2,9}}(?:\s\d{{1,2}})?)?\sby|{_STUDY}s?\b[^.;]{{0,60}}?\sby)"
)
# After a comma or a quotation only, and only where no verb follows: in "said Norland would",
# Norland does not speak.
_INVERTED = (
    rf"(?:[,?!”\"’'—–]\s(?!told){_SAYS}|^Said)\s{_THE}{_NAME}(?<!\b[A-Z])"
    r"(?=[,.;:”\"(]|\s(?:of|in|on|at|from|for|who|during|to|with|last|after|when|as|while|before"
    r"|because|since|about|by|outside|inside|near|and|through)\b|\s[(—–-]|\s?$)"
)
_SPEAKS_TO = (
    r"\b(?:told|(?:interview|conversation)\swith|(?:speaking|talking)\s(?:to|with)"
    r"|(?:comments?|remarks)\sto)"
)


class _Role(Enum):
    """What a name does in a sentence, the deepest first."""

    CITED = auto()
    FOUND = auto()
    SAYS = auto()
    PRINTED = auto()
    HEARD = auto()
    """To whom it was said; only where that is somebody who prints it."""


# Deepest first: who was cited stands behind who cites; who found it, behind who printed it.
_PATTERNS = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (_Role.CITED, rf"\b(?:[Cc]iting|cites|cited(?!\sby)|[Qq]uoting)\s{_THE}{_NAME}"),
        (_Role.FOUND, rf"\b{_FOUND_BY}\s{_THE}{_NAME}"),
        (_Role.FOUND, rf"\b{_NAME}(?:’s|'s|’|')\s(?:[a-z]+\s){{0,2}}?{_FINDING}\b"),
        (_Role.FOUND, rf"\b{_NAME}\s{_STUDY}\s(?:claims|says|shows|finds|found)"),
        (_Role.SAYS, rf"{_WITH}|\b{_NAME}{_BETWEEN}\s{_SAYS}\b"),
        (_Role.SAYS, _INVERTED),
        (
            _Role.PRINTED,
            rf"\b(?:[Rr]eported|(?:cited|quoted)(?:\s[a-z]{{2,12}})?)\sby\s{_THE}{_NAME}",
        ),
        (_Role.HEARD, rf"{_SPEAKS_TO}\s{_THE}{_NAME}"),
    )
)
# Who asks for a comment reports what comes of it, whatever the comment would have been on.
_COMMENT = re.compile(
    rf"\b{_NAME}(?:(?:’s|'s|’|')\srequests?\sfor\s(?:an?\s)?comment"
    rf"|\s(?:has\s)?(?:asked|requested)\s[^.;]{{0,120}}\bcomment)"
)

_SOMEBODY = re.compile(
    r"(?:^|[,.”\"]\s)(?:[Tt]he|[Aa]n?|[Ll]ocal|[Tt]heir|[Hh]er|[Hh]is)\s(?:[a-z-]{2,20}\s){1,3}"
    r"(?:said|says|told|confirmed|reported|warned|announced)\b"
    r"|[Aa]ccording\sto\s(?:the\s|an?\s)?(?:[a-z-]{2,20})\b"
)
_SHARED = re.compile(rf"\b(?:shared\swith|seen\sby|obtained\sby)\s{_THE}{_NAME}")
_ONE_NAME = re.compile(_NAME)
_PLACE = re.compile(r"\b(?:in|at|near)\s(?:the|a)\s[a-z ]{3,30},\s$")
_THAT = re.compile(r"[^\s,]\s(?:that|which)\s(?:the\s)?$")
_ASIDE = re.compile(
    r"\s(?:is|are|was|were|has|have|had|will|would|may|might|can|could|do|does|did)\b"
)
_FROM = re.compile(r"\bfrom\s(?:the\s|The\s)?$")


def named_origin(sentence: str) -> str | None:
    """Return who a sentence says it is from: the end of its chain; None where it is silent."""
    named = named_chain(sentence)
    return named[-1] if named else None


@lru_cache(maxsize=20_000)
def named_chain(sentence: str) -> tuple[str, ...]:
    """Return through whom a sentence says it came, the nearest first; empty where it is silent."""
    for match in _COMMENT.finditer(sentence) if "comment" in sentence else ():
        name = cleaned(match["name"])
        if name is not None:
            return (name,)
    found = _names(sentence)
    if not any(found[role] for role in _Role if role is not _Role.HEARD):
        return ()
    deep = found[_Role.CITED][:1]
    people = {
        role: [name for name in names if not is_medium(name)] for role, names in found.items()
    }
    if not deep:
        deep = people[_Role.FOUND][:1] or people[_Role.SAYS][:1]
        nearer: list[str] = []
    else:
        # Whoever cites somebody stands before them, a medium or not.
        nearer = (people[_Role.SAYS] or people[_Role.FOUND])[:1]
    media = [
        name
        for role in (_Role.HEARD, _Role.SAYS, _Role.FOUND)
        for name in found[role][:3]
        if is_medium(name)
    ]
    return distinct([*found[_Role.PRINTED][:1], *media, *nearer, *deep])


def names_source(sentence: str) -> bool:
    """Say whether a sentence names anybody through whom it came."""
    return bool(named_chain(sentence) or heard(sentence))


def names_somebody(sentence: str) -> bool:
    """Say whether a sentence is from somebody who has no name in it: "the coast guard said"."""
    return _SOMEBODY.search(sentence) is not None


def _names(sentence: str) -> dict[_Role, list[str]]:
    """Return the names of a sentence by what they do in it, in its order."""
    found: dict[_Role, list[str]] = {role: [] for role in _Role}
    for role, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            name = cleaned(match["name"] or "")
            if role is _Role.SAYS:
                name = _speaker(sentence, match, name)
            if name is not None:
                found[role].append(name)
    return found


def _speaker(sentence: str, match: re.Match[str], name: str | None) -> str | None:
    """Return who of those that stand before a verb speaks."""
    if not match["name"]:
        return None
    beside = _ONE_NAME.fullmatch(match.groupdict().get("beside") or "")
    if beside and (name is None or is_post(name)):
        # "Norland's Minister of Sea Affairs, Ann Roe, says"; "Meanwhile, Ann Roe, too, says".
        return cleaned(beside["name"])
    before = sentence[max(0, match.start() - 40) : match.start()]
    if _ASIDE.match(sentence, match.end()) and _THAT.search(before):
        return None  # "the boats that Ann Roe mentioned are old": only the boats are hers
    if _PLACE.search(before) or (_FROM.search(before) and not is_medium(name or "")):
        return None  # "images from Norland revealed"; "Ann Roe in the capital, Port Ella, says"
    return name


def heard(sentence: str) -> tuple[str, ...]:
    """Return the medium that something was shared with, where a sentence names nobody else."""
    if named_chain(sentence):
        return ()
    names = (cleaned(match["name"]) for match in _SHARED.finditer(sentence))
    return tuple(name for name in names if name is not None and is_medium(name))[:1]
