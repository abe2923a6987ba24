"""The Web API's chat.* and reactions.* methods."""

from copy import deepcopy
from typing import Any

from tests.doubles.slack.block_rules import MOST_CHARACTERS, block_problems, characters
from tests.doubles.slack.faults import Refusal
from tests.doubles.slack.nouns import Channel, Json, Message
from tests.doubles.slack.web_api import Arguments, Method
from tests.doubles.slack.workspace import Workspace, named_blocks

MOST_TEXT = 40_000
MOST_MARKDOWN_TEXT = 12_000


def said_by_app(workspace: Workspace, channel: str, given: Arguments) -> Message:
    """Return a message of the app, not yet kept, or refuse what Slack refuses.

    Raises:
        Refusal: the text, the blocks or the metadata are not taken
    """
    text, blocks = given.text("text"), given.structure("blocks", "invalid_blocks_format")
    markdown = given.text("markdown_text")
    attachments = given.structure("attachments", "invalid_attachments")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if len(text) > MOST_TEXT or len(markdown) > MOST_MARKDOWN_TEXT:
        raise Refusal("msg_too_long")
    _check_blocks(blocks)
    if not (text.strip() or markdown.strip() or blocks or attachments):
        raise Refusal("no_text")
    return Message(
        ts=workspace.new_ts(),
        channel=channel,
        user=workspace.bot_user,
        text=text or markdown,
        blocks=blocks or [],
        attachments=attachments or [],
        metadata=_metadata(given),
        thread_ts=given.text("thread_ts") or None,
        bot_id=workspace.bot_id,
        app_id=workspace.app_id,
        broadcast=bool(given.text("thread_ts")) and given.flag("reply_broadcast"),
        sent=given.given,
    )


def _check_blocks(blocks: Any) -> None:
    if blocks is None:
        return
    if found := block_problems(blocks):
        raise Refusal("invalid_blocks", errors=found, response_metadata={"messages": found})
    if characters(blocks) > MOST_CHARACTERS:
        raise Refusal("msg_blocks_too_long")


