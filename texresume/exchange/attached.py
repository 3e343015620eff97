"""PDFs: the data that texresume attached to one of its own (`build --attach json`)."""

from __future__ import annotations

from pathlib import Path

from texresume.data import loader, text_files
from texresume.data.loader import Loaded
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.pdf import extractors

NAME = "resume.json"
"""What the attached file is called."""


def load(raw: bytes, file: Path) -> Loaded:
    """The data in a PDF; its lines are those of `FILE.pdf/resume.json`. Raises `ResumeError`."""
    try:
        attached = dict(extractors.read_attachments(raw)).get(NAME)
    except ValueError:
        attached = None
    if attached is None:
        message = "this PDF has no data attached by texresume"
        hint = "use the data that it was made from; the text of a PDF is not read"
        raise ResumeError(Diagnostic(Severity.ERROR, "no-data-attached", message, file, hint=hint))
    place = file / NAME
    if len(attached) > text_files.MAXIMUM_BYTES:
        message = f"the file is larger than {text_files.MAXIMUM_BYTES // 1_000_000} MB"
        raise ResumeError(Diagnostic(Severity.ERROR, "too-large", message, place))
    return loader.parse(text_files.decode(attached, place), place, lenient=True)
