"""`dateline brief`: formats, JSON, exit statuses, and what is new to a channel."""

import re
from pathlib import Path
from typing import Any

import pytest

from adapters.storage.lock import instance_lock
from bot.app import utc_now
from tests.running import article, articles, dateline

TRIPS = "The tankers of the northern fleet made 43 trips to the port of Vostochny."
KEYS = [
    *("id", "title", "period", "documents", "points", "changes", "figures", "timeline"),
    *("origins", "sources", "citations", "elapsed_ms", "topic", "quotations", "notes"),
]


def as_json(*words: str, status: int = 0) -> Any:
    """Return the JSON of a brief."""
    ended = dateline("brief", *words, "--json")
    assert ended.status == status, ended.err
    return ended.json()


def same(one: Any, other: Any) -> bool:
    """Say whether two briefs are the same but for the clock."""
    for each in (one, other):
        del each["elapsed_ms"], each["period"]["until"]
    return bool(one == other)


def ferry(folder: Path, **facts: str) -> Path:
    """Write an article that nothing else says anything of."""
    text = "The ferry company bought eleven new ships from a yard in Gdansk."
    return article(folder / "ferry.md", text, title="New ships", outlet="Gazette", **facts)


@pytest.mark.usefixtures("loaded")
def test_a_brief_is_text_for_a_person() -> None:
    """Its points with who says them, its sources, and its id."""
    ended = dateline("brief")
    assert (ended.status, ended.err) == (0, "")
    assert "43 trips to the port of Vostochny" in ended.out
    assert "3 articles of 3 outlets" in ended.out
    assert re.search(r"^Brief [a-z0-9]{16}$", ended.out, re.MULTILINE)
    assert "not kept" not in ended.out


@pytest.mark.usefixtures("loaded")
def test_json_has_every_key_and_exact_quotes() -> None:
    """Nothing else is on standard output; each quote is a span of what `source show` prints."""
    found = as_json()
    assert list(found) == KEYS
    assert found["documents"] == 3
    assert found["period"]["since"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["period"]["until"])
    assert found["points"]
    texts = {
        each["document"]: dateline("source", "show", each["document"], "--json").json()["text"]
        for each in found["sources"]
    }
    assert len(texts) == 3
    quotes = {each["number"]: each["quote"] for each in found["citations"]}
    for each in found["citations"]:
        assert texts[each["document"]][each["start"] : each["end"]] == each["quote"] != ""
    for point in found["points"]:
        assert point["text"] == quotes[point["citations"][0]]
    outlets = {each["number"]: each["outlet"] for each in found["citations"]}
    assert any("43 trips" in point["text"] for point in found["points"])
    for point in found["points"]:
        assert point["outlets"] == len({outlets[number] for number in point["citations"]})


@pytest.mark.usefixtures("loaded")
def test_the_same_brief_twice_is_the_same() -> None:
    """But for the clock."""
    assert same(as_json(), as_json())


def test_the_order_of_loading_does_not_matter(data: Path, tmp_path: Path) -> None:
    """The same articles in another library, loaded the other way round, give the same brief."""
    folder = articles(tmp_path / "articles")
    names = sorted(folder.iterdir())
    for name in names:
        dateline("source", "add", name)
    one = as_json()
    for name in reversed(names):
        dateline("--data", data / "other", "source", "add", name)
    other = dateline("--data", data / "other", "brief", "--json").json()
    assert same(one, other)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("form", "begins", "has"),
    [("html", "<!DOCTYPE html>", "43 trips"), ("markdown", "# ", "43 trips")],
)
def test_a_page_goes_to_standard_output(form: str, begins: str, has: str) -> None:
    """Whole, so that it can be redirected into a file."""
    ended = dateline("brief", "--format", form)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(begins)
    assert has in ended.out
    assert ended.out.endswith("\n")


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_an_empty_library_is_a_failure_that_says_what_to_do(form: str) -> None:
    """A sentence on standard error, nothing on standard output."""
    ended = dateline("brief", "--format", form, "--channel", "slack:C1")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        "No article is loaded in the collection “main” to compose a brief from. Load some: "
        "dateline source add PATH.\n"
    )


@pytest.mark.usefixtures("data")
def test_an_empty_library_has_its_json_all_the_same() -> None:
    """With nothing in it."""
    found = as_json(status=1)
    assert list(found) == KEYS
    assert (found["documents"], found["points"], found["sources"]) == (0, [], [])


@pytest.mark.usefixtures("loaded")
def test_another_collection_is_another_library(tmp_path: Path) -> None:
    """Only what is named is looked at; several may be."""
    assert dateline("brief", "--collection", "north").status == 1
    dateline("source", "add", ferry(tmp_path), "--collection", "north")
    assert as_json("--collection", "north")["documents"] == 1
    assert as_json("--collection", "north", "--collection", "main")["documents"] == 4
    assert as_json()["documents"] == 3


@pytest.mark.usefixtures("loaded")
def test_a_channel_is_told_what_is_new_to_it(tmp_path: Path) -> None:
    """The first brief has everything; nothing new is status 0, and says so."""
    channel = ("--channel", "slack:C1")
    assert as_json(*channel, "--preview")["documents"] == 3
    first = as_json(*channel)
    assert first["documents"] == 3
    nothing = dateline("brief", *channel)
    assert (nothing.status, nothing.err) == (0, "")
    assert "There is no new article." in nothing.out
    dateline("source", "add", ferry(tmp_path, published="1999-01-01"))
    second = as_json(*channel)
    assert [each["outlet"] for each in second["sources"]] == ["Gazette"]
    assert second["period"]["since"] == first["period"]["until"]
    assert as_json("--channel", "slack:C2")["documents"] == 4
    assert as_json()["documents"] == 4


