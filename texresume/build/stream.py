"""One stream of outcomes for one request or many: what is up to date first, then what is built."""

from __future__ import annotations

import functools
from collections.abc import Generator, Sequence
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
    if job is not None or len(changed) > 1:
        yield from _built(changed, digests if reuse else None, job, signals)
        return
    from texresume.tex.head_start import HeadStart

    ahead = HeadStart(up_to_date.name(changed[0]))  # before all that comes before TeX is imported
    try:
        yield from _built(changed, digests if reuse else None, None, signals, ahead)
    finally:
        ahead.close()


def _built(
    requests: Sequence[Request],
    digests: up_to_date.Digests | None,
    job: Job | None,
    signals: Signals | None,
    ahead: HeadStart | None = None,
) -> Generator[Outcome, None, None]:
    """The outcomes of builds, recorded for the next time if there are `digests`."""
    from . import batch

    if ahead is not None:
        job = functools.partial(batch.attempt, typeset=ahead.typeset)
    for both in batch.build_all(requests, signals=signals, job=job):
        if ahead is not None and both.build:
            ahead.keep()
        for outcome in both.both:
            yield outcome
            if digests is not None and outcome.build:
                up_to_date.store(outcome.request, outcome.build, digests)
