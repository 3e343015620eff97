"""Whole builds: what goes in comes out, and what fails loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import ROOT, absent
from tests.support import build_fails, build_ok, request_for, write_yaml
from texresume.build import output, pipeline
from texresume.build.pipeline import Request
from texresume.cli import project
from texresume.cli.status import exit_status
from texresume.data import rules
from texresume.diagnostics import ExitStatus, ResumeError
from texresume.latex import template
from texresume.latex.render import render
from texresume.latex.view import fields_of
from texresume.pdf import extractors, inspection
from texresume.tex import distribution, engine, process

pytestmark = pytest.mark.tex

TEMPLATES = ("onepage", "moderncv", "academic")
EXAMPLES = ("resume", "engineer/resume", "researcher", "student")
TOO_LONG = {("engineer/resume", "onepage"), ("researcher", "onepage")}
"""More than a page: see `test_a_resume_that_is_too_long_says_by_how_many_lines`."""

SPECIALS = "& % $ # _ { } ~ ^ \\ < > \" ' | @ [ ] * - -- --- , ,, << >> ?` !` '' `` ++ C++ /".split()
"""What TeX, its fonts or Markdown would take for something else (issue 2, "Must show" 5)."""


LOOKS = [(example, name) for example in EXAMPLES for name in TEMPLATES if (example, name) not in TOO_LONG]


@pytest.mark.parametrize(("example", "name"), LOOKS)
def test_every_example_comes_back_whole_from_every_reader(
    example: str, name: str, tex: str, tmp_path: Path
) -> None:
    """Each example in each template holds every character in reading order, for five readers of PDFs.

    With each TeX; each meets both papers, which alternate.
    """
    paper = ("a4", "letter")[(LOOKS.index((example, name)) + (tex == "system")) % 2]
    data = ROOT / "data" / f"{example}.yaml"
    built = build_ok(request_for(data, tmp_path, template=name, options={"paper": paper}), thorough=True)
    assert built.tex == tex
    assert not built.report.lost
    missing = {"pdfium", *extractors.EXTRACTORS} - set(built.report.readers)
    if missing:
        absent(", ".join(sorted(missing)))
    assert not [diagnostic for diagnostic in built.diagnostics if diagnostic.code == "overfull-line"]
    if name == "onepage":
        assert built.report.pages == 1


def specials_everywhere() -> dict[str, Any]:
    """A résumé with every special character, alone and inside words, in every field of every section."""
    table = rules.table()
    counter = iter(range(10_000))

    def text() -> str:
        """One special after the other, in a text that no other field has."""
        number = next(counter)
        special = SPECIALS[number % len(SPECIALS)]
        return f"q{number} {special} a{special}b {special}c d{special} e{number}"

    def every() -> str:
        number = next(counter)
        return " ".join(f"{special} x{special}{number}" for special in SPECIALS)

    def address() -> str:
        return f"https://example.com/{next(counter)}/a%20b_c~d/?q=1&r=%2F{{x}}#frag"

    def value(rule: str, name: str) -> Any:
        fixed = {
            "address": address(),
            "addresses": [address()],
            "links": [{"label": text(), "url": address()}],
            "parts": [{"name": text()}],
            "emails": [f"a_b{next(counter)}@example.com"],
            "priority": "3",
            "break": "before",
            "flag": "true",
            "identifiers": ["tag"],
            "highlights": [every(), {"text": text()}],
            "date": f"{1000 + next(counter) % 4900}-01",
            "end_date": f"{6000 + next(counter) % 3000}-02",
        }
        if rule == "identifier":
            return f"id{next(counter)}"
        if rule == "texts":
            return [text(), text()]
        if name in ("doi", "countryCode"):
            return {"doi": "10.5555/a_b%3C1%3E", "countryCode": "NO"}[name]
        return fixed.get(rule, text() if rule == "text" else f"u{next(counter)}_&{next(counter)}")

    def entry(fields: dict[str, str]) -> dict[str, Any]:
        return {name: value(rule, name) for name, rule in fields.items()}

    basics = entry(
        {name: rule for name, rule in table["basics"].items() if isinstance(rule, str) and name != "image"}
    )
    basics["location"] = entry(table["basics"]["location"])
    basics["signature"] = entry({"place": "text", "date": "text"})
    basics["profiles"] = [entry(table["basics"]["profile"])]
    data: dict[str, Any] = {"basics": basics}
    for name, section in table["sections"].items():
        kinds = {"startDate": "date", "endDate": "end_date"}
        dates = {date: kinds.get(date, "text") for date in section.get("dates", ())}
        fields = {**table["common"], **section["fields"], **dates}
        data[name] = [entry(fields), entry(fields)]
    data["custom"] = [
        {
            "title": text(),
            "kind": kind,
            "entries": data["custom"] if kind == "timeline" else [text(), every()],
        }
        for kind in ("timeline", "list", "tags", "text")
    ]
    return data


@pytest.mark.parametrize("name", ["moderncv", "academic"])
def test_special_characters_come_back_from_every_field(name: str, any_tex: str, tmp_path: Path) -> None:
    """Every special character, alone and inside words, survives in every field; so do all links."""
    data = write_yaml(tmp_path, specials_everywhere())
    built = build_ok(request_for(data, tmp_path, template=name), thorough=True)
    assert built.report.link_count > 20


def test_every_field_of_the_schema_is_printed(any_tex: str, tmp_path: Path) -> None:
    """What the schema accepts, each template prints: no leaf of the document is left out."""
    data = write_yaml(tmp_path, specials_everywhere())
    document, _, _ = pipeline.read(data)
    for name in TEMPLATES:
        chosen = template.find(name, ROOT)
        rendered = render(replace(document, photo=""), chosen, chosen.values({"paper": "a4"}))
        printed = {part.path for printed in rendered.fields for part in printed.field.parts}
        wanted = {part.path for field in fields_of(document) for part in field.parts}
        assert wanted - printed == set()


def test_a_resume_that_is_too_long_says_by_how_many_lines(any_tex: str, tmp_path: Path) -> None:
    """More than the promised page fails with the number of lines, and leaves the older PDF alone."""
    data = ROOT / "data" / "engineer" / "resume.yaml"
    older = tmp_path / "dist" / "mareike-dornhagen-onepage.pdf"
    older.parent.mkdir()
    older.write_bytes(b"older")
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request_for(data, tmp_path))
    assert exit_status(caught.value.diagnostics) == ExitStatus.DATA
    (fault,) = [diagnostic for diagnostic in caught.value.diagnostics if diagnostic.code == "too-long"]
    lines = int(fault.message.split()[0])
    assert 40 < lines < 200
    assert older.read_bytes() == b"older"
    assert (tmp_path / "dist" / "mareike-dornhagen-onepage.failed.pdf").read_bytes().startswith(b"%PDF")


def test_the_number_of_lines_over_is_right(any_tex: str, tmp_path: Path) -> None:
    """With so many bullets of one line fewer, the page is full; with one more, it is one line over."""

    def request_with(count: int) -> Request:
        bullets = [f"Bullet {number} of many" for number in range(count)]
        data = {"basics": {"name": "Ada"}, "work": [{"name": "A", "highlights": bullets}]}
        return request_for(write_yaml(tmp_path, data), tmp_path, drop=False)

    def lines_over(count: int) -> int:
        (fault,) = [
            fault
            for fault in build_fails("too-long", request_with(count)).diagnostics
            if fault.code == "too-long"
        ]
        return int(fault.message.split()[0])

    fitting = 90 - lines_over(90)
    assert build_ok(request_with(fitting)).report.pages == 1
    assert lines_over(fitting + 1) == 1


def test_the_same_input_gives_the_same_bytes(tex: str, tmp_path: Path) -> None:
    """Two builds in two folders are equal to the byte."""
    made = [
        pipeline.build(request_for(ROOT / "data" / "resume.yaml", tmp_path / folder)).files["pdf"]
        for folder in ("one", "another")
    ]
    assert Path(made[0]).read_bytes() == Path(made[1]).read_bytes()


def test_source_date_epoch_is_honoured(any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The date inside the PDF is the one that the environment gives."""
    monkeypatch.setenv(process.EPOCH, "1700000000")
    built = pipeline.build(request_for(ROOT / "data" / "student.yaml", tmp_path))
    assert b"20231114" in Path(built.files["pdf"]).read_bytes()


