"""The routes: what the page asks for, and what it gets. The contract is docs/preview.md."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from dataclasses import replace
from importlib import resources as package
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from texresume.build.request import OF_DATA
from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import bodies, choices, jobs, places, project_files
from .editors import Editor
from .state import problems

if TYPE_CHECKING:
    from .board import Board
    from .painting import Pictures
    from .project_files import ProjectFile
    from .session import Session
    from .workers import Worker

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
_TYPES = {
    "pdf": "application/pdf",
    "tex": "application/x-tex",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}
T = TypeVar("T")
_SCHEMAS = ("resume", "variant", "letter")
_CHOSEN: tuple[str, ...] = ("variant", "template", "document")
_SCALE = re.compile(r"[0-9](?:\.[0-9]{1,4})?")
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

    def __init__(
        self, session: Session, board: Board, pictures: Pictures, helper: Worker, editor: Editor
    ) -> None:
        self._session, self._board, self._pictures = session, board, pictures
        self._helper, self._editor = helper, editor
        self._page = page_files()

    def application(self) -> Starlette:
        """All routes, below the token."""
        get, put, post = ["GET"], ["PUT"], ["POST"]
        application = Starlette(
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
                Route("/keep", _caught(self.keep), methods=post),
                Route("/check", _caught(self.check), methods=post),
                Route("/open", _caught(self.open), methods=post),
                Route("/downloads/{format}", _caught(self.download), methods=get),
                Route("/differences", _caught(self.differences), methods=get),
            ]
        )
        application.router.redirect_slashes = False
        return application

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
        content = await _drawn(lambda: self._pictures.picture(revision, number, float(wanted)))
        if content is None:
            return Response(status_code=404)
        return Response(content, media_type="image/png", headers=_FOREVER)

    async def places(self, request: Request) -> Response:
        """Where each value is."""
        revision = request.path_params["revision"]
        shown, files = self._board.state.shown, self._board.state.files
        characters = await _drawn(lambda: self._pictures.placed(revision))
        if shown is None or shown.revision != revision or characters is None:
            return Response(status_code=404)
        found = await asyncio.to_thread(places.places, shown, characters, files)
        return JSONResponse({"places": found})

    # -- files

    def _file(self, wanted: str) -> ProjectFile | None:
        return next((one for one in self._board.state.files if one.id == wanted), None)

    async def read_file(self, request: Request) -> Response:
        """The text of a file."""
        file = self._file(request.path_params["id"])
        if file is None:
            return Response(status_code=404)
        text, digest = await asyncio.to_thread(project_files.read, file)
        return JSONResponse({"id": file.id, "text": text, "hash": digest})

    async def write_file(self, request: Request) -> Response:
        """Replace the text of a file."""
        file = self._file(request.path_params["id"])
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

    async def keep(self, request: Request) -> Response:
        """Write what was chosen into the variant."""
        await bodies.read_json(request)
        return await self._obey(self._session.keep, 409)

    async def check(self, request: Request) -> Response:
        """Check what is to be seen, thoroughly."""
        await bodies.read_json(request)
        found = await self._helped(jobs.check, self._session.asked())
        listed = problems(found.diagnostics, self._board.state.files)
        return JSONResponse({"problems": listed, "facts": [list(fact) for fact in found.facts]})

    async def open(self, request: Request) -> Response:
        """Open a file in the editor."""
        body = await bodies.read_json(request)
        file = self._file(bodies.text(body, "file"))
        line, column = bodies.number(body, "line"), bodies.number(body, "column")
        if not self._editor.command:
            message, hint = "no editor is set", "--editor 'code -g {file}:{line}' opens one"
            error = Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint)
            return self._refused(ResumeError(error), 404)
        if file is None:
            return Response(status_code=404)
        self._editor.open(project_files.place(file), line, column)
        return JSONResponse({})

    async def download(self, request: Request) -> Response:
        """What is to be seen, in one of the formats."""
        form, asked = request.path_params["format"], self._session.asked()
        state = self._board.state
        if form not in state.formats or (asked.letter and form in OF_DATA):
            return Response(status_code=404)
        if form == "pdf" and state.shown is not None and state.shown.proved and not state.failed:
            name, content = f"{state.shown.stem}.pdf", state.shown.pdf
        else:
            name, content = await self._helped(jobs.make, asked, form)
        kind = _TYPES.get(form, "application/octet-stream")
        headers = {"content-type": kind, "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, headers=headers)

    async def differences(self, request: Request) -> Response:
        """What two variants show differently."""
        first, second = (request.query_params.get(side, "") for side in ("first", "second"))
        names = self._board.state.choices.variants
        if first not in names or second not in names:
            return Response(status_code=404)
        asked = replace(self._session.request, variant=first)
        changes = await self._helped(jobs.differ, asked, second)
        return JSONResponse({"a": first or None, "b": second or None, "changes": changes})

    async def _helped(self, job: Callable[..., T], *arguments: Any) -> T:
        """What the process beside this one makes. Raises `ResumeError` if it was killed."""
        try:
            return await asyncio.wrap_future(self._helper.submit(job, *arguments))
        except (BrokenExecutor, RuntimeError):
            message = "the process for this was killed"
            hint = "out of memory? Try again"
            raise ResumeError(Diagnostic(Severity.ERROR, "worker-died", message, hint=hint)) from None

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


async def _drawn(ask: Callable[[], Future[T] | None]) -> T | None:
    """What the process that draws makes, which is asked again if it was killed. Others may wait as well."""
    for _ in range(2):
        future = ask()
        if future is None:
            return None
        with suppress(BrokenExecutor):
            made: T = await asyncio.shield(asyncio.wrap_future(future))
            return made
    raise OSError("the process that draws was killed")


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
