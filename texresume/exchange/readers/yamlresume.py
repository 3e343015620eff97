"""YAMLResume: a YAML file whose `content` is close to a JSON Resume, with texts in Markdown.

https://yamlresume.dev
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from texresume.data import rules, synonyms
from texresume.text import locale

from . import entries, sections
from .draft import Entry, Ledger, Part
from .sections import Sections
from .texts import of_markdown, visible_in_markdown

_SPAN = {"startDate": "startDate", "endDate": "endDate"}
_FIELDS: Mapping[str, dict[str, str]] = {
    "work": {"name": "name|company", "position": "position", "url": "url", **_SPAN, "body": "summary",
             "keywords": "keywords"},
    "volunteer": {"organization": "organization", "position": "position", "url": "url", **_SPAN, "body": "summary"},
    "education": {"institution": "institution", "studyType": "degree|studyType", "area": "area", "url": "url",
                  "score": "score", **_SPAN, "courses": "courses", "body": "summary"},
    "skills": {"name": "name", "level": "level", "keywords": "keywords"},
    "languages": {"language": "language", "fluency": "fluency", "keywords": "keywords"},
    "interests": {"name": "name", "keywords": "keywords"},
    "awards": {"title": "title", "awarder": "awarder", "date": "date", "prose": "summary"},
    "certificates": {"name": "name", "issuer": "issuer", "date": "date", "url": "url"},
    "publications": {"name": "name", "publisher": "publisher", "releaseDate": "releaseDate", "url": "url",
                     "prose": "summary"},
    "references": {"name": "name", "position": "relationship", "email": "email", "phone": "phone",
                   "reference": "summary"},
    "projects": {"name": "name", "description": "description", "url": "url", **_SPAN, "body": "summary",
                 "keywords": "keywords"},
}  # fmt: skip


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """YAMLResume's texts are Markdown."""
    return Ledger(of_markdown, visible_in_markdown)


def read(source: Part) -> Entry:
    """A résumé in YAMLResume's format as one of ours."""
    content = source["content"]
    layouts = [*source["layout"].each(), *source["layouts"].each()]
    order = [one.plain for part in layouts for one in part.at("sections", "order").each()]
    aliases = next((part.at("sections", "aliases") for part in layouts if part.at("sections", "aliases")), Part(
        content.ledger, None, ("layouts",)))  # fmt: skip
    found = Sections()
    present = [key for key, _ in content.items() if key in _FIELDS]
    for key in sorted(present, key=lambda key: order.index(key) if key in order else len(order)):
        part = content[key]
        found.add(key, [entries.entry(one, key, _FIELDS[key]) for one in part.each()], aliases[key].text())
    for key, part in content.items():
        if key not in (*_FIELDS, "basics", "location", "profiles"):
            _unknown(found, key, part)
    meta: Entry = {}
    language = source.at("locale", "language") or next(
        (one for part in layouts for one in [part.at("locale", "language")]), source["locale"]
    )
    if language.plain:
        meta["locale"] = tag(language)
    if (
        title := aliases["basics"].text("summary")
        if aliases["basics"].is_mapping
        else aliases["basics"].text()
    ):
        meta["titles"] = {"summary": title}
    source.skip("settings", "layout", "layouts", "locale", "$schema")
    return found.result(_basics(content), meta)


def tag(part: Part) -> Any:
    """A language, as the tag of a locale of ours; nothing if there is none."""
    name = {"zh-hant-hk": "zh-Hant", "zh-hant-tw": "zh-Hant", "zh-hans": "zh-Hans", "pt-br": "pt-BR"}.get(
        part.plain.casefold().replace("_", "-"), part.plain.replace("_", "-")
    )
    try:
        locale.find(name)
    except LookupError:
        part.remark("unknown-locale", f"the language {part.plain!r} has no locale here", "see docs/data.md")
        return None
    return part.take(name, coded=True)


def _basics(content: Part) -> Entry:
    basics, location = content["basics"], content["location"]
    result: Entry = {
        "name": basics["name"].text(),
        "label": basics.first("headline", "label").text(),
        "email": basics["email"].literals(),
        "phone": basics["phone"].literals(),
        "url": basics["url"].literals(),
        "summary": basics["summary"].text(),
        "location": {
            "address": location["address"].text(),
            "postalCode": location["postalCode"].text(),
            "city": location["city"].text(),
            "region": location["region"].text(),
            "countryCode": location.first("country", "countryCode").literal(),
        },
        "profiles": [entries.profile(one) for one in content["profiles"].each()],
    }
    if photo := basics.first("image", "photo", "avatar"):
        entries.picture(result, photo)
    rest(basics, result)
    return result


def rest(part: Part, result: Entry) -> None:
    """Keep texts about the person under other keys as contact lines of their own."""
    known = rules.resume_rules()["basics"]["schema"]
    for key, child in part.items():
        if not child.is_new or not child.plain:
            continue
        new = synonyms.meant(key, ("basics",), known, [name for name in result if result[name]])
        if new and "." not in new and new not in ("profiles", "location", "aliases", "contacts"):
            result[new] = child.date() if new == "birthDate" else child.literal()
        else:
            line = {"label": child.key(entries.spaced(key)), "text": child.text()}
            result["contacts"] = [*result.get("contacts", ()), line]


def _unknown(found: Sections, key: str, part: Part) -> None:
    """A section that YAMLResume does not have."""
    name = sections.meant(key)
    items = part.each()
    if name and name != "summary":
        found.add(name, [entries.entry(one, name, {}) for one in items], sections.title(part))
    else:
        found.custom(
            part.key(entries.spaced(key)), [entries.entry(one, "custom", {}) for one in items], "timeline"
        )
