"""Timing by turns: every round runs each action once, so that the machine's noise hits all alike."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


def _nothing() -> None:
    """No preparation."""


@dataclass(frozen=True, slots=True)
class Action:
    """What is timed; `prepare` comes before it and is not timed."""

    run: Callable[[], object]
    prepare: Callable[[], object] = _nothing


@dataclass(frozen=True, slots=True)
class Measured:
    """Samples in seconds under a stable name, which `what` says to people.

    Where there are none, `facts["absent"]` says why.
    """

    name: str
    what: str
    seconds: tuple[float, ...] = ()
    facts: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median in seconds."""
        return statistics.median(self.seconds)

    @property
    def fastest(self) -> float:
        """The fastest in seconds: what a machine that does nothing else would take."""
        return min(self.seconds)

    def as_json(self) -> dict[str, object]:
        return {"what": self.what, "seconds": [round(one, 6) for one in self.seconds], **self.facts}


def absent(name: str, what: str, why: str) -> Measured:
    """What could not be measured, and why."""
    return Measured(name, what, facts={"absent": why})


def seconds(action: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    started = clock()
    action()
    return clock() - started


def measure(
    actions: Mapping[tuple[str, str], Action],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Measured]:
    """The samples of each action, after one run that is not counted; what fails there is left out."""
    failed: dict[tuple[str, str], str] = {}
    for key, action in actions.items():
        try:
            action.prepare()
            action.run()
        except (OSError, subprocess.SubprocessError) as error:
            failed[key] = _reason(error)
    samples: dict[tuple[str, str], list[float]] = {key: [] for key in actions if key not in failed}
    for _ in range(rounds):
        for key, found in samples.items():
            actions[key].prepare()
            found.append(seconds(actions[key].run, clock))
    return [
        absent(*key, failed[key]) if key in failed else Measured(*key, tuple(samples[key])) for key in actions
    ]


def _reason(error: Exception) -> str:
    said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or b""
    last = said.decode("utf-8", "replace").strip().splitlines()[-1:] if isinstance(said, bytes) else [said]
    return f"it failed: {(last or [str(error)])[0]}".replace("|", "/")


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a program to its end; raises `CalledProcessError` if it fails."""
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
