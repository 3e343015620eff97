"""What is kept in the user's cache folder to save time: nothing in it is ever needed, or trusted to be whole.

Reading something that is not there, and writing where one cannot, are no faults: the work is done anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from . import __version__

FOLDER = "TEXRESUME_CACHE"
"""Environment variable: the folder to use instead of the user's, or `none` for no cache at all."""
_NONE = "none"


def folder() -> Path | None:
    """The folder, which may not exist yet; `None` if there is to be no cache."""
    given = os.environ.get(FOLDER, "")
    if given == _NONE:
        return None
    if given:
        return Path(given).absolute()
    import platformdirs  # noqa: PLC0415 - only where it is asked

    try:
        return Path(platformdirs.user_cache_dir("texresume", appauthor=False))
    except (OSError, RuntimeError, KeyError):  # a user without a home
        return None


def read(name: str) -> bytes | None:
    """The content that was kept under a name such as `stamps/3f9a.json`, if it can be read."""
    place = folder()
    if place is None:
        return None
    try:
        return (place / name).read_bytes()
    except OSError:
        return None


def keep(name: str, content: bytes) -> Path | None:
    """Keep content under a name, aside first and then renamed, so that nobody reads half of it.

    `None` if that is not possible: the disk is full, the folder read-only.
    """
    place = folder()
    if place is None:
        return None
    file = place / name
    aside = None
    try:
        made(file.parent)
        handle, aside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(aside).replace(file)
    except OSError:
        if aside is not None:
            with suppress(OSError):
                Path(aside).unlink()
        return None
    return file


def made(place: Path) -> Path:
    """A folder of the cache, for its owner alone. Raises `OSError` where it cannot be made."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def forget() -> bool:
    """Remove everything that is kept; whether there was anything."""
    place = folder()
    if place is None or not place.is_dir():
        return False
    shutil.rmtree(place, ignore_errors=True)
    return True


def key(*parts: str | bytes) -> str:
    """A name for what depends on these parts and on nothing else: 32 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()[:32]


@cache
def ourselves() -> str:
    """A name for this texresume: its version, and the state of its files, which developers change."""
    return key(__version__, *sorted(_states(Path(__file__).parent)))


def state(place: Path) -> str:
    """The state of a folder's files, from their names, sizes and times: cheaper than their content."""
    return key(*sorted(_states(place)))


def _states(place: Path) -> Iterator[str]:
    try:
        entries = list(os.scandir(place))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            for below in _states(Path(entry.path)):
                yield f"{entry.name}/{below}"
        else:
            with suppress(OSError):
                status = entry.stat()
                yield f"{entry.name} {status.st_size} {status.st_mtime_ns}"
