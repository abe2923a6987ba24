"""What a person reads on the terminal: complete, exact, and inert whatever a source holds."""

import io
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from adapters.terminal.plain import inert, inert_line
from adapters.terminal.render import output, rendered
from briefs.brief import Brief, Gate, Period, Point, Source, Why
from briefs.briefing import Briefed, BriefListing, Edition, Explained, KeptBrief
from briefs.keeping import KeptAnswer
from briefs.model import (
    Answer,
    Citation,
    Document,
    Dropped,
    Published,
    Receipt,
    Scope,
    Searched,
    Statement,
    Status,
)
from briefs.ports import (
    Listed,
    Listing,
    Receipts,
    Refusal,
    Reply,
    Shown,
    StatusReport,
    Usage,
    VerdictGiven,
)
from briefs.scheduling import Origin, Schedule
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing, Verb
from tests.building import document

NINE = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))
SEARCHED = Searched(documents=5, passages=1_041)
HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m",
    "a\rb\x08\x7f",
    "bell\x07",
    "\u202egnp.exe\u2066\u2069\u200f\u200b\u2060\ufeff",
    "[bold red]loud",
    "[/]",
    "[/bold]",
    "[link=https://example.org]click[/link]",
    "[@click=app.bell]x",
    "\\[escaped]",
    "[",
    ":bomb: &amp; {0} %s {x!r}",
    "two\nlines",
    "\ud800",
    "\ue000",
    "🛢️ 油轮",
    "",
    " ",
)


def printed(reply: Reply, **console: object) -> str:
    """Return what a very wide terminal without colours gets to see of a reply."""
    written = io.StringIO()
    options: dict[str, object] = {
        "force_terminal": True,
        "color_system": None,
        "width": 100_000,
        "highlight": False,
    }
    Console(file=written, **options | console).print(rendered(reply))  # type: ignore[arg-type]
    return written.getvalue()


def cite(source: Document, number: int = 1, quote: str | None = None) -> Citation:
    """Return a citation of a quote, or of the whole text."""
    start = source.text.index(quote) if quote else 0
    end = start + len(quote) if quote else len(source.text)
    return Citation(number=number, document=source, start=start, end=end)


def answered(*statements: Statement) -> Answer:
    """Return an answer."""
    return Answer(
        question="How many?",
        confidence=0.934,
        searched=SEARCHED,
        statements=statements,
        elapsed_ms=12.6,
    )


def kept_answer(answer: Answer, **facts: Any) -> KeptAnswer:
    """Return an answer as it is kept."""
    return KeptAnswer(
        id="Ab-_01",
        answer=answer,
        channel="slack:C1",
        asked_at=datetime(2024, 11, 22, 8, 5, tzinfo=UTC),
        scope=Scope(),
        snapshot=3,
        **facts,
    )


def edition(text: str, channel: str | None = None) -> Edition:
    """Return when a brief was composed."""
    return Edition(
        brief="b-01",
        title=text,
        channel=channel,
        topic=text,
        composed_at=datetime(2024, 11, 22, 8, 5, tzinfo=UTC),
        collections=None,
        snapshot=3,
    )


def brief_on(statement: Statement, text: str) -> Brief:
    """Return a brief of one point."""
    return Brief(
        id="b-01",
        title=text,
        period=Period(since=None, until=datetime(2024, 11, 22, 8, 5, tzinfo=UTC)),
        topic=text,
        points=(Point(story=text, statement=statement),),
        sources=tuple(Source(document=each.document) for each in statement.citations),
        notes=(text,),
    )


