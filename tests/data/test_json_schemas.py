"""The JSON Schemas for editors: fresh, described throughout, and of one mind with Cerberus."""

from __future__ import annotations

import copy
import functools
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import json_patterns
import json_schemas
import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import editors
from tests.conftest import ROOT
from tests.fixtures import DATA
from texresume.data import dates, links, loader, rules, schema, written_dates
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex import template
from texresume.variants import variant

from .test_invalid import read_for_pdftex

KINDS = ("resume", "variant", "letter", "template")
SKELETON = ROOT / "texresume" / "cli" / "skeleton" / "data"
GOOD_RESUMES = [
    *sorted((ROOT / "data").glob("*.yaml")),
    *sorted((ROOT / "data").glob("*/resume.yaml")),
    *sorted(SKELETON.glob("*.yaml")),
    *sorted(file for file in (DATA / "valid").iterdir() if file.suffix in {".yaml", ".json"}),
]
BAD_RESUMES = sorted(file for file in (DATA / "invalid").iterdir() if file.suffix in {".yaml", ".json"})
NO_VARIANTS = {"resume.yaml", "private.yaml"}
VARIANTS = [
    *sorted((ROOT / "data").glob("**/variants/*.yaml")),
    *sorted(SKELETON.glob("variants/*.yaml")),
    *sorted(file for file in DATA.glob("variants/**/*.yaml") if file.name not in NO_VARIANTS),
]
MANIFESTS = [
    *sorted((ROOT / "templates").glob("*/template.yaml")),
    *sorted(DATA.glob("templates/*/template.yaml")),
]

UNSAYABLE = {
    "wrong-period": "a schema cannot compare two dates",
    "duplicate-id": "nor ids that stand far from each other",
    "wrong-markup": "formulas and the depth of Markdown are a grammar of their own",
    "unsupported-character": "what can be typeset is measured, not a rule",
    "lost-comment": "comments are not part of the data",
    "torn-number": "two items are as good as one",
    "wrong-option": "whether a default suits an option depends on the option's other keys",
    "no-source": "which files lie beside a manifest is not in it",
}
"""Faults that no JSON Schema finds, and why."""
SEEN_AS_NOTHING = {
    ("scalars-stay-strings.yaml", ("skills", 0, "keywords", place)): "Null and NULL are null by YAML 1.2"
    for place in (16, 17)
}
"""What an editor underlines although it is right, and why."""
FROM_ELSEWHERE = {
    "before-1.0.json": "names that JSON Resume has given up are read where a file ends in .json, not offered",
    "wrong-dates.json": "dates that are none are printed as they stand",
}
"""JSON that is read leniently, with warnings; the schema is for what one writes oneself."""


def errors(found: ResumeError) -> list[Diagnostic]:
    return [fault for fault in found.diagnostics if fault.severity is Severity.ERROR]


def strictly(loaded: loader.Loaded) -> None:
    schema.validate(loaded)


def faults_of_resume(file: Path) -> list[Diagnostic]:
    """What is wrong with a résumé of one's own, all that comes before TeX."""
    try:
        strictly(loader.load(file)) if file.suffix == ".json" else read_for_pdftex(file)
    except ResumeError as error:
        return errors(error)
    return []


def faults_of_variant(loaded: loader.Loaded) -> list[Diagnostic]:
    """What is wrong with a variant by its rules alone."""
    empty = variant._drop_empty(loaded)
    found = [*loaded.warnings, *empty, *schema.check(loaded.data, loaded.source, rules.variant_rules())]
    return [fault for fault in found if fault.severity is Severity.ERROR]


def faults_of_manifest(file: Path) -> list[Diagnostic]:
    try:
        template.find(str(file.parent), ROOT)
    except ResumeError as error:
        return errors(error)
    return []


def underlined(kind: str, file: Path) -> set[tuple[str | int, ...]] | None:
    """The paths that an editor underlines by the schema; None where its parser stops before that."""
    try:
        return editors.underlined(kind, editors.read_file(file))
    except editors.UnreadableError:
        return None


