"""The language of a résumé without `meta.locale`: by other keys, by the file's name, or doubted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from texresume.build import languages, pipeline

GERMAN = """Verantwortlich für die Entwicklung der Plattform und die Leitung des Teams mit zwölf Personen,
    sowie für die Schulung der Kolleginnen und den Betrieb der Systeme über die ganze Zeit"""
ENGLISH = """Led the migration of the platform to the new system and trained the team in the use of it, with
    results that were better than planned"""


@pytest.mark.parametrize(
    ("data", "name", "wanted"),
    [
        ({"meta": {"language": "de"}}, "resume.json", "de"),
        ({"meta": {"x-lang": "de_AT"}}, "resume.json", "de_AT"),
        ({"$lang": "fr"}, "resume.json", "fr"),
        ({"lang": "pt-BR"}, "resume.json", "pt-BR"),
        ({"meta": {"language": "Klingon"}}, "resume.json", ""),
        ({"meta": "of a wrong kind"}, "resume.json", ""),
        ({}, "resume.de.yaml", "de"),
        ({}, "cv_fr.json", "fr"),
        ({}, "cv-pt-BR.yaml", "pt-BR"),
        ({}, "cv.zh-Hant.yaml", "zh-Hant"),
        ({}, "resume.yaml", ""),
        ({}, "de.yaml", ""),
        ({}, "jane-doe.yaml", ""),
        ({}, "resume.xx.yaml", ""),
        ({"work": [{"highlights": [ENGLISH]}]}, "resume-it.yaml", ""),
        ({"work": [{"highlights": [{"text": ENGLISH}]}]}, "resume_de.yaml", ""),
        ({"work": [{"highlights": [GERMAN]}]}, "resume_de.yaml", "de"),
        ({"meta": {"language": "de"}, "work": []}, "resume_fr.yaml", "de"),
    ],
)
def test_said(data: dict[str, object], name: str, wanted: str) -> None:
    """The keys first, then the name, unless the text is plainly in another language."""
    assert languages.said(data, Path(name), foreign=name.endswith(".json")) == wanted


def test_keys_outside_of_meta_are_for_json_from_elsewhere() -> None:
    """In YAML they are unknown keys."""
    assert languages.said({"lang": "de"}, Path("resume.yaml"), foreign=False) == ""


@pytest.mark.parametrize(
    ("name", "meta", "codes"),
    [
        ("resume.yaml", {}, ["other-language"]),
        ("resume.yaml", {"locale": "en"}, []),
        ("resume.yaml", {"locale": "de"}, []),
        ("resume.yaml", {"language": "de"}, []),
        ("resume.de.yaml", {}, []),
    ],
)
def test_a_doubt_is_said_where_nothing_was(
    tmp_path: Path, name: str, meta: dict[str, str], codes: list[str]
) -> None:
    """With what to write; whoever has set a language has set it."""
    data = {"basics": {"name": "Ada"}, "meta": meta, "work": [{"name": "A", "highlights": [GERMAN]}]}
    file = tmp_path / name
    file.write_text(json.dumps(data), "utf-8")  # which is YAML, too
    warnings = pipeline.read(file)[2]
    assert [warning.code for warning in warnings] == codes
    assert all("--locale de" in warning.hint and "{locale: de}" in warning.hint for warning in warnings)
