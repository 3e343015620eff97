"""What there is to see at one moment, as immutable data, and the JSON of it that the page gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texresume import resources
from texresume.diagnostics import Diagnostic, Severity, in_order
from texresume.records import dataclass

from .project_files import ProjectFile, find, hash_of

if TYPE_CHECKING:
    from texresume.build.fit import Fit
    from texresume.data.source import Source
    from texresume.text.inline import RichText

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


@dataclass(frozen=True, slots=True)
class Left:
    """A highlight that was left out so that the text fits: its path and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A PDF to be seen. `pages` are widths and heights in pt; `fields` what was printed, in reading order;
    `source` says where in which file each comes from. It is `proved` once the build has passed.
    """

    revision: int
    proved: bool
    pdf: bytes
    pages: tuple[tuple[float, float], ...]
    fields: tuple[RichText, ...]
    source: Source
    name: str
    template: str
    stem: str
    headline: str = ""
    seconds: float = 0.0
    fit: Fit | None = None
    left_out: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of the template, with its value. `kind` is choice, color, number, text or yes-no."""

    name: str
    kind: str
    values: tuple[str, ...]
    value: str
    default: str
    about: str
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, and what is: `chosen` here, and not in a file."""

    variant: str = ""
    variants: tuple[str, ...] = ("",)
    template: str = ""
    templates: tuple[tuple[str, str], ...] = ()
    chosen_template: str = ""
    chosen_options: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Choice, ...] = ()
    document: str = "resume"
    documents: tuple[str, ...] = ("resume",)


@dataclass(frozen=True, slots=True)
class State:
    """Everything of one moment; `version` counts up. `editor` is an address to open files with, or empty."""

    version: int = 0
    files: tuple[ProjectFile, ...] = ()
    choices: Choices = Choices()
    busy: bool = True
    shown: Shown | None = None
    failed: bool = False
    problems: tuple[Diagnostic, ...] = ()
    editor: str = ""
    opens: bool = False
    formats: tuple[str, ...] = ()


def as_json(state: State) -> dict[str, Any]:
    """The object of `events` and `state`."""
    shown = state.shown
    name = shown.name if shown else ""
    template = shown.template if shown else state.choices.template
    return {
        "version": state.version,
        "name": name,
        "title": " · ".join(filter(None, (name, state.choices.variant, template))) or "texresume",
        "files": [_file(one, state.editor) for one in state.files],
        "choices": _choices(state.choices),
        "busy": state.busy,
        "shown": None if shown is None else _shown(shown, state.files),
        "failed": state.failed,
        "problems": problems(state.problems, state.files),
        "opens": state.opens,
        "formats": list(state.formats),
    }


def _file(one: ProjectFile, editor: str) -> dict[str, str]:
    return {
        "id": one.id,
        "label": one.label,
        "kind": one.kind,
        "variant": one.variant,
        "schema": one.schema,
        "hash": hash_of(one),
        "href": one.address(editor),
    }


def _choices(choices: Choices) -> dict[str, Any]:
    return {
        "variant": choices.variant,
        "variants": list(choices.variants),
        "template": choices.template,
        "templates": [{"name": name, "summary": summary} for name, summary in choices.templates],
        "chosen": {"template": choices.chosen_template, "options": dict(choices.chosen_options)},
        "options": [
            {
                "name": one.name,
                "kind": one.kind,
                "values": list(one.values),
                "value": one.value,
                "default": one.default,
                "about": one.about,
                "minimum": one.minimum,
                "maximum": one.maximum,
            }
            for one in choices.options
        ],
        "document": choices.document,
        "documents": list(choices.documents),
    }


def _shown(shown: Shown, files: tuple[ProjectFile, ...]) -> dict[str, Any]:
    return {
        "revision": shown.revision,
        "proved": shown.proved,
        "pages": [{"width": round(width, 2), "height": round(height, 2)} for width, height in shown.pages],
        "headline": shown.headline,
        "seconds": round(shown.seconds, 4),
        "fit": None if shown.fit is None else _fit(shown, shown.fit, files),
    }


def _fit(shown: Shown, fit: Fit, files: tuple[ProjectFile, ...]) -> dict[str, Any]:
    return {
        "step": fit.step,
        "steps": fit.steps,
        "fill": round(fit.fill, 4),
        "dropped": [
            {"path": one.path, "text": one.text, **place(shown.source, one.path, files)}
            for one in shown.left_out
        ],
    }


def place(source: Source, path: str, files: tuple[ProjectFile, ...]) -> dict[str, Any]:
    """The file and the line of a value."""
    from texresume.data.resume import undotted

    steps = undotted(path)
    return {"file": id_of(source.origin(steps).file, files), "line": source.value(steps).line}


def id_of(file: Path | None, files: tuple[ProjectFile, ...]) -> str:
    """The id of a file, empty if it is none of the project's."""
    found = find(file, files) if file is not None else None
    return found.id if found else ""


def problems(diagnostics: tuple[Diagnostic, ...], files: tuple[ProjectFile, ...]) -> list[dict[str, Any]]:
    """Diagnostics for the page: errors first, then by file and line."""
    ordered = sorted(in_order(diagnostics), key=lambda one: list(_SEVERITIES).index(one.severity))
    return [
        {
            "severity": _SEVERITIES[one.severity],
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
            "file": id_of(one.file, files),
            "label": one.file.as_posix() if one.file else "",
            "line": one.position.line if one.position else 0,
            "column": one.position.column if one.position else 0,
            "path": one.place,
            "docs": f"{resources.manual('checks.md')}#{one.code}",
        }
        for one in ordered
    ]
