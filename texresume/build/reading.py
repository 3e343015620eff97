"""The first stage, from files to a document: the data, the private file, the variant, the locale."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texresume import cache
from texresume.data import arrangement, files, loader, overlay, schema, suppressions, text_files
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath, Resume
from texresume.data.source import Source
from texresume.data.today import find_today
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, nearest
from texresume.document.compose import compose
from texresume.document.date_style import DateStyle
from texresume.exchange import registry
from texresume.fonts import characters
from texresume.latex.view import fields_of
from texresume.records import dataclass
from texresume.text import locale

from . import languages, letters, opening, typesetter
from .request import DEFAULT_DATA, Request
from .stages import Content

if TYPE_CHECKING:
    from texresume.variants.variant import Variant

    from .run import Run

DEFAULT_LOCALE = "en"
PRIVATE = "private.yaml"
"""Beside the data file: what is laid over `basics` and kept out of public repositories."""
NOT_PRIVATE = "none"
"""Given in the place of a private file: leave it out although it is there."""


@dataclass(frozen=True, slots=True)
class LoadedData:
    """What the data file and the private file say. `foreign` data was written for other programs."""

    loaded: Loaded
    resume: Resume
    warnings: tuple[Diagnostic, ...]
    foreign: bool
    language: str = ""
    """The tag of a language that the data or its file's name mentions, where there is no `meta.locale`."""
    bibliographies: tuple[Path, ...] = ()
    """The .bib files whose publications are among it."""


_loaded: cache.Memo[LoadedData] = cache.Memo(1)
"""By what the files hold: a batch reads the same data for each variant."""


def read_content(run: Run) -> Content:
    """The first stage of a build. Raises `ResumeError`; what was found before is in the run's log."""
    request, dependencies = run.request, run.dependencies
    _refuse_unknown(request)
    dependencies.add(request.data)
    if request.private != NOT_PRIVATE:
        private = Path(request.private) if request.private else request.data.parent / PRIVATE
        dependencies.would_shadow(private)
        if private_file(request.data, request.private):
            dependencies.add(private)
    data = master(request.data, request.private, keep_going=request.keep_going, opened=dependencies.add)
    run.log.suppress(data.resume.suppressed)
    run.log.add(data.warnings)
    variant = _find_variant(run) if request.variant else None
    content = read(data, variant, request.locale)
    if request.letter and variant is not None:
        run.log.add(content.warnings)
        content = letters.read_letter(content, variant, request.data)
        if find_today(content.resume).by_clock and variant.letter and not variant.letter.text("date"):
            run.dependencies.complete = False  # tomorrow it has another date
    run.log.add(content.warnings)
    today = find_today(content.resume)
    if today.by_clock and DateStyle.of(content.resume.dates, today.date).durations:
        run.dependencies.complete = False  # next month it is longer
    return content


def _refuse_unknown(request: Request) -> None:
    suppressions.refuse_unknown(request.off)
    registry.refuse_unknown(request.settings)
    formats, engines = (*registry.OWN, *registry.FORMATS), typesetter.ENGINES
    for what, given, known in (("format", request.formats, formats), ("engine", (request.engine,), engines)):
        for name in given:
            if name not in known:
                message, hint = f"invalid value {name!r} for '{what}'", f"choose from {', '.join(known)}"
                raise ResumeError(Diagnostic(Severity.ERROR, f"unknown-{what}", message, hint=hint))


def _find_variant(run: Run) -> Variant:
    from texresume.variants import variant

    request, dependencies = run.request, run.dependencies
    try:
        found = variant.find(request.variant, request.data, request.project, dependencies.add)
    except ResumeError:  # another file may mend it: a name that is missing, one to extend
        by_path = Path(request.variant)
        named = len(by_path.parts) > 1 or by_path.suffix
        dependencies.add_folder(by_path.parent if named else variant.folder_of(request.data))
        raise
    for file in found.ancestors:
        dependencies.would_shadow(*variant.rivals(file))
    dependencies.would_shadow(*variant.letter_files(found, request.data))
    run.log.suppress(found.suppressed)
    run.log.add(found.warnings)
    return found


_bibliographies: dict[str, tuple[Path, ...]] = {}
"""The .bib files that the last data named, by what the data file holds."""


