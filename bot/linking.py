"""Links to the reader page, as configured."""

from datetime import UTC, datetime
from pathlib import Path

from adapters.storage.key_file import KeyFile
from adapters.web.links import SignedLinks
from bot.config import Settings
from bot.secrets import secret
from briefs.errors import ConfigurationError

SECRET = "DATELINE_LINK_SECRET"  # noqa: S105 - the name of one
LINK_KEY = "link.key"
SHORTEST = 32
"""Characters of a secret, at least."""


def links_for(settings: Settings, data: Path) -> SignedLinks:
    """Return what makes and reads links; a key is read or made when there is something to sign.

    Raises:
        ConfigurationError: The secret is too short, or cannot be read.
    """
    stated = secret(SECRET)
    if stated and len(stated) < SHORTEST:
        raise ConfigurationError(
            f"{SECRET} is too short: it must have {SHORTEST} characters or more. Make one with: "
            "openssl rand -hex 32"
        )
    kept = KeyFile(data / LINK_KEY, loss="no link that was given until now opens any more")
    return SignedLinks(
        settings.web.public_url,
        stated.encode if stated else kept.key,
        settings.web.link_days,
        now=lambda: datetime.now(UTC),
    )
