"""Publications from .bib files: read, joined to those of the data, each with its place in its own file.

The data names the files, `bibliography: publications.bib`. What it says itself comes first and wins.
"""

from __future__ import annotations

import codecs
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from texresume.cache import Memo
from texresume.cache import key as cache_key
from texresume.diagnostics import Diagnostic, Position, ResumeError, Severity, nearest
from texresume.records import dataclass

from . import bib_entries, bib_links, bib_text, bibtex, files, overlay, rules
from .bib_entries import Publication
from .loader import Loaded
from .resume import DataPath
from .source import Mark, Source

KEY = "bibliography"
SECTION = "publications"
_MAXIMUM_ENTRIES = 5_000
_SURVIVED = ("bib-crossref", "bib-syntax", "bib-title")
"""Errors of an entry, which do not keep others from being printed."""
_FILLED = ("doi", "arxiv", "pubmed", "url")
"""What a publication takes over from a second entry of the same."""

_read_before: Memo[tuple[Source, tuple[Publication, ...], tuple[Diagnostic, ...]]] = Memo(4)
"""By the name and content of a file: a batch reads the same one for each variant."""


def merge(
    loaded: Loaded,
    folder: Path,
    opened: Callable[[Path], None] = lambda _: None,
    *,
    keep_going: bool = False,
) -> Loaded:
    """The data with the publications of its .bib files. What is wrong in them is among its warnings: errors,
    if not `keep_going`. `opened` is called with each file before it is read.
    """
    found = overlay.bibliographies(loaded.data, folder)
    if not found:
        return loaded
    basics = loaded.data.get("basics")
    owner = basics.get("name", "") if isinstance(basics, dict) else ""
    owner = owner if isinstance(owner, str) else ""
    diagnostics: list[Diagnostic] = []
    gathered: list[tuple[Source, Publication]] = []
    for file, path in found:
        opened(file)
        try:
            source, publications, said = _read(file, folder, path, loaded.source, owner)
        except ResumeError as error:
            diagnostics += error.diagnostics
            continue
        diagnostics += said
        gathered += ((source, one) for one in publications)
    joined = _Joined(loaded, gathered)
    diagnostics += joined.diagnostics
    if keep_going:
        diagnostics = [_survived(one) for one in diagnostics]
    return Loaded(joined.data, joined.source, (*loaded.warnings, *diagnostics))


def _survived(error: Diagnostic) -> Diagnostic:
    if error.severity is not Severity.ERROR or error.code not in _SURVIVED:
        return error
    return replace(error, severity=Severity.WARNING, message=f"{error.message}: not printed")


# -- files ------------------------------------------------------------------------------------------------


def _read(
    file: Path, folder: Path, path: DataPath, data: Source, owner: str
) -> tuple[Source, tuple[Publication, ...], tuple[Diagnostic, ...]]:
    text = _text(file, folder, path, data)

    def fresh() -> tuple[Source, tuple[Publication, ...], tuple[Diagnostic, ...]]:
        source = Source.of(file, text)
        parsed = bibtex.parse(source)
        made = bib_entries.convert(parsed, owner)
        return source, tuple(made[:_MAXIMUM_ENTRIES]), (*parsed.diagnostics, *_too_many(made, source))

    return _read_before.get(cache_key(str(file), owner, text), fresh)


def _too_many(made: Sequence[Publication], source: Source) -> Iterator[Diagnostic]:
    if len(made) > _MAXIMUM_ENTRIES:
        at = made[_MAXIMUM_ENTRIES].marks[()][0]
        message = f"more than {_MAXIMUM_ENTRIES:,} entries: the others"
        yield source.diagnostic("too-large", message, source.at(at))


