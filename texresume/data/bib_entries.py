"""Entries of a .bib file as publications of our data, each value with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from typing import Any

from texresume import resources
from texresume.diagnostics import Severity, nearest
from texresume.records import dataclass

from . import bib_dates, bib_links, bib_names, bib_text, dates, rules
from .bib_text import Warn
from .bibtex import Parsed, RawEntry, Value
from .resume import DataPath

EQUAL, CORRESPONDING = "*", "†"
"""Marks after the names of authors: those who did as much as the first, and whom to write to."""
_EQUAL = re.compile(r"equal|joint|co-?first|shared", re.IGNORECASE)
_CORRESPONDING = re.compile(r"corres?p", re.IGNORECASE)
_ARXIV_JOURNAL = re.compile(r"arxiv|corr$|(?:bio|med|chem|psy)\w*rxiv|ssrn|preprint", re.IGNORECASE)
_TERMS = {"phdthesis": "phd_thesis", "mastersthesis": "masters_thesis", "mathesis": "masters_thesis",
          "bachelorsthesis": "bachelors_thesis", "bathesis": "bachelors_thesis",
          "techreport": "technical_report", "resreport": "report", "report": "report",
          "patent": "patent"}  # fmt: skip
"""What BibLaTeX's types, and values of its field `type`, are called in a locale."""
_NOT_IDENTIFIER = re.compile(r"[^\w.-]+")
_PERIODICAL = ("article", "suppperiodical", "review")


@cache
def table() -> dict[str, Any]:
    """What BibTeX's types and fields are in our data."""
    loaded: dict[str, Any] = resources.table("data/schema/bibtex.yaml")
    return loaded


@cache
def _known() -> frozenset[str]:
    """Fields of which something is made, and those that say nothing to readers."""
    texts = {name for names in table()["texts"].values() for name in names}
    others = """title subtitle titleaddon booktitle booksubtitle booktitleaddon maintitle
        mainsubtitle journalsubtitle author editor year month day date eventdate pages eid article-number
        articleno pagetotal doi eprint eprinttype archiveprefix pmid url note addendum howpublished type
        venue eventvenue""".split()
    return frozenset({*texts, *others, *table()["unprinted"].split()})


@dataclass(slots=True)
class Publication:
    """A publication of our data. `marks` are the offsets of key, start and end of its values, by path."""

    data: dict[str, Any] = field(default_factory=dict)
    marks: dict[DataPath, tuple[int, int, int]] = field(default_factory=dict)

    def put(self, name: str, text: str, value: Value, key: int = -1) -> None:
        """A field, if there is something in it."""
        if text:
            self.data[name] = text
            self.marks[(name,)] = (value.start if key < 0 else key, value.start, value.end)


def convert(parsed: Parsed, owner: str) -> list[Publication]:
    """The publications of a file. What is only a source of others is none; `owner` is the name of whose
    publications these are: what the owner has edited is one.
    """
    by_key = {entry.key.casefold(): entry for entry in parsed.entries}
    sources = {
        _target(entry.fields[name])
        for entry in parsed.entries
        for name in ("crossref",)
        if name in entry.fields
    }
    found: list[Publication] = []
    unknown: dict[str, int] = {}
    for entry in parsed.entries:
        if entry.type in ("xdata", "set", "control", "settings"):
            continue
        if entry.key.casefold() in sources and _is_source(entry, owner):
            message = f"{entry.key!r} is only a source of other entries, and not printed"
            parsed.add("bib-source", message, entry.key_at, severity=Severity.NOTE)
            continue
        whole = _inherited(entry, by_key, parsed)
        for name in whole.fields.keys() - _known():
            if not name.startswith(("bdsk-", "x-", "_")) and "+an" not in name:
                unknown.setdefault(name, entry.names.get(name, entry.at))
        made = _Reader(whole, parsed).read()
        if "name" in made.data:
            found.append(made)
        else:
            message = f"entry {entry.key!r} has no title"
            parsed.add("bib-title", message, entry.key_at, "every publication needs one")
    if unknown:
        message = f"fields that are not printed: {', '.join(sorted(unknown, key=unknown.__getitem__))}"
        parsed.add("bib-field", message, min(unknown.values()), severity=Severity.NOTE)
    return found


