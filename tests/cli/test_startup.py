"""What starts quickly: what a verb does not need is not imported, and what was worked out once is kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fixtures import document
from texresume import cache, resources
from texresume.build import reading
from texresume.data import loader, rules, schema
from texresume.data.dates import PartialDate
from texresume.diagnostics import ResumeError
from texresume.latex import encoding, environment, manifest, template
from texresume.latex.escape import Escaper
from texresume.latex.render import render
from texresume.latex.view import fields_of
from texresume.tex import engine, process
from texresume.text import cldr, locale, markdown
from texresume.text.inline import RichText
from texresume.variants import variant

FOR_SOME = {
    "babel",
    "fontTools",
    "PIL",
    "pdfminer",
    "pdfplumber",
    "pypdf",
    "rich",
    "spellchecker",
    "concurrent.futures.process",
}
"""What no plain build of an English résumé needs, once the cache knows its dates."""
OURS_FOR_SOME = {
    *("check.baseline", "check.chronology", "check.hints", "check.layout", "check.parsing", "check.report"),
    *("check.sarif", "check.spelling", "check.thorough", "cli.doctor", "cli.terminal", "data.jsonresume"),
    *(
        "fonts.machine",
        "fonts.runs",
        "pdf.geometry",
        "variants.overrides",
        "variants.selection",
        "variants.difference",
    ),
    "variants.variant",
    *("build.exports", "data.extension", "exchange.comparison", "exchange.export", "exchange.plain_text"),
}
FOR_BUILDS = {"cerberus", "jinja2", "pylatexenc", "pypdfium2"}
FOR_FIRST_BUILDS = {"markdown_it", "email", "socket"}
"""What a build needs only for texts that it has never seen, and `importlib.metadata`."""


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own, which this process knows nothing of yet."""

    def forget() -> None:
        resources.table.cache_clear()
        environment._cached.cache_clear()
        cldr._memo.clear()
        cldr._babel.cache_clear()

    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    forget()
    yield tmp_path / "cache" / "texresume"
    forget()


def imported(script: str) -> set[str]:
    """What a Python of its own has imported when a script has run."""
    script = f"{script}\nimport json, sys\nsys.stderr.write(chr(10) + json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_command_line_imports_no_library() -> None:
    """Help, a mistyped flag and the start of every command need nothing of others, not even invoke."""
    script = """
import contextlib, sys
from texresume.__main__ import main
for line in ("build --help", "build --tempalte x", "build --option paper"):
    sys.argv = ["texresume", *line.split()]
    with contextlib.suppress(SystemExit):
        main()
"""
    found = imported(script)
    assert "texresume.cli.console" in found
    assert not found & (FOR_SOME | FOR_BUILDS | FOR_FIRST_BUILDS | {"invoke"})
    assert "texresume.build.pipeline" not in found


def test_the_version_imports_nothing() -> None:
    """Not even the commands."""
    found = imported(
        "import sys; sys.argv = ['texresume', '--version']; import texresume.__main__ as m; m.main()"
    )
    assert {name for name in found if name.startswith("texresume.")} <= {
        "texresume.__main__",
        "texresume.build",
    }


def test_tasks_import_no_library_but_invoke() -> None:
    """`invoke --list` in a project is not slow because of us."""
    found = imported("import texresume.tasks")
    assert "invoke" in found
    assert not found & (FOR_SOME | FOR_BUILDS | {"markdown_it"})
    assert "texresume.build.pipeline" not in found


