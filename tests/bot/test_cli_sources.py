"""`dateline source add`, `list` and `show`: receipts, identity, exit status."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.running import Ended, article, articles, dateline

pytestmark = pytest.mark.usefixtures("data")

RECEIPT_KEYS = [
    "source",
    "status",
    "document",
    "revision",
    "title",
    "outlet",
    "author",
    "published",
    "url",
    "reprint_of",
    "sentences",
    "dropped",
    "notes",
    "error",
]


def add(*words: str | Path) -> Ended:
    """Load sources, with receipts in JSON."""
    return dateline("source", "add", *words, "--json")


def receipts(*words: str | Path) -> list[Any]:
    """Load sources, and return their receipts in JSON."""
    results = add(*words).json()["results"]
    assert isinstance(results, list)
    return results


def statuses(*words: str | Path) -> dict[str, str]:
    """Load sources, and return their statuses by the names of the files."""
    return {Path(each["source"]).name: each["status"] for each in receipts(*words)}


def listed() -> list[Any]:
    """Return what `source list --json` lists."""
    sources = dateline("source", "list", "--json").json()["sources"]
    assert isinstance(sources, list)
    return sources


def test_a_folder_is_walked_and_each_file_gets_a_receipt(tmp_path: Path) -> None:
    """Files of folders in folders count; hidden files and links do not."""
    folder = articles(tmp_path / "articles")
    article(folder / "deeper" / "down.md", "A lighthouse stands on the cliff.")
    (folder / "plain.txt").write_text("Gulls circle over the pier all day long.")
    (folder / ".hidden.md").write_text("Nobody reads this sentence.")
    (folder / "link.md").symlink_to(folder / "coast.md")
    ended = add(folder)
    assert ended.status == 0
    assert ended.err == ""
    assert {Path(each["source"]).name: each["status"] for each in ended.json()["results"]} == {
        "coast.md": "added",
        "harbour.md": "added",
        "island.md": "added",
        "plain.txt": "added",
        "down.md": "added",
    }


def test_a_receipt_has_the_keys_that_other_programs_rely_on(tmp_path: Path) -> None:
    """`source add --json` prints the keys of INTERFACES.md, and what the article says of itself."""
    source = articles(tmp_path) / "coast.md"
    ended = add(source)
    assert list(ended.json()) == ["results"]
    (receipt,) = ended.json()["results"]
    assert list(receipt) == RECEIPT_KEYS
    assert receipt | {"document": None} == {
        "source": str(source),
        "status": "added",
        "document": None,
        "revision": 1,
        "title": "Tankers at the coast",
        "outlet": "Coast Herald",
        "author": "Ann Rivers",
        "published": "2024-11-20",
        "url": None,
        "reprint_of": None,
        "sentences": 2,
        "dropped": [],
        "notes": [],
        "error": None,
    }
    assert receipt["document"]


def test_an_unchanged_source_makes_no_revision(tmp_path: Path) -> None:
    """Loading the same file again changes nothing and exits with 0."""
    folder = articles(tmp_path / "articles")
    first = receipts(folder)
    again = add(folder)
    assert again.status == 0
    assert [each | {"status": "unchanged"} for each in first] == again.json()["results"]


def test_a_corrected_source_keeps_its_id_and_gets_a_revision(tmp_path: Path) -> None:
    """The same path with another text is `updated`: the same id, the next revision."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.", outlet="Herald")
    (first,) = receipts(source)
    article(source, "The tanker made 44 trips, not 43.", outlet="Herald")
    (second,) = receipts(source)
    article(source, "The tanker made 45 trips after all.", outlet="Herald")
    (third,) = receipts(source)
    assert [each["status"] for each in (first, second, third)] == ["added", "updated", "updated"]
    assert [each["revision"] for each in (first, second, third)] == [1, 2, 3]
    assert first["document"] == second["document"] == third["document"]
    shown = dateline("source", "show", first["document"], "--json").json()
    assert shown["text"] == "The tanker made 45 trips after all."
    assert shown["revisions"] == 3
    assert len(listed()) == 1


