"""Which program wrote a data file: ours, one whose JSON Resume is read leniently, or another one."""

from __future__ import annotations

from pathlib import Path

from texresume.data import formats, loader
from texresume.data.loader import Loaded
from texresume.diagnostics import ResumeError

_OURS = (".yaml", ".yml", ".json")
"""How files with data end that are read as such; others are what their content says."""


def load(data: Path) -> tuple[Loaded, str]:
    """The data of a file, and the format that it was in if another program wrote it.

    Raises `ResumeError`.
    """
    suffix = data.suffix.lower()
    try:
        if suffix in _OURS:
            loaded = loader.load(data)
        else:
            from texresume.exchange import containers

            loaded = containers.load(data, lenient=False)
    except ResumeError as error:
        loaded = _second_look(data, error)
    if (found := formats.recognise(loaded.data)) is not None:
        from texresume.exchange import importing

        return importing.converted(loaded), found.name
    json = ".json" in (suffix, loaded.source.file.suffix.lower())  # in a PDF, its data is `resume.json`
    if not json and not formats.names_json_resume(loaded.data):
        return loaded, ""
    if not formats.is_resume(loaded.data):
        from texresume.exchange import importing

        raise importing.stranger(loaded)
    return loaded, "JSON Resume"


def _second_look(data: Path, error: ResumeError) -> Loaded:
    """A file that is wrong as our own, and right as another program's: with comments after texts."""
    if not {one.code for one in error.diagnostics} & {"lost-comment", "duplicate-key", "wrong-encoding"}:
        raise error
    from texresume.exchange import containers

    try:
        loaded = containers.load(data)
    except ResumeError:
        raise error from None
    if formats.recognise(loaded.data) is None:
        raise error
    return loaded
