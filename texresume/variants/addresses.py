"""Addresses: how a variant names sections, entries and highlights, such as `work.acme` or `work.acme.2`.

A section goes by its name (a custom one by its id), an entry by `section.id`, a highlight by
`section.id.number`, counted from 1, or `section.id.id`. An entry's id alone is an address too. Entries
within an entry, such as clients within a job, have addresses like entries.
"""

from __future__ import annotations

from collections.abc import Iterator

from texresume.data import rules
from texresume.data.resume import DataPath, Entry, Highlight, Resume, Section
from texresume.records import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """What an address stands for: a section, an entry of it, or a highlight of the entry."""

    section: Section | None
    entry: Entry | None = None
    highlight: Highlight | None = None
    field: str = ""
    """A field of `basics`, such as `phone`, or one of its profiles: `profiles.2`."""

    @property
    def path(self) -> DataPath:
        """The path of an entry or highlight; empty for anything else."""
        if self.highlight is not None:
            text = self.highlight.text.path
            return text[:-1] if text[-1] == "text" else text
        return self.entry.path if self.entry is not None else ()


def targets(resume: Resume) -> dict[str, Target]:
    """Every address of a résumé."""
    result: dict[str, Target] = {section.id: Target(section) for section in resume.sections}
    basics = (*rules.table()["basics"], "profiles", "contacts")
    for name in basics:  # absent ones too: private data is not in all builds
        if name not in ("name", "profile", "line"):  # the name cannot be hidden
            result[f"basics.{name}"] = Target(None, field=name)
    for profile in resume.profiles:
        result[f"basics.{profile.id}"] = Target(None, field=profile.id)
    for section in resume.sections:
        for entry in (one for whole in section.entries for one in (whole, *whole.parts)):
            if section.name == "summary":
                continue
            for address, target in _of_entry(section, entry):
                result[f"{section.id}.{address}"] = target
                result.setdefault(address, target)
    return result


def _of_entry(section: Section, entry: Entry) -> Iterator[tuple[str, Target]]:
    yield entry.id, Target(section, entry)
    for number, highlight in enumerate(entry.highlights, 1):
        yield f"{entry.id}.{number}", Target(section, entry, highlight)
    for highlight in entry.highlights:
        if not highlight.id.startswith(f"{entry.id}."):
            yield f"{entry.id}.{highlight.id}", Target(section, entry, highlight)
