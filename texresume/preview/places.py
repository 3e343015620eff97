"""Where on the page each value is, and where in which file it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from texresume.data.resume import undotted
from texresume.pdf.glyphs import PlacedCharacter
from texresume.pdf.locations import Locations

from .project_files import ProjectFile
from .state import Shown, id_of


def places(
    shown: Shown, characters: Sequence[PlacedCharacter], files: tuple[ProjectFile, ...]
) -> list[dict[str, Any]]:
    """A rectangle for each line of each value, with its place in a file."""
    return list(_places(shown, characters, files))


def _places(
    shown: Shown, characters: Sequence[PlacedCharacter], files: tuple[ProjectFile, ...]
) -> Iterator[dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}
    for path, rectangle in Locations(characters, shown.fields).all():
        if path not in known:
            known[path] = _source(shown, path, files)
        yield {
            "page": rectangle.page,
            "left": round(rectangle.left, 5),
            "top": round(rectangle.top, 5),
            "width": round(rectangle.width, 5),
            "height": round(rectangle.height, 5),
            "path": path,
            **known[path],
        }


def _source(shown: Shown, path: str, files: tuple[ProjectFile, ...]) -> dict[str, Any]:
    """The file, and the lines and columns between which the value of a path stands in it."""
    steps = undotted(path)
    mark, origin = shown.source.mark(steps), shown.source.origin(steps)
    start, end = origin.at(mark.start), origin.at(_end(origin.text, mark.start, mark.end))
    return {
        "file": id_of(origin.file, files),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


def _end(text: str, start: int, end: int) -> int:
    """The end of a value without the white space after it: that of a block ends where the next key begins."""
    return max(start, start + len(text[start:end].rstrip()))
