"""The forms: what is filled in is read back as it was, and the form fits what Slack takes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import forms, names
from adapters.slack.fields import View
from adapters.slack.forms import AddDraft, EditDraft, ScheduleDraft, WhyDraft
from briefs.errors import ContractError, UsageError
from briefs.model import Stated
from briefs.scheduling import CatchUp
from tests.adapters.slack.checking import check_golden, check_view
from tests.adapters.slack.saying import articles, texts
from tests.building import document, modest

DRAFT = ScheduleDraft(
    opened_in="C1",
    name="Morning",
    channel="C2",
    when="weekdays at 08:00",
    timezone="Europe/Berlin",
    topic="oil & <gas>",
    collections=("main", "archive"),
    catch_up=CatchUp.ALL,
    skip_if_empty=True,
)
TIMES = [datetime(2026, 3, day, 8, tzinfo=timezone(timedelta(hours=1))) for day in (2, 3, 4, 5, 6)]


def submitted(view: View, **filled: str | None) -> View:
    """Return a form as Slack gives it back: as it was opened, or with something else typed in."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"]
        assert element["action_id"] == name
        assert name in names.FIELDS
        state = {
            "type": element["type"],
            "value": filled[name] if name in filled else element.get("initial_value"),
            "selected_option": element.get("initial_option"),
            "selected_options": element.get("initial_options", []),
            "selected_conversation": element.get("initial_conversation"),
            "files": [],
        }
        values[name] = {name: state}
    return {**view, "state": {"values": values}}


def test_the_form_of_a_schedule() -> None:
    """As its golden file says."""
    view = forms.schedule_form("C1", "Europe/Berlin", ("main", "archive"))
    check_view(view)
    check_golden("schedule_form", view)
    read = forms.read_schedule(submitted(view))
    assert read == ScheduleDraft(opened_in="C1", channel="C1", timezone="Europe/Berlin")


def test_a_schedule_is_read_as_it_was_filled_in() -> None:
    """By the form, and by the one that shows its times and carries it."""
    view = forms.schedule_form("C1", "UTC", ("main", "archive", "x"), DRAFT)
    check_view(view)
    assert forms.read_schedule(submitted(view)) == DRAFT
    times = forms.times_form(DRAFT, TIMES)
    check_view(times)
    check_golden("times_form", times)
    assert forms.schedule_of(times) == DRAFT
    assert (view["callback_id"], times["callback_id"]) == (names.SCHEDULE, names.SCHEDULE_SAVE)


@pytest.mark.slow
@modest
@given(texts(), texts(), texts())
def test_whatever_is_typed_travels_or_is_refused(name: str, when: str, topic: str) -> None:
    """The form with the times carries it, or says that it is too long."""
    draft = replace(DRAFT, name=name[:64], when=when[:100], topic=topic, collections=(name,))
    check_view(forms.schedule_form("C1", "UTC", (name, "b"), draft))
    try:
        view = forms.times_form(draft, TIMES)
    except UsageError:
        assert len(topic) > 200 or len(name) > 100
    except UnicodeEncodeError:
        pytest.fail("a draft of what was typed")
    else:
        check_view(view)
        assert forms.schedule_of(view) == draft


@pytest.mark.parametrize(
    ("when", "is_cron"),
    [
        ("0 8 * * 1-5", True),
        ("*/15 * * * *", True),
        ("weekdays at 08:00", False),
        ("every 2 hours on mondays", False),
        ("0 8 * *", False),
    ],
)
def test_a_schedule_is_in_words_or_in_cron(when: str, *, is_cron: bool) -> None:
    """Five fields of which the first is of minutes are cron."""
    command = replace(DRAFT, when=when).command(preview=True)
    assert (command.cron, command.when) == ((when, None) if is_cron else (None, when))
    assert command.channel == "slack:C2"
    assert command.preview


