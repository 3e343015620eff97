"""Files that the data names, such as the photo: they must be in the project."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

from . import files, pictures
from .resume import DataPath
from .source import Source

_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
MAXIMUM_BYTES = 10_000_000
_OF = {"photo": "the data", "signature": "the letter"}
SMALL = 48
"""Pixels: a photo with fewer on a side is a warning."""
PLACE = ("basics", "image")
"""The path of the photo in the data."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A kind of picture: its path in the data, and its word in messages and names of files."""

    path: DataPath
    word: str


PHOTO = Picture(PLACE, "photo")
SIGNATURE = Picture(("letter", "signature"), "signature")


def photo(
    name: str, source: Source, project: Path, picture: Picture = PHOTO
) -> tuple[Path | None, str, list[Diagnostic]]:
    """The file of the photo or another `picture`, its name in the build folder, and diagnostics; `None` if it
    cannot be used.

    It must be a JPEG or PNG in the folder of the data (or of the variant that names it) or in the project,
    links resolved, or a `data:` address. An address on the web is not fetched, which is a warning. A photo
    that lies on its side is turned; like one of a `data:` address it is a file in the user's cache.
    """
    about = _About(source, picture)
    try:
        file = None if is_embedded(name) else _photo_file(name, about, project)
        content = _embedded(name, about) if file is None else files.read(file, MAXIMUM_BYTES)
        kind, width, height = _check_photo(content, about)
        upright = pictures.upright(content, kind)
    except ResumeError as error:
        return None, "", list(error.diagnostics)
    except (OSError, ValueError) as error:
        return None, "", [_error(about, "photo-not-readable", f"cannot read {about.the}: {error}", "")]
    if file is None or upright != content:
        file = pictures.stored(upright, kind)
    found = []
    if min(width, height) < SMALL:
        message, hint = (
            f"{about.the} has only {width} by {height} pixels",
            "use a larger one: it will look blurred",
        )
        found = [_error(about, "small-photo", message, hint, Severity.WARNING)]
    return file, f"{picture.word}.{kind}", found


def is_embedded(name: str) -> bool:
    """Whether the photo is in the data itself, as a `data:` address."""
    return name[:5].lower() == "data:"


def _embedded(name: str, about: _About) -> bytes:
    """The content of a `data:` address (RFC 2397). Raises `ResumeError` if it is damaged or too large."""
    header, comma, body = name[5:].partition(",")
    if len(body) > MAXIMUM_BYTES * 3:  # each byte may be three characters: %FF
        raise _too_large(about)
    try:
        content = unquote_to_bytes(body)
        if header.lower().rstrip().endswith(";base64"):
            packed = re.sub(rb"\s+", b"", content).rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
            content = base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except ValueError:
        comma = ""
    if not comma:
        message, hint = (
            f"the data: address of {about.the} is damaged",
            "save the picture as a file and give its path",
        )
        raise ResumeError(_error(about, "wrong-photo", message, hint))
    if len(content) > MAXIMUM_BYTES:
        raise _too_large(about)
    return content


class _About(NamedTuple):
    """What diagnostics are about."""

    source: Source
    picture: Picture

    @property
    def the(self) -> str:
        """What messages call it."""
        return f"the {self.picture.word}"


def _error(
    about: _About, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    source, path = about.source, about.picture.path
    return source.diagnostic(code, message, source.value(path), path=path, hint=hint, severity=severity)


def _too_large(about: _About) -> ResumeError:
    message = f"{about.the} is larger than {MAXIMUM_BYTES // 1_000_000} MB"
    return ResumeError(_error(about, "photo-too-large", message, "make it smaller"))


def _photo_file(name: str, about: _About, project: Path) -> Path:
    """The file of the photo. Raises `ResumeError` if it may not be used, `OSError` if it cannot be read."""
    if "://" in name:
        message, hint = (
            f"{about.picture.word}s are not downloaded",
            "save the picture beside the data and give its path",
        )
        raise ResumeError(_error(about, "photo-not-fetched", message, hint, Severity.WARNING))
    file = inside(name, about.source, project, about.picture.path)
    if file is None:
        message, hint = f"{about.the} is outside the project", "copy it beside the data"
        raise ResumeError(_error(about, "photo-outside", message, hint))
    if kind := files.kind_of(file):
        raise ResumeError(
            _error(about, "wrong-photo", f"{about.the} is {kind}, not a file", "save it as one")
        )
    if not file.is_file():
        hint = f"the path is relative to the folder of {_OF[about.picture.word]}"
        raise ResumeError(_error(about, "no-such-photo", f"file not found: {name!r}", hint))
    if file.stat().st_size > MAXIMUM_BYTES:
        raise _too_large(about)
    return file


def _check_photo(content: bytes, about: _About) -> tuple[str, int, int]:
    """`jpg` or `png`, width and height. Raises `ResumeError` for another kind of file, or a damaged one."""
    kind = next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), None)
    if kind is None:
        message, hint = f"{about.the} is neither a JPEG nor a PNG", "convert it"
        raise ResumeError(_error(about, "wrong-photo", message, hint))
    try:
        width, height = (pictures.check_png if kind == "png" else pictures.check_jpeg)(content)
    except pictures.WrongSize as error:
        raise ResumeError(
            _error(about, "wrong-photo", f"{about.the} is {error}", "crop or resize it")
        ) from None
    except (IndexError, struct.error):
        cause = "the file is incomplete"
    except (ValueError, zlib.error) as error:
        cause = str(error)
    else:
        return kind, width, height
    raise ResumeError(_error(about, "wrong-photo", f"{about.the} is damaged: {cause}", "save it again"))


def inside(name: str, source: Source, project: Path, path: DataPath) -> Path | None:
    """The file that the value at a path names, relative to the folder of the data or of the variant that
    it comes from. `None` if it is outside these folders and the project, links resolved. Raises `OSError` or
    `ValueError` if the name is not a valid path.
    """
    files = [file.resolve() for file in candidates(name, source, path)]
    file = next((file for file in files if file.exists()), files[0])
    folders = _folders(source, path)
    return file if any(file.is_relative_to(folder.resolve()) for folder in (*folders, project)) else None


def candidates(name: str, source: Source, path: DataPath) -> list[Path]:
    """Where the file that the value at a path names is looked for, links not resolved: the first one wins."""
    return [folder / name for folder in _folders(source, path)]


def _folders(source: Source, path: DataPath) -> list[Path]:
    return list(dict.fromkeys((source.file.parent, source.origin(path).file.parent)))
