"""A brief as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

The template engine escapes whatever is put in, and all of it is made plain before that; a page
would not even be allowed to load something, by its own policy.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from adapters import arranging, wording
from adapters.pages.coverage import matrix
from adapters.pages.links import host, web_address
from adapters.pages.timeline import plot
from briefs.brief import Brief
from briefs.model import Citation, Figure, Relation, Value

_MOST_UNCITED = 20


class Footnotes:
    """Where on a page each citation is referred to, so that its note can lead back there."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}

    def refer(self, citation: Citation) -> str:
        """Return the name of one more place that refers to a citation."""
        place = self._places[citation.number] = self._places.get(citation.number, 0) + 1
        return f"ref-{citation.number}-{place}"

    def places(self, citation: Citation) -> tuple[str, ...]:
        """Return the names of all places that refer to a citation."""
        return tuple(
            f"ref-{citation.number}-{place + 1}"
            for place in range(self._places.get(citation.number, 0))
        )


def html(brief: Brief) -> str:
    """Return a brief as a page to read and to print."""
    return _template().render(
        brief=brief,
        notes=Footnotes(),
        stories=arranging.stories(brief),
        changes=arranging.changes(brief),
        figures=arranging.figures(brief),
        shared=[each for each in brief.origins if not arranging.is_alone(each)],
        alone=[each for each in brief.origins if arranging.is_alone(each)],
        exclusive=arranging.exclusive(brief),
        cited=arranging.cited(brief),
        uncited=arranging.uncited(brief),
        most_uncited=_MOST_UNCITED,
        empty=arranging.is_empty(brief),
        matrix=matrix(brief),
        plot=plot(brief.timeline),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("adapters.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        wording=wording,
        arranging=arranging,
        style=Markup((files("adapters.pages") / "brief.css").read_text("utf-8")),  # noqa: S704 - ours
        agree=Relation.AGREE,
        differ=Relation.DIFFER,
        figures_dated=_dated,
    )
    environment.filters.update(
        counted=wording.counted,
        marked=_marked,
        address=web_address,
        host=host,
        by_outlet=arranging.givers,
    )
    return environment.get_template("brief.html")


def _plain(shown: object) -> object:
    """Return what is put in without anything that steers; what is markup is ours already."""
    return wording.plain(shown) if type(shown) is str else shown


def _dated(figures: Iterable[Figure]) -> bool:
    """Say whether there is a day in any of some figures."""
    return any(value.as_of is not None for figure in figures for value in figure.values)


def _marked(value: Value) -> Markup:
    """Return the sentence that gives a value, with the value marked in it."""
    quote, text = wording.plain(value.citations[0].quote), wording.plain(value.text)
    before, found, after = quote.partition(text) if text else (quote, "", "")
    if not found:
        return escape(quote)
    return escape(before) + Markup("<mark>") + escape(found) + Markup("</mark>") + escape(after)
