"""What to say where the system has no more memory, processes or space: `ulimit`, a container, a full disk."""

from __future__ import annotations

import errno

_NO_MEMORY = ("failed to map segment", "annot allocate memory", "annot map", "memory exhausted")
"""What the loader of shared libraries says where there is no room for one."""


def message(error: Exception) -> str:
    """The message for an error of a command; empty for one that is a mistake of the program."""
    text = str(error)
    number = error.errno if isinstance(error, OSError) else 0
    none = isinstance(error, MemoryError) or "without exception set" in text  # so says a Python without any
    if none or number == errno.ENOMEM or any(words in text for words in _NO_MEMORY):
        return "there is not enough memory"
    if isinstance(error, RuntimeError) and "new thread" in text:
        return f"the system allows no more processes, or no memory for one: {text}"
    if number == errno.EAGAIN:
        return f"the system allows no more processes: {error}"
    return text if isinstance(error, OSError) else ""  # a full disk, a closed terminal
