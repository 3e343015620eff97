"""Titles of works, which are in italics wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from texresume.text.inline import Inline, RichText, Span


def emphasised(field: RichText) -> RichText:
    """A text in italics; one that is so as a whole already stays as it is."""
    return RichText(tuple(
        part if not part.inlines or _is_emphasis(part.inlines) else
        replace(part, inlines=(Span("emphasis", part.inlines),))
        for part in field.parts
    ))  # fmt: skip


def _is_emphasis(inlines: Sequence[Inline]) -> bool:
    return len(inlines) == 1 and isinstance(inlines[0], Span) and inlines[0].kind == "emphasis"
