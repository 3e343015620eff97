"""Files that the data names, the photo first of all: files of the project, never anything outside it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from texresume.diagnostics import Diagnostic, Severity

from .resume import DataPath
from .source import Source

_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
MAXIMUM_BYTES = 10_000_000
MAXIMUM_PIXELS = 60_000_000
PLACE = ("basics", "image")
# https://www.w3.org/TR/png-3/#table111: depths that each type of colour may have, and its samples.
_PNG_COLOURS = {
    0: ((1, 2, 4, 8, 16), 1),
    2: ((8, 16), 3),
    3: ((1, 2, 4, 8), 1),
    4: ((8, 16), 2),
    6: ((8, 16), 4),
}
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def photo(name: str, source: Source, project: Path) -> tuple[Path | None, str, list[Diagnostic]]:
    """The photo's file, the name it gets in the build folder, and what is wrong with it.

    The file must lie in the folder of the data (or of the variant that names it) or in the project, also
    after links have been followed, and be a JPEG or a PNG. An address on the web is not fetched: a warning.
    """

    def fault(code: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> list[Diagnostic]:
        return [
            source.diagnostic(code, message, source.value(PLACE), path=PLACE, hint=hint, severity=severity)
        ]

    if "://" in name or name.startswith("data:"):
        hint = "save the picture beside the data and name the file"
        return (
            None,
            "",
            fault("photo-not-fetched", "a photo on the web is not fetched", hint, Severity.WARNING),
        )
    try:
        file = inside(name, source, project, PLACE)
        if file is None:
            return (
                None,
                "",
                fault("photo-outside", "the photo lies outside the project", "copy it beside the data"),
            )
        if not file.is_file():
            return (
                None,
                "",
                fault("no-such-photo", f"there is no file {name!r}", "the path starts at the data's folder"),
            )
        if file.stat().st_size > MAXIMUM_BYTES:
            return None, "", fault("photo-too-large", "the photo is larger than 10 MB", "make it smaller")
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        return None, "", fault("photo-not-readable", f"the photo cannot be read: {error}", "")
    kind = next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), None)
    if kind is None:
        return None, "", fault("wrong-photo", "the photo is neither JPEG nor PNG", "convert it")
    try:
        (_check_png if kind == "png" else _check_jpeg)(content)
    except (IndexError, struct.error):
        return None, "", fault("wrong-photo", "the photo is damaged: a part of it is missing", "save it anew")
    except (ValueError, zlib.error) as error:
        return None, "", fault("wrong-photo", f"the photo is damaged: {error}", "save it anew")
    return file, f"photo.{kind}", []


def inside(name: str, source: Source, project: Path, place: DataPath) -> Path | None:
    """The file of a name that stands at a place in the data; the path starts at the folder of the data, or of
    the variant that names it. `None` if it lies outside of these and of the project, also after links have
    been followed. Raises `OSError` or `ValueError` for no path.
    """
    there = candidates(name, source, place)
    files = [file.resolve() for file in there]
    file = next((file for file in files if file.exists()), files[0])
    homes = _homes(source, place)
    return file if any(file.is_relative_to(root.resolve()) for root in (*homes, project)) else None


def candidates(name: str, source: Source, place: DataPath) -> list[Path]:
    """Where the file of a name is looked for, before links are followed: the first that is there is taken."""
    return [home / name for home in _homes(source, place)]


def _homes(source: Source, place: DataPath) -> list[Path]:
    return list(dict.fromkeys((source.file.parent, source.origin(place).file.parent)))


def _check_png(content: bytes) -> None:
    """PdfTeX ends without a word at a PNG that is cut or damaged."""
    place, data, kind = 8, [], b""
    width = height = samples = depth = interlaced = 0
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + size]
        (checksum,) = struct.unpack_from(">I", content, place + 8 + size)
        if zlib.crc32(kind + body) != checksum:
            raise ValueError(f"a wrong checksum at byte {place}")
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            depths, samples = _PNG_COLOURS.get(colour, ((), 0))
            if depth not in depths:
                raise ValueError("no such kind of PNG")
            _check_size(width, height)
        elif kind == b"IDAT":
            data.append(body)
        place += 12 + size
    inflater, total, rest = zlib.decompressobj(), 0, b"".join(data)
    while not inflater.eof and (rest or total == 0):
        piece = inflater.decompress(rest, 1 << 20)
        total, rest = total + len(piece), inflater.unconsumed_tail
        if total > 9 * MAXIMUM_PIXELS:
            break
    wanted = height * (1 + (width * samples * depth + 7) // 8)
    if not width or not inflater.eof or (not interlaced and total < wanted):
        raise ValueError("rows of it are missing")


def _check_jpeg(content: bytes) -> None:
    """The same for JPEG: a frame with a size, a scan, an end."""
    place, framed = 2, False
    while True:
        while content[place + 1] == 0xFF:  # noqa: PLR2004 - markers may be filled up with it
            place += 1
        filler, marker, size = struct.unpack_from(">BBH", content, place)
        if filler != 0xFF:  # noqa: PLR2004 - what begins a marker
            raise ValueError(f"no marker at byte {place}")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            _check_size(width, height)
            framed = True
        place += 2 + size
        if marker == 0xDA:  # noqa: PLR2004 - start of scan
            break
    if not framed or b"\xff\xd9" not in content[place:]:
        raise ValueError("a part of it is missing")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError("it has no size")
    if width * height > MAXIMUM_PIXELS:
        raise ValueError(f"{width} by {height} pixels are too many")
