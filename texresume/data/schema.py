"""Validation: data and positions in, a frozen `Resume` or diagnostics out.

Cerberus finds the faults by the rules of `schema/resume.yaml`; each becomes a diagnostic at the place where
it stands. Later stages trust what comes out of here.
"""

from __future__ import annotations

import marshal
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors

from . import rules, schema_errors
from .loader import Loaded
from .resume import DataPath, Entry, Highlight, Resume, Section, Text, dotted, undotted
from .source import Source


def validate(loaded: Loaded, *, lenient: bool = False) -> tuple[Resume, tuple[Diagnostic, ...]]:
    """The résumé that a file holds, and warnings.

    `lenient` is for documents written elsewhere: what is not understood is left out and named in a warning.
    Raises `ResumeError` with every fault of the file, not the first alone.
    """
    data, source = loaded.data, loaded.source
    empty = drop_empty(data, (), source, lenient)
    found = [*loaded.warnings, *empty]
    for _ in range(3 if lenient else 1):  # what is left out may leave something empty behind
        faults = list(_faults(data, source))
        if not lenient or not has_errors(faults):
            break
        found += _left_out(data, faults, source)
    reported = {fault.path for fault in empty}
    found += [fault for fault in faults if fault.path not in reported]
    if has_errors(found):
        raise ResumeError(found)
    return _Builder().resume(data), tuple(found)


def drop_empty(data: Any, path: DataPath, source: Source, lenient: bool) -> list[Diagnostic]:
    """Remove keys without a value, which mean "not there"; an empty item of a list is a fault."""
    found: list[Diagnostic] = []
    if isinstance(data, dict):
        for key in list(data):
            found += drop_empty(data[key], (*path, key), source, lenient)
            if _is_empty(data[key], lenient):
                del data[key]
    elif isinstance(data, list):
        for number, item in enumerate(data):
            found += drop_empty(item, (*path, number), source, lenient)
        kept = [number for number, item in enumerate(data) if not _is_empty(item, lenient)]
        if lenient:
            data[:] = [data[number] for number in kept]
            source.keep_items(path, kept)
            return found
        for number in sorted(set(range(len(data))) - set(kept)):
            place = (*path, number)
            found.append(
                source.diagnostic(
                    "empty-item", f"an empty item in {dotted(path)}", source.value(place), path=place,
                    hint="remove the item, or write its text in quotes",
                )
            )  # fmt: skip
            data[number] = "-"
    return found


def _is_empty(value: Any, lenient: bool) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (lenient and value in ({}, []))


def faults(data: dict[str, Any], source: Source, schema: rules.Rules) -> list[Diagnostic]:
    """What Cerberus has against the data by these rules."""
    validator = rules.validator(schema)
    validator.validate(data, normalize=False)
    return [schema_errors.diagnostic(error, source, schema) for error in rules.flattened(validator._errors)]


_WITHOUT_REFERENCES = 2
"""The version of marshal in which the same data has the same bytes."""


def _faults(data: dict[str, Any], source: Source) -> list[Diagnostic]:
    found = faults(data, source, rules.resume_rules()) if _has_faults(data) else []
    return [*found, *_repeated_ids(data, source)]


_PASSED = 4_096
_passed: dict[tuple[str, bytes], None] = {}
"""Entries that Cerberus had nothing against, those seen last at the end: some 4 MB."""


def _has_faults(data: dict[str, Any]) -> bool:
    """Whether Cerberus has anything against the data. No rule goes beyond one entry of a section, so each
    is asked about once: of variants and of data that is being written, most entries were there before.
    """
    fresh: dict[str, Any] = {}
    asked = []
    for name, section in data.items():
        entries = section if isinstance(section, list) else [section]
        keys = [(name, marshal.dumps(entry, _WITHOUT_REFERENCES)) for entry in entries]
        unknown = [number for number, key in enumerate(keys) if _passed.pop(key, key) is not None]
        _passed.update(dict.fromkeys(key for number, key in enumerate(keys) if number not in unknown))
        if name == "basics" or unknown:  # without basics, that would be at fault
            fresh[name] = [entries[number] for number in unknown] if isinstance(section, list) else section
            asked += [keys[number] for number in unknown]
    validator = rules.validator(rules.resume_rules())
    if not validator.validate(fresh, normalize=False):
        return True
    _passed.update(dict.fromkeys(asked))
    while len(_passed) > _PASSED:
        del _passed[next(iter(_passed))]
    return False


