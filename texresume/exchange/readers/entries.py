"""From parts of a source to entries of our schema, by tables of `ours: theirs`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from texresume.data import dates, links, rules, shapes, synonyms
from texresume.text import blocks

from .draft import Entry, Part, Piece, joined, period, span

Fields = Mapping[str, str]
"""From a key of our schema to the key of the source, several with "|" between: the first that is there. Some
keys are no keys of the schema: `period` is a text with two dates, `body` a text whose last list becomes
highlights, and `prose` one of which all becomes the summary.
"""

_FINAL_NOTE = 60
"""Characters of a `description` up to which it is the note of a heading rather than a paragraph."""


def entry(part: Part, section: str, fields: Fields, *, rest: bool = True) -> Entry:
    """An entry of a section of ours from a mapping of the source, or from a text.

    With `rest`, texts under other keys are kept as well: under the key that their name stands for, else as
    highlights.
    """
    if not part.is_mapping:
        return {_leading(section): part.text()} if part else {}
    result: Entry = {}
    for ours, theirs in fields.items():
        put(result, section, ours, part.first(*theirs.split("|")))
    if "startDate" in fields or "endDate" in fields:
        start, end = (part.first(*fields.get(key, "").split("|")) for key in ("startDate", "endDate"))
        result |= span(start, end)
    if rest:
        adopt(part, result, section)
    return result


def put(result: Entry, section: str, key: str, part: Part) -> None:
    """Add the value of a part under a key, as the schema wants it there."""
    if not part or key in ("startDate", "endDate"):
        return
    if key == "period":
        result |= period(part)
    elif key == "body":
        body(result, part)
    elif key == "prose":
        paragraphs(result, part)
    elif key == "url":
        address(result, part)
    else:
        value = _KINDS.get(kind_of(section, key), Part.text)(part)
        if value:
            result[key] = value


_KINDS: Mapping[str, Callable[[Part], Any]] = {
    "texts": Part.split,
    "highlights": Part.texts,
    "address": Part.literal,
    "date": Part.date,
    "literal": Part.literal,
    "literals": Part.literals,
}


def kind_of(section: str, key: str) -> str:
    """What the schema wants as a value: `text`, `texts`, `highlights`, `address`, `date`, `literal` …"""
    table = rules.table()
    fields = {**table["common"], **dict(table["sections"].get(section, {}).get("fields", {}))}
    if key in table["sections"].get(section, {}).get("dates", ()):
        return "date"
    kind = str(fields.get(key, "text"))
    return {"emails": "literals", "addresses": "literals", "free_date": "date"}.get(kind, kind)


def keys_of(section: str) -> tuple[str, ...]:
    """The keys of an entry of a section."""
    table = rules.table()
    own = table["sections"][section]
    return (*own["fields"], *own.get("dates", ()), *table["common"])


def _leading(section: str) -> str:
    own = rules.table()["sections"][section]
    return str(own.get("text", own["needs"][0]))


# -- texts with lists --------------------------------------------------------------------------------------


def body(result: Entry, part: Part) -> None:
    """Add a text: its paragraphs as summary, the list at its end as highlights."""
    whole = part.rich()
    if not whole:
        return
    found = blocks.split(whole)
    first = next((number for number, one in enumerate(found) if one.level), len(found))
    lead, items = found[:first], found[first:]
    if any(not one.level or one.number for one in items) or (items and items[0].level > 1):
        paragraphs(result, part)
        return
    if lead:
        _add_summary(result, whole.with_text("\n\n".join(map(_block_text, lead))))
    if items:
        result["highlights"] = [*result.get("highlights", ()), *nested(items, whole)]


def paragraphs(result: Entry, part: Part) -> None:
    """Add a text as summary, with the lists in it."""
    if whole := part.rich():
        _add_summary(result, whole)


def _add_summary(result: Entry, text: Piece) -> None:
    result["summary"] = joined(result.get("summary"), text, by="\n\n")


def nested(items: list[blocks.TextBlock], whole: Piece) -> list[Any]:
    """Highlights, with the points below them."""
    result: list[Any] = []
    for item in items:
        text = whole.with_text(_block_text(item))
        if item.level == 1 or not result:
            result.append(text)
            continue
        if not isinstance(result[-1], dict):
            result[-1] = {"text": result[-1], "highlights": []}
        result[-1]["highlights"].append(text)
    return result


def _block_text(block: blocks.TextBlock) -> str:
    return re.sub(rf"[ \t]*{blocks.LINE}[ \t]*", "\\\n", block.text)


# -- addresses ---------------------------------------------------------------------------------------------


def address(result: Entry, part: Part) -> None:
    """Add a web address: a text, or a mapping with a label. A label that says more is a link of its own."""
    label, said = None, part.first("label", "title", "name", "text")
    if part.is_mapping:
        label, part = said.text(), part.first("href", "url", "link", "uri")
    url = part.literal()
    if not url:
        if label:
            result["highlights"] = [*result.get("highlights", ()), label]
        return
    if not links.with_scheme(url):
        part.remark("unlinked-address", f"{str(url)[:60]!r} is not a web address: printed as text")
        result["highlights"] = [*result.get("highlights", ()), url]
        return
    bare = links.printed(url).casefold()
    if label and links.printed(label).casefold() not in (bare, bare.partition("/")[0], ""):
        result["links"] = [*result.get("links", ()), {"label": label, "url": url}]
    else:
        said.skip("quiet")
        result["url"] = url


def picture(basics: Entry, part: Part) -> None:
    """Add a photo: a picture in the data, or the path of one beside the file; not one from elsewhere."""
    text = part.plain
    here = bool(re.match(r"data:image/(?:png|jpe?g);base64,", text)) or not (
        re.match(r"[A-Za-z][\w+.-]*:|[/\\~]", text) or ".." in re.split(r"[/\\]", text)
    )
    if here:
        basics["image"] = part.take(text, note="" if text.startswith("data:") else "copy it to this folder")
        return
    part.remark(
        "picture-elsewhere",
        f"the photo {text[:60]!r} is not taken over",
        "save it beside the data, and name it in basics.image",
    )
    part.skip("quiet")


def profile(part: Part) -> Entry:
    """A profile on a network."""
    url = part.first("url", "website", "URL", "link")
    return {
        "network": part.first("network", "label", "type", "name").literal(),
        "username": part.first("username", "user", "handle").literal(),
        "url": url.first("href", "url").literal() if url.is_mapping else url.literal(),
    }


# -- what a table does not name ----------------------------------------------------------------------------


def adopt(part: Part, result: Entry, section: str) -> None:
    """Keep the texts of a mapping that no table names: first those that the schema has a key for."""
    known = keys_of(section)
    left = []
    for key, child in part.items():
        if not child.is_new or child.is_mapping or not _is_text(child):
            continue
        if synonyms.plain(key) in _PRIVATE:
            child.skip("hidden")
            continue
        if shapes.is_private(key, child.value) and not dates.is_valid(child.plain):
            continue
        new = _meant(key, section, known, result)
        if new == "description" and len(child.plain) > _FINAL_NOTE and not result.get("summary"):
            new = "summary"
        if new in ("startDate", "endDate"):
            result[new] = child.date()
        elif new and kind_of(section, new) not in ("parts", "links"):
            put(result, section, new, child)
        else:
            left.append((key, child))
    for key, child in left:
        if child.plain.startswith(("http://", "https://")):
            label = child.key(spaced(re.sub(r"(?i)[_ -]?ur[li]$", "", key)))
            result["links"] = [*result.get("links", ()), {"label": label, "url": child.literal()}]
        else:
            labelled(result, child, key)


_PRIVATE = ("salary", "wage", "compensation", "gehalt", "salaire", "salario")
"""Keys of what nobody prints."""


def _meant(key: str, section: str, known: Collection[str], result: Entry) -> str:
    """The key of ours that another name stands for, of those that say nothing yet."""
    taken = [name for name in result if result[name]]
    leading = _leading(section)
    if (
        synonyms.plain(key) in ("title", "name")
        and leading not in taken
        and section not in ("work", "volunteer")
    ):
        return leading
    return synonyms.meant(key, (section, 0), known, taken)


def labelled(result: Entry, part: Part, label: str) -> None:
    """Keep a text that has no place of its own as a highlight, with its key before it."""
    if text := part.text():
        note = f"{label!r} has no field of its own"
        made = text.with_text(f"{spaced(label)}: {text}", note=note)
        result["highlights"] = [*result.get("highlights", ()), made]


def _is_text(part: Part) -> bool:
    values = part.value if isinstance(part.value, list) else [part.value]
    return all(isinstance(value, str) for value in values)


def spaced(key: str) -> str:
    """A key as words: `relevantCoursework` is `Relevant coursework`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+", " ", key).split()
    return (
        " ".join([words[0][:1].upper() + words[0][1:], *(_small(word) for word in words[1:])])
        if words
        else key
    )


def _small(word: str) -> str:
    return word if word.isupper() else word.lower()
