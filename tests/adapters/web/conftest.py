"""The reader over a real library: three articles, two collections, and links of two channels."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.web.links import SignedLinks
from adapters.web.reader import routes
from adapters.web.server import serving
from bot.app import App, assembled
from bot.config import read_settings
from briefs.briefing import Briefed, ComposeBrief
from briefs.granting import Grant, Grants
from briefs.model import Answer, Citation
from briefs.ports import AddSources, Ask, Command, Place, Receipts, Reply
from tests.running import article

NEWS, PORTS = "slack:C0NEWS", "slack:C0PORTS"
"""A channel that sees `main`, and one that sees `sea` too."""
OPERATOR = Place(channel="terminal:", collections=None, admin=True)
KEY = b"s" * 32
NOW = datetime(2024, 11, 22, 12, 0, tzinfo=UTC)

LONG = "The weather at the coast stayed calm, and the gulls were asleep."
HOSTILE = "<script>document.title = 'taken over'</script><img src=x onerror=alert(1)> {{ 7*7 }}"
SECRET = "The submarine left the secret bay at midnight."  # noqa: S105 - a sentence


@dataclass(slots=True)
class Reading:
    """The reader as it runs: what may be changed in it, and where it is."""

    app: App
    files: Path
    granted: dict[str, Grant] = field(default_factory=dict)
    now: datetime = NOW
    address: str = ""

    def grant(self, channel: str, *collections: str) -> None:
        """Let a channel see some collections and no others, from now on."""
        self.granted[channel] = Grant(collections=frozenset(collections))

    @property
    def grants(self) -> Grants:
        """What channels may see, whatever is changed of it later."""
        return Grants(channels=self.granted)

    @property
    def links(self) -> SignedLinks:
        """Links as they are given now."""
        return SignedLinks(self.address, lambda: KEY, now=lambda: self.now)

    async def typed(self, command: Command, place: Place = OPERATOR) -> Reply:
        """Carry out a command."""
        return await self.app.commands.handle(command, place)

    async def load(self, name: str, text: str, collection: str = "main", **facts: str) -> str:
        """Load an article, or its next revision; return its id."""
        file = article(self.files / name, text, **facts)
        reply = await self.typed(AddSources(sources=(str(file),), collection=collection))
        assert isinstance(reply, Receipts)
        (receipt,) = reply.receipts
        assert receipt.document is not None, receipt.error
        return receipt.document.id

    async def cited(self, question: str, channel: str = NEWS) -> Citation:
        """Ask in a channel; return what is cited first."""
        reply = await self.typed(Ask(question=question), self.grants.place(channel, person="p"))
        assert isinstance(reply, Answer)
        assert reply.citations, reply.reason
        return reply.citations[0]

    async def link(self, question: str, channel: str = NEWS) -> str:
        """Ask in a channel; return the link of what is cited first."""
        address = self.links.cited(await self.cited(question, channel), channel)
        assert address is not None
        return address

    async def brief(self, channel: str) -> str:
        """Compose a brief in a channel; return its link."""
        place = self.grants.place(channel, person="p", admin=True)
        reply = await self.typed(ComposeBrief(here=True), place)
        assert isinstance(reply, Briefed)
        assert reply.kept
        address = self.links.brief(reply.brief.id, channel)
        assert address is not None
        return address


@pytest.fixture
def app(data: Path, tmp_path: Path) -> Iterator[App]:
    """Return the program, which answers readily and has nothing loaded."""
    file = tmp_path / "config.toml"
    file.write_text("[answers]\nmin_confidence = 0.1\n", encoding="utf-8")
    with assembled(read_settings(file), data, stays=True) as made:
        yield made


@pytest.fixture
async def reading(app: App, tmp_path: Path) -> AsyncIterator[Reading]:
    """Return the reader on an address of its own, with three articles."""
    made = Reading(app=app, files=tmp_path / "articles")
    made.grant(PORTS, "main", "sea")
    calm = "\n\n".join([LONG] * 60)
    await made.load(
        "coast.md",
        f"{calm}\n\nThe tankers made 43 trips to the port of Vostochny.\n\n{calm}\n\nRead also: "
        "The ferries that nobody wants\n\nShare on Facebook",
        title="Tankers at the coast",
        outlet="Coast Herald",
        author="Ann Rivers",
        published="2024-11-20",
        url="https://coast.example.org/tankers?id=1&lang=en",
    )
    await made.load(
        "hostile.md",
        f"The pilot painted the harbour crane green.\n\nHe wrote `{HOSTILE}` on it.\n\n"
        "Nobody saw it happen.",
        title=HOSTILE,
        outlet=HOSTILE,
    )
    await made.load("sea.md", SECRET, "sea", title="Night sailing", outlet="Deep Post")

    served = routes(
        library=app.library,
        briefs=app.briefs,
        grants=made.grants,
        links=SignedLinks(None, lambda: KEY, now=lambda: made.now),
    )
    async with serving("127.0.0.1", 0, served) as port:
        made.address = f"http://127.0.0.1:{port}"
        yield made