def test_only_the_newest_revision_answers(tmp_path: Path) -> None:
    """What a correction took out of an article is found no more."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.", outlet="Herald")
    receipts(source)
    article(source, "The tanker made 44 trips.", outlet="Herald")
    receipts(source)
    answer = dateline("ask", "How many trips did the tanker make?", "--json").json()
    shown = [each["quote"] for each in answer["citations"] + answer["nearest"]]
    assert shown == ["The tanker made 44 trips."]
    assert {each["revision"] for each in answer["citations"] + answer["nearest"]} == {2}


def test_the_same_text_of_the_same_outlet_is_a_duplicate(tmp_path: Path) -> None:
    """A copy under another path is not loaded; its receipt names the document that is there."""
    text = "The tanker made 43 trips."
    (first,) = receipts(article(tmp_path / "a.md", text, outlet="Herald"))
    copy = article(tmp_path / "b.md", text, outlet="Herald")
    ended = add(copy)
    (second,) = ended.json()["results"]
    assert ended.status == 0
    assert second["status"] == "duplicate"
    assert second["document"] == first["document"]
    assert second["source"] == str(copy)
    assert len(listed()) == 1


def test_the_same_text_of_another_outlet_is_a_document_of_its_own(tmp_path: Path) -> None:
    """A reprint is added: who else says it is what Dateline is there to show."""
    text = "The tanker made 43 trips."
    (first,) = receipts(article(tmp_path / "a.md", text, outlet="Herald"))
    (second,) = receipts(article(tmp_path / "b.md", text, outlet="Times"))
    assert second["status"] == "added"
    assert second["document"] != first["document"]


def test_identity_is_per_collection(tmp_path: Path) -> None:
    """The same file in another collection is another document, not a duplicate."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.", outlet="Herald")
    (main,) = receipts(source)
    (other,) = receipts(source, "--collection", "other")
    assert (main["status"], other["status"]) == ("added", "added")
    assert main["document"] != other["document"]
    assert {each["collection"] for each in listed()} == {"main", "other"}


def test_a_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    """Each kind of file that cannot be loaded fails alone, with its reason; the status is 1."""
    folder = articles(tmp_path / "articles")
    (folder / "b-binary.txt").write_bytes(b"\0\1\2\3")
    (folder / "c-empty.md").write_text("")
    (folder / "d-marks.md").write_text("--- *** ... !!!\n")
    (folder / "e-front-matter.md").write_text('---\ntitle: "never closed\n---\nA sentence.\n')
    (folder / "f-list.md").write_text("---\n- a\n- b\n---\nA sentence.\n")
    (folder / "y-surrogate.md").write_text('---\ntitle: "a\\ud800b"\n---\nThe pilot went home.\n')
    ended = add(folder)
    results = {Path(each["source"]).name: each for each in ended.json()["results"]}
    failed = {name: each for name, each in results.items() if each["status"] == "failed"}
    assert ended.status == 1
    assert sorted(failed) == [
        "b-binary.txt",
        "c-empty.md",
        "d-marks.md",
        "e-front-matter.md",
        "f-list.md",
    ]
    assert all(list(each) == RECEIPT_KEYS for each in results.values())
    assert all(each["error"] and each["document"] is None for each in failed.values())
    assert results["y-surrogate.md"]["title"] == "ab"
    assert len(listed()) == 4


