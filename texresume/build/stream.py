"""One stream of outcomes for one request or many: what is up to date first, then what is built."""

from __future__ import annotations

import functools
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from . import up_to_date
from .outcome import Outcome
from .request import Request

if TYPE_CHECKING:
    from texresume.tex.head_start import HeadStart

    from .batch import Job
    from .signals import Signals


def outcomes(
    requests: Sequence[Request],
    *,
    job: Job | None = None,
    reuse: bool = True,
    signals: Signals | None = None,
) -> Generator[Outcome, None, None]:
    """Build each request with `job`; the letter that goes with a résumé follows it.

    With `reuse`, only if something has changed since its last build.
    """
    digests = up_to_date.Digests()
    changed = []
    for request in requests:
        found = list(up_to_date.find_both(request, digests)) if reuse else []
        if not found:
            changed.append(request)
        for one, before in found:
            yield Outcome(one, None, before.diagnostics, up_to_date=before)
    if not changed:
        return
    with _head_start(changed) if job is None else nullcontext() as ahead:
        from . import batch

        if ahead is not None:
            job = functools.partial(batch.attempt, typeset=ahead.typeset)
        for both in batch.build_all(changed, signals=signals, job=job):
            for outcome in both.both:
                yield outcome
                if reuse and outcome.build:
                    up_to_date.store(outcome.request, outcome.build, digests)
            if ahead is not None and both.build:
                ahead.keep()


@contextmanager
def _head_start(requests: Sequence[Request]) -> Iterator[HeadStart | None]:
    """For a single request, a TeX that starts before all that comes before it is imported."""
    if len(requests) > 1 or os.name != "posix":
        yield None
        return
    from texresume.tex.head_start import HeadStart

    ahead = HeadStart(up_to_date.name(requests[0]))
    try:
        yield ahead
    finally:
        ahead.close()
