"""The flags of every command, each declared once: name, default, help.

A command takes one of these dataclasses. `arguments` fills it from the command line, `help` prints it, and
`texresume.tasks` turns it into the signature of a task for invoke.
"""

from __future__ import annotations

from dataclasses import field, fields
from enum import Enum
from typing import Any, TypeAlias

from texresume.exchange import registry
from texresume.records import dataclass

Value: TypeAlias = "str | bool | tuple[str, ...]"
"""The type of a default says what a flag takes: text once, nothing, or text that may be repeated."""

_DATA = "data/resume.yaml"


class Argument(Enum):
    """Whether the value may be given without the name of its flag."""

    NO = "no"
    ALSO = "also"
    USUALLY = "usually"  # help shows it so, and to invoke it is an argument that must be given


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag as people type it. `attribute` is its name in the dataclass, `short` a letter or nothing."""

    attribute: str
    default: Value
    help: str
    metavar: str
    short: str
    argument: Argument

    @property
    def name(self) -> str:
        """The name on the command line, without dashes."""
        return _dashed(self.attribute)

    @property
    def long(self) -> str:
        """What turns it on, or off where it is on by default."""
        return f"--no-{self.name}" if self.default is True else f"--{self.name}"

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value."""
        return isinstance(self.default, bool)

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be given more than once."""
        return isinstance(self.default, tuple)


def _dashed(attribute: str) -> str:
    return attribute.rstrip("_").replace("_", "-")


def _flag(default: Value, text: str, metavar: str = "", argument: Argument = Argument.NO) -> Any:
    """A field of a command's dataclass."""
    return field(default=default, metadata={"help": text, "metavar": metavar, "argument": argument})


def of(command: type[Any]) -> tuple[Flag, ...]:
    """The flags of a command's dataclass, in its order.

    Short flags are given as invoke does it: the first letter of the name that is still free.
    """
    found: list[Flag] = []
    for one in fields(command):
        name = _dashed(one.name)
        taken = {flag.short for flag in found}
        short = next((letter for letter in name if letter not in taken), "")
        default: Any = one.default
        found.append(Flag(one.name, default, short=short, **one.metadata))
    return tuple(found)


def _data() -> Any:
    text = f"the résumé, as YAML or JSON Resume [default: {_DATA}]"
    return _flag(_DATA, text, "FILE", Argument.ALSO)


def _locale() -> Any:
    return _flag(
        "", "language of headings and dates, such as 'de' [default: from the data, else 'en']", "TAG"
    )


def _private() -> Any:
    text = "merge FILE into 'basics', or 'none' [default: private.yaml next to the data, if it exists]"
    return _flag("", text, "FILE")


def _json(text: str = "print the result as one JSON object on standard output") -> Any:
    return _flag(False, text)


def _output(text: str) -> Any:
    return _flag("dist", f"{text} [default: dist]", "DIR")


def _keep_going() -> Any:
    return _flag(False, "leave out entries of .bib files that cannot be read, with warnings")


@dataclass(frozen=True)
class NoFlags:
    """Of commands that take none."""


@dataclass(frozen=True)
class CommonFlags:
    """What `build`, `watch` and `check` have in common."""

    data: str = _data()
    template: str = _flag("", "template, by name or path [default: from the variant, else onepage]", "NAME")
    variant: str = _flag("", "variant, by name or path", "NAME")
    all: bool = _flag(False, "build every variant, in parallel")
    output: str = _output("output folder, or a file such as cv.pdf or cv.txt")
    engine: str = _flag(
        "auto", "pdftex, xetex, or auto: pdfTeX if it can set the text [default: auto]", "NAME"
    )
    format: str = _flag(
        "pdf",
        f"output formats, comma-separated: {', '.join([*registry.OWN, *registry.FORMATS])} [default: pdf]",
        "LIST",
    )
    option: tuple[str, ...] = _flag((), "set a template option; repeatable", "NAME=VALUE")
    locale: str = _locale()
    private: str = _private()
    drop: bool = _flag(True, "fail instead of leaving out highlights to keep the page limit")
    untrusted: bool = _flag(False, "refuse a template of others that cannot be confined here")
    keep_going: bool = _keep_going()
    json: bool = _json()


def _wrap() -> Any:
    text = "width of lines in txt, in columns; 0 leaves paragraphs on one line [default: 72]"
    return _flag(registry.SETTINGS["wrap"], text, "N")


def _ascii() -> Any:
    return _flag(False, "plain punctuation in txt: - for dashes, * for bullets, straight quotes")


