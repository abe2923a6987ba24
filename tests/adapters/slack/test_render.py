"""Every reply has a rendering on Slack, and none of them obeys what is in it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given

from adapters.looking import Look
from adapters.slack.render import rendered
from briefs.brief import Gate, Why
from briefs.briefing import Briefed, BriefListing, Edition, Explained, KeptBrief
from briefs.ports import Receipts, Refusal, Reply, Shown, Usage, VerdictGiven
from briefs.scheduling import Origin, Schedule
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing, Verb
from tests.adapters.slack.checking import all_blocks, as_json, check, check_golden, seen
from tests.adapters.slack.saying import answer, kept, texts
from tests.adapters.slack.test_library import STATUS, listing, receipts
from tests.briefing import UNTIL, full
from tests.building import modest

DUE = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=1)))


def replies(text: str) -> list[Any]:
    """Return one reply of each kind, with a text where somebody wrote one."""
    brief = replace(full(), title=text)
    edition = Edition(
        brief="b1",
        title=text,
        channel="slack:C0123",
        topic=text or None,
        composed_at=UNTIL,
        collections=None,
        snapshot=1,
    )
    schedule = Schedule(
        name=text, channel="slack:C0123", cron="0 8 * * 1-5", timezone="Europe/Berlin", topic=text
    )
    scheduled = Scheduled(schedule=schedule, times=(DUE, DUE + timedelta(days=1)))
    paused = replace(schedule, paused=True, origin=Origin.CONFIG, channel=text, collections=(text,))
    citations = brief.points[0].statement.citations
    why = Why(
        shown=True,
        text=text,
        citation=citations[0],
        group=citations,
        gates=(Gate(passed=True, text=text), Gate(passed=False, text="It is told already.")),
    )
    return [
        replace(answer(), question=text),
        kept(replace(answer(), question=text)),
        VerdictGiven(answer="a1", useful=False, why=text),
        Briefed(brief=brief, kept=True, loaded=3),
        BriefListing(editions=(edition, replace(edition, channel=text))),
        KeptBrief(edition=edition, brief=brief),
        Explained(text=text, brief="b1", why=why),
        scheduled,
        ScheduleListing(schedules=(scheduled, Scheduled(schedule=paused, times=()))),
        ScheduleChanged(name=text, verb=Verb.PAUSE),
        receipts(),
        listing(),
        Shown(listed=listing().documents[0]),
        Usage(lines=(("/ask QUESTION", text),)),
        replace(STATUS, model=text),
        Refusal(message=text, exit_status=1),
    ]


@pytest.mark.slow
@modest
@given(texts())
def test_every_reply_fits_and_is_inert(text: str) -> None:
    """Whatever a person typed or a source wrote."""
    made = replies(text)
    assert {type(each) for each in made} == set(get_args(Reply))
    for reply in made:
        check(rendered(reply, Look(private=True, admin=True)))


@pytest.mark.parametrize(
    "reply", [BriefListing(editions=()), ScheduleListing(schedules=()), Receipts(receipts=())]
)
def test_nothing_is_said_to_be_nothing(reply: Reply) -> None:
    """An empty list is a sentence, not an empty message."""
    check(rendered(reply, Look()))


def test_schedules() -> None:
    """As their golden file says: when, where, about what, and when next."""
    (scheduled,) = (each for each in replies("Morning") if isinstance(each, Scheduled))
    (listed,) = (each for each in replies("Morning") if isinstance(each, ScheduleListing))
    messages = (*rendered(scheduled, Look()), *rendered(listed, Look()))
    check(messages)
    check_golden("schedules", as_json(messages))
    preview = rendered(replace(scheduled, kept=False), Look())
    assert "nothingisscheduledyet" in seen(all_blocks(preview))


def test_a_refusal_names_no_folder_of_the_server() -> None:
    """It is marked as a refusal."""
    (message,) = rendered(Refusal(message="Cannot read /srv/data/a.txt.", exit_status=1), Look())
    assert seen(message.blocks) == "⚠️Cannotreada.txt."


def test_what_is_no_reply_is_a_defect() -> None:
    """It is not shown as an empty message."""
    with pytest.raises(TypeError):
        rendered("text", Look())  # type: ignore[arg-type]
