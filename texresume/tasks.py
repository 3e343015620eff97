"""The verbs for users: names, defaults and printing. Each calls one function of the package.

Imports stand inside the verbs, so that `--list` and a failing flag cost nothing.
"""

from __future__ import annotations

import functools
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

from . import results
from .diagnostics import (
    Diagnostic,
    ExitStatus,
    ResumeError,
    Severity,
    format_diagnostics,
    has_errors,
    printable,
)

if TYPE_CHECKING:
    from .checking import Check
    from .pipeline import Build, Request

_DATA = "data/resume.yaml"
_HELP = {
    "data": f"the résumé, YAML or JSON Resume (default: {_DATA})",
    "template": "a template's name, or the path of its folder (default: the variant's, else onepage)",
    "variant": "a variant's name, or the path of its file",
    "all": "every variant, side by side",
    "private": "a file to lay over basics, or none (default: private.yaml beside the data, if there)",
    "output": "the folder for what is built (default: dist)",
    "engine": "auto (pdfTeX where it can, else XeTeX), pdftex or xetex",
    "locale": "the language of words and dates, such as de (default: the variant's, meta.locale, else en)",
    "format": "what to write, with commas between: pdf, tex, png",
    "option": "an option of the template, as name=value; may be given again",
    "drop": "--no-drop: leave no highlight out where pages are promised; fail instead",
    "off": "codes of warnings that are not to be said, with commas between (docs/checks.md)",
    "json": "print one JSON object on standard output",
}
_CHECK_HELP = {
    "report": "write a report: FILE.html for people, FILE.sarif for programs; may be given again",
    "annotations": "auto (in GitHub Actions), github or none: a line for GitHub for each finding",
    "baseline": "an earlier PDF to compare with, or the folder where it lies",
    "baseline-must-match": "fail where the PDF differs from the earlier one",
}


