"""Many builds on any `concurrent.futures.Executor`: processes of this machine, or of a cluster.

Each request travels with all files that it reads (`packing`), is built by a worker that shares nothing with
this machine (`worker`), and comes back as bytes, which are written here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from dataclasses import replace
from pathlib import Path

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import output, packing, up_to_date
from .crew import Crew
from .outcome import Build, Outcome
from .packing import Packed
from .parcel import ParcelOutcome, machine
from .request import Request

IN_FLIGHT = 64
"""Parcels on their way, unless the caller says how many."""
_DIFFERS = "worker-differs"
"""The code of a note, which can be suppressed."""


def build_all(
    requests: Iterable[Request],
    executor: Executor | Callable[[], Executor],
    *,
    in_flight: int = IN_FLIGHT,
    trust: bool = False,
    reuse: bool = False,
) -> Generator[Outcome, None, None]:
    """Build all requests with the workers of `executor`; yields an outcome for each, in the order in which
    they come, after its files were written. The bytes are those of a build here.

    A request is packed when a worker can soon take it: `in_flight` is how many are at most on their way, and
    should be twice the number of workers or more. So memory does not grow with the number of requests, which
    may be an iterator. The letter of a variant is the `letter` of the outcome.

    With a function that makes an executor, such as `lambda: ProcessPoolExecutor(4)`, another one is made when
    a worker's death has broken it; what was in flight is built again one by one, so that only the builds that
    killed their worker fail. An executor itself stays open at the end; one that was made here is shut down.

    `trust` builds third-party templates also where they cannot be confined. `reuse` sends only what has
    changed since it was last built, here or with `reuse`; the others are `up_to_date` in their outcomes.

    Nothing raises `ResumeError`: an outcome has what is wrong in its `diagnostics`. Closing the generator, or
    Ctrl-C, cancels what has not begun.
    """
    crew = Crew(executor)
    desk = _Desk(trust=trust, reuse=reuse)
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
                    if before := desk.unchanged(request):
                        yield before
                    else:
                        crew.add(desk.packed(request))
                except ResumeError as error:
                    yield Outcome(request, None, error.diagnostics)
            for packed, result in crew.results():
                if isinstance(result, ParcelOutcome):
                    yield desk.written(packed, result)
                else:
                    yield _failed(packed.request, result)
    finally:
        crew.close()


class _Desk:
    """Where parcels leave and arrive: which files are written, and by whom."""

    def __init__(self, *, trust: bool, reuse: bool) -> None:
        self._trust, self._reuse = trust, reuse
        self._digests = up_to_date.Digests()
        self._taken: dict[str, Request] = {}

    def unchanged(self, request: Request) -> Outcome | None:
        """The outcome of a request whose last build is up to date. Raises `ResumeError` as `packed`."""
        found = up_to_date.find_both(request, self._digests) if self._reuse else []
        if not found:
            return None
        self._take(request, Path(next(iter(found[0][1].json["files"].values()))).with_suffix(""))
        one, *letter = (Outcome(of, None, before.diagnostics, up_to_date=before) for of, before in found)
        return replace(one, letter=letter[0]) if letter else one

    def packed(self, request: Request) -> Packed:
        """The parcel of a request. Raises `ResumeError`, also if one before it writes the same files."""
        packed = packing.pack(request, trust=self._trust)
        self._take(request, packed.target)
        return packed

    def _take(self, request: Request, target: Path) -> None:
        other = self._taken.setdefault(str(target.absolute()).casefold(), request)
        if other is not request:
            whose = " ".join(filter(None, (str(other.data), other.variant)))
            message = f"this would write the same files as {whose}: {target}"
            hint = "give each request its own 'name' or 'output'"
            raise ResumeError(Diagnostic(Severity.ERROR, "same-name", message, request.data, hint=hint))

    def written(self, packed: Packed, reply: ParcelOutcome) -> Outcome:
        """The outcome of a reply, after its files were written."""
        if reply.outcome is None:
            return Outcome(packed.request, None, reply.refusal)
        outcome = _as_here(packed, reply.outcome, packed.request)
        build, folder = outcome.build, packed.request.output
        different = _differences(reply, build) if build else []
        if _DIFFERS not in packed.request.off:
            outcome = replace(outcome, diagnostics=(*outcome.diagnostics, *different))
        contents = {folder / name: content for name, content in reply.files.items()}
        try:
            if contents:
                output.save_all(contents, packed.target if build else None)
        except ResumeError as error:
            return replace(outcome, build=None, diagnostics=(*outcome.diagnostics, *error.diagnostics))
        build = outcome.build
        if self._reuse and build and not different and not outcome.letter and build.engine == "pdftex":
            up_to_date.store(packed.request, build, self._digests)  # XeTeX's depends on the worker's fonts
        return outcome


def _as_here(packed: Packed, outcome: Outcome, request: Request) -> Outcome:
    """An outcome with the request and the paths of this machine."""
    build, folder = outcome.build, request.output
    if build is not None:
        build = replace(
            build,
            files={form: (folder / name).as_posix() for form, name in build.files.items()},
            digests={(folder / name).as_posix(): digest for name, digest in build.digests.items()},
            started=packed.run.clock,
            dependencies=packed.run.dependencies,
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
        code, message, hint = (
            "worker-died",
            "the build was cancelled, or its result lost",
            "is the cluster still up?",
        )
    else:
        said = str(error).partition("\n")[0][:200]
        code, message = "worker-failed", f"a worker failed: {type(error).__name__}: {said}"
        hint = "is texresume installed on all workers, and their disk not full?"
    return Outcome(request, None, (Diagnostic(Severity.ERROR, code, message, request.data, hint=hint),))
