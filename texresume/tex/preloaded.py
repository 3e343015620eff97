r"""TeX processes started ahead: each has read a preamble and waits for the text that goes with it.

What takes TeX longest is the same from one save to the next: loading itself, the packages, the fonts' tables.
So a process is started on all up to \begin{document}, and then waits for a line from its terminal, which is a
pipe. For a build the source is put beside it, with % in the place of the lines that were read already, and a
line into the pipe lets TeX go on with it. So all is as in a plain run: the lines have their numbers,
texresume.sty may read them again for each step of its ladder, and the PDF is the same to the byte.

Only for sources that are trusted (those of others run in bubblewrap, each for itself), and on POSIX. After
any trouble whatsoever there is no result, and the build takes the plain way, whose findings count.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from texresume import cache
from texresume.diagnostics import Severity

from . import engine as tex_engine
from . import formats, process, searchpath, texlog
from .distribution import Tex, texmf_folder
from .engine import Typeset
from .process import JOB

MOST = 3
"""Processes that may wait: one idle takes 45 MB with pdfTeX, 200 MB with XeTeX."""
_BEGIN = "\n\\begin{document}\n"
_AHEAD = "ahead.tex"
# In nonstop mode there is no reading from the terminal. Where that has ended, as this program has, TeX ends.
# The primitive, since LaTeX's \input opens a file twice.
_WAIT = rf"\scrollmode\read-1 to\trgo\nonstopmode\csname @@input\endcsname {JOB}.tex" + "\n"
# What every edit may change, and may as well be said after \begin{document}; the language may not.
_METADATA = re.compile(r"^\\hypersetup\{(pdftitle=\{.*?\}),pdflang=\{", re.MULTILINE | re.DOTALL)


def available() -> bool:
    """Whether this system has what it takes."""
    return os.name == "posix"


@dataclass(frozen=True, slots=True)
class Head:
    """What a process reads ahead: all that must be the same in the source that it goes on with.

    `text` is the preamble without `metadata`; `files` are those beside it, with their states; `styles` is the
    state of ours.
    """

    tex: Tex
    text: str
    styles: str
    files: tuple[tuple[Path, str, int, int, int], ...]


class Source:
    """A source, parted where the document begins. Raises `ValueError` if that cannot be told."""

    def __init__(self, tex: Tex, text: str, files: Sequence[tuple[Path, str]]) -> None:
        preamble, begin, self.body = text.partition(_BEGIN)
        if not begin:
            raise ValueError("no line that begins the document")
        self.preamble = preamble + begin
        found = _METADATA.search(preamble)
        self.metadata = found[1] if found else ""
        self._span = found.span(1) if found else (0, 0)
        first, last = self._span
        states = tuple(_state(*file) for file in files)
        self.head = Head(tex, preamble[:first] + preamble[last:], cache.state(texmf_folder() / "tex"), states)
        self.files = files

    def rest(self, known: str) -> str:
        """The source without what was read ahead, line for line; `known` is the metadata that was."""
        first, last = self._span
        before, after = self.preamble[:first].count("\n"), self.preamble[last:].count("\n")
        if self.metadata == known:
            return "%\n" * self.preamble.count("\n") + self.body
        return "%\n" * before + f"\\hypersetup{{{self.metadata}}}%" + "\n" + "%\n" * (after - 1) + self.body


def _state(file: Path, name: str) -> tuple[Path, str, int, int, int]:
    status = file.stat()
    return file, name, status.st_ino, status.st_size, status.st_mtime_ns


class Ahead:
    """One process, which has its own folder and gives one PDF."""

    def __init__(self, source: Source) -> None:
        """Start it. Raises `OSError` where that cannot be done."""
        self.head = source.head
        self._metadata = source.metadata
        self._folder = Path(process.made_folder()).resolve()
        try:
            for file, name in source.files:
                shutil.copyfile(file, self._folder / name)
            want = formats.wanted(source.head.tex, source.preamble, source.files, trusted=True)
            dumped = formats.find(want) if want else None
            preamble = want.rest if want and dumped else source.preamble
            (self._folder / _AHEAD).write_text(preamble + _WAIT, encoding="utf-8", newline="\n")
            self._process = process.start(
                source.head.tex,
                self._folder,
                trusted=True,
                dumped=dumped,
                variables=searchpath.variables(dumped.parent) if dumped else {},
                source=_AHEAD,
                listening=True,
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still waits."""
        return self._process.poll() is None

    def finish(self, source: Source) -> Typeset | None:
        """The PDF of a source with the same head, or `None` if anything is not as it should be."""
        started = time.perf_counter()
        try:
            if source.head != self.head or not self.alive():
                return None
            rest = source.rest(self._metadata)
            (self._folder / f"{JOB}.tex").write_text(rest, encoding="utf-8", newline="\n")
            self._let_go()
            status = process.finish(self._process)
            log = (self._folder / f"{JOB}.log").read_text("utf-8", "replace")
            pdf = (self._folder / f"{JOB}.pdf").read_bytes()
        except OSError:
            return None
        finally:
            self.close()
        findings = texlog.parse(log)
        wrong = any(finding.severity is Severity.ERROR for finding in findings)
        if status or wrong or texlog.wants_rerun(log):
            return None
        return Typeset(
            pdf, self.head.tex, 1, time.perf_counter() - started, tuple(findings), texlog.measures(log),
            texlog.items(log),
        )  # fmt: skip

    def close(self) -> None:
        """End the process and remove its folder; does nothing the second time."""
        process.kill(self._process)
        self._process.wait()
        with suppress(OSError):
            self._pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _let_go(self) -> None:
        """Write the line that it waits for. Raises `OSError` where nobody waits."""
        self._pipe.write(b"\n")
        self._pipe.close()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - it was started so
        return self._process.stdin


