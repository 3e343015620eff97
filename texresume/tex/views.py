"""Views for TeX without formats: XeTeX that waits, and above all xdvipdfmx, which it starts for each PDF.

xdvipdfmx reads the lists of all files too, and half its time goes into that. One view for each TeX is kept in
the user's cache, and made again when the lists have changed. What it lacks ends the run that waits, and the
build runs TeX with everything (`preloaded`).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from texresume import cache

from . import searchpath
from .distribution import Tex, texmf_folder

_FOLDER = "views"
_INPUTS = "inputs.json"


def variables(tex: Tex) -> dict[str, str]:
    """The variables that make a TeX, and what it starts, use the view; none if there can be none."""
    root = cache.folder()
    if root is None:
        return {}
    try:
        program = tex.program.resolve().stat()
        name = cache.key(f"{tex.program} {program.st_size} {program.st_mtime_ns} {texmf_folder()}")
        place = root / _FOLDER / name
        if not _is_fresh(place):
            _make(tex, place)
        return searchpath.variables(place) if cache.ours(f"{_FOLDER}/{name}") else {}
    except OSError:
        return {}


def _is_fresh(place: Path) -> bool:
    try:
        inputs = json.loads((place / _INPUTS).read_bytes())
        return bool(inputs == [[name, cache.status(name)] for name, _ in inputs])
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def _make(tex: Tex, place: Path) -> None:
    """Make the view aside, and put it in its place all at once. Raises `OSError`."""
    cache.made(place.parent)
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        made_from = searchpath.write(tex, place, aside)
        inputs = [[str(file), cache.status(file)] for file in made_from]
        (aside / _INPUTS).write_text(json.dumps(inputs), "utf-8")
        shutil.rmtree(place, ignore_errors=True)
        aside.replace(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
