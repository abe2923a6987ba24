"""Articles that nobody wrote: as many as are needed, and the same ones for the same seed.

Their words are common English between names that are made up, which a few articles share and most
do not, as in a newspaper. Every sentence is one for `briefs.splitting`, and none looks like a menu.
"""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random

_BEGINNINGS = (
    "Al Bren Cor Dal Es Far Gar Hel Is Jar Kel Lor Mar Nor Ost Pel Quar Ros Sel Tor".split()
)
_MIDDLES = "a an ar e el en i il in o ol or u ul un".split()
_ENDS = (
    "burg dale den field ford ham holm mar mouth nes port ra ria sted stow vik ville wick".split()
)
_PEOPLE = (
    "Anders Boyle Castro Duarte Ekman Fischer Grant Hoxha Ito Jansen Kaya Lindt Moreau".split()
)
_OUTLETS = "Courier Gazette Herald Journal Ledger Mirror Monitor Observer Post Record".split()
_WHO = (
    "minister engineer captain regulator farmer spokesperson researcher judge union economist "
    "director mayor inspector surgeon teacher"
).split()
_WHAT = (
    "bridge harbour budget pipeline hospital railway election treaty reservoir factory airport "
    "contract strike inquiry satellite tanker vaccine orchard tunnel archive"
).split()
_HOW = (
    "new disputed delayed costly northern public private regional damaged promised abandoned "
    "joint secret temporary rebuilt"
).split()
_SAID = "announced denied confirmed repeated warned admitted suggested insisted".split()
_DID = "closed opened inspected sold rebuilt measured visited funded surveyed replaced".split()
_UNITS = "tonnes people houses kilometres dollars ships patients seats barrels trees".split()
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_NAMES = [
    f"{first}{middle}{last}" for first in _BEGINNINGS for middle in _MIDDLES for last in _ENDS
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """An article as it is offered to the program."""

    title: str
    outlet: str
    published: str
    paragraphs: tuple[str, ...]

    @property
    def words(self) -> str:
        """The text in one line: loaders differ in the lines that they make of paragraphs."""
        return " ".join(self.paragraphs)

    def written(self, file: Path) -> Path:
        """Write it in the format that the file's ending names, and return the file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        text = {"md": self._front_matter, "txt": self._front_matter, "html": self._page}[
            file.suffix[1:]
        ]()
        file.write_text(text, encoding="utf-8")
        return file

    def _front_matter(self) -> str:
        facts = {"title": self.title, "outlet": self.outlet, "published": self.published}
        lines = [f"{name}: {json.dumps(value)}" for name, value in facts.items()]
        return "\n".join(["---", *lines, "---", "", "\n\n".join(self.paragraphs), ""])

    def _page(self) -> str:
        meta = {
            "og:title": self.title,
            "og:site_name": self.outlet,
            "article:published_time": self.published,
        }
        head = "".join(f'<meta property="{k}" content="{escape(v)}">' for k, v in meta.items())
        body = "".join(f"<p>{escape(each)}</p>" for each in self.paragraphs)
        menu = "".join(f"<li><a href='/{what}'>{what.title()}</a></li>" for what in _WHAT)
        return (
            f"<!doctype html><html><head>{head}</head><body><nav><ul>{menu}</ul></nav>"
            f"<main><article><h1>{escape(self.title)}</h1>{body}</article></main></body></html>"
        )


def invented(seed: int, number: int, *, sentences: int = 30, edition: int = 0) -> Invented:
    """Return an article; another edition has the same facts and another text."""
    known = Random(f"{seed}/{number}")  # noqa: S311 - to be repeated, not to be secret
    title = f"The {known.choice(_HOW)} {known.choice(_WHAT)} of {_name(known)} and {_name(known)}"
    outlet = f"{_name(known)} {known.choice(_OUTLETS)}"
    published = f"20{known.randint(10, 26)}-{known.randint(1, 12):02}-{known.randint(1, 28):02}"
    told = Random(f"{seed}/{number}/{edition}")  # noqa: S311
    said = [_sentence(told) for _ in range(sentences)]
    paragraphs = []
    while said:
        length = told.randint(2, 5)
        paragraphs.append(" ".join(said[:length]))
        del said[:length]
    return Invented(title=title, outlet=outlet, published=published, paragraphs=tuple(paragraphs))


def _sentence(random: Random) -> str:
    """Return a sentence; no five words in a row are its pattern's own, as in a stock phrase."""
    who, what, how = random.choice(_WHO), random.choice(_WHAT), random.choice(_HOW)
    count, unit = f"{random.randint(2, 9_999):,}", random.choice(_UNITS)
    day = f"{random.randint(1, 28)} {random.choice(_MONTHS)}"
    place, other, third = _name(random), _name(random), _name(random)
    person = f"{random.choice(_BEGINNINGS)} {random.choice(_PEOPLE)}"
    did, said = random.choice(_DID), random.choice(_SAID)
    match random.randrange(6):
        case 0:
            return (
                f"The {who} of {place} {said} on {day} that {other} had paid {count} {unit} "
                f"for the {third} {what}."
            )
        case 1:
            return f"{person} {did} {place} and counted {count} {unit} on {day}."
        case 2:
            return (
                f"After {count} {unit} were lost, {person} {did} the {how} {place} {what}, "
                f"the {other} {random.choice(_OUTLETS)} reports."
            )
        case 3:
            return (
                f"“{place} has never seen {count} {unit} for the {third} {what},” said {person}, "
                f"{who} from {other}."
            )
        case 4:
            return (
                f"Since {day} {place} has sent {other} {count} {unit} by {how} {third} {what}, "
                f"{person} {said}."
            )
        case _:
            return (
                f"In {place}, {count} {unit} still wait for {other}, and {who} {person} {said} "
                f"that the {how} {third} {what} opens on {day}."
            )


def _name(random: Random) -> str:
    """Return the name of a place: a few are in every other article, most in hardly any."""
    return _NAMES[int(len(_NAMES) * random.random() ** 2)]