def replies_about(text: str) -> list[Reply]:
    """Return every kind of reply, with a text wherever a source, or a person, can put one."""
    source = replace(
        document("x"),
        text=text or "x",
        title=text,
        outlet=text,
        author=text,
        url=text,
        source=text,
        collection=text,
    )
    unknown = replace(source, outlet=None, author=None, url=None)
    listed = tuple(Listed(document=each, sentences=1) for each in (source, unknown))
    statement = Statement(citations=(cite(source), cite(unknown, 2)), origins=(text, "OSC"))
    dropped = (Dropped(number=1, text=text, reason="tags"),)
    receipts = (
        Receipt(source=text, status=Status.FAILED, error=text),
        Receipt(source=text, status=Status.ADDED, document=source, notes=(text,), dropped=dropped),
        Receipt(source=text, status=Status.UPDATED, document=unknown),
    )
    scheduled = Schedule(
        name=text, channel=text, cron="0 9 * * *", timezone=text, topic=text, origin=Origin.CONFIG
    )
    everything = answered(statement, Statement(citations=(cite(unknown, 3),), origins=()))
    return [
        everything,
        kept_answer(replace(everything, question=text), withdrawn=frozenset({source.id})),
        VerdictGiven(answer=text, useful=False, why=text),
        Answer(
            question=text,
            confidence=0,
            searched=SEARCHED,
            reason=text,
            nearest=(cite(source), cite(unknown, 2)),
        ),
        Briefed(brief=brief_on(statement, text), kept=True, loaded=2),
        Briefed(brief=brief_on(statement, text), kept=False, loaded=2),
        KeptBrief(
            brief=brief_on(statement, text),
            edition=edition(text, text),
            withdrawn=frozenset({source.id}),
        ),
        BriefListing(editions=(edition(text, text), edition(text))),
        Explained(
            text=text,
            brief="b-01",
            why=Why(
                shown=False,
                text=f"No: {text}",
                citation=cite(source),
                group=(cite(source), cite(unknown)),
                gates=(Gate(passed=True, text="New."), Gate(passed=False, text=text)),
            ),
        ),
        Scheduled(schedule=scheduled, times=(NINE,)),
        ScheduleListing(
            schedules=(
                Scheduled(schedule=scheduled, times=(NINE,)),
                Scheduled(schedule=replace(scheduled, paused=True), times=()),
            )
        ),
        ScheduleChanged(name=text, verb=Verb.PAUSE),
        Receipts(receipts=receipts),
        Listing(documents=listed),
        Shown(listed=listed[0], dropped=dropped),
        Shown(listed=listed[1]),
        StatusReport(documents=2, sentences=9, outlets=(text, "Herald"), model=text),
        StatusReport(documents=0, sentences=0, outlets=(), model=text),
        Refusal(message=text, exit_status=2),
    ]


def check_inert(text: str) -> None:
    """Assert that a text is shown by every reply that has it, and steers nothing."""
    for reply in replies_about(text):
        shown = printed(reply)
        steering = {
            each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co"}
        }
        assert steering <= {"\n"}, type(reply)
        wanted = inert(text) if isinstance(reply, Refusal | Answer) else inert_line(text)
        if not (isinstance(reply, Shown) and reply.listed.document.outlet is None):
            assert all(line.strip() in shown for line in wanted.split("\n")), type(reply)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_shown_inert(text: str) -> None:
    """Escapes, bidirectional controls and Rich's markup are text: shown, obeyed nowhere."""
    check_inert(text)


@given(
    st.text()
    | st.lists(st.sampled_from([*HOSTILE, "\x1b", "\x07", "[", "]", "/", "=", "red", "\n"])).map(
        "".join
    )
)
def test_any_text_is_shown_inert(text: str) -> None:
    """Whatever stands in a title, an outlet, a quote, an origin or a path: it steers nothing."""
    check_inert(text)


