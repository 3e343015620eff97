"""The settings in `meta` that concern the sections: their order and headings, and keys that nothing reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from texresume.diagnostics import Diagnostic, Severity, nearest

from . import dates, rules
from .resume import DataPath, Entry, Resume, Section
from .source import Source


def arrange(resume: Resume, source: Source, *, lenient: bool) -> tuple[Resume, list[Diagnostic]]:
    """The résumé with its sections in the order of `meta.sections` and the headings of `meta.titles`.

    The diagnostics are about sections that there are not; with `lenient` they are warnings.
    """
    found = list(_unknown(resume, source, lenient=lenient))
    resume = sort_publications(resume, resume.publications.get("sort", ""))
    if not resume.section_order and not resume.titles:
        return resume, found
    order = resume.section_order

    def rank(section: Section) -> int:
        return order.index(section.id) if section.id in order else len(order)

    sections = tuple(
        replace(section, title=resume.titles.get(section.id, section.title))
        for section in sorted(resume.sections, key=rank)
    )
    return replace(resume, sections=sections), found


def sort_publications(resume: Resume, sort: str) -> Resume:
    """The résumé with its publications by `date`, the newest first, or in the order of the data."""
    key: Callable[[Entry], Any] = _by_date if sort == "date" else lambda entry: entry.path
    sections = tuple(
        replace(section, entries=tuple(sorted(section.entries, key=key)))
        if section.name == "publications"
        else section
        for section in resume.sections
    )
    return replace(resume, sections=sections)


def _by_date(entry: Entry) -> tuple[int, int, int]:
    """When a publication came out, the newest first: what is in press before all, what says nothing last."""
    texts = [text for name in ("releaseDate", "date") for text in entry.texts(name)]
    written = next((text for one in texts for text in one.languages.values() if text.strip()), "")
    date = dates.end_of(written)
    if date is None:
        return (-dates.EVER if written or entry.text("status") else 0, 0, 0)
    return (-date.year, -date.month, -date.day)


def _unknown(resume: Resume, source: Source, *, lenient: bool) -> Iterator[Diagnostic]:
    known = [section.id for section in resume.sections]
    named: list[tuple[str, DataPath, bool]] = [
        (name, ("meta", "sections", number), False) for number, name in enumerate(resume.section_order)
    ]
    named += [(name, ("meta", "titles", name), True) for name in resume.titles]
    for name, path, at_key in named:
        if name in known:
            continue
        position = source.key(path) if at_key else source.value(path)
        if name in rules.section_names() and name != "custom":
            yield source.diagnostic(
                "empty-section",
                f"the résumé has no section {name!r}",
                position,
                path=path,
                severity=Severity.WARNING,
            )
        else:
            yield source.diagnostic(
                "unknown-section",
                f"unknown section {name!r}",
                position,
                path=path,
                hint=nearest(name, [*known, *rules.section_names()])
                or f"the sections are {', '.join(known)}",
                severity=Severity.WARNING if lenient else Severity.ERROR,
            )


def unread(data: Mapping[str, Any], source: Source) -> Iterator[Diagnostic]:
    """Keys of `meta` that nothing reads: a warning where another one seems to be meant, else a note."""
    meta = data.get("meta")
    known = (*rules.META, *rules.META_TEXTS)
    for key in meta if isinstance(meta, Mapping) else ():
        if key in known or key.startswith("x-"):
            continue
        path, hint = ("meta", key), nearest(key, known)
        yield source.diagnostic(
            "not-used",
            f"nothing reads 'meta.{key}'",
            source.key(path),
            path=path,
            hint=hint or "keys of your own may begin with 'x-', which hides this",
            severity=Severity.WARNING if hint else Severity.NOTE,
        )
