"""JSON written elsewhere: other names for keys, and other shapes of values, become those of the schema.

What does not fit any rule is left alone; validation drops it with a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from texresume.diagnostics import Diagnostic, Severity
from texresume.records import dataclass

from . import html_markup, profiles, rules, shapes, synonyms
from .loader import Loaded
from .resume import DataPath
from .source import Source

_LEGACY = frozenset(["website", "picture", "gpa", "company"])
"""Keys that JSON Resume used before 1.0: nothing to tell about."""
_SHOWN = 12
"""Keys that a note lists."""
_LEVELS = ("level", "fluency")


def modernise(loaded: Loaded) -> Loaded:
    """The document with the keys and shapes of the schema, and a note on them; marks move along."""
    data = dict(loaded.data)
    dropped = tuple(html_markup.read(data, loaded.source))
    reader = _Reader(loaded.source)
    reader.read_mapping(data, rules.resume_rules(), ())
    return replace(loaded, data=data, warnings=(*loaded.warnings, *dropped, *reader.note()))


@dataclass
class _Reader:
    source: Source
    read_as: dict[str, str] = field(default_factory=dict)
    """What was found under which name, and the key that it was read as."""

    def note(self) -> list[Diagnostic]:
        """One note on all keys that were read as others."""
        if not self.read_as:
            return []
        pairs = [f"{old} as {new!r}" for old, new in self.read_as.items()]
        more = f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else ""
        message = f"other names for keys were understood: {', '.join(pairs[:_SHOWN])}{more}"
        return [self.source.diagnostic("read-as", message, None, severity=Severity.NOTE)]

    # -- keys ---------------------------------------------------------------------------------------------

    def read_mapping(self, data: dict[str, Any], fields: Mapping[str, Any], path: DataPath) -> None:
        """Rename the keys of a mapping, then read its values."""
        if path == ("basics",):
            self.read_name(data)
            self.read_networks(data)
        for key in list(data):
            if key not in fields and not shapes.is_extension(key, data[key]):
                self.rename(data, key, fields, path)
        for key, rule in fields.items():
            if key in data:
                data[key] = self.read_value(data[key], rule, (*path, key))
        if "links" in fields:
            self.read_labelled_url(data, path)

    def rename(self, data: dict[str, Any], key: str, fields: Mapping[str, Any], path: DataPath) -> None:
        """Give a value the key that its name stands for, unless that is taken."""
        taken = {name for name, value in data.items() if value not in (None, "", [], {})}
        if isinstance(location := data.get("location"), dict):
            taken |= {f"location.{name}" for name in location}
        if isinstance(basics := data.get("basics"), dict):
            taken |= {f"basics.{name}" for name in basics if basics[name]}
        new = synonyms.meant(key, path, fields, taken)
        if not new or (new in _LEVELS and not shapes.has_letters(data[key])):
            self.extend(data, key, fields, path)
            return
        outer, _, inner = new.partition(".")
        if inner and outer == "basics" and not isinstance(data[key], str):
            return
        if key not in _LEGACY:
            self.read_as.setdefault(shapes.pattern((*path, key)), new)
        if inner:
            self.put_within(data, key, outer, inner, path)
            return
        data.pop(new, None)
        _in_place(data, key, new)
        self.move((*path, key), (*path, new))

    def extend(self, data: dict[str, Any], key: str, fields: Mapping[str, Any], path: DataPath) -> None:
        """Add a list to the list that already has the key which this name stands for."""
        new = synonyms.meant(key, path, fields)
        value, there = data[key], data.get(new)
        if value in (None, "", [], {}, there):
            del data[key]
        elif isinstance(value, list) and isinstance(there, list):
            for number in range(len(value)):
                self.move((*path, key, number), (*path, new, len(there) + number))
            there += data.pop(key)
            self.read_as.setdefault(shapes.pattern((*path, key)), new)

    def put_within(self, data: dict[str, Any], key: str, outer: str, inner: str, path: DataPath) -> None:
        """Move `city` into `location`."""
        there = data.get(outer) or {}
        data[outer] = {"address": there} if isinstance(there, str) else there
        if isinstance(there, str):
            self.move((*path, outer), (*path, outer, "address"))
        data[outer][inner] = data.pop(key)
        self.move((*path, key), (*path, outer, inner))

    def move(self, old: DataPath, new: DataPath) -> None:
        """Move the marks of a value."""
        marks, level = self.source.marks, len(old)
        for marked in [marked for marked in marks if marked[:level] == old]:
            marks[(*new, *marked[level:])] = marks[marked]

    # -- basics -------------------------------------------------------------------------------------------

    def read_name(self, basics: dict[str, Any]) -> None:
        """A name in parts, such as `firstName` and `lastName`, as one."""
        by_plain = {synonyms.plain(key): key for key in basics}
        if isinstance(parts := basics.get("name"), dict) and not rules.is_language_map(parts):
            by_part = {synonyms.plain(key): str(value) for key, value in parts.items() if value}
            name = by_part.get("full", "") or _joined(by_part, by_part)
            if name:
                basics["name"] = name
        elif not basics.get("name"):
            values = {plain: basics[key] for plain, key in by_plain.items() if isinstance(basics[key], str)}
            if name := _joined(values, [f"{part}name" for part in _NAME_PARTS]):
                used = [by_plain[plain] for plain in values if plain.removesuffix("name") in _NAME_PARTS]
                self.move(("basics", used[0]), ("basics", "name"))
                for key in used:
                    self.read_as.setdefault(f"basics.{key}", "name")
                    del basics[key]
                basics["name"] = name

    def read_networks(self, basics: dict[str, Any]) -> None:
        """Keys that are the names of networks, in `basics` or in a mapping of profiles, as profiles."""
        found = basics.get("profiles")
        if isinstance(found, dict):
            basics["profiles"] = []
            for network, value in found.items():
                self.add_profile(basics, network, value, ("basics", "profiles", network))
        for key in list(basics):
            if profiles.key(key) and key not in ("website", "blog") and isinstance(basics[key], str | dict):
                self.add_profile(basics, key, basics.pop(key), ("basics", key))

    def add_profile(self, basics: dict[str, Any], network: str, value: Any, path: DataPath) -> None:
        there = basics.get("profiles")
        if not isinstance(there, list):
            there = basics["profiles"] = []
        profile = {"network": network, **value} if isinstance(value, dict) else {"network": network}
        if isinstance(value, str) and value.strip():
            profile["url" if "." in value and "/" in value else "username"] = value
        elif not isinstance(value, dict):
            return
        self.move(path, ("basics", "profiles", len(there)))
        self.read_as.setdefault(shapes.pattern(path), "profiles")
        there.append(profile)

    # -- values -------------------------------------------------------------------------------------------

    def read_value(self, value: Any, rule: Mapping[str, Any], path: DataPath) -> Any:
        """A value in the shape that its rule wants, as far as that can be told."""
        kinds = rule.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        inner = rule.get("schema", {})
        if "list" in kinds and not (isinstance(value, str) and "string" in kinds):
            return self.read_list(value, inner, path)
        if kinds == ["dict"] and isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict) and "dict" in kinds:
            self.read_mapping(value, inner, path)
            self.read_lone_text(value, rule, path)
            return value
        if isinstance(value, str) and kinds == ["dict"]:
            return shapes.entry_of_text(value, rule)
        return shapes.scalar(value, rule)

    def read_lone_text(self, entry: dict[str, Any], rule: Mapping[str, Any], path: DataPath) -> None:
        """An entry that says nothing of what leads one, and has a text, is led by that."""
        needs = rule.get("one_of", ())
        text = entry.get("summary")
        if needs and isinstance(text, str) and text and not any(entry.get(key) for key in needs):
            _in_place(entry, "summary", needs[0])
            self.move((*path, "summary"), (*path, needs[0]))

    def read_list(self, value: Any, rule: Mapping[str, Any], path: DataPath) -> Any:
        if value in (None, "", {}, []) or (isinstance(value, str) and not shapes.has_letters(value)):
            return []
        if not isinstance(value, list):
            value = self.listed(value, rule, path)
        if rule.get("type") in ("dict", ["dict"], ["dict", "string"]) and len(path) == 1:
            value = [one for item in value for one in self.unfolded(item, rule, path)]
        if rule.get("check_with") == "highlight":
            return [shapes.highlight(item) for item in value]
        return [self.read_value(item, rule, (*path, number)) for number, item in enumerate(value)]

    def listed(self, value: Any, rule: Mapping[str, Any], path: DataPath) -> list[Any]:
        """A list that consists of one value, which was written without brackets."""
        if isinstance(value, str):
            is_highlights = rule.get("check_with") == "highlight"
            return shapes.lines(value) if is_highlights else [value]
        if rule.get("type") == "string" and shapes.is_mapping_of_texts(value, rule):
            for number, key in enumerate(value):
                self.move((*path, key), (*path, number))
            return list(value.values())
        self.move(path, (*path, 0))
        return [value]

    def unfolded(self, item: Any, rule: Mapping[str, Any], path: DataPath) -> list[Any]:
        """The entries of a mapping from names to values, `{Tools: [awk, sed]}`; else the item itself."""
        fields, needs = rule["schema"], rule.get("one_of", ())
        if not isinstance(item, dict) or not needs or not item:
            return [item]
        meanings = {key: synonyms.meant(key, (*path, 0), fields) for key in item}
        usual = {key for key, new in meanings.items() if new and synonyms.plain(key) == synonyms.plain(new)}
        named = needs[0] in meanings.values()
        if usual or named or (any(meanings.values()) and path[0] not in shapes.TAGS):
            return [item]
        return [
            shapes.entry_of_pair(name, value, path[0], needs[0])
            for name, value in item.items()
            if not shapes.is_private(name, value)
        ] or [item]

    def read_labelled_url(self, data: dict[str, Any], path: DataPath) -> None:
        """More than one address, or one with a label, under `url`: the first stays, the others are links."""
        url = data.get("url")
        if isinstance(url, list):
            data["url"], *more = [one for one in url if one] or [""]
            there = data.get("links")
            data["links"] = [*(there if isinstance(there, list) else []), *more]
            if not data["links"]:
                del data["links"]


_NAME_PARTS = ("first", "given", "middle", "last", "family", "sur", "suffix")


def _joined(values: Mapping[str, Any], parts: Any) -> str:
    """The parts of a name in their order."""
    order = [f"{part}{end}" for part in _NAME_PARTS for end in ("", "name")]
    wanted = set(parts)
    return " ".join(str(values[key]).strip() for key in order if key in wanted and values.get(key)).strip()


def _in_place(data: dict[str, Any], old: str, new: str) -> None:
    """Rename a key without moving it: the order of keys is that of sections."""
    renamed = [(new if key == old else key, value) for key, value in data.items()]
    data.clear()
    data.update(renamed)
