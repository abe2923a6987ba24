"""`dateline schedule`: briefs that come by themselves, from the command line."""

import asyncio
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import (
    DONE,
    FAILED,
    JsonOption,
    Options,
    assembled_app,
    everywhere,
    linked,
    print_json,
    reported,
    show_reply,
)
from briefs.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.app import App
    from bot.config import Settings
    from briefs.parts import Delivery
    from briefs.timetabling import Verb

schedule = typer.Typer(
    help="Briefs that come by themselves: set up when and where, and see what became of them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class CatchUp(StrEnum):
    """What becomes of occurrences that were missed; `briefs.scheduling` says the same."""

    LATEST = "latest"
    ALL = "all"
    SKIP = "skip"


class Decision(StrEnum):
    """What a person says of a part that is held."""

    SENT = "sent"
    AGAIN = "again"
    GIVE_UP = "give-up"


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the schedule is called.")]


@schedule.command()
def add(  # noqa: PLR0913, PLR0917 - a schedule has what it has
    context: typer.Context,
    name: NameArgument,
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", help="Where it is posted: terminal:FILE.")
    ],
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="An IANA time zone, for example Europe/Berlin.")
    ],
    cron: Annotated[
        str | None, typer.Option(metavar="EXPR", help="Five fields, for example “0 8 * * mon-fri”.")
    ] = None,
    when: Annotated[
        str | None, typer.Option(metavar="WORDS", help="In words: “weekdays at 08:00”.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Only what is about this.")
    ] = None,
    collection: Annotated[
        list[str] | None,
        typer.Option("--collection", metavar="NAME", help="Look in this collection; repeatable."),
    ] = None,
    catch_up: Annotated[
        CatchUp, typer.Option(help="What becomes of what was missed while Dateline did not run.")
    ] = CatchUp.LATEST,
    skip_if_empty: Annotated[  # noqa: FBT002 - Typer makes a flag of it
        bool, typer.Option("--skip-if-empty", help="Post nothing where nothing is new.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Set up a schedule, and show when it is due next."""
    from adapters.terminal.schedules import times_document  # noqa: PLC0415
    from briefs import scheduling  # noqa: PLC0415
    from briefs.timetabling import AddSchedule  # noqa: PLC0415

    with _opened(context.obj) as (app, settings):
        wanted = AddSchedule(
            name=name,
            timezone=timezone,
            cron=cron,
            when=when,
            channel=channel,
            topic=topic,
            collections=tuple(collection or ()),
            catch_up=scheduling.CatchUp(catch_up.value),
            skip_if_empty=skip_if_empty,
        )
        made = app.timetable.add(wanted, everywhere())
        _hint_at_platform(settings, made.schedule.channel)
        show_reply(made, times_document(made.schedule, made.times) if as_json else None)


@schedule.command(name="list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:  # noqa: FBT002
    """List the schedules, those of the configuration too."""
    from adapters.terminal.schedules import listing_document  # noqa: PLC0415

    with _opened(context.obj) as (app, _):
        listing = app.timetable.listing(everywhere())
        show_reply(listing, listing_document(listing) if as_json else None)


@schedule.command(name="next")
def next_(
    context: typer.Context,
    name: NameArgument,
    count: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many.")] = 5,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="TIME", help="Strictly after this: 2026-03-28T12:00, by its zone."
        ),
    ] = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Show when a schedule is due next, with the offsets of its time zone."""
    from adapters.terminal.render import output  # noqa: PLC0415
    from adapters.terminal.schedules import times, times_document  # noqa: PLC0415

    with _opened(context.obj) as (app, _):
        found = app.timetable.get(name)
        begin = None if since is None else _moment(since, _zone(app, name))
        given = app.timetable.next_times(found, count, begin)
        if as_json:
            print_json(times_document(found, given))
        else:
            output().print(times(given))


@schedule.command()
def preview(
    context: typer.Context,
    name: NameArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Show the brief as it would be now; nothing is posted, and the next one tells it again."""
    from adapters.terminal.json_briefs import brief_document  # noqa: PLC0415

    with _opened(context.obj) as (app, _):
        briefed = asyncio.run(app.occasions.preview(app.timetable.get(name)))
        document = brief_document(briefed.brief, linked(context.obj)) if as_json else None
        show_reply(briefed, document)


@schedule.command()
def run(
    context: typer.Context,
    name: NameArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Compose and post the brief now, beside those that come by themselves."""
    from adapters.storage.lock import running  # noqa: PLC0415
    from adapters.terminal.render import output  # noqa: PLC0415
    from adapters.terminal.schedules import history, occurrence_document  # noqa: PLC0415
    from bot.occurring import occur  # noqa: PLC0415
    from briefs.parts import Ending  # noqa: PLC0415

    options: Options = context.obj
    with _opened(options) as (app, settings):
        found = app.timetable.get(name)
        app.timetable.check_channel(found.channel)
        data = settings.data_folder(options.data)
        delivery = asyncio.run(
            occur(
                app,
                found,
                alerts=settings.alerts.channel,
                elsewhere=lambda: running(data),
                out=sys.stderr if as_json else sys.stdout,
            )
        )
        zone, why = _zone(app, name), _reasons(settings, options)
        if as_json:
            print_json({"schedule": found.name, **occurrence_document(delivery, zone, why)})
        else:
            output().print(history([delivery], zone, why))
        well = delivery.ending in {Ending.DELIVERED, Ending.SKIPPED}
        raise typer.Exit(DONE if well else FAILED)


@schedule.command()
def pause(context: typer.Context, name: NameArgument) -> None:
    """Let a schedule rest; what is due meanwhile is not missed."""
    from briefs.timetabling import Verb  # noqa: PLC0415

    _change(context.obj, name, Verb.PAUSE)


@schedule.command()
def resume(context: typer.Context, name: NameArgument) -> None:
    """Let a paused schedule go on."""
    from briefs.timetabling import Verb  # noqa: PLC0415

    _change(context.obj, name, Verb.RESUME)


@schedule.command()
def remove(context: typer.Context, name: NameArgument) -> None:
    """Let go of a schedule; its history stays."""
    from briefs.timetabling import Verb  # noqa: PLC0415

    _change(context.obj, name, Verb.REMOVE)


@schedule.command()
def history(
    context: typer.Context,
    name: NameArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Show what became of each brief: when it was due, delivered or why not, and how late."""
    from adapters.terminal import schedules  # noqa: PLC0415
    from adapters.terminal.render import output  # noqa: PLC0415

    with _opened(context.obj) as (app, settings):
        known = app.timetable.find(name)
        found = app.outbox.history(name if known is None else known.name)
        if known is None and not found:
            app.timetable.get(name)
        zone = UTC if known is None else _zone(app, name)
        why = _reasons(settings, context.obj)
        if as_json:
            print_json(schedules.history_document(found, zone, why))
        else:
            output().print(schedules.history(found, zone, why))


@schedule.command()
def resolve(
    context: typer.Context,
    part: Annotated[str, typer.Argument(metavar="PART", help="As “history” names it.")],
    decision: Annotated[
        Decision,
        typer.Argument(
            metavar="DECISION",
            help="sent: it is there; again: post it (again); give-up: leave it.",
        ),
    ],
) -> None:
    """Say what is to become of a part that is held, because nobody knows whether it was posted."""
    from bot.app import utc_now  # noqa: PLC0415
    from briefs import parts  # noqa: PLC0415

    with _opened(context.obj) as (app, _):
        decided = parts.Decision[decision.name]
        delivery = app.outbox.resolve(part, decided, utc_now())
        typer.echo(f"The brief of “{delivery.occurrence.schedule}” is now {delivery.ending}.")


@contextmanager
def _opened(options: Options) -> "Iterator[tuple[App, Settings]]":
    with reported(options):
        settings = options.settings()
        with assembled_app(settings, settings.data_folder(options.data)) as app:
            yield app, settings


def _change(options: Options, name: str, verb: "Verb") -> None:
    from briefs.timetabling import ChangeSchedule  # noqa: PLC0415

    with _opened(options) as (app, _):
        show_reply(app.timetable.change(ChangeSchedule(name=name, verb=verb), everywhere()), None)


def _zone(app: "App", name: str) -> tzinfo:
    from adapters.zones import zone_named  # noqa: PLC0415

    return zone_named(app.timetable.get(name).timezone)


def _moment(stated: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        raise UsageError(
            f"“{stated}” is no time. Write it as 2026-03-28T12:00 or 2026-03-28T12:00:00+01:00."
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _hint_at_platform(settings: "Settings", channel: str) -> None:
    """Say that nothing is posted yet where the channel's platform is off."""
    from bot.waiting import switched_off  # noqa: PLC0415

    off = switched_off(settings, channel)
    if off is not None:
        typer.echo(off, err=True)


def _reasons(settings: "Settings", options: Options) -> "Callable[[Delivery], str | None]":
    """Return what says of a brief why it is not delivered, or not yet."""
    from adapters.storage.lock import running  # noqa: PLC0415
    from bot.waiting import reason  # noqa: PLC0415

    runs = running(settings.data_folder(options.data))
    return lambda delivery: reason(delivery, settings, runs=runs)
