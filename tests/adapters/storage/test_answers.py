"""Kept answers: rebuilt as they were given, found by what they cite, judged, forgotten, expired."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from adapters.storage import answers as module
from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from adapters.storage.tables import answer_citations, answers, verdicts
from briefs.errors import LibraryError
from briefs.keeping import Forgotten, KeptAnswer, Since, Verdict
from briefs.model import (
    Answer,
    Bound,
    Citation,
    Context,
    Document,
    Figure,
    Relation,
    Scope,
    Searched,
    Statement,
    Value,
)
from tests.adapters.storage.keeping import (
    PRECISIONS,
    article,
    corrected,
    fault,
    library_of,
    saved,
    to_keep,
)

ANN, BEN = "discord:80351110224678912", "slack:U0123"
ASKED = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def key(database: Database) -> AskerKey:
    """Return the key beside the database."""
    return AskerKey(database.file.parent / "asker.key")


@pytest.fixture
def kept(database: Database, key: AskerKey) -> SqlAnswers:
    """Return an empty store of answers."""
    return SqlAnswers(database, key)


def cite(document: Document, number: int = 1) -> Citation:
    """Return a citation of the first sentence."""
    return Citation(number=number, document=document, start=0, end=document.text.index(".") + 1)


def answered(*documents: Document, **facts: Any) -> Answer:
    """Return an answer of one statement that documents say; none: an abstention."""
    cited = tuple(cite(each, number) for number, each in enumerate(documents, start=1))
    stated: dict[str, Any] = {
        "question": "How many trips?",
        "confidence": 0.9,
        "searched": Searched(documents=5, passages=41, undated=2, loaded=9),
        "statements": (Statement(citations=cited, origins=("OSC",)),) if cited else (),
        "reason": None if cited else "No article says.",
    }
    return Answer(**stated | facts)


def to_be_kept(answer: Answer, name: str = "a1", **facts: Any) -> KeptAnswer:
    """Return what is handed to be kept."""
    stated: dict[str, Any] = {"channel": "slack:C1", "asked_at": ASKED, "scope": Scope()}
    return KeptAnswer(id=name, answer=replace(answer, id=name), snapshot=7, **stated | facts)


def keep(store: SqlAnswers, answer: Answer, name: str, person: str | None, **facts: Any) -> None:
    """Keep an answer and let none go."""
    store.keep(to_be_kept(answer, name, **facts), person, LONG_AGO)


def useful(*, yes: bool = True, why: str | None = None, minutes: int = 0) -> Verdict:
    """Return a verdict."""
    return Verdict(useful=yes, why=why, given_at=ASKED + timedelta(minutes=minutes))


def counts(database: Database) -> tuple[int, int, int]:
    """Return how many answers, citations and verdicts there are."""
    with database.reading() as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (answers, answer_citations, verdicts)
        ]
    return found[0], found[1], found[2]


def everything_in(database: Database) -> bytes:
    """Return all bytes of the data folder, but for the key."""
    files = [each for each in database.file.parent.iterdir() if each.suffix != ".key"]
    assert {database.file.name, f"{database.file.name}-wal"} <= {each.name for each in files}
    return b"".join(each.read_bytes() for each in files)


DOCUMENTS = tuple(
    article(
        id=f"d{number}",
        text=f"The tankers made {number} trips. “Снова” in the morning 🛢️. It is over.",
        title=f"Title {number}",
        outlet=None if number == 3 else f"Outlet {number}",
        author="Ann",
        published=published,
        url="https://example.org/a",
        collection=("main", "secret")[number % 2],
        reprint_of="d0" if number == 2 else None,
    )
    for number, published in enumerate(PRECISIONS)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(min_value=0, max_value=2**31 - 1)
DAYS = st.none() | st.dates()


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a span of a document, of one that counts as a reprint of another then, perhaps."""
    document = draw(st.sampled_from(DOCUMENTS)).document
    if draw(st.booleans()):
        document = replace(document, reprint_of=draw(st.none() | st.just("d7")))
    start = draw(st.integers(0, len(document.text)))
    return {
        "document": document,
        "start": start,
        "end": draw(st.integers(start, len(document.text))),
    }