def agree(kind: str, file: Path, faults: list[Diagnostic]) -> None:
    """Whatever can be said by a schema is underlined where it stands, and nothing else."""
    seen = underlined(kind, file)
    sayable = [fault for fault in faults if fault.code not in UNSAYABLE]
    if seen is None:
        assert faults
        return
    for fault in sayable:
        path = fault.path
        assert any(one[: len(path) - 1] == path[:-1] for one in seen), fault
    if not sayable:
        assert {one for one in seen if (file.name, one) not in SEEN_AS_NOTHING} == set()


@pytest.mark.parametrize("name", [f"{kind}.schema.json" for kind in KINDS])
def test_schemas_are_fresh(name: str) -> None:
    """`invoke schemas` would change nothing."""
    made, _ = json_schemas.schemas()
    assert (json_schemas.FOLDER / name).read_text("utf-8") == json_schemas.written(made[name])
    assert {file.name for file in json_schemas.FOLDER.iterdir()} == set(made)
    jsonschema.Draft7Validator.check_schema(made[name])


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(child)


def described(one: dict[str, Any]) -> bool:
    """Whether every key of a mapping has a sentence; names of the user's own and alternatives need none."""
    free = {"additionalProperties": one.get("additionalProperties")} != {"additionalProperties": False}
    return (
        free or "patternProperties" in one or all("description" in key for key in one["properties"].values())
    )


def test_every_key_is_described() -> None:
    """No key without a sentence, and no sentence about a key that there is not."""
    made, unused = json_schemas.schemas()
    assert unused == set()
    assert all(described(one) for whole in made.values() for one in objects(whole) if "properties" in one)
    for keys in json_schemas.Descriptions().table.values():
        for sentence in keys.values():
            assert re.fullmatch(r"[A-Z].{7,}\.", sentence), sentence
            assert len(sentence) <= 110, sentence


def test_patterns_are_for_every_editor() -> None:
    """No pattern holds what JavaScript and Python read differently, and all compile."""
    for kind in KINDS:
        for one in objects(json.loads((editors.SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))):
            for pattern in [one.get("pattern"), *(one.get("patternProperties") or ())]:
                if isinstance(pattern, str):
                    re.compile(pattern)
                    assert not re.search(r"\\[wWdDbBAZz]|\(\?[^:!=]", pattern), pattern


@pytest.mark.parametrize("file", GOOD_RESUMES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_is_good_is_not_underlined(file: Path) -> None:
    """An editor has nothing against any example or good input, as far as texresume has not."""
    if file.name in FROM_ELSEWHERE:
        assert faults_of_resume(file)
        assert underlined("resume", file)
        return
    # Whether pdfTeX alone can set the words of a language is no matter of schemas.
    faults = [one for one in faults_of_resume(file) if one.code != "unsupported-locale"]
    assert file.suffix == ".json" or faults == []
    agree("resume", file, faults)


@pytest.mark.parametrize("file", BAD_RESUMES, ids=lambda file: file.name)
def test_what_is_broken_is_underlined(file: Path) -> None:
    """An editor underlines each fault of a broken input, but for those that no schema can say."""
    faults = faults_of_resume(file)
    assert faults or file.suffix == ".json"  # what only pdfTeX has against it is no fault of the data
    agree("resume", file, faults)


@pytest.mark.parametrize("file", VARIANTS, ids=lambda file: f"{file.parent.parent.name}/{file.name}")
def test_variants_are_underlined_where_they_are_wrong(file: Path) -> None:
    """Schema and rules agree on every variant."""
    try:
        faults = faults_of_variant(loader.load(file))
    except ResumeError as error:
        faults = errors(error)
    agree("variant", file, faults)


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.parent.name)
def test_manifests_are_underlined_where_they_are_wrong(file: Path) -> None:
    """Schema and rules agree on every manifest."""
    agree("template", file, faults_of_manifest(file))


def test_every_exemption_is_needed() -> None:
    """Each fault that no schema can say, and each file that is seen otherwise, is met in the test data."""
    met = set()
    for kind, files, faults_of in (
        ("resume", [*GOOD_RESUMES, *BAD_RESUMES], faults_of_resume),
        ("template", MANIFESTS, faults_of_manifest),
    ):
        for file in files:
            codes = {fault.code for fault in faults_of(file)}
            if codes and codes <= set(UNSAYABLE) and underlined(kind, file) == set():
                met |= codes
    assert met == set(UNSAYABLE)
    named = {file.name: file for file in GOOD_RESUMES}
    for name, path in SEEN_AS_NOTHING:
        assert path in (underlined("resume", named[name]) or ())
    assert set(FROM_ELSEWHERE) <= set(named)


