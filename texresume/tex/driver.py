"""xdvipdfmx, which XeTeX starts for each PDF, with a small view of TeX Live.

A third of its time goes into lists of all files, of which it needs a few. A view for it is kept in the user's
cache, and made again when the lists have changed. It is used by XeTeX that waits: what it lacks ends the run,
and the build runs TeX with everything (`preloaded`).
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import tempfile
from pathlib import Path

from texresume import cache

from . import searchpath
from .distribution import Tex, texmf_folder

_FOLDER = "views"
_INPUTS = "inputs.json"
_DRIVER = "xdvipdfmx"
_FLAGS = "-q -E"
"""As XeTeX runs it."""


def command(tex: Tex) -> str:
    """The command line for `-output-driver`; empty if there can be no view."""
    root, env = cache.folder(), shutil.which("env", path=os.defpath)
    if root is None or env is None or tex.engine != "xetex":
        return ""
    own = tex.program.resolve().with_name(_DRIVER)
    try:
        program = tex.program.resolve().stat()
        name = cache.key(f"{tex.program} {program.st_size} {program.st_mtime_ns} {texmf_folder()}")
        place = root / _FOLDER / name
        if not _is_fresh(place):
            _make(tex, place)
        variables = searchpath.variables(place) if cache.ours(f"{_FOLDER}/{name}") else {}
    except OSError:
        return ""
    if not variables or not own.is_file():
        return ""
    # Where a name is not there, kpathsea reads the folder for one in other letters.
    said = {**variables, "texmf_casefold_search": "0"}
    words = [env, *(f"{key}={value}" for key, value in said.items()), str(own)]
    return f"{shlex.join(words)} {_FLAGS}"


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