def _target(value: Value) -> str:
    return value.text.strip().casefold()


def _is_source(entry: RawEntry, owner: str) -> bool:
    """Whether an entry is but the source of others: it has no author, and the owner is not its editor."""
    family = bib_text.fold(owner.rsplit(maxsplit=1)[-1]) if owner.split() else ""
    value = entry.fields.get("editor")
    editors = bib_text.fold(bib_text.decode(value, lambda *_: None)) if value is not None else ""
    is_own = bool(family) and family in editors.split()
    return entry.type in table()["sources"] and "author" not in entry.fields and not is_own


def _inherited(entry: RawEntry, by_key: Mapping[str, RawEntry], parsed: Parsed) -> RawEntry:
    """The entry with the fields that it takes from others: by `xdata` as they are, by `crossref` with the
    title as that of the book.
    """
    fields, names = dict(entry.fields), dict(entry.names)
    for name in ("xdata", "crossref"):
        value = entry.fields.get(name)
        for key in re.split(r"\s*,\s*", _target(value)) if value is not None else ():
            other = by_key.get(key)
            if other is None or other is entry:
                message = (
                    f"{name} {key!r} does not exist"
                    if other is None
                    else f"{name} {key!r} is the entry itself"
                )
                hint = nearest(key, by_key)
                assert value is not None  # noqa: S101 - for the type checker
                parsed.add("bib-crossref", message, value.offset(0), hint)
                continue
            if name == "xdata" and other.fields.get("xdata") is not None:
                other = _inherited(
                    replace(other), {k: v for k, v in by_key.items() if v is not entry}, parsed
                )
            for field_, inherited in other.fields.items():
                target = _as_inherited(field_, entry.type, name)
                if target and target not in fields:
                    fields[target] = inherited
                    names[target] = other.names.get(field_, inherited.start)
    return replace(entry, fields=fields, names=names)


def _as_inherited(name: str, kind: str, by: str) -> str:
    """The name under which an entry takes over a field; empty if it does not."""
    if by == "xdata":
        return name
    if name in ("crossref", "xdata", "note", "addendum", "doi", "url", "keywords", "pages", "author+an"):
        return ""
    renamed = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
    if kind in _PERIODICAL:
        renamed = {"title": "journaltitle", "subtitle": "journalsubtitle"}
    if name == "author" and kind not in ("inbook", "bookinbook", "suppbook"):
        return ""
    return renamed.get(name, name)