def _text(file: Path, folder: Path, path: DataPath, data: Source) -> str:
    """The text of a file that the data names. Raises `ResumeError` at its name, or in it for its encoding."""

    def error(code: str, message: str, hint: str = "") -> ResumeError:
        return ResumeError(data.diagnostic(code, message, data.value(path), path=path, hint=hint))

    if files.leads_out(file, (folder, files.here())):
        raise error("link-outside", f"{file.name} is outside the project", "copy it beside the data")
    try:
        raw = files.read(file, files.MAXIMUM_BIBLIOGRAPHY)
    except files.TooLarge as cause:
        raise error("too-large", f"{file.name} is {cause}") from None
    except FileNotFoundError:
        known = [one.name for one in file.parent.glob("*.bib")] if file.parent.is_dir() else []
        hint = nearest(file.name, known) or "the path is relative to the folder of the data"
        raise error("no-such-file", f"file not found: {file}", hint) from None
    except files.NotAFile as cause:
        raise error("not-a-file", f"cannot read {file.name}: {cause}") from None
    except IsADirectoryError:
        raise error("not-a-file", f"{file.name} is a folder, not a file") from None
    except (OSError, ValueError) as cause:
        raise error("not-readable", f"cannot read {file.name}: {cause}") from None
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        start = raw.rfind(b"\n", 0, cause.start) + 1
        shown = raw[start:].split(b"\n")[0].decode("latin-1").rstrip("\r")
        column = len(raw[start : cause.start].decode("utf-8")) + 1
        hint = "save the file as UTF-8 (it looks like Latin-1 or Windows-1252)"
        message = f"the byte {raw[cause.start]:#04x} is not valid UTF-8"
        wrong = Diagnostic(
            Severity.ERROR, "wrong-encoding", message, file, Position(line, column, shown), hint=hint
        )
        raise ResumeError(wrong) from None


# -- joining ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """A publication that is there already: its number, and where it is."""

    number: int
    where: str
    source: Source | None
    """The file of one from a .bib file."""


