"""The fonts of this machine, and which characters each has.

fontconfig knows both, where it is installed. Elsewhere the usual folders are searched, and each font file's
character table is read with fontTools, once: the results are kept in the user's cache.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from texresume import cache as kept
from texresume.records import dataclass

FONTCONFIG = "TEXRESUME_FONTCONFIG"
"""Environment variable: `0` ignores fontconfig; tests use it."""
_FORMAT = (
    "%{file}\t%{index}\t%{family[0]}\t%{weight}\t%{slant}\t%{width}\t%{color}\t%{variable}\t%{charset}\n"
)
_SUFFIXES = frozenset([".otf", ".ttf", ".ttc", ".otc"])
_UNFIT = frozenset(["CBDT", "COLR", "SVG ", "sbix", "fvar"])
_CACHE = "fonts.json"
_CACHE_VERSION = 2
# fontconfig's numbers, also used for fonts that are read here
_NORMAL_WIDTH, _WEIGHTS = 5, (400, 700)  # as font files say it
_REGULAR, _BOLD = (75, 105), (180, 205)


@dataclass(frozen=True)
class Face:
    """A face in a font file. `ranges` are its characters, such as `20-7e a0`. A relative `file` is in the
    build folder.
    """

    file: str
    index: int
    family: str
    bold: bool
    italic: bool
    ranges: str
    condensed: bool = False
    """Whether it is narrower or wider than usual."""

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points that it covers."""
        return parse_ranges(self.ranges)

    @property
    def name(self) -> str:
        """The name of the face for XeTeX."""
        file = Path(self.file).as_posix()
        return f"[{file}:{self.index}]" if self.index else f"[{file}]"


def parse_ranges(ranges: str) -> frozenset[int]:
    """Parse code points written as `20-7e a0`."""
    found: set[int] = set()
    for piece in ranges.split():
        first, _, last = piece.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def format_ranges(codes: Iterable[int]) -> str:
    """Write code points as `20-7e a0`."""
    spans: list[list[int]] = []
    for code in sorted(codes):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in spans)


@cache
def installed() -> Mapping[str, tuple[Face, ...]]:
    """The faces of each installed family: regular, bold, italic, of normal width if there are any. Colour and
    variable fonts are ignored: XeTeX sets the former without glyphs, and the latter in one weight.
    """
    families: dict[str, list[Face]] = {}
    for face in sorted(
        _faces(), key=lambda face: (face.family, face.bold, face.italic, face.file, face.index)
    ):
        if _safe(face.file):
            families.setdefault(face.family, []).append(face)
    return {
        name: tuple(face for face in faces if not face.condensed) or tuple(faces)
        for name, faces in families.items()
    }


def _safe(file: str) -> bool:
    """Whether a file name has no character that means something to TeX or XeTeX."""
    return file.isprintable() and not any(char in '"[]{}%#$&~^;' for char in file)


def _faces() -> Iterable[Face]:
    program = shutil.which("fc-list") if os.environ.get(FONTCONFIG) != "0" else None
    if program:
        with suppress(OSError, subprocess.SubprocessError):
            return list(_by_fontconfig(program))
    return list(_by_walking())


def _by_fontconfig(program: str) -> Iterator[Face]:
    done = subprocess.run([program, "--format", _FORMAT], capture_output=True, check=True, timeout=60)  # noqa: S603 - fontconfig's own
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        fields = line.split("\t")
        if len(fields) != _FORMAT.count("%"):
            continue
        file, index, family, weight, slant, width, color, variable, ranges = fields
        if "True" in (color, variable):
            continue
        if Path(file).suffix.lower() not in _SUFFIXES:
            continue
        with suppress(ValueError):
            if (bold := _is_bold(float(weight or "80"))) is not None:
                italic, condensed = float(slant or "0") > 0, bool(width and width != "100")
                yield Face(file, int(index or "0") & 0xFFFF, family, bold, italic, ranges, condensed)


