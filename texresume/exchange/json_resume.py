"""JSON Resume 1.x: what the standard has in its form, all else beside it under `x-texresume`.

Written from the data and not from the document: dates stay dates. Read again, the file says the same as the
YAML that it was made from, in one language; see `data.extension`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from texresume.data import assembly, dates, extension, links, rules
from texresume.data.resume import Entry, Highlight, Resume, Section, Text, dotted
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.text import locale

from .export import Export

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_TEXT, _TEXTS, _DATE, _URL = "text", "texts", "date", "url"
_DATES = {"startDate": _DATE, "endDate": _DATE}
STANDARD: Mapping[str, Mapping[str, str]] = {
    "basics": {
        **dict.fromkeys(["name", "label", "image", "email", "phone", "summary"], _TEXT),
        "url": _URL,
    },
    "location": dict.fromkeys(["address", "postalCode", "city", "countryCode", "region"], _TEXT),
    "profiles": {"network": _TEXT, "username": _TEXT, "url": _URL},
    "work": {
        **dict.fromkeys(["name", "position", "location", "description", "summary"], _TEXT),
        **{"url": _URL, **_DATES, "highlights": _TEXTS},
    },
    "volunteer": {
        **dict.fromkeys(["organization", "position", "summary"], _TEXT),
        **{"url": _URL, **_DATES, "highlights": _TEXTS},
    },
    "education": {
        **dict.fromkeys(["institution", "area", "studyType", "score"], _TEXT),
        **{"url": _URL, **_DATES, "courses": _TEXTS},
    },
    "awards": {"title": _TEXT, "awarder": _TEXT, "date": _DATE, "summary": _TEXT},
    "certificates": {"name": _TEXT, "issuer": _TEXT, "date": _DATE, "url": _URL},
    "publications": {
        **dict.fromkeys(["name", "publisher", "summary"], _TEXT),
        **{"releaseDate": _DATE, "url": _URL},
    },
    "skills": {"name": _TEXT, "level": _TEXT, "keywords": _TEXTS},
    "languages": {"language": _TEXT, "fluency": _TEXT},
    "interests": {"name": _TEXT, "keywords": _TEXTS},
    "references": {"name": _TEXT, "reference": _TEXT},
    "projects": {
        **dict.fromkeys(["name", "description", "entity", "type"], _TEXT),
        **{"highlights": _TEXTS, "keywords": _TEXTS, "roles": _TEXTS, "url": _URL, **_DATES},
    },
    "meta": dict.fromkeys(["canonical", "version", "lastModified"], _TEXT),
}
"""The fields of the official schema, 1.3.1, by section; `location` and `profiles` are those of `basics`."""
_ISO = re.compile(r"[12]\d{3}(-[01]\d(-[0-3]\d)?)?")
_POINT = re.compile(r"\s*(?:[-*+•–·]|\d{1,2}[.)])\s+\S")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# What YAML, which reads the file, has only as escapes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class JsonResume:
    """The writer of json."""

    name = "json"
    suffix = "json"
    description = "JSON Resume, for other programs"

    def write(self, export: Export) -> bytes:
        """The file in UTF-8. Raises `ResumeError` where a text of the data is not in it."""
        tag = export.document.metadata.language
        languages = locale.find(tag).languages
        data = Plain(languages).resume(export.resume, tag)
        text = json.dumps(standard(data), ensure_ascii=False, indent=2) + "\n"
        text = _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        _refuse_losses(export.resume, languages, text)
        return text.encode()

    def text(self, content: bytes) -> str | None:
        """None: it has dates and settings, and no headings. `write` compares the texts of the data."""
        return None


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
        if place := self.fields(resume.location):
            basics["location"] = place
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
        string = _unfolded(string)
        if "" in text.languages or (is_read and not re.search("[\"']", string)):
            return string
        return {str(path[-1]): string}


def _unfolded(string: str) -> str:
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


# -- the standard and the rest -----------------------------------------------------------------------------


def standard(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a file as a JSON Resume."""
    basics = dict(data["basics"])
    inner: dict[str, Any] = {}
    if isinstance(place := basics.pop("location", None), Mapping):
        inner["location"] = _split(place, "location")
    if profiles := basics.pop("profiles", None):
        inner["profiles"] = [_split(profile, "profiles") for profile in profiles]
    rest = _split(basics, "basics")
    own = {extension.KEY: rest.pop(extension.KEY)} if extension.KEY in rest else {}
    result: dict[str, Any] = {"$schema": SCHEMA, "basics": {**rest, **inner, **own}}
    more: dict[str, Any] = {extension.FORMAT: extension.VERSION}
    for key, value in data.items():
        if key in ("basics", "meta"):
            continue
        if key in STANDARD:
            result[key] = [_split(entry, key) for entry in value]
        else:
            more[key] = value
    return {**result, "meta": _split(data["meta"], "meta"), extension.KEY: more}


