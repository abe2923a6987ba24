"""`dateline brief`: composing a brief, or saying why a sentence is in it, from the command line."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import (
    DONE,
    FAILED,
    JsonOption,
    Options,
    day_of,
    handled,
    linked,
    place_of,
    print_json,
    refuse,
    reported,
    say,
    show_reply,
)
from briefs.errors import UsageError

if TYPE_CHECKING:
    from briefs.brief import Brief
    from briefs.briefing import ComposeBrief
    from briefs.ports import Place


class Format(StrEnum):
    """How a brief is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


def brief(  # noqa: PLR0913, PLR0917 - a command has the options that it has
    context: typer.Context,
    topic: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Only what is about this.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published on this day or later: 2024-11-22.")
    ] = None,
    collection: Annotated[
        list[str] | None,
        typer.Option("--collection", metavar="NAME", help="Look in this collection; repeatable."),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            metavar="CHANNEL", help="What is new since this channel's last brief: slack:C0123."
        ),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="As text, as Markdown, or as a page to print.")
    ] = Format.TEXT,
    why: Annotated[
        str | None,
        typer.Option(metavar="SENTENCE", help="Say why this sentence is in the brief, or why not."),
    ] = None,
    preview: Annotated[  # noqa: FBT002 - Typer makes a flag of it
        bool, typer.Option("--preview", help="Keep nothing: the next brief tells it again.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Compose a brief now: what happened, who says so, who differs, and what is new."""
    from briefs.briefing import ComposeBrief  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        if form is not Format.TEXT and (as_json or why is not None):
            raise UsageError(f"Leave out --format {form} or {'--json' if as_json else '--why'}.")
        wanted = ComposeBrief(topic=topic, since=day_of(since), channel=channel, preview=preview)
        place = place_of(collection)
        if why is None:
            _compose(options, wanted, place, form, as_json=as_json)
        else:
            _explain(options, why, wanted, place, as_json=as_json)


def _compose(
    options: Options, wanted: "ComposeBrief", place: "Place", form: Format, *, as_json: bool
) -> None:
    from adapters.terminal.json_briefs import brief_document  # noqa: PLC0415
    from briefs.briefing import Briefed  # noqa: PLC0415

    reply = handled(options, wanted, place, embeds=True)
    if not isinstance(reply, Briefed):
        refuse(reply)
    if as_json:
        print_json(brief_document(reply.brief, linked(options)))
    if reply.nothing_loaded:
        _say_that_nothing_is_loaded(place)
    if form is not Format.TEXT:
        _print(_page(reply.brief, form))
    elif not as_json:
        show_reply(reply, None)
    raise typer.Exit(DONE)


def _explain(
    options: Options, text: str, wanted: "ComposeBrief", place: "Place", *, as_json: bool
) -> None:
    from adapters.terminal.json_briefs import explained_document  # noqa: PLC0415
    from briefs.briefing import Explain, Explained  # noqa: PLC0415

    reply = handled(options, Explain(text=text, brief=wanted), place, embeds=True)
    if not isinstance(reply, Explained):
        refuse(reply)
    show_reply(reply, explained_document(reply) if as_json else None)


def _page(brief: "Brief", form: Format) -> str:
    if form is Format.HTML:
        from adapters.pages.html import html  # noqa: PLC0415

        return html(brief)
    from adapters.pages.markdown import markdown  # noqa: PLC0415

    return markdown(brief)


def _print(text: str) -> None:
    # A page is a file that somebody redirects: no line of it may be wrapped, nothing be coloured.
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def _say_that_nothing_is_loaded(place: "Place") -> None:
    where = " or ".join(f"“{each}”" for each in sorted(place.collections or ()))
    say(
        f"No article is loaded in the collection {where} to compose a brief from. Load some: "
        "dateline source add PATH.",
        FAILED,
    )