@pytest.mark.parametrize(
    ("style", "order", "photo"),
    [
        ("banking", "employer", "round"),
        ("banking", "position", "square"),
        ("banking", "employer", "none"),
        ("classic", "position", "round"),
        ("classic", "employer", "square"),
        ("classic", "position", "none"),
    ],
)
def test_every_style_of_moderncv_reads_whole(
    style: str, order: str, photo: str, any_tex: str, tmp_path: Path
) -> None:
    """Every pair of style, order and photo: every word is there."""
    options = {"style": style, "order": order, "photo": photo, "accent": "green"}
    data = ROOT / "data" / "engineer" / "resume.yaml"
    assert build_ok(request_for(data, tmp_path, template="moderncv", options=options)).report.pages > 1


def test_png_and_tex_are_written_beside_the_pdf(any_tex: str, tmp_path: Path) -> None:
    """All formats asked for are there, the picture with the page on it."""
    request = request_for(ROOT / "data" / "student.yaml", tmp_path, formats=("pdf", "tex", "png"))
    files = pipeline.build(request).files
    assert set(files) == {"pdf", "tex", "png"}
    picture = Image.open(files["png"])
    assert len(picture.convert("L").getcolors() or ()) > 10
    assert "\\begin{document}" in Path(files["tex"]).read_text("utf-8")


