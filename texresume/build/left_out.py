"""Characters of a document written elsewhere that cannot be printed: left out, with a warning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from texresume import resources
from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.document.edits import edited
from texresume.document.model import Document
from texresume.fonts import characters
from texresume.latex.template import Template
from texresume.latex.view import fields_of

from . import typesetter

Lacking = Mapping[str, set[str]]
"""The characters to leave out of each text, by its path."""

_MOST = 0.5
"""The share of a document's letters above which nothing is left out: it needs fonts, not cuts."""
_SHOWN = 4
_ROUNDS = 3
"""Without an emoji, what modified it may make no sense any more."""


def without_senseless(document: Document, source: Source) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document without characters that are invisible or mean nothing, and a warning."""
    warnings: tuple[Diagnostic, ...] = ()
    for _ in range(_ROUNDS):
        found = {
            path: {char for char, _ in characters.senseless(text)}
            for field in fields_of(document)
            for path, text in characters.texts(field)
        }
        lacking = {path: chars for path, chars in found.items() if chars}
        if not lacking:
            break
        document, warnings = _without(document, lacking), (*warnings, _warning(lacking, source))
    return document, warnings[:1]


def without_fontless(
    document: Document, engine: str, template: Template, source: Source, project: Path
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document without characters that no font has, and a warning; letters stay if most would go."""
    lacking = typesetter.lacking(document, engine, template, source, project)
    if not lacking or _is_most(lacking, document):
        return document, ()
    rest, more = without_senseless(_without(document, lacking), source)
    return rest, (_warning(lacking, source), *more)


def _without(document: Document, lacking: Lacking) -> Document:
    everywhere = set().union(*lacking.values())

    def change(path: str, text: str) -> str:
        gone = lacking.get(path, set()) if path else everywhere
        if not gone & set(text):
            return text
        kept = "".join(char for char in text if char not in gone)
        kept = re.sub(r"(?<=\s)[ \t]+", "", kept)  # the space on one side of it
        return kept if kept.strip() else ""

    return edited(document, change)


def _is_most(lacking: Lacking, document: Document) -> bool:
    whole = gone = 0
    for field in fields_of(document):
        for path, text in characters.texts(field):
            letters = [char for char in text if unicodedata.category(char)[0] == "L"]
            whole += len(letters)
            gone += sum(char in lacking.get(path, ()) for char in letters)
    return gone > whole * _MOST


def _warning(lacking: Lacking, source: Source) -> Diagnostic:
    """One warning for all characters, at the first."""
    found = [(char, path) for path, chars in lacking.items() for char in sorted(chars)]
    shown = ", ".join(f"{characters.describe(char)} in {path or 'a label'}" for char, path in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    char, path = found[0]
    return source.diagnostic(
        "character-left-out",
        f"cannot be typeset, left out: {shown}{more}",
        source.character(undotted(path), char),
        path=undotted(path),
        hint=f"install a font that has it ({resources.manual('characters.md')}), or write it differently",
        severity=Severity.WARNING,
    )
