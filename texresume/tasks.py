"""The verbs for users: names, defaults and printing. Each calls one function of the package.

Imports stand inside the verbs, so that `--list` and a failing flag cost nothing.
"""

from __future__ import annotations

import functools
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

from .diagnostics import Diagnostic, ExitStatus, ResumeError, format_diagnostics, has_errors, in_order

if TYPE_CHECKING:
    from .pipeline import Build, Request

_DATA = "data/resume.yaml"
_HELP = {
    "data": f"the résumé, YAML or JSON Resume (default: {_DATA})",
    "template": "a template's name, or the path of its folder (default: onepage)",
    "output": "the folder for what is built (default: dist)",
    "engine": "auto (pdfTeX where it can, else XeTeX), pdftex or xetex",
    "locale": "the language of words and dates, such as de or pt-BR (default: meta.locale, else en)",
    "format": "what to write, with commas between: pdf, tex, png",
    "option": "an option of the template, as name=value; may be given again",
    "json": "print one JSON object on standard output",
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
                _print_json([], error.diagnostics)
            raise Exit(code=int(error.status)) from None
        except BrokenPipeError:
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - Python flushes it at the end
            raise Exit(code=int(ExitStatus.OK)) from None
        except KeyboardInterrupt:
            raise Exit("interrupted", code=130) from None

    return verb


def _report(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        sys.stderr.write(format_diagnostics(diagnostics) + "\n")


def _print_json(builds: Sequence[Build], diagnostics: Sequence[Diagnostic]) -> None:
    found = [*diagnostics, *(diagnostic for build in builds for diagnostic in build.diagnostics)]
    result = {
        "builds": [build.as_json() for build in builds],
        "diagnostics": [diagnostic.as_json() for diagnostic in in_order(found)],
    }
    plain = (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")
    sys.stdout.write(json.dumps(result, ensure_ascii=plain, indent=2) + "\n")


def _say(text: str, *, json: bool) -> None:
    (sys.stderr if json else sys.stdout).write(f"{text}\n")


def _request(
    data: str, template: str, output: str, engine: str, formats: str, options: Sequence[str], **more: Any
) -> Request:
    from .diagnostics import Severity  # noqa: PLC0415 - see the module
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


@task(help=_HELP, iterable=["option"])
@_ends_well
def build(
    context: Context,
    data: str = _DATA,
    template: str = "onepage",
    output: str = "dist",
    engine: str = "auto",
    format: str = "pdf",  # noqa: A002 - the flag's name is part of the contract
    option: Sequence[str] | None = None,
    locale: str = "",
    json: bool = False,
) -> None:
    """Turn the résumé into a PDF."""
    from . import pipeline  # noqa: PLC0415 - see the module

    built = pipeline.build(_request(data, template, output, engine, format, option or (), locale=locale))
    _report(built.diagnostics)
    for file in built.files.values():
        pages = f"{built.report.pages} page{'s' if built.report.pages > 1 else ''}"
        times = f"{built.seconds_total:.2f} s, {built.seconds_tex:.2f} s of it TeX ({built.tex})"
        _say(f"{file}: {pages} in {times}", json=json)
    if json:
        _print_json([built], ())


@task(help={name: _HELP[name] for name in ("data", "locale", "json")})
@_ends_well
def validate(context: Context, data: str = _DATA, locale: str = "", json: bool = False) -> None:
    """Say everything that is wrong with the data; needs no TeX."""
    from . import pipeline  # noqa: PLC0415 - see the module

    found = pipeline.validate(Path(data), locale)
    _report(found)
    _say(f"{data}: good", json=json)
    if json:
        _print_json([], found)


@task(help=_HELP, iterable=["option"])
@_ends_well
def check(
    context: Context,
    data: str = _DATA,
    template: str = "onepage",
    output: str = "dist",
    engine: str = "auto",
    format: str = "pdf",  # noqa: A002 - the flag's name is part of the contract
    option: Sequence[str] | None = None,
    locale: str = "",
    json: bool = False,
) -> None:
    """Build, and let every installed reader of PDFs say what it reads: for CI."""
    from . import pipeline  # noqa: PLC0415 - see the module

    built = pipeline.build(
        _request(data, template, output, engine, format, option or (), thorough=True, locale=locale)
    )
    _report(built.diagnostics)
    readers = ", ".join(built.report.readers)
    _say(f"{', '.join(built.files.values())}: every word, link and font is there for {readers}", json=json)
    if json:
        _print_json([built], ())


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
