"""Caches: files in the user's cache folder, and what a process remembers (`Memo`).

Nothing in the folder is ever required, or trusted to be complete. Reading a missing file and writing to a
full or read-only disk are not errors: the work is done again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar

from . import __version__

FOLDER = "TEXRESUME_CACHE"
"""Environment variable: the folder to use instead of the user's cache, or `none` to disable it."""
_NONE = "none"
_OURS = "texresume"
"""Our own folder in it, which `forget` removes; the rest is not ours."""
_SEAL = hashlib.sha256().digest_size


def folder() -> Path | None:
    """The cache folder, which may not exist yet; `None` if the cache is disabled."""
    given = os.environ.get(FOLDER, "")
    if given == _NONE:
        return None
    if given:
        return Path(given).absolute() / _OURS
    import platformdirs

    try:
        return Path(platformdirs.user_cache_dir(_OURS, appauthor=False))
    except (OSError, RuntimeError, KeyError):  # a user without a home
        return None


def read(name: str) -> bytes | None:
    """The content stored under a name such as `stamps/3f9a.json`, or `None` if it cannot be read."""
    root = folder()
    if root is None:
        return None
    try:
        return (root / name).read_bytes()
    except OSError:
        return None


def keep(name: str, content: bytes) -> Path | None:
    """Store content under a name, by way of a temporary file, so that readers see all of it or nothing.

    `None` if that fails: the disk is full, the folder read-only.
    """
    root = folder()
    if root is None:
        return None
    file = root / name
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


def recall(name: str, stamp: str) -> bytes | None:
    """The content that `remember` stored with the same stamp, if it is complete and this user's, or `None`.

    For content that Python unmarshals or runs, which must be neither damaged nor foreign.
    """
    content = read(name)
    if content is None or content[:_SEAL] != _sealed(name, stamp, content[_SEAL:]) or not ours(name):
        return None
    return content[_SEAL:]


def remember(name: str, stamp: str, content: bytes) -> None:
    """Store content for `recall`, replacing what has the same name; `stamp` says what it was made from."""
    keep(name, _sealed(name, stamp, content) + content)


def recall_value(name: str, stamp: str) -> Any:
    """The value that `remember_value` stored with the same stamp, or `None`."""
    content = recall(name, stamp)
    if content is None:
        return None
    import pickle

    try:
        return pickle.loads(content)  # noqa: S301 - sealed: see `recall`
    except Exception:  # noqa: BLE001 - of classes that have changed since
        return None


def remember_value(name: str, stamp: str, value: object) -> None:
    """Store a value of our own classes for `recall_value`; the stamp says which modules made it."""
    import pickle

    remember(name, stamp, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def made_by(*modules: ModuleType) -> str:
    """For a stamp: the states of the modules that make a value, of ours or others', and of this Python."""
    return f"{sys.implementation.cache_tag} {' '.join(status(one.__file__ or '') for one in modules)}"


def _sealed(name: str, stamp: str, content: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n{stamp}\n".encode("utf-8", "surrogatepass") + content).digest()


def ours(name: str) -> bool:
    """Whether a stored file belongs to this user."""
    root = folder()
    if root is None or not hasattr(os, "geteuid"):
        return root is not None
    try:
        return (root / name).stat().st_uid == os.geteuid()
    except OSError:
        return False


@cache
def library(name: str) -> str:
    """The state of another package, without importing it, and of the running Python."""
    found = importlib.util.find_spec(name)
    return (
        "" if found is None or not found.origin else f"{sys.implementation.cache_tag} {status(found.origin)}"
    )


def status(file: str | os.PathLike[str]) -> str:
    """The state of a file, with our version: an upgrade may install a file of the same size and time."""
    try:
        found = Path(file).stat()
    except OSError:
        return ""
    return f"{__version__} {os.fspath(file)} {found.st_ino} {found.st_size} {found.st_mtime_ns}"


def made(path: Path) -> Path:
    """A folder of the cache, created for its owner only. Raises `OSError` if that fails."""
    for one in (folder(), path):  # mkdir applies the mode to the last folder only
        if one is not None:
            one.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def forget() -> bool:
    """Remove the cache folder, and return whether there was one."""
    root = folder()
    if root is None or not root.is_dir():
        return False
    shutil.rmtree(root, ignore_errors=True)
    return True


def key(*parts: str | bytes) -> str:
    """A name for something that depends on exactly these parts: 32 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()[:32]


@cache
def ourselves() -> str:
    """A name for this texresume: its version and the state of its files, which developers change."""
    return key(__version__, *_own_states())


def newest_of_ourselves() -> int:
    """When one of our files was last modified before `ourselves` looked, in ns since 1970."""
    return max(int(state.rpartition(" ")[2]) for state in _own_states())


@cache
def _own_states() -> tuple[str, ...]:
    return tuple(sorted(_states(Path(__file__).parent)))


@cache
def libraries() -> str:
    """A name for this Python and all its installed packages, with their versions."""
    found = []
    for path in sys.path:
        with suppress(OSError):
            found += [entry.name for entry in os.scandir(path) if entry.name.endswith(("-info", ".egg-link"))]
    return key(sys.version, *sorted(found))


def state(path: Path) -> str:
    """The state of a folder's files by their names, sizes and times, which is cheaper than their content."""
    return key(*sorted(_states(path)))


def _states(path: Path) -> Iterator[str]:
    try:
        entries = list(os.scandir(path))
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


Value = TypeVar("Value")


class Memo(Generic[Value]):
    """What this process remembers: the results of the `most` keys used last.

    A key stands for everything that its result depends on, so that a result is never out of date.
    """

    _all: ClassVar[list[Memo[Any]]] = []

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: OrderedDict[Hashable, Value] = OrderedDict()
        self._all.append(self)

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The result of a key, computed by `make` if it is not known. An empty key is never remembered."""
        if not key:
            return make()
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        value = make()
        self.put(key, value)
        return value

    def put(self, key: Hashable, value: Value) -> None:
        """Remember a result as the one used last."""
        self._known[key] = value
        self._known.move_to_end(key)
        while len(self._known) > self.most:
            self._known.popitem(last=False)

    def missing(self, keys: Iterable[Hashable]) -> list[int]:
        """The numbers of the keys that are not known; the others count as used."""
        unknown = []
        for number, key in enumerate(keys):
            if key in self._known:
                self._known.move_to_end(key)
            else:
                unknown.append(number)
        return unknown

    def latest(self, most: int) -> dict[Hashable, Value]:
        """The results used last, by their keys, those used longest ago first."""
        return dict(list(self._known.items())[-most:])

    def clear(self) -> None:
        """Forget all results."""
        self._known.clear()

    @classmethod
    def forget_all(cls) -> None:
        """Forget all results of all memos, for tests that need the state of a new process."""
        for memo in cls._all:
            memo.clear()
