"""What is promised of every format: each word is there, none is added, and text is text.

The tests go over the registry, so that a new format is tested by being listed there.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from texresume.build import artifacts, batch, exports
from texresume.build.request import Request
from texresume.diagnostics import Severity
from texresume.document.model import Entry
from texresume.exchange import comparison, registry
from texresume.exchange.export import Export

from .exporting import EXAMPLES, VALID, WORDY, compared, exported

FILES = sorted([*VALID.rglob("*.yaml"), *VALID.rglob("*.json")])
SETTINGS: Mapping[str, tuple[dict[str, str], ...]] = {
    "txt": ({}, {"wrap": "0"}, {"wrap": "20", "ascii": "true"}),
}
LANGUAGES = ("de", "ja", "ar")
HOSTILE = (
    "<script>alert(1)</script>",
    "[here](javascript:alert)",
    "<a href='javascript:alert'>x",
    "]]> <!-- x --> &lt;b&gt; &amp; &#65;",
    "{{7*7}} {% raw %} ${7*7} <%= 7 %>",
    "=cmd()|'/C calc'!A0",
    "\\input{x} \\write18{y} %$&#_^~",
    "[31mred[0m",
    "# no heading",
    "- no item",
    "1. no number",
    "> no quotation",
    "a | b |\n| - | - |",
    "~~~ no fence",
    "***bold __x__ _y_ ~~z~~",
    "![alt](http://example.com/x.png)",
    "C:\\dir\\*.txt",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]> &y;",
    "@everyone #1 :tada:",
    "-- /* x */ ;",
)
"""What is markup, or worse, in some format."""
ADDRESSES = {"url", "repository", "email", "phone", "image", "doi", "countryCode", "username"}
SETTLED = {"id", "tags", "priority", "keep", "break", "kind", "meta", "network", *ADDRESSES}


def formats_of(name: str) -> tuple[dict[str, str], ...]:
    return SETTINGS.get(name, ({},))


@pytest.mark.parametrize("name", WORDY)
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name + "-" + file.stem)
def test_every_word_of_an_example(file: Path, name: str) -> None:
    """In each setting of the format."""
    for settings in formats_of(name):
        assert compared(name, *exported(file, settings=settings)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDY)
@pytest.mark.parametrize("tag", ["", *LANGUAGES])
def test_every_word_of_every_case(name: str, tag: str) -> None:
    """All good data files of the tests and all examples, in four languages."""
    for file in (*FILES, *EXAMPLES):
        for settings in formats_of(name):
            export, source = exported(file, tag, settings=settings)
            assert compared(name, export, source) == [], file


@pytest.mark.parametrize("name", WORDY)
def test_every_word_of_every_section(name: str) -> None:
    """What only some templates print is in every format."""
    for file in ("every-section.yaml", "grouped-positions.yaml", "publications.yaml"):
        assert compared(name, *exported(VALID / file)) == []


def hostile(value: Any, texts: Iterator[str]) -> Any:
    """Data with a hostile text before and after each of its texts, in turn."""
    if isinstance(value, list):
        return [hostile(one, texts) for one in value]
    if isinstance(value, Mapping):
        return {
            key: one if key in SETTLED or key.endswith("Date") or key == "date" else hostile(one, texts)
            for key, one in value.items()
        }
    return f"{next(texts)} {value} {next(texts)}"


def check_hostile(texts: Sequence[str], folder: Path) -> None:
    """Put hostile texts into every field, and look for them in every format."""
    data = yaml.load((VALID / "every-section.yaml").read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    file = folder / "resume.yaml"
    changed = hostile(data, itertools.cycle(texts))
    file.write_text(yaml.safe_dump(changed, allow_unicode=True, sort_keys=False), encoding="utf-8")
    export, source = exported(file)
    assert len(list(filter(None, comparison.printed(export.document)))) > 60
    for name in WORDY:
        assert [one.message for one in compared(name, export, source)] == [], name
    registry.writer("json").write(export)  # which looks for each text itself


@pytest.mark.parametrize("start", [0, 7])
def test_text_is_text(start: int, tmp_path: Path) -> None:
    """Hostile strings at the beginning and the end of every field, in every format."""
    check_hostile([*HOSTILE[start:], *HOSTILE[:start]], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_each_text_is_text_everywhere(text: str, tmp_path: Path) -> None:
    """Each of them in every field."""
    check_hostile([text], tmp_path)


@pytest.mark.parametrize("name", registry.FORMATS)
def test_no_control_character_is_written(name: str, tmp_path: Path) -> None:
    """What would steer a terminal, in JSON by another program: what is left of it is text."""
    if name == "zip":
        return  # which TeX compiles, see test_latex_folder
    data = tmp_path / "resume.json"
    text = "\\u001b[31mred\\u001b]0;title\\u0007 \\u009b1m \\u202e end"
    data.write_text(f'{{"basics": {{"name": "Ada", "label": "{text}"}}, "skills": [{{"name": "{text}"}}]}}')
    export, source = exported(data)
    content = registry.writer(name).write(export)
    assert exports.compare(registry.writer(name), content, export, source) == []
    shown = registry.writer(name).text(content) or content.decode()
    assert not {char for char in shown if unicodedata.category(char) == "Cc"} - {"\n", "\t", "\r"}
    assert "[31mred" in shown


@pytest.mark.parametrize("name", WORDY)
def test_a_lost_word_is_found_in_every_format(name: str) -> None:
    """Whichever field is left out of the document before it is written, the comparison misses it."""
    whole, source = exported(EXAMPLES[0])
    section = whole.document.sections[0]
    first, second, *rest = section.groups[0].entries
    lacking = [replaced(whole, second), replaced(whole, replace(first, highlights=first.highlights[:-1]))]
    writer = registry.writer(name)
    for export in lacking:
        content = writer.write(export)
        found = exports.compare(writer, content, whole, source)
        assert {one.code for one in found if one.severity is Severity.ERROR} == {"text-lost"}
        assert all(one.position is not None for one in found if one.severity is Severity.ERROR)
        assert all(name in one.message for one in found)
    assert rest


def replaced(export: Export, entry: Entry) -> Export:
    """An export whose first section has one entry only."""
    section = export.document.sections[0]
    group = replace(section.groups[0], entries=(entry, *section.groups[0].entries[2:]))
    sections = (replace(section, groups=(group,)), *export.document.sections[1:])
    return replace(export, document=replace(export.document, sections=sections))


@pytest.mark.slow
@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
def test_the_words_are_those_of_the_pdf(template: str, tag: str, tmp_path: Path) -> None:
    """Of all examples in each template and language: what the template printed is in each format."""
    made = 0
    for file in EXAMPLES:
        request = Request(
            file,
            template=template,
            locale=tag,
            output=tmp_path / file.parent.name / file.stem,
            formats=("pdf", *registry.FORMATS),
            project=ROOT,
        )
        outcome = batch.attempt(request, keep=artifacts.of)
        codes = {one.code for one in outcome.diagnostics if one.severity is Severity.ERROR}
        if codes == {"too-long"}:
            continue
        assert outcome.build is not None, outcome.diagnostics
        assert not {"text-lost", "foreign-text"} & {one.code for one in outcome.diagnostics}
        assert outcome.artifacts is not None
        made += 1
        entries = [entry for one in exported(file, tag)[0].document.sections for entry in one.entries]
        repeated = {str(field) for entry in entries for field in (entry.span, entry.year)}
        for name in WORDY:
            text = registry.writer(name).text(Path(outcome.build.files[name]).read_bytes())
            assert text is not None
            fields = [field for field in outcome.artifacts.fields if field and str(field) not in repeated]
            lost = comparison.find_losses(text, fields, rtl=tag == "ar")
            assert [one.text for one in lost] == []
    assert made >= 2
