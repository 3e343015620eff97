"""Parcels in the hands of an executor: how many at a time, and what becomes of them when a worker dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait

from . import worker
from .packing import Packed
from .parcel import ParcelOutcome

MAXIMUM_BYTES = 256_000_000
"""Of the parcels in flight; one is always sent."""
_MOST_BREAKS = 8
"""Pools in a row that may break before one of them has built anything."""
_FAREWELL = 30.0
"""Seconds until all futures of a broken pool say so, which takes none."""
_PATIENCE = 1.0
"""Seconds until a look at signals, which Windows needs."""


class Crew:
    """The parcels in flight, and the executor that builds them, or the one after it."""

    def __init__(self, executor: Executor | Callable[[], Executor]) -> None:
        self._make = None if isinstance(executor, Executor) else executor
        self._pool = executor if isinstance(executor, Executor) else None
        self._waiting: deque[Packed] = deque()
        self._suspects: deque[Packed] = deque()  # in flight when a pool broke: each is built alone
        self._pending: dict[Future[ParcelOutcome], Packed] = {}
        self._alone = False
        self._breaks = 0
        self.lost: BaseException | None = None
        """Why there are no workers any more."""

    @property
    def busy(self) -> bool:
        """Whether something has not come back yet."""
        return bool(self._waiting or self._suspects or self._pending)

    def has_room(self, in_flight: int) -> bool:
        """Whether one more may be packed."""
        if self._waiting or self._suspects:
            return False
        size = sum(one.parcel.size for one in self._pending.values())
        return not self._pending or (len(self._pending) < in_flight and size < MAXIMUM_BYTES)

    def add(self, packed: Packed) -> None:
        """Send it, as soon as the executor takes it."""
        self._waiting.append(packed)
        self._send()

    def results(self) -> Iterator[tuple[Packed, ParcelOutcome | BaseException]]:
        """What has come, after the first of it has: a reply, or why there is none."""
        self._send()
        while self._pending:
            done, _ = wait(self._pending, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
            if done:
                break
        else:
            return
        broken: list[tuple[Packed, BaseException]] = []
        for future in done:
            packed = self._pending.pop(future)
            error = _error(future)
            if error is None:
                self._breaks = 0
                yield packed, future.result()
            elif isinstance(error, BrokenExecutor):
                broken.append((packed, error))
            else:
                yield packed, error
        if broken:
            yield from self._after_break(broken)

    def _send(self) -> None:
        """Give the executor what is waiting; of suspects one, when nothing else is in flight."""
        if self._suspects and not self._pending:
            self._alone = True
            self._submit(self._suspects)
        while self._waiting and not self._suspects and not (self._alone and self._pending):
            self._alone = False
            if not self._submit(self._waiting):
                return

    def _submit(self, queue: deque[Packed]) -> bool:
        """Submit the first of a queue; false if the executor is broken, so that it is still there."""
        if self._pool is None and self._make is not None:
            self._pool = self._make()
        assert self._pool is not None  # noqa: S101 - given, or made
        packed = queue.popleft()
        try:
            self._pending[self._pool.submit(worker.build_parcel, packed.parcel)] = packed
        except Exception as error:  # noqa: BLE001 - an executor may raise anything: its cluster is gone, say
            future: Future[ParcelOutcome] = Future()
            future.set_exception(error)
            self._pending[future] = packed
            return not isinstance(error, BrokenExecutor)
        return True

    def _after_break(
        self, broken: list[tuple[Packed, BaseException]]
    ) -> Iterator[tuple[Packed, BaseException]]:
        """What could not be built since the pool broke: it is built again, unless there is no other pool or
        it was alone.
        """
        others, _ = wait(self._pending, timeout=_FAREWELL)  # a pool breaks as a whole
        broken += [(self._pending.pop(future), error) for future in others if (error := _error(future))]
        self._breaks += 1
        if self._make is None or self._breaks >= _MOST_BREAKS:
            self.lost = broken[0][1]
            yield from broken
            return
        if self._pool is not None:
            self._pool.shutdown(wait=False)
            self._pool = None
        if self._alone:
            yield from broken
            self._waiting.extendleft(reversed(self._suspects))  # which are none after all
            self._suspects.clear()
        else:
            self._suspects.extend(packed for packed, _ in broken)

    def close(self) -> None:
        """Cancel what has not begun, and shut down an executor that was made here."""
        for future in self._pending:
            future.cancel()
        if self._make is not None and self._pool is not None:
            self._pool.shutdown(wait=True)


def _error(future: Future[ParcelOutcome]) -> BaseException | None:
    return CancelledError() if future.cancelled() else future.exception()
