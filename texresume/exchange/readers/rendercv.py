"""RenderCV: a YAML file whose `cv` has sections with headings of one's own and entries of nine types.

https://docs.rendercv.com; files of its first year, with sections under names of its own, are read, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from texresume.data import links

from . import entries, sections
from .draft import Entry, Ledger, Part, Piece, joined
from .sections import Sections
from .texts import of_markdown, visible_in_markdown, without_emphasis

_ABOUT_ALL = ("design", "locale", "settings", "locale_catalog", "rendercv_settings", "$schema")
_LANGUAGES = {
    "arabic": "ar",
    "czech": "cs",
    "danish": "da",
    "dutch": "nl",
    "finnish": "fi",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hindi": "hi",
    "hungarian": "hu",
    "indonesian": "id",
    "indonesia": "id",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "mandarin_chinese": "zh-Hans",
    "mandarin_chineese": "zh-Hans",
    "norwegian_bokmål": "no",
    "norwegian_nynorsk": "no",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "brazilian_portuguese": "pt-BR",
    "romanian": "ro",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "turkish": "tr",
    "ukrainian": "uk",
    "vietnamese": "vi",
}
"""Our locale for each of RenderCV's languages; English is ours without being said."""
_CONTACTS = (
    "name",
    "label",
    "headline",
    "email",
    "phone",
    "website",
    "photo",
    "location",
    "social_networks",
    "custom_connections",
    "sections",
    "summary",
)
_PAIR = re.compile(r"\[([^\]]+)\]\(([^()\s]+)\)")

_FIELDS: Mapping[str, dict[str, str]] = {
    "work": {"name": "company|name", "position": "position"},
    "volunteer": {"organization": "company|name", "position": "position"},
    "education": {
        "institution": "institution|name",
        "area": "area",
        "studyType": "degree|study_type",
        "score": "grade|gpa",
        "courses": "courses",
    },
    "projects": {"name": "name|title", "url": "url"},
    "publications": {
        "name": "title|name",
        "publisher": "journal|publisher",
        "authors": "authors",
        "doi": "doi",
        "url": "url",
        "releaseDate": "date",
    },
    "custom": {"name": "name|company|institution|title", "position": "position|degree", "url": "url"},
}
_NAMED = {"awards": "title", "certificates": "name", "languages": "language"}
"""The key of an entry's name where it is no `name`."""


def read(source: Part) -> Entry:
    """A résumé in RenderCV's format as one of ours."""
    for key in _ABOUT_ALL:
        source[key].skip("settings")
    cv = source["cv"]
    found = Sections()
    basics = _basics(cv)
    for heading, part in cv["sections"].items():
        _section(found, heading, part)
    order = [one.plain for one in cv["section_order"].each()]
    cv["section_order"].skip("quiet")
    old = [key for key, _ in cv.items() if key not in (*_CONTACTS, "section_order", "custom_sections")]
    for heading in sorted(
        old, key=lambda key: order.index(_titled(key)) if _titled(key) in order else len(order)
    ):
        if isinstance(cv[heading].value, list):
            _section(found, heading, cv[heading])
    for part in cv["custom_sections"].each():
        part.skip("quiet", "entry_type", "link_text")
        _entries(found, part["title"].text(), part["title"].plain, part["entries"])
    language = source["locale"]["language"]
    tag = _LANGUAGES.get(language.plain.casefold())
    return found.result(basics, {"locale": language.take(tag, coded=True) if tag else None})


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """RenderCV's texts are Markdown."""
    return Ledger(
        of_markdown,
        visible=visible_in_markdown,
        quiet=frozenset(["fontawesome_icon", "show_date", "start_with"]),
    )


def _titled(key: str) -> str:
    return key.replace("_", " ").title()


# -- the head ----------------------------------------------------------------------------------------------


def _basics(cv: Part) -> Entry:
    basics: Entry = {
        "name": cv["name"].text(),
        "label": cv.first("label", "headline").text(),
        "email": cv["email"].literals(),
        "phone": cv["phone"].literals(),
        "url": cv["website"].literals(),
        "location": cv["location"].text(),
        "summary": cv["summary"].text() if isinstance(cv["summary"].value, str) else None,
        "profiles": [entries.profile(one) for one in cv["social_networks"].each()],
        "contacts": [_connection(one) for one in cv["custom_connections"].each()],
    }
    if isinstance(phone := basics["phone"], Piece):
        basics["phone"] = phone.with_text(phone.removeprefix("tel:"))
    if photo := cv["photo"]:
        entries.picture(basics, photo)
    return basics


def _connection(part: Part) -> Entry:
    url = part["url"].literal()
    return {"text": part["placeholder"].text() or (url and url.with_text(links.printed(url))), "url": url}


# -- sections ----------------------------------------------------------------------------------------------


def _section(found: Sections, heading: str, part: Part) -> None:
    if part.is_mapping and part["entries"]:  # before version 2
        part.skip("quiet", "entry_type", "link_text")
        title = part["title"].text() or sections.title(part, snake=True)
        _entries(found, title, heading, part["entries"])
        return
    _entries(found, sections.title(part, snake=True), heading, part)


def _entries(found: Sections, title: Piece | None, heading: str, part: Part) -> None:
    items = part.each()
    kinds = {_kind(item) for item in items}
    name = sections.meant(heading)
    kind = next(iter(kinds)) if len(kinds) == 1 else "mixed"
    if kind == "text" and sections.is_summary(heading) and not found.found and not found.summary:
        found.summarise([item.text() for item in items], title)
        return
    if kind in ("one-line", "bullet", "text", "number", "reversed"):
        _lines(found, title, name, kind, items)
        return
    name = name if name in _PER_KIND.get(kind, ()) else _USUAL.get(kind, "") if not name else ""
    if name and any(one.name == name for one in found.found):
        found.custom(title, [_entry(item, "custom") for item in items], "timeline")
    elif name:
        found.add(name, [_entry(item, name) for item in items], title)
    else:
        found.custom(title, [_any(item) for item in items], "timeline")


