"""The door of the Web API: tokens, scopes, faults and arguments, then the method."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.doubles.slack.faults import (
    ApiError,
    Fault,
    LostReply,
    LostRequest,
    RateLimited,
    Refusal,
    ServerError,
    Slow,
)
from tests.doubles.slack.nouns import Call, Json
from tests.doubles.slack.workspace import Workspace

BURST = 4
"""How many messages at once a channel takes when the pace is enforced."""


class Arguments:
    """The arguments of a call, of JSON or of a form, whose values are all texts."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def text(self, name: str) -> str:
        """Return a text, empty if it is not given."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def need(self, name: str) -> str:
        """Return a text that has to be given."""
        if not self.text(name):
            message = f"[ERROR] missing required field: {name}"
            raise Refusal("invalid_arguments", response_metadata={"messages": [message]})
        return self.text(name)

    def flag(self, name: str) -> bool:
        """Return a truth, which may be written 1, true or true."""
        return str(self.given.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """Return a whole number."""
        try:
            return int(self.given.get(name) or default)
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments") from None

    def structure(self, name: str, error: str) -> Any:
        """Return an object or a list, which may be written as JSON; None if it is not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(error) from None


Handler = Callable[[Workspace, Arguments], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, and the scope without which it is refused."""

    does: Handler
    scope: str | None = None
    app_token: bool = False


class WebApi:
    """Answers /api/METHOD as Slack does."""

    def __init__(self, workspace: Workspace, methods: Mapping[str, Method]) -> None:
        self._workspace = workspace
        self._methods = methods
        self._budgets: dict[str, tuple[float, float]] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name = request.match_info["method"]
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        call = Call(
            method=name,
            arguments={},
            token=token if kind == "Bearer" else None,
            at=asyncio.get_running_loop().time(),
        )
        self._workspace.calls.append(call)
        fault = self._workspace.faults.meet(name)
        if fault is not None:
            call.answer = f"({type(fault).__name__})"
        try:
            call.arguments = await _arguments(request)
            early = await met(fault, request)
            if early is not None:
                return early
            if self._is_too_fast(call):
                call.answer = "ratelimited"
                return rate_limited(1)
            answer: Json = {"ok": True, **self._done(call)}
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.error, **refusal.extra}
        call.answer = "ok" if answer["ok"] else str(answer["error"])
        if isinstance(fault, LostReply):
            call.answer = f"{call.answer} (the reply was lost)"
            return dropped(request)
        return web.json_response(answer)

    def _done(self, call: Call) -> Json:
        workspace = self._workspace
        method = self._methods.get(call.method)
        if method is None:
            raise Refusal("unknown_method", req_method=call.method)
        if not call.token:
            raise Refusal("not_authed")
        if call.token not in {workspace.bot_token, workspace.app_token}:
            raise Refusal("invalid_auth")
        if (call.token == workspace.app_token) != method.app_token:
            raise Refusal("not_allowed_token_type")
        if method.scope:
            need_scope(workspace, method.scope)
        return method.does(workspace, Arguments(call.arguments))

    def _is_too_fast(self, call: Call) -> bool:
        """Return whether a post comes too soon after the ones before (a token bucket)."""
        if not self._workspace.enforce_pace or call.method != "chat.postMessage":
            return False
        channel = str(call.arguments.get("channel"))
        left, before = self._budgets.get(channel, (float(BURST), call.at))
        left = min(float(BURST), left + call.at - before)
        allowed = left >= 1
        self._budgets[channel] = (left - 1 if allowed else left, call.at)
        return not allowed


def need_scope(workspace: Workspace, scope: str) -> None:
    """Refuse what the app was not granted."""
    if scope not in workspace.scopes:
        provided = ",".join(sorted(workspace.scopes))
        raise Refusal("missing_scope", needed=scope, provided=provided)


async def met(fault: Fault | None, request: web.Request) -> web.StreamResponse | None:
    """Return what a fault answers instead of the method; None if the method is to go on."""
    if isinstance(fault, Slow):
        await asyncio.sleep(fault.seconds)
    if isinstance(fault, LostRequest):
        return dropped(request)
    if isinstance(fault, RateLimited):
        return rate_limited(fault.retry_after)
    if isinstance(fault, ServerError):
        page = "<html><body>Server error</body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")
    if isinstance(fault, ApiError):
        raise Refusal(fault.error, **fault.extra)
    return None


def dropped(request: web.Request) -> web.Response:
    """Close the connection of a request at once; the answer reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def rate_limited(retry_after: int) -> web.Response:
    """Return the answer to a call that came too soon."""
    answer = {"ok": False, "error": "ratelimited"}
    return web.json_response(answer, status=429, headers={"Retry-After": str(retry_after)})


async def _arguments(request: web.Request) -> Json:
    given: Json = dict(request.query)
    body = await request.read()
    if not body:
        return given
    if request.content_type == "application/json":
        try:
            read = json.loads(body)
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(read, dict):
            raise Refusal("json_not_object")
        return given | read
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return given | dict(await request.post())
    raise Refusal("invalid_post_type")
