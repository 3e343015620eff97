"""What a format does not have and a file does: further facts and sections, languages."""

from __future__ import annotations

from typing import Any

from texresume import resources
from texresume.data import rules, synonyms
from texresume.text import locale

from . import entries, sections
from .draft import Entry, Part
from .sections import Sections


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


def section(found: Sections, key: str, part: Part) -> None:
    """A section that the format does not have."""
    name = sections.meant(key)
    items = part.each()
    if name and name != "summary":
        found.add(name, [entries.entry(one, name, {}) for one in items], sections.title(part))
    else:
        found.custom(
            part.key(entries.spaced(key)), [entries.entry(one, "custom", {}) for one in items], "timeline"
        )


def tag(part: Part) -> Any:
    """A language, as the tag of a locale of ours; nothing if there is none."""
    name = {"zh-hant-hk": "zh-Hant", "zh-hant-tw": "zh-Hant", "zh-hans": "zh-Hans", "pt-br": "pt-BR"}.get(
        part.plain.casefold().replace("_", "-"), part.plain.replace("_", "-")
    )
    name = name.lower() if "-" not in name else name
    try:
        locale.find(name)
    except LookupError:
        part.remark(
            "unknown-locale",
            f"the language {part.plain!r} has no locale here",
            f"see {resources.manual('data.md')}",
        )
        return None
    return part.take(name, coded=True)
