"""Templates: their manifests, options, and what goes wrong in their sources.

Each folder under data/templates says in its manifest's comments, as `#! LINE:COLUMN code`, what is wrong.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fixtures import DATA, document
from texresume.build import pipeline
from texresume.diagnostics import ResumeError, format_diagnostic
from texresume.document.model import Document
from texresume.latex import template
from texresume.latex.manifest import Option, Value
from texresume.latex.render import Rendered, render
from texresume.latex.template import Template
from texresume.latex.view import fields_of

FOLDER = DATA / "templates"
BROKEN = sorted(path for path in FOLDER.iterdir() if "#! " in (path / "template.yaml").read_text("utf-8"))
BUILT_IN = sorted(set(template.folders(ROOT / "nowhere")))
FULL = [
    DATA / "valid" / name
    for name in ("every-section.yaml", "resume.json", "custom-sections.yaml", "publications.yaml")
]
EXAMPLES = sorted((ROOT / "data").glob("*.yaml"))


def find(name: str) -> Template:
    return template.find(str(FOLDER / name), ROOT)


@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_broken_manifests_are_reported(folder: Path) -> None:
    """Authors of templates get every fault with its line and column."""
    manifest = folder / "template.yaml"
    wanted = re.findall(r"^#! (\S+ [\w-]+)", manifest.read_text("utf-8"), re.MULTILINE)
    with pytest.raises(ResumeError) as caught:
        template.find(str(folder), ROOT)
    found = [
        f"{f'{fault.position.line}:{fault.position.column}' if fault.position else '-'} {fault.code}"
        for fault in caught.value.diagnostics
    ]
    assert sorted(found) == sorted(wanted)
    assert all(fault.file == manifest for fault in caught.value.diagnostics)


def test_there_are_enough_broken_manifests() -> None:
    """The collection is there."""
    assert len(BROKEN) >= 8


def test_a_manifest_is_read_whole() -> None:
    """Everything that a manifest says is there, options in its order with their defaults."""
    found = find("every-option")
    assert (found.name, found.title, found.license, found.engine) == (
        "every-option", "Every type of option", "MIT", "pdftex",
    )  # fmt: skip
    assert (found.pages, found.trusted) == (2, False)
    assert found.values({}) == {
        "paper": "a4", "accent": "1F4E79", "bare": "ABCDEF", "photo": True, "size": 10, "any": -1,
        "motto": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("paper", " letter ", "letter"),
        ("accent", "BLUE", "1F4E79"),
        ("accent", "#abcdef", "ABCDEF"),
        ("photo", "No", False),
        ("photo", "on", True),
        ("size", "9.5", 9.5),
        ("size", "12.0", 12),
        ("motto", "{\\x} & y", "{\\x} & y"),
    ],
)
def test_options_take_values_of_their_type(name: str, text: str, value: Value) -> None:
    """Texts from the command line become values of the option's type."""
    found = find("every-option").values({name: text})[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "code", "hint"),
    [
        ("paper", "lettre", "wrong-option", "did you mean 'letter'?"),
        ("paper", "zzz", "wrong-option", "expected one of a4, letter"),
        ("accent", "12345", "wrong-option", "expected six hex digits such as 1F4E79, or one of blue"),
        ("bare", "blue", "wrong-option", "expected six hex digits such as 1F4E79"),
        ("bare", "\\input", "wrong-option", "expected six hex digits such as 1F4E79"),
        ("photo", "maybe", "wrong-option", "expected true or false"),
        ("size", "9", "wrong-option", "expected a number, at least 9.5, at most 12"),
        ("size", "13", "wrong-option", "expected a number, at least 9.5, at most 12"),
        ("any", "inf", "wrong-option", "expected a number"),
        ("any", "nan", "wrong-option", "expected a number"),
        ("any", "1\\par", "wrong-option", "expected a number"),
        ("papre", "a4", "unknown-option", "did you mean 'paper'?"),
    ],
)
def test_other_values_are_refused(name: str, text: str, code: str, hint: str) -> None:
    """An invalid value or an unknown name is an error whose hint says what is expected."""
    with pytest.raises(ResumeError) as caught:
        find("every-option").values({name: text})
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.hint) == (code, hint)


def test_all_wrong_options_are_told_at_once() -> None:
    """Two faults are two diagnostics."""
    with pytest.raises(ResumeError) as caught:
        find("every-option").values({"paper": "x", "nope": "y"})
    assert [fault.code for fault in caught.value.diagnostics] == ["wrong-option", "unknown-option"]


def test_unknown_templates_are_told(tmp_path: Path) -> None:
    """A name gets the nearest one as a hint, a path what is missing in it."""
    for name, hint in (
        ("onepge", "did you mean 'onepage'?"),
        ("zzz", "available: "),
        ("./x", "docs/templates.md"),
    ):
        with pytest.raises(ResumeError) as caught:
            template.find(name, tmp_path)
        (fault,) = caught.value.diagnostics
        assert fault.code == "unknown-template"
        assert hint in fault.hint