def test_a_picture_beside_the_articles_is_no_failure(tmp_path: Path) -> None:
    """It is left out, with a note; but one that is named cannot be loaded, and the status is 1."""
    folder = articles(tmp_path / "articles")
    picture = folder / "a-picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / "LICENSE").write_text("Do what you like.")
    note = "Left out: 2 files of kinds that cannot be loaded (no ending 1, .png 1)"
    ended = add(folder)
    assert ended.status == 0
    assert list(ended.json()) == ["results"]
    assert {each["status"] for each in ended.json()["results"]} == {"added"}
    assert len(listed()) == 3
    assert ended.err == f"{note}\n"
    shown = dateline("source", "add", folder)
    assert (shown.status, shown.out.splitlines()[-1]) == (0, note)
    named = add(folder, picture)
    assert named.status == 1
    (failed,) = [each for each in named.json()["results"] if each["status"] == "failed"]
    assert failed["source"] == str(picture)
    assert failed["error"].startswith(".png cannot be loaded")


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_file_name_that_is_not_utf8_fails_alone(tmp_path: Path) -> None:
    """Such a name cannot be kept; the receipt is valid JSON all the same."""
    folder = articles(tmp_path / "articles")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")).write_text("A sentence.")
    ended = add(folder)
    results = ended.json()["results"]
    (failed,) = [each for each in results if each["status"] == "failed"]
    assert ended.status == 1
    assert "not UTF-8" in failed["error"]
    assert len(results) == 4
    assert dateline("source", "add", folder).status == 1


def test_a_missing_path_fails_and_the_others_are_loaded(tmp_path: Path) -> None:
    """A path where nothing is fails under the name that was typed; the status is 1."""
    good = article(tmp_path / "good.md", "The tanker made 43 trips.")
    ended = add("no/such/file.md", good)
    assert ended.status == 1
    assert [(each["source"], each["status"]) for each in ended.json()["results"]] == [
        ("no/such/file.md", "failed"),
        (str(good), "added"),
    ]
    assert "no such file" in ended.json()["results"][0]["error"]


def test_an_empty_folder_fails(tmp_path: Path) -> None:
    """Nothing in a folder is no success: somebody mistyped, or forgot to mount it."""
    (tmp_path / "empty").mkdir()
    ended = add(tmp_path / "empty")
    assert ended.status == 1
    assert ended.json()["results"][0]["error"]


def test_a_relative_path_and_its_absolute_one_are_the_same_source(tmp_path: Path) -> None:
    """A source is known by its absolute path, however it was typed."""
    article(tmp_path / "a.md", "The tanker made 43 trips.")
    assert statuses("a.md") == {"a.md": "added"}
    assert statuses(tmp_path / "a.md", "./a.md") == {"a.md": "unchanged"}


def test_what_a_person_states_beats_what_the_article_says(tmp_path: Path) -> None:
    """--title, --outlet, --author and --published stand in place of what was found."""
    source = article(
        tmp_path / "a.md", "The tanker made 43 trips.", title="Old", outlet="Old", published="2020"
    )
    stated = ["--title", "New", "--outlet", "Herald", "--author", "Ann", "--published"]
    (receipt,) = receipts(source, *stated, "2024-11-22T08:00:00+01:00")
    assert receipt["title"] == "New"
    assert receipt["outlet"] == "Herald"
    assert receipt["author"] == "Ann"
    assert receipt["published"] == "2024-11-22T08:00:00+01:00"
    assert receipt["notes"] == []
    (shown,) = listed()
    assert (shown["title"], shown["outlet"], shown["author"]) == ("New", "Herald", "Ann")


@pytest.mark.parametrize(
    "written", ["2024-11-22", "2024-11-22T11:36:00", "2024-11-22T08:00:00+01:00"]
)
def test_a_date_keeps_the_precision_of_its_source(tmp_path: Path, written: str) -> None:
    """A day stays a day, a local time stays local, an offset stays the one that was written."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.", published=written)
    assert receipts(source)[0]["published"] == written
    assert listed()[0]["published"] == written


def test_a_date_that_is_not_understood_is_noted_and_left_unknown(tmp_path: Path) -> None:
    """Nothing is guessed: the article is added undated, and its receipt says so."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.", published="last Friday")
    (receipt,) = receipts(source)
    assert receipt["status"] == "added"
    assert receipt["published"] is None
    assert "“last Friday”" in receipt["notes"][0]


