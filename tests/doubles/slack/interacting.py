"""What people do with commands, buttons, menus and modals, and what the app is told of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.doubles.slack import answers
from tests.doubles.slack.controls import (
    Control,
    filled,
    held,
    missing,
    pressed,
    states,
    the_control,
)
from tests.doubles.slack.element_rules import SUGGESTIONS
from tests.doubles.slack.faults import Refusal
from tests.doubles.slack.modals import checked, cleared, pushed, renewed, view_json
from tests.doubles.slack.nouns import Acked, Json, Message, ResponseUrl, View
from tests.doubles.slack.people import Talking
from tests.doubles.slack.typed import typed

_ASKING_FROM = 3  # characters, where a menu does not say min_query_length


class Interacting(Talking):
    """A workspace whose people use commands, buttons, menus and modals."""

    async def command(self, command: str, text: str = "", *, user: str, channel: str) -> Acked:
        """Let a person use a command; what is acknowledged with it is said to them."""
        assert "commands" in self.scopes, "an app has no commands without the scope"
        place = self.channels[channel]
        assert user in self.users, f"add {user} first"
        words, _blocks = typed(text, self.users.values(), self.channels.values())
        url = self.new_response_url(user, channel)
        names = {"im": "directmessage", "groups": "privategroup"}
        acked = await self.delivery.command(
            {
                "token": "deprecated",
                "team_id": self.team_id,
                "team_domain": self.team_domain,
                "channel_id": channel,
                "channel_name": names.get(place.kind, place.name),
                "user_id": user,
                "user_name": self.users[user].name,
                "command": command,
                "text": words,
                "api_app_id": self.app_id,
                "is_enterprise_install": "false",
                "response_url": url,
                "trigger_id": self.new_trigger(user),
            }
        )
        if not acked.ok or not acked.payload:
            return acked
        aside = ResponseUrl(user=user, channel=channel, at=self.now())
        try:
            return replace(acked, message=answers.said(self, aside, acked.payload))
        except Refusal as refusal:
            return self._refused(acked, refusal.error)

    async def click(
        self,
        on: Message | View,
        action_id: str,
        *,
        user: str,
        value: Any = None,
        block_id: str | None = None,
    ) -> Acked:
        """Let a person press a button, or choose in a menu, of a message or a view.

        Args:
            on: where it is
            action_id: what it is
            user: who presses
            value: which of several buttons of one action_id, or what is chosen in a menu
            block_id: in which block it is
        """
        assert not (isinstance(on, Message) and on.deleted), "nobody sees that message any more"
        control = the_control(on.blocks, action_id, block_id, value)
        action = pressed(control, value) | {"action_ts": self.new_ts()}
        if isinstance(on, View) and control.type not in {"button", "overflow"}:
            _put(on, control, held(control.element, value))
        payload = self._on(on, user) | {
            "type": "block_actions",
            "trigger_id": self.new_trigger(user, on if isinstance(on, View) else None),
            "actions": [action],
        }
        if isinstance(on, Message):
            chosen = {} if control.type == "button" else held(control.element, value)
            given = {control.block_id: {control.action_id: chosen}} if chosen else {}
            payload |= {
                "response_url": self.new_response_url(user, on.channel, on),
                "state": {"values": states(on.blocks, given)},
            }
        return await self.delivery.interaction(payload)

    async def suggest(
        self,
        on: Message | View,
        action_id: str,
        query: str,
        *,
        user: str,
        block_id: str | None = None,
    ) -> Acked:
        """Let a person type into a menu that asks the app for its options; see the payload."""
        control = the_control(on.blocks, action_id, block_id, None)
        assert control.type.endswith("external_select"), f"{control.type} asks nobody"
        least = control.element.get("min_query_length", _ASKING_FROM)
        assert len(query) >= least, f"Slack asks from {least} characters on"
        acked = await self.delivery.interaction(
            self._on(on, user)
            | {
                "type": "block_suggestion",
                "action_id": control.action_id,
                "block_id": control.block_id,
                "value": query,
            }
        )
        found = list(SUGGESTIONS(acked.payload or {}, "")) if acked.ok else []
        return self._refused(acked, "; ".join(found)) if found else acked

    async def shortcut(
        self, callback_id: str, message: Message | None = None, *, user: str
    ) -> Acked:
        """Let a person use a shortcut, on a message or (without one) from anywhere."""
        payload = self._by(user) | {
            "type": "shortcut" if message is None else "message_action",
            "callback_id": callback_id,
            "trigger_id": self.new_trigger(user),
            "action_ts": self.new_ts(),
        }
        if message is not None:
            assert not message.seen_by, "there are no shortcuts on what one person sees"
            payload |= {
                "channel": self._channel(message.channel),
                "message": self.message_json(message),
                "message_ts": message.ts,
                "response_url": self.new_response_url(user, message.channel, message),
            }
        return await self.delivery.interaction(payload)

    async def submit(
        self, view: View, values: Mapping[str, Any] | None = None, *, user: str
    ) -> Acked:
        """Let a person fill in an open modal and send it; what the app answers is done.

        Args:
            view: the modal on top
            values: what is filled in, by block_id or action_id, or by both; texts, lists of
                texts, options, or whole states
            user: who sends it

        Raises:
            AssertionError: nobody could send that, because it is not open or not filled in
        """
        assert view is self.modal(user), "that modal is not on top"
        assert "submit" in view.definition, "that modal has nothing to send it with"
        for block, actions in filled(view.blocks, values or {}).items():
            view.values.setdefault(block, {}).update(actions)
        left = missing(view.blocks, states(view.blocks, view.values))
        assert not left, f"Slack asks to fill in {left} first"
        acked = await self.delivery.interaction(
            self._by(user)
            | {
                "type": "view_submission",
                "trigger_id": self.new_trigger(user, view),
                "view": view_json(self, view),
                "response_urls": [],
            }
        )
        if not acked.ok:
            return acked
        try:
            self._answered(view, acked.payload or {})
        except Refusal as refusal:
            said = refusal.extra.get("response_metadata", "")
            return self._refused(acked, f"{refusal.error} {said}".strip())
        return replace(acked, view=self.modal(user))

    async def dismiss(self, view: View, *, user: str) -> Acked | None:
        """Let a person close a modal; the app is told if the modal says so."""
        stack = self.stacks.get(user, [])
        assert view in stack, "that modal is not open"
        for each in stack[stack.index(view) :]:
            each.open = False
        del stack[stack.index(view) :]
        if not view.definition.get("notify_on_close"):
            return None
        closed = {"type": "view_closed", "view": view_json(self, view), "is_cleared": False}
        return await self.delivery.interaction(self._by(user) | closed)

    def _answered(self, view: View, answer: Json) -> None:
        """Do what the app answered to a submission."""
        action = answer.get("response_action")
        stack = self.stacks.get(view.user, [])
        if action == "errors":
            inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
            errors = answer.get("errors")
            if not isinstance(errors, dict) or not errors or set(errors) - inputs:
                raise Refusal(f"errors are of no input: {errors}; there is {sorted(inputs)}")
        elif action == "clear":
            cleared(self, view.user)
        elif action == "update":
            definition = checked(self, answer.get("view"), "modal", besides=view.id)
            renewed(self, view, definition)
        elif action == "push":
            pushed(self, view.user, checked(self, answer.get("view"), "modal"))
        elif answer:
            raise Refusal(f"there is no such response_action: {answer}")
        elif view in stack:
            stack.remove(view)
            view.open = False

    def _on(self, on: Message | View, user: str) -> Json:
        """Return what payloads say of where something was used."""
        if isinstance(on, View):
            place = {"type": "view", "view_id": on.id}
            return self._by(user) | {"container": place, "view": view_json(self, on)}
        container: Json = {
            "type": "message",
            "message_ts": on.ts,
            "channel_id": on.channel,
            "is_ephemeral": bool(on.seen_by),
        }
        if on.thread_ts:
            container["thread_ts"] = on.thread_ts
        payload = {"container": container, "channel": self._channel(on.channel)}
        if on.seen_by:
            assert on.seen_by == user, f"only {on.seen_by} sees that"
        else:
            payload["message"] = self.message_json(on)
        return self._by(user) | payload

    def _channel(self, channel: str) -> Json:
        place = self.channels[channel]
        name = "privategroup" if place.kind == "groups" else place.name
        return {"id": channel, "name": name}

    def _by(self, user: str) -> Json:
        name = self.users[user].name
        return {
            "user": {"id": user, "username": name, "name": name, "team_id": self.team_id},
            "team": {"id": self.team_id, "domain": self.team_domain},
            "api_app_id": self.app_id,
            "token": "deprecated",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _refused(self, acked: Acked, reason: str) -> Acked:
        """Return that what the app acknowledged with is nothing that Slack takes."""
        refused = replace(acked, ok=False, reason=reason)
        self.unacknowledged.append(refused)
        return refused


def _put(view: View, control: Control, state: Json) -> None:
    view.values.setdefault(control.block_id, {})[control.action_id] = state
