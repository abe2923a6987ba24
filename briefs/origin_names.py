"""What the names of origins look like, and what merely looks like one."""

import re
from collections import Counter
from functools import lru_cache

from briefs.naming import MONTHS_AND_DAYS

_MEDIA = re.compile(
    r"\b(?:BBC|CNN|CBS|NBC|MSNBC|ABC|NPR|PBS|AFP|AP|TASS|RIA|UPI|NHK|DPA|ITV|CBC|TMZ|Reuters"
    r"|Bloomberg|Associated\sPress|Yonhap|Xinhua|Interfax|Kyodo|Politico|Axios|Guardian|Economist"
    r"|Newsweek|Telegraph|Times|Post|Journal|Herald|Tribune|Gazette|Chronicle|Daily|News|Radio|TV"
    r"|Television|Broadcasting|Press(?!\sSec)|Magazine|Newspaper|Mail|Mirror|Independent|Globe"
    r"|Observer|Courier|Spiegel|Monde|Pravda|BuzzFeed|Meduza|Insider|Examiner|Dispatch|Inquirer)\b"
)
_NEWSPAPER = frozenset(
    "times post guardian economist sun mail journal telegraph independent".split()
)
_HONORIFICS = frozenset("mr mrs ms miss dr sir".split())
_TITLE = (
    r"(?:President|Minister|Secretary|Senator|Sen\.?|Rep\.?|Gov\.?|Governor|Mayor|Chancellor"
    r"|Spokesman|Spokeswoman|Director|Ambassador|Premier|Sheriff|Sgt\.?|Lt\.?|Capt\.?|Col\.?|Gen\.?"
    r"|Commander|Captain|Sergeant|Lieutenant|Colonel|Detective|Officer|Adviser|Advisor|Prosecutor"
    r"|Professor|Prof\.?|Congressman|Congresswoman|Analyst|Leader|Engineer|Inspector|Researcher"
    r"|Scientist|Historian|Economist|Lawyer|Attorney|Doctor|Nurse|Teacher|Pilot|Driver|Fisherman"
    r"|Farmer|Diver|Expert|Activist|Journalist|Reporter|Coach|Architect|Technician|Mechanic)"
)
_TITLED = re.compile(
    rf"^(?:[A-Z][\w.’'&-]{{0,40}}\s){{0,5}}{_TITLE}\s"
    r"(?P<bare>[A-Z][\w’'-]+(?:\s[A-Z][\w’'.-]*){1,3})$"
)
_ONLY_TITLE = re.compile(rf"^{_TITLE}$")
_INSTITUTION = re.compile(
    r"\b(?:Office|Department|Ministry|Agency|Bureau|Council|Committee|Commission|Institute|Bank"
    r"|Centre|Center|University|School|College|Board|Court|Service|Association|Society|Union|Party"
    r"|House|Fund|Foundation|Group|Company|Force|Guard|Army|Navy|Police|Authority|Administration"
    r"|Secretary|Director|Minister|President|Chief|Head|Chairman|Chair|Republic|States|Kingdom"
    r"|Museum|Church|Bishop|Archbishop|Hospital|Library|Chamber|Academy|League|Federation"
    r"|Organization|Organisation|Program|Programme|Division|Campaign|Coalition|Alliance)\b"
)
_POST = re.compile(rf"^(?:[A-Z][\w.’'-]{{0,40}}\s){{0,4}}{_TITLE}(?:\s(?:of|for)\s.{{0,80}})?$")
_MEMBER = re.compile(
    r"^(?P<bare>[A-Z][\w’'-]+\s(?:[A-Z][\w’'.-]*\s){0,2}?[A-Z][\w’'-]+)\s(?:of|for)\s"
)

