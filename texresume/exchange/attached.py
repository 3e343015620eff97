"""PDFs: the data that texresume attached to one of its own."""

from __future__ import annotations

from pathlib import Path

from texresume.data.loader import Loaded
from texresume.diagnostics import Diagnostic, ResumeError, Severity


def load(raw: bytes, file: Path) -> Loaded:
    """The data in a PDF. Raises `ResumeError`: no version of texresume attaches any yet."""
    message = "this PDF has no data attached by texresume"
    hint = "use the data that it was made from; the text of a PDF is not read"
    raise ResumeError(Diagnostic(Severity.ERROR, "no-data-attached", message, file, hint=hint))