HOSTILE = [
    r"\input{/etc/passwd}",
    r"\immediate\write18{touch pwned}",
    r"^^5cinput{x}",
    r"\catcode`\%=12 % \end{document}",
    r"\csname end\endcsname \def\x{\x}\x",
    "}}}{{{ \\end{document} ((* raise *)) ((( 1/0 ))) ((= x =)) {{ x }} {% y %}",
    "[link](javascript:alert(1)) [f](file:///etc/passwd) <script>alert(1)</script>",
    "#word ` $$ <int> *nix [",
    "a\nb\n\n\nc",
    "\\\\server\\share\\%TEMP%",
    "%%EOF stream endstream",
]
HOSTILE_NAMES = [HOSTILE[0], HOSTILE[5], HOSTILE[3]]
"""For each template one that would do the most harm: a file read, templates, an early end."""


def hostile_everywhere(name: str, strings: list[str]) -> dict[str, Any]:
    everything = " ".join(strings)
    work = [{"name": text, "position": text, "highlights": [text], "keywords": [text]} for text in strings]
    return {
        "basics": {"name": name, "label": everything, "summary": everything},
        "work": work,
        "skills": [{"name": everything, "level": everything, "keywords": strings}],
    }


@pytest.mark.parametrize(("template", "name"), list(zip(TEMPLATES, HOSTILE_NAMES, strict=True)))
def test_hostile_strings_are_printed_as_they_stand(
    template: str, name: str, any_tex: str, tmp_path: Path
) -> None:
    """TeX, Jinja, HTML and Markdown extremes in name, title, bullet and keyword come back to the letter."""
    variant = write_yaml(tmp_path, {"pages": 4}, "variant.yaml")
    data = write_yaml(tmp_path, hostile_everywhere(name, HOSTILE))
    build_ok(request_for(data, tmp_path, template=template, variant=str(variant)))
    assert not list(tmp_path.rglob("pwned*"))


@pytest.mark.slow
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_strings_are_printed_as_anybodys_name(
    hostile: str, template: str, any_tex: str, tmp_path: Path
) -> None:
    """Each of them alone too, and as a name, which goes into the metadata and the file's name."""
    data = write_yaml(tmp_path, hostile_everywhere(hostile, [hostile]))
    build_ok(request_for(data, tmp_path, template=template))
    assert not list(tmp_path.rglob("pwned*"))


WIDE = [
    "x" * 50_000,
    "".join(map(str, range(10_000))),
    "https://example.com/" + "a-b/" * 100,
    "W" * 61,
    "_" * 300,
]


