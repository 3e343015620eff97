"""HTML: one page that needs no other file, for a browser, a phone, a printer or a screen reader."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from texresume.data import files
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.document.letter import as_sections

from . import letter_places
from .looks import BLACK, look_of
from .web_read import words
from .web_style import DARK, LIGHT, fonts, readable
from .web_template import render
from .web_text import HtmlWriter
from .web_view import iso_dates, person, view

if TYPE_CHECKING:
    from .export import Export, Writer

_KINDS = {b"\xff\xd8\xff": "jpeg", b"\x89PNG": "png"}
_MAXIMUM_BYTES = 10_000_000
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_POLICY = "\N{OBJECT REPLACEMENT CHARACTER}style-sources\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for the hashes of the style sheets, which are known once the page is there."""


class _Page:
    """Writes pages of the web."""

    name = "html"
    suffix = "html"
    description = "a page for the web and for screen readers, in one file"

    def write(self, export: Export) -> bytes:
        """The page. Raises `ResumeError` for an error in a template of a project."""
        document, look = export.document, look_of(export)
        writer = HtmlWriter(iso_dates(export.resume), rtl=document.direction == "rtl")
        letter = document.letter
        context = {
            "resume": view(as_sections(document), writer),  # for pages that know nothing of letters
            "letter": view(letter, writer) if letter else None,
            "metadata": view(document.metadata, writer),
            "labels": view(document.labels, writer),
            "options": dict(export.look),
            "look": look,
            "language": document.metadata.language,
            "direction": document.direction,
            "photo": _picture(export, document.photo, "photo"),
            "signature": _picture(export, (letter or document).signature, "signature"),
            "person": person(document),
            "policy": f"default-src 'none'; style-src {_POLICY}; img-src data:; base-uri 'none';"
            " form-action 'none'",
            "fonts": Markup(fonts(look, document.fonts)),  # noqa: S704 - names of families without quotes
            "colours": {
                "light": readable(look.accent, LIGHT),
                "dark": "E8E6E3" if look.accent == BLACK else readable(look.accent, DARK),
            },
        }
        return _with_policy(render(export, context)).encode()

    def names_sender(self, export: Export) -> bool:
        """Whether a letter names the sender above the recipient."""
        return letter_places.names_sender(look_of(export).letter, export.document.letter)

    def text(self, content: bytes) -> str:
        """The text of the page as an HTML parser gives it, without style sheets and scripts."""
        return words(content.decode("utf-8"))


def _picture(export: Export, picture: str, word: str) -> str:
    """A picture of the document as a `data:` address, if the template shows it; `word` is what it is."""
    file = next((file for file, name in export.files if name == picture), None)
    if not picture or file is None:
        return ""
    try:
        content = files.read(file, _MAXIMUM_BYTES)
    except (OSError, ValueError) as error:
        message = f"cannot read the {word}: {error}"
        raise ResumeError(Diagnostic(Severity.ERROR, "photo-not-readable", message)) from None
    kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), "jpeg")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _with_policy(page: str) -> str:
    """The page, whose policy allows its own style sheets and no others."""
    hashes = {
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(): None
        for style in _STYLE.findall(page)
    }
    return page.replace(_POLICY, " ".join(f"'sha256-{digest}'" for digest in hashes) or "'none'")


WRITER: Writer = _Page()
