"""Regular expressions that are compiled when they are first used: a build uses few of them."""

from __future__ import annotations

import re
from typing import Any, cast


class _LazyPattern:
    """Stands in for a compiled pattern, and takes over its methods at the first use of each."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._source, self._flags), name)  # `re` remembers the last 512
        setattr(self, name, found)
        return found


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern for the top of a module that only some builds use. Compiling one takes 0.1 to 3 ms.

    Raises `re.error` at its first use if the source is not a regular expression.
    """
    return cast("re.Pattern[str]", _LazyPattern(source, flags))
