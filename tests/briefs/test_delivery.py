"""The ways of a part: only those that are drawn, and each for its reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from briefs.delivering_ports import Alert, AlertKind, Untold, alert_of
from briefs.delivery import (
    LONGEST_BACKOFF_SECONDS,
    MOST_LOOKS,
    after_look,
    after_send,
    claimed,
    cut,
    postponed,
    recomposed,
    renewed,
    resolved,
    skipped,
    with_part,
)
from briefs.errors import ContractError, UsageError
from briefs.next_step import Change, ChannelView, Idle, Look, Send, Wait, next_step
from briefs.outcomes import (
    Absent,
    Failed,
    Found,
    Limits,
    NotNow,
    Refused,
    Sent,
    Unknown,
    Unreadable,
)
from briefs.parts import Decision, Delivery, Draft, Ending, Occurrence, Part, State, composed

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
LIMITS = Limits(interval_seconds=1.0, timeout_seconds=30.0)
REASON = "no answer"


def after(seconds: float) -> datetime:
    """Return a time."""
    return NOW + timedelta(seconds=seconds)


def brief(parts: int = 3, *, name: str = "mornings", due: datetime = NOW) -> Delivery:
    """Return a delivery of which nothing has left."""
    occurrence = Occurrence(
        schedule=name, due=due, channel="test:1", composed=due, deadline=due + timedelta(hours=6)
    )
    return composed(occurrence, [Draft(body=f"{name} {number}") for number in range(parts)])


def sending(delivery: Delivery, now: datetime = NOW) -> Delivery:
    """Return a delivery whose head was claimed."""
    assert delivery.head is not None
    return with_part(delivery, claimed(delivery.head, "me", now, LIMITS))


def doubtful(delivery: Delivery, now: datetime = NOW) -> Delivery:
    """Return a delivery whose head is in doubt."""
    begun = head(sending(delivery, now))
    return changed(delivery, after_send(begun, begun, Unknown(reason=REASON), now, LIMITS))


def sent(delivery: Delivery, now: datetime = NOW) -> Delivery:
    """Return a delivery whose head was sent."""
    begun = head(sending(delivery, now))
    return changed(delivery, after_send(begun, begun, Sent(link="there"), now, LIMITS))


def held(delivery: Delivery) -> Delivery:
    """Return a delivery whose head is held."""
    doubt = head(doubtful(delivery))
    return changed(delivery, after_look(doubt, doubt, Unreadable(reason="403"), after(60)))


def changed(delivery: Delivery, part: Part | None) -> Delivery:
    """Return a delivery with a part that has changed."""
    assert part is not None
    return with_part(delivery, part)


def head(delivery: Delivery) -> Part:
    """Return the first part that is not sent."""
    assert delivery.head is not None
    return delivery.head


def states(delivery: Delivery) -> list[str]:
    """Return where the parts stand."""
    return [part.state.value for part in delivery.parts]


def view(*deliveries: Delivery, last: datetime | None = None) -> ChannelView:
    """Return what there is to know of a channel."""
    return ChannelView(deliveries=deliveries, last_claimed=last)


def test_keys_are_short_stable_and_different() -> None:
    """They are made of the ids alone, so that a restart, and a changed text, keep them."""
    first, second, third = brief().parts
    assert len({first.key, second.key, third.key, brief(name="evenings").parts[0].key}) == 4
    assert first.key == replace(first, body="another").key
    assert first.digest != replace(first, body="another").digest
    assert len(first.key) == 25
    assert set(first.key) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_only_the_first_part_that_is_not_sent_may_leave() -> None:
    """One after the other, until all are sent."""
    delivery = brief()
    for number in (1, 2, 3):
        step = next_step(view(delivery), NOW, LIMITS)
        assert isinstance(step, Send)
        assert step.part.number == number
        delivery = sent(delivery, after(number))
    assert delivery.ending is Ending.DELIVERED
    assert delivery.delivered == after(3)
    assert delivery.late_seconds == 3.0
    assert delivery.link == "there"


def test_what_is_claimed_cannot_be_claimed_again() -> None:
    """A claim is of a pending part; it says who, until when and the how many-th."""
    part = head(sending(brief()))
    assert part.standing.owner == "me"
    assert part.standing.lease_until == after(30)
    assert part.standing.tries == 1
    with pytest.raises(ContractError):
        claimed(part, "you", NOW, LIMITS)


def test_a_refusal_that_may_pass_makes_it_pending_for_a_while() -> None:
    """As long as the platform says, but never for no time, and never for days."""
    part = head(sending(brief()))
    for asked, waited in ((7.0, 7.0), (0.0, 1.0), (1e9, 3_600.0)):
        refused = after_send(part, part, Refused(retry_after=asked), NOW, LIMITS)
        assert refused is not None
        assert refused.state is State.PENDING
        assert refused.standing.not_before == after(waited)
        delivery = changed(brief(), refused)
        assert next_step(view(delivery), NOW, LIMITS) == Wait(until=after(waited))


def test_a_failure_that_may_pass_is_tried_again_ever_later() -> None:
    """It doubles, up to some minutes."""
    delivery, waited = brief(), []
    for _ in range(12):
        part = head(sending(delivery))
        delivery = changed(
            delivery, after_send(part, part, Failed(reason="full", permanent=False), NOW, LIMITS)
        )
        until = head(delivery).standing.not_before
        assert until is not None
        waited.append((until - NOW).total_seconds())
    assert waited == sorted(waited)
    assert (waited[0], waited[-1]) == (2.0, LONGEST_BACKOFF_SECONDS)


def test_a_failure_for_good_ends_it_for_the_parts_after_it_too() -> None:
    """They could never be sent; each says why."""
    delivery = sent(brief())
    part = head(sending(delivery))
    delivery = changed(delivery, after_send(part, part, Failed(reason="404"), NOW, LIMITS))
    assert states(delivery) == ["sent", "failed", "skipped"]
    assert delivery.ending is Ending.FAILED
    assert delivery.reason == "404"
    assert next_step(view(delivery), NOW, LIMITS) == Idle()


def test_no_answer_is_doubt_and_doubt_waits_longer_than_a_request_can_last() -> None:
    """Only then is it looked for."""
    delivery = doubtful(brief())
    assert states(delivery) == ["doubt", "pending", "pending"]
    quiet = LIMITS.quiet.total_seconds()
    assert quiet > LIMITS.timeout_seconds
    assert next_step(view(delivery), after(quiet - 1), LIMITS) == Wait(until=after(quiet))
    assert isinstance(next_step(view(delivery), after(quiet), LIMITS), Look)


def test_a_lease_that_ran_out_is_doubt() -> None:
    """From the moment at which that is seen: what slept may wake up."""
    delivery = sending(brief())
    assert next_step(view(delivery), after(29), LIMITS) == Wait(until=after(30))
    step = next_step(view(delivery), after(5_000), LIMITS)
    assert isinstance(step, Change)
    assert head(step.delivery).state is State.DOUBT
    assert head(step.delivery).standing.not_before == after(5_000) + LIMITS.quiet


def test_a_lease_is_renewed_by_its_owner_alone() -> None:
    """And no more when it is lost."""
    part = head(sending(brief()))
    longer = renewed(part, part, after(10), LIMITS)
    assert longer is not None
    assert longer.standing.lease_until == after(40)
    other = replace(part, standing=replace(part.standing, owner="you"))
    assert renewed(part, other, after(10), LIMITS) is None
    assert renewed(head(doubtful(brief())), part, after(10), LIMITS) is None


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Found(remote_id="m"), State.SENT),
        (Absent(), State.PENDING),
        (Unreadable(reason="403"), State.HELD),
        (Failed(reason="404"), State.FAILED),
        (Failed(reason="busy", permanent=False), State.DOUBT),
        (NotNow(reason="503"), State.DOUBT),
    ],
)
def test_what_was_looked_for(
    outcome: Found | Absent | Unreadable | Failed | NotNow, state: State
) -> None:
    """Found is sent, absent is sent again, what cannot be read is for a person."""
    doubt = head(doubtful(brief()))
    looked = after_look(doubt, doubt, outcome, after(60))
    assert looked is not None
    assert looked.state is state


def test_found_was_sent_when_it_was_claimed() -> None:
    """When exactly, nobody knows; it was not when somebody found it."""
    doubt = head(doubtful(brief()))
    found = after_look(doubt, doubt, Found(link="there"), after(9_000))
    assert found is not None
    assert (found.standing.sent_at, found.standing.link) == (NOW, "there")


def test_what_can_never_be_read_is_held_in_the_end() -> None:
    """After many looks, ever further apart."""
    delivery, now = doubtful(brief()), NOW
    for look in range(MOST_LOOKS):
        assert head(delivery).state is State.DOUBT, look
        now = head(delivery).standing.not_before or now
        part = head(delivery)
        delivery = changed(delivery, after_look(part, part, NotNow(reason="503"), now))
    assert delivery.ending is Ending.HELD
    assert timedelta(hours=3) < now - NOW < timedelta(hours=6)


def test_late_good_news_counts_and_late_bad_news_does_not() -> None:
    """What is known to be posted is not looked for, or sent again."""
    claim = head(sending(brief()))
    doubt = head(doubtful(brief()))
    absent = after_look(doubt, doubt, Absent(), after(60))
    assert absent is not None
    for part in (doubt, absent, head(held(brief()))):
        late = after_send(part, claim, Sent(), after(61), LIMITS)
        assert late is not None
        assert late.state is State.SENT
        for bad in (Unknown(reason="x"), Failed(reason="404"), Refused(retry_after=1)):
            assert after_send(part, claim, bad, after(61), LIMITS) is None
    again = claimed(absent, "you", after(61), LIMITS)
    assert after_send(again, claim, Sent(), after(62), LIMITS) is None


def test_a_look_counts_only_for_the_doubt_that_it_was_for() -> None:
    """Another one may have looked, sent again and be in doubt again."""
    first = head(doubtful(brief()))
    absent = after_look(first, first, Absent(), after(60))
    assert absent is not None
    again = claimed(absent, "you", after(61), LIMITS)
    second = after_send(again, again, Unknown(reason="x"), after(62), LIMITS)
    assert second is not None
    assert after_look(second, first, Absent(), after(63)) is None
    assert after_look(absent, first, Found(), after(63)) is None


def test_what_is_pending_past_its_deadline_is_skipped() -> None:
    """With all that comes after it; what is in doubt is looked for all the same."""
    late = after(7 * 3_600)
    step = next_step(view(sent(brief())), late, LIMITS)
    assert isinstance(step, Change)
    assert states(step.delivery) == ["sent", "skipped", "skipped"]
    assert step.delivery.ending is Ending.SKIPPED
    assert isinstance(next_step(view(doubtful(brief())), late, LIMITS), Look)


def test_a_channel_gets_one_brief_after_the_other() -> None:
    """The earliest first; one that has begun is finished; what is in doubt holds up the rest."""
    early, late = brief(name="early"), brief(name="late", due=after(60))
    step = next_step(view(late, early), after(70), LIMITS)
    assert isinstance(step, Send)
    assert step.delivery == early
    step = next_step(view(sent(late), early), after(70), LIMITS)
    assert isinstance(step, Send)
    assert step.delivery.occurrence == late.occurrence
    assert isinstance(next_step(view(early, doubtful(late, after(70))), after(71), LIMITS), Wait)
    step = next_step(view(held(early), late), after(70), LIMITS)
    assert isinstance(step, Send)
    assert step.delivery == late


def test_posts_keep_their_distance() -> None:
    """As the platform wants it."""
    step = next_step(view(brief(), last=NOW), after(0.4), LIMITS)
    assert step == Wait(until=after(1.0))
    assert isinstance(next_step(view(brief(), last=NOW), after(1.0), LIMITS), Send)


def test_a_clock_that_went_back_stops_nothing_for_long() -> None:
    """Neither a lease, nor a doubt, nor a pause lasts for days."""
    days = NOW - timedelta(days=9)
    step = next_step(view(sending(brief())), days, LIMITS)
    assert isinstance(step, Change)
    assert head(step.delivery).standing.not_before == days + LIMITS.quiet
    step = next_step(view(doubtful(brief())), days, LIMITS)
    assert isinstance(step, Change)
    assert head(step.delivery).standing.not_before == days + LIMITS.quiet
    waiting = postponed(head(brief()), 60, "later", NOW)
    step = next_step(view(changed(brief(), waiting)), days, LIMITS)
    assert isinstance(step, Change)
    assert isinstance(next_step(view(step.delivery), days, LIMITS), Send)
    assert isinstance(next_step(view(brief(), last=NOW), days, LIMITS), Send)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (Decision.SENT, ["sent", "pending"]),
        (Decision.AGAIN, ["pending", "pending"]),
        (Decision.GIVE_UP, ["failed", "skipped"]),
    ],
)
def test_a_person_decides_on_what_is_held(decision: Decision, expected: list[str]) -> None:
    """And then what is left has time to leave, however late it is."""
    late = after(90_000)
    delivery = held(brief(2))
    assert next_step(view(delivery), late, LIMITS) == Idle()
    decided = resolved(delivery, head(delivery).key, decision, late)
    assert states(decided) == expected
    if decision is not Decision.GIVE_UP:
        assert isinstance(next_step(view(decided), late, LIMITS), Send)
    with pytest.raises(UsageError, match="is held"):
        resolved(decided, head(delivery).key, decision, late)


def test_what_has_begun_to_leave_is_composed_anew_no_more() -> None:
    """Until then it may have more parts, or fewer; the keys stay."""
    delivery = brief(2)
    fresh = recomposed(delivery, [Draft(body="all new")])
    assert fresh is not None
    assert [part.body for part in fresh.parts] == ["all new"]
    assert fresh.parts[0].key == delivery.parts[0].key
    for begun in (sending(delivery), doubtful(delivery), sent(delivery), held(delivery)):
        assert recomposed(begun, [Draft(body="all new")]) is None
    assert recomposed(delivery, []) is None


def test_only_what_is_pending_is_cut_put_off_or_skipped() -> None:
    """What may be on the platform already stays what it was."""
    part = head(brief())
    less = cut(part, Draft(body="less", documents=("d",)))
    assert less is not None
    assert (less.body, less.documents, less.key) == ("less", ("d",), part.key)
    begun = head(sending(brief()))
    assert cut(begun, Draft(body="less")) is None
    assert postponed(begun, 1, "x", NOW) is None
    assert skipped(begun, "x") is None


@pytest.mark.parametrize(
    ("delivery", "before", "kind"),
    [
        (held(brief()), None, AlertKind.HELD),
        (held(brief()), Ending.DELIVERED, AlertKind.HELD),
        (held(brief()), Ending.HELD, None),
        (held(brief()), Ending.FAILED, AlertKind.HELD),
        (sent(brief(1)), Ending.HELD, AlertKind.RECOVERED),
        (sent(brief(1)), Ending.DELIVERED, None),
        (sent(brief(1)), None, None),
    ],
)
def test_trouble_is_told_once_and_its_end_too(
    delivery: Delivery, before: Ending | None, kind: AlertKind | None
) -> None:
    """Not at every brief of a schedule that cannot be delivered."""
    expected = None if kind is None else Alert(kind=kind, delivery=delivery)
    assert alert_of(Untold(delivery=delivery, before=before)) == expected
