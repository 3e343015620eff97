"""What the stages of a build give, each to the next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from texresume.records import dataclass

if TYPE_CHECKING:
    from texresume.data.resume import Resume
    from texresume.data.source import Source
    from texresume.diagnostics import Diagnostic
    from texresume.document.model import Document
    from texresume.latex.manifest import Value
    from texresume.latex.render import Rendered
    from texresume.latex.template import Template
    from texresume.tex.engine import Typeset
    from texresume.variants.variant import Variant

    from .fit import Fit
    from .typesetter import Choice


@dataclass(frozen=True, slots=True)
class Content:
    """A document, where everything in it comes from, and warnings. `resume` is what it was composed from,
    `complete` the résumé before the variant chose from it.

    `locale_is_own` says that the language was chosen by the data; `foreign` data was written for other
    programs.
    """

    document: Document
    source: Source
    warnings: tuple[Diagnostic, ...]
    resume: Resume
    complete: Resume
    variant: Variant | None
    locale_is_own: bool
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Design:
    """How a document is set. `document` is that of the content, with the photo that the template shows;
    `files` go into the folder of the build, each under a name; `stem` is what the results are called.
    """

    template: Template
    options: Mapping[str, Value]
    document: Document
    typesetter: Choice
    files: tuple[tuple[Path, str], ...]
    stem: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typeset: the document, without the highlights that were dropped, its source and its PDF, and
    the data that it carries, if any.
    """

    document: Document
    rendered: Rendered
    typeset: Typeset
    fit: Fit | None
    attached: bytes = b""
