"""Pictures as files: whether they are whole, how large they are, and which side is up."""

from __future__ import annotations

import atexit
import os
import struct
import tempfile
import zlib
from io import BytesIO
from pathlib import Path

from texresume import cache

MAXIMUM_PIXELS = 60_000_000
SLENDEREST = 20
"""A picture may be this many times as long as wide."""
_ORIENTATION = 0x0112
"""The tag of EXIF for how the camera was held; 1 is upright."""
# https://www.w3.org/TR/png-3/#table111: the bit depths of each colour type, and its samples per pixel.
_PNG_COLOURS = {
    0: ((1, 2, 4, 8, 16), 1),
    2: ((8, 16), 3),
    3: ((1, 2, 4, 8), 1),
    4: ((8, 16), 2),
    6: ((8, 16), 4),
}
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class WrongSize(ValueError):  # noqa: N818 - what is wrong, for a message
    """A picture is whole, but too large or too slender."""


def check_png(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG. Raises `ValueError` if it is damaged: there pdfTeX just stops."""
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
    while data and not inflater.eof:
        rows = inflater.decompress(data, 1 << 20)
        total, data = total + len(rows), inflater.unconsumed_tail
        if total > 9 * MAXIMUM_PIXELS:
            break
    expected = height * (1 + (width * samples * depth + 7) // 8)
    if interlaced:  # each of its seven pictures has rows of whole bytes, so that there is no less than this
        expected = (height * width * samples * depth + 7) // 8
    if not width or not inflater.eof or total < expected:
        raise ValueError("some of its rows are missing")
    return width, height


def check_jpeg(content: bytes) -> tuple[int, int]:
    """Width and height of a JPEG. Raises `ValueError` if it has no frame with a size, no scan or no end."""
    offset, framed, width, height = 2, False, 0, 0
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
    return width, height


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError("its width or height is 0")
    if width * height > MAXIMUM_PIXELS:
        raise WrongSize(
            f"too large: {width} by {height} pixels, more than {MAXIMUM_PIXELS // 1_000_000} million"
        )
    if max(width, height) > SLENDEREST * min(width, height):
        raise WrongSize(f"not the shape of a photo: {width} by {height} pixels")


def upright(content: bytes, kind: str) -> bytes:
    """A picture turned as its camera says (EXIF); the same bytes if it is upright already.

    Raises `OSError` or `ValueError` if it cannot be read.
    """
    if (b"Exif" if kind == "jpg" else b"eXIf") not in content:
        return content
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content)) as picture:
        if picture.getexif().get(_ORIENTATION, 1) == 1:
            return content
        turned = ImageOps.exif_transpose(picture)
        stream = BytesIO()
        profile = picture.info.get("icc_profile")
        if kind == "jpg":
            turned.save(stream, "JPEG", quality=95, subsampling=0, icc_profile=profile)
        else:
            turned.save(stream, "PNG", icc_profile=profile)
    return stream.getvalue()


def stored(content: bytes, kind: str) -> Path:
    """A file with this content: in the user's cache, else one that is removed when the process ends."""
    name = f"photos/{cache.key(content)}.{kind}"
    if (file := cache.keep(name, content)) is not None:
        return file
    handle, temporary = tempfile.mkstemp(prefix="texresume-photo-", suffix=f".{kind}")
    atexit.register(Path(temporary).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    return Path(temporary)