_TIMED = (
    "work",
    "volunteer",
    "projects",
    "teaching",
    "talks",
    "grants",
    "service",
    "memberships",
    "patents",
    "awards",
    "certificates",
)
_PER_KIND = {
    "experience": ("work", "volunteer", "teaching", "service", "projects"),
    "education": ("education",),
    "normal": _TIMED,
    "publication": ("publications",),
    "mixed": (),
}
_USUAL = {"publication": "publications"}
"""The section for entries of a type under a heading that means nothing to us."""


def _kind(item: Part) -> str:
    if not item.is_mapping:
        return "text"
    for key, kind in (
        ("bullet", "bullet"),
        ("number", "number"),
        ("reversed_number", "reversed"),
        ("company", "experience"),
        ("institution", "education"),
        ("authors", "publication"),
        ("journal", "publication"),
    ):
        if item[key]:
            return kind
    if item["label"] or (item["details"] and not item["highlights"]):
        return "one-line"
    return "normal"


def _any(item: Part) -> Any:
    kind = _kind(item)
    if kind == "text":
        return {"summary": item.text()}
    if kind == "one-line":
        return _tag(item, "custom")
    if kind in ("bullet", "number", "reversed"):
        return {"highlights": [item.first("bullet", "number", "reversed_number").text()]}
    return _entry(item, "custom")


def _entry(item: Part, section: str) -> Entry:
    table = dict(_FIELDS.get(section, {"name": "name|company|title", "position": "position", "url": "url"}))
    if section in _NAMED:
        table = {_NAMED[section]: "name|title|company", "url": "url"}
    if section == "publications":
        made = entries.entry(item, section, {**table, "prose": "summary"})
        made["authors"] = [one.with_text(without_emphasis(one)) for one in made.get("authors", ())]
        return made
    result: Entry = {}
    if isinstance(item["highlights"].value, list):
        result["highlights"] = [_highlight(one) for one in item["highlights"].each()]
    else:
        entries.put(result, section, "body", item["highlights"])
    dated = {} if item["date"] else {"startDate": "start_date", "endDate": "end_date"}
    table |= {"location": "location", "period": "date", "prose": "summary", **dated}
    result |= entries.entry(item, section, table, rest=False)
    if section == "custom" and (area := item["area"].text()):
        result["position"] = joined(result.get("position"), area)
    if item["date"]:  # which wins over the others in RenderCV
        item.skip("quiet", "start_date", "end_date")
    if link := item["link_text"].text():
        result["links"] = [{"label": link, "url": result.pop("url", None)}] if result.get("url") else []
    entries.adopt(item, result, section)
    _unlink(result, table)
    return result


def _highlight(part: Part) -> Any:
    """A highlight; ` - ` within one begins a point below it, as does a mapping of a text to a list."""
    if part.is_mapping:
        (key, below), *_ = [*part.items()] or [("", part)]
        return {"text": below.key(key), "highlights": [_highlight(one) for one in below.each()]}
    text = part.text()
    if not text or " - " not in text:
        return text
    lead, *points = text.split(" - ")
    return {"text": text.with_text(lead), "highlights": [text.with_text(point) for point in points]}


def _unlink(result: Entry, table: Mapping[str, str]) -> None:
    """A name that is all a link, `[name](address)`, as name and address."""
    for key in ("name", "institution", "organization", "title"):
        text = result.get(key)
        if not isinstance(text, Piece) or not (match := _PAIR.fullmatch(text)):
            continue
        if not result.get("url") and links.with_scheme(match[2]):
            result[key], result["url"] = text.with_text(match[1]), text.with_text(match[2])


# -- entries of one line -----------------------------------------------------------------------------------


def _lines(found: Sections, title: Piece | None, name: str, kind: str, items: list[Part]) -> None:
    taken = any(one.name == name for one in found.found)
    if kind == "one-line":
        if name in ("skills", "interests", "languages") and not taken:
            found.add(name, [_tag(item, name) for item in items], title)
        else:
            found.custom(title, [_tag(item, "custom") for item in items], "tags")
        return
    texts = [item.first("bullet", "number", "reversed_number") if item.is_mapping else item for item in items]
    if kind in ("bullet", "text") and name in _BY_TEXT and not taken:
        key = _NAMED.get(name, "name")
        found.add(name, [{key: text.text()} for text in texts], title)
    elif kind == "bullet":
        found.custom(title, [{"highlights": [_highlight(text) for text in texts]}], "text")
    elif kind == "text":
        found.custom(title, [{"summary": text.text()} for text in texts], "text")
    else:
        found.custom(
            title, [{"summary": _numbered([text.text() for text in texts], down=kind == "reversed")}], "text"
        )


_BY_TEXT = ("skills", "interests", "languages", "awards", "certificates", "memberships", "talks")


def _numbered(texts: list[Piece | None], *, down: bool) -> Piece | None:
    count = len(texts)
    lines = [
        text.with_text(f"{count - number if down else number + 1}. {text}")
        for number, text in enumerate(texts)
        if text
    ]
    note = "numbered downwards, as RenderCV's reversed_number" if down else ""
    made = joined(*lines, by="\n")
    return made.with_text(made, note=note) if made else None


def _tag(item: Part, section: str) -> Entry:
    label, details = item.first("label", "name").text(), item["details"]
    if section == "languages":
        result: Entry = {"language": label, "fluency": details.text()}
    else:
        result = {"name": label, "keywords": details.split()}
    entries.adopt(item, result, section)
    return result
