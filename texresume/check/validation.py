"""All that can be said of data and variants without TeX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from texresume.build import batch, reading, settings, typesetter
from texresume.data import assets, suppressions
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors
from texresume.variants import selection, variant


def validate(
    data: Path, *, tag: str = "", project: Path = Path(), name: str = "", private: str = ""
) -> tuple[Diagnostic, ...]:
    """What is doubtful about a data file and its variants, or about the variant `name` alone: warnings.

    Raises `ResumeError` with all that is wrong. What is wrong with the photo is a warning here: not every
    template shows it.
    """
    whole = reading.master(data, private)
    folder = variant.folder_of(data)
    names = [name] if name else [str(file) for file in variant.available(folder).values()]
    found: list[Diagnostic] = []
    if not name:
        found += _of(whole, None, tag, project)
        found += [_stranger(file) for file in variant.strangers(folder)]
        found += batch.same_names(variant.applications(folder))
    used: set[str] = set()
    for one in names:
        try:
            wanted = variant.find(one, data, project)
            used |= {*wanted.include, *wanted.exclude}
            of_it = [*settings.settle("", {}, wanted, project).warnings, *_of(whole, wanted, tag, project)]
            found += suppressions.without(of_it, wanted.suppressed)
        except ResumeError as error:
            if name:
                raise
            found += error.diagnostics
    if names and not name and not has_errors(found):
        found += _unused_tags(whole, used)
    found = suppressions.without(found, whole.resume.suppressed)
    if has_errors(found):
        raise ResumeError(found)
    return tuple(found)


def _of(
    whole: reading.LoadedData, wanted: variant.Variant | None, tag: str, project: Path
) -> list[Diagnostic]:
    found = reading.read(whole, wanted, tag)
    photo = found.document.photo
    faults = assets.photo(photo, found.source, project)[2] if photo else []
    fonts = typesetter.owners_fonts(found.document, found.source, project)
    return [*found.warnings, *fonts, *(replace(fault, severity=Severity.WARNING) for fault in faults)]


def _stranger(file: Path) -> Diagnostic:
    hint = "a variant is a file in this folder whose name ends in .yaml"
    return Diagnostic(Severity.WARNING, "not-a-variant", "this is passed over", file, hint=hint)


def _unused_tags(whole: reading.LoadedData, used: set[str]) -> list[Diagnostic]:
    source = whole.loaded.source
    return [
        source.diagnostic(
            "unused-tag",
            f"no variant includes or excludes the tag {tag!r}",
            source.value(places[0]),
            path=places[0],
            severity=Severity.WARNING,
        )
        for tag, places in selection.tags(whole.resume).items()
        if tag not in used
    ]
