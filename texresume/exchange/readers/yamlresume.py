"""YAMLResume: a YAML file whose `content` is close to a JSON Resume, with texts in Markdown.

https://yamlresume.dev
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import entries, others
from .draft import Entry, Ledger, Part
from .sections import Sections
from .texts import of_markdown, visible_in_markdown

_SPAN = {"startDate": "startDate", "endDate": "endDate"}
_FIELDS: Mapping[str, dict[str, str]] = {
    "work": {
        "name": "name|company",
        "position": "position",
        "url": "url",
        **_SPAN,
        "body": "summary",
        "keywords": "keywords",
    },
    "volunteer": {
        "organization": "organization",
        "position": "position",
        "url": "url",
        **_SPAN,
        "body": "summary",
    },
    "education": {
        "institution": "institution",
        "studyType": "degree|studyType",
        "area": "area",
        "url": "url",
        "score": "score",
        **_SPAN,
        "courses": "courses",
        "body": "summary",
    },
    "skills": {"name": "name", "level": "level", "keywords": "keywords"},
    "languages": {"language": "language", "fluency": "fluency", "keywords": "keywords"},
    "interests": {"name": "name", "keywords": "keywords"},
    "awards": {"title": "title", "awarder": "awarder", "date": "date", "prose": "summary"},
    "certificates": {"name": "name", "issuer": "issuer", "date": "date", "url": "url"},
    "publications": {
        "name": "name",
        "publisher": "publisher",
        "releaseDate": "releaseDate",
        "url": "url",
        "prose": "summary",
    },
    "references": {
        "name": "name",
        "position": "relationship",
        "email": "email",
        "phone": "phone",
        "reference": "summary",
    },
    "projects": {
        "name": "name",
        "description": "description",
        "url": "url",
        **_SPAN,
        "body": "summary",
        "keywords": "keywords",
    },
}


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """YAMLResume's texts are Markdown."""
    return Ledger(of_markdown, visible=visible_in_markdown)


def read(source: Part) -> Entry:
    """A résumé in YAMLResume's format as one of ours."""
    content = source["content"]
    layouts = [*source["layout"].each(), *source["layouts"].each()]
    order = [one.plain for part in layouts for one in part.at("sections", "order").each()]
    aliases = next(
        (part.at("sections", "aliases") for part in layouts if part.at("sections", "aliases")),
        Part(content.ledger, None, ("layouts",)),
    )
    found = Sections()
    present = [key for key, _ in content.items() if key in _FIELDS]
    for key in sorted(present, key=lambda key: order.index(key) if key in order else len(order)):
        part = content[key]
        found.add(key, [entries.entry(one, key, _FIELDS[key]) for one in part.each()], aliases[key].text())
    for key, part in content.items():
        if key not in (*_FIELDS, "basics", "location", "profiles"):
            others.section(found, key, part)
    meta: Entry = {}
    language = source.at("locale", "language") or next(
        (one for part in layouts for one in [part.at("locale", "language")]), source["locale"]
    )
    if language.plain:
        meta["locale"] = others.tag(language)
    if (
        title := aliases["basics"].text("summary")
        if aliases["basics"].is_mapping
        else aliases["basics"].text()
    ):
        meta["titles"] = {"summary": title}
    source.skip("settings", "layout", "layouts", "locale", "$schema")
    return found.result(_basics(content), meta)


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
    others.rest(basics, result)
    return result
