"""Names and nouns that a pronoun may mean: found by how they are written, for English only."""

import re
from collections.abc import Iterator

SAYS = (
    r"(?:said|says|saying|told|tells|stated|states|claimed|claims|noted|notes|argued|argues"
    r"|believes?|believed|explained|explains|recalled|revealed|reveals|confirmed|confirms"
    r"|suggested|suggests|added|adds|warned|warns|announced|wrote|writes|tweeted|posted|asked"
    r"|replied|insisted|admitted|concluded|complained|acknowledged|continued|joked|declared"
    r"|testified|reported|reports|thinks|thought|quipped|shouted|vowed|urged|promised|denied)"
)
"""What a speaker does."""

MONTHS_AND_DAYS = frozenset(
    """january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday""".split()
)
# What begins a sentence is capitalised without being a name; so is what follows in a title.
_NO_NAME = MONTHS_AND_DAYS | frozenset(
    """a about above according across after again against ago all also although am amid among an and
    another any are around as asked at based because before being below besides between beyond born
    both but by can could currently despite did do does during each earlier either even eventually
    ever every few finally first following for former from given had has have he her here his how
    however i if in indeed initially inside instead into is it its just last late later like many
    may maybe meanwhile more moreover most much my near never next no nobody none nor not nothing
    now of off on once one only or other others our out outside over part perhaps previously rather
    recently second several shall she should since so some somebody someone sometimes soon still
    such than that the their them then there these they this those though three through throughout
    thus to today together tonight too two under unlike until up upon very was we well were what
    when where whether which while who whose why will with within without would yes yesterday yet
    you your officials police authorities prosecutors investigators witnesses reports critics
    doctors friends relatives lawyers sources experts analysts neighbors neighbours people
    detectives deputies firefighters researchers scientists supporters opponents records documents
    court thanks please let asked speaking writing talking i'm i've we're we've it's that's he's
    she's there's here's don't""".split()
)
# A name with one of these in it is of a place or of something that people made.
_NO_PERSON = frozenset(
    """academy act agency airlines airport america american analysis army arts association attorney
    authority avenue award awards bank bay beach black board border bridge britain british building
    bureau cabinet california canada capitol center central centre century channel china chinese
    christmas church city civil club coast college commission committee communist company conference
    congress constitution corporation corps council county court cup daily democrat democratic
    democrats department district division east eastern embassy england english europe european
    facebook fair far federal federation festival file florida force forces forest fort foundation
    france french friday fund gallery games gazette german germany google government great group
    hall herald high hill hospital hotel house human inc independent india indian institute
    intelligence international internet iran iraq island islands israel israeli italian italy japan
    japanese journal justice kingdom korea korean kremlin labor labour lake las law league library
    limited london los ltd magazine mail mall market media memorial mexico middle military ministry
    mission monday mountain mountains museum nasa nation national nations navy net network new news
    north northern oak ocean office ohio olympic olympics oscar pacific paris parish park parliament
    party people philadelphia plaza point police port post press prize program project radio railway
    red region republic republican republicans reserve review revolution rights river road royal
    russia russian saint san school science sea senate series service services society south
    southern space spain spanish square stadium stanford star state states station steel street
    studios sunday super supreme syria syrian team telegraph television texas theater theatre times
    tower town treasury treaty tribune trust twitter uk ukraine ukrainian union united university
    valley video village wall war washington west western white wikipedia winter world yahoo york
    youtube zoo african africa asia asian australia australian english catholic christian muslim
    islamic jewish internet bill medicare obamacare gop cnn bbc fbi cia nypd reuters associated
    instagram iphone apple microsoft amazon congressional security organization organisation chicago
    boston seattle angeles francisco vegas jersey carolina virginia georgia michigan arizona
    colorado moscow kyiv kiev pyongyang beijing seoul brussels berlin jerusalem tehran baghdad
    exclusive planet pluto photo image images getty via copyright story continued
    advertisement""".split()
)
_TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prof|Professor|President|Senator|Sen|Rep|Gov|Governor"
    r"|Mayor|Judge|Justice|Sgt|Lt|Capt|Col|Gen|General|Officer|Detective|Det|Chief|Sheriff|King"
    r"|Queen|Prince|Princess|Pope|Minister|Secretary|Rev|Pastor|Coach|Captain|Sergeant"
    r"|Representative|Congressman|Congresswoman|Councilman|Lieutenant|Superintendent)\.?"
)
_CAPITAL = r"(?:[A-Z]\.(?:[A-Z]\.){0,3}|[A-ZÀ-Þ][^\W\d_]{0,30}(?:['-][^\W\d_]{2,30}){0,2})"
_RUN = re.compile(
    rf"(?<![\w'-])(?P<run>{_CAPITAL}(?:\s(?:(?:de|del|la|van|von|bin|al|el|der|den|da)\s){{0,2}}"
    rf"{_CAPITAL}){{0,5}})(?P<possessor>'s\b)?"
)
_ACRONYM = re.compile(r"[A-Z]{3,}")
_TITLED = re.compile(rf"^{_TITLES}\s")
_TITLE = re.compile(rf"\b{_TITLES}\s(?=[A-Z])")
_ACTS = re.compile(
    r"\s(?:(?:also|then|later|has|had|who|never|once|still|already|recently)\s){0,2}"
    rf"(?:{SAYS}|is|was|were|has|had|will|would|who|[a-z]{{2,20}}ed)\b"
)
_SPOKEN_OF = re.compile(rf"\b{SAYS}\s$")
_AGE = re.compile(r",\s(?:who|whose|\d{1,3}\b|(?:the|a|an|his|her|former)\s)")
_PLACING = re.compile(r"\b(?:in|at|on|near|from|of|across|outside|inside|around)\s$")

