"""What to build: the flags of the command line as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from texresume.records import dataclass

DEFAULT_DATA = Path("data/resume.yaml")


@dataclass(frozen=True, slots=True)
class Request:
    """What to build. Plain data, so that a build can be sent to another process.

    `project` is the folder whose `templates/` and files may be used (default: the current one). `variant` is
    a name or the path of a file. `template` and `locale` (a BCP 47 tag) override what the variant says; the
    defaults are onepage and the locale of the data (`meta.locale`), else English. `private` is a file to lay
    over the data, see `reading`. `drop` allows leaving out highlights where the number of pages is promised,
    see `fit`. `off` are the codes of warnings to suppress. `verify` is false where the PDF is to be written
    although it does not pass verification. `name` is the pattern of the name of the files, see `file_names`.
    `untrusted` refuses a template of others where it cannot be confined. `settings` are those of the formats
    beside the PDF, see `exchange.registry`.
    """

    data: Path = DEFAULT_DATA
    template: str = ""
    output: Path = Path("dist")
    options: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ("pdf",)
    engine: str = "auto"
    project: Path = Path()
    locale: str = ""
    variant: str = ""
    private: str = ""
    drop: bool = True
    off: tuple[str, ...] = ()
    verify: bool = True
    name: str = ""
    untrusted: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
