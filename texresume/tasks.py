"""The verbs for users: names, defaults and printing. Each calls one function of the package.

Imports stand inside the verbs, so that `--list` and a failing flag cost nothing.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from pathlib import Path

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

from .cli import console, json_output
from .diagnostics import Diagnostic, ExitStatus, ResumeError, has_errors

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


@task(help={name: text for name, text in _HELP.items() if name != "off"}, iterable=["option"])
@console.ends_well
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
    request = console.request(data, template, output, engine, format, option or (), **more)
    console.make(request, every=all, json=json)


@task(
    help={
        **{name: text for name, text in _HELP.items() if name != "off"},
        "all": "every variant; after a change those that it concerns",
        "json": "print a JSON object for each build on standard output, each on a line",
    },
    iterable=["option"],
)
@console.ends_well
def watch(
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
    """Build, and again on every save of anything that the PDF is made of, until Ctrl-C."""
    more = {"variant": variant, "locale": locale, "private": private, "drop": drop}
    request = console.request(data, template, output, engine, format, option or (), **more)
    console.watch(request, every=all, json=json)


@task(help={name: _HELP[name] for name in ("data", "variant", "locale", "private", "json")})
@console.ends_well
def validate(
    context: Context,
    data: str = _DATA,
    variant: str = "",
    locale: str = "",
    private: str = "",
    json: bool = False,
) -> None:
    """Say everything that is wrong with the data and its variants; needs no TeX."""
    from .check import validation

    found = validation.validate(Path(data), tag=locale, name=variant, private=private)
    console.report(found)
    console.say(f"{data}: valid", json=json)
    if json:
        json_output.print_builds([], found)


@task(
    help={
        **{name: _HELP[name] for name in ("data", "locale", "private", "json")},
        "variant": "one variant (default: all that there is)",
        "against": "the other one (default: all that there is)",
    }
)
@console.ends_well
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
    from .build import differences
    from .cli import terminal

    request = console.request(
        data, "", "dist", "auto", "pdf", (), variant=variant, locale=locale, private=private
    )
    changes = differences.differences(request, against)
    if json:
        json_output.write(
            {"a": variant or None, "b": against or None, "changes": [one.as_json() for one in changes]}
        )
        return
    terminal.show_changes(changes, (variant or "the whole résumé", against or "the whole résumé"))


@task(help={**_HELP, **_CHECK_HELP}, iterable=["option", "report"])
@console.ends_well
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
    from .check import checking

    more = {"variant": variant, "locale": locale, "private": private, "drop": drop}
    more["off"] = tuple(code.strip() for code in off.split(",") if code.strip())
    request = console.request(data, template, output, engine, format, option or (), **more)

    job = checking.prepare(
        request,
        every=all,
        reports=report or (),
        annotations=annotations,
        against=baseline,
        must_match=baseline_must_match,
        say=functools.partial(console.say, json=json),
        exit_code=console.exit_status,
    )
    console.make(request, every=all, json=json, check=job)


@task
@console.ends_well
def templates(context: Context) -> None:
    """List the templates and their options."""
    from .latex import template

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
@console.ends_well
def doctor(context: Context) -> None:
    """Say what works on this machine, and what each template needs."""
    from .cli import doctor as doctoring

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
@console.ends_well
def setup(context: Context, engine: str = "pdftex", fonts: bool = False, yes: bool = False) -> None:
    """Install a system TeX through the system's package manager, asking first."""
    from .tex import installation

    command = installation.installation(engine, fonts_only=fonts)
    if installation.is_installed(engine) and not yes and not fonts:
        sys.stdout.write(f"The system's {engine} is installed already; --yes installs it again.\n")
        return
    sys.stdout.write(f"This will run: {command.shown}\n")
    if not yes and (not sys.stdin.isatty() or input("Go on? [y/N] ").strip().lower() not in {"y", "yes"}):
        raise Exit("Nothing was done. 'texresume setup --yes' does not ask.", code=int(ExitStatus.USAGE))
    installation.install(command)


@task(help={"output": "where to remove what was built (default: dist)"})
@console.ends_well
def clean(context: Context, output: str = "dist") -> None:
    """Remove what was built, and what texresume keeps in the user's cache."""
    from .cli import project

    removed = project.clean(Path(output))
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
@console.ends_well
def new(context: Context, folder: str, from_: str = "") -> None:
    """Write a project to start from: data, tasks.py, a CI workflow."""
    from .cli import project

    written, found = project.new(Path(folder), Path(from_) if from_ else None)
    console.report(found)
    for file in written:
        sys.stdout.write(f"{file}\n")
    there = "" if folder == "." else f"cd {folder}, "
    sys.stdout.write(f"Now {there}write into data/resume.yaml, then: texresume build\n")
    if has_errors(found):
        raise Exit(code=int(ExitStatus.DATA))