# -- changes of good data -----------------------------------------------------------------------------------

Place = tuple[str | int, ...]
Change = tuple[Place, str, Any]
VALUES: list[Any] = [
    None, "", "words here", "2021-13", "2021-02-29", "present", "true", "3", "timeline", "pdftex", "1F4E79",
    0, 3, 7, 2020, 3.9, True, False, [], {}, ["x"], [None], {"x": "y"}, {"en": "y"}, {"en": None},
    {"id": "x"}, "name@example.com", "https://example.com", {"text": "x", "tags": ["a"]},
]  # fmt: skip
"""What is put in the place of every value, as an editor sees it."""
TEXTS = {
    "address": "example.com", "email": "name@example.com", "date": "2020-02", "end_date": "present",
    "count": 2,
}  # fmt: skip
"""What passes a check that not every text passes."""
VARIANT = """
extends: base
template: onepage
locale: en-GB
options: {paper: letter, step: 3}
pages: 1
include: [infra]
exclude: [ml]
sections: [work, education]
titles: {work: {en: Jobs, de: Stellen}, my-own: Mine}
hide: [work.acme.2]
order: {work: [acme]}
limit: {work: 3, highlights: 2}
override: {work.acme: {position: Boss}, work.acme.1: Text, basics: {label: ~}}
posting: ../posting.txt
employer: Acme
position: {en: Boss, de: Chefin}
letter: {to: X, date: 2026-11-29, subject: X, opening: X, body: X, closing: X, enclosures: [A]}
"""
LETTER = """
to: {name: X, position: X, department: X, company: X, address: [A, B]}
date: 2026-11-29
subject: X
opening: {en: X, de: Y}
body: [A, {en: B}]
closing: X
signature: me.png
enclosures: A
employer: Acme
position: Boss
"""
HIGHLIGHTS = [
    "A line",
    {"en": "A line", "de": "Eine Zeile"},
    {"text": "A line", "id": "a", "tags": ["b"], "keep": True},
    {"text": "Another line", "id": "c"},
]


def sample(rule: rules.Rules) -> Any:
    """Something that a rule lets pass, with every key that it knows."""
    check, kind = rule.get("check_with"), rule.get("type")
    if check == "highlight":
        return HIGHLIGHTS
    if kind == ["string", "list"]:
        return [sample(rule["schema"])]
    if kind == "list":
        inner = sample(rule["schema"])
        return inner if inner is HIGHLIGHTS else [inner]
    if "schema" in rule:
        return {key: sample(one) for key, one in rule["schema"].items()}
    if "allowed" in rule:
        return json_patterns.as_seen(rule["allowed"][0])
    return TEXTS.get(str(check), "text")


