"""What can be said of data and variants without TeX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from texresume.build import batch, file_names, reading, settings, typesetter
from texresume.build.reading import LoadedData
from texresume.build.run import Log
from texresume.data import assets
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors
from texresume.variants import selection, variant
from texresume.variants.variant import Variant


def validate(
    data: Path, *, tag: str = "", project: Path = Path(), name: str = "", private: str = ""
) -> tuple[Diagnostic, ...]:
    """Warnings about a data file and its variants, or about the variant `name` alone.

    Raises `ResumeError` with everything that is wrong. What is wrong with the photo is a warning here: not
    every template shows it.
    """
    loaded = reading.master(data, private)
    log = Log()
    log.suppress(loaded.resume.suppressed)
    by_data = settings.Own(loaded.resume, loaded.loaded.source, loaded.foreign)
    folder = variant.folder_of(data)
    names = [name] if name else [str(file) for file in variant.available(folder).values()]
    if not name:
        try:
            log.add(settings.settle("", {}, None, project, by_data).warnings)
        except ResumeError as error:
            log.add(error.diagnostics)
        log.add(file_names.faults_of(loaded.resume.meta.get("filename", ""), by_data.diagnostic))
        _read(log, loaded, None, tag, project)
        log.raise_for_errors()  # which each variant would repeat
        log.add(_not_a_variant(file) for file in variant.strangers(folder))
        log.add(batch.same_names(variant.applications(folder)))
    tags: set[str] = set()
    for one in names:
        own = Log()
        try:
            found = variant.find(one, data, project)
            own.suppress(found.suppressed)
            own.add(settings.settle("", {}, found, project, by_data).warnings)
            own.add(_unused(found))
            own.add(file_names.faults_of(found.filename, file_names.about(found)))
            tags |= {*found.include, *found.exclude}
            _read(own, loaded, found, tag, project)
        except ResumeError as error:
            own.add(error.diagnostics)
        log.add(own.diagnostics)
    if tags and not name and not has_errors(log.found):  # without variants that use any, none is mistyped
        log.add(_unused_tags(loaded, tags))
    log.raise_for_errors()
    return log.diagnostics


def _read(log: Log, loaded: LoadedData, variant_: Variant | None, tag: str, project: Path) -> None:
    """Add what reading finds, and what is wrong with the photo, the signature and the fonts."""
    try:
        content = reading.read(loaded, variant_, tag)
    except ResumeError as error:
        log.add(error.diagnostics)
        return
    document = content.document
    pictures = ((document.photo, assets.PHOTO), (document.signature, assets.SIGNATURE))
    errors = [
        error
        for name, kind in pictures
        if name
        for error in assets.photo(name, content.source, project, kind)[2]
    ]
    log.add(content.warnings)
    log.add(typesetter.owners_fonts(content.document, content.source, project))
    log.add(replace(error, severity=Severity.WARNING) for error in errors)


def _unused(found: Variant) -> list[Diagnostic]:
    """What is checked in a variant, but of which nothing is made."""
    return [
        found.diagnostic(
            "not-used",
            f"{key!r} is checked, but not used by any command",
            (key,),
            at_key=True,
            severity=Severity.NOTE,
        )
        for key, value in (("posting", found.posting), ("letter", found.letter))
        if value
    ]


def _not_a_variant(file: Path) -> Diagnostic:
    hint = "a variant is a file in this folder whose name ends in .yaml"
    return Diagnostic(Severity.WARNING, "not-a-variant", "this is ignored", file, hint=hint)


def _unused_tags(loaded: LoadedData, used: set[str]) -> list[Diagnostic]:
    source = loaded.loaded.source
    return [
        source.diagnostic(
            "unused-tag",
            f"no variant includes or excludes the tag {tag!r}",
            source.value(paths[0]),
            path=paths[0],
            severity=Severity.WARNING,
        )
        for tag, paths in selection.tags(loaded.resume).items()
        if tag not in used
    ]
