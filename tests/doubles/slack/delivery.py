"""How the app is told: through a socket or by a signed POST, and again if it does not answer."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.doubles.slack.nouns import Acked, Json
from tests.doubles.slack.sockets import Reply, Sockets
from tests.doubles.slack.workspace import Workspace

_ENVELOPES = {"event": "events_api", "command": "slash_commands", "interaction": "interactive"}
_FORM = "application/x-www-form-urlencoded"
_ANSWERED = {"view_submission", "block_suggestion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the app's HTTP server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    payload: Any = None
    status: int | None = None
    failed: str | None = None
    sent: int = 1
    final: bool = False  # the app asked not to be told again


class Delivery:
    """Hands payloads to the app, as the workspace is set up."""

    def __init__(self, workspace: Workspace, sockets: Sockets) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """End what is open."""
        if self._session is not None:
            await self._session.close()

    async def event(self, payload: Json) -> Acked:
        """Deliver an event, and again up to three times with the reason."""
        attempt, seconds, sent, retries = _Attempt(), 0.0, 0, 0
        reason: str | None = None
        for retries, delay in enumerate((0.0, *self._workspace.retry_delays)):
            await asyncio.sleep(delay)
            started = time.monotonic()
            attempt = await self._attempt("event", payload, (retries, reason))
            seconds, sent = time.monotonic() - started, sent + attempt.sent
            reason = attempt.failed
            if reason is None or attempt.final:
                break
        return self._noted(
            Acked(
                ok=reason is None,
                payload=attempt.payload,
                status=attempt.status,
                seconds=seconds,
                retries=retries,
                deliveries=sent,
                reason=reason,
                event_ids=(payload["event_id"],),
            )
        )

    async def redelivered(self, payload: Json, number: int, reason: str) -> Acked:
        """Deliver an event once more, as if an earlier delivery had failed."""
        return await self._once("event", payload, (number, reason))

    async def command(self, payload: Json) -> Acked:
        """Deliver a command once."""
        return await self._once("command", payload, (0, None))

    async def interaction(self, payload: Json) -> Acked:
        """Deliver what a person did with a message or a view once."""
        return await self._once("interaction", payload, (0, None))

    async def _once(self, kind: str, payload: Json, retry: tuple[int, str | None]) -> Acked:
        started = time.monotonic()
        attempt = await self._attempt(kind, payload, retry)
        return self._noted(
            Acked(
                ok=attempt.failed is None,
                payload=attempt.payload,
                status=attempt.status,
                seconds=time.monotonic() - started,
                deliveries=attempt.sent,
                reason=attempt.failed,
                event_ids=(payload["event_id"],) if kind == "event" else (),
            )
        )

    def _noted(self, acked: Acked) -> Acked:
        if not acked.ok:
            self._workspace.unacknowledged.append(acked)
        return acked

    async def _attempt(self, kind: str, payload: Json, retry: tuple[int, str | None]) -> _Attempt:
        if self._workspace.http_target is None:
            return await self._by_socket(kind, payload, retry)
        return await self._by_http(kind, payload, retry)

    async def _by_socket(self, kind: str, payload: Json, retry: tuple[int, str | None]) -> _Attempt:
        takes = kind == "command" or payload.get("type") in _ANSWERED
        envelope = {
            "envelope_id": self._workspace.new_id("e"),
            "type": _ENVELOPES[kind],
            "accepts_response_payload": takes,
            "payload": payload,
        }
        if kind == "event":
            number, reason = retry
            envelope |= {
                "retry_attempt": number,
                "retry_reason": "timeout" if reason == "http_timeout" else reason or "",
            }
        reply = await self._sockets.deliver(envelope, self._workspace.patience)
        if not isinstance(reply, Reply):
            return _Attempt(failed="timeout" if reply else "no_socket", sent=reply)
        if reply.payload is not None and not isinstance(reply.payload, dict):
            return _Attempt(payload=reply.payload, failed="invalid_payload", sent=reply.sent)
        return _Attempt(payload=reply.payload if takes else None, sent=reply.sent)

    async def _by_http(self, kind: str, payload: Json, retry: tuple[int, str | None]) -> _Attempt:
        body, content_type = _body(kind, payload)
        headers = self.signed(body) | {"Content-Type": content_type}
        number, reason = retry
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": str(reason)}
        try:
            async with asyncio.timeout(self._workspace.patience):
                answer = await self.post(body, headers)
        except TimeoutError:
            return _Attempt(failed="http_timeout")
        except aiohttp.ClientError:
            return _Attempt(failed="connection_failed", sent=0)
        payload_given, failed = _read(answer)
        if not 200 <= answer.status < 300:
            failed = "http_error"
        final = answer.headers.get("X-Slack-No-Retry") == "1"
        return _Attempt(payload=payload_given, status=answer.status, failed=failed, final=final)

    def signed(
        self, body: bytes, *, at: float | None = None, secret: str | None = None
    ) -> dict[str, str]:
        """Return the headers that prove that a body is Slack's.

        Args:
            body: what is posted
            at: the time that is claimed; None: now
            secret: the secret that signs; None: the right one
        """
        stamp = str(int(time.time() if at is None else at))
        key = (secret or self._workspace.signing_secret).encode()
        digest = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Post to the app's HTTP server."""
        assert self._workspace.http_target is not None, "set http_target first"
        if self._session is None:
            agent = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
            self._session = aiohttp.ClientSession(headers=agent)
        async with self._session.post(
            self._workspace.http_target, data=body, headers=headers, allow_redirects=False
        ) as answer:
            return Answer(
                status=answer.status, headers=dict(answer.headers), body=await answer.read()
            )


def _body(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    if kind == "command":
        return urlencode(payload).encode(), _FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), _FORM


def _read(answer: Answer) -> tuple[Any, str | None]:
    """Return what an answer carries, and what is wrong with it."""
    text = answer.body.decode(errors="replace")
    if not text.strip():
        return None, None
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return {"text": text}, None
    try:
        read = json.loads(text)
    except ValueError:
        return None, "invalid_payload"
    return read, None if isinstance(read, dict) else "invalid_payload"
