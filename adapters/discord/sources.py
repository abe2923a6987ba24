"""The library on Discord: files and addresses loaded, listed, edited and removed by admins."""

import asyncio
import re
from contextlib import suppress
from typing import Any

from adapters.discord import library
from adapters.discord.desk import Desk
from adapters.discord.forms import stated_in
from adapters.discord.incoming import Act
from adapters.discord.responding import Responder
from adapters.showing_work import how_far
from adapters.uploading import load
from adapters.wording import plain
from briefs.errors import UsageError, UserError
from briefs.model import Stated
from briefs.ports import (
    AddSources,
    EditSource,
    Listing,
    ListSources,
    Place,
    Progress,
    Progressed,
    Receipts,
    RefreshSources,
    RemoveSource,
    ReportStatus,
    RestoreLines,
    Shown,
    ShowSource,
    StatusReport,
)

PROGRESS_SECONDS = 2.0
"""How often somebody is told how far a load has come."""

_NUMBERS = re.compile(r"\d{1,9}(?:[\s,]+\d{1,9})*")


class Sources:
    """Carries out `/source`, its form and its buttons."""

    def __init__(self, desk: Desk) -> None:
        """Take what every journey needs."""
        self._desk = desk

    async def by_command(self, act: Act, responder: Responder) -> None:
        """Carry out a command."""
        place = self._admins_place(act)
        match act.name.partition(" ")[2]:
            case "add":
                await self._add(act, place, responder)
                return
            case "list":
                await self._list(place, responder, 1)
                return
            case "remove":
                shown = await self.shown(act)
                await responder.tell([library.confirm_removal(shown)])
                return
            case "show":
                wanted: Any = ShowSource(id=act.text("id") or "")
            case "restore":
                wanted = RestoreLines(id=act.text("id") or "", numbers=_numbers(act.text("lines")))
            case "refresh":
                wanted = RefreshSources()
            case _:
                wanted = ReportStatus()
        async with _Progress(responder) as progressed:
            reply = await self._desk.handle(wanted, place, progressed)
        await responder.reply(reply, admin=True)

    async def take_edited(self, act: Act, responder: Responder) -> None:
        """Keep what was filled in of a document, of what is not so already."""
        place = self._admins_place(act)
        stated = stated_in(act.options)
        document = (await self.shown(act)).listed.document
        changed = Stated(
            title=_other(stated.title, document.title),
            outlet=_other(stated.outlet, document.outlet),
            author=_other(stated.author, document.author),
            published=None if stated.published == document.published else stated.published,
        )
        if changed == Stated():
            await responder.refuse("Nothing was changed, so the article stays as it is.")
            return
        wanted = EditSource(id=act.value, stated=changed)
        await responder.reply(await self._desk.handle(wanted, place), admin=True)

    async def remove(self, act: Act, responder: Responder) -> None:
        """Remove the document that somebody confirmed."""
        place = self._admins_place(act)
        removed = await self._desk.replied(Receipts, RemoveSource(id=act.value), place)
        (message, *_) = library.receipts(removed, self._desk.look(act.home, private=True))
        await responder.replace(message)

    async def turn(self, act: Act, responder: Responder) -> None:
        """Show another page of the list in place of this one."""
        place = self._admins_place(act)
        number = int(act.value) if act.value.isdecimal() else 1
        await self._list(place, responder, number, in_place=True)

    async def shown(self, act: Act) -> Shown:
        """Return the document that is meant.

        Raises:
            UserError: There is none, or who asks is no admin.
        """
        place = self._admins_place(act)
        wanted = ShowSource(id=act.value or act.text("id") or "")
        return await self._desk.replied(Shown, wanted, place)

    async def documents(self, act: Act) -> list[tuple[str, str]]:
        """Return the titles and ids of the documents that an admin may choose from."""
        reply = await self._desk.handle(ListSources(), self._admins_place(act))
        if not isinstance(reply, Listing):
            return []
        return [
            (f"{plain(document.title) or document.id} · {plain(document.publisher)}", document.id)
            for document in (each.document for each in reply.documents)
        ]

    async def outlets(self, act: Act) -> list[str]:
        """Return the outlets that a place may see."""
        reply = await self._desk.handle(ReportStatus(), self._desk.place_of(act))
        return list(reply.outlets) if isinstance(reply, StatusReport) else []

    def collections(self, act: Act) -> list[str]:
        """Return the collections that a place may see."""
        return sorted(self._desk.place_of(act).collections or ())

    async def _list(
        self, place: Place, responder: Responder, number: int, *, in_place: bool = False
    ) -> None:
        page = library.page(await self._desk.replied(Listing, ListSources(), place), number)
        if in_place:
            await responder.replace(page)
        else:
            await responder.tell([page])

    async def _add(self, act: Act, place: Place, responder: Responder) -> None:
        """Load attached files with what else is wanted, and tell what became of each."""
        files: list[dict[str, Any]] = act.options.get("files") or []
        addresses = tuple((act.text("url") or "").split())
        if not files and not addresses:
            raise UsageError("Attach a file, or give a web address: /source add url:https://…")
        stated = stated_in({name: act.text(name) or "" for name in ("outlet", "published")})
        wanted = AddSources(sources=addresses, collection=act.text("collection"), stated=stated)
        fetch = self._desk.downloads.fetch
        reply = await load(self._desk, wanted, files, fetch, place, _Progress(responder))
        await responder.reply(reply, admin=True)

    def _admins_place(self, act: Act) -> Place:
        if act.direct:
            raise UserError(
                "Articles are loaded and changed in a server, where Discord says who may; not in a "
                "direct message."
            )
        if not act.admin:
            raise UserError("Only an admin can load, list and change articles here.")
        return self._desk.place_of(act)


class _Progress:
    """Tells somebody now and then how far a load has come, by changing the response."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._last: Progress | None = None
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Progressed:
        self._task = asyncio.create_task(self._tell(), name="telling of progress")
        return self._take

    async def __aexit__(self, *_: object) -> None:
        # Not cut off: what is on its way could arrive after the receipt, and take its place.
        self._ended.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _take(self, progress: Progress) -> None:
        self._last = progress

    async def _tell(self) -> None:
        told = None
        while not self._ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), PROGRESS_SECONDS)
                return
            if self._last is not None and self._last != told:
                told = self._last
                await self._responder.note(how_far(told))


def _numbers(typed: str | None) -> tuple[int, ...]:
    if typed is None or not _NUMBERS.fullmatch(typed):
        raise UsageError("Type the numbers of the lines: 3 4")
    return tuple(int(each) for each in re.findall(r"\d+", typed))


def _other(new: str | None, old: str | None) -> str | None:
    return None if new == plain(old or "") else new
