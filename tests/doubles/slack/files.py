"""Files that people shared: with the bot's token and files:read, else a page to log in."""

import asyncio

from aiohttp import web

from tests.doubles.slack.faults import LostReply, Refusal
from tests.doubles.slack.nouns import Download, SharedFile
from tests.doubles.slack.web_api import dropped, met
from tests.doubles.slack.workspace import Workspace

_CHUNK = 1024
_LOGIN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in</body></html>"


class Files:
    """Answers url_private and url_private_download, and the other port's address of a file."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file to the app, and a page to anybody else."""
        self._note(request, elsewhere=False)
        fault = self._workspace.faults.meet("files")
        try:
            early = await met(fault, request)
        except Refusal as refusal:
            return web.Response(status=404, text=refusal.error)
        if early is not None:
            return early
        shared = self._workspace.files.get(request.match_info["file"])
        if not self._may_read(request):
            return web.Response(text=_LOGIN, content_type="text/html")
        if shared is None:
            return web.Response(status=404, text="file_not_found")
        if shared.redirect:
            raise web.HTTPFound(f"{self._workspace.other_base}/{shared.id}/{shared.name}")
        if isinstance(fault, LostReply):
            return dropped(request)
        return await _handed_out(request, shared)

    async def elsewhere(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file to anybody, at the other port."""
        self._note(request, elsewhere=True)
        shared = self._workspace.files.get(request.match_info["file"])
        if shared is None:
            return web.Response(status=404)
        return await _handed_out(request, shared)

    def _note(self, request: web.Request, *, elsewhere: bool) -> None:
        self._workspace.downloads.append(
            Download(
                path=request.path,
                authorization=request.headers.get("Authorization"),
                elsewhere=elsewhere,
            )
        )

    def _may_read(self, request: web.Request) -> bool:
        right = f"Bearer {self._workspace.bot_token}"
        given = request.headers.get("Authorization")
        return given == right and "files:read" in self._workspace.scopes


async def _handed_out(request: web.Request, shared: SharedFile) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": shared.mimetype})
    response.content_length = len(shared.data) if shared.length is None else shared.length
    await response.prepare(request)
    try:
        for start in range(0, len(shared.data), _CHUNK):
            await response.write(shared.data[start : start + _CHUNK])
            await asyncio.sleep(shared.drip)
        await response.write_eof()
    except ConnectionError:
        return response
    if shared.length is not None and request.transport is not None:
        request.transport.close()
    return response
