"""Briefs that nobody composed: what the tests of their renderings are made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from briefs.brief import (
    Brief,
    Change,
    ChangeKind,
    Event,
    Period,
    Point,
    Quotation,
    Source,
    Trace,
)
from briefs.calendar_days import Dated, Precision
from briefs.model import Bound, Citation, Context, Document, Figure, Relation, Statement, Value
from tests.building import document

UNTIL = datetime(2024, 11, 22, 18, 30, tzinfo=UTC)
SINCE = datetime(2024, 11, 20, 6, 0, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></svg></title><img src=https://evil.example/a.png onerror=alert(1)>",
    '"><a href="javascript:alert(1)">click</a>',
    "'-->]]><!-- &lt; &#60; &amp;copy;",
    "{{ 7*7 }} {% include 'x' %} {# gone #}",
    "# A heading",
    "Setext\n======",
    "- - item\n1. one\n+ plus",
    "> quoted\n```\nfenced\n```",
    "    indented code",
    "---",
    "![image](https://evil.example/a.png)",
    "[link](https://evil.example) [ref] [1]: https://evil.example",
    "[1]: https://evil.example 'title'",
    "<https://evil.example> https://evil.example www.evil.example evil.example a@evil.example",
    "@everyone @channel <@123> <!here> #1 !1 GH-1 ftp://evil.example //localhost",
    "**bold** __bold__ *it* _it_ `code` ~~gone~~ $x$ a|b ``` ~~~",
    "\\ \\* \\\\[x](y) \\",
    "\x1b[31mred\x1b[0m \x9b31m \x07 \x00 \x0c",
    "\u202egnp.exe\u2066\u2069\u200f\u200b\u2060\ufeff",
    "\ud800 \ue000 \ufffe \ufdd0 \U0001ffff",
    "two\nlines\r\nthree\u2028four\u0085five",
    "[bold red]loud[/] [link=https://evil.example]x[/link] [/]",
    "شحنات النفط إلى كوريا الشمالية",
    "משלוחי נפט (43) לצפון קוריאה",
    "他说“油轮已经离开。” 북한 유조선 日本語",
    "می‌خواهم 👩‍👩‍👧 क्‍ष",
    "javascript:alert(1)",
    "https://user:pw@evil.example/",
    "",
    " ",
)
"""What a source may hold and no rendering may obey."""

FACTS = (
    "North Korea has received over 1 million barrels of Russian oil since March 2024.",
    "Tankers made 43 trips to the port in eight months.",
    "The first trip was documented on March 7, 2024.",
    "Sanctions cap the imports of oil at 500,000 barrels a year.",
    "The oil is seen as payment for troops and weapons.",
    "The two countries signed a defence pact in June.",
)


def cite(source: Document, number: int = 1, quote: str | None = None) -> Citation:
    """Return a citation of a quote, or of the whole text."""
    start = source.text.index(quote) if quote else 0
    end = start + len(quote) if quote else len(source.text)
    return Citation(number=number, document=source, start=start, end=end)


def brief(**parts: Any) -> Brief:
    """Return a brief; what is not stated of it is empty."""
    stated: dict[str, Any] = {
        "id": "b-01",
        "title": "Oil for weapons",
        "period": Period(since=None, until=UNTIL),
        **parts,
    }
    return Brief(**stated)


def articles(outlets: int = 3, facts: Sequence[str] = FACTS, **stated: Any) -> list[Document]:
    """Return an article an outlet, each with all facts; the last one has no date and no outlet."""
    made = [
        document(
            f"{' '.join(facts)} Reported by outlet {number}.",
            **{
                "title": f"What outlet {number} tells",
                "outlet": f"Outlet {number}",
                "published": date(2024, 11, number % 28 + 1),
                **stated,
            },
        )
        for number in range(1, outlets + 1)
    ]
    return [*made[:-1], replace(made[-1], outlet=None, published=None)]


def full(outlets: int = 3, facts: Sequence[str] = FACTS) -> Brief:
    """Return a brief that has something in all of its parts."""
    documents = articles(outlets, facts)
    numbers = iter(range(1, 100_000))
    points = tuple(
        Point(
            story="Oil" if number % 3 else "Troops",
            statement=Statement(
                # Every outlet carries the first fact, and ever fewer the others.
                citations=tuple(
                    cite(each, next(numbers), fact)
                    for each in documents[: max(1, outlets - number)]
                ),
                origins=(("Open Source Centre", "Kyiv")[: number % 3]),
                context=Context(document=documents[0], start=0, end=len(facts[0]))
                if number == 1
                else None,
            ),
        )
        for number, fact in enumerate(facts)
    )
    citations = [each for point in points for each in point.statement.citations]
    own = cite(documents[-1], next(numbers), f"Reported by outlet {outlets}.")
    return brief(
        topic="oil",
        period=Period(since=SINCE, until=UNTIL),
        documents=tuple(documents),
        points=points,
        changes=tuple(
            Change(
                kind=kind,
                text=facts[0] if number < 3 else documents[0].title,
                citations=tuple(citations[:2]) if number < 3 else (),
                documents=() if number < 3 else (documents[0],),
            )
            for number, kind in enumerate(ChangeKind)
        ),
        figures=tuple(_figure(relation, citations) for relation in Relation),
        timeline=tuple(
            Event(date=each, text=citations[0].quote, citations=(citations[0],))
            for each in (
                Dated(on=date(2017, 1, 1), precision=Precision.YEAR),
                Dated(on=date(2024, 3, 1), precision=Precision.MONTH),
                Dated(on=date(2024, 3, 7), precision=Precision.DAY),
                Dated(on=date(2024, 11, 5), precision=Precision.DAY),
            )
        ),
        origins=(
            Trace(
                name="Open Source Centre",
                citations=tuple(citations[:outlets]),
                chains=(("Outlet 1", "BBC", "Open Source Centre"), ("Outlet 2", "BBC")),
            ),
            Trace(name="Outlet 1", citations=(citations[0],)),
        ),
        quotations=(Quotation(speaker="Joe Byrne", citations=tuple(citations[:2])),),
        sources=tuple(
            Source(document=each, only_here=(own,) if each is documents[-1] else ())
            for each in documents
        ),
        notes=("This is the first brief of this channel.",),
        elapsed_ms=80.1,
    )


def _figure(relation: Relation, citations: Sequence[Citation]) -> Figure:
    values = tuple(
        Value(
            text=citation.quote.split()[0],
            number=float(number),
            unit="trips",
            bound=Bound.ABOUT if number else None,
            as_of=date(2024, 2 + number, 1) if relation is Relation.SERIES else None,
            citations=(citation,),
        )
        for number, citation in enumerate(citations[: 1 if relation is Relation.AGREE else 2])
    )
    return Figure(subject=f"trips that {relation.value}", relation=relation, values=values)


def hostile_texts() -> st.SearchStrategy[str]:
    """Return a strategy for texts that try to be more than text."""
    pieces = [*HOSTILE, "<", ">", "&", '"', "'", "[", "]", "(", ")", "!", "#", "@", "\n", "|", "*"]
    return st.text(max_size=40) | st.lists(st.sampled_from(pieces), max_size=5).map("".join)


@st.composite
def briefs_of(draw: st.DrawFn, texts: st.SearchStrategy[str] | None = None, most: int = 4) -> Brief:
    """Return a strategy for briefs with anything in every field that a source or a person fills.

    Args:
        draw: What hypothesis draws with.
        texts: What stands in the fields.
        most: How many there are of anything at most.
    """
    said = hostile_texts() if texts is None else texts
    documents = draw(st.lists(_documents(said), max_size=most, unique_by=lambda each: each.id))
    if not documents:
        return brief(id="empty", title=draw(said), notes=tuple(draw(st.lists(said, max_size=2))))
    cited: list[Citation] = []

    def citations() -> tuple[Citation, ...]:
        return tuple(_cited(draw, documents, cited) for _ in range(draw(st.integers(1, most))))

    def several(make: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(make() for _ in range(draw(st.integers(0, most))))

    def names() -> tuple[str, ...]:
        return tuple(draw(st.lists(said, max_size=most)))

    def figure() -> Figure:
        return Figure(
            subject=draw(said),
            relation=draw(st.sampled_from(Relation)),
            values=several(value),
        )

    def value() -> Value:
        given = citations()
        quote = given[0].quote
        return Value(
            text=quote[: draw(st.integers(0, len(quote)))],
            number=None,
            unit=None,
            bound=draw(st.none() | st.sampled_from(Bound)),
            as_of=draw(st.none() | st.dates()),
            citations=given,
        )

    def event() -> Event:
        given = citations()
        precision = draw(st.sampled_from(Precision))
        return Event(
            date=Dated(on=draw(st.dates()), precision=precision),
            text=given[0].quote,
            citations=given,
        )

    return brief(
        id=draw(said),
        title=draw(said),
        topic=draw(st.none() | said),
        period=Period(since=draw(st.none() | st.just(SINCE)), until=UNTIL),
        documents=tuple(documents),
        points=several(
            lambda: Point(
                story=draw(said),
                statement=Statement(
                    citations=citations(),
                    origins=names(),
                    context=draw(st.none() | st.just(_context(documents[0]))),
                ),
            )
        ),
        changes=several(
            lambda: Change(
                kind=draw(st.sampled_from(ChangeKind)),
                text=draw(said),
                citations=citations() if draw(st.booleans()) else (),
                documents=tuple(documents[:1]) if draw(st.booleans()) else (),
            )
        ),
        figures=several(figure),
        timeline=several(event),
        origins=several(
            lambda: Trace(name=draw(said), citations=citations(), chains=several(names))
        ),
        quotations=several(lambda: Quotation(speaker=draw(said), citations=citations())),
        sources=tuple(
            Source(document=each, only_here=citations() if draw(st.booleans()) else ())
            for each in documents
        ),
        notes=names(),
        elapsed_ms=draw(st.floats(0, 1e6)),
    )


def _documents(said: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    return st.builds(
        lambda text, facts: document(text or "x", **facts),
        said,
        st.fixed_dictionaries(
            {
                "title": said,
                "outlet": st.none() | said,
                "author": st.none() | said,
                "url": st.none() | said | said.map(lambda text: f"https://evil.example/{text}"),
                "published": st.none() | st.dates() | st.datetimes(timezones=st.just(UTC)),
                "revision": st.integers(1, 3),
            }
        ),
    )


def _context(source: Document) -> Context:
    return Context(document=source, start=0, end=len(source.text))


def _cited(draw: st.DrawFn, documents: Sequence[Document], cited: list[Citation]) -> Citation:
    """Return a new citation, or one that the brief has already."""
    if bool(cited) and draw(st.booleans()):
        return cited[draw(st.integers(0, len(cited) - 1))]
    source = draw(st.sampled_from(documents))
    start = draw(st.integers(0, len(source.text) - 1))
    end = draw(st.integers(start + 1, len(source.text)))
    cited.append(Citation(number=len(cited) + 1, document=source, start=start, end=end))
    return cited[-1]


def texts_of(made: Brief) -> Iterable[str]:
    """Yield every text of a brief that a source or a person wrote and every rendering shows."""
    yield made.title
    yield from made.notes
    for point in made.points:
        yield point.story
        yield point.statement.text
        yield from point.statement.origins
    for change in made.changes:
        yield change.text
    for figure in made.figures:
        yield figure.subject
        yield from (value.text for value in figure.values)
    for event in made.timeline:
        yield event.text
    for trace in made.origins:
        yield trace.name
        yield from (name for names in trace.chains for name in names)
    for quotation in made.quotations:
        yield quotation.speaker
        yield from (citation.quote for citation in quotation.citations)
    for source in made.sources:
        yield from (citation.quote for citation in source.only_here)
    for citation in made.citations:
        yield citation.document.title
