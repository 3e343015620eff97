"""Templates: folders with a manifest, found by name or by path, and the values of their options.

How to write one stands in `docs/templates.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cerberus import errors as cerberus_errors

from texresume import cache
from texresume.data import rules
from texresume.data.loader import load
from texresume.data.resume import dotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest

MANIFEST = "template.yaml"
MAIN = "resume.tex.j2"
_SOURCES = {".j2", ".yaml", ".yml", ".md", ".py"}
"""Endings of a template's files that TeX has no business with."""
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
        """The value that a text stands for.

        Raises `ValueError` whose message says what would do.
        """
        text = text.strip()
        match self.type:
            case "choice":
                if text not in self.choices:
                    raise ValueError(nearest(text, self.choices) or f"one of {', '.join(self.choices)}")
                return text
            case "boolean":
                if text.lower() not in _BOOLEANS:
                    raise ValueError("true or false")
                return _BOOLEANS[text.lower()]
            case "color":
                text = (self.names or {}).get(text.lower(), text.removeprefix("#"))
                if not re.fullmatch(r"[0-9A-Fa-f]{6}", text):
                    words = ", ".join(self.names or ())
                    raise ValueError(
                        "six hex digits such as 1F4E79" + (f", or one of {words}" if words else "")
                    )
                return text.upper()
            case "number":
                return self._number(text)
        return text

    def _number(self, text: str) -> int | float:
        bounds = [("at least", self.minimum), ("at most", self.maximum)]
        wanted = "a number" + "".join(f", {word} {bound:g}" for word, bound in bounds if bound is not None)
        try:
            number = float(text)
        except ValueError:
            raise ValueError(wanted) from None
        low = self.minimum is not None and number < self.minimum
        high = self.maximum is not None and number > self.maximum
        if low or high or not abs(number) < float("inf"):
            raise ValueError(wanted)
        return int(number) if number.is_integer() else number


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be rendered. `pages` is its promise (None: no limit); `trusted` ones are ours."""

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
        """What TeX needs beside the rendered source: styles and images."""
        return [
            file
            for file in sorted(self.folder.iterdir())
            if file.is_file()
            and (self.trusted or not file.is_symlink())  # installers may link what they install
            and file.suffix not in _SOURCES
            and not file.name.startswith(".")
            and file.name != "thumbnail.png"
            and file.stat().st_size <= _MAXIMUM_FILE
        ]

    def wrong(self, name: str, text: str) -> tuple[str, str, str] | None:
        """What is wrong with an option that is given: code, message and hint."""
        known = {option.name: option for option in self.options}
        if name not in known:
            hint = nearest(name, known) or f"{self.name} has {', '.join(known) or 'none'}"
            return "unknown-option", f"the template {self.name!r} has no option {name!r}", hint
        try:
            known[name].value(text)
        except ValueError as error:
            return "wrong-option", f"{text!r} is no value of the option {name!r}", str(error)
        return None

    def values(self, given: Mapping[str, str]) -> dict[str, Value]:
        """The value of every option: what is given, else the default.

        Raises `ResumeError` for a name that there is not, or a value that will not do.
        """
        wrong = [fault for name, text in given.items() if (fault := self.wrong(name, text))]
        if wrong:
            faults = [Diagnostic(Severity.ERROR, code, text, hint=hint) for code, text, hint in wrong]
            raise ResumeError(faults)
        return {option.name: option.value(given.get(option.name, option.default)) for option in self.options}


def builtin_folder() -> Path:
    """Where the templates lie that come with texresume: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def shared_folder() -> Path:
    """Jinja files that templates may import."""
    return builtin_folder() / "shared"


def folders(project: Path) -> dict[str, Path]:
    """Every template by name: the project's own come before the built-in ones."""
    found: dict[str, Path] = {}
    for root in (builtin_folder(), project / "templates"):
        if root.is_dir():
            found.update({file.parent.name: file.parent for file in sorted(root.glob(f"*/{MANIFEST}"))})
    return found


def find(name: str, project: Path) -> Template:
    """A template by name, or by the path of its folder.

    Raises `ResumeError` if there is none, or its manifest is at fault.
    """
    known = folders(project)
    folder = known.get(name)
    if folder is None and ("/" in name or "\\" in name or name in {".", ".."}):
        folder = Path(name) if Path(name).is_absolute() else project / name
        if not (folder / MANIFEST).is_file():
            message = f"there is no {MANIFEST} in {name}"
            raise ResumeError(
                Diagnostic(Severity.ERROR, "unknown-template", message, hint="see docs/templates.md")
            )
    if folder is None:
        hint = nearest(name, known) or f"there are {', '.join(sorted(known))}"
        fault = Diagnostic(Severity.ERROR, "unknown-template", f"no template {name!r}", hint=hint)
        raise ResumeError(fault)
    return _known(folder)


_read_before: dict[tuple[Path, Path], tuple[str, Template]] = {}
"""By a folder and where it lies: the state of its manifest then."""


def _known(folder: Path) -> Template:
    """The template of a folder, read anew when its manifest has changed."""
    state = cache.status(folder / MANIFEST) if (folder / MAIN).is_file() else ""
    place = folder, folder.absolute()
    if not state or _read_before.get(place, ("",))[0] != state:
        _read_before[place] = state, _read(folder)
    return _read_before[place][1]


def _read(folder: Path) -> Template:
    loaded = load(folder / MANIFEST)
    data, source = loaded.data, loaded.source
    validator = rules.validator(rules.manifest_rules())
    validator.validate(data, normalize=False)
    faults = [_fault(error, source) for error in rules.flattened(validator._errors)]
    if not (folder / MAIN).is_file():
        faults.append(source.diagnostic("no-source", f"the template has no {MAIN}", None))
    if faults:
        raise ResumeError(faults)
    options = tuple(_option(name, spec) for name, spec in data.get("options", {}).items())
    for option in options:
        try:
            option.value(option.default)
        except ValueError as error:
            path = ("options", option.name, "default")
            message = f"{option.default!r} is no value of the option {option.name!r}"
            faults.append(
                source.diagnostic("wrong-option", message, source.value(path), path=path, hint=str(error))
            )
    if has_errors(faults):
        raise ResumeError(faults)
    return Template(
        name=folder.resolve().name,
        folder=folder,
        title=data["title"],
        description=data.get("description", ""),
        license=data.get("license", ""),
        engine=data.get("engine", "pdftex"),
        pages=int(data["pages"]) if "pages" in data else None,
        options=options,
        trusted=folder.resolve().parent == builtin_folder().resolve(),
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


def _fault(error: Any, source: Source) -> Diagnostic:
    path = tuple(error.document_path)
    where = dotted(path)
    if error.code == cerberus_errors.UNKNOWN_FIELD.code:
        known: Any = rules.manifest_rules()
        level = known if len(path) == 1 else known["options"]["valuesrules"]["schema"]
        hint = nearest(str(path[-1]), level)
        return source.diagnostic(
            "unknown-key", f"unknown key {where!r}", source.key(path), path=path, hint=hint
        )
    if error.code == cerberus_errors.REQUIRED_FIELD.code:
        message = f"{dotted(path[:-1]) or 'the manifest'} has no {path[-1]!r}"
        return source.diagnostic("missing-key", message, source.key(path[:-1]), path=path[:-1])
    message = f"{error.value!r} will not do for {where}"
    hint = "one of " + ", ".join(error.constraint) if error.rule == "allowed" else "see docs/templates.md"
    return source.diagnostic("wrong-value", message, source.value(path), path=path, hint=hint)
