"""Many builds on any `concurrent.futures.Executor`: processes of this machine, or of a cluster.

Each request travels with all files that it reads (`packing`), is built by a worker that shares nothing with
this machine (`worker`), and comes back as bytes, which are written here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import replace
from pathlib import Path

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import output, packing
from .outcome import Build, Outcome
from .packing import Packed
from .parcel import ParcelOutcome, machine
from .request import Request
from .worker import build_parcel

IN_FLIGHT = 64
MAXIMUM_BYTES = 256_000_000
"""Of the parcels in flight; one is always sent."""
_DIFFERS = "worker-differs"
_MOST_BREAKS = 8
"""Pools in a row that may break before one of them has built anything."""
_FAREWELL = 30.0
"""Seconds until all futures of a broken pool say so, which takes none."""
_PATIENCE = 1.0
"""Seconds until a look at signals, which Windows needs."""


def build_all(
    requests: Iterable[Request],
    executor: Executor | Callable[[], Executor],
    *,
    in_flight: int = IN_FLIGHT,
    trust: bool = False,
) -> Generator[Outcome, None, None]:
    """Build all requests with the workers of `executor`; yields an outcome for each, in the order in which they
    come, after its files were written. The bytes are those of a build here.

    A request is packed when a worker can soon take it: `in_flight` is how many are at most on their way, and
    should be twice the number of workers or more. So memory does not grow with the number of requests, which
    may be an iterator. The letter of a variant is the `letter` of the outcome.

    With a function that makes an executor, such as `lambda: ProcessPoolExecutor(4)`, another one is made when
    a worker's death has broken it; what was in flight is built again one by one, so that only the builds that
    killed their worker fail. An executor itself stays open at the end; one that was made here is shut down.

    `trust` builds third-party templates also where they cannot be confined. Nothing raises `ResumeError`: an
    outcome has what is wrong in its `diagnostics`. Closing the generator, or Ctrl-C, cancels what has not
    begun.
    """
    crew = _Crew(executor)
    taken: dict[str, Request] = {}
    waiting = iter(requests)
    more = True
    try:
        while more or crew.busy:
            while more and crew.has_room(in_flight):
                request = next(waiting, None)
                more = request is not None
                if request is None:
                    continue
                if crew.lost is not None:
                    yield _failed(request, crew.lost)
                    continue
                try:
                    crew.add(_packed(request, taken, trust=trust))
                except ResumeError as error:
                    yield Outcome(request, None, error.diagnostics)
            for packed, result in crew.results():
                if isinstance(result, ParcelOutcome):
                    yield _written(packed, result)
                else:
                    yield _failed(packed.request, result)
    finally:
        crew.close()


def _packed(request: Request, taken: dict[str, Request], *, trust: bool) -> Packed:
    """The parcel of a request. Raises `ResumeError`, also if one before it writes the same files."""
    packed = packing.pack(request, trust=trust)
    target = str(packed.target.absolute()).casefold()
    if (other := taken.setdefault(target, request)) is not request:
        same = other.variant and other.data == request.data
        whose = f"the variant {other.variant!r}" if same else str(other.data)
        message = f"this would write the same files as {whose}: {packed.target}"
        hint = "give each request its own 'name' or 'output'"
        file = Path(request.variant) if same and "/" in request.variant else request.data
        raise ResumeError(Diagnostic(Severity.ERROR, "same-name", message, file, hint=hint))
    return packed


# -- the executor -----------------------------------------------------------------------------------------


class _Crew:
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
            error = CancelledError() if future.cancelled() else future.exception()
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
        try:
            future = self._pool.submit(build_parcel, queue[0].parcel)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        self._pending[future] = queue.popleft()
        return not future.done() or future.exception() is None

    def _after_break(
        self, broken: list[tuple[Packed, BaseException]]
    ) -> Iterator[tuple[Packed, BaseException]]:
        """What could not be built since the pool broke: it is built again, unless there is no other pool or it
        was alone.
        """
        others, _ = wait(self._pending, timeout=_FAREWELL)  # a pool breaks as a whole
        broken += [(self._pending.pop(future), error) for future in others if (error := future.exception())]
        self._breaks += 1
        if self._make is None or self._breaks > _MOST_BREAKS:
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


# -- what came of it --------------------------------------------------------------------------------------


def _written(packed: Packed, reply: ParcelOutcome) -> Outcome:
    """The outcome of a reply, after its files were written."""
    if reply.outcome is None:
        return Outcome(packed.request, None, reply.refusal)
    outcome = _as_here(packed, reply.outcome, packed.request)
    if outcome.build and _DIFFERS not in packed.request.off and (
        differences := _differences(reply, outcome.build)
    ):
        outcome = replace(outcome, diagnostics=(*outcome.diagnostics, *differences))
    folder = packed.request.output
    contents = {folder / name: content for name, content in reply.files.items()}
    try:
        if contents:
            output.save_all(contents, packed.target if outcome.build else None)
    except ResumeError as error:
        return replace(outcome, build=None, diagnostics=(*outcome.diagnostics, *error.diagnostics))
    return outcome


def _as_here(packed: Packed, outcome: Outcome, request: Request) -> Outcome:
    """An outcome with the request and the paths of this machine."""
    build, folder = outcome.build, request.output
    if build is not None:
        build = replace(
            build,
            files={form: (folder / name).as_posix() for form, name in build.files.items()},
            digests={(folder / name).as_posix(): digest for name, digest in build.digests.items()},
        )
    letter = outcome.letter
    return replace(
        outcome,
        request=request,
        build=build,
        dependencies=packed.run.dependencies,
        letter=_as_here(packed, letter, request.for_letter()) if letter else None,
    )


def _differences(reply: ParcelOutcome, build: Build) -> list[Diagnostic]:
    """A note if the worker has other releases than this machine: the bytes may differ, too."""
    here = machine(build.engine)
    other = [
        f"{name} {there} (here {here[name]})"
        for name, there in reply.machine.items()
        if here.get(name, there) != there
    ]
    if not other:
        return []
    message = f"a worker has other releases, so the PDF may not be the same to the byte: {', '.join(other)}"
    hint = "install the same releases on all workers, with 'pip install -c constraints.txt'"
    return [Diagnostic(Severity.NOTE, _DIFFERS, message, hint=hint)]


def _failed(request: Request, error: BaseException) -> Outcome:
    """The outcome of a build that no worker finished."""
    if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
        code, message = "worker-died", "the process of this build was killed"
        hint = "out of memory? Build it alone, here, to see why"
    elif isinstance(error, CancelledError):
        code, message, hint = "worker-died", "the build was cancelled, or its result lost", "is the cluster still up?"
    else:
        code, message = "worker-failed", f"a worker failed: {type(error).__name__}: {error}"
        hint = "is texresume installed on all workers, and their disk not full?"
    return Outcome(request, None, (Diagnostic(Severity.ERROR, code, message, request.data, hint=hint),))
