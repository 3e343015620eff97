"""The owner's own fonts: what `meta.fonts` of the data names, found and checked.

A key names a script (ISO 15924's code, or a name of it), a value a family of this machine, or a font file of
the project. Latin, Greek and Cyrillic are not for choosing: they are set in the template's own family, whose
spaces, small capitals and formulas its looks depend on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from texresume.data import assets
from texresume.data.resume import DataPath, undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity, nearest

from . import machine, runs, scripts
from .characters import describe

_PLACE = ("meta", "fonts")
_FILES = (".otf", ".ttf", ".ttc", ".otc")
_TEMPLATES_OWN = frozenset(["Latn", "Grek", "Cyrl"])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Faces by the code of a script, and the key of `meta.fonts` that asked for them; `files` are those that
    belong into the build folder, each with its name there.
    """

    faces: Mapping[str, tuple[machine.Face, ...]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[Path, str], ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def find(wanted: Mapping[str, str], source: Source, project: Path) -> Chosen:
    """What `meta.fonts` asks for, with a fault for each script and font that there is not."""
    faces: dict[str, tuple[machine.Face, ...]] = {}
    keys: dict[str, str] = {}
    files: list[tuple[Path, str]] = []
    faults: list[Diagnostic] = []
    for key, value in wanted.items():
        codes = scripts.script_codes(key)
        if fault := _fault_of_script(key, codes, source):
            faults.append(fault)
            continue
        if value.lower().endswith(_FILES):
            found, file, fault = _from_file(value, key, len(files) + 1, source, project)
            files += file
        else:
            found, fault = _from_machine(value, key, source)
        faults += [fault] if fault else []
        # What is named by itself goes before what comes along with another script, in whatever order.
        for code in codes if found else ():
            if code not in faces or len(codes) == 1:
                faces[code], keys[code] = found, key
    return Chosen(faces, keys, tuple(files), tuple(faults))


def _fault_of_script(key: str, codes: Iterable[str], source: Source) -> Diagnostic | None:
    path = (*_PLACE, key)
    if not codes:
        hint = nearest(key, scripts.script_names()) or "ISO 15924 has the codes: Hani, Arab, Deva, Thai …"
        message = f"there is no script {key!r}"
        return source.diagnostic("unknown-script", message, source.key(path), path=path, hint=hint)
    if _TEMPLATES_OWN & set(codes):
        message = "Latin, Greek and Cyrillic are set in the template's own font"
        hint = "take another template, or make one of your own: docs/templates.md"
        return source.diagnostic("unsupported-font", message, source.key(path), path=path, hint=hint)
    return None


def _fault(code: str, message: str, key: str, source: Source, hint: str) -> Diagnostic:
    path = (*_PLACE, key)
    return source.diagnostic(code, message, source.value(path), path=path, hint=hint)


def _from_machine(
    family: str, key: str, source: Source
) -> tuple[tuple[machine.Face, ...], Diagnostic | None]:
    installed = machine.installed()
    by_folded = {name.casefold(): name for name in installed}
    if name := by_folded.get(family.strip().casefold()):
        return installed[name], None
    hint = nearest(family, installed) or "a family that is installed, or a font file of the project"
    hint += "; variable fonts, and fonts in colour, are not for XeTeX"
    return (), _fault("no-such-font", f"no font {family!r} on this machine", key, source, hint)


def _from_file(
    name: str, key: str, number: int, source: Source, project: Path
) -> tuple[tuple[machine.Face, ...], list[tuple[Path, str]], Diagnostic | None]:
    """The faces of a file of the project, which is put into the build folder."""
    try:
        file = assets.inside(name, source, project, (*_PLACE, key))
        if file is None:
            hint = "copy it beside the data"
            return (), [], _fault("font-outside", "the font lies outside the project", key, source, hint)
        if not file.is_file():
            hint = "the path starts at the data's folder"
            return (), [], _fault("no-such-font", f"there is no file {name!r}", key, source, hint)
    except (OSError, ValueError) as error:
        return (), [], _fault("no-such-font", f"the font cannot be read: {error}", key, source, "")
    there = f"font-{number}{file.suffix.lower()}"
    read = machine.read(file)
    if not read:
        message = f"{name!r} is no font that XeTeX can set"
        hint = "OpenType or TrueType, neither variable nor in colour"
        return (), [], _fault("wrong-font", message, key, source, hint)
    first = [face for face in read if face.family == read[0].family]
    return tuple(replace(face, file=there) for face in first), [(file, there)], None


def uncovered(chosen: Chosen, texts: Iterable[tuple[str, str]], source: Source) -> Iterator[Diagnostic]:
    """A warning for each font that lacks characters of its script in the texts, at the first of them."""
    lacking: dict[str, dict[str, DataPath]] = {}
    for name, text in texts if chosen.faces else ():
        for cluster in scripts.clusters(text):
            code = scripts.script(cluster)
            code = scripts.EMOJI if code == scripts.SIGNS and scripts.is_emoji(cluster[0]) else code
            if (
                code == scripts.SIGNS or code not in chosen.faces
            ):  # signs: only what the template's family lacks
                continue
            there = runs.regular(chosen.faces[code]).characters
            for char in cluster:
                if ord(char) not in there and char not in runs.UNPRINTED:
                    lacking.setdefault(code, {}).setdefault(char, undotted(name))
    for code, places in lacking.items():
        char, path = next(iter(places.items()))
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        key = chosen.keys[code]
        family = runs.regular(chosen.faces[code]).family
        yield source.diagnostic(
            "font-lacks-character",
            f"the font {family!r} of meta.fonts.{key} does not have {describe(char)}{more}: another sets it",
            source.character(path, char),
            path=path,
            hint="choose a font that has all of the script",
            severity=Severity.WARNING,
        )
