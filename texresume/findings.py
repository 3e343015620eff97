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
from .fit import Fit
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


def from_fit(
    report: Report, fitted: Fit | None, chosen: Template, source: Source, variant: Variant | None
) -> list[Diagnostic]:
    """More pages than were promised: by how many lines, and the cheapest edits first."""
    if chosen.pages is None or report.pages <= chosen.pages:
        return []
    # A template that does not measure leaves no more than the lines that are read.
    count = fitted.lines_over if fitted is not None else sum(report.lines_by_page[chosen.pages :])
    over = f"{count} line{'s' * (count > 1)} over"
    pages = "one page" if chosen.pages == 1 else f"{chosen.pages} pages"
    hint = "shorten or remove highlights, or take another template: 'texresume templates'"
    if fitted is not None and fitted.steps > fitted.step:
        hint = f"set it tighter (--option step={fitted.steps}), {hint}"
    elif fitted is not None and fitted.spare:
        lines = f"{fitted.spare} line{'s' * (fitted.spare > 1)}"
        over += f", and leaving out all highlights that may go saves only {lines}"
        hint = f"show fewer sections or entries (docs/variants.md), {hint}"
    if variant is not None and variant.pages is not None:
        message = f"{over}: the variant {variant.name!r} promises {pages}"
        found = [variant.fault("too-long", message, ("pages",), hint)]
    else:
        message = f"{over}: the template {chosen.name!r} promises {pages}"
        found = [source.diagnostic("too-long", message, None, hint=hint)]
    for runt in fitted.runts if fitted is not None else ():
        path = undotted(runt.path)
        message = f"the last line of {runt.path} is only {runt.last:.0%} full"
        hint = "a word or two less saves a line"
        found.append(
            source.diagnostic(
                "runt", message, source.value(path), path=path, hint=hint, severity=Severity.NOTE
            )
        )
    return found


def from_report(report: Report, source: Source) -> list[Diagnostic]:
    """Faults that the inspection found: each fails the build."""
    found: list[Diagnostic] = []
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
