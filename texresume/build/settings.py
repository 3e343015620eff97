"""Which template and options a build has: flags override the variant, the variant the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex import template
from texresume.latex.template import Template, Value

if TYPE_CHECKING:
    from texresume.variants.variant import Variant

DEFAULT_TEMPLATE = "onepage"


class Settings(NamedTuple):
    """A template, the values of its options, and warnings."""

    template: Template
    options: dict[str, Value]
    warnings: tuple[Diagnostic, ...] = ()


def settle(name: str, given: Mapping[str, str], variant: Variant | None, project: Path) -> Settings:
    """The template by its name, else the variant's, and its options: those given override the variant's.

    Raises `ResumeError` for an unknown template, option or value, at the place that names it.
    """
    if variant is None:
        selected = template.find(name or DEFAULT_TEMPLATE, project)
        return _settled(selected, given)
    selected = _template(name, variant, project)
    another = bool(name and variant.template and name != variant.template)
    diagnostics, options = [], {}
    for option, text in variant.options.items():
        wrong = selected.option_error(option, text)
        if wrong is None:
            options[option] = text
            continue
        code, message, hint = wrong
        at_key = code == "unknown-option"
        path = ("options", option)
        if at_key and _set_for_another(option, variant):
            continue
        severity = Severity.WARNING if another and at_key else Severity.ERROR
        diagnostics.append(variant.diagnostic(code, message, path, hint, at_key=at_key, severity=severity))
    if any(one.severity is Severity.ERROR for one in diagnostics):
        raise ResumeError(diagnostics)
    if variant.pages is not None:
        selected = replace(selected, pages=variant.pages)
    return _settled(selected, {**options, **given}, diagnostics)


def _settled(
    selected: Template, given: Mapping[str, str], diagnostics: Iterable[Diagnostic] = ()
) -> Settings:
    """The template with the values of its options; the family that its option `font` names comes first."""
    values = selected.values(given)
    if (font := values.get("font")) in selected.fonts:
        selected = replace(selected, fonts=(str(font), *selected.fonts))
    return Settings(selected, values, tuple(diagnostics))


def _set_for_another(option: str, variant: Variant) -> bool:
    """Whether a variant sets the option and one that extends it sets the template: then the option was meant
    for another template.
    """
    if not variant.template:
        return False
    files = (variant.source.origin(path).file for path in (("options", option), ("template",)))
    by_option, by_template = map(variant.ancestors.index, files)
    return by_option < by_template


def _template(name: str, variant: Variant, project: Path) -> Template:
    if name or not variant.template:
        return template.find(name or DEFAULT_TEMPLATE, project)
    try:
        return template.find(variant.template, project)
    except ResumeError as error:
        raise ResumeError(
            [
                variant.diagnostic(fault.code, fault.message, ("template",), fault.hint)
                if fault.code == "unknown-template"
                else fault
                for fault in error.diagnostics
            ]
        ) from None