def seeds(kind: str) -> list[Any]:
    """Good data that use every key. A résumé's sections stand in one each: small data are changed faster."""
    if kind == "variant":
        return [editors.read(VARIANT)]
    if kind == "letter":
        return [editors.read(LETTER), editors.read("to: [A, B]\nbody: {en: X}\n")]
    if kind == "template":
        return [editors.read_file(DATA / "templates" / "every-option" / "template.yaml")]
    every = {key: sample(rule) for key, rule in rules.resume_rules().items() if rule}
    every["talks"].append("As a text")
    return [{"basics": {"name": "Ada"}, key: value} for key, value in every.items()]


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """The path of every value but the whole."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield (*path, key)
        yield from places(child, (*path, key))


def changes(seed: Any) -> Iterator[Change]:
    """Every change that is tried: another value, none at all, and one more key or item within it."""
    for path in places(seed):
        yield path, "drop", None
        yield path, "add", "x"
        for value in VALUES:
            yield path, "set", value


def changed(seed: Any, change: Change) -> Any:
    """The data with a change made in them."""
    path, what, value = change
    data = copy.deepcopy(seed)
    around = functools.reduce(lambda one, step: one[step], path[:-1], data)
    if what == "drop":
        del around[path[-1]]
    elif what == "set":
        around[path[-1]] = value
    elif isinstance(around[path[-1]], dict):
        around[path[-1]]["x"] = value
    elif isinstance(around[path[-1]], list):
        around[path[-1]].append(None)
    return data


ELSEWISE: dict[str, Callable[[Place, Any, bool], object]] = {
    "3.9 could be the name of a host; a schema that takes numbers for addresses would take 7 as well": (
        lambda path, value, ours: ours and value == 3.9 and {"url", "repository", "links"} & set(path[-2:])
    ),
    "without its text, a highlight with an id is one in Indonesian": (
        lambda path, value, ours: ours and path[-1] == "text" and value in (None, "")
    ),
    "an unknown key without a value is as if it were not there; editors underline it while it is typed": (
        lambda path, value, ours: ours and value == {"en": None}
    ),
    "empty entries are as if they were not there; editors do not underline them while they are typed": (
        lambda path, value, ours: not ours and path[0] == "custom" and path[-1] == "entries" and not value
    ),
    "of 001234 an editor sees 1234": (
        lambda path, value, ours: not ours and "names" in path and isinstance(value, int | float)
    ),
    "meta may hold anything; an empty item in it is seen by texresume alone": (
        lambda path, value, ours: not ours and path[0] in ("meta", "$schema") and value == [None]
    ),
    "an empty text in the place of all overrides, which is not dropped": (
        lambda path, value, ours: not ours and path == ("override",) and value == ""
    ),
}
"""What Cerberus (`ours`: whether it accepts) and the schema are known to see differently, and why."""


def elsewise(change: Change, ours: bool) -> set[str]:
    """The reasons for which a change may be judged differently."""
    path, what, value = change
    return {why for why, holds in ELSEWISE.items() if what == "set" and holds(path, value, ours)}


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # libyaml is not everywhere
    """Writes texts in quotes where YAML 1.1 would read something else, without aliases."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


@functools.cache
def checker(kind: str) -> rules.Validator:
    """One for all changes: Cerberus takes its time to make one."""
    made = {
        "resume": rules.resume_rules(),
        "variant": rules.variant_rules(),
        "letter": rules.letter_rules(),
        "template": rules.manifest_rules(),
    }
    return rules.Validator(made[kind])


def is_accepted(kind: str, text: str) -> bool:
    """Whether Cerberus has nothing against the data of a file of this text, read as texresume does."""
    loaded = loader.parse(text, Path("made.yaml"))
    empty: list[Diagnostic] = []
    if kind == "variant":
        empty = variant._drop_empty(loaded)
    elif kind == "letter":
        empty = schema.drop_empty(loaded.data, (), loaded.source, lenient=False)
    elif kind == "resume":
        empty = schema.drop_empty(loaded.data, (), loaded.source, lenient=False)
        schema.wrap_texts(loaded.data)
    checker(kind).validate(loaded.data, normalize=False)
    found = [str(error.info) for error in rules.flattened(checker(kind)._errors)]
    return not empty and all("period:" in info for info in found)


def judged(kind: str, data: Any) -> tuple[bool, bool]:
    """Whether Cerberus, and whether the schema, accepts a file of these data."""
    text = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return is_accepted(kind, text), not editors.underlined(kind, editors.read(text))


def compared(kind: str, seed: Any, tried: list[Change]) -> None:
    """Cerberus and the schema say the same of the data, and of each change of them."""
    assert judged(kind, seed) == (True, True)
    for change in tried:
        ours, theirs = judged(kind, changed(seed, change))
        assert ours == theirs or elsewise(change, ours), (change, ours)


@pytest.mark.parametrize("kind", KINDS)
def test_changed_data_are_judged_alike(kind: str) -> None:
    """Drop a key, add one, put another type or value in its place: both accept it, or neither does."""
    for seed in seeds(kind):
        compared(kind, seed, list(changes(seed))[::53])  # 31 changes a value: all kinds of them in turn


@pytest.mark.slow
@pytest.mark.parametrize("part", range(16))
@pytest.mark.parametrize("kind", KINDS)
def test_all_changes_are_judged_alike(kind: str, part: int) -> None:
    """The same for every change of every value."""
    for seed in seeds(kind):
        compared(kind, seed, list(changes(seed))[part::16])