@pytest.mark.usefixtures("loaded")
def test_a_correction_is_told_to_who_makes_it_and_to_the_channel() -> None:
    """By a note of the receipt, and by the channel's next brief."""
    first = as_json("--channel", "slack:C1")
    (island,) = [each["document"] for each in first["sources"] if each["outlet"] == "Quiet Press"]
    removed = dateline("source", "remove", island)
    assert "1 past brief cites it as it was" in removed.out
    second = as_json("--channel", "slack:C1")
    assert [(each["kind"], each["documents"]) for each in second["changes"]] == [
        ("withdrawn", [{"document": island, "revision": 1, "title": "Island life"}])
    ]
    again = dateline("chat", typed=f"/brief show {first['id']}\n").out
    assert "withdrawn since: Quiet Press, “Island life”" in again


@pytest.mark.usefixtures("data")
def test_a_corrected_figure_is_told_to_the_channel(tmp_path: Path) -> None:
    """Though all else in its sentence was told, and stands where it stood."""
    text = "The 12 tankers of the fleet made 43 trips to the port of Vostochny."
    source = article(tmp_path / "a.md", text, outlet="Gazette")
    dateline("source", "add", source)
    as_json("--channel", "slack:C1")
    article(tmp_path / "a.md", text.replace("43", "45"), outlet="Gazette")
    dateline("source", "add", source)
    told = as_json("--channel", "slack:C1")
    corrected = text.replace("43", "45")
    assert [each["text"] for each in told["changes"] if each["kind"] != "updated"] == [corrected]
    assert [each["text"] for each in told["points"]] == [corrected]


@pytest.mark.usefixtures("loaded")
def test_a_topic_and_a_date_restrict_it() -> None:
    """What they leave out is said; a topic that matches nothing is no failure."""
    assert "43 trips" in str(as_json("--topic", "tankers to the port")["points"])
    nothing = as_json("--topic", "violinists of Wimbledon")
    assert (nothing["points"], nothing["topic"]) == ([], "violinists of Wimbledon")
    assert "violinists of Wimbledon" in " ".join(nothing["notes"])
    dated = as_json("--since", "2024-11-21")
    assert dated["documents"] == 1
    assert "1 article without a date was left out" in dated["notes"][-1]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "yesterday"), "“yesterday” is no date. Write it as 2024-11-22."),
        (("--since", ""), "“” is no date. Write it as 2024-11-22."),
        (("--topic", " "), "Give a topic in 1 to 200 printable characters"),
        (("--topic", "x" * 201), "Give a topic in 1 to 200 printable characters"),
        (("--format", "pdf"), "'pdf'"),
        (("--format", "html", "--json"), "Leave out --format html or --json."),
        (("--format", "html", "--why", "x"), "Leave out --format html or --why."),
        (("--channel", ""), "Name a channel as slack:C0123"),
        (("--channel", "C0123"), "Name a channel as slack:C0123"),
        (("--why", " "), "Give the sentence to explain"),
    ],
)
def test_wrong_usage_is_refused(words: tuple[str, ...], says: str) -> None:
    """With status 2, a sentence that says what to write, and nothing on standard output."""
    ended = dateline("brief", *words)
    assert (ended.status, ended.out) == (2, "")
    assert says in " ".join(ended.err.split())


@pytest.mark.usefixtures("loaded")
def test_why_explains_a_sentence() -> None:
    """As text and as JSON; nothing is kept of it."""
    ended = dateline("brief", "--why", TRIPS)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"“{TRIPS}”\n")
    found = dateline("brief", "--why", TRIPS, "--json").json()
    assert found["shown"] is True
    assert found["sentence"]["quote"] == TRIPS
    assert found["answer"] in ended.out
    assert found["gates"]
    assert all(each["text"] in ended.out for each in found["gates"])
    assert found["brief"] == as_json("--preview")["id"]
    unknown = dateline("brief", "--why", "No article says anything of this sentence.")
    assert unknown.status == 0
    assert "There is no brief yet." in dateline("chat", typed="/brief list\n").out


@pytest.mark.usefixtures("loaded")
def test_briefs_are_composed_and_shown_in_the_chat() -> None:
    """By the id at the end; the list has it, the history of another channel does not."""
    kept = as_json("--channel", "slack:C1")["id"]
    lines = ("/brief preview", "/brief list", "/brief now", "/brief history", "/brief now")
    ended = dateline("chat", typed="\n".join((*lines, f"/brief show {kept}", f"/why {TRIPS}")))
    assert ended.status == 0
    ids = re.findall(r"^Brief ([a-z0-9]{16})$", ended.out, re.MULTILINE)
    preview, now, nothing, shown, why = ids
    assert preview == now == why
    assert nothing not in {preview, kept}
    assert shown == kept
    assert ended.out.count("This brief is not kept.") == 2
    listed, history = re.findall(
        r"^id +composed.+\n((?:[a-z0-9]{16} .+\n)+)", ended.out, re.MULTILINE
    )
    assert kept in listed
    assert "slack:C1" in listed
    assert "slack:C1" not in history
    assert now in history


@pytest.mark.usefixtures("loaded")
def test_max_points_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most so many; the id is another one then."""
    everything = as_json()
    monkeypatch.setenv("DATELINE_BRIEFS__MAX_POINTS", "1")
    one = as_json()
    assert len(everything["points"]) > len(one["points"]) == 1
    assert one["id"] != everything["id"]


def test_a_brief_is_composed_beside_a_running_bot(loaded: Path) -> None:
    """It takes no lock of the data folder."""
    with instance_lock(loaded, "run", utc_now()):
        assert dateline("brief").status == 0
