"""A request to the REST API: read, counted, limited, and answered."""

import json
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from aiohttp import BodyPartReader, web

from tests.doubles.discord_server.faults import RateLimited
from tests.doubles.discord_server.refusing import Json, refused

_LIMITS: Final[dict[tuple[str, str], tuple[int, float]]] = {
    ("POST", "/channels/{channel}/messages"): (5, 5.0),
    ("GET", "/channels/{channel}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel}/messages/{message}"): (5, 5.0),
    ("DELETE", "/channels/{channel}/messages/{message}"): (5, 1.0),
    ("POST", "/channels/{channel}/typing"): (5, 5.0),
    ("POST", "/webhooks/{webhook}/{token}"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook}/{token}/messages/{message}"): (5, 2.0),
}
"""So many requests in so many seconds, per channel or token."""
_MAJOR: Final = ("channel", "guild", "webhook", "token")
_GLOBAL: Final = 50
_INVALID, _INVALID_WINDOW = 10_000, 600.0
_COUNTED: Final = {401, 403, 429}


@dataclass(slots=True, kw_only=True)
class Call:
    """A request that the bot made."""

    method: str
    path: str
    """Below `/api/v10`."""
    route: str
    """The path with the names of its variables; empty: unknown to the server."""
    values: dict[str, str]
    """The variables of the path."""
    query: dict[str, str]
    headers: dict[str, str]
    json: Any = None
    files: dict[int, tuple[str, bytes, str | None]] = field(default_factory=dict)
    """The name, the data and the type of each uploaded file, by its number."""
    at: float = field(default_factory=time.monotonic)
    status: int | None = None
    """What was answered; None: the connection was broken, or nothing is answered yet."""

    @property
    def bucket(self) -> str:
        """What is limited together: the route with its channel, guild or token."""
        major = ":".join(self.values[name] for name in _MAJOR if name in self.values)
        return f"{self.method} {self.route}:{major}"

    @property
    def is_exempt(self) -> bool:
        """Whether the limit of all requests together does not count this."""
        return self.route.startswith(("/interactions/", "/webhooks/"))


async def read(request: web.Request, call: Call) -> None:
    """Read the body: JSON, or a form with `payload_json` and `files[n]`.

    Raises:
        Refused: with 400 50109 for what is no JSON.
    """
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise refused(400, 50109)
            data = bytes(await part.read(decode=False))
            name = part.name or ""
            if name == "payload_json":
                call.json = _parsed(data)
            elif name.startswith("files[") and name[6:-1].isdigit():
                filename = part.filename or "file"
                call.files[int(name[6:-1])] = (filename, data, part.headers.get("Content-Type"))
        return
    data = await request.read()
    if data:
        if request.content_type != "application/json":
            raise refused(400, 50109)
        call.json = _parsed(data)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise refused(400, 50109) from None


class Limits:
    """The limits of the routes, of all requests together, and of refused requests."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}
        self._recent: list[float] = []
        self.invalid: list[float] = []
        """When requests were answered 401, 403, or 429."""
        self.most_invalid = _INVALID

    def is_banned(self) -> bool:
        """Tell whether so many requests were refused that the address is shut out."""
        now = time.monotonic()
        self.invalid = [at for at in self.invalid if at > now - _INVALID_WINDOW]
        return len(self.invalid) >= self.most_invalid

    def count(self, status: int, *, shared: bool) -> None:
        """Count an answer, if it is one of those that lead to a ban."""
        if status in _COUNTED and not shared:
            self.invalid.append(time.monotonic())

    def take(self, call: Call) -> tuple[RateLimited | None, Json]:
        """Count a request; return the limit that it exceeds, and the headers of its bucket."""
        now = time.monotonic()
        if not call.is_exempt:
            self._recent = [at for at in self._recent if at > now - 1]
            if len(self._recent) >= _GLOBAL:
                return RateLimited(retry_after=1 - (now - self._recent[0]), global_=True), {}
            self._recent.append(now)
        limit = _LIMITS.get((call.method, call.route))
        if limit is None:
            return None, {}
        most, seconds = limit
        start, used = self._windows.get(call.bucket, (now, 0))
        if now >= start + seconds:
            start, used = now, 0
        left = start + seconds - now
        exceeded = RateLimited(retry_after=round(left, 3)) if used >= most else None
        used += exceeded is None
        self._windows[call.bucket] = (start, used)
        key = sha256(f"{call.method} {call.route}".encode()).hexdigest()[:32]
        return exceeded, {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(most - used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": key,
        }


def too_many(fault: RateLimited, headers: Json) -> web.Response:
    """Return the answer to one request too many."""
    scope = "global" if fault.global_ else "shared" if fault.shared else "user"
    more = {"Retry-After": str(max(1, round(fault.retry_after))), "X-RateLimit-Scope": scope}
    if fault.global_:
        more["X-RateLimit-Global"] = "true"
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after,
        "global": fault.global_,
    }
    return answered(429, body, {**headers, **more, "Via": "1.1 google"})


def answered(status: int, body: object, headers: Json | None = None) -> web.Response:
    """Return JSON as discord.py takes it: a content type without a charset."""
    if body is None:
        return web.Response(status=status, headers=headers)
    data = json.dumps(body).encode()
    return web.Response(
        status=status, body=data, headers={**(headers or {}), "Content-Type": "application/json"}
    )
