"""The commands: what each does with its flags. Most call one function of the package and print.

Imports stand inside the commands, so that `--help` and a mistyped flag cost nothing.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, has_errors
from texresume.records import dataclass

from . import streams
from .flags import (
    BuildFlags,
    CheckFlags,
    CleanFlags,
    CommonFlags,
    DiffFlags,
    DoctorFlags,
    Flag,
    NewFlags,
    PreviewFlags,
    SetupFlags,
    TemplatesFlags,
    ValidateFlags,
    WatchFlags,
    of,
)

if TYPE_CHECKING:
    from texresume.build.request import Request

GROUPS = {"make": "Make", "check": "Check", "project": "Project"}
"""The headings of `--help`, in order."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Command:
    """What `texresume NAME` does, and what its help says. `body` takes an instance of `takes`."""

    name: str
    group: str
    takes: type[Any]
    body: Callable[[Any], None]
    examples: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The first line of its help."""
        return (self.body.__doc__ or "").strip()

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Its flags, in the order of its help."""
        return of(self.takes)

    def run(self, flags: object) -> None:
        """Run it. Raises `console.Exit` unless all went well."""
        from . import console

        console.run(self.body, flags)


COMMANDS: dict[str, Command] = {}


def _command(
    takes: type[F], group: str, *examples: str
) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    def add(body: Callable[[F], None]) -> Callable[[F], None]:
        name = body.__name__
        COMMANDS[name] = Command(name, group, takes, body, tuple(f"texresume {one}" for one in examples))
        return body

    return add


def _request(flags: CommonFlags, **more: Any) -> Request:
    from . import console

    given = (flags.data, flags.template, flags.output, flags.engine, flags.format, flags.option)
    more |= {"variant": flags.variant, "locale": flags.locale, "private": flags.private, "drop": flags.drop}
    more |= {"untrusted": flags.untrusted, "keep_going": flags.keep_going}
    if isinstance(flags, BuildFlags):
        more["verify"] = flags.verify
        more["merge"] = flags.merge
        more["untagged"], more["archive"], more["attach"] = flags.untagged, flags.archive, flags.attach
    if isinstance(flags, BuildFlags | CheckFlags):
        more["name"] = flags.name
        more["settings"] = {"wrap": flags.wrap, "ascii": str(flags.ascii).lower()}
    return console.request(*given, **more)


def _preview_request(flags: PreviewFlags) -> Request:
    from . import console

    given = (flags.data, flags.template, flags.output, flags.engine, flags.format, flags.option)
    return console.request(
        *given,
        variant=flags.variant,
        locale=flags.locale,
        private=flags.private,
        drop=flags.drop,
        untrusted=not flags.trust,
        keep_going=flags.keep_going,
        name=flags.name,
        settings={"wrap": flags.wrap, "ascii": str(flags.ascii).lower()},
    )


@_command(
    BuildFlags,
    "make",
    "build",
    "build data/resume.yaml --template moderncv --option accent=green",
    "build --all --format pdf,png",
)
def build(flags: BuildFlags) -> None:
    """Build the PDF of the résumé, or of a variant."""
    from . import console

    console.make(_request(flags), every=flags.all, json=flags.json)


@_command(WatchFlags, "make", "watch", "watch --variant acme")
def watch(flags: WatchFlags) -> None:
    """Build, and rebuild on every save until Ctrl-C."""
    from . import console

    console.watch(_request(flags), every=flags.all, json=flags.json)


@_command(
    PreviewFlags,
    "make",
    "preview",
    "preview --variant acme --port 4800 --no-open",
    "preview --editor vscode://file{file}:{line}",
)
def preview(flags: PreviewFlags) -> None:
    """Show the page beside the text in the browser, new on every save."""
    from . import previewing

    previewing.preview(_preview_request(flags), flags)


@_command(
    CheckFlags,
    "check",
    "check",
    "check --all --report report.html",
    "check --strict --off date-gap",
    "check --baseline published/ --baseline-must-match",
)
def check(flags: CheckFlags) -> None:
    """Build, then verify the PDF with every installed PDF extractor."""
    from texresume.check import checking

    from . import console

    off, fail_on = (
        tuple(code.strip() for code in codes.split(",") if code.strip())
        for codes in (flags.off, flags.fail_on)
    )
    request = _request(flags, off=off)
    job = checking.prepare(
        request,
        every=flags.all,
        reports=flags.report,
        annotations=flags.annotations,
        against=flags.baseline,
        must_match=flags.baseline_must_match,
        strict=flags.strict,
        fail_on=fail_on,
        say=functools.partial(console.annotate, json=flags.json),
        exit_code=console.exit_status,
    )
    console.make(request, every=flags.all, json=flags.json, check=job)


