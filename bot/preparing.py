"""`python -m bot.preparing`: what is done once, at set-up, so that nobody waits for it later.

The model is exported into the cache folder, as the settings want it. Without this the first use
does it.
"""

import asyncio
import sys

from rich.console import Console

from adapters.hashing import HASH_MODEL
from adapters.terminal.progress import progress_bar
from bot.config import read_settings
from bot.embedding import model_for
from briefs.errors import UserError


def main() -> int:
    """Prepare what the settings want, and say what runs the model; return the exit status."""
    console = Console(stderr=True, highlight=False)
    try:
        model = read_settings().model
        if model.name == HASH_MODEL:
            return 0
        embedder = model_for(model)
        try:
            with progress_bar(console) as progressed, asyncio.Runner() as runner:
                runner.run(embedder.ready(progressed))
                way = runner.run(embedder.way())
        finally:
            embedder.close()
    except UserError as error:
        console.print(str(error), style="red", markup=False)
        return error.exit_status
    console.print(f"The model is {way}.", markup=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
