"""From files to a document: the data, what is private, what a variant makes of it, in a reader's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from texresume import cache
from texresume.data import loader, overlay, schema, suppressions
from texresume.fonts import characters
from texresume.text import locale
from texresume.document.compose import compose
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, nearest
from texresume.document.model import Document
from texresume.data.loader import Loaded
from texresume.latex.renderer import fields_of
from texresume.data.resume import DataPath
from texresume.data.resume import Resume
from texresume.data.source import Source
from texresume.document.texts import Texts

from . import languages

if TYPE_CHECKING:
    from texresume.variants.variant import Variant

DEFAULT_LOCALE = "en"
PRIVATE = "private.yaml"
"""Beside the data file: what is laid over `basics` and kept out of public repositories."""
NOT_PRIVATE = "none"
"""Given in the place of a private file: leave it out although it is there."""


@dataclass(frozen=True, slots=True)
class LoadedData:
    """Everything that the data file holds, with what is private; `foreign` data was written elsewhere."""

    loaded: Loaded
    resume: Resume
    warnings: tuple[Diagnostic, ...]
    foreign: bool
    language: str = ""
    """The tag of a language that the data or its file's name mentions, where there is no `meta.locale`."""


@dataclass(frozen=True, slots=True)
class Content:
    """A document, the places of all that it says, and warnings; `resume` is what it was composed from.

    `locale_is_own` says that the language was chosen by the data.
    """

    document: Document
    source: Source
    warnings: tuple[Diagnostic, ...]
    resume: Resume
    locale_is_own: bool


_last: list[tuple[str, LoadedData]] = []
"""What was read last, and from which content: a batch reads the same data for each variant."""


def master(data: Path, private: str = "") -> LoadedData:
    """Load and validate a data file. `private` is a file to lay over it, if not the one beside the data.

    Nobody may change what is returned: the next one may get the same.
    """
    content = _content(data, private)
    for before, same in _last:
        if content and before == content:
            return same
    found = _master(data, private)
    _last[:] = [(content, found)]
    return found


def _content(data: Path, private: str) -> str:
    """A name for what the files are called and hold; empty if one of them cannot be read twice, or at all."""
    parts: list[str | bytes] = []
    try:
        for file in filter(None, (data, private_file(data, private))):
            if not file.is_file() or file.stat().st_size > loader.MAXIMUM_BYTES:
                return ""
            parts += [str(file), str(file.absolute()), file.read_bytes()]
    except (OSError, ValueError):
        return ""
    return cache.key(*parts)


def _master(data: Path, private: str) -> LoadedData:
    loaded = loader.load(data)
    foreign = data.suffix.lower() == ".json"  # written elsewhere: read leniently
    if foreign:
        from texresume.data import jsonresume

        loaded = jsonresume.modernise(loaded)
    if (file := private_file(data, private)) is not None:
        loaded = overlay.merge(loaded, _private(file), _within_basics)
    said = languages.said(loaded.data, data, foreign=foreign)
    resume, warnings = schema.validate(loaded, lenient=foreign)
    unknown = suppressions.unknown(resume.suppressed, loaded.source, suppressions.DATA)
    return LoadedData(loaded, resume, (*warnings, *unknown), foreign, said)


def _within_basics(path: DataPath) -> bool:
    return path in {("basics",), ("basics", "location")}


def private_file(data: Path, private: str) -> Path | None:
    """The file to lay over the data, if there is one."""
    if private == NOT_PRIVATE:
        return None
    beside = data.parent / PRIVATE
    if private:
        return Path(private)
    return beside if beside.exists() or beside.is_symlink() else None  # what cannot be read is said


def _private(file: Path) -> Loaded:
    loaded = loader.load(file, "'basics:' and a 'phone:' in it")
    faults = []
    for key in loaded.data:
        if key != "basics":
            message = f"a private file holds only 'basics', not {key!r}"
            faults.append(
                loaded.source.diagnostic("unknown-key", message, loaded.source.key((key,)), path=(key,))
            )
    basics = loaded.data.get("basics")
    if isinstance(basics, dict) and "name" in basics and not str(basics["name"] or "").strip():
        place = ("basics", "name")
        message = "no résumé is without a name"
        faults.append(loaded.source.diagnostic("empty-name", message, loaded.source.key(place), path=place))
    if faults:
        raise ResumeError(faults)
    return loaded


