"""Cerberus' errors as diagnostics, with position, message and hint."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from typing import Any

from cerberus import errors as cerberus_errors

from texresume.diagnostics import Diagnostic, nearest

from . import dates, rules, synonyms
from .resume import DataPath, dotted
from .source import Source

_WRONG: dict[str, tuple[str, str, str]] = {
    "text": ("wrong-type", "expected a text for {path}, found {kind}", ""),
    "address": (
        "wrong-url",
        "{value!r} is not a valid web address",
        "write it like https://example.com/page",
    ),
    "email": ("wrong-email", "{value!r} is not a valid email address", "write it like name@example.com"),
    "date": (
        "wrong-date",
        "{value!r} is not a valid date",
        "use YYYY, YYYY-MM or YYYY-MM-DD; an endDate may also be 'present'",
    ),
    "contact": (
        "not-allowed",
        "{value!r} is not a contact",
        f"one of {', '.join(rules.CONTACTS)}; for a line of your own: {{label: …, text: …}}",
    ),
    "precision": (
        "not-allowed",
        "{value!r} is not a precision of dates",
        f"one of {', '.join(rules.PRECISIONS)}, or one per section: {{awards: day}}",
    ),
    "date_style": (
        "not-allowed",
        "{value!r} is not allowed for {path}",
        "month: short, long or numeric; durations: true or false; precision: day, month or year",
    ),
    "count": ("wrong-number", "{value!r} is not a number from 1 to 99", ""),
    "override": (
        "wrong-type",
        "expected a mapping or a text for {path}, found {kind}",
        "write the fields to override as 'key: value' lines, or the text of a highlight",
    ),
    "identifier": (
        "wrong-id",
        "{value!r} is not a valid id or tag",
        "start with a letter or digit, then use letters, digits, '-', '_' and '.'",
    ),
}
_MONTHS = 12
_TYPE_NAMES = {"dict": "a mapping", "list": "a list", "string": "a text"}


def diagnostic(error: Any, source: Source, schema: rules.Rules) -> Diagnostic:
    """One of Cerberus' errors by these rules, as a diagnostic."""
    path: DataPath = tuple(error.document_path)
    parent = dotted(path[:-1]) or "the file"
    match error.code:
        case cerberus_errors.UNKNOWN_FIELD.code:
            name = str(path[-1])
            hint = _suggest(name, path[:-1], _known_keys(path[:-1], schema))
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
            expected = " or ".join(_TYPE_NAMES[name] for name in names)
            return source.diagnostic(
                "wrong-type",
                f"expected {expected} for {dotted(path)}, found {_type_name(error.value)}",
                source.value(path),
                path=path,
                hint=_type_hint(error.value, names),
            )
        case cerberus_errors.NOT_NULLABLE.code:  # only an override: empty values are dropped elsewhere
            message = f"the override of {path[-1]!r} is empty"
            hint = "write the fields to override as 'key: value' lines, or delete this line"
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
    """The keys that the schema allows at a path."""
    for step in path:
        if isinstance(step, int):
            level = level.get("schema", {})
        else:
            level = (level if isinstance(level, Mapping) and step in level else level.get("schema", {})).get(
                step, {}
            )
        if (kind := level.get("check_with")) in ("highlight", "point"):
            level = {"schema": rules.highlight_rules(kind)}
        elif kind == "recipient":
            level = {"schema": rules.recipient_rules()}
    fields = level.get("schema", level)
    if "type" in fields and "schema" in fields:
        fields = fields["schema"]
    return list(fields)


def _suggest(name: str, path: DataPath, known: list[str]) -> str:
    """The hint "did you mean …?" for an unknown key: by the table of synonyms, or by similar spelling."""
    if not path and name in rules.resume_rules()["basics"]["schema"]:
        return f"put it under 'basics:', indented by two spaces: '  {name}: …'"
    outer, _, inner = synonyms.meant(name, path, known).partition(".")
    if inner:
        return f"write it as '{outer}: {{{inner}: …}}'"
    return f"did you mean {outer!r}?" if outer else nearest(name, known)


def _custom(info: str, path: DataPath, value: Any, source: Source) -> Diagnostic:
    kind, _, rest = info.partition(":")
    if kind == "needs":
        words = " or ".join(repr(name) for name in rest.split("|"))
        return source.diagnostic(
            "missing-key",
            f"{dotted(path)} has no {words}",
            source.value(path),
            path=path,
            hint="add one: without it there is nothing to print",
        )
    if kind == "period":
        start, end = rest.split("|")
        date_path = (*path, "endDate")
        if source.origin(date_path) is source and source.origin((*path, "startDate")) is not source:
            date_path = (*path, "startDate")  # put there by an override
        message = f"the end {end!r} is before the start {start!r}"
        return source.diagnostic("wrong-period", message, source.value(date_path), path=date_path)
    if kind == "language":
        path, value, kind = (*path, rest), value[rest], "text"
    if rest and kind in ("precision", "date_style"):
        path, value = (*path, rest), value[rest]
    code, message, hint = _WRONG[kind]
    message = message.format(value=value, path=dotted(path), kind=_type_name(value))
    if kind == "text":
        hint = _type_hint(value, ["string"])
    if kind == "date":
        hint = _date_hint(str(value), str(path[-1])) or hint
    return source.diagnostic(code, message, source.value(path), path=path, hint=hint)


def _date_hint(text: str, key: str) -> str:
    """What to write for a wrong date, if that is known."""
    if forms := dates.meanings(text):
        return f"write {' or '.join(forms)}: it is not clear which number is the month"
    if match := re.fullmatch(r"(\d{4})-(\d{2})(?:-\d{1,2})?", text.strip()):
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= _MONTHS or not year:
            return "use YYYY-MM with a month from 01 to 12"
        return f"{year}-{match[2]} has {calendar.monthrange(year, month)[1]} days"
    if key in ("startDate", "endDate") and not dates.is_mistaken(text):
        return "use YYYY or YYYY-MM, words with a year such as 'Summer 2020', or any text as 'date: …'"
    return ""


def _type_name(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a text"


def _type_hint(value: Any, expected: list[str]) -> str:
    if "string" in expected and isinstance(value, Mapping) and len(value) == 1:
        return "quote a text that contains ': '"
    if "string" in expected and isinstance(value, list):
        return "quote a text that starts with '[' or '- '"
    if "list" in expected:
        return "start each item with '- '"
    if "dict" in expected and isinstance(value, str) and re.match(r"\w+:\S", value):
        return "add a space after the colon"
    if "dict" in expected:
        return "write its fields as 'key: value' lines"
    return ""
