"""What a variant makes of the résumé: entries and highlights picked by tags, exceptions by ids.

In this order: overrides are put in; what tags leave out and what is hidden goes; what is left is put in order
and cut to its limits; sections left empty disappear. Design: one master, many applications.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from texresume.data import overlay, rules, schema
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath, Entry, Highlight, Resume, Section, undotted
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest

from . import addresses
from .variant import Variant

_HIGHLIGHTS = "highlights"
_One = TypeVar("_One", Entry, Highlight)


def overridden(loaded: Loaded, resume: Resume, variant: Variant) -> tuple[Loaded, Resume]:
    """The résumé with the variant's overrides in it: values are replaced whole.

    What an override puts in is checked by the rules of the résumé, and its faults stand in the variant.
    Raises `ResumeError` for these, and for addresses that lead nowhere.
    """
    if not variant.overrides:
        return loaded, resume
    result = overlay.copied(loaded)
    known = addresses.book(resume)
    faults: list[Diagnostic] = []
    found = {name: known.get(name) for name in variant.overrides if name != "basics"}
    highlights = [name for name, target in found.items() if target is not None and target.bullet]
    put: dict[DataPath, str] = {}
    for name in [*(name for name in variant.overrides if name not in highlights), *highlights]:
        place: DataPath = ("override", name)
        target = found.get(name)
        if name == "basics":
            put[("basics",)] = name
            faults += _put(result, ("basics",), variant, place)
        elif name.startswith("basics."):
            message = f"fields of the head are overridden together, not as {name!r}"
            hint = f"write 'basics: {{{name.removeprefix('basics.')}: …}}'"
            faults.append(variant.fault("wrong-override", message, place, hint, at_key=True))
        elif target is None or target.item is None or target.part is None:
            entries = [address for address, one in known.items() if one.item is not None]
            faults.append(_unknown(variant, place, name, entries, at_key=True))
        elif target.path in put:
            message = f"{name!r} is what {put[target.path]!r} is: both stand here"
            faults.append(variant.fault("wrong-override", message, place, "make them one", at_key=True))
        else:
            put[target.path] = name
            if target.bullet is not None:
                faults += _put_highlight(result, target, variant, place)
            else:
                _named(result, target.part, target.item)
                faults += _put(result, target.path, variant, place)
    if faults:
        raise ResumeError(faults)
    try:
        changed, warnings = schema.validate(result)
    except ResumeError as error:
        raise ResumeError([_blamed(fault, put, variant) for fault in error.diagnostics]) from None
    return replace(result, warnings=warnings), changed


def _blamed(fault: Diagnostic, put: Mapping[DataPath, str], variant: Variant) -> Diagnostic:
    """What is wrong with an entry since an override has taken something from it is the override's fault."""
    if fault.file in variant.lineage:
        return fault
    path = undotted(fault.path)
    for target, name in put.items():
        if path[: len(target)] == target:
            position = variant.source.key(("override", name))
            return replace(fault, file=variant.source.origin(("override", name)).file, position=position)
    return fault


def _put(result: Loaded, path: DataPath, variant: Variant, place: DataPath) -> list[Diagnostic]:
    """Put the keys of an override in the place of those of an entry."""
    value = overlay.value_at(variant.loaded.data, place)
    if not isinstance(value, Mapping):
        message = f"{place[-1]!r} is an entry: its fields can be overridden, not the whole of it"
        return [variant.fault("wrong-type", message, place, "write its keys as 'key: value' lines")]
    for key in value:
        if key == "id":
            message = "an override cannot change an id"
            return [variant.fault("wrong-override", message, (*place, key), "take the line out", at_key=True)]
        if path == ("basics",) and key == "name" and not str(value[key] or "").strip():
            message = "no résumé is without a name"
            return [variant.fault("wrong-override", message, (*place, key), "take the line out", at_key=True)]
        overlay.put(result, (*path, key), variant.loaded, (*place, key))
    return []