def test_one_collection_is_not_asked_for() -> None:
    """There is nothing to choose."""
    view = forms.schedule_form("D1", "UTC", ("main",))
    check_view(view)
    assert names.SCHEDULE_COLLECTIONS not in str(view)
    assert names.ADD_COLLECTION not in str(forms.add_form("C1", ("main",)))


def test_time_zones_are_offered() -> None:
    """A hundred at most."""
    offered = forms.zone_options([f"Zone/{number}" for number in range(300)])["options"]
    assert len(offered) == 100
    assert offered[1]["value"] == "Zone/1"


def test_the_form_that_adds_sources() -> None:
    """As its golden file says; several addresses are read apart."""
    view = forms.add_form("C1", ("main", "archive"), "https://hooks.example/1")
    check_view(view)
    check_golden("add_form", view)
    filled = submitted(
        view,
        add_urls="https://a.example/1 <https://b.example/2>,\nhttps://a.example/1",
        add_outlet=" Port Radio ",
        add_published="2024-11-22 08:00+01:00",
    )
    filled["state"]["values"][names.ADD_FILES][names.ADD_FILES]["files"] = [{"id": "F1"}]
    read = forms.read_add(filled)
    assert read == AddDraft(
        opened_in="C1",
        files=({"id": "F1"},),
        urls=("https://a.example/1", "https://b.example/2"),
        collection="main",
        outlet="Port Radio",
        published="2024-11-22 08:00+01:00",
        response_url="https://hooks.example/1",
    )
    zone = timezone(timedelta(hours=1))
    assert read.stated == Stated(
        outlet="Port Radio", published=datetime(2024, 11, 22, 8, tzinfo=zone)
    )
    nothing = forms.read_add(submitted(view))
    assert (nothing.files, nothing.urls, nothing.stated) == ((), (), Stated())


def test_the_form_that_edits_a_source() -> None:
    """As its golden file says; only what was changed is stated."""
    view = forms.edit_form(articles()[0], "C1")
    check_view(view)
    check_golden("edit_form", view)
    assert forms.read_edit(submitted(view)) == EditDraft(opened_in="C1", document="d1")
    changed = forms.read_edit(
        submitted(view, edit_outlet="Port Radio", edit_published="2024-11-25", edit_title=None)
    )
    assert changed.document == "d1"
    assert changed.stated == Stated(outlet="Port Radio", published=date(2024, 11, 25))


@modest
@given(texts(), st.none() | texts(), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_any_document_can_be_edited(
    title: str, outlet: str | None, published: datetime | None
) -> None:
    """Left as it was, nothing is stated of it."""
    made = document("Text.", title=title, outlet=outlet, author=outlet, published=published)
    view = forms.edit_form(made, "C1")
    check_view(view)
    assert forms.read_edit(submitted(view)).stated == Stated()


def test_what_is_no_date_is_said() -> None:
    """Beside its field."""
    draft = EditDraft(opened_in="C1", document="d1", published="yesterday")
    with pytest.raises(UsageError) as caught:
        _ = draft.stated
    answer = forms.field_errors({names.EDIT_PUBLISHED: str(caught.value)})
    assert answer["response_action"] == "errors"
    assert "“yesterday” is no date" in answer["errors"][names.EDIT_PUBLISHED]
    long = forms.field_errors({names.WHY_TEXT: "word " * 100})
    assert len(long["errors"][names.WHY_TEXT]) <= 150
    for wrong in ({"elsewhere": "x"}, {}):
        with pytest.raises(ContractError):
            forms.field_errors(wrong)


def test_the_form_that_asks_why() -> None:
    """What was typed is read with the answer that it is of."""
    view = forms.why_form("a1", "C1", "Who said <!here>?")
    check_view(view)
    check_golden("why_form", view)
    said = forms.read_why(submitted(view, why_text=" Wrong port. "))
    assert said == WhyDraft(opened_in="C1", answer="a1", why="Wrong port.")
    assert forms.read_why(submitted(view)).why is None
