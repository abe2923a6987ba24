"""How soon Slack is answered while many documents load.

The real program runs as a process of its own, with the real model unless `--model hash` says
otherwise, against the local server that speaks Slack's protocol. It loads a folder itself while it
is asked. Printed are times: until Slack heard that a question had arrived (Slack waits for 3 s),
and until its answer was there.

    python -m tests.soak.ask_while_loading --documents 1000
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from random import Random

from tests.doubles.slack import SlackDouble, shown

_WORDS = (
    "tanker port terminal cargo captain pilot winter harbour treaty council minister satellite "
    "analyst report barrel grain ferry island storm inspector customs railway border"
).split()
_SENTENCES = 25
_PAUSE = 0.25
_PEOPLE = tuple(f"U0{letter}" for letter in "ABCDEFGH")
"""Several, because Slack lets a channel have a message a second."""
_LONGEST_ACKNOWLEDGEMENT = 3.0


def main() -> int:
    """Load and ask, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--seed", type=int, default=1)
    return asyncio.run(_measured(parser.parse_args()))


async def _measured(arguments: argparse.Namespace) -> int:
    """Return 0 if Slack heard of every question within three seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "articles", arguments.documents, Random(arguments.seed))  # noqa: S311
        async with SlackDouble() as slack:
            for user in _PEOPLE:
                slack.user(user, name=user.casefold())
            file = folder / "config.toml"
            file.write_text(
                f'[library]\nfolders = [{{ path = "{folder / "articles"}" }}]\n'
                f'[slack]\nenabled = true\napi_url = "{slack.api_url}"\n'
                f'[model]\nname = "{arguments.model}"\n[limits]\nasks_per_minute = 100000\n',
                encoding="utf-8",
            )
            bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "--config", str(file), "run"),
                env={
                    **os.environ,
                    "SLACK_BOT_TOKEN": slack.bot_token,
                    "SLACK_APP_TOKEN": slack.app_token,
                    "DATELINE_DATA": str(folder / "data"),
                },
            )
            try:
                await slack.until(lambda: slack.sockets.open, 120)
                # The start is another thing to measure: imports hold everything up for a second.
                await slack.say(slack.dm(_PEOPLE[0]), "Who met the captain?", user=_PEOPLE[0])
                return await _asked_until_loaded(slack, arguments.documents)
            finally:
                bot.terminate()
                await bot.wait()


async def _asked_until_loaded(slack: SlackDouble, documents: int) -> int:
    heard: list[float] = []
    answered: list[float] = []
    begun = time.monotonic()
    loaded = ""
    while f"{documents:,} articles" not in loaded:
        person = _PEOPLE[len(heard) % len(_PEOPLE)]
        channel = slack.dm(person)
        before = len(slack.posts(channel))
        asked = time.monotonic()
        acknowledged = await slack.say(channel, "Who met the captain?", user=person)
        heard.append(acknowledged.seconds)
        await slack.until(partial(_has_more, slack, channel, before), 120)
        answered.append(time.monotonic() - asked)
        await asyncio.sleep(_PAUSE)
        await slack.command("/dateline", "status", user=person, channel=channel)
        loaded = "".join(map(shown, slack.ephemerals(person)[-1:]))
        print(f"\r{time.monotonic() - begun:6.1f} s  {len(heard)} asked", end="", flush=True)  # noqa: T201
    print()  # noqa: T201
    for name, times in (("acknowledged", heard), ("answered", answered)):
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(  # noqa: T201
            f"{name:>12}: p50 {1000 * cuts[49]:7.1f} ms   p99 {1000 * cuts[98]:7.1f} ms   "
            f"longest {1000 * max(times):7.1f} ms   ({len(times)} questions)"
        )
    return int(max(heard) > _LONGEST_ACKNOWLEDGEMENT)


def _has_more(slack: SlackDouble, channel: str, before: int) -> bool:
    return len(slack.posts(channel)) > before


def _write(folder: Path, count: int, random: Random) -> None:
    folder.mkdir()
    for number in range(count):
        text = " ".join(
            f"The {random.choice(_WORDS)} of number {number} met the {random.choice(_WORDS)} at "
            f"the {random.choice(_WORDS)} on day {random.randrange(1, 366)}."
            for _ in range(_SENTENCES)
        )
        (folder / f"{number:05}.md").write_text(f"# Report {number}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