class _Joined:
    """The data with publications of .bib files after its own."""

    def __init__(self, loaded: Loaded, found: Sequence[tuple[Source, Publication]]) -> None:
        own = loaded.data.get(SECTION)
        self.entries: list[Any] = list(own) if isinstance(own, list) else []
        self.data = dict(self._with_section(loaded.data))
        self.source = replace(loaded.source, marks=dict(loaded.source.marks))
        self.diagnostics: list[Diagnostic] = []
        self.by_doi: dict[str, _Known] = {}
        self.by_title: dict[str, list[_Known]] = {}
        self.ids: set[str] = set()
        for number, entry in enumerate(self.entries):
            if isinstance(entry, dict):
                place = loaded.source.value((SECTION, number))
                self.learn(entry, _Known(number, f"{loaded.source.file.name}:{place.line}", None))
        for source, one in found:
            self.add(source, one)
        if found:
            self.settle()

    def _with_section(self, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The data, with the section where its own is, else where the files are named."""
        for key, value in data.items():
            if key == KEY and not isinstance(data.get(SECTION), list):
                yield key, value
                yield SECTION, self.entries
            elif key == SECTION:
                yield key, self.entries if isinstance(value, list) else value
            else:
                yield key, value

    def settle(self) -> None:
        """Say how publications are sorted and grouped where the data does not: .bib files have no order."""
        meta = self.data.get("meta", {})
        own = meta.get("publications", {}) if isinstance(meta, dict) else None
        if isinstance(own, dict):
            settings = {"sort": "date", "groups": list(rules.PUBLICATION_TYPES), **own}
            self.data["meta"] = {**meta, "publications": settings}

    def learn(self, entry: dict[str, Any], known: _Known) -> None:
        if doi := _folded_doi(entry):
            self.by_doi.setdefault(doi, known)
        if title := _folded_title(entry):
            self.by_title.setdefault(title, []).append(known)
        if isinstance(entry.get("id"), str):
            self.ids.add(entry["id"])

    def add(self, source: Source, one: Publication) -> None:
        at = one.marks[()][0]
        known = self.same(one.data)
        if known is None:
            number = len(self.entries)
            data = {**copy.deepcopy(one.data), **self.own_key(source, one)}
            self.entries.append(data)
            self.mark(number, source, one, one.marks)
            self.learn(data, _Known(number, f"{source.file.name}:{source.at(at).line}", source))
            return
        first = self.entries[known.number]
        better = (
            known.source is not None
            and first.get("type") == "preprint"
            and one.data.get("type") != "preprint"
        )
        kept: dict[str, Any] = one.data if better else first
        other: dict[str, Any] = first if better else one.data
        filled = [name for name in _FILLED if name in other and name not in kept]
        self.warn(source, at, known, better)
        if better:
            self.forget(known.number)
            data = {**copy.deepcopy(one.data), **{name: first[name] for name in filled}}
            self.entries[known.number] = data
            self.mark(known.number, source, one, one.marks)
        else:
            self.entries[known.number] = {**first, **{name: one.data[name] for name in filled}}
            self.mark(known.number, source, one, [(name,) for name in filled])

    def same(self, entry: dict[str, Any]) -> _Known | None:
        """A publication that is the same: by its DOI, or by its title if no other DOI or type denies it."""
        doi = _folded_doi(entry)
        if doi and doi in self.by_doi:
            return self.by_doi[doi]
        for known in self.by_title.get(_folded_title(entry), ()):
            other = self.entries[known.number]
            kinds = {str(entry.get("type", "")), str(other.get("type", ""))}
            alike = len(kinds) == 1 or kinds & {"preprint", ""}
            if alike and not (doi and _folded_doi(other)) and _same_people(entry, other):
                return known
        return None

    def warn(self, source: Source, at: int, known: _Known, better: bool) -> None:
        message = f"this is the same publication as that at {known.where}: only the first is printed"
        if better:
            message = f"this is the preprint at {known.where}, published: only this one is printed"
        hint = "delete one of them"
        self.diagnostics.append(
            source.diagnostic("bib-duplicate", message, source.at(at), hint=hint, severity=Severity.WARNING)
        )

    def own_key(self, source: Source, one: Publication) -> dict[str, str]:
        """Another key for an entry whose key another one has, with a warning; nothing for any other."""
        key = one.data.get("id", "")
        if not key or key not in self.ids:
            return {}
        number = next(n for n in range(2, len(self.ids) + 3) if f"{key}-{n}" not in self.ids)
        message = f"a second entry has the key {key!r}"
        position = source.at(one.marks.get(("id",), one.marks[()])[0])
        hint = "variants name entries by their keys: choose another"
        self.diagnostics.append(
            source.diagnostic("bib-key", message, position, hint=hint, severity=Severity.WARNING)
        )
        return {"id": f"{key}-{number}"}

    def forget(self, number: int) -> None:
        for path in [path for path in self.source.marks if path[:2] == (SECTION, number)]:
            del self.source.marks[path]

    def mark(self, number: int, source: Source, one: Publication, paths: Iterable[DataPath]) -> None:
        for path in paths:
            if path in one.marks:
                self.source.marks[SECTION, number, *path] = Mark(*one.marks[path], origin=source)


def _folded_doi(entry: dict[str, Any]) -> str:
    doi = entry.get("doi")
    return bib_links.bare_doi(doi).casefold() if isinstance(doi, str) else ""


def _folded_title(entry: dict[str, Any]) -> str:
    name = entry.get("name")
    name = next(iter(name.values()), "") if isinstance(name, dict) else name
    return bib_text.fold(name) if isinstance(name, str) else ""


def _same_people(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the first authors have a word of their names in common, as far as both entries name any."""
    first, second = (_first_author(entry) for entry in (one, other))
    return not first or not second or bool(first & second)


def _first_author(entry: dict[str, Any]) -> set[str]:
    authors = entry.get("authors")
    name = authors[0] if isinstance(authors, list) and authors else authors
    return {word for word in bib_text.fold(name).split() if len(word) > 1} if isinstance(name, str) else set()
