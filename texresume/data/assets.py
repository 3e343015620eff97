"""Files that the data names, such as the photo: they must be in the project."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from .resume import DataPath
from .source import Source

_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
MAXIMUM_BYTES = 10_000_000
MAXIMUM_PIXELS = 60_000_000
PLACE = ("basics", "image")
"""The path of the photo in the data."""
# https://www.w3.org/TR/png-3/#table111: the bit depths of each colour type, and its samples per pixel.
_PNG_COLOURS = {
    0: ((1, 2, 4, 8, 16), 1),
    2: ((8, 16), 3),
    3: ((1, 2, 4, 8), 1),
    4: ((8, 16), 2),
    6: ((8, 16), 4),
}
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def photo(name: str, source: Source, project: Path) -> tuple[Path | None, str, list[Diagnostic]]:
    """The file of the photo, its name in the build folder, and diagnostics; `None` if it cannot be used.

    It must be a JPEG or PNG in the folder of the data (or of the variant that names it) or in the project,
    links resolved. An address on the web is not fetched, which is a warning.
    """
    try:
        file = _photo_file(name, source, project)
        kind = _check_photo(file.read_bytes(), source)
    except ResumeError as error:
        return None, "", list(error.diagnostics)
    except (OSError, ValueError) as error:
        return None, "", [_error(source, "photo-not-readable", f"cannot read the photo: {error}", "")]
    return file, f"photo.{kind}", []


def _error(
    source: Source, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    return source.diagnostic(code, message, source.value(PLACE), path=PLACE, hint=hint, severity=severity)


def _photo_file(name: str, source: Source, project: Path) -> Path:
    """The file of the photo. Raises `ResumeError` if it may not be used, `OSError` if it cannot be read."""
    if "://" in name or name.startswith("data:"):
        message, hint = "photos are not downloaded", "save the picture beside the data and give its path"
        raise ResumeError(_error(source, "photo-not-fetched", message, hint, Severity.WARNING))
    file = inside(name, source, project, PLACE)
    if file is None:
        message, hint = "the photo is outside the project", "copy it beside the data"
        raise ResumeError(_error(source, "photo-outside", message, hint))
    if not file.is_file():
        hint = "the path is relative to the folder of the data"
        raise ResumeError(_error(source, "no-such-photo", f"file not found: {name!r}", hint))
    if file.stat().st_size > MAXIMUM_BYTES:
        message = f"the photo is larger than {MAXIMUM_BYTES // 1_000_000} MB"
        raise ResumeError(_error(source, "photo-too-large", message, "make it smaller"))
    return file


def _check_photo(content: bytes, source: Source) -> str:
    """`jpg` or `png`. Raises `ResumeError` for another kind of file, or a damaged one."""
    kind = next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), None)
    if kind is None:
        message, hint = "the photo is neither a JPEG nor a PNG", "convert it"
        raise ResumeError(_error(source, "wrong-photo", message, hint))
    try:
        (_check_png if kind == "png" else _check_jpeg)(content)
    except (IndexError, struct.error):
        cause = "the file is incomplete"
    except (ValueError, zlib.error) as error:
        cause = str(error)
    else:
        return kind
    raise ResumeError(_error(source, "wrong-photo", f"the photo is damaged: {cause}", "save it again"))


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


def _check_png(content: bytes) -> None:
    """Raise `ValueError` if a PNG is damaged: pdfTeX stops without a message at one."""
    offset, chunks, kind = 8, [], b""
    width = height = samples = depth = interlaced = 0
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", content, offset)
        body = content[offset + 8 : offset + 8 + size]
        (checksum,) = struct.unpack_from(">I", content, offset + 8 + size)
        if zlib.crc32(kind + body) != checksum:
            raise ValueError(f"wrong checksum at byte {offset}")
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            depths, samples = _PNG_COLOURS.get(colour, ((), 0))
            if depth not in depths:
                raise ValueError("unknown kind of PNG")
            _check_size(width, height)
        elif kind == b"IDAT":
            chunks.append(body)
        offset += 12 + size
    inflater, total, data = zlib.decompressobj(), 0, b"".join(chunks)
    while not inflater.eof and (data or total == 0):
        rows = inflater.decompress(data, 1 << 20)
        total, data = total + len(rows), inflater.unconsumed_tail
        if total > 9 * MAXIMUM_PIXELS:
            break
    expected = height * (1 + (width * samples * depth + 7) // 8)
    if not width or not inflater.eof or (not interlaced and total < expected):
        raise ValueError("some of its rows are missing")


def _check_jpeg(content: bytes) -> None:
    """Raise `ValueError` if a JPEG has no frame with a size, no scan or no end."""
    offset, framed = 2, False
    while True:
        while content[offset + 1] == 0xFF:  # noqa: PLR2004 - padding before a marker
            offset += 1
        filler, marker, size = struct.unpack_from(">BBH", content, offset)
        if filler != 0xFF:  # noqa: PLR2004 - the first byte of a marker
            raise ValueError(f"no marker at byte {offset}")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, offset + 5)
            _check_size(width, height)
            framed = True
        offset += 2 + size
        if marker == 0xDA:  # noqa: PLR2004 - start of scan
            break
    if not framed or b"\xff\xd9" not in content[offset:]:
        raise ValueError("the file is incomplete")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError("its width or height is 0")
    if width * height > MAXIMUM_PIXELS:
        raise ValueError(f"{width} by {height} pixels are more than {MAXIMUM_PIXELS // 1_000_000} million")