class Pool:
    """The processes that wait. `typeset` is used in place of `engine.typeset`; after the builds, `prepare`
    starts those that the next ones will want: one for each head that the last ones had.
    """

    def __init__(self) -> None:
        self._waiting: list[Ahead] = []
        self._wanted: dict[Head, Source] = {}

    def typeset(
        self,
        source: str,
        files: Sequence[tuple[Path, str]] = (),
        *,
        engine: str = "pdftex",
        trusted: bool = True,
        readable: Sequence[Path] = (),
    ) -> Typeset:
        """By a process that waits, else as `engine.typeset` does."""
        return tex_engine.typeset(
            source, files, engine=engine, trusted=trusted, readable=readable, shortcut=self.shortcut
        )

    def shortcut(self, tex: Tex, text: str, files: Sequence[tuple[Path, str]]) -> Typeset | None:
        """The PDF of a process that waits for such a text, if there is one: see `engine.Shortcut`."""
        try:
            source = Source(tex, text, files)
        except (ValueError, OSError):
            return None
        self._wanted[source.head] = source
        for ahead in self._waiting:
            if ahead.head == source.head:
                typeset = ahead.finish(source)
                self._waiting.remove(ahead)
                if typeset is None:  # a head that made trouble is not tried again before it is built anew
                    del self._wanted[source.head]
                return typeset
        return None

    def prepare(self) -> None:
        """Start processes for the heads of the builds since the last time, in place of the oldest ones."""
        wanted, self._wanted = self._wanted, {}
        there = {ahead.head for ahead in self._waiting if ahead.alive()}
        lacking = [source for head, source in wanted.items() if head not in there][:MOST]
        dead = [ahead for ahead in self._waiting if not ahead.alive()]
        old = [ahead for ahead in self._waiting if ahead.alive() and ahead.head not in wanted]
        over = max(0, len(self._waiting) - len(dead) + len(lacking) - MOST)
        self._drop(*dead, *old[:over])
        for source in lacking[: MOST - len(self._waiting)]:
            with suppress(OSError, ValueError):
                fresh = Source(source.head.tex, source.preamble + source.body, source.files)
                self._waiting.append(Ahead(fresh))

    def pids(self) -> list[int]:
        """The numbers of the processes that wait."""
        return [ahead.pid for ahead in self._waiting]

    def close(self) -> None:
        """End them all."""
        self._drop(*self._waiting)

    def _drop(self, *some: Ahead) -> None:
        for ahead in some:
            ahead.close()
            self._waiting.remove(ahead)
