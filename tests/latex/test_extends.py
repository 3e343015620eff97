"""Templates that extend another: what they inherit, what they replace, and what goes wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pypdfium2
import pytest

from tests.fixtures import document
from tests.support import build_ok, project, request_for
from texresume.build import pipeline
from texresume.diagnostics import Diagnostic, ResumeError
from texresume.latex import template
from texresume.latex.render import render

DATA = {
    "basics": {"name": "Ada Example", "email": "ada@example.org"},
    "work": [{"name": "Acme", "position": "Engineer", "startDate": "2020", "highlights": ["Built it."]}],
    "references": [{"name": "Bo Example", "reference": "Good."}],
}
MINE = "templates/mine"


def extended(folder: Path, manifest: str, **files: str) -> Path:
    """A project with the template `mine`; the files of its folder have `__` for a dot."""
    named = {f"{MINE}/{name.replace('__', '.')}": text for name, text in files.items()}
    return project(folder, {f"{MINE}/template.yaml": manifest, "resume.yaml": DATA, **named})


def source_of(folder: Path, name: str = "mine") -> str:
    found = template.find(name, folder)
    return render(
        document((folder / "resume.yaml").read_text("utf-8")), found, found.values({"paper": "a4"})
    ).source


def faults(folder: Path, name: str = "mine") -> list[Diagnostic]:
    with pytest.raises(ResumeError) as caught:
        template.find(name, folder)
    return list(caught.value.diagnostics)


@pytest.mark.parametrize("base", ["onepage", "moderncv", "academic"])
def test_a_template_inherits_all(tmp_path: Path, base: str) -> None:
    """Two lines are a template: its source, options, fonts, pages and files are those of its base."""
    extended(tmp_path, f"title: Mine\nextends: {base}\n")
    mine, theirs = template.find("mine", tmp_path), template.find(base, tmp_path)
    assert (mine.name, mine.title) == ("mine", "Mine")
    assert (mine.options, mine.fonts, mine.pages, mine.engine) == (
        theirs.options, theirs.fonts, theirs.pages, theirs.engine,
    )  # fmt: skip
    assert mine.files() == theirs.files()
    assert source_of(tmp_path) == source_of(tmp_path, base)


def test_an_extending_template_is_not_trusted(tmp_path: Path) -> None:
    """Its styles and macros are anybody's, though its base is ours. A link in its folder is not followed."""
    folder = extended(tmp_path, "title: Mine\nextends: onepage\n", look__sty="x")
    secret = folder / "secret.sty"
    secret.write_text("secret")
    (folder / MINE / "linked.sty").symlink_to(secret)
    found = template.find("mine", tmp_path)
    assert not found.trusted
    assert template.find("onepage", tmp_path).trusted
    assert [file.name for file in found.files()] == ["look.sty", "onepage.sty"]


def test_options_are_inherited_and_changed_one_by_one(tmp_path: Path) -> None:
    """A default alone may be given; a new type leaves nothing of the old option; new options come last."""
    extended(
        tmp_path,
        "title: Mine\nextends: onepage\noptions:\n"
        "  accent: {default: blue}\n"
        "  span: {type: text, default: x}\n"
        "  motto: {type: text, default: ''}\n",
    )
    found = {option.name: option for option in template.find("mine", tmp_path).options}
    base = {option.name: option for option in template.find("onepage", tmp_path).options}
    assert list(found) == [*base, "motto"]
    assert (found["accent"].default, found["accent"].names) == ("blue", base["accent"].names)
    assert (found["span"].type, found["span"].description) == ("text", "")


@pytest.mark.parametrize(
    ("manifest", "code", "place", "hint"),
    [
        ("extends: onepge", "unknown-base", "2:10", "did you mean 'onepage'?"),
        ("extends: ./nowhere", "unknown-base", "2:10", "relative to this manifest"),
        ("extends: mine", "template-cycle", "2:10", "delete one 'extends'"),
        ("extends: onepage\noptions:\n  accent: {default: bleu}", "wrong-option", "4:21", "six hex digits"),
        ("extends: onepage\noptions:\n  order: {choices: [a, b]}", "wrong-option", "4:10", "one of a, b"),
        ("extends: onepage\noptions:\n  new: {default: x}", "missing-key", "4:3", ""),
    ],
)
def test_faults_are_shown_in_the_manifest(
    tmp_path: Path, manifest: str, code: str, place: str, hint: str
) -> None:
    """Each has a line and a column, of the template that says it."""
    extended(tmp_path, f"title: Mine\n{manifest}\n")
    (fault,) = faults(tmp_path)
    assert fault.position is not None
    assert (fault.code, f"{fault.position.line}:{fault.position.column}") == (code, place)
    assert fault.file == tmp_path / MINE / "template.yaml"
    assert hint in fault.hint