def _metadata(given: Arguments) -> Json | None:
    metadata = given.structure("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refusal("invalid_metadata_schema")
    return deepcopy(metadata)


def found_channel(workspace: Workspace, given: Arguments) -> Channel:
    """Return the channel that is meant; a private one is not found by a bot outside."""
    channel = workspace.channels.get(given.need("channel"))
    if channel is None or ((channel.private or channel.direct) and not channel.bot_in):
        raise Refusal("channel_not_found")
    return channel


def _place(workspace: Workspace, given: Arguments) -> Channel:
    """Return the channel to post to, which may be given as a person."""
    if given.need("channel") in workspace.users:
        return workspace.channels[workspace.dm(given.need("channel"))]
    channel = found_channel(workspace, given)
    if not channel.bot_in:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("is_archived")
    thread_ts = given.text("thread_ts")
    if thread_ts and channel.at(thread_ts) is None:
        raise Refusal("thread_not_found")
    return channel


def _post(workspace: Workspace, given: Arguments) -> Json:
    channel = _place(workspace, given)
    said = workspace.keep(said_by_app(workspace, channel.id, given))
    shown = workspace.message_json(said, metadata=True)
    event = workspace.message_json(said) | {"channel": channel.id, "channel_type": channel.type}
    workspace.heard(channel, event | {"event_ts": said.ts})
    return {"channel": channel.id, "ts": said.ts, "message": shown}


def _post_ephemeral(workspace: Workspace, given: Arguments) -> Json:
    channel = _place(workspace, given)
    user = given.need("user")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    said = said_by_app(workspace, channel.id, given)
    said.seen_by = user
    return {"message_ts": workspace.keep(said).ts}


def _own(workspace: Workspace, given: Arguments, error: str) -> tuple[Channel, Message]:
    channel = found_channel(workspace, given)
    said = channel.at(given.need("ts"))
    if said is None or said.deleted:
        raise Refusal("message_not_found")
    if said.bot_id != workspace.bot_id:
        raise Refusal(error)
    return channel, said


def _update(workspace: Workspace, given: Arguments) -> Json:
    channel, said = _own(workspace, given, "cant_update_message")
    new = said_by_app(workspace, channel.id, given)
    _change(workspace, channel, said, new, given)
    return {
        "channel": channel.id,
        "ts": said.ts,
        "text": said.text,
        "message": workspace.message_json(said, metadata=True),
    }


def _change(
    workspace: Workspace, channel: Channel, said: Message, new: Message, given: Arguments
) -> None:
    """Let a message read as a new one; blocks, attachments and metadata not given stay."""
    before = workspace.message_json(said)
    said.text, said.edited, said.sent = new.text, workspace.new_ts(), new.sent
    if given.given.get("blocks") is not None:
        said.blocks = named_blocks(new.blocks)
    if given.given.get("attachments") is not None:
        said.attachments = new.attachments
    if given.given.get("metadata") is not None:
        said.metadata = new.metadata
    workspace.heard(channel, changed(workspace, said, before))


def changed(workspace: Workspace, said: Message, before: Json) -> Json:
    """Return the event that tells of a change of a message."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": said.channel,
        "channel_type": workspace.channels[said.channel].type,
        "ts": (now := workspace.new_ts()),
        "event_ts": now,
        "message": workspace.message_json(said),
        "previous_message": before,
    }


def removed(workspace: Workspace, said: Message) -> Json:
    """Delete a message, and return the event that tells of it."""
    before = workspace.message_json(said)
    said.deleted = True
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": said.channel,
        "channel_type": workspace.channels[said.channel].type,
        "ts": (now := workspace.new_ts()),
        "event_ts": now,
        "deleted_ts": said.ts,
        "previous_message": before,
    }


def _delete(workspace: Workspace, given: Arguments) -> Json:
    channel, said = _own(workspace, given, "cant_delete_message")
    workspace.heard(channel, removed(workspace, said))
    return {"channel": channel.id, "ts": said.ts}


def _permalink(workspace: Workspace, given: Arguments) -> Json:
    channel = found_channel(workspace, given)
    said = channel.at(given.need("message_ts"))
    if said is None or said.deleted:
        raise Refusal("message_not_found")
    link = f"{workspace.team_url}archives/{channel.id}/p{said.ts.replace('.', '')}"
    if said.thread_ts and said.thread_ts != said.ts:
        link += f"?thread_ts={said.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _reacted(workspace: Workspace, given: Arguments) -> tuple[list[str], Message, str]:
    channel = found_channel(workspace, given)
    name = given.need("name")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise Refusal("invalid_name")
    said = channel.at(given.need("timestamp"))
    if said is None or said.deleted:
        raise Refusal("message_not_found")
    return said.reactions.setdefault(name, []), said, name


def _react(workspace: Workspace, given: Arguments) -> Json:
    people, _said, _name = _reacted(workspace, given)
    if workspace.bot_user in people:
        raise Refusal("already_reacted")
    people.append(workspace.bot_user)
    return {}


def _take_back(workspace: Workspace, given: Arguments) -> Json:
    people, said, name = _reacted(workspace, given)
    if workspace.bot_user not in people:
        raise Refusal("no_reaction")
    people.remove(workspace.bot_user)
    if not people:
        del said.reactions[name]
    return {}


METHODS = {
    "chat.postMessage": Method(_post, "chat:write"),
    "chat.postEphemeral": Method(_post_ephemeral, "chat:write"),
    "chat.update": Method(_update, "chat:write"),
    "chat.delete": Method(_delete, "chat:write"),
    "chat.getPermalink": Method(_permalink),
    "reactions.add": Method(_react, "reactions:write"),
    "reactions.remove": Method(_take_back, "reactions:write"),
}
