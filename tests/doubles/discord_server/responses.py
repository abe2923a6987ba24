"""The routes by which the bot responds to interactions."""

from typing import Any

from tests.doubles.discord_server import interactions as kinds
from tests.doubles.discord_server import posting
from tests.doubles.discord_server.channels import delete
from tests.doubles.discord_server.component_rules import check_choices, check_modal
from tests.doubles.discord_server.interactions import Interaction, Modal
from tests.doubles.discord_server.messages import EPHEMERAL, LOADING, Message
from tests.doubles.discord_server.posting import Files
from tests.doubles.discord_server.refusing import Findings, Json, refused
from tests.doubles.discord_server.requests import Call
from tests.doubles.discord_server.rest import Answer, Rest
from tests.doubles.discord_server.world import World

_HOOK = "/webhooks/{webhook}/{token}"
_ONE = _HOOK + "/messages/{message}"


class Responses:
    """Takes first responses, follow-ups and edits."""

    def __init__(self, world: World, rest: Rest) -> None:
        self._world = world
        rest.route("POST", "/interactions/{webhook}/{token}/callback", self._first)
        rest.route("POST", _HOOK, self._follow)
        rest.route("GET", _ONE, self._get)
        rest.route("PATCH", _ONE, self._edit)
        rest.route("DELETE", _ONE, self._delete)

    def _first(self, call: Call) -> Answer:
        interaction = self._by_token(call)
        wanted = interaction is not None and interaction.id == call.values["webhook"]
        if interaction is None or not wanted:
            raise refused(404, 10062)
        if interaction.is_acked:
            raise refused(400, 40060)
        age = interaction.age
        if age > self._world.patience:
            raise refused(404, 10062)
        body = call.json if isinstance(call.json, dict) else {}
        kind, data = body.get("type"), body.get("data") or {}
        if not isinstance(kind, int) or not interaction.fits(kind):
            found = Findings()
            found.add("BASE_TYPE_CHOICES", "Not a response to this kind of interaction", "type")
            found.raise_any()
        self._respond(interaction, kind, data, call.files)
        interaction.acked_after = age
        interaction.response = kind
        if call.query.get("with_response") not in {"1", "true", "True"}:
            return 204, None
        return 200, _callback(interaction, kind)

    def _respond(self, interaction: Interaction, kind: Any, data: Json, files: Files) -> None:
        flags = (data.get("flags") or 0) & ~LOADING
        if kind in {kinds.MESSAGE, kinds.DEFER}:
            message = self._new(interaction, flags)
            if kind == kinds.MESSAGE:
                payload = posting.checked(self._world, data, files)
                posting.fill(self._world, message, {**payload, "flags": flags}, files)
            else:
                message.flags |= LOADING
                interaction.deferred = True
            interaction.ephemeral = message.ephemeral
            interaction.original = message
            self._add(interaction, message)
        elif kind == kinds.UPDATE and interaction.message is not None:
            payload = posting.checked(self._world, data, files)
            posting.change(self._world, interaction.message, payload, files)
            interaction.original = interaction.message
            self._told(interaction, interaction.message)
        elif kind == kinds.DEFER_UPDATE:
            interaction.deferred = True
            interaction.original = interaction.message
        elif kind == kinds.CHOICES:
            check_choices(data.get("choices"), interaction.focused or 3)
            interaction.choices = data.get("choices") or []
        else:
            check_modal(data)
            interaction.modal = Modal(
                custom_id=data["custom_id"],
                title=data["title"],
                components=data["components"],
                shown_by=interaction,
            )

    def _new(self, interaction: Interaction, flags: int) -> Message:
        message = Message(
            id=self._world.new_id(),
            channel=interaction.channel,
            author=self._world.bot,
            flags=flags,
            only_for=interaction.user if flags & EPHEMERAL else None,
            by_interaction={
                "id": interaction.id,
                "type": interaction.kind,
                "user": interaction.user.payload(),
                "authorizing_integration_owners": {},
            },
        )
        if interaction.message is not None:
            message.by_interaction = {
                **(message.by_interaction or {}),
                "interacted_message_id": interaction.message.id,
            }
        return message

    def _add(self, interaction: Interaction, message: Message) -> None:
        message.channel.messages.append(message)
        interaction.messages.append(message)
        self._told(interaction, message, "MESSAGE_CREATE")

    def _told(
        self, interaction: Interaction, message: Message, event: str = "MESSAGE_UPDATE"
    ) -> None:
        interaction.said.append(message.payload())
        if message not in interaction.messages:
            interaction.messages.append(message)
        if not message.ephemeral:
            self._world.tell_of(message, event)

    def _follow(self, call: Call) -> Answer:
        interaction = self._live(call)
        payload = posting.checked(self._world, call.json, call.files)
        original = interaction.original
        if original is not None and original.loading and not original.deleted:
            # Discord lets the first follow-up take the place of “thinking”.
            posting.change(self._world, original, payload, call.files)
            self._told(interaction, original)
            return 200, original.payload()
        flags = (payload.get("flags") or 0) & ~LOADING
        message = self._new(interaction, flags)
        posting.fill(self._world, message, {**payload, "flags": flags}, call.files)
        self._add(interaction, message)
        return 200, message.payload()

    def _get(self, call: Call) -> Answer:
        return 200, self._message(self._live(call), call).payload()

    def _edit(self, call: Call) -> Answer:
        interaction = self._live(call)
        message = self._message(interaction, call)
        payload = posting.checked(self._world, call.json, call.files)
        posting.change(self._world, message, payload, call.files)
        self._told(interaction, message)
        return 200, message.payload()

    def _delete(self, call: Call) -> Answer:
        delete(self._world, self._message(self._live(call), call))
        return 204, None

    def _live(self, call: Call) -> Interaction:
        """Return the interaction whose token a call has, if it may still be used."""
        interaction = self._by_token(call)
        if interaction is None or call.values["webhook"] != self._world.application_id:
            raise refused(404, 10015)
        if not interaction.is_acked:
            raise refused(404, 10015)
        if interaction.age > self._world.token_life:
            raise refused(401, 50027)
        return interaction

    def _by_token(self, call: Call) -> Interaction | None:
        token = call.values["token"]
        return next((each for each in self._world.interactions if each.token == token), None)

    @staticmethod
    def _message(interaction: Interaction, call: Call) -> Message:
        wanted = call.values["message"]
        for message in [interaction.original, interaction.message, *interaction.messages]:
            if message is None or message.deleted:
                continue
            if message.id == wanted or (wanted == "@original" and message is interaction.original):
                return message
        raise refused(404, 10008)


def _callback(interaction: Interaction, kind: Any) -> Json:
    about: Json = {"id": interaction.id, "type": interaction.kind}
    body: Json = {"interaction": about}
    original = interaction.original
    if original is not None:
        about["response_message_id"] = original.id
        about["response_message_loading"] = original.loading
        about["response_message_ephemeral"] = original.ephemeral
        body["resource"] = {"type": kind, "message": original.payload()}
    return body
