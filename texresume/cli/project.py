"""Creating a project, and removing what was built."""

from __future__ import annotations

import importlib.resources
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from texresume import __version__, cache
from texresume.build import output
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass
from texresume.tex import process

from . import requirement

SCHEMAS = Path(".schemas")
"""The folder of a project for the JSON Schemas that editors read; it is meant to be committed."""
_DATA = Path("data/resume.yaml")
_VARIANT = Path("data/variants/example.yaml")


_ABANDONED = 3600.0
"""Seconds after which a temporary folder of TeX can only be left over from a killed process."""


def clean(folder: Path) -> list[Path]:
    """Remove the built files in a folder, the cache, and temporary folders left over from killed processes.

    Returns the files that were removed.
    """
    cache.forget()
    for left in Path(tempfile.gettempdir()).glob(f"{process.FOLDERS}????????"):
        with suppress(OSError):
            status = left.lstat()
            mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            if mine and stat.S_ISDIR(status.st_mode) and time.time() - status.st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    return output.clean(folder)


@dataclass(frozen=True, slots=True)
class Project:
    """A project that was written: its files, what could not be converted, and a line on how much was."""

    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    converted: str = ""


def new(folder: Path, source: Path | None, required: str = "") -> Project:
    """Write a project that builds as it is. No existing file is overwritten.

    With `source`, a file in any format that `exchange` reads, the data is converted from there. `required` is
    where the project gets texresume from, if not from where it is installed from. Raises `ResumeError` if a
    file already exists.
    """
    _refuse_folder(folder)
    found: tuple[Diagnostic, ...] = ()
    data, sections, line = None, set[str](), ""
    needs = requirement.given(required) if required else requirement.of_this_installation()
    if source is not None:
        data, sections, found, line = _converted(source)
    skeleton = importlib.resources.files("texresume").joinpath("cli/skeleton")
    files = {**dict(_files(skeleton, Path(), needs)), **_schemas(), **needs.files}
    taken = [folder / place for place in files if (folder / place).exists()]
    if taken:
        message = f"{taken[0]} already exists"
        error = Diagnostic(
            Severity.ERROR, "file-exists", message, hint="choose a folder that does not exist yet"
        )
        raise ResumeError(error)
    if data is not None:
        files[_DATA] = data
        if not sections >= set(yaml.safe_load(files[_VARIANT])["sections"]):
            del files[_VARIANT]  # it would warn of sections that are not there
    written = tuple(output.write(folder / place, content) for place, content in sorted(files.items()))
    return Project(written, (*found, *needs.diagnostics), line)


def _refuse_folder(folder: Path) -> None:
    name, hint = folder.name, ""
    if name.startswith("-"):
        hint = "texresume new my-resume"
    elif folder.is_file() or folder.suffix.lower() in (".json", ".yaml", ".yml"):
        hint = f"to start from a file: texresume new my-resume --from {folder}"
    if hint:
        message = f"invalid folder name {name!r}"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-folder", message, hint=hint))


def _files(folder: Traversable, place: Path, needs: requirement.Requirement) -> list[tuple[Path, bytes]]:
    """The skeleton's files. `dot-` at the start of a name is a dot; packaging tools skip dot files."""
    words = {b"@VERSION@": __version__, b"@REQUIREMENT@": needs.line, b"@ORIGIN@": needs.comment}
    found: list[tuple[Path, bytes]] = []
    for item in folder.iterdir():
        name = item.name.replace("dot-", ".", 1) if item.name.startswith("dot-") else item.name
        if item.is_dir():
            if not name.startswith("__"):
                found += _files(item, place / name, needs)
        else:
            content = item.read_bytes()
            for mark, word in words.items():
                content = content.replace(mark, word.encode())
            found.append((place / name, content))
    return found


def _schemas() -> dict[Path, bytes]:
    folder = importlib.resources.files("texresume").joinpath("data/schema/json")
    return {SCHEMAS / file.name: file.read_bytes() for file in folder.iterdir()}


def _converted(source: Path) -> tuple[bytes, set[str], tuple[Diagnostic, ...], str]:
    """The data of a file of any known format as YAML, its keys, what was not kept, and a line on that."""
    from texresume.exchange import importing, yaml_text

    imported = importing.read(source)
    found = importing.settled(imported)
    head = f"{_modeline(_DATA, 'resume')}# Converted from {source.name} by texresume {__version__}.\n"
    text = yaml_text.dump(imported.loaded.data, imported.converted.comments)
    return f"{head}{text}".encode(), set(imported.loaded.data), found, importing.summary(imported, source)


def _modeline(file: Path, kind: str) -> str:
    """The comment that names the schema for yaml-language-server, which VS Code and other editors use."""
    up = "../" * len(file.parent.parts)
    return f"# yaml-language-server: $schema={up}{SCHEMAS.as_posix()}/{kind}.schema.json\n"