@given(st.text(st.characters(exclude_categories=["C"], include_characters="\n")))
def test_harmless_text_is_shown_as_it_is(text: str) -> None:
    """Letters, marks, figures, signs and spaces of every script stay, and so do line ends."""
    assert inert(text) == text
    assert inert_line(text) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_colours_are_ours_alone(text: str) -> None:
    """With colours on, the only escapes are colours, and as many as for a harmless text."""
    for hostile, harmless in zip(replies_about(text), replies_about("harmless"), strict=True):
        ours = printed(hostile, color_system="truecolor")
        assert re.sub(r"\x1b\[[0-9;]*m", "", ours) == printed(hostile)
        if inert_line(text) == text and text.strip():
            usual = printed(harmless, color_system="truecolor")
            assert ours.count("\x1b") == usual.count("\x1b")


def test_a_title_cannot_look_like_lines_of_ours() -> None:
    """A line end in a title, an outlet or a path is a space."""
    text = "Nice\n[9] Reuters\nadded Fake"
    for reply in replies_about(text):
        if isinstance(reply, Receipts | Listing):
            lines = printed(reply).splitlines()
            assert not any(line.startswith(("[9]", "added Fake")) for line in lines)
            assert "Nice [9] Reuters added Fake" in printed(reply)


def test_every_kind_of_reply_has_a_rendering() -> None:
    """A new kind of reply cannot be forgotten here."""
    replies = [*replies_about("x"), Usage(lines=(("/help", "shows this"),))]
    assert {type(reply) for reply in replies} == set(get_args(Reply))
    assert all(printed(reply).strip() for reply in replies)


def test_what_is_no_reply_is_a_defect() -> None:
    """Something else than a reply is not printed as if it were one."""
    with pytest.raises(TypeError, match="no rendering for str"):
        rendered("text")  # type: ignore[arg-type]


def test_an_answer_shows_its_sentences_who_says_them_and_what_was_searched() -> None:
    """The sentence with its numbers, the counts, each citation, and the footer."""
    coast = document(
        "The tankers made 43 trips.",
        title="At the coast",
        outlet="Coast Herald",
        published=date(2024, 11, 20),
    )
    harbour = document("Tankers made 43 trips.", title="Busy", outlet="Harbour Times")
    letter = document("They sailed at night.", title="A letter")
    reply = answered(
        Statement(citations=(cite(coast), cite(harbour, 2)), origins=("Open Source Centre",)),
        Statement(citations=(cite(letter, 3),), origins=()),
    )
    assert printed(reply).splitlines() == [
        "The tankers made 43 trips. [1] [2]",
        "  2 outlets · 1 origin: Open Source Centre",
        "  [1] Coast Herald, 2024-11-20: At the coast",
        "  [2] Harbour Times, date unknown: “Tankers made 43 trips.”",
        "",
        "They sailed at night. [3]",
        "  1 outlet · origin not stated",
        "  [3] A letter, date unknown",
        "",
        "Searched 5 articles, 1,041 passages in 13 ms; confidence 0.93.",
    ]


def test_an_abstention_shows_the_reason_and_the_nearest_passages() -> None:
    """Why there is no answer, and what came closest."""
    ferry = document("The ferry sails twice a week.", title="Island", outlet="Quiet Press")
    reply = Answer(
        question="What is the price of bitcoin?",
        confidence=0.1,
        searched=Searched(documents=1, passages=1),
        reason="The one article here does not answer this.",
        nearest=(cite(ferry),),
    )
    assert printed(reply).splitlines() == [
        "The one article here does not answer this.",
        "The nearest passages:",
        "  [1] Quiet Press, date unknown: “The ferry sails twice a week.”",
        "",
        "Searched 1 article, 1 passage in 0 ms; confidence 0.10.",
    ]


@pytest.mark.parametrize("status", Status)
def test_a_receipt_begins_with_its_status(status: Status) -> None:
    """Scripts and people look at the first word."""
    receipt = Receipt(
        source="/a.md", status=status, document=document("x", title="T"), notes=("mend this",)
    )
    first, second, note = printed(Receipts(receipts=(receipt,))).splitlines()
    assert first == f"{status.value} T"
    assert second.endswith("· outlet unknown · date unknown · 0 sentences kept")
    assert note == "  mend this"


