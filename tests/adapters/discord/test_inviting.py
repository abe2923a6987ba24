"""The link in the documentation: what it asks for is what Dateline uses."""

from adapters.discord.inviting import PERMISSIONS, invite_link, permissions
from bot.app import App
from tests.adapters.discord.conftest import ANSWER, QUESTION, Newsroom, in_server
from tests.doubles.discord_server import permissions as bits
from tests.running import ROOT


def test_the_documentation_has_the_link() -> None:
    """With the number of exactly the permissions that it explains."""
    text = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")
    assert f"    {invite_link('APPLICATION_ID')}\n" in text
    for name, reason in PERMISSIONS.items():
        words = name.replace("_", " ").title().replace(" In ", " in ")
        assert f"| {words} | {reason} |" in text


async def test_nothing_more_is_needed(app: App, room: Newsroom) -> None:
    """With these permissions and no others, a mention is answered with a reply."""
    server = room.server
    denied = bits.ALL & ~permissions()
    server.deny(room.news, denied)
    async with in_server(app, server):
        asked = await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        (answer,) = await room.replies()
    assert answer.reference is asked
    assert ANSWER in answer.text
