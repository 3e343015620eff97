r"""Preloaded TeX: processes that have read a preamble and wait for the text that goes with it.

What takes TeX longest is the same from one save to the next: loading itself, the packages, the tables of
fonts. So a process is started on everything up to \begin{document}, and then waits for a line from its
terminal, which is a pipe. For a build, the source is written beside it, with % in place of the lines that
were read already, and a line into the pipe makes TeX go on with it. So everything is as in a plain run: lines
keep their numbers, texresume.sty may read them again for each fitting step, and the PDF is the same to the
byte.

Only for trusted sources (third-party templates run in bubblewrap, each for itself), and on POSIX. After any
trouble there is no result, and the build runs TeX as usual and reports what that finds.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from texresume import cache
from texresume.diagnostics import Severity
from texresume.records import dataclass

from . import driver, formats, process, searchpath, structure, texlog
from . import engine as plain_engine
from .distribution import Tex, texmf_folder
from .engine import Files, Typeset
from .formats import FORMATS, format_key
from .process import JOB

MOST = 3
"""Processes that may wait: an idle one takes 45 MB with pdfTeX, 200 MB with XeTeX."""
_BEGIN = "\n\\begin{document}\n"
_PREAMBLE_FILE = "ahead.tex"
# TeX cannot read from the terminal in nonstop mode. At the end of its input, when this program has ended, it
# ends too. The primitive, since LaTeX's \input opens a file twice.
_WAIT = rf"\scrollmode\read-1 to\trgo\nonstopmode\csname @@input\endcsname {JOB}.tex" + "\n"
# What every edit may change, and may as well be set after \begin{document}; the language may not.
_METADATA = re.compile(r"^\\hypersetup\{(pdftitle=\{.*?\}),pdflang=\{", re.MULTILINE | re.DOTALL)


def available() -> bool:
    """Whether TeX can be preloaded on this system."""
    return os.name == "posix"


@dataclass(frozen=True, slots=True)
class PreambleKey:
    """What a preloaded process depends on, and so what a source that it is to go on with must agree in.

    `text` is the preamble without the PDF's metadata, `styles` the state of our own styles, `files` those
    beside the source with their states.
    """

    tex: Tex
    text: str
    styles: str
    files: tuple[tuple[Path, str, int, int, int], ...]


class Source:
    r"""A source, split at \begin{document}. Raises `ValueError` if there is no line with just that."""

    def __init__(self, tex: Tex, text: str, files: Files) -> None:
        preamble, begin, self.body = text.partition(_BEGIN)
        if not begin:
            raise ValueError("no line that begins the document")
        self.preamble = preamble + begin
        found = _METADATA.search(preamble)
        self.metadata = found[1] if found else ""
        self._span = found.span(1) if found else (0, 0)
        first, last = self._span
        states = tuple(_state(*file) for file in files)
        styles = cache.state(texmf_folder() / "tex")
        self.key = PreambleKey(tex, preamble[:first] + preamble[last:], styles, states)
        self.files = files

    def body_after(self, metadata: str) -> str:
        """The source, line for line, for a process that has read the preamble with this metadata."""
        first, last = self._span
        before, after = self.preamble[:first].count("\n"), self.preamble[last:].count("\n")
        if self.metadata == metadata:
            return "%\n" * self.preamble.count("\n") + self.body
        return "%\n" * before + f"\\hypersetup{{{self.metadata}}}%" + "\n" + "%\n" * (after - 1) + self.body


def _state(file: Path, name: str) -> tuple[Path, str, int, int, int]:
    status = file.stat()
    return file, name, status.st_ino, status.st_size, status.st_mtime_ns


class PreloadedTex:
    """A waiting process. It has its own folder and makes one PDF."""

    def __init__(self, source: Source) -> None:
        """Start it. Raises `OSError` if that fails."""
        self.key = source.key
        self._metadata = source.metadata
        self._folder = Path(process.made_folder()).resolve()
        try:
            for file, name in source.files:
                shutil.copyfile(file, self._folder / name)
            key = format_key(source.key.tex, source.preamble, source.files, trusted=True)
            format_file = FORMATS.lookup(key) if key else None
            self.has_format = format_file is not None
            preamble = key.body if key and format_file else source.preamble
            variables: dict[str, str] = {}
            if format_file:
                sizes = formats.array_sizes(source.preamble + source.body, all_lines=False)
                variables = {**searchpath.variables(format_file.parent), **sizes}
            (self._folder / _PREAMBLE_FILE).write_text(preamble + _WAIT, encoding="utf-8", newline="\n")
            self._process = process.start(
                source.key.tex,
                self._folder,
                trusted=True,
                dumped=format_file,
                variables=variables,
                source=_PREAMBLE_FILE,
                listening=True,
                driver=driver.command(source.key.tex),
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def is_waiting(self) -> bool:
        """Whether the process is still alive."""
        return self._process.poll() is None

    def finish(self, source: Source) -> Typeset | None:
        """Typeset a source with the same preamble: `None` if anything is not as it should be. The process may
        still be there afterwards; `close` ends it.
        """
        started = time.perf_counter()
        try:
            if source.key != self.key or not self.is_waiting():
                return None
            body = source.body_after(self._metadata)
            (self._folder / f"{JOB}.tex").write_text(body, encoding="utf-8", newline="\n")
            self._resume()
            size = process.written(self._process)
            log = (self._folder / f"{JOB}.log").read_text("utf-8", "replace")
            pdf = structure.read_pdf(self._folder, JOB)
        except OSError:
            return None
        whole = size is not None and size in (0, len(pdf)) and pdf.rstrip().endswith(b"%%EOF")
        findings = texlog.parse(log)
        failed = any(finding.severity is Severity.ERROR for finding in findings)
        if not whole or failed or texlog.wants_rerun(log):
            return None
        return Typeset(
            pdf, self.key.tex, 1, time.perf_counter() - started, tuple(findings), texlog.measures(log),
            texlog.items(log),
        )  # fmt: skip

    def close(self) -> None:
        """Kill the process and remove its folder; does nothing the second time."""
        process.kill(self._process)
        self._process.wait()
        with suppress(OSError):
            self._pipe.close()
        if self._process.stdout:
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _resume(self) -> None:
        """Write the line that the process waits for. Raises `OSError` if it has ended."""
        self._pipe.write(b"\n")
        self._pipe.close()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - it was started so
        return self._process.stdin


class Waiting:
    """Processes that wait, and may go on with a source: `typeset` takes the place of `engine.typeset`."""

    def typeset(
        self,
        source: str,
        files: Files = (),
        *,
        engine: str = "pdftex",
        trusted: bool = True,
        readable: Sequence[Path] = (),
    ) -> Typeset:
        """Typeset as `engine.typeset` does, by a waiting process if there is one with the same preamble."""
        return plain_engine.typeset(
            source, files, engine=engine, trusted=trusted, readable=readable, shortcut=self.shortcut
        )

    def shortcut(self, tex: Tex, text: str, files: Files) -> Typeset | None:
        """The result of a waiting process, if there is one with the same preamble and all goes well."""
        raise NotImplementedError


class Pool(Waiting):
    """The waiting processes of `watch`. After the builds, `prepare` clears up and starts processes for the
    next ones, one for each preamble that the last builds had.
    """

    def __init__(self) -> None:
        self._waiting: list[PreloadedTex] = []
        self._used: list[PreloadedTex] = []
        self._requested: dict[PreambleKey, Source] = {}

    def shortcut(self, tex: Tex, text: str, files: Files) -> Typeset | None:
        """The result of a waiting process, if there is one with the same preamble and all goes well."""
        try:
            source = Source(tex, text, files)
        except (ValueError, OSError):
            return None
        self._requested[source.key] = source
        for waiting in self._waiting:
            if waiting.key == source.key:
                typeset = waiting.finish(source)
                self._waiting.remove(waiting)
                self._used.append(waiting)
                if typeset is None:  # not again with this preamble, until a build has used it
                    del self._requested[source.key]
                return typeset
        return None

    def prepare(self) -> None:
        """Start processes for the preambles of the builds since the last call, in place of the oldest."""
        self._close_used()
        requested, self._requested = self._requested, {}
        dead = [one for one in self._waiting if not one.is_waiting()]
        alive = [one for one in self._waiting if one not in dead]
        known = {one.key for one in alive}
        missing = [source for key, source in requested.items() if key not in known][:MOST]
        unused = [one for one in alive if one.key not in requested]
        excess = max(0, len(alive) + len(missing) - MOST)
        self._close(*dead, *unused[:excess])
        for source in missing[: MOST - len(self._waiting)]:
            with suppress(OSError, ValueError):  # made anew: its files may have changed
                fresh = Source(source.key.tex, source.preamble + source.body, source.files)
                self._waiting.append(PreloadedTex(fresh))

    def pids(self) -> list[int]:
        """The numbers of the waiting processes."""
        return [waiting.pid for waiting in self._waiting]

    def close(self) -> None:
        """End all of them."""
        self._close_used()
        self._close(*self._waiting)

    def _close_used(self) -> None:
        while self._used:
            self._used.pop().close()

    def _close(self, *some: PreloadedTex) -> None:
        for one in some:
            one.close()
            self._waiting.remove(one)