def _repeated_ids(data: dict[str, Any], source: Source) -> Iterator[Diagnostic]:
    """Ids that stand twice: of entries and sections in the file, of highlights in their entry."""
    first: dict[tuple[DataPath, str], DataPath] = {}
    for path, given in _explicit_ids(data):
        place = (*path, "id")
        scope = path[:-1] if path[-2:-1] == ("highlights",) else ()
        if (scope, given) in first:
            line = source.value(first[scope, given]).line
            yield source.diagnostic(
                "duplicate-id",
                f"the id {given!r} stands here a second time",
                source.value(place),
                path=place,
                hint=f"the first is in line {line}",
            )
        first.setdefault((scope, given), place)
        if path[0] == "custom" and len(path) == 2 and given in rules.section_names():  # noqa: PLR2004 - a section
            message = f"{given!r} is the name of another section"
            yield source.diagnostic(
                "duplicate-id", message, source.value(place), path=place, hint="take another id"
            )


def _left_out(data: dict[str, Any], faults: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """Take what is at fault out of the data; what each loses is said in a warning."""
    warnings = []
    for place, fault in {fault.path: fault for fault in faults}.items():
        if place in ("", "basics", "basics.name") or fault.code == "wrong-period":
            continue
        steps = undotted(place)
        container: Any = data
        try:
            for step in steps[:-1]:
                container = container[step]
            container[steps[-1]] = ""
        except (KeyError, IndexError, TypeError):  # what is around it has been left out already
            continue
        warnings.append(replace(fault, severity=Severity.WARNING, message=f"{fault.message}: not printed"))
    drop_empty(data, (), source, True)
    return warnings


class _Builder:
    """Makes the frozen résumé out of data that has passed."""

    def __init__(self) -> None:
        self.ids: dict[str, DataPath] = {}

    def resume(self, data: dict[str, Any]) -> Resume:
        self.ids.update(  # they win over made ones
            (given, path) for path, given in _explicit_ids(data) if path[-2:-1] != ("highlights",)
        )
        basics = data["basics"]
        meta = data["meta"] if isinstance(data.get("meta"), dict) else {}
        return Resume(
            basics=self.item(basics, ("basics",), "basics", skip=("location", "profiles")),
            location=self.item(basics.get("location", {}), ("basics", "location"), "location"),
            profiles=tuple(
                self.item(profile, ("basics", "profiles", number), f"profiles.{number + 1}")
                for number, profile in enumerate(basics.get("profiles", ()))
            ),
            sections=(
                *self.summary(basics),
                *(part for name in data for part in self.parts(name, data[name])),
            ),
            meta={key: value for key, value in meta.items() if isinstance(value, str)},
            fonts=meta.get("fonts", {}),
            off=tuple(meta.get("checks", {}).get("off", ())),
        )

    def summary(self, basics: dict[str, Any]) -> list[Section]:
        """The section that the summary of `basics` is."""
        if "summary" not in basics:
            return []
        text = Text(("basics", "summary"), languages(basics["summary"]))
        return [
            Section(
                "summary", "summary", (Entry(("basics",), "summary", fields={"summary": text}),), kind="text"
            )
        ]

    def parts(self, name: str, value: Any) -> list[Section]:
        sections = rules.table()["sections"]
        if name == "custom":
            return [
                Section(
                    "custom",
                    section.get("id") or self.section_id(_first_text(section["title"]), ("custom", number)),
                    self.items("custom", section["entries"], ("custom", number, "entries")),
                    Text(("custom", number, "title"), languages(section["title"])),
                    section.get("kind", "timeline"),
                )
                for number, section in enumerate(value)
            ]
        if name not in sections:
            return []
        return [Section(name, name, self.items(name, value, (name,)), kind=sections[name]["kind"])]

    def items(self, name: str, entries: list[Any], path: DataPath) -> tuple[Entry, ...]:
        section = rules.table()["sections"][name]
        made = []
        for number, entry in enumerate(entries):
            place = (*path, number)
            if isinstance(entry, str):
                identifier = self.unique(slug(entry) or f"{name}-{number + 1}", place)
                text = Text(place, {"": entry})
                made.append(Entry(place, identifier, fields={section["text"]: text}))
                continue
            leading = next((entry[key] for key in section["needs"] if entry.get(key)), "")
            identifier = entry.get("id") or self.unique(
                slug(_first_text(leading)) or f"{name}-{number + 1}", place
            )
            made.append(self.item(entry, place, identifier))
        return tuple(made)

    def item(
        self, entry: dict[str, Any], path: DataPath, identifier: str, skip: tuple[str, ...] = ()
    ) -> Entry:
        fields: dict[str, Text | tuple[Text, ...]] = {}
        for key, value in entry.items():
            if key in {"id", "tags", "priority", "keep", "highlights", *skip}:
                continue
            place = (*path, key)
            if isinstance(value, list):
                fields[key] = tuple(Text((*place, n), languages(item)) for n, item in enumerate(value))
            else:
                fields[key] = Text(place, languages(value))
        return Entry(
            path,
            identifier,
            tuple(entry.get("tags", ())),
            int(entry.get("priority", 3)),
            entry.get("keep") in ("true", "yes"),
            fields,
            tuple(
                self.bullet(highlight, (*path, "highlights", number), f"{identifier}.{number + 1}")
                for number, highlight in enumerate(entry.get("highlights", ()))
            ),
        )

    def bullet(self, highlight: Any, path: DataPath, identifier: str) -> Highlight:
        if isinstance(highlight, dict) and "text" in highlight:
            return Highlight(
                Text((*path, "text"), languages(highlight["text"])),
                highlight.get("id", identifier),
                tuple(highlight.get("tags", ())),
                int(highlight.get("priority", 3)),
                highlight.get("keep") in ("true", "yes"),
            )
        return Highlight(Text(path, languages(highlight)), identifier)

    def section_id(self, title: str, path: DataPath) -> str:
        """The id of a section of one's own, which is not that of a section of the schema."""
        wanted = slug(title) or f"custom-{path[-1]}"
        return self.unique(f"{wanted}-2" if wanted in rules.section_names() else wanted, path)

    def unique(self, wanted: str, path: DataPath) -> str:
        name, number = wanted, 2
        while name in self.ids:
            name, number = f"{wanted}-{number}", number + 1
        self.ids[name] = path
        return name


def _explicit_ids(data: dict[str, Any]) -> list[tuple[DataPath, str]]:
    """Every id that the file gives, with the path of the entry, the section or the highlight that has it."""
    found: list[tuple[DataPath, str]] = []

    def gather(entries: Any, path: DataPath, inner: tuple[str, ...]) -> None:
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if not isinstance(entry, dict):
                continue
            if isinstance(entry.get("id"), str):
                found.append(((*path, number), entry["id"]))
            for key in inner:
                gather(entry.get(key), (*path, number, key), ("highlights",) if key == "entries" else ())

    for name, entries in data.items():
        if name in rules.table()["sections"]:
            gather(entries, (name,), ("entries",) if name == "custom" else ("highlights",))
    return found


def languages(value: Any) -> dict[str, str]:
    """A text of the data by language; "" where it is in one only."""
    return dict(value) if isinstance(value, Mapping) else {"": value}


def _first_text(value: Any) -> str:
    return str(next(iter(value.values()))) if isinstance(value, Mapping) else str(value)


# Letters that Unicode does not decompose into a base letter and a mark.
_ASCII = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n",
    "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ĸ": "k",
})  # fmt: skip


def slug(text: str) -> str:
    """ASCII lower case with hyphens, for ids and file names; empty if nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(_ASCII)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60].strip("-")
