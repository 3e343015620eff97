"""What can be said of data and variants without TeX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from texresume.build import batch, file_names, letters, reading, settings, typesetter
from texresume.build.reading import LoadedData
from texresume.build.run import Log
from texresume.build.stages import Content
from texresume.data import assets
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors
from texresume.variants import letters as of_variants
from texresume.variants import selection, variant
from texresume.variants.variant import Variant


def validate(
    data: Path,
    *,
    tag: str = "",
    project: Path = Path(),
    name: str = "",
    private: str = "",
    keep_going: bool = False,
) -> tuple[Diagnostic, ...]:
    """Warnings about a data file and its variants, or about the variant `name` alone.

    Raises `ResumeError` with everything that is wrong. What is wrong with the photo is a warning here: not
    every template shows it.
    """
    loaded = reading.master(data, private, keep_going=keep_going)
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
        log.add(
            _without_variant(file) for file in of_variants.without_variant(data, {*variant.available(folder)})
        )
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
            _read(own, loaded, found, tag, project, data)
        except ResumeError as error:
            own.add(error.diagnostics)
        log.add(own.diagnostics)
    if tags and not name and not has_errors(log.found):  # without variants that use any, none is mistyped
        log.add(_unused_tags(loaded, tags))
    log.raise_for_errors()
    return log.diagnostics


def _read(
    log: Log, loaded: LoadedData, variant_: Variant | None, tag: str, project: Path, data: Path = Path()
) -> None:
    """Add what reading finds, also in the letter, and what is wrong with photo, signature and fonts."""
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
    if variant_ is not None and variant_.letter is not None:
        _read_letter(log, content, variant_, data, project)


def _read_letter(log: Log, content: Content, variant_: Variant, data: Path, project: Path) -> None:
    try:
        of_letter = letters.read_letter(content, variant_, data)
    except ResumeError as error:
        log.add(error.diagnostics)
        return
    log.add(of_letter.warnings)
    if name := variant_.letter.signature if variant_.letter else "":
        log.add(assets.photo(name, of_letter.source, project, assets.LETTER_SIGNATURE)[2])


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
        for key, value in (("posting", found.posting),)
        if value
    ]


def _not_a_variant(file: Path) -> Diagnostic:
    hint = "a variant is a file in this folder whose name ends in .yaml"
    return Diagnostic(Severity.WARNING, "not-a-variant", "this is ignored", file, hint=hint)


def _without_variant(file: Path) -> Diagnostic:
    hint = f"a letter goes with the variant of the same name: variants/{file.name}"
    return Diagnostic(Severity.WARNING, "not-a-variant", "no variant has this letter", file, hint=hint)


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
        if tag not in used and not all(source.is_bibliography(path) for path in paths)
    ]
