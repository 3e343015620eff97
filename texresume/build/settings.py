"""How one build is to look: template, options and pages, from flags, the variant and the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texresume.latex import template
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex.template import Template, Value

if TYPE_CHECKING:
    from texresume.variants.variant import Variant

DEFAULT_TEMPLATE = "onepage"


class Settings(NamedTuple):
    """A template with the values of its options, and warnings."""

    template: Template
    options: dict[str, Value]
    warnings: tuple[Diagnostic, ...] = ()


def settle(name: str, given: Mapping[str, str], variant: Variant | None, project: Path) -> Settings:
    """The template of a name or of the variant, and its options: those given go before the variant's.

    Raises `ResumeError` for a template, an option or a value that there is not, where it was asked for.
    """
    if variant is None:
        chosen = template.find(name or DEFAULT_TEMPLATE, project)
        return Settings(chosen, chosen.values(given))
    chosen = _template(name, variant, project)
    another = bool(name and variant.template and name != variant.template)
    faults, options = [], {}
    for option, text in variant.options.items():
        wrong = chosen.wrong(option, text)
        if wrong is None:
            options[option] = text
            continue
        code, message, hint = wrong
        at_key = code == "unknown-option"
        place = ("options", option)
        if at_key and _said_before(option, variant):
            continue
        severity = Severity.WARNING if another and at_key else Severity.ERROR
        faults.append(variant.diagnostic(code, message, place, hint, at_key=at_key, severity=severity))
    if any(fault.severity is Severity.ERROR for fault in faults):
        raise ResumeError(faults)
    if variant.pages is not None:
        chosen = replace(chosen, pages=variant.pages)
    return Settings(chosen, chosen.values({**options, **given}), tuple(faults))


def _said_before(option: str, variant: Variant) -> bool:
    """Whether an option stands in a variant that is extended, and the template in one that extends it: then
    it was meant for another template.
    """
    if not variant.template:
        return False
    said, chosen = (variant.source.origin(place).file for place in (("options", option), ("template",)))
    return variant.ancestors.index(said) < variant.ancestors.index(chosen)


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