def test_a_stated_date_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    """A bad --published exits with 2 before anything is loaded."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.")
    ended = add(source, "--published", "last Friday")
    assert ended.status == 2
    assert ended.out == ""
    assert "“last Friday” is no date" in ended.err
    assert listed() == []


def test_a_list_has_the_facts_of_each_article_and_not_its_text(tmp_path: Path) -> None:
    """`source list --json` prints {"sources": […]} in the order of the titles, without texts."""
    receipts(articles(tmp_path / "articles"))
    sources = listed()
    assert [each["title"] for each in sources] == [
        "Busy harbour",
        "Island life",
        "Tankers at the coast",
    ]
    assert all("text" not in each for each in sources)
    wanted = set(RECEIPT_KEYS) - {"status", "dropped", "notes", "error"}
    assert all(set(each) >= wanted | {"collection"} for each in sources)


def test_an_empty_list_is_an_empty_list() -> None:
    """A library without articles is no error to list."""
    ended = dateline("source", "list", "--json")
    assert (ended.status, ended.json()) == (0, {"sources": []})
    assert "No article is loaded" in dateline("source", "list").out


def test_a_shown_document_is_one_flat_object_with_its_text(tmp_path: Path) -> None:
    """`source show --json` adds the text, the collection and the revisions to the facts."""
    folder = articles(tmp_path / "articles")
    (receipt,) = receipts(folder / "harbour.md")
    shown = dateline("source", "show", receipt["document"], "--json").json()
    facts = set(RECEIPT_KEYS) - {"status", "notes", "error"}
    assert {key: shown[key] for key in facts} == {key: receipt[key] for key in facts}
    assert shown["collection"] == "main"
    assert shown["revisions"] == 1
    assert shown["url"] is None
    assert shown["text"] == (
        "The tankers made 43 trips to the port of Vostochny since March.\n\n"
        "A pilot saw them leave at night without any lights."
    )


@pytest.mark.usefixtures("loaded")
def test_the_beginning_of_an_id_is_enough() -> None:
    """As many characters as make it the only one show the document."""
    ids = [each["document"] for each in listed()]
    for each in ids:
        shortest = next(
            each[:length]
            for length in range(1, len(each) + 1)
            if sum(other.startswith(each[:length]) for other in ids) == 1
        )
        assert dateline("source", "show", shortest, "--json").json()["document"] == each


def test_an_ambiguous_id_is_wrong_usage_and_names_the_candidates(tmp_path: Path) -> None:
    """Two ids with the same beginning: the status is 2, and both are named."""
    for number in range(33):  # more documents than an id has letters to begin with
        article(tmp_path / "many" / f"{number}.md", f"The tanker made {number} trips.")
    receipts(tmp_path / "many")
    ids = [each["document"] for each in listed()]
    letter = next(each[0] for each in ids if sum(other[0] == each[0] for other in ids) > 1)
    ended = dateline("source", "show", letter, "--json")
    assert ended.status == 2
    assert ended.out == ""
    assert sum(each in ended.err for each in ids if each[0] == letter) > 1


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("wanted", ["0", "", "nosuchdocument", "\udcff"])
def test_an_unknown_id_is_wrong_usage(wanted: str) -> None:
    """An id that no document has exits with 2 and says where ids are found."""
    ended = dateline("source", "show", wanted, "--json")
    assert ended.status == 2
    assert ended.out == ""
    assert "There is no document" in ended.err
    assert "source list" in ended.err


def test_a_person_reads_receipts_lists_and_documents(tmp_path: Path) -> None:
    """Without --json: receipts begin with their status, the list with ids, a document is whole."""
    folder = articles(tmp_path / "articles")
    added = dateline("source", "add", folder)
    assert [line.split()[0] for line in added.out.splitlines() if line[0] != " "] == ["added"] * 3
    table = dateline("source", "list").out.splitlines()
    identity = table[1].split()[0]
    assert len(table) == 4
    shown = dateline("source", "show", identity)
    assert shown.status == 0
    assert f"{identity}, revision 1" in shown.out
    assert "\nThe tankers made 43 trips to the port of Vostochny since March.\n" in shown.out
