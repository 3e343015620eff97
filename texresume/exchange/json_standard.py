"""The official schema of JSON Resume, and data in its form; what it lacks goes under `x-texresume`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from texresume.data import dates, extension, links, rules

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
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


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
            return usual_date(value)
        case "url":
            return next(filter(None, map(usual_url, _listed(value))), None)
    return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _usual_text(value: Any) -> str | None:
    if rules.is_language_map(value):
        return str(next(iter(value.values())))
    return value if isinstance(value, str) else None


def usual_date(value: Any) -> str | None:
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


def usual_url(value: Any) -> str | None:
    """A web address with its scheme, in the characters of RFC 3986; None if the value is none."""
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
