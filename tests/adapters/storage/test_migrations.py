"""A database of an older Dateline is brought to the newest schema with all that is in it."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from adapters.storage import database as module
from adapters.storage.answers import SqlAnswers
from adapters.storage.asker_key import AskerKey
from adapters.storage.database import Database
from adapters.storage.tables import HEAD
from briefs.keeping import KeptAnswer
from briefs.model import Answer, Citation, Scope, Searched, Statement
from tests.adapters.storage.keeping import article, embedded_in, library_of, same, saved

OLD = ("documents", "revisions", "dropped_lines", "fetches", "embeddings")
LATER = {("revisions", "version")}


def rows_of(database: Database) -> dict[str, list[object]]:
    """Return every row of the first tables, but for what was added to them later."""
    with database.reading() as connection:
        return {
            table: [
                {name: value for name, value in row._mapping.items() if (table, name) not in LATER}
                for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            ]
            for table in OLD
        }


@pytest.fixture
def old(tmp_path: Path) -> tuple[Path, dict[str, list[object]]]:
    """Return a file of schema 0001 with two documents in it, and its rows."""
    file = tmp_path / "dateline.db"
    template = tmp_path / "template.db"
    with closing(Database(template)) as newest:
        saved(library_of(newest), article(id="one"), article(id="two", outlet="Herald"))
        rows = rows_of(newest)
    config = Config()
    config.set_main_option("script_location", str(module._MIGRATIONS))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("ATTACH DATABASE :name AS template"), {"name": str(template)})
        for table in OLD:
            there = connection.execute(text(f"PRAGMA main.table_info({table})"))
            names = ", ".join(f'"{column.name}"' for column in there)
            connection.execute(
                text(f"INSERT INTO {table} ({names}) SELECT {names} FROM template.{table}")  # noqa: S608
            )
    engine.dispose()
    return file, rows


def test_the_first_schema_becomes_the_newest(old: tuple[Path, dict[str, list[object]]]) -> None:
    """Every row is as it was, and answers that cite it can be kept."""
    file, rows = old
    with closing(Database(file)) as database:
        with database.reading() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version"))
            assert version.scalar_one() == HEAD
        assert rows_of(database) == rows
        assert rows["documents"]
        found = embedded_in(library_of(database))
        assert all(map(same, found, (article(id="one"), article(id="two", outlet="Herald"))))
        answers = SqlAnswers(database, AskerKey(file.parent / "asker.key"))
        cited = Citation(number=1, document=found[0].document, start=0, end=11)
        kept = KeptAnswer(
            id="a1",
            answer=Answer(
                question="How many?",
                confidence=0.5,
                searched=Searched(documents=2, passages=2),
                statements=(Statement(citations=(cited,), origins=()),),
            ),
            channel="terminal:",
            asked_at=datetime(2024, 11, 22, tzinfo=UTC),
            scope=Scope(),
            snapshot=1,
        )
        answers.keep(kept, "discord:1", datetime(2024, 1, 1, tzinfo=UTC))
        assert answers.kept("a1") == kept
