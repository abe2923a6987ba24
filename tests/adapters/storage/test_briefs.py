"""Kept briefs: rebuilt as they were composed, found by what they cite, each channel's last one."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from adapters.storage import cited as module
from adapters.storage.briefs import SqlBriefs
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from adapters.storage.tables import brief_citations, brief_editions, briefs
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
from briefs.briefing import Edition, Line
from briefs.calendar_days import Dated, Precision
from briefs.errors import LibraryError
from briefs.keeping import Since
from briefs.model import Context, Document, Figure, Relation, Statement, Value
from briefs.ports import Moved
from tests.adapters.storage.keeping import (
    SCHEME,
    article,
    corrected,
    fault,
    library_of,
    saved,
    to_keep,
)
from tests.adapters.storage.test_answers import (
    CITATIONS,
    DOCUMENTS,
    FIGURES,
    STATEMENTS,
    TEXTS,
    cite,
)

COMPOSED = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)
MAIN = frozenset({"main"})
BOTH = frozenset({"main", "secret"})


@pytest.fixture
def kept(database: Database) -> SqlBriefs:
    """Return an empty store of briefs."""
    return SqlBriefs(database)


def brief_on(*documents: Document, name: str = "b1", **facts: Any) -> Brief:
    """Return a brief with a point for each document."""
    stated: dict[str, Any] = {
        "title": "Boats",
        "period": Period(since=None, until=COMPOSED),
        "documents": documents,
        "points": tuple(
            Point(story="Boats", statement=Statement(citations=(cite(each, number),), origins=()))
            for number, each in enumerate(documents, start=1)
        ),
    }
    return Brief(id=name, **stated | facts)


def edition_of(brief: Brief, channel: str | None = "slack:C1", **facts: Any) -> Edition:
    """Return when and for whom a brief was composed."""
    stated: dict[str, Any] = {"composed_at": COMPOSED, "collections": MAIN, "snapshot": 7}
    return Edition(
        brief=brief.id, title=brief.title, channel=channel, topic=brief.topic, **stated | facts
    )


def keep(store: SqlBriefs, brief: Brief, channel: str | None = "slack:C1", **facts: Any) -> None:
    """Keep a brief for a channel."""
    store.keep(brief, edition_of(brief, channel, **facts))


def counts(database: Database) -> tuple[int, int, int]:
    """Return how many briefs, editions and citations there are."""
    with database.reading() as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (briefs, brief_editions, brief_citations)
        ]
    return found[0], found[1], found[2]


WHOLE = st.sampled_from(DOCUMENTS).map(lambda each: each.document)
CITED = st.lists(CITATIONS, max_size=2).map(tuple)
MOMENTS = st.datetimes(min_value=datetime(2001, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
BRIEFS = st.builds(
    Brief,
    id=st.just("x"),
    title=TEXTS,
    period=st.builds(Period, since=st.none() | MOMENTS, until=st.just(COMPOSED)),
    topic=st.none() | TEXTS,
    documents=st.lists(WHOLE, max_size=3).map(tuple),
    points=st.lists(st.builds(Point, story=TEXTS, statement=STATEMENTS), max_size=3).map(tuple),
    changes=st.lists(
        st.builds(
            Change,
            kind=st.sampled_from(ChangeKind),
            text=TEXTS,
            citations=CITED,
            documents=st.lists(WHOLE, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    figures=st.lists(FIGURES, max_size=2).map(tuple),
    timeline=st.lists(
        st.builds(
            Event,
            date=st.builds(Dated, on=st.dates(), precision=st.sampled_from(Precision)),
            text=TEXTS,
            citations=CITED,
        ),
        max_size=2,
    ).map(tuple),
    origins=st.lists(
        st.builds(
            Trace,
            name=TEXTS,
            citations=CITED,
            chains=st.lists(st.lists(TEXTS, max_size=3).map(tuple), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    quotations=st.lists(st.builds(Quotation, speaker=TEXTS, citations=CITED), max_size=2).map(
        tuple
    ),
    sources=st.lists(st.builds(Source, document=WHOLE, only_here=CITED), max_size=3).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    elapsed_ms=st.floats(0, 1e6),
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return a database that has all the documents that are drawn."""
    file = tmp_path_factory.mktemp("briefs") / "dateline.db"
    with closing(Database(file)) as database:
        assert all(saved(library_of(database), *DOCUMENTS))
        yield database


