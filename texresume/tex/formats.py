r"""Formats: the head of a preamble as TeX holds it in memory, read back in a tenth of the time.

A template says where its head ends with the line `\csname endofdump\endcsname`, as for mylatexformat; plain
TeX passes over it. A format is made once for each head, TeX and set of files, by a process of its own after
the first build, and kept in the user's cache, uncompressed. It is used while all files that were read for it
are as they were. What goes wrong with one costs time: the build is done again without it (`engine`).

Only pdfTeX: XeTeX writes formats with fonts that crash when they are read.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from texresume import cache

from . import process, searchpath
from .distribution import Tex

END = "\\csname endofdump\\endcsname"
"""The line that ends a head: a name that mylatexformat has made known."""
AT_MOST = 12
"""Formats that are kept, those last used: each takes 18 MB."""
_FOLDER = "formats"
_NAME = "head"
_INPUTS = "inputs.json"
_SPOILED = ".spoiled"
_PROVEN = "proven"
_READ_BY_TEX = frozenset([".sty", ".cls", ".tex", ".def", ".cfg", ".clo", ".fd", ".ldf"])
_FORGIVEN = 3600.0
"""Seconds after which a format that could not be made, or failed, is tried again."""
_ABANDONED = 300.0
"""Seconds after which the traces of a maker that was killed are removed."""
_RECENT = 3600.0
"""Seconds within which a format counts as used just now."""
_ORDERED: list[subprocess.Popen[bytes]] = []
_TRIED: set[str] = set()
_PAINT = r"\ifdefined\color\color{black}\fi%"
"""xcolor puts the colour of the page before all else, which a dump forgets."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A format by what goes into it. `rest` is the source without its head, each line where it was."""

    tex: Tex
    head: str
    rest: str
    files: tuple[tuple[Path, str], ...]
    trusted: bool
    key: str

    @property
    def place(self) -> Path:
        """Its folder in the cache. Raises `OSError` if there is no cache."""
        return _folder() / self.key


def wanted(tex: Tex, source: str, files: Sequence[tuple[Path, str]], *, trusted: bool) -> Wanted | None:
    """The format for a source with the files beside it, or `None` where there can be none."""
    if tex.engine != "pdftex" or cache.folder() is None:
        return None
    head, end, rest = source.partition(f"\n{END}\n")
    if not end or "\\begin{document}" in head:
        return None
    # Those of others may ask in their heads for any file that is there, and for the date.
    read = tuple(one for one in files if not trusted or Path(one[1]).suffix in _READ_BY_TEX)
    date = "" if trusted else process.date()
    try:
        program = tex.program.resolve().stat()
        contents = [part for file, name in read for part in (name, file.read_bytes())]
    except OSError:
        return None
    identity = f"{tex.program} {program.st_size} {program.st_mtime_ns}"
    key = cache.key(identity, str(trusted), date, head, *contents)
    blank = f"{_PAINT}\n" + "%\n" * (head.count("\n") + 1)
    return Wanted(tex, head, blank + rest, read, trusted, key)


def find(want: Wanted) -> Path | None:
    """The format, if we have made it and all that it was made from is as it was."""
    if not cache.ours(f"{_FOLDER}/{want.key}"):
        return None
    try:
        place = want.place
        noted = json.loads((place / _INPUTS).read_bytes())
        whole = all(_state(name) == [name, *state] for name, *state in noted)
        if time.time() - place.stat().st_mtime > _RECENT:
            os.utime(place)
    except (OSError, ValueError, TypeError):
        return None
    usable = whole and (is_proven(want) or os.access(place, os.W_OK))
    return place / f"{_NAME}.fmt" if usable else None


def is_proven(want: Wanted) -> bool:
    """Whether what a format gives need not be compared with what a plain run gives: it is ours, or it has
    been once. A head may hold much that TeX does not dump: open files, objects of the PDF, maps of fonts.
    """
    return want.trusted or (want.place / _PROVEN).is_file()


def prove(want: Wanted) -> None:
    """Note that a format gave the same."""
    with suppress(OSError):
        (want.place / _PROVEN).touch()