def test_a_receipt_counts_what_was_dropped_the_commonest_reason_first() -> None:
    """An editor sees at a glance whether the cut was right; a tie keeps the order of the text."""
    reasons = ["sharing", "navigation", "tags", "navigation", "sharing", "navigation"]
    dropped = tuple(
        Dropped(number=number, text="x", reason=reason)
        for number, reason in enumerate(reasons, start=1)
    )
    article = document("x", title="T", outlet="O", published=date(2024, 11, 22))
    receipt = Receipt(
        source="/a.md", status=Status.ADDED, document=article, sentences=38, dropped=dropped
    )
    assert printed(Receipts(receipts=(receipt,))).splitlines() == [
        "added T",
        (
            f"  {article.id} · O · 2024-11-22 · 38 sentences kept, "
            "6 lines dropped: navigation 3, sharing 2, tags 1"
        ),
    ]


def test_one_dropped_line_is_a_line() -> None:
    """And one sentence is a sentence."""
    receipt = Receipt(
        source="/a.md",
        status=Status.UPDATED,
        document=document("x", title="T"),
        sentences=1,
        dropped=(Dropped(number=7, text="x", reason="tags"),),
    )
    shown = printed(Receipts(receipts=(receipt,)))
    assert shown.endswith("· 1 sentence kept, 1 line dropped: tags 1\n")


def test_every_note_of_a_receipt_has_a_line() -> None:
    """In their order, behind the facts that they are about."""
    receipt = Receipt(
        source="/a.md", status=Status.ADDED, document=document("x", title="T"), notes=("a", "b")
    )
    assert printed(Receipts(receipts=(receipt,))).splitlines()[2:] == ["  a", "  b"]


def test_articles_that_a_date_left_out_are_said_to_be() -> None:
    """A period has no room for what has no date; whoever asks must know."""
    article = document("They sailed.", title="T")
    said = answered(Statement(citations=(cite(article),), origins=()))
    few = replace(said, searched=replace(SEARCHED, undated=1))
    many = replace(said, searched=replace(SEARCHED, undated=1_200))
    for reply, words in ((few, "1 article"), (many, "1,200 articles")):
        assert printed(reply).splitlines()[-1] == (
            f"Searched 5 articles, 1,041 passages in 13 ms; {words} without a date left out; "
            "confidence 0.93."
        )
    assert "left out" not in printed(said)


def test_reprints_count_as_one_outlet() -> None:
    """Each is cited, and they are one voice."""
    wire = document("They sailed.", title="T", outlet="Wire", id="wire")
    again = document("They sailed.", title="U", outlet="Port Radio", reprint_of="wire")
    said = answered(Statement(citations=(cite(wire), cite(again, 2)), origins=()))
    lines = printed(said).splitlines()
    assert lines[1] == "  1 outlet · origin not stated"
    assert [line.split(",")[0] for line in lines[2:4]] == ["  [1] Wire", "  [2] Port Radio"]


def test_dropped_lines_are_shown_with_the_numbers_that_bring_them_back() -> None:
    """Behind the text, each with its reason, and with what to type."""
    article = document("The boats left.", title="T")
    dropped = (
        Dropped(number=2, text="Trending Now", reason="navigation"),
        Dropped(number=11, text="Share\nthis", reason="sharing"),
    )
    listed = Listed(document=article, sentences=1)
    lines = printed(Shown(listed=listed, dropped=dropped)).splitlines()
    place = lines.index("The boats left.")
    assert lines[place + 1 : place + 3] == [
        "",
        f"Dropped; “source restore {article.id} N…” brings lines back:",
    ]
    assert [" ".join(line.split()) for line in lines[place + 3 :]] == [
        "2 navigation Trending Now",
        "11 sharing Share this",
    ]
    assert "Dropped" not in printed(Shown(listed=listed))


