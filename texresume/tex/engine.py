"""From LaTeX source to PDF: finds TeX, and runs it as often as needed, in a sandbox and within limits.

The source is typeset in a temporary folder, without shell escape, reading and writing only in that folder and
in TeX's own trees, with a clean environment, and with limits on time, memory and file size. Third-party
templates run inside bubblewrap where it is installed, since pdfTeX has primitives that read any file.
SECURITY.md says what this stops and what it does not.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from texresume.diagnostics import ResumeError, Severity
from texresume.records import dataclass

from . import distribution, formats, process, searchpath, structure, texlog
from .distribution import NO_TEX, Tex
from .formats import FORMATS
from .process import JOB

MAXIMUM_RUNS = 4
_SIGNALLED = 128
"""Bubblewrap adds this to the number of the signal that killed TeX."""
_OF_THIS_TEX = ("missing-package", "tex-failed", "no-space")
"""Errors that another TeX may not have: the last one, since each takes other room for its files."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LEAST_SPACE = 1 << 16
"""Bytes. Where less is free, a TeX that does not say why it failed had no room."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """What TeX made of a source: the PDF's bytes, the findings in the log, what the source measured."""

    pdf: bytes
    tex: Tex
    runs: int
    seconds: float
    findings: tuple[texlog.Finding, ...]
    measures: Mapping[str, str]
    items: tuple[texlog.Item, ...] = ()
    with_format: bool = False


Files = Sequence[tuple[Path, str]]
"""Files beside the source: where each is, and its name there."""

Shortcut = Callable[[Tex, str, Files], Typeset | None]
"""A quicker way to what a run of a trusted source would give, or to `None`: see `preloaded`."""


class TexFailed(Exception):  # noqa: N818 - caught by the build, which reports the findings
    """TeX ran and made no PDF: the findings in its log, and the log."""

    def __init__(self, findings: Sequence[texlog.Finding], log: str, tex: Tex) -> None:
        super().__init__(findings[0].message if findings else "TeX failed")
        self.findings = tuple(findings)
        self.log = log
        self.tex = tex


def typeset(
    source: str,
    files: Files = (),
    *,
    engine: str = "pdftex",
    trusted: bool = True,
    readable: Sequence[Path] = (),
    shortcut: Shortcut | None = None,
) -> Typeset:
    """Typeset a source with the files beside it; TeX may also read what is in `readable` folders, such as
    fonts.

    If a TeX lacks a package, or does not say why it fails, the next one is tried. A `shortcut` is tried
    first, for trusted sources.

    Raises `TexFailed` when TeX makes no PDF, `ResumeError` when there is no TeX.
    """
    candidates = distribution.find(engine)
    if not candidates:
        raise ResumeError(NO_TEX)
    failure: TexFailed | None = None
    for tex in candidates:
        try:
            return _typeset(_Job(tex, source, files, trusted, readable), shortcut)
        except TexFailed as error:
            failure = failure or error
            if not any(finding.code in _OF_THIS_TEX for finding in error.findings):
                break
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise TexFailed([_no_space(tempfile.gettempdir())], "", tex) from None
    assert failure is not None  # noqa: S101 - the loop has run
    raise failure


@dataclass(frozen=True, slots=True)
class _Job:
    """A source to be typeset with a TeX."""

    tex: Tex
    source: str
    files: Files
    trusted: bool
    readable: Sequence[Path]


def _typeset(job: _Job, shortcut: Shortcut | None) -> Typeset:
    """Try three ways, the quickest first: a preloaded TeX process, a format, a plain run."""
    if shortcut and job.trusted and (result := shortcut(job.tex, job.source, job.files)):
        return result
    attempt = _FormatAttempt(job)
    if (result := attempt.run()) and attempt.is_verified():
        return result
    result = _run(job, job.source)
    attempt.compare(result)
    return result