def _ends_well(body: Callable[..., None]) -> Callable[..., None]:
    """Print diagnostics where a verb fails, and leave with the status of the contract: never a traceback."""

    @functools.wraps(body)
    def verb(context: Context, *arguments: Any, **flags: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(
                stream, io.TextIOWrapper
            ):  # a terminal that cannot show a letter is no reason to fail
                stream.reconfigure(errors="backslashreplace")
        try:
            body(context, *arguments, **flags)
        except ResumeError as error:
            _report(error.diagnostics)
            if flags.get("json"):
                results.print_builds([], error.diagnostics)
            raise Exit(code=int(error.status)) from None
        except BrokenPipeError:
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - Python flushes it at the end
            raise Exit(code=int(ExitStatus.OK)) from None
        except KeyboardInterrupt:
            raise Exit("interrupted", code=130) from None
        except OSError as error:  # a full disk, a terminal that is gone: all else has its diagnostic
            raise Exit(f"cannot go on: {error}", code=int(ExitStatus.USAGE)) from None

    return verb


def _report(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        sys.stderr.write(format_diagnostics(diagnostics) + "\n")


def _say(text: str, *, json: bool) -> None:
    (sys.stderr if json else sys.stdout).write(f"{text}\n")


def _request(
    data: str, template: str, output: str, engine: str, formats: str, options: Sequence[str], **more: Any
) -> Request:
    from .pipeline import Request  # noqa: PLC0415

    pairs = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            fault = Diagnostic(Severity.ERROR, "wrong-option", f"{option!r} is not name=value")
            raise ResumeError(fault, ExitStatus.USAGE)
        pairs[name.strip()] = value
    wanted = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    return Request(
        data=Path(data),
        template=template,
        output=Path(output),
        options=pairs,
        formats=wanted or ("pdf",),
        engine=engine,
        **more,
    )


def _make(
    request: Request, *, every: bool, json: bool, done: Callable[[Build], str], check: Check | None = None
) -> None:
    """Build one request, or one for each variant, and say what came of it: `done` finds the words."""
    from . import baseline, batch, fit  # noqa: PLC0415 - see the module

    if every:
        _make_all(request, json=json, done=done, check=check)
        return
    outcome = batch.attempt(request)
    if check is not None:
        (outcome,) = check([outcome])
    built = outcome.build
    if built is None:
        raise ResumeError(outcome.diagnostics, outcome.status)
    _report(built.diagnostics)
    _say(done(built), json=json)
    lines = fit.said(built.fit) if built.fit else []
    lines += baseline.said(built.baseline) if built.baseline else []
    for line in lines:
        _say(f"  {line}", json=json)
    if json:
        results.print_builds([built], ())
    if outcome.status:
        raise Exit(code=int(outcome.status))


def _make_all(request: Request, *, json: bool, done: Callable[[Build], str], check: Check | None) -> None:
    from . import baseline, batch, terminal  # noqa: PLC0415 - see the module

    if request.variant:
        fault = Diagnostic(
            Severity.ERROR, "wrong-flags", "--all builds every variant: --variant has no place"
        )
        raise ResumeError(fault, ExitStatus.USAGE)
    requests = batch.for_all_variants(request)
    outcomes = [batch.refusal(request, fault) for fault in batch.same_names_of(request)]
    with terminal.progress(len(requests), sys.stderr if json else sys.stdout) as advance:
        for outcome in batch.build_all(requests):
            outcomes.append(outcome)
            name = Path(outcome.request.variant).stem
            advance(f"{printable(name)}: {done(outcome.build) if outcome.build else 'FAILED'}")
    if check is not None:
        outcomes = check(outcomes)
    for outcome in outcomes:
        for line in baseline.said(outcome.baseline) if outcome.baseline else ():
            _say(f"{Path(outcome.request.variant).stem}: {line}", json=json)
        if outcome.diagnostics:
            sys.stderr.write(f"\n{printable(Path(outcome.request.variant).stem)}:\n")
            _report(outcome.diagnostics)
    failed = [outcome for outcome in outcomes if outcome.status]
    if json:
        results.print_outcomes(outcomes)
    if failed:
        sys.stderr.write(f"{len(failed)} of {len(outcomes)} variants failed\n")
        raise Exit(code=int(max(outcome.status for outcome in failed)))


def _said_of(built: Build) -> str:
    pages = f"{built.report.pages} page{'s' if built.report.pages > 1 else ''}"
    times = f"{built.seconds_total:.2f} s, {built.seconds_tex:.2f} s of it TeX ({built.tex})"
    left = len(built.fit.dropped) if built.fit else 0
    without = f", without {left} highlight{'s' * (left > 1)}" if left else ""
    return f"{', '.join(built.files.values())}: {pages}{without} in {times}"


@task(help={name: text for name, text in _HELP.items() if name != "off"}, iterable=["option"])
@_ends_well
def build(
    context: Context,
    data: str = _DATA,
    template: str = "",
    variant: str = "",
    all: bool = False,  # noqa: A002 - the flag's name is part of the contract
    output: str = "dist",
    engine: str = "auto",
    format: str = "pdf",  # noqa: A002 - as above
    option: Sequence[str] | None = None,
    locale: str = "",
    private: str = "",
    drop: bool = True,
    json: bool = False,
) -> None:
    """Turn the résumé, or what a variant makes of it, into a PDF."""
    more = {"variant": variant, "locale": locale, "private": private, "drop": drop}
    request = _request(data, template, output, engine, format, option or (), **more)
    _make(request, every=all, json=json, done=_said_of)


@task(help={name: _HELP[name] for name in ("data", "variant", "locale", "private", "json")})
@_ends_well
def validate(
    context: Context,
    data: str = _DATA,
    variant: str = "",
    locale: str = "",
    private: str = "",
    json: bool = False,
) -> None:
    """Say everything that is wrong with the data and its variants; needs no TeX."""
    from . import validation  # noqa: PLC0415 - see the module

    found = validation.validate(Path(data), tag=locale, name=variant, private=private)
    _report(found)
    _say(f"{data}: good", json=json)
    if json:
        results.print_builds([], found)


@task(
    help={
        **{name: _HELP[name] for name in ("data", "locale", "private", "json")},
        "variant": "one variant (default: all that there is)",
        "against": "the other one (default: all that there is)",
    }
)
@_ends_well
def diff(
    context: Context,
    variant: str = "",
    against: str = "",
    data: str = _DATA,
    locale: str = "",
    private: str = "",
    json: bool = False,
) -> None:
    """Say what two variants show differently, word by word; needs no TeX."""
    from . import pipeline, terminal  # noqa: PLC0415 - see the module

    request = _request(data, "", "dist", "auto", "pdf", (), variant=variant, locale=locale, private=private)
    changes = pipeline.differences(request, against)
    if json:
        results.write(
            {"a": variant or None, "b": against or None, "changes": [one.as_json() for one in changes]}
        )
        return
    terminal.show_changes(changes, (variant or "the whole résumé", against or "the whole résumé"))


@task(help={**_HELP, **_CHECK_HELP}, iterable=["option", "report"])
@_ends_well
def check(
    context: Context,
    data: str = _DATA,
    template: str = "",
    variant: str = "",
    all: bool = False,  # noqa: A002 - the flag's name is part of the contract
    output: str = "dist",
    engine: str = "auto",
    format: str = "pdf",  # noqa: A002 - as above
    option: Sequence[str] | None = None,
    locale: str = "",
    private: str = "",
    drop: bool = True,
    off: str = "",
    json: bool = False,
    report: Sequence[str] | None = None,
    annotations: str = "auto",
    baseline: str = "",
    baseline_must_match: bool = False,
) -> None:
    """Build, and let every installed reader of PDFs say what it reads: for CI."""
    from . import checking  # noqa: PLC0415 - see the module

    more = {"variant": variant, "locale": locale, "private": private, "drop": drop, "thorough": True}
    more["off"] = tuple(code.strip() for code in off.split(",") if code.strip())
    request = _request(data, template, output, engine, format, option or (), **more)

    def read_by(built: Build) -> str:
        readers = ", ".join(built.report.readers)
        return f"{', '.join(built.files.values())}: every word, link and font is there for {readers}"

    wanted = checking.prepare(
        request,
        every=all,
        reports=report or (),
        annotations=annotations,
        against=baseline,
        must_match=baseline_must_match,
        say=functools.partial(_say, json=json),
    )
    _make(request, every=all, json=json, done=read_by, check=wanted)


@task
@_ends_well
def templates(context: Context) -> None:
    """List the templates and their options."""
    from . import template  # noqa: PLC0415 - see the module

    faults: list[Diagnostic] = []
    for name in sorted(template.folders(Path())):
        try:
            found = template.find(name, Path())
        except ResumeError as error:
            faults += error.diagnostics
            continue
        limit = "" if found.pages is None else f" ({found.pages} page{'s' if found.pages > 1 else ''})"
        sys.stdout.write(f"{name}{limit}: {found.title}. {' '.join(found.description.split())}\n")
        for option in found.options:
            kind = "|".join(option.choices) or (
                f"hex|{'|'.join(option.names)}" if option.names else option.type
            )
            about = " ".join(option.description.split())
            sys.stdout.write(f"    {option.name}={option.default}  ({kind})  {about}\n")
    if faults:
        raise ResumeError(faults)


@task
@_ends_well
def doctor(context: Context) -> None:
    """Say what works on this machine, and what each template needs."""
    from . import doctor as doctoring  # noqa: PLC0415 - see the module

    healthy = True
    for line in doctoring.examine(Path()):
        healthy = healthy and line.good
        sys.stdout.write(f"{'ok     ' if line.good else 'missing'}  {line.text}\n")
        if line.hint:
            sys.stdout.write(f"         {line.hint}\n")
    if not healthy:
        raise Exit(code=int(ExitStatus.TEX))


@task(
    help={
        "yes": "do not ask before using root",
        "engine": "pdftex, or xetex for other scripts as well",
        "fonts": "only the fonts for other scripts",
    }
)
@_ends_well
def setup(context: Context, engine: str = "pdftex", fonts: bool = False, yes: bool = False) -> None:
    """Install a system TeX through the system's package manager, asking first."""
    from . import doctor as doctoring  # noqa: PLC0415 - see the module

    command = doctoring.installation(engine, fonts_only=fonts)
    if doctoring.is_installed(engine) and not yes and not fonts:
        sys.stdout.write(f"The system's {engine} is installed already; --yes installs it again.\n")
        return
    sys.stdout.write(f"This will run: {command.shown}\n")
    if not yes and (not sys.stdin.isatty() or input("Go on? [y/N] ").strip().lower() not in {"y", "yes"}):
        raise Exit("Nothing was done. 'texresume setup --yes' does not ask.", code=int(ExitStatus.USAGE))
    doctoring.install(command)


@task(help={"output": "where to remove what was built (default: dist)"})
@_ends_well
def clean(context: Context, output: str = "dist") -> None:
    """Remove what was built, and what texresume keeps in the user's cache."""
    from . import housekeeping  # noqa: PLC0415 - see the module

    removed = housekeeping.clean(Path(output))
    for file in removed:
        sys.stdout.write(f"removed {file}\n")
    sys.stdout.write("" if removed else "nothing that texresume built is there\n")


@task(
    positional=["folder"],
    help={
        "folder": "where to ('.' for here; texresume, unlike invoke, takes that by default)",
        "from_": "a JSON Resume to start from",
    },
)
@_ends_well
def new(context: Context, folder: str, from_: str = "") -> None:
    """Write a project to start from: data, tasks.py, a CI workflow."""
    from . import housekeeping  # noqa: PLC0415 - see the module

    written, found = housekeeping.new(Path(folder), Path(from_) if from_ else None)
    _report(found)
    for file in written:
        sys.stdout.write(f"{file}\n")
    there = "" if folder == "." else f"cd {folder}, "
    sys.stdout.write(f"Now {there}write into data/resume.yaml, then: texresume build\n")
    if has_errors(found):
        raise Exit(code=int(ExitStatus.DATA))