def test_a_failed_receipt_says_why() -> None:
    """The source as it was named, and the reason."""
    receipt = Receipt(source="a.png", status=Status.FAILED, error=".png cannot be loaded")
    assert printed(Receipts(receipts=(receipt,))) == "failed a.png: .png cannot be loaded\n"


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (None, "unknown"),
        (date(2024, 11, 22), "2024-11-22"),
        (datetime(2024, 11, 22, 11, 36), "2024-11-22 11:36"),  # noqa: DTZ001 - a local time
        (
            datetime(2024, 11, 22, 8, tzinfo=timezone(timedelta(hours=1))),
            "2024-11-22 08:00 +01:00",
        ),
        (
            datetime(2024, 11, 22, 8, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
            "2024-11-22 08:00 -03:30",
        ),
    ],
)
def test_a_date_is_shown_as_precise_as_it_is(published: Published | None, shown: str) -> None:
    """No time is made up for a day, no offset for a local time."""
    listed = Listed(document=document("x", published=published), sentences=1)
    facts = printed(Shown(listed=listed)).splitlines()
    (line,) = [each for each in facts if each.startswith("published")]
    assert line.split(maxsplit=1)[1].strip().removeprefix("date ") == shown


def test_a_document_is_shown_with_its_facts_and_its_whole_text() -> None:
    """Everything that is known of it, then the text that citations point into, line by line."""
    text = "Heading\n\nThe first line.\nThe second line."
    article = document(
        text, title="T", outlet="O", author="A", url="https://example.org/a", source="/a.md"
    )
    shown = printed(Shown(listed=Listed(document=article, sentences=2)))
    title, *facts = shown.removesuffix(f"\n\n{text}\n").splitlines()
    assert title == "T"
    assert dict(line.split(maxsplit=1) for line in (each.rstrip() for each in facts[:5])) == {
        "id": f"{article.id}, revision 1",
        "outlet": "O",
        "author": "A",
        "published": "date unknown",
        "url": "https://example.org/a",
    }
    assert [line.strip() for line in facts[5:]] == [
        "collection   main",
        "loaded from  /a.md",
        "sentences    2",
    ]


def test_a_sentence_is_one_line_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """What reads a pipe need not join lines again, however long they are."""
    text = "The tanker made a trip, " * 2_000 + "and came back."
    output().print(rendered(answered(Statement(citations=(cite(document(text)),), origins=()))))
    assert f"{text} [1]" in capsys.readouterr().out.splitlines()


def test_a_sentence_is_wrapped_on_a_terminal() -> None:
    """On a terminal no line is wider than it."""
    text = "The tanker made a trip, " * 20 + "and came back."
    reply = answered(Statement(citations=(cite(document(text)),), origins=()))
    assert max(len(line) for line in printed(reply, width=60).splitlines()) <= 60


def test_an_answer_that_is_kept_says_by_what_it_is_found() -> None:
    """Its id stands at the end; one that is not kept says nothing of it."""
    answer = answered(Statement(citations=(cite(document("It sank.")),), origins=()))
    assert printed(answer).endswith("confidence 0.93.\n")
    assert printed(replace(answer, id="Ab-_01")).endswith("confidence 0.93. Answer Ab-_01.\n")


def test_a_kept_answer_says_what_has_become_of_its_articles() -> None:
    """The question, every quote as it was cited, when it was asked, and what has changed since."""
    coast = document("It sank.", title="Sunk", outlet="Coast Herald")
    island = document("It sank there.", title="Island", outlet="Quiet Press")
    harbour = document("It sank, too.", title="Harbour", outlet="Harbour Times")
    cited = tuple(cite(each, number) for number, each in enumerate((coast, island, harbour), 1))
    answer = answered(Statement(citations=cited, origins=()))
    lines = printed(
        kept_answer(
            answer, updated=frozenset({coast.id, island.id}), withdrawn=frozenset({island.id})
        )
    ).splitlines()
    assert lines[0] == "How many?"
    assert lines[1].startswith("It sank. [1] [2] [3]")
    assert lines[-3:] == [
        "Asked on 2024-11-22 08:05 UTC; answer Ab-_01.",
        "updated since: Coast Herald, “Sunk”",
        "withdrawn since: Quiet Press, “Island”",
    ]
    assert "Searched" not in "".join(lines)