def _put_highlight(
    result: Loaded, target: addresses.Target, variant: Variant, place: DataPath
) -> list[Diagnostic]:
    value = overlay.value_at(variant.loaded.data, place)
    path = target.path
    if not value:
        message = f"nothing is put in the place of {place[-1]!r}"
        return [variant.fault("wrong-override", message, place, f"to leave it out: 'hide: [{place[-1]}]'")]
    try:
        old = overlay.value_at(result.data, path)
    except (IndexError, KeyError, TypeError):
        message = f"{place[-1]!r} is gone: another override replaces all highlights of the entry"
        return [variant.fault("wrong-override", message, place, "write it there", at_key=True)]
    whole = isinstance(old, dict) and "text" in old
    if isinstance(value, Mapping) and not rules.is_language_map(value):
        if not whole:
            overlay.value_at(result.data, path[:-1])[path[-1]] = {"text": old}
        return _put(result, path, variant, place)
    overlay.put(result, (*path, "text") if whole else path, variant.loaded, place)
    return []


def _named(result: Loaded, part: Section, item: Entry) -> None:
    """Write an entry's id into the data, so that it keeps it under another name."""
    entry = overlay.value_at(result.data, item.path)
    if isinstance(entry, str):
        entry = {rules.table()["sections"][part.name]["text"]: entry}
        overlay.value_at(result.data, item.path[:-1])[item.path[-1]] = entry
    entry["id"] = item.id


def tailored(resume: Resume, variant: Variant) -> tuple[Resume, tuple[Diagnostic, ...]]:
    """The résumé that a variant shows, and warnings. Raises `ResumeError` for names that lead nowhere."""
    found = [*_unknown_names(resume, variant), *_unknown_tags(resume, variant)]
    if has_errors(found):
        raise ResumeError(found)
    picker = _Picker(resume, variant, addresses.book(resume))
    parts = picker.parts()
    result = replace(picker.basics(resume), sections=tuple(part for part in parts if part.entries))
    found += _idle_tags(resume, result, variant)
    left = {part.name for part in result.sections}
    had = {part.name for part in resume.sections} & {"work", "education"}
    if (variant.include and had and not left & had) or not left:
        message = f"what this variant shows has {'neither work nor education' if left else 'no section'}"
        keys = ("include", "sections", "exclude", "hide", "override")
        cause = tuple(key for key in keys if key in variant.loaded.data)[:1]
        found.append(variant.fault("nothing-left", message, cause, severity=Severity.WARNING))
    return result, tuple(found)


def tags(resume: Resume) -> dict[str, list[DataPath]]:
    """Every tag of the data, and where it stands."""
    found: dict[str, list[DataPath]] = {}
    for part in resume.sections:
        for item in part.entries:
            for number, tag in enumerate(item.tags):
                found.setdefault(tag, []).append((*item.path, "tags", number))
            for bullet in item.highlights:
                for number, tag in enumerate(bullet.tags):
                    found.setdefault(tag, []).append((*bullet.text.path[:-1], "tags", number))
    return found


