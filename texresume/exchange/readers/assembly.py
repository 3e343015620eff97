"""What a reader made, as data with positions; and what the source says that is not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from texresume.data import shapes
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath
from texresume.data.source import Mark, Source
from texresume.diagnostics import Diagnostic, Severity, dotted
from texresume.records import dataclass

from . import words
from .draft import KEY, Aside, Entry, Ledger, Piece
from .sections import SAME, says

_LISTED = 8
"""Places that one message lists."""
_ENOUGH = 0.99
"""The share of a file's words that a résumé of it must have."""


Comments = dict[DataPath, tuple[str, str]]
"""By the path of a value: the text that is commented, and the comment, which goes with it."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A résumé made from a source: its data with positions there, comments, and the words of the source.

    `words` are those of each text of the source that the result should have, by its place; `coded` are those
    that it says in other words.
    """

    loaded: Loaded
    comments: Comments
    words: Mapping[DataPath, Counter[str]]
    coded: Counter[str] = field(default_factory=Counter)

    def missing(self) -> tuple[int, Counter[str]]:
        """How many words the source has, and those of them that the data does not have."""
        whole = sum(self.words.values(), Counter[str]())
        return whole.total(), whole - self.coded - words.of_data(self.loaded.data)


def assemble(result: Entry, ledger: Ledger, loaded: Loaded) -> Converted:
    """The data of a reader's result."""
    source = loaded.source
    builder = _Builder(source)
    for same in result.pop(SAME, ()):
        builder.value(Piece(same or "", *(same.origins if same else ()), coded=True), (SAME,))
    builder.marks.clear()
    data = builder.value(in_order(result), ())
    told = dict(words.texts(loaded.data))
    told |= ledger.keys
    wanted = {
        path: found
        for path, text in told.items()
        if not _aside(path, ledger)
        and (found := words.of(text if path in ledger.plain else ledger.visible(text)))
        and (path in builder.taken or shapes.holds_words(text))
    }
    coded: Counter[str] = sum((wanted[path] for path in builder.coded if path in wanted), Counter())
    left = {path: text for path, text in told.items() if path not in builder.taken}
    warnings = [*loaded.warnings, *_remarks(ledger, source), *_left(left, ledger, source)]
    marks = {(): source.mark(()), **builder.marks}
    made = Loaded(data if isinstance(data, dict) else {}, replace(source, marks=marks), tuple(warnings))
    return Converted(made, builder.comments, wanted, coded)


