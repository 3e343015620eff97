"""The second stage: how the content is to look. Template, options, photo, engine and fonts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texresume import resources
from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors
from texresume.latex import template
from texresume.latex.manifest import LETTER
from texresume.text.inline import RichText

from . import file_names, settings, typesetter
from .stages import Design

if TYPE_CHECKING:
    from texresume.data.assets import Kind
    from texresume.data.source import Source
    from texresume.document.model import Document
    from texresume.latex.manifest import Value
    from texresume.latex.template import Template

    from .run import Run
    from .stages import Content

_FONT_FILES = (".otf", ".ttf", ".ttc", ".otc")


class Look(NamedTuple):
    """What is settled before the engine is chosen: all that is read of the project is known by then. `files`
    are the pictures, each with its name in the build folder.
    """

    template: Template
    options: Mapping[str, Value]
    document: Document
    files: tuple[tuple[Path, str], ...]
    stem: str
    engine: str


def choose(run: Run, content: Content, engine: str = "") -> Design:
    """Settle how the content is to look, choose the engine and its fonts. `engine` goes before that of the
    request, this before that of the variant, and this before the template's.

    Raises `ResumeError` for what does not exist or cannot be typeset.
    """
    request, source = run.request, content.source
    look = settle(run, content)
    chosen, document, options = look.template, look.document, dict(look.options)
    if not chosen.trusted:
        from . import confinement

        run.log.add(confinement.doubts(chosen, untrusted=request.untrusted))
    engine = engine or look.engine
    if content.foreign:
        from . import left_out

        document, warnings = left_out.without_fontless(document, engine, chosen, source, request.project)
        run.log.add(warnings)
    if options.get("paper") == "auto":
        options["paper"] = document.paper
    choice = typesetter.choose(
        engine,
        document,
        chosen,
        source,
        given_locale=not content.locale_is_own,
        project=request.project,
    )
    run.log.add(choice.warnings)
    files = (*((file, file.name) for file in chosen.files()), *look.files, *choice.files)
    return Design(chosen, options, document, choice, files, look.stem)


def settle(run: Run, content: Content) -> Look:
    """Settle the template and its options, take the photo, and record what the build will read.

    Raises `ResumeError` for what does not exist.
    """
    request, source, variant = run.request, content.source, content.variant
    own = settings.Own(content.resume, source, content.foreign)
    letter = content.document.letter
    _record_template(run, settings.name_of(request.template, variant, own))
    settled = settings.settle(request.template, request.options, variant, request.project, own)
    if letter is not None:
        settled = settled._replace(template=_for_letter(settled.template))
    run.log.add(settled.warnings)
    run.dependencies.add_folder(*settled.template.folders, template.shared_folder())
    engine = _wanted(request.engine) or (_wanted(variant.engine) if variant is not None else "")
    engine = engine or ("xetex" if settled.template.engine == "xetex" else "auto")
    if letter is None:
        photo, document = _photo(run, content, settled.options)
        document = replace(document, option_texts=_option_texts(settled.template, settled.options, source))
        signature, document = _signature(run, content, document)
    else:
        photo, document = [], content.document
        signature, document = _letter_signature(run, content)
    _record_fonts(run, content)
    stem = file_names.of(run, content, settled.template.name, "" if letter is None else file_names.LETTER)
    return Look(settled.template, settled.options, document, (*photo, *signature), stem, engine)


def _for_letter(chosen: Template) -> Template:
    """A template for a letter, which is on one page. Raises `ResumeError` if it has no letter."""
    if chosen.letter is not None:
        return replace(chosen, pages=1)
    message = f"the template {chosen.name!r} has no {LETTER}, and extends none that has one"
    hint = f"take another one for letters, or write it: {resources.manual('templates.md')} says how"
    raise ResumeError(Diagnostic(Severity.ERROR, "no-letter-template", message, chosen.folder, hint=hint))


def _option_texts(chosen: Template, options: Mapping[str, Value], source: Source) -> tuple[RichText, ...]:
    """The options that are texts: their characters count for the choice of engine and fonts. Raises
    `ResumeError` for characters that are no text.
    """
    given = {one.name: str(options.get(one.name, "")) for one in chosen.options if one.type == "text"}
    texts = tuple(RichText.of(text, f"meta.options.{name}") for name, text in given.items() if text)
    if texts:
        from texresume.fonts import characters

        if refused := list(characters.never(texts, source)):
            raise ResumeError(refused)
    return texts


def _wanted(engine: str) -> str:
    """The engine that a flag or a variant names; empty where it leaves the choice to others."""
    return "" if engine == "auto" else engine


def _record_template(run: Run, name: str) -> None:
    """A template of the project goes before a built-in one of the same name. So do those that it extends."""
    run.dependencies.would_shadow(*template.looked_for(name, run.request.project))


def _record_fonts(run: Run, content: Content) -> None:
    """Fonts that the data names: files of the project, or families of this machine, which are not listed."""
    for key, name in content.document.fonts.items():
        run.dependencies.complete = False
        if name.lower().endswith(_FONT_FILES):
            from texresume.data import assets
            from texresume.fonts import custom

            for file in assets.candidates(name, content.source, ("meta", "fonts", key)):
                run.dependencies.would_shadow(file, *custom.named_alike(file))


def _unshown_photo(source: Source, *, offered: bool) -> Diagnostic:
    """The note on a photo that is not shown."""
    message = "the photo is not shown: " + ("an option omits it" if offered else "the template shows none")
    hint = "see the option photo in 'texresume templates'" if offered else "moderncv can show one"
    from texresume.data import assets

    place = assets.PHOTO.place
    return source.diagnostic(
        "not-used", message, source.value(place), path=place, hint=hint, severity=Severity.NOTE
    )


def _letter_signature(run: Run, content: Content) -> tuple[list[tuple[Path, str]], Document]:
    """The image of a letter's signature, its own or that of the data, as a file for the build folder."""
    document, letter = content.document, content.document.letter
    if letter is None or not letter.signature:
        return [], document
    from texresume.data import assets

    own = (
        content.variant is not None
        and content.variant.letter is not None
        and content.variant.letter.signature
    )
    kind = assets.LETTER_SIGNATURE if own else assets.SIGNATURE
    files, name = _picture(run, content, letter.signature, kind)
    return files, replace(document, letter=replace(letter, signature=name))


