"""What every process of a pool begins with. Light to import, as some of them need little else."""

from __future__ import annotations

import os
import signal
import threading


def start_worker() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when the parent is killed, which pools do not see to."""
    import multiprocessing
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    try:
        threading.Thread(target=follow, args=(parent.sentinel,), daemon=True).start()
    except RuntimeError:  # the system allows no more: the parent says so
        os._exit(1)
