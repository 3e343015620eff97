"""What makes a command quicker that has its Python process to itself. The library changes none of this."""

from __future__ import annotations

import atexit
import gc
import importlib
import sys
from types import ModuleType
from typing import Any

_GARBAGE = 50_000
"""Objects after which Python looks for cycles of garbage: builds make few. With its own 700, looking takes
a tenth of the start.
"""


def save_time() -> None:
    """Look for garbage rarely, and not at the end, when Python would take all modules apart (20 ms).

    What is registered with `atexit` runs as ever, and so does the removal of temporary files.
    """
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)


class _Metadata(ModuleType):
    """Stands in for `importlib.metadata`, and for anything but Cerberus' version gives what that gives."""

    def __getattr__(self, name: str) -> Any:
        if name == "version":
            return self._version
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)

    def _version(self, package: str) -> str:
        return "unknown" if package == "Cerberus" else str(self.__getattr__("distribution")(package).version)


def spare_metadata() -> None:
    """Cerberus asks for its own version when it is imported. What finds it, and the parser of e-mails that
    this needs, take 10 ms to import; nothing else in a build wants them.
    """
    name = "importlib.metadata"
    if name not in sys.modules:
        sys.modules[name] = _Metadata(name)


def keep_bytecode() -> None:
    """Keep what Python compiles, as it does by itself: invoke turns that off, so that a source tree would be
    compiled in every run. What `PYTHONDONTWRITEBYTECODE` or `python -B` says stays.
    """
    sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)


def is_invoke() -> bool:
    """Whether it is invoke that runs in this process: asked before we import it ourselves."""
    return "invoke.program" in sys.modules
