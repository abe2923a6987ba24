"""`dateline source`: the library, from the command line."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.command_line import (
    DONE,
    FAILED,
    JsonOption,
    Options,
    everywhere,
    handled,
    refuse,
    reported,
    show_reply,
)
from briefs.errors import UsageError

if TYPE_CHECKING:
    from briefs.model import Stated
    from briefs.ports import Command

source = typer.Typer(
    help="The library: load articles, look at them, set what is unknown, remove them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

DocumentArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.")
]
TitleOption = Annotated[str | None, typer.Option(help="In place of the title found.")]
OutletOption = Annotated[str | None, typer.Option(help="In place of the outlet found.")]
AuthorOption = Annotated[str | None, typer.Option(help="In place of the author found.")]
PublishedOption = Annotated[
    str | None, typer.Option(metavar="DATE", help="2024-11-22 or 2024-11-22T08:00:00+01:00.")
]


@source.command()
def add(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL…", help="Files, folders with all in them, pages and feeds."
        ),
    ],
    collection: Annotated[
        str, typer.Option(metavar="NAME", help="The collection that they go into.")
    ] = "main",
    title: TitleOption = None,
    outlet: OutletOption = None,
    author: AuthorOption = None,
    published: PublishedOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Load articles. One that cannot be loaded never stops the others."""
    from briefs.ports import AddSources  # noqa: PLC0415

    with reported(context.obj):
        stated = _stated(title, outlet, author, published)
        if not collection.strip() or not collection.isprintable():
            raise UsageError("A collection's name must be one line of printable characters.")
        command = AddSources(sources=tuple(sources), collection=collection, stated=stated)
        _receipts(context.obj, command, as_json=as_json)


@source.command()
def edit(
    context: typer.Context,
    document: DocumentArgument,
    title: TitleOption = None,
    outlet: OutletOption = None,
    author: AuthorOption = None,
    published: PublishedOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Set what an article's source does not say; it stays, however often the source is loaded."""
    from briefs.model import Stated  # noqa: PLC0415
    from briefs.ports import EditSource  # noqa: PLC0415

    with reported(context.obj):
        stated = _stated(title, outlet, author, published)
        if stated == Stated():
            raise UsageError("Say what to set: --title, --outlet, --author or --published.")
        _receipts(context.obj, EditSource(id=document, stated=stated), as_json=as_json)


@source.command()
def remove(
    context: typer.Context,
    document: DocumentArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Let an article answer no more, at once and in a running bot too."""
    from briefs.ports import RemoveSource  # noqa: PLC0415

    with reported(context.obj):
        _receipts(context.obj, RemoveSource(id=document), as_json=as_json)


@source.command()
def restore(
    context: typer.Context,
    document: DocumentArgument,
    numbers: Annotated[
        list[int], typer.Argument(metavar="N…", help="Numbers of dropped lines: “source show”.")
    ],
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Bring dropped lines back into an article, as a new revision."""
    from briefs.ports import RestoreLines  # noqa: PLC0415

    with reported(context.obj):
        command = RestoreLines(id=document, numbers=tuple(numbers))
        _receipts(context.obj, command, as_json=as_json)


@source.command()
def refresh(
    context: typer.Context,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Load every source again; what has changed becomes a new revision."""
    from briefs.ports import RefreshSources  # noqa: PLC0415

    with reported(context.obj):
        _receipts(context.obj, RefreshSources(), as_json=as_json)


@source.command(name="list")
def list_sources(
    context: typer.Context,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """List the articles with their ids."""
    from adapters.terminal.json_documents import listing_document  # noqa: PLC0415
    from briefs.ports import Listing, ListSources  # noqa: PLC0415

    with reported(context.obj):
        reply = handled(context.obj, ListSources(), everywhere())
        if not isinstance(reply, Listing):
            refuse(reply)
        show_reply(reply, listing_document(reply) if as_json else None)


@source.command()
def show(
    context: typer.Context,
    document: DocumentArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Show one article: what is known about it, and the text that citations point into."""
    from adapters.terminal.json_documents import shown_document  # noqa: PLC0415
    from briefs.ports import Shown, ShowSource  # noqa: PLC0415

    with reported(context.obj):
        reply = handled(context.obj, ShowSource(id=document), everywhere())
        if not isinstance(reply, Shown):
            refuse(reply)
        show_reply(reply, shown_document(reply) if as_json else None)


def _receipts(options: Options, command: "Command", *, as_json: bool) -> NoReturn:
    """Carry out what changes the library, and show what became of each source."""
    from adapters.terminal.json_documents import receipts_document  # noqa: PLC0415
    from adapters.wording import left_out  # noqa: PLC0415
    from briefs.model import Status  # noqa: PLC0415
    from briefs.ports import Receipts  # noqa: PLC0415

    reply = handled(options, command, everywhere())
    if not isinstance(reply, Receipts):
        refuse(reply)
    show_reply(reply, receipts_document(reply) if as_json else None)
    if as_json and reply.left_out:
        typer.echo(left_out(reply.left_out), err=True)
    failed = any(receipt.status is Status.FAILED for receipt in reply.receipts)
    raise typer.Exit(FAILED if failed else DONE)


def _stated(
    title: str | None, outlet: str | None, author: str | None, published: str | None
) -> "Stated":
    """Return what a person states of a source.

    Raises:
        UsageError: The date is none, or a word is not valid Unicode.
    """
    from adapters.loading.dates import published as parsed  # noqa: PLC0415
    from briefs.model import Stated  # noqa: PLC0415

    for word in (title, outlet, author):
        if word is not None and not word.isprintable():
            raise UsageError("What is stated of a source must be one line of printable characters.")
    when = parsed(published) if published else None
    if published and when is None:
        raise UsageError(
            f"“{published}” is no date. Write 2024-11-22 or 2024-11-22T08:00:00+01:00."
        )
    return Stated(title=title, outlet=outlet, author=author, published=when)
