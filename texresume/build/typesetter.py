"""Which engine sets a document, and what it lacks.

pdfTeX where its table has every character; XeTeX elsewhere, with fonts of this machine for what the
template's own family does not have. What cannot be typeset is reported before TeX runs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from texresume import resources
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.document.model import Document
from texresume.fonts import characters
from texresume.latex.template import Template
from texresume.latex.view import fields_of
from texresume.records import dataclass
from texresume.tex import distribution

if TYPE_CHECKING:
    from texresume.fonts import runs

DEFAULT_FAMILY = "xcharter"
_BROUGHT = ("fonts-noto-core", "fonts-noto-cjk", "fonts-symbola")
"""What `texresume setup --fonts` installs."""
_PARTS_OF_EMOJI = frozenset("\u200d\ufe0e\ufe0f\u20e3")
ENGINES = ("auto", "pdftex", "xetex")
_SETUP = "'texresume setup --engine xetex' installs it"


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine, and for XeTeX its font selector. `files` are fonts of the project, each with its name in the
    build folder.
    """

    engine: str
    font_selector: runs.FontSelector | None = None
    files: tuple[tuple[Path, str], ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    def used(self) -> tuple[Mapping[str, str], ...]:
        """The fonts used beside the template's own, each once: family, file name, script."""
        names = {name: file.name for file, name in self.files}
        listed = [] if self.font_selector is None else self.font_selector.used()
        fonts = [{**font, "file": names.get(font["file"], font["file"])} for font in listed]
        return tuple(font for number, font in enumerate(fonts) if font not in fonts[:number])

    def readable(self) -> list[Path]:
        """The folders of the fonts in use."""
        return [] if self.font_selector is None else self.font_selector.folders()


def choose(
    engine: str,
    document: Document,
    template: Template,
    source: Source,
    *,
    given_locale: bool = False,
    project: Path = Path(),
) -> Choice:
    """The engine for a document. `engine` is one of `ENGINES`; `given_locale` means that the locale is not
    the data's own, `project` is the folder whose fonts may be used.

    Raises `ResumeError` for characters that neither the engine nor the fonts of this machine have, and where
    XeTeX is needed but not installed.
    """
    latin = next((key for key in document.fonts if is_latin(key)), "")
    if engine == "pdftex":
        locale, words = document.metadata.language, document.labels.values()
        place = () if given_locale else ("meta", "locale")
        if wrong_words := characters.refused_words(locale, words, "pdftex", source, place):
            raise ResumeError(wrong_words)
        if refused := list(characters.refused(fields_of(document), "pdftex", source)):
            raise ResumeError(refused)
        unused = [_not_used(latin, source)] if latin else []
        return Choice("pdftex", warnings=(*owners_fonts(document, source, project), *unused))
    if engine == "auto" and not latin and not _needs_xetex(document):
        return Choice("pdftex", warnings=owners_fonts(document, source, project))
    from texresume.fonts import custom, runs

    if not distribution.find("xetex"):
        raise ResumeError([_font_needs_xetex(latin, source)] if latin else list(_no_xetex(document, source)))
    family = _family(template)
    own = custom.find(document.fonts, source, project)
    if own.faults:
        raise ResumeError(own.faults)
    font_selector = runs.FontSelector(family, document.metadata.language, _all_text(document), own.faces)
    if lacking := list(_no_font(document, font_selector, source)):
        raise ResumeError(lacking)
    used = runs.FontSelector(family, font_selector.locale, font_selector.evidence, own.faces)
    warnings = [
        *custom.of_latin(own, font_selector.evidence, source),
        *custom.uncovered(own, _texts(document), source),
    ]
    return Choice("xetex", used, own.files, tuple(warnings))


def lacking(
    document: Document, engine: str, template: Template, source: Source, project: Path
) -> dict[str, set[str]]:
    """The characters that cannot be typeset, by the path of the text they are in.

    Where XeTeX is needed but not installed, these are symbols only: for letters it must be installed.
    """
    if engine != "xetex" and (engine == "pdftex" or not distribution.find("xetex")):
        found = {path: characters.beyond(text) for path, text in _texts(document) if path}
        if engine == "auto":
            found = {path: set(filter(_is_symbol, chars)) for path, chars in found.items()}
    elif engine == "auto" and not any(map(is_latin, document.fonts)) and not _needs_xetex(document):
        return {}
    else:
        from texresume.fonts import custom, runs

        own = custom.find(document.fonts, source, project)
        selector = runs.FontSelector(
            _family(template), document.metadata.language, _all_text(document), own.faces
        )
        found = {path: runs.lacking(text, selector) for path, text in _texts(document) if path}
    return {path: chars for path, chars in found.items() if chars}


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char)[0] == "S" or char in _PARTS_OF_EMOJI


