"""The Web API's methods that read: conversations.*, users.info, files.info, auth.test."""

from collections.abc import Sequence

from tests.doubles.slack.faults import Refusal
from tests.doubles.slack.messages import found_channel
from tests.doubles.slack.nouns import Channel, Json, Message
from tests.doubles.slack.web_api import Arguments, Method, need_scope
from tests.doubles.slack.workspace import Workspace

MOST_AT_ONCE = 999
_FOR_EVER = "9999999999.999999"


def _auth_test(workspace: Workspace, _given: Arguments) -> Json:
    return {
        "url": workspace.team_url,
        "team": workspace.team_domain,
        "user": workspace.users[workspace.bot_user].name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def _readable(workspace: Workspace, given: Arguments) -> Channel:
    channel = found_channel(workspace, given)
    need_scope(workspace, f"{channel.kind}:history")
    if not channel.bot_in:
        raise Refusal("not_in_channel")
    return channel


def _within(given: Arguments, messages: Sequence[Message]) -> list[Message]:
    low, high = _stamp(given.text("oldest") or "0"), _stamp(given.text("latest") or _FOR_EVER)
    if given.flag("inclusive"):
        return [each for each in messages if low <= each.ts <= high]
    return [each for each in messages if low < each.ts < high]


def _stamp(given: str) -> str:
    """Return a time stamp as Slack writes it, so that it compares as a text."""
    seconds, _, rest = given.partition(".")
    if not seconds.isdecimal() or not (rest or "0").isdecimal():
        raise Refusal("invalid_ts_oldest")
    return f"{int(seconds):010d}.{rest[:6]:0<6}"


def _page(workspace: Workspace, given: Arguments, found: Sequence[Message], default: int) -> Json:
    limit = given.number("limit", default)
    if not 1 <= limit <= MOST_AT_ONCE + 1:
        raise Refusal("invalid_limit")
    try:
        start = int(given.text("cursor").removeprefix("next:") or 0)
    except ValueError:
        raise Refusal("invalid_cursor") from None
    end = start + limit
    metadata = given.flag("include_all_metadata")
    page: Json = {
        "messages": [workspace.message_json(m, metadata=metadata) for m in found[start:end]],
        "has_more": end < len(found),
    }
    if page["has_more"]:
        page["response_metadata"] = {"next_cursor": f"next:{end}"}
    return page


def _history(workspace: Workspace, given: Arguments) -> Json:
    channel = _readable(workspace, given)
    shown = [each for each in channel.messages if each.top_level and _stands(channel, each)]
    page = _page(workspace, given, _within(given, shown)[::-1], 100)
    return page | {"pin_count": 0}


def _replies(workspace: Workspace, given: Arguments) -> Json:
    channel = _readable(workspace, given)
    parent = channel.at(given.need("ts"))
    if parent is None or not _stands(channel, parent):
        raise Refusal("thread_not_found")
    replies = [each for each in channel.thread(parent.ts) if not each.deleted]
    return _page(workspace, given, [parent, *_within(given, replies)], MOST_AT_ONCE)


def _stands(channel: Channel, said: Message) -> bool:
    """Return whether a message is shown: a deleted one only above the replies to it."""
    return not said.deleted or any(not each.deleted for each in channel.thread(said.ts))


def _info(workspace: Workspace, given: Arguments) -> Json:
    channel = found_channel(workspace, given)
    need_scope(workspace, f"{channel.kind}:read")
    info = channel.json()
    if given.flag("include_num_members"):
        info["num_members"] = len(channel.members) + channel.bot_in
    return {"channel": info}


def _open(workspace: Workspace, given: Arguments) -> Json:
    users = [each for each in given.text("users").split(",") if each]
    if not users and not given.text("channel"):
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        raise Refusal("missing_scope", needed="mpim:write", provided=",".join(workspace.scopes))
    if not users:
        return {"channel": found_channel(workspace, given).json(), "already_open": True}
    if users[0] not in workspace.users:
        raise Refusal("user_not_found")
    if workspace.users[users[0]].bot:
        raise Refusal("cannot_dm_bot")
    channel = workspace.channels[workspace.dm(users[0])]
    return {"channel": channel.json() if given.flag("return_im") else {"id": channel.id}}


def _user(workspace: Workspace, given: Arguments) -> Json:
    user = workspace.users.get(given.need("user"))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": user.json(workspace.team_id)}


def _file(workspace: Workspace, given: Arguments) -> Json:
    shared = workspace.files.get(given.need("file"))
    if shared is None:
        raise Refusal("file_not_found")
    return {"file": shared.json(), "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {
    "auth.test": Method(_auth_test),
    "conversations.history": Method(_history),
    "conversations.replies": Method(_replies),
    "conversations.info": Method(_info),
    "conversations.open": Method(_open, "im:write"),
    "users.info": Method(_user, "users:read"),
    "files.info": Method(_file, "files:read"),
}
