"""The owner's own fonts: those that `meta.fonts` of the data names.

A key is a script (its ISO 15924 code, or its name), a value is an installed family or a font file in the
project. The font for Latin takes the place of the template's own family, also for Greek and Cyrillic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path

from texresume import resources
from texresume.data import assets, files
from texresume.data.resume import DataPath, undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity, nearest
from texresume.records import dataclass

from . import machine, runs, scripts
from .characters import describe

_PLACE = ("meta", "fonts")
_FILES = (".otf", ".ttf", ".ttc", ".otc")
_MOST = 24
"""How many files beside a font file are looked into."""
_WITH_LATIN = frozenset(["Grek", "Cyrl"])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Faces by script code, and the key of `meta.fonts` for each; `files` go into the build folder, each
    under the name given.
    """

    faces: Mapping[str, tuple[machine.Face, ...]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[Path, str], ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def find(wanted: Mapping[str, str], source: Source, project: Path) -> Chosen:
    """Find the fonts of `meta.fonts`, with an error for each unknown script and each missing font."""
    faces: dict[str, tuple[machine.Face, ...]] = {}
    keys: dict[str, str] = {}
    copied: list[tuple[Path, str]] = []
    faults: list[Diagnostic] = []
    for key, value in wanted.items():
        codes = scripts.script_codes(key)
        if fault := _fault_of_script(key, codes, source):
            faults.append(fault)
            continue
        if value.lower().endswith(_FILES):
            found, file, fault = _from_file(value, key, len(copied) + 1, source, project)
            copied += file
        else:
            found, fault = _from_machine(value, key, source)
        if found and runs.LATIN in codes:
            fault = _without_letters(found, key, source)
        faults += [fault] if fault else []
        # A script named by itself takes precedence over one that comes with another, in any order.
        for code in codes if found else ():
            if code not in faces or len(codes) == 1:
                faces[code], keys[code] = found, key
    return Chosen(faces, keys, tuple(copied), tuple(faults))


def _fault_of_script(key: str, codes: Iterable[str], source: Source) -> Diagnostic | None:
    path = (*_PLACE, key)
    if not codes:
        hint = (
            nearest(key, scripts.script_names()) or "use an ISO 15924 code such as Hani, Arab, Deva or Thai"
        )
        message = f"unknown script {key!r}"
        return source.diagnostic("unknown-script", message, source.key(path), path=path, hint=hint)
    if _WITH_LATIN & set(codes):
        message = "Greek and Cyrillic are set in the font of Latin"
        hint = f"name one as Latn that has them, too: see {resources.manual('characters.md')}"
        return source.diagnostic("unsupported-font", message, source.key(path), path=path, hint=hint)
    return None


def _without_letters(faces: Iterable[machine.Face], key: str, source: Source) -> Diagnostic | None:
    """A font for Latin without its letters, digits or space is none."""
    there = runs.regular(tuple(faces)).characters
    missing = next((char for char in map(chr, range(0x20, 0x7F)) if ord(char) not in there), "")
    if not missing:
        return None
    family = runs.regular(tuple(faces)).family
    message = f"font {family!r} lacks {describe(missing)}"
    return _fault("unsupported-font", message, key, source, "name a font with Latin letters and a space")


def of_latin(chosen: Chosen, text: str, source: Source) -> Iterator[Diagnostic]:
    """What is to be said of a font for Latin: that it needs XeTeX, and which faces with the letters of the
    text it lacks.
    """
    if not (faces := chosen.faces.get(runs.LATIN)):
        return
    path = (*_PLACE, chosen.keys[runs.LATIN])
    family = runs.regular(faces).family
    message = f"the page is set in {family!r}, with XeTeX"
    hint = "what is read back is compared as ever; if something is lost, try another font"
    position = source.value(path)
    yield source.diagnostic("own-font", message, position, path=path, hint=hint, severity=Severity.NOTE)
    least = runs.needed(faces, text)
    there = {(face.bold, face.italic) for face in faces if face.characters >= least}
    names = {(True, False): "bold", (False, True): "italic"}
    if missing := [name for kind, name in names.items() if kind not in there]:
        message = f"font {family!r} has no {' and no '.join(missing)}: its regular face stands in for it"
        hint = "put a file with each beside it, or name an installed family that has these faces"
        yield source.diagnostic(
            "font-lacks-face", message, position, path=path, hint=hint, severity=Severity.WARNING
        )


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
    hint = nearest(family, installed) or "name an installed family, or a font file in the project"
    hint += "; XeTeX cannot use variable or colour fonts"
    return (), _fault("no-such-font", f"font {family!r} is not installed", key, source, hint)


def _from_file(
    name: str, key: str, number: int, source: Source, project: Path
) -> tuple[tuple[machine.Face, ...], list[tuple[Path, str]], Diagnostic | None]:
    """The faces of a font file in the project, and those of its family in the files beside it that are named
    alike; the files are copied into the build folder.
    """
    try:
        file = assets.inside(name, source, project, (*_PLACE, key))
        if file is None:
            hint = "copy it into the data's folder"
            return (), [], _fault("font-outside", "the font file is outside the project", key, source, hint)
        if kind := files.kind_of(file):
            return (), [], _fault("wrong-font", f"the font is {kind}, not a file", key, source, "")
        if not file.is_file():
            hint = "the path is relative to the data's folder"
            return (), [], _fault("no-such-font", f"font file {name!r} does not exist", key, source, hint)
    except (OSError, ValueError) as error:
        return (), [], _fault("no-such-font", f"cannot read the font: {error}", key, source, "")
    there = f"font-{number}{file.suffix.lower()}"
    read = machine.read(file)
    if not read:
        message = f"XeTeX cannot use the font {name!r}"
        hint = "use an OpenType or TrueType font that is neither variable nor in colour"
        return (), [], _fault("wrong-font", message, key, source, hint)
    first = [face for face in read if face.family == read[0].family]
    faces, copied = [replace(face, file=there) for face in first], [(file, there)]
    for sibling in named_alike(file) if first else ():
        kinds = {(face.bold, face.italic) for face in faces}
        more = [
            face
            for face in machine.read(sibling, every=False)
            if face.family == first[0].family
            and (face.bold, face.italic) not in kinds
            and face.condensed == first[0].condensed
        ]
        if more:
            there = f"font-{number + len(copied)}{sibling.suffix.lower()}"
            faces += [replace(face, file=there) for face in more[:1]]
            copied.append((sibling, there))
    return tuple(faces), copied, None


def named_alike(file: Path) -> list[Path]:
    """The font files beside a file whose names begin alike: `Own-Bold.otf` beside `Own-Regular.otf`."""
    start = re.split(r"[-_ ]", file.stem)[0].removesuffix("Regular").casefold()
    try:
        beside = sorted(file.parent.iterdir())
    except OSError:
        return []
    alike = [one for one in beside if one.suffix.lower() in _FILES and one.stem.casefold().startswith(start)]
    return [one for one in alike if one.name != file.name and one.is_file() and not one.is_symlink()][:_MOST]


def uncovered(chosen: Chosen, texts: Iterable[tuple[str, str]], source: Source) -> Iterator[Diagnostic]:
    """A warning for each font that lacks characters of its script, at the first one in the texts."""
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
            f"font {family!r} of meta.fonts.{key} lacks {describe(char)}{more}: another font is used",
            source.character(path, char),
            path=path,
            hint="choose a font that covers the whole script",
            severity=Severity.WARNING,
        )
