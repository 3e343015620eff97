"""What the built files are called: a pattern with fields in braces, and names in Latin letters.

The pattern is that of `--name`, else the variant's or the data's `filename`, else the usual one.
"""

from __future__ import annotations

import datetime
import os
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from texresume import resources
from texresume.data.assembly import slug
from texresume.diagnostics import DataPath, Diagnostic, ResumeError, Severity, nearest
from texresume.tex import process

if TYPE_CHECKING:
    from texresume.variants.variant import Variant

    from .run import Run
    from .stages import Content

USUAL = "{name}-{variant}-{template}"
LETTER, BOTH = "letter", "application"
"""What the name of a letter has besides, and that of a letter and a résumé in one."""
FIELDS = ("name", "variant", "template", "locale", "date")
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_REFUSED = re.compile(r'[/\\<>:"|?*\x00-\x1f\x7f]')
"""Characters that a file system refuses, Windows' included."""
_LONGEST = 120
_PLACE = ("meta", "filename")
# How a language writes its letters without marks; elsewhere the marks are left out.
_DANISH = str.maketrans({"ø": "oe", "å": "aa", "Ø": "Oe", "Å": "Aa"})
_LETTERS = {
    "de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    "da": _DANISH,
    "no": _DANISH,
    "nb": _DANISH,
    "nn": _DANISH,
}
_HAN, _HANGUL, _KANA = "CJK", "HANGUL", ("HIRAGANA", "KATAKANA")


Report = Callable[[str, str, DataPath, str], Diagnostic]
"""Makes a diagnostic of a code, a message, the path in the data and a hint."""


def of(run: Run, content: Content, template: str, kind: str = "") -> str:
    """The name of a build's files, without their endings. Raises `ResumeError` for a wrong pattern.

    `kind`, such as `letter`, is put after the variant, or at the end where the name has none.
    """
    request, variant, meta = run.request, content.variant, content.resume.meta
    pattern = request.name
    if pattern:
        faults = faults_of(pattern, _on_the_command_line)
    elif variant is not None and variant.filename:
        pattern = variant.filename
        faults = faults_of(pattern, about(variant))
    else:
        pattern = meta.get("filename", "")
        faults = faults_of(pattern, lambda code, message, path, hint: content.source.diagnostic(
            code, message, content.source.value(path), path=path, hint=hint
        ))  # fmt: skip
        if faults and content.foreign:
            pattern, faults = "", []
        if pattern and variant is not None and "{variant}" not in pattern:
            pattern += "-{variant}"  # or each variant would replace the one before
    if faults:
        raise ResumeError(faults)
    if "{date}" in pattern:
        run.dependencies.complete = False  # tomorrow it has another name
    metadata = content.document.metadata
    aliases = content.resume.basics.fields.get("aliases", ())
    names = (
        [next(iter(alias.languages.values())) for alias in aliases if alias]
        if isinstance(aliases, tuple)
        else []
    )
    pattern = pattern or USUAL
    if kind:
        place = "{variant}" if "{variant}" in pattern else ""
        pattern = pattern.replace(place, f"{place}-{kind}", 1) if place else f"{_bare(pattern)}-{kind}"
    return filled(
        pattern,
        name=in_latin_letters(metadata.author, metadata.language, names),
        variant=variant_part(variant.name) if variant is not None else "",
        template=slug(template) or "template",
        locale=metadata.language,
        date=_today(),
    )


def about(variant: Variant) -> Report:
    """Reports about the `filename` of a variant."""
    return lambda code, message, _, hint: variant.diagnostic(code, message, ("filename",), hint)


def _on_the_command_line(code: str, message: str, _: DataPath, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, hint=hint)


def faults_of(pattern: str, report: Report) -> list[Diagnostic]:
    """What is wrong with a pattern; `report` makes a diagnostic of it."""
    return [report("wrong-filename", message, _PLACE, hint) for message, hint in _problems(pattern)]


