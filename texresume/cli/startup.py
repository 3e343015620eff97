"""What makes a command quicker that has its Python process to itself. The library changes none of this."""

from __future__ import annotations

import atexit
import gc
import sys

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


def keep_bytecode() -> None:
    """Keep what Python compiles, as it does by itself: invoke turns that off, so that a source tree would be
    compiled in every run. What `PYTHONDONTWRITEBYTECODE` or `python -B` says stays.
    """
    sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)


def is_invoke() -> bool:
    """Whether it is invoke that runs in this process: asked before we import it ourselves."""
    return "invoke.program" in sys.modules
