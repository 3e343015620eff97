"""FRESH: JSON (or YAML) of the FRESH résumé schema, as HackMyResume reads it; texts in Markdown.

https://github.com/fresh-standard/fresh-resume-schema
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import entries, others
from .draft import Entry, Ledger, Part, joined
from .others import rest
from .sections import Sections
from .texts import of_markdown

_SPAN = {"startDate": "start", "endDate": "end"}
_COMMON = {
    "url": "url",
    "location": "location",
    **_SPAN,
    "prose": "summary",
    "highlights": "highlights",
    "keywords": "keywords",
}
_HISTORIES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("employment", "work", {"name": "employer", "position": "position|title|role", **_COMMON}),
    (
        "education",
        "education",
        {
            "institution": "institution",
            "studyType": "studyType|title",
            "area": "area",
            "score": "grade|gpa",
            "courses": "curriculum",
            **_COMMON,
        },
    ),
    (
        "service",
        "volunteer",
        {"organization": "organization|employer", "position": "position|role", **_COMMON},
    ),
    ("affiliation", "memberships", {"name": "organization", "position": "position|role", **_COMMON}),
)
_LISTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "projects",
        "projects",
        {
            "name": "title|name",
            "roles": "role",
            "repository": "repo",
            "description": "description",
            "type": "category",
            **_COMMON,
        },
    ),
    ("recognition", "awards", {"title": "title", "awarder": "from", "date": "date", **_COMMON}),
    ("writing", "publications", {"name": "title", "releaseDate": "date", "type": "category", **_COMMON}),
    ("speaking", "talks", {"name": "title", "position": "event|role", "date": "date", **_COMMON}),
    ("governance", "service", {"name": "organization", "position": "role", **_COMMON}),
    ("languages", "languages", {"language": "language", "fluency": "level"}),
    ("interests", "interests", {"name": "name", "keywords": "keywords", "prose": "summary"}),
)
_CUSTOM = (
    ("extracurricular", "Extracurricular activities", {"name": "title", "position": "activity", **_COMMON}),
    ("reading", "Reading", {"name": "title", "position": "author", "date": "date", **_COMMON}),
    ("samples", "Samples", {"name": "title", "date": "date", **_COMMON}),
)


_KNOWN = (
    *(name for name, *_ in (*_HISTORIES, *_LISTS, *_CUSTOM)),
    *"name meta info contact location social disposition skills references testimonials".split(),
)


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """FRESH's texts are Markdown."""
    return Ledger(
        of_markdown, quiet=frozenset(["private", "icon", "media", "safe", "class", "characterClass"])
    )


def read(source: Part) -> Entry:
    """A FRESH résumé as one of ours."""
    found = Sections()
    for key, part in source.items():
        for name, section, fields in _HISTORIES:
            if key == name:
                history = part["history"].each() if part.is_mapping else part.each()
                found.add(section, [_entry(one, section, fields) for one in history])
                _about(found, section, part)
        for name, section, fields in _LISTS:
            if key == name:
                found.add(section, [_entry(one, section, fields) for one in part.each()])
        for name, heading, fields in _CUSTOM:
            if key == name:
                found.custom(
                    part.key(heading), [_entry(one, "custom", fields) for one in part.each()], "list"
                )
        if key == "skills":
            _skills(found, part)
        if key in ("references", "testimonials"):
            found.add("references", [_reference(one) for one in part.each()])
        if key not in _KNOWN and isinstance(part.value, list):
            others.section(found, key, part)
    source.skip("settings", "meta")
    return found.result(_basics(source), {})


def _entry(part: Part, section: str, fields: Mapping[str, str]) -> Entry:
    if part["private"].plain == "true":
        part.skip("hidden")
        return {}
    made: Entry = {}
    table = dict(fields)
    if part.is_mapping and part["publisher"].is_mapping:
        made["publisher"] = part.at("publisher", "name").text()
        made["url"] = part.at("publisher", "url").literal() if not part["url"] else None
    where = part["location"]
    if where.is_mapping:
        made["location"] = joined(*(one.text() for _, one in where.items()))
        del table["location"]
    made |= entries.entry(part, section, table)
    return made


