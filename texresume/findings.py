"""What TeX and the readers of a PDF found, as diagnostics about the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import comparison
from .comparison import Loss
from .diagnostics import Diagnostic, Position, Severity
from .document import Document
from .engine import TexFailed
from .inspection import Report
from .renderer import Rendered, leaves
from .resume import undotted
from .source import Source
from .template import Template
from .texlog import Finding
from .variant import Variant


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


def from_template(document: Document, rendered: Rendered, source: Source, template: str) -> list[Diagnostic]:
    """A warning for what the data holds and the template leaves out: the inspection cannot miss it."""
    printed = {part.path for leaf in rendered.leaves for part in leaf.leaf.parts}
    left_out = {
        part.path: None for leaf in leaves(document) for part in leaf.parts if part.path not in printed
    }
    fields = dict.fromkeys(re.sub(r"\[\d+\]", "[]", path) for path in left_out)
    if not fields:
        return []
    message = f"the template {template!r} does not print {', '.join(fields)}"
    hint = "see docs/templates.md for all that a document holds"
    return [source.diagnostic("not-printed", message, None, severity=Severity.WARNING, hint=hint)]


def _too_long(report: Report, chosen: Template, source: Source, variant: Variant | None) -> Diagnostic:
    pages = "one page" if chosen.pages == 1 else f"{chosen.pages} pages"
    tighter = next((option for option in chosen.options if option.name == "step"), None)
    also = f"set it tighter (--option step={tighter.maximum:g}), " if tighter and tighter.maximum else ""
    lines = "1 line" if report.lines_over == 1 else f"{report.lines_over} lines"
    hint = f"shorten or remove highlights, {also}or take another template: 'texresume templates'"
    if variant is not None and variant.pages is not None:
        return variant.fault(
            "too-long", f"{lines} over: the variant {variant.name!r} promises {pages}", ("pages",), hint
        )
    message = f"{lines} over: the template {chosen.name!r} promises {pages}"
    return source.diagnostic("too-long", message, None, hint=hint)


def from_report(
    report: Report, chosen: Template, source: Source, variant: Variant | None = None
) -> list[Diagnostic]:
    """Faults that the inspection found: each fails the build."""
    found = []
    if chosen.pages is not None and report.pages > chosen.pages:
        found.append(_too_long(report, chosen, source, variant))
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
    if report.outside:
        message = f"{report.outside} characters stand beyond the edge of the page"
        found.append(source.diagnostic("off-page", message, None, hint="see the lines that are too wide"))
    if not report.title or not report.author:
        hint = "a template says them with \\hypersetup and metadata.title, metadata.author"
        message = "the PDF does not say its title and author"
        found.append(source.diagnostic("no-metadata", message, None, hint=hint))
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