@_command(ValidateFlags, "check", "validate", "validate data/resume.yaml --json")
def validate(flags: ValidateFlags) -> None:
    """Validate the data and its variants, without TeX."""
    from texresume.check import validation

    from . import console, json_output

    found = validation.validate(
        Path(flags.data),
        tag=flags.locale,
        name=flags.variant,
        private=flags.private,
        keep_going=flags.keep_going,
    )
    console.report(found)
    console.say(f"{flags.data}: valid", json=flags.json)
    if flags.json:
        json_output.print_builds([], found)


@_command(DiffFlags, "check", "diff --variant acme", "diff --variant acme --against initech")
def diff(flags: DiffFlags) -> None:
    """Show how two variants differ, word by word, without TeX."""
    from texresume.build import differences

    from . import console, json_output, terminal

    a, b = flags.variant, flags.against
    if not a and not b:
        hint = "texresume diff --variant NAME [--against NAME]"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", "no variant to compare", hint=hint))
    more = {"variant": a, "locale": flags.locale, "private": flags.private, "keep_going": flags.keep_going}
    changes = differences.differences(console.request(flags.data, "", "dist", "auto", "pdf", (), **more), b)
    if flags.json:
        json_output.write({"a": a or None, "b": b or None, "changes": [one.as_json() for one in changes]})
        return
    whole = "the whole résumé"
    terminal.show_changes(changes, (a or whole, b or whole))


@_command(
    NewFlags,
    "project",
    "new my-resume",
    "new my-resume --from cv.yaml",
    "new my-resume --requirement texresume.whl",
)
def new(flags: NewFlags) -> None:
    """Create a project: data, a variant, CI workflows."""
    from . import console, project

    source = Path(flags.from_) if flags.from_ else None
    made = project.new(Path(flags.folder), source, flags.requirement)
    console.report(made.diagnostics)
    for file in made.files:
        streams.say(f"created {file}")
    if made.converted:
        streams.say(made.converted)
    there = "" if flags.folder == "." else f"cd {flags.folder}, "
    streams.say(f"Next: {there}edit data/resume.yaml, then run 'texresume build'")
    if has_errors(made.diagnostics):
        raise console.Exit(code=ExitStatus.DATA)


@_command(
    TemplatesFlags,
    "project",
    "templates",
    "templates onepage",
    "templates --copy onepage mine",
    "templates --json",
)
def templates(flags: TemplatesFlags) -> None:
    """List the templates and their options."""
    from . import console, json_output
    from . import templates as listing

    if flags.copy:
        copied = listing.copy(flags.copy, flags.name, Path(), force=flags.force)
        if flags.json:
            json_output.write({"files": [file.as_posix() for file in copied]})
        for file in copied:
            console.say(f"created {file}", json=flags.json)
        return
    found, errors = listing.find(flags.name, Path())
    if flags.json:
        faults = [error.as_json() for error in errors]
        json_output.write({"templates": list(map(listing.as_json, found)), "diagnostics": faults})
    for one in () if flags.json else found:
        lines = listing.described(one) if flags.name else listing.listed(one)
        for line in lines:
            streams.say(line)
    console.report(errors)
    if errors:
        raise console.Exit(code=ExitStatus.DATA)


@_command(DoctorFlags, "project", "doctor", "doctor --template ../others/template")
def doctor(flags: DoctorFlags) -> None:
    """Show what works on this machine and what is missing."""
    from . import console
    from . import doctor as examination

    healthy = True
    for line in examination.examine(Path(), flags.template):
        healthy = healthy and line.good
        streams.say(f"{'ok     ' if line.good else 'missing'}  {line.text}")
        if line.hint:
            streams.say(f"         {line.hint}")
    if not healthy:
        raise console.Exit(code=ExitStatus.TEX)


@_command(SetupFlags, "project", "setup", "setup --engine xetex", "setup --fonts --yes")
def setup(flags: SetupFlags) -> None:
    """Install TeX or fonts with the system's package manager."""
    from texresume.tex import installation

    from . import console

    command = installation.installation(flags.engine, fonts_only=flags.fonts)
    if installation.is_installed(flags.engine) and not flags.yes and not flags.fonts:
        streams.say(f"{flags.engine} is already installed; use --yes to install it again")
        return
    streams.say(f"This will run: {command.shown}")
    if not flags.yes and not _confirmed():
        raise console.Exit(
            "Nothing was installed; use 'texresume setup --yes' to skip the question.", code=ExitStatus.USAGE
        )
    installation.install(command)


def _confirmed() -> bool:
    return sys.stdin.isatty() and input("Continue? [y/N] ").strip().lower() in {"y", "yes"}


@_command(CleanFlags, "project", "clean")
def clean(flags: CleanFlags) -> None:
    """Remove the built files and the cache."""
    from . import project

    removed = project.clean(Path(flags.output))
    for file in removed:
        streams.say(f"removed {file}")
    if not removed:
        streams.say("cache cleared; no built files found")