def master(
    data: Path,
    private: str = "",
    *,
    keep_going: bool = False,
    opened: Callable[[Path], None] = lambda _: None,
) -> LoadedData:
    """Load and validate a data file. `private` is a file to lay over it, if not the one beside the data.
    `opened` is called with each .bib file before it is read; with `keep_going` what is wrong in them is a
    warning.

    The result is shared: do not change it.
    """
    _refuse_links(data, private)
    content = _content(data, private)
    files_before = _bibliographies.get(content, ()) if content else ()
    key = _with_bibliographies(content, files_before, keep_going=keep_going)
    for file in files_before:
        opened(file)
    found = _loaded.get(key, lambda: _master(data, private, keep_going, opened))
    if content and found.bibliographies != files_before:
        _bibliographies.clear()
        _bibliographies[content] = found.bibliographies
        key = _with_bibliographies(content, found.bibliographies, keep_going=keep_going)
        _loaded.get(key, lambda: found)
    return found


def _with_bibliographies(content: str, named: Sequence[Path], *, keep_going: bool) -> str:
    """A key with the contents of .bib files too; empty if one of them cannot be read twice."""
    if not content:
        return ""
    try:
        parts = [files.read(file, files.MAXIMUM_BIBLIOGRAPHY) for file in named]
    except (OSError, ValueError):
        return ""
    return cache.key(content, str(keep_going), *map(str, named), *parts)


def _refuse_links(data: Path, private: str) -> None:
    """What nobody named must not lead out of the project: messages quote what they are about."""
    there = os.path.exists  # which never raises, as `Path.exists` may
    if data == DEFAULT_DATA and files.leads_out(data, (Path(),)) and there(data):
        raise _leads_out(data, f"if it is yours, name it: --data {data.resolve()}")
    beside = data.parent / PRIVATE
    if not private and there(beside) and files.leads_out(beside, (data.parent, files.here())):
        raise _leads_out(beside, f"if it is yours, name it: --private {beside.resolve()}")


def _leads_out(file: Path, hint: str) -> ResumeError:
    message = f"{file.name} is a link that leads out of the project"
    return ResumeError(Diagnostic(Severity.ERROR, "link-outside", message, file, hint=hint))


def _content(data: Path, private: str) -> str:
    """A key for the names and contents of the files; empty if one of them cannot be read twice, or at all."""
    parts: list[str | bytes] = []
    try:
        for file in filter(None, (data, private_file(data, private))):
            if not file.is_file():
                return ""
            parts += [str(file), str(file.absolute()), files.read(file, text_files.MAXIMUM_BYTES)]
    except (OSError, ValueError):
        return ""
    return cache.key(*parts)


def _master(data: Path, private: str, keep_going: bool, opened: Callable[[Path], None]) -> LoadedData:
    loaded, kind = opening.load(data)
    if kind == "JSON Resume":
        from texresume.data import extension

        if extension.is_own(loaded.data):  # written by us, unless another program has changed it since
            loaded = extension.restored(loaded)
            with suppress(ResumeError):
                return _validated(overlay.copied(loaded), data, private, keep_going, opened, kind="")
    return _validated(loaded, data, private, keep_going, opened, kind=kind)


def _validated(
    loaded: Loaded,
    data: Path,
    private: str,
    keep_going: bool,
    opened: Callable[[Path], None],
    *,
    kind: str,
) -> LoadedData:
    foreign, written = bool(kind), dict[str, int]()
    if kind == "JSON Resume":
        from texresume.data import jsonresume, leniency

        written = {key: leniency.count_words({key: value}) for key, value in loaded.data.items()}
        loaded = jsonresume.modernise(loaded)
    if (file := private_file(data, private)) is not None:
        loaded = overlay.merge(loaded, _private(file), _within_basics)
    named = tuple(file for file, _ in overlay.bibliographies(loaded.data, data.parent))
    if named:
        from texresume.data import bibliography

        loaded = bibliography.merge(loaded, data.parent, opened, keep_going=keep_going or foreign)
    said = languages.said(loaded.data, data, foreign=foreign)
    if foreign:
        loaded = replace(loaded, data=languages.without_keys(loaded.data))
    try:
        resume, warnings = schema.validate(loaded, lenient=foreign)
        if written:
            from texresume.data import leniency

            if unread := list(leniency.unread(written, loaded.data, loaded.source)):
                raise ResumeError([*warnings, *unread])
    except ResumeError as error:  # before the list of suppressed codes is known to be valid
        off = suppressions.listed(loaded.data)
        raise ResumeError(suppressions.without(error.diagnostics, off)) from None
    found = [*warnings, *suppressions.unknown(resume.suppressed, loaded.source, suppressions.DATA)]
    resume, more = arrangement.arrange(resume, loaded.source, lenient=foreign)
    found += [*more, *(() if foreign else arrangement.unread(loaded.data, loaded.source))]
    if has_errors(found):
        raise ResumeError(suppressions.without(found, resume.suppressed))
    return LoadedData(loaded, resume, tuple(found), foreign, said, named)


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
            message = f"only 'basics' is allowed in a private file, not {key!r}"
            faults.append(
                loaded.source.diagnostic("unknown-key", message, loaded.source.key((key,)), path=(key,))
            )
    basics = loaded.data.get("basics")
    if isinstance(basics, dict) and "name" in basics and not str(basics["name"] or "").strip():
        place = ("basics", "name")
        message = "the name must not be empty"
        faults.append(loaded.source.diagnostic("empty-name", message, loaded.source.key(place), path=place))
    if faults:
        raise ResumeError(faults)
    return loaded


