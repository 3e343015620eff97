"""What `check` looks at in a PDF beyond what every build does: every extractor, the look, the links."""

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

from . import field_kinds, layout, parsing


def examine(
    pdf: bytes, document: Document, rendered: Rendered, source: Source, measures: Mapping[str, str]
) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """The names of the extractors besides pdfium that were used, and everything that was found.

    `document` is the one that was rendered; `measures` is what TeX's log says about the page.
    """
    texts = extractors.extract_texts(pdf)
    content = extractors.read_with_pdfium(pdf)
    fields = field_kinds.classify(document, rendered.fields)
    found = findings.from_readers(inspection.find_losses_by_extractor(texts, rendered), source)
    found += _note_missing_extractors(texts, source)
    pages = geometry.read_pages(pdf)
    found += layout.check(layout.PrintedPages.locate(pages, fields, measures, source, rtl=rendered.rtl))
    extractions = [
        parsing.Extraction.locate(name, text, fields, rtl=rendered.rtl)
        for name, text in {"pdfium": content.text, **texts}.items()
    ]
    found += parsing.check(extractions, source)
    found += _check_links(content.links, document, rendered, source)
    return tuple(texts), found


def _note_missing_extractors(texts: Mapping[str, str], source: Source) -> list[Diagnostic]:
    """A note on the extractors that are not installed, except for pdftotext, which pip does not install."""
    missing = [name for name in extractors.EXTRACTORS if name not in texts and name != extractors.POPPLER]
    if not missing:
        return []
    message = (
        f"not installed: {', '.join(missing)}; text-lost, readers-differ, contact-unread, heading-unread and "
        "pair-apart used the other extractors only"
    )
    hint = "run: pip install 'texresume[check]'"
    return [source.diagnostic("readers-missing", message, None, hint=hint, severity=Severity.NOTE)]


def _check_links(
    targets: tuple[str, ...], document: Document, rendered: Rendered, source: Source
) -> list[Diagnostic]:
    """Targets in the PDF that cannot lead anywhere, each once, without network access."""
    paths = {links.core(target): path for target, path in field_kinds.list_targets(document) if target}
    for printed in rendered.fields:
        for fragment in printed.field.parts:
            if fragment.path:
                within = inspection.find_targets(fragment.inlines)
                paths.update({links.core(target): fragment.path for target in within})
    diagnostics = []
    for target in dict.fromkeys(targets):
        if reason := links.fault(target):
            path = undotted(paths.get(links.core(target), ""))
            diagnostics.append(
                source.diagnostic(
                    "bad-link",
                    f"the link to {target!r} leads nowhere: {reason}",
                    source.value(path) if path else None,
                    path=path,
                    hint="write the full address as a browser shows it",
                    severity=Severity.WARNING,
                )
            )
    return diagnostics
