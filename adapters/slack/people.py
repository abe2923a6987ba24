"""Who somebody is in the workspace: admin, creator of a channel, in which time zone."""

import time
from collections import OrderedDict
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import outcome_of
from briefs.errors import UserError

FRESH_SECONDS = 60.0
"""So long what Slack said of somebody is believed: who is no admin any more soon may nothing."""

_REMEMBERED = 1_000


class People:
    """Asks Slack who somebody is, and remembers it for a moment."""

    def __init__(self, client: AsyncWebClient, team: str, admins: frozenset[str]) -> None:
        """Take the workspace's id, and the ids of the configured admins; none: the workspace's."""
        self._client = client
        self._team = team
        self._admins = admins
        self._known: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    async def is_admin(self, user: str) -> bool:
        """Say whether somebody may change the library.

        Raises:
            UserError: Slack cannot say.
        """
        if self._admins:
            return user in self._admins
        person = await self._person(user)
        # Somebody of another workspace that shares a channel may be an admin of that one.
        if person.get("team_id", self._team) != self._team or person.get("deleted"):
            return False
        ranks = ("is_admin", "is_owner", "is_primary_owner")
        return any(person.get(rank) is True for rank in ranks)

    async def is_creator(self, user: str, channel: str) -> bool:
        """Say whether somebody made a channel.

        Raises:
            UserError: Slack cannot say.
        """
        found = await self._asked(
            f"channel {channel}",
            lambda: self._client.conversations_info(channel=channel),
            "channel",
            missing=("channel_not_found", "missing_scope"),
        )
        return bool(user) and found.get("creator") == user

    async def zone(self, user: str) -> str:
        """Return the name of somebody's time zone; UTC where Slack does not say."""
        try:
            person = await self._person(user)
        except UserError:
            return "UTC"
        return str(person.get("tz") or "UTC")

    async def _person(self, user: str) -> dict[str, Any]:
        return await self._asked(
            f"user {user}",
            lambda: self._client.users_info(user=user),
            "user",
            missing=("user_not_found", "user_not_visible"),
        )

    async def _asked(
        self, name: str, ask: Any, field: str, *, missing: tuple[str, ...]
    ) -> dict[str, Any]:
        known = self._known.get(name)
        if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        try:
            reply = await ask()
        except Exception as error:
            if any(code in str(error) for code in missing):
                return {}
            outcome = outcome_of(error)
            if outcome is None:
                raise
            raise UserError(
                f"Slack cannot say at the moment who may do this ({outcome.reason}). Try again in "
                "a moment."
            ) from error
        found = dict(reply.get(field) or {})
        self._known[name] = (time.monotonic(), found)
        self._known.move_to_end(name)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found
