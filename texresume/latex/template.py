"""Templates: folders with a manifest, found by name or by path, and the values of their options.

docs/templates.md says how to write one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cerberus import errors as cerberus_errors

from texresume import cache, resources
from texresume.data import files, rules
from texresume.data.loader import load
from texresume.data.resume import dotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest
from texresume.records import dataclass

MANIFEST = "template.yaml"
MAIN = "resume.tex.j2"
_SOURCES = {".j2", ".yaml", ".yml", ".md", ".py"}
"""Suffixes of files in a template's folder that TeX does not need."""
_MAXIMUM_FILE = 5_000_000
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

Value = str | bool | int | float


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a template, as its manifest declares it."""

    name: str
    type: str
    default: str
    description: str = ""
    choices: tuple[str, ...] = ()
    names: Mapping[str, str] | None = None
    minimum: float | None = None
    maximum: float | None = None

    def value(self, text: str) -> Value:
        """Parse a value. Raises `ValueError` with a message that says what is expected."""
        text = text.strip()
        match self.type:
            case "choice":
                if text not in self.choices:
                    raise ValueError(
                        nearest(text, self.choices) or f"expected one of {', '.join(self.choices)}"
                    )
                return text
            case "boolean":
                if text.lower() not in _BOOLEANS:
                    raise ValueError("expected true or false")
                return _BOOLEANS[text.lower()]
            case "color":
                text = (self.names or {}).get(text.lower(), text.removeprefix("#"))
                if not re.fullmatch(r"[0-9A-Fa-f]{6}", text):
                    words = ", ".join(self.names or ())
                    raise ValueError(
                        "expected six hex digits such as 1F4E79" + (f", or one of {words}" if words else "")
                    )
                return text.upper()
            case "number":
                return self._number(text)
        return text

    def _number(self, text: str) -> int | float:
        bounds = [("at least", self.minimum), ("at most", self.maximum)]
        expected = "expected a number" + "".join(
            f", {word} {bound:g}" for word, bound in bounds if bound is not None
        )
        try:
            number = float(text)
        except ValueError:
            raise ValueError(expected) from None
        low = self.minimum is not None and number < self.minimum
        high = self.maximum is not None and number > self.maximum
        if low or high or not abs(number) < float("inf"):
            raise ValueError(expected)
        return int(number) if number.is_integer() else number


@dataclass(frozen=True, slots=True)
class Template:
    """A template. `pages` is its page limit (None: no limit); only our own are `trusted`."""

    name: str
    folder: Path
    title: str
    description: str
    license: str
    engine: str
    pages: int | None
    options: tuple[Option, ...]
    trusted: bool
    fonts: tuple[str, ...] = ()

    def files(self) -> list[Path]:
        """The files that TeX needs beside the source: styles and images."""
        return [
            file
            for file in sorted(self.folder.iterdir())
            if file.is_file()
            and (self.trusted or not file.is_symlink())  # installers may use links
            and file.suffix not in _SOURCES
            and not file.name.startswith(".")
            and file.name != "thumbnail.png"
            and file.stat().st_size <= _MAXIMUM_FILE
        ]

    def option_error(self, name: str, text: str) -> tuple[str, str, str] | None:
        """Check the value given for an option: the code, message and hint of the error, if there is one."""
        known = {option.name: option for option in self.options}
        if name not in known:
            hint = nearest(name, known) or f"available: {', '.join(known) or 'none'}"
            return "unknown-option", f"template {self.name!r} has no option {name!r}", hint
        try:
            known[name].value(text)
        except ValueError as error:
            return "wrong-option", f"{text!r} is not a valid value for option {name!r}", str(error)
        return None

    def values(self, given: Mapping[str, str]) -> dict[str, Value]:
        """The value of every option: the one given, else the default.

        Raises `ResumeError` for an unknown name or an invalid value.
        """
        errors = [error for name, text in given.items() if (error := self.option_error(name, text))]
        if errors:
            diagnostics = [Diagnostic(Severity.ERROR, code, text, hint=hint) for code, text, hint in errors]
            raise ResumeError(diagnostics)
        return {option.name: option.value(given.get(option.name, option.default)) for option in self.options}


def builtin_folder() -> Path:
    """The folder of the built-in templates: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def shared_folder() -> Path:
    """The folder of Jinja files that all templates may import."""
    return builtin_folder() / "shared"


def folders(project: Path) -> dict[str, Path]:
    """All templates by name: the project's own take precedence over the built-in ones."""
    found: dict[str, Path] = {}
    for root in (builtin_folder(), project / "templates"):
        if root.is_dir():
            found.update({file.parent.name: file.parent for file in sorted(root.glob(f"*/{MANIFEST}"))})
    return found