def test_a_longer_cycle_is_found(tmp_path: Path) -> None:
    """Two templates that extend each other have no source."""
    extended(tmp_path, "title: Mine\nextends: other\n")
    project(tmp_path, {"templates/other/template.yaml": "title: Other\nextends: mine\n"})
    (fault,) = faults(tmp_path)
    assert fault.code == "template-cycle"
    assert fault.message.endswith("mine extends other extends mine")


def test_a_template_may_extend_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    """The usual name then has the look of one's own."""
    project(
        tmp_path,
        {
            "templates/onepage/template.yaml": "title: Ours\nextends: onepage\npages: 2\n",
            "resume.yaml": DATA,
        },
    )
    found = template.find("onepage", tmp_path)
    assert (found.title, found.pages, found.trusted) == ("Ours", 2, False)
    assert found.bases == (template.builtin_folder() / "onepage",)


def test_styles_are_read_after_those_of_the_base(tmp_path: Path) -> None:
    """Every style in the folder, before the end of what a format holds; the farthest template's first."""
    extended(tmp_path, "title: Mine\nextends: moderncv\n", b__sty="", a__sty="")
    project(
        tmp_path, {"templates/last/template.yaml": "title: L\nextends: mine\n", "templates/last/0.sty": ""}
    )
    lines = source_of(tmp_path, "last").splitlines()
    at = lines.index(r"\usepackage{a}")
    assert lines[at - 1].endswith("{moderncvstyle}")
    assert lines[at : at + 4] == [
        r"\usepackage{a}", r"\usepackage{b}", r"\usepackage{0}", r"\csname endofdump\endcsname",
    ]  # fmt: skip


def test_a_file_takes_the_place_of_one_of_the_base(tmp_path: Path) -> None:
    """A style of the same name is TeX's only one."""
    extended(tmp_path, "title: Mine\nextends: onepage\n", onepage__sty="mine")
    assert template.find("mine", tmp_path).files() == [tmp_path / MINE / "onepage.sty"]


MACROS = r"""((* macro lead(field) *))\Mine{((( field )))}((* endmacro *))
((* macro references(section, entry) *))
\Before{((( lead(entry.title) )))}((( joined(["a & b", reach[0]]) )))
((( base.references(section, entry) )))
((* endmacro *))
((* macro contacts(line, icons=false) *))
((( base.contacts(line) )))\Over
((* endmacro *))
"""


def test_macros_are_replaced_one_by_one(tmp_path: Path) -> None:
    """A macro takes the place of the base's wherever that is used; it sees the base's names and `base`."""
    extended(tmp_path, "title: Mine\nextends: onepage\n", macros__tex__j2=MACROS)
    before, after = source_of(tmp_path, "onepage"), source_of(tmp_path)
    assert r"\optitle{Acme}" in before
    assert r"\Mine{Acme}" in after
    assert r"\optitle{Acme}" not in after
    assert "\\Before{\\Mine{Bo\tExample}}a\t\\&\tb\\trlist{}email" in after
    assert after.count("Bo\tExample") == before.count("Bo\tExample") + 1
    assert "\\Over" in after


def test_macros_are_replaced_through_several_templates(tmp_path: Path) -> None:
    """The last template's macro replaces that of the one it extends, and reaches it as `base`; between each
    other, the macros of one file use their own.
    """
    extended(tmp_path, "title: Mine\nextends: onepage\n", macros__tex__j2=MACROS)
    macros = r"((* macro lead(field) *))\Last{((( base.lead(field) )))}((* endmacro *))"
    files = {"template.yaml": "title: Last\nextends: mine\n", "macros.tex.j2": macros}
    project(tmp_path, {f"templates/last/{name}": text for name, text in files.items()})
    source = source_of(tmp_path, "last")
    assert r"\Last{\Mine{Acme}}" in source
    assert "\\Before{\\Mine{Bo\tExample}}" in source


