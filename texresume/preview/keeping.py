"""Writing what was chosen into the variant's file: an edit of its text, so that comments and order stay."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from texresume.build import reading, settings
from texresume.build.request import Request
from texresume.data import loader
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.variants import variant

from . import project_files
from .project_files import Conflict, ProjectFile

CODE = "cannot-keep"
_PLAIN = re.compile(r"[A-Za-z][\w.-]*|\d+(?:\.\d+)?", re.ASCII)
_BEFORE = ("extends", "template")
"""Keys after which a new one stands."""


def keep(request: Request, files: tuple[ProjectFile, ...]) -> Request:
    """Write the template and the options of a request into its variant. The request without them.

    Raises `ResumeError` where there is no variant, where the file would not say what is meant, and where it
    cannot be written.
    """
    if not request.variant:
        hint = "choose a variant first, or write 'template' and 'options' below 'meta:' in the data"
        raise _error("the whole résumé has no variant to write into", None, hint)
    if not request.template and not request.options:
        return request
    found = variant.find(request.variant, request.data, request.project)
    file = project_files.find(found.file, files)
    if file is None:
        raise _error("this file cannot be written from the page", found.file)
    _refuse_invalid(request, found)
    text, base = project_files.read(file)
    try:
        project_files.write(file, edited(text, found.file, request.template, request.options), base)
    except Conflict:
        raise _error("the file was changed at the same time", found.file, "try again") from None
    return replace(request, template="", options={})


def _refuse_invalid(request: Request, found: variant.Variant) -> None:
    """Raise `ResumeError` where the variant would be wrong then: options that the new template lacks."""
    data = reading.master(request.data, request.private, keep_going=request.keep_going)
    own = settings.Own(data.resume, data.loaded.source, data.foreign)
    options = {**found.options, **request.options}
    would_be = replace(found, template=request.template or found.template, options=options)
    settings.settle("", {}, would_be, request.project, own)


def edited(text: str, file: Path, template: str, options: Mapping[str, str]) -> str:
    """The text of a variant's file with these settings in it. Raises `ResumeError` where YAML of an unusual
    form is in the way; then nothing is written.
    """
    wanted = copy.deepcopy(loader.parse(text, file).data)
    if template:
        wanted["template"] = template
    if options:
        old = wanted.get("options")
        wanted["options"] = {**(old if isinstance(old, dict) else {}), **options}
    try:
        made = _edited(text, file, template, options)
        if loader.parse(made, file).data == wanted:
            return made
    except ResumeError:  # an alias has lost its anchor, for example
        pass
    lines = {**({"template": template} if template else {}), **options}
    hint = f"write it yourself: {', '.join(f'{key}: {value}' for key, value in lines.items())}"
    raise _error("the file has a form that is not edited from the page", file, hint)


def _edited(text: str, file: Path, template: str, options: Mapping[str, str]) -> str:
    """The same without a look at what has come of it."""
    if template:
        text = _put(text, loader.parse(text, file), (), "template", template)
    for name, value in options.items():
        now = loader.parse(text, file)
        if isinstance(now.data.get("options"), dict):
            text = _put(text, now, ("options",), name, value)
        elif not now.data.get("options"):
            text = _put(text, now, (), "options", None, f"{{{_quoted(name)}: {_quoted(value)}}}")
    return text


def _put(text: str, parsed: Loaded, parent: DataPath, key: str, value: str | None, flow: str = "") -> str:
    """Set a key of a mapping, in place of what it has, or as a new line. `flow` is YAML to use as it is."""
    source = parsed.source
    written = flow or _quoted(value or "")
    whole, mark = source.marks[parent], source.marks.get((*parent, key))
    if mark is not None and whole.start <= mark.key < whole.end:
        return _replaced(text, mark.start, mark.end, written)
    if text[whole.start : whole.start + 1] == "{":
        rest = ", " if _children(parsed, parent) else ""
        return f"{text[: whole.start + 1]}{_quoted(key)}: {written}{rest}{text[whole.start + 1 :]}"
    children = [
        (name, source.marks[*parent, name])
        for name in _children(parsed, parent)
        if whole.start <= source.marks[*parent, name].key < whole.end
    ]
    if not children:
        return text
    first = min(mark.key for _, mark in children)
    line = text.rfind("\n", 0, first) + 1
    indent = text[line:first] if not text[line:first].strip() else ""
    after = [mark.end for name, mark in children if parent or name in _BEFORE]
    at = _line_after(text, max(after)) if after else line
    new = f"{indent}{_quoted(key)}: {written}\n"
    if at and text[at - 1] != "\n":
        new = "\n" + new
    return text[:at] + new + text[at:]


def _children(parsed: Loaded, parent: DataPath) -> list[str]:
    data: Any = parsed.data
    for step in parent:
        data = data[step]
    return list(data)


def _replaced(text: str, start: int, end: int, written: str) -> str:
    """The text with another value: an empty one has its place right after the colon."""
    old = text[start:end]
    kept = old[len(old.rstrip()) :] if old.strip() else ""
    space = " " if text[start - 1 : start] == ":" else ""
    return f"{text[:start]}{space}{written}{kept}{text[end:]}"


def _line_after(text: str, offset: int) -> int:
    """Where the line begins that comes after a value which ends at an offset."""
    if offset and text[offset - 1] == "\n":
        return offset
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def _quoted(text: str) -> str:
    """A text as a value of YAML."""
    plain = _PLAIN.fullmatch(text) and text.lower() != "null"
    return text if plain else json.dumps(text, ensure_ascii=False)


def _error(message: str, file: Path | None, hint: str = "") -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, CODE, message, file, hint=hint))
