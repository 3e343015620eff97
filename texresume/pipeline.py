"""The way through, stage by stage: what one build is, on one screen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import (
    assets,
    characters,
    engine,
    findings,
    inspection,
    jsonresume,
    loader,
    locale,
    output,
    schema,
    template,
    typesetter,
)
from .compose import compose
from .diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, has_errors, nearest
from .document import Document
from .renderer import leaves, render
from .source import Source

DEFAULT_DATA = Path("data/resume.yaml")
DEFAULT_TEMPLATE = "onepage"
DEFAULT_LOCALE = "en"
FORMATS = ("pdf", "tex", "png")
ENGINES = typesetter.ENGINES


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be built: plain data, so that a build can be sent to any worker.

    `project` is the folder whose `templates/` and files may be used (default: the current one); `thorough`
    asks every installed reader of PDFs what it reads. `locale` is a BCP 47 tag; without one it is that of the
    data (`meta.locale`), else English.
    """

    data: Path = DEFAULT_DATA
    template: str = DEFAULT_TEMPLATE
    output: Path = Path("dist")
    options: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ("pdf",)
    engine: str = "auto"
    project: Path = Path()
    thorough: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """What was built. `files` leads from a format to its file; times are seconds of the clock.

    `tex` says which TeX was used, `system` or `embedded`; `measures` is what the source measured, in pt;
    `fonts` are those that XeTeX took beside the template's own.
    """

    template: str
    engine: str
    tex: str
    files: Mapping[str, str]
    runs: int
    seconds_total: float
    seconds_tex: float
    report: inspection.Report
    measures: Mapping[str, str]
    fonts: tuple[Mapping[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "variant": None,
            "template": self.template,
            "engine": self.engine,
            "tex": self.tex,
            "files": dict(self.files),
            "pages": self.report.pages,
            "runs": self.runs,
            "seconds": {"total": round(self.seconds_total, 4), "tex": round(self.seconds_tex, 4)},
            "measures": dict(self.measures),
            "fonts": [dict(font) for font in self.fonts],
            "inspection": self.report.as_json(),
        }


def read(data: Path, tag: str = "") -> tuple[Document, Source, tuple[Diagnostic, ...]]:
    """Everything before a template has a say: load, validate, compose, refuse what cannot be typeset.

    `tag` is the locale, if not the data's own.
    """
    if tag:
        try:
            locale.find(tag)
        except LookupError:
            raise ResumeError(_unknown_locale(tag), ExitStatus.USAGE) from None
    loaded = loader.load(data)
    foreign = data.suffix.lower() == ".json"  # written elsewhere: read leniently
    if foreign:
        loaded = jsonresume.modernised(loaded)
    resume, warnings = schema.validate(loaded, lenient=foreign)
    tag = tag or resume.meta.get("locale", DEFAULT_LOCALE)
    try:
        chosen = locale.find(tag)
    except LookupError:
        fault = _unknown_locale(tag, loaded.source, Severity.WARNING if foreign else Severity.ERROR)
        if not foreign:
            raise ResumeError([*warnings, fault]) from None
        warnings, chosen = (*warnings, fault), locale.find(DEFAULT_LOCALE)
    document, more = compose(resume, chosen, loaded.source)
    if refused := list(characters.never(leaves(document), loaded.source)):
        raise ResumeError([*warnings, *more, *refused])
    return document, loaded.source, (*warnings, *more)


def validate(data: Path, tag: str = "", project: Path = Path()) -> tuple[Diagnostic, ...]:
    """Everything that can be said without a template and TeX: warnings. Raises `ResumeError` for faults.

    What is wrong with the photo is a warning here: not every template shows it.
    """
    document, source, found = read(data, tag)
    faults = assets.photo(document.photo, source, project)[2] if document.photo else []
    found = (*found, *typesetter.owners_fonts(document, source, project))
    return (*found, *(replace(fault, severity=Severity.WARNING) for fault in faults))


def _unknown_locale(
    tag: str, source: Source | None = None, severity: Severity = Severity.ERROR
) -> Diagnostic:
    known = locale.available()
    hint = f"{nearest(tag, known)} There are {', '.join(known)}".strip()
    message = f"no locale {tag!r}"
    if source is None:
        return Diagnostic(severity, "unknown-locale", message, hint=hint)
    path = ("meta", "locale")
    return source.diagnostic(
        "unknown-locale", message, source.value(path), path=path, hint=hint, severity=severity
    )


def build(request: Request) -> Build:
    """Build one PDF.

    Raises `ResumeError`. A file that is there already is replaced only by a good one; what a failed build
    leaves (`*.failed.tex`, its log, a PDF that did not pass) lies beside it.
    """
    started = time.perf_counter()
    _refuse_unknown(request)
    chosen = template.find(request.template, request.project)
    options = chosen.values(request.options)
    document, source, warnings = read(request.data, request.locale)
    files, document, photo_warnings = _with_photo(document, source, request.project, options)
    if options.get("paper") == "auto":
        options["paper"] = document.paper
    choice = typesetter.choose(
        request.engine,
        document,
        chosen,
        source,
        given_locale=bool(request.locale),
        project=request.project,
    )
    warnings = (*warnings, *photo_warnings, *choice.warnings)
    rendered = render(document, chosen, options, choice.dresser)
    name = output.stem(document.metadata.author, chosen.name)
    try:
        typeset = engine.typeset(
            rendered.source,
            [*((file, file.name) for file in chosen.files()), *files, *choice.files],
            engine=choice.engine,
            trusted=chosen.trusted,
            readable=choice.readable(),
        )
    except engine.TexFailed as error:
        kept = output.keep_failure(request.output, name, source=rendered.source, log=error.log)
        faults = findings.from_failure(error, rendered, kept, source)
        raise ResumeError([*warnings, *faults], ExitStatus.TEX) from None
    report = inspection.inspect(typeset.pdf, rendered, page_limit=chosen.pages, measures=typeset.measures)
    found = [*warnings, *findings.from_log(typeset.findings, rendered, source)]
    found += findings.from_template(document, rendered, source, chosen.name)
    found += findings.from_report(report, chosen, source)
    if request.thorough:
        opinions = inspection.second_opinions(typeset.pdf, rendered)
        report = replace(report, readers=(*report.readers, *opinions))
        found += findings.from_readers(opinions, source)
    if has_errors(found):
        output.keep_failure(request.output, name, source=rendered.source, pdf=typeset.pdf)
        too_long = any(diagnostic.code == "too-long" for diagnostic in found)
        raise ResumeError(found, ExitStatus.DATA if too_long and report.good else ExitStatus.INSPECTION)
    return Build(
        template=chosen.name,
        engine=choice.engine,
        tex=typeset.tex.origin,
        files=output.save(request.output, name, request.formats, typeset.pdf, rendered.source),
        runs=typeset.runs,
        seconds_total=time.perf_counter() - started,
        seconds_tex=typeset.seconds,
        report=report,
        measures=typeset.measures,
        fonts=choice.used(),
        diagnostics=tuple(found),
    )


def _refuse_unknown(request: Request) -> None:
    for what, given, known in (("format", request.formats, FORMATS), ("engine", (request.engine,), ENGINES)):
        for name in given:
            if name not in known:
                message = f"no {what} {name!r}"
                fault = Diagnostic(
                    Severity.ERROR, f"unknown-{what}", message, hint=f"there are {', '.join(known)}"
                )
                raise ResumeError(fault, ExitStatus.USAGE)


def _with_photo(
    document: Document, source: Source, project: Path, options: Mapping[str, template.Value]
) -> tuple[list[tuple[Path, str]], Document, list[Diagnostic]]:
    """The photo as a file for the build folder, where the template shows one."""
    if not document.photo or options.get("photo", "none") in ("none", False):
        return [], replace(document, photo=""), []
    file, name, found = assets.photo(document.photo, source, project)
    if has_errors(found):
        raise ResumeError(found)
    return [(file, name)] if file else [], replace(document, photo=name), found
