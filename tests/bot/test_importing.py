"""What a start imports: each of these costs every command of every user some of its time."""

import subprocess
import sys

import pytest

from tests.running import ROOT


def imported(modules: str) -> set[str]:
    """Return the libraries that are in memory after some modules were imported."""
    program = f"import sys, {modules}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        # `--help` and a usage error
        ("bot.cli", {"numpy", "pydantic", "sqlalchemy"}),
        # The settings: the model begins to load once they are read.
        ("bot.config, bot.embedding", {"sqlalchemy", "openvino", "torch"}),
        # A question on the command line
        ("bot.app", {"aiohttp", "discord", "slack_bolt", "slack_sdk", "feedparser", "markdown_it",
                     "yaml", "trafilatura", "torch", "transformers", "openvino"}),
        # A bot, before a platform is on
        ("bot.running", {"discord", "slack_bolt", "slack_sdk"}),
    ],
)  # fmt: skip
def test_a_start_imports_what_it_needs(modules: str, unwanted: set[str]) -> None:
    """Libraries of one platform, one format or one command are imported where they are used."""
    assert imported(modules) & unwanted == set()
