"""One TeX process: what it sees of the machine, its limits, and how it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path

from .distribution import Tex, texmf_folder

JOB = "resume"
WALL_SECONDS = 60.0
CPU_SECONDS = 30
MEMORY_BYTES = {"pdftex": 1 << 30, "xetex": 1 << 31}  # XeTeX maps whole fonts, and xdvipdfmx again
FILE_BYTES = 50_000_000
_FROM_OUTSIDE = sys.platform == "linux"
"""Whether limits are set from outside: a child that runs Python code before TeX must be forked, which takes 5
ms for a process of 100 MB, while vfork takes none.
"""
EPOCH = "SOURCE_DATE_EPOCH"
_DEFAULT_EPOCH = "946684800"
"""1 January 2000: the date in PDFs unless one is given, so that the same input gives the same bytes."""
_MEANWHILE: list[Callable[[], None]] = []
_LAST_WORDS = 400
_WRITTEN = re.compile(
    rb"\nOutput written on %b\.pdf \(\d+ pages?(?:, (\d+) bytes)?\)\.\s+Transcript written on %b\.log\.\s*$"
    % (JOB.encode(), JOB.encode())
)


FOLDERS = "texresume-build-"
"""Prefix of the names of the folders in which TeX works."""


_room: ContextVar[Path | None] = ContextVar("_room", default=None)


def made_folder() -> str:
    """Create a folder in which TeX may work. Raises `OSError`."""
    return tempfile.mkdtemp(prefix=FOLDERS, dir=_room.get())


@contextmanager
def working_below(folder: Path) -> Iterator[None]:
    """Within the context, the folders in which TeX works are in this one, and go with it."""
    before = _room.set(folder)
    try:
        yield
    finally:
        _room.reset(before)


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder for one run, which is removed afterwards."""
    folder = made_folder()
    try:
        yield Path(folder).resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def date() -> str:
    """The date in PDFs, in seconds since 1970."""
    return os.environ.get(EPOCH, _DEFAULT_EPOCH)


def environment(folder: Path) -> dict[str, str]:
    """The environment of TeX: none of the user's variables but the date, and what Windows programs need."""
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
        "max_print_line": "10000",  # otherwise TeX wraps its log at 79 bytes, within words
        "buf_size": "4000000",  # otherwise a paragraph of 200,000 characters ends the run
        # Linux: large memory pages save TeX thousands of page faults while it loads a format of 18 MB.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "error_line": "254",
        "half_error_line": "238",
        EPOCH: date(),
        "FORCE_SOURCE_DATE": "1",
    }


def meanwhile(work: Callable[[], None]) -> None:
    """Do something once, while the next process runs: it must not fail."""
    if work not in _MEANWHILE:
        _MEANWHILE.append(work)


