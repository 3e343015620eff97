"""What is to be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_DATA = Path("data/resume.yaml")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be built: plain data, so that a build can be sent to any worker.

    `project` is the folder whose `templates/` and files may be used (default: the current one); `thorough`
    asks every installed reader of PDFs what it reads. `variant` is a name or the path of a file; `template`
    and `locale` (a BCP 47 tag) go before what it says. Without any the template is onepage, the locale that
    of the data (`meta.locale`), else English. `private` is laid over the data, see `reading`. `drop` allows
    leaving out highlights where pages are promised, see `fit`. `off` are codes of warnings that are not said.
    """

    data: Path = DEFAULT_DATA
    template: str = ""
    output: Path = Path("dist")
    options: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ("pdf",)
    engine: str = "auto"
    project: Path = Path()
    thorough: bool = False
    locale: str = ""
    variant: str = ""
    private: str = ""
    drop: bool = True
    off: tuple[str, ...] = ()
