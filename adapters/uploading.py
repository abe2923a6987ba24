"""Loading the files that people send on a chat platform, with what else they want loaded."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, TypeAlias

from adapters.chat_desk import ChatDesk
from adapters.downloading import SharedFile
from briefs.errors import SourceError
from briefs.model import Receipt, Status
from briefs.ports import AddSources, Place, Progressed, Receipts, Reply

File: TypeAlias = Mapping[str, Any]
"""A file as the platform describes it."""

Fetch: TypeAlias = Callable[[File], Awaitable[SharedFile]]


async def load(
    desk: ChatDesk,
    wanted: AddSources,
    files: Iterable[File],
    fetch: Fetch,
    place: Place,
    telling: AbstractAsyncContextManager[Progressed],
) -> Reply:
    """Load files with what else is wanted; return what became of each.

    Args:
        desk: Carries it out.
        wanted: What else there is, and what is stated of all of it.
        files: Those that somebody sent.
        fetch: Gets one; a `SourceError` is a receipt of its own.
        place: Where somebody types.
        telling: Tells that person how far the load has come.
    """
    failed: list[Receipt] = []
    kept: dict[str, None] = {}
    for file in files:
        try:
            shared = await fetch(file)
            source = await asyncio.to_thread(desk.ports.uploads.keep, shared.name, shared.data)
        except SourceError as error:
            name = str(file.get("name") or file.get("id") or "a file")
            failed.append(Receipt(source=name, status=Status.FAILED, error=str(error)))
        else:
            kept[source] = None
    reply: Reply = Receipts(receipts=())
    if kept or wanted.sources:
        async with telling as progressed:
            reply = await desk.handle(replace(wanted, uploads=tuple(kept)), place, progressed)
    if isinstance(reply, Receipts):
        reply = replace(reply, receipts=(*failed, *reply.receipts))
    return reply