class _Reader:
    """Makes a publication of an entry."""

    def __init__(self, entry: RawEntry, parsed: Parsed) -> None:
        self.entry, self.parsed = entry, parsed
        self.no_links: tuple[str, ...] = ()
        self.made = Publication(marks={(): (entry.at, entry.at, entry.at + 1)})

    def warn(self, value: Value) -> Warn:
        def said(message: str, index: int) -> None:
            hint = "write the character itself, or a formula between $ and $"
            self.parsed.add("bib-latex", message, value.offset(index), hint, Severity.WARNING)

        return said

    def text(self, name: str) -> str:
        """A field as a text with markup."""
        value = self.entry.fields.get(name)
        return bib_text.decode(value, self.warn(value)) if value is not None else ""

    def put(self, target: str, name: str, text: str) -> None:
        value = self.entry.fields[name]
        self.made.put(target, text, value, self.entry.names.get(name, value.start))

    def read(self) -> Publication:
        self.identify()
        self.titles()
        for target, names in table()["texts"].items():
            name = next((one for one in names if self.text(one)), "")
            if name:
                sub = self.text("journalsubtitle") if name in ("journaltitle", "journal") else ""
                self.put(target, name, f"{self.text(name)}: {sub}" if sub else self.text(name))
        self.publisher()
        self.people("authors", "author")
        self.people("editors", "editor")
        self.signs()
        self.pages()
        self.date()
        self.links()
        self.kind()
        self.notes()
        self.language()
        return self.made

    def language(self) -> None:
        """The title in its language, if the entry says which that is."""
        name = next((one for one in ("langid", "hyphenation", "language") if self.text(one)), "")
        written = self.text(name).strip().casefold().removeprefix("lang")
        tag = table()["languages"].get(written, written.replace("_", "-"))
        if tag and rules.is_language_tag(tag) and "name" in self.made.data:
            self.made.data["name"] = {tag: self.made.data["name"]}
            self.made.marks["name", tag] = self.made.marks[("name",)]

    def publisher(self) -> None:
        """Journals are printed without their publishers; an organization publishes proceedings."""
        data, kind = self.made.data, table()["types"].get(self.entry.type)
        if kind == "article" and "journal" in data:
            data.pop("publisher", None)
            data.pop("institution", None)
        elif kind == "conference" and "publisher" not in data and "institution" in data:
            data["publisher"] = data.pop("institution")
            self.made.marks[("publisher",)] = self.made.marks[("institution",)]

    def identify(self) -> None:
        entry = self.entry
        if identifier := _identifier(entry.key):
            self.made.data["id"] = identifier
            self.made.marks[("id",)] = (entry.key_at, entry.key_at, entry.key_at + len(entry.key))
        value = entry.fields.get("keywords") or entry.fields.get("keyword")
        if value is None:
            return
        tags = dict.fromkeys(
            filter(None, (_identifier(word.strip()) for word in re.split("[,;]", self.text("keywords"))))
        )
        if tags:
            self.made.data["tags"] = list(tags)
            self.made.marks[("tags",)] = (entry.names.get("keywords", value.start), value.start, value.end)

    def titles(self) -> None:
        for target, name in (("name", "title"), ("booktitle", "booktitle"), ("booktitle", "maintitle")):
            text = self.text(name)
            sub = self.text(f"{name.removesuffix('title')}subtitle" if name != "title" else "subtitle")
            text = (
                f"{text}{' ' if text.endswith(('?', '!', ':', '.')) else ': '}{sub}"
                if text and sub
                else text or sub
            )
            addon = self.text(f"{name}addon")
            text = f"{text}. {addon}" if text and addon else text
            if text and target not in self.made.data and name in self.entry.fields:
                self.put(target, name, text)
        if (
            "name" not in self.made.data
            and self.entry.type in (*table()["sources"], "inbook")
            and "booktitle" in self.made.data
        ):
            self.put(
                "name",
                "booktitle" if "booktitle" in self.entry.fields else "maintitle",
                self.made.data["booktitle"],
            )
            del self.made.data["booktitle"]

    def people(self, target: str, name: str) -> None:
        value = self.entry.fields.get(name)
        if value is None or not value.text.strip():
            return
        marks = self.annotations(name)
        names = list(bib_names.read(value, self.warn_at))
        self.made.data[target] = [
            f"{text}{marks.get(number, '')}" for number, (text, _) in enumerate(names, 1)
        ]
        self.made.marks[(target,)] = (self.entry.names.get(name, value.start), value.start, value.end)
        for number, (_, part) in enumerate(names):
            self.made.marks[target, number] = (part.start, part.start, part.end)

    def warn_at(self, message: str, offset: int) -> None:
        hint = "write the character itself, or a formula between $ and $" if "command" in message else ""
        self.parsed.add("bib-latex", message, offset, hint, Severity.WARNING)

    def signs(self) -> None:
        """What the signs after names mean."""
        marks = "".join(self.annotations("author").values())
        value = next((one for name, one in self.entry.fields.items() if name.startswith("author+an")), None)
        signs = [name for sign, name in ((EQUAL, "equal"), (CORRESPONDING, "corresponding")) if sign in marks]
        if signs and value is not None:
            self.made.data["signs"] = signs
            self.made.marks[("signs",)] = (value.start, value.start, value.end)

    def annotations(self, name: str) -> dict[int, str]:
        """BibLaTeX's annotations of authors by their number: `author+an = {1=equal; 2=corresponding}`."""
        marks: dict[int, str] = {}
        for key, value in self.entry.fields.items():
            if not key.startswith(f"{name}+an"):
                continue
            for number, words in re.findall(r"(\d+)(?::\w+)?\s*=\s*([^;]+)", value.text):
                mark = EQUAL if _EQUAL.search(words) else ""
                mark += CORRESPONDING if _CORRESPONDING.search(words) else ""
                marks[int(number)] = "".join(dict.fromkeys(marks.get(int(number), "") + mark))
        return marks

    def pages(self) -> None:
        for name in ("pages", "eid", "article-number", "articleno"):
            if text := self.text(name):
                text = re.sub(r"(?<=[\dA-Za-z])\s*(?:-|–|—|−)+\s*(?=[\dA-Za-z])", "–", text)
                self.put("pages", name, re.sub(r"\s*[+]$", "", text))
                return
        if total := self.text("pagetotal"):
            self.put("pagetotal", "pagetotal", total)

    def date(self) -> None:
        name, text = bib_dates.of(self.text)
        if not name:
            return
        if dates.looks_like_date(text) and not dates.is_valid(text):
            message = f"{text!r} is not a date: printed as it is written"
            value = self.entry.fields[name]
            self.parsed.add("bib-date", message, value.offset(0), severity=Severity.WARNING)
            text = text.replace("-", "–")
        self.put("releaseDate", name, text)

    def links(self) -> None:
        """DOI, arXiv, PubMed and the address, each once."""
        found, self.no_links = bib_links.read(self.entry.fields, self.text)
        for target, name, text in found:
            self.put(target, name, text)
        for name in self.no_links:
            value = self.entry.fields[name]
            message = f"{bib_text.verbatim(value)!r} is not a web address: printed as a note"
            self.parsed.add("bib-url", message, value.offset(0), severity=Severity.WARNING)

    def kind(self) -> None:
        """The type of ours, and the words that say more: the kind of a thesis or report."""
        entry, data = self.entry, self.made.data
        kind = table()["types"].get(entry.type)
        if kind is None:
            kind = "other"
            hint = nearest(entry.type, table()["types"])
            message = f"unknown type '@{entry.type}': printed among other publications"
            self.parsed.add("bib-type", message, entry.at, hint, Severity.WARNING)
        journal = str(data.get("journal", ""))
        if "arxiv" in data and str(data.get("publisher", "")).casefold() == "arxiv":
            del data["publisher"]
        if (
            kind in ("article", "other")
            and "arxiv" in data
            and (not journal or _ARXIV_JOURNAL.search(journal))
        ):
            kind = "preprint"
            if re.search(r"arxiv|corr$", journal, re.IGNORECASE):
                for name in ("journal", "volume"):
                    data.pop(name, None)
        elif kind == "article" and journal and re.search(r"rxiv|ssrn", journal, re.IGNORECASE):
            kind = "preprint"
        elif (
            kind == "other"
            and entry.type == "misc"
            and "publisher" in data
            and re.search("zenodo|figshare|dryad", str(data["publisher"]), re.I)
        ):
            kind = "dataset"
        data["type"] = kind
        self.made.marks[("type",)] = (entry.at, entry.at, entry.at + 1)
        words = self.text("type")
        term = _TERMS.get(words.casefold(), "" if words else _TERMS.get(entry.type, ""))
        if words:
            self.put("kind", "type", term or words)
        elif term:
            self.made.put("kind", term, Value("", entry.at, entry.at + 1, ()))

    def notes(self) -> None:
        found = []
        for name in ("note", "addendum", "howpublished", *self.no_links):
            text = self.text(name)
            address = (
                re.sub(r"\\url\s*\{[^{}]*\}|https?://\S+", "", self.entry.fields[name].text)
                if name in self.entry.fields
                else ""
            )
            if text and (name != "howpublished" or address.strip(" ,.{}")):
                found.append((name, text))
        if found:
            texts = [
                text.rstrip(".") if number < len(found) - 1 else text
                for number, (_, text) in enumerate(found)
            ]
            self.put("summary", found[0][0], ". ".join(texts))
        if place := self.text("venue") or self.text("eventvenue"):
            self.put("location", "venue" if "venue" in self.entry.fields else "eventvenue", place)


def _identifier(word: str) -> str:
    """A key or keyword as a name that variants can use: `machine learning` is `machine-learning`."""
    return _NOT_IDENTIFIER.sub("-", word).strip("-._")