@dataclass(frozen=True)
class BuildFlags(CommonFlags):
    """Those, and what only makes sense where a PDF is wanted whatever is wrong with it."""

    verify: bool = _flag(True, "write the PDF even if it does not pass verification")
    merge: bool = _flag(False, "also write the letter and the résumé of the variant as one PDF")
    name: str = _flag(
        "", "name of the files; may contain {name}, {variant}, {template}, {locale}, {date}", "TEXT"
    )
    wrap: str = _wrap()
    ascii: bool = _ascii()
    untagged: bool = _flag(False, "leave out the structure for screen readers, to compare")
    archive: bool = _flag(False, "make the PDF a PDF/A-3u, for archives")
    attach: str = _flag("", "put the data that it shows into the PDF: json, or none", "FORMAT")


@dataclass(frozen=True)
class WatchFlags(BuildFlags):
    """As those of `build`."""

    all: bool = _flag(False, "build every variant, then those that a change affects")
    json: bool = _json("print one JSON object per round on standard output, each on its own line")


@dataclass(frozen=True)
class CheckFlags(CommonFlags):
    """Those of `build`, and what to compare with and where to report."""

    off: str = _flag("", "turn off warnings by code (in brackets after each), comma-separated", "CODES")
    strict: bool = _flag(False, "fail on warnings, too")
    fail_on: str = _flag("", "fail on these warnings or notes, by code, comma-separated", "CODES")
    report: tuple[str, ...] = _flag((), "write a report to FILE.html or FILE.sarif; repeatable", "FILE")
    annotations: str = _flag(
        "auto",
        "GitHub annotations: auto (when run in GitHub Actions), github or none [default: auto]",
        "WHEN",
    )
    baseline: str = _flag(
        "", "compare with an earlier PDF, or with the one of the same name in a folder", "PATH"
    )
    baseline_must_match: bool = _flag(False, "fail if the PDF differs from the baseline")
    name: str = _flag(
        "", "name of the files; may contain {name}, {variant}, {template}, {locale}, {date}", "TEXT"
    )
    wrap: str = _wrap()
    ascii: bool = _ascii()


@dataclass(frozen=True)
class ValidateFlags:
    """What `validate` reads."""

    data: str = _data()
    variant: str = _flag("", "validate this variant only, by name or path [default: all variants]", "NAME")
    locale: str = _locale()
    private: str = _private()
    keep_going: bool = _keep_going()
    json: bool = _json()


@dataclass(frozen=True)
class DiffFlags:
    """The two sides of `diff`."""

    data: str = _data()
    variant: str = _flag("", "first variant, by name or path [default: the whole résumé]", "NAME")
    against: str = _flag("", "second variant, by name or path [default: the whole résumé]", "NAME")
    locale: str = _locale()
    private: str = _private()
    keep_going: bool = _keep_going()
    json: bool = _json()


@dataclass(frozen=True)
class SetupFlags:
    """What `setup` installs."""

    engine: str = _flag("pdftex", "pdftex, or xetex for other scripts as well [default: pdftex]", "NAME")
    fonts: bool = _flag(False, "install only the fonts for other scripts")
    yes: bool = _flag(False, "do not ask for confirmation")


@dataclass(frozen=True)
class DoctorFlags:
    """What `doctor` examines beside the templates of the project."""

    template: str = _flag("", "examine this template, too, by name or path", "NAME")


@dataclass(frozen=True)
class CleanFlags:
    """What `clean` removes."""

    output: str = _output("folder with the built files")


@dataclass(frozen=True)
class TemplatesFlags:
    """Which template `templates` describes, or copies."""

    name: str = _flag("", "describe this template only, by name or path", "NAME", Argument.ALSO)
    copy: str = _flag("", "copy the template BASE, whole, to templates/NAME of the project", "BASE")
    force: bool = _flag(False, "overwrite files when copying")
    json: bool = _json()


@dataclass(frozen=True)
class NewFlags:
    """Where `new` writes a project, and what from."""

    folder: str = _flag(".", "folder of the project [default: the current one]", "DIR", Argument.USUALLY)
    from_: str = _flag(
        "",
        "start from a file of JSON Resume, RenderCV, YAMLResume, Reactive Resume, LinkedIn (the .zip of your "
        "data), Europass, FRESH, OpenResume, Manfred, Visiky or schema.org",
        "FILE",
    )
    requirement: str = _flag(
        "",
        "wheel, address or Git repository that the project installs texresume from [default: as here]",
        "WHERE",
    )
