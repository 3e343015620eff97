"""The rules of `schema/*.yaml` as Cerberus wants them, and its validator with checks of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import cerberus
from cerberus.schema import DefinitionSchema

from texresume import resources

from . import dates, links

Rules = dict[str, Any]

_SUBTAGS = re.compile(r"(-[A-Za-z0-9]{2,8})*")  # https://www.rfc-editor.org/rfc/rfc5646, its usual part
_IDENTIFIER = re.compile(r"[^\W_][\w.-]*")
_COUNT = re.compile(r"[1-9][0-9]?")
CHECKS: Rules = {
    "type": "dict",
    "allow_unknown": False,
    "schema": {"off": {"type": "list", "schema": {"type": "string"}}},
}
"""Codes of warnings that are switched off: `meta.checks`, and `checks` in a variant."""
META: Rules = {
    "fonts": {"type": "dict", "keysrules": {"type": "string"}, "valuesrules": {"type": "string"}},
    "checks": CHECKS,
}
"""What of `meta` means something: scripts and their fonts, and checks."""
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")


def table() -> dict[str, Any]:
    """The whole table of the schema, as data."""
    loaded: dict[str, Any] = resources.table("data/schema/resume.yaml")
    return loaded


@cache
def section_names() -> tuple[str, ...]:
    """The sections that there are, the summary first; `custom` stands for those of one's own."""
    return ("summary", *table()["sections"])


@cache
def _languages() -> frozenset[str]:
    return frozenset(table()["languages"].split())


def is_language_tag(tag: str) -> bool:
    """Whether a key is a BCP 47 tag such as `de` or `pt-BR`; `Foo` of "Foo: bar" is none."""
    base, hyphen, rest = tag.partition("-")
    return base in _languages() and _SUBTAGS.fullmatch(hyphen + rest) is not None


def is_language_map(value: object) -> bool:
    """Whether a mapping says one text in several languages."""
    return isinstance(value, Mapping) and bool(value) and all(map(is_language_tag, value))


@cache
def resume_rules() -> Rules:
    """The Cerberus schema of a whole résumé."""
    data = table()
    named: dict[str, Rules] = data["rules"]
    basics = _fields(named, {key: rule for key, rule in data["basics"].items() if isinstance(rule, str)})
    basics["location"] = {"type": "dict", "schema": _fields(named, data["basics"]["location"])}
    profile = {
        "type": "dict",
        "schema": _fields(named, data["basics"]["profile"]),
        "one_of": ["username", "url"],
    }
    basics["profiles"] = {"type": "list", "schema": profile}
    rules: Rules = {
        "basics": {
            "type": "dict",
            "required": True,
            "schema": {**basics, "name": {**named["text"], "required": True}},
        }
    }
    for name, section in data["sections"].items():
        fields = {**data["common"], **section["fields"], **dict.fromkeys(section.get("dates", ()), "date")}
        expanded = _fields(named, fields)
        for date in section.get("dates", ()):
            expanded[date] = named[{"endDate": "end_date", "startDate": "date"}.get(date, "free_date")]
        kinds = ["dict", "string"] if "text" in section else ["dict"]
        entry = {"type": kinds, "schema": expanded, "one_of": section["needs"], "period": True}
        rules[name] = {"type": "list", "schema": entry}
    custom = _fields(named, data["custom"])
    custom["title"] = {**custom["title"], "required": True}
    custom["entries"] = {**rules["custom"], "required": True}
    rules["custom"] = {"type": "list", "schema": {"type": "dict", "schema": custom}}
    rules.update({name: {} for name in data["unprinted"]})
    rules["meta"] = {"check_with": "meta"}
    return rules


@cache
def variant_rules() -> Rules:
    """The Cerberus schema of a variant file."""
    data = resources.table("data/schema/variant.yaml")
    named = {**table()["rules"], **data["rules"]}
    rules = _fields(named, {key: rule for key, rule in data["variant"].items() if isinstance(rule, str)})
    letter = {"type": "dict", "schema": _fields(named, data["variant"]["letter"])}
    return {**rules, "checks": CHECKS, "letter": letter}


def _fields(named: Mapping[str, Rules], fields: Mapping[str, str]) -> Rules:
    return {key: _expanded(named, named[rule]) for key, rule in fields.items()}


