"""Documents of a period become a brief: exact spans, the same for the same inputs."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embedding import SentenceTransformerEmbedder
from adapters.loading.files import FileLoader
from briefs.brief import Brief
from briefs.composing import BriefSettings, Material, compose
from briefs.model import Citation, Document, EmbeddedDocument, Stated
from briefs.preparing import prepared
from briefs.splitting import split
from tests.building import composed, document, embedded, modest, prose

UNTIL = datetime(2024, 12, 1, tzinfo=UTC)
TRIPS = "The boats of Port Ella made 43 trips to the northern banks of Lake Mora."
TRIPS_TOO = "Boats of Port Ella made 43 trips to the northern banks of Lake Mora, records show."
ROE = "Mayor Anna Roe opened the new library of Kelm before hundreds of cheering pupils."
HANGING = "She said that the northern banks of Lake Mora were closed to boats of Port Ella."


def cited(brief: Brief) -> Iterator[Citation]:
    """Yield every citation of a brief, again and again where it is cited again."""
    for point in brief.points:
        yield from point.statement.citations
    for figure in brief.figures:
        yield from chain.from_iterable(value.citations for value in figure.values)
    for part in (brief.changes, brief.timeline, brief.origins, brief.quotations):
        for each in part:
            yield from each.citations
    for source in brief.sources:
        yield from source.only_here


def texts(brief: Brief) -> list[str]:
    """Return the points of a brief."""
    return [each.statement.text for each in brief.points]


def test_what_two_outlets_say_is_one_point_with_both() -> None:
    """The count is of outlets."""
    brief = composed(document(TRIPS, outlet="A"), document(TRIPS_TOO, outlet="B")).brief
    (point,) = brief.points
    assert point.statement.outlets in {("A", "B"), ("B", "A")}
    assert point.statement.text in {TRIPS, TRIPS_TOO}


def test_no_point_hangs() -> None:
    """What begins with a pronoun says nothing by itself."""
    assert texts(composed(document(HANGING, outlet="A")).brief) == []


def test_there_are_at_most_so_many_points() -> None:
    """The first of more are those of fewer."""
    article = document(f"{TRIPS}\n{ROE}\nThe council of Hull has bought 12 new buses.")
    few, more = composed(article, max_points=1).brief, composed(article, max_points=3).brief
    assert len(few.points) == 1
    assert len(more.points) == 3
    assert few.points[0].statement.text in texts(more)
    assert few.id != more.id


def test_stories_have_headings_of_their_own() -> None:
    """Points of one story stand together."""
    brief = composed(
        document(TRIPS, outlet="A", title="Boats of Port Ella make 43 trips"),
        document(TRIPS_TOO, outlet="B", title="Boats"),
        document(ROE, outlet="C", title="Library of Kelm opened by Mayor Roe"),
    ).brief
    assert [each.story for each in brief.points] == [
        "Boats of Port Ella make 43 trips",
        "Library of Kelm opened by Mayor Roe",
    ]
    assert brief.title == "2 stories"


def test_a_topic_keeps_what_is_about_it() -> None:
    """By words at least, where vectors match words."""
    brief = composed(document(TRIPS), document(ROE), topic="library of Kelm").brief
    assert texts(brief) == [ROE]
    assert (brief.title, brief.topic) == ("Brief: library of Kelm", "library of Kelm")


def test_a_topic_does_not_change_who_says_so() -> None:
    """Whoever says the same in other words still counts."""
    first, other = document(TRIPS_TOO, outlet="A"), document(TRIPS, outlet="B")
    (point,) = composed(first, other, topic="records show").brief.points
    assert len(point.statement.outlets) == 2


def test_a_topic_that_matches_nothing_gives_an_empty_brief_that_says_so() -> None:
    """Nothing but a note."""
    brief = composed(document(TRIPS), document(ROE), topic="zebra").brief
    assert not list(cited(brief))
    assert brief.notes == ("No sentence of 2 articles is about “zebra”, by meaning or by words.",)


def test_no_documents_give_an_empty_brief() -> None:
    """It says that nothing is new, and it has an id."""
    brief = composed(for_channel=True).brief
    assert (brief.title, brief.points) == ("Nothing new", ())
    assert "There is no new article." in brief.notes
    assert brief.id


def test_one_document_is_confirmed_by_nobody() -> None:
    """And that is said."""
    brief = composed(document(f"{TRIPS}\n{ROE}", outlet="A")).brief
    assert len(brief.points) == 2
    assert any("one article only" in note for note in brief.notes)


def test_a_hundred_copies_count_once() -> None:
    """Marked as reprints or not."""
    first = document(TRIPS, outlet="A")
    marked = [document(TRIPS, outlet=f"M{at}", reprint_of=first.id) for at in range(50)]
    unmarked = [document(TRIPS, outlet=f"U{at}") for at in range(49)]
    brief = composed(first, *marked, *unmarked).brief
    (point,) = brief.points
    assert len(point.statement.citations) == 1
    assert len(brief.sources) == 100
    assert any(note.startswith("99 articles are copies") for note in brief.notes)


def test_one_outlet_is_said_to_be_one() -> None:
    """Two articles of it confirm nothing."""
    brief = composed(document(TRIPS, outlet="A"), document(TRIPS_TOO, outlet="A")).brief
    assert any("All is from one outlet" in note for note in brief.notes)
    assert all(len(each.statement.outlets) == 1 for each in brief.points)


def test_missing_dates_are_said() -> None:
    """Dated ones are not counted."""
    dated = document(TRIPS, outlet="A", published=date(2024, 11, 22))
    brief = composed(dated, document(TRIPS_TOO, outlet="B")).brief
    assert "One article states no date of publication." in brief.notes


def test_a_document_of_one_sentence_is_enough() -> None:
    """A short brief."""
    assert texts(composed(document(TRIPS)).brief) == [TRIPS]


def test_another_language_is_quoted_and_named() -> None:
    """The rules know English only."""
    text = (
        "Der Hafen von Ella bleibt nach Angaben der Behörden bis zum kommenden Freitag für alle "
        "größeren Schiffe geschlossen."
    )
    brief = composed(document(text, outlet="A")).brief
    assert texts(brief) == [text]
    assert any("not to be in English" in note for note in brief.notes)


def test_what_no_other_document_says_is_found() -> None:
    """What both say is not among it."""
    one = document(f"{TRIPS}\n{ROE}", outlet="A")
    brief = composed(one, document(TRIPS_TOO, outlet="B")).brief
    alone = {each.document.id: [cite.quote for cite in each.only_here] for each in brief.sources}
    assert alone[one.id] == [ROE]


def test_the_id_leaves_the_clock_out_and_nothing_else() -> None:
    """A revision, a topic, the model: each makes another brief."""
    article = document(TRIPS)
    base = composed(article).brief
    assert composed(article, until=datetime(2025, 1, 1, tzinfo=UTC)).brief == base
    others = [
        composed(document(TRIPS, id=article.id, revision=2)).brief,
        composed(article, model="other").brief,
        composed(article, topic="boats").brief,
        composed(article, collections=frozenset({"main"})).brief,
        composed(article, since=datetime(2024, 11, 1, tzinfo=UTC)).brief,
        composed(article, for_channel=True).brief,
    ]
    assert len({base.id, *(each.id for each in others)}) == 7


@modest
@given(
    st.lists(prose(), max_size=5),
    st.randoms(use_true_random=False),
    st.sampled_from([None, "43 trips", "boats of the harbour"]),
)
def test_a_brief_is_exact_and_the_same_in_any_order(
    found: list[str], chance: random.Random, topic: str | None
) -> None:
    """Every quote is a span; citations are numbered from 1 on without a gap."""
    articles = [
        document(text, outlet=f"Outlet {at % 3}", title=f"T{at}") for at, text in enumerate(found)
    ]
    brief = composed(*articles, topic=topic).brief
    mixed = list(articles)
    chance.shuffle(mixed)
    assert composed(*mixed, topic=topic).brief == brief
    spans: dict[int, tuple[str, int, int]] = {}
    by_id = {each.id: each for each in articles}
    for each in cited(brief):
        assert by_id[each.document.id].text[each.start : each.end] == each.quote != ""
        span = (each.document.id, each.start, each.end)
        assert spans.setdefault(each.number, span) == span
    assert sorted(spans) == list(range(1, len(spans) + 1))
    assert len(set(spans.values())) == len(spans)
    numbers = [cite.number for each in brief.points for cite in each.statement.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [each.document.id for each in brief.sources] == sorted(by_id)
    assert len(brief.points) <= 12


def _seeds(folder: Path) -> Sequence[Document]:
    loader = FileLoader(max_bytes=100_000)
    found = (
        prepared(loader.load(source), Stated()).loaded for source in loader.sources(str(folder))
    )
    return [
        document(
            each.text,
            source=each.source,
            title=each.title,
            outlet=each.outlet,
            published=each.published,
        )
        for each in found
    ]


@pytest.mark.model
async def test_the_brief_on_the_seeds_covers_what_matters(
    model: SentenceTransformerEmbedder, seeds: Path
) -> None:
    """What is told, and by how many outlets, as read by hand."""
    documents: list[EmbeddedDocument] = []
    for each in _seeds(seeds):
        segments = split(each.text)
        vectors = await model.embed_passages(segments.texts(each.text))
        documents.append(EmbeddedDocument(document=each, segments=segments, vectors=vectors))
    material = Material(documents=tuple(documents), until=UNTIL, model="m")
    brief = compose(material, BriefSettings()).brief
    assert len({each.story for each in brief.points}) == 1
    counts = {each.statement.text: len(each.statement.outlets) for each in brief.points}

    def told(*words: str) -> set[int]:
        return {count for text, count in counts.items() if all(word in text for word in words)}

    assert max(told("million barrels")) == 5
    assert told("43 trips") == {4}
    assert told("March 7, 2024") == {3}
    assert told("November 5") == {2}
    assert told("500,000 barrels") == {5}
    assert told("troops and weapons") == {2}
    assert told("agreement") == {2}
    assert told("Byrne", "stability") == {3}
    assert told("lifeline") == {2}


def test_embedded_documents_are_not_changed() -> None:
    """Composing reads alone."""
    article = embedded(document(TRIPS))
    before = article.vectors.copy()
    compose(Material(documents=(article,), until=UNTIL, model="m"), BriefSettings())
    assert (article.vectors == before).all()
