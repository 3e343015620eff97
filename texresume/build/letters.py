"""The letter of a variant in the place of its résumé: what is read for it, and the file of its signature."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from texresume.data.letters import ABOUT, PLACE
from texresume.diagnostics import ResumeError
from texresume.fonts import characters
from texresume.latex.view import fields_of
from texresume.text import locale

from .stages import Content

if TYPE_CHECKING:
    from pathlib import Path

    from texresume.variants.variant import Variant


def read_letter(content: Content, variant: Variant, file: Path) -> Content:
    """The content of a variant of a data file, with its letter in the place of the résumé.

    Raises `ResumeError` for what is wrong with the letter, and where there is none.
    """
    from texresume.document.letter import compose_letter
    from texresume.variants import letters
    from texresume.variants.variant import available, folder_of

    data = variant.letter
    if data is None:
        raise ResumeError(variant.diagnostic("no-letter", f"the variant {variant.name!r} has no letter", ()))
    if not data.texts.get("body"):
        hint = "add 'body: …', with blank lines between paragraphs"
        raise ResumeError(
            variant.diagnostic("missing-key", "the letter has no 'body'", PLACE, hint, at_key=True)
        )
    source = replace(content.source, marks=dict(content.source.marks))
    for key in (*ABOUT, *PLACE):
        source.copy_marks((key,), variant.source, (key,))
    words = locale.find(content.document.metadata.language)
    variants = available(folder_of(file))
    others = letters.others_of(variants, variant.name, file, content.complete)
    document, warnings = compose_letter(content.resume, data, words, source, others)
    if refused := [*characters.never(fields_of(document), source)]:
        raise ResumeError([*warnings, *refused])
    return replace(content, document=document, source=source, warnings=warnings)
