"""`dateline ask`: the answer, the abstention, the filters, the exit status."""

from pathlib import Path
from typing import Any

import pytest

from tests.running import article, dateline

pytestmark = pytest.mark.usefixtures("data")

ANSWER_KEYS = [
    "question",
    "understood",
    "answered",
    "confidence",
    "statements",
    "differences",
    "citations",
    "nearest",
    "reason",
    "searched",
    "elapsed_ms",
    "id",
]
STATEMENT_KEYS = ["text", "context", "citations", "outlets", "origins"]
CITATION_KEYS = [
    "number",
    "document",
    "revision",
    "title",
    "outlet",
    "published",
    "url",
    "quote",
    "start",
    "end",
    "link",
]
TRIPS = "How many trips to the port of Vostochny?"
NOBODY_KNOWS = "Which violinist won the Wimbledon semifinal?"


def shown_texts() -> dict[str, str]:
    """Return the text of every document by its id, as `source show --json` prints it."""
    sources = dateline("source", "list", "--json").json()["sources"]
    ids = [each["document"] for each in sources]
    return {each: dateline("source", "show", each, "--json").json()["text"] for each in ids}


def outlets(answer: Any) -> set[str]:
    """Return the outlets that an answer or an abstention names."""
    return {each["outlet"] for each in answer["citations"] + answer["nearest"]}


@pytest.mark.usefixtures("loaded")
def test_an_answer_has_the_keys_that_other_programs_rely_on() -> None:
    """`ask --json` prints exactly the keys of INTERFACES.md, and exits with 0."""
    ended = dateline("ask", TRIPS, "--json")
    answer = ended.json()
    assert ended.status == 0
    assert ended.err == ""
    assert list(answer) == ANSWER_KEYS
    assert answer["question"] == TRIPS
    assert answer["answered"] is True
    assert answer["reason"] is None
    assert answer["nearest"] == []
    assert answer["searched"] == {"documents": 3, "passages": 3, "undated": 0}
    assert answer["elapsed_ms"] >= 0
    assert 0 < answer["confidence"] <= 1
    assert all(list(each) == STATEMENT_KEYS for each in answer["statements"])
    assert all(list(each) == CITATION_KEYS for each in answer["citations"])


@pytest.mark.usefixtures("loaded")
def test_every_quote_is_the_exact_span_of_the_shown_document() -> None:
    """`quote` is `source show --json`'s text[start:end], in answers and in abstentions."""
    texts = shown_texts()
    answer = dateline("ask", TRIPS, "--json").json()
    refusal = dateline("ask", NOBODY_KNOWS, "--json").json()
    cited = answer["citations"] + refusal["nearest"]
    assert answer["citations"]
    assert refusal["nearest"]
    for each in cited:
        assert each["quote"] == texts[each["document"]][each["start"] : each["end"]] != ""


@pytest.mark.usefixtures("loaded")
def test_a_statement_is_its_first_citation_and_counts_its_outlets() -> None:
    """Two outlets that say the same become one statement, equal to its first quote."""
    answer = dateline("ask", TRIPS, "--json").json()
    quotes = {each["number"]: each["quote"] for each in answer["citations"]}
    first = answer["statements"][0]
    assert list(quotes) == list(range(1, len(quotes) + 1))
    assert all(said["text"] == quotes[said["citations"][0]] for said in answer["statements"])
    assert "43 trips" in first["text"]
    assert first["outlets"] == len(first["citations"]) == 2


@pytest.mark.usefixtures("loaded")
def test_a_question_that_nobody_answers_is_refused_with_a_reason() -> None:
    """An abstention exits with 0, says why, states nothing, and shows up to three passages."""
    ended = dateline("ask", NOBODY_KNOWS, "--json")
    answer = ended.json()
    assert ended.status == 0
    assert list(answer) == ANSWER_KEYS
    assert answer["answered"] is False
    assert answer["statements"] == answer["citations"] == []
    assert "“violinist”" in answer["reason"]
    assert 1 <= len(answer["nearest"]) <= 3
    assert [each["number"] for each in answer["nearest"]] == [1, 2, 3][: len(answer["nearest"])]
    assert all(list(each) == CITATION_KEYS for each in answer["nearest"])


