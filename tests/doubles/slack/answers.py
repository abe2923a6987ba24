"""What an app says to an interaction: through a response_url, or with the acknowledgement."""

import json

from aiohttp import web

from tests.doubles.slack.faults import LostReply, Refusal
from tests.doubles.slack.messages import changed, removed, said_by_app
from tests.doubles.slack.nouns import Call, Json, Message, ResponseUrl
from tests.doubles.slack.web_api import Arguments, dropped, met
from tests.doubles.slack.workspace import (
    RESPONSE_URL_LIFE,
    RESPONSE_URL_USES,
    Workspace,
    named_blocks,
)


class ResponseUrls:
    """Answers the posts to response_urls."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one message."""
        workspace = self._workspace
        call = Call(method="response_url", arguments={}, token=None, at=workspace.now())
        workspace.calls.append(call)
        fault = workspace.faults.meet("response_url")
        try:
            call.arguments = _given(await request.read())
            early = await met(fault, request)
            if early is not None:
                return early
            said(workspace, _usable(workspace, request.match_info["name"]), call.arguments)
        except Refusal as refusal:
            call.answer = refusal.error
            status = 404 if refusal.error in {"expired_url", "used_url"} else 400
            return web.json_response({"ok": False, "error": refusal.error}, status=status)
        call.answer = "ok"
        return dropped(request) if isinstance(fault, LostReply) else web.Response(text="ok")


def _given(body: bytes) -> Json:
    try:
        given = json.loads(body)
    except ValueError:
        raise Refusal("invalid_payload") from None
    if not isinstance(given, dict):
        raise Refusal("invalid_payload")
    return given


def _usable(workspace: Workspace, name: str) -> ResponseUrl:
    url = workspace.response_urls.get(name)
    if url is None or workspace.now() - url.at > RESPONSE_URL_LIFE:
        raise Refusal("expired_url")
    if url.uses >= RESPONSE_URL_USES:
        raise Refusal("used_url")
    return url


def said(workspace: Workspace, url: ResponseUrl, given: Json) -> Message | None:
    """Let an app say something to an interaction, and return the message that is new or changed.

    Seen by that one person unless response_type is in_channel. replace_original and
    delete_original are about the message that the interaction was on, and of no use without one.
    """
    arguments = Arguments(given)
    about = url.about if url.about is not None and not url.about.deleted else None
    if arguments.flag("delete_original"):
        url.uses += 1
        _delete(workspace, about)
        return None
    message = said_by_app(workspace, url.channel, arguments)
    url.uses += 1
    if arguments.flag("replace_original") and about is not None:
        return _replace(workspace, about, message, arguments)
    if given.get("response_type") != "in_channel":
        message.seen_by = url.user
    kept = workspace.keep(message)
    if not kept.seen_by:
        _told(workspace, kept)
    return kept


def _told(workspace: Workspace, kept: Message) -> None:
    channel = workspace.channels[kept.channel]
    event = workspace.message_json(kept) | {"channel": channel.id, "channel_type": channel.type}
    workspace.heard(channel, event | {"event_ts": kept.ts})


def _delete(workspace: Workspace, about: Message | None) -> None:
    if about is not None:
        event = removed(workspace, about)
        if not about.seen_by:
            workspace.heard(workspace.channels[about.channel], event)


def _replace(
    workspace: Workspace, about: Message, message: Message, arguments: Arguments
) -> Message:
    if about.bot_id != workspace.bot_id:
        raise Refusal("cant_update_message")
    before = workspace.message_json(about)
    about.text, about.edited, about.sent = message.text, workspace.new_ts(), message.sent
    about.blocks, about.attachments = named_blocks(message.blocks), message.attachments
    if arguments.given.get("metadata") is not None:
        about.metadata = message.metadata
    if not about.seen_by:
        workspace.heard(workspace.channels[about.channel], changed(workspace, about, before))
    return about
