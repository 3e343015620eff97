"""Which template and options a build has: flags override the variant, this the data, this the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texresume.diagnostics import DataPath, Diagnostic, ResumeError, Severity, has_errors
from texresume.latex import template
from texresume.latex.manifest import Value
from texresume.latex.template import Template

if TYPE_CHECKING:
    from texresume.data.resume import Resume
    from texresume.data.source import Source
    from texresume.variants.variant import Variant

DEFAULT_TEMPLATE = "onepage"


class Settings(NamedTuple):
    """A template, the values of its options, and warnings."""

    template: Template
    options: dict[str, Value]
    warnings: tuple[Diagnostic, ...] = ()


class Own(NamedTuple):
    """The template and the options that the data itself sets; faults of `lenient` data are warnings."""

    resume: Resume
    source: Source
    lenient: bool = False

    @property
    def template(self) -> str:
        """The name of the template, or empty."""
        return self.resume.meta.get("template", "")

    def diagnostic(
        self,
        code: str,
        message: str,
        path: DataPath,
        hint: str,
        *,
        at_key: bool = False,
        warning: bool = False,
    ) -> Diagnostic:
        """A diagnostic about a value of the data, or about its key."""
        position = self.source.key(path) if at_key else self.source.value(path)
        severity = Severity.WARNING if warning or self.lenient else Severity.ERROR
        return self.source.diagnostic(code, message, position, path=path, hint=hint, severity=severity)


def name_of(name: str, variant: Variant | None, own: Own | None) -> str:
    """The template that a flag names, the variant, or the data, in this order; else the default."""
    return name or (variant.template if variant else "") or (own.template if own else "") or DEFAULT_TEMPLATE


def settle(
    name: str, given: Mapping[str, str], variant: Variant | None, project: Path, own: Own | None = None
) -> Settings:
    """The template by its name, else the variant's or the data's, and its options: those given override the
    variant's, and these the data's.

    Raises `ResumeError` for an unknown template, option or value, at the place that names it.
    """
    selected, found = _template(name, variant, project, own)
    own_options, more = _own_options(name, selected, variant, own)
    options, others = _variants_options(name, selected, variant)
    diagnostics = [*found, *more, *others]
    if has_errors(diagnostics):
        raise ResumeError(diagnostics)
    if variant is not None and variant.pages is not None:
        selected = replace(selected, pages=variant.pages)
    values = selected.values({**own_options, **options, **given})
    if (font := values.get("font")) in selected.fonts:  # the family that is used stands first
        selected = replace(selected, fonts=(str(font), *selected.fonts))
    return Settings(selected, values, tuple(diagnostics))


def _own_options(
    name: str, selected: Template, variant: Variant | None, own: Own | None
) -> tuple[dict[str, str], list[Diagnostic]]:
    """The data's options for a template. Those of another are left out, with a warning if a flag names it."""
    options: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    if own is None:
        return options, diagnostics
    another = selected.name != (own.template or DEFAULT_TEMPLATE)
    for option, text in own.resume.options.items():
        wrong = selected.option_error(option, text)
        if wrong is None:
            options[option] = text
            continue
        code, message, hint = wrong
        if not another or name:
            at_key = code == "unknown-option"
            path = ("meta", "options", option)
            diagnostics.append(own.diagnostic(code, message, path, hint, at_key=at_key, warning=another))
    return options, diagnostics


def _variants_options(
    name: str, selected: Template, variant: Variant | None
) -> tuple[dict[str, str], list[Diagnostic]]:
    options: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    if variant is None:
        return options, diagnostics
    another = bool(name and variant.template and name != variant.template)
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
    return options, diagnostics


def _set_for_another(option: str, variant: Variant) -> bool:
    """Whether a variant sets the option and one that extends it sets the template: then the option was meant
    for another template.
    """
    if not variant.template:
        return False
    files = (variant.source.origin(path).file for path in (("options", option), ("template",)))
    by_option, by_template = map(variant.ancestors.index, files)
    return by_option < by_template


def _template(
    name: str, variant: Variant | None, project: Path, own: Own | None
) -> tuple[Template, list[Diagnostic]]:
    try:
        return template.find(name_of(name, variant, own), project, chosen=bool(name)), []
    except ResumeError as error:
        if name:
            raise
        faults = [_at_its_name(fault, variant, own) for fault in error.diagnostics]
        if has_errors(faults):
            raise ResumeError(faults) from None
        return template.find(DEFAULT_TEMPLATE, project), faults


def _at_its_name(fault: Diagnostic, variant: Variant | None, own: Own | None) -> Diagnostic:
    """An unknown template is a fault of the file that names it."""
    if fault.code not in ("unknown-template", "template-outside") or fault.file is not None:
        return fault
    if variant is not None and variant.template:
        return variant.diagnostic(fault.code, fault.message, ("template",), fault.hint)
    return own.diagnostic(fault.code, fault.message, ("meta", "template"), fault.hint) if own else fault