def test_an_empty_library_prints_its_object_and_fails() -> None:
    """With nothing loaded to ask, the object is printed all the same; the status is 1."""
    ended = dateline("ask", TRIPS, "--json")
    answer = ended.json()
    assert ended.status == 1
    assert list(answer) == ANSWER_KEYS
    assert answer["answered"] is False
    assert answer["statements"] == answer["citations"] == answer["nearest"] == []
    assert "No article is loaded" in answer["reason"]
    assert answer["searched"] == {"documents": 0, "passages": 0, "undated": 0}


@pytest.mark.parametrize("words", [["--outlet", "Herald"], ["--since", "2024-11-22"]])
def test_an_empty_library_fails_whatever_is_filtered(words: list[str]) -> None:
    """A filter is not to blame where there is nothing to filter: the status is 1 all the same."""
    ended = dateline("ask", TRIPS, *words, "--json")
    assert ended.status == 1
    assert "No article is loaded" in ended.json()["reason"]


@pytest.mark.usefixtures("loaded")
def test_a_filter_that_nothing_passes_is_an_explained_abstention() -> None:
    """There is something to ask, only not of that outlet: the status is 0."""
    ended = dateline("ask", TRIPS, "--outlet", "Nobody's", "--json")
    assert ended.status == 0
    assert ended.json()["reason"].startswith("No article here is of an outlet with “Nobody's”")


@pytest.mark.usefixtures("loaded")
def test_articles_that_a_date_leaves_out_for_want_of_one_are_counted() -> None:
    """Who filters by date is told how many articles could not be judged."""
    dated = dateline("ask", TRIPS, "--since", "2024-11-22", "--json").json()
    assert dated["searched"] == {"documents": 1, "passages": 1, "undated": 1}
    assert dateline("ask", TRIPS, "--json").json()["searched"]["undated"] == 0
    person = dateline("ask", TRIPS, "--since", "2024-11-22")
    assert "; 1 article without a date left out; " in person.out
    assert "left out" not in dateline("ask", TRIPS).out


def test_an_empty_library_is_said_to_a_person_too() -> None:
    """Without --json the reason goes to standard output, and the status is 1 as well."""
    ended = dateline("ask", TRIPS)
    assert ended.status == 1
    assert "No article is loaded" in ended.out


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("question", ["", "   ", "\n\t ", "...", "?!… — “”", "🙂🙂"])
def test_a_question_without_a_word_is_wrong_usage(question: str) -> None:
    """Empty questions and mere punctuation exit with 2, and print nothing on standard output."""
    ended = dateline("ask", question, "--json")
    assert ended.status == 2
    assert ended.out == ""
    assert "The question" in ended.err


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "question",
    [
        "Сколько рейсов совершили танкеры?",
        "كم عدد الرحلات التي قامت بها الناقلات؟",
        "油轮航行了多少次？",
        "타ンカー 몇 번?",
        "tankers 🙂 trips 🛢️ \u202esgnits\u202c",
        "a\x1b[31m tankers \x07 trips",
        "[bold red]tankers[/] [/] [link=https://example.org]trips",
        "tankers " * 1_250,
        "т" * 10_000,
        "43",
    ],
)
def test_any_script_and_any_length_gets_an_ordinary_reply(question: str) -> None:
    """10,000 characters, other scripts, emoji and markup are questions like any other."""
    as_json = dateline("ask", question, "--json")
    answer = as_json.json()
    assert as_json.status == 0
    assert answer["question"] == question.strip()
    assert answer["answered"] is bool(answer["statements"])
    assert answer["answered"] is not bool(answer["reason"])
    plain = dateline("ask", question)
    assert plain.status == 0
    assert "Searched 3 articles" in plain.out
    assert not {"\x1b", "\x07", "\u202e"} & set(plain.out)


