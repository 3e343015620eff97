"""Opening a file at a line: by an address that the browser follows, or by a command that is run here."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_REFUSED = ("http:", "https:", "javascript:", "data:", "file:")
_PLACE = "{file}"
_VALUE = re.compile(r"\{(file|line|column)\}")


@dataclass(frozen=True, slots=True)
class Editor:
    """What `--editor` says: an address such as `vscode://file{file}:{line}`, or a command, or neither."""

    address: str = ""
    command: tuple[str, ...] = ()

    @staticmethod
    def of(text: str) -> Editor:
        """Read what a flag says. Raises `ResumeError` for what cannot be meant."""
        text = text.strip()
        if not text:
            return Editor()
        if _PLACE not in text:
            raise _error(f"no {{file}} in {text!r}")
        if _ADDRESS.match(text):
            if text.lower().startswith(_REFUSED):
                raise _error(f"{text!r} is no address of an editor")
            return Editor(address=text)
        try:
            words = tuple(shlex.split(text, posix=os.name == "posix"))
        except ValueError as error:
            raise _error(f"{text!r} is no command: {error}") from None
        return Editor(command=words)

    def open(self, file: Path, line: int, column: int) -> None:
        """Run the command, without a shell, and do not wait for it. Raises `ResumeError` if it cannot run."""
        values = {"file": str(file.absolute()), "line": str(line), "column": str(column)}
        words = [_VALUE.sub(lambda match: values[match[1]], word) for word in self.command]
        try:
            process = subprocess.Popen(  # noqa: S603 - what the user's own flag says
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise _error(f"cannot run {words[0]!r}: {getattr(error, 'strerror', '') or error}") from None
        _reap(process)


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for it elsewhere, so that no process is left behind as a zombie."""
    import threading

    threading.Thread(target=process.wait, name="editor", daemon=True).start()


def _error(message: str) -> ResumeError:
    hint = "--editor 'code -g {file}:{line}:{column}', or 'vscode://file{file}:{line}:{column}'"
    return ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
