"""Builds that are up to date: nothing that they depend on has changed, nor have the files that they wrote.

After a good build a record is kept in the user's cache: digests of each dependency and of each file that was
written, which TeX it was and which texresume. Modification times only decide whether a record may be kept.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texresume import cache
from texresume.diagnostics import Diagnostic, Position, Severity, undotted
from texresume.tex import distribution, process

from . import output
from .outcome import UpToDate
from .request import Request

if TYPE_CHECKING:
    from .outcome import Build

_FOLDER = "stamps"
_SAID_ONCE = "not-sandboxed"
_VERSION = 5
_CLOCK = 50_000_000
"""ns by which the time of a file may lag behind the clock; much more where it counts in seconds."""
_COARSE = 2_100_000_000
_SECOND = 1_000_000_000
_AIDS = frozenset([".git", ".hg", ".svn", "__pycache__"])
"""Folders that are no part of a template, though they may lie in one."""
_FONTCONFIG = ("FONTCONFIG_", "XDG_", "HOME")
"""What the names of variables begin with that say where fonts lie."""
_LISTS = ("texmf-dist/ls-R", "texmf-local/ls-R", "share/texmf-dist/ls-R", "share/texlive/texmf-dist/ls-R")
"""Where TeX Live and those who package it keep the lists, from a folder above the program on."""
_DEBIANS_LISTS = (Path("/var/lib/texmf/ls-R"), Path("/usr/local/share/texmf/ls-R"))
_MAXIMUM_BYTES = 50_000_000
"""A folder of templates with more than that in it is not read twice."""


class Digests:
    """The contents of files and folders, and which they are in truth, where links lead to them: each file is
    read once, unless it is written in between.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int, int, int], str] = {}

    def of(self, place: Path) -> str:
        """A file's content, a folder's with all that is in it; empty if there is nothing.

        Raises `OSError` for what cannot be read twice or is too large.
        """
        try:
            status = place.stat()
        except FileNotFoundError:
            return ""
        if stat.S_ISDIR(status.st_mode):
            return cache.key(*(part for entry in self._entries(place) for part in entry))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{place} is no plain file")
        key = (str(place), status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if key not in self._known:
            self._known[key] = output.digest(place.read_bytes())
        return self._known[key]

    def _entries(self, folder: Path) -> Iterator[tuple[str, str]]:
        """Names and contents of the files below a folder, and where links lead: not all are followed."""
        size = 0
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(set(folders) - _AIDS)
            for name in (*folders, *sorted(names)):
                file = Path(place, name)
                shown = file.relative_to(folder).as_posix()
                if file.is_symlink():
                    yield f"{shown} leads to", os.path.realpath(file)
                if file.is_dir():
                    if file.is_symlink():
                        raise OSError(f"{file} leads elsewhere")
                    continue
                size += file.stat().st_size if file.exists() else 0
                if size > _MAXIMUM_BYTES:
                    raise OSError(f"{folder} is large")
                yield shown, self.of(file) if file.is_file() else "no file"


def find(request: Request, digests: Digests | None = None) -> UpToDate | None:
    """The last build of a request, if nothing has changed since."""
    started = time.perf_counter()
    digests = digests or Digests()
    content = cache.read(_name(request))
    if content is None or not cache.ours(_name(request)):
        return None
    try:
        record = json.loads(content)
        cache.libraries()  # before one of them is imported
        for name, true, digest in record["inputs"]:  # most often it is the data that has changed
            if os.path.realpath(name) != true or digests.of(Path(name)) != digest:
                return None
        for name, digest in record["files"].items():
            if digests.of(Path(name)) != digest:
                return None
        if record["of"] != _circumstances(record["made"]["engine"]):
            return None
        if record["fonts"] != _fonts(record["made"]["engine"]):
            return None
        diagnostics = tuple(_diagnostic(**one) for one in record["diagnostics"])
        seconds = time.perf_counter() - started
        found = UpToDate(record["made"], tuple(record["lines"]), diagnostics, seconds, bool(record["letter"]))
        return found if _is_whole(found) else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def find_both(request: Request, digests: Digests) -> list[tuple[Request, UpToDate]]:
    """The last build of a request, and that of the letter that goes with it; nothing if one of them has to be
    built.
    """
    found = find(request, digests)
    if found is None or not found.has_letter or request.letter:
        return [(request, found)] if found else []
    of_letter = request.for_letter()
    letter = find(of_letter, digests)
    return [(request, found), (of_letter, letter)] if letter else []


def _is_whole(found: UpToDate) -> bool:
    """Whether a record has what is printed of it: it may be of another version, or damaged."""
    files, pages = found.json["files"], found.json["pages"]
    texts = (*files.values(), *found.lines, *(one.message for one in found.diagnostics))
    return bool(files) and type(pages) is int and all(isinstance(text, str) for text in texts)


def store(request: Request, build: Build, digests: Digests | None = None) -> None:
    """Record a good build, unless something was saved while it went on or not all dependencies are known."""
    if not build.dependencies.complete or "png" in request.formats:
        return
    inputs = [path.absolute() for path in build.dependencies.inputs()]
    others = [path.absolute() for path in build.dependencies.candidates()]
    for file in build.files.values():
        others += output.failures(Path(file).absolute().with_suffix(""))
    try:
        digests = digests or Digests()
        fonts = _fonts(build.engine)
        noted = [(str(path), os.path.realpath(path), digests.of(path)) for path in (*inputs, *others)]
        if not all(digest for _, _, digest in noted[: len(inputs)]):  # removed since it was read
            return
        if any(_may_be_newer(path, build.started) for path in (*inputs, *others, *map(Path, fonts))):
            return
        if _is_newer(cache.newest_of_ourselves(), build.started):  # since it was imported
            return
        # Of what was written, not of what lies there now: that may be another build's.
        written = {str(Path(file).absolute()): digest for file, digest in build.digests.items()}
        record = {
            "of": _circumstances(build.engine),
            "made": build.as_json(),
            "lines": build.lines(),
            "letter": build.has_letter,
            "diagnostics": [_as_json(one) for one in build.diagnostics if one.code != _SAID_ONCE],
            "files": written,
            "inputs": noted,
            "fonts": fonts,
        }
        cache.keep(_name(request), json.dumps(record).encode())
    except (OSError, ValueError):
        return


def name(request: Request) -> str:
    """A name for a request, which includes the current folder, where its paths start."""
    asked = asdict(request)
    for field in ("data", "output", "project"):
        asked[field] = str(asked[field].absolute())
    if set(request.formats) <= {"pdf", "tex", "png"}:
        asked["settings"] = {}  # those of other formats
    here = str(Path.cwd())
    return cache.key(json.dumps([here, asked], sort_keys=True, default=str))


def _name(request: Request) -> str:
    """The name of a request's record."""
    return f"{_FOLDER}/{name(request)}.json"


def _circumstances(engine: str) -> list[Any]:
    """What a build depends on beside files: TeX, texresume, the libraries, the environment."""
    programs = [state for tex in distribution.find(engine) for state in _states_of(tex)]
    said = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name == process.EPOCH or (name.startswith("TEXRESUME_") and name != cache.FOLDER)
    )
    return [_VERSION, cache.ourselves(), cache.libraries(), engine, programs, said]