def run(
    tex: Tex,
    folder: Path,
    *,
    trusted: bool,
    readable: Sequence[Path] = (),
    dumped: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> int:
    """Run TeX once on the source in a folder; returns its exit status, or the negative number of the signal
    that killed it. `dumped` is a format with the static preamble; `variables` are added to the environment.
    """
    return finish(
        start(tex, folder, trusted=trusted, readable=readable, dumped=dumped, variables=variables or {})
    )


def start(
    tex: Tex,
    folder: Path,
    *,
    trusted: bool,
    readable: Sequence[Path] = (),
    dumped: Path | None = None,
    variables: Mapping[str, str],
    source: str = f"{JOB}.tex",
    listening: bool = False,
    driver: str = "",
) -> subprocess.Popen[bytes]:
    """Start TeX on a source in a folder; `finish` or `kill` must end it. If it is `listening`, its `stdin` is
    the terminal from which the source may read, and its `stdout` what `written` reads. `driver` is the
    command by which XeTeX makes the PDF, if not its own.
    """
    command = [
        str(tex.program), "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode",
        "-file-line-error", f"-jobname={JOB}",
    ]  # fmt: skip
    if dumped is not None:
        command.append(f"-fmt={dumped.stem}")
        variables = {**variables, "TEXFORMATS": str(dumped.parent)}
        readable = [*readable, dumped.parent]
    if driver:
        command.append(f"-output-driver={driver}")
    command.append(source)
    return _started(command, tex, folder, variables, trusted=trusted, readable=readable, listening=listening)


def dump(tex: Tex, folder: Path, name: str, *, trusted: bool) -> int:
    r"""Let TeX read `name`.tex in a folder, up to its `\dump`, and write `name`.fmt; returns its exit status.

    `name`.fls lists the files that it has read.
    """
    base = tex.program.with_suffix("").name
    command = [
        str(tex.program), "-ini", "-recorder", "-no-shell-escape", "-halt-on-error", "-interaction=batchmode",
        f"-jobname={name}", f"&{base}", f"{name}.tex",
    ]  # fmt: skip
    return finish(_started(command, tex, folder, {}, trusted=trusted))


def record(
    tex: Tex, folder: Path, *, trusted: bool, readable: Sequence[Path], variables: Mapping[str, str]
) -> int:
    """Run TeX once on the source in a folder, without any format of ours; returns its exit status. The files
    that it reads are listed in a file that ends in `.fls`.
    """
    command = [
        str(tex.program), "-recorder", "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode",
        f"-jobname={JOB}", f"{JOB}.tex",
    ]  # fmt: skip
    return finish(_started(command, tex, folder, variables, trusted=trusted, readable=readable))


def answer(command: Sequence[str], folder: Path) -> str:
    """The output of a program that comes with TeX, stripped. Raises `OSError`."""
    try:
        done = subprocess.run(  # noqa: S603 - as below
            command,
            env=environment(folder),
            cwd=folder,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from None
    return os.fsdecode(done.stdout).strip()


def _started(
    command: Sequence[str],
    tex: Tex,
    folder: Path,
    variables: Mapping[str, str],
    *,
    trusted: bool,
    readable: Sequence[Path] = (),
    listening: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a command in the sandbox, with its limits."""
    if not trusted:
        command = _confined(command, tex, folder, readable)
    posix = os.name == "posix"
    limit = partial(_limit, MEMORY_BYTES[tex.engine])
    process = subprocess.Popen(  # noqa: S603 - the program is TeX, found above, and no shell is asked
        command,
        cwd=folder,
        env={**environment(folder), **variables},
        stdin=subprocess.PIPE if listening else subprocess.DEVNULL,
        stdout=subprocess.PIPE if listening else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=posix,
        preexec_fn=limit if posix and not _FROM_OUTSIDE else None,  # noqa: PLW1509 - the child only sets its limits
    )
    if _FROM_OUTSIDE:
        limit(process.pid)
    return process


def written(process: subprocess.Popen[bytes]) -> int | None:
    """Wait until a listening process says that it has closed the PDF and the log, as long as a run may take
    from now: the size of the PDF in bytes, 0 where it does not tell (XeTeX), `None` if there is none.

    It says so last of all, and not after an error. Its end takes 2 ms more, in which the system takes its
    memory apart.
    """
    assert process.stdout is not None  # noqa: S101 - it was started so
    watchdog = threading.Timer(WALL_SECONDS, kill, [process])
    watchdog.daemon = True
    said = b""
    try:
        watchdog.start()
        while _MEANWHILE:
            _MEANWHILE.pop()()
        while more := os.read(process.stdout.fileno(), 1 << 16):
            said = said[-_LAST_WORDS:] + more
            if told := _WRITTEN.search(said):
                return int(told[1] or 0)
        return None
    finally:
        watchdog.cancel()


def finish(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process, as long as a run may take from now; returns its status as `run` does."""
    # Waiting with a timeout polls, in the end every 50 ms; with a watchdog, waiting is one system call.
    watchdog = threading.Timer(WALL_SECONDS, kill, [process])
    watchdog.daemon = True
    try:
        watchdog.start()
        while _MEANWHILE:
            _MEANWHILE.pop()()
        return process.wait()
    finally:
        watchdog.cancel()
        kill(process)
        process.wait()


def _limit(memory: int, process: int = 0) -> None:
    """Set the limits of this process, or on Linux, of another one."""
    import resource

    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS has no memory limit; the process may have ended
            if process:
                resource.prlimit(process, limit, (value, value))
            else:
                resource.setrlimit(limit, (value, value))


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its group, if it is still running."""
    if process.poll() is None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()


def _confined(command: Sequence[str], tex: Tex, folder: Path, more: Sequence[Path] = ()) -> list[str]:
    """The command inside bubblewrap, where it sees TeX, its own folder and nothing else."""
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
    """The path of bubblewrap, if it is installed and the kernel permits it."""
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
    """Whether third-party templates run in bubblewrap here."""
    return _bubblewrap() is not None
