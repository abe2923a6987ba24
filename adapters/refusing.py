"""Telling somebody on a chat platform what went wrong, whatever it is."""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from adapters.persisting import Unpostable
from briefs.errors import UserError

_log = logging.getLogger(__name__)


@asynccontextmanager
async def nobody_left_alone(
    refuse: Callable[[str], Awaitable[None]], platform: str
) -> AsyncIterator[None]:
    """Let `refuse` say what went wrong within; what is a defect is logged, with the platform."""
    try:
        yield
    except UserError as error:
        await refuse(str(error))
    except Unpostable as error:
        await refuse(f"This cannot be posted: {error}.")
    except Exception:  # noqa: BLE001 - nobody is left without a reply
        await refuse(failed(f"{platform}: something that was asked"))


def failed(what: str) -> str:
    """Log the error that is being handled under a reference, and return what a person reads."""
    reference = secrets.token_hex(4)
    _log.exception("%s failed, reference %s", what, reference)
    return f"Something went wrong inside Dateline (reference {reference}). The log has the details."
