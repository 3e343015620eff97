"""A head start: TeX reads the preamble of the last build while Python still imports its libraries.

Of each request the preamble of its last build is kept in the user's cache, with the names of the files beside
it. When it is built again, a waiting process (`preloaded`) is started on that, and the build goes on with it
if its own preamble turns out to be the same, which holds for most edits. Otherwise the process is killed, and
the build runs TeX as usual. Nothing depends on what was kept but the time that a build takes.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from texresume import cache
from texresume.records import dataclass

from . import distribution, preloaded
from .distribution import Tex
from .engine import Files, Typeset
from .preloaded import PreloadedTex, Source, Waiting

_FOLDER = "preambles"


@dataclass(frozen=True, slots=True)
class _Preamble:
    """The preamble of a build, with the files beside it: where each is, and its name there. It is not
    `usable` if a waiting process did not come to the end with it, as where TeX must run twice.
    """

    tex: Tex
    text: str
    files: tuple[tuple[Path, str], ...]
    usable: bool = True


class HeadStart(Waiting):
    """The process that waits for one request, if there is one, and the preamble that its build has."""

    def __init__(self, name: str) -> None:
        """Start a process on the preamble that was kept under a name, if it can be of use."""
        self._name, self._stamp = f"{_FOLDER}/{name}", cache.made_by(preloaded, distribution)
        self._waiting: PreloadedTex | None = None
        self._built: _Preamble | None = None
        kept = cache.recall_value(self._name, self._stamp) if preloaded.available() else None
        self._kept = kept if isinstance(kept, _Preamble) else None
        if self._kept is not None and self._kept.usable:
            with suppress(OSError, ValueError):  # files that are gone, no room for a process
                self._start(self._kept)

    def _start(self, kept: _Preamble) -> None:
        if kept.tex not in distribution.find(kept.tex.engine)[:1]:
            return
        self._waiting = PreloadedTex(Source(kept.tex, kept.text, kept.files))
        if kept.tex.engine == "pdftex" and not self._waiting.has_format:
            self.close()  # a plain run has one made

    def shortcut(self, tex: Tex, text: str, files: Files) -> Typeset | None:
        """What the waiting process makes of the first source, if it has that preamble and all goes well."""
        if self._built is not None:
            return None
        try:
            source = Source(tex, text, files)
        except (ValueError, OSError):
            return None
        self._built = _Preamble(tex, source.preamble, tuple(files))
        if self._waiting is None or self._waiting.key != source.key:
            self.close()
            return None
        typeset = self._waiting.finish(source)
        if typeset is None:
            self.close()
            self._built = _Preamble(tex, source.preamble, tuple(files), usable=False)
        return typeset

    def keep(self) -> None:
        """Keep the preamble of a good build for the next one, unless one of its files was made for it."""
        built, kept = self._built, self._kept
        if built is None or not all(file.is_file() for file, _ in built.files):
            return
        same = kept is not None and (built.tex, built.text, built.files) == (kept.tex, kept.text, kept.files)
        if not same or not built.usable:
            cache.remember_value(self._name, self._stamp, built)

    def close(self) -> None:
        """End the process, if it still waits."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None
