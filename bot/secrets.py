"""Secrets: from the environment, or from a file that the environment names; never from the TOML."""

import os
from collections.abc import Mapping
from pathlib import Path

from briefs.errors import ConfigurationError

NAMES = (
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_BOT_TOKEN"),
    "DATELINE_LINK_SECRET",
)


def secret(name: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a secret, empty if there is none: `NAME`, or what is in the file `NAME_FILE` names.

    Raises:
        ConfigurationError: Both are set, or the file cannot be read.
    """
    stated = os.environ if environment is None else environment
    value, file = stated.get(name, "").strip(), stated.get(f"{name}_FILE", "").strip()
    if value and file:
        raise ConfigurationError(f"Set either {name} or {name}_FILE, and not both.")
    if not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError(f"{name}_FILE: {file} cannot be read ({why}).") from error


def all_secrets(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return every secret that is set, for what must not show any."""
    found: list[str] = []
    for name in NAMES:
        try:
            found.append(secret(name, environment))
        except ConfigurationError:
            # Whoever needs it says so.
            continue
    return tuple(each for each in found if each)
