"""The manifests of templates: read and validated, with the options that they declare.

A manifest may extend another: `merged` lays it over that one.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cerberus import errors as cerberus_errors

from texresume import cache, resources
from texresume.data import loader, rules, source, text_files
from texresume.data.resume import dotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, nearest
from texresume.records import dataclass

MANIFEST = "template.yaml"
MAIN = "resume.tex.j2"
LETTER = "letter.tex.j2"
"""The source of a letter: optional, that of a base will do."""
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
OWN = "0"
"""As the default of a number, whatever its range: the measure that the template has of its own."""

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
        own = self.default == OWN
        if own and self.minimum:
            expected += ", or 0 for the template's own"
        try:
            number = float(text)
        except ValueError:
            raise ValueError(expected) from None
        if own and not number:
            return 0
        low = self.minimum is not None and number < self.minimum
        high = self.maximum is not None and number > self.maximum
        if low or high or not abs(number) < float("inf"):
            raise ValueError(expected)
        return int(number) if number.is_integer() else number


@dataclass(frozen=True, slots=True)
class Manifest:
    """A valid manifest by itself: options that change those of another template may lack a type."""

    folder: Path
    data: Mapping[str, Any]
    source: Source


_known: dict[tuple[Path, Path], tuple[str, Manifest]] = {}
"""By folder, relative and absolute: the state of the manifest when it was read, and what it says."""


def read(folder: Path) -> Manifest:
    """The manifest in a folder, read again if it has changed.

    Raises `ResumeError` if it is invalid, or if there is no source to go with it.
    """
    state = cache.status(folder / MANIFEST)
    key = folder, folder.absolute()
    if not state or _known.get(key, ("",))[0] != state:
        _known[key] = state, _stored(folder)
    found = _known[key][1]
    if errors := _without_source(folder, found.data, found.source):
        raise ResumeError(errors)
    return found


def _stored(folder: Path) -> Manifest:
    """The same, from the user's cache if the text has been read before: validating it takes 5 ms."""
    file = folder / MANIFEST
    text = text_files.decode(text_files.read_bytes(file), file)
    name = f"manifests/{cache.key(str(folder), str(folder.absolute()))}"
    stamp = f"{_made_by()} {text}"
    found = cache.recall_value(name, stamp)
    if not isinstance(found, Manifest):
        found = _validated(folder, loader.parse(text, file))
        cache.remember_value(name, stamp, found)
    return found


@functools.cache
def _made_by() -> str:
    ours = cache.made_by(sys.modules[__name__], loader, rules, source)
    return f"{ours} {cache.library('yaml')} {cache.library('cerberus')} {rules.manifest_rules()}"


def _validated(folder: Path, loaded: loader.Loaded) -> Manifest:
    validator = rules.validator(rules.manifest_rules())
    validator.validate(loaded.data, normalize=False)
    errors = [_diagnostic(error, loaded.source) for error in rules.flattened(validator._errors)]
    if "extends" not in loaded.data:
        errors += _incomplete(loaded.data.get("options"), loaded.source)
    if errors:
        raise ResumeError(errors + _without_source(folder, loaded.data, loaded.source))
    return Manifest(folder, loaded.data, loaded.source)


def _incomplete(options: Any, source: Source) -> list[Diagnostic]:
    """Options without a type or a default, where there is none to inherit."""
    specs = options.items() if isinstance(options, Mapping) else ()
    return [
        _missing(("options", name, key), source)
        for name, spec in specs
        if isinstance(spec, Mapping)
        for key in ("type", "default")
        if key not in spec
    ]


def _without_source(folder: Path, data: Any, source: Source) -> list[Diagnostic]:
    if (folder / MAIN).is_file() or (isinstance(data, Mapping) and "extends" in data):
        return []
    return [source.diagnostic("no-source", f"the template has no {MAIN}", None)]


def first_value(chain: Sequence[Manifest], key: str, default: Any) -> Any:
    """What the first manifest that has a key says."""
    return next((one.data[key] for one in chain if key in one.data), default)


def options_of(chain: Sequence[Manifest]) -> tuple[Option, ...]:
    """The options of a manifest and of those that it extends, these first.

    Raises `ResumeError` for one without a type or a default, and for a default that is not a valid value.
    """
    specs: dict[str, dict[str, Any]] = {}
    for one in reversed(chain):
        for name, spec in one.data.get("options", {}).items():
            before = specs.get(name, {})
            same_type = spec.get("type", before.get("type")) == before.get("type")
            specs[name] = {**(before if same_type else {}), **spec}
    errors = [fault for name, spec in specs.items() for fault in _faults(name, spec, chain)]
    if errors:
        raise ResumeError(errors)
    return tuple(_option(name, spec) for name, spec in specs.items())


def _faults(name: str, spec: Mapping[str, Any], chain: Sequence[Manifest]) -> list[Diagnostic]:
    """What is wrong with an option, at the last manifest that says something of it."""
    one = next(one for one in chain if name in one.data.get("options", {}))
    path: tuple[str, ...] = ("options", name)
    if missing := [key for key in ("type", "default") if key not in spec]:
        return [_missing((*path, key), one.source) for key in missing]
    option = _option(name, spec)
    try:
        option.value(option.default)
    except ValueError as error:
        path = (*path, "default") if "default" in one.data["options"][name] else path
        message = f"{option.default!r} is not a valid value for option {name!r}"
        position = one.source.value(path)
        return [one.source.diagnostic("wrong-option", message, position, path=path, hint=str(error))]
    return []


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
        return _missing(path, source)
    message = f"invalid value {error.value!r} for {where}"
    hint = (
        "expected one of " + ", ".join(error.constraint)
        if error.rule == "allowed"
        else f"see {resources.manual('templates.md')}"
    )
    return source.diagnostic("wrong-value", message, source.value(path), path=path, hint=hint)


def _missing(path: tuple[str | int, ...], source: Source) -> Diagnostic:
    message = f"missing key {path[-1]!r}" + (f" in {dotted(path[:-1])}" if path[:-1] else "")
    return source.diagnostic("missing-key", message, source.key(path[:-1]), path=path[:-1])
