"""`dateline eval`: the figures, the rows, what is wrong with a file, the exit status."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.running import article, dateline

pytestmark = pytest.mark.usefixtures("data")

KEYS = [
    "questions",
    "answerable",
    "unanswerable",
    "documents",
    "answer_at_1",
    "answer_at_3",
    "ranked_at_1",
    "ranked_at_3",
    "cited_at_5",
    "passage_at_1",
    "passage_at_5",
    "false_refusals",
    "caught",
    "p50_ms",
    "p99_ms",
    "results",
]
ROW_KEYS = [
    "line",
    "id",
    "question",
    "answerable",
    "expect",
    "document",
    "confidence",
    "answered",
    "right",
    "answer_at_1",
    "answer_at_3",
    "ranked_at_1",
    "ranked_at_3",
    "cited_at_5",
    "passage_at_1",
    "passage_at_5",
    "quote",
    "source",
    "elapsed_ms",
]
TRIPS = "How many trips to the port of Vostochny?"
QUESTIONS: list[dict[str, Any]] = [
    {"question": TRIPS, "expect": ["43 TRIPS"], "document": "harbour.md", "id": "trips"},
    {"question": TRIPS, "expect": ["44 trips"], "note": "wrong on purpose"},
    {"question": "Which violinist put out the torches?", "expect": ["any lights"]},
    {"question": "Which violinist won the Wimbledon semifinal?", "answerable": False},
    {"question": "The ferry to the island sails how often, and carries what?", "answerable": False},
]


def written(*lines: dict[str, Any] | str | bytes) -> Path:
    """Write a question file and return it."""
    file = Path("questions.jsonl")
    written = [
        line
        if isinstance(line, bytes)
        else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    file.write_bytes(b"\n".join(written) + b"\n")
    return file


@pytest.mark.usefixtures("loaded")
def test_the_figures_have_the_keys_that_other_programs_rely_on() -> None:
    """`eval --json` prints one document with the keys of docs/json.md, and exits with 0."""
    ended = dateline("eval", written(*QUESTIONS), "--json")
    assert (ended.status, ended.err) == (0, "")
    figures = ended.json()
    assert list(figures) == KEYS
    assert (figures["questions"], figures["answerable"], figures["unanswerable"]) == (5, 3, 2)
    assert figures["documents"] == 3
    assert all(list(row) == ROW_KEYS for row in figures["results"])
    assert [row["question"] for row in figures["results"]] == [q["question"] for q in QUESTIONS]
    assert [row["line"] for row in figures["results"]] == [1, 2, 3, 4, 5]
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]


@pytest.mark.usefixtures("loaded")
def test_the_figures_are_those_of_the_answers() -> None:
    """Each row agrees with what `ask` answers, and each figure with the rows."""
    figures = dateline("eval", written(*QUESTIONS), "--json").json()
    rows = figures["results"]
    for row in rows:
        answer = dateline("ask", row["question"], "--json").json()
        assert (row["answered"], row["confidence"]) == (answer["answered"], answer["confidence"])
        shown = answer["statements"] or [{"text": cited["quote"]} for cited in answer["nearest"]]
        assert row["quote"] == shown[0]["text"]
    assert [row["answered"] for row in rows] == [True, True, False, False, True]
    assert [row["right"] for row in rows] == [True, False, False, True, False]
    assert [row["answer_at_1"] for row in rows] == [True, False, False, None, None]
    assert [row["cited_at_5"] for row in rows] == [True, False, True, None, None]
    assert [row["passage_at_5"] for row in rows] == [True, None, None, None, None]
    assert rows[0]["source"].endswith(("harbour.md", "coast.md"))
    assert (rows[0]["id"], rows[1]["id"]) == ("trips", None)
    assert figures["answer_at_1"] == figures["answer_at_3"] == 0.3333
    assert figures["cited_at_5"] == 0.6667
    assert figures["passage_at_5"] == 1
    assert figures["false_refusals"] == 0.3333
    assert figures["caught"] == 0.5


@pytest.mark.usefixtures("loaded")
def test_a_person_sees_the_figures_and_what_to_look_at() -> None:
    """The figures with their meaning, then the worst of each kind, not what went right."""
    ended = dateline("eval", written(*QUESTIONS))
    assert (ended.status, ended.err) == (0, "")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines[0] == "5 questions: 3 to be answered from 3 articles, 2 to be refused."
    assert "answer_at_1 33.3 % the first statement is right; refused counts as wrong" in lines
    assert "caught 50.0 % not answerable, and refused" in lines
    assert "line 5: The ferry to the island sails how often, and carries what?" in lines
    assert any(line.startswith("answered, and should have been refused (") for line in lines)
    assert "line 3: Which violinist put out the torches?" in lines
    assert any(line.startswith("refused, and should have been answered") for line in lines)
    assert f"line 2: {TRIPS}" in lines
    assert "expected: “44 trips”" in lines
    assert "Wimbledon" not in ended.out
    assert "line 1" not in ended.out


@pytest.mark.usefixtures("loaded")
def test_what_is_not_counted_is_null_for_programs_and_not_shown_to_a_person() -> None:
    """A file without questions to refuse says nothing of refusing them."""
    file = written({"question": TRIPS, "expect": ["43 trips"]})
    figures = dateline("eval", file, "--json").json()
    assert figures["caught"] is figures["passage_at_1"] is figures["passage_at_5"] is None
    assert figures["answer_at_1"] == 1
    person = dateline("eval", file).out
    assert "caught" not in person
    assert "passage_at_1" not in person
    assert "Wrong" not in person


@pytest.mark.usefixtures("loaded")
def test_what_a_source_or_a_file_says_is_inert() -> None:
    """No control character of a question gets to the terminal."""
    file = written({"question": "Who \u001b[31m won?", "answerable": True, "expect": ["\u009b1m"]})
    assert "\u001b" not in (out := dateline("eval", file).out)
    assert "\u009b" not in out


@pytest.mark.usefixtures("loaded")
def test_collections_are_asked_where_they_are_named(tmp_path: Path) -> None:
    """`main` unless others are named; they may be several."""
    ferry = article(tmp_path / "ferry.md", "The ferry to the rock sank in March.", title="Ferry")
    assert dateline("source", "add", ferry, "--collection", "north").status == 0
    file = written({"question": "When did the ferry to the rock sink?", "expect": ["in March"]})
    shares = {
        words: dateline("eval", file, *words, "--json").json()["ranked_at_1"]
        for words in (
            (),
            ("--collection", "north"),
            ("--collection", "main", "--collection", "north"),
        )
    }
    assert list(shares.values()) == [0, 1, 1]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_named_document_that_is_not_loaded_is_told(words: list[str]) -> None:
    """Once, with its lines: or its share of 0 % looks as if the search were bad."""
    mistyped = {"question": TRIPS, "expect": ["43"], "document": "habour.md"}
    ended = dateline("eval", written(*QUESTIONS, mistyped, "", mistyped), *words)
    assert ended.status == 0
    assert ended.err == (
        "“habour.md” (lines 6, 8) is not loaded in what is asked and counts as not found in "
        "“passage_at_1” and “passage_at_5”.\n"
    )
    elsewhere = dateline("source", "add", article(Path("far.md"), "Far."), "--collection", "far")
    assert elsewhere.status == 0
    told = dateline("eval", written(*QUESTIONS), "--collection", "far", *words).err
    assert told.startswith("“harbour.md” (line 1) is not loaded in what is asked")


def test_an_empty_library_fails_and_says_what_to_do() -> None:
    """There is nothing to measure: status 1, and nothing on standard output."""
    for words in ([], ["--json"]):
        ended = dateline("eval", written(*QUESTIONS), *words)
        assert (ended.status, ended.out) == (1, "")
        assert "No article is loaded in the collection “main”" in ended.err
        assert "source add" in ended.err


@pytest.mark.usefixtures("loaded")
def test_a_collection_with_nothing_in_it_is_named() -> None:
    """Its name may be mistyped."""
    ended = dateline("eval", written(*QUESTIONS), "--collection", "nroth")
    assert ended.status == 1
    assert "“nroth”" in ended.err


def test_nothing_is_kept_of_it(loaded: Path) -> None:
    """Measuring writes nothing into the data folder's tables."""

    def rows() -> dict[str, int]:
        with closing(sqlite3.connect(loaded / "dateline.db")) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for (name,) in tables.fetchall()
            }

    before = rows()
    assert dateline("eval", written(*QUESTIONS), "--json").status == 0
    assert rows() == before


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_every_wrong_line_is_told_and_nothing_is_started(data: Path, words: list[str]) -> None:
    """Status 2, a sentence a line on standard error, and no data folder."""
    file = written({"question": TRIPS, "expects": ["43"]}, QUESTIONS[0], "{", {"question": "What?"})
    ended = dateline("eval", file, *words)
    assert (ended.status, ended.out) == (2, "")
    told = ended.err.splitlines()
    assert told[0] == "questions.jsonl cannot be used:"
    assert told[1] == "Line 1: “expects” is no key of a question. Did you mean “expect”?"
    assert told[2].startswith("Line 3: It is not JSON")
    assert told[3].startswith("Line 4: What is right is missing.")
    assert len(told) == 4
    assert not data.exists()


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    """Missing, a folder, empty, or in another encoding: status 2, and what to do."""
    missing = dateline("eval", "nowhere.jsonl")
    assert (missing.status, missing.err) == (2, "There is no file nowhere.jsonl.\n")
    folder = dateline("eval", tmp_path)
    assert folder.status == 2
    assert "is a folder" in folder.err
    empty = dateline("eval", written("", "  "))
    assert empty.status == 2
    assert "There is no question in the file." in empty.err
    latin = dateline("eval", written(QUESTIONS[0], '{"question": "Où?"}'.encode("latin-1")))
    assert latin.status == 2
    assert "questions.jsonl, line 2, is not UTF-8. Save the file as UTF-8." in latin.err
    wide = dateline("eval", written(json.dumps(QUESTIONS[0]).encode("utf-16")))
    assert wide.status == 2
    assert "is not UTF-8" in wide.err


@pytest.mark.parametrize("words", [[], ["one.jsonl", "two.jsonl"], ["one.jsonl", "--nosuch"]])
def test_wrong_words_are_wrong_usage(words: list[str]) -> None:
    """One file, and no option but those that there are."""
    assert dateline("eval", *words).status == 2


@pytest.mark.usefixtures("loaded")
def test_a_byte_order_mark_is_allowed() -> None:
    """Some editors write one."""
    file = written(b"\xef\xbb\xbf" + json.dumps(QUESTIONS[0]).encode())
    assert dateline("eval", file, "--json").json()["questions"] == 1
