"""Every reply on Discord: it fits, it is inert, and the main ones are what they were."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given

from adapters.discord import answers, library, schedules
from adapters.discord.embeds import Message
from adapters.discord.render import rendered
from adapters.looking import Look
from briefs.brief import Gate, Why
from briefs.briefing import Briefed, BriefListing, Edition, Explained, KeptBrief
from briefs.keeping import KeptAnswer
from briefs.model import Answer, Dropped, Receipt, Scope, Searched, Status
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
from tests.adapters.discord.reading import (
    alive,
    answer_of,
    as_json,
    check,
    descriptions,
    feet,
    is_shown,
    read,
)
from tests.briefing import HOSTILE, brief, cite, full, hostile_texts
from tests.building import document, modest

GOLDEN = Path(__file__).parent / "golden"
RENEW = "RENEW_GOLDEN"
"""Set it in the environment to write the golden files anew, and read the difference."""

NINE = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))
LOOK = Look(private=True, admin=True)


def replies_about(text: str) -> list[Reply]:
    """Return every kind of reply, with a text wherever a source, or a person, can put one."""
    source = replace(
        document("x"),
        text=text or "x",
        title=text,
        outlet=text,
        author=text,
        url=text,
        collection=text,
    )
    unknown = replace(document("It rained."), title=text, source=f"/srv/news/{text}")
    listed = tuple(Listed(document=each, sentences=1) for each in (source, unknown))
    made = brief(
        title=text,
        topic=text,
        notes=(text,),
        points=tuple(full().points),
        documents=(source, unknown),
    )
    said = answer_of(full())
    kept = KeptAnswer(
        id="Ab-_01",
        answer=said,
        channel="discord:1",
        asked_at=datetime(2024, 11, 22, 8, 5, tzinfo=UTC),
        scope=Scope(),
        snapshot=3,
        withdrawn=frozenset({said.citations[0].document.id}),
    )
    edition = Edition(
        brief="b-01",
        title=text,
        channel=text,
        topic=text,
        composed_at=datetime(2024, 11, 22, 8, 5, tzinfo=UTC),
        collections=None,
        snapshot=3,
    )
    schedule = Schedule(
        name=text, channel=text, cron="0 9 * * *", timezone=text, topic=text, origin=Origin.CONFIG
    )
    dropped = (Dropped(number=1, text=text, reason="tags"),)
    return [
        said,
        Answer(
            question=text,
            confidence=0,
            searched=Searched(documents=2, passages=2),
            reason=text,
            nearest=(cite(source), cite(unknown, 2)),
            understood=text,
        ),
        kept,
        VerdictGiven(answer=text, useful=False, why=text),
        VerdictGiven(answer=text, useful=True),
        Briefed(brief=made, kept=True, loaded=2),
        Briefed(brief=made, kept=False, loaded=2),
        Briefed(brief=brief(title=text), kept=False, loaded=0),
        KeptBrief(brief=made, edition=edition, updated=frozenset({source.id})),
        BriefListing(editions=(edition,)),
        BriefListing(editions=()),
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
        Scheduled(schedule=schedule, times=(NINE,)),
        ScheduleListing(schedules=(Scheduled(schedule=schedule, times=()),)),
        ScheduleChanged(name=text, verb=Verb.PAUSE),
        Receipts(
            receipts=(
                Receipt(source=f"/srv/news/{text}", status=Status.FAILED, error=text),
                Receipt(
                    source=text,
                    status=Status.ADDED,
                    document=source,
                    notes=(text,),
                    dropped=dropped,
                ),
                Receipt(source=text, status=Status.UPDATED, document=unknown),
            )
        ),
        Listing(documents=listed),
        Listing(documents=()),
        Shown(listed=listed[0], dropped=dropped),
        Shown(listed=listed[1]),
        StatusReport(documents=2, sentences=9, outlets=(text, "Herald"), model=text),
        StatusReport(documents=0, sentences=0, outlets=(), model=text),
        Usage(lines=((text, text), ("/help", "shows this"))),
        Usage(lines=()),
        Refusal(message=text, exit_status=2),
    ]


def check_inert(text: str) -> None:
    """Assert that every reply with a text in it fits and shows it, and obeys nothing of it."""
    for reply in replies_about(text):
        messages = rendered(reply, LOOK)
        check(messages)
        assert alive(messages) == [], type(reply)
        if isinstance(reply, VerdictGiven | BriefListing | Explained | StatusReport) and (
            not isinstance(reply, BriefListing) or reply.editions
        ):
            assert is_shown(text, messages), type(reply)


@pytest.mark.parametrize("text", [*HOSTILE, "@everyone <@1> <t:0> <#1> </a:1>", "x " * 2_600])
def test_known_tricks_are_shown_inert(text: str) -> None:
    """Mentions, markup, addresses and bidirectional controls are text."""
    check_inert(text)


@pytest.mark.slow
@modest
@given(hostile_texts())
def test_any_text_is_shown_inert(text: str) -> None:
    """Whatever stands in a title, an outlet, a quote, an origin or a path."""
    check_inert(text)


def test_every_kind_of_reply_has_a_rendering() -> None:
    """A new kind of reply cannot be forgotten here."""
    assert {type(reply) for reply in replies_about("x")} == set(get_args(Reply))


def test_what_is_no_reply_is_a_defect() -> None:
    """Something else than a reply is not posted as if it were one."""
    with pytest.raises(TypeError, match="no rendering for str"):
        rendered("text", LOOK)  # type: ignore[arg-type]


def test_no_folder_of_the_server_is_told() -> None:
    """In a receipt, a document or a refusal."""
    path = "/srv/news room/hidden/a.html"
    source = document("x", title="A", source=path)
    for reply in (
        Receipts(receipts=(Receipt(source=path, status=Status.FAILED, error=f"{path}: no"),)),
        Shown(listed=Listed(document=source, sentences=1)),
        Refusal(message="/var/lib/dateline/x.db is damaged.", exit_status=1),
    ):
        said = read(rendered(reply, LOOK))
        assert "hidden" not in said
        assert "/var" not in said
        assert "a.html" in said or "x.db is damaged." in said


def test_a_kept_brief_says_for_whom_it_was_and_what_has_changed_since() -> None:
    """As a kept answer does."""
    island = document("It left.", title="Island life", outlet="Quiet Press")
    edition = Edition(
        brief="b-01",
        title="Boats",
        channel="discord:1",
        topic=None,
        composed_at=datetime(2024, 11, 22, 8, 5, tzinfo=UTC),
        collections=None,
        snapshot=3,
    )
    made = brief(timeline=full().timeline, documents=(island,))
    cited = made.citations[0].document
    shown = rendered(KeptBrief(brief=made, edition=edition, updated=frozenset({cited.id})), LOOK)
    said = read(shown)
    assert "Composed for discord:1 on 22 November 2024, 08:05 UTC." in said
    assert f"updated since: {cited.publisher}, “{cited.title}”" in said


def test_an_explanation_shows_every_gate() -> None:
    """The answer, the sentence that is meant, those that say the same, and what it passed."""
    island, coast = (document("It left.", outlet=name) for name in ("Quiet Press", "Herald"))
    why = Why(
        shown=False,
        text="It is not in the brief.",
        citation=cite(island),
        group=(cite(coast), cite(island)),
        gates=(Gate(passed=True, text="It is new."), Gate(passed=False, text="It hangs.")),
    )
    shown = rendered(Explained(text="It left", brief="b-01", why=why), LOOK)
    assert descriptions(shown)[0].split("\n") == [
        "> “It left”",
        "**It is not in the brief.**",
        "The sentence: Quiet Press: “It left.”",
        "The same fact: Herald: “It left.”",
        "✅ It is new.",
        "❌ It hangs.",
    ]
    assert feet(shown) == ["Brief b-01"]


def golden() -> dict[str, tuple[Message, ...]]:
    """Return the main renderings, by the names of their files."""
    harmless = {type(each): each for each in reversed(replies_about("Boats"))}
    kept, shown = harmless[KeptAnswer], harmless[Shown]
    scheduled = harmless[Scheduled]
    assert isinstance(kept, KeptAnswer)
    assert isinstance(shown, Shown)
    assert isinstance(scheduled, Scheduled)
    return {
        "answer": rendered(kept.answer, LOOK),
        "kept_answer": rendered(kept, Look()),
        "sources": answers.sources(kept, LOOK),
        "shared": answers.shared(kept, 80351110224678912, LOOK),
        "checked": answers.checked(kept.answer, "Tankers made *43* trips.", LOOK),
        "refused": rendered(replies_about("Boats")[1], LOOK),
        "brief": rendered(Briefed(brief=full(), kept=True, loaded=3), Look()),
        "receipts": rendered(harmless[Receipts], LOOK),
        "listing": rendered(harmless[Listing], LOOK),
        "shown": rendered(shown, LOOK),
        "confirm_removal": (library.confirm_removal(shown),),
        "confirm_schedule": (schedules.confirm(scheduled, "k7"),),
        "schedules": rendered(harmless[ScheduleListing], LOOK),
        "status": rendered(harmless[StatusReport], LOOK),
        "usage": rendered(harmless[Usage], LOOK),
        "refusal": rendered(harmless[Refusal], LOOK),
    }


@pytest.mark.parametrize("name", sorted(golden()))
def test_the_main_renderings_are_what_they_were(name: str) -> None:
    """A change of what people see is a change of a file that somebody reads."""
    messages = golden()[name]
    check(messages)
    file = GOLDEN / f"{name}.json"
    written = json.dumps(as_json(messages), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get(RENEW):
        file.write_text(written, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == written


def test_no_golden_file_is_left_over() -> None:
    """A file that nothing is compared with proves nothing."""
    assert {each.stem for each in GOLDEN.glob("*.json")} == set(golden())
