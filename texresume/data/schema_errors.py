"""What Cerberus finds, in words: each fault as a diagnostic at the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cerberus import errors as cerberus_errors

from texresume.diagnostics import Diagnostic, nearest

from . import rules
from .resume import DataPath, dotted
from .source import Source

_WRONG: dict[str, tuple[str, str, str]] = {
    "text": ("wrong-type", "expected a text", "put it in quotes if it is one"),
    "address": ("wrong-url", "{value!r} is no address on the web", "write it like https://example.com/page"),
    "email": ("wrong-email", "{value!r} is no email address", "write it like name@example.com"),
    "date": (
        "wrong-date",
        "{value!r} is no date",
        "write YYYY, YYYY-MM or YYYY-MM-DD, a day that exists; an endDate may be 'present'",
    ),
    "count": ("wrong-number", "{value!r} is no number from 1 to 99", ""),
    "override": (
        "wrong-type",
        "expected what to put in its place for {path}, found a list",
        "write its keys as 'key: value' lines, or the text of a highlight",
    ),
    "identifier": (
        "wrong-id",
        "{value!r} cannot be an id or a tag",
        "a letter or digit, then letters, digits, '-', '_' and '.'",
    ),
}
_TYPE_NAMES = {"dict": "a mapping (key: value)", "list": "a list", "string": "a text"}


def diagnostic(error: Any, source: Source, schema: rules.Rules) -> Diagnostic:
    """One of Cerberus' errors, found by these rules, as a diagnostic."""
    path: DataPath = tuple(error.document_path)
    parent = dotted(path[:-1]) or "the file"
    match error.code:
        case cerberus_errors.UNKNOWN_FIELD.code:
            name = str(path[-1])
            hint = _meant(name, _known_keys(path[:-1], schema))
            return source.diagnostic(
                "unknown-key", f"unknown key {name!r} in {parent}", source.key(path), path=path, hint=hint
            )
        case cerberus_errors.REQUIRED_FIELD.code:
            return source.diagnostic(
                "missing-key",
                f"{parent} has no {path[-1]!r}",
                source.key(path[:-1]),
                path=path[:-1],
                hint=f"add '{path[-1]}: …'",
            )
        case cerberus_errors.BAD_TYPE.code:
            names = error.constraint if isinstance(error.constraint, list) else [error.constraint]
            wanted = " or ".join(_TYPE_NAMES[name] for name in names)
            return source.diagnostic(
                "wrong-type",
                f"expected {wanted} for {dotted(path)}, found {_found(error.value)}",
                source.value(path),
                path=path,
                hint=_type_hint(error.value, names),
            )
        case cerberus_errors.NOT_NULLABLE.code:  # of an override: elsewhere what is empty has gone before
            message = f"nothing is put in the place of {path[-1]!r}"
            hint = "write its keys as 'key: value' lines, or take the line out"
            return source.diagnostic("wrong-type", message, source.key(path), path=path, hint=hint)
        case cerberus_errors.UNALLOWED_VALUE.code:
            allowed = [str(value) for value in error.constraint]
            return source.diagnostic(
                "not-allowed",
                f"{error.value!r} is not allowed for {dotted(path)}",
                source.value(path),
                path=path,
                hint=nearest(str(error.value), allowed) or f"one of {', '.join(allowed)}",
            )
        case cerberus_errors.CUSTOM.code:
            if "keysrules" in error.schema_path:
                code, message, hint = _WRONG[str(error.info[0])]
                message = message.format(value=error.value, path=parent)
                return source.diagnostic(code, message, source.key(path), path=path, hint=hint)
            return _custom(str(error.info[0]), path, error.value, source)
    raise AssertionError(f"Cerberus reports {error!r}, which no rule here can cause")


def _known_keys(path: DataPath, level: Any) -> list[str]:
    """The keys that the schema knows at the place of a fault."""
    for step in path:
        if isinstance(step, int):
            level = level.get("schema", {})
        else:
            level = (level if isinstance(level, Mapping) and step in level else level.get("schema", {})).get(
                step, {}
            )
        if level.get("check_with") == "highlight":
            return list(rules.highlight_rules())
    fields = level.get("schema", level)
    if "type" in fields and "schema" in fields:
        fields = fields["schema"]
    return list(fields)


def _meant(name: str, known: list[str]) -> str:
    """What was most likely meant by an unknown key: a word that others use for it, or one spelt alike."""
    synonyms: dict[str, str] = rules.table()["synonyms"]
    plain = re.sub(r"[\s_-]+", "", name).casefold()
    for meant in synonyms.get(plain, "").split():
        if meant in known:
            return f"did you mean {meant!r}?"
    return nearest(name, known)


def _custom(info: str, path: DataPath, value: Any, source: Source) -> Diagnostic:
    kind, _, rest = info.partition(":")
    if kind == "needs":
        words = " or ".join(repr(name) for name in rest.split("|"))
        return source.diagnostic(
            "missing-key",
            f"{dotted(path)} has no {words}",
            source.value(path),
            path=path,
            hint="without one there is nothing to print",
        )
    if kind == "period":
        start, end = rest.split("|")
        place = (*path, "endDate")
        if source.origin(place) is source and source.origin((*path, "startDate")) is not source:
            place = (*path, "startDate")  # which an override has put there
        message = f"the end {end!r} is before the start {start!r}"
        return source.diagnostic("wrong-period", message, source.value(place), path=place)
    if kind == "language":
        path, value, kind = (*path, rest), value[rest], "text"
    code, message, hint = _WRONG[kind]
    message = message.format(value=value, path=dotted(path))
    if kind == "text":
        message = f"{message} for {dotted(path)}, found {_found(value)}"
        hint = _type_hint(value, ["string"])
    return source.diagnostic(code, message, source.value(path), path=path, hint=hint)


def _found(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a text"


def _type_hint(value: Any, wanted: list[str]) -> str:
    if "string" in wanted and isinstance(value, Mapping) and len(value) == 1:
        return "a text with ': ' in it must stand in quotes"
    if "string" in wanted and isinstance(value, list):
        return "a text that begins with '[' or '- ' must stand in quotes"
    if "list" in wanted:
        return "begin each item with '- '"
    if "dict" in wanted and isinstance(value, str) and re.match(r"\w+:\S", value):
        return "a space is missing after the colon"
    if "dict" in wanted:
        return "write its parts as 'key: value' lines"
    return ""
