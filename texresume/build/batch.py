"""Many builds side by side, over processes: one that fails does not stop the others."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import output, pipeline
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity
from .evidence import BuildError, Evidence
from .pipeline import Build
from .request import Request
from .up_to_date import Kept

if TYPE_CHECKING:
    from concurrent.futures import Future

    from texresume.check.baseline import Comparison
    from .signals import Signals


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: a build, one that still stands (`kept`), or why there is none. `diagnostics`
    are all that was found.

    `evidence` is what a thorough build has left, passed or not; `baseline` what `check` finds against an
    earlier PDF.
    """

    request: Request
    build: Build | None
    diagnostics: tuple[Diagnostic, ...]
    status: ExitStatus = ExitStatus.OK
    evidence: Evidence | None = None
    baseline: Comparison | None = None
    kept: Kept | None = None


def for_all_variants(request: Request) -> list[Request]:
    """The request for each variant beside the data file; those whose names begin with `_` are only extended.

    Raises `ResumeError` if there are none. Of those that would write the same files the first is built.
    """
    from texresume.variants import variant

    folder = variant.folder_of(request.data)
    names = variant.applications(folder)
    if not names:
        hint = "a variant is a file such as variants/acme.yaml beside the data"
        fault = Diagnostic(Severity.ERROR, "no-variants", f"there are no variants in {folder}", hint=hint)
        raise ResumeError(fault, ExitStatus.USAGE)
    refused = {fault.file for fault in same_names(names)}
    return [replace(request, variant=str(file)) for file in names.values() if file not in refused]


def same_names(names: Mapping[str, Path]) -> list[Diagnostic]:
    """A fault for each variant that would write the same files as one before it: it is not built."""
    stems: dict[str, str] = {}
    faults = []
    for name, file in names.items():
        other = stems.setdefault(output.stem("", name, ""), name)
        if other != name:
            message = f"this variant would write the same file as {other!r}"
            faults.append(Diagnostic(Severity.ERROR, "same-name", message, file, hint="rename one of them"))
    return faults


def same_names_of(request: Request) -> list[Diagnostic]:
    """The same for the variants of a request."""
    from texresume.variants import variant

    return same_names(variant.applications(variant.folder_of(request.data)))


def refusal(request: Request, fault: Diagnostic) -> Outcome:
    """The outcome of a variant that is not tried."""
    return Outcome(replace(request, variant=str(fault.file)), None, (fault,), ExitStatus.DATA)


def attempt(request: Request) -> Outcome:
    """One build, whose failure is a value."""
    try:
        built = pipeline.build(request)
    except ResumeError as error:
        evidence = error.evidence if isinstance(error, BuildError) else None
        return Outcome(request, None, error.diagnostics, error.status, evidence)
    return Outcome(request, built, built.diagnostics, evidence=built.evidence)


def build_all(
    requests: Sequence[Request], workers: int = 0, signals: Signals | None = None
) -> Generator[Outcome, None, None]:
    """The outcomes in the order in which they come, from `workers` processes (0: one for each core).

    With `signals`, one of them ends it with `KeyboardInterrupt`, after the builds that are running: a pool
    that is interrupted while it starts its processes may never end.
    """
    workers = min(workers or os.cpu_count() or 1, len(requests))
    if workers <= 1:
        yield from map(attempt, requests)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415 - a build alone needs none

    with (
        signals.held() if signals else nullcontext(),
        ProcessPoolExecutor(workers, initializer=_begun) as pool,
    ):
        futures = {pool.submit(attempt, request): request for request in requests}
        try:
            for future in as_completed(futures):
                yield _outcome(future, futures[future])
                if signals and signals.number:
                    break
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begun() -> None:
    """A worker has begun: it leaves Ctrl-C to its parent, and ends when that is killed: pools do not."""
    import multiprocessing  # noqa: PLC0415 - as above
    from multiprocessing.connection import wait  # noqa: PLC0415 - as above

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=follow, args=(parent.sentinel,), daemon=True).start()


def _outcome(future: Future[Outcome], request: Request) -> Outcome:
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as above

    try:
        return future.result()
    except BrokenProcessPool:
        fault = Diagnostic(
            Severity.ERROR,
            "worker-died",
            "the process of this build was ended from outside",
            hint="is there memory enough? Build it alone: --variant",
        )
        return Outcome(request, None, (fault,), ExitStatus.TEX)
