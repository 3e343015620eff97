"""What `check` asks of a PDF beyond what every build does: every reader, the looks, the links."""

from __future__ import annotations

from collections.abc import Mapping

from texresume.build import findings
from texresume.data import links
from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.document.model import Document
from texresume.latex.renderer import Rendered
from texresume.pdf import extractors, geometry, inspection
from texresume.pdf.extractors import pdfium_sees

from . import layout, parsing, roles


def examine(
    pdf: bytes, document: Document, rendered: Rendered, source: Source, measures: Mapping[str, str]
) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """The names of the readers beside pdfium that were asked, and everything that was found.

    `document` is the one that was rendered; `measures` is what TeX's log says of the page.
    """
    texts = extractors.texts(pdf)
    seen = pdfium_sees(pdf)
    fields = roles.assign(document, rendered.fields)
    found = findings.from_readers(inspection.opinions(texts, rendered), source)
    found += _unasked(texts, source)
    sheet = layout.Sheet.of(geometry.pages(pdf), fields, measures, source, rtl=rendered.rtl)
    found += layout.check(sheet)
    readings = [
        parsing.Extraction.of(name, text, fields, rtl=rendered.rtl)
        for name, text in {"pdfium": seen.text, **texts}.items()
    ]
    found += parsing.check(readings, source)
    found += _links(seen.links, document, rendered, source)
    return tuple(texts), found


def _unasked(texts: Mapping[str, str], source: Source) -> list[Diagnostic]:
    """A note on the readers that are not installed, pdftotext aside, which pip does not bring."""
    absent = [name for name in extractors.EXTRACTORS if name not in texts and name != extractors.POPPLER]
    if not absent:
        return []
    verb = "was" if len(absent) == 1 else "were"
    message = (
        f"{', '.join(absent)} {verb} not asked: text-lost, readers-differ, contact-unread, heading-unread "
        "and pair-apart speak for the other readers alone"
    )
    hint = "pip install 'texresume[check]' brings them"
    return [source.diagnostic("readers-missing", message, None, hint=hint, severity=Severity.NOTE)]


def _links(
    found: tuple[str, ...], document: Document, rendered: Rendered, source: Source
) -> list[Diagnostic]:
    """Targets in the PDF that cannot lead anywhere, each once, without asking the network."""
    places = {links.core(target): path for target, path in roles.targets(document) if target}
    for printed in rendered.fields:
        for part in printed.field.parts:
            if part.path:
                targets = inspection.targets(part.inlines)
                places.update({links.core(target): part.path for target in targets})
    diagnostics = []
    for target in dict.fromkeys(found):
        if fault := links.find_problem(target):
            path = undotted(places.get(links.core(target), ""))
            diagnostics.append(
                source.diagnostic(
                    "bad-link",
                    f"the link to {target!r} leads nowhere: {fault}",
                    source.value(path) if path else None,
                    path=path,
                    hint="write the whole address, as a browser shows it",
                    severity=Severity.WARNING,
                )
            )
    return diagnostics
