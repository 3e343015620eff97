"""Many builds side by side, over processes: one that fails does not stop the others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from . import output, pipeline, variant
from .baseline import Comparison
from .diagnostics import Diagnostic, ExitStatus, ResumeError, Severity
from .evidence import BuildError, Evidence
from .pipeline import Build, Request


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: a build, or why there is none. `diagnostics` are all that was found.

    `evidence` is what a thorough build has left, passed or not; `baseline` what `check` finds against an
    earlier PDF.
    """

    request: Request
    build: Build | None
    diagnostics: tuple[Diagnostic, ...]
    status: ExitStatus = ExitStatus.OK
    evidence: Evidence | None = None
    baseline: Comparison | None = None


def for_all_variants(request: Request) -> list[Request]:
    """The request for each variant beside the data file; those whose names begin with `_` are only extended.

    Raises `ResumeError` if there are none, or two would write the same file.
    """
    folder = variant.folder_of(request.data)
    names = variant.applications(folder)
    if not names:
        hint = "a variant is a file such as variants/acme.yaml beside the data"
        fault = Diagnostic(Severity.ERROR, "no-variants", f"there are no variants in {folder}", hint=hint)
        raise ResumeError(fault, ExitStatus.USAGE)
    stems: dict[str, str] = {}
    for name in names:
        other = stems.setdefault(output.stem("", name, ""), name)
        if other != name:
            message = f"the variants {other!r} and {name!r} would write the same file"
            fault = Diagnostic(Severity.ERROR, "same-name", message, names[name], hint="rename one of them")
            raise ResumeError(fault)
    return [replace(request, variant=str(file)) for file in names.values()]


def attempt(request: Request) -> Outcome:
    """One build, whose failure is a value."""
    try:
        built = pipeline.build(request)
    except ResumeError as error:
        evidence = error.evidence if isinstance(error, BuildError) else None
        return Outcome(request, None, error.diagnostics, error.status, evidence)
    return Outcome(request, built, built.diagnostics, evidence=built.evidence)


def build_all(requests: Sequence[Request], workers: int = 0) -> Iterator[Outcome]:
    """The outcomes in the order in which they come, from `workers` processes (0: one for each core)."""
    workers = min(workers or os.cpu_count() or 1, len(requests))
    if workers <= 1:
        yield from map(attempt, requests)
        return
    with ProcessPoolExecutor(workers) as pool:
        futures = {pool.submit(attempt, request): request for request in requests}
        try:
            for future in as_completed(futures):
                yield _outcome(future, futures[future])
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _outcome(future: Future[Outcome], request: Request) -> Outcome:
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
