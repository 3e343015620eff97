"""What `check` looks for beyond every build: other extractors, the layout, links, fonts, the wording."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from texresume.build import findings, reading
from texresume.build.fit import Fit
from texresume.build.run import Run
from texresume.build.stages import Content, Design, Draft
from texresume.data import links
from texresume.data.resume import undotted
from texresume.data.today import find_today
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.document.letter import as_sections
from texresume.document.model import Document
from texresume.exchange.attached import NAME
from texresume.latex.view import fields_of
from texresume.pdf import extractors, geometry, inspection
from texresume.pdf.closeup import Closeup, look_closely
from texresume.pdf.extractors import PdfContent, read_with_pdfium
from texresume.pdf.problems import Report
from texresume.records import dataclass

from . import accessibility, additions, chronology, field_kinds, hints, layout, legibility, parsing, spelling
from .field_kinds import PrintedField

_NOT_OF_LETTERS = ("half-empty-page",)
"""Codes of what is no fault of a letter."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the checks look at. `texts` are what the extractors beside pdfium read, by their names, and
    `modes` what pdftotext does in its other modes; `seen` is what pdfium sees; `fields` are what was printed,
    each with its kind; `closeup` is what a closer look shows; `tagged`: a structure was asked for.
    """

    content: Content
    design: Design
    draft: Draft
    seen: PdfContent
    texts: Mapping[str, str]
    modes: Mapping[str, str]
    fields: tuple[PrintedField, ...]
    closeup: Closeup
    tagged: bool = True

    @staticmethod
    def of(run: Run) -> Subject:
        """The subject that a run which was typeset gives."""
        content, design, draft = run.typeset()
        pdf = draft.typeset.pdf
        fields = field_kinds.classify(draft.document, draft.rendered.fields)
        texts, modes = extractors.extract_texts(pdf), extractors.extract_in_other_modes(pdf)
        seen = read_with_pdfium(pdf)
        closeup, tagged = look_closely(pdf), not run.request.untagged
        return Subject(content, design, draft, seen, texts, modes, fields, closeup, tagged)


def inspect_thoroughly(run: Run) -> Report:
    """What `build` inspects, with each text looked for in the page's picture, and then all the checks below.

    For `pipeline.build(request, inspect=inspect_thoroughly)`.
    """
    report = findings.inspect(run, picture=True)
    if not report.pages:
        return report
    subject = Subject.of(run)
    for check in CHECKS:
        run.log.add(check(subject))
    return replace(report, readers=(*report.readers, *subject.texts))


def advice(content: Content, document: Document, fit: Fit | None) -> list[Diagnostic]:
    """What a good editor would say of the content: about dates, words and spelling.

    `document` is that of the content, or what is left of it after highlights were dropped.
    """
    resume, source, variant = content.resume, content.source, content.variant
    own = resume.meta.get("locale", reading.DEFAULT_LOCALE)
    order = variant.order if variant else ()
    today, language = find_today(resume), document.metadata.language
    if document.letter is not None:  # the résumé's own check says the rest
        text = as_sections(document, text_only=True)
        return [*hints.check_letter(text, source, own), *spelling.check_spelling(text, source, own)]
    return [
        *chronology.check_dates(resume, content.complete, source, today, language, order),
        *hints.check_wording(document, source, fit, own, today.date),
        *spelling.check_spelling(document, source, own),
    ]


def _opinions(subject: Subject) -> Iterable[Diagnostic]:
    """What other extractors lose."""
    texts = {"pdfium": subject.seen.text, **subject.texts, **subject.modes}
    lost = inspection.find_losses_by_extractor(texts, subject.draft.rendered)
    for mode in subject.modes:  # pdftotext joins words at the hyphens that end a line, and drops these
        lost[mode] = [loss for loss in lost[mode] if "".join(loss.words).strip("-")]
    return findings.from_readers(lost, subject.content.source)


def _absent(subject: Subject) -> list[str]:
    """The extractors that are not installed, but for pdftotext, which pip cannot install."""
    return [
        name for name in extractors.EXTRACTORS if name not in subject.texts and name != extractors.POPPLER
    ]


def _missing_extractors(subject: Subject) -> Iterable[Diagnostic]:
    """A note, in one line, on all that was not looked at because it is not installed."""
    if absent := _absent(subject):
        spelled = "" if spelling.is_installed() else "spelling, and "
        names = " and ".join(filter(None, (", ".join(absent[:-1]), absent[-1])))
        message = (
            f"not checked: {spelled}what {names} read in the PDF; pip install 'texresume[check]' adds that"
        )
        yield subject.content.source.diagnostic("readers-missing", message, None, severity=Severity.NOTE)


def _layout(subject: Subject) -> Iterable[Diagnostic]:
    """Contrast, margins, spaces, the ends of pages; letters that cannot be told apart."""
    draft, source = subject.draft, subject.content.source
    pages = geometry.read_pages(draft.typeset.pdf)
    sheet = layout.PrintedPages.locate(
        pages, subject.fields, draft.typeset.measures, source, rtl=draft.rendered.rtl
    )
    of_letter = draft.document.letter is not None
    yield from (one for one in layout.check(sheet) if not (of_letter and one.code in _NOT_OF_LETTERS))
    yield from legibility.check(sheet, subject.closeup.clipped)


def _additions(subject: Subject) -> Iterable[Diagnostic]:
    """What the template says, links or shows of itself."""
    draft = subject.draft
    shown = additions.Shown(
        subject.fields,
        subject.closeup,
        draft.document,
        subject.content.source,
        draft.rendered.rtl,
        draft.rendered.source,
    )
    return additions.check(shown)


def _accessibility(subject: Subject) -> Iterable[Diagnostic]:
    """The structure for screen readers."""
    source, headings = subject.content.source, subject.closeup.headings
    if headings is not None:
        yield from accessibility.check(subject.draft.typeset.pdf, subject.fields, headings, source)
    elif subject.tagged:
        yield accessibility.describe_untagged(source, subject.design.typesetter.engine)


def _attachment(subject: Subject) -> Iterable[Diagnostic]:
    """Whether the data that the PDF carries say the same as the page, read as anybody's data are."""
    attached, document = subject.draft.attached, subject.draft.document
    if not attached:
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder) / NAME
        file.write_bytes(attached)
        try:
            read = reading.read(reading.master(file, "none"), tag=document.metadata.language).document
        except ResumeError as error:
            message = f"the attached data cannot be read: {error.diagnostics[0].message}"
            yield _differs(subject, message)
            return
    there = Counter(str(field) for field in fields_of(read))
    for text in (Counter(str(field) for field in fields_of(document)) - there).elements():
        yield _differs(subject, f"{text[:60]!r} is on the page, and not in the attached data")


