"""What is kept of a build for those who look into it afterwards: reports and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texresume.records import dataclass
from texresume.text.inline import RichText

from .fit import Fit
from .run import Run

if TYPE_CHECKING:
    from texresume.pdf.problems import Report


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What was made, whether it passed or not. Without a PDF, `pdf` is empty and `report` is None.

    `stem` is what its files are called; `fields` are all that was printed, in reading order; `language` is a
    BCP 47 tag.
    """

    name: str
    variant: str
    template: str
    engine: str
    language: str
    fields: tuple[RichText, ...]
    pdf: bytes = b""
    stem: str = ""
    report: Report | None = None
    fit: Fit | None = None


def of(run: Run) -> Artifacts | None:
    """The artifacts of a run that came as far as TeX."""
    content, design, rendered, draft = run.content, run.design, run.rendered, run.draft
    if content is None or design is None or rendered is None or (draft is None and run.tex_log is None):
        return None
    return Artifacts(
        name=content.document.metadata.author,
        variant=content.variant.name if content.variant else "",
        template=design.template.name,
        engine=design.typesetter.engine,
        language=content.document.metadata.language,
        fields=tuple(printed.field for printed in rendered.fields),
        pdf=draft.typeset.pdf if draft else b"",
        stem=design.stem,
        report=run.report,
        fit=draft.fit if draft else None,
    )