def _split(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A mapping with what the standard knows, and the rest under `x-texresume`."""
    known: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for key, value in data.items():
        kind = STANDARD[name].get(key, "")
        usual = _usual(key, value, kind)
        if usual is not None:
            known[key] = usual
        if key == "endDate" and dates.is_present(str(value)) and dates.parse_date(data.get("startDate", "")):
            continue  # what the standard says by leaving it out
        if key == "highlights" and kind and usual is not None and usual != value:
            beside = [{k: v for k, v in one.items() if k != "text"} if _is_full(one) else {} for one in value]
            plain = all(isinstance(one["text"] if _is_full(one) else one, str) for one in value)
            more[extension.BESIDE if plain else key] = beside if plain else value
        elif usual is None or not _reads_same(kind, usual, value):
            more[key] = value
    return {**known, extension.KEY: more} if more else known


def _is_full(highlight: Any) -> bool:
    return isinstance(highlight, Mapping) and "text" in highlight


def _usual(key: str, value: Any, kind: str) -> Any:
    """A value as the standard has it; None if it has no such."""
    match kind:
        case "texts":
            texts = [_usual_text(one["text"] if _is_full(one) else one) for one in _listed(value)]
            return texts if None not in texts else None
        case "text" if key == "email":
            emails = [one for one in _listed(value) if isinstance(one, str) and _EMAIL.fullmatch(one)]
            return emails[0] if emails else None
        case "text":
            return _usual_text(next(iter(_listed(value)), None))
        case "date":
            return _usual_date(value)
        case "url":
            return next(filter(None, map(_usual_url, _listed(value))), None)
    return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _usual_text(value: Any) -> str | None:
    if rules.is_language_map(value):
        return str(next(iter(value.values())))
    return value if isinstance(value, str) else None


def _usual_date(value: Any) -> str | None:
    """The ISO form of a date that was written in another one."""
    if not isinstance(value, str):
        return None
    if _ISO.fullmatch(value):
        return value
    date = dates.parse_date(value)
    if date is None:
        return None
    parts = [f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part)]
    written = "-".join(parts)
    return written if _ISO.fullmatch(written) else None


def _usual_url(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    target = links.with_scheme(value)
    return quote(target, safe="%/:=&?~#+!$,;'@()*[]") if target else None


def _reads_same(kind: str, usual: Any, value: Any) -> bool:
    """Whether the standard's form of a value prints as the value does."""
    if kind == _URL and isinstance(value, str):
        same = links.printed(usual) == links.printed(value.strip())
        return bool(same and links.with_scheme(usual) == links.with_scheme(value))
    return bool(usual == value)


# -- nothing is lost ---------------------------------------------------------------------------------------


def _refuse_losses(resume: Resume, languages: tuple[str, ...], written: str) -> None:
    """Read the file again and look for every text of the data in it."""
    data = json.loads(written)
    there = Counter(_strings(data))
    for path, string in _texts(resume, languages):
        # an address is there with its scheme, an ongoing date is left out
        forms = {_unfolded(string), _usual_url(string), _usual_date(string)}
        if not any(there[form] for form in forms if form) and not dates.is_present(string):
            message = f"{string[:60]!r} of {path} is missing from the json"
            raise ResumeError(Diagnostic(Severity.ERROR, "text-lost", message, hint="please report this"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def _texts(resume: Resume, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every text of a résumé that a reader of these languages sees, with its path."""
    has_summary = any(section.name == "summary" for section in resume.sections)
    stack: list[Any] = [resume.location, *resume.profiles, *resume.contacts, *resume.sections]
    for key, value in resume.basics.fields.items():
        if key != "summary" or has_summary:
            stack.append(value)
    while stack:
        match stack.pop():
            case Text() as text:
                string, path, _ = text.pick(*languages)
                if string:
                    yield dotted(path), string
            case tuple() as values:
                stack += values
            case Section() as section:
                stack += [*section.entries, *([section.title] if section.title else [])]
            case Entry() as entry:
                stack += [*entry.fields.values(), *entry.highlights, *entry.links, *entry.parts]
            case Highlight() as highlight:
                stack += [highlight.text, *highlight.highlights]


WRITER = JsonResume()