CITATIONS = st.builds(lambda number, span: Citation(number=number, **span), NUMBERS, spans())
STATEMENTS = st.builds(
    Statement,
    citations=st.lists(CITATIONS, min_size=1, max_size=3).map(tuple),
    origins=st.lists(TEXTS, max_size=2).map(tuple),
    context=st.none() | spans().map(lambda span: Context(**span)),
)
VALUES = st.builds(
    Value,
    text=TEXTS,
    number=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    unit=st.none() | TEXTS,
    bound=st.none() | st.sampled_from(Bound),
    as_of=DAYS,
    citations=st.lists(CITATIONS, max_size=2).map(tuple),
)
FIGURES = st.builds(
    Figure,
    subject=TEXTS,
    relation=st.sampled_from(Relation),
    values=st.lists(VALUES, max_size=3).map(tuple),
)
ANSWERS = st.builds(
    Answer,
    question=TEXTS,
    confidence=st.floats(0, 1),
    searched=st.builds(
        Searched, documents=NUMBERS, passages=NUMBERS, undated=NUMBERS, loaded=NUMBERS
    ),
    statements=st.lists(STATEMENTS, max_size=3).map(tuple),
    differences=st.lists(FIGURES, max_size=2).map(tuple),
    nearest=st.lists(CITATIONS, max_size=3).map(tuple),
    reason=st.none() | TEXTS,
    understood=st.none() | TEXTS,
    elapsed_ms=st.floats(0, 1e6),
)
KEPT = st.builds(
    KeptAnswer,
    id=st.just("x"),
    answer=ANSWERS,
    channel=TEXTS,
    asked_at=st.datetimes(min_value=datetime(2001, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    scope=st.builds(
        Scope,
        collections=st.none() | st.frozensets(TEXTS, max_size=3),
        outlet=st.none() | TEXTS,
        since=DAYS,
        until=DAYS,
    ),
    snapshot=NUMBERS,
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return a database that has all the documents that are drawn."""
    file = tmp_path_factory.mktemp("answers") / "dateline.db"
    with closing(Database(file)) as database:
        assert all(saved(library_of(database), *DOCUMENTS))
        yield database


@given(KEPT)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_an_answer_comes_back_as_it_was_given(opened: Database, given_then: KeptAnswer) -> None:
    """Every quote of the exact revision, and all that is said around them, to the last bit."""
    store = SqlAnswers(opened, AskerKey(opened.file.parent / "asker.key"))
    with opened.writing() as connection:
        connection.execute(text("DELETE FROM answers"))
    store.keep(given_then, None, LONG_AGO)
    found = store.kept(given_then.id)
    assert found is not None
    assert found == given_then
    assert (found.answer.id, found.answer.elapsed_ms) == ("x", given_then.answer.elapsed_ms)
    assert [each.quote for each in found.answer.citations] == [
        each.quote for each in given_then.answer.citations
    ]
    assert [each.outlets for each in found.answer.statements] == [
        each.outlets for each in given_then.answer.statements
    ]


def test_an_answer_that_is_not_there_is_none(kept: SqlAnswers) -> None:
    """Nothing is made up."""
    assert kept.kept("nothing") is None


def test_a_document_is_said_to_be_updated_or_withdrawn(
    library: SqlLibrary, kept: SqlAnswers
) -> None:
    """The quote stays that of the revision that was cited; what has become of it is told."""
    coast, island, harbour = (article(id=name) for name in ("coast", "island", "harbour"))
    saved(library, coast, island, harbour)
    said = answered(coast.document, island.document, harbour.document)
    keep(kept, said, "a1", None)
    before = kept.kept("a1")
    assert before is not None
    assert [before.since(each) for each in before.documents] == [None] * 3

    saved(library, corrected(coast, "There were 44 trips, a correction says."))
    library.remove(["island"])
    after = kept.kept("a1")
    assert after is not None
    assert after.answer == said
    assert {each.id: after.since(each) for each in after.documents} == {
        "coast": Since.UPDATED,
        "island": Since.WITHDRAWN,
        "harbour": None,
    }
    assert after.answer.citations[0].quote == "The tankers made 43 trips to the port."

    revived = corrected(island, "The island was wrong.")
    saved(library, to_keep(revived, revives=True))
    last = kept.kept("a1")
    assert last is not None
    assert last.since(island.document) is Since.UPDATED


def test_a_correction_finds_what_cites_its_document(library: SqlLibrary, kept: SqlAnswers) -> None:
    """Statements, their contexts and differences say something with it; a nearest passage none."""
    coast, island = article(id="coast").document, article(id="island").document
    saved(library, article(id="coast"), article(id="island"))
    context = Context(document=coast, start=0, end=3)
    value = Value(
        text="43",
        number=43,
        unit=None,
        bound=None,
        as_of=date(2024, 11, 22),
        citations=(cite(coast, 2),),
    )
    figure = Figure(subject="trips", relation=Relation.DIFFER, values=(value,))
    alone = Statement(citations=(cite(island),), origins=())
    keep(kept, answered(island), "island", None)
    keep(kept, answered(coast, coast), "stated", None, asked_at=ASKED + timedelta(days=1))
    keep(kept, answered(statements=(replace(alone, context=context),)), "context", None)
    keep(kept, answered(statements=(alone,), differences=(figure,)), "differs", None)
    keep(kept, answered(nearest=(cite(coast),)), "nearest", None)
    assert kept.citing("coast") == ("context", "differs", "stated")
    assert kept.citing("island") == ("context", "differs", "island")
    assert kept.citing("nothing") == ()


def test_what_is_cited_is_found_by_an_index(database: Database) -> None:
    """A correction need not read every citation that was ever made."""
    with database.reading() as connection:
        plan = connection.execute(
            text("EXPLAIN QUERY PLAN SELECT answer FROM answer_citations WHERE document = 'a'")
        ).all()
    assert "ix_answer_citations_document" in str(plan)


def test_who_asked_stands_nowhere_in_the_clear(
    database: Database, library: SqlLibrary, kept: SqlAnswers, key: AskerKey
) -> None:
    """Neither the name nor the number after it, nor a hash that anybody could compute."""
    saved(library, article())
    keep(kept, answered(article().document), "a1", ANN)
    assert kept.give_verdict("a1", BEN, useful(yes=False, why="It is old."))
    stored = everything_in(database)
    assert b"It is old." in stored
    assert key.hashed(ANN).encode() in stored
    assert key.hashed(BEN).encode() in stored
    for person in (ANN, BEN):
        for part in (person, person.partition(":")[2]):
            assert part.encode() not in stored
    assert bytes.fromhex(key.file.read_text()) not in stored
    assert key.file.read_bytes() not in stored


def test_an_asker_whom_nobody_can_tell_apart_needs_no_key(
    kept: SqlAnswers, key: AskerKey, database: Database
) -> None:
    """As in the terminal: the answer is kept, and nothing of a person."""
    keep(kept, answered(), "a1", None)
    assert not key.exists()
    with database.reading() as connection:
        assert connection.execute(select(answers.c.asker)).scalars().all() == [None]


def test_the_last_verdict_of_a_person_counts(kept: SqlAnswers) -> None:
    """One a person and answer; others' verdicts are their own."""
    keep(kept, answered(), "a1", ANN)
    assert kept.give_verdict("a1", ANN, useful(yes=True))
    assert kept.give_verdict("a1", BEN, useful(yes=True, minutes=1))
    assert kept.give_verdict("a1", ANN, useful(yes=False, why="Old.", minutes=2))
    (judged,) = kept.feedback()
    assert judged.kept == kept.kept("a1")
    assert judged.verdicts == (useful(minutes=1), useful(yes=False, why="Old.", minutes=2))


def test_no_verdict_on_what_is_not_there(database: Database, kept: SqlAnswers) -> None:
    """It is said, and nothing is kept of it."""
    assert kept.give_verdict("nothing", ANN, useful()) is False
    assert counts(database) == (0, 0, 0)
    assert kept.feedback() == ()


def test_feedback_has_what_was_judged_and_nothing_else(
    library: SqlLibrary, kept: SqlAnswers
) -> None:
    """The oldest answer first."""
    saved(library, article())
    said = answered(article().document)
    for name, day in (("a3", 3), ("a1", 1), ("a2", 2)):
        keep(kept, said, name, None, asked_at=ASKED + timedelta(days=day))
    assert kept.give_verdict("a3", ANN, useful())
    assert kept.give_verdict("a1", ANN, useful())
    feedback = kept.feedback()
    assert [each.kept.id for each in feedback] == ["a1", "a3"]
    assert all(each.kept.answer == said for each in feedback)


def test_forgetting_deletes_what_a_person_asked_and_said(
    database: Database, library: SqlLibrary, kept: SqlAnswers
) -> None:
    """The answers with all that hangs on them, and the verdicts on others' answers; no more."""
    saved(library, article())
    said = answered(article().document)
    for name, person in (("a1", ANN), ("a2", ANN), ("b1", BEN), ("t1", None)):
        keep(kept, said, name, person)
    for name, person in (("a1", ANN), ("a1", BEN), ("b1", ANN), ("b1", BEN), ("t1", BEN)):
        assert kept.give_verdict(name, person, useful())
    assert kept.forget(ANN) == Forgotten(answers=2, verdicts=2)
    assert counts(database) == (2, 2, 2)
    assert [each.kept.id for each in kept.feedback()] == ["b1", "t1"]
    assert kept.forget(ANN) == Forgotten(answers=0, verdicts=0)


def test_what_was_forgotten_is_in_no_byte_of_the_folder(
    database: Database, kept: SqlAnswers
) -> None:
    """Nor in the free pages of the database, nor in its log, while it is still open."""
    asked = "What is this quite unmistakable question?"
    keep(kept, answered(question=asked, reason="No “unmistakable” here."), "a1", ANN)
    keep(kept, answered(question="Another one?"), "b1", BEN)
    assert kept.give_verdict("b1", ANN, useful(yes=False, why="An unmistakable reason."))
    assert b"unmistakable" in everything_in(database)
    kept.forget(ANN)
    stored = everything_in(database)
    assert b"unmistakable" not in stored
    assert b"Another one?" in stored


def test_forgetting_works_while_another_process_reads(database: Database, kept: SqlAnswers) -> None:
    """It is deleted for everybody at once; the log may be emptied later."""
    keep(kept, answered(), "a1", ANN)
    with closing(Database(database.file)) as other:
        SqlAnswers(other, AskerKey(other.file.parent / "asker.key")).forget(ANN)
    assert kept.kept("a1") is None


def test_forgetting_somebody_where_nobody_ever_asked_makes_no_key(
    kept: SqlAnswers, key: AskerKey
) -> None:
    """There is nothing to look for."""
    keep(kept, answered(), "a1", None)
    assert kept.forget(ANN) == Forgotten(answers=0, verdicts=0)
    assert not key.exists()


@pytest.mark.parametrize("judged", [True, False])
def test_forgetting_without_the_key_is_refused(
    kept: SqlAnswers, key: AskerKey, database: Database, *, judged: bool
) -> None:
    """Nobody could say whether something is kept of a person: it is not said that nothing is."""
    keep(kept, answered(), "a1", None if judged else ANN)
    if judged:
        assert kept.give_verdict("a1", ANN, useful())
    key.file.rename(key.file.with_suffix(".lost"))
    with pytest.raises(LibraryError, match=r"asker\.key is not there.* Restore it"):
        SqlAnswers(database, AskerKey(key.file)).forget(ANN)
    assert not key.file.exists()


def test_old_answers_expire_with_all_that_hangs_on_them(
    database: Database, library: SqlLibrary, kept: SqlAnswers
) -> None:
    """Those that were asked before; one of that very moment stays."""
    saved(library, article())
    for number in range(4):
        moment = ASKED + timedelta(microseconds=number)
        keep(kept, answered(article().document), f"a{number}", ANN, asked_at=moment)
        assert kept.give_verdict(f"a{number}", BEN, useful())
    assert kept.expire(ASKED) == 0
    assert kept.expire(ASKED + timedelta(microseconds=2)) == 2
    assert counts(database) == (2, 2, 2)
    assert kept.kept("a2") is not None
    assert kept.expire(ASKED + timedelta(microseconds=2)) == 0


def test_not_all_expire_at_once(
    database: Database, kept: SqlAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction stays short; the oldest go first."""
    monkeypatch.setattr(module, "EXPIRED_AT_ONCE", 3)
    for number in range(5):
        keep(kept, answered(), f"a{number}", None, asked_at=ASKED + timedelta(days=-number))
    assert [kept.expire(ASKED + timedelta(days=1)) for _ in range(3)] == [3, 2, 0]
    assert counts(database) == (0, 0, 0)


def test_a_new_answer_takes_some_old_ones_away(
    database: Database, kept: SqlAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that who never runs the bot keeps no more than is wanted; and never more than a few."""
    monkeypatch.setattr(module, "EXPIRED_WITH_ONE", 2)
    for number in range(5):
        keep(kept, answered(), f"a{number}", None, asked_at=ASKED + timedelta(days=number))
    new = to_be_kept(answered(), "new", asked_at=ASKED + timedelta(days=100))
    kept.keep(new, None, ASKED + timedelta(days=3))
    assert (kept.kept("a0"), kept.kept("a1")) == (None, None)
    assert counts(database)[0] == 4


@pytest.mark.parametrize("table", ["answers", "answer_citations"])
def test_an_answer_is_kept_whole_or_not_at_all(
    database: Database, library: SqlLibrary, kept: SqlAnswers, table: str
) -> None:
    """An error in the middle leaves nothing of it."""
    saved(library, article())
    fault(database, table)
    with pytest.raises(LibraryError, match="fault"):
        keep(kept, answered(article().document), "a1", ANN)
    assert counts(database) == (0, 0, 0)


def test_what_cites_no_revision_of_the_library_is_refused(kept: SqlAnswers) -> None:
    """It could not be rebuilt."""
    with pytest.raises(LibraryError):
        keep(kept, answered(article().document), "a1", None)
    assert kept.kept("a1") is None


def test_an_answer_does_not_wait_long_for_another_writer(
    database: Database, kept: SqlAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person waits for it: it gives up soon, and what comes after has its patience again."""
    monkeypatch.setattr(module, "KEEPING_PATIENCE_SECONDS", 0.05)
    with (
        closing(Database(database.file)) as other,
        other.writing(),
        pytest.raises(LibraryError, match="Another process has been writing"),
    ):
        keep(kept, answered(), "a1", None)
    with database.reading() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 30_000
    keep(kept, answered(), "a1", None)
    assert kept.kept("a1") is not None


@pytest.mark.parametrize(
    "use",
    [
        lambda store: keep(store, answered(), "a1", ANN),
        lambda store: store.kept("a1"),
        lambda store: store.citing("a"),
        lambda store: store.give_verdict("a1", ANN, useful()),
        lambda store: store.feedback(),
        lambda store: store.forget(ANN),
        lambda store: store.expire(ASKED),
    ],
)
def test_every_call_says_that_the_database_is_of_no_use(
    database: Database, kept: SqlAnswers, key: AskerKey, use: Callable[[SqlAnswers], object]
) -> None:
    """As one error that a person can read, whatever was asked of it."""
    key.hashed(ANN)
    with database.writing() as connection:
        connection.execute(text("DROP TABLE verdicts"))
        connection.execute(text("DROP TABLE answer_citations"))
        connection.execute(text("DROP TABLE answers"))
    with pytest.raises(LibraryError, match="cannot be used"):
        use(kept)


def test_two_processes_keep_and_judge_at_once(database: Database, kept: SqlAnswers) -> None:
    """What one keeps, the other judges and forgets."""
    with closing(Database(database.file)) as opened_again:
        other = SqlAnswers(opened_again, AskerKey(Path(database.file.parent, "asker.key")))
        keep(kept, answered(), "a1", ANN)
        assert other.give_verdict("a1", ANN, useful())
        assert other.forget(ANN) == Forgotten(answers=1, verdicts=1)
    assert kept.kept("a1") is None
