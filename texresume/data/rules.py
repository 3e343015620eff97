"""The rules of `schema/*.yaml` in Cerberus' form, and Cerberus' validator with our own checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Any

import cerberus
from cerberus.schema import DefinitionSchema

from texresume import resources

from . import dates, links

Rules = dict[str, Any]


class Schema(dict[str, Any]):
    """The rules of a whole file, with what Cerberus derives from them before it can validate."""

    @cached_property
    def definition(self) -> DefinitionSchema:
        """The rules as Cerberus has them prepared: once, since that takes longer than validating a file."""
        return _PackagedDefinition(Validator(), self)


_SUBTAGS = re.compile(r"(-[A-Za-z0-9]{2,8})*")  # https://www.rfc-editor.org/rfc/rfc5646, its usual part
_IDENTIFIER = re.compile(r"[^\W_][\w.-]*")
_COUNT = re.compile(r"[1-9][0-9]?")
CHECKS: Rules = {
    "type": "dict",
    "allow_unknown": False,
    "schema": {"off": {"type": "list", "schema": {"type": "string"}}},
}
"""Codes of suppressed warnings: `meta.checks`, and `checks` in a variant."""
META: Rules = {
    "template": {"type": "string"},
    "options": {"type": "dict", "keysrules": {"type": "string"}, "valuesrules": {"type": "string"}},
    "titles": {
        "type": "dict",
        "keysrules": {"type": "string", "check_with": "identifier"},
        "valuesrules": {"check_with": "text"},
    },
    "sections": {"type": "list", "schema": {"type": "string", "check_with": "identifier"}},
    "filename": {"type": "string"},
    "fonts": {"type": "dict", "keysrules": {"type": "string"}, "valuesrules": {"type": "string"}},
    "checks": CHECKS,
    "quotes": {"type": "string", "allowed": ["typographic", "straight"]},
    "dates": {"check_with": "precision"},
}
"""The keys of `meta` that have a structure; others may hold anything."""
META_TEXTS = ("locale", "language", "lang", "lastModified", "version", "canonical", "theme")
"""Other keys of `meta` that are known: to texresume, to JSON Resume, or to its programs."""
PRECISIONS = ("day", "month", "year")
"""How precise dates are printed: `meta.dates`, for all sections or by section."""
DATE_STYLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "precision": (PRECISIONS,),
    "month": (("short", "long", "numeric"),),
    "durations": (("true", "yes", "on"), ("false", "no", "off")),
}
"""The keys of `meta.dates` that are no sections, and their values, those that mean the same together."""
FACTS = {
    "birthDate": "birth_date",
    "nationality": "nationality",
    "pronouns": "pronouns",
    "workPermit": "work_permit",
    "drivingLicence": "driving_licence",
    "maritalStatus": "marital_status",
}
"""The facts about a person that `basics` may hold, and the names of their labels in a locale."""
CONTACTS = ("email", "phone", "location", "url", "profile", *FACTS)
"""The kinds of contacts, which `basics.contacts` orders."""
_BETWEEN = re.compile(r"\s*[,;/|]\s*|\s+(?:or|and|oder|und|ou|et|o|y|e)\s+|\s+")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")


def table() -> dict[str, Any]:
    """The file `schema/resume.yaml`, as data."""
    loaded: dict[str, Any] = resources.table("data/schema/resume.yaml")
    return loaded


@cache
def section_names() -> tuple[str, ...]:
    """The names of all sections, the summary first; `custom` is the one for custom sections."""
    return ("summary", *table()["sections"])


@cache
def _languages() -> frozenset[str]:
    return frozenset(table()["languages"].split())


def is_language_tag(tag: str) -> bool:
    """Whether a key is a BCP 47 tag such as `de` or `pt-BR`; the `Foo` of "Foo: bar" is not."""
    base, hyphen, rest = tag.partition("-")
    return base in _languages() and _SUBTAGS.fullmatch(hyphen + rest) is not None


def is_language_map(value: object) -> bool:
    """Whether a value is one text in several languages."""
    return isinstance(value, Mapping) and bool(value) and all(map(is_language_tag, value))


@cache
def resume_rules() -> Schema:
    """The rules of a whole résumé."""
    data = table()
    part = _entry_rules(data["rules"], data["common"], {**data["part"], "text": "name"})
    named: dict[str, Rules] = {**data["rules"], "parts": {"type": "list", "schema": part}}
    basics = _fields(named, {key: rule for key, rule in data["basics"].items() if isinstance(rule, str)})
    for name in ("location", "signature"):
        basics[name] = {"type": ["dict", "string"], "schema": _fields(named, data["basics"][name])}
    line = {
        "type": ["dict", "string"],
        "schema": _fields(named, data["basics"]["line"]),
        "one_of": ["text", "url"],
        "check_with": "contact",
    }
    basics["contacts"] = {"type": "list", "schema": line}
    profile = {
        "type": "dict",
        "schema": _fields(named, data["basics"]["profile"]),
        "one_of": ["username", "url"],
    }
    basics["profiles"] = {"type": "list", "schema": profile}
    rules = Schema(
        basics={
            "type": "dict",
            "required": True,
            "schema": {**basics, "name": {**named["text"], "required": True}},
        }
    )
    for name, section in data["sections"].items():
        rules[name] = {"type": "list", "schema": _entry_rules(named, data["common"], section)}
    custom = _fields(named, data["custom"])
    custom["entries"] = {**rules["custom"], "required": True}
    rules["custom"] = {"type": "list", "schema": {"type": "dict", "schema": custom}}
    rules.update({name: {} for name in data["unprinted"]})
    rules["meta"] = {"check_with": "meta"}
    return rules


def _entry_rules(named: Mapping[str, Rules], common: Mapping[str, str], section: Mapping[str, Any]) -> Rules:
    """The rules of an entry of a section, or of an entry within one."""
    dated = section.get("dates", ())
    expanded = _fields(named, {**common, **section["fields"], **dict.fromkeys(dated, "date")})
    for date in dated:
        expanded[date] = named[{"endDate": "end_date", "startDate": "date"}.get(date, "free_date")]
    kinds = ["dict", "string"] if "text" in section else ["dict"]
    return {"type": kinds, "schema": expanded, "one_of": section["needs"], "period": True}


@cache
def variant_rules() -> Schema:
    """The rules of a variant file."""
    data = resources.table("data/schema/variant.yaml")
    named = {**table()["rules"], **data["rules"]}
    rules = _fields(named, {key: rule for key, rule in data["variant"].items() if isinstance(rule, str)})
    letter = {"type": "dict", "schema": _fields(named, data["variant"]["letter"])}
    return Schema(rules, checks=CHECKS, letter=letter)


@cache
def manifest_rules() -> Schema:
    """The rules of a template's manifest."""
    return Schema(resources.table("data/schema/template.yaml"))


