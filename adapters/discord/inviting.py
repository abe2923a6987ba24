"""The link that invites the bot: exactly the scopes and permissions that it uses."""

import discord

SCOPES = ("bot", "applications.commands")

PERMISSIONS = {
    "view_channel": "to be in a channel at all",
    "send_messages": "to answer mentions and to post briefs",
    "send_messages_in_threads": "the same, in threads",
    "embed_links": "answers and briefs are embeds",
    "read_message_history": "to answer with a reply, and to find what it has posted after a fault",
}
"""Each permission by discord.py's name, and what for."""


def permissions() -> int:
    """Return the permissions as the number that Discord's link takes."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True)).value


def invite_link(application: str) -> str:
    """Return the link that whoever runs a server opens to invite the bot."""
    scopes = "+".join(SCOPES)
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&permissions={permissions()}&scope={scopes}"
    )