def _differs(subject: Subject, message: str) -> Diagnostic:
    hint = "leave out --attach (or meta.attach), and please report this"
    return subject.content.source.diagnostic(
        "attachment-differs", message, None, hint=hint, severity=Severity.ERROR
    )


def _parsing(subject: Subject) -> Iterable[Diagnostic]:
    """What a résumé parser finds in the text of each extractor."""
    rtl = subject.draft.rendered.rtl

    def located(texts: Mapping[str, str]) -> list[parsing.Extraction]:
        return [
            parsing.Extraction.locate(name, text, subject.fields, rtl=rtl) for name, text in texts.items()
        ]

    texts = located({"pdfium": subject.seen.text, **subject.texts})
    return parsing.check(texts, located(subject.modes), subject.content.source)


def _links(subject: Subject) -> Iterable[Diagnostic]:
    """Targets in the PDF that cannot lead anywhere, each once, without asking the network."""
    source = subject.content.source
    paths = {
        links.core(target): path
        for target, path in field_kinds.list_targets(subject.draft.document)
        if target
    }
    for printed in subject.draft.rendered.fields:
        for part in printed.field.parts:
            if part.path:
                targets = inspection.find_targets(part.inlines)
                paths.update({links.core(target): part.path for target in targets})
    for target in dict.fromkeys(subject.seen.links):
        if error := links.find_problem(target):
            path = undotted(paths.get(links.core(target), ""))
            yield source.diagnostic(
                "bad-link",
                f"invalid link {target!r}: {error}",
                source.value(path) if path else None,
                path=path,
                hint="write the full address, as a browser shows it",
                severity=Severity.WARNING,
            )


def _fonts(subject: Subject) -> Iterable[Diagnostic]:
    """Fonts that do not say which characters their glyphs are."""
    pdf = subject.draft.typeset.pdf
    misread = inspection.find_misread_characters(pdf, subject.draft.rendered)
    return findings.from_fonts(inspection.find_unmapped_fonts(pdf), misread, subject.content.source)


def _advice(subject: Subject) -> Iterable[Diagnostic]:
    """Dates, words, spelling."""
    found = advice(subject.content, subject.draft.document, subject.draft.fit)
    if spelling.is_installed() or not _absent(subject):
        return found
    return [one for one in found if one.code != "not-spelled"]  # the note on extractors says it


CHECKS: tuple[Callable[[Subject], Iterable[Diagnostic]], ...] = (
    _opinions,
    _missing_extractors,
    _layout,
    _additions,
    _accessibility,
    _attachment,
    _parsing,
    _links,
    _fonts,
    _advice,
)
"""What `check` adds to the inspection of every build, in this order."""
