"""Templates for people who choose one: listed, described with all that it has, copied into the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from texresume.build import output
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex import template
from texresume.latex.manifest import OWN, Option
from texresume.latex.template import Template

_NAME = re.compile(r"[^\W_][\w-]*")


def find(name: str, project: Path) -> tuple[list[Template], list[Diagnostic]]:
    """The template of that name, or all of them, with what is wrong with others.

    Raises `ResumeError` if the one that is named does not exist, or is not valid.
    """
    if name:
        return [template.find(name, project)], []
    found: list[Template] = []
    errors: list[Diagnostic] = []
    for one in sorted(template.folders(project)):
        try:
            found.append(template.find(one, project))
        except ResumeError as error:
            errors += error.diagnostics
    return found, errors


def listed(one: Template) -> Iterator[str]:
    """A template in a line, then a line for each of its options."""
    yield f"{_title(one)} {' '.join(one.description.split())}"
    for option in one.options:
        yield f"    {option.name}={option.default}  ({_kind(option)})  {' '.join(option.description.split())}"


def described(one: Template) -> Iterator[str]:
    """All about a template: where it lies, what it extends, its picture, its options with their values."""
    yield _title(one)
    yield f"    {' '.join(one.description.split())}"
    yield f"    folder: {one.folder}"
    for base in one.bases:
        yield f"    extends: {base}"
    if picture := _picture(one):
        yield f"    picture: {picture}"
    yield f"    engine: {one.engine}"
    if one.license:
        yield f"    license: {one.license}"
    yield "    options:"
    for option in one.options:
        yield f"      {option.name}={option.default}"
        yield f"          {_kind(option)}"
        yield f"          {' '.join(option.description.split())}"


def as_json(one: Template) -> dict[str, Any]:
    """The object that `--json` prints of a template: flat, with every key always present."""
    return {
        "name": one.name,
        "title": one.title,
        "description": " ".join(one.description.split()),
        "license": one.license,
        "engine": one.engine,
        "pages": one.pages,
        "trusted": one.trusted,
        "folder": one.folder.as_posix(),
        "extends": [base.as_posix() for base in one.bases],
        "picture": picture.as_posix() if (picture := _picture(one)) else None,
        "options": [
            {
                "name": option.name,
                "type": option.type,
                "default": option.default,
                "description": " ".join(option.description.split()),
                "choices": list(option.choices),
                "names": dict(option.names or {}),
                "minimum": option.minimum,
                "maximum": option.maximum,
            }
            for option in one.options
        ],
    }


def copy(base: str, name: str, project: Path, *, force: bool = False) -> list[Path]:
    """Copy a template into the project, whole but for its picture; the files that were written.

    Raises `ResumeError` if there is no such template, and, unless `force`, for a file that exists already.
    """
    if not _NAME.fullmatch(name):
        message = f"{name!r} is not a name for a template" if name else "the copy has no name"
        raise _error("wrong-folder", message, f"such as 'texresume templates --copy {base} mine'")
    source = template.find(base, project)
    target = project / "templates" / name
    if source.folder.resolve() == target.resolve():
        raise _error("wrong-folder", f"{target} is the template itself", "give the copy another name")
    files = {
        target / file.name: file.read_bytes()
        for file in sorted(source.folder.iterdir())
        if file.is_file() and not file.name.startswith(".") and file.name != template.THUMBNAIL
    }
    taken = next((file for file in files if file.exists()), None)
    if taken and not force:
        raise _error("file-exists", f"{taken} already exists", "choose another name, or use --force")
    return [output.write(file, content) for file, content in files.items()]


def _error(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint))


def _title(one: Template) -> str:
    limit = "" if one.pages is None else f" ({one.pages} page{'s' if one.pages > 1 else ''})"
    return f"{one.name}{limit}: {one.title}."


def _kind(option: Option) -> str:
    """What values an option takes."""
    if option.names:
        return f"hex|{'|'.join(option.names)}"
    low, high = option.minimum, option.maximum
    if low is not None and high is not None:
        limits = f", {low:g} to {high:g}"
    else:
        bounds = [("at least", low), ("at most", high)]
        limits = "".join(f", {word} {bound:g}" for word, bound in bounds if bound is not None)
    if option.default == OWN and low:
        limits += f", or {OWN}"
    return "|".join(option.choices) or option.type + limits


def _picture(one: Template) -> Path | None:
    file = one.folder / template.THUMBNAIL
    return file if file.is_file() else None
