"""What TeX and the readers of a PDF found, as diagnostics about the data."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texresume import resources
from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Position, Severity
from texresume.document.letter import LAYOUTS
from texresume.document.model import Document
from texresume.latex.render import Rendered
from texresume.latex.view import fields_of
from texresume.pdf import folding, inspection
from texresume.pdf.alignment import Loss
from texresume.pdf.problems import (
    Problem,
    Report,
    describe_loss,
    describe_unmapped,
    describe_unreadable,
    find_problems,
)
from texresume.tex.engine import TexFailed
from texresume.tex.texlog import Finding

from .fit import Fit
from .run import Run

if TYPE_CHECKING:
    from texresume.latex.template import Template
    from texresume.variants.variant import Variant

    from .stages import Design, Draft


_PDF_A = b"<pdfaid:part>3</pdfaid:part>"
"""What the metadata of a PDF/A-3 say."""


def inspect(run: Run, *, picture: bool = False) -> Report:
    """Read the PDF of a run back; what is wrong goes to its log. `picture` looks for each text on the page.

    Everything that a build checks once TeX is done is in here.
    """
    content, design, draft = run.typeset()
    source, rendered, name = content.source, draft.rendered, design.template.name
    report = inspection.inspect(draft.typeset.pdf, rendered, thorough=picture)
    if draft.attached:
        from . import attachment

        wrong = list(attachment.check(draft.typeset.pdf, draft.attached, source, design.typesetter.engine))
        run.log.add(wrong)
        if not wrong:  # it is ours
            others = tuple(one for one in report.additions if one[0] != "embedded-file")
            report = replace(report, additions=others)
    run.log.add(from_log(draft.typeset.findings, rendered, source))
    if draft.document.letter is not None:
        run.log.add(from_letter(report, draft, design, source))
    else:
        run.log.add(from_fit(report, draft.fit, design.template, source, content.variant))
    run.log.add(from_template(draft.document, rendered, source, name))
    run.log.add(from_breaks(draft.document, design.template, source))
    run.log.add(from_report(report, source))
    if run.request.archive and _PDF_A not in draft.typeset.pdf:
        run.log.add([_not_archived(source, design.typesetter.engine, untagged=run.request.untagged)])
    return report


def _not_archived(source: Source, engine: str, *, untagged: bool) -> Diagnostic:
    """An error: what was asked for could not be made."""
    why = "XeTeX set it" if engine == "xetex" else "the template does not load texresume.sty"
    message = f"the PDF is no PDF/A-3u: {'it is untagged' if untagged else why}"
    hint = (
        "leave out --untagged"
        if untagged
        else f"leave out --archive ({resources.manual('accessibility.md')})"
    )
    return source.diagnostic("not-archived", message, None, hint=hint, severity=Severity.ERROR)


def from_failure(error: TexFailed, rendered: Rendered, file: Path, source: Source) -> list[Diagnostic]:
    """Why TeX made no PDF: the line of the source, and the line of the data that it comes from, if any."""
    lines = rendered.source.splitlines()
    found = []
    for finding in error.findings:
        own = finding.line and (not finding.file or finding.file.endswith("resume.tex"))
        text = lines[finding.line - 1] if own and finding.line <= len(lines) else ""
        position = Position(finding.line, 1, text) if finding.line else None
        place = rendered.path_at(finding.line) if own else ""
        where = f" (from {place}, line {source.value(undotted(place)).line} of the data)" if place else ""
        found.append(
            Diagnostic(
                finding.severity,
                finding.code,
                f"{finding.message}{where}",
                file if own or not finding.file else Path(finding.file),
                position,
                undotted(place),
                finding.hint or f"the full log is in {file.with_suffix('.log').name}",
            )
        )
    return found


def from_log(findings: Iterable[Finding], rendered: Rendered, source: Source) -> list[Diagnostic]:
    """Warnings of TeX's log, at the place in the data that they are about."""
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
    """A warning for fields that the template does not print, which the inspection cannot miss."""
    printed = {part.path for field in rendered.fields for part in field.field.parts}
    left_out = {
        part.path: None
        for field in fields_of(document)
        for part in field.parts
        if part.path not in {"", *printed} and not part.path.startswith("meta.options.")
    }
    names = dict.fromkeys(re.sub(r"\[\d+\]", "[]", path) for path in left_out)
    if document.signature and document.signature not in rendered.source:
        names["basics.signature"] = None
    if not names:
        return []
    message = f"the template {template!r} does not print {', '.join(names)}"
    hint = f"{resources.manual('templates.md')} lists all fields of a document"
    return [source.diagnostic("not-printed", message, None, severity=Severity.WARNING, hint=hint)]


def from_breaks(document: Document, chosen: Template, source: Source) -> list[Diagnostic]:
    """A note for each entry that is to begin a new page, where one page is promised."""
    if chosen.pages != 1:
        return []
    paths = (
        one.path
        for section in document.sections
        for entry in section.entries
        for one in (entry, *entry.positions)
    )
    message = "'break: before' is ignored, since one page is promised"
    hint = "allow more pages in a variant, or take another template"
    return [
        source.diagnostic(
            "break-ignored", message, source.value(path), path=path, hint=hint, severity=Severity.NOTE
        )
        for path in ((*undotted(entry), "break") for entry in paths)
        if path in source.marks
    ]