def test_every_difference_is_there() -> None:
    """Each change that the two are known to judge differently is judged so."""
    met: set[str] = set()
    resumes = [
        one for one in seeds("resume") if {"work", "custom"} & set(one) or isinstance(one.get("meta"), str)
    ]
    for kind, seed in [*(("resume", one) for one in resumes),
                       ("variant", seeds("variant")[0]), ("template", seeds("template")[0])]:  # fmt: skip
        for change in changes(seed):
            if elsewise(change, True) or elsewise(change, False):
                ours, theirs = judged(kind, changed(seed, change))
                met |= elsewise(change, ours) if ours != theirs else set()
    assert met == set(ELSEWISE)


# -- patterns -----------------------------------------------------------------------------------------------

MANY = settings(max_examples=400, deadline=None)
DIGITS = st.from_regex(r"[0-9]{4}-[0-9]{1,2}(-[0-3][0-9])?( [0-9]{2}:[0-9]{2})?|[0-9]{3,5}", fullmatch=True)


def matches(pattern: str, text: str) -> bool:
    return re.search(f"^(?:{pattern})$", text) is not None


@MANY
@given(st.one_of(DIGITS, st.dates().map(str), st.text("0123456789-T: ", max_size=12)))
def test_dates_match_if_they_are_real(text: str) -> None:
    """The patterns of dates know months, days and leap years as `dates` does, in ISO form exactly."""
    accepted = dates.parse_date(text) is not None or dates.is_free_text(text)
    iso = re.fullmatch(r"\s*[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\s*", text)
    shown = matches(json_patterns.SPAN_DATE, text)
    assert shown == accepted if iso and not written_dates.is_academic(text) else shown or not accepted
    free = not dates.looks_like_date(text) or dates.parse_date(text) is not None
    found = matches(json_patterns.FREE_DATE, text)
    assert found == free if iso else found or not free


@pytest.mark.parametrize(
    "text",
    [
        "Summer 2020",
        "Aug 2014",
        "08/2021",
        "15.06.2020",
        "06-15-2020",
        "ca. 2017",
        "2018?",
        "2018/19",
        "2020年5月",
    ],
)
def test_dates_in_other_forms_match(text: str) -> None:
    """What a date may be written like is not underlined."""
    assert matches(json_patterns.SPAN_DATE, text)
    assert matches(json_patterns.END_DATE, text)


@pytest.mark.parametrize("text", ["Present", "NOW", "heute", "至今", "Aujourd'hui"])
def test_what_goes_on_matches(text: str) -> None:
    """In any language, but only as an end."""
    assert matches(json_patterns.END_DATE, text)
    assert not matches(json_patterns.SPAN_DATE, text)


@pytest.mark.parametrize("year", ["1900", "2000", "2023", "2024", "2100", "2400", "0000", "0004"])
def test_leap_years_match(year: str) -> None:
    """29 February is there in leap years only."""
    text = f"{year}-02-29"
    assert matches(json_patterns.DATE, text) == (dates.parse_date(text) is not None)


ADDRESSES = itertools.product(
    ["", "https://", "HTTP://", "https:", "//", "mailto:", "tel:", "ftp://", "javascript:", " "],
    ["", "me@", "me:secret@"],
    ["", "example.com", "example", "localhost", "EXAMPLE.com.", "a..b", "a b.com", "[::1]", "x_y.é", "+1555"],
    ["", ":8080"],
    ["", "/", "/a b?c=d#e", "?", "#", "/@:x"],
)


def test_addresses_match_if_they_become_links() -> None:
    """The pattern of addresses takes what `links` makes a target of."""
    for address in map("".join, ADDRESSES):
        if address.strip():
            assert matches(json_patterns.ADDRESS, address) == bool(links.with_scheme(address)), address


@MANY
@given(st.text(st.sampled_from("aZ0éßñ日Ω_-. /#,→“"), min_size=1, max_size=6))
def test_identifiers_match_if_rules_take_them(text: str) -> None:
    """The pattern of ids does what a `\\w` that knows letters of every script does."""
    assert matches(json_patterns.IDENTIFIER, text) == (rules._IDENTIFIER.fullmatch(text) is not None)
