"""What supervisors and Prometheus are told, and who may read the figures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp import web

from adapters.metrics import PrometheusMeter
from adapters.web.probes import is_local, probes
from adapters.web.server import serving


@asynccontextmanager
async def served(
    found: dict[str, bool] | None = None, *, public: bool = False
) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve the probes, and yield a session whose addresses begin at them."""

    async def checks() -> dict[str, bool]:
        return {} if found is None else found

    meter = PrometheusMeter()
    routes = probes(checks, lambda: meter.exposition({}), public=public)
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_alive() -> None:
    """A program that answers at all is alive, whether it is ready or not."""
    async with served({"database": False}) as session, session.get("/healthz") as reply:
        assert reply.status == 200
        assert await reply.json() == {"alive": True, "program": "dateline"}


@pytest.mark.parametrize("works", [True, False])
async def test_ready_says_what_is_not(works: bool) -> None:  # noqa: FBT001
    """503 as long as one thing does not work, and which."""
    checks = {"model": True, "database": works}
    async with served(checks) as session, session.get("/readyz") as reply:
        assert reply.status == (200 if works else 503)
        assert await reply.json() == {"ready": works, "checks": checks}


async def test_this_machine_reads_the_figures() -> None:
    """In the format of Prometheus."""
    async with served() as session, session.get("/metrics") as reply:
        assert reply.status == 200
        assert reply.content_type == "text/plain"
        assert 'dateline_questions_total{outcome="answered"} 0.0' in await reply.text()


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
async def test_what_a_proxy_passes_on_is_not_local(header: str) -> None:
    """Unless the figures are public."""
    headers = {header: "203.0.113.9"}
    async with served() as session, session.get("/metrics", headers=headers) as reply:
        assert reply.status == 403
        assert "dateline_" not in await reply.text()
    async with served(public=True) as session, session.get("/metrics", headers=headers) as reply:
        assert reply.status == 200


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        (("127.0.0.1", 1), True),
        (("127.8.8.8", 1), True),
        (("::1", 1, 0, 0), True),
        (("::ffff:127.0.0.1", 1, 0, 0), True),
        (("::ffff:203.0.113.9", 1, 0, 0), False),
        (("192.168.0.2", 1), False),
        (("fe80::1%eth0", 1, 0, 2), False),
        ("", False),
        (None, False),
    ],
)
def test_where_a_socket_comes_from(peer: object, local: bool) -> None:  # noqa: FBT001
    """The socket tells, and nothing that a client writes."""
    transport = Mock(get_extra_info=lambda _name: peer)
    request = Mock(spec=web.Request, transport=transport, headers={"Host": "127.0.0.1"})
    assert is_local(request) is local
