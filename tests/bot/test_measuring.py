"""What the program measures of itself while it works."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App, assembled
from bot.config import Settings, WebKeys, read_settings
from bot.measuring import watch_lag
from bot.readiness import Readiness
from briefs.briefing import ComposeBrief
from briefs.measuring import Unmeasured
from briefs.ports import AddSources, Ask, Listing, ListSources, Place, RemoveSource
from tests.running import article

ADMIN = Place(channel="terminal:", collections=None, admin=True)
READER = Place(channel="slack:C1", person="slack:U1")


@pytest.fixture
def app(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Return a program in which one person may ask three times a minute."""
    monkeypatch.setenv("DATELINE_LIMITS__ASKS_PER_MINUTE", "3")
    monkeypatch.setenv("DATELINE_ANSWERS__MIN_CONFIDENCE", "0.3")
    with assembled(read_settings(), loaded, stays=True) as made:
        yield made


def figure(app: App, name: str) -> float:
    """Return the value of one figure."""
    (line,) = [each for each in app.figures().decode().splitlines() if each.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


async def test_questions_are_counted_by_what_became_of_them(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answered, refused, failed or throttled; and each stage is measured."""
    for question in ("How many trips to the port of Vostochny?", "Who invented the zip?", " "):
        await app.commands.handle(Ask(question=question), READER)
    await app.commands.handle(Ask(question="And when?"), READER)

    async def broken(*_: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(app.newsroom, "ask", broken)
    await app.commands.handle(Ask(question="And when?"), ADMIN)
    counted = {
        outcome: figure(app, f'dateline_questions_total{{outcome="{outcome}"}}')
        for outcome in ("answered", "refused", "throttled", "failed")
    }
    assert counted == {"answered": 1, "refused": 2, "throttled": 1, "failed": 1}
    took = {
        stage: figure(app, f'dateline_stage_seconds_count{{stage="{stage}"}}')
        for stage in ("embed", "search", "question")
    }
    assert took == {"embed": 2, "search": 2, "question": 5}


async def test_loads_briefs_and_the_index_are_measured(app: App, tmp_path: Path) -> None:
    """By the status of each source; the index as it is after the load."""
    await app.newsroom.warm_up()
    assert figure(app, "dateline_index_documents") == 3
    file = article(tmp_path / "new.md", "The crane was painted red.", outlet="Crane News")
    wanted = AddSources(sources=(str(file), str(tmp_path / "gone.md")))
    await app.commands.handle(wanted, ADMIN)
    await app.commands.handle(wanted, ADMIN)
    await app.commands.handle(ComposeBrief(), ADMIN)
    loads = {
        status: figure(app, f'dateline_loads_total{{status="{status}"}}')
        for status in ("added", "unchanged", "failed")
    }
    assert loads == {"added": 1, "unchanged": 1, "failed": 2}
    assert figure(app, "dateline_index_documents") == 4
    assert figure(app, "dateline_index_sentences") >= 4
    assert figure(app, 'dateline_stage_seconds_count{stage="load"}') == 2
    assert figure(app, 'dateline_stage_seconds_count{stage="brief"}') == 1


async def test_a_removal_is_counted(app: App) -> None:
    """As what it is, among the loads; one that is refused is none."""
    listing = await app.commands.handle(ListSources(), ADMIN)
    assert isinstance(listing, Listing)
    removal = RemoveSource(id=listing.documents[0].document.id)
    await app.commands.handle(removal, ADMIN)
    await app.commands.handle(removal, ADMIN)
    assert figure(app, 'dateline_loads_total{status="removed"}') == 1


async def test_public_figures_are_those_of_main(loaded: Path, tmp_path: Path) -> None:
    """What not everybody may see does not show in the size of the index."""
    settings = read_settings()
    public: Settings = settings.model_copy(update={"web": WebKeys(metrics="public")})
    file = article(tmp_path / "deep.md", "The submarine made 99 dives.", outlet="Deep Press")
    with assembled(public, loaded, stays=True) as app:
        await app.commands.handle(AddSources(sources=(str(file),), collection="sea"), ADMIN)
        await app.newsroom.warm_up()
        assert figure(app, "dateline_index_documents") == 3
    with assembled(settings, loaded, stays=True) as app:
        await app.newsroom.warm_up()
        assert figure(app, "dateline_index_documents") == 4


async def test_the_figures_survive_a_database_that_does_not(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    """All but the deliveries, which stand in it."""
    assert figure(app, 'dateline_deliveries{state="held"}') == 0
    ruin(app)
    text = app.figures().decode()
    assert "dateline_questions_total" in text
    assert "dateline_deliveries{" not in text
    assert "deliveries cannot be counted" in caplog.text


async def test_ready_once_warm_connected_and_with_a_database(app: App) -> None:
    """Each is said by its name."""
    connected: list[str] = []
    found = Readiness(app.newsroom, app.database, {"slack": lambda: bool(connected)})
    assert await found.checks() == {"model": False, "database": True, "slack": False}
    await app.newsroom.warm_up()
    connected.append("now")
    assert await found.checks() == {"model": True, "database": True, "slack": True}
    ruin(app)
    assert await found.checks() == {"model": True, "database": False, "slack": True}


async def test_a_database_that_hangs_is_not_ready(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many ask, one thread waits for it."""
    began: list[float] = []

    class Hanging:
        """A database that takes its time."""

        def touch(self) -> None:
            """Take a second."""
            began.append(time.monotonic())
            time.sleep(1.0)

    monkeypatch.setattr("bot.readiness.PATIENCE_SECONDS", 0.1)
    found = Readiness(app.newsroom, Hanging(), {})  # type: ignore[arg-type]
    for each in await asyncio.gather(*(found.checks() for _ in range(20))):
        assert not each["database"]
    assert len(began) == 1


async def test_the_lag_of_the_loop() -> None:
    """What holds the loop up shows in full."""
    lags: list[float] = []

    class Listening(Unmeasured):
        """A meter that keeps lags."""

        def lagged(self, seconds: float) -> None:
            """Keep it."""
            lags.append(seconds)

    watching = asyncio.create_task(watch_lag(Listening(), 0.01))
    await asyncio.sleep(0.05)
    time.sleep(0.3)  # noqa: ASYNC251 - that is the fault
    await asyncio.sleep(0.05)
    watching.cancel()
    assert max(lags) > 0.2
    assert min(lags) < 0.1


def ruin(app: App) -> None:
    """Let the database be none any more."""
    app.database.close()
    for name in ("-wal", "-shm"):
        app.database.file.with_name(app.database.file.name + name).unlink(missing_ok=True)
    app.database.file.write_bytes(b"no database at all" * 1000)
