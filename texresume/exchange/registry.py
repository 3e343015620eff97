"""The formats beside the PDF, by the names of `--format`. Their modules are imported when they write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

if TYPE_CHECKING:
    from .export import Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module of this package whose `WRITER` writes it, how its files end, what they are for."""

    module: str
    suffix: str
    description: str


FORMATS: dict[str, Format] = {
    "docx": Format("docx", "docx", "Word, to be edited and restyled by its styles"),
    "html": Format("web", "html", "a page for the web and for screen readers, in one file"),
    "txt": Format("plain_text", "txt", "plain text, for web forms and mail"),
    "md": Format("commonmark", "md", "Markdown, as GitHub shows it"),
    "json": Format("json_resume", "json", "JSON Resume, for other programs"),
    "zip": Format("latex_folder", "zip", "LaTeX source with its fonts and styles, for Overleaf or any TeX"),
}
"""By name, in the order of the help. The suffixes differ, since all files of a build have one name."""

OWN = ("pdf", "tex", "png")
"""What a build writes of its own."""

SETTINGS: Mapping[str, str] = {"wrap": "72", "ascii": "false"}
"""What can be set for writers, by name, with the value where nothing is said: of txt, the columns of a line
(0: as long as they are), and whether punctuation is plain, `true` or `false`.
"""
_NARROWEST = 20


def suffixes() -> Iterator[tuple[str, str]]:
    """The formats that are one file each, and how these end."""
    yield from (("pdf", "pdf"), ("tex", "tex"))
    yield from ((name, format_.suffix) for name, format_ in FORMATS.items())


def writer(name: str) -> Writer:
    """What writes a format of `FORMATS`."""
    return cast("Writer", import_module(f"{__package__}.{FORMATS[name].module}").WRITER)


def refuse_unknown(settings: Mapping[str, str]) -> None:
    """Raise `ResumeError` for a setting that no writer has, and for a value that it cannot have."""
    for name, value in settings.items():
        if name not in SETTINGS:
            message, hint = f"unknown setting {name!r}", f"choose from {', '.join(SETTINGS)}"
        elif name == "wrap" and not (value.isdecimal() and (int(value) == 0 or int(value) >= _NARROWEST)):
            message = f"invalid value {value!r} for 'wrap'"
            hint = f"a number of columns, at least {_NARROWEST}, or 0 for lines as long as they are"
        elif name == "ascii" and value not in ("true", "false"):
            message, hint = f"invalid value {value!r} for 'ascii'", "choose from true, false"
        else:
            continue
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
