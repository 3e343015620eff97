"""What can be chosen from the page: variants, templates, their options; and whether a choice is valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from texresume.build import confinement, reading, settings
from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ResumeError, Severity, nearest
from texresume.latex import template
from texresume.variants import variant

from .state import Choice, Choices

if TYPE_CHECKING:
    from texresume.build.stages import Design
    from texresume.latex.manifest import Option, Value

RESUME, LETTER = "resume", "letter"
_KINDS = {"boolean": "yes-no"}


def variants(request: Request) -> tuple[str, ...]:
    """The names of the variants, the whole résumé first; the one that is shown may lie elsewhere."""
    names = variant.available(variant.folder_of(request.data))
    more = (request.variant,) if request.variant and request.variant not in names else ()
    return ("", *names, *more)


def templates(request: Request) -> tuple[tuple[str, str], ...]:
    """The valid templates: name and summary."""
    found = []
    for name in sorted(template.folders(request.project)):
        try:
            one = template.find(name, request.project, chosen=False)
        except ResumeError:
            continue
        found.append((name, one.title))
    return tuple(found)


def of(
    request: Request, design: Design | None, before: Choices, *, letter: bool, has_letter: bool
) -> Choices:
    """The choices after a build, of which the options are known if it came so far."""
    names, found = variants(request), templates(request)
    chosen = request.variant
    options = before.options if design is None else _options(design)
    name = before.template if design is None else design.template.name
    return Choices(
        variant=chosen,
        variants=names,
        template=name,
        templates=found,
        chosen_template=request.template,
        chosen_options=dict(request.options),
        options=options,
        document=LETTER if letter and has_letter else RESUME,
        documents=(RESUME, LETTER) if has_letter else (RESUME,),
    )


def _options(design: Design) -> tuple[Choice, ...]:
    return tuple(_choice(one, design.options) for one in design.template.options)


def _choice(option: Option, values: Mapping[str, Value]) -> Choice:
    value = values.get(option.name, option.default)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    names = option.names or {}
    if option.type == "color":
        text = next((name for name, code in names.items() if code.upper() == text.upper()), text)
    return Choice(
        name=option.name,
        kind=_KINDS.get(option.type, option.type),
        values=option.choices or tuple(names),
        value=text,
        default=option.default,
        about=" ".join(option.description.split()),
        minimum=option.minimum,
        maximum=option.maximum,
    )


def choose(
    request: Request, wanted: Mapping[str, str], options: Mapping[str, str] | None, *, trust: bool
) -> Request:
    """The request with another `variant`, `template` or `options`, as far as these are given.

    Raises `ResumeError` for what does not exist: only names from the lists count, never a path.
    """
    name = wanted.get("variant", request.variant)
    chosen = wanted.get("template", request.template)
    given = dict(request.options if options is None else options)
    if name not in variants(request):
        raise _error("unknown-variant", f"unknown variant {name!r}", nearest(name, variants(request)))
    known = dict(templates(request))
    if chosen and chosen != request.template and chosen not in known:
        raise _error("unknown-template", f"unknown template {chosen!r}", nearest(chosen, known))
    made = replace(request, variant=name, template=chosen, options=given)
    found = variant.find(name, made.data, made.project) if name else None
    try:
        resume = reading.master(made.data, made.private, keep_going=made.keep_going)
        own = settings.Own(resume.resume, resume.loaded.source, resume.foreign)
    except ResumeError:  # which is shown, and must not keep anybody from choosing
        own = None
    settled = settings.settle(chosen, given, found, made.project, own)
    if not settled.template.trusted and not trust:
        confinement.doubts(settled.template, untrusted=True)
    return made


def _error(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint))
