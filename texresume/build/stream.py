"""One stream of outcomes for one request or many: what is up to date first, then what is built."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from . import up_to_date
from .outcome import Outcome
from .request import Request

if TYPE_CHECKING:
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
    from . import batch

    for both in batch.build_all(changed, signals=signals, job=job):
        for outcome in both.both:
            yield outcome
            if reuse and outcome.build:
                up_to_date.store(outcome.request, outcome.build, digests)
