"""A brief as one HTML page that needs nothing else: no script, no font, no other picture."""

from collections.abc import Callable, Iterable
from functools import cache

from jinja2 import Template
from markupsafe import Markup, escape

from adapters import arranging, wording
from adapters.pages.coverage import matrix
from adapters.pages.links import host, web_address
from adapters.pages.templating import Style, environment, style_of
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


def nowhere(_: Citation) -> str | None:
    """Say of a citation that there is no page on which it can be read in its article."""
    return None


def html(
    brief: Brief,
    linked: Callable[[Citation], str | None] = nowhere,
    notices: Iterable[str] = (),
) -> str:
    """Return a brief as a page to read and to print.

    Args:
        brief: What is shown.
        linked: Gives the address at which a citation can be read in its article.
        notices: What became of the brief's articles since, a sentence each.
    """
    return _template().render(
        brief=brief,
        linked=linked,
        remarks=(*notices, *brief.notes),
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
def brief_style() -> Style:
    """Return the style of a brief's page."""
    return style_of(("adapters.pages", "brief.css"))


@cache
def _template() -> Template:
    made = environment("adapters.pages", brief_style())
    made.globals.update(
        arranging=arranging,
        agree=Relation.AGREE,
        differ=Relation.DIFFER,
        figures_dated=_dated,
    )
    made.filters.update(
        counted=wording.counted,
        marked=_marked,
        address=web_address,
        host=host,
        by_outlet=arranging.givers,
    )
    return made.get_template("brief.html")


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