class _FormatAttempt:
    """A run with the format of the job's static preamble, if there is one."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._key = formats.format_key(job.tex, job.source, job.files, trusted=job.trusted)
        self._generation = FORMATS.generation(self._key) if self._key else ""
        self._file = FORMATS.lookup(self._key) if self._key else None
        self._result: Typeset | None = None

    def run(self) -> Typeset | None:
        """What comes of the format: `None` if there is none, or if TeX fails with it."""
        if self._key and self._file:
            with suppress(TexFailed):
                self._result = _run(self._job, self._key.body, self._file)
        return self._result

    def is_verified(self) -> bool:
        """Whether the result need not be compared with that of a plain run."""
        return self._key is not None and FORMATS.is_verified(self._key)

    def compare(self, plain: Typeset) -> None:
        """Learn from a plain run that did not fail: the format gives the same, or it is invalid. If there
        was no format, have one made.
        """
        if self._key is None:
            return
        if self._file is None:
            FORMATS.build_in_background(self._key)
        elif self._result and replace(self._result, with_format=False, seconds=plain.seconds) == plain:
            FORMATS.mark_verified(self._key)
        else:
            FORMATS.invalidate(self._key, self._generation)


def _run(job: _Job, source: str, format_file: Path | None = None) -> Typeset:
    """Run TeX as often as it takes, with a format or without. Raises `TexFailed`."""
    started = time.perf_counter()
    variables: dict[str, str] = {}
    if format_file:
        variables = {**searchpath.variables(format_file.parent), **formats.array_sizes(source)}
    with process.fresh_folder() as folder:
        (folder / f"{JOB}.tex").write_text(source, encoding="utf-8", newline="\n")
        for file, name in job.files:
            shutil.copyfile(file, folder / name)
        log, runs = "", 0
        auxiliary = b""
        while runs < MAXIMUM_RUNS:
            runs += 1
            status = process.run(
                job.tex,
                folder,
                trusted=job.trusted,
                readable=job.readable,
                dumped=format_file,
                variables=variables,
            )
            log = _read_log(folder)
            findings = texlog.parse(log)
            pdf = folder / f"{JOB}.pdf"
            if status or not pdf.is_file() or any(finding.severity is Severity.ERROR for finding in findings):
                raise TexFailed(_explain(findings, status, folder, log), log, job.tex)
            before, auxiliary = auxiliary, _contents(folder / f"{JOB}.aux")
            if not texlog.wants_rerun(log) or auxiliary == before:
                break
        return Typeset(
            structure.read_pdf(folder, JOB), job.tex, runs, time.perf_counter() - started, tuple(findings),
            texlog.measures(log), texlog.items(log), format_file is not None,
        )  # fmt: skip


def _contents(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _read_log(folder: Path) -> str:
    return _contents(folder / f"{JOB}.log").decode("utf-8", "replace")


def _explain(findings: Sequence[texlog.Finding], status: int, folder: Path, log: str) -> list[texlog.Finding]:
    """The errors in the log, or one that explains why there are none."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        return errors
    if status < 0 or status > _SIGNALLED:
        limits = f"{process.WALL_SECONDS:.0f} s, {process.CPU_SECONDS} s of CPU time, or memory"
        message = f"TeX was stopped: it exceeded a limit ({limits})"
        hint = "is there an endless loop in the template?"
        return [texlog.Finding(Severity.ERROR, "tex-limit", message, hint=hint)]
    with suppress(OSError):
        if shutil.disk_usage(folder).free < _LEAST_SPACE:
            return [_no_space(str(folder.parent))]
    if not log:  # there is none to point to
        message = f"TeX exited with status {status} before it began"
        hint = "does the system allow it the memory that it needs? 'texresume doctor' tries it"
        return [texlog.Finding(Severity.ERROR, "tex-failed", message, hint=hint)]
    return [texlog.Finding(Severity.ERROR, "tex-failed", f"TeX exited with status {status} without a PDF")]


def _no_space(folder: str) -> texlog.Finding:
    message = f"no space left in the temporary folder {folder}"
    hint = "free some, or set TMPDIR to another folder"
    return texlog.Finding(Severity.ERROR, "no-space", message, hint=hint)
