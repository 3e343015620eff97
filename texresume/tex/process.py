"""One process of TeX: what it sees of the machine, its limits, and how it is ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path

from .distribution import Tex, texmf_folder

JOB = "resume"
WALL_SECONDS = 60.0
CPU_SECONDS = 30
MEMORY_BYTES = {"pdftex": 1 << 30, "xetex": 1 << 31}  # XeTeX maps whole fonts, and xdvipdfmx again
FILE_BYTES = 50_000_000
_FROM_OUTSIDE = sys.platform == "linux"
"""Whether limits are set from outside: a child that runs Python before TeX must be forked, which takes 5 ms
of a process of 100 MB, where vfork takes none.
"""
EPOCH = "SOURCE_DATE_EPOCH"
_DEFAULT_EPOCH = "946684800"
"""1 January 2000: the date that a PDF bears unless one is given, so that same input gives same bytes."""
_MEANWHILE: list[Callable[[], None]] = []


FOLDERS = "texresume-build-"
"""How the names of folders begin in which TeX works."""


def made_folder() -> str:
    """A new folder in which TeX may work. Raises `OSError`."""
    return tempfile.mkdtemp(prefix=FOLDERS)


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder of its own for one build, removed after it."""
    folder = made_folder()
    try:
        yield Path(folder).resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def date() -> str:
    """The date that a PDF bears, in seconds since 1970."""
    return os.environ.get(EPOCH, _DEFAULT_EPOCH)


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
        # Linux: memory in large pages, which spares TeX thousands of faults as it reads a format of 18 MB.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "error_line": "254",
        "half_error_line": "238",
        EPOCH: date(),
        "FORCE_SOURCE_DATE": "1",
    }


def meanwhile(work: Callable[[], None]) -> None:
    """Have something done while the next process runs, once: it must not fail."""
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
    """One run of TeX over the source in a folder; its exit status, or a negative number for the signal that
    ended it. `dumped` is a format that holds the head of the source's preamble; `variables` are told to TeX.
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
) -> subprocess.Popen[bytes]:
    """TeX, started on a source in a folder; to be ended by `finish` or `kill`. If it is `listening`, what is
    written into its `stdin` is the terminal that the source may read.
    """
    command = [
        str(tex.program), "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode",
        "-file-line-error", f"-jobname={JOB}",
    ]  # fmt: skip
    if dumped is not None:
        command.append(f"-fmt={dumped.stem}")
        variables = {**variables, "TEXFORMATS": str(dumped.parent)}
        readable = [*readable, dumped.parent]
    command.append(source)
    return _started(command, tex, folder, variables, trusted=trusted, readable=readable, listening=listening)


def dump(tex: Tex, folder: Path, name: str, *, trusted: bool) -> int:
    r"""Let TeX read `name`.tex in a folder, up to its `\dump`, and write `name`.fmt; its exit status.

    `name`.fls lists what it has read.
    """
    base = tex.program.with_suffix("").name
    command = [
        str(tex.program), "-ini", "-recorder", "-no-shell-escape", "-halt-on-error", "-interaction=batchmode",
        f"-jobname={name}", f"&{base}", f"{name}.tex",
    ]  # fmt: skip
    return finish(_started(command, tex, folder, {}, trusted=trusted))


def answer(command: Sequence[str], folder: Path) -> str:
    """What a program that comes with TeX writes, without the white around it. Raises `OSError`."""
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
    """The command, started in its room and under its limits."""
    if not trusted:
        command = _confined(command, tex, folder, readable)
    posix = os.name == "posix"
    limit = partial(_limit, MEMORY_BYTES[tex.engine])
    process = subprocess.Popen(  # noqa: S603 - the program is TeX, found above, and no shell is asked
        command,
        cwd=folder,
        env={**environment(folder), **variables},
        stdin=subprocess.PIPE if listening else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=posix,
        preexec_fn=limit if posix and not _FROM_OUTSIDE else None,  # noqa: PLW1509 - the child sets its limits and nothing else
    )
    if _FROM_OUTSIDE:
        limit(process.pid)
    return process


def finish(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end, for so long as a run may take from now; the exit status as `run` gives it."""
    # Waiting with a time-out polls, every 50 ms in the end; a watchdog lets the wait be one system call.
    watchdog = threading.Timer(WALL_SECONDS, kill, [process])
    watchdog.daemon = True
    watchdog.start()
    try:
        while _MEANWHILE:
            _MEANWHILE.pop()()
        return process.wait()
    finally:
        watchdog.cancel()
        kill(process)
        process.wait()


def _limit(memory: int, process: int = 0) -> None:
    """Set the limits of this process, or on Linux of another one."""
    import resource

    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no limit of memory; the process may have ended
            if process:
                resource.prlimit(process, limit, (value, value))
            else:
                resource.setrlimit(limit, (value, value))


def kill(process: subprocess.Popen[bytes]) -> None:
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
