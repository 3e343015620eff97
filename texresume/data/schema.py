"""Validation: data and positions in, a frozen `Resume` or diagnostics out.

Cerberus checks the data by the rules of `schema/resume.yaml`; each of its errors becomes a diagnostic with a
position. Later stages do not validate again.
"""

from __future__ import annotations

import marshal
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from texresume.cache import Memo
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors

from . import rules, schema_errors
from .loader import Loaded
from .resume import DataPath, Entry, Highlight, Resume, Section, Text, dotted
from .source import Source


def validate(loaded: Loaded, *, lenient: bool = False) -> tuple[Resume, tuple[Diagnostic, ...]]:
    """The résumé of a file, and warnings.

    `lenient` is for documents written elsewhere: values that are not valid are dropped, each with a warning.
    Raises `ResumeError` with all errors of the file, not only the first.
    """
    data, source = loaded.data, loaded.source
    empty = drop_empty(data, (), source, lenient)
    diagnostics = [*loaded.warnings, *empty]
    for _ in range(3 if lenient else 1):  # dropping a value may leave an empty one around it
        errors = _check_resume(data, source)
        if lenient:
            errors = [_as_written(error) for error in errors]
        if not lenient or not has_errors(errors):
            break
        diagnostics += _drop_invalid(data, errors, source)
    reported = {one.path for one in empty}
    diagnostics += [error for error in errors if error.path not in reported]
    if has_errors(diagnostics):
        raise ResumeError(diagnostics)
    return _Builder().resume(data), tuple(diagnostics)


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
    return [schema_errors.diagnostic(error, source, schema) for error in rules.flattened(validator._errors)]


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
    for path, identifier in _explicit_ids(data):
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


def _as_written(error: Diagnostic) -> Diagnostic:
    """A wrong date of a document written elsewhere is printed as it stands, with a warning."""
    if error.code not in ("wrong-date", "wrong-period"):
        return error
    return replace(error, severity=Severity.WARNING, message=f"{error.message}: printed as written")


