"""Briefs on Slack: composed now, scheduled with a form, listed, paused, deleted."""

import logging
from datetime import datetime
from typing import Any, TypeGuard

from adapters.arranging import is_empty
from adapters.persisting import Unpostable
from adapters.slack import briefs as brief_messages
from adapters.slack import names, schedule_forms
from adapters.slack.desk import Desk, Private
from adapters.slack.fields import field_errors
from adapters.slack.incoming import typed
from adapters.slack.posting import Where
from adapters.typed import command
from adapters.zones import zones_like
from briefs.brief import Brief
from briefs.briefing import (
    Briefed,
    BriefListing,
    ComposeBrief,
    KeptBrief,
    ListBriefs,
    ShowBrief,
)
from briefs.errors import UserError
from briefs.ports import Place, Refusal, Reply
from briefs.timetabling import AddSchedule, ChangeSchedule, ListSchedules, Scheduled

_log = logging.getLogger(__name__)

_MANAGING = (AddSchedule, ChangeSchedule)


class Briefing:
    """Carries out `/brief`."""

    def __init__(self, desk: Desk) -> None:
        """Take what every journey needs."""
        self._desk = desk

    def opens_form(self, text: str) -> bool:
        """Say whether a command is answered with the form for schedules."""
        return text.split() == ["schedule"]

    async def open_form(self, user: str, channel: str, trigger: str, private: Private) -> None:
        """Open the form that a schedule is filled in, for who may; the others see the list."""
        desk = self._desk
        place = await desk.place_of_manager(user, channel)
        if not (place.admin or place.manages):
            await private.reply(await desk.handle(ListSchedules(), place))
            return
        form = schedule_forms.schedule_form(
            channel, await desk.people.zone(user), sorted(place.collections or ())
        )
        await desk.client.views_open(trigger_id=trigger, view=form)

    async def by_command(
        self,
        text: str,
        user: str,
        channel: str,
        private: Private,
        key: str,
        since: datetime | None,
    ) -> None:
        """Carry out a command; a brief that is composed now is posted for all to see."""
        wanted = command(f"/brief {typed(text)}")
        if isinstance(wanted, _MANAGING):
            place = await self._desk.place_of_manager(user, channel)
        else:
            place = self._desk.place(user, channel)
        async with private.showing_work("Composing the brief…"):
            reply = await self._desk.handle(wanted, place)
        if isinstance(wanted, ComposeBrief) and not wanted.preview:
            brief = reply.brief if _is_to_be_posted(reply) else None
            if brief is None and since is not None:
                brief = await self._composed_since(since, wanted, place)
            if brief is not None:
                await self._post(brief, channel, private, key, since)
                return
        await private.reply(reply)
        if isinstance(wanted, ListBriefs) and not wanted.here:
            await private.reply(await self._desk.handle(ListSchedules(), place))

    async def _composed_since(
        self, since: datetime, wanted: ComposeBrief, place: Place
    ) -> Brief | None:
        """Return what an earlier process composed for a command, and may not have posted."""
        listing = await self._desk.handle(ListBriefs(topic=wanted.topic, here=True), place)
        if not isinstance(listing, BriefListing):
            return None
        for edition in listing.editions:
            is_of_topic = (edition.topic is None) == (wanted.topic is None)
            if edition.composed_at >= since and edition.occurrence is None and is_of_topic:
                kept = await self._desk.handle(ShowBrief(id=edition.brief), place)
                return kept.brief if isinstance(kept, KeptBrief) else None
        return None

    async def _post(
        self, brief: Brief, channel: str, private: Private, key: str, since: datetime | None
    ) -> None:
        messages = brief_messages.messages(brief, self._desk.look(channel))
        try:
            await self._desk.poster.post(
                Where(channel=channel), messages, key, since=since, threaded=True
            )
        except Unpostable as error:
            _log.warning("a brief is shown to who asked for it alone: %s", error)
            await private.refuse(f"The brief cannot be posted here, so only you see it: {error}.")
            await private.tell(messages)

    async def preview_schedule(self, view: dict[str, Any], user: str) -> dict[str, Any]:
        """Return how the form is to answer: what is wrong in it, or when it would be due."""
        draft = schedule_forms.read_schedule(view)
        try:
            place = await self._desk.place_of_manager(user, draft.channel)
            reply = await self._desk.handle(draft.command(preview=True), place)
            if isinstance(reply, Scheduled):
                form = schedule_forms.times_form(draft, reply.times)
                return {"response_action": "update", "view": form}
            message = reply.message if isinstance(reply, Refusal) else "It cannot be scheduled."
        except UserError as error:
            message = str(error)
        return field_errors({_field_of(message): message})

    async def save_schedule(self, view: dict[str, Any], user: str) -> None:
        """Set up the schedule that was looked at."""
        draft = schedule_forms.schedule_of(view)
        private = self._desk.privately(user, draft.channel)
        async with self._desk.nobody_left_alone(private):
            place = await self._desk.place_of_manager(user, draft.channel)
            await private.reply(await self._desk.handle(draft.command(), place))

    def zones(self, typed_so_far: str) -> dict[str, Any]:
        """Return the time zones that fit what somebody has typed."""
        return schedule_forms.zone_options(zones_like(typed_so_far))


def _is_to_be_posted(reply: Reply) -> TypeGuard[Briefed]:
    return isinstance(reply, Briefed) and reply.kept and not is_empty(reply.brief)


def _field_of(message: str) -> str:
    """Return the field that a refusal is about, as far as its words tell."""
    low = message.casefold()
    for words, field in (
        (("the collection ",), names.SCHEDULE_COLLECTIONS),
        (("time zone",), names.SCHEDULE_ZONE),
        (("name of a schedule", "a schedule “", "another name"), names.SCHEDULE_NAME),
        (("topic",), names.SCHEDULE_TOPIC),
        (("cannot be posted", "no channel", "manages this channel"), names.SCHEDULE_CHANNEL),
        (("slack cannot say",), names.SCHEDULE_CHANNEL),
    ):
        if any(each in low for each in words):
            return field
    return names.SCHEDULE_WHEN
