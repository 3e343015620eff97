"""Regular expressions that are compiled when they are first used: a build uses few of them."""

from __future__ import annotations

import re
from typing import Any, cast


class _LazyPattern:
    """Stands in for a compiled pattern, and becomes one at its first use."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return getattr(self._compiled, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern for the top of a module that only some builds use. Compiling one takes 0.1 to 3 ms.

    Raises `re.error` at its first use if the source is not a regular expression.
    """
    return cast("re.Pattern[str]", _LazyPattern(source, flags))
