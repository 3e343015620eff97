"""A résumé kept as data: YAML in, a LaTeX-typeset PDF out that people enjoy and machines can read."""

from __future__ import annotations

# Part of Python itself: Ctrl-C during an import of `signal` would end in a traceback.
import _signal as signal  # type: ignore[import-not-found] # has no type information
import sys

# As a program: until a command has begun, Ctrl-C just ends it. Importing what follows takes longest.
_NAMES = ("/texresume", "\\texresume", "\\texresume.exe")
_IS_MODULE = ("-m", "texresume") in zip(sys.orig_argv, sys.orig_argv[1:], strict=False)
_IS_PROGRAM = _IS_MODULE or (sys.argv[:1] or [""])[0].endswith(_NAMES)
if _IS_PROGRAM and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from collections.abc import Mapping, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

# The first import of a subpackage binds its name here. Done now, `build` stays the function below.
from . import build as _package  # noqa: E402, F401

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .build.pipeline import Build


def build(
    data: Path | str,
    *,
    template: str = "",
    variant: str = "",
    output: Path | str = "dist",
    options: Mapping[str, str] | None = None,
    formats: Sequence[str] = ("pdf",),
    engine: str = "auto",
    locale: str = "",
    private: str = "",
    drop: bool = True,
    verify: bool = True,
    name: str = "",
    untrusted: bool = False,
    wrap: int = 72,
    ascii: bool = False,  # noqa: A002 - as the flag
    project: Path | str = ".",
) -> Build:
    """Build one PDF of a résumé, as `texresume build` does, and return what was built, with its warnings.

    Names and defaults are those of the verb's flags; `project` is the folder whose templates and files may be
    used. What goes in and what comes back is plain data: a build can be sent to any pool of workers.

    Raises `texresume.diagnostics.ResumeError`, whose `diagnostics` say what is wrong and where.
    """
    from .build import pipeline

    return pipeline.build(
        pipeline.Request(
            data=Path(data),
            template=template,
            output=Path(output),
            options=dict(options or {}),
            formats=tuple(formats),
            engine=engine,
            project=Path(project),
            locale=locale,
            variant=variant,
            private=private,
            drop=drop,
            verify=verify,
            name=name,
            untrusted=untrusted,
            settings={"wrap": str(wrap), "ascii": str(ascii).lower()},
        )
    )
