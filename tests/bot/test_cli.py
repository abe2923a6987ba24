"""The command line as a whole: options, help, chat, and what happens when something is wrong."""

import json
import sqlite3
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.bot.pages import copied
from tests.running import article, dateline

SOURCE = ("add", "list", "show", "edit", "remove", "restore", "refresh")


def test_help_lists_the_commands() -> None:
    """--help and -h print to standard output and exit with 0."""
    for words in (["--help"], ["-h"]):
        ended = dateline(*words)
        assert ended.status == 0
        assert all(name in ended.out for name in ("ask", "chat", "run", "check", "source"))


@pytest.mark.parametrize(
    "words",
    [
        *(
            ["ask"],
            ["chat"],
            ["run"],
            ["check"],
            ["source"],
            *(["source", each] for each in SOURCE),
        ),
        *(["feedback"], ["feedback", "export"], ["forget"]),
    ],
)
def test_every_command_has_help(words: list[str]) -> None:
    """--help after a command tells its options."""
    ended = dateline(*words, "--help")
    assert ended.status == 0
    assert f"Usage: dateline {' '.join(words)}" in ended.out


def test_the_version_is_printed() -> None:
    """--version prints the version of the installed package and nothing else."""
    ended = dateline("--version")
    assert (ended.status, ended.out) == (0, f"dateline {version('dateline')}\n")


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    "words",
    [
        ["nosuchcommand"],
        ["--nosuchoption", "check"],
        ["ask"],
        ["ask", "one", "two"],
        ["ask", "trips?", "--nosuchoption"],
        ["source", "add"],
        ["source", "show"],
        ["source", "edit"],
        ["source", "remove"],
        ["source", "restore"],
        ["source", "restore", "someid"],
        ["source", "refresh", "someid"],
        ["source", "nosuchcommand"],
        ["feedback", "nosuchcommand"],
        ["forget"],
        ["forget", "discord:1", "discord:2"],
    ],
)
def test_wrong_usage_exits_with_2(words: list[str]) -> None:
    """What the command line does not know is said on standard error; nothing is made."""
    ended = dateline(*words)
    assert ended.status == 2
    assert ended.out == ""
    assert "Usage: dateline" in ended.err
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "words", [["ask", "trips?"], ["chat"], ["source", "list"], ["source", "add", "x.md"]]
)
def test_every_command_refuses_a_wrong_configuration(words: list[str]) -> None:
    """A mistake in the settings exits with 2, named by file and line, in one line."""
    Path("config.toml").write_text("[model]\nnmae = 1\n")
    ended = dateline(*words)
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err == ("config.toml, line 2: there is no key model.nmae. Did you mean name?\n")


@pytest.mark.usefixtures("loaded")
def test_a_missing_configuration_file_is_wrong_usage() -> None:
    """--config FILE that is not there exits with 2."""
    ended = dateline("--config", "nowhere.toml", "source", "list")
    assert (ended.status, ended.out) == (2, "")
    assert "There is no configuration file nowhere.toml" in ended.err


@pytest.mark.usefixtures("data")
def test_the_data_option_beats_the_environment(tmp_path: Path) -> None:
    """--data names the folder that is used, whatever $DATELINE_DATA says."""
    source = article(tmp_path / "a.md", "The tanker made 43 trips.")
    dateline("--data", tmp_path / "named", "source", "add", source)
    here = dateline("source", "list", "--json").json()["sources"]
    there = dateline("--data", tmp_path / "named", "source", "list", "--json").json()["sources"]
    assert (len(here), len(there)) == (0, 1)


@pytest.mark.usefixtures("loaded")
def test_settings_reach_the_answer() -> None:
    """A configured confidence of 1 lets nothing through that is less than sure."""
    Path("mine.toml").write_text("[answers]\nmin_confidence = 1.0\n")
    question = "How many trips to Vostochny?"
    assert dateline("ask", question, "--json").json()["answered"] is True
    strict = dateline("--config", "mine.toml", "ask", question, "--json").json()
    assert strict["answered"] is False


@pytest.mark.usefixtures("loaded")
def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """limits.file_bytes is the largest file that is loaded."""
    Path("mine.toml").write_text("[limits]\nfile_bytes = 10\n")
    source = article(tmp_path / "a.md", "The tanker made 43 trips.")
    ended = dateline("--config", "mine.toml", "source", "add", source, "--json")
    assert ended.status == 1
    assert "larger than 10 bytes" in ended.json()["results"][0]["error"]


@pytest.mark.parametrize("words", [["ask", "trips?"], ["source", "list"], ["chat"]])
def test_a_data_folder_that_cannot_be_made_fails_with_a_sentence(
    data: Path, words: list[str]
) -> None:
    """A file in the place of the data folder: status 1, one line on standard error."""
    data.write_text("not a folder")
    ended = dateline(*words)
    assert (ended.status, ended.out) == (1, "")
    assert str(data) in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("words", [["ask", "trips?"], ["source", "list"], ["chat"]])
