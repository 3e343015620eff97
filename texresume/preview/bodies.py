"""What the page sends: read with bounds of size and time, as JSON of the expected shape."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from .guard import MOST_BODY

if TYPE_CHECKING:
    from starlette.requests import Request

PATIENCE = 10.0
"""Seconds in which a body must have come."""


class BadBody(Exception):  # noqa: N818 - what is wrong
    """A body that is refused, with the status to answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises `BadBody`."""
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_BODY:
                    raise BadBody(413)
    except TimeoutError:
        raise BadBody(408) from None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise BadBody(400) from None
    if not isinstance(found, dict):
        raise BadBody(400)
    return found


def text(body: dict[str, Any], key: str, most: int = 200) -> str:
    """A text of the body. Raises `BadBody` if there is none."""
    found = body.get(key)
    if not isinstance(found, str) or len(found) > most:
        raise BadBody(400)
    try:
        found.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair
        raise BadBody(400) from None
    return found


def number(body: dict[str, Any], key: str) -> int:
    """A line or a column, 1 or more."""
    found = body.get(key, 1)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= 10_000_000:  # noqa: PLR2004 - lines
        raise BadBody(400)
    return found
