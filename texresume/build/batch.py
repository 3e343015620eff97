"""Many builds side by side, over processes: one that fails does not stop the others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.tex import engine

from . import file_names, pair, pipeline
from .outcome import Outcome as Outcome  # noqa: PLC0414 - the result of `attempt`
from .processes import start_worker
from .request import Request
from .run import Run

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

    from .artifacts import Artifacts
    from .draft import Typesetter
    from .pipeline import Inspector
    from .signals import Signals

Job = Callable[[Request], Outcome]
"""One build whose failure is a value. It must be possible to send it to another process."""

_PATIENCE = 2.0
"""Seconds until a look at whether a pool's processes are still there."""


def for_all_variants(request: Request) -> list[Request]:
    """The request for each variant beside the data; those whose names begin with `_` are only extended.

    Raises `ResumeError` if there are none. Of those that would write the same files only the first is built.
    """
    from texresume.variants import variant

    folder = variant.folder_of(request.data)
    names = variant.applications(folder)
    if not names:
        hint = "a variant is a file such as variants/acme.yaml beside the data"
        error = Diagnostic(Severity.ERROR, "no-variants", f"no variants found in {folder}", hint=hint)
        raise ResumeError(error)
    if request.name and "{variant}" not in request.name and len(names) > 1:
        message = f"all {len(names)} variants would be called {request.name!r}"
        hint = "put {variant} into the name"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-filename", message, hint=hint))
    refused = {error.file for error in same_names(names)}
    return [replace(request, variant=str(file)) for file in names.values() if file not in refused]


def same_names(names: Mapping[str, Path]) -> list[Diagnostic]:
    """An error for each variant that would write the same files as one before it; it is not built."""
    stems: dict[str, str] = {}
    errors = []
    for name, file in names.items():
        other = stems.setdefault(file_names.variant_part(name), name)
        if other != name:
            message = f"this variant would write the same file as {other!r}"
            errors.append(Diagnostic(Severity.ERROR, "same-name", message, file, hint="rename one of them"))
    return errors


def clashes(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes, with an error for each build that wrote the same file as one before it."""
    writers: dict[str, str] = {}
    checked: list[Outcome] = []
    for outcome in outcomes:
        errors = []
        made = outcome.build or outcome.up_to_date
        for file in made.as_json()["files"].values() if made else ():
            other = writers.setdefault(file, outcome.label)
            if other != outcome.label:
                message = f"this variant wrote the same file as {other!r}: {file}"
                hint = "put {variant} into 'filename'"
                own = Path(outcome.request.variant)
                errors.append(Diagnostic(Severity.ERROR, "same-name", message, own, hint=hint))
        checked.append(replace(outcome, diagnostics=(*outcome.diagnostics, *errors)))
    return checked


def refused(request: Request) -> list[Outcome]:
    """The outcomes of the variants that are not built, see `same_names`."""
    from texresume.variants import variant

    errors = same_names(variant.applications(variant.folder_of(request.data)))
    return [Outcome(replace(request, variant=str(error.file)), None, (error,)) for error in errors]


def attempt(
    request: Request,
    *,
    typeset: Typesetter = engine.typeset,
    inspect: Inspector = pipeline.inspect_pdf,
    keep: Callable[[Run], Artifacts | None] | None = None,
) -> Outcome:
    """One build, and that of the letter that goes with it. A failure is a value; `keep` chooses what is kept
    of each, passed or not.
    """

    def one(run: Run) -> Outcome:
        try:
            build = pipeline.build_in(run, typeset=typeset, inspect=inspect)
        except ResumeError:
            build = None
        artifacts = keep(run) if keep else None
        found = run.log.diagnostics
        return Outcome(run.request, build, found, artifacts, dependencies=run.dependencies)

    run = Run(request)
    return pair.with_letter(one(run), run, one)


def build_all(
    requests: Sequence[Request], workers: int = 0, signals: Signals | None = None, job: Job | None = None
) -> Generator[Outcome, None, None]:
    """The outcomes in the order in which they come, from `workers` processes (0: one for each core).

    With `signals`, one of them ends it with `KeyboardInterrupt`, after the builds that are running: a pool
    that is interrupted while it starts its processes may never end.
    """
    job = job or attempt
    workers = min(workers or os.cpu_count() or 1, len(requests))
    if workers <= 1:
        yield from map(job, requests)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children

    rest = list(requests)
    before = active_children()
    with signals.held() if signals else nullcontext(), _threads_may_fail():
        pool = ProcessPoolExecutor(workers, initializer=start_worker)
        stuck = True
        try:
            for request, outcome in _results(pool, rest, job, before):
                rest.remove(request)
                yield outcome
                if signals and signals.number:
                    break
            stuck = bool(rest) and not (signals and signals.number)
        finally:
            if stuck and not _alive(before):
                pool.shutdown(wait=False, cancel_futures=True)
            else:
                pool.shutdown(wait=True, cancel_futures=True)
    if stuck:  # the system allows no more processes: one after the other
        yield from map(job, rest)


def _results(
    pool: ProcessPoolExecutor, requests: Sequence[Request], job: Job, before: Sequence[BaseProcess]
) -> Iterator[tuple[Request, Outcome]]:
    """What the workers of a pool make, as it comes. It ends early where the system does not let the pool
    have its threads and processes; then none of its processes is left.
    """
    from concurrent.futures import FIRST_COMPLETED, wait

    threads = set(threading.enumerate())
    try:
        futures = {pool.submit(job, request): request for request in requests}
    except (RuntimeError, OSError):  # no thread, no process
        _end(before)
        return
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
        if not done and not (_alive(before) and set(threading.enumerate()) - threads):
            _end(before)  # the thread that gives them work could not start another one, and has ended
            return
        for future in done:
            yield futures[future], _outcome(future, futures[future])


def _end(before: Sequence[BaseProcess]) -> None:
    """End the processes that were started since: they would wait for work for ever."""
    for child in _alive(before):
        child.kill()
        child.join()


def _alive(before: Sequence[BaseProcess]) -> list[BaseProcess]:
    """The processes that were started since."""
    from multiprocessing import active_children

    return [child for child in active_children() if child not in before]


@contextmanager
def _threads_may_fail() -> Iterator[None]:
    """A pool's own thread that cannot start another one says so in a traceback, which nobody needs."""

    def hook(told: threading.ExceptHookArgs) -> None:
        if "new thread" not in str(told.exc_value):
            usual(told)

    usual = threading.excepthook
    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = usual


def _outcome(future: Future[Outcome], request: Request) -> Outcome:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool:
        error = Diagnostic(
            Severity.ERROR,
            "worker-died",
            "the process of this build was killed",
            hint="out of memory or processes? Build this variant alone, with --variant",
        )
        return Outcome(request, None, (error,))
