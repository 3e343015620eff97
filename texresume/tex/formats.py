r"""Formats: the static preamble of a template as a memory dump of TeX, which loads ten times as fast.

A template ends its static preamble, the part that all builds share, with the line `\csname
endofdump\endcsname`, as for mylatexformat; plain TeX ignores it. After the first build a background process
makes a format, for each static preamble, TeX and set of files; it is kept, uncompressed, in the user's cache.
It is used while every file that was read for it is unchanged. If anything is wrong with it, the build only
takes longer: it is run again without the format (`engine`).

Only for pdfTeX: XeTeX writes formats with fonts that crash when they are loaded.
"""

from __future__ import annotations

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
from pathlib import Path

from texresume import cache
from texresume.records import dataclass

from . import process, searchpath
from .distribution import Tex, texmf_folder

END = "\\csname endofdump\\endcsname"
"""The line that ends a static preamble: mylatexformat's name for it."""
AT_MOST = 12
"""Formats that are kept, the last used ones: each takes 18 MB."""
_FOLDER = "formats"
_NAME = "head"
_INPUTS = "inputs.json"
_INVALID = ".spoiled"
_VERIFIED = "proven"
_READ_BY_TEX = frozenset([".sty", ".cls", ".tex", ".def", ".cfg", ".clo", ".fd", ".ldf"])
_RETRY_AFTER = 3600.0
"""Seconds after which a format that failed, or could not be made, is tried again."""
_ABANDONED = 300.0
"""Seconds after which what a killed process has left is removed."""
_RECENT = 3600.0
"""Seconds within which a format counts as just used."""
_LINE_BYTES = 200_000
"""TeX reads lines into a buffer of at least this size."""
_STRINGS = 250_000
_PAINT = r"\ifdefined\color\color{black}\fi%"
"""xcolor sets the colour of the page before all else, which a format does not keep."""


@dataclass(frozen=True, slots=True)
class FormatKey:
    """A format by what goes into it; `body` is the source without its static preamble, line for line."""

    tex: Tex
    preamble: str
    body: str
    files: tuple[tuple[Path, str], ...]
    trusted: bool
    key: str

    @property
    def folder(self) -> Path:
        """The format's folder in the cache. Raises `OSError` if there is no cache."""
        return _folder() / self.key


def format_key(
    tex: Tex, source: str, files: Sequence[tuple[Path, str]], *, trusted: bool
) -> FormatKey | None:
    """The key of the format for a source with the files beside it; `None` if it cannot have one."""
    if tex.engine != "pdftex" or cache.folder() is None:
        return None
    preamble, end, body = source.partition(f"\n{END}\n")
    if not end or "\\begin{document}" in preamble:
        return None
    # The preamble of a third-party template may depend on any file beside it, and on the date.
    read = tuple(one for one in files if not trusted or Path(one[1]).suffix in _READ_BY_TEX)
    date = "" if trusted else process.date()
    try:
        program = tex.program.resolve().stat()
        contents = [part for file, name in read for part in (name, file.read_bytes())]
    except OSError:
        return None
    identity = f"{tex.program} {program.st_size} {program.st_mtime_ns} {texmf_folder()}"
    key = cache.key(identity, str(trusted), date, preamble, *contents)
    blank = f"{_PAINT}\n" + "%\n" * (preamble.count("\n") + 1)
    return FormatKey(tex, preamble, blank + body, read, trusted, key)


