"""From a typed line to a command."""

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from adapters.typed import command
from adapters.typed_schedule import USAGE as USAGE_OF
from bot.commands import USAGE
from briefs.briefing import ComposeBrief, Explain, ListBriefs, ShowBrief
from briefs.errors import UsageError
from briefs.model import Stated
from briefs.ports import (
    AddSources,
    Ask,
    Command,
    EditSource,
    GiveVerdict,
    Help,
    ListSources,
    RefreshSources,
    RemoveSource,
    ReportStatus,
    RestoreLines,
    ShowSource,
    ShowSources,
)
from briefs.scheduling import CatchUp
from briefs.timetabling import AddSchedule, ChangeSchedule, ListSchedules, Verb

_VERBS = "add, list, show, edit, remove, restore, refresh, status"
_COMMANDS = "/ask, /answer, /verdict, /brief, /why, /source, /dateline, /help"
_BRIEFS = (
    "/brief now, /brief preview, /brief list, /brief history, /brief show, /brief schedule, "
    "/brief pause, /brief resume, /brief delete"
)
_SOURCES = ", ".join(f"/source {verb}" for verb in _VERBS.split(", "))


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
        ("/answer Ab-_01", ShowSources(answer="Ab-_01")),
        ("/answer -b  ", ShowSources(answer="-b")),
        ("/verdict Ab-_01 yes", GiveVerdict(answer="Ab-_01", useful=True)),
        ("/Verdict Ab-_01 NO", GiveVerdict(answer="Ab-_01", useful=False)),
        (
            '/verdict  Ab-_01  no   it\'s  "old" ',
            GiveVerdict(answer="Ab-_01", useful=False, why='it\'s  "old"'),
        ),
        ("/brief now", ComposeBrief(here=True)),
        ("/Brief NOW  what's the oil for? ", ComposeBrief(topic="what's the oil for?", here=True)),
        ("/brief preview oil", ComposeBrief(topic="oil", here=True, preview=True)),
        ("/brief list", ListBriefs()),
        ("/brief history", ListBriefs(here=True)),
        ("/brief history oil caps", ListBriefs(here=True, topic="oil caps")),
        ("/brief show Ab-_01 ", ShowBrief(id="Ab-_01")),
        ("/brief schedule", ListSchedules()),
        (
            "/brief schedule ports --when 'weekdays at 08:00' --timezone Europe/Berlin",
            AddSchedule(name="ports", when="weekdays at 08:00", timezone="Europe/Berlin"),
        ),
        (
            "/brief schedule p --cron '0 8 * * *' --timezone UTC --topic oil --skip-if-empty",
            AddSchedule(
                name="p",
                cron="0 8 * * *",
                timezone="UTC",
                topic="oil",
                skip_if_empty=True,
            ),
        ),
        (
            "/brief schedule p --when x --timezone Z --collection a --collection b --catch-up all",
            AddSchedule(
                name="p",
                when="x",
                timezone="Z",
                collections=("a", "b"),
                catch_up=CatchUp.ALL,
            ),
        ),
        ("/brief pause the ports ", ChangeSchedule(name="the ports", verb=Verb.PAUSE)),
        ("/brief resume ports", ChangeSchedule(name="ports", verb=Verb.RESUME)),
        ("/brief delete ports", ChangeSchedule(name="ports", verb=Verb.REMOVE)),
        (
            '/why  It\'s "over," he said. ',
            Explain(text='It\'s "over," he said.', brief=ComposeBrief(here=True)),
        ),
        ("/source add a.md", AddSources(sources=("a.md",))),
        (
            "/source add a.md  'my articles' b\\ c",
            AddSources(sources=("a.md", "my articles", "b c")),
        ),
        ('/source add "C d/ü.md"', AddSources(sources=("C d/ü.md",))),
        (
            "/ask what's the cap? --outlet “Port Radio” --since 2024-11-01 —until=2024-11-30",
            Ask(
                question="what's the cap?",
                outlet="Port Radio",
                since=date(2024, 11, 1),
                until=date(2024, 11, 30),
            ),
        ),
        (
            "/source add https://a.example/1 —collection ports --outlet “Port Radio”",
            AddSources(
                sources=("https://a.example/1",),
                collection="ports",
                stated=Stated(outlet="Port Radio"),
            ),
        ),
        ("/source list", ListSources()),
        ("/Source LIST", ListSources()),
        ("/source show abc", ShowSource(id="abc")),
        (
            "/source add https://a.example/feed.xml b.pdf",
            AddSources(sources=("https://a.example/feed.xml", "b.pdf")),
        ),
        ("/source remove abc", RemoveSource(id="abc")),
        ("/source restore abc 3", RestoreLines(id="abc", numbers=(3,))),
        ("/source restore abc 3 12 4", RestoreLines(id="abc", numbers=(3, 12, 4))),
        ("/source refresh", RefreshSources()),
        ("/Source REFRESH", RefreshSources()),
        ("/source status", ReportStatus()),
        (
            "/source edit abc --outlet 'Port Radio'",
            EditSource(id="abc", stated=Stated(outlet="Port Radio")),
        ),
        (
            '/source edit abc --title "Boats leave" --author Ann\\ Roe --published 2024-11-22',
            EditSource(
                id="abc",
                stated=Stated(title="Boats leave", author="Ann Roe", published=date(2024, 11, 22)),
            ),
        ),
        (
            "/source edit abc --published 2024-11-22T08:00:00+00:00",
            EditSource(id="abc", stated=Stated(published=datetime(2024, 11, 22, 8, tzinfo=UTC))),
        ),
        (
            "/source edit abc --published 2024-11-22T08:00",
            EditSource(
                id="abc",
                stated=Stated(published=datetime.fromisoformat("2024-11-22T08:00:00")),
            ),
        ),
        # what is said last counts
        (
            "/source edit abc --outlet One --outlet Two",
            EditSource(id="abc", stated=Stated(outlet="Two")),
        ),
        # a value may look like an option
        (
            "/source edit abc --title --outlet",
            EditSource(id="abc", stated=Stated(title="--outlet")),
        ),
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
        ("/zzz", f"There is no command /zzz. There are: {_COMMANDS}."),
        ("/", f"There is no command /. There are: {_COMMANDS}."),
        ("/sources", "There is no command /sources. Did you mean /source?"),
        ("/answer", "Something is missing. Type: /answer ID"),
        ("/verdict", "Something is missing. Type: /verdict ID yes|no [WHY]"),
        (
            "/verdict Ab-_01",
            "Say whether it was useful, yes or no. Type: /verdict ID yes|no [WHY]",
        ),
        (
            "/verdict Ab-_01 perhaps",
            "Say whether it was useful, yes or no. Type: /verdict ID yes|no [WHY]",
        ),
        ("/brief", f"Type one of: {_BRIEFS}."),
        ("/brief nwo", "There is no command /brief nwo. Did you mean now?"),
        ("/brief show", "Something is missing. Type: /brief show ID"),
        ("/brief pause ", "Something is missing. Type: /brief pause NAME"),
        ("/brief schedule p --wen x", "There is no --wen. Did you mean --when?"),
        (
            "/brief schedule p --when x",
            f"A schedule needs a name and a time zone. Type: {USAGE_OF}",
        ),
        ("/brief schedule p --when", f"Give --when once, with what it is. Type: {USAGE_OF}"),
        (
            "/brief schedule p --timezone UTC --catch-up most",
            "--catch-up is one of: latest, all, skip.",
        ),
        ("/why  ", "Something is missing. Type: /why SENTENCE"),
        ("/source lst", "There is no command /source lst. Did you mean list?"),
        ("/source zzz", f"There is no command /source zzz. There are: {_VERBS}."),
        ("/source", f"Type one of: {_SOURCES}."),
        ("/source ''", f"Type one of: {_SOURCES}."),
        ("/source add", "Something is missing. Type: /source add PATH|URL…"),
        ("/source remove", "Something is missing. Type: /source remove ID"),
        ("/source restore", "Something is missing. Type: /source restore ID N…"),
        ("/source edit", "Something is missing. Type: /source edit ID --outlet NAME"),
        (
            "/source edit abc --title",
            "Something is missing. Type: /source edit abc --title VALUE",
        ),
        (
            "/source edit abc",
            "Say what to set: --title, --outlet, --author, --published.",
        ),
        ("/source edit abc --outlt X", "There is no --outlt. Did you mean --outlet?"),
        (
            "/source edit abc zzz",
            "There is no zzz. There are: --title, --outlet, --author, --published.",
        ),
        ("/source edit abc title X", "There is no title. Did you mean --title?"),
        (
            "/source edit abc --published yesterday",
            "“yesterday” is no date. Write 2024-11-22 or 2024-11-22T08:00:00+01:00.",
        ),
        (
            "/source edit abc --published 2024-02-30",
            "“2024-02-30” is no date. Write 2024-11-22 or 2024-11-22T08:00:00+01:00.",
        ),
        (
            "/source edit abc --published ''",
            "“” is no date. Write 2024-11-22 or 2024-11-22T08:00:00+01:00.",
        ),
        ("/source restore abc", "Type the numbers of the lines: /source restore ID 3 4"),
        ("/source restore abc x", "Type the numbers of the lines: /source restore ID 3 4"),
        # more digits than int() takes
        (
            f"/source restore abc {'9' * 5_000}",
            "Type the numbers of the lines: /source restore ID 3 4",
        ),
        ("/source restore abc -1", "Type the numbers of the lines: /source restore ID 3 4"),
        ("/source restore abc ²", "Type the numbers of the lines: /source restore ID 3 4"),
        ("/source refrsh", "There is no command /source refrsh. Did you mean refresh?"),
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
    made = {type(command(typed.replace("N…", "3"))) for typed, _ in USAGE.lines}
    assert made == set(get_args(Command))
