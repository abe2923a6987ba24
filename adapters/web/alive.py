"""Whether a Dateline listens somewhere: what it says when asked, and how it is asked.

Apart from what serves it, so that a container's health check starts quickly.
"""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

HEALTH = "/healthz"
ALIVE = {"alive": True, "program": "dateline"}
"""What a program that lives says: by it others know that it is a Dateline."""

PATIENCE_SECONDS = 3.0

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, only


def is_alive(host: str, port: int, patience_seconds: float = PATIENCE_SECONDS) -> bool:
    """Say whether a Dateline listens on a port of this machine, and answers."""
    connection = HTTPConnection(_ANY.get(host, host), port, timeout=patience_seconds)
    try:
        connection.request("GET", HEALTH)
        found: Any = json.loads(connection.getresponse().read(1_000))
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return bool(found == ALIVE)