@pytest.mark.parametrize("base", ["onepage", "moderncv", "academic"])
def test_blocks_are_replaced_one_by_one(tmp_path: Path, base: str) -> None:
    """All five, in each built-in template, through two templates."""
    main = r"""((* extends "base:resume.tex.j2" *))
((* block preamble *))\Preamble{((( options.motto )))}
((* endblock *))
((* block head *))\Head
((( super() )))
((* endblock *))
((* block heading *))\Heading{((( section.title )))}
((* endblock *))
"""
    manifest = f"title: Mine\nextends: {base}\noptions: {{motto: {{type: text, default: 'R&D'}}}}\n"
    extended(tmp_path, manifest, resume__tex__j2=main)
    last = r"""((* extends "base:resume.tex.j2" *))
((* block section *))\Section{((( section.name )))}
((( super() )))((* endblock *))
((* block foot *))\Foot
((* endblock *))
"""
    project(
        tmp_path,
        {
            "templates/last/template.yaml": "title: L\nextends: mine\n",
            "templates/last/resume.tex.j2": last,
        },
    )
    source = source_of(tmp_path, "last")
    wanted = (
        r"\Preamble{R\&D}", r"\begin{document}", "\\Head\n", "Ada\tExample", r"\Section{work}",
        r"\Heading{Experience}", "Acme", r"\Section{references}", "Bo\tExample", "\\Foot\n",
        r"\trbodyend",
    )  # fmt: skip
    body = source[source.index("\\Preamble") :]  # the name is in the metadata, too
    places = [body.index(word) for word in wanted]
    assert places == sorted(places)


def test_faults_of_macros_are_shown_in_their_file(tmp_path: Path) -> None:
    """With the line in macros.tex.j2."""
    for text, line in (("((* macro lead(field) *))\n((( nope )))((* endmacro *))", 2), ("\n\n((* if *))", 3)):
        extended(tmp_path, "title: Mine\nextends: onepage\n", macros__tex__j2=text)
        with pytest.raises(ResumeError) as caught:
            source_of(tmp_path)
        (fault,) = caught.value.diagnostics
        assert (fault.code, fault.file) == ("template-fault", tmp_path / MINE / "macros.tex.j2")
        assert fault.position is not None
        assert fault.position.line == line
        os.utime(tmp_path / MINE / "macros.tex.j2", (1, 1))


def test_a_base_that_does_not_exist_is_no_file(tmp_path: Path) -> None:
    """A template that extends nothing has no base; nor does `base:` leave the folders."""
    for name in ("base:resume.tex.j2", "base:base:parts.tex.j2", "base:../../secret.j2"):
        project(tmp_path, {f"{MINE}/template.yaml": "title: Mine\n", "resume.yaml": DATA, "secret.j2": "x"})
        (tmp_path / MINE / "resume.tex.j2").write_text(f'((* include "{name}" *))')
        found = template.find("mine", tmp_path)
        with pytest.raises(ResumeError) as caught:
            render(document((tmp_path / "resume.yaml").read_text("utf-8")), found, {})
        assert "does not exist" in caught.value.diagnostics[0].message


def test_all_folders_are_looked_for(tmp_path: Path) -> None:
    """What `watch` looks at though the manifest is wrong: its base, and what would be one if it existed."""
    extended(tmp_path, "title: Mine\nextends: other\n")
    project(tmp_path, {"templates/other/template.yaml": "title: Other\nextends: ./gone\n"})
    found = {path.relative_to(tmp_path).as_posix() for path in template.looked_for("mine", tmp_path)}
    assert found == {"templates/mine", "templates/other", "templates/other/gone"}
    extended(tmp_path, "title: Mine\nextends: onepage\n")
    assert tmp_path / "templates" / "onepage" in template.looked_for("mine", tmp_path)


@pytest.mark.tex
def test_an_extended_template_builds_and_is_built_again(any_tex: str, tmp_path: Path) -> None:
    """Its style is in the page; a change of the style or of a base of the project is a new build."""
    style = r"\ProvidesPackage{look}\AtBeginDocument{\hypersetup{pdfsubject={%s}}}"
    extended(tmp_path, "title: Mine\nextends: other\n", look__sty=style % "one")
    other = {"template.yaml": "title: Other\nextends: onepage\n", "other.sty": "\\ProvidesPackage{other}"}
    project(tmp_path, {f"templates/other/{name}": text for name, text in other.items()})
    request = request_for(tmp_path / "resume.yaml", tmp_path, template="mine", project=tmp_path)
    first = build_ok(request)
    document = pypdfium2.PdfDocument(first.files["pdf"])
    assert document.get_metadata_value("Subject") == "one"
    document.close()
    states = {path.name for path in first.dependencies.states()}
    assert {"look.sty", "other.sty", "onepage.sty", "parts.tex.j2"} <= states
    (tmp_path / "templates" / "other" / "other.sty").write_text("\\ProvidesPackage{other}\\undefinedhere")
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request)
    fault = caught.value.diagnostics[0]
    assert (fault.code, fault.file and fault.file.name) == ("tex-undefined", "other.sty")
