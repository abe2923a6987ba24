"""The words that every rendering shares, so that no two of them say it differently."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from briefs.brief import Brief, ChangeKind, Period, Trace
from briefs.briefing import Edition
from briefs.calendar_days import Dated, Precision
from briefs.model import Document, Published, Receipt, Relation, Statement, Value
from briefs.timetabling import Verb

RELATIONS = {
    Relation.DIFFER: "Outlets differ",
    Relation.SERIES: "At different times",
    Relation.AGREE: "Several outlets give the same",
}
"""In the order in which they matter to a reader."""

CHANGES = {
    ChangeKind.WITHDRAWN: "Withdrawn",
    ChangeKind.UPDATED: "Updated",
    ChangeKind.NEW: "New",
    ChangeKind.CORROBORATED: "Newly corroborated",
    ChangeKind.FIGURE: "Figures that changed",
}
"""In the order in which they matter to a reader: first what the last brief should not have said."""

CHANGED = {Verb.PAUSE: "rests", Verb.RESUME: "goes on", Verb.REMOVE: "is removed"}
"""What has become of a schedule."""

VERBATIM = "Every sentence here is quoted word for word from the article that is cited."

NOTHING = "There is nothing in this brief."
UNTITLED = "Untitled"
CUT = "(A passage was left out here, because its article was removed.)"
NOT_KEPT = "This brief is not kept."
NOTHING_LOADED = "No article is loaded to compose a brief from."
NO_BRIEFS = "There is no brief yet. Compose one: /brief now"
NOTHING_SCHEDULED = "Nothing is scheduled here."

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)

_MOST_KINDS = 5
_JOINERS = "\u200c\u200d"
_UNSEEN = {"Cc", "Cf", "Cs", "Co"}


def plain(text: str) -> str:
    """Return a source's text on one line, without what steers a program or turns its direction.

    The two joiners stay: Persian, the scripts of India and composed emoji are spelt with them.
    """
    line = " ".join(text.split())
    if line.isprintable():
        # Nearly always, and far quicker than looking at each character.
        return line
    kept = "".join(
        character
        if character in _JOINERS or unicodedata.category(character) not in _UNSEEN
        # A line end is a space between words; the other control characters are nothing.
        else " " * character.isspace()
        for character in text
        if not _is_no_character(character)
    )
    return " ".join(kept.split())


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: "1 outlet", "2 outlets"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def support(statement: Statement) -> str:
    """Return how widely a sentence is reported: "3 outlets · 1 origin: Open Source Centre"."""
    outlets = counted(len(statement.outlets), "outlet")
    origins = statement.origins
    if not origins:
        return f"{outlets} · origin not stated"
    return f"{outlets} · {counted(len(origins), 'origin')}: {', '.join(origins)}"


def traced(trace: Trace) -> str:
    """Return how many outlets stand on one origin."""
    outlets = counted(len(trace.outlets), "outlet")
    return f"{outlets}, 1 origin" if len(trace.outlets) > 1 else outlets


def chain(names: Sequence[str]) -> str:
    """Return through whom a fact came: "Espreso → BBC → Open Source Centre"."""
    return " → ".join(names)


def day(on: date) -> str:
    """Return a day as it is written in English: "7 March 2024"."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def dated(date_: Dated) -> str:
    """Return a date as precise as it is: "7 March 2024", "March 2024", "2024"."""
    on = date_.on
    if date_.precision is Precision.DAY:
        return day(on)
    return (
        str(on.year) if date_.precision is Precision.YEAR else f"{MONTHS[on.month - 1]} {on.year}"
    )


def iso(date_: Dated) -> str:
    """Return a date as a machine reads it, as precise as it is: "2024-03-07", "2024-03", "2024"."""
    length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}
    return date_.on.isoformat()[: length[date_.precision]]


def moment(at: datetime) -> str:
    """Return a time with its zone: "22 November 2024, 08:00 UTC"."""
    name = at.tzname() or ""
    return f"{day(at)}, {at:%H:%M} {name}".rstrip()


def offset(at: datetime) -> str:
    """Return how far the clocks of a time differ: "UTC+01:00"."""
    written = f"{at:%z}"
    return f"UTC{written[:3]}:{written[3:5]}"


def published(on: Published | None, unknown: str = "date unknown") -> str:
    """Return a source's date as precise as it is."""
    if on is None:
        return unknown
    return moment(on) if isinstance(on, datetime) else day(on)


def period(span: Period) -> str:
    """Return which articles a brief is about, by when they were loaded."""
    if span.since is None:
        return f"Articles loaded until {moment(span.until)}"
    return f"Articles loaded from {moment(span.since)} to {moment(span.until)}"


def composed(edition: Edition) -> str:
    """Return for which channel a brief was composed, and when."""
    for_whom = "" if edition.channel is None else f" for {plain(edition.channel)}"
    return f"Composed{for_whom} on {moment(edition.composed_at)}."


def dropped(receipt: Receipt) -> str:
    """Return how many lines were dropped, and why, the commonest reason first; maybe nothing."""
    if not receipt.dropped:
        return ""
    reasons = Counter(str(each.reason) for each in receipt.dropped)
    why = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f", {counted(len(receipt.dropped), 'line')} dropped: {why}"


def left_out(endings: Mapping[str, int]) -> str:
    """Return how many files were left out, the commonest kind first; empty where none was."""
    number = sum(endings.values())
    if not number:
        return ""
    common = sorted(endings.items(), key=lambda each: (-each[1], each[0]))
    kinds = [f"{plain(ending) or 'no ending'} {count:,}" for ending, count in common[:_MOST_KINDS]]
    more = ", …" if len(common) > _MOST_KINDS else ""
    return (
        f"Left out: {counted(number, 'file')} of kinds that cannot be loaded "
        f"({', '.join(kinds)}{more})"
    )


def topic(brief: Brief) -> str | None:
    """Return what a brief is restricted to; None where that is nothing, or its title says it."""
    said = brief.topic is not None and plain(brief.topic) in plain(brief.title)
    return None if said else brief.topic


def looked_at(brief: Brief) -> str:
    """Return how much a brief was made of."""
    outlets = {each.publisher for each in brief.documents}
    return f"{counted(len(brief.documents), 'article')} of {counted(len(outlets), 'outlet')}"


def as_of(value: Value) -> str:
    """Return the day that a value is stated for, empty where the sentence says none."""
    return "" if value.as_of is None else f"as of {day(value.as_of)}"


def place(document: Document, start: int, end: int) -> str:
    """Return where exactly in a document something stands."""
    return f"revision {document.revision}, characters {start:,}–{end:,}"


def _is_no_character(character: str) -> bool:
    """Say whether Unicode keeps a code point free for ever: no page may hold it."""
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - Unicode's own
