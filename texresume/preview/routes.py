"""The routes: what the page asks for, and what it gets. The contract is docs/preview.md."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from importlib import resources as package
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import bodies, choices, places, project_files
from .state import problems

if TYPE_CHECKING:
    from .board import Board
    from .painting import Pictures
    from .project_files import ProjectFile
    from .session import Session

HEARTBEAT = 15.0
"""Seconds after which a client is told that nothing has happened."""
_NONCE = b"{{nonce}}"
_INDEX = "index.html"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_SCHEMAS = ("resume", "variant", "letter")
_CHOSEN: tuple[str, ...] = ("variant", "template", "document")
_SCALE = re.compile(r"\d(?:\.\d{1,4})?")
_FOREVER = {"cache-control": "private, max-age=31536000, immutable"}


def page_files() -> dict[str, Path]:
    """The files of the page by name; those of folders by `folder/name`."""
    folder = Path(str(package.files("texresume"))) / "preview" / "page"
    return {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in _KINDS
    }


class Routes:
    """The application over one session."""

    def __init__(self, session: Session, board: Board, pictures: Pictures) -> None:
        self._session, self._board, self._pictures = session, board, pictures
        self._page = page_files()

    def application(self) -> Starlette:
        """All routes, below the token."""
        get, put, post = ["GET"], ["PUT"], ["POST"]
        return Starlette(
            routes=[
                Route("/", _caught(self.index), methods=get),
                Route("/page/{name:path}", _caught(self.page), methods=get),
                Route("/events", _caught(self.events), methods=get),
                Route("/state", _caught(self.state), methods=get),
                Route("/pictures/{revision:int}/{number:int}.png", _caught(self.picture), methods=get),
                Route("/places/{revision:int}", _caught(self.places), methods=get),
                Route("/files/{id}", _caught(self.read_file), methods=get),
                Route("/files/{id}", _caught(self.write_file), methods=put),
                Route("/schemas/{name}", _caught(self.schema), methods=get),
                Route("/choose", _caught(self.choose), methods=post),
            ]
        )

    # -- the page

    async def index(self, request: Request) -> Response:
        """The page."""
        file = self._page.get(_INDEX)
        if file is None:
            return Response(status_code=404)
        content = file.read_bytes().replace(_NONCE, str(request.scope["nonce"]).encode())
        return Response(content, media_type=_KINDS[".html"])

    async def page(self, request: Request) -> Response:
        """One of its files."""
        file = self._page.get(request.path_params["name"])
        if file is None or file.name == _INDEX:
            return Response(status_code=404)
        return Response(file.read_bytes(), headers={"content-type": _KINDS[file.suffix]})

    # -- what there is to see

    async def state(self, request: Request) -> Response:
        """The newest state."""
        _, encoded = self._board.encoded()
        return Response(encoded, media_type="application/json")

    async def events(self, request: Request) -> Response:
        """The newest state, now and whenever it changes."""

        async def told() -> AsyncIterator[bytes]:
            known = -1
            while not self._board.closed:
                version, encoded = self._board.encoded()
                if version != known:
                    known = version
                    yield b"event: state\ndata: " + encoded + b"\n\n"
                elif not await self._board.next(known, HEARTBEAT) and not self._board.closed:
                    yield b": nothing new\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")

    async def picture(self, request: Request) -> Response:
        """A page as PNG."""
        wanted = request.query_params.get("scale", "2")
        if not _SCALE.fullmatch(wanted):
            return Response(status_code=400)
        revision, number = request.path_params["revision"], request.path_params["number"]
        future = self._pictures.picture(revision, number, float(wanted))
        if future is None:
            return Response(status_code=404)
        return Response(await asyncio.wrap_future(future), media_type="image/png", headers=_FOREVER)

    async def places(self, request: Request) -> Response:
        """Where each value is."""
        revision = request.path_params["revision"]
        shown, files = self._board.state.shown, self._board.state.files
        future = self._pictures.placed(revision)
        if shown is None or shown.revision != revision or future is None:
            return Response(status_code=404)
        characters = await asyncio.wrap_future(future)
        found = await asyncio.to_thread(places.places, shown, characters, files)
        return JSONResponse({"places": found})

    # -- files

    def _file(self, request: Request) -> ProjectFile | None:
        wanted = request.path_params["id"]
        return next((one for one in self._board.state.files if one.id == wanted), None)

    async def read_file(self, request: Request) -> Response:
        """The text of a file."""
        file = self._file(request)
        if file is None:
            return Response(status_code=404)
        text, digest = await asyncio.to_thread(project_files.read, file)
        return JSONResponse({"id": file.id, "text": text, "hash": digest})

    async def write_file(self, request: Request) -> Response:
        """Replace the text of a file."""
        file = self._file(request)
        if file is None:
            return Response(status_code=404)
        body = await bodies.read_json(request)
        text, base = bodies.text(body, "text", 2_000_000), bodies.text(body, "base")
        try:
            digest = await asyncio.to_thread(project_files.write, file, text, base)
        except project_files.Conflict:
            text, digest = await asyncio.to_thread(project_files.read, file)
            return JSONResponse({"text": text, "hash": digest}, 409)
        return JSONResponse({"hash": digest})

    async def schema(self, request: Request) -> Response:
        """A JSON Schema for the editor."""
        name = request.path_params["name"]
        if name not in _SCHEMAS:
            return Response(status_code=404)
        content = (package.files("texresume") / f"data/schema/json/{name}.schema.json").read_bytes()
        return Response(content, media_type="application/schema+json")

    # -- commands

    async def choose(self, request: Request) -> Response:
        """Choose a variant, a template, options, the document."""
        body = await bodies.read_json(request)
        wanted = {key: bodies.text(body, key) for key in _CHOSEN if key in body}
        options = None
        if "options" in body:
            given = body["options"]
            if not isinstance(given, dict):
                raise bodies.BadBody(400)
            options = {bodies.text({"key": key}, "key"): bodies.text(given, key, 2_000) for key in given}
        if wanted.get("document", choices.RESUME) not in (choices.RESUME, choices.LETTER):
            raise bodies.BadBody(400)
        return await self._obey(lambda: self._session.choose(wanted, options), 422)

    async def _obey(self, command: Callable[[], None], status: int) -> Response:
        """Let the session do something; its refusal has this status."""
        future: Future[None] = self._session.submit(command)
        try:
            await asyncio.wrap_future(future)
        except ResumeError as error:
            return self._refused(error, status)
        return JSONResponse({})

    def _refused(self, error: ResumeError, status: int) -> Response:
        return JSONResponse({"problems": problems(error.diagnostics, self._board.state.files)}, status)


def _caught(body: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """A route whose refusals are answers."""

    async def route(request: Request) -> Response:
        try:
            found: Response = await body(request)
        except bodies.BadBody as error:
            return Response(status_code=error.status, headers={"connection": "close"})
        except ClientDisconnect:
            return Response(status_code=400, headers={"connection": "close"})
        except ResumeError as error:
            return JSONResponse({"problems": problems(error.diagnostics, ())}, 422)
        except OSError as error:
            found_wrong = Diagnostic(Severity.ERROR, "build-stopped", f"this cannot be done: {error}")
            return JSONResponse({"problems": problems((found_wrong,), ())}, 500)
        return found

    return route
