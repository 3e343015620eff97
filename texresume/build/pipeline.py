"""The way through, stage by stage: what one build is, on one screen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import fit, output, reading, settings, typesetter
from texresume.data import assets, suppressions
from texresume.latex import template
from texresume.tex import engine, process
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, has_errors
from texresume.document.model import Document
from .evidence import BuildError, Evidence
from .fit import Fit
from texresume.latex.renderer import Rendered, render
from .request import Request as Request  # noqa: PLC0414 - whoever builds needs it
from texresume.data.source import Source

if TYPE_CHECKING:
    from texresume.pdf import inspection
    from texresume.variants import variant
    from texresume.check.baseline import Comparison
    from texresume.variants.difference import Change

FORMATS = ("pdf", "tex", "png")
ENGINES = typesetter.ENGINES


@dataclass(frozen=True, slots=True)
class Build:
    """What was built. `files` leads from a format to its file; times are seconds of the clock.

    `tex` says which TeX was used, `system` or `embedded`; `measures` is what the source measured, in pt;
    `fonts` are those that XeTeX took beside the template's own. `started` is when it began, in seconds since
    1970; `inputs` are the files and folders that it was made from, empty if some are not known, and `rivals`
    those that would have been taken instead. `evidence` is kept by thorough builds; `baseline` is what
    `check` finds against an earlier PDF.
    """

    variant: str
    template: str
    engine: str
    tex: str
    files: Mapping[str, str]
    runs: int
    seconds_total: float
    seconds_tex: float
    report: inspection.Report
    measures: Mapping[str, str]
    fit: Fit | None
    fonts: tuple[Mapping[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]
    started: float = 0.0
    inputs: tuple[Path, ...] = ()
    rivals: tuple[Path, ...] = ()
    evidence: Evidence | None = None
    baseline: Comparison | None = None

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        against = {"baseline": self.baseline.as_json()} if self.baseline else {}
        return {
            "variant": self.variant or None,
            "template": self.template,
            "engine": self.engine,
            "tex": self.tex,
            "files": dict(self.files),
            "pages": self.report.pages,
            "unchanged": False,
            "runs": self.runs,
            "seconds": {"total": round(self.seconds_total, 4), "tex": round(self.seconds_tex, 4)},
            "measures": dict(self.measures),
            "fit": self.fit.as_json() if self.fit else None,
            "fonts": [dict(font) for font in self.fonts],
            "inspection": self.report.as_json(),
            **against,
        }


def read(data: Path, tag: str = "") -> tuple[Document, Source, tuple[Diagnostic, ...]]:
    """Everything before a template has a say, without a variant: load, validate, compose, refuse.

    `tag` is the locale, if not the data's own.
    """
    found = reading.read(reading.master(data), tag=tag)
    return found.document, found.source, found.warnings


def differences(request: Request, against: str) -> list[Change]:
    """What the request's variant and another one show differently ("" for all that there is).

    Raises `ResumeError` if either cannot be read; needs no TeX.
    """
    from texresume.variants import difference, variant

    whole = reading.master(request.data, request.private)
    sides = []
    for name in (request.variant, against):
        wanted = variant.find(name, request.data, request.project) if name else None
        chosen, options, _ = settings.settle(request.template, request.options, wanted, request.project)
        document = reading.read(whole, wanted, request.locale).document
        shown = {
            "template": chosen.name,
            "locale": document.metadata.language,
            "pages": str(chosen.pages or ""),
        }
        shown.update({f"options.{option}": _shown(value) for option, value in options.items()})
        sides.append((document, shown))
    (a, a_settings), (b, b_settings) = sides
    return [*difference.settings_changed(a_settings, b_settings), *difference.compare(a, b)]


def _shown(value: template.Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def build(request: Request) -> Build:
    """Build one PDF.

    Raises `ResumeError`. A file that is there already is replaced only by a good one; what a failed build
    leaves (`*.failed.tex`, its log, a PDF that did not pass) lies beside it.
    """
    started, clock = time.perf_counter(), time.time()
    _refuse_unknown(request)
    wanted = _variant(request) if request.variant else None
    chosen, options, warned = settings.settle(request.template, request.options, wanted, request.project)
    private = reading.private_file(request.data, request.private)
    whole = reading.master(request.data, request.private)
    read_in = reading.read(whole, wanted, request.locale)
    source, warnings = read_in.source, (*warned, *read_in.warnings)
    files, document, photo_warnings = _with_photo(read_in.document, source, request.project, options)
    if options.get("paper") == "auto":
        options["paper"] = document.paper
    choice = typesetter.choose(
        request.engine,
        document,
        chosen,
        source,
        given_locale=not read_in.locale_is_own,
        project=request.project,
    )
    warnings = (*warnings, *photo_warnings, *choice.warnings)
    name = output.stem(document.metadata.author, wanted.name if wanted else "", chosen.name)
    parts = [*((file, file.name) for file in chosen.files()), *files, *choice.files]
    process.meanwhile(_look_ahead)
    try:
        document, rendered, typeset, fitted = _typeset(request, document, chosen, options, choice, parts)
    except _Refused as error:
        from . import findings

        kept = output.keep_failure(request.output, name, source=error.rendered.source, log=error.failure.log)
        faults = findings.from_failure(error.failure, error.rendered, kept, source)
        evidence = _evidence(request, document, wanted, chosen, choice, error.rendered)
        raise BuildError([*warnings, *faults], ExitStatus.TEX, evidence) from None
    from . import findings
    from texresume.pdf import inspection

    report = inspection.inspect(typeset.pdf, rendered, thorough=request.thorough)
    found = [*warnings, *findings.from_log(typeset.findings, rendered, source)]
    found += findings.from_fit(report, fitted, chosen, source, wanted)
    found += findings.from_template(document, rendered, source, chosen.name)
    found += findings.from_report(report, source)
    if request.thorough and report.pages:
        from texresume.check import thorough

        asked, more = thorough.examine(typeset.pdf, document, rendered, source, typeset.measures)
        report = replace(report, readers=(*report.readers, *asked))
        found += more
        found += findings.from_fonts(
            inspection.unmapped(typeset.pdf), inspection.misread(typeset.pdf, rendered), source
        )
        found += advice(whole, read_in, document, fitted, wanted)
    found = suppressions.without(found, {*request.off, *read_in.resume.suppressed, *(wanted.suppressed if wanted else ())})
    evidence = _evidence(request, document, wanted, chosen, choice, rendered)
    if evidence:
        evidence = replace(evidence, pdf=typeset.pdf, report=report, fit=fitted)
    if has_errors(found):
        output.keep_failure(request.output, name, source=rendered.source, pdf=typeset.pdf)
        too_long = any(diagnostic.code == "too-long" for diagnostic in found)
        status = ExitStatus.DATA if too_long and report.good else ExitStatus.INSPECTION
        raise BuildError(found, status, evidence)
    return Build(
        variant=wanted.name if wanted else "",
        template=chosen.name,
        engine=choice.engine,
        tex=typeset.tex.origin,
        files=output.save(request.output, name, request.formats, typeset.pdf, rendered.source),
        runs=typeset.runs,
        seconds_total=time.perf_counter() - started,
        seconds_tex=typeset.seconds,
        report=report,
        measures=typeset.measures,
        fit=fitted,
        fonts=choice.used(),
        diagnostics=tuple(found),
        started=clock,
        inputs=_inputs(
            request, wanted, chosen, document, [*filter(None, [private]), *(file for file, _ in files)]
        ),
        rivals=_rivals(request, wanted, read_in.document.photo if files else "", source),
        evidence=evidence,
    )


def _look_ahead() -> None:
    """Import what comes after TeX, while TeX runs: the time would pass in waiting."""
    from . import findings  # noqa: F401 - needed after TeX alone
    from texresume.pdf import extractors  # noqa: F401 - needed after TeX alone

    extractors.prepare()


def _variant(request: Request) -> variant.Variant:
    from texresume.variants import variant

    return variant.find(request.variant, request.data, request.project)


def _inputs(
    request: Request,
    wanted: variant.Variant | None,
    chosen: template.Template,
    document: Document,
    more: list[Path],
) -> tuple[Path, ...]:
    """What a build was made from: a change of any of it may change the PDF or what is said of it."""
    if document.fonts:
        return ()  # families of the machine, and files that are only named in a warning
    found = [request.data, *more, chosen.folder, template.shared_folder()]
    if wanted is not None:
        found += [*wanted.ancestors, *([wanted.posting] if wanted.posting else [])]
    return tuple(dict.fromkeys(found))


def _rivals(request: Request, wanted: variant.Variant | None, photo: str, source: Source) -> tuple[Path, ...]:
    """What need not be there, and would be taken before or beside the inputs."""
    found = [request.data.parent / reading.PRIVATE, request.project / "templates"]
    if photo:
        found += assets.candidates(photo, source, assets.PLACE)
    if wanted is not None:
        from texresume.variants import variant

        found += [rival for file in wanted.ancestors for rival in variant.rivals(file)]
    return tuple(found)


def _evidence(
    request: Request,
    document: Document,
    wanted: variant.Variant | None,
    chosen: template.Template,
    choice: typesetter.Choice,
    rendered: Rendered,
) -> Evidence | None:
    """What `check` may want to show: builds that are not thorough keep nothing."""
    if not request.thorough:
        return None
    return Evidence(
        name=document.metadata.author,
        variant=wanted.name if wanted else "",
        template=chosen.name,
        engine=choice.engine,
        language=document.metadata.language,
        fields=tuple(printed.field for printed in rendered.fields),
    )


class _Refused(Exception):  # noqa: N818 - caught in `build`
    """TeX's refusal of a source."""

    def __init__(self, failure: engine.TexFailed, rendered: Rendered) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.rendered = rendered