_PERSON_NOUN = (
    r"(?:man|woman|boy|girl|child|teen|teenager|baby|toddler|infant|father|mother|son|daughter"
    r"|brother|sister|husband|wife|uncle|aunt|cousin|friend|boyfriend|girlfriend|fianc[ée]e?"
    r"|grandfather|grandmother|mom|dad|widow|student|president|pilot|suspect|victim|patient|guard"
    r"|spokes(?:man|woman|person)|king|queen|prince|princess|pope|priest|bishop|judge|nurse|chef"
    r"|coach|cop|guy|lady|person|someone|somebody|anyone|anybody|everyone|everybody|nobody"
    r"|chief|mayor|sheriff|attorney|celebrity|star|athlete|candidate|resident|agent|defendant"
    r"|client|passenger|hero|thief|\d{1,3}-year-old|year-old|native|analyst|expert|scientist"
    r"|artist|journalist|activist|dentist|guitarist|actress|politician|comedian|musician|deputy"
    r"|veteran|immigrant|assistant|accountant|colonel|general|captain|secretary|attendant|hostess"
    r"|[a-z]{2,12}(?:man|woman|girl|boy))"
)
# What ends like a doer; "number", "letter" and their like do nothing.
_DOER = (
    r"(?!number\b|answer\b|shutter\b|layer\b|folder\b|tracker\b|container\b|whether\b|"
    r"together\b|either\b|letter\b|matter\b|paper\b|newspaper\b|order\b|water\b|weather\b|river\b|border\b"
    r"|power\b|tower\b|center\b|winter\b|summer\b|quarter\b|chapter\b|computer\b|semester\b"
    r"|october\b|september\b|november\b|december\b|former\b|other\b|another\b|later\b|earlier\b"
    r"|under\b|over\b|after\b|never\b|ever\b|larger\b|higher\b|lower\b|smaller\b|longer\b|dinner\b"
    r"|corner\b|tanker\b|error\b|floor\b|color\b|door\b|minor\b|major\b|prior\b|tumor\b|monitor\b"
    r"|trailer\b|thriller\b|murder\b|disaster\b|gender\b|offer\b|cancer\b|fever\b)"
    r"[a-z]{2,14}(?:er|or|ist)"
)
_PERSON = re.compile(
    rf"\b(?:(?:an?|the|one|another|every|each|my|our|your|this|that|'s)\s(?:[\w'-]{{1,20}},?\s)"
    rf"{{0,4}}?(?:{_PERSON_NOUN}|{_DOER}))\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"\b(?:some|any|every)(?:one|body)\b|\bnobody\b|\bwhoever\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"(?!(?:this|is|was|has|as|its|his|across|plus|thus|news|politics|u\.s|does|says|besides"
    r"|perhaps|always|sometimes|towards|unless|class|press|business|process|address|access"
    r"|congress|series|crisis|previous|various)\b)"
    r"(?:\b[^\W\d_]{2,20}[^\Ws'i]s\b(?!')|\b(?:police|people|men|women|children|media|staff)\b"
    r"|\band\b|\w(?:ies|es)\b)",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:an?|the|this|that|each|every|another|no|any|its|their|his|her|my|our|'s)\s[a-z]",
    re.IGNORECASE,
)


def may_mean_person(text: str) -> bool:
    """Say whether anything in a text may be what "he" or "she" means."""
    if _PERSON.search(text) or _ANYBODY.search(text):
        return True
    return any(not _PLACING.search(text[max(0, start - 9) : start]) for start, _ in _names(text))


def person_named(text: str, *, surely: bool) -> tuple[int, int] | None:
    """Return the span of the first name of a person in a text, None where there is none.

    Surely: only where what stands beside the name shows that it is one.
    """
    for start, end in _names(text):
        after = text[end : end + 60]
        if _PLACING.search(text[max(0, start - 9) : start]):
            continue
        titled = _TITLED.match(text[start:end]) is not None
        several = len(text[start:end].split()) > 1
        acts = bool(
            _ACTS.match(after)
            or _AGE.match(after)
            or _SPOKEN_OF.search(text[max(0, start - 16) : start])
        )
        if titled or acts or (several and not surely):
            return start, end
    return None


def person_described(text: str) -> tuple[int, int] | None:
    """Return the span of the first noun for a person: "a nurse", "the suspect"."""
    match = _PERSON.search(text)
    return match.span() if match else None


def names_several(text: str) -> bool:
    """Say whether anything in a text may be what "they" means."""
    return _SEVERAL.search(text) is not None


def names_thing(text: str) -> bool:
    """Say whether anything in a text may be what "it" means."""
    return _THING.search(text) is not None or any(True for _ in _runs(text))


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of names that may be of a person."""
    for start, end in _runs(text):
        titled = [match.start() for match in _TITLE.finditer(text, start, end)]
        if titled:
            # "South Korean Defence Minister Shin Won-sik" is a name from its title on.
            yield titled[-1], end
            continue
        words = re.split(r"[\s.]+", text[start:end].rstrip("."))
        if any(word.casefold() in _NO_PERSON or _ACRONYM.fullmatch(word) for word in words):
            continue
        if len(words) == 1 and (text[start:end].isupper() or words[0].casefold() in _NO_NAME):
            continue
        yield start, end


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of capitalised words, without what is capitalised for another reason."""
    for match in _RUN.finditer(text):
        start, end = match.span("run")
        while start < end:
            word = re.match(r"[^\s]+\s?", text[start:end])
            if word is None or word.group().strip(" .").casefold() not in _NO_NAME:
                break
            start += word.end()
        if start < end:
            yield start, end
