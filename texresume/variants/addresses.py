"""Addresses: how a variant names what stands in the résumé, such as `work.acme` or `work.acme.2`.

A section goes by its name (one's own by its id), an entry by `section.id`, a highlight by
`section.id.number`, counted from 1, or `section.id.id`. An entry's id alone will do as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from texresume.data import rules
from texresume.data.resume import DataPath, Entry, Highlight, Resume, Section


@dataclass(frozen=True, slots=True)
class Target:
    """What an address leads to: a highlight of an entry of a section, or one of these alone."""

    part: Section | None
    item: Entry | None = None
    bullet: Highlight | None = None
    field: str = ""
    """A field of `basics`, such as `phone`, or one of its profiles: `profiles.2`."""

    @property
    def path(self) -> DataPath:
        """Where it stands in the data, if it is an entry or a highlight."""
        if self.bullet is not None:
            text = self.bullet.text.path
            return text[:-1] if text[-1] == "text" else text
        return self.item.path if self.item is not None else ()


def sections(resume: Resume) -> dict[str, Section]:
    """Every section by the name that variants know it by."""
    return {part.id: part for part in resume.sections}


def book(resume: Resume) -> dict[str, Target]:
    """What every address of a résumé leads to."""
    found: dict[str, Target] = {part.id: Target(part) for part in resume.sections}
    for name in (*rules.table()["basics"], "profiles"):  # there or not: what is private lacks in some builds
        if name not in ("name", "profile"):  # no résumé is without a name
            found[f"basics.{name}"] = Target(None, field=name)
    for profile in resume.profiles:
        found[f"basics.{profile.id}"] = Target(None, field=profile.id)
    for part in resume.sections:
        for item in part.entries:
            if part.name == "summary":
                continue
            for address, target in _of_entry(part, item):
                found[f"{part.id}.{address}"] = target
                found.setdefault(address, target)
    return found


def _of_entry(part: Section, item: Entry) -> Iterator[tuple[str, Target]]:
    yield item.id, Target(part, item)
    for number, bullet in enumerate(item.highlights, 1):
        yield f"{item.id}.{number}", Target(part, item, bullet)
    for bullet in item.highlights:
        if not bullet.id.startswith(f"{item.id}."):
            yield f"{item.id}.{bullet.id}", Target(part, item, bullet)
