"""Validation: data and positions in, a frozen `Resume` or diagnostics out.

Cerberus checks the data by the rules of `schema/resume.yaml`; each of its errors becomes a diagnostic with a
position. Later stages do not validate again.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from texresume.cache import Memo
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors

from . import assembly, rules, shapes
from .loader import Loaded
from .resume import DataPath, Resume, dotted
from .source import Source


def validate(loaded: Loaded, *, lenient: bool = False) -> tuple[Resume, tuple[Diagnostic, ...]]:
    """The résumé of a file, and warnings.

    `lenient` is for documents written elsewhere: values that are not valid are dropped, each with a warning.
    Raises `ResumeError` with all errors of the file, not only the first.
    """
    data, source = loaded.data, loaded.source
    empty = drop_empty(data, (), source, lenient)
    wrap_texts(data)
    diagnostics = [*loaded.warnings, *empty]
    errors = _check_resume(data, source)
    if lenient:
        from . import leniency

        while has_errors(errors := [*map(leniency.as_written, errors)]):
            dropped = _drop_invalid(data, errors, source)
            if not dropped:
                break
            diagnostics += dropped  # which may leave an empty value around it
            errors = _check_resume(data, source)
    reported = {one.path for one in empty}
    diagnostics += [error for error in errors if error.path not in reported]
    if lenient:
        diagnostics = leniency.gathered(diagnostics, source)
    if has_errors(diagnostics):
        raise ResumeError(diagnostics)
    return assembly.Builder().resume(data), tuple(diagnostics)


def wrap_texts(data: dict[str, Any]) -> None:
    """Turn a text where a list is wanted, `keywords: awk`, into a list of one."""
    schema = rules.resume_rules()
    for key, value in data.items():
        if key in schema:
            data[key] = _wrapped(value, schema[key])


_HIGHLIGHT: rules.Rules = {"type": "dict", "schema": rules.highlight_rules()}


def _wrapped(value: Any, rule: rules.Rules) -> Any:
    """A value by its rule, which may be that of a list, of a mapping with fixed keys, or of a text."""
    kinds, inner = rule.get("type", ()), rule.get("schema")
    if not isinstance(inner, dict):
        return value
    if isinstance(value, str) and kinds == "list":
        items = inner.get("type", "string")
        return [value] if items == "string" or "string" in items else value
    if isinstance(value, list) and inner.get("check_with") == "highlight":
        return [_wrapped(item, _HIGHLIGHT) if shapes.is_highlight(item) else item for item in value]
    if isinstance(value, list) and kinds == "list" and "dict" in inner.get("type", ()):
        return [_wrapped(item, inner) for item in value]
    if isinstance(value, dict) and "dict" in kinds:
        for key in value.keys() & inner.keys():
            value[key] = _wrapped(value[key], inner[key])
    return value


def drop_empty(data: Any, path: DataPath, source: Source, lenient: bool) -> list[Diagnostic]:
    """Remove keys without a value, which mean "absent". An empty item of a list is an error."""
    diagnostics: list[Diagnostic] = []
    if isinstance(data, dict):
        for key in list(data):
            diagnostics += drop_empty(data[key], (*path, key), source, lenient)
            if _is_empty(data[key], lenient):
                del data[key]
    elif isinstance(data, list):
        for number, item in enumerate(data):
            diagnostics += drop_empty(item, (*path, number), source, lenient)
        kept = [number for number, item in enumerate(data) if not _is_empty(item, lenient)]
        if lenient:
            from . import leniency

            diagnostics += [
                leniency.empty_item(source, (*path, number))
                for number, item in enumerate(data)
                if item is None
            ]
            data[:] = [data[number] for number in kept]
            source.keep_items(path, kept)
            return diagnostics
        for number in sorted(set(range(len(data))) - set(kept)):
            item_path = (*path, number)
            diagnostics.append(
                source.diagnostic(
                    "empty-item", f"empty item in {dotted(path)}", source.value(item_path), path=item_path,
                    hint="delete the item, or write its text in quotes",
                )
            )  # fmt: skip
            data[number] = "-"
    return diagnostics


def _is_empty(value: Any, lenient: bool) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (lenient and value in ({}, []))


def check(data: dict[str, Any], source: Source, schema: rules.Schema) -> list[Diagnostic]:
    """The errors of the data by these rules."""
    validator = rules.validator(schema)
    validator.validate(data, normalize=False)
    if not (errors := list(rules.flattened(validator._errors))):
        return []
    from . import schema_errors

    return [schema_errors.diagnostic(error, source, schema) for error in errors]


_WITHOUT_REFERENCES = 2
"""The version of marshal that writes equal data as equal bytes."""
_valid: Memo[None] = Memo(4_096)
"""Entries that are valid, by section and content: some 4 MB."""


def _check_resume(data: dict[str, Any], source: Source) -> list[Diagnostic]:
    errors = [] if is_valid(data) else check(data, source, rules.resume_rules())
    return [*errors, *_duplicate_ids(data, source)]


def is_valid(data: dict[str, Any]) -> bool:
    """Whether Cerberus accepts the data of a résumé.

    No rule compares two entries, so that each entry needs to be validated only once: in variants, and in data
    that is being edited, most entries are the same as before.
    """
    fresh: dict[str, Any] = {}
    fresh_keys = []
    for name, section in data.items():
        entries = section if isinstance(section, list) else [section]
        keys = [(name, marshal.dumps(entry, _WITHOUT_REFERENCES)) for entry in entries]
        numbers = _valid.missing(keys)
        if name == "basics" or numbers:  # basics is required, so it is always passed
            fresh[name] = [entries[number] for number in numbers] if isinstance(section, list) else section
            fresh_keys += [keys[number] for number in numbers]
    if not rules.validator(rules.resume_rules()).validate(fresh, normalize=False):
        return False
    for key in fresh_keys:
        _valid.put(key, None)
    return True


def _duplicate_ids(data: dict[str, Any], source: Source) -> Iterator[Diagnostic]:
    """Ids that occur twice: of entries and sections in the file, of highlights in their entry."""
    first: dict[tuple[DataPath, str], DataPath] = {}
    for path, identifier in assembly.explicit_ids(data):
        id_path = (*path, "id")
        scope = path[:-1] if path[-2:-1] == ("highlights",) else ()
        if (scope, identifier) in first:
            line = source.value(first[scope, identifier]).line
            yield source.diagnostic(
                "duplicate-id",
                f"duplicate id {identifier!r}",
                source.value(id_path),
                path=id_path,
                hint=f"first used on line {line}",
            )
        first.setdefault((scope, identifier), id_path)
        is_section = path[0] == "custom" and len(path) == 2  # noqa: PLR2004 - ("custom", number)
        if is_section and identifier in rules.section_names():
            message = f"the id {identifier!r} is the name of another section"
            yield source.diagnostic(
                "duplicate-id", message, source.value(id_path), path=id_path, hint="choose another id"
            )


def _drop_invalid(data: dict[str, Any], errors: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """Remove the values that are not valid from the data, each with a warning."""
    warnings = []
    for path, error in {error.path: error for error in errors}.items():
        if path in _NEEDED or error.severity is not Severity.ERROR:
            continue
        container: Any = data
        try:
            for step in path[:-1]:
                container = container[step]
            value, container[path[-1]] = container[path[-1]], ""
        except (KeyError, IndexError, TypeError):  # the value around it has been removed already
            continue
        warnings.append(replace(error, severity=Severity.WARNING, message=f"{error.message}: not printed"))
        if error.code == "unknown-key" and shapes.is_private(str(path[-1]), value):
            warnings[-1] = replace(warnings[-1], severity=Severity.NOTE)
    drop_empty(data, (), source, True)
    return warnings


_NEEDED: tuple[DataPath, ...] = ((), ("basics",), ("basics", "name"))
"""The paths of what every résumé must have."""
