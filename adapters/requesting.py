"""The id of a request: bound where one begins, and in every line of the log until it ends.

It is kept in a context variable, which tasks and threads that a request starts take with them.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars, get_contextvars

REQUEST = "request"
"""The name that a line of the log gives the id."""


@contextmanager
def requested() -> Iterator[None]:
    """Let what happens within be one request, unless it is part of one already."""
    if REQUEST in get_contextvars():
        yield
        return
    with bound_contextvars(**{REQUEST: secrets.token_hex(4)}):
        yield
