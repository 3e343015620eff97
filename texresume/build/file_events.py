"""Waiting until something changes in some folders: with watchfiles, else by polling."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Event

STEP = 1
"""Milliseconds without an event after which a save is over."""
DEBOUNCE = 100
"""Milliseconds after which it is taken as over all the same."""
LOOK = 1000
"""Milliseconds after which files are compared without an event, for disks that send none."""
_POLL_SECONDS = 0.2


class FileEvents:
    """Watches folders, not files, so that files may be replaced, removed and restored. `woken` ends waiting
    when it is set.
    """

    def __init__(self, woken: Event | None = None) -> None:
        self._woken = woken
        self._watched: frozenset[tuple[Path, int, int]] = frozenset()
        self._changes: Iterator[object] | None = None
        self.trouble = ""
        """Why there are no events; empty if there are."""

    def wait(self, folders: Iterable[Path]) -> None:
        """Return when something has changed in one of the folders, or after a second.

        Raises `KeyboardInterrupt` for a signal whose handler raised anything.
        """
        watched = frozenset(filter(None, map(_identity, folders)))
        if watched != self._watched or self._changes is None:
            self._watched, self._changes = watched, None
            self._changes = _events([folder for folder, _, _ in watched], self._woken) if watched else None
        if self._changes is not None:
            try:
                if next(self._changes, None) is None:  # woken
                    self._changes = None
                self.trouble = ""
                return
            except FileNotFoundError:  # removed in between
                pass
            except (OSError, RuntimeError, ImportError) as error:
                self.trouble = str(error)
            self._changes = None
        if self._woken is None:
            time.sleep(_POLL_SECONDS)
        else:
            self._woken.wait(_POLL_SECONDS)


def _events(folders: list[Path], woken: Event | None) -> Iterator[object]:
    from watchfiles import watch  # not on every machine: see `FileEvents.wait`

    yield from watch(
        *folders, watch_filter=None, debounce=DEBOUNCE, step=STEP, rust_timeout=LOOK, yield_on_timeout=True,
        raise_interrupt=True, recursive=False, ignore_permission_denied=True, stop_event=woken,
    )  # fmt: skip


def _identity(folder: Path) -> tuple[Path, int, int] | None:
    """A folder that was removed and made again is another one."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return folder, status.st_dev, status.st_ino
