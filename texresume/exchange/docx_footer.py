"""The foot of each page of a Word document."""

from __future__ import annotations

from texresume.document.model import Document

from .docx_styles import identifier
from .docx_text import TAB, RunWriter
from .looks import Look
from .markup import piece


def footer(document: Document, look: Look, runs: RunWriter) -> str:
    """The paragraph at the foot of each page: name, date and page. The date stands there in any case."""
    labels = document.labels
    style = f'<w:pPr><w:pStyle w:val="{identifier("footer")}"/></w:pPr>'
    if look.foot == "none":
        return f"<w:p>{style}{TAB}{runs.field(document.date)}</w:p>"
    name = runs.line(piece(document.metadata.author)) if look.foot in ("name", "full") else ""
    date = runs.field(document.date)
    page = "".join([
        runs.line(piece(labels["page_before"])),
        _counted("PAGE"),
        runs.line(piece(labels["page_between"])),
        _counted("NUMPAGES"),
        runs.line(piece(labels["page_after"])),
    ])  # fmt: skip
    return f"<w:p>{style}{name}{TAB}{date}{TAB}{page}</w:p>"


def _counted(field: str) -> str:
    """A field that Word counts, with what it shows until then."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {field} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
