"""The files that may be read and written from the page: a list made here. The browser names an id of it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from texresume import cache
from texresume.build import output, reading
from texresume.build.request import Request
from texresume.data import files, text_files
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass
from texresume.variants import letters, variant

_BIBLIOGRAPHIES = (".bib", ".bibtex")
_DATA = (".yaml", ".yml", ".json")
_BOM = b"\xef\xbb\xbf"
_lock = threading.Lock()
"""Of two clients that write, one is first."""


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file by its path, which only this side knows. `places` are the folders, and perhaps the file, in
    which it must lie, links resolved.
    """

    id: str
    path: Path
    label: str
    kind: str
    variant: str
    schema: str
    places: tuple[Path, ...]

    def address(self, editor: str) -> str:
        """The address with which an editor opens it, of a pattern such as `vscode://file{file}:{line}`; line
        and column are left to the page.
        """
        return editor.replace("{file}", quote(self.path.absolute().as_posix())) if editor else ""


class Conflict(Exception):  # noqa: N818 - what happened
    """A file has changed since the text was read that was to replace it."""


def listed(request: Request, read: Iterable[Path]) -> tuple[ProjectFile, ...]:
    """The files of a project: what `read` a build, and all variants and letters beside the data."""
    data, project = request.data, request.project
    roots = (project.resolve(), data.parent.resolve())
    found: dict[Path, ProjectFile] = {}

    def add(path: Path, kind: str, name: str = "", schema: str = "", *more: Path) -> None:
        if path.is_file() and path.resolve() not in found:
            number = hashlib.sha256(path.absolute().as_posix().encode("utf-8", "replace")).hexdigest()[:8]
            own = kind if kind in ("data", "private") else f"{kind}-{number}"
            made = ProjectFile(own, path, path.as_posix(), kind, name, schema, (*roots, *more))
            if not files.leads_out(path, made.places):
                found[path.resolve()] = made

    if data.suffix.lower() in _DATA:
        add(data, "data", "", "resume", *_named(data))
    private = reading.private_file(data, request.private)
    if private is not None:
        add(private, "private", "", "resume", *(_named(private) if request.private else ()))
    for name, file in variant.available(variant.folder_of(data)).items():
        add(file, "variant", name, "variant")
        for letter in letters.candidates(letters.folder_of(data), name):
            add(letter, "letter", name, "letter")
    if request.variant and Path(request.variant).is_file():
        file = Path(request.variant)
        add(file, "variant", file.stem, "variant", *_named(file))
    for file in sorted(read):
        if file.suffix.lower() in _BIBLIOGRAPHIES:
            add(file, "bibliography")
    return tuple(found.values())


def _named(file: Path) -> tuple[Path, ...]:
    """What the command line names may lie anywhere."""
    return (file.resolve(),)


def find(path: Path, known: Iterable[ProjectFile]) -> ProjectFile | None:
    """The file of the list that a path leads to."""
    some = tuple(known)
    same = next((one for one in some if one.path == path), None)
    if same is not None:
        return same
    target = _resolved(path)
    return next((one for one in some if _resolved(one.path) == target), None)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


_hashes: cache.Memo[str] = cache.Memo(256)


def hash_of(file: ProjectFile) -> str:
    """The hash of what a file holds now; empty if it cannot be read."""
    state = cache.status(file.path)
    if not state:
        return ""
    with _lock:
        return _hashes.get(f"{file.path.absolute()} {state}", lambda: _hash(file))


def _hash(file: ProjectFile) -> str:
    try:
        return _digest(files.read(place(file), text_files.MAXIMUM_BYTES))
    except (OSError, ValueError, ResumeError):
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(file: ProjectFile) -> tuple[str, str]:
    """The text of a file, with line feeds as its line ends, and its hash. Raises `ResumeError`."""
    target = place(file)
    content = text_files.read_bytes(target)
    return _text(text_files.decode(content, file.path)), _digest(content)


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write(file: ProjectFile, text: str, base: str) -> str:
    """Replace what a file holds, if that has the hash `base` still. The new hash.

    Its line ends, its byte order mark, its mode and, if it is a link, where that leads stay as they are.
    Raises `Conflict` if it has changed since, `ResumeError` if it cannot be written.
    """
    with _lock:
        target = place(file)
        before = text_files.read_bytes(target)
        if _digest(before) != base:
            raise Conflict
        content = _like(before, text)
        if content != before:
            _replace(file, target, content)
        return _digest(content)


def _like(before: bytes, text: str) -> bytes:
    """A text with the byte order mark and the line ends of what was there before: those of each line that is
    still the same, elsewhere the usual ones.
    """
    mark = _BOM if before.startswith(_BOM) else b""
    old = before.removeprefix(_BOM).decode("utf-8", "replace")
    text = _text(text)
    if "\r" not in old:
        return mark + text.encode("utf-8")
    ends = _ends(old)
    lines = text.split("\n")
    usual = max(set(ends) or {"\n"}, key=ends.count)
    if len(set(ends)) > 1:
        ends = _matched(_text(old).split("\n"), ends, lines, usual)
    else:
        ends = [usual] * (len(lines) - 1)
    joined = "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
    return mark + joined.encode("utf-8")


def _ends(text: str) -> list[str]:
    import re

    return re.findall(r"\r\n|\r|\n", text)


def _matched(old: list[str], ends: list[str], new: list[str], usual: str) -> list[str]:
    """The line end of each new line: that of the old line which it was."""
    import difflib

    found = [usual] * (len(new) - 1)
    for match in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for step in range(match.size):
            if match.b + step < len(found) and match.a + step < len(ends):
                found[match.b + step] = ends[match.a + step]
    return found


def place(file: ProjectFile) -> Path:
    """Where a file is now, links resolved. Raises `ResumeError` for one that leads out of the project."""
    if files.leads_out(file.path, file.places):
        message = f"{file.path.name} is a link that leads out of the project"
        raise ResumeError(Diagnostic(Severity.ERROR, "link-outside", message, file.path))
    return file.path.resolve()


def _replace(file: ProjectFile, target: Path, content: bytes) -> None:
    """Write beside it and rename, so that nobody ever sees half of it."""
    try:
        mode = target.stat().st_mode & 0o7777
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "the file is read-only")
        output.replace_file(target, content, mode, sync=True)
    except OSError as error:
        message = f"cannot write {file.label}: {error.strerror or error}"
        raise ResumeError(Diagnostic(Severity.ERROR, "not-writable", message, file.path)) from None
