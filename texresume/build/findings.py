"""What TeX and the readers of a PDF found, as diagnostics about the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from texresume.pdf import alignment
from texresume.pdf.alignment import Loss
from texresume.diagnostics import Diagnostic, Position, Severity
from texresume.document.model import Document
from texresume.tex.engine import TexFailed
from .fit import Fit
from texresume.pdf.inspection import Report
from texresume.latex.renderer import Rendered, fields_of
from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.tex.texlog import Finding
from texresume.pdf.visibility import TINY

if TYPE_CHECKING:
    from texresume.latex.template import Template
    from texresume.variants.variant import Variant


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
                undotted(place),
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
    printed = {part.path for field in rendered.fields for part in field.field.parts}
    left_out = {
        part.path: None for field in fields_of(document) for part in field.parts if part.path not in {"", *printed}
    }
    names = dict.fromkeys(re.sub(r"\[\d+\]", "[]", path) for path in left_out)
    if not names:
        return []
    message = f"the template {template!r} does not print {', '.join(names)}"
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
        found = [variant.diagnostic("too-long", message, ("pages",), hint)]
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
    if report.damage:
        found = [source.diagnostic(report.damage, _DAMAGE[report.damage], None)]
        if not report.pages:
            return found
    else:
        found = []
    found += [_lost(loss, source, "the PDF's text") for loss in report.lost]
    found += _arranged(report, source)
    found += _seen(report, source)
    for link in report.missing_links:
        code = "link-displaced" if link.displaced else "link-lost"
        message = f"the link to {link.url} is {'on another text' if link.displaced else 'not in the PDF'}"
        found.append(_at(link.path, source, code, message))
    found += [
        source.diagnostic("font-not-embedded", f"the font {font} is not in the PDF", None)
        for font in report.unembedded
    ]
    found += [_unreadable(char, source) for char in report.unreadable]
    for name in ("title", "author", "language"):
        if getattr(report, name) == "":
            hint = f"a template says it with \\hypersetup and metadata.{name}"
            found.append(source.diagnostic(f"no-{name}", f"the PDF does not say its {name}", None, hint=hint))
    return found


_DAMAGE = {
    "damaged-pdf": "the PDF is damaged: readers cannot open it, or must guess where its parts are",
    "encrypted-pdf": "the PDF is encrypted: readers cannot open it, or may not copy its text",
}
_HIDDEN = {
    "invisible-text": "text that is neither filled nor stroked",
    "tiny-text": f"letters smaller than {TINY:g} pt",
    "pale-text": "text in the colour of the page",
    "covered-text": "text that something was painted over",
    "unseen-text": "text that its picture does not show",
    "off-page": "text beyond the edge of the page",
}
_PAGES = {
    "blank-page": "shows nothing of the data",
    "no-text": "is a picture without text",
    "repeated-page": "is the same as one before",
    "rotated-page": "stands on its side",
}


def _at(
    path: str,
    source: Source,
    code: str,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    """A diagnostic about a leaf: with its line where it comes from the data."""
    place = undotted(path)
    position = source.value(place) if place else None
    return source.diagnostic(code, message, position, path=place, hint=hint, severity=severity)


def _arranged(report: Report, source: Source) -> Iterable[Diagnostic]:
    """What readers get in another order, or with other spaces, than it was printed with."""
    faults = {fault.code for fault in report.page_faults}
    for moved in () if "rotated-page" in faults else report.displaced:
        more = f" and {moved.others} more texts" if moved.others else ""
        where = "with its words in another order" if moved.within else "in another place"
        yield _at(moved.path, source, "reading-order", f"readers get {moved.text[:60]!r}{more} {where}")
    for path, text in () if "repeated-page" in faults else report.repeated:
        yield _at(path, source, "text-repeated", f"{text[:60]!r} is in the PDF once more than it was printed")
    for spaced in report.misspaced:
        for code, words in (("words-joined", spaced.joined), ("word-split", spaced.split)):
            # pdfium sees gaps beside letters with marks (ș, ờ), where there are none.
            if words and (spaced.plain or code != "word-split"):
                severity = Severity.ERROR if spaced.plain else Severity.WARNING
                message = f"readers get {words[0]!r} in {spaced.text[:60]!r}"
                yield _at(spaced.path, source, code, message, severity=severity)


def _seen(report: Report, source: Source) -> Iterable[Diagnostic]:
    """What people do not get to see, and pages that should not be so."""
    for hidden in report.hidden:
        message = f"page {hidden.page} holds {_HIDDEN[hidden.code]}"
        hint = "see the lines that are too wide" if hidden.code == "off-page" else ""
        for loss in hidden.losses:
            words = " ".join(loss.words)
            yield _at(loss.path, source, hidden.code, f"{message}: {words[:60]!r}", hint)
        if not hidden.losses:
            yield _at("", source, hidden.code, f"{message}: {hidden.sample[:60]}", hint)
    for fault in report.page_faults:
        yield _at("", source, fault.code, f"page {fault.page} {_PAGES[fault.code]}")


def from_readers(opinions: Mapping[str, Sequence[Loss]], source: Source) -> list[Diagnostic]:
    """The same from other readers of PDFs."""
    found = []
    for name, losses in opinions.items():
        excused = [loss for loss in losses if alignment.needs_actual_text(loss.text)]
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


def from_fonts(unmapped: Iterable[str], misread: Iterable[str], source: Source) -> list[Diagnostic]:
    """Fonts that do not say which characters their glyphs are, or say what no reader understands."""
    message = "the font {} does not say which characters its glyphs are (ToUnicode): some readers guess"
    found = [source.diagnostic("no-unicode-map", message.format(font), None) for font in unmapped]
    return found + [_unreadable(char, source) for char in misread]


def _unreadable(char: str, source: Source) -> Diagnostic:
    message = f"the PDF's text holds {char!r}, which no reader understands"
    return source.diagnostic("unreadable-text", message, None)


def _lost(loss: Loss, source: Source, reader: str) -> Diagnostic:
    words = " ".join(loss.words)
    return _at(loss.path, source, "text-lost", f"{reader} lacks {words[:60]!r} of {loss.path or loss.text!r}")
