"""From saving the data to what a browser has of it, while `texresume preview` runs."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from texresume import cache

from . import content
from .builds import program
from .timing import Measured, absent
from .watching import PAUSE_SECONDS, save

SCALE = 2
"""Pixels of the picture for a pt: a page as wide as a window, on a screen of twice the usual density."""
_WARMING = 2
_PATIENCE_SECONDS = 60.0
NAMES = {
    "preview-picture": "texresume: `preview`, save to the picture, not yet proved",
    "preview-proved": "texresume: `preview`, save to the word that it is proved",
}


def previewed(rounds: int, folder: Path) -> list[Measured]:
    """Save to picture, and to the proof of the same page."""
    place = folder / "preview"
    place.mkdir()
    data = place / "resume.yaml"
    data.write_text(content.EXAMPLE.read_text("utf-8"), "utf-8")
    flags = ["--data", str(data), "--output", str(place / "dist"), "--no-open", "--json"]
    environment = {**os.environ, cache.FOLDER: str(folder / "cache")}
    command = [*program("texresume"), "preview", *flags]
    process = subprocess.Popen(
        command, cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        address = _address(process)
        if not address:
            return [absent(name, what, "it did not start") for name, what in NAMES.items()]
        found = list(_samples(rounds, data, address))
    except (OSError, http.client.HTTPException) as error:
        return [absent(name, what, str(error)) for name, what in NAMES.items()]
    finally:
        process.terminate()
        process.communicate()
    kept = found[_WARMING:]
    return [
        Measured(name, what, tuple(sample[number] for sample in kept))
        for number, (name, what) in enumerate(NAMES.items())
    ]


def _address(process: subprocess.Popen[str]) -> str:
    match = re.search(r"http://[^\s\"]+", process.stdout.readline() if process.stdout else "")
    return match[0] if match else ""


def _samples(rounds: int, data: Path, address: str) -> Iterator[tuple[float, float]]:
    """Seconds from a save to the picture, and to the proof, each once."""
    base = urlsplit(address)
    events = http.client.HTTPConnection(base.netloc, timeout=_PATIENCE_SECONDS)
    events.request("GET", f"{base.path}events")
    states = _states(events.getresponse())
    pictures = http.client.HTTPConnection(base.netloc, timeout=_PATIENCE_SECONDS)
    text = content.EXAMPLE.read_text("utf-8")
    shown = next(state["shown"] for state in states if state["shown"] and state["shown"]["proved"])
    for number in range(7000, 7000 + _WARMING + rounds):
        time.sleep(PAUSE_SECONDS)
        before = shown["revision"]
        started = time.perf_counter()
        save(data, content.edited(text, number))
        seen = proved = 0.0
        while not proved:
            shown = next(states)["shown"]
            if shown["revision"] == before:
                continue
            if shown["proved"]:
                proved = time.perf_counter() - started
            if not seen:
                pictures.request("GET", f"{base.path}pictures/{shown['revision']}/1.png?scale={SCALE}")
                pictures.getresponse().read()
                seen = time.perf_counter() - started
        yield seen, proved
    events.close()
    pictures.close()


def _states(answer: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    """The states of a stream of events."""
    while line := answer.readline():
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))
