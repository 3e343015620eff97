"""Whether a screen reader can follow the PDF: the rules of PDF/UA-1 that a program can judge.

What the structure says is compared with the data in every build. See docs/accessibility.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from texresume import resources
from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf import folding, tagging

from .field_kinds import PrintedField

_EXCERPT = 60
"""Characters of a text that a message shows."""
_HINTS = {
    "heading-level": f"a template says \\tras{{H2}} and the like: see {resources.manual('templates.md')}",
    "missing-alt": "a template says \\tralt{..} before \\trphoto, and \\trformula for what it sets of itself",
    "untagged-link": "a template must link with \\trlink, \\traddress or \\href",
    "ua-metadata": "a template must load texresume.sty, and leave the catalog of the PDF to it",
}
_HINT = f"a template must leave marks to texresume.sty: see {resources.manual('templates.md')}"


def describe_untagged(source: Source, engine: str) -> Diagnostic:
    """A note that there is no structure."""
    why = "the template does not make one"
    if engine == "xetex":
        why += ", or xdvipdfmx writes PDFs of an unknown form"
    message = f"the PDF has no structure for screen readers: {why}"
    hint = f"see {resources.manual('accessibility.md')}"
    return source.diagnostic("not-tagged", message, None, severity=Severity.NOTE, hint=hint)


def check(
    pdf: bytes, fields: Sequence[PrintedField], headings: Sequence[str], source: Source
) -> Iterator[Diagnostic]:
    """All that is wrong with the structure of a tagged PDF, whose `headings` are given."""
    spoken = set(map(folding.fold, headings))
    for field in fields:
        if field.kind.area in ("name", "heading") and folding.fold(str(field.text)) not in spoken:
            message = f"{str(field.text)[:_EXCERPT]!r} is not a heading in the structure of the PDF"
            path = undotted(folding.path_of(field.text) or field.kind.path)
            position = source.value(path) if path else None
            hint = _HINTS["heading-level"]
            yield source.diagnostic(
                "untagged-heading", message, position, path=path, hint=hint, severity=Severity.NOTE
            )
    try:
        faults = tagging.find_faults(pdf)
    except ImportError:  # `readers-missing` says so
        return
    for fault in faults:
        hint = _HINTS.get(fault.code, _HINT)
        yield source.diagnostic(fault.code, fault.message, None, severity=Severity.WARNING, hint=hint)
