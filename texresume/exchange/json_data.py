"""A résumé as the data of a file again, in one language: the way back from `data.assembly`."""

from __future__ import annotations

import re
from typing import Any

from texresume.data import assembly
from texresume.data.resume import Entry, Highlight, Resume, Section, Text

from .json_standard import STANDARD

_POINT = re.compile(r"\s*(?:[-*+•–·]|\d{1,2}[.)])\s+\S")


class Plain:
    """A résumé as the data of a YAML file, in one language of a reader."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages

    def resume(self, resume: Resume, tag: str) -> dict[str, Any]:
        """The whole file; `tag` is its language."""
        summary = next((one for one in resume.sections if one.name == "summary"), None)
        basics = self.fields(resume.basics, without=("summary",))
        if summary is not None:
            basics |= self.fields(summary.entries[0])
        for one in (resume.location, resume.signature):
            basics |= {one.id: self.fields(one)} if one.fields else {}
        if resume.profiles:
            basics["profiles"] = [self.fields(profile) for profile in resume.profiles]
        if resume.contacts:
            basics["contacts"] = [self.fields(one) if one.fields else one.id for one in resume.contacts]
        data: dict[str, Any] = {"basics": basics}
        usual = sorted(resume.sections, key=_rank_in_file)
        for section in usual:
            if section.name == "custom":
                data.setdefault("custom", []).append(self.custom(section))
            elif section.name != "summary":
                data[section.name] = [self.entry(entry) for entry in section.entries]
        _name(data, resume)
        data["meta"] = self.meta(resume, tag)
        order = [section.id for section in resume.sections]
        if order != [section.id for section in usual]:
            data["meta"]["sections"] = order
        return data

    def meta(self, resume: Resume, tag: str) -> dict[str, Any]:
        """What is said of the file: its language, and the headings of sections."""
        meta: dict[str, Any] = {**resume.meta, "locale": tag}
        further = {
            "fonts": dict(resume.fonts),
            "options": dict(resume.options),
            "dates": {key or "precision": value for key, value in resume.dates.items()},
            "checks": {"off": list(resume.suppressed)} if resume.suppressed else {},
            "titles": {
                section.id: self.text(section.title)
                for section in resume.sections
                if section.title and section.name != "custom"
            },
        }
        return meta | {key: value for key, value in further.items() if value}

    def custom(self, section: Section) -> dict[str, Any]:
        """A section of the owner's."""
        title = (
            {"title": self.text(section.title)}
            if section.title and any(section.title.languages.values())
            else {}
        )
        entries = [self.entry(entry) for entry in section.entries]
        return {"id": section.id, **title, "kind": section.kind, "entries": entries}

    def entry(self, entry: Entry) -> dict[str, Any]:
        """An entry with all that it has; its id is left to `_name`."""
        data = self.fields(entry)
        if entry.highlights:
            data["highlights"] = [
                self.highlight(one, f"{entry.id}.{number}") for number, one in enumerate(entry.highlights, 1)
            ]
        if entry.links:
            data["links"] = [self.fields(link) for link in entry.links]
        for part in entry.parts:
            data.setdefault(str(part.path[-2]), []).append(self.entry(part))
        return data | _marks(entry) | ({"break": "before"} if entry.break_before else {})

    def highlight(self, highlight: Highlight, usual: str) -> Any:
        """A highlight: a text, or a mapping where there is more to say."""
        more: dict[str, Any] = _marks(highlight)
        if usual and highlight.id != usual:
            more["id"] = highlight.id
        if highlight.highlights:
            more["highlights"] = [self.highlight(below, "") for below in highlight.highlights]
        text = self.text(highlight.text)
        return {"text": text, **more} if more else text

    def fields(self, entry: Entry, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """The fields of an entry."""
        return {
            key: self.text(value) if isinstance(value, Text) else [self.text(one) for one in value]
            for key, value in entry.fields.items()
            if key not in without
        }

    def text(self, text: Text) -> Any:
        """A text in the reader's language. One whose quotation marks are another's says in which it is."""
        string, path, is_read = text.pick(*self.languages)
        string = unfolded(string)
        if "" in text.languages or (is_read and not re.search("[\"']", string)):
            return string
        return {str(path[-1]): string}


def unfolded(string: str) -> str:
    """A text with a space in the place of each line end that is read as one. In JSON, all line ends count."""
    if "\n" not in string:
        return string
    lines = [""]
    for line in string.split("\n"):
        before = lines[-1]
        joins = before.strip() and not before.endswith("  ") and line.strip() and not _POINT.match(line)
        if joins:
            lines[-1] = f"{before.rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines[1:])


def _marks(one: Entry | Highlight) -> dict[str, Any]:
    marks: dict[str, Any] = {"tags": list(one.tags)} if one.tags else {}
    if one.priority != 3:  # noqa: PLR2004 - the default of the schema
        marks["priority"] = str(one.priority)
    return marks | ({"keep": "true"} if one.keep else {})


def _rank_in_file(section: Section) -> int:
    """Where a section is in a file: the summary, those of the standard, then others."""
    return 0 if section.name == "summary" else 1 if section.name in STANDARD else 2


def _name(data: dict[str, Any], resume: Resume) -> None:
    """Give the entries an id that would get another one from their fields, such as after one was left out."""
    for _ in range(2):  # an id that is set may give another one to an entry without
        built = assembly.Builder().resume(data)
        found = {(one.name, one.id if one.name == "custom" else ""): one for one in built.sections}
        for section in resume.sections:
            if section.name == "summary":
                continue
            custom = section.name == "custom"
            there = found[section.name, section.id if custom else ""]
            plain = (
                next(one["entries"] for one in data["custom"] if one["id"] == section.id)
                if custom
                else data[section.name]
            )
            for entry, other, target in zip(section.entries, there.entries, plain, strict=True):
                _name_entry(entry, other, target)


def _name_entry(entry: Entry, other: Entry, target: dict[str, Any]) -> None:
    if entry.id != other.id:
        target["id"] = entry.id
    parts = [part for key in ("projects", "entries") for part in target.get(key, ())]
    for one, another, inner in zip(entry.parts, other.parts, parts, strict=True):
        _name_entry(one, another, inner)
