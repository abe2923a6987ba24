"""The routes of the application: itself, its commands, and where its gateway is."""

from typing import Any

from tests.doubles.discord_server import permissions
from tests.doubles.discord_server.command_rules import CHAT, check_commands
from tests.doubles.discord_server.gateway import Gateway, flags
from tests.doubles.discord_server.refusing import Json, refused
from tests.doubles.discord_server.requests import Call
from tests.doubles.discord_server.rest import Answer, Rest
from tests.doubles.discord_server.things import Guild
from tests.doubles.discord_server.world import World

_IDENTIFIES = 1000


class Applications:
    """Answers who the bot is, and takes its commands."""

    def __init__(self, world: World, rest: Rest, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        rest.route("GET", "/gateway", lambda _: (200, {"url": world.gateway_url}))
        rest.route("GET", "/gateway/bot", self._gateway_bot)
        rest.route("GET", "/users/@me", self._me)
        rest.route("GET", "/users/{user}", self._user)
        rest.route("GET", "/applications/@me", self._application)
        rest.route("GET", "/oauth2/applications/@me", self._application)
        rest.route("GET", "/guilds/{guild}", self._guild)
        rest.route("GET", "/guilds/{guild}/members/{user}", self._member)
        for path in (
            "/applications/{application}/commands",
            "/applications/{application}/guilds/{guild}/commands",
        ):
            rest.route("GET", path, self._commands)
            rest.route("PUT", path, self._put)

    def _gateway_bot(self, _: Call) -> Answer:
        left = _IDENTIFIES - len(self._gateway.identifies)
        return 200, {
            "url": self._world.gateway_url,
            "shards": self._world.shards,
            "session_start_limit": {
                "total": _IDENTIFIES,
                "remaining": left,
                "reset_after": 86_400_000,
                "max_concurrency": 1,
            },
        }

    def _me(self, _: Call) -> Answer:
        return 200, {**self._world.bot.payload(), "verified": True, "mfa_enabled": False}

    def _user(self, call: Call) -> Answer:
        user = self._world.users.get(call.values["user"])
        if user is None:
            raise refused(404, 10013)
        return 200, user.payload()

    def _application(self, _: Call) -> Answer:
        world = self._world
        return 200, {
            "id": world.application_id,
            "name": world.bot.name,
            "icon": None,
            "description": "",
            "rpc_origins": [],
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": flags(world),
            "owner": {**world.bot.payload(), "bot": False},
            "team": None,
            "tags": [],
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "approximate_guild_count": len(world.guilds),
        }

    def _in(self, call: Call) -> Guild:
        guild = self._world.guilds.get(call.values["guild"])
        if guild is None:
            raise refused(403, 50001)
        return guild

    def _guild(self, call: Call) -> Answer:
        guild = self._in(call)
        payload = self._world.guild_payload(guild, permissions.GUILDS)
        return 200, {name: payload[name] for name in payload if name not in {"members", "channels"}}

    def _member(self, call: Call) -> Answer:
        member = self._in(call).members.get(call.values["user"])
        if member is None:
            raise refused(404, 10007)
        return 200, member.payload()

    def _place(self, call: Call) -> str | None:
        if call.values["application"] != self._world.application_id:
            raise refused(403, 50001)
        return self._in(call).id if "guild" in call.values else None

    def _commands(self, call: Call) -> Answer:
        return 200, self._world.registered.get(self._place(call), [])

    def _put(self, call: Call) -> Answer:
        place = self._place(call)
        check_commands(call.json)
        before = {_key(each): each["id"] for each in self._world.registered.get(place, [])}
        version = self._world.new_id()
        commands = [
            _command(self._world, each, before.get(_key(each)), version, place)
            for each in call.json
        ]
        self._world.registered[place] = commands
        self._world.registrations += 1
        return 200, commands


def _key(command: Json) -> tuple[Any, Any]:
    return command.get("type", CHAT), command["name"]


def _command(world: World, sent: Json, known: str | None, version: str, place: str | None) -> Json:
    bits = sent.get("default_member_permissions")
    return {
        "type": CHAT,
        "nsfw": False,
        "contexts": None,
        "integration_types": [0],
        "dm_permission": True,
        **sent,
        "default_member_permissions": None if bits is None else str(bits),
        "description": sent.get("description") or "",
        "id": known or world.new_id(),
        "application_id": world.application_id,
        "version": version,
        **({} if place is None else {"guild_id": place}),
    }
