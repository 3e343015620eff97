"""What two variants of the same data show differently; needs no TeX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from texresume.variants import difference, variant

from . import reading, settings
from .request import Request

if TYPE_CHECKING:
    from texresume.latex.manifest import Value
    from texresume.variants.difference import Change


def differences(request: Request, against: str) -> list[Change]:
    """The differences between the request's variant and another one ("" stands for the whole résumé).

    Raises `ResumeError` if either cannot be read.
    """
    data = reading.master(request.data, request.private, keep_going=request.keep_going)
    sides = []
    for name in (request.variant, against):
        side = variant.find(name, request.data, request.project) if name else None
        settled = settings.settle(request.template, request.options, side, request.project)
        content = reading.read(data, side, request.locale)
        document = content.document
        shown = {
            "template": settled.template.name,
            "locale": document.metadata.language,
            "pages": str(settled.template.pages or ""),
        }
        shown.update({f"options.{option}": _shown(value) for option, value in settled.options.items()})
        publications = content.resume.publications
        shown |= {f"publications.{name}": written(value) for name, value in publications.items()}
        sides.append((document, shown))
    (a, a_settings), (b, b_settings) = sides
    return [*difference.settings_changed(a_settings, b_settings), *difference.compare(a, b)]


def written(value: Any) -> str:
    """A setting as it is written in a line of YAML."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(one)}' for key, one in value.items())}}}"
    return f"[{', '.join(map(written, value))}]" if isinstance(value, list) else str(value)


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
