"""What Slack sends, and what is begun for it: commands, messages, buttons, forms, the home tab."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.persisting import quietly
from adapters.slack import names
from adapters.slack.asking import Asking, Click
from adapters.slack.briefing import Briefing
from adapters.slack.connecting import Connection
from adapters.slack.desk import Desk, Private
from adapters.slack.home import home
from adapters.slack.incoming import Message, message_of, typed
from adapters.slack.manifest import COMMANDS, LOAD
from adapters.slack.receiving import ForgivingApp
from adapters.slack.sources import Sources
from adapters.typed import command
from briefs.errors import UserError
from briefs.model import MAIN
from briefs.ports import Listing, ListSources, Place, ReportStatus, StatusReport

_log = logging.getLogger(__name__)


class Taking(Protocol):
    """Takes on what somebody asked for."""

    async def __call__(
        self, key: str, body: Mapping[str, Any], work: Callable[[], Awaitable[None]]
    ) -> None:
        """Keep it and begin it; Slack may be told that it arrived when this returns."""


class Listening:
    """Begins what Slack's events, commands, buttons and forms ask for."""

    def __init__(self, desk: Desk, tokens: Connection, take: Taking) -> None:
        """Take what every journey needs, and what takes things on."""
        self._desk = desk
        self._tokens = tokens
        self._take = take
        self.asking = Asking(desk)
        self._briefing = Briefing(desk)
        self._sources = Sources(desk)

    def app(self) -> ForgivingApp:
        """Return slack_bolt's app with a listener for all that Slack may send."""
        me = self._desk.me

        async def authorize() -> AuthorizeResult:
            # Known since the start; slack_bolt would ask Slack while somebody waits.
            return AuthorizeResult(
                enterprise_id=None,
                team_id=me.team,
                bot_user_id=me.user,
                bot_token=self._tokens.bot_token,
            )

        quiet = logging.getLogger("adapters.slack.bolt")
        quiet.setLevel(logging.ERROR)
        app = ForgivingApp(
            name="dateline",
            logger=quiet,
            client=self._desk.client,
            authorize=authorize,
            signing_secret=self._tokens.signing_secret or "unused in Socket Mode",
            raise_error_for_unhandled_request=False,
        )
        for name in COMMANDS:
            app.command(name)(self._on_command)
        app.event("app_mention", middleware=[self._keep_message])(_nothing)
        app.event("message", middleware=[self._keep_message])(_nothing)
        app.event("app_home_opened")(self._on_home)
        app.shortcut(LOAD)(self._on_shortcut)
        for action in _ACTIONS:
            app.action(action)(self._on_action)
        for form in (names.ADD, names.EDIT_SAVE, names.SCHEDULE, names.SCHEDULE_SAVE, names.WHY):
            app.view(form)(self._on_submission)
        app.options(names.SCHEDULE_ZONE)(self._on_options)
        app.error(_failed)
        return app

    async def _keep_message(
        self, event: dict[str, Any], next_: Callable[[], Awaitable[Any]]
    ) -> None:
        """Take a message on before Slack is told that it arrived."""
        message = message_of(event)
        if message is not None and message.user != self._desk.me.user:
            if event["type"] == "app_mention" or self.asking.is_addressed(message):
                await self._take(message.key, event, lambda: self.asking.answer(message))
            elif message.thread is not None:
                self._desk.workers.start(self._follow(message, event), f"reading {message.key}")
        await next_()

    async def _follow(self, message: Message, event: Mapping[str, Any]) -> None:
        """Answer a message in a thread, if Dateline has answered in it before."""
        if await self.asking.goes_on(message):
            await self._take(message.key, event, lambda: self.asking.answer(message))

    async def _on_command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        kept = {name: body.get(name) for name in _KEPT}
        if self._opens_form(kept):
            # A form must be opened at once, and cannot be after a restart.
            await ack()
            self._desk.workers.start(self._open_form(kept), "opening a form")
            return
        key = f"slack:command/{body.get('trigger_id')}"
        await self._take(key, kept, lambda: self.carry_out(kept, None))
        await ack()

    def _opens_form(self, body: Mapping[str, Any]) -> bool:
        text = str(body.get("text") or "")
        match body.get("command"):
            case "/brief":
                return self._briefing.opens_form(text)
            case "/source":
                return self._sources.opens_form(text)
            case _:
                return False

    async def _open_form(self, body: Mapping[str, Any]) -> None:
        text, user, channel, private = self._of(body)
        trigger = str(body.get("trigger_id") or "")
        async with self._desk.nobody_left_alone(private):
            if body["command"] == "/brief":
                await self._briefing.open_form(user, channel, trigger, private)
            else:
                await self._sources.open_form(
                    text, user, channel, trigger, body.get("response_url")
                )

    async def carry_out(self, body: Mapping[str, Any], since: datetime | None) -> None:
        """Carry out a command; `since`: an earlier process took it on then."""
        text, user, channel, private = self._of(body)
        async with self._desk.nobody_left_alone(private):
            match body["command"]:
                case "/ask":
                    await self.asking.by_command(text, user, channel, private)
                case "/brief":
                    key = f"slack:command/{body.get('trigger_id')}"
                    await self._briefing.by_command(text, user, channel, private, key, since)
                case "/source":
                    await self._sources.by_command(text, user, channel, private)
                case _:
                    wanted = command(f"/dateline {typed(text)}")
                    place = self._desk.place(user, channel)
                    await private.reply(await self._desk.handle(wanted, place))

    def _of(self, body: Mapping[str, Any]) -> tuple[str, str, str, Private]:
        user, channel = str(body.get("user_id") or ""), str(body.get("channel_id") or "")
        private = self._desk.privately(user, channel, body.get("response_url"))
        return str(body.get("text") or ""), user, channel, private

    async def _on_action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        action = (body.get("actions") or [{}])[0].get("action_id")
        click = Click.of(body)
        does: dict[str, Callable[[Click], Awaitable[None]]] = {
            names.SOURCES: self.asking.show_sources,
            names.SHARE: self.asking.share,
            names.HELPFUL: lambda click: self.asking.judge(click, useful=True),
            names.UNHELPFUL: lambda click: self.asking.judge(click, useful=False),
            names.EDIT: self._sources.edit_clicked,
            names.REMOVE: self._sources.remove_clicked,
            names.CANCEL: self._sources.cancel_clicked,
            names.PAGE_PREVIOUS: self._sources.page_clicked,
            names.PAGE_NEXT: self._sources.page_clicked,
        }
        key = f"slack:click/{body.get('trigger_id')}"
        if not self._desk.intake.is_new(key):
            return
        work = does[str(action)](click)
        self._desk.workers.start(_awaited(work), f"carrying out {action}")

    async def _on_submission(self, body: dict[str, Any], ack: AsyncAck) -> None:
        view, user = body["view"], str(body["user"]["id"])
        form = str(view.get("callback_id"))
        wrong: dict[str, Any] | None = None
        if form == names.SCHEDULE:
            await ack(**await self._briefing.preview_schedule(view, user))
            return
        if form == names.ADD:
            wrong = self._sources.added_errors(view)
        elif form == names.EDIT_SAVE:
            wrong = self._sources.edited_errors(view)
        if wrong is not None:
            await ack(**wrong)
            return
        await ack()
        if not self._desk.intake.is_new(f"slack:form/{view.get('id')}"):
            return
        does: dict[str, Callable[[dict[str, Any], str], Awaitable[None]]] = {
            names.ADD: self._sources.take_added,
            names.EDIT_SAVE: self._sources.take_edited,
            names.SCHEDULE_SAVE: self._briefing.save_schedule,
            names.WHY: self.asking.take_why,
        }
        self._desk.workers.start(_awaited(does[form](view, user)), f"taking {form}")

    async def _on_shortcut(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        if self._desk.intake.is_new(f"slack:shortcut/{body.get('trigger_id')}"):
            self._desk.workers.start(self._sources.load_shared(body), "loading a message's files")

    async def _on_options(self, payload: dict[str, Any], ack: AsyncAck) -> None:
        await ack(**self._briefing.zones(str(payload.get("value") or "")))

    async def _on_home(self, event: dict[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            user = str(event.get("user") or "")
            self._desk.workers.start(self._show_home(user), "showing the home tab")

    async def _show_home(self, user: str) -> None:
        """Show what is known in `main`, the collection that everybody may see."""
        place = Place(
            channel="slack:home", collections=frozenset({MAIN}), admin=True, person=f"slack:{user}"
        )
        status = await self._desk.ports.handler.handle(ReportStatus(), place)
        listing = await self._desk.ports.handler.handle(ListSources(), place)
        if not isinstance(status, StatusReport) or not isinstance(listing, Listing):
            _log.error("the home tab cannot be shown")
            return
        try:
            admin = await self._desk.people.is_admin(user)
        except UserError:
            admin = False
        view = home(status, listing, admin=admin)
        await quietly(self._desk.client.views_publish(user_id=user, view=view))


_KEPT = ("command", "text", "user_id", "channel_id", "response_url", "trigger_id")
"""What is kept of a command until it is done: neither tokens nor names."""

_ACTIONS = (
    names.SOURCES,
    names.SHARE,
    names.HELPFUL,
    names.UNHELPFUL,
    names.EDIT,
    names.REMOVE,
    names.CANCEL,
    names.PAGE_PREVIOUS,
    names.PAGE_NEXT,
)


async def _nothing(body: dict[str, Any]) -> None:
    """Take an event that is dealt with already, or that nothing is to be done for."""
    del body


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def _failed(error: Exception, body: dict[str, Any]) -> None:
    """Log a defect; the payload itself holds what must not be in a log."""
    _log.error("Slack: a payload of type %s failed", body.get("type"), exc_info=error)