def find(name: str, project: Path, *, chosen: bool = True) -> Template:
    """Find a template by name, or by the path of its folder. Unless it was `chosen` by the user, who may name
    any path, it must be in the project or one of ours.

    Raises `ResumeError` if it does not exist or its manifest is invalid.
    """
    known = folders(project)
    folder = known.get(name)
    if folder is None and ("/" in name or "\\" in name or name in {".", ".."}):
        folder = Path(name) if Path(name).is_absolute() else project / name
        if not (folder / MANIFEST).is_file():
            message = f"no {MANIFEST} in {name}"
            raise ResumeError(
                Diagnostic(
                    Severity.ERROR,
                    "unknown-template",
                    message,
                    hint=f"see {resources.manual('templates.md')}",
                )
            )
    if folder is None and not builtin_folder().is_dir():
        message = "this installation of texresume has no templates of its own"
        hint = "unpack it, or install it with pip: a zip file cannot be run as it is"
        raise ResumeError(Diagnostic(Severity.ERROR, "no-templates", message, hint=hint))
    if folder is None:
        hint = nearest(name, known) or f"available: {', '.join(sorted(known))}"
        error = Diagnostic(Severity.ERROR, "unknown-template", f"unknown template {name!r}", hint=hint)
        raise ResumeError(error)
    by_path = chosen and name not in known
    if not by_path and files.leads_out(folder, (project, builtin_folder())):
        message = f"the template {name!r} is outside the project"
        hint = "if it is yours, name its folder: --template PATH"
        raise ResumeError(Diagnostic(Severity.ERROR, "template-outside", message, hint=hint))
    return _load(folder)


_known_templates: dict[tuple[Path, Path], tuple[str, Template]] = {}
"""By folder, relative and absolute: the state of the manifest when it was read, and the template."""


def _load(folder: Path) -> Template:
    """The template in a folder, read again if its manifest has changed."""
    state = cache.status(folder / MANIFEST) if (folder / MAIN).is_file() else ""
    key = folder, folder.absolute()
    if not state or _known_templates.get(key, ("",))[0] != state:
        _known_templates[key] = state, _read(folder)
    return _known_templates[key][1]


def _refuse_links(folder: Path) -> None:
    """A manifest is quoted in messages, so it must be the template's own; installers may use links."""
    manifest = folder / MANIFEST
    if not _is_ours(folder) and files.leads_out(manifest, (folder,)):
        message = f"{MANIFEST} is a link that leads out of the template"
        raise ResumeError(
            Diagnostic(Severity.ERROR, "template-outside", message, manifest, hint="copy the file here")
        )


def _is_ours(folder: Path) -> bool:
    return folder.resolve().parent == builtin_folder().resolve()


def _read(folder: Path) -> Template:
    _refuse_links(folder)
    loaded = load(folder / MANIFEST)
    data, source = loaded.data, loaded.source
    validator = rules.validator(rules.manifest_rules())
    validator.validate(data, normalize=False)
    errors = [_diagnostic(error, source) for error in rules.flattened(validator._errors)]
    if not (folder / MAIN).is_file():
        errors.append(source.diagnostic("no-source", f"the template has no {MAIN}", None))
    if errors:
        raise ResumeError(errors)
    options = tuple(_option(name, spec) for name, spec in data.get("options", {}).items())
    for option in options:
        try:
            option.value(option.default)
        except ValueError as error:
            path = ("options", option.name, "default")
            message = f"{option.default!r} is not a valid value for option {option.name!r}"
            errors.append(
                source.diagnostic("wrong-option", message, source.value(path), path=path, hint=str(error))
            )
    if has_errors(errors):
        raise ResumeError(errors)
    return Template(
        name=folder.resolve().name,
        folder=folder,
        title=data["title"],
        description=data.get("description", ""),
        license=data.get("license", ""),
        engine=data.get("engine", "pdftex"),
        pages=int(data["pages"]) if "pages" in data else None,
        options=options,
        trusted=_is_ours(folder),
        fonts=tuple(data.get("fonts", ())),
    )


def _option(name: str, spec: Mapping[str, Any]) -> Option:
    return Option(
        name=name,
        type=spec["type"],
        default=spec["default"],
        description=spec.get("description", ""),
        choices=tuple(spec.get("choices", ())),
        names=spec.get("names"),
        minimum=float(spec["minimum"]) if "minimum" in spec else None,
        maximum=float(spec["maximum"]) if "maximum" in spec else None,
    )


def _diagnostic(error: Any, source: Source) -> Diagnostic:
    path = tuple(error.document_path)
    where = dotted(path)
    if error.code == cerberus_errors.UNKNOWN_FIELD.code:
        level: Any = (
            rules.manifest_rules()
            if len(path) == 1
            else rules.manifest_rules()["options"]["valuesrules"]["schema"]
        )
        hint = nearest(str(path[-1]), level)
        return source.diagnostic(
            "unknown-key", f"unknown key {where!r}", source.key(path), path=path, hint=hint
        )
    if error.code == cerberus_errors.REQUIRED_FIELD.code:
        message = f"missing key {path[-1]!r}" + (f" in {dotted(path[:-1])}" if path[:-1] else "")
        return source.diagnostic("missing-key", message, source.key(path[:-1]), path=path[:-1])
    message = f"invalid value {error.value!r} for {where}"
    hint = (
        "expected one of " + ", ".join(error.constraint)
        if error.rule == "allowed"
        else f"see {resources.manual('templates.md')}"
    )
    return source.diagnostic("wrong-value", message, source.value(path), path=path, hint=hint)
