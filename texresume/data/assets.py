"""Files that the data names, such as the photo: they must be in the project."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from urllib.parse import unquote_to_bytes

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

from . import files, pictures
from .resume import DataPath
from .source import Source

_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
MAXIMUM_BYTES = 10_000_000
SMALL = 48
"""Pixels: a photo with fewer on a side is a warning."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture: what messages and its name in the build folder call it, and its path in the data."""

    word: str
    place: DataPath


PHOTO = Kind("photo", ("basics", "image"))
SIGNATURE = Kind("signature", ("basics", "signature", "image"))


def photo(
    name: str, source: Source, project: Path, kind: Kind = PHOTO
) -> tuple[Path | None, str, list[Diagnostic]]:
    """The file of the photo (or the signature), its name in the build folder, and diagnostics; `None` if it
    cannot be used.

    It must be a JPEG or PNG in the folder of the data (or of the variant that names it) or in the project,
    links resolved, or a `data:` address. An address on the web is not fetched, which is a warning. A photo
    that lies on its side is turned; like one of a `data:` address it is a file in the user's cache.
    """
    said = _Said(source, kind)
    try:
        file = None if is_embedded(name) else _photo_file(name, said, project)
        content = _embedded(name, said) if file is None else files.read(file, MAXIMUM_BYTES)
        suffix, width, height = _check_photo(content, said)
        upright = pictures.upright(content, suffix)
    except ResumeError as error:
        return None, "", list(error.diagnostics)
    except (OSError, ValueError) as error:
        return None, "", [said.error("photo-not-readable", f"cannot read @: {error}", "")]
    if file is None or upright != content:
        file = pictures.stored(upright, suffix)
    found = []
    if min(width, height) < SMALL:
        message, hint = (
            f"@ has only {width} by {height} pixels",
            "use a larger one: it will look blurred",
        )
        found = [said.error("small-photo", message, hint, Severity.WARNING)]
    return file, f"{kind.word}.{suffix}", found


def is_embedded(name: str) -> bool:
    """Whether the photo is in the data itself, as a `data:` address."""
    return name[:5].lower() == "data:"


def _embedded(name: str, said: _Said) -> bytes:
    """The content of a `data:` address (RFC 2397). Raises `ResumeError` if it is damaged or too large."""
    header, comma, body = name[5:].partition(",")
    if len(body) > MAXIMUM_BYTES * 3:  # each byte may be three characters: %FF
        raise _too_large(said)
    try:
        content = unquote_to_bytes(body)
        if header.lower().rstrip().endswith(";base64"):
            packed = re.sub(rb"\s+", b"", content).rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
            content = base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except ValueError:
        comma = ""
    if not comma:
        message, hint = (
            "the data: address of @ is damaged",
            "save the picture as a file and give its path",
        )
        raise ResumeError(said.error("wrong-photo", message, hint))
    if len(content) > MAXIMUM_BYTES:
        raise _too_large(said)
    return content


@dataclass(frozen=True, slots=True)
class _Said:
    """Where a picture is named, for what there is to say of it."""

    source: Source
    kind: Kind

    def error(self, code: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> Diagnostic:
        """A diagnostic; `@` in its message is what the picture is called."""
        path, message = self.kind.place, message.replace("@", f"the {self.kind.word}", 1)
        return self.source.diagnostic(
            code, message, self.source.value(path), path=path, hint=hint, severity=severity
        )


def _too_large(said: _Said) -> ResumeError:
    message = f"@ is larger than {MAXIMUM_BYTES // 1_000_000} MB"
    return ResumeError(said.error("photo-too-large", message, "make it smaller"))


def _photo_file(name: str, said: _Said, project: Path) -> Path:
    """The file of the photo. Raises `ResumeError` if it may not be used, `OSError` if it cannot be read."""
    if "://" in name:
        message, hint = "pictures are not downloaded", "save the picture beside the data and give its path"
        raise ResumeError(said.error("photo-not-fetched", message, hint, Severity.WARNING))
    file = inside(name, said.source, project, said.kind.place)
    if file is None:
        message, hint = "@ is outside the project", "copy it beside the data"
        raise ResumeError(said.error("photo-outside", message, hint))
    if kind := files.kind_of(file):
        raise ResumeError(said.error("wrong-photo", f"@ is {kind}, not a file", "save it as one"))
    if not file.is_file():
        hint = "the path is relative to the folder of the data"
        raise ResumeError(said.error("no-such-photo", f"file not found: {name!r}", hint))
    if file.stat().st_size > MAXIMUM_BYTES:
        raise _too_large(said)
    return file


def _check_photo(content: bytes, said: _Said) -> tuple[str, int, int]:
    """`jpg` or `png`, width and height. Raises `ResumeError` for another kind of file, or a damaged one."""
    kind = next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), None)
    if kind is None:
        message, hint = "@ is neither a JPEG nor a PNG", "convert it"
        raise ResumeError(said.error("wrong-photo", message, hint))
    try:
        width, height = (pictures.check_png if kind == "png" else pictures.check_jpeg)(content)
    except pictures.WrongSize as error:
        raise ResumeError(said.error("wrong-photo", f"@ is {error}", "crop or resize it")) from None
    except (IndexError, struct.error):
        cause = "the file is incomplete"
    except (ValueError, zlib.error) as error:
        cause = str(error)
    else:
        return kind, width, height
    raise ResumeError(said.error("wrong-photo", f"@ is damaged: {cause}", "save it again"))


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
