"""From LaTeX source to PDF: finding TeX, running it as often as needed, in a closed room and within limits.

The source is typeset in a fresh folder, without shell escape, with reading and writing confined to that
folder and TeX's own trees, with a clean environment, and under limits of time, memory and file size. A
template from somebody else runs inside bubblewrap where that is installed, since pdfTeX has primitives that
read any file. What this stops and what it does not stands in `SECURITY.md`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from texresume.diagnostics import ResumeError, Severity

from . import distribution, formats, process, searchpath, texlog
from .distribution import NO_TEX, Tex
from .process import JOB

MAXIMUM_RUNS = 4
_SIGNALLED = 128
"""Bubblewrap adds this to the number of the signal that ended TeX."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """What came of a source: the PDF's bytes, the log's findings, the measures that the source wrote."""

    pdf: bytes
    tex: Tex
    runs: int
    seconds: float
    findings: tuple[texlog.Finding, ...]
    measures: Mapping[str, str]
    items: tuple[texlog.Item, ...] = ()
    with_format: bool = False


Shortcut = Callable[[Tex, str, Sequence[tuple[Path, str]]], Typeset | None]
"""A quicker way to what a run of a trusted source would give, or to `None`: see `preloaded`."""


class TexFailed(Exception):  # noqa: N818 - TeX's refusal, answered in the pipeline, never shown
    """TeX ran and made no PDF: what the log says, and the log itself."""

    def __init__(self, findings: Sequence[texlog.Finding], log: str, tex: Tex) -> None:
        super().__init__(findings[0].message if findings else "TeX failed")
        self.findings = tuple(findings)
        self.log = log
        self.tex = tex


def typeset(
    source: str,
    files: Sequence[tuple[Path, str]] = (),
    *,
    engine: str = "pdftex",
    trusted: bool = True,
    readable: Sequence[Path] = (),
    shortcut: Shortcut | None = None,
) -> Typeset:
    """Typeset a source with the files that lie beside it: (file, name in the folder). Fonts of XeTeX's may
    lie in folders elsewhere, `readable`. A `shortcut` is tried first, for trusted sources.

    A TeX that lacks a package gives way to the next one that was found. Raises `TexFailed` when TeX refuses
    the source, `ResumeError` when there is no TeX.
    """
    candidates = distribution.find(engine)
    if not candidates:
        raise ResumeError(NO_TEX)
    failure: TexFailed | None = None
    for tex in candidates:
        try:
            if shortcut and trusted and (quick := shortcut(tex, source, files)):
                return quick
            return _typeset(tex, source, files, trusted=trusted, readable=readable)
        except TexFailed as error:
            failure = failure or error
            if not any(finding.code == "missing-package" for finding in error.findings):
                break
    assert failure is not None  # noqa: S101 - the loop has run
    raise failure


def _typeset(
    tex: Tex, source: str, files: Sequence[tuple[Path, str]], *, trusted: bool, readable: Sequence[Path]
) -> Typeset:
    """With the format of the source's head, if there is one; else, where that fails, or while nobody knows
    whether it gives the same, without.
    """
    want = formats.wanted(tex, source, files, trusted=trusted)
    used = formats.generation(want) if want else 0
    dumped = formats.find(want) if want else None
    quick = None
    if want and dumped:
        with suppress(TexFailed):
            quick = _runs(tex, want.rest, files, trusted=trusted, readable=readable, dumped=dumped)
            if formats.is_proven(want):
                return quick
    typeset = _runs(tex, source, files, trusted=trusted, readable=readable)
    if want and quick and replace(quick, with_format=False, seconds=typeset.seconds) == typeset:
        formats.prove(want)
    elif want and dumped:
        formats.spoil(want, used)
    elif want:
        formats.order(want)
    return typeset


def _runs(
    tex: Tex,
    source: str,
    files: Sequence[tuple[Path, str]],
    *,
    trusted: bool,
    readable: Sequence[Path],
    dumped: Path | None = None,
) -> Typeset:
    """As many runs as it takes. Raises `TexFailed`."""
    started = time.perf_counter()
    variables = searchpath.variables(dumped.parent) if dumped else {}
    with process.fresh_folder() as folder:
        (folder / f"{JOB}.tex").write_text(source, encoding="utf-8", newline="\n")
        for file, name in files:
            shutil.copyfile(file, folder / name)
        log, runs = "", 0
        auxiliary = b""
        while runs < MAXIMUM_RUNS:
            runs += 1
            status = process.run(
                tex, folder, trusted=trusted, readable=readable, dumped=dumped, variables=variables
            )
            log = _read_log(folder)
            findings = texlog.parse(log)
            pdf = folder / f"{JOB}.pdf"
            if status or not pdf.is_file() or any(finding.severity is Severity.ERROR for finding in findings):
                raise TexFailed(_explained(findings, status), log, tex)
            before, auxiliary = auxiliary, _contents(folder / f"{JOB}.aux")
            if not texlog.wants_rerun(log) or auxiliary == before:
                break
        return Typeset(
            pdf.read_bytes(), tex, runs, time.perf_counter() - started, tuple(findings), texlog.measures(log),
            texlog.items(log), dumped is not None,
        )  # fmt: skip


def _contents(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _read_log(folder: Path) -> str:
    return _contents(folder / f"{JOB}.log").decode("utf-8", "replace")


def _explained(findings: Sequence[texlog.Finding], status: int) -> list[texlog.Finding]:
    """The findings, or one that says why there are none."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        return errors
    if status < 0 or status > _SIGNALLED:
        limits = f"{process.WALL_SECONDS:.0f} s of time or {process.CPU_SECONDS} s of work, or for memory"
        message = f"TeX was stopped after {limits}"
        return [texlog.Finding(Severity.ERROR, "tex-limit", message, hint="a loop in the template?")]
    return [texlog.Finding(Severity.ERROR, "tex-failed", f"TeX ended with status {status} and without a PDF")]
