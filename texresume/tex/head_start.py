"""A head start: TeX reads the preamble of the last build while Python still imports its libraries.

Of each request the preamble of its last build is kept in the user's cache, with the names of the files beside
it. When it is built again, a waiting process (`preloaded`) is started on that, and the build goes on with it
if its own preamble turns out to be the same, which holds for most edits. Otherwise the process is killed, and
the build runs TeX as usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from texresume import cache

from . import distribution, engine, preloaded
from .distribution import Tex
from .engine import Files, Typeset
from .preloaded import PreloadedTex, Source

_Kept = tuple[Tex, str, tuple[tuple[str, str], ...]]
"""The TeX, the preamble, the files beside it."""


class HeadStart:
    """The process for one request, if there is one, and the preamble that its build had."""

    def __init__(self, name: str) -> None:
        """Start a process on the preamble that was kept under a name."""
        self._name, self._stamp = f"preambles/{name}", cache.made_by(preloaded)
        self._waiting: PreloadedTex | None = None
        self._built: Source | None = None
        self._kept = cache.recall_value(self._name, self._stamp)
        with suppress(OSError, ValueError, TypeError):  # files that are gone, a record of another kind
            self._start(*self._kept or ())

    def _start(self, tex: Tex, preamble: str, files: Sequence[tuple[str, str]]) -> None:
        if tex not in distribution.find(tex.engine)[:1]:
            return
        self._waiting = PreloadedTex(Source(tex, preamble, [(Path(file), name) for file, name in files]))
        if tex.engine == "pdftex" and not self._waiting.has_format:
            self.close()  # a plain run has one made

    def typeset(
        self,
        source: str,
        files: Files = (),
        *,
        engine: str = "pdftex",
        trusted: bool = True,
        readable: Sequence[Path] = (),
    ) -> Typeset:
        """Typeset as `engine.typeset` does; the first time by the waiting process, if the preamble is its."""
        return plain(source, files, engine=engine, trusted=trusted, readable=readable, shortcut=self._shortcut)

    def _shortcut(self, tex: Tex, text: str, files: Files) -> Typeset | None:
        waiting, self._waiting = self._waiting, None
        try:
            source = Source(tex, text, files)
        except (ValueError, OSError):
            source = None
        self._built = self._built or source
        if waiting is None:
            return None
        if source is None or source.key != waiting.key:
            waiting.close()
            return None
        return waiting.finish(source)

    def keep(self) -> None:
        """Keep the preamble of a build that succeeded for the next one, unless it is there."""
        built = self._built
        if built is None or not all(file.is_file() for file, _ in built.files):  # some builds make files
            return
        files = tuple((str(file), name) for file, name in built.files)
        kept: _Kept = (built.key.tex, built.preamble, files)
        if kept != self._kept:
            cache.remember_value(self._name, self._stamp, kept)

    def close(self) -> None:
        """End the process, if it was not needed."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None


plain = engine.typeset
