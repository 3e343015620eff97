"""The sections of a résumé as a reader finds them: in their order, each under a heading of its own."""

from __future__ import annotations

from functools import cache
from typing import Any

from texresume.data import assembly, rules, synonyms
from texresume.records import dataclass
from texresume.text import locale

from .draft import Entry, Part, Piece, joined


@dataclass(frozen=True, slots=True)
class Found:
    """A section: one of ours, or `custom` with a `kind`."""

    name: str
    title: Piece | None
    entries: list[Any]
    kind: str = ""


SAME = "\u0000same"
"""The key of the headings that are those of our sections, which the result does not repeat."""


class Sections:
    """Collects sections; `result` puts them into the order and the form of our schema."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.summary: Piece | None = None
        self.summary_title: Piece | None = None

    def add(self, name: str, entries: list[Any], title: Piece | None = None) -> None:
        """Entries of a section of ours. A second heading of the same section makes a section of its own."""
        entries = [entry for entry in entries if says(entry)]
        if not entries:
            return
        there = next((one for one in self.found if one.name == name), None)
        if there is None:
            self.found.append(Found(name, title, entries))
        elif title is None or plain(title) == plain(there.title or ""):
            there.entries.extend(entries)
        else:
            self.custom(title, [_as_custom(name, entry) for entry in entries], kind_of(name))

    def again(self, name: str, entries: list[Any], title: Piece | None) -> None:
        """Entries of a further section of one of our kinds."""
        if any(one.name == name for one in self.found) or (title and plain(title) not in usual(name)):
            self.custom(title, [_as_custom(name, entry) for entry in entries], kind_of(name))
        else:
            self.add(name, entries, title)

    def custom(self, title: Piece | None, entries: list[Any], kind: str) -> None:
        """Entries of a section that our schema has no name for."""
        entries = [entry for entry in entries if says(entry)]
        if entries:
            self.found.append(Found("custom", title, entries, kind))

    def summarise(self, texts: list[Piece | None], title: Piece | None = None) -> None:
        """The summary of the résumé, in paragraphs."""
        self.summary = joined(self.summary, *texts, by="\n\n")
        self.summary_title = title

    def result(self, basics: Entry, meta: Entry) -> Entry:
        """The whole résumé."""
        names = list(dict.fromkeys(one.name for one in self.found))
        order = [one.name for one in self.found]
        interleaved = [name for name in order if name != "custom"] + ["custom"] * order.count("custom")
        ids = self._ids() if order != interleaved else {}
        titles = {
            one.name: one.title
            for one in self.found
            if one.name != "custom" and one.title and plain(one.title) not in usual(one.name)
        }
        same = [one.title for one in self.found if one.name in names and one.title and one.name not in titles]
        if self.summary:
            basics = {**basics, "summary": joined(basics.get("summary"), self.summary, by="\n\n")}
            if self.summary_title and plain(self.summary_title) != "summary":
                titles = {"summary": self.summary_title, **titles}
            same += [self.summary_title] if self.summary_title else []
        meta = {**meta, "titles": {**meta.get("titles", {}), **titles}}
        if ids:
            meta["sections"] = [ids.get(number, one.name) for number, one in enumerate(self.found)]
        result: Entry = {"basics": basics}
        for name in [
            *(name for name in names if name != "custom"),
            *(["custom"] if "custom" in names else []),
        ]:
            if name != "custom":
                result[name] = next(one.entries for one in self.found if one.name == name)
                continue
            result["custom"] = [
                {"id": ids.get(number), "title": one.title, "kind": one.kind, "entries": one.entries}
                for number, one in enumerate(self.found)
                if one.name == "custom"
            ]
        return {**result, "meta": meta, SAME: same}

    def _ids(self) -> dict[int, str]:
        """Ids of custom sections, which the order of sections names."""
        ids: dict[int, str] = {}
        taken = {*rules.section_names()}
        for number, one in enumerate(self.found):
            if one.name != "custom":
                continue
            stem = assembly.slug(one.title or "") or f"section-{number + 1}"
            name, again = stem, 2
            while name in taken:
                name, again = f"{stem}-{again}", again + 1
            taken.add(name)
            ids[number] = name
        return ids


def says(value: Any) -> bool:
    """Whether anything is in a value."""
    if isinstance(value, dict):
        return any(map(says, value.values()))
    if isinstance(value, list):
        return any(map(says, value))
    return bool(value)


def plain(title: str) -> str:
    """A heading for comparison."""
    return synonyms.plain(title)


def meant(title: str) -> str:
    """The section of ours that a heading stands for; empty if none."""
    wanted = plain(title)
    by_locale = {word: name for name, words in _headings().items() for word in words}
    return synonyms.meant(title, (), rules.table()["sections"]) or by_locale.get(wanted, "")


def is_summary(title: str) -> bool:
    """Whether a heading stands for the summary."""
    return meant(title) == "summary" or synonyms.meant(title, ("basics",), ["summary"]) == "summary"


def usual(name: str) -> set[str]:
    """The English heading of a section, which needs not be said."""
    return {plain(locale.find("en").titles[name]), name, *_SAME.get(name, ())}


_SAME = {"work": ("workexperience", "professionalexperience"), "volunteer": ("volunteerexperience",)}


@cache
def _headings() -> dict[str, set[str]]:
    """The headings of our sections in all languages, as `plain` has them."""
    words: dict[str, set[str]] = {}
    for tag in locale.available():
        for name, title in locale.find(tag).titles.items():
            words.setdefault(name, set()).add(plain(title))
    return words


def kind_of(name: str) -> str:
    """The kind of a custom section that looks like a section of ours."""
    kind = str(rules.table()["sections"][name]["kind"])
    return {"publications": "list", "references": "list"}.get(kind, kind)


def _as_custom(name: str, entry: Any) -> Any:
    """An entry of a section of ours with the keys of custom sections."""
    if not isinstance(entry, dict):
        return entry
    section, result = rules.table()["sections"][name], dict[str, Any]()
    known = {
        *rules.table()["sections"]["custom"]["fields"],
        *rules.table()["common"],
        "startDate",
        "endDate",
        "date",
    }
    heads = [section["title"], *_names(section.get("subtitle", ()))]
    for key, value in entry.items():
        if not says(value):
            continue
        if key == heads[0]:
            result["name"] = value
        elif key in heads:
            result["position"] = joined(result.get("position"), value)
        elif key in ("level", "fluency"):
            result["level"] = value
        elif key == "releaseDate":
            result["date"] = value
        elif key in known:
            result[key] = value
        else:
            _add_line(result, value)
    return result


def _names(subtitle: Any) -> list[str]:
    if isinstance(subtitle, str):
        return [subtitle]
    return [*subtitle.values()][1:] if isinstance(subtitle, dict) else list(subtitle)


def _add_line(result: Entry, value: Any) -> None:
    lines = value if isinstance(value, list) else [value]
    result["highlights"] = [*result.get("highlights", ()), *lines]


def title(part: Part, *, snake: bool = False) -> Piece | None:
    """The key of a part as the heading of a section; `snake` keys are `work_experience`."""
    name = str(part.path[-1])
    if snake and name == name.lower() and " " not in name and "-" not in name:
        return part.key(" ".join(word[:1].upper() + word[1:] for word in name.split("_")))
    return part.key()
