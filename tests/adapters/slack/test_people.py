"""Who somebody is in the workspace, as far as Slack says."""

from typing import Any

import pytest

from adapters.slack import people
from adapters.slack.people import People
from briefs.errors import UserError
from tests.adapters.slack.conftest import ANN, AWAY, BOB, NEWS, ZOE, connection
from tests.doubles.slack import ApiError, LostReply, RateLimited, ServerError, SlackDouble


def asking(slack: SlackDouble, *admins: str) -> People:
    """Return what asks Slack who somebody is."""
    return People(connection(slack).client(), slack.team_id, frozenset(admins))


async def test_admins_and_owners_of_the_workspace_are_admins(slack: SlackDouble) -> None:
    """Nobody else is."""
    asked = asking(slack)
    slack.user("U0OWN", name="own", owner=True)
    assert await asked.is_admin(ANN)
    assert await asked.is_admin("U0OWN")
    assert not await asked.is_admin(ZOE)
    assert not await asked.is_admin("U0NOBODY")


async def test_who_is_configured_is_an_admin_instead(slack: SlackDouble) -> None:
    """And Slack is not asked."""
    asked = asking(slack, ZOE)
    assert await asked.is_admin(ZOE)
    assert not await asked.is_admin(ANN)
    assert slack.calls == []


@pytest.mark.parametrize(
    "changes",
    [
        {"team_id": "T0OTHER"},
        {"deleted": True},
        {"is_admin": None},
        {"is_admin": "true"},
    ],
)
async def test_an_admin_of_elsewhere_is_none_here(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """Nor somebody who has left, nor what Slack says in another form."""
    known = type(slack.users[ANN]).json
    monkeypatch.setattr(
        type(slack.users[ANN]), "json", lambda self, team: {**known(self, team), **changes}
    )
    assert not await asking(slack).is_admin(ANN)


async def test_what_slack_said_is_believed_for_a_while(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And asked again afterwards: who is no admin any more soon may nothing."""
    asked = asking(slack)
    assert await asked.is_admin(ANN)
    slack.user(ANN, name="ann")
    assert await asked.is_admin(ANN)
    assert len(slack.called("users.info")) == 1
    monkeypatch.setattr(people, "FRESH_SECONDS", 0.0)
    assert not await asked.is_admin(ANN)


async def test_who_somebody_was_is_forgotten_where_many_ask(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory does not grow without end."""
    monkeypatch.setattr(people, "_REMEMBERED", 2)
    asked = asking(slack)
    for user in (ANN, BOB, ZOE, ANN):
        await asked.is_admin(user)
    assert len(slack.called("users.info")) == 4
    assert len(asked._known) == 2


@pytest.mark.parametrize(
    "fault", [ServerError(503), RateLimited(), LostReply(), ApiError("internal_error")]
)
async def test_where_slack_cannot_say_nobody_is_an_admin(slack: SlackDouble, fault: Any) -> None:
    """It is said that it cannot be told, and that is not remembered."""
    asked = asking(slack)
    slack.fault("users.info", fault, times=3)
    with pytest.raises(UserError, match="Slack cannot say at the moment"):
        await asked.is_admin(ANN)
    slack.faults.clear()
    assert await asked.is_admin(ANN)


async def test_without_the_scope_it_is_said_what_is_missing(slack: SlackDouble) -> None:
    """The operator forgot it, not who asks."""
    slack.scopes.discard("users:read")
    with pytest.raises(UserError, match="users:read"):
        await asking(slack).is_admin(ANN)


async def test_who_made_a_channel(slack: SlackDouble) -> None:
    """As far as Dateline may see it."""
    asked = asking(slack)
    slack.channel("C0HIDDEN", creator=BOB, private=True, bot_in=False)
    assert await asked.is_creator(BOB, NEWS)
    assert await asked.is_creator(BOB, AWAY)
    assert not await asked.is_creator(ZOE, NEWS)
    assert not await asked.is_creator("", NEWS)
    assert not await asked.is_creator(BOB, "C0HIDDEN")
    assert not await asked.is_creator(BOB, "C0NONE")
    slack.scopes.discard("channels:read")
    assert not await asking(slack).is_creator(BOB, NEWS)
    slack.fault("conversations.info", ServerError(500))
    with pytest.raises(UserError, match="Slack cannot say"):
        await asking(slack).is_creator(BOB, NEWS)


async def test_in_which_time_zone_somebody_is(slack: SlackDouble) -> None:
    """UTC where Slack does not say."""
    asked = asking(slack)
    assert await asked.zone(ZOE) == "America/New_York"
    assert await asked.zone("U0NOBODY") == "UTC"
    slack.fault("users.info", ServerError(500))
    assert await asking(slack).zone(ZOE) == "UTC"
