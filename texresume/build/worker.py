"""The other side of a parcel: unpack it, build it, and say what came of it as its sender would be told."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from texresume.data import files
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.tex import process

from . import batch, confinement, lock, output
from .dependencies import Dependencies
from .outcome import Build, Outcome
from .parcel import Parcel, ParcelOutcome, edition, machine, unpack
from .request import Request

_ONE_AT_A_TIME = threading.Lock()
"""Pdfium, which reads PDFs back, is not made for threads; the environment is the whole process's."""
FOLDERS = "texresume-parcel-"
"""Prefix of the names of the folders in which parcels are built."""
_LOCK = "lock"
_looked = float("-inf")
_ABANDONED = 60.0
"""Seconds after which a folder whose process has died is removed, and between two looks for such."""


def build_parcel(parcel: Parcel) -> ParcelOutcome:
    """Build a parcel in a folder of its own, which is removed afterwards. Never raises `ResumeError`.

    This is what a worker runs: a function of this module, so that a pool sends no more than its name. One
    build at a time runs in a process, whichever thread it is called from.
    """
    if parcel.edition != edition():
        message = f"a worker has texresume {edition()}, and here it is {parcel.edition}"
        hint = "install the same release on all workers, and start them again"
        return ParcelOutcome(
            None, refusal=(Diagnostic(Severity.ERROR, "worker-version", message, hint=hint),)
        )
    with _ONE_AT_A_TIME, _dated(parcel.epoch):
        try:
            with _own_folder() as folder:
                unpack(parcel, folder / "in")
                with files.working_in(folder / "in" / parcel.here), process.working_below(folder):
                    return _built(parcel, folder)
        except ResumeError as error:
            return ParcelOutcome(None, refusal=error.diagnostics)
        except OSError as error:
            message = f"a worker cannot unpack the parcel: {error.strerror or error}"
            return ParcelOutcome(None, refusal=(Diagnostic(Severity.ERROR, "worker-failed", message),))


def _built(parcel: Parcel, folder: Path) -> ParcelOutcome:
    inside, out = folder / "in", folder / "out"
    places = {key: inside / name for key, name in parcel.places.items()}
    texts = {key: str(place) for key, place in places.items() if key not in ("data", "project")}
    request = Request(
        **{**parcel.values, **texts}, data=places["data"], project=places["project"], output=out
    )
    outcome = batch.attempt(request)
    found = {file.name: file.read_bytes() for file in output.recorded(out) if file.is_file()}
    return ParcelOutcome(_as_sent(outcome, _Spelling(folder, parcel)), found, machine=_machine(outcome))


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder for one parcel, which is removed afterwards; so are those of workers that were killed."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=FOLDERS)).resolve()
    try:
        with lock.held(folder / _LOCK):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    """Remove the folders of processes that have died, whose locks nobody holds: a parcel may be private."""
    global _looked  # noqa: PLW0603 - one for the whole process
    if time.monotonic() - _looked < _ABANDONED:
        return
    _looked = time.monotonic()
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        with suppress(OSError):
            status = folder.lstat()
            ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
            if not (ours and stat.S_ISDIR(status.st_mode) and time.time() - status.st_mtime > _ABANDONED):
                continue
            with lock.held(folder / _LOCK, patience=0) as abandoned:
                if abandoned:
                    shutil.rmtree(folder, ignore_errors=True)


def _machine(outcome: Outcome) -> Mapping[str, str]:
    build = outcome.build
    return machine(build.engine, build.tex) if build else {}


@contextmanager
def _dated(epoch: str) -> Iterator[None]:
    """Within the context, the date in PDFs is that of the parcel."""
    before = os.environ.get(process.EPOCH, "")
    _set_date(epoch)
    try:
        yield
    finally:
        _set_date(before)


def _set_date(epoch: str) -> None:
    if epoch:
        os.environ[process.EPOCH] = epoch
    else:
        os.environ.pop(process.EPOCH, None)


# -- as its sender knows it -------------------------------------------------------------------------------


class _Spelling:
    """What files of a folder are called where the parcel was packed."""

    def __init__(self, folder: Path, parcel: Parcel) -> None:
        self._there = {str(folder / "in" / name): here for name, here in parcel.shown.items()}
        self._there[str(folder / "out")] = parcel.output
        self._folder = str(folder)
        known = "|".join(map(re.escape, sorted(self._there, key=len, reverse=True)))
        self._known = re.compile(rf"({known})([\\/]|(?![\w.-]))")

    def text(self, text: str) -> str:
        """A message with the sender's names."""
        return self._known.sub(self._spelt, text) if self._folder in text else text

    def _spelt(self, match: re.Match[str]) -> str:
        here = self._there[match[1]]
        return "" if here == "." and match[2] else here + match[2]

    def diagnostic(self, one: Diagnostic) -> Diagnostic:
        """A diagnostic about the sender's file."""
        file = None if one.file is None else Path(self.text(str(one.file)))
        hint = self.text(one.hint)
        if one.code == confinement.REFUSED:
            hint = "install bubblewrap on the workers, or say trust=True if you trust the template"
        return replace(one, file=file, message=self.text(one.message), hint=hint)

    def diagnostics(self, some: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Each of them, see `diagnostic`."""
        return tuple(map(self.diagnostic, some))


def _as_sent(outcome: Outcome, spelling: _Spelling) -> Outcome:
    """The outcome without a path of this machine: files that were written are bare names, and the request
    says nothing but whether it is the letter's.
    """
    return replace(
        outcome,
        request=Request(letter=outcome.request.letter),
        build=_build_as_sent(outcome.build, spelling) if outcome.build else None,
        diagnostics=spelling.diagnostics(outcome.diagnostics),
        dependencies=None,
        letter=_as_sent(outcome.letter, spelling) if outcome.letter else None,
    )


def _build_as_sent(build: Build, spelling: _Spelling) -> Build:
    return replace(
        build,
        files={form: Path(file).name for form, file in build.files.items()},
        digests={Path(file).name: digest for file, digest in build.digests.items()},
        diagnostics=spelling.diagnostics(build.diagnostics),
        dependencies=Dependencies(complete=False),
    )
