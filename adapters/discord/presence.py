"""What stands beside Dateline's name: how much it knows in `main`, which everybody may see."""

import asyncio
import logging

import discord

from adapters import wording
from briefs.model import MAIN
from briefs.ports import CommandHandler, Place, ReportStatus, StatusReport

SECONDS = 30.0
"""How often it is looked at; Discord is told only of a change."""

_PLACE = Place(channel="discord:0", collections=frozenset({MAIN}))

_log = logging.getLogger(__name__)


class Presence:
    """Shows how much is loaded."""

    def __init__(self, client: discord.Client, handler: CommandHandler) -> None:
        """Take who shows it, and who knows."""
        self._client = client
        self._handler = handler
        self._shown: str | None = None

    async def run(self) -> None:
        """Show every change, until cancelled."""
        while True:
            await asyncio.sleep(SECONDS)
            if self._client.is_ready():
                await self.show(changed_only=True)

    async def show(self, *, changed_only: bool = False) -> None:
        """Show how much is loaded now; after each new session, Discord has forgotten it."""
        reply = await self._handler.handle(ReportStatus(), _PLACE)
        if not isinstance(reply, StatusReport):
            return
        text = said(reply)
        if changed_only and text == self._shown:
            return
        try:
            await self._client.change_presence(activity=discord.CustomActivity(name=text))
        except (OSError, RuntimeError, discord.DiscordException) as error:
            _log.warning("the presence cannot be shown (%s)", type(error).__name__)
        else:
            self._shown = text


def said(report: StatusReport) -> str:
    """Return how much is loaded: “5 articles, 5 outlets”."""
    if not report.documents:
        return "No articles yet"
    articles = wording.counted(report.documents, "article")
    return f"{articles}, {wording.counted(len(report.outlets), 'outlet')}"
