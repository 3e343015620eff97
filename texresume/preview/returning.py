"""The token of a project's preview is kept, so that an open page finds a preview that was started again."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from texresume import cache

from .guard import new_token

_STAMP = "token"
_TOKEN = re.compile(rb"[\w-]{43}")


def token_for(data: Path, port: int) -> str:
    """The token of the preview of a data file at a port: that of last time, if nobody else could read it."""
    name = f"preview/{cache.key(os.fspath(Path(data).absolute()), str(port))}.token"
    kept = cache.recall(name, _STAMP)
    if kept is not None and _TOKEN.fullmatch(kept) and _private(name):
        return kept.decode()
    token = new_token()
    cache.remember(name, _STAMP, token.encode())
    return token


def _private(name: str) -> bool:
    """Whether a file of the cache is one that only this user may read; off POSIX, its folder says that."""
    root = cache.folder()
    if root is None:
        return False
    try:
        mode = (root / name).lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and (os.name != "posix" or not mode & (stat.S_IRWXG | stat.S_IRWXO))
