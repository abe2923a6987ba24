"""What is written down is true: the example settings, the pinned versions, the schema."""

import itertools
import re
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic_core import to_jsonable_python

from adapters.storage import database as storage
from adapters.storage.database import Database
from adapters.storage.tables import HEAD, metadata
from bot.config import ChannelKeys, Settings, read_settings
from bot.schedule_keys import ScheduleKeys
from tests.running import ROOT

EXAMPLE = ROOT / "config.example.toml"


def settings_keys() -> list[tuple[str, str, Any]]:
    """Return section, key and default of every setting."""
    return [
        (section, key, to_jsonable_python(default))
        for section, field in Settings.model_fields.items()
        for key, default in dict(field.default).items()
    ]


def requirements() -> list[Requirement]:
    """Return what pyproject.toml requires, to run Dateline and to develop it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return [Requirement(each) for each in listed]


def pins() -> dict[str, str]:
    """Return the pinned version of each package of constraints.txt."""
    pinned: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, equals, version = line.partition("==")
            assert equals, f"{line} is no pin"
            assert canonicalize_name(name) not in pinned, f"{name} stands twice"
            pinned[canonicalize_name(name)] = version
    return pinned


def test_the_example_gives_exactly_the_defaults() -> None:
    """Whoever copies it to config.toml changes nothing by that."""
    assert read_settings(EXAMPLE) == Settings()


@pytest.mark.parametrize(("section", "key", "default"), settings_keys())
def test_every_setting_stands_in_the_example(section: str, key: str, default: Any) -> None:
    """With its default, or commented out with an example where it has none, in its section."""
    text = EXAMPLE.read_text(encoding="utf-8")
    stated = tomllib.loads(text)
    part = text.partition(f"\n[{section}]\n")[2].partition("\n[")[0]
    assert part, f"there is no section {section}"
    if default is not None:
        assert stated[section][key] == default
        return
    assert key not in stated.get(section, {})
    (comment,) = re.findall(rf"^# ({key} = .+)$", part, re.MULTILINE)
    assert tomllib.loads(comment)[key] is not None


def commented_out() -> str:
    """Return the example's sections with only what is commented out in them."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith("[") or re.match(r"# \w+ = ", line)]
    return "\n".join(line.removeprefix("# ") for line in kept) + "\n"


def test_the_example_states_nothing_else() -> None:
    """Each of its keys is a setting, those that are commented out too."""
    texts = (EXAMPLE.read_text(encoding="utf-8"), commented_out())
    stated = {
        (section, key)
        for text in texts
        for section, keys in tomllib.loads(text).items()
        for key in keys
    }
    assert stated == {(section, key) for section, key, _ in settings_keys()}


def test_what_the_example_comments_out_can_be_set(tmp_path: Path) -> None:
    """Whoever takes the comment mark away gets something that is accepted, and no default."""
    file = tmp_path / "config.toml"
    file.write_text(commented_out(), encoding="utf-8")
    settings = read_settings(file)
    for section, keys in tomllib.loads(commented_out()).items():
        for key in keys:
            default = getattr(getattr(Settings(), section), key)
            assert getattr(getattr(settings, section), key) != default


def test_the_example_of_a_schedule_can_be_set(tmp_path: Path) -> None:
    """It names every key, and is accepted once the comment marks are taken away."""
    text = of_its_own("[[schedules]]")
    (stated,) = tomllib.loads(text)["schedules"]
    assert {*stated, "cron"} == set(ScheduleKeys.model_fields)
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    (found,) = read_settings(file).schedules
    assert found.schedule.cron == "0 8 * * mon-fri"


def test_the_example_of_a_channel_can_be_set(tmp_path: Path) -> None:
    """It names every key, and is accepted once the comment marks are taken away."""
    text = of_its_own('[channels."slack:C0123ABCD"]')
    (stated,) = tomllib.loads(text)["channels"].values()
    assert set(stated) == set(ChannelKeys.model_fields)
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    assert read_settings(file).grants.of("slack:C0123ABCD").collections == {"main", "ports"}


def of_its_own(header: str) -> str:
    """Return the example's section that is commented out with its header, as it would be used."""
    _, found, part = EXAMPLE.read_text(encoding="utf-8").partition(f"# {header}\n")
    assert found, f"there is no example of {header}"
    keys = itertools.takewhile(lambda line: re.match(r"#   \w+ = ", line), part.splitlines())
    return "\n".join((header, *(line.removeprefix("#") for line in keys))) + "\n"


def test_the_sections_are_those_of_the_settings() -> None:
    """What names variables of the environment knows every section."""
    assert Settings.sections == tuple(Settings.model_fields)


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_every_requirement_is_pinned_to_a_version_that_it_allows(requirement: Requirement) -> None:
    """`make` installs the versions of constraints.txt; each must be there and be allowed."""
    pinned = pins()
    name = canonicalize_name(requirement.name)
    assert name in pinned
    assert requirement.specifier.contains(pinned[name], prereleases=True)


def test_the_newest_migration_is_the_schema_that_the_program_expects() -> None:
    """`tables.HEAD` decides whether a database is migrated, so it must be the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(storage._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    """A database made by the migrations has the tables and columns of `tables.metadata`."""
    exactly = {"compare_type": True, "compare_server_default": True}
    with (
        closing(Database(tmp_path / "dateline.db")) as database,
        database.reading() as connection,
    ):
        context = MigrationContext.configure(connection, opts=exactly)
        assert compare_metadata(context, metadata) == []


@pytest.mark.slow
def test_the_commands_are_documented_as_they_are(tmp_path: Path) -> None:
    """docs/commands.md is what `make docs` writes."""
    written = tmp_path / "commands.md"
    subprocess.run(
        [
            *[sys.executable, "-m", "typer", "bot.cli", "utils", "docs", "--name", "dateline"],
            *["--title", "The commands", "--output", str(written)],
        ],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    assert (ROOT / "docs" / "commands.md").read_text() == written.read_text()
