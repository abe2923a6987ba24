"""Why a brief that is on its way has not left, where nobody who tried to post it says so."""

from bot.config import Settings
from briefs.parts import Delivery, Ending

TERMINAL = "terminal"


def posted_here(channel: str) -> bool:
    """Say whether a single command can post to a channel, without a bot that is connected."""
    return channel.partition(":")[0] == TERMINAL


def switched_off(settings: Settings, channel: str) -> str | None:
    """Return that the platform of a channel is off, and how to mend it; None where it is on."""
    platform = channel.partition(":")[0]
    section = getattr(settings, platform, None)
    if section is None or section.enabled:
        return None
    return (
        f"{platform.capitalize()} is off, so that nothing is posted there yet: set enabled = "
        f"true under [{platform}]."
    )


def reason(delivery: Delivery, settings: Settings, *, runs: bool) -> str | None:
    """Return why a brief is not delivered, or not yet.

    Args:
        delivery: The brief.
        settings: What is configured.
        runs: Whether a bot runs that would post it.
    """
    if delivery.reason is not None or delivery.ending is not Ending.PENDING:
        return delivery.reason
    off = switched_off(settings, delivery.occurrence.channel)
    if off is not None:
        return off
    if runs:
        return "The bot that runs has not posted it yet; its log says why, if it cannot."
    return "No bot runs that would post it: start “dateline run”."