def _problems(pattern: str) -> Iterator[tuple[str, str]]:
    known = ", ".join(f"{{{field}}}" for field in FIELDS)
    for field in _FIELD.findall(pattern):
        if field and field not in FIELDS:
            yield (
                f"unknown field {{{field}}} in a file name",
                nearest(field, FIELDS) or f"the fields are {known}",
            )
    literal = _FIELD.sub("", pattern)
    if "{" in literal or "}" in literal or "{}" in pattern:
        yield (
            f"invalid braces in the file name {pattern!r}",
            f"the fields are {known}; for a brace, double it",
        )
    if refused := _REFUSED.search(literal):
        yield f"the file name {pattern!r} contains {refused[0]!r}", "name a folder with --output"
    if pattern.startswith(".") or len(pattern) > _LONGEST:
        yield (
            f"invalid file name {pattern!r}",
            f"begin with a letter, and write {_LONGEST} characters at most",
        )


def _bare(pattern: str) -> str:
    return pattern.strip().removesuffix(".pdf")


def filled(pattern: str, **values: str) -> str:
    """A pattern with its fields filled in; separators around an empty one are left out."""

    def value(match: re.Match[str]) -> str:
        return match[0][0] if match[0] in ("{{", "}}") else values[match[1]] or "\0"

    text = _FIELD.sub(value, _bare(pattern))
    text = re.sub(r"[-_. ]*\0[-_. ]*", lambda match: _separator(match[0]), text)
    return text.strip("-_. \0") or "resume"


def _separator(text: str) -> str:
    """One of the separators around an empty field."""
    return next((char for char in text if char != "\0"), "")


def literally(name: str) -> str:
    """The pattern of a name in which braces are braces."""
    return name.replace("{", "{{").replace("}", "}}")


def variant_part(variant: str) -> str:
    """A variant in the name of a file; without ASCII letters it gets a stable number: `v-7c0a1f3e`."""
    return slug(variant) or f"v-{zlib.crc32(os.fsencode(variant)):08x}"


def in_latin_letters(name: str, language: str, aliases: Sequence[str] = ()) -> str:
    """A name for file names, by the rules of the language: `mueller` in German, else `muller`.

    A name in another script is written as its owner does, if there is such an alias; otherwise it is
    transliterated, but for names in kanji, whose reading only the owner knows.
    """
    primary = language.partition("-")[0]
    name = unicodedata.normalize("NFC", name).translate(_LETTERS.get(primary, {}))
    if _is_latin(name) or len(re.findall(r"[a-z]{2,}", slug(name))) > 1:
        return slug(name) or "resume"
    for alias in aliases:
        if _is_latin(alias) and slug(alias):
            return in_latin_letters(alias, language)
    japanese = primary == "ja" or any(_script(char) in _KANA for char in name)
    words = [word for word in name.split() if not (japanese and any(_script(char) == _HAN for char in word))]
    parts = [part for word in words for part in _syllables(word, alone=len(words) == 1)]
    return slug("-".join(map(_romanised, parts))) or "resume"


def _is_latin(text: str) -> bool:
    return all(not char.isalpha() or unicodedata.name(char, "").startswith("LATIN") for char in text)


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _syllables(word: str, *, alone: bool) -> list[str]:
    """A Chinese or Korean name in one word as family name and given name; other words as they are."""
    scripts = {_script(char) for char in word}
    if not alone or scripts not in ({_HAN}, {_HANGUL}) or not 1 < len(word) <= 4:  # noqa: PLR2004 - of names
        return [word]
    compound: list[str] = resources.table("document/names.yaml")["compound"]
    family = 2 if word[:2] in compound and len(word) > 2 else 1  # noqa: PLR2004 - two syllables
    return [word[:family], word[family:]]


def _romanised(text: str) -> str:
    from anyascii import anyascii

    return anyascii(text).lower()


def _today() -> str:
    epoch = os.environ.get(process.EPOCH, "")
    zone = datetime.UTC
    if epoch.isdecimal():
        return datetime.datetime.fromtimestamp(int(epoch), zone).date().isoformat()
    return datetime.datetime.now().astimezone().date().isoformat()
