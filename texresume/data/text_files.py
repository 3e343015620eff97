"""Files with data as text: read with a bound, and decoded; every problem becomes a diagnostic."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from texresume.diagnostics import Diagnostic, Position, ResumeError, Severity, nearest

from . import files
from .source import Source

MAXIMUM_BYTES = 4_000_000
"""A résumé of 5,000 lines is 0.3 MB; a file above this is something else."""


def read_bytes(file: Path, most: int = MAXIMUM_BYTES) -> bytes:
    """What a file holds. Raises `ResumeError` if it cannot be read, or has more than `most` bytes."""

    def error(code: str, message: str, hint: str = "") -> ResumeError:
        return ResumeError(Diagnostic(Severity.ERROR, code, message, file, hint=hint))

    try:
        return files.read(file, most, pipe=True)
    except files.TooLarge as cause:
        raise error("too-large", f"the file is {cause}") from None
    except files.NotAFile as cause:
        raise error("not-a-file", str(cause), "name a file with YAML or JSON in it") from None
    except FileNotFoundError:
        if file.is_symlink():
            message = f"this is a link to {str(file.readlink())!r}, which does not exist"
            raise error("no-such-file", message, "mend the link, or name another file with --data") from None
        siblings = [path.name for path in file.parent.glob("*") if path.suffix in {".yaml", ".yml", ".json"}]
        raise error(
            "no-such-file", "file not found",
            nearest(file.name, siblings) or "pass one with --data, or create one with 'texresume new'",
        ) from None  # fmt: skip
    except IsADirectoryError:
        raise error("not-a-file", "this is a folder, not a file") from None
    except PermissionError:
        folder = os.path.isdir(file)  # noqa: PTH112 - Path.is_dir would raise again what was just caught
        message = "this is a folder, not a file" if folder else "permission denied"
        raise error("not-readable", message) from None
    except (OSError, ValueError) as cause:
        raise error("not-readable", f"cannot read the file: {cause}") from None


def decode(raw: bytes, file: Path) -> str:
    """The text of a file in UTF-8. Raises `ResumeError` if it is in another encoding."""

    def error(message: str, hint: str, position: Position | None = None) -> ResumeError:
        return ResumeError(Diagnostic(Severity.ERROR, "wrong-encoding", message, file, position, hint=hint))

    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise error("the file is in UTF-16, not in UTF-8", "save it as UTF-8")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as cause:
        before = raw[: cause.start].decode("utf-8")
        tail = raw[cause.start :].split(b"\n")[0].decode("latin-1").rstrip("\r")
        position = Source.of(file, before + tail).at(len(before))
        raise error(
            f"the byte {raw[cause.start]:#04x} is not valid UTF-8",
            "save the file as UTF-8 (it looks like Latin-1 or Windows-1252)", position,
        ) from None  # fmt: skip
