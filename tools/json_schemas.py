"""Write texresume/data/schema/json/*.schema.json from the Cerberus rules, for editors.

    python tools/json_schemas.py

The schemas are of draft-07, which the YAML extension of VS Code (yaml-language-server) understands whole.
They describe what an editor sees, which reads scalars by the core schema of YAML 1.2: where texresume keeps
a text, `2020`, `3.9` and `true` are numbers and a boolean there, and a key without a value is null.

An editor offers `true`, `false` and `null` wherever `type` lists them, also while one types a name. So no
scalar has a `type`: what must not stand there is refused by `if` and `then`, with words of ours
(`errorMessage`, which other validators pass over). Scalars stand in an `anyOf`, if only of one: from that the
editor knows that a colon and a value follow the key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import json_patterns as patterns

from texresume import resources
from texresume.data import rules, suppressions
from texresume.latex import template
from texresume.text import locale

FOLDER = Path(__file__).resolve().parent.parent / "texresume" / "data" / "schema" / "json"
DRAFT = "http://json-schema.org/draft-07/schema#"
PLAIN = ("string", "number", "boolean")
"""What an editor takes a plain scalar for, where it is something."""
TYPES = (*PLAIN, "object", "array")
COMMENT = "Made by 'invoke schemas' from the rules that texresume validates with; do not edit."

Schema = dict[str, Any]


class Descriptions:
    """What editors say about keys; knows which of it nobody has asked for."""

    def __init__(self) -> None:
        self.table: dict[str, dict[str, str]] = resources.table("data/schema/descriptions.yaml")
        self.unused = {(place, key) for place, keys in self.table.items() for key in keys}

    def of(self, place: str, key: str) -> str:
        """The description of a key at a place. Raises `KeyError` where there is none."""
        home = place if key in self.table.get(place, {}) else "entry"
        self.unused.discard((home, key))
        return self.table[home][key]


def refused(kinds: Iterable[str], says: str, *, needed: bool) -> Schema:
    """Nothing but values of these types, and what is empty where nothing is `needed`."""
    kinds = tuple(kinds)
    others = [kind for kind in TYPES if kind not in kinds] + (["null"] if needed else [])
    blank = {"type": "string", "pattern": patterns.BLANK}  # which validation takes for a key without a value
    instead = blank if "string" in others and not needed else {"type": kinds[0]}
    return {"if": {"type": others}, "then": {**instead, "errorMessage": says}}


def scalar(
    pattern: str, says: str, *, needed: bool, numbers: Schema | None = None, boolean: bool = False
) -> Schema:
    """A text of a pattern; `numbers` are the bounds of those that an editor takes some of these texts for."""
    kinds = ("string", *(["number"] if numbers is not None else []), *(["boolean"] if boolean else []))
    whole = f"^(?:{pattern})$" if needed else f"^(?:{pattern}|\\s*)$"
    return {
        "anyOf": [
            {
                **refused(kinds, says, needed=needed),
                "pattern": whole,
                **(numbers or {}),
                "errorMessage": says,
            }
        ]
    }


def text(needed: bool, pattern: str = "", says: str = "expected a text") -> Schema:
    """A text, or one per language."""
    body = refused(
        (*PLAIN, "object"), "expected a text; one that begins with [ or '- ' stands in quotes", needed=needed
    )
    if pattern or needed:
        body |= {"pattern": pattern or r"\S", "patternErrorMessage": says}
    return {"anyOf": [{**body, **language_map()}]}


def language_keys() -> str:
    """The pattern of tags of languages."""
    names = "|".join(resources.table("data/schema/resume.yaml")["languages"].split())
    return f"^(?:{names}){patterns.SUBTAGS}$"


def language_map() -> Schema:
    """Constraints on mappings alone: tags of languages, of which one at least has a text."""
    return {
        "patternProperties": {language_keys(): {"$ref": "#/definitions/literal"}},
        "additionalProperties": False,
        "not": {"type": "object", "additionalProperties": {"$ref": "#/definitions/empty"}},
    }


def literal(*, needed: bool) -> Schema:
    """A text in one language only."""
    body = refused(PLAIN, "expected a text", needed=needed)
    return {"anyOf": [{**body, **({"pattern": r"\S"} if needed else {})}]}


def choice(allowed: list[str], *, needed: bool) -> Schema:
    """One of some values: as an editor sees them, or as texts where that differs."""
    seen = [patterns.as_seen(value) for value in allowed]
    texts = [value for value, one in zip(allowed, seen, strict=True) if not isinstance(one, str)]
    alternatives: list[Schema] = [{"enum": seen}]
    if texts or not needed:
        says = f"one of {', '.join(allowed)}"
        words = "|".join([*texts, *([] if needed else [r"\s*"])])
        alternatives.append({
            **refused(("string",), says, needed=needed), "pattern": f"^(?:{words})$", "errorMessage": says,
        })  # fmt: skip
    return {"anyOf": alternatives}


def checked(name: str, *, needed: bool) -> Schema:
    """What a check of `rules.Validator` lets pass."""
    date = "a date is YYYY, YYYY-MM or YYYY-MM-DD, a day that exists"
    years = {"multipleOf": 1, "minimum": 1000, "maximum": 9999}
    match name:
        case "text":
            return text(needed)
        case "free_date":
            return text(needed, patterns.FREE_DATE, date)
        case "address":
            return scalar(patterns.ADDRESS, "an address is like https://example.com/page", needed=needed)
        case "addresses":
            says = "an address is like https://example.com/page; write several as a list"
            return scalar(patterns.ADDRESSES, says, needed=needed)
        case "email":
            return scalar(patterns.EMAIL, "an email address is like name@example.com", needed=needed)
        case "date":
            return scalar(patterns.SPAN_DATE, date, needed=needed, numbers=years)
        case "end_date":
            says = f"{date}; an endDate may be present"
            return scalar(patterns.END_DATE, says, needed=needed, numbers=years)
        case "count":
            says = "a number from 1 to 99"
            return scalar(patterns.COUNT, says, needed=needed, numbers=patterns.NUMBERS[patterns.COUNT])
        case "identifier":
            says = "a letter or digit, then letters, digits, '-', '_' and '.'"
            return scalar(patterns.IDENTIFIER, says, needed=needed, numbers={"minimum": 0}, boolean=True)
    raise ValueError(f"no JSON Schema for the check {name!r}")


class Maker:
    """Makes the schema of one kind of file; where it `drops_empty`, keys without a value mean nothing."""

    def __init__(self, about: Descriptions, *, drops_empty: bool = True) -> None:
        self.about = about
        self.drops_empty = drops_empty
        self.definitions: dict[str, Schema] = {
            "empty": {"enum": [None, ""]},
            "filled": {"anyOf": [{"not": {"enum": [None, [], {}]}, "pattern": r"\S"}]},
        }

    def file(self, title: str, fields: rules.Rules, place: str) -> Schema:
        """The whole document, with the definitions that it refers to."""
        schema = {"title": title, "type": "object", **self.fields(fields, place)}
        while True:
            used = json.dumps([schema, self.definitions])
            kept = {name: one for name, one in self.definitions.items() if f'definitions/{name}"' in used}
            if len(kept) == len(self.definitions):
                return {
                    "$schema": DRAFT,
                    "$comment": COMMENT,
                    **schema,
                    "definitions": dict(sorted(kept.items())),
                }
            self.definitions = kept

    def named(self, name: str, schema: Schema) -> Schema:
        """A reference to a definition, which is kept."""
        self.definitions[name] = schema
        return {"$ref": f"#/definitions/{name}"}

    def fields(self, schema: rules.Rules, place: str) -> Schema:
        """The keys of a mapping, and no others."""
        made: Schema = {}
        required = [key for key, rule in schema.items() if rule.get("required")]
        if required:
            made["required"] = required
        properties = {key: self.field(rule, place, key) for key, rule in schema.items()}
        return {**made, "properties": properties, "additionalProperties": False}

    def field(self, rule: rules.Rules, place: str, key: str) -> Schema:
        """One key, with its description."""
        inner = key if place == "resume" else f"{place}.{key}"
        if key in SHARED and place not in ("resume", "custom"):
            inner = SHARED[key]
        about = {"description": self.about.of(place, key)}
        if key == "meta":
            properties = {name: self.meta(name) for name in self.about.table["meta"]}
            return {**about, **self.value({}, inner), "properties": properties}
        made = {**about, **self.value(rule, inner)}
        if not (found := examples().get((place, key))):
            return made
        if "items" in made:  # yaml-language-server offers no examples of an item
            made["items"] = {"anyOf": [{"enum": found}, made["items"]]}
        else:
            made["examples"] = found
        return made

    def meta(self, name: str) -> Schema:
        """What editors say about the file itself; anything may stand there."""
        if name in rules.META:
            return {
                "description": self.about.of("meta", name),
                **self.value(rules.META[name], f"meta.{name}"),
            }
        found = examples().get(("meta", name))
        offered: Schema = {"examples": found} if found else {"anyOf": [{}]}
        return {"description": self.about.of("meta", name), **offered}

    def value(self, rule: rules.Rules, place: str, *, needed: bool = False) -> Schema:
        """What a rule lets pass; `needed` where nothing is no value, as in lists."""
        needed = needed or bool(rule.get("required")) or not self.drops_empty
        kinds, check = rule.get("type", []), rule.get("check_with")
        if kinds == ["string", "list"]:
            return self.one_or_more(rule, place, needed=needed)
        if kinds == "list":
            says = "expected a list: begin each item with '- '"
            items = self.value(rule["schema"], place, needed=True)
            if place in SHARED.values():
                items = self.named(place, items)
            if self.takes_text(rule["schema"], place):
                return {
                    "if": {"type": "array"},
                    "then": {"items": items},
                    "else": self.lone(rule["schema"], place),
                }
            return {**refused(("array",), says, needed=needed), "items": items}
        if "dict" in kinds:
            return self.mapping(rule, place, needed=needed)
        if "allowed" in rule:
            return self.named("_".join(rule["allowed"]), choice(rule["allowed"], needed=needed))
        if "regex" in rule:
            bounds = patterns.NUMBERS[rule["regex"]]
            return scalar(rule["regex"], f"expected {rule['regex']}", needed=needed, numbers=bounds)
        if check in ("highlight", "point"):
            return self.highlight(check)
        if check == "precision":
            return self.precision()
        if check == "passages":
            return self.passages(needed=needed)
        if check == "recipient":
            return self.recipient(place, needed=needed)
        if check == "override":
            return refused(("object", *PLAIN), "expected keys or a text", needed=True)
        if check:
            self.named("literal", literal(needed=False))
            return self.named(f"{check}_needed" if needed else check, checked(check, needed=needed))
        if not kinds:
            return {"anyOf": [{}]}
        if not self.drops_empty:
            return self.named("literal", {"anyOf": [refused(PLAIN, "expected a text", needed=True)]})
        return self.named("literal_needed" if needed else "literal", literal(needed=needed))

    def takes_text(self, items: rules.Rules, place: str) -> bool:
        """Whether a text stands for a list of one: in a résumé, where an item may be a text."""
        kinds = items.get("type", "string")
        elsewhere = place.startswith(("variant", "template", "meta"))
        return not elsewhere and (kinds == "string" or "string" in kinds)

    def lone(self, items: rules.Rules, place: str) -> Schema:
        """A text in the place of a list: never a mapping, which is no list of one."""
        check = items.get("check_with")
        if check == "contact":
            return choice(list(rules.CONTACTS), needed=False)
        if check in ("identifier", "address"):
            return self.value({"type": "string", "check_with": check}, place)
        return self.named("literal", literal(needed=False))

    def one_or_more(self, rule: rules.Rules, place: str, *, needed: bool) -> Schema:
        """A text of a kind, or a list of them."""
        single = {key: value for key, value in rule.items() if key != "schema"} | {"type": "string"}
        one, item = self.value(single, place, needed=needed), self.value(rule["schema"], place, needed=True)
        return {"if": {"type": "array"}, "then": {"items": item}, "else": one}

    def mapping(self, rule: rules.Rules, place: str, *, needed: bool) -> Schema:
        """A mapping of fixed keys, or of keys of a kind; or a text that stands for one."""
        named, addressed = (rule.get("check_with") == check for check in ("contact", "address"))
        kinds = (
            "object",
            *(("string",) if named or addressed else PLAIN if "string" in rule["type"] else ()),
        )
        says = "expected keys: write them as 'key: value' lines"
        made = {"title": place.rpartition(".")[2], **refused(kinds, says, needed=needed)}
        if addressed:
            says = "an address is like https://example.com/page"
            made |= {"pattern": f"^(?:{patterns.ADDRESS})$", "patternErrorMessage": says}
        elif named:
            words = "|".join(rules.CONTACTS)
            made |= {
                "pattern": f"^(?:{words})$",
                "patternErrorMessage": f"one of {', '.join(rules.CONTACTS)}",
            }
        elif len(kinds) > 1 and needed:
            made |= {"pattern": r"\S", "patternErrorMessage": "an empty item"}
        if "schema" in rule:
            made |= self.fields(_own_first(rule["schema"]), place)
        if "valuesrules" in rule:
            made |= self.free(rule, place)
        if "one_of" in rule:
            filled = {"$ref": "#/definitions/filled"}
            made["anyOf"] = [{"required": [name], "properties": {name: filled}} for name in rule["one_of"]]
        return made

    def free(self, rule: rules.Rules, place: str) -> Schema:
        """A mapping whose keys are the user's; those that are likely are offered."""
        value = self.value(rule["valuesrules"], place)
        made: Schema = {"properties": dict.fromkeys(KEYS.get(place, ()), value)}
        key = rule["keysrules"]
        pattern = key.get("regex") or (patterns.IDENTIFIER if "check_with" in key else "")
        if not pattern:
            return {**made, "additionalProperties": value}
        return {**made, "patternProperties": {f"^(?:{pattern})$": value}, "additionalProperties": False}

    def precision(self) -> Schema:
        """How precise dates are, for all sections or by section."""
        one = self.named("_".join(rules.PRECISIONS), choice(list(rules.PRECISIONS), needed=False))
        styles = {
            key: self.named("_".join(flat), choice(flat, needed=False))
            for key, alike in rules.DATE_STYLES.items()
            if (flat := [value for values in alike for value in values])
        }
        by_section: Schema = {
            "properties": {**dict.fromkeys(SECTIONS, one), **styles}, "additionalProperties": one,
        }  # fmt: skip
        return {"if": {"type": "object"}, "then": by_section, "else": one}

    def passages(self, *, needed: bool) -> Schema:
        """A text, or a list of texts."""
        self.named("literal", literal(needed=False))
        item = self.named("text_needed", text(True))
        one = item if needed else self.named("text", text(False))
        return {"if": {"type": "array"}, "then": {"items": item}, "else": one}

    def recipient(self, place: str, *, needed: bool) -> Schema:
        """Lines, or keys of which one is not a language."""
        keys = self.fields(rules.recipient_rules(), place)
        tagged = {"type": "object", "propertyNames": {"pattern": language_keys()}, "minProperties": 1}
        return {
            "if": {"type": "object", "not": tagged},
            "then": keys,
            "else": self.passages(needed=needed),
        }

    def highlight(self, kind: str) -> Schema:
        """A text, or keys of which `text` is one: without it, the keys must be languages."""
        if kind in self.definitions:
            return self.named(kind, self.definitions[kind])
        self.definitions[kind] = {}  # a point may hold points
        made = self.fields(rules.highlight_rules(kind), kind)
        whole = made["properties"]
        self.definitions[kind] = {
            "allOf": [refused(("object", *PLAIN), "expected a text", needed=True)],
            "pattern": r"\S",
            "patternErrorMessage": "an empty item",
            # `id` is also Indonesian, and what a text in Indonesian may hold an id may not
            "properties": {key: one for key, one in whole.items() if key != "id"},
            "if": {"required": ["text"], "properties": {"text": {"$ref": "#/definitions/filled"}}},
            "then": {"properties": whole, "additionalProperties": False},
            "else": language_map(),
        }
        return self.named(kind, self.definitions[kind])


