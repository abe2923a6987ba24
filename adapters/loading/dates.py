"""Publication dates as precise as their source: a date, a local time, or a time with its offset."""

import re
from datetime import date, datetime

from briefs.model import Published

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def published(stated: str) -> Published | None:
    """Return a date written in ISO 8601, None where it is not that."""
    stated = stated.strip()
    try:
        if _DATE.fullmatch(stated):
            return date.fromisoformat(stated)
        if _TIME.match(stated):
            return datetime.fromisoformat(stated)
    except ValueError:
        return None
    return None