def test_a_template_of_the_project_comes_first(tmp_path: Path) -> None:
    """A project's own template of the same name hides the built-in one, and is not trusted."""
    own = tmp_path / "templates" / "onepage"
    own.mkdir(parents=True)
    (own / "template.yaml").write_text("title: Mine\n")
    (own / "resume.tex.j2").write_text("x")
    found = template.find("onepage", tmp_path)
    assert (found.title, found.trusted, found.folder) == ("Mine", False, own)
    assert template.find("onepage", tmp_path / "elsewhere").trusted


def test_only_files_for_tex_go_along(tmp_path: Path) -> None:
    """Styles and images do; sources, hidden files, links and the thumbnail do not."""
    (tmp_path / "template.yaml").write_text("title: Mine\n")
    (tmp_path / "resume.tex.j2").write_text("x")
    for name in ("mine.sty", "logo.png", "thumbnail.png", ".hidden.sty", "README.md", "helper.py"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.sty").symlink_to("/etc/passwd")
    found = template.find(str(tmp_path), tmp_path)
    assert [file.name for file in found.files()] == ["logo.png", "mine.sty"]


# -- rendering --------------------------------------------------------------------------------------------

DOCUMENT = document("""
basics: {name: Ada & Co., label: 100% *real*, summary: "One.\\n\\nTwo."}
work:
- {name: A_B, position: C#, startDate: 2019, highlights: [first, "second $`x`$", third]}
skills: [Go, Rust]
""")


def written(source: str, tmp_path: Path, made: Document = DOCUMENT, **options: Value) -> Rendered:
    """What a template of this source makes of a document."""
    (tmp_path / "template.yaml").write_text("title: Mine\n")
    (tmp_path / "resume.tex.j2").write_text(source)
    return render(made, template.find(str(tmp_path), tmp_path), options)


def plain(rendered: Rendered) -> str:
    """The source, with spaces for the tabs that carry a space character."""
    return rendered.source.replace("\t", " ")


def test_leaves_are_printed_as_latex_without_their_marks(tmp_path: Path) -> None:
    """Marks are gone from the source, and each leaf is known with its line, in the order of reading."""
    rendered = written(
        "a ((( resume.name ))) b\n\n((( resume.sections[1].entries[0].title ))): ((( resume.label )))\n",
        tmp_path,
    )
    assert plain(rendered) == "a Ada \\& Co. b\n\nA\\_B: 100\\% \\emph{real}\n"
    assert [(printed.line, str(printed.field)) for printed in rendered.fields] == [
        (1, "Ada & Co."), (3, "A_B"), (3, "100% real"),
    ]  # fmt: skip
    assert rendered.path_at(1) == "basics.name"
    assert rendered.path_at(2) == ""
    assert rendered.path_at(3) == "basics.label"
    assert rendered.path_at(99) == ""


def test_a_leaf_counts_as_often_as_it_is_printed(tmp_path: Path) -> None:
    """Twice is twice; tested, counted or set but not printed is not at all."""
    source = (
        "((* set x = resume.label *))((* if resume.label *))y((* endif *))"
        "((( resume.name )))((( resume.name )))((( resume.sections | length )))"
    )
    rendered = written(source, tmp_path)
    assert [str(printed.field) for printed in rendered.fields] == ["Ada & Co.", "Ada & Co."]


def test_marks_survive_macros_filters_and_joins(tmp_path: Path) -> None:
    """However a template passes leaves on, none is lost or escaped twice."""
    source = """((* macro bold(leaf) *))\\textbf{((( leaf )))}((* endmacro *))
((* set name *))((( bold(resume.name) )))((* endset *))
((* for section in resume.sections *))((* for entry in section.entries *))
((( [entry.title, entry.subtitle] | select | join(", ") )))
((* for highlight in entry.highlights *))((( loop.index ))) ((( bold(highlight.text) ~ "," )))((* endfor *))
((* endfor *))((* endfor *))
((( name )))((( resume.label ~ " " ~ resume.name )))
"""
    rendered = written(source, tmp_path)
    order = [str(printed.field) for printed in rendered.fields]
    assert order == [
        "A_B",
        "C#",
        "first",
        "second x",
        "third",
        "Go",
        "Rust",
        "Ada & Co.",
        "100% real",
        "Ada & Co.",
    ]
    assert plain(rendered).count(r"Ada \& Co.") == 2
    assert "&amp;" not in rendered.source
    assert not re.search("[\ufdd0-\ufdef]", rendered.source)


def test_what_is_no_leaf_is_escaped_on_the_way_out(tmp_path: Path) -> None:
    """Options, words, numbers and texts of the template's own become LaTeX."""
    source = (
        '((( options.motto )))|((( "50%" )))|((( 3 )))|((( none )))|((( ["a_b", 1] )))|((( labels.resume )))'
    )
    rendered = written(source, tmp_path, motto="{\\x} & #1")
    assert plain(rendered) == (
        r"\{\textbackslash{}x\} \& \#1|50\%|3||[\textquotesingle{}a\_b\textquotesingle{}, 1]|résumé"
    )


def test_texts_joined_to_leaves_are_escaped_for_latex(tmp_path: Path) -> None:
    """`~` between a leaf and a text of the template's own escapes the text as LaTeX."""
    rendered = written('((( resume.label ~ " & " ~ resume.label )))', tmp_path)
    assert plain(rendered).count(r" \& ") == 1


def test_absent_leaves_are_false_and_print_nothing(tmp_path: Path) -> None:
    """A document without something needs no care in the template."""
    bare = document("basics: {name: Ada}\nskills: [Go]")
    source = """[((( resume.label )))((( resume.photo )))((( resume.date )))((=
=))((* if resume.label *))x((* endif *))((* if resume.sections[0].entries[0].link *))x((* endif *))]"""
    rendered = written(source, tmp_path, bare)
    assert rendered.source == "[]"
    assert rendered.fields == ()


def test_leaves_of_a_document_are_all_found() -> None:
    """The walk over a document meets every text in it."""
    found = {str(field) for field in fields_of(DOCUMENT) if field}
    assert {
        "Ada & Co.",
        "100% real",
        "One.",
        "Two.",
        "A_B",
        "C#",
        "first",
        "second x",
        "third",
        "Go",
        "Rust",
    } <= found


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("faulty-syntax", 3, "end of template"),
        ("faulty-expression", 3, "nmae"),
        ("faulty-import", 1, "absent.j2"),
        ("escapes-the-sandbox", 2, "unsafe"),
    ],
)
def test_faults_of_a_template_name_its_file_and_line(name: str, line: int, says: str) -> None:
    """Whoever writes a template is told where in it the fault is; there is no way out of the sandbox."""
    with pytest.raises(ResumeError) as caught:
        render(DOCUMENT, find(name), {})
    (fault,) = caught.value.diagnostics
    assert fault.code == "template-fault"
    assert fault.file == FOLDER / name / "resume.tex.j2"
    assert says in fault.message
    if name != "faulty-import":
        assert fault.position is not None
        assert fault.position.line == line
    assert "docs/templates.md" in format_diagnostic(fault)


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__",
        "resume.__class__",
        "resume.__init__.__globals__",
        "resume.name.__class__.__bases__",
        "options.update({'x': 1})",
        "options.pop('paper')",
        "range(10 ** 9) | list",
        "namespace.__init__.__globals__",
        "self._TemplateReference__context",
        "resume.name.format(resume)",
        "'%c' % 99999999",
        "1 / 0",
        "[][5]",
        "'a' + 1",
        "resume.sections.append(1)",
        "undefined_name",
        "resume | nofilter",
        "cycler.__init__",
    ],
)
def test_expressions_that_fail_or_reach_out_are_faults(expression: str, tmp_path: Path) -> None:
    """What a template must not or cannot do ends in a diagnostic, or in nothing, never in an exception."""
    try:
        rendered = written(f"a\n((( {expression} )))\n", tmp_path)
    except ResumeError as error:
        (fault,) = error.diagnostics
        assert fault.code == "template-fault"
        assert fault.position is not None
        assert fault.position.line == 2
    else:
        assert not re.search(r"object|module|<|0x", rendered.source.replace(r"\textless", "<"))


