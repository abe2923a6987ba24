"""What supervisors and Prometheus ask for: is it alive, is it ready, what are its figures."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from adapters.metrics import CONTENT_TYPE
from adapters.web.alive import ALIVE, HEALTH

_OF_PROXIES = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
_FRESH = {"Cache-Control": "no-store"}


def probes(
    checks: Callable[[], Awaitable[Mapping[str, bool]]],
    figures: Callable[[], bytes],
    *,
    public: bool,
) -> list[web.RouteDef]:
    """Return the routes of `/healthz`, `/readyz` and `/metrics`.

    Args:
        checks: Says of each thing that is needed whether it works.
        figures: The measurements, as Prometheus reads them; may block.
        public: Whether anybody may read the measurements, and not this machine alone.
    """

    async def health(_request: web.Request) -> web.Response:
        return web.json_response(ALIVE, headers=_FRESH)

    async def ready(_request: web.Request) -> web.Response:
        found = dict(await checks())
        whole = all(found.values())
        said = {"ready": whole, "checks": found}
        return web.json_response(said, status=200 if whole else 503, headers=_FRESH)

    async def metrics(request: web.Request) -> web.Response:
        if not (public or is_local(request)):
            raise web.HTTPForbidden(
                text='Only this machine may read /metrics; see web.metrics = "public".\n'
            )
        found = await asyncio.to_thread(figures)
        return web.Response(body=found, headers={**_FRESH, "Content-Type": CONTENT_TYPE})

    return [web.get(HEALTH, health), web.get("/readyz", ready), web.get("/metrics", metrics)]


def is_local(request: web.Request) -> bool:
    """Say whether a request comes from this machine, by its socket.

    What a proxy passes on comes from the proxy. Where that says for whom, it is not local; where it
    does not, nobody can tell.
    """
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    peer = None if request.transport is None else request.transport.get_extra_info("peername")
    if not peer:
        return False
    try:
        address = ipaddress.ip_address(peer[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