def read(whole: LoadedData, variant: Variant | None = None, tag: str = "") -> Content:
    """Everything before a template has a say: tailor, compose, refuse what cannot be typeset.

    `tag` is the locale, if not the variant's or the data's own.
    """
    loaded, resume = whole.loaded, whole.resume
    warnings = list(whole.warnings)
    if variant is not None:
        loaded, resume, more = _tailored(loaded, resume, variant)
        warnings += more
    try:
        chosen, more = _locale(tag, variant, resume, loaded.source, whole)
    except ResumeError as error:
        raise ResumeError([*warnings, *error.diagnostics], error.status) from None
    warnings += more
    document, more = compose(resume, chosen, loaded.source)
    warnings += more
    if variant is not None and (wrong := _wrong_letter(variant, chosen)):
        raise ResumeError([*warnings, *wrong])
    if refused := list(characters.never(fields_of(document), loaded.source)):
        raise ResumeError([*warnings, *refused])
    own = not tag and not (variant is not None and variant.locale)
    return Content(document, loaded.source, tuple(warnings), resume, own)


def _tailored(
    loaded: Loaded, resume: Resume, variant: Variant
) -> tuple[Loaded, Resume, tuple[Diagnostic, ...]]:
    from texresume.variants import overrides, selection

    try:
        loaded, resume = overrides.apply_overrides(loaded, resume, variant)
        resume, warnings = selection.select(resume, variant)
    except ResumeError as error:
        raise ResumeError([*variant.warnings, *error.diagnostics], error.status) from None
    if variant.titles:
        source = replace(loaded.source, marks=dict(loaded.source.marks))
        source.copy_marks(("titles",), variant.source, ("titles",))
        loaded = replace(loaded, source=source)
    return loaded, resume, (*variant.warnings, *warnings)


def _wrong_letter(variant: Variant, chosen: locale.Locale) -> list[Diagnostic]:
    """What cannot be typeset of a letter."""
    texts = Texts(chosen, variant.source)
    leaves_of_it = [
        field
        for part in variant.letter.values()
        for text in (part if isinstance(part, tuple) else (part,))
        for field in texts.paragraphs(text)
    ]
    return [*texts.errors, *characters.never(leaves_of_it, variant.source)]


def _locale(
    tag: str, variant: Variant | None, resume: Resume, source: Source, whole: LoadedData
) -> tuple[locale.Locale, tuple[Diagnostic, ...]]:
    """The reader's language: by a flag, the variant, the data, the file's name, else English."""
    by_variant = variant.locale if variant is not None else ""
    wanted = tag or by_variant or resume.meta.get("locale") or whole.language or DEFAULT_LOCALE
    assumed = not (tag or by_variant or "locale" in resume.meta or whole.language)
    try:
        return locale.find(wanted), languages.doubts(resume, wanted, source) if assumed else ()
    except LookupError:
        known = locale.available()
    hint = f"{nearest(wanted, known)} There are {', '.join(known)}".strip()
    message = f"no locale {wanted!r}"
    if tag:
        raise ResumeError(Diagnostic(Severity.ERROR, "unknown-locale", message, hint=hint), ExitStatus.USAGE)
    if variant is not None and by_variant:
        raise ResumeError(variant.diagnostic("unknown-locale", message, ("locale",), hint))
    path = ("meta", "locale")
    severity = Severity.WARNING if whole.foreign else Severity.ERROR
    fault = source.diagnostic(
        "unknown-locale", message, source.value(path), path=path, hint=hint, severity=severity
    )
    if not whole.foreign:
        raise ResumeError(fault)
    return locale.find(DEFAULT_LOCALE), (fault,)