def test_a_template_reads_no_file_from_outside(tmp_path: Path) -> None:
    """Includes stay within the template's folder and the shared one."""
    (tmp_path / "secret").write_text("secret")
    inner = tmp_path / "template"
    inner.mkdir()
    for name in ("../secret", "/etc/passwd", "link"):
        (inner / "link").unlink(missing_ok=True)
        (inner / "link").symlink_to(tmp_path / "secret")
        if name == "link":
            continue  # following a link that its author put there is the author's business
        with pytest.raises(ResumeError):
            written(f'((* include "{name}" *))', inner)


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("data", [*EXAMPLES, *FULL], ids=lambda file: file.name)
def test_built_in_templates_print_every_leaf(name: str, data: Path) -> None:
    """No entry's leaf is left out by a template, nothing is escaped as HTML, no mark stays."""
    made, _, _ = pipeline.read(data)
    chosen = template.find(name, ROOT)
    rendered = render(
        made, chosen, {**chosen.values({}), **({"paper": "a4"} if "paper" in chosen.values({}) else {})}
    )
    assert not re.search(r"&(amp|lt|gt|quot|#\d+);|[\ufdd0-\ufdef]", rendered.source)
    assert "Undefined" not in rendered.source
    printed = {part.path for shown in rendered.fields for part in shown.field.parts if part.path}
    wanted = {part.path for field in fields_of(made) for part in field.parts if part.path}
    assert wanted - printed == set()


def test_options_without_names_have_no_names() -> None:
    """A colour option without names takes hex digits only."""
    assert Option("x", "color", "000000").value("a0b1c2") == "A0B1C2"
    assert Rendered("", ()).path_at(1) == ""
