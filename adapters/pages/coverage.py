"""Which outlets carry which facts, and whom each has it from: what the picture shows, and where.

Only sizes and places are worked out here; the template draws.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sin
from string import ascii_uppercase

from rich.cells import cell_len

from adapters import arranging, wording
from briefs.brief import Brief
from briefs.model import Citation, Statement
from briefs.origin_names import same_origin

MOST_COLUMNS = 20
HUES = 8

_ROW, _COLUMN, _LEFT = 28.0, 30.0, 36.0
_LETTER = 6.3
"""The width of a letter of the labels, in pixels, about."""
_PAGE = 830
"""The width that a page has for a picture on a large screen."""
_LEAST_LABEL, _NAME_CELLS = 40, 24
_CHIP, _MOST_CHIPS = 23.0, 3
_SLANT = 52
_ENOUGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An origin, as the picture marks it."""

    letter: str
    hue: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One outlet that carries one fact."""

    x: float
    y: float
    outlet: str
    number: int
    """Of its first citation."""
    key: Key | None
    """Whom its sentence names as the origin; None: nobody."""
    itself: bool
    """The outlet is the origin."""
    reprint: bool
    """It prints the same text as another outlet, and does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact."""

    y: float
    number: int
    label: str
    cells: tuple[Cell, ...]
    chips: tuple[tuple[float, Key], ...]
    """The origins of the fact, each with its place: traced through the whole articles."""
    more: int
    """Origins for which there was no room."""
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Facts by outlets."""

    width: float
    height: float
    head: float
    left: float
    chips: float
    labels: float
    row: float
    slant: int
    columns: tuple[tuple[float, str], ...]
    left_out: int
    """Outlets for which there was no room."""
    rows: tuple[Row, ...]
    keys: tuple[Key, ...]

    @property
    def marks(self) -> tuple[bool, bool, bool]:
        """Return whether there is a cell without an origin, one that is it, and a reprint."""
        cells = [cell for row in self.rows for cell in row.cells]
        return (
            any(cell.key is None and not cell.reprint for cell in cells),
            any(cell.itself for cell in cells),
            any(cell.reprint for cell in cells),
        )


def matrix(brief: Brief) -> Matrix | None:
    """Return which outlets carry which facts; None where there is nothing to compare."""
    numbered = [each for story in arranging.stories(brief) for each in story.points]
    carried = Counter(
        outlet for each in numbered for outlet in dict(_carriers(each.point.statement))
    )
    if len(carried) < _ENOUGH:
        return None
    # Those with most facts first; a tie keeps the order in which they come up.
    outlets = [outlet for outlet, _ in carried.most_common(MOST_COLUMNS)]
    places = {outlet: _LEFT + _COLUMN * (n + 0.5) for n, outlet in enumerate(outlets)}
    names = [short(outlet, _NAME_CELLS) for outlet in outlets]
    longest = max(cell_len(name) for name in names) * _LETTER
    head = longest * sin(radians(_SLANT)) + 18
    keys = _Keys(brief)
    drawn = [_row(each, head + _ROW * (n + 0.5), places, keys) for n, each in enumerate(numbered)]
    chips = _LEFT + _COLUMN * len(outlets) + 16
    labels = chips + _CHIP * max(len(row.chips) + bool(row.more) for row in drawn) + 10
    room = max(_LEAST_LABEL, int((_PAGE - labels) / _LETTER))
    rows = tuple(
        replace(
            row,
            label=short(row.statement.text, room),
            chips=tuple((chips + x, key) for x, key in row.chips),
        )
        for row in drawn
    )
    widest = max(cell_len(row.label) for row in rows) * _LETTER
    slanted = max(places[outlet] + longest * cos(radians(_SLANT)) for outlet in outlets)
    return Matrix(
        width=round(max(labels + widest, slanted) + 14, 1),
        height=round(head + _ROW * len(rows) + 4, 1),
        head=round(head, 1),
        left=_LEFT,
        chips=chips,
        labels=labels,
        row=_ROW,
        slant=_SLANT,
        columns=tuple(zip(places.values(), names, strict=True)),
        left_out=len(carried) - len(outlets),
        rows=rows,
        keys=tuple(keys.given),
    )


class _Keys:
    """The letters of origins, given in the order in which the picture comes to them."""

    def __init__(self, brief: Brief) -> None:
        self._names = [trace.name for trace in brief.origins]
        self._traced: dict[int, list[str]] = {}
        for trace in brief.origins:
            for citation in trace.citations:
                self._traced.setdefault(citation.number, []).append(trace.name)
        self.given: list[Key] = []

    def of(self, name: str) -> Key:
        """Return the key of an origin, however much of its name is said."""
        for key in self.given:
            if same_origin(key.name, name):
                return key
        place = len(self.given)
        whole = next((each for each in self._names if same_origin(each, name)), name)
        self.given.append(Key(letter=_letters(place), hue=place % HUES, name=whole))
        return self.given[-1]

    def named(self, citations: Sequence[Citation], origins: Sequence[str]) -> Key | None:
        """Return whom sentences name as their origin: rather one that the fact is traced to."""
        names = [name for each in citations for name in self._traced.get(each.number, ())]
        ends = [name for name in names if any(same_origin(name, end) for end in origins)]
        return self.of([*ends, *names][0]) if names else None


def _row(each: arranging.NumberedPoint, y: float, places: Mapping[str, float], keys: _Keys) -> Row:
    """Return a row whose chips are placed from their column on, and that has no label yet."""
    statement = each.point.statement
    origins = list(dict.fromkeys(keys.of(name) for name in statement.origins))
    return Row(
        y=round(y, 1),
        number=each.number,
        label="",
        cells=tuple(
            Cell(
                x=places[outlet],
                y=round(y, 1),
                outlet=outlet,
                number=citations[0].number,
                key=(key := keys.named(citations, statement.origins)),
                itself=key is not None and same_origin(outlet, key.name),
                reprint=outlet not in statement.outlets,
            )
            for outlet, citations in _carriers(statement)
            if outlet in places
        ),
        chips=tuple((_CHIP * n, key) for n, key in enumerate(origins[:_MOST_CHIPS])),
        more=max(0, len(origins) - _MOST_CHIPS),
        statement=statement,
    )


def _carriers(statement: Statement) -> tuple[tuple[str, tuple[Citation, ...]], ...]:
    return arranging.givers(statement.citations)


def _letters(place: int) -> str:
    letters = ""
    while place >= 0:
        place, rest = divmod(place, len(ascii_uppercase))
        letters = ascii_uppercase[rest] + letters
        place -= 1
    return letters


def short(text: str, cells: int) -> str:
    """Return as much of a text as fits, cut between words, with an ellipsis where it is cut."""
    line = wording.plain(text)
    if cell_len(line) <= cells:
        return line
    kept = line[:cells]
    while cell_len(kept) > cells - 1:
        kept = kept[:-1]
    head, space, _ = kept.rpartition(" ")
    # A script without spaces, or a very long word, is cut where the room ends.
    return f"{(head if space and cell_len(head) > cells // 2 else kept).rstrip(' ,;:')}…"
