"""What Dateline asks of a workspace, as the manifest that the app is made from.

`docs/slack-manifest.yaml` is this, written out; a test keeps the two alike.
"""

from typing import Any

LOAD = "load_files"
"""The callback id of the message shortcut."""

COMMANDS = {
    "/ask": ("Answers from the loaded articles; only you see it", "Who documented the shipments?"),
    "/brief": ("Briefs: now, preview, schedule, list, history …", "now"),
    "/source": ("Articles: add, list, show, edit, remove … (admins)", "add https://…"),
    "/dateline": ("What is loaded, and what can be typed", "help"),
}

SCOPES = {
    "app_mentions:read": "to hear a question that mentions it",
    "channels:history": "to hear follow-ups in threads, and to find what it has posted",
    "channels:read": "to know who made a channel, who may schedule briefs for it",
    "chat:write": "to answer",
    "commands": "for the commands and the shortcut",
    "files:read": "to load the files that an admin shares with it",
    "groups:history": "as channels:history, in private channels that it was invited to",
    "groups:read": "as channels:read, in private channels",
    "im:history": "to hear what is written to it alone",
    "reactions:write": "to show with 👀 that an answer takes a moment",
    "users:read": "to know who is an admin, and in which time zone somebody is",
}
"""Each scope, and what for."""

EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")

_HEAD = """\
# The manifest of the Slack app; docs/slack.md says what to do with it.
# Written by `make docs` from adapters/slack/manifest.py. For mode = "http", set socket_mode_enabled
# to false and give each `request_url` as https://YOUR-HOST/slack/events.
# What each scope is for:
"""


def manifest() -> dict[str, Any]:
    """Return the manifest of the app, for Socket Mode."""
    return {
        "display_information": {
            "name": "Dateline",
            "description": "Answers and briefs made of exact, cited sentences",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Dateline", "always_online": True},
            "slash_commands": [
                {
                    "command": name,
                    "description": does,
                    "usage_hint": hint,
                    # What is typed comes with its links and mentions marked up.
                    "should_escape": True,
                }
                for name, (does, hint) in COMMANDS.items()
            ],
            "shortcuts": [
                {
                    "name": "Load into Dateline",
                    "type": "message",
                    "callback_id": LOAD,
                    "description": "Loads the files or links of a message",
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def written() -> str:
    """Return the manifest as YAML, with what each scope is for."""
    import yaml  # noqa: PLC0415 - a bot that runs writes none

    reasons = "".join(f"#   {scope}: {reason}\n" for scope, reason in SCOPES.items())
    body = yaml.safe_dump(manifest(), sort_keys=False, allow_unicode=True, width=1_000)
    return f"{_HEAD}{reasons}{body}"