def _states_of(tex: distribution.Tex) -> Iterator[list[Any]]:
    """A TeX and the lists of its files, which are written anew when its packages are."""
    lists = [folder / name for folder in tex.program.resolve().parents for name in _LISTS]
    for file in (tex.program, *lists, *_DEBIANS_LISTS):
        with suppress(OSError):
            status = file.stat()
            yield [str(file), status.st_size, status.st_mtime_ns]


def _fonts(engine: str) -> dict[str, str]:
    """The states of the folders that say which fonts XeTeX may choose from: of the fonts themselves, which
    are many, size and times.
    """
    if engine != "xetex":
        return {}
    from texresume.fonts import machine

    said = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith(_FONTCONFIG))
    states = {str(place): cache.key(*said, *_states(place)) for place in machine.folders()}
    return {**states, **{str(place): cache.key(*_states(place)) for place in machine.settings()}}


def _states(folder: Path) -> Iterator[str]:
    """Each file below a folder, also by way of links, as fontconfig looks for them."""
    seen = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        status = os.stat(place)  # noqa: PTH116 - there may be thousands
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        for name in sorted(names):
            with suppress(OSError):
                status = os.stat(f"{place}/{name}")  # noqa: PTH116 - as above
                yield f"{place}/{name} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _may_be_newer(place: Path, started: float) -> bool:
    """Whether a file, or one below a folder, may have changed after a time in seconds since 1970."""
    files = [place]
    if place.is_dir():
        files += [Path(folder, name) for folder, _, names in os.walk(place) for name in ("", *names)]
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        if _is_newer(max(status.st_mtime_ns, status.st_ctime_ns), started):
            return True
    return False


def _is_newer(changed: int, started: float) -> bool:
    margin = _CLOCK if changed % _SECOND else _COARSE
    return changed > started * _SECOND - margin


def _as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    text = diagnostic.position.text if diagnostic.position else ""
    file = None if diagnostic.file is None else str(diagnostic.file)
    return {**diagnostic.as_json(), "file": file, "text": text}


def _diagnostic(*, severity: str, line: int | None, column: int, text: str, **more: Any) -> Diagnostic:
    return Diagnostic(
        Severity(severity),
        more["code"],
        more["message"],
        None if more["file"] is None else Path(more["file"]),
        None if line is None else Position(line, column, text),
        undotted(more["path"] or ""),
        more["hint"] or "",
    )