def array_sizes(source: str, *, all_lines: bool = True) -> dict[str, str]:
    """Variables that size TeX's arrays for a source; without `all_lines` it may get longer ones.

    Those of TeX Live are for books, and filling them with zeros takes a tenth of a run. A source for which
    they are too small ends the run, and the build runs again without the format (`engine`), and without them.
    """
    longest = max(len(line.encode()) for line in source.split("\n"))
    return {
        "buf_size": str(max(_LINE_BYTES, (2 if all_lines else 4) * longest)),
        "hash_extra": "60000",
        "max_strings": str(_STRINGS + len(source) // 10),
        "save_size": "50000",
    }


class FormatCache:
    """The formats in the user's cache, and the processes of this one that make more."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        self._requested: set[str] = set()

    def lookup(self, key: FormatKey) -> Path | None:
        """The file of a format, if we made it and everything that it was made from is unchanged."""
        if not cache.ours(f"{_FOLDER}/{key.key}"):
            return None
        try:
            folder = key.folder
            inputs = json.loads((folder / _INPUTS).read_bytes())
            unchanged = all(_state(name) == [name, *state] for name, *state in inputs)
            if time.time() - folder.stat().st_mtime > _RECENT:
                os.utime(folder)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        usable = unchanged and (self.is_verified(key) or os.access(folder, os.W_OK))
        return folder / f"{_NAME}.fmt" if usable else None

    def is_verified(self, key: FormatKey) -> bool:
        """Whether a format is known to give what a plain run gives: ours do, all others are compared once.
        A preamble may contain much that TeX does not dump: open files, objects of the PDF, font maps.
        """
        return key.trusted or (key.folder / _VERIFIED).is_file()

    def mark_verified(self, key: FormatKey) -> None:
        """Record that a format gave what a plain run gives."""
        with suppress(OSError):
            (key.folder / _VERIFIED).touch()

    def generation(self, key: FormatKey) -> str:
        """What tells a format from one made later with the same key; empty if there is none.

        The time as well as the inode: file systems give a freed inode to the next file.
        """
        try:
            status = (key.folder / _INPUTS).stat()
        except OSError:
            return ""
        return f"{status.st_ino} {status.st_mtime_ns}"

    def invalidate(self, key: FormatKey, generation: str = "") -> None:
        """Remove a format that failed, and do without it for an hour; unless it is of another generation
        than the one that failed, since another process has made it again in the meantime.
        """
        if generation and self.generation(key) != generation:
            return
        with suppress(OSError):
            shutil.rmtree(key.folder, ignore_errors=True)
            key.folder.with_suffix(_INVALID).touch()

    def build_in_background(self, key: FormatKey) -> None:
        """Have a process of its own make a format. Nobody waits for it; it ends by itself."""
        self._running = [one for one in self._running if one.poll() is None]
        if not sys.executable or key.key in self._requested:
            return
        if self.lookup(key) is not None or not _may_be_made(key):
            return
        self._requested.add(key.key)
        with suppress(OSError):
            self._running.append(_start_maker(key))

    def build(self, key: FormatKey) -> bool:
        """Make a format now, unless another process is making it, or it failed before."""
        try:
            cache.made(key.folder.parent)
            with _locked(key.folder) as locked:
                if not locked or not _may_be_made(key):
                    return False
                if self.lookup(key) is not None:  # another process was quicker
                    return True
                with process.fresh_folder() as folder:
                    if not self._dump(key, folder):
                        return False
                    _put(key, folder, _inputs(folder))
            _remove_oldest(key.folder.parent)
        except OSError:
            return False
        return True

    def _dump(self, key: FormatKey, folder: Path) -> bool:
        """Let TeX write the format into a temporary folder."""
        for file, name in key.files:
            shutil.copyfile(file, folder / name)
        (folder / f"{_NAME}.tex").write_text(f"{key.preamble}\n\\dump\n", "utf-8", newline="\n")
        status = process.dump(key.tex, folder, _NAME, trusted=key.trusted)
        if status < 0:  # killed from outside, which says nothing about the preamble
            return False
        if status or not (folder / f"{_NAME}.fmt").is_file():
            self.invalidate(key)
            return False
        return True


FORMATS = FormatCache()
"""The formats that this process uses."""


def _start_maker(key: FormatKey) -> subprocess.Popen[bytes]:
    job = {
        "tex": [key.tex.origin, str(key.tex.program)],
        "preamble": key.preamble,
        "files": [[str(file.absolute()), name] for file, name in key.files],
        "trusted": key.trusted,
        "key": key.key,
    }
    ours = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH", ""))))
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
    assert maker.stdin is not None  # noqa: S101 - a pipe, as asked for
    with suppress(OSError), maker.stdin as stream:
        stream.write(json.dumps(job).encode())
    return maker


def _folder() -> Path:
    folder = cache.folder()
    if folder is None:
        raise OSError
    return folder / _FOLDER


def _state(name: str) -> list[str | int]:
    """The state of a file as it is recorded: size in bytes, mtime in ns. Raises `OSError`."""
    status = os.stat(name)  # noqa: PTH116 - a hundred of them
    return [name, status.st_size, status.st_mtime_ns]


def _may_be_made(key: FormatKey) -> bool:
    """Whether a format is worth making: it has not failed lately, and its folder is not another user's."""
    if key.folder.exists() and not cache.ours(f"{_FOLDER}/{key.key}"):
        return False
    return not _is_younger(key.folder.with_suffix(_INVALID), _RETRY_AFTER)


def _is_younger(file: Path, seconds: float) -> bool:
    try:
        return time.time() - file.stat().st_mtime < seconds
    except OSError:
        return False


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Take the lock of a format: false if another process has it. A lock left long ago does not count."""
    lock = folder.with_suffix(".lock")
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
    """The files of TeX that went into a format; those beside the source are in its key."""
    found = {}
    for line in (folder / f"{_NAME}.fls").read_text("utf-8", "surrogateescape").splitlines():
        kind, _, name = line.partition(" ")
        file = Path(folder, name)
        if kind == "INPUT" and file.parent != folder:
            found[str(file)] = _state(str(file))
    return list(found.values())


def _put(key: FormatKey, folder: Path, inputs: list[list[str | int]]) -> None:
    """Move the format into the cache, all at once."""
    import gzip  # for this alone

    place = key.folder
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        try:
            inputs = [*inputs, *(_state(str(file)) for file in searchpath.write(key.tex, place, aside))]
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


def _remove_oldest(folder: Path) -> None:
    """Remove all but the last used formats, and whatever a killed process has left."""
    kept: list[tuple[float, Path]] = []
    for entry in folder.iterdir():
        if (entry.name.startswith(".") or entry.suffix) and not _is_younger(
            entry, _RETRY_AFTER if entry.suffix == _INVALID else _ABANDONED
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
        os.nice(5)  # builds come first
    job = json.load(sys.stdin)
    origin, program = job["tex"]
    files = tuple((Path(file), name) for file, name in job["files"])
    FORMATS.build(
        FormatKey(Tex(origin, Path(program)), job["preamble"], "", files, job["trusted"], job["key"])
    )


if __name__ == "__main__":
    main()