def order(want: Wanted) -> None:
    """Have the format made by a process of its own, which ends by itself; nobody waits for it."""
    _ORDERED[:] = [one for one in _ORDERED if one.poll() is None]
    if not sys.executable or want.key in _TRIED or find(want) is not None or not _may_be_made(want):
        return
    _TRIED.add(want.key)
    job = {
        "tex": [want.tex.origin, str(want.tex.program)],
        "head": want.head,
        "files": [[str(file.absolute()), name] for file, name in want.files],
        "trusted": want.trusted,
        "key": want.key,
    }
    ours = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH", ""))))
    with suppress(OSError):
        maker = subprocess.Popen(
            [sys.executable, "-P", "-m", "texresume.tex.formats"],
            env={**os.environ, "PYTHONPATH": path},
            cwd=tempfile.gettempdir(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows: none that flashes up
        )
        _ORDERED.append(maker)
        assert maker.stdin is not None  # noqa: S101 - a pipe, as asked for
        with maker.stdin as stream:
            stream.write(json.dumps(job).encode())


def make(want: Wanted) -> bool:
    """Make the format now, unless somebody else does so, or it could not be made before."""
    try:
        place = want.place
        cache.made(place.parent)
        with _alone(place) as alone:
            if not alone or not _may_be_made(want):
                return False
            if find(want) is not None:  # made by somebody who was quicker
                return True
            with process.fresh_folder() as folder:
                for file, name in want.files:
                    shutil.copyfile(file, folder / name)
                (folder / f"{_NAME}.tex").write_text(f"{want.head}\n\\dump\n", "utf-8", newline="\n")
                status = process.dump(want.tex, folder, _NAME, trusted=want.trusted)
                if status < 0:  # ended from outside, which says nothing of the head
                    return False
                if status or not (folder / f"{_NAME}.fmt").is_file():
                    spoil(want)
                    return False
                _put(want, folder, _inputs(folder))
        _forget_the_oldest(place.parent)
    except OSError:
        return False
    return True


def generation(want: Wanted) -> int:
    """Which of several formats for the same it is that is there now: a number, 0 if there is none."""
    try:
        return (want.place / _INPUTS).stat().st_ino
    except OSError:
        return 0


def spoil(want: Wanted, used: int = 0) -> None:
    """Remove a format that did not work, and do without it for an hour; unless it was another one that was
    `used`, by its generation, and has been removed meanwhile or made anew.
    """
    if used and generation(want) != used:
        return
    with suppress(OSError):
        shutil.rmtree(want.place, ignore_errors=True)
        want.place.with_suffix(_SPOILED).touch()


def _folder() -> Path:
    place = cache.folder()
    if place is None:
        raise OSError
    return place / _FOLDER


def _state(name: str) -> list[str | int]:
    """A file as it is noted: size in bytes, time of its last change in ns. Raises `OSError`."""
    status = os.stat(name)  # noqa: PTH116 - a hundred of them
    return [name, status.st_size, status.st_mtime_ns]


def _may_be_made(want: Wanted) -> bool:
    """Whether there is hope for a format: it has not failed, and is not somebody else's."""
    if want.place.exists() and not cache.ours(f"{_FOLDER}/{want.key}"):
        return False
    return not _is_younger(want.place.with_suffix(_SPOILED), _FORGIVEN)


def _is_younger(file: Path, seconds: float) -> bool:
    try:
        return time.time() - file.stat().st_mtime < seconds
    except OSError:
        return False


@contextmanager
def _alone(place: Path) -> Iterator[bool]:
    """Whether nobody else makes the format at this time; one who was killed long ago does not count."""
    lock = place.with_suffix(".lock")
    if lock.exists() and not _is_younger(lock, _ABANDONED):
        shutil.rmtree(lock, ignore_errors=True)
    try:
        lock.mkdir()
    except FileExistsError:
        yield False
        return
    try:
        yield True
    finally:
        shutil.rmtree(lock, ignore_errors=True)


def _inputs(folder: Path) -> list[list[str | int]]:
    """TeX's own files that went into a format; what lay beside the source is in its key."""
    found = {}
    for line in (folder / f"{_NAME}.fls").read_text("utf-8", "surrogateescape").splitlines():
        kind, _, name = line.partition(" ")
        file = Path(folder, name)
        if kind == "INPUT" and file.parent != folder:
            found[str(file)] = _state(str(file))
    return list(found.values())


def _put(want: Wanted, folder: Path, inputs: list[list[str | int]]) -> None:
    """Put the format where it is looked for, all at once."""
    place = want.place
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        try:
            inputs = [*inputs, *(_state(str(file)) for file in searchpath.write(want.tex, place, aside))]
        except OSError:
            shutil.rmtree(aside / searchpath.FOLDER, ignore_errors=True)
        with (
            gzip.open(folder / f"{_NAME}.fmt") as packed,
            (aside / f"{_NAME}.fmt").open("wb") as plain,
        ):
            shutil.copyfileobj(packed, plain, 1 << 20)
        inputs = [*inputs, [str(place / f"{_NAME}.fmt"), *_state(str(aside / f"{_NAME}.fmt"))[1:]]]
        (aside / _INPUTS).write_text(json.dumps(inputs), "utf-8")
        shutil.rmtree(place, ignore_errors=True)
        aside.replace(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _forget_the_oldest(folder: Path) -> None:
    """Keep the formats that were used last, and nothing that a killed maker has left."""
    kept: list[tuple[float, Path]] = []
    for entry in folder.iterdir():
        if (entry.name.startswith(".") or entry.suffix) and not _is_younger(
            entry, _FORGIVEN if entry.suffix == _SPOILED else _ABANDONED
        ):
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
        elif not entry.name.startswith(".") and not entry.suffix:
            kept.append((entry.stat().st_mtime, entry))
    for _, entry in sorted(kept, reverse=True)[AT_MOST:]:
        shutil.rmtree(entry, ignore_errors=True)


def main() -> None:
    """Make the format that standard input describes."""
    with suppress(ValueError, OSError):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if hasattr(os, "nice"):
        os.nice(5)  # builds go before
    job = json.load(sys.stdin)
    origin, program = job["tex"]
    files = tuple((Path(file), name) for file, name in job["files"])
    make(Wanted(Tex(origin, Path(program)), job["head"], "", files, job["trusted"], job["key"]))


if __name__ == "__main__":
    main()