def from_fit(
    report: Report, fitted: Fit | None, chosen: Template, source: Source, variant: Variant | None
) -> list[Diagnostic]:
    """More pages than allowed: by how many lines, and the cheapest edits first."""
    if chosen.pages is None or report.pages <= chosen.pages:
        return _dropped(fitted, chosen, source) if variant is None else []
    # A template that does not measure leaves no more than the lines that are read.
    count = fitted.lines_over if fitted is not None else sum(report.lines_by_page[chosen.pages :])
    over = f"{count} line{'s' * (count > 1)} over"
    pages = "one page" if chosen.pages == 1 else f"{chosen.pages} pages"
    hint = "shorten or remove highlights, or use another template (texresume templates)"
    if fitted is not None and fitted.steps > fitted.step:
        hint = f"set it tighter with --option step={fitted.steps}, {hint}"
    elif fitted is not None and fitted.spare:
        lines = f"{fitted.spare} line{'s' * (fitted.spare > 1)}"
        over += f", and dropping all highlights that may be dropped saves only {lines}"
        hint = f"show fewer sections or entries ({resources.manual('variants.md')}), {hint}"
    if variant is not None and variant.pages is not None:
        message = f"{over}: the variant {variant.name!r} allows {pages}"
        found = [variant.diagnostic("too-long", message, ("pages",), hint)]
    else:
        message = f"{over}: the template {chosen.name!r} allows {pages}"
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


def from_letter(report: Report, draft: Draft, design: Design, source: Source) -> list[Diagnostic]:
    """A letter of more than one page, and one whose address is not where the window of the envelope is."""
    found, place = [], ("letter",)
    if report.pages > 1:
        fit = draft.fit
        count = math.ceil(fit.over / fit.leading) if fit is not None else sum(report.lines_by_page[1:])
        message = f"the letter is {count} line{'s' * (count != 1)} too long for one page"
        hint = "shorten it; nothing is left out of a letter"
        at = source.value((*place, "body"))
        found.append(source.diagnostic("letter-too-long", message, at, path=(*place, "body"), hint=hint))
    chosen = str(design.options.get("letter_layout", ""))
    layout = chosen if chosen in LAYOUTS else draft.document.letter.layout if draft.document.letter else ""
    below = float(draft.typeset.measures.get("window", "0"))
    if layout.startswith("din") and below > 0 and draft.document.letter and draft.document.letter.recipient:
        message = f"the address is {below * 25.4 / 72.27:.0f} mm below the window of the envelope"
        hint = "shorten the header: hide contacts in the variant, or set the option letter_layout"
        severity = Severity.WARNING if chosen == layout else Severity.NOTE
        at = source.value((*place, "to"))
        found.append(
            source.diagnostic("letter-window", message, at, path=(*place, "to"), hint=hint, severity=severity)
        )
    return found


def _dropped(fitted: Fit | None, chosen: Template, source: Source) -> list[Diagnostic]:
    """A warning where the whole résumé was to be built, and highlights were left out of it."""
    if fitted is None or not fitted.dropped:
        return []
    number = len(fitted.dropped)
    message = f"{number} highlight{'s' * (number > 1)} left out to keep to the template's number of pages"
    hint = (
        "academic and moderncv take more pages; --no-drop fails instead, and a variant selects what to show"
    )
    if chosen.name in ("academic", "moderncv"):
        hint = "--no-drop fails instead, and a variant selects what to show"
    return [source.diagnostic("dropped", message, None, hint=hint, severity=Severity.WARNING)]


def from_report(report: Report, source: Source) -> list[Diagnostic]:
    """What is wrong with the PDF, at the places in the data that it is about: errors fail the build."""
    return [_locate(problem, source) for problem in find_problems(report)]


def _locate(problem: Problem, source: Source) -> Diagnostic:
    """A problem of the PDF as a diagnostic, with the line in the data of the text that it is about."""
    path = undotted(problem.path)
    position = source.value(path) if path else None
    return source.diagnostic(
        problem.code, problem.message, position, path=path, hint=problem.hint, severity=problem.severity
    )


def from_readers(losses: Mapping[str, Sequence[Loss]], source: Source) -> list[Diagnostic]:
    """What extractors other than pdfium miss, by their names: an error where two of all miss the same."""
    programs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name, lost in losses.items():
        for loss in lost:
            programs[loss.path, loss.text].add(name.split()[0])  # the modes of one program count as one
    found = []
    for name, lost in losses.items():
        if name == "pdfium":
            continue  # reported by the inspection
        excused = [loss for loss in lost if folding.needs_actual_text(loss.text)]
        where = f"the text that {name} extracts"
        for loss in lost:
            if loss not in excused:
                alone = len(programs[loss.path, loss.text]) == 1
                severity = Severity.WARNING if alone else Severity.ERROR
                found.append(_locate(describe_loss(loss, where, severity), source))
        if excused:
            found.append(
                source.diagnostic(
                    "reader-limit",
                    f"{name} extracts {len(excused)} text{'s' * (len(excused) != 1)} with letters in another "
                    f"order, such as {excused[0].text[:40]!r}",
                    None,
                    hint="it does not support the script; pdfium, and thus Chrome, does",
                    severity=Severity.WARNING,
                )
            )
    return found


def from_fonts(unmapped: Iterable[str], misread: Iterable[str], source: Source) -> list[Diagnostic]:
    """Fonts that do not say which characters their glyphs are, and characters that no program can read."""
    problems = [*map(describe_unmapped, unmapped), *map(describe_unreadable, misread)]
    return [_locate(problem, source) for problem in problems]