def test_what_stands_before_tex_imports_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading, composing and rendering the example: the second time without Babel."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))  # other tests empty the one that all share
    script = """
from pathlib import Path
from texresume.build import batch, pipeline, reading, settings
from texresume.latex.render import render
found = reading.read(reading.master(Path("data/resume.yaml")))
chosen = settings.settle("", {}, None, Path())
render(found.document, chosen.template, chosen.options)
"""
    imported(script)
    found = imported(script)
    assert found >= {"cerberus", "jinja2"}
    assert not found & (FOR_SOME | {"pypdfium2", "texresume.pdf.inspection", "texresume.pdf.alignment"})
    assert not found & {f"texresume.{name}" for name in OURS_FOR_SOME}


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_whole_build_imports_what_it_needs(tmp_path: Path) -> None:
    """The command as users run it."""
    first, second = (
        f"""
import sys
from texresume.__main__ import main
sys.argv = ["texresume", "build", "--output", {str(tmp_path / name)!r}]
main()
"""
        for name in ("first", "second")
    )
    imported(first)
    found = imported(second)
    assert found >= FOR_BUILDS
    assert not found & (FOR_SOME | FOR_FIRST_BUILDS)
    assert not found & {f"texresume.{name}" for name in OURS_FOR_SOME}
    assert list((tmp_path / "second").glob("*.pdf"))
    assert not imported(second) & (FOR_SOME | FOR_BUILDS), "nothing has changed"


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_work_is_done_while_tex_runs() -> None:
    """Once, whatever becomes of the run."""
    done = []
    process.meanwhile(lambda: done.append("here"))
    for source in (r"\nosuchmacro", r"\documentclass{article}\begin{document}x\end{document}"):
        with suppress(engine.TexFailed):
            engine.typeset(source)
        assert done == ["here"]


# -- what is kept -------------------------------------------------------------------------------------------


def damaged(folder: Path) -> int:
    """Change a byte in the middle of every file."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    for file in files:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)
    return len(files)


def test_tables_come_back_as_they_were_written(fresh: Path) -> None:
    """From the cache, from a damaged one, and from none: keys and values of every type alike."""
    names = ["data/schema/resume.yaml", "text/locales/de.yaml", "check/words/hints.yaml"]
    first = {name: resources.table(name) for name in names}
    assert len(list(fresh.rglob("*.yaml"))) == len(names)
    for _ in range(2):
        resources.table.cache_clear()
        assert {name: resources.table(name) for name in names} == first
        assert damaged(fresh) == len(names)


YAML = """
basics: {name: Ada & Co., label: "100% *real* -- [all](https://example.com) of it", summary: "Ünder"}
work:
- {name: A_B, position: C#, startDate: 2019-03, endDate: 2020, highlights: ["first, *twice*", "second $`x`$"]}
"""


def test_compiled_templates_come_back(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same source each time; templates are compiled again only where the cache is damaged."""
    compiled = []
    compile_plainly = environment.Environment.compile

    def compiles(self: Any, *source: Any, **flags: Any) -> Any:
        compiled.append(source)
        return compile_plainly(self, *source, **flags)

    monkeypatch.setattr(environment.Environment, "compile", compiles)
    chosen = template.find("onepage", ROOT)
    made = document(YAML)

    def source() -> str:
        environment._cached.cache_clear()
        return render(made, chosen, chosen.values({})).source

    first = source()
    parts = len(compiled)
    assert parts
    assert source() == first
    assert len(compiled) == parts
    assert damaged(fresh / "templates") == parts
    assert source() == first
    assert len(compiled) == 2 * parts


def test_a_changed_template_is_compiled_again(fresh: Path, tmp_path: Path) -> None:
    """What is kept belongs to a source, not to a file alone."""
    (tmp_path / "template.yaml").write_text("title: Mine")
    for text in ("one ((( resume.name )))", "two ((( resume.name )))"):
        (tmp_path / "resume.tex.j2").write_text(text)
        environment._cached.cache_clear()
        found = render(document(YAML), template.find(str(tmp_path), tmp_path), {}).source
        assert found == text.replace("((( resume.name )))", "Ada\t\\&\tCo.")
    assert len(list((fresh / "templates").iterdir())) == 1


def test_a_fault_of_a_kept_template_names_its_line(fresh: Path, tmp_path: Path) -> None:
    """Line numbers survive the cache."""
    (tmp_path / "template.yaml").write_text("title: Mine")
    (tmp_path / "resume.tex.j2").write_text("one\n((( resume.nobody )))\n")
    positions = set()
    for _ in range(2):
        environment._cached.cache_clear()
        with pytest.raises(ResumeError) as caught:
            render(document(YAML), template.find(str(tmp_path), tmp_path), {})
        (fault,) = caught.value.diagnostics
        positions.add((fault.file, fault.position))
    ((file, position),) = positions
    assert file == tmp_path / "resume.tex.j2"
    assert position is not None
    assert position.line == 2
    assert list((fresh / "templates").iterdir())


MARKUP = (
    "**bold *and* slanted** `code` [a_b](https://example.com) H~2~O x^2^ <ada@example.com> $`\\sqrt{x}`$ \\*"
)


def test_parsed_paragraphs_come_back(fresh: Path) -> None:
    """The same inlines, from another process, without markdown-it; a damaged store is parsed again."""
    script = f"""
from texresume.text import markdown
import sys
found = repr([markdown.parse(text) for text in ({MARKUP!r}, "plain", "*own*")])
print(found, "markdown_it" in sys.modules)
markdown.keep_parsed()
"""

    def parsed() -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        )
        inlines, _, imported_ = done.stdout.strip().rpartition(" ")
        return inlines, imported_

    first, imported_ = parsed()
    assert imported_ == "True"
    assert all(kind in first for kind in ("Span", "Code", "Anchor", "Math", "subscript", "superscript"))
    assert parsed() == (first, "False")
    assert damaged(fresh / "texts") == 1
    assert parsed() == (first, "True")
    assert parsed() == (first, "False")