def _expanded(named: Mapping[str, Rules], rule: Rules) -> Rules:
    inner = {
        key: rule[key] for key in ("schema", "keysrules", "valuesrules") if isinstance(rule.get(key), str)
    }
    return {**rule, **{key: _expanded(named, named[name]) for key, name in inner.items()}}


class _Packaged(DefinitionSchema):  # type: ignore[misc] # Cerberus has no type information
    """Cerberus checks every schema before its first use and writes it in its long form, which takes longer
    than all the rest of validation. Ours come with the package and are in that form: a test has both checked.
    """

    def validate(self, schema: Rules | None = None) -> None:
        """It has passed."""

    @classmethod
    def expand(cls, schema: Rules) -> Rules:
        """It is in its long form."""
        return schema


class Validator(cerberus.Validator):  # type: ignore[misc] # Cerberus has no type information
    """Cerberus with the checks that `resume.yaml` names."""

    # Cerberus finds what follows by these names, and reads the shape of a rule's argument in its docstring.

    def _validate_one_of(self, needs: list[str], field: str, value: object) -> None:
        """{'type': 'list'}"""
        if isinstance(value, Mapping) and not any(value.get(name) for name in needs):
            self._error(field, f"needs:{'|'.join(needs)}")

    def _validate_period(self, constraint: bool, field: str, value: object) -> None:
        """{'type': 'boolean'}"""
        if not constraint or not isinstance(value, Mapping):
            return
        start, end = (
            dates.parse_date(value[name]) if isinstance(value.get(name), str) else None
            for name in ("startDate", "endDate")
        )
        if start is not None and end is not None and start.is_after(end):
            self._error(field, f"period:{value['startDate']}|{value['endDate']}")

    def _check_with_text(self, field: str, value: object) -> None:
        if isinstance(value, str):
            return
        if not is_language_map(value):
            self._error(field, "text")
            return
        for tag, text in value.items():  # type: ignore[attr-defined] # is_language_map has seen a mapping
            if not isinstance(text, str):
                self._error(field, f"language:{tag}")

    def _check_with_highlight(self, field: str, value: object) -> None:
        if not isinstance(value, Mapping) or "text" not in value:
            self._check_with_text(field, value)
            if isinstance(value, Mapping) and not is_language_map(value):
                return
            return
        self._descend(field, value, highlight_rules(), allow_unknown=False)

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

    def _check_with_address(self, field: str, value: str) -> None:
        if not links.with_scheme(value):
            self._error(field, "address")

    def _check_with_email(self, field: str, value: str) -> None:
        if not _EMAIL.fullmatch(value.strip().removeprefix("mailto:")):
            self._error(field, "email")

    def _check_with_date(self, field: str, value: str) -> None:
        if dates.parse_date(value) is None:
            self._error(field, "date")

    def _check_with_end_date(self, field: str, value: str) -> None:
        if not dates.is_present(value) and dates.parse_date(value) is None:
            self._error(field, "date")

    def _check_with_free_date(self, field: str, value: object) -> None:
        if isinstance(value, str) and dates.looks_like_date(value):
            self._check_with_date(field, value)
        else:
            self._check_with_text(field, value)

    def _check_with_count(self, field: str, value: str) -> None:
        if not _COUNT.fullmatch(value):
            self._error(field, "count")

    def _check_with_override(self, field: str, value: object) -> None:
        if not isinstance(value, Mapping | str | None):  # of which Cerberus speaks itself
            self._error(field, "override")

    def _check_with_identifier(self, field: str, value: str) -> None:
        if not _IDENTIFIER.fullmatch(value):
            self._error(field, "identifier")


_prepared: dict[int, tuple[Rules, Any]] = {}
"""By the identity of rules that come with the package, and stay: there are three such."""


def validator(schema: Rules) -> Validator:
    """A validator for the rules of a file. Cerberus would read them anew for each, which takes longer
    than all the rest of validation: these are read once.
    """
    if id(schema) not in _prepared:
        _prepared[id(schema)] = schema, _Packaged(Validator(), schema)
    return Validator(_prepared[id(schema)][1])


@cache
def highlight_rules() -> Rules:
    """The Cerberus schema of a highlight that is more than a text."""
    data = table()
    rules = _fields(data["rules"], data["highlight"])
    rules["text"] = {**rules["text"], "required": True}
    return rules


def flattened(found: Iterable[Any]) -> Iterable[Any]:
    """The leaves of Cerberus' tree of errors."""
    for error in found:
        if error.child_errors:
            yield from flattened(error.child_errors)
        else:
            yield error
