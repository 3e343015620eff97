"""Validation: data and positions in, a frozen `Resume` or diagnostics out.

Cerberus finds the faults by the rules of `schema/resume.yaml`; each becomes a diagnostic at the place where
it stands. Later stages trust what comes out of here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cerberus import errors as cerberus_errors

from . import rules
from .diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest
from .loader import Loaded
from .resume import Bullet, Item, Part, Path, Resume, Text, dotted, undotted
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
    "identifier": (
        "wrong-id",
        "{value!r} cannot be an id or a tag",
        "a letter or digit, then letters, digits, '-', '_' and '.'",
    ),
}
_TYPE_NAMES = {"dict": "a mapping (key: value)", "list": "a list", "string": "a text"}


def validate(loaded: Loaded, *, lenient: bool = False) -> tuple[Resume, tuple[Diagnostic, ...]]:
    """The résumé that a file holds, and warnings.

    `lenient` is for documents written elsewhere: what is not understood is left out and named in a warning.
    Raises `ResumeError` with every fault of the file, not the first alone.
    """
    data, source = loaded.data, loaded.source
    empty = _drop_empty(data, (), source, lenient)
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


def _drop_empty(data: Any, path: Path, source: Source, lenient: bool) -> list[Diagnostic]:
    """Remove keys without a value, which mean "not there"; an empty item of a list is a fault."""
    found: list[Diagnostic] = []
    if isinstance(data, dict):
        for key in list(data):
            found += _drop_empty(data[key], (*path, key), source, lenient)
            if _is_empty(data[key], lenient):
                del data[key]
    elif isinstance(data, list):
        for number, item in enumerate(data):
            found += _drop_empty(item, (*path, number), source, lenient)
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


def _faults(data: dict[str, Any], source: Source) -> list[Diagnostic]:
    validator = rules.Validator(rules.resume_rules(), allow_unknown=False)
    validator.validate(data, normalize=False)
    faults = [_diagnostic(error, source) for error in rules.flattened(validator._errors)]
    return [*faults, *_repeated_ids(data, source)]


def _repeated_ids(data: dict[str, Any], source: Source) -> Iterator[Diagnostic]:
    first: dict[str, Path] = {}
    for path, given in _explicit_ids(data):
        place = (*path, "id")
        if given in first:
            line = source.value(first[given]).line
            yield source.diagnostic(
                "duplicate-id",
                f"the id {given!r} stands here a second time",
                source.value(place),
                path=place,
                hint=f"the first is in line {line}",
            )
        first.setdefault(given, place)


def _known_keys(path: Path) -> list[str]:
    """The keys that the schema knows at the place of a fault."""
    level: Any = rules.resume_rules()
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


def _diagnostic(error: Any, source: Source) -> Diagnostic:
    path: Path = tuple(error.document_path)
    parent = dotted(path[:-1]) or "the file"
    match error.code:
        case cerberus_errors.UNKNOWN_FIELD.code:
            name = str(path[-1])
            hint = _meant(name, _known_keys(path[:-1]))
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
            return _custom(str(error.info[0]), path, error.value, source)
    raise AssertionError(f"Cerberus reports {error!r}, which no rule here can cause")


def _meant(name: str, known: list[str]) -> str:
    """What was most likely meant by an unknown key: a word that others use for it, or one spelt alike."""
    synonyms: dict[str, str] = rules.table()["synonyms"]
    plain = re.sub(r"[\s_-]+", "", name).casefold()
    for meant in synonyms.get(plain, "").split():
        if meant in known:
            return f"did you mean {meant!r}?"
    return nearest(name, known)


def _custom(info: str, path: Path, value: Any, source: Source) -> Diagnostic:
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
        return source.diagnostic(
            "wrong-period",
            f"the end {end!r} is before the start {start!r}",
            source.value((*path, "endDate")),
            path=(*path, "endDate"),
        )
    if kind == "language":
        path, value, kind = (*path, rest), value[rest], "text"
    code, message, hint = _WRONG[kind]
    message = message.format(value=value)
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
    _drop_empty(data, (), source, True)
    return warnings


class _Builder:
    """Makes the frozen résumé out of data that has passed."""

    def __init__(self) -> None:
        self.ids: dict[str, Path] = {}

    def resume(self, data: dict[str, Any]) -> Resume:
        self.ids.update((given, path) for path, given in _explicit_ids(data))  # they win over made ones
        basics = data["basics"]
        meta = data["meta"] if isinstance(data.get("meta"), dict) else {}
        return Resume(
            basics=self.item(basics, ("basics",), "basics", skip=("location", "profiles")),
            location=self.item(basics.get("location", {}), ("basics", "location"), "location"),
            profiles=tuple(
                self.item(profile, ("basics", "profiles", number), f"profiles.{number + 1}")
                for number, profile in enumerate(basics.get("profiles", ()))
            ),
            parts=tuple(part for name in data for part in self.parts(name, data[name])),
            meta={key: value for key, value in meta.items() if isinstance(value, str)},
            fonts=meta.get("fonts", {}),
        )

    def parts(self, name: str, value: Any) -> list[Part]:
        sections = rules.table()["sections"]
        if name == "custom":
            return [
                Part(
                    "custom",
                    section.get("id") or self.unique(slug(_first_text(section["title"])), ("custom", number)),
                    self.items("custom", section["entries"], ("custom", number, "entries")),
                    Text(("custom", number, "title"), _languages(section["title"])),
                    section.get("kind", "timeline"),
                )
                for number, section in enumerate(value)
            ]
        if name not in sections:
            return []
        return [Part(name, name, self.items(name, value, (name,)), kind=sections[name]["kind"])]

    def items(self, name: str, entries: list[Any], path: Path) -> tuple[Item, ...]:
        section = rules.table()["sections"][name]
        made = []
        for number, entry in enumerate(entries):
            place = (*path, number)
            if isinstance(entry, str):
                identifier = self.unique(slug(entry) or f"{name}-{number + 1}", place)
                text = Text(place, {"": entry})
                made.append(Item(place, identifier, fields={section["text"]: text}))
                continue
            leading = next((entry[key] for key in section["needs"] if entry.get(key)), "")
            identifier = entry.get("id") or self.unique(
                slug(_first_text(leading)) or f"{name}-{number + 1}", place
            )
            made.append(self.item(entry, place, identifier))
        return tuple(made)

    def item(self, entry: dict[str, Any], path: Path, identifier: str, skip: tuple[str, ...] = ()) -> Item:
        fields: dict[str, Text | tuple[Text, ...]] = {}
        for key, value in entry.items():
            if key in {"id", "tags", "priority", "keep", "highlights", *skip}:
                continue
            place = (*path, key)
            if isinstance(value, list):
                fields[key] = tuple(Text((*place, n), _languages(item)) for n, item in enumerate(value))
            else:
                fields[key] = Text(place, _languages(value))
        return Item(
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

    def bullet(self, highlight: Any, path: Path, identifier: str) -> Bullet:
        if isinstance(highlight, dict) and "text" in highlight:
            return Bullet(
                Text((*path, "text"), _languages(highlight["text"])),
                highlight.get("id", identifier),
                tuple(highlight.get("tags", ())),
                int(highlight.get("priority", 3)),
                highlight.get("keep") in ("true", "yes"),
            )
        return Bullet(Text(path, _languages(highlight)), identifier)

    def unique(self, wanted: str, path: Path) -> str:
        name, number = wanted, 2
        while name in self.ids:
            name, number = f"{wanted}-{number}", number + 1
        self.ids[name] = path
        return name


def _explicit_ids(data: dict[str, Any]) -> list[tuple[Path, str]]:
    """Every id that the file gives to an entry, with the path of the entry."""
    found: list[tuple[Path, str]] = []
    for name, entries in data.items():
        if name not in rules.table()["sections"] or not isinstance(entries, list):
            continue
        for number, entry in enumerate(entries):
            place: Path = (name, number)
            if not isinstance(entry, dict):
                continue
            if isinstance(entry.get("id"), str):
                found.append((place, entry["id"]))
            children = entry.get("entries")
            for inner, child in enumerate(children if isinstance(children, list) else ()):
                if isinstance(child, dict) and isinstance(child.get("id"), str):
                    found.append(((*place, "entries", inner), child["id"]))
    return found


def _languages(value: Any) -> dict[str, str]:
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
