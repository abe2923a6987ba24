"""`python -m bot.healthy`: status 0 while the running bot answers; for a container's health check.

It asks where the settings say that the bot listens. Where they say that it does not listen, it
looks whether one runs on the data folder.
"""

import sys

from adapters.storage.lock import running
from adapters.web.alive import is_alive
from bot.config import read_settings
from briefs.errors import UserError


def problem() -> str | None:
    """Say why the bot is not well; None: it is."""
    try:
        settings = read_settings()
    except UserError as error:
        return str(error)
    web = settings.web
    if web.enabled and web.port:
        return None if is_alive(web.host, web.port) else f"no answer on {web.host}:{web.port}"
    data = settings.data_folder(None)
    return None if running(data) else f"no bot runs on {data}"


if __name__ == "__main__":
    sys.exit(problem())