def test_a_file_that_is_no_database_fails_with_a_sentence(data: Path, words: list[str]) -> None:
    """Something else under the database's name is left alone: status 1, one line."""
    data.mkdir()
    (data / "dateline.db").write_text("Dear diary, this is no database at all. " * 200)
    ended = dateline(*words)
    assert (ended.status, ended.out) == (1, "")
    assert "dateline.db is damaged" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert (data / "dateline.db").read_text().startswith("Dear diary")


@pytest.mark.usefixtures("loaded")
def test_a_missing_model_fails_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model folder that is not there: status 1, one line that says what to set."""
    monkeypatch.setenv("DATELINE_MODEL__NAME", str(tmp_path / "no-model"))
    ended = dateline("ask", "How many trips?", "--json")
    assert (ended.status, ended.out) == (1, "")
    assert f"There is no model folder {tmp_path / 'no-model'}" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_defect_is_a_reference_and_not_a_traceback(loaded: Path) -> None:
    """What nobody foresaw exits with 1 and a reference to the log; standard output stays empty."""
    with sqlite3.connect(loaded / "dateline.db") as connection:
        connection.execute("UPDATE revisions SET published = 'rubbish'")
    connection.close()
    ended = dateline("ask", "How many trips?", "--json")
    assert (ended.status, ended.out) == (1, "")
    assert "Something went wrong inside Dateline (reference " in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.usefixtures("loaded")
def test_a_chat_from_a_pipe_answers_line_by_line() -> None:
    """Questions and commands from a pipe are answered in order, without a prompt, until its end."""
    ended = dateline(
        "chat",
        typed="How many trips to Vostochny?\n\n/source list\n/sorce list\n/help\n/source show\n",
    )
    replies = ("43 trips", "Quiet Press", "Did you mean /source?", "/ask QUESTION", "Type: /source")
    places = [ended.out.index(part) for part in replies]
    assert ended.status == 0
    assert ended.err == ""
    assert places == sorted(places)
    assert "dateline>" not in ended.out


@pytest.mark.usefixtures("data")
def test_a_chat_edits_restores_refreshes_and_removes(tmp_path: Path) -> None:
    """The same commands as those of the command line, and what they say."""
    page = copied(tmp_path / "page.txt")
    (added,) = dateline("source", "add", page, "--json").json()["results"]
    document = added["document"]
    ended = dateline(
        "chat",
        typed=f'/source edit {document} --outlet "Harbour Post"\n/source restore {document} 1 2\n'
        f"/source refresh\n/source remove {document}\n/source list\nHow many trips?\n",
    )
    replies = ("updated ", "updated ", "unchanged ", "removed ", "No article", "No article")
    said = [line for line in ended.out.splitlines() if line.startswith(replies)]
    assert ended.status == 0
    assert [line.startswith(reply) for line, reply in zip(said, replies, strict=True)] == [True] * 6
    assert " · Harbour Post · " in ended.out
    assert "4 sentences kept, 13 lines dropped" in ended.out


@pytest.mark.usefixtures("loaded")
def test_a_chat_ends_at_quit() -> None:
    """What stands after /quit is not read."""
    ended = dateline("chat", typed="/help\n/quit\nHow many trips to Vostochny?\n")
    assert ended.status == 0
    assert "/ask QUESTION" in ended.out
    assert "43 trips" not in ended.out


@pytest.mark.usefixtures("data")
def test_a_chat_loads_and_answers(tmp_path: Path) -> None:
    """What is loaded in a conversation is found by its next question."""
    source = article(
        tmp_path / "my articles" / "a.md", "The tanker made 43 trips.", outlet="Herald"
    )
    ended = dateline(
        "chat",
        typed=f'How many trips?\n/source add "{source}"\nThe tanker made how many trips?\n'
        "/dateline status\n",
    )
    lines = ended.out.splitlines()
    assert ended.status == 0
    assert (
        lines[0]
        == "No article is loaded here to answer from. An admin can load some: source add PATH."
    )
    assert any(line.startswith("added ") for line in lines)
    assert "The tanker made 43 trips. [1]" in lines
    assert "1 article with 1 sentence of 1 outlet: Herald. The model is hash." in lines


@pytest.mark.usefixtures("loaded")
def test_a_chat_lets_go_of_the_data_folder() -> None:
    """One chat after the other may use it."""
    assert dateline("chat", typed="/quit\n").status == 0
    assert dateline("chat", typed="/quit\n").status == 0


@pytest.mark.usefixtures("loaded")
def test_a_chat_sees_main_and_nothing_else(tmp_path: Path) -> None:
    """The conversation has the default rights of a channel: the collection `main`."""
    source = article(tmp_path / "a.md", "The submarine made 99 dives.", title="Deep secret")
    dateline("source", "add", source, "--collection", "secret")
    ended = dateline(
        "chat", typed="How many dives of the submarine?\n/source list\n/dateline status\n"
    )
    assert "99 dives" not in ended.out
    assert "Deep secret" not in ended.out
    assert "3 articles with" in ended.out


@pytest.mark.usefixtures("loaded")
def test_json_is_written_as_it_is() -> None:
    """Characters beyond ASCII are not escaped: a person can read the document too."""
    ended = dateline("ask", "Сколько рейсов?", "--json")
    assert '"question": "Сколько рейсов?"' in ended.out
    assert json.loads(ended.out)["question"] == "Сколько рейсов?"
