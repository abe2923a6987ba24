"""The library on Slack: files and addresses loaded, listed, edited and removed by admins."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from adapters.showing_work import beside, how_far
from adapters.slack import forms, library, names
from adapters.slack.asking import Click
from adapters.slack.desk import Desk, Private
from adapters.slack.fields import field_errors
from adapters.slack.incoming import links, typed
from adapters.typed import command
from adapters.uploading import load
from briefs.errors import UserError
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
    RemoveSource,
    Shown,
    ShowSource,
)

PROGRESS_SECONDS = (5.0, 25.0)
"""After how long, and how long after that, somebody is told how far a load has come."""

ONLY_ADMINS = "Only an admin can load, list and change articles here."

_log = logging.getLogger(__name__)


class Sources:
    """Carries out `/source`, its forms and its buttons."""

    def __init__(self, desk: Desk) -> None:
        """Take what every journey needs."""
        self._desk = desk

    def opens_form(self, text: str) -> bool:
        """Say whether a command is answered with a form."""
        words = text.split()
        return words == ["add"] or (len(words) == 2 and words[0] == "edit")  # noqa: PLR2004

    async def open_form(
        self,
        text: str,
        user: str,
        channel: str,
        trigger: str,
        response_url: str | None = None,
    ) -> None:
        """Open the form that sources are added with, or the one that edits a document."""
        desk = self._desk
        place = await self._admins_place(user, channel)
        verb, *document = text.split()
        if verb == "edit":
            shown = await self._shown(document[0], place)
            form = forms.edit_form(shown.listed.document, channel)
        else:
            form = forms.add_form(channel, sorted(place.collections or ()), response_url)
        await desk.client.views_open(trigger_id=trigger, view=form)

    async def by_command(self, text: str, user: str, channel: str, private: Private) -> None:
        """Carry out a command."""
        place = await self._admins_place(user, channel)
        wanted = command(f"/source {typed(text)}")
        match wanted:
            case AddSources():
                await self._add(wanted, place, private)
            case ListSources():
                await self._list(place, private, 1)
            case RemoveSource():
                shown = await self._shown(wanted.id, place)
                await private.tell([library.confirm_removal(shown)])
            case _:
                async with _telling_progress(private) as progressed:
                    reply = await self._desk.handle(wanted, place, progressed)
                await private.reply(reply, admin=True)

    async def take_added(self, view: dict[str, Any], user: str) -> None:
        """Load what was filled in."""
        draft = forms.read_add(view)
        private = self._desk.privately(user, draft.opened_in, draft.response_url)
        async with self._desk.nobody_left_alone(private):
            place = await self._admins_place(user, draft.opened_in)
            await private.note("Loading…")
            wanted = AddSources(
                sources=draft.urls, collection=draft.collection, stated=draft.stated
            )
            await self._add(wanted, place, private, draft.files)

    def added_errors(self, view: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is wrong in the form that adds; None: nothing."""
        draft = forms.read_add(view)
        if not draft.files and not draft.urls:
            return field_errors({names.ADD_URLS: "Choose a file, or give an address."})
        try:
            _ = draft.stated
        except UserError as error:
            return field_errors({names.ADD_PUBLISHED: str(error)})
        return None

    def edited_errors(self, view: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is wrong in the form that edits; None: nothing."""
        try:
            _ = forms.read_edit(view).stated
        except UserError as error:
            return field_errors({names.EDIT_PUBLISHED: str(error)})
        return None

    async def take_edited(self, view: dict[str, Any], user: str) -> None:
        """Keep what was filled in of a document."""
        draft = forms.read_edit(view)
        private = self._desk.privately(user, draft.opened_in)
        async with self._desk.nobody_left_alone(private):
            place = await self._admins_place(user, draft.opened_in)
            if draft.stated == Stated():
                await private.refuse("Nothing was changed, so the article stays as it is.")
                return
            wanted = EditSource(id=draft.document, stated=draft.stated)
            await private.reply(await self._desk.handle(wanted, place), admin=True)

    async def load_shared(self, body: Mapping[str, Any]) -> None:
        """Load the files and links of the message whose menu somebody opened."""
        user, channel = str(body["user"]["id"]), str(body["channel"]["id"])
        private = self._desk.privately(user, channel, body.get("response_url"))
        message = body.get("message") or {}
        files = [each for each in message.get("files") or () if isinstance(each, dict)]
        addresses = () if files else links(str(message.get("text") or ""))
        async with self._desk.nobody_left_alone(private):
            place = await self._admins_place(user, channel)
            if not files and not addresses:
                await private.refuse("There is neither a file nor a link in this message.")
                return
            await self._add(AddSources(sources=addresses), place, private, files)

    async def edit_clicked(self, click: Click) -> None:
        """Open the form that edits the document of a receipt."""
        private = self._desk.privately(click.user, click.channel, click.response_url)
        async with self._desk.nobody_left_alone(private):
            await self.open_form(f"edit {click.value}", click.user, click.channel, click.trigger)

    async def remove_clicked(self, click: Click) -> None:
        """Remove the document that somebody confirmed."""
        private = self._desk.privately(click.user, click.channel, click.response_url)
        async with self._desk.nobody_left_alone(private):
            place = await self._admins_place(click.user, click.channel)
            removed = await self._desk.replied(Receipts, RemoveSource(id=click.value), place)
            look = self._desk.look(click.channel, private=True)
            (message, *_) = library.receipts(removed, look)
            await private.replace(message)

    async def cancel_clicked(self, click: Click) -> None:
        """Take a question back that was not answered with yes."""
        await self._desk.privately(click.user, click.channel, click.response_url).replace(None)

    async def page_clicked(self, click: Click) -> None:
        """Show another page of the list in place of this one."""
        private = self._desk.privately(click.user, click.channel, click.response_url)
        async with self._desk.nobody_left_alone(private):
            place = await self._admins_place(click.user, click.channel)
            number = int(click.value) if click.value.isdecimal() else 1
            await self._list(place, private, number, in_place=True)

    async def _list(
        self, place: Place, private: Private, number: int, *, in_place: bool = False
    ) -> None:
        page = library.page(await self._desk.replied(Listing, ListSources(), place), number)
        if in_place:
            await private.replace(page)
        else:
            await private.tell([page])

    async def _add(
        self,
        wanted: AddSources,
        place: Place,
        private: Private,
        files: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Load shared files with what else is wanted, and tell what became of each."""
        telling = _telling_progress(private)
        fetch = self._desk.downloads.fetch
        reply = await load(self._desk, wanted, files, fetch, place, telling)
        await private.reply(reply, admin=True)

    async def _admins_place(self, user: str, channel: str) -> Place:
        place = await self._desk.place_of_admin(user, channel)
        if not place.admin:
            raise UserError(ONLY_ADMINS)
        return place

    async def _shown(self, document: str, place: Place) -> Shown:
        return await self._desk.replied(Shown, ShowSource(id=document), place)


@asynccontextmanager
async def _telling_progress(private: Private) -> AsyncIterator[Progressed]:
    """Tell somebody a few times how far a load has come."""
    last: Progress | None = None

    def take(progress: Progress) -> None:
        nonlocal last
        last = progress

    async def tell() -> None:
        for seconds in PROGRESS_SECONDS:
            await asyncio.sleep(seconds)
            if last is not None:
                await private.note(how_far(last))

    async with beside(tell(), "telling of progress"):
        yield take
