"""What a build depends on: files and folders, and their states, which tell whether anything has changed.

Whoever opens a file records it here, before opening it: so the list is right also when the build fails.
States are compared, not events: it does not matter how an editor writes, whether an event was missed or came
twice, or what else is in a folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from texresume.patterns import lazy
from texresume.records import dataclass

from . import output

State = tuple[int, int, int, int]
States = Mapping[Path, State | None]
"""Modification time, size, inode and change time of each file; `None` for one that does not exist."""
# Hidden files, and what editors put beside a file for a moment: Vim writes 4913 to test the folder.
_TRANSIENT = lazy(
    r"\..*|#.*#|.*~|4913|.*\.(?:tmp|temp|bak|orig|sw[a-z]|part|crswap|crdownload|lock)|.*___jb_(?:tmp|old)___",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class Dependencies:
    """What a build has read so far, and what it would have read instead, had it existed.

    Of a folder every file counts that is not transient. `complete` is false where the build also read what
    is not listed, such as fonts of this machine.
    """

    files: set[Path] = field(default_factory=set)
    folders: set[Path] = field(default_factory=set)
    shadowing: set[Path] = field(default_factory=set)
    complete: bool = True

    def add(self, *files: Path) -> None:
        """These files are read."""
        self.files.update(files)

    def add_folder(self, *folders: Path) -> None:
        """Any file of these folders may be read."""
        self.folders.update(folders)

    def would_shadow(self, *paths: Path) -> None:
        """These files or folders need not exist; if they did, they would be read as well, or instead."""
        self.shadowing.update(paths)

    def inputs(self) -> list[Path]:
        """The files and folders that were read."""
        return sorted(self.files | self.folders)

    def candidates(self) -> list[Path]:
        """What would be read if it existed, without what was read."""
        return sorted(self.shadowing - self.files - self.folders)

    def states(self) -> dict[Path, State | None]:
        """The states of all files now."""
        listed = (file for folder in self.folders | self.shadowing for file in _listed(folder))
        return {file: _state(file) for file in (*self.files, *self.shadowing, *listed)}

    def include(self, changed: Iterable[Path]) -> bool:
        """Whether one of some changed files is among them, or was."""
        folders = self.folders | self.shadowing
        return any(file in self.files or file in folders or file.parent in folders for file in changed)

    def roots(self) -> frozenset[Path]:
        """The folders to watch; for one that does not exist, the nearest one above it."""
        files, folders = self.files | self.shadowing, self.folders | self.shadowing
        places = {file.parent for file in files} | folders
        places |= {_resolved(file).parent for file in files} | set(map(_resolved, folders))
        return frozenset(filter(None, map(_nearest, places)))


def union(some: Iterable[Dependencies]) -> Dependencies:
    """All of several builds."""
    result = Dependencies()
    for one in some:
        result.add(*one.files)
        result.add_folder(*one.folders)
        result.would_shadow(*one.shadowing)
        result.complete = result.complete and one.complete
    return result


def changed(before: States, now: States) -> list[Path]:
    """The files whose states differ, removed and new ones included."""
    return sorted(
        file for file in before.keys() | now.keys() if before.get(file) != now.get(file)
    )  # a file that never existed has no state in either


def _listed(folder: Path) -> Iterator[Path]:
    """The files of a folder that count: not transient, not built there."""
    try:
        names = [entry.name for entry in os.scandir(folder) if not entry.is_dir()]
    except OSError:
        return
    ours = {file.name for file in output.recorded(folder)}
    yield from (folder / name for name in names if name not in ours and not _TRANSIENT.fullmatch(name))


def _state(path: Path) -> State | None:
    """The state of a file; a folder has none: what is put into it for a moment would change it."""
    try:
        if path.is_dir():
            return None
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle; a NUL in a name
        return path


def _nearest(folder: Path) -> Path | None:
    """The folder, or the first one above it that exists; none for a path from a folder that was removed."""
    try:
        above = folder.absolute().parents
        return next((one for one in (folder, *above) if one.is_dir()), None)
    except (OSError, ValueError):
        return None