@pytest.mark.usefixtures("loaded")
def test_a_question_may_have_20000_characters_and_no_more() -> None:
    """At 20,000 characters it is asked, beyond it is refused as wrong usage."""
    assert dateline("ask", "trips " + "x" * 19_994, "--json").status == 0
    ended = dateline("ask", "trips " + "x" * 19_995, "--json")
    assert ended.status == 2
    assert ended.out == ""
    assert "20,001 characters" in ended.err


@pytest.mark.usefixtures("loaded")
def test_a_question_of_broken_unicode_is_wrong_usage() -> None:
    """Bytes that are not UTF-8 reach a program as lone surrogates; no model takes those."""
    ended = dateline("ask", "tankers \udcff", "--json")
    assert ended.status == 2
    assert "not valid Unicode" in ended.err


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("day", ["yesterday", "2024-13-01", "22.11.2024", ""])
def test_a_filter_that_is_no_date_is_wrong_usage(option: str, day: str) -> None:
    """A bad --since or --until exits with 2 and says how a date is written."""
    ended = dateline("ask", TRIPS, option, day)
    assert ended.status == 2
    assert ended.out == ""
    assert f"“{day}” is no date" in ended.err
    assert "2024-11-22" in ended.err


@pytest.mark.usefixtures("loaded")
def test_an_outlet_filter_leaves_out_all_others() -> None:
    """A part of the name is enough, in whatever case; only that outlet is searched and named."""
    answer = dateline("ask", TRIPS, "--outlet", "coast", "--json").json()
    assert answer["answered"] is True
    assert outlets(answer) == {"Coast Herald"}
    assert answer["searched"] == {"documents": 1, "passages": 1, "undated": 0}


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["--since", "2024-11-20"], {"Coast Herald", "Harbour Times"}),
        (["--since", "2024-11-21"], {"Harbour Times"}),
        (["--since", "2024-11-22"], {"Harbour Times"}),
        (["--until", "2024-11-22"], {"Coast Herald", "Harbour Times"}),
        (["--until", "2024-11-21"], {"Coast Herald"}),
        (["--since", "2024-11-20", "--until", "2024-11-20"], {"Coast Herald"}),
        (["--since", "2024-11-21", "--outlet", "herald"], set()),
        (["--since", "2024-11-23"], set()),
    ],
)
def test_date_filters_are_inclusive_and_leave_out_undated_articles(
    words: list[str], seen: set[str]
) -> None:
    """--since and --until go by the day that the source printed; an undated article has none."""
    ended = dateline("ask", TRIPS, *words, "--json")
    answer = ended.json()
    assert ended.status == 0
    assert answer["searched"]["documents"] == len(seen)
    assert outlets(answer) == seen
    assert answer["answered"] is bool(seen)


@pytest.mark.usefixtures("loaded")
def test_ask_sees_main_unless_other_collections_are_named(tmp_path: Path) -> None:
    """A collection that is not named is absent from the answer and from its counts."""
    coast = article(
        tmp_path / "coast.md", "The tankers made 44 trips, says a letter.", outlet="Spy Weekly"
    )
    dateline("source", "add", coast, "--collection", "secret")
    main = dateline("ask", TRIPS, "--json").json()
    secret = dateline("ask", TRIPS, "--collection", "secret", "--json").json()
    both = dateline("ask", TRIPS, "--collection", "secret", "--collection", "main", "--json").json()
    assert main["searched"]["documents"] == 3
    assert secret["searched"]["documents"] == 1
    assert outlets(secret) == {"Spy Weekly"}
    assert "Spy Weekly" not in outlets(main)
    assert both["searched"]["documents"] == 4


@pytest.mark.usefixtures("loaded")
def test_a_person_reads_the_sentence_its_outlets_and_the_count() -> None:
    """Without --json the same answer is printed as lines for a person."""
    ended = dateline("ask", TRIPS)
    assert ended.status == 0
    assert ended.err == ""
    assert "43 trips" in ended.out
    assert "2 outlets" in ended.out
    assert "Coast Herald, 2024-11-20" in ended.out
    assert "Harbour Times, 2024-11-22 08:00 +01:00" in ended.out
