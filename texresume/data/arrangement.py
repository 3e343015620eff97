"""The settings in `meta` that concern the sections: their order and headings, and keys that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from texresume.diagnostics import Diagnostic, Severity, nearest

from . import rules
from .resume import DataPath, Resume, Section
from .source import Source


def arrange(resume: Resume, source: Source, *, lenient: bool) -> tuple[Resume, list[Diagnostic]]:
    """The résumé with its sections in the order of `meta.sections` and the headings of `meta.titles`.

    The diagnostics are about sections that there are not; with `lenient` they are warnings.
    """
    found = list(_unknown(resume, source, lenient=lenient))
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