def _family(template: Template) -> str:
    """The family of the template that XeTeX has, too."""
    from texresume.fonts import runs

    return next((name for name in template.fonts if name in runs.FAMILIES), DEFAULT_FAMILY)


def owners_fonts(document: Document, source: Source, project: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with the fonts that the data names, as warnings, since none of them is needed."""
    if not document.fonts:
        return ()
    from texresume.fonts import custom

    faults = custom.find(document.fonts, source, project).faults
    return tuple(replace(fault, severity=Severity.WARNING) for fault in faults)


def _all_text(document: Document) -> str:
    """Everything that is printed, to look at its characters."""
    return "\n".join(text for field in fields_of(document) for _, text in characters.texts(field))


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """The path and text of everything that is printed, with the locale's words."""
    for field in fields_of(document):
        yield from characters.texts(field)
    for label in document.labels.values():
        yield "", label


def _needs_xetex(document: Document) -> bool:
    return any(characters.beyond(text) for _, text in _texts(document))


def is_latin(key: str) -> bool:
    """Whether a key of `meta.fonts` names the font of Latin, which pdfTeX cannot use."""
    from texresume.fonts import scripts

    return "Latn" in scripts.script_codes(key)


def _not_used(key: str, source: Source) -> Diagnostic:
    path = ("meta", "fonts", key)
    message = f"the font of meta.fonts.{key} is not used: pdfTeX cannot use it"
    hint = "leave the choice of the engine to the build, or name XeTeX"
    position = source.value(path)
    return source.diagnostic("not-used", message, position, path=path, hint=hint, severity=Severity.WARNING)


def _font_needs_xetex(key: str, source: Source) -> Diagnostic:
    path = ("meta", "fonts", key)
    message = "a font of your own needs XeTeX, which is not installed"
    hint = f"{_SETUP}: {_command()}"
    return source.diagnostic("no-xetex", message, source.value(path), path=path, hint=hint)


def _no_xetex(document: Document, source: Source) -> Iterator[Diagnostic]:
    """The first character of each script that needs XeTeX."""
    from texresume.fonts import scripts

    seen = set()
    for name, text in _texts(document):
        for char in text:
            if char in characters.beyond(char) and (script := scripts.script(char)) not in seen:
                seen.add(script)
                message = "needs XeTeX, which is not installed"
                yield characters.diagnosis(char, name, source, f"{_SETUP}: {_command()}", message, "no-xetex")
    if not seen:
        yield Diagnostic(Severity.ERROR, "no-xetex", "XeTeX is not installed", hint=_SETUP)


def _command() -> str:
    from texresume.tex import installation  # for this error alone

    try:
        return installation.installation("xetex").shown
    except ResumeError:
        return f"see {resources.manual('characters.md')}"


def _no_font(document: Document, font_selector: runs.FontSelector, source: Source) -> Iterator[Diagnostic]:
    """The first occurrence of each character that no font of this machine has."""
    from texresume.fonts import runs

    seen: set[str] = set()
    for name, text in _texts(document):
        lacking = runs.lacking(text, font_selector) - seen
        for char in sorted(lacking, key=text.find):
            seen.add(char)
            package = runs.package(char)
            hint = (
                f"most such characters are in the package {package} ('texresume setup --fonts')"
                if package in _BROUGHT
                else f"most such characters are in the package {package}"
                if package
                else "write it differently"
            )
            code = "no-font" if package else ""
            message = "cannot be typeset: no installed font has it"
            yield characters.diagnosis(char, name, source, hint, message, code)
