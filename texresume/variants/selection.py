"""Selecting what a variant shows: entries and highlights by tags, with exceptions by address.

Tags and `hide` leave things out; what remains is ordered and cut to its limits; sections without entries
disappear. Overrides have been applied before (`overrides`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from texresume.data import rules
from texresume.data.resume import DataPath, Entry, Highlight, Resume, Section
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest

from . import addresses
from .addresses import Target
from .variant import Variant, unknown_address

_HIGHLIGHTS = "highlights"
_Item = TypeVar("_Item", Entry, Highlight)


def select(resume: Resume, variant: Variant) -> tuple[Resume, tuple[Diagnostic, ...]]:
    """The résumé that a variant shows, and warnings. Raises `ResumeError` for unknown names."""
    targets = addresses.targets(resume)
    diagnostics = [*_unknown_names(resume, variant, targets), *_unknown_tags(resume, variant)]
    if has_errors(diagnostics):
        raise ResumeError(diagnostics)
    selector = _Selector(resume, variant, targets)
    sections = tuple(section for section in selector.sections() if section.entries)
    result = replace(selector.basics(), sections=sections)
    return result, (*diagnostics, *_idle_tags(result, variant), *_nothing_left(resume, result, variant))


def tags(resume: Resume) -> dict[str, list[DataPath]]:
    """Every tag of the data, and the paths where it is used."""
    paths: dict[str, list[DataPath]] = {}
    for section in resume.sections:
        for entry in (one for whole in section.entries for one in (whole, *whole.parts)):
            for number, tag in enumerate(entry.tags):
                paths.setdefault(tag, []).append((*entry.path, "tags", number))
            for highlight in _with_points(entry.highlights):
                for number, tag in enumerate(highlight.tags):
                    paths.setdefault(tag, []).append((*highlight.text.path[:-1], "tags", number))
    return paths


def _with_points(highlights: Sequence[Highlight]) -> Iterator[Highlight]:
    """Highlights, each with the points below it."""
    for highlight in highlights:
        yield highlight
        yield from _with_points(highlight.highlights)


class _Selector:
    def __init__(self, resume: Resume, variant: Variant, targets: Mapping[str, Target]) -> None:
        self.resume = resume
        self.variant = variant
        self.hidden = [targets[address] for address in variant.hide]
        shown = [targets[address] for address in variant.show]
        self.shown: set[DataPath] = {
            *(target.entry.path for target in shown if target.entry is not None),
            *(target.highlight.text.path for target in shown if target.highlight is not None),
        }
        """Entries and highlights that are shown whatever their tags, and entries of such highlights."""

    def basics(self) -> Resume:
        """The résumé without the hidden fields of `basics`."""
        hidden = {target.field for target in self.hidden if target.field}
        if not hidden:
            return self.resume
        basics, location, signature = self.resume.basics, self.resume.location, self.resume.signature
        fields = {name: value for name, value in basics.fields.items() if name not in hidden}
        return replace(
            self.resume,
            basics=replace(basics, fields=fields),
            contacts=() if "contacts" in hidden else self.resume.contacts,
            location=replace(location, fields={}) if "location" in hidden else location,
            signature=replace(signature, fields={}) if "signature" in hidden else signature,
            profiles=tuple(
                profile for profile in self.resume.profiles if not hidden & {"profiles", profile.id}
            ),
        )

    def sections(self) -> Iterator[Section]:
        hidden = {target.section.id for target in self.hidden if target.section and target.entry is None}
        sections = {section.id: section for section in self.resume.sections if section.id not in hidden}
        order = self.variant.sections if self.variant.sections is not None else sections
        for name in dict.fromkeys(order):
            if name in sections:
                section = sections[name]
                title = self.variant.titles.get(name, section.title)
                yield replace(section, entries=tuple(self.entries(section)), title=title)

    def entries(self, section: Section) -> list[Entry]:
        entries = self.shown_of(section.entries)
        order = self.variant.order.get(section.id, ())
        entries = _sort(entries, order, lambda entry: {entry.id, f"{section.id}.{entry.id}"})
        entries = _limit(entries, self.variant.limit.get(section.id), self.shown)
        return [self.with_shown(section, entry) for entry in entries]

    def shown_of(self, entries: Sequence[Entry]) -> list[Entry]:
        hidden = {target.entry.path for target in self.hidden if target.entry and not target.highlight}
        return [
            entry
            for entry in entries
            if entry.path not in hidden and (entry.path in self.shown or self.has_shown_tag(entry.tags))
        ]

    def with_shown(self, section: Section, entry: Entry) -> Entry:
        """An entry with those of its highlights and parts that are shown."""
        parts = tuple(self.with_shown(section, part) for part in self.shown_of(entry.parts))
        return replace(entry, highlights=self.highlights(section, entry), parts=parts)

    def highlights(self, section: Section, entry: Entry) -> tuple[Highlight, ...]:
        hidden = {target.highlight.text.path for target in self.hidden if target.highlight}
        highlights = [
            replace(highlight, highlights=self.points(highlight)) if highlight.highlights else highlight
            for highlight in entry.highlights
            if highlight.text.path not in hidden
            and (highlight.text.path in self.shown or self.has_shown_tag(highlight.tags))
        ]
        address, order, limit = f"{section.id}.{entry.id}", self.variant.order, self.variant.limit
        numbers = {highlight.text.path: str(number) for number, highlight in enumerate(entry.highlights, 1)}
        highlights = _sort(
            highlights,
            order.get(address, order.get(entry.id, ())),
            lambda highlight: {highlight.id, numbers[highlight.text.path]},
        )
        most = limit.get(address, limit.get(entry.id, limit.get(_HIGHLIGHTS)))
        return tuple(_limit(highlights, most, self.shown))

    def points(self, highlight: Highlight) -> tuple[Highlight, ...]:
        """The points below a highlight that tags do not leave out."""
        return tuple(
            replace(point, highlights=self.points(point))
            for point in highlight.highlights
            if self.has_shown_tag(point.tags)
        )

    def has_shown_tag(self, tags: Sequence[str]) -> bool:
        """Whether something with these tags is shown; without tags it always is."""
        if not tags:
            return True
        if set(tags) & set(self.variant.exclude):
            return False
        return not self.variant.include or bool(set(tags) & set(self.variant.include))


def _sort(items: list[_Item], order: Sequence[str], names: Callable[[_Item], set[str]]) -> list[_Item]:
    """Those that the order names first, then the others in their order."""

    def rank(item: _Item) -> int:
        return next((number for number, name in enumerate(order) if name in names(item)), len(order))

    return sorted(items, key=rank)


def _limit(items: list[_Item], most: int | None, shown: set[DataPath]) -> list[_Item]:
    """The most important items, in their order: shown or kept ones, then by priority, then the first."""
    if most is None or len(items) <= most:
        return items

    def rank(number: int) -> tuple[bool, int, int]:
        item = items[number]
        path = item.path if isinstance(item, Entry) else item.text.path
        return not (item.keep or path in shown), -item.priority, number

    return [items[number] for number in sorted(sorted(range(len(items)), key=rank)[:most])]


# -- warnings about the result ------------------------------------------------------------------------------


def _idle_tags(result: Resume, variant: Variant) -> Iterator[Diagnostic]:
    """Tags that make no difference: nothing that is shown has them."""
    shown = Counter(tag for tag, paths in tags(result).items() for _ in paths)
    for number, tag in enumerate(variant.include):
        if not shown[tag]:
            message = f"nothing that this variant shows has the tag {tag!r}"
            yield variant.diagnostic("idle-tag", message, ("include", number), severity=Severity.WARNING)
    both = set(variant.include) & set(variant.exclude)
    for number, tag in enumerate(variant.exclude):
        if tag in both:
            message = f"the tag {tag!r} is both included and excluded: exclude wins"
            yield variant.diagnostic("idle-tag", message, ("exclude", number), severity=Severity.WARNING)


def _nothing_left(resume: Resume, result: Resume, variant: Variant) -> Iterator[Diagnostic]:
    """A warning if the variant shows no section, or if its tags leave out all of work and education."""
    shown = {section.name for section in result.sections}
    career = {section.name for section in resume.sections} & {"work", "education"}
    if (variant.include and career and not shown & career) or not shown:
        message = f"this variant shows {'neither work nor education' if shown else 'no section'}"
        keys = ("include", "sections", "exclude", "hide", "override")
        path = tuple(key for key in keys if key in variant.loaded.data)[:1]
        yield variant.diagnostic("nothing-left", message, path, severity=Severity.WARNING)


# -- unknown names ------------------------------------------------------------------------------------------


def _unknown_names(resume: Resume, variant: Variant, targets: Mapping[str, Target]) -> Iterator[Diagnostic]:
    sections = {section.id: section for section in resume.sections}
    for number, name in enumerate(variant.sections or ()):
        yield from _unknown_section(variant, ("sections", number), name, sections, at_key=False)
    for name in variant.titles:
        yield from _unknown_section(variant, ("titles", name), name, sections)
    for name in variant.limit:
        target = targets.get(name)
        if name != _HIGHLIGHTS and not (target and target.entry and not target.highlight):
            yield from _unknown_section(variant, ("limit", name), name, [*sections, _HIGHLIGHTS])
    for number, name in enumerate(variant.show):
        if name not in targets or targets[name].entry is None:
            entries = [address for address, target in targets.items() if target.entry is not None]
            yield unknown_address(variant, ("show", number), name, entries)
    for number, name in enumerate(variant.hide):
        if name == "basics.name":
            message = "the name cannot be hidden"
            yield variant.diagnostic("wrong-hide", message, ("hide", number), "delete it")
        elif name not in targets:
            yield unknown_address(variant, ("hide", number), name, targets)
    for name, ids in variant.order.items():
        yield from _unknown_order(variant, name, ids, sections, targets)


def _unknown_section(
    variant: Variant, path: DataPath, name: str, known: Iterable[str], *, at_key: bool = True
) -> Iterator[Diagnostic]:
    names = list(known)
    if name in names:
        return
    if name in rules.section_names() and name != "custom":
        message = f"the résumé has no section {name!r}"
        yield variant.diagnostic("empty-section", message, path, at_key=at_key, severity=Severity.WARNING)
        return
    hint = nearest(name, [*names, *rules.section_names()]) or f"the sections are {', '.join(names)}"
    yield variant.diagnostic("unknown-section", f"unknown section {name!r}", path, hint, at_key=at_key)


def _unknown_order(
    variant: Variant,
    name: str,
    ids: Sequence[str],
    sections: Mapping[str, Section],
    targets: Mapping[str, Target],
) -> Iterator[Diagnostic]:
    target = targets.get(name)
    if name in sections:
        known = [names for entry in sections[name].entries for names in (entry.id, f"{name}.{entry.id}")]
    elif target is not None and target.entry is not None and target.highlight is None:
        highlights = target.entry.highlights
        known = [*(one.id for one in highlights), *(str(number + 1) for number in range(len(highlights)))]
    else:
        yield from _unknown_section(variant, ("order", name), name, [*sections, *targets])
        return
    for number, identifier in enumerate(ids):
        if identifier not in known:
            yield unknown_address(variant, ("order", name, number), identifier, known)


def _unknown_tags(resume: Resume, variant: Variant) -> Iterator[Diagnostic]:
    known = tags(resume)
    for key, names in (("include", variant.include), ("exclude", variant.exclude)):
        for number, tag in enumerate(names):
            if tag not in known:
                hint = nearest(tag, known) or f"the tags are {', '.join(sorted(known))}"
                if not known:
                    hint = f"the data has no tags: add 'tags: [{tag}]' to an item, or delete this one"
                yield variant.diagnostic("unknown-tag", f"nothing has the tag {tag!r}", (key, number), hint)