def _typeset(
    request: Request,
    document: Document,
    chosen: template.Template,
    options: Mapping[str, template.Value],
    choice: typesetter.Choice,
    files: list[tuple[Path, str]],
) -> tuple[Document, Rendered, engine.Typeset, Fit | None]:
    """The document as it was typeset: if it may and must, without some highlights, so that it fits."""
    ladder = fit.ladder(chosen, options)
    dropped: tuple[fit.Dropped, ...] = ()
    runs, seconds = 0, 0.0
    for attempt in range(fit.ATTEMPTS):
        rendered = render(document, chosen, options, choice.font_selector, ladder)
        try:
            typeset = engine.typeset(
                rendered.source,
                files,
                engine=choice.engine,
                trusted=chosen.trusted,
                readable=choice.readable(),
            )
        except engine.TexFailed as error:
            raise _Refused(error, rendered) from None
        runs, seconds = runs + typeset.runs, seconds + typeset.seconds
        fitted = fit.measured(typeset.measures, typeset.items, rendered)
        if fitted is None or not fitted.over or not request.drop or attempt == fit.ATTEMPTS - 1:
            break
        document, more, spare = fit.lighter(document, fitted)
        fitted = replace(fitted, spare=spare)
        if not more:
            break
        dropped += more
        ladder = replace(ladder, first=fitted.steps)
    typeset = replace(typeset, runs=runs, seconds=seconds)
    return document, rendered, typeset, replace(fitted, dropped=dropped) if fitted else None


def advice(
    whole: reading.LoadedData,
    read_in: reading.Content,
    document: Document,
    fitted: Fit | None,
    wanted: variant.Variant | None,
) -> list[Diagnostic]:
    """What a good editor would say of the content: about dates, words and spelling."""
    from texresume.check import chronology, hints, spelling

    resume, source, ordered = read_in.resume, read_in.source, wanted.order if wanted else ()
    own = resume.meta.get("locale", reading.DEFAULT_LOCALE)
    today = chronology.today(resume)
    return [
        *chronology.given(resume, whole.resume, source, today, document.metadata.language, ordered),
        *hints.given(document, source, fitted, own, today.date),
        *spelling.given(document, source, own),
    ]


def _refuse_unknown(request: Request) -> None:
    suppressions.refuse_unknown(request.off)
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