def test_words_wider_than_the_page_wrap(any_tex: str, tmp_path: Path) -> None:
    """A word of any length stays on the page, whole."""
    data = write_yaml(tmp_path, {"basics": {"name": "Ada"}, "work": [{"name": "A", "highlights": WIDE}]})
    built = build_ok(request_for(data, tmp_path, template="academic"))
    assert not [diagnostic for diagnostic in built.diagnostics if diagnostic.code == "overfull-line"]


def test_names_never_lead_out_of_the_output_folder(any_tex: str, tmp_path: Path) -> None:
    """A name such as ../../x makes a file in the output folder and nowhere else."""
    data = write_yaml(tmp_path, {"basics": {"name": "../../x"}})
    built = pipeline.build(request_for(data, tmp_path))
    assert Path(built.files["pdf"]) == tmp_path / "dist" / "x-onepage.pdf"
    assert {file.name for file in tmp_path.iterdir()} == {"resume.yaml", "dist"}


def test_a_dropped_bullet_is_missed(any_tex: str, tmp_path: Path) -> None:
    """The inspection sees what fell out of the PDF, also where the same words stand elsewhere."""
    data = write_yaml(
        tmp_path,
        {
            "basics": {"name": "Ada Example"},
            "work": [{"name": "A", "highlights": ["Led the team", "Built the engine", "Led the team"]}],
        },
    )
    document, _, _ = pipeline.read(data)
    chosen = template.find("academic", ROOT)
    rendered = render(document, chosen, chosen.values({"paper": "a4"}))
    files = [(file, file.name) for file in chosen.files()]
    for bullet in ("Built the engine", "Led the team"):
        sabotaged = rendered.source.replace(bullet.replace(" ", "\t"), "", 1)
        assert sabotaged != rendered.source
        pdf = engine.typeset(sabotaged, files).pdf
        report = inspection.inspect(pdf, rendered)
        assert [loss.text for loss in report.lost] == [bullet]


def test_the_command_line_prints_json_and_statuses(any_tex: str, tmp_path: Path) -> None:
    """`build --json` prints one object with the keys of the contract, and nothing else on standard output."""
    command = [
        sys.executable,
        "-m",
        "texresume",
        "build",
        "--data",
        str(ROOT / "data" / "resume.yaml"),
        "--json",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert set(result) == {"builds", "diagnostics"}
    (made,) = result["builds"]
    assert {"variant", "template", "engine", "files", "pages", "seconds", "inspection"} <= set(made)
    assert made["inspection"]["words_lost"] == 0
    assert (tmp_path / made["files"]["pdf"]).read_bytes().startswith(b"%PDF")


def test_no_tex_names_both_ways_out(tmp_path: Path) -> None:
    """Without any TeX the status is 3 and the hint names the extra and the verb."""
    environment = {**os.environ, distribution.CHOICE: "none"}
    command = [sys.executable, "-m", "texresume", "build", "--data", str(ROOT / "data" / "student.yaml")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == ExitStatus.TEX
    assert "texresume[tex]" in done.stderr
    assert "setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_output_folder_that_cannot_be_written_is_said(any_tex: str, tmp_path: Path) -> None:
    """A file where the folder should be is a diagnostic, not a traceback."""
    (tmp_path / "dist").write_text("a file")
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request_for(ROOT / "data" / "student.yaml", tmp_path))
    assert caught.value.diagnostics[0].code == "not-writable"


def test_failures_are_cleared_by_the_next_good_build(any_tex: str, tmp_path: Path) -> None:
    """What a failed build left is gone once a build succeeds."""
    output.keep_failure(tmp_path / "dist", "finn-abernarth-onepage", source="x", log="y", pdf=b"z")
    pipeline.build(request_for(ROOT / "data" / "student.yaml", tmp_path))
    assert [file.name for file in (tmp_path / "dist").glob("[!.]*")] == ["finn-abernarth-onepage.pdf"]


def test_the_variant_of_a_new_project_is_one_page(tmp_path: Path) -> None:
    """The example that `new` writes builds as it is, on the page that it promises."""
    project.new(tmp_path, None)
    request = Request(
        data=tmp_path / "data" / "resume.yaml", variant="example", output=tmp_path / "dist", project=tmp_path
    )
    built = pipeline.build(request)
    assert (built.report.pages, built.diagnostics) == (1, ())
