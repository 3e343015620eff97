"""The data in the PDF: what it shows, as JSON Resume, for programs that would otherwise read the page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from texresume import resources
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.exchange import registry
from texresume.exchange.attached import NAME
from texresume.exchange.export import Export

from .exports import without

if TYPE_CHECKING:
    from texresume.data.source import Source
    from texresume.document.model import Document

    from .run import Run
    from .stages import Content, Design

FORMATS = ("json", "none")
"""What `--attach` takes: `none` overrides `meta.attach`."""


def is_wanted(run: Run, content: Content) -> bool:
    """Whether the flag or the data ask for it. Raises `ResumeError` for what cannot be attached."""
    if run.request.attach not in ("", *FORMATS):
        message = f"invalid value {run.request.attach!r} for --attach"
        hint = f"choose from {', '.join(FORMATS)}"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
    return (run.request.attach or content.resume.meta.get("attach", "")) == "json"


def write(content: Content, design: Design, document: Document, dropped: Iterable[str]) -> bytes:
    """What is shown, without the highlights of the dropped paths. Raises `ResumeError`."""
    shown = Export(
        document=document,
        resume=without(content.resume, dropped),
        template=design.template.name,
        look=design.options,
        source="",
        engine=design.typesetter.engine,
    )
    return registry.writer("json").write(shown)


def save(folder: Path, attached: bytes) -> tuple[Path, str]:
    """The file, for TeX, with the name that it has there."""
    file = folder / NAME
    file.write_bytes(attached)
    return file, NAME


def check(pdf: bytes, attached: bytes, source: Source, engine: str) -> Iterable[Diagnostic]:
    """An error if the PDF does not carry exactly these bytes, and no other file."""
    from texresume.pdf.extractors import read_attachments

    found = read_attachments(pdf)
    if found == [(NAME, attached)]:
        return
    if not found:
        why = "XeTeX set it" if engine == "xetex" else "the template does not load texresume.sty"
        message, hint = (
            f"the data are not attached: {why}",
            f"leave out --attach ({resources.manual('accessibility.md')})",
        )
    else:
        message, hint = "what is attached is not the data that was written", "please report this"
    yield source.diagnostic("not-attached", message, None, hint=hint, severity=Severity.ERROR)