@dataclass
class _Picker:
    resume: Resume
    variant: Variant
    book: Mapping[str, addresses.Target]

    def parts(self) -> Iterable[Section]:
        hidden = {target.part.id for target in self.hidden() if target.part and target.item is None}
        parts = {part.id: part for part in self.resume.sections if part.id not in hidden}
        wanted = self.variant.sections if self.variant.sections is not None else parts
        for name in dict.fromkeys(wanted):
            if name in parts:
                part = parts[name]
                title = self.variant.titles.get(name, part.title)
                yield replace(part, entries=tuple(self.items(part)), title=title)

    def hidden(self) -> Iterator[addresses.Target]:
        return (self.book[name] for name in self.variant.hide)

    def shown(self) -> set[DataPath]:
        """What is shown whatever its tags: highlights, the entries that have them, and entries."""
        found: set[DataPath] = set()
        for target in (self.book[name] for name in self.variant.show):
            if target.item is not None:
                found.add(target.item.path)
            if target.bullet is not None:
                found.add(target.bullet.text.path)
        return found

    def shows(self, given: Sequence[str]) -> bool:
        """Whether something with these tags is shown: without any always."""
        if not given:
            return True
        if set(given) & set(self.variant.exclude):
            return False
        return not self.variant.include or bool(set(given) & set(self.variant.include))

    def items(self, part: Section) -> list[Entry]:
        gone = {target.item.path for target in self.hidden() if target.item and not target.bullet}
        kept = [
            item
            for item in part.entries
            if item.path not in gone and (item.path in self.shown() or self.shows(item.tags))
        ]
        kept = self.ordered(
            kept, self.variant.order.get(part.id, ()), lambda item: {item.id, f"{part.id}.{item.id}"}
        )
        kept = _limited(kept, self.variant.limit.get(part.id), self.shown())
        return [replace(item, highlights=self.highlights(part, item)) for item in kept]

    def highlights(self, part: Section, item: Entry) -> tuple[Highlight, ...]:
        gone = {target.bullet.text.path for target in self.hidden() if target.bullet}
        kept = [
            bullet
            for bullet in item.highlights
            if bullet.text.path not in gone and (bullet.text.path in self.shown() or self.shows(bullet.tags))
        ]
        order = self.variant.order.get(f"{part.id}.{item.id}", self.variant.order.get(item.id, ()))
        number = {bullet.text.path: str(place) for place, bullet in enumerate(item.highlights, 1)}
        kept = self.ordered(kept, order, lambda bullet: {bullet.id, number[bullet.text.path]})
        limit = self.variant.limit
        own = limit.get(f"{part.id}.{item.id}", limit.get(item.id, limit.get(_HIGHLIGHTS)))
        return tuple(_limited(kept, own, self.shown()))

    @staticmethod
    def ordered(kept: list[_One], order: Sequence[str], names: Callable[[_One], set[str]]) -> list[_One]:
        """Those that the order names first, the rest as it stands in the file."""

        def rank(one: _One) -> int:
            return next((place for place, name in enumerate(order) if name in names(one)), len(order))

        return sorted(kept, key=rank)

    def basics(self, resume: Resume) -> Resume:
        """The résumé without the fields of its head that are hidden."""
        gone = {target.field for target in self.hidden() if target.field}
        if not gone:
            return resume
        fields = {name: value for name, value in resume.basics.fields.items() if name not in gone}
        return replace(
            resume,
            basics=replace(resume.basics, fields=fields),
            location=replace(resume.location, fields={}) if "location" in gone else resume.location,
            profiles=tuple(profile for profile in resume.profiles if not gone & {"profiles", profile.id}),
        )


def _limited(kept: list[_One], limit: int | None, shown: set[DataPath]) -> list[_One]:
    """The `limit` most important ones, in their order: what is to show and to keep first, then by priority,
    then the earlier.
    """
    if limit is None or len(kept) <= limit:
        return kept

    def rank(place: int) -> tuple[bool, int, int]:
        one = kept[place]
        path = one.path if isinstance(one, Entry) else one.text.path
        return not (one.keep or path in shown), -one.priority, place

    return [kept[place] for place in sorted(sorted(range(len(kept)), key=rank)[:limit])]


# -- names that lead nowhere ----------------------------------------------------------------------------


def _unknown(
    variant: Variant, place: DataPath, name: str, known: Iterable[str], *, at_key: bool = False
) -> Diagnostic:
    names = list(known)
    message = f"the résumé has nothing of the name {name!r}"
    within = [other for other in names if other.startswith(name.rpartition(".")[0])] or names
    hint = nearest(name, names) or f"there are {', '.join(within[:8])}{' …' if len(within) > 8 else ''}"  # noqa: PLR2004 - a line's worth
    return variant.fault("unknown-id", message, place, hint, at_key=at_key)


