"""Letters in files of their own: `letters/acme.yaml` beside the data is the letter of the variant `acme`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from texresume import cache
from texresume.data import assembly, files, overlay
from texresume.data.letters import ABOUT, FOLDER, PLACE
from texresume.data.loader import Loaded, load
from texresume.data.resume import Resume, Text
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.document.letter_slips import Others

_SUFFIXES = (".yaml", ".yml")
_ORGANISATIONS = ("name", "institution", "organization", "awarder", "publisher", "issuer", "entity")
"""Fields of entries that name an organisation."""
_BEGIN = "a key of a letter, such as 'subject: Engineer' or 'body: …'"


def folder_of(data: Path) -> Path:
    """The folder of the letters of a data file."""
    return data.parent / FOLDER


def candidates(folder: Path, name: str) -> list[Path]:
    """The files that may hold the letter of a variant; the first that exists does."""
    return [folder / f"{name}{suffix}" for suffix in _SUFFIXES]


def without_variant(data: Path, variants: set[str]) -> list[Path]:
    """Letters for which there is no variant, and which no build would write."""
    found = sorted(file for suffix in _SUFFIXES for file in folder_of(data).glob(f"*{suffix}"))
    return [file for file in found if file.stem not in variants and not file.name.startswith(".")]


def merged(
    variant: Loaded, folder: Path, name: str, roots: tuple[Path, ...], opened: Callable[[Path], None]
) -> Loaded:
    """A variant with the letter from its own file, laid over its `letter` key by key.

    Raises `ResumeError` for a file that cannot be read or that is outside the project.
    """
    file = next((one for one in candidates(folder, name) if one.is_file()), None)
    if file is None:
        return variant
    if files.leads_out(file, roots):
        message = f"the letter {file.name} links to a file outside the project"
        raise ResumeError(Diagnostic(Severity.ERROR, "variant-outside", message, file, hint="copy the file"))
    opened(file)
    letter = load(file, _BEGIN)
    result = overlay.merge(variant, Loaded({}, letter.source, letter.warnings), lambda _: False)
    if not isinstance(result.data.get("letter"), dict):
        overlay.put(result, PLACE, letter, ())
    else:
        for key in letter.data:
            overlay.put(result, (*PLACE, key), letter, (key,))
    return result


def others_of(variants: dict[str, Path], own: str, data: Path, resume: Resume) -> Others:
    """What the variants beside `own` are about, as far as their files can be read."""
    found: dict[str, dict[str, str]] = {key: {} for key in ABOUT}
    for name, file in variants.items():
        if name == own or name.startswith("_"):
            continue
        for one in (file, *candidates(folder_of(data), name)):
            for key, text in _about.get(f"{one} {cache.status(one)}", lambda one=one: tuple(_read(one))):  # type: ignore[misc]
                found[key].setdefault(text, name)
    return Others(found["employer"], found["position"], frozenset(_organisations(resume)))


_about: cache.Memo[tuple[tuple[str, str], ...]] = cache.Memo(512)
"""By file and its state: a batch reads the same variants for each letter."""


def _read(file: Path) -> Iterator[tuple[str, str]]:
    """The employers and positions that a variant or a letter names, in all languages."""
    if not file.is_file():
        return
    try:
        data = load(file).data
    except ResumeError:  # which is reported where it is built
        return
    letter = data.get("letter", data)
    for part in (data, letter):
        for key in ABOUT:
            yield from ((key, text) for text in _strings(part, key))
    yield from (("employer", text) for text in _strings(letter, "to", "company"))


def _strings(data: Any, *keys: str) -> Iterator[str]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    for text in assembly.languages(data).values() if data else ():
        if isinstance(text, str) and text.strip():
            yield text.strip()


def _organisations(resume: Resume) -> Iterator[str]:
    """The employers, schools and others that the résumé names."""
    for section in resume.sections:
        for entry in section.entries:
            for key in _ORGANISATIONS:
                for text in entry.texts(key):
                    if isinstance(text, Text):
                        yield from text.languages.values()