def test_a_verdict_is_said_back() -> None:
    """With the reason, where there is one."""
    useful = VerdictGiven(answer="Ab-_01", useful=True)
    useless = VerdictGiven(answer="Ab-_01", useful=False, why="It is old.")
    assert printed(useful) == "Noted: answer Ab-_01 was useful\n"
    assert printed(useless) == "Noted: answer Ab-_01 was not useful: It is old.\n"


def test_a_brief_says_whether_it_is_kept() -> None:
    """Of a preview nobody should note the id; where nothing is loaded there is nothing to show."""
    statement = Statement(citations=(cite(document("It left.")),), origins=())
    made = brief_on(statement, "Boats")
    assert "not kept" not in printed(Briefed(brief=made, kept=True, loaded=1))
    assert "This brief is not kept." in printed(Briefed(brief=made, kept=False, loaded=1))
    nothing = printed(Briefed(brief=replace(made, points=()), kept=False, loaded=0))
    assert nothing == "No article is loaded to compose a brief from.\n"


def test_a_kept_brief_says_for_whom_it_was_and_what_has_changed_since() -> None:
    """As a kept answer does."""
    island = document("It left.", title="Island life", outlet="Quiet Press")
    made = brief_on(Statement(citations=(cite(island),), origins=()), "Boats")
    shown = printed(
        KeptBrief(brief=made, edition=edition("Boats", "slack:C1"), updated=frozenset({island.id}))
    )
    assert "Composed for slack:C1 on 22 November 2024, 08:05 UTC." in shown
    assert "updated since: Quiet Press, “Island life”" in shown


def test_no_brief_yet_is_said_with_what_to_type() -> None:
    """An empty list is no empty screen."""
    assert printed(BriefListing(editions=())) == "There is no brief yet. Compose one: /brief now\n"


def test_an_explanation_shows_every_gate() -> None:
    """The answer, the sentence that is meant, those that say the same, and what it passed."""
    island, coast = (document("It left.", outlet=name) for name in ("Quiet Press", "Herald"))
    why = Why(
        shown=False,
        text="It is not in the brief. It hangs in the air.",
        citation=cite(island),
        group=(cite(coast), cite(island)),
        gates=(Gate(passed=True, text="It is new."), Gate(passed=False, text="It hangs.")),
    )
    assert printed(Explained(text="It left", brief="b-01", why=why)).splitlines() == [
        "“It left”",
        "It is not in the brief. It hangs in the air.",
        "  The sentence: Quiet Press: “It left.”",
        "  The same fact: Herald: “It left.”",
        "  yes  It is new.",
        "  no   It hangs.",
        "Brief b-01",
    ]


def test_a_number_leads_to_its_article_on_a_terminal_and_nowhere_else() -> None:
    """The link is an escape sequence of its own, and no text; a pipe gets none."""
    source = document("The tankers made 43 trips.", outlet="Coast")
    reply = answered(Statement(citations=(cite(source),), origins=()))
    plain = printed(reply)

    def shown(**console: Any) -> str:
        written = io.StringIO()
        made = Console(file=written, width=100_000, highlight=False, **console)
        made.print(rendered(reply, lambda each: f"https://news.example.org/{each.number}#cited"))
        return written.getvalue()

    linked = shown(force_terminal=True, color_system="standard")
    addresses = re.findall(r"\x1b]8;[^;]*;([^\x1b]*)\x1b\\", linked)
    assert {each for each in addresses if each} == {"https://news.example.org/1#cited"}
    assert shown() == plain