def _fields(named: Mapping[str, Rules], fields: Mapping[str, str]) -> Rules:
    return {key: _expand(named, named[rule]) for key, rule in fields.items()}


def _expand(named: Mapping[str, Rules], rule: Rules) -> Rules:
    """A rule in which the names of other rules are replaced by these."""
    inner = {
        key: rule[key] for key in ("schema", "keysrules", "valuesrules") if isinstance(rule.get(key), str)
    }
    return {**rule, **{key: _expand(named, named[name]) for key, name in inner.items()}}


class _PackagedDefinition(DefinitionSchema):  # type: ignore[misc] # Cerberus has no type information
    """Cerberus checks and expands every schema before its first use, which takes longer than validating.
    Ours are part of the package: they are written in expanded form, and a test checks both.
    """

    def validate(self, schema: Rules | None = None) -> None:
        """The schema is valid."""

    @classmethod
    def expand(cls, schema: Rules) -> Rules:
        """The schema is in expanded form."""
        return schema


class Validator(cerberus.Validator):  # type: ignore[misc] # Cerberus has no type information
    """Cerberus with the checks that `resume.yaml` names."""

    # Cerberus finds these methods by their names, and takes a rule's argument type from the docstring.

    def _validate_one_of(self, needs: list[str], field: str, value: object) -> None:
        """{'type': 'list'}"""
        if isinstance(value, Mapping) and not any(value.get(name) for name in needs):
            self._error(field, f"needs:{'|'.join(needs)}")

    def _validate_period(self, constraint: bool, field: str, value: object) -> None:
        """{'type': 'boolean'}"""
        if not constraint or not isinstance(value, Mapping):
            return
        start, end = (
            read(value[name]) if isinstance(value.get(name), str) and dates.is_valid(value[name]) else None
            for name, read in (("startDate", dates.start_of), ("endDate", dates.end_of))
        )
        if start is not None and end is not None and start.is_after(end):
            self._error(field, f"period:{value['startDate']}|{value['endDate']}")

    def _check_with_text(self, field: str, value: object) -> None:
        if isinstance(value, str):
            return
        if not is_language_map(value):
            self._error(field, "text")
            return
        for tag, text in value.items():  # type: ignore[attr-defined] # is_language_map: it is a mapping
            if not isinstance(text, str):
                self._error(field, f"language:{tag}")

    def _check_with_highlight(self, field: str, value: object) -> None:
        if not isinstance(value, Mapping) or "text" not in value:
            self._check_with_text(field, value)
        else:
            self._descend(field, value, highlight_rules(), allow_unknown=False)

    def _check_with_point(self, field: str, value: object) -> None:
        if not isinstance(value, Mapping) or "text" not in value:
            self._check_with_text(field, value)
        else:
            self._descend(field, value, highlight_rules("point"), allow_unknown=False)

    def _check_with_meta(self, field: str, value: object) -> None:
        if isinstance(value, Mapping):
            self._descend(field, value, META, allow_unknown=True)

    def _descend(self, field: str, value: object, schema: Rules, *, allow_unknown: bool) -> None:
        child = self._get_child_validator(
            document_crumb=field, schema_crumb=(field, "schema"), schema=schema, allow_unknown=allow_unknown
        )
        child(value, normalize=False)
        if child._errors:
            self._error(child._errors)

    def _check_with_address(self, field: str, value: object) -> None:
        if isinstance(value, str) and not links.with_scheme(value) and not links.is_relative(value):
            self._error(field, "address")

    def _check_with_addresses(self, field: str, value: object) -> None:
        if not isinstance(value, str) or not links.several(value):
            self._check_with_address(field, value)

    def _check_with_email(self, field: str, value: object) -> None:
        if not isinstance(value, str):
            return
        addresses = [one.removeprefix("mailto:") for one in _BETWEEN.split(value.strip())]
        if not all(map(_EMAIL.fullmatch, addresses)):
            self._error(field, "email")

    def _check_with_contact(self, field: str, value: object) -> None:
        if isinstance(value, str) and value not in CONTACTS:
            self._error(field, "contact")

    def _check_with_precision(self, field: str, value: object) -> None:
        for key, one in (value if isinstance(value, Mapping) else {"": value}).items():
            if not any(one in alike for alike in DATE_STYLES.get(key, (PRECISIONS,))):
                self._error(field, f"{'date_style' if key in DATE_STYLES else 'precision'}:{key}")

    def _check_with_date(self, field: str, value: str) -> None:
        if dates.is_present(value) or not dates.is_valid(value):
            self._error(field, "date")

    def _check_with_end_date(self, field: str, value: str) -> None:
        if not dates.is_present(value):
            self._check_with_date(field, value)

    def _check_with_free_date(self, field: str, value: object) -> None:
        if isinstance(value, str) and dates.looks_like_date(value):
            self._check_with_date(field, value)
        else:
            self._check_with_text(field, value)

    def _check_with_count(self, field: str, value: str) -> None:
        if not _COUNT.fullmatch(value):
            self._error(field, "count")

    def _check_with_override(self, field: str, value: object) -> None:
        if not isinstance(value, Mapping | str | None):  # Cerberus itself reports an empty one
            self._error(field, "override")

    def _check_with_identifier(self, field: str, value: str) -> None:
        if not _IDENTIFIER.fullmatch(value):
            self._error(field, "identifier")


def validator(schema: Schema) -> Validator:
    """A validator for the rules of a file."""
    return Validator(schema.definition)


@cache
def highlight_rules(kind: str = "highlight") -> Rules:
    """The rules of a highlight that is a mapping, or of a `point` below one."""
    data = table()
    rules = _fields(data["rules"], data[kind])
    rules["text"] = {**rules["text"], "required": True}
    return rules


def flattened(errors: Iterable[Any]) -> Iterable[Any]:
    """Cerberus' tree of errors as a list of those without children."""
    for error in errors:
        if error.child_errors:
            yield from flattened(error.child_errors)
        else:
            yield error
