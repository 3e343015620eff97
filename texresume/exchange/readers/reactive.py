"""Reactive Resume: JSON of versions 3, 4 and 5: sections by id, hidden items, texts in HTML or Markdown.
`reactive_old` has those before.

https://rxresu.me
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from texresume.data import links

from . import entries, texts
from .draft import Entry, Ledger, Part, Piece, joined
from .entries import Fields
from .others import rest, tag
from .sections import Sections

_NAMES = {
    "experience": "work",
    "work": "work",
    "education": "education",
    "skills": "skills",
    "languages": "languages",
    "awards": "awards",
    "certifications": "certificates",
    "publications": "publications",
    "projects": "projects",
    "interests": "interests",
    "volunteer": "volunteer",
    "references": "references",
    "achievements": "awards",
    "hobbies": "interests",
}
"""Our section of each of theirs."""
_TIMED: Fields = {"location": "location", "period": "period|date", "url": "website|url"}
_FIELDS: Mapping[str, dict[str, str]] = {
    "work": {"name": "company|name", "position": "position", **_TIMED, "body": "description|summary"},
    "education": {
        "institution": "institution|school",
        "studyType": "studyType|degree",
        "area": "area",
        **_TIMED,
        "score": "score|grade",
        "courses": "courses",
        "body": "description|summary",
    },
    "skills": {"name": "name", "keywords": "keywords", "url": "url"},
    "languages": {"language": "language|name", "url": "url"},
    "awards": {
        "title": "title",
        "awarder": "awarder",
        "date": "date",
        "url": "website|url",
        "prose": "description|summary",
    },
    "certificates": {
        "name": "name|title",
        "issuer": "issuer",
        "date": "date",
        "url": "website|url",
        "prose": "description|summary",
    },
    "publications": {
        "name": "name|title",
        "publisher": "publisher",
        "releaseDate": "date",
        "url": "website|url",
        "prose": "description|summary",
    },
    "projects": {"name": "name", **_TIMED, "body": "summary", "keywords": "keywords"},
    "interests": {"name": "name", "keywords": "keywords"},
    "volunteer": {
        "organization": "organization",
        "position": "position",
        **_TIMED,
        "body": "description|summary",
    },
    "references": {"name": "name", "email": "email", "phone": "phone", "url": "website|url"},
    "custom": {
        "name": "name|title",
        "position": "position|subtitle",
        "description": "description",
        **_TIMED,
        "keywords": "keywords",
        "body": "summary|content",
    },
}
_QUIET = frozenset(
    """id visible hidden columns separateLinks icon iconColor levelNum type options filters inlineLink
    showLinkInTitle size aspectRatio borderRadius effects enabled enable keepTogether""".split()
)


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """Version 3 has Markdown in its texts, later ones HTML."""
    return Ledger(texts.plain, _markup, texts.visible, texts.dropped_from_html, _QUIET)


def _markup(text: str) -> str:
    return texts.of_html(text) if "<" in text and ">" in text else texts.of_html(texts.of_markdown(text))


def read(source: Part) -> Entry:
    """A résumé of Reactive Resume as one of ours."""
    if source["data"]["sections"]:
        for key, part in source.items():
            if key != "data":
                part.skip("quiet")
        source = source["data"]
    if source["profile"].is_mapping and not source["sections"]:
        from . import reactive_old

        return reactive_old.read(source)
    nested = source["sections"]
    metadata = source["metadata"]
    found = Sections()
    hidden = [part for part in (source["summary"], nested["summary"]) if _is_hidden(part)]
    for part in hidden:
        part.skip("hidden")
    summary = next(
        (part for part in (source["summary"], nested["summary"]) if part["content"] and part not in hidden),
        None,
    )
    if summary is not None and summary.path not in source.ledger.aside:
        found.summarise([summary["content"].rich()], _title(summary))
    for part in _in_order(source, nested, metadata):
        _section(found, part)
    meta: Entry = {}
    language = metadata.at("page", "locale") or metadata["locale"]
    if language.plain and language.plain.partition("-")[0] != "en":
        meta["locale"] = tag(language)
    for part in (nested["summary"], nested["profiles"], source["summary"]):
        if not part["content"]:
            part.skip("quiet", "name", "title")
    basics = _basics(source["basics"], source["picture"])
    basics["profiles"] = [
        *basics.get("profiles", ()),
        *(entries.profile(one) for one in _visible(nested["profiles"])),
    ]
    source.skip("settings", "metadata")
    source.skip("quiet", "public", "$schema", "version")
    return found.result(basics, meta)


# -- sections ----------------------------------------------------------------------------------------------


def _is_hidden(part: Part) -> bool:
    return part["visible"].plain == "false" or part["hidden"].plain == "true"


def _visible(section: Part) -> list[Part]:
    """The items of a section that are not hidden."""
    if _is_hidden(section):
        section.skip("hidden")
        return []
    items = section["items"].each()
    for item in items:
        if item.is_mapping and _is_hidden(item):
            item.skip("hidden")
    return [item for item in items if item.path not in section.ledger.aside]


def _in_order(source: Part, nested: Part, metadata: Part) -> list[Part]:
    """The sections as the layout has them, page by page, the main column first."""
    by_id: dict[str, Part] = {}
    for key, part in nested.items():
        if key == "custom":
            by_id |= {f"custom.{name}": one for name, one in part.items()}
        elif key not in ("summary", "profiles"):
            by_id[key] = part
    for one in source["customSections"].each():
        by_id[one["id"].plain or str(one.path[-1])] = one
    layout = metadata["layout"]
    names = [name for page in (layout["pages"] or layout).each() for name in _names(page)]
    first = [name for name in dict.fromkeys(names) if name in by_id]
    return [by_id[name] for name in (*first, *(name for name in by_id if name not in first))]


def _names(page: Part) -> list[str]:
    if page.is_mapping:
        return [one.plain for key in ("main", "sidebar") for one in page[key].each()]
    return [one.plain for column in page.each() for one in column.each()]


def _title(part: Part) -> Piece | None:
    return part.first("title", "name", "heading").text()


def _section(found: Sections, part: Part) -> None:
    key = str(part.path[-1])
    kind = part["type"].plain if isinstance(part.path[-1], int) else key
    if kind == "cover-letter":
        part.skip("letter")
        return
    items = _visible(part)
    if not items:
        part.skip("quiet", "title", "name")
        return
    title = _title(part)
    own = _NAMES.get(kind, "")
    if own and isinstance(part.path[-1], str):
        found.add(own, [made for item in items for made in _items(item, own)], title)
    elif own:  # a second section of a kind, under a heading of its own
        found.again(own, [made for item in items for made in _items(item, own)], title)
    elif kind == "profiles":
        found.custom(title, [_profile(item) for item in items], "list")
    else:
        found.custom(title, [entries.entry(item, "custom", _FIELDS["custom"]) for item in items], "timeline")


def _profile(item: Part) -> Entry:
    made = entries.profile(item)
    return {"name": made["network"], "position": made["username"], "url": made["url"]}


def _items(item: Part, section: str) -> list[Entry]:
    """An entry, or one for each of the positions that it has."""
    table = dict(_FIELDS[section])
    made: Entry = {}
    if section == "projects":
        brief = item["summary"] or not item["description"]
        table |= {"description": "description"} if brief else {"body": "description"}
    if section in ("skills", "languages"):
        level = "level" if section == "skills" else "fluency"
        words = [item[key].text() for key in ("description", "proficiency", "fluency")]
        named = item["level"].text() if any(map(str.isalpha, item["level"].plain)) else None
        made[level] = joined(*words, named)
    if section == "references":
        about = "description" if not item["position"] and not item["relationship"] and item["summary"] else ""
        made["position"] = item.first("position", "relationship", *([about] if about else [])).text()
        made["reference"] = item.first("summary", *([] if about else ["description"])).rich()
    roles = [role for role in item["roles"].each() if role.is_mapping]
    if not roles:
        made |= entries.entry(item, section, table, rest=False)
        entries.adopt(item, made, section)
        return [made]
    return _positions(item, section, table, roles)


def _positions(item: Part, section: str, table: dict[str, str], roles: list[Part]) -> list[Entry]:
    """Positions at one employer are consecutive entries with its name."""
    whole = {key: value for key, value in table.items() if key not in ("period", "position")}
    first = entries.entry(item, section, whole, rest=False)
    own = {"position": "position|title", "period": "period|date", "body": "description|summary"}
    result = []
    for number, role in enumerate(roles):
        made = entries.entry(role, section, own)
        shared = first if not number else {key: first.get(key) for key in ("name", "location", "url")}
        result.append({**shared, **{key: value for key, value in made.items() if value}})
        if not number and first.get("summary") and made.get("summary"):
            result[-1]["summary"] = joined(first["summary"], made["summary"], by="\n\n")
    item.skip("quiet", "position", "period", "date")  # the last position, and the time of all
    return result


# -- the head ----------------------------------------------------------------------------------------------


def _basics(part: Part, picture: Part) -> Entry:
    url = part.first("website", "url")
    address = url.first("href", "url") if url.is_mapping else url
    location = part["location"]
    result: Entry = {
        "name": part["name"].text(),
        "label": part.first("headline", "label").text(),
        "email": part["email"].literal(),
        "phone": part["phone"].literal(),
        "summary": part["summary"].rich(),
        "birthDate": part.first("birthdate", "birthDate").date(),
        "location": _location(location) if location.is_mapping else location.text(),
        "profiles": [entries.profile(one) for one in part["profiles"].each()],
        "contacts": [_line(one) for one in part["customFields"].each()],
    }
    _labelled_address(result, url, address)
    photo = picture if picture else part.first("picture", "photo", "image")
    shown = photo["url"] if photo.is_mapping else photo
    if (photo.is_mapping and photo["effects"]["hidden"].plain == "true") or photo["hidden"].plain == "true":
        photo.skip("hidden")
    elif shown.plain:
        entries.picture(result, shown)
    if photo.is_mapping:
        for key, child in photo.items():
            if key != "url":
                child.skip("quiet")
    rest(part, result)
    return result


def _labelled_address(result: Entry, part: Part, url: Part) -> None:
    """Add the owner's address; one with a label, or one that is no web address, is a line of its own."""
    label = part["label"].text() if part.is_mapping else None
    good = bool(links.with_scheme(url.plain))
    if good and (not label or links.printed(label).casefold() == links.printed(url.plain).casefold()):
        result["url"] = url.literal()
        part.skip("quiet", "label")
    elif good:
        result["contacts"].append({"text": label, "url": url.literal()})
    elif url.plain or label:
        result["contacts"].append({"text": joined(label, url.text())})


def _location(part: Part) -> Entry:
    return {
        "address": part["address"].text(),
        "postalCode": part["postalCode"].text(),
        "city": part["city"].text(),
        "region": part["region"].text(),
        "countryCode": part.first("country", "countryCode").literal(),
    }


def _line(part: Part) -> Entry:
    text = part.first("value", "text").text()
    return {"label": part["name"].text(), "text": text, "url": part["link"].literal()}
