"""Files of other programs: what they are, whatever their name, and the résumé in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from texresume.data import extension, foreign_dates, formats, jsonresume, leniency, schema
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.fonts import characters
from texresume.records import dataclass

from . import containers, leftovers
from .readers import assembly, registry, texts, words
from .readers.assembly import Converted


@dataclass(frozen=True, slots=True)
class Imported:
    """The résumé in a file, and the name of the format that it was in."""

    converted: Converted
    format: str

    @property
    def loaded(self) -> Loaded:
        """The data."""
        return self.converted.loaded


def read(file: Path) -> Imported:
    """The résumé in a file of any known format, recognised by its content.

    Raises `ResumeError` if it is in none, or cannot be read.
    """
    return of(containers.load(file))


def of(loaded: Loaded) -> Imported:
    """The same for data that has been loaded."""
    found = registry.recognise(loaded.data)
    if found is not None:
        warnings = tuple(one for one in loaded.warnings if not _is_theirs(one, found.name))
        loaded = replace(loaded, warnings=warnings)
        made = Imported(registry.convert(loaded, found), found.name)
        if not made.loaded.data.get("basics", {}).get("name"):
            raise ResumeError([*made.loaded.warnings, _nameless(made)])
        return made
    if not formats.is_resume(loaded.data):
        raise stranger(loaded)
    if extension.is_own(loaded.data):
        loaded = extension.restored(loaded)
    content = formats.content(loaded.data)
    told = {path: some for path, text in words.texts(content) if (some := words.of(texts.visible(text)))}
    return Imported(assembly.Converted(jsonresume.modernise(loaded), {}, told), "JSON Resume")


def _nameless(made: Imported) -> Diagnostic:
    source = made.loaded.source
    message = f"no name of a person was found in this file ({made.format})"
    return source.diagnostic("missing-key", message, source.value(()), hint="add the name there")


def converted(loaded: Loaded) -> Loaded:
    """The résumé in data of another program. Raises `ResumeError` if it lacks over 1 % of the words."""
    imported = of(loaded)
    if (lost := assembly.lost(imported.converted)) is not None:
        raise ResumeError([*imported.loaded.warnings, lost])
    return imported.loaded


def stranger(loaded: Loaded) -> ResumeError:
    """The error for data in no known format."""
    return ResumeError(formats.stranger(loaded, registry.listed()))


def _is_theirs(one: Diagnostic, name: str) -> bool:
    """Whether a warning is about what is no mistake there: comments, lists in lines of RenderCV."""
    comment = one.code == "lost-comment" and "'# " in one.message
    return comment or (one.code == "folded-list" and name == "RenderCV")


def settled(imported: Imported) -> tuple[Diagnostic, ...]:
    """What is to be said of an import. Afterwards its data is as our own has to be: what is not valid was
    removed, or written as text.
    """
    loaded = imported.loaded
    empty = leniency.gathered(schema.drop_empty(loaded.data, (), loaded.source, True), loaded.source)
    kept = tuple(leftovers.keep(loaded, imported.converted.comments))
    _, warnings = schema.validate(loaded, lenient=True)
    mended = tuple(foreign_dates.mend(loaded))
    replaced = {one.path[:-1] for one in mended}
    dated = ("wrong-date", "wrong-period")
    warnings = tuple(one for one in warnings if one.code not in dated or one.path[:-1] not in replaced)
    dropped = _without_senseless(loaded)
    lost = assembly.lost(imported.converted)
    return (*empty, *warnings, *kept, *mended, *dropped, *([lost] if lost else []))


def _without_senseless(loaded: Loaded) -> list[Diagnostic]:
    """Remove the characters that are invisible or mean nothing, with a warning at the first."""
    found: list[tuple[str, DataPath]] = []

    def clean(value: Any, path: DataPath) -> Any:
        if isinstance(value, dict):
            return {key: clean(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [clean(inner, (*path, number)) for number, inner in enumerate(value)]
        lines = value.splitlines() if isinstance(value, str) else ()
        gone = {char for line in lines for char, _ in characters.senseless(line.expandtabs(1))}
        found.extend((char, path) for char in sorted(gone))
        return "".join(char for char in value if char not in gone) if gone else value

    cleaned = clean(loaded.data, ())
    loaded.data.clear()
    loaded.data.update(cleaned)
    if not found:
        return []
    shown = ", ".join(dict.fromkeys(characters.describe(char) for char, _ in found))
    source, path = loaded.source, found[0][1]
    message = f"cannot be typeset, left out: {shown}"
    return [
        source.diagnostic(
            "character-left-out", message, source.value(path), path=path, severity=Severity.WARNING
        )
    ]


def summary(imported: Imported, file: Path) -> str:
    """How much of a file is in the résumé, in a line."""
    whole, missing = imported.converted.missing()
    kept = whole - missing.total()
    return f"converted {file} ({imported.format}): {kept} of {whole} words"