def _unknown_names(resume: Resume, variant: Variant) -> Iterator[Diagnostic]:
    book = addresses.book(resume)
    parts = addresses.sections(resume)
    for number, name in enumerate(variant.sections or ()):
        yield from _unknown_section(variant, ("sections", number), name, parts, at_key=False)
    for name in variant.titles:
        yield from _unknown_section(variant, ("titles", name), name, parts)
    for name in variant.limit:
        target = book.get(name)
        if name != _HIGHLIGHTS and not (target and target.item and not target.bullet):
            yield from _unknown_section(variant, ("limit", name), name, [*parts, _HIGHLIGHTS])
    for number, name in enumerate(variant.show):
        if name not in book or book[name].item is None:
            entries = [address for address, one in book.items() if one.item is not None]
            yield _unknown(variant, ("show", number), name, entries)
    for number, name in enumerate(variant.hide):
        if name == "basics.name":
            yield variant.fault("wrong-hide", "no résumé is without a name", ("hide", number), "take it out")
        elif name not in book:
            yield _unknown(variant, ("hide", number), name, book)
    for name, ids in variant.order.items():
        yield from _unknown_order(variant, name, ids, parts, book)


def _unknown_section(
    variant: Variant, place: DataPath, name: str, known: Iterable[str], *, at_key: bool = True
) -> Iterator[Diagnostic]:
    names = list(known)
    if name in names:
        return
    if name in rules.section_names() and name != "custom":
        message = f"the résumé has no section {name!r}"
        yield variant.fault("empty-section", message, place, at_key=at_key, severity=Severity.WARNING)
        return
    hint = nearest(name, [*names, *rules.section_names()]) or f"there are {', '.join(names)}"
    yield variant.fault("unknown-section", f"there is no section {name!r}", place, hint, at_key=at_key)


def _unknown_order(
    variant: Variant,
    name: str,
    ids: Sequence[str],
    parts: Mapping[str, Section],
    book: Mapping[str, addresses.Target],
) -> Iterator[Diagnostic]:
    target = book.get(name)
    if name in parts:
        known = [names for item in parts[name].entries for names in (item.id, f"{name}.{item.id}")]
    elif target is not None and target.item is not None and target.bullet is None:
        bullets = target.item.highlights
        known = [*(bullet.id for bullet in bullets), *(str(number + 1) for number in range(len(bullets)))]
    else:
        yield from _unknown_section(variant, ("order", name), name, [*parts, *book])
        return
    for number, wanted in enumerate(ids):
        if wanted not in known:
            yield _unknown(variant, ("order", name, number), wanted, known)


def _unknown_tags(resume: Resume, variant: Variant) -> Iterator[Diagnostic]:
    known = tags(resume)
    for key, given in (("include", variant.include), ("exclude", variant.exclude)):
        for number, tag in enumerate(given):
            if tag not in known:
                hint = nearest(tag, known) or f"there are {', '.join(sorted(known)) or 'none'}"
                yield variant.fault("unknown-tag", f"nothing has the tag {tag!r}", (key, number), hint)


def _idle_tags(resume: Resume, result: Resume, variant: Variant) -> Iterator[Diagnostic]:
    """Tags that make no difference: nothing that could be shown has them."""
    shown = Counter(tag for tag, places in tags(result).items() for _ in places)
    for number, tag in enumerate(variant.include):
        if not shown[tag]:
            message = f"nothing that this variant shows has the tag {tag!r}"
            yield variant.fault("idle-tag", message, ("include", number), severity=Severity.WARNING)
    both = set(variant.include) & set(variant.exclude)
    for number, tag in enumerate(variant.exclude):
        if tag in both:
            message = f"the tag {tag!r} is included and excluded: excluding wins"
            yield variant.fault("idle-tag", message, ("exclude", number), severity=Severity.WARNING)
