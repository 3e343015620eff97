"""The formats beside the PDF: written from what was typeset, and read back as the PDF is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from texresume.data.resume import undotted
from texresume.diagnostics import Diagnostic, Severity, dotted
from texresume.exchange import comparison, registry
from texresume.exchange.export import Export, Fitted, Rewriting, Windowed
from texresume.pdf.problems import describe_loss
from texresume.text.inline import RichText

if TYPE_CHECKING:
    from texresume.data import resume
    from texresume.data.source import Source
    from texresume.exchange.export import Writer

    from .run import Run

_LOST = "write it in other words or characters, or leave {0} out of --format; please report this"
_ADDED = "please report this: {0} must have the words of the data only"


def make(run: Run) -> Mapping[str, bytes]:
    """What the request asks for beside the PDF, by format. What a format has lost goes to the run's log.

    Raises `ResumeError` for what a format cannot be written for.
    """
    export = _export(run)
    content = run.typeset()[0]
    made = {}
    for name in run.request.formats:
        if name in registry.FORMATS:
            writer = registry.writer(name)
            made[name] = writer.write(export)
            run.log.add(compare(writer, made[name], export, content.source))
    return made


def compare(writer: Writer, content: bytes, export: Export, source: Source) -> list[Diagnostic]:
    """An error for each text of the document that a file lost, a warning for words that it added."""
    text, name, document = writer.text(content), writer.name, export.document
    if text is None:
        return []
    windowed = isinstance(writer, Windowed) and writer.names_sender(export)
    fields = list(filter(None, comparison.printed(document, windowed=windowed)))
    if isinstance(writer, Rewriting):
        rewrite = partial(writer.as_printed, settings=export.settings)
        fields = [comparison.rewritten(field, rewrite) for field in fields]
    found = []
    for loss in comparison.find_losses(text, fields, rtl=document.direction == "rtl"):
        problem = describe_loss(loss, f"the {name}")
        path = undotted(problem.path)
        position = source.value(path) if path else None
        hint = _LOST.format(name)
        found.append(source.diagnostic(problem.code, problem.message, position, path=path, hint=hint))
    if words := comparison.find_additions(text, fields, document):
        shown = " ".join(words)[:60]
        found.append(
            source.diagnostic(
                "foreign-text",
                f"the {name} has words that the data has not: {shown!r}",
                None,
                hint=_ADDED.format(name),
                severity=Severity.WARNING,
            )
        )
    return found


def _export(run: Run) -> Export:
    """What was typeset, for the writers."""
    content, design, draft = run.typeset()
    letter = run.request.letter
    fit = draft.fit
    dropped = {one.path for one in fit.dropped} if fit else set()
    shown = draft.document
    if not any(printed.field == shown.date for printed in draft.rendered.fields):
        shown = replace(shown, date=RichText())  # of the last change: where the PDF says it
    return Export(
        document=shown,
        resume=replace(content.resume, sections=()) if letter else without(content.resume, dropped),
        template=design.template.name,
        look=design.options,
        source=draft.rendered.source,
        engine=design.typesetter.engine,
        files=design.files,
        folders=design.template.folders,
        readable=design.typesetter.readable(),
        trusted=design.template.trusted,
        settings={**registry.SETTINGS, **run.request.settings},
        fitted=Fitted(fit.step, fit.size, fit.leading, fit.margin) if fit else None,
    )


def without(whole: resume.Resume, dropped: Iterable[str]) -> resume.Resume:
    """A résumé without the highlights of these paths."""
    paths = set(dropped)
    if not paths:
        return whole
    return replace(
        whole,
        sections=tuple(
            replace(section, entries=tuple(_without_in(entry, paths) for entry in section.entries))
            for section in whole.sections
        ),
    )


def _without_in(entry: resume.Entry, paths: set[str]) -> resume.Entry:
    return replace(
        entry,
        highlights=tuple(one for one in entry.highlights if dotted(one.text.path) not in paths),
        parts=tuple(_without_in(part, paths) for part in entry.parts),
    )