def test_only_the_last_paragraphs_are_kept(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of an old résumé make room, and nothing is written where nothing is new."""
    monkeypatch.setattr(markdown, "_MOST_KEPT", 3)
    markdown._recall.cache_clear()
    markdown._memo.clear()
    markdown._kept.clear()
    for number in range(5):
        markdown.parse(f"*{number}*")
    markdown.keep_parsed()
    kept = cache.recall_value(markdown._STORED, markdown._made_by())
    assert list(kept) == ["*2*", "*3*", "*4*"]
    (file,) = (fresh / "texts").iterdir()
    before = file.stat().st_ino
    markdown.parse("*3*")
    markdown.keep_parsed()
    assert file.stat().st_ino == before
    markdown.parse("*5*")
    markdown.keep_parsed()
    assert file.stat().st_ino != before


def test_validated_manifests_come_back(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From another process's cache, a damaged one or none: data, and where everything stands in the file."""
    monkeypatch.setattr(manifest, "_known", {})
    validated = []
    plain = manifest._validated

    def validates(folder: Path, loaded: loader.Loaded) -> manifest.Manifest:
        validated.append(folder)
        return plain(folder, loaded)

    monkeypatch.setattr(manifest, "_validated", validates)

    def read(folder: Path) -> manifest.Manifest:
        manifest._known.clear()
        return manifest.read(folder)

    for name in ("onepage", "academic", "moderncv"):
        folder = template.builtin_folder() / name
        first = read(folder)
        validated.clear()
        assert read(folder) == first
        assert not validated
        assert read(folder).source.key(("options",)) == first.source.key(("options",))
    assert damaged(fresh / "manifests") == 3
    assert read(folder) == first
    assert len(validated) == 1
    (tmp_path / "resume.tex.j2").write_text("x")
    (tmp_path / "template.yaml").write_text("titel: Mine")
    for _ in range(2):  # what is wrong is never kept
        with pytest.raises(ResumeError):
            read(tmp_path)


def test_the_stand_in_for_metadata_gives_the_real_thing() -> None:
    """Cerberus is imported without it; whatever else asks gets what it asks for."""
    found = imported(
        """
from texresume.cli import startup
startup.spare_metadata()
import cerberus, sys
assert "email" not in sys.modules
import importlib.metadata as first
from importlib.metadata import PackageNotFoundError, version
assert version("jinja2") == first.version("jinja2") != "unknown"
try:
    first.version("no-such-package")
except PackageNotFoundError:
    pass
import importlib.metadata._meta
import importlib.metadata as real
assert real.version("Cerberus")[0].isdigit()
"""
    )
    assert "email" in found


@pytest.mark.parametrize("tag", locale.available())
def test_kept_dates_are_babels(tag: str, fresh: Path) -> None:
    """Every month in years of four digits and others, by the language's pattern or Babel's own."""
    found = locale.find(tag)
    tags = tuple(locale._fallbacks(found.tag))
    for kind, months in (("month", range(1, 13)), ("year", range(1))):
        pattern = found.date_formats.get(kind, "")
        if kind == "year" and not pattern:
            continue
        assert cldr._forms(tags, pattern, kind == "month")
        for month in months:
            for year in (12, 999, 1000, 1994, 2017, 2020, 9999):
                date = PartialDate(year, month)
                assert found.date(date) == cldr._format(tags, pattern, date)
    day = PartialDate(2017, 8, 7)
    assert found.date(day) == cldr._format(tags, found.date_formats.get("day", ""), day)
    assert list(fresh.rglob("*.json"))


def test_dates_and_countries_come_back_without_babel(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time Babel is not asked; where the cache is damaged it is."""
    german = locale.find("de")

    def said() -> tuple[str, str, str]:
        cldr._memo.clear()
        return german.date(PartialDate(2021, 3)), german.country("at"), german.country("Atlantis")

    first = said()
    assert first == ("März 2021", "Österreich", "Atlantis")
    plain = cldr._babel
    monkeypatch.setattr(cldr, "_babel", lambda tags: pytest.fail("Babel was asked"))
    assert said() == first
    monkeypatch.setattr(cldr, "_babel", plain)
    assert damaged(fresh) >= 2
    assert said() == first


# -- what a running process remembers --------------------------------------------------------------------


def test_a_changed_manifest_is_read_again(tmp_path: Path) -> None:
    """The same one is not, and a template that is gone or broken is told at once."""
    (tmp_path / "resume.tex.j2").write_text("x")
    manifest = tmp_path / "template.yaml"
    manifest.write_text("title: Mine")
    first = template.find(str(tmp_path), tmp_path)
    assert template.find(str(tmp_path), tmp_path) == first
    manifest.write_text("title: Yours, and longer")
    assert template.find(str(tmp_path), tmp_path).title == "Yours, and longer"
    (tmp_path / "resume.tex.j2").unlink()
    with pytest.raises(ResumeError):
        template.find(str(tmp_path), tmp_path)
    (tmp_path / "resume.tex.j2").write_text("x")
    manifest.write_text("titel: Mine")
    for _ in range(2):
        with pytest.raises(ResumeError):
            template.find(str(tmp_path), tmp_path)


def test_changed_data_is_read_again(tmp_path: Path) -> None:
    """Also where neither its size nor its time has changed, and where it is the private file that changes."""
    data, private = tmp_path / "resume.yaml", tmp_path / "private.yaml"
    data.write_text("basics: {name: Ada}")
    first = reading.master(data)
    assert reading.master(data) is first
    status = data.stat()
    data.write_text("basics: {name: Eve}")
    os.utime(data, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert name_in(data) == "Eve"
    private.write_text("basics: {name: Zoe}")
    assert name_in(data) == "Zoe"
    private.write_text("basics: {name: Mia}")
    assert name_in(data) == "Mia"
    assert name_in(data, private="none") == "Eve"
    data.write_text("basics: {nome: Ada}")
    for _ in range(2):
        with pytest.raises(ResumeError):
            reading.master(data, "none")


def name_in(data: Path, private: str = "") -> str:
    return str(reading.read(reading.master(data, private)).document.name)


def test_variants_leave_the_data_as_it_is() -> None:
    """Many are made of what was read once: none may change it."""
    data = ROOT / "data" / "engineer" / "resume.yaml"
    whole = reading.master(data)
    before = repr(whole)
    for name in ("", *variant.applications(variant.folder_of(data))):
        wanted = variant.find(name, data, ROOT) if name else None
        list(fields_of(reading.read(whole, wanted).document))
    assert reading.master(data) is whole
    assert repr(whole) == before


def test_rules_are_read_once_and_say_the_same(tmp_path: Path) -> None:
    """Faults of one file are not those of the next."""
    wrong = "basics: {name: Ada, nome: x}\nwork: [{name: A, url: ' '}]\nskills: {a: b}"
    found = []
    for text in (wrong, "basics: {name: Ada}", wrong):
        loaded = loader.parse(text, tmp_path / "resume.yaml")
        found.append([fault.code for fault in schema.check(loaded.data, loaded.source, rules.resume_rules())])
    assert found[0] == found[2] != []
    assert found[1] == []


class _Plain:
    """A font selector that knows one font."""

    def field(self, text: str) -> None:
        """A new text begins."""

    def runs(self, text: str, *, code: bool = False) -> list[tuple[str, str]]:
        return [("font", text)]

    def slants(self, char: str) -> bool:
        return True

    def breaks(self, key: str) -> bool:
        return False

    def preamble(self) -> str:
        return ""


def test_what_is_remembered_for_pdftex_is_not_taken_for_xetex() -> None:
    """Nor the other way round, nor on a page that runs the other way."""
    field = RichText.of("Ada -- Co.")
    plain = str(Escaper().field(field))
    assert plain == "Ada\t-{}-\tCo."
    in_fonts = str(Escaper(_Plain()).field(field))
    assert in_fonts == "\\trrun{font}{Ada\t-{}-\tCo.}"
    assert str(Escaper(_Plain(), rtl=True).field(field)) not in {plain, in_fonts}
    assert str(Escaper().field(field)) == plain


def test_rows_of_signs_are_as_the_encoder_writes_them() -> None:
    """Of any length, at any place, the ligatures across: as if the encoder had the whole text."""
    signs = [
        "\\",
        "{",
        "--",
        "---",
        "-",
        "+",
        "++",
        "+++",
        ",,",
        ",",
        "!‘",
        "!",
        "’’",
        "’",
        "<<",
        "`",
        "~",
        "x",
        "é ",
        " ",
    ]
    for first, second, third in product(signs, repeat=3):
        text = f"{first}{second}{third}"
        assert encoding.encode(text) == encoding.encoder().unicode_to_latex(text)
    for text in ("-" * 2000, "+" * 999, "!‘" * 600, "\\" * 1500):
        assert len(re.findall(r"[-+!‘]|textbackslash|trplusplus", encoding.encode(text))) >= len(text) // 2


# -- the process of a command ------------------------------------------------------------------------------


def test_invoke_keeps_bytecode(tmp_path: Path) -> None:
    """It forbids Python to write any: modules imported after ours are compiled once, not in every run."""
    (tmp_path / "tasks.py").write_text("from texresume.tasks import *\n")
    kept = tmp_path / "kept"
    for more, written in (({}, True), ({"PYTHONDONTWRITEBYTECODE": "1"}, False)):
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(kept), **more}
        command = [sys.executable, "-m", "invoke", "templates"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert bool(list(kept.rglob("template.*.pyc"))) is written
        shutil.rmtree(kept, ignore_errors=True)


def test_tasks_change_nothing_without_invoke() -> None:
    """Who imports them for something else keeps Python's settings."""
    script = """
import gc, sys
sys.dont_write_bytecode = True
before = gc.get_threshold()
from texresume import tasks
assert gc.get_threshold() == before
assert sys.dont_write_bytecode
"""
    imported(script)


@pytest.mark.parametrize(
    ("line", "status"), [("templates", 0), ("build --tempalte x", 2), ("build nosuch.yaml", 2)]
)
def test_all_is_printed_before_the_end(line: str, status: int) -> None:
    """Into a pipe, which Python fills at exit: the texts are whole, and so is the status."""
    env = dict(os.environ, PYTHONPATH=str(ROOT))
    command = [sys.executable, "-m", "texresume", *line.split()]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert (done.stdout if status == 0 else done.stderr).endswith("\n")