def _is_bold(weight: float) -> bool | None:
    """Whether a weight is bold; `None` if it is neither that nor regular."""
    if _REGULAR[0] <= weight <= _REGULAR[1]:
        return False
    return True if _BOLD[0] <= weight <= _BOLD[1] else None


# -- without fontconfig -------------------------------------------------------------------------------------


def folders() -> list[Path]:
    """The folders where this system keeps fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA", str(home))
        return [
            Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
            Path(local) / "Microsoft" / "Windows" / "Fonts",
        ]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    ]


def settings() -> list[Path]:
    """The folders with fontconfig's settings: where else fonts are, and which ones to ignore."""
    home = Path.home()
    return [Path("/etc/fonts"), Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "fontconfig"]


def _by_walking() -> Iterator[Face]:
    known, fresh = _read_cache(), {}
    changed = False
    for folder in folders():
        for place, _, names in os.walk(folder):
            for name in names:
                file = Path(place, name)
                if file.suffix.lower() not in _SUFFIXES:
                    continue
                try:
                    status = file.stat()
                except OSError:
                    continue
                state = [status.st_mtime_ns, status.st_size]
                entry = known.get(str(file))
                if entry is None or not _is_entry(entry) or entry["state"] != state:
                    entry = {"state": state, "faces": _read_faces(file)}
                    changed = True
                fresh[str(file)] = entry
                for face in entry["faces"]:
                    yield Face(str(file), *face)
    if changed or fresh.keys() != known.keys():
        _write_cache(fresh)


def _is_entry(entry: Any) -> bool:
    kinds = (int, str, bool, bool, str, bool)
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("faces"), list)
        and all(
            isinstance(face, list) and len(face) == len(kinds) and all(map(isinstance, face, kinds))
            for face in entry["faces"]
        )
        and "state" in entry
    )


def read(file: Path, *, every: bool = True) -> list[Face]:
    """The faces of a font file, of any width, and of any weight or the regular and bold ones only; none if
    XeTeX cannot use them, as with colour and variable fonts.
    """
    return [Face(str(file), *face) for face in _read_faces(file, every=every)]


def _read_faces(file: Path, *, every: bool = False) -> list[list[Any]]:
    """The attributes of the faces in a font file: the regular and bold ones, or all of them with `every`;
    none if the file cannot be read.
    """
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    found: list[list[Any]] = []
    try:
        if file.suffix.lower() in (".ttc", ".otc"):
            fonts = list(TTCollection(file, lazy=True).fonts)
        else:
            fonts = [TTFont(file, lazy=True)]
        for index, font in enumerate(fonts):
            about = font["OS/2"]
            width, weight = about.usWidthClass, about.usWeightClass
            if not (weight in _WEIGHTS or every) or _UNFIT & set(font.keys()):
                continue
            names = font["name"]
            family = names.getDebugName(16) or names.getDebugName(1) or file.stem
            italic = bool(about.fsSelection & 1)
            ranges = format_ranges(font.getBestCmap() or {})
            bold, condensed = weight == max(_WEIGHTS), width != _NORMAL_WIDTH
            found.append([index, str(family), bold, italic, ranges, condensed])
    except (OSError, TTLibError, KeyError, AttributeError, AssertionError, ValueError):
        return []
    except Exception:  # noqa: BLE001 - fontTools may raise anything for a damaged font, which is ignored
        return []
    return found


def _read_cache() -> dict[str, Any]:
    try:
        data = json.loads(kept.read(_CACHE) or b"")
    except (ValueError, RecursionError):
        return {}
    known = data.get("files") if isinstance(data, dict) and data.get("version") == _CACHE_VERSION else None
    return known if isinstance(known, dict) else {}


def _write_cache(files: Mapping[str, Any]) -> None:
    kept.keep(_CACHE, json.dumps({"version": _CACHE_VERSION, "files": files}).encode())
