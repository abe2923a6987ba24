"""Time zones by their names, read from the zone files of the machine or of the tzdata package."""

import difflib
import functools
from importlib.resources import files
from zoneinfo import ZoneInfo

from briefs.errors import UsageError

EXAMPLE = "Europe/Berlin"


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone of the IANA database.

    Raises:
        UsageError: There is none of that name.
    """
    wanted = name.strip()
    # What else lies beside the zone files (other spellings, leap seconds, folders) is no zone.
    if wanted in _names():
        return ZoneInfo(wanted)
    near = _nearest(wanted)
    raise UsageError(
        f"There is no time zone “{wanted}”; "
        + (f"did you mean {near}?" if near else f"write one as {EXAMPLE} or UTC.")
    )


@functools.cache
def _names() -> frozenset[str]:
    listed = files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listed.split())


def _nearest(wanted: str) -> str | None:
    """Return the zone that somebody meant by another case, by its city alone, or by a slip."""
    low = wanted.casefold().replace(" ", "_")
    if not low:
        return None
    by_low = {name.casefold(): name for name in sorted(_names())}
    cities = {low.rpartition("/")[2]: name for low, name in by_low.items() if "/" in low}
    known = cities | by_low
    if low in known:
        return known[low]
    # A slip in a long list of names is worth a guess only where it is small.
    close = difflib.get_close_matches(low, known, n=1, cutoff=0.8)
    return known[close[0]] if close else None


def zones_like(typed: str, most: int = 100) -> list[str]:
    """Return the names that hold what was typed, those that begin with it first.

    Args:
        typed: Without regard to case; a space counts as the "_" of the names.
        most: How many at the most.
    """
    low = typed.strip().casefold().replace(" ", "_")
    found = sorted(
        (name for name in _names() if low in name.casefold()),
        key=lambda name: (
            not name.casefold().startswith(low),
            not name.rpartition("/")[2].casefold().startswith(low),
            name,
        ),
    )
    return found[:most]
