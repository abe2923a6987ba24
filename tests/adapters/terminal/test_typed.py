"""From a typed line to a command."""

import pytest

from adapters.terminal.typed import command
from bot.commands import USAGE
from briefs.errors import UsageError
from briefs.ports import AddSources, Ask, Command, Help, ListSources, ReportStatus, ShowSource


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("How many trips?", Ask(question="How many trips?")),
        ("  How many trips?\t", Ask(question="How many trips?")),
        ("what's a / for?", Ask(question="what's a / for?")),
        ("", Ask(question="")),
        ("/ask How many trips?", Ask(question="How many trips?")),
        ('/ask what is "left open', Ask(question='what is "left open')),
        ("/ASK how", Ask(question="how")),
        ("/ask", Ask(question="")),
        ("/source add a.md", AddSources(sources=("a.md",))),
        (
            "/source add a.md  'my articles' b\\ c",
            AddSources(sources=("a.md", "my articles", "b c")),
        ),
        ('/source add "C d/ü.md"', AddSources(sources=("C d/ü.md",))),
        ("/source list", ListSources()),
        ("/Source LIST", ListSources()),
        ("/source show abc", ShowSource(id="abc")),
        ("/dateline status", ReportStatus()),
        ("/dateline help", Help()),
        ("/dateline", Help()),
        ("/help", Help()),
    ],
)
def test_a_line_is_a_command_or_a_question(line: str, wanted: Command) -> None:
    """A line that begins with no "/" is a question; the others are the chat's commands."""
    assert command(line) == wanted


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/sorce list", "There is no command /sorce. Did you mean /source?"),
        ("/hlep", "There is no command /hlep. Did you mean /help?"),
        ("/zzz", "There is no command /zzz. There are: /ask, /source, /dateline, /help."),
        ("/", "There is no command /. There are: /ask, /source, /dateline, /help."),
        ("/source lst", "There is no command /source lst. Did you mean list?"),
        ("/source zzz", "There is no command /source zzz. There are: add, list, show."),
        ("/source", "Type one of: /source add, /source list, /source show."),
        ("/source ''", "Type one of: /source add, /source list, /source show."),
        ("/source add", "Something is missing. Type: /source add PATH…"),
        ("/source show", "Something is missing. Type: /source show ID"),
        ("/dateline stats", "There is no command /dateline stats. Did you mean status?"),
        ('/source add "my articles', 'A quotation mark is left open in: add "my articles'),
        ("/source show it's", "A quotation mark is left open in: show it's"),
        ("/dateline 'status", "A quotation mark is left open in: 'status"),
    ],
)
def test_a_command_that_is_none_is_refused_with_the_nearest(line: str, says: str) -> None:
    """What cannot be meant is wrong usage, with a suggestion."""
    with pytest.raises(UsageError) as caught:
        command(line)
    assert str(caught.value) == says


def test_every_command_that_help_shows_can_be_typed() -> None:
    """The lines of /help are commands, and all commands stand in them."""
    made = {type(command(typed)) for typed, _ in USAGE.lines}
    assert made == {Ask, AddSources, ListSources, ShowSource, ReportStatus, Help}