def _photo(
    run: Run, content: Content, options: Mapping[str, Value]
) -> tuple[list[tuple[Path, str]], Document]:
    """The photo as a file for the build folder, where the template shows one."""
    document, source = content.document, content.source
    if not document.photo or options.get("photo", "none") in ("none", False):
        if document.photo and content.variant is None:  # another variant may show it
            run.log.add([_unshown_photo(source, offered="photo" in options)])
        return [], replace(document, photo="")
    from texresume.data import assets

    files, name = _picture(run, content, document.photo, assets.PHOTO)
    return files, replace(document, photo=name)


def _signature(run: Run, content: Content, document: Document) -> tuple[list[tuple[Path, str]], Document]:
    """The image of the signature as a file for the build folder, if the data has one."""
    if not document.signature:
        return [], document
    from texresume.data import assets

    files, name = _picture(run, content, document.signature, assets.SIGNATURE)
    return files, replace(document, signature=name)


def _picture(run: Run, content: Content, given: str, kind: Kind) -> tuple[list[tuple[Path, str]], str]:
    """A picture that the data names, as a file for the build folder, and its name there."""
    from texresume.data import assets

    if not assets.is_embedded(given):
        run.dependencies.would_shadow(*assets.candidates(given, content.source, kind.place))
    file, name, diagnostics = assets.photo(given, content.source, run.request.project, kind)
    if content.foreign:  # the photo of another program is no reason to fail
        diagnostics = [replace(one, severity=Severity.WARNING) for one in diagnostics]
    if has_errors(diagnostics):
        raise ResumeError(diagnostics)
    run.log.add(diagnostics)
    if file is not None:
        run.dependencies.add(file)
    return [(file, name)] if file else [], name
