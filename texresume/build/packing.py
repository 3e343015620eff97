"""Packing a request into a parcel: reading and settling as a build does, which says what it would read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from texresume import cache
from texresume.data import files
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex import template
from texresume.tex import process

from . import design, parcel, pipeline, reading
from .parcel import Parcel
from .run import Run

if TYPE_CHECKING:
    from texresume.latex.template import Template

    from .request import Request
    from .stages import Content

_AIDS = frozenset([".git", ".hg", ".svn", "__pycache__", "node_modules"])
"""Folders that are no part of a template, though they may lie in one."""


class Packed:
    """A parcel, and what is known here of its build: its run so far, and `target`, the path of what it writes
    without an ending.
    """

    def __init__(self, run: Run, made: Parcel, target: Path) -> None:
        self.run, self.parcel, self.target = run, made, target

    @property
    def request(self) -> Request:
        """The request that was packed."""
        return self.run.request


def pack(request: Request, *, trust: bool = False) -> Packed:
    """Read the data, settle template and pictures, and take the bytes of all files that the build will read.

    Unless the sender has `trust` in third-party templates, they are built only where they can be confined.
    Raises `ResumeError` for what is wrong already: unknown keys, a missing photo, too large a file. TeX is
    not needed here.
    """
    run = Run(request)
    with pipeline.failures_kept(run):
        content = reading.read_content(run)
        look = design.settle(run, content)
        paths = dict.fromkeys(_needed(run, content, look.template))
        made = _parcel(request, paths, trust=trust)
    return Packed(run, made, request.output / look.stem)


def _parcel(request: Request, paths: Iterable[Path], *, trust: bool) -> Parcel:
    places = dict(_places(request))
    names = _Names([*paths, request.data], [request.project, Path()])
    shown = {"": str(names.root)}
    shown |= {names.of(path.parent): str(path.parent) for path in paths}
    shown |= {names.of(place): str(place) for place in places.values()}
    shown |= {names.of(path): str(path) for path in paths}
    values = {key: value for key, value in asdict(request).items() if key not in (*places, "output")}
    return Parcel(
        edition=parcel.edition(),
        files=_contents({names.of(path): path for path in paths}),
        places={key: names.of(place) for key, place in places.items()},
        values={**values, "untrusted": request.untrusted or not trust},
        shown=shown,
        here=names.of(Path()),
        output=str(request.output),
        epoch=os.environ.get(process.EPOCH, ""),
    )


def _places(request: Request) -> Iterator[tuple[str, Path]]:
    """The fields of a request that are paths here, but for the output."""
    yield "data", request.data
    yield "project", request.project
    if request.private and request.private != reading.NOT_PRIVATE:
        yield "private", Path(request.private)
    variant = Path(request.variant)
    if "/" in request.variant or "\\" in request.variant or variant.suffix in (".yaml", ".yml"):
        yield "variant", variant
    if "/" in request.template or "\\" in request.template or request.template in (".", ".."):
        yield "template", request.project / request.template


class _Names:
    """Names in a parcel: paths below `root`, the folder above the lowest one that has them all in it.

    Raises `ResumeError` where there is none.
    """

    def __init__(self, files: Iterable[Path], folders: Iterable[Path]) -> None:
        try:
            common = os.path.commonpath([*map(os.path.abspath, folders), *map(_folder_of, files)])
        except ValueError:  # on Windows
            message = "cannot pack files of several drives into one parcel"
            raise ResumeError(Diagnostic(Severity.ERROR, "not-readable", message)) from None
        self.root = Path(common).parent

    def of(self, path: Path) -> str:
        """The name of a file or folder; empty for the root itself."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `..` goes, links stay
        name = absolute.relative_to(self.root).as_posix()
        return "" if name == "." else name


def _folder_of(file: Path) -> str:
    return os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - as above


def _contents(paths: dict[str, Path]) -> dict[str, bytes]:
    """The bytes of some files. Raises `ResumeError` for one that cannot be read, and for too many."""
    found: dict[str, bytes] = {}
    size = 0
    for name, path in paths.items():
        try:
            found[name] = files.read(path, parcel.MAXIMUM_BYTES - size)
        except files.TooLarge:
            raise ResumeError(parcel.too_large(len(paths), parcel.MAXIMUM_BYTES)) from None
        except (OSError, ValueError) as error:
            message = f"cannot read {path}: {getattr(error, 'strerror', None) or error}"
            raise ResumeError(Diagnostic(Severity.ERROR, "not-readable", message)) from None
        size += len(found[name])
    if len(found) > parcel.MAXIMUM_FILES:
        raise ResumeError(parcel.too_large(len(found), size))
    return found


# -- what a build reads -----------------------------------------------------------------------------------


def _needed(run: Run, content: Content, chosen: Template) -> Iterator[Path]:
    """The files that a build reads, but for what every texresume has, and this machine's own: fonts, TeX."""
    outside = [place for place in (template.builtin_folder(), cache.folder()) if place is not None]
    for file in sorted(run.dependencies.files):
        if not _is_in(file, outside):
            yield file
    for folder in chosen.folders:
        if not _is_in(folder, outside):
            yield from _of_template(folder)
    roots = [run.request.project, run.request.data.parent, *chosen.folders]
    if content.variant is not None:
        roots += [file.parent for file in content.variant.ancestors]
    for file in (*sorted(run.dependencies.shadowing), *_other_letters(run, content)):
        # The build looks for these by itself, and would not follow a link out of the project either.
        if _is_file(file) and not files.leads_out(file, roots) and not _is_in(file, outside):
            yield file


def _is_in(path: Path, places: Iterable[Path]) -> bool:
    return not files.leads_out(path, places)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _of_template(folder: Path) -> Iterator[Path]:
    """The files of a third-party template that a build may read, its own links included."""
    for place, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if name not in _AIDS and not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            if name.startswith(".") or name == template.THUMBNAIL or not _is_file(file):
                continue
            if files.leads_out(file, [folder]):
                continue
            if file.is_symlink() and file.suffix not in template.SOURCES:  # TeX is given none
                continue
            with suppress(OSError):
                if file.stat().st_size <= template.MAXIMUM_FILE:
                    yield file


def _other_letters(run: Run, content: Content) -> Iterator[Path]:
    """The other variants and their letters: a letter must not name their employers."""
    from texresume.variants import letters, variant

    if content.variant is None or content.variant.letter is None:
        return
    data = run.request.data
    for name, file in variant.available(variant.folder_of(data)).items():
        yield from (file, *letters.candidates(letters.folder_of(data), name))