# What begins a sentence is capitalised without being a name.
_NO_NAME = MONTHS_AND_DAYS | frozenset(
    """a according additionally after all also although among an analysts and another as at
    authorities because before but by court critics data despite detectives doctors documents
    during earlier even everyone evidence experts figures finally firefighters for former
    friends from furthermore he her here his how however i if imagery images in indeed initially
    instead intelligence investigation investigators it its journalists last later lawyers many
    meanwhile moreover most neighbors neighbours nevertheless no nobody nonetheless now of
    officers officials on one opponents other others over part people photos police prosecutors
    recent recently records relatives report reportedly reporters reports researchers residents
    satellite scientists she since so some somebody someone sources still such supporters that
    the their then there these they this those though three today tomorrow tonight two under
    unlike until upon we what when where which while who why with witnesses yesterday yet
    you""".split()
)
_NOBODY = _HONORIFICS | frozenset(
    """american british chinese french german iranian iraqi israeli japanese korean palestinian
    russian syrian turkish ukrainian western eastern northern southern republicans
    democrats pacific""".split()
)
"""What is no name where it stands alone."""
_WHOSE = frozenset(
    """area city company county federal fire government health highway hospital law local military
    park school security senior state town university top village several other""".split()
)
"""Of such officials there are many: "local officials" are nobody in particular."""


def is_medium(name: str) -> bool:
    """Say whether a name looks like that of a newspaper, an agency or a station."""
    return _MEDIA.search(name) is not None


def is_post(name: str) -> bool:
    """Say whether a name is of a post that somebody holds: "Minister of Sea Affairs"."""
    return _POST.match(name) is not None


def cleaned(name: str) -> str | None:
    """Return a name without what merely began the sentence; None where nothing is left.

    "The Open Source Centre's Joe Byrne" is Joe Byrne; "November" is nobody.
    """
    if re.search(r"[’'](?:ve|re|m|ll|d|t)\b", name):
        return None
    bare = re.sub(r"[’']s?$", "", name)
    words = re.split(r"[’']s?\s", bare)[-1].split()
    article = bool(words) and words[0].casefold() == "the"
    while words and words[0].casefold() in _NO_NAME:
        words = words[1:]
    while words and words[-1].casefold() in MONTHS_AND_DAYS:
        words = words[:-1]
    if len(words) > 1 and words[0].rstrip(".").casefold() in _HONORIFICS:
        words = words[1:]
    if not words or words[0][0].islower():
        return None
    # A service keeps its small letter: "Western intelligence" is what it is called.
    at_end = words[-1][0].isupper() and words[-1].casefold() in _NO_NAME
    several = len(words) > 1 and words[0].casefold() in _WHOSE and words[1][0].islower()
    whole = " ".join(words)
    nobody = _ONLY_TITLE.match(whole) or whole.casefold().rstrip(".") in _NOBODY
    if at_end or several or nobody:
        return None
    if article and len(words) == 1 and words[0].casefold() in _NEWSPAPER:
        return f"The {whole}"
    person = _TITLED.match(whole) or _MEMBER.match(whole)
    if person and not _INSTITUTION.search(person["bare"]) and not is_medium(person["bare"]):
        return person["bare"]
    return whole


@lru_cache(maxsize=2_000)
def whole_name(text: str, name: str) -> str:
    """Return a person's whole name where an article gives it: "Byrne" is "Joe Byrne".

    A name of more words, and one that the article gives no more of, is returned as it is.
    """
    if not name.isalpha() or is_medium(name):
        return name
    given_first = rf"\b(?:[A-Z][\w-]{{1,30}}\s){{1,2}}{name}\b"
    given_last = rf"\b{name}\s[A-Z][\w]{{1,20}}-[a-z]{{1,20}}\b"
    found: Counter[str] = Counter()
    for match in re.finditer(f"{given_first}|{given_last}", text):
        whole = cleaned(match.group())
        if whole is not None and " " in whole and not _INSTITUTION.search(whole):
            found[whole] += 1
    return found.most_common(1)[0][0] if found else name


def same_origin(one: str, other: str) -> bool:
    """Say whether two names may be the same: a surname for the whole, or initials for it."""
    a, b = one.casefold(), other.casefold()
    if a == b or a.endswith(" " + b) or b.endswith(" " + a):
        return True
    return _initials(one) == b.replace(".", "") or _initials(other) == a.replace(".", "")


def distinct(names: list[str]) -> tuple[str, ...]:
    """Return a chain without repetitions: who stands in it twice stands where it is deeper."""
    return tuple(
        name
        for at, name in enumerate(names)
        if not any(same_origin(name, other) for other in names[at + 1 :])
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper()).casefold()
