"""`dateline eval`: measuring answers on one's own questions, from the command line."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.command_line import (
    FAILED,
    JsonOption,
    Options,
    assembled_app,
    place_of,
    print_json,
    reported,
    say,
)

if TYPE_CHECKING:
    from bot.app import App
    from briefs.evaluating import Measures
    from briefs.ports import Place, Progressed
    from briefs.question_files import Expectation


def evaluate(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help="Questions, a JSON object a line.")
    ],
    collection: Annotated[
        list[str] | None,
        typer.Option("--collection", metavar="NAME", help="Ask in this collection; repeatable."),
    ] = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Measure answers on your own questions.

    docs/measuring.md shows such a file, and says what the figures mean.
    """
    from adapters.terminal.measures import measures_document, rendered_measures  # noqa: PLC0415
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415
    from adapters.terminal.render import output  # noqa: PLC0415
    from bot.evaluation import questions_of  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        # A line that is wrong is told before anything is started.
        questions = questions_of(file)
        settings = options.settings()
        with (
            assembled_app(settings, settings.data_folder(options.data), embeds=True) as app,
            progress_bar(Console(stderr=True)) as progressed,
        ):
            measures, missing = asyncio.run(
                _carried_out(app, questions, place_of(collection), progressed)
            )
        if measures is None:
            where = " or ".join(f"“{each}”" for each in collection or ["main"])
            say(
                f"No article is loaded in the collection {where} to ask about. Load some: dateline "
                "source add PATH.",
                FAILED,
            )
        for each in missing:
            typer.echo(each, err=True)
        if as_json:
            print_json(measures_document(measures))
        else:
            output().print(rendered_measures(measures))


async def _carried_out(
    app: "App", questions: "tuple[Expectation, ...]", place: "Place", progressed: "Progressed"
) -> "tuple[Measures | None, tuple[str, ...]]":
    """Return the figures, and what is to be said of them."""
    from bot.evaluation import evaluated, naming_nothing_loaded  # noqa: PLC0415

    try:
        measures = await evaluated(app.newsroom, questions, place, progressed)
        return measures, await naming_nothing_loaded(app.newsroom, questions, place)
    except asyncio.CancelledError:
        # Leaving the event loop would wait for a parser that is at work.
        app.loader.close()
        raise