def _about(found: Sections, section: str, part: Part) -> None:
    """What is said of a whole history: a section of its own, or that of an education as its first entry."""
    lines = [part[key] for key in ("summary", "level", "degree") if part[key].plain]
    texts = [
        {"summary": line.text()} for line in lines if section != "education" or line.path[-1] == "summary"
    ]
    found.custom(part["summary"].key(f"About my {part.path[-1]}") if texts else None, texts, "text")
    for line in lines:
        if section == "education" and line.path[-1] != "summary":
            line.skip("quiet")  # said again by the entries


def _skills(found: Sections, part: Part) -> None:
    sets = part["sets"] if part.is_mapping else part
    for one in sets.each():
        made: Entry = {
            "name": one["name"].text(),
            "level": one["level"].text(),
            "keywords": [
                skill["name"].text() if skill.is_mapping else skill.text() for skill in one["skills"].each()
            ],
        }
        entries.adopt(one, made, "skills")
        found.add("skills", [made])
    grouped = {
        skill for one in sets.each() for skill in (part.plain.casefold() for part in one["skills"].each())
    }
    for one in part["list"].each() if part.is_mapping else []:
        name = one["name"] if one.is_mapping else one
        if name.plain.casefold() in grouped and not one["summary"]:
            one.skip("quiet")
            continue
        made = {"name": name.text(), "level": one["level"].text()}
        if one["years"].plain:
            years = one["years"].plain
            said = one["years"].take(f"{years} years" if years.isdigit() else years)
            made["level"] = joined(made["level"], said)
        entries.adopt(one, made, "skills")
        found.add("skills", [made])


def _reference(part: Part) -> Entry:
    if part["private"].plain == "true":
        part.skip("hidden")
        return {}
    made: Entry = {
        "name": part["name"].text(),
        "position": joined(part["role"].text(), part["category"].text()),
        "reference": part.first("quote", "summary").text(),
    }
    for contact in part["contact"].each():
        value = contact["value"].literal()
        if value and "@" in value:
            made["email"] = value
        elif value:
            made["phone"] = value
        contact.skip("quiet", "label", "type", "category")
    entries.adopt(part, made, "references")
    return made


def _basics(source: Part) -> Entry:
    info, contact, place = source["info"], source["contact"], source["location"]
    quote = info["quote"].text()
    basics: Entry = {
        "name": source["name"].text(),
        "label": info["label"].text(),
        "email": contact["email"].literals(),
        "phone": contact["phone"].literals(),
        "url": contact["website"].literals(),
        "location": {
            "address": place["address"].text(),
            "postalCode": place["code"].text(),
            "city": place["city"].text(),
            "region": place["region"].text(),
            "countryCode": place["country"].literal(),
        },
        "profiles": [entries.profile(one) for one in source["social"].each()],
        "contacts": [],
    }
    for one in source["social"].each():
        one.skip("quiet", "label")
    points = [line.with_text(f"- {line}") for line in info["highlights"].texts()]
    paragraphs = [info["brief"].text(), info["summary"].text(), quote]
    basics["summary"] = joined(joined(*paragraphs, by="\n\n"), joined(*points, by="\n"), by="\n")
    for one in contact["other"].each():
        basics["contacts"].append(
            {"label": one["label"].text(), "text": one.first("value", "text").text() or one.text()}
        )
    if image := info["image"]:
        entries.picture(basics, image)
    _disposition(source["disposition"], basics)
    rest(info, basics)
    rest(contact, basics)
    return basics


def _disposition(part: Part, basics: Entry) -> None:
    """Whether one would travel or move, and what for: lines of the head."""
    for key, child in part.items():
        if key == "authorization":
            basics["workPermit"] = child.text()
            continue
        text = (
            child.text()
            if not child.is_mapping
            else joined(*(one.text() for _, one in child.items() if one.plain not in ("true", "false")))
        )
        if text and text not in ("true", "false"):
            basics["contacts"].append({"label": child.key(entries.spaced(key)), "text": text})