@given(
    BRIEFS,
    st.none() | st.just("slack:C1"),
    st.none() | st.frozensets(TEXTS, max_size=3),
    MOMENTS,
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_brief_comes_back_as_it_was_composed(
    opened: Database,
    composed: Brief,
    channel: str | None,
    collections: frozenset[str] | None,
    when: datetime,
) -> None:
    """Every quote of the exact revision, and all that is said around them, to the last bit."""
    store = SqlBriefs(opened)
    with opened.writing() as connection:
        connection.execute(text("DELETE FROM briefs"))
    edition = edition_of(composed, channel, composed_at=when, collections=collections)
    store.keep(composed, edition)
    (found,) = store.kept("x")
    assert found.brief == composed
    assert found.edition == edition
    assert found.brief.elapsed_ms == composed.elapsed_ms
    assert found.brief.period.until == when
    assert [each.quote for each in found.brief.citations] == [
        each.quote for each in composed.citations
    ]
    assert store.history(5) == (edition,)


def test_a_brief_is_found_by_the_beginning_of_its_id(library: SqlLibrary, kept: SqlBriefs) -> None:
    """A sign that means something to a database is a sign like any other."""
    saved(library, article())
    keep(kept, brief_on(article().document, name="abc"))
    keep(kept, brief_on(article().document, name="abd"))
    assert [each.brief.id for each in kept.kept("abc")] == ["abc"]
    assert {each.brief.id for each in kept.kept("ab")} == {"abc", "abd"}
    assert kept.kept("a%") == kept.kept("_bc") == kept.kept("nothing") == ()


def test_the_same_brief_is_kept_once(
    library: SqlLibrary, kept: SqlBriefs, database: Database
) -> None:
    """Composed again it gets a newer time; for another channel another edition of it."""
    saved(library, article())
    brief = brief_on(article().document)
    keep(kept, brief)
    before = counts(database)
    keep(kept, brief, composed_at=COMPOSED + timedelta(days=1), snapshot=8)
    assert counts(database) == before == (1, 1, 2)
    (only,) = kept.kept("b1")
    assert (only.edition.composed_at, only.edition.snapshot) == (COMPOSED + timedelta(days=1), 8)
    keep(kept, brief, "slack:C2")
    keep(kept, brief, None)
    assert counts(database) == (1, 3, 2)
    assert [each.edition.channel for each in kept.kept("b1")] == ["slack:C1", None, "slack:C2"]


def test_each_channel_has_its_own_last_brief(library: SqlLibrary, kept: SqlBriefs) -> None:
    """One of a channel on a topic; what was composed for nobody is nobody's last."""
    saved(library, article())
    of = article().document
    for day, (name, channel, topic) in enumerate(
        [
            ("a", "slack:C1", None),
            ("b", "slack:C1", "Oil  Caps"),
            ("c", "slack:C2", None),
            ("d", None, None),
            ("e", "slack:C1", None),
        ]
    ):
        brief = brief_on(of, name=name, topic=topic)
        keep(kept, brief, channel, composed_at=COMPOSED + timedelta(days=day))

    def last(channel: str, topic: str | None = None) -> str | None:
        found = kept.last(Line(channel=channel, topic=topic), MAIN)
        return None if found is None else found.brief.id

    assert (last("slack:C1"), last("slack:C2"), last("slack:C3")) == ("e", "c", None)
    assert (last("slack:C1", "oil caps"), last("slack:C1", "oil")) == ("b", None)
    before = kept.last(Line(channel="slack:C1"), MAIN, COMPOSED + timedelta(days=4))
    assert before is not None
    assert before.brief.id == "a"
    assert kept.last(Line(channel="slack:C1"), MAIN, COMPOSED) is None
    assert [each.brief for each in kept.history(3)] == ["e", "d", "c"]
    assert [each.brief for each in kept.history(9, "slack:C1")] == ["e", "b", "a"]


def test_what_a_line_was_told_are_its_points(library: SqlLibrary, kept: SqlBriefs) -> None:
    """Those of the newest briefs first, with who says them; no other line's."""
    coast, island = article(id="coast").document, article(id="island").document
    saved(library, article(id="coast"), article(id="island"))
    context = Context(document=coast, start=0, end=3)
    said = Statement(citations=(cite(coast, 7), cite(island, 9)), origins=("OSC",))
    hanging = Statement(citations=(cite(island),), origins=(), context=context)
    points = tuple(Point(story="x", statement=each) for each in (said, hanging))
    keep(kept, brief_on(coast, island, name="old", points=points))
    keep(kept, brief_on(coast, name="new"), composed_at=COMPOSED + timedelta(days=1))
    keep(kept, brief_on(island, name="topic", topic="oil"))
    keep(kept, brief_on(island, name="other"), "slack:C2")
    line = Line(channel="slack:C1")
    newest = Statement(citations=(cite(coast),), origins=())
    assert kept.told(line, 9) == (newest, said, hanging)
    assert kept.told(line, 1) == (newest,)
    assert kept.told(line, 9, COMPOSED + timedelta(days=1)) == (said, hanging)
    assert kept.told(Line(channel="slack:C3"), 9) == ()


@pytest.mark.parametrize(
    ("looked_at", "wanted", "goes_on"),
    [
        (MAIN, MAIN, True),
        (BOTH, MAIN, True),
        (None, BOTH, True),
        (None, None, True),
        (MAIN, BOTH, False),
        (MAIN, None, False),
    ],
)
def test_a_brief_goes_on_only_from_one_that_looked_at_as_much(
    library: SqlLibrary,
    kept: SqlBriefs,
    looked_at: frozenset[str] | None,
    wanted: frozenset[str] | None,
    goes_on: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """What a channel sees since today is all new to it, however old it is."""
    saved(library, article())
    keep(kept, brief_on(article().document), collections=looked_at)
    assert (kept.last(Line(channel="slack:C1"), wanted) is not None) is goes_on


def test_a_document_is_said_to_be_updated_or_withdrawn(
    library: SqlLibrary, kept: SqlBriefs
) -> None:
    """The quote stays that of the revision that was cited; what has become of it is told."""
    coast, island, harbour = (article(id=name) for name in ("coast", "island", "harbour"))
    saved(library, coast, island, harbour)
    brief = brief_on(coast.document, island.document, harbour.document)
    keep(kept, brief)
    saved(library, corrected(coast, "There were 44 trips, a correction says."))
    library.remove(["island"])
    (after,) = kept.kept("b1")
    assert after.brief == brief
    assert {each.id: after.since(each) for each in after.documents} == {
        "coast": Since.UPDATED,
        "island": Since.WITHDRAWN,
        "harbour": None,
    }
    assert after.brief.citations[0].quote == "The tankers made 43 trips to the port."


def test_a_correction_finds_what_cites_its_document(library: SqlLibrary, kept: SqlBriefs) -> None:
    """Every part that quotes counts; that a document was read, or is listed, does not."""
    coast, island = article(id="coast").document, article(id="island").document
    saved(library, article(id="coast"), article(id="island"))
    value = Value(text="43", number=43, unit=None, bound=None, as_of=None, citations=(cite(coast),))
    dated = Dated(on=date(2024, 3, 1), precision=Precision.MONTH)
    parts: dict[str, dict[str, Any]] = {
        "point": {"points": brief_on(coast).points},
        "change": {"changes": (Change(kind=ChangeKind.NEW, text="x", citations=(cite(coast),)),)},
        "figure": {"figures": (Figure(subject="trips", relation=Relation.AGREE, values=(value,)),)},
        "event": {"timeline": (Event(date=dated, text="x", citations=(cite(coast),)),)},
        "origin": {"origins": (Trace(name="OSC", citations=(cite(coast),)),)},
        "quotation": {"quotations": (Quotation(speaker="Roe", citations=(cite(coast),)),)},
        "only": {"sources": (Source(document=coast, only_here=(cite(coast),)),)},
        "read": {"documents": (coast, island), "sources": (Source(document=coast),)},
        "stale": {"changes": (Change(kind=ChangeKind.UPDATED, text="x", documents=(coast,)),)},
    }
    for day, (name, facts) in enumerate(parts.items()):
        brief = brief_on(name=name, **{"points": ()} | facts)
        keep(kept, brief, name, composed_at=COMPOSED - timedelta(days=day))
    assert kept.citing("coast") == tuple(reversed(list(parts)[:7]))
    assert kept.citing("island") == ()
    assert [each.brief for each in kept.editions_citing("coast", 9)] == list(parts)[:7]
    assert [each.brief for each in kept.editions_citing("coast", 2)] == ["point", "change"]
    assert [each.brief for each in kept.editions_citing("coast", 9, "event")] == ["event"]
    assert kept.editions_citing("coast", 9, "read") == ()
    assert kept.editions_citing("island", 9) == ()


def test_what_a_line_has_cited_is_found_with_its_newest_cited_revision(
    library: SqlLibrary, kept: SqlBriefs
) -> None:
    """Of some documents; what another channel has cited is not its business."""
    coast, island = article(id="coast"), article(id="island")
    saved(library, coast, island)
    keep(kept, brief_on(coast.document, island.document, name="b1"))
    newer = corrected(coast, "There were 44 trips, a correction says.")
    saved(library, newer)
    keep(kept, brief_on(newer.document, name="b2"), composed_at=COMPOSED + timedelta(days=1))
    line = Line(channel="slack:C1")
    assert kept.cited(line, {"coast", "island"}) == (newer.document, island.document)
    assert kept.cited(line, {"island", "nothing"}) == (island.document,)
    assert kept.read(line, {"coast", "island"}) == (newer.document, island.document)
    then = COMPOSED + timedelta(days=1)
    assert kept.read(line, {"coast", "island"}, then) == (coast.document, island.document)
    assert kept.cited(line, ()) == kept.cited(Line(channel="slack:C2"), {"coast"}) == ()


def test_many_documents_are_read_in_portions(
    library: SqlLibrary, kept: SqlBriefs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database takes so many values in one query and no more."""
    monkeypatch.setattr(module, "AT_ONCE", 2)
    many = [article(id=f"d{number}") for number in range(7)]
    saved(library, *many)
    brief = brief_on(*(each.document for each in many))
    keep(kept, brief)
    (found,) = kept.kept("b1")
    assert found.brief == brief


def test_a_brief_is_kept_whole_or_not_at_all(
    library: SqlLibrary, kept: SqlBriefs, database: Database
) -> None:
    """What breaks in the middle leaves nothing behind."""
    saved(library, article())
    fault(database, "brief_editions")
    with pytest.raises(LibraryError):
        keep(kept, brief_on(article().document))
    assert counts(database) == (0, 0, 0)


def test_what_came_and_went_goes_by_the_librarys_own_count(
    library: SqlLibrary, another: SqlLibrary
) -> None:
    """No clock is asked, and vectors of another model are nothing new."""
    coast, island, harbour = (article(id=name) for name in ("coast", "island", "harbour"))
    saved(library, coast, island)
    then = library.version()
    assert library.moved(then) == Moved(loaded=frozenset(), removed=frozenset())
    assert library.moved(0).loaded == {"coast", "island"}
    saved(another, harbour, corrected(coast, "There were 44 trips, a correction says."))
    another.remove(["island"])
    library.save_vectors([harbour], "another scheme")
    assert library.moved(then) == Moved(
        loaded=frozenset({"coast", "harbour"}), removed=frozenset({"island"})
    )
    later = library.version()
    library.save_vectors([harbour], SCHEME)
    assert library.moved(later) == Moved(loaded=frozenset(), removed=frozenset())
    revived = corrected(island, island.document.text)
    saved(library, to_keep(revived, revives=True))
    assert library.moved(later).loaded == {"island"}


def test_what_was_loaded_before_there_were_briefs_is_old(
    library: SqlLibrary, database: Database
) -> None:
    """An older Dateline did not note it, and nobody has had a brief since then."""
    saved(library, article())
    with database.writing() as connection:
        connection.execute(text("UPDATE revisions SET version = NULL"))
    assert library.moved(0).loaded == {"a"}
    assert library.moved(1).loaded == frozenset()


def test_a_channels_collections_may_have_no_name(kept: SqlBriefs) -> None:
    """A brief on nothing is kept as any other."""
    empty = replace(brief_on(), title="")
    keep(kept, empty, collections=frozenset())
    assert kept.kept("b1")[0].edition.collections == frozenset()
