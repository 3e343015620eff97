"""From saving the data to the new PDF, while a program watches."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from texresume import cache, tasks
from texresume.pdf import extractors
from texresume.tex import distribution

from . import content, peers
from .builds import program
from .timing import Measured, absent

PAUSE_SECONDS = 1.0
"""Between a PDF and the next save: nobody types faster, and a process started ahead is ready by then."""
ENGINES = (("pdftex", "pdfTeX"), ("xetex", "XeTeX"))
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.001
_END_SECONDS = 5.0
_WARMING = 2


class Slow(Exception):  # noqa: N818 - told in the table
    """No new PDF came."""


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """A process that watches; whatever happens, it is ended with all that it has started in its group."""
    posix = os.name == "posix"
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, start_new_session=posix,
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT if posix else signal.SIGTERM)
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if posix:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)


def state(folder: Path) -> tuple[int, int, int] | None:
    """Which PDF lies in a folder; `None` while there is none."""
    try:
        found = next(folder.glob("*.pdf")).stat()
    except (StopIteration, OSError):
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found.st_size else None


def arrival(folder: Path, word: str) -> float:
    """When the PDF came that shows a word, by the clock of `time.perf_counter`. Raises `Slow`.

    A PDF that changes without showing it is that of an earlier save, or half written.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    before = None
    while time.monotonic() < until:
        now, at = state(folder), time.perf_counter()
        if now is None or now == before:
            time.sleep(_POLL_SECONDS)
            continue
        before = now
        if _shows(folder, word):
            return at
    raise Slow(f"no PDF with the edit within {_PATIENCE_SECONDS:.0f} s")


def _shows(folder: Path, word: str) -> bool:
    with suppress(OSError, StopIteration, extractors.Unreadable):
        return word in extractors.read_with_pdfium(next(folder.glob("*.pdf")).read_bytes()).text
    return False


def save(data: Path, text: str) -> None:
    """As most editors do it: written aside, then renamed."""
    aside = data.with_name(".aside")
    aside.write_text(text, "utf-8")
    aside.replace(data)


def samples(
    rounds: int, data: Path, output: Path, form: Callable[[str], str], write: Callable[[Path, str], object]
) -> tuple[float, ...]:
    """Seconds from the save to the PDF that shows the edit, after some saves that are not counted."""
    arrival(output, "nine teams")
    text = content.EXAMPLE.read_text("utf-8")
    found = []
    for number in range(5000, 5000 + _WARMING + rounds):
        time.sleep(PAUSE_SECONDS)
        edited = form(content.edited(text, number))
        started = time.perf_counter()
        write(data, edited)
        found.append(arrival(output, str(number)) - started)
    return tuple(found[_WARMING:])


def watched(rounds: int, folder: Path) -> list[Measured]:
    """The verb `watch` with each engine, and RenderCV's."""
    found = [_ours(rounds, folder, engine, spelled) for engine, spelled in ENGINES]
    where = peers.programs().get("RenderCV")
    if where:
        peer = peers.Peer("RenderCV", where, folder / "rendercv")
        peer.edit(content.EXAMPLE.read_text("utf-8"))

        def form(text: str) -> str:
            return peer.form(content.plain(text))

        def write(file: Path, text: str) -> None:
            """In place: RenderCV misses a save by renaming."""
            file.write_text(text, "utf-8")

        take = partial(samples, rounds, peer.data, peer.folder / "out", form, write)
        command = [*peer.command, "--watch"]
        what = "RenderCV: `render --watch`, save to new PDF"
        found.append(_measured("watch-rendercv", what, command, peer.folder, peer.environment, take))
    return found


def _ours(rounds: int, folder: Path, engine: str, spelled: str) -> Measured:
    name, what = f"watch-{engine}", f"texresume: `watch`, save to new PDF, {spelled}"
    if not hasattr(tasks, "watch"):
        return absent(name, what, "this texresume has no verb `watch`")
    if not distribution.find(engine):
        return absent(name, what, f"no {spelled} here")
    place = folder / engine
    place.mkdir()
    data, output = place / "resume.yaml", place / "dist"
    data.write_text(content.EXAMPLE.read_text("utf-8"), "utf-8")
    flags = ["--data", str(data), "--output", str(output), "--engine", engine]
    environment = {**os.environ, cache.FOLDER: str(folder / "cache")}
    command = [*program("texresume"), "watch", *flags]
    take = partial(samples, rounds, data, output, str, save)
    return _measured(name, what, command, content.ROOT, environment, take)


def _measured(
    name: str,
    what: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    take: Callable[[], tuple[float, ...]],
) -> Measured:
    with running(command, folder, environment):
        try:
            return Measured(name, what, take())
        except Slow as error:
            return absent(name, what, str(error))
