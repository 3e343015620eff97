"""Whether a screen reader can follow the PDF: the rules of PDF/UA-1 that a program can judge.

What the structure says is compared with the data in every build. See docs/accessibility.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf import tagging

_HINTS = {
    "heading-level": "a template says \\tras{H2} and the like: see docs/templates.md",
    "missing-alt": "a template says \\tralt{..} before \\trphoto, and \\trformula for what it sets of itself",
    "untagged-link": "a template must link with \\trlink, \\traddress or \\href",
    "ua-metadata": "a template must load texresume.sty, and leave the catalog of the PDF to it",
}
_HINT = "a template must leave marks to texresume.sty: see docs/templates.md"


def check(pdf: bytes, source: Source, engine: str, *, tagged: bool, wanted: bool) -> Iterator[Diagnostic]:
    """A note where there is no structure, though one is `wanted`; else all that is wrong with it."""
    if not tagged:
        if wanted:
            why = "XeTeX sets it" if engine == "xetex" else "the template does not make one"
            message = f"the PDF has no structure for screen readers: {why}"
            hint = "see docs/accessibility.md"
            yield source.diagnostic("not-tagged", message, None, severity=Severity.NOTE, hint=hint)
        return
    try:
        faults = tagging.find_faults(pdf)
    except ImportError:  # `readers-missing` says so
        return
    for fault in faults:
        hint = _HINTS.get(fault.code, _HINT)
        yield source.diagnostic(fault.code, fault.message, None, severity=Severity.WARNING, hint=hint)
