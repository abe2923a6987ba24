"""`dateline source add` of every format, and `restore`, `edit`, `remove`, `refresh`."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.loading import building
from tests.bot.pages import AFTER, ARTICLE, BEFORE, HEADLINES, MENU, SENTENCES, copied
from tests.running import Ended, article, articles, dateline

pytestmark = pytest.mark.usefixtures("data")

TRIPS = "How many trips to the port of Vostochny?"


def source(*words: str | Path) -> Ended:
    """Run a command of `source`, with its reply in JSON."""
    return dateline("source", *words, "--json")


def receipts(*words: str | Path) -> list[Any]:
    """Run a command of `source`, and return its receipts."""
    results = source(*words).json()["results"]
    assert isinstance(results, list)
    return results


def receipt(*words: str | Path) -> Any:
    """Run a command of `source`, and return its only receipt."""
    (only,) = receipts(*words)
    return only


def shown(document: str) -> Any:
    """Return what `source show --json` shows."""
    return source("show", document).json()


def listed() -> list[str]:
    """Return the ids that `source list` lists."""
    return [each["document"] for each in source("list").json()["sources"]]


def quotes(question: str = TRIPS) -> list[str]:
    """Return what an answer or an abstention quotes."""
    answer = dateline("ask", question, "--json").json()
    return [each["quote"] for each in answer["citations"] + answer["nearest"]]


def mixed(folder: Path) -> Path:
    """Write a folder with each format, and with each way in which a file can be bad."""
    folder.mkdir()
    head = '<meta property="og:site_name" content="Port Radio">'
    (folder / "a.html").write_bytes(building.article(head))
    (folder / "b.pdf").write_bytes(building.pdf([["A crane fell on the pier in the evening."]]))
    (folder / "c.docx").write_bytes(building.docx("The lighthouse on the cliff was painted red."))
    article(folder / "d.md", "The ferry sails twice a week.", outlet="Quiet Press")
    copied(folder / "e.txt", "Gulls circle over the fish market all day long.\n")
    (folder / "f-corrupt.pdf").write_bytes(b"%PDF-1.7\nthis is no PDF at all")
    (folder / "g-empty.md").write_text("")
    copied(folder / "h-navigation.txt", f"{BEFORE}\n\n{HEADLINES}\n\n{AFTER}\n")
    article(folder / "i-twin.md", "The ferry sails twice a week.", outlet="Quiet Press")
    article(folder / "j-corrected.md", "The bridge opens in March.", outlet="Quiet Press")
    return folder


def test_every_format_is_loaded_and_a_bad_file_fails_alone(tmp_path: Path) -> None:
    """One status a file, the status 1 for the bad ones, and whatever is good can be asked."""
    folder = mixed(tmp_path / "mixed")
    receipts("add", folder / "j-corrected.md")
    article(folder / "j-corrected.md", "The bridge opens in April.", outlet="Quiet Press")
    ended = source("add", folder)
    results = {Path(each["source"]).name: each for each in ended.json()["results"]}
    assert ended.status == 1
    assert {name: each["status"] for name, each in results.items()} == {
        "a.html": "added",
        "b.pdf": "added",
        "c.docx": "added",
        "d.md": "added",
        "e.txt": "added",
        "f-corrupt.pdf": "failed",
        "g-empty.md": "failed",
        "h-navigation.txt": "failed",
        "i-twin.md": "duplicate",
        "j-corrected.md": "updated",
    }
    assert results["i-twin.md"]["document"] == results["d.md"]["document"]
    assert "only navigation" in results["h-navigation.txt"]["error"]
    assert "no text" in results["g-empty.md"]["error"]
    assert results["a.html"]["outlet"] == "Port Radio"
    failed = [each for each in results.values() if each["status"] == "failed"]
    assert all(each["error"] and each["document"] is None for each in failed)
    good = {each["document"] for each in results.values()} - {None}
    assert set(listed()) == good
    assert len(good) == 6
    assert quotes("Where did the crane fall?")[0] == "A crane fell on the pier in the evening."

    again = source("add", folder)
    assert again.status == 1
    assert Counter(each["status"] for each in again.json()["results"]) == {
        "unchanged": 6,
        "failed": 3,
        "duplicate": 1,
    }


def test_two_copies_in_one_load_are_one_document(tmp_path: Path) -> None:
    """The second of them is a duplicate of the first, though neither was there before."""
    folder = tmp_path / "two"
    copied(folder / "a.txt", ARTICLE)
    copied(folder / "b.txt", ARTICLE)
    first, second = receipts("add", folder)
    assert (first["status"], second["status"]) == ("added", "duplicate")
    assert second["document"] == first["document"]
    assert second["source"] == str(folder / "b.txt")
    assert listed() == [first["document"]]


def test_a_receipt_counts_what_was_dropped_by_its_reason(tmp_path: Path) -> None:
    """A person reads how many lines went and why; JSON has each of them with its number."""
    page = copied(tmp_path / "page.txt")
    said = dateline("source", "add", page)
    added = receipt("add", page)
    reasons = Counter(each["reason"] for each in added["dropped"])
    assert said.status == 0
    assert added["status"] == "unchanged"
    assert [each["number"] for each in added["dropped"]] == list(range(1, 16))
    assert reasons["navigation"] == len(MENU)
    assert reasons["cookies"] == 1
    assert f"{len(SENTENCES)} sentences kept, 15 lines dropped: navigation 8, " in said.out
    assert f"cookies {reasons['cookies']}" in said.out


def test_show_lists_the_dropped_lines_and_the_text_has_none_of_them(tmp_path: Path) -> None:
    """What was dropped can be looked at, with the number that brings it back."""
    document = receipt("add", copied(tmp_path / "page.txt"))["document"]
    found = shown(document)
    person = dateline("source", "show", document)
    assert found["status"] == "unchanged"
    assert found["error"] is None
    assert found["text"] == ARTICLE
    assert [each["text"] for each in found["dropped"]] == [*MENU, *AFTER.split("\n")]
    assert f"source restore {document} N…" in person.out
    for each in found["dropped"]:
        assert f"{each['number']} " in person.out
        assert each["text"] in person.out


def test_restore_brings_back_exactly_the_lines_of_these_numbers(tmp_path: Path) -> None:
    """In their places, as a new revision; the others keep their numbers, and no load undoes it."""
    page = copied(tmp_path / "page.txt")
    document = receipt("add", page)["document"]
    dropped = {each["text"]: each["number"] for each in shown(document)["dropped"]}
    cookies = "We use cookies to improve your experience."
    restored = receipt("restore", document, str(dropped["Opinion"]), str(dropped[cookies]))
    found = shown(document)
    assert (restored["status"], restored["revision"]) == ("updated", 2)
    assert (found["revision"], found["revisions"]) == (2, 2)
    assert found["text"] == f"Opinion\n\n{ARTICLE}\n\n{cookies}"
    left = {each["text"]: each["number"] for each in found["dropped"]}
    assert left == {text: number for text, number in dropped.items() if text not in found["text"]}
    assert quotes("How do cookies improve the experience?")[0] == cookies

    assert receipt("add", page)["status"] == "unchanged"
    assert [each["status"] for each in receipts("refresh")] == ["unchanged"]
    assert shown(document) == found

    more = receipt("restore", document, str(dropped["Sport"]))
    assert more["revision"] == 3
    assert shown(document)["text"].split("\n\n")[:2] == ["Sport", "Opinion"]


def test_a_line_that_was_not_dropped_cannot_be_restored(tmp_path: Path) -> None:
    """A wrong number is wrong usage, and none of the right ones beside it is brought back."""
    document = receipt("add", copied(tmp_path / "page.txt"))["document"]
    ended = source("restore", document, "1", "99")
    assert (ended.status, ended.out) == (2, "")
    assert f"{document} has no dropped line 99." in ended.err
    assert shown(document)["revisions"] == 1
    clean = receipt("add", copied(tmp_path / "clean.txt", "Nothing is dropped from this one."))
    assert source("restore", clean["document"], "1").status == 2


def test_edit_says_what_the_source_does_not_and_it_stays(tmp_path: Path) -> None:
    """A revision with the same text; loading the source again, corrected or not, keeps it."""
    page = copied(tmp_path / "page.txt")
    document = receipt("add", page)["document"]
    stated = ["--outlet", "Harbour Post", "--published", "2024-11-22", "--title", "Night ships"]
    edited = receipt("edit", document, *stated)
    facts = {"outlet": "Harbour Post", "published": "2024-11-22", "title": "Night ships"}
    assert (edited["status"], edited["revision"]) == ("updated", 2)
    assert facts.items() <= edited.items()
    assert facts.items() <= shown(document).items()
    assert shown(document)["text"] == ARTICLE

    assert receipt("add", page)["status"] == "unchanged"
    assert receipt("refresh")["status"] == "unchanged"
    copied(page, f"{BEFORE}\n\n{ARTICLE}\n\nThe port will stay closed until May.\n\n{AFTER}\n")
    updated = receipt("refresh")
    assert (updated["status"], updated["revision"]) == ("updated", 3)
    assert facts.items() <= updated.items()


def test_an_edit_that_changes_nothing_makes_no_revision(tmp_path: Path) -> None:
    """Saying what is known already is `unchanged`."""
    document = receipt("add", articles(tmp_path / "articles") / "coast.md")["document"]
    for _ in range(2):
        edited = source("edit", document, "--outlet", "Coast Herald", "--published", "2024-11-20")
        (only,) = edited.json()["results"]
        assert (edited.status, only["status"], only["revision"]) == (0, "unchanged", 1)


def test_a_stated_fact_stays_when_the_source_is_loaded_without_it(tmp_path: Path) -> None:
    """`--outlet` once is enough; another one later takes its place, and the rest stays."""
    page = copied(tmp_path / "page.txt")
    first = receipt("add", page, "--outlet", "Harbour Post", "--author", "Ann Rivers")
    second = receipt("add", page)
    third = receipt("add", page, "--outlet", "Coast Herald")
    assert [each["status"] for each in (first, second, third)] == ["added", "unchanged", "updated"]
    assert [each["outlet"] for each in (first, second, third)] == [
        "Harbour Post",
        "Harbour Post",
        "Coast Herald",
    ]
    assert third["author"] == "Ann Rivers"


def test_an_edited_text_keeps_its_restored_lines(tmp_path: Path) -> None:
    """Editing and restoring go together, in whatever order."""
    document = receipt("add", copied(tmp_path / "page.txt"))["document"]
    receipt("restore", document, "1")
    receipt("edit", document, "--outlet", "Harbour Post")
    receipt("restore", document, "2")
    found = shown(document)
    assert found["outlet"] == "Harbour Post"
    assert found["text"].split("\n\n")[:2] == list(MENU[:2])
    assert found["revisions"] == 4


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "words",
    [
        ["edit", "ID"],
        ["edit", "ID", "--published", "last Friday"],
        ["edit", "ID", "--outlet", "two\nlines"],
        ["edit", "nosuchid", "--outlet", "Herald"],
        ["remove", "nosuchid"],
        ["remove", ""],
        ["restore", "ID"],
        ["restore", "ID", "one"],
        ["restore", "nosuchid", "1"],
    ],
)
def test_a_change_that_makes_no_sense_is_wrong_usage(words: list[str]) -> None:
    """The status is 2, standard output stays empty, and nothing is changed."""
    before = [shown(each) for each in listed()]
    ended = source(*(before[0]["document"] if word == "ID" else word for word in words))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err
    assert [shown(each) for each in listed()] == before


def test_a_removed_document_is_gone_until_it_is_added_again(tmp_path: Path) -> None:
    """Not listed, not answered from, not shown, not a twin; then it is back under its id."""
    folder = articles(tmp_path / "articles")
    receipts("add", folder)
    coast = receipt("add", folder / "coast.md")["document"]
    removed = receipt("remove", coast[:6])
    assert (removed["status"], removed["document"]) == ("removed", coast)
    assert coast not in listed()
    assert len(listed()) == 2
    assert all("northern fleet" not in quote for quote in quotes())
    assert source("show", coast).status == 2
    assert source("remove", coast).status == 2
    assert source("edit", coast, "--outlet", "Herald").status == 2
    assert len(receipts("refresh")) == 2
    assert coast not in listed()

    back = receipt("add", folder / "coast.md")
    assert (back["status"], back["document"]) == ("added", coast)
    assert any("northern fleet" in quote for quote in quotes())


def test_a_copy_may_be_loaded_in_place_of_what_was_removed(tmp_path: Path) -> None:
    """What does not answer any more makes nothing a duplicate."""
    original = copied(tmp_path / "a.txt", ARTICLE)
    receipt("remove", receipt("add", original)["document"])
    copy = receipt("add", copied(tmp_path / "b.txt", ARTICLE))
    assert (copy["status"], copy["source"]) == ("added", str(tmp_path / "b.txt"))
    assert listed() == [copy["document"]]


def test_refresh_loads_what_changed_and_loses_nothing_that_vanished(tmp_path: Path) -> None:
    """The changed file gets a revision, the missing one fails and goes on answering: status 1."""
    folder = articles(tmp_path / "articles")
    receipts("add", folder)
    receipts("add", folder / "island.md", "--collection", "other")
    article(folder / "harbour.md", "The tankers made 44 trips, not 43.", outlet="Harbour Times")
    shutil.move(folder / "coast.md", tmp_path / "elsewhere.md")
    ended = source("refresh")
    results = ended.json()["results"]
    statuses = Counter((Path(each["source"]).name, each["status"]) for each in results)
    assert ended.status == 1
    assert statuses == {
        ("coast.md", "failed"): 1,
        ("harbour.md", "updated"): 1,
        ("island.md", "unchanged"): 2,
    }
    (failed,) = [each for each in results if each["status"] == "failed"]
    assert "it is not a file" in failed["error"]
    assert len(listed()) == 4
    assert any("northern fleet" in quote for quote in quotes())
    assert any("44 trips" in quote for quote in quotes("Did the tankers make 44 trips?"))


def test_an_empty_library_has_nothing_to_refresh() -> None:
    """That is no failure."""
    ended = source("refresh")
    assert (ended.status, ended.json()) == (0, {"results": []})


def cut_by_an_editor(text: str) -> str:
    """Return nearly the same text: one sentence less, and a word changed."""
    return text.replace(SENTENCES[2], "").replace("declined", "refused").rstrip()


@pytest.mark.parametrize("change", [str, cut_by_an_editor], ids=["the same", "nearly the same"])
def test_a_reprint_is_added_and_linked_and_counts_once(tmp_path: Path, change: Any) -> None:
    """Another outlet with the same words is no second witness: one outlet, two citations."""
    first = receipt("add", article(tmp_path / "a.md", ARTICLE, outlet="Coast Herald"))
    ended = source("add", article(tmp_path / "b.md", change(ARTICLE), outlet="Harbour Times"))
    (second,) = ended.json()["results"]
    answer = dateline("ask", TRIPS, "--json").json()
    statement = answer["statements"][0]
    assert (ended.status, second["status"]) == (0, "added")
    assert second["document"] != first["document"]
    assert second["notes"] == [
        f"a reprint of {first['document']}: it counts with it as one origin",
    ]
    assert shown(first["document"])["reprint_of"] is None
    assert shown(second["document"])["reprint_of"] == first["document"]
    assert {each["document"] for each in answer["citations"]} == {
        first["document"],
        second["document"],
    }
    assert len(statement["citations"]) == 2
    assert (statement["outlets"], statement["origins"]) == (1, 1)


def test_who_reports_the_same_in_other_words_is_no_reprint(tmp_path: Path) -> None:
    """Two witnesses stay two: a shared fact is not a shared text."""
    receipts("add", articles(tmp_path / "articles"))
    found = [shown(each) for each in listed()]
    assert [each["reprint_of"] for each in found] == [None, None, None]
    assert dateline("ask", TRIPS, "--json").json()["statements"][0]["outlets"] == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/story",
        "http://localhost:9/story",
        "http://[::1]:9/story",
        "http://0x7f000001:9/story",
        "http://[::ffff:127.0.0.1]:9/story",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/story",
    ],
)
def test_a_url_into_the_own_network_is_refused_in_a_sentence(tmp_path: Path, url: str) -> None:
    """Nothing behind the firewall is read for whoever may load: status 1; the rest is loaded."""
    good = articles(tmp_path / "articles") / "coast.md"
    ended = source("add", url, good)
    failed, added = ended.json()["results"]
    assert ended.status == 1
    assert (failed["status"], added["status"]) == ("failed", "added")
    assert "is in a private network, and Dateline reads public pages only" in failed["error"]
    assert "Traceback" not in ended.err


def test_refused_urls_are_one_line_each_to_a_person() -> None:
    """Without --json the sentence stands behind the URL."""
    ended = dateline("source", "add", "http://127.0.0.1:9/story")
    assert ended.status == 1
    assert ended.out == (
        "failed http://127.0.0.1:9/story: 127.0.0.1 is in a private network, and Dateline reads "
        "public pages only\n"
    )


@pytest.mark.usefixtures("loaded")
def test_a_change_is_told_to_a_person_by_its_status() -> None:
    """Without --json each receipt begins with the status word."""
    one, two = listed()[:2]
    assert dateline("source", "edit", one, "--outlet", "Herald").out.startswith("updated ")
    assert dateline("source", "edit", one, "--outlet", "Herald").out.startswith("unchanged ")
    assert dateline("source", "remove", two).out.startswith("removed ")
