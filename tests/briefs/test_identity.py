"""Which document a source is."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.identity import document_id, placed
from briefs.model import Document, LoadedFile, Status
from tests.building import held, loaded, modest

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)

CHANGES: dict[str, Any] = {
    "text": "The boats came back.",
    "title": "Boats",
    "outlet": "Port Radio",
    "author": "Ann Roe",
    "published": date(2024, 3, 7),
    "url": "https://port.example/boats",
}


def kept(found: LoadedFile, collection: str = "main") -> Document:
    """Return the document that a file becomes in an empty library."""
    status, made = placed(found, collection, None, None)
    assert status is Status.ADDED
    return made


def test_an_id_is_the_same_in_every_release() -> None:
    """Libraries, links and scripts hold on to it."""
    assert document_id("main", "/a/b.md") == "awijtsb2pv"
    assert document_id("é", '/ü/"b".md') == "hvcghfcgyw"


@modest
@given(TEXTS, TEXTS)
def test_an_id_is_ten_small_letters_and_digits(collection: str, source: str) -> None:
    """It can be typed, and put into a URL."""
    made = document_id(collection, source)
    assert len(made) == 10
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_an_id_depends_on_the_collection_and_the_source() -> None:
    """Identity is per collection; and nothing of one can be taken for a part of the other."""
    pairs = [("main", "/a.md"), ("main", "/b.md"), ("other", "/a.md"), ("main/", "a.md")]
    assert len({document_id(*pair) for pair in pairs}) == len(pairs)


def test_what_was_never_seen_is_added_as_its_first_revision() -> None:
    """With all that the loader found."""
    found = loaded(**CHANGES)
    made = kept(found, "sea")
    assert (made.id, made.revision, made.collection) == (document_id("sea", found.source), 1, "sea")
    for fact in ("source", "text", "title", "outlet", "author", "published", "url"):
        assert getattr(made, fact) == getattr(found, fact)


def test_the_same_source_with_the_same_facts_is_unchanged() -> None:
    """What is there stays, the very same."""
    there = kept(loaded())
    assert placed(loaded(), "main", held(there), there) == (Status.UNCHANGED, there)


@pytest.mark.parametrize("fact", CHANGES)
def test_the_same_source_with_anything_else_is_its_next_revision(fact: str) -> None:
    """Under the same id, so that it is one document for ever."""
    there = replace(kept(loaded()), revision=4)
    changed = loaded(**{fact: CHANGES[fact]})
    status, made = placed(changed, "main", held(there), None)
    assert status is Status.UPDATED
    assert made == replace(there, revision=5, **{fact: CHANGES[fact]})


def test_a_date_that_became_more_precise_is_a_change() -> None:
    """A day is not the midnight that it begins with."""
    there = kept(loaded(published=date(2024, 3, 7)))
    midnight = datetime.fromisoformat("2024-03-07T00:00:00")
    status, made = placed(loaded(published=midnight), "main", held(there), None)
    assert (status, made.published) == (Status.UPDATED, midnight)


def test_the_same_text_of_the_same_outlet_from_elsewhere_is_a_duplicate() -> None:
    """It is the document that is there already."""
    twin = kept(loaded(source="/articles/first.md"))
    assert placed(loaded(source="/articles/copy.md"), "main", None, twin) == (
        Status.DUPLICATE,
        twin,
    )


def test_a_source_that_turns_into_the_twin_of_another_is_still_itself() -> None:
    """What was loaded once is updated, not lost to its twin."""
    there = kept(loaded("Old text.", source="/articles/b.md"))
    twin = kept(loaded("New text.", source="/articles/a.md"))
    status, made = placed(loaded("New text.", source="/articles/b.md"), "main", held(there), twin)
    assert status is Status.UPDATED
    assert (made.id, made.revision) == (there.id, 2)


def test_an_id_given_before_stays() -> None:
    """Even one that another rule has made."""
    there = replace(kept(loaded("Old text.")), id="kept")
    assert placed(loaded("New text."), "main", held(there), None)[1].id == "kept"


def test_a_removed_document_that_is_loaded_again_is_added_as_its_next_revision() -> None:
    """Under its old id, so that old citations and the new ones are of one document."""
    there = held(replace(kept(loaded()), revision=3), removed=True)
    status, made = placed(loaded(), "main", there, None)
    assert status is Status.ADDED
    assert made == replace(there.document, revision=4)


def test_a_removed_document_gives_way_to_its_twin() -> None:
    """Loaded again it would be the second of the same text and outlet."""
    there = held(kept(loaded(source="/articles/b.md")), removed=True)
    twin = kept(loaded(source="/articles/a.md"))
    assert placed(loaded(source="/articles/b.md"), "main", there, twin) == (Status.DUPLICATE, twin)


def test_the_next_revision_is_no_reprint_until_its_text_is_compared() -> None:
    """What the text before it repeated says nothing of the new one."""
    there = replace(kept(loaded("Old text.")), reprint_of="another")
    assert placed(loaded("New text."), "main", held(there), None)[1].reprint_of is None
