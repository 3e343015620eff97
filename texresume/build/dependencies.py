"""What a build depends on: which files and folders, and their states, which tell whether anything changed.

States are compared, not events: so it does not matter how an editor writes, whether an event was missed or
came twice, or what else lies in a folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import output, reading
from texresume.data import loader
from texresume.latex import template
from texresume.variants import variant
from texresume.diagnostics import ResumeError
from texresume.tex.distribution import texmf_folder
from .request import Request
from .settings import DEFAULT_TEMPLATE
from texresume.variants.variant import Variant

State = tuple[int, int, int, int]
States = Mapping[Path, State | None]
"""Time, size and number of each file, and the time that nobody sets; `None` for one that is not there."""
_STYLES = "tex/latex/texresume"
_FONTS = (".otf", ".ttf", ".ttc", ".otc")
# Hidden files, and what editors put beside a file for a moment: with 4913 Vim finds out whether it may.
_PASSING = re.compile(
    r"\..*|#.*#|.*~|4913|.*\.(?:tmp|temp|bak|orig|sw[a-z]|part|crswap|crdownload|lock)|.*___jb_(?:tmp|old)___",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files, which need not be there, and folders, of which every file counts that is more than passing."""

    files: frozenset[Path]
    folders: frozenset[Path] = frozenset()

    def states(self) -> dict[Path, State | None]:
        """The states of all of them now."""
        listed = (file for folder in self.folders for file in _listed(folder))
        return {file: _state(file) for file in (*self.files, *listed)}

    def hold(self, changed: Iterable[Path]) -> bool:
        """Whether one of some changed files is among them, or was."""
        return any(file in self.files or file.parent in self.folders for file in changed)

    def roots(self) -> frozenset[Path]:
        """The folders in which something may happen: for one that is not there, the nearest above it."""
        places = {file.parent for file in self.files} | self.folders
        places |= {_resolved(file).parent for file in self.files} | {_resolved(one) for one in self.folders}
        return frozenset(filter(None, map(_nearest, places)))


def union(some: Iterable[Inputs]) -> Inputs:
    """All files and folders of some."""
    all_of = tuple(some)
    return Inputs(
        frozenset().union(*(one.files for one in all_of)),
        frozenset().union(*(one.folders for one in all_of)),
    )


def changed(before: States, now: States) -> list[Path]:
    """The files whose states differ, gone and new ones included."""
    return sorted(
        file for file in before.keys() | now.keys() if before.get(file) != now.get(file)
    )  # a file that never was there has no state in either


def of(request: Request, before: Inputs | None = None) -> Inputs:
    """What a request depends on. What cannot be read names nothing: then what it named `before` is kept."""
    data, project = request.data, request.project
    files = {data}
    if request.private != reading.NOT_PRIVATE:
        files.add(Path(request.private) if request.private else data.parent / reading.PRIVATE)
    folders = {texmf_folder() / _STYLES, template.shared_folder()}
    wanted, failed = None, False
    if request.variant:
        try:
            wanted = variant.find(request.variant, data, project)
            files.update(wanted.ancestors)
        except (ResumeError, OSError):
            failed = True
            folders.add(_folder_of_variant(request))
    folders.update(_folders_of_template(request.template or (wanted.template if wanted else ""), project))
    try:
        files.update(_named(request, files, wanted))
    except (ResumeError, OSError):
        failed = True
    if failed and before is not None:
        return union((Inputs(frozenset(files), frozenset(folders)), before))
    return Inputs(frozenset(files), frozenset(folders))


def variants(data: Path) -> Inputs:
    """What says which variants there are."""
    return Inputs(frozenset(), frozenset({variant.folder_of(data)}))


def _folder_of_variant(request: Request) -> Path:
    by_path = Path(request.variant)
    return by_path.parent if len(by_path.parts) > 1 or by_path.suffix else variant.folder_of(request.data)


def _folders_of_template(name: str, project: Path) -> Iterator[Path]:
    """The folder of the template, and the one in which the project might put another one of that name."""
    name = name or DEFAULT_TEMPLATE
    yield project / "templates" / name
    if (known := template.folders(project).get(name)) is not None:
        yield known
    elif "/" in name or "\\" in name:
        yield project / name


def _named(request: Request, files: Iterable[Path], wanted: Variant | None) -> Iterator[Path]:
    """The photo and the font files that the data, the private file and the variant name."""
    homes = {file.parent for file in files}
    names = []
    for file in (request.data, *(file for file in files if file != request.data)):
        if wanted is not None and file in wanted.ancestors:
            continue
        if file == request.data or file.exists():
            names += list(_names(loader.load(file).data))
    if wanted is not None:
        names += list(_names(wanted.overrides))
    for name in names:
        if "\0" not in name and "://" not in name and not name.startswith("data:"):
            yield from (home / name for home in homes)


def _names(data: Mapping[str, Any]) -> Iterator[str]:
    basics, meta = data.get("basics"), data.get("meta")
    if isinstance(basics, Mapping) and isinstance(basics.get("image"), str):
        yield basics["image"]
    fonts = meta.get("fonts") if isinstance(meta, Mapping) else None
    for name in fonts.values() if isinstance(fonts, Mapping) else ():
        if isinstance(name, str) and name.lower().endswith(_FONTS):
            yield name


def _listed(folder: Path) -> Iterator[Path]:
    """The files of a folder that count: none that pass, none that were built there."""
    try:
        names = [entry.name for entry in os.scandir(folder) if not entry.is_dir()]
    except OSError:
        return
    ours = {file.name for file in output.recorded(folder)}
    yield from (folder / name for name in names if name not in ours and not _PASSING.fullmatch(name))


def _state(file: Path) -> State | None:
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns


def _resolved(place: Path) -> Path:
    try:
        return place.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle
        return place


def _nearest(place: Path) -> Path | None:
    """The folder, or the first one above it that is there; none for a path from a folder that is gone."""
    try:
        above = place.absolute().parents
    except OSError:
        return None
    return next((folder for folder in (place, *above) if folder.is_dir()), None)
