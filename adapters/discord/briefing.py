"""Briefs on Discord: composed now, scheduled after a look at the times, listed, paused, deleted."""

import asyncio
import json
import re
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.discord import schedules
from adapters.discord.desk import Desk
from adapters.discord.incoming import Act
from adapters.discord.posting import PREFIX
from adapters.discord.responding import Responder
from briefs.briefing import BriefListing, ComposeBrief, ListBriefs, ShowBrief
from briefs.errors import LibraryError, UsageError, UserError
from briefs.ports import Received
from briefs.scheduling import CatchUp
from briefs.timetabling import AddSchedule, ChangeSchedule, ListSchedules, Scheduled, Verb

DRAFT = "discord-draft:"
"""What the keys of schedules begin with that somebody looks at before saving them."""

_MINUTE = re.compile(r"[\d*/,-]+")
_CRON_FIELDS = 5
_GONE = "This schedule was put aside too long ago. Type /brief schedule again."
_KEPT = timedelta(hours=24)


class Briefing:
    """Carries out `/brief`."""

    def __init__(self, desk: Desk) -> None:
        """Take what every journey needs."""
        self._desk = desk

    async def by_command(self, act: Act, responder: Responder, *, again: bool = False) -> None:
        """Carry out a command; `again`: an earlier process may have done so, and told nobody."""
        place, verb = self._desk.place_of(act), act.name.partition(" ")[2]
        if again and verb == "now" and (kept := await self._composed(act)) is not None:
            await responder.reply(await self._desk.handle(ShowBrief(id=kept), place))
            return
        topic = act.text("topic")
        match verb:
            case "now" | "preview":
                wanted = ComposeBrief(
                    topic=topic, since=act.since, here=True, preview=verb == "preview"
                )
                await responder.reply(await self._desk.handle(wanted, place))
            case "schedule":
                await self._look_at(act, responder)
            case "list":
                await responder.reply(await self._desk.handle(ListSchedules(), place))
                await responder.reply(await self._desk.handle(ListBriefs(), place))
            case "history":
                listing = ListBriefs(topic=topic, here=True)
                await responder.reply(await self._desk.handle(listing, place))
            case "show":
                shown = ShowBrief(id=act.text("id") or "")
                await responder.reply(await self._desk.handle(shown, place))
            case _:
                changed = ChangeSchedule(name=act.text("name") or "", verb=_VERBS[verb])
                await responder.reply(await self._desk.handle(changed, place))

    async def _composed(self, act: Act) -> str | None:
        """Return the brief that was composed for a command: composed anew, it would be empty."""
        listing = ListBriefs(topic=act.text("topic"), here=True)
        reply = await self._desk.handle(listing, self._desk.place_of(act))
        editions = reply.editions if isinstance(reply, BriefListing) else ()
        for each in editions[:1]:
            if each.occurrence is None and each.composed_at >= act.at:
                return each.brief
        return None

    async def _look_at(self, act: Act, responder: Responder) -> None:
        """Show when a schedule would be due, to be saved or not."""
        wanted = _schedule_of(act, preview=True)
        home = int(act.options.get("channel") or act.home)
        manages = bool(act.options["manages"]) if "manages" in act.options else act.manages
        place = self._desk.place(act.user, home, admin=act.admin, manages=manages)
        reply = await self._desk.replied(Scheduled, wanted, place)
        token = secrets.token_hex(8)
        await self._put_aside(token, act)
        await responder.tell([schedules.confirm(reply, token)])

    async def save(self, act: Act, responder: Responder) -> None:
        """Set up the schedule that was looked at, if who pressed may still do so."""
        draft = await self._draft(act.value)
        if draft is None or draft.user != act.user:
            raise UserError(_GONE)
        home = int(draft.options.get("channel") or draft.home)
        # What somebody may in another channel is only told when that channel is named.
        there = home != act.home
        manages = bool(draft.options.get("manages")) if there else act.manages
        place = self._desk.place(act.user, home, admin=act.admin, manages=manages)
        reply = await self._desk.replied(Scheduled, _schedule_of(draft), place)
        await self._desk.intake.settle(f"{DRAFT}{act.value}")
        (message, *_) = schedules.scheduled(reply)
        await responder.replace(message)

    async def cancel(self, act: Act, responder: Responder) -> None:
        """Take back what was not answered with yes."""
        if act.value:
            await self._desk.intake.settle(f"{DRAFT}{act.value}")
        await responder.replace(None)

    async def names(self, act: Act) -> list[str]:
        """Return the names of the schedules of a place."""
        reply = await self._desk.handle(ListSchedules(), self._desk.place_of(act))
        listed = getattr(reply, "schedules", ())
        return [each.schedule.name for each in listed]

    async def _put_aside(self, token: str, act: Act) -> None:
        # Kept, so that the button works after a restart too; its token is of no use by then.
        draft = replace(act, token="")
        kept = Received(key=f"{DRAFT}{token}", payload=draft.written(), at=self._desk.ports.now())
        await asyncio.to_thread(self._desk.ports.inbox.receive, kept)

    async def _draft(self, token: str) -> Act | None:
        try:
            found = await asyncio.to_thread(self._desk.ports.inbox.unsettled, f"{DRAFT}{token}")
        except LibraryError as error:
            raise UserError(str(error)) from error
        kept = next((each for each in found if each.key == f"{DRAFT}{token}"), None)
        if kept is None or self._desk.ports.now() - kept.at > _KEPT:
            return None
        read: dict[str, Any] = json.loads(kept.payload)
        return Act(**read)


_VERBS = {"pause": Verb.PAUSE, "resume": Verb.RESUME, "delete": Verb.REMOVE}


def _schedule_of(act: Act, *, preview: bool = False) -> AddSchedule:
    when = " ".join((act.text("when") or "").split())
    parts = when.split()
    is_cron = len(parts) == _CRON_FIELDS and _MINUTE.fullmatch(parts[0]) is not None
    collections = tuple(
        each.strip() for each in (act.text("collections") or "").split(",") if each.strip()
    )
    try:
        catch_up = CatchUp(act.text("catch_up") or CatchUp.LATEST.value)
    except ValueError as error:
        raise UsageError("catch_up is one of: latest, all, skip.") from error
    return AddSchedule(
        name=act.text("name") or "",
        timezone=act.text("timezone") or "",
        cron=when if is_cron else None,
        when=None if is_cron else when,
        channel=f"{PREFIX}{act.options.get('channel') or act.home}",
        topic=act.text("topic"),
        collections=collections,
        catch_up=catch_up,
        skip_if_empty=bool(act.options.get("skip_if_empty")),
        preview=preview,
    )
