"""The overrides of a variant: resolved to paths of the data, applied to a copy of it, and validated there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from texresume.data import overlay, rules, schema
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath, Resume
from texresume.diagnostics import Diagnostic, ResumeError
from texresume.records import dataclass

from . import addresses
from .addresses import Target
from .variant import Variant, unknown_address

_BASICS: DataPath = ("basics",)


@dataclass(frozen=True, slots=True)
class Override:
    """One key of `override`: its address, and the path in the data of what it replaces."""

    address: str
    path: DataPath
    target: Target | None = None
    """The entry or highlight; `None` for `basics`."""

    @property
    def variant_path(self) -> DataPath:
        """The path of the override in the variant."""
        return ("override", self.address)


def apply_overrides(loaded: Loaded, resume: Resume, variant: Variant) -> tuple[Loaded, Resume]:
    """The data and the résumé with the variant's overrides. Neither argument is changed.

    The result is validated like any data, and errors are reported in the variant. Raises `ResumeError` for
    these, and for unknown addresses.
    """
    if not variant.overrides:
        return loaded, resume
    overrides, errors = resolve(resume, variant)
    result = overlay.copied(loaded)
    errors += apply(result, overrides, variant)
    if errors:
        raise ResumeError(errors)
    return revalidate(result, overrides, variant)


# -- resolve ------------------------------------------------------------------------------------------------


def resolve(resume: Resume, variant: Variant) -> tuple[list[Override], list[Diagnostic]]:
    """The overrides in the order in which they apply, entries before highlights; and errors."""
    targets = addresses.targets(resume)
    overrides: dict[DataPath, Override] = {}
    errors: list[Diagnostic] = []
    for address in sorted(variant.overrides, key=lambda name: _is_highlight(targets.get(name))):
        override = _resolve(address, targets, variant)
        if isinstance(override, Diagnostic):
            errors.append(override)
        elif override.path in overrides:
            message = f"{address!r} and {overrides[override.path].address!r} override the same thing"
            errors.append(_error(variant, override.variant_path, message, "merge them"))
        else:
            overrides[override.path] = override
    return list(overrides.values()), errors


def _is_highlight(target: Target | None) -> bool:
    return target is not None and target.highlight is not None


def _resolve(address: str, targets: Mapping[str, Target], variant: Variant) -> Override | Diagnostic:
    target = targets.get(address)
    path: DataPath = ("override", address)
    if address == "basics":
        return Override(address, _BASICS)
    if address.startswith("basics."):
        message = f"{address!r} cannot be overridden by itself"
        return _error(variant, path, message, f"write 'basics: {{{address.removeprefix('basics.')}: …}}'")
    if target is None or target.entry is None:
        entries = [name for name, other in targets.items() if other.entry is not None]
        return unknown_address(variant, path, address, entries, at_key=True)
    return Override(address, target.path, target)


def _error(
    variant: Variant, path: DataPath, message: str, hint: str, *, at_key: bool = True, code: str = ""
) -> Diagnostic:
    return variant.diagnostic(code or "wrong-override", message, path, hint, at_key=at_key)


# -- apply --------------------------------------------------------------------------------------------------


def apply(data: Loaded, overrides: Sequence[Override], variant: Variant) -> list[Diagnostic]:
    """Put the overrides into the data, which is changed; return errors."""
    errors: list[Diagnostic] = []
    for override in overrides:
        if override.target is None:
            errors += _put_fields(data, override, variant)
        elif override.target.highlight is not None:
            errors += _put_highlight(data, override, variant)
        else:
            _fix_id(data, override.target)
            errors += _put_fields(data, override, variant)
    return errors


def _put_fields(data: Loaded, override: Override, variant: Variant) -> list[Diagnostic]:
    """Replace the fields of an entry by those of the override."""
    fields = overlay.value_at(variant.loaded.data, override.variant_path)
    if not isinstance(fields, Mapping):
        message = f"expected a mapping for the entry {override.address!r}, found a text"
        hint = "write the fields to override as 'key: value' lines"
        return [_error(variant, override.variant_path, message, hint, at_key=False, code="wrong-type")]
    for key in fields:
        path = (*override.variant_path, key)
        if key == "id":
            return [_error(variant, path, "an override cannot change an id", "delete this line")]
        if override.path == _BASICS and key == "name" and not str(fields[key] or "").strip():
            return [_error(variant, path, "the name cannot be removed", "delete this line")]
        overlay.put(data, (*override.path, key), variant.loaded, path)
    return []


def _put_highlight(data: Loaded, override: Override, variant: Variant) -> list[Diagnostic]:
    """Replace the text of a highlight, or fields of it."""
    value = overlay.value_at(variant.loaded.data, override.variant_path)
    address, path = override.address, override.path
    if not value:
        message = f"the override of {address!r} is empty"
        hint = f"to leave it out, write 'hide: [{address}]'"
        return [_error(variant, override.variant_path, message, hint, at_key=False)]
    try:
        old = overlay.value_at(data.data, path)
    except (IndexError, KeyError, TypeError):
        message = f"{address!r} no longer exists: another override replaces all highlights of the entry"
        return [_error(variant, override.variant_path, message, "change the text in that override")]
    is_mapping = isinstance(old, dict) and "text" in old
    if isinstance(value, Mapping) and not rules.is_language_map(value):
        if not is_mapping:
            overlay.value_at(data.data, path[:-1])[path[-1]] = {"text": old}
        return _put_fields(data, override, variant)
    text_path = (*path, "text") if is_mapping else path
    overlay.put(data, text_path, variant.loaded, override.variant_path)
    return []


def _fix_id(data: Loaded, target: Target) -> None:
    """Write an entry's id into the data, so that it stays the same if an override changes the name."""
    entry, section = target.entry, target.section
    if entry is None or section is None:
        return
    value = overlay.value_at(data.data, entry.path)
    if isinstance(value, str):
        value = {rules.table()["sections"][section.name].get("text", "name"): value}
        overlay.value_at(data.data, entry.path[:-1])[entry.path[-1]] = value
    value["id"] = entry.id


# -- revalidate ---------------------------------------------------------------------------------------------


def revalidate(data: Loaded, overrides: Sequence[Override], variant: Variant) -> tuple[Loaded, Resume]:
    """The data with its warnings, and its résumé. Raises `ResumeError` with errors at the overrides."""
    try:
        resume, warnings = schema.validate(data)
    except ResumeError as error:
        raise ResumeError([_blame(one, overrides, variant) for one in error.diagnostics]) from None
    return replace(data, warnings=warnings), resume


def _blame(error: Diagnostic, overrides: Sequence[Override], variant: Variant) -> Diagnostic:
    """An error of an overridden entry, moved to the override: the data was valid before."""
    if error.file in variant.ancestors:
        return error
    for override in overrides:
        if error.path[: len(override.path)] == override.path:
            path = override.variant_path
            return replace(error, file=variant.source.origin(path).file, position=variant.source.key(path))
    return error