def read(data: LoadedData, variant: Variant | None = None, tag: str = "") -> Content:
    """Apply the variant, compose the document, refuse what cannot be typeset.

    `tag` is the locale, if not the variant's or the data's own.
    """
    loaded, resume = data.loaded, data.resume
    warnings = list(data.warnings)
    if variant is not None:
        loaded, resume, more = _tailored(loaded, resume, variant)
        resume = replace(resume, dates={**resume.dates, **variant.dates})
        resume = replace(resume, publications={**resume.publications, **variant.publications})
        warnings += more
    try:
        words, more = _locale(tag, variant, resume, loaded.source, data)
    except ResumeError as error:
        raise ResumeError([*warnings, *error.diagnostics]) from None
    warnings += more
    document, more = compose(resume, words, loaded.source, lenient=data.foreign)
    warnings += more
    if data.foreign:
        from . import left_out

        document, more = left_out.without_senseless(document, loaded.source)
        warnings += more
    elif refused := list(characters.never(fields_of(document), loaded.source)):
        raise ResumeError([*warnings, *refused])
    own = not tag and not (variant is not None and variant.locale)
    return Content(document, loaded.source, tuple(warnings), resume, data.resume, variant, own, data.foreign)


def _tailored(
    loaded: Loaded, resume: Resume, variant: Variant
) -> tuple[Loaded, Resume, tuple[Diagnostic, ...]]:
    from texresume.variants import overrides, selection

    try:
        loaded, resume = overrides.apply_overrides(loaded, resume, variant)
        if variant.overrides:  # which made the résumé anew
            resume, _ = arrangement.arrange(resume, loaded.source, lenient=True)
        sort = {**resume.publications, **variant.publications}.get("sort", "")
        resume = arrangement.sort_publications(resume, sort)
        resume, warnings = selection.select(resume, variant)
    except ResumeError as error:
        raise ResumeError([*variant.warnings, *error.diagnostics]) from None
    if variant.titles:
        source = replace(loaded.source, marks=dict(loaded.source.marks))
        source.copy_marks(("titles",), variant.source, ("titles",))
        loaded = replace(loaded, source=source)
    return loaded, resume, (*variant.warnings, *warnings)


def _locale(
    tag: str, variant: Variant | None, resume: Resume, source: Source, whole: LoadedData
) -> tuple[locale.Locale, tuple[Diagnostic, ...]]:
    """The locale that a flag, the variant, the data or its file's name says, in this order; else English."""
    by_variant = variant.locale if variant is not None else ""
    name = tag or by_variant or resume.meta.get("locale") or whole.language or DEFAULT_LOCALE
    assumed = not (tag or by_variant or "locale" in resume.meta or whole.language)
    try:
        return locale.find(name), languages.doubts(resume, name, source) if assumed else ()
    except LookupError:
        known = locale.available()
    guess, listed = nearest(name, known), f"available: {', '.join(known)}"
    hint = f"{guess.removesuffix('?')}? {listed}" if guess else listed
    message = f"unknown locale {name!r}"
    if tag:
        raise ResumeError(Diagnostic(Severity.ERROR, "unknown-locale", message, hint=hint))
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
