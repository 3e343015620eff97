"""What TeX and the readers of a PDF found, as diagnostics about the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import comparison
from .comparison import Loss
from .diagnostics import Diagnostic, Position, Severity
from .engine import TexFailed
from .inspection import Report
from .renderer import Rendered
from .resume import undotted
from .source import Source
from .texlog import Finding


def from_failure(error: TexFailed, rendered: Rendered, file: Path, source: Source) -> list[Diagnostic]:
    """Why TeX made no PDF: the line of the .tex, and the place in the data if the line has one."""
    lines = rendered.source.splitlines()
    found = []
    for finding in error.findings:
        own = finding.line and (not finding.file or finding.file.endswith("resume.tex"))
        text = lines[finding.line - 1] if own and finding.line <= len(lines) else ""
        position = Position(finding.line, 1, text) if finding.line else None
        place = rendered.path_at(finding.line) if own else ""
        where = (
            f" (what stands there comes from {place}, line {source.value(undotted(place)).line})"
            if place
            else ""
        )
        found.append(
            Diagnostic(
                finding.severity,
                finding.code,
                f"{finding.message}{where}",
                file if own or not finding.file else Path(finding.file),
                position,
                place,
                finding.hint or f"the whole log lies in {file.with_suffix('.log').name}",
            )
        )
    return found


def from_log(findings: Iterable[Finding], rendered: Rendered, source: Source) -> list[Diagnostic]:
    """Warnings of a log, at the place in the data that they are about."""
    found = []
    for finding in dict.fromkeys(findings):
        place = rendered.path_at(finding.line) if finding.line else ""
        position = source.value(undotted(place)) if place else None
        path = undotted(place)
        found.append(
            source.diagnostic(
                finding.code,
                finding.message,
                position,
                path=path,
                hint=finding.hint,
                severity=finding.severity,
            )
        )
    return found


def from_report(report: Report, page_limit: int | None, source: Source, template: str) -> list[Diagnostic]:
    """Faults that the inspection found: each fails the build."""
    found = []
    if page_limit is not None and report.pages > page_limit:
        pages = "one page" if page_limit == 1 else f"{page_limit} pages"
        lines = "1 line" if report.lines_over == 1 else f"{report.lines_over} lines"
        found.append(
            source.diagnostic(
                "too-long",
                f"{lines} over: the template {template!r} promises {pages}",
                None,
                hint="shorten or remove highlights, or take another template: 'invoke templates'",
            )
        )
    found += [_lost(loss, source, "the PDF's text") for loss in report.lost]
    found += [
        source.diagnostic("link-lost", f"the link to {url} is not in the PDF", None)
        for url in report.missing_links
    ]
    found += [
        source.diagnostic("font-not-embedded", f"the font {font} is not in the PDF", None)
        for font in report.unembedded
    ]
    found += [
        source.diagnostic(
            "unreadable-text", f"the PDF's text holds {char!r}, which no reader understands", None
        )
        for char in report.unreadable
    ]
    if not report.title or not report.author:
        found.append(source.diagnostic("no-metadata", "the PDF does not say its title and author", None))
    return found


def from_readers(opinions: Mapping[str, Sequence[Loss]], source: Source) -> list[Diagnostic]:
    """The same from other readers of PDFs."""
    found = []
    for name, losses in opinions.items():
        excused = [loss for loss in losses if comparison.needs_actual_text(loss.text)]
        found += [_lost(loss, source, name) for loss in losses if loss not in excused]
        if excused:
            found.append(
                source.diagnostic(
                    "reader-limit",
                    f"{name} puts letters of {len(excused)} text{'s' * (len(excused) != 1)} in another order,"
                    f" such as {excused[0].text[:40]!r}",
                    None,
                    hint="it does not understand how the script is written; pdfium, and thus Chrome, does",
                    severity=Severity.WARNING,
                )
            )
    return found


def _lost(loss: Loss, source: Source, reader: str) -> Diagnostic:
    path = undotted(loss.path)
    words = " ".join(loss.words)
    return source.diagnostic(
        "text-lost",
        f"{reader} lacks {words[:60]!r} of {loss.path or loss.text!r}",
        source.value(path) if path else None,
        path=path,
        severity=Severity.ERROR,
    )