class _Builder:
    """Turns pieces into plain texts, and notes where each came from."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.marks: dict[DataPath, Mark] = {}
        self.taken: set[DataPath] = set()
        self.coded: set[DataPath] = set()
        self.comments: Comments = {}

    def value(self, value: Any, path: DataPath) -> Any:
        if isinstance(value, dict):
            result = {key: self.value(inner, (*path, key)) for key, inner in value.items() if says(inner)}
            self._mark_as_first(path, list(result))
            return result
        if isinstance(value, list):
            items = [inner for inner in value if says(inner)]
            found = [self.value(inner, (*path, number)) for number, inner in enumerate(items)]
            self._mark_as_first(path, range(len(found)))
            return found
        if isinstance(value, Piece):
            self._take(value, path)
        return str(value)

    def _take(self, piece: Piece, path: DataPath) -> None:
        self.taken.update(piece.origins)
        if piece.coded:
            self.coded.update(piece.origins)
        if piece.note:
            self.comments[path] = (str(piece), piece.note)
        if piece.origins:
            at = piece.origins[0]
            mark = self.source.mark(at[:-1] if at[-1:] == (KEY,) else at)
            self.marks[path] = replace(mark, start=mark.key) if at[-1:] == (KEY,) else mark

    def _mark_as_first(self, path: DataPath, steps: Any) -> None:
        """A mapping or a list is where the first thing in it is."""
        first = next((self.marks[(*path, step)] for step in steps if (*path, step) in self.marks), None)
        if first is not None and path:
            self.marks[path] = first


def _aside(path: DataPath, ledger: Ledger) -> Aside | None:
    """Why a place of the source is not for the result."""
    for level in range(len(path) + 1):
        if (found := ledger.aside.get(path[:level])) is not None:
            return found
    steps = [step for step in path if isinstance(step, str)]
    return Aside("quiet") if any(step in ledger.quiet for step in steps) else None


# -- what is told ------------------------------------------------------------------------------------------


def _remarks(ledger: Ledger, source: Source) -> Iterator[Diagnostic]:
    for one in dict.fromkeys(ledger.remarks):
        yield source.diagnostic(
            one.code,
            one.message,
            source.value(one.path),
            path=one.path,
            hint=one.hint,
            severity=Severity.WARNING,
        )


def _left(left: Mapping[DataPath, str], ledger: Ledger, source: Source) -> Iterator[Diagnostic]:
    """One diagnostic for each kind of what is not in the result."""
    kinds: dict[str, list[DataPath]] = {}
    for path, text in left.items():
        found = _aside(path, ledger)
        kind = found.kind if found else "unknown" if _is_worth_saying(text) else "quiet"
        kinds.setdefault(kind, []).append(path)
    if places := kinds.get("settings"):
        roots = _roots(places, ledger, "settings")
        message = f"settings of the other program, not taken over: {_listed(roots)}"
        yield _at(source, roots[0], message, Severity.NOTE)
    for kind, what in (
        ("hidden", "hidden in the source"),
        ("letter", "a letter"),
        ("spare", "not the primary one"),
    ):
        if places := kinds.get(kind):
            roots = _roots(places, ledger, kind)
            told = [left[path] for path in places if not ledger.quiet.intersection(path[-1:])]
            count = sum(words.of(ledger.visible(text)).total() for text in told if shapes.holds_words(text))
            words_ = f" ({count} words)" if count else ""
            message = f"{what}, not taken over{words_}: {_listed(roots)}"
            yield _at(source, roots[0], message, Severity.WARNING)
    if places := kinds.get("unknown"):
        yield _at(source, places[0], f"not taken over: {_listed(places)}", Severity.WARNING)


def _roots(places: list[DataPath], ledger: Ledger, kind: str) -> list[DataPath]:
    """What was set aside as of this kind, and is not empty."""
    roots = [path for path, one in ledger.aside.items() if one.kind == kind]
    return [root for root in roots if any(path[: len(root)] == root for path in places)]


def _is_worth_saying(text: str) -> bool:
    return text.strip().casefold() not in ("true", "false", "0", "null")


def _listed(paths: list[DataPath]) -> str:
    counts = Counter(shapes.pattern(tuple(step for step in path if step != KEY)) for path in paths)
    shown = [f"{name} ({count} times)" if count > 1 else name for name, count in counts.items()]
    more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
    return f"{', '.join(shown[:_LISTED])}{more}"


def _at(source: Source, path: DataPath, message: str, severity: Severity) -> Diagnostic:
    return source.diagnostic("not-taken-over", message, source.key(path), path=path, severity=severity)


def lost(converted: Converted) -> Diagnostic | None:
    """The error about words that a résumé lacks, if they are more than one in a hundred."""
    whole, missing = converted.missing()
    if not whole or missing.total() <= whole * (1 - _ENOUGH):
        return None
    places = [path for path, found in converted.words.items() if any(word in missing for word in found)]
    worst = sorted(places, key=lambda path: -sum((converted.words[path] & missing).values()))
    listed = ", ".join(
        f"{dotted(tuple(step for step in path if step != KEY))} ({(converted.words[path] & missing).total()})"
        for path in worst[:_LISTED]
    )
    kept = whole - missing.total()
    message = f"only {kept} of the {whole} words in this file are in the résumé; missing most: {listed}"
    source = converted.loaded.source
    return source.diagnostic("words-missing", message, source.value(worst[0]), path=worst[0])


# -- the order of keys -------------------------------------------------------------------------------------

_BASICS = (
    "name aliases label image email phone url location profiles pronouns birthDate nationality maritalStatus "
    "workPermit drivingLicence summary contacts"
).split()
_ENTRY_LAST = (
    "text location date releaseDate startDate endDate url repository links score honors thesis advisor "
    "courses doi email phone reference summary highlights keywords projects entries"
).split()
_ENTRY_FIRST = (
    "id title kind name organization institution language studyType area position publisher issuer awarder "
    "roles description fluency level network username label authors type entity"
).split()


def in_order(result: Entry) -> Entry:
    """The keys in the order in which people write them; sections stay in theirs, settings come last."""
    names = [
        *(["basics"] if "basics" in result else []),
        *(key for key in result if key not in ("basics", "meta")),
    ]
    return {key: _ordered(result[key], key) for key in (*names, *(["meta"] if "meta" in result else []))}


def _ordered(value: Any, key: str) -> Any:
    if isinstance(value, list):
        items = [_ordered(item, key) for item in value if says(item)]
        return items[0] if key in ("email", "phone", "url") and len(items) == 1 else items
    if not isinstance(value, dict):
        return value
    order = _BASICS if key == "basics" else _LOCATION if key == "location" else (*_ENTRY_FIRST, *_ENTRY_LAST)
    if key == "meta":
        order = ()
    names = [*(name for name in order if name in value), *(name for name in value if name not in order)]
    return {name: _ordered(value[name], name) for name in names}


_LOCATION = ("address", "postalCode", "city", "region", "countryCode")