def _drop_invalid(data: dict[str, Any], errors: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """Remove the values that are not valid from the data, each with a warning."""
    warnings = []
    for path, error in {error.path: error for error in errors}.items():
        if path in ((), ("basics",), ("basics", "name")) or error.severity is not Severity.ERROR:
            continue
        container: Any = data
        try:
            for step in path[:-1]:
                container = container[step]
            container[path[-1]] = ""
        except (KeyError, IndexError, TypeError):  # the value around it has been removed already
            continue
        warnings.append(replace(error, severity=Severity.WARNING, message=f"{error.message}: not printed"))
    drop_empty(data, (), source, True)
    return warnings


class _Builder:
    """Makes the frozen résumé from valid data."""

    def __init__(self) -> None:
        self.ids: dict[str, DataPath] = {}

    def resume(self, data: dict[str, Any]) -> Resume:
        self.ids.update(  # they win over generated ones
            (identifier, path) for path, identifier in _explicit_ids(data) if path[-2:-1] != ("highlights",)
        )
        basics = data["basics"]
        meta = data["meta"] if isinstance(data.get("meta"), dict) else {}
        return Resume(
            basics=self.entry(basics, ("basics",), "basics", skip=("location", "profiles", "contacts")),
            location=self.location(basics.get("location", {})),
            profiles=tuple(
                self.entry(profile, ("basics", "profiles", number), f"profiles.{number + 1}")
                for number, profile in enumerate(basics.get("profiles", ()))
            ),
            sections=(
                *self.summary(basics),
                *(section for name in data for section in self.section(name, data[name])),
            ),
            meta={key: value for key, value in meta.items() if isinstance(value, str)},
            fonts=meta.get("fonts", {}),
            contacts=tuple(
                self.contact(item, ("basics", "contacts", number))
                for number, item in enumerate(basics.get("contacts", ()))
            ),
            date_precision=_date_precision(meta.get("dates", {})),
            suppressed=tuple(meta.get("checks", {}).get("off", ())),
        )

    def location(self, value: Any) -> Entry:
        """The owner's location; a text is an address line."""
        path: DataPath = ("basics", "location")
        if isinstance(value, str):
            return Entry(path, "location", fields={"address": Text(path, {"": value})})
        return self.entry(value, path, "location")

    def contact(self, item: Any, path: DataPath) -> Entry:
        """The name of a contact as an entry's id, or a line of the owner's own."""
        return Entry(path, item) if isinstance(item, str) else self.entry(item, path, "line")

    def summary(self, basics: dict[str, Any]) -> list[Section]:
        """The summary of `basics` as a section, if there is one."""
        if "summary" not in basics:
            return []
        text = Text(("basics", "summary"), languages(basics["summary"]))
        return [
            Section(
                "summary", "summary", (Entry(("basics",), "summary", fields={"summary": text}),), kind="text"
            )
        ]

    def section(self, name: str, value: Any) -> list[Section]:
        """The section of a key of the data; none if the key is none, several for `custom`."""
        sections = rules.table()["sections"]
        if name == "custom":
            return [
                Section(
                    "custom",
                    section.get("id") or self.section_id(_first_text(section["title"]), ("custom", number)),
                    self.entries("custom", section["entries"], ("custom", number, "entries")),
                    Text(("custom", number, "title"), languages(section["title"])),
                    section.get("kind", "timeline"),
                )
                for number, section in enumerate(value)
            ]
        if name not in sections:
            return []
        return [Section(name, name, self.entries(name, value, (name,)), kind=sections[name]["kind"])]

    def entries(self, name: str, entries: list[Any], path: DataPath) -> tuple[Entry, ...]:
        """The entries of a section; one without an id gets one from its leading field."""
        section = rules.table()["sections"][name]
        result = []
        for number, entry in enumerate(entries):
            entry_path = (*path, number)
            if isinstance(entry, str):
                identifier = self.unique(slug(entry) or f"{name}-{number + 1}", entry_path)
                text = Text(entry_path, {"": entry})
                result.append(Entry(entry_path, identifier, fields={section["text"]: text}))
                continue
            leading = next((entry[key] for key in section["needs"] if entry.get(key)), "")
            identifier = entry.get("id") or self.unique(
                slug(_first_text(leading)) or f"{name}-{number + 1}", entry_path
            )
            result.append(self.entry(entry, entry_path, identifier))
        return tuple(result)

    def entry(
        self, entry: dict[str, Any], path: DataPath, identifier: str, skip: tuple[str, ...] = ()
    ) -> Entry:
        """An entry that is a mapping; `skip` names keys that are no fields of it."""
        fields: dict[str, Text | tuple[Text, ...]] = {}
        for key, value in entry.items():
            if key in {"id", "tags", "priority", "keep", "highlights", *skip}:
                continue
            field_path = (*path, key)
            if isinstance(value, list):
                fields[key] = tuple(Text((*field_path, n), languages(item)) for n, item in enumerate(value))
            else:
                fields[key] = Text(field_path, languages(value))
        return Entry(
            path,
            identifier,
            tuple(entry.get("tags", ())),
            int(entry.get("priority", 3)),
            entry.get("keep") in ("true", "yes"),
            fields,
            tuple(
                self.highlight(highlight, (*path, "highlights", number), f"{identifier}.{number + 1}")
                for number, highlight in enumerate(entry.get("highlights", ()))
            ),
        )

    def highlight(self, highlight: Any, path: DataPath, identifier: str) -> Highlight:
        if isinstance(highlight, dict) and "text" in highlight:
            return Highlight(
                Text((*path, "text"), languages(highlight["text"])),
                highlight.get("id", identifier),
                tuple(highlight.get("tags", ())),
                int(highlight.get("priority", 3)),
                highlight.get("keep") in ("true", "yes"),
                tuple(
                    self.highlight(below, (*path, "highlights", number), f"{identifier}.{number + 1}")
                    for number, below in enumerate(highlight.get("highlights", ()))
                ),
            )
        return Highlight(Text(path, languages(highlight)), identifier)

    def section_id(self, title: str, path: DataPath) -> str:
        """The id of a custom section without one, which must not be the name of a section of the schema."""
        name = slug(title) or f"custom-{path[-1]}"
        return self.unique(f"{name}-2" if name in rules.section_names() else name, path)

    def unique(self, name: str, path: DataPath) -> str:
        """The name, with a number if it is taken."""
        identifier, number = name, 2
        while identifier in self.ids:
            identifier, number = f"{name}-{number}", number + 1
        self.ids[identifier] = path
        return identifier


def _date_precision(value: Any) -> dict[str, str]:
    return dict(value) if isinstance(value, Mapping) else {"": value}


def _explicit_ids(data: dict[str, Any]) -> list[tuple[DataPath, str]]:
    """Every id in the file, with the path of its entry, section or highlight."""
    ids: list[tuple[DataPath, str]] = []

    def gather(entries: Any, path: DataPath, inner: tuple[str, ...]) -> None:
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if not isinstance(entry, dict):
                continue
            if isinstance(entry.get("id"), str):
                ids.append(((*path, number), entry["id"]))
            for key in inner:
                gather(entry.get(key), (*path, number, key), ("highlights",) if key == "entries" else ())

    for name, entries in data.items():
        if name in rules.table()["sections"]:
            gather(entries, (name,), ("entries",) if name == "custom" else ("highlights",))
    return ids


def languages(value: Any) -> dict[str, str]:
    """A text of the data by language; the key is "" if it is in one language only."""
    return dict(value) if isinstance(value, Mapping) else {"": value}


def _first_text(value: Any) -> str:
    return str(next(iter(value.values()))) if isinstance(value, Mapping) else str(value)


# Letters that Unicode does not decompose into a base letter and a combining mark.
_ASCII = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n",
    "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ĸ": "k", "’": "'",
})  # fmt: skip


def slug(text: str) -> str:
    """A text in lower-case ASCII with hyphens, for ids and file names; empty if it has no such characters."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(_ASCII)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60].strip("-")
