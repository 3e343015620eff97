"""The last stage: the names of files, and writing them so that nobody ever sees half of one."""

from __future__ import annotations

import glob
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from texresume.data import files
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.exchange import registry
from texresume.records import dataclass

from . import lock

PNG_DPI = 150
RECORD = ".texresume"
"""A file in the output folder that lists what was built there: `clean` removes nothing else."""
_MAXIMUM_RECORD = 10_000_000
_FAILED = ".failed"


def write(file: Path, content: bytes, hint: str = "choose another folder with --output") -> Path:
    """Write a temporary file beside it, then rename it, so that nobody ever sees half a file.

    Raises `ResumeError` with the hint if the folder is not writable.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, content, 0o666 & ~_umask())
    except OSError as error:
        message = f"cannot write {file}: {error.strerror or error}"
        fault = Diagnostic(Severity.ERROR, "not-writable", message, hint=hint)
        raise ResumeError(fault) from None
    return file


def replace_file(file: Path, content: bytes, mode: int, *, sync: bool = False) -> None:
    """Write beside a file and rename; with `sync` what was written outlives a failure of power.

    Raises `OSError`, after which the file is what it was.
    """
    handle, aside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            if sync:
                stream.flush()
                os.fsync(handle)
        Path(aside).chmod(mode)
        Path(aside).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(aside).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


@dataclass(frozen=True, slots=True)
class Saved:
    """The files of a build by format, and the digest of what was written into each."""

    files: Mapping[str, str]
    digests: Mapping[str, str]


def digest(content: bytes) -> str:
    """What a record says of a file's content."""
    return hashlib.sha256(content).hexdigest()


def save(
    folder: Path, name: str, formats: Sequence[str], pdf: bytes, source: str, exports: Mapping[str, bytes]
) -> Saved:
    """Write a build that passed in these formats, and remove what an earlier failure left. `exports` are the
    contents of those of `exchange`.

    All of it under the folder's lock: the files of one build stay together.
    """
    contents: dict[str, tuple[Path, bytes]] = {}
    for form in formats:
        if form == "pdf":
            contents[form] = folder / f"{name}.pdf", pdf
        elif form == "tex":
            contents[form] = folder / f"{name}.tex", source.encode()
        elif form == "png":
            for number, page in enumerate(pictures(pdf), 1):
                key = form if number == 1 else f"{form}-{number}"
                contents[key] = folder / f"{name}-{number}.png", page
        else:
            contents[form] = folder / f"{name}.{registry.FORMATS[form].suffix}", exports[form]
    save_all(dict(contents.values()), folder / name)
    named = {form: file.as_posix() for form, (file, _) in contents.items()}
    return Saved(named, {file.as_posix(): digest(content) for file, content in contents.values()})


def save_all(contents: Mapping[Path, bytes], passed: Path | None = None) -> None:
    """Write files of one folder under its lock. `passed` is the path without an ending of a build that
    passed: what an earlier failure of it left is removed.
    """
    with _locked(next(iter(contents)).parent):
        for file, content in contents.items():
            built(file, content)
        for file in failures(passed) if passed else ():
            with suppress(OSError):
                file.unlink()


def save_beside(file: Path, key: str, content: bytes) -> Saved:
    """Write a further file of a build that passed; `key` is what it is listed under."""
    with _locked(file.parent):
        built(file, content)
    return Saved({key: file.as_posix()}, {file.as_posix(): digest(content)})


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The lock of an output folder is its record; what cannot be made there is said by `write`."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    with lock.held(folder / RECORD):
        yield


def failures(built: Path) -> list[Path]:
    """What a failed build of the same files may have left; `built` is their name without a suffix."""
    return [built.with_name(f"{built.name}{_FAILED}.{ending}") for ending in ("tex", "log", "pdf")]


def built(file: Path, content: bytes) -> Path:
    """Write a file and record it for `clean`."""
    write(file, content)
    with suppress(OSError):
        record = file.parent / RECORD
        if file.name not in _names(record):
            _append(record, f"{file.name}\n".encode())
    return file


def _append(file: Path, line: bytes) -> None:
    """Append a line to a file in one piece, whoever else does so. Raises `OSError`, also for a link."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would block
    handle = os.open(file, flags, 0o666)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def recorded(folder: Path) -> list[Path]:
    """What was built in a folder, by its record."""
    names = dict.fromkeys(_names(folder / RECORD))
    return [folder / name for name in names if name == Path(name).name and name not in ("", "..")]


def _names(record: Path) -> list[str]:
    """The lines of a record, if it is a file and no link."""
    try:
        return [] if record.is_symlink() else files.read(record, _MAXIMUM_RECORD).decode().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def clean(folder: Path) -> list[Path]:
    """Remove what was built in a folder, and the folder if it is empty then; return what was removed."""
    removed = []
    for file in recorded(folder):
        for aside in folder.glob(f".{glob.escape(file.name)}.????????"):  # left by a process that was killed
            aside.unlink(missing_ok=True)
        if file.is_file():
            file.unlink()
            removed.append(file)
    with suppress(OSError):
        (folder / RECORD).unlink()
        folder.rmdir()
    return removed


def keep_failure(
    folder: Path, name: str, *, source: str, log: str = "", pdf: bytes = b""
) -> tuple[Diagnostic, ...]:
    """Write what a failed build leaves, to look into. Where that fails, too, a warning says so: why the build
    failed is what counts.
    """
    found = []
    for ending, content in (("tex", source.encode()), ("log", log.encode("utf-8", "replace")), ("pdf", pdf)):
        file = folder / f"{name}{_FAILED}.{ending}"
        if not content:
            continue
        try:
            built(file, content)
        except ResumeError as error:
            with suppress(OSError):  # an older one would be taken for this one
                file.unlink()
            found += [replace(one, severity=Severity.WARNING, code="not-kept") for one in error.diagnostics]
    return tuple(found)


def pictures(pdf: bytes, dpi: int = PNG_DPI, most: int | None = None) -> list[bytes]:
    """The pages as PNG, `most` of them at most."""
    from io import BytesIO

    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in islice(document, most):
        stream = BytesIO()
        page.render(scale=dpi / 72).to_pil().save(stream, format="PNG")
        pages.append(stream.getvalue())
    return pages