def _own_first(fields: rules.Rules) -> rules.Rules:
    """The keys of an entry with those that every entry has at the end: editors keep this order."""
    common = rules.table()["common"]
    if not set(common) <= set(fields):
        return fields
    return dict(sorted(fields.items(), key=lambda pair: pair[0] in common))


@cache
def examples() -> dict[tuple[str, str], list[str]]:
    """Values that editors offer for a key at a place, where others will do as well."""
    table = rules.table()
    locales = list(locale.available())
    found = {
        ("meta", "locale"): locales,
        ("variant", "locale"): locales,
        ("variant", "template"): sorted(template.folders(FOLDER)),
        ("variant", "sections"): SECTIONS,
        ("meta.checks", "off"): list(suppressions.codes()),
        ("variant.checks", "off"): list(suppressions.codes()),
        ("basics.profiles", "network"): ["LinkedIn", "GitHub", "GitLab", "ORCID", "Stack Overflow"],
        ("publications", "type"): list(resources.table("text/locales/en.yaml")["publication_types"]),
        ("template", "fonts"): ["xcharter", "sourcesans", "libertinus", "sourcecode"],
    }
    return found | {(name, "endDate"): ["present"] for name in (*table["sections"], "custom.entries")}


SHARED = {"projects": "part", "entries": "part", "links": "link"}
"""Keys of entries whose items have the same keys in all sections, and the name of their definition."""
SECTIONS = [name for name in rules.section_names() if name != "custom"]
KEYS = {
    "meta.titles": SECTIONS,
    "variant.titles": SECTIONS,
    "variant.order": SECTIONS,
    "variant.limit": [*SECTIONS, "highlights"],
    "variant.override": ["basics"],
}
"""Keys that editors offer where any may stand."""


def schemas() -> tuple[dict[str, Schema], set[tuple[str, str]]]:
    """Every schema by the name of its file, and descriptions of keys that there are not."""
    about = Descriptions()
    made = {
        "resume": Maker(about).file("A résumé for texresume", rules.resume_rules(), "resume"),
        "variant": Maker(about).file("A variant of a résumé", rules.variant_rules(), "variant"),
        "letter": Maker(about).file(
            "A letter that goes with a résumé", rules.letter_rules(), "variant.letter"
        ),
        "template": Maker(about, drops_empty=False).file(
            "The manifest of a template", resources.table("data/schema/template.yaml"), "template"
        ),
    }
    return {f"{name}.schema.json": schema for name, schema in made.items()}, about.unused


def written(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas()[0].items():
        (FOLDER / name).write_text(written(schema), "utf-8")
        print(f"{FOLDER.name}/{name}")


if __name__ == "__main__":
    main()
