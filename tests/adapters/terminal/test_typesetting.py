"""A brief for a file: whole, or in parts that fit, without what was removed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.terminal.typesetting import TerminalTypesetter
from adapters.wording import CUT
from briefs.brief import Brief, Period, Point, Source
from briefs.model import Citation, Document, Statement
from tests.building import document

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SENTENCES = [f"The pilots counted {number} cranes at pier {number}." for number in range(1, 9)]


def cited(number: int, of: Document) -> Citation:
    """Return a citation of a whole document."""
    return Citation(number=number, document=of, start=0, end=len(of.text))


@pytest.fixture
def brief() -> Brief:
    """Return a brief of eight points, each of a document of its own."""
    documents = [
        document(text, id=f"d{number}", title=f"Title {number}", outlet=f"Outlet {number}")
        for number, text in enumerate(SENTENCES, start=1)
    ]
    points = [
        Point(story="Cranes", statement=Statement(citations=(cited(number, each),), origins=()))
        for number, each in enumerate(documents, start=1)
    ]
    return Brief(
        id="b1",
        title="Cranes",
        period=Period(since=None, until=NOW),
        documents=tuple(documents),
        points=tuple(points),
        sources=tuple(Source(document=each) for each in documents),
    )


def test_a_file_bears_the_whole(brief: Brief) -> None:
    """One message, with what is remarked before it, and all its documents."""
    (draft,) = TerminalTypesetter().drafts(brief, ["Late: by an hour."])
    assert draft.body.startswith("Late: by an hour.\n\nCranes\n")
    assert all(text in draft.body for text in SENTENCES)
    assert set(draft.documents) == {each.id for each in brief.documents}


@pytest.mark.parametrize("length", [200, 300, 500, 900])
def test_parts_fit_and_keep_sentences_whole(brief: Brief, length: int) -> None:
    """Every sentence stands in one part, with its number; the parts are numbered."""
    drafts = TerminalTypesetter(length).drafts(brief)
    assert len(drafts) > 1
    for number, draft in enumerate(drafts, start=1):
        assert len(draft.body) <= length
        assert draft.body.endswith(f"Part {number} of {len(drafts)}\n")
    for number, text in enumerate(SENTENCES, start=1):
        (_,) = (each for each in drafts if f"{text} [{number}]" in each.body)


def test_what_was_removed_is_left_out(brief: Brief) -> None:
    """It is said; what the message does not show cannot be left out of it."""
    typesetter = TerminalTypesetter()
    (draft,) = typesetter.drafts(brief)
    found = typesetter.without(draft.body, brief, frozenset({"d3"}))
    assert found is not None
    assert SENTENCES[2] not in found.body
    assert "Title 3" not in found.body
    assert SENTENCES[3] in found.body
    assert found.body.count(CUT) == 2
    assert "d3" not in found.documents
    assert typesetter.without("Something else.\n", brief, frozenset({"d3"})) is None


@pytest.mark.parametrize("length", range(250, 900, 50))
def test_what_was_removed_is_left_out_of_whichever_part(brief: Brief, length: int) -> None:
    """Wherever the parts end, an indented line too is as it was laid out where one begins."""
    typesetter = TerminalTypesetter(length)
    for draft in typesetter.drafts(brief):
        for removed in draft.documents:
            found = typesetter.without(draft.body, brief, frozenset({removed}))
            assert found is not None, draft.body
            assert removed not in found.documents


def test_where_nothing_can_be_appended(tmp_path: Path) -> None:
    """A folder, and a file in a folder that is not there."""
    typesetter = TerminalTypesetter()
    assert typesetter.unpostable("terminal:") is None
    assert typesetter.unpostable(f"terminal:{tmp_path / 'a.txt'}") is None
    assert "is a folder" in (typesetter.unpostable(f"terminal:{tmp_path}") or "")
    assert "is not there" in (typesetter.unpostable(f"terminal:{tmp_path / 'b' / 'a.txt'}") or "")
