"""What to build: the flags of the command line as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from texresume.records import dataclass

DEFAULT_DATA = Path("data/resume.yaml")


OF_DATA = ("json", "yaml")
"""Formats that hold the data of a résumé, and so no letter."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to build. Plain data, so that a build can be sent to another process.

    `project` is the folder whose `templates/` and files may be used (default: the current one). `variant` is
    a name or the path of a file. `template` and `locale` (a BCP 47 tag) override what the variant says; the
    defaults are onepage and the locale of the data (`meta.locale`), else English. `private` is a file to lay
    over the data, see `reading`. `drop` allows leaving out highlights where the number of pages is promised,
    see `fit`. `off` are the codes of warnings to suppress. `verify` is false where the PDF is to be written
    although it does not pass verification. `name` is the pattern of the name of the files, see `file_names`.
    `untrusted` refuses a template of others where it cannot be confined. `keep_going` leaves out entries of
    .bib files that cannot be read, with warnings. `untagged` leaves out the structure for screen readers,
    `archive` makes the PDF one for archives (PDF/A-3u) besides. `attach` is `json` to put the data into it,
    `none` where `meta.attach` must not. `settings` are those of the formats beside the PDF, see
    `exchange.registry`. `letter` builds the letter of the variant instead of the résumé;
    `merge` asks for both in one PDF as well, see `pair`.
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
    keep_going: bool = False
    untagged: bool = False
    archive: bool = False
    attach: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    letter: bool = False
    merge: bool = False

    def for_letter(self) -> Request:
        """The request for the letter that goes with the résumé."""
        return replace(self, letter=True, formats=tuple(name for name in self.formats if name not in OF_DATA))
