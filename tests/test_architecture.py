"""The house: imports point downward, without a cycle, and each library is where it belongs."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter

import cerberus
import pytest
from cerberus.schema import DefinitionSchema

from texresume import packaged, rules

from .conftest import ROOT

PACKAGE = ROOT / "texresume"
# Highest first: a module may import only from what stands below it.
ORDER = [
    *(
        "tasks",
        "console",
        "watch",
        "inputs",
        "checking",
        "report",
        "batch",
        "pipeline",
        "thorough",
        "parsing",
        "layout",
        "chronology",
        "hints",
        "spelling",
        "typesetter",
        "baseline",
        "evidence",
        "inspection",
        "ahead",
        "engine",
        "formats",
        "searchpath",
        "process",
        "distribution",
        "fit",
        "texlog",
        "settings",
        "reading",
    ),
    *("renderer", "template", "compose", "document", "richtext", "runs", "latex", "fonts", "scripts"),
    *("bidi",),
    *("tailoring", "variant", "switches", "schema", "loader", "diagnostics"),
]
ONLY_AT = {
    "invoke": {"tasks", "console", "__main__"},
    "cerberus": {"schemafaults", "rules", "template"},
    "rich": {"terminal"},
    # LaTeX with a sandbox, since templates are the users'; HTML without one, from a template of ours.
    "jinja2": {"renderer", "report"},
    "markdown_it": {"richtext"},
    "pylatexenc": {"encoding", "mathematics"},
    "babel": {"cldr"},
    "pypdfium2": {"geometry", "glyphs", "readers", "output"},
    "subprocess": {"process", "formats", "doctor", "fonts", "readers"},
    "fontTools": {"fonts", "runs", "scripts"},
    "spellchecker": {"spelling"},
    "watchfiles": {"sentry"},
}
TREES = {
    ".".join(file.relative_to(PACKAGE).with_suffix("").parts): ast.parse(file.read_text("utf-8"))
    for file in sorted(PACKAGE.rglob("*.py"))
    if "skeleton" not in file.parts
}


def imports(tree: ast.Module) -> set[str]:
    """Modules of ours that a module imports, those for the type checker alone left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("texresume")):
            base = (node.module or "").removeprefix("texresume").strip(".")
            found.update([base] if base else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            found.update(
                name.name.removeprefix("texresume.")
                for name in node.names
                if name.name.startswith("texresume.")
            )
    return found & set(TREES)


def libraries(tree: ast.Module) -> set[str]:
    """Packages of others that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
    return found


GRAPH = {name: imports(tree) for name, tree in TREES.items()}


def test_there_is_no_import_cycle() -> None:
    """The modules can be put in an order in which each comes after all that it imports."""
    TopologicalSorter(GRAPH).prepare()
    assert len(GRAPH) > 25


def test_imports_point_downward() -> None:
    """No module imports what stands above it in the order of the pipeline."""
    rank = {name: number for number, name in enumerate(ORDER)}
    assert set(ORDER) <= set(GRAPH)
    upward = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        for other in others
        if name in rank and other in rank and rank[name] > rank[other]
    ]
    assert upward == []


@pytest.mark.parametrize("library", ONLY_AT)
def test_libraries_stay_in_their_rooms(library: str) -> None:
    """Each library is known to the modules that are there for it, and to no other."""
    users = {name for name, tree in TREES.items() if library in libraries(tree)}
    assert users
    assert users <= ONLY_AT[library]


def test_modules_are_small() -> None:
    """No module is longer than what one can keep in mind: 400 lines."""
    long = {name for name in TREES if len((PACKAGE / f"{name}.py").read_text("utf-8").splitlines()) > 400}
    assert long == set()


def test_cerberus_accepts_the_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cerberus' own check of our rules, which builds skip for its cost."""
    monkeypatch.setattr(rules.Validator, "_valid_schemas", set())
    for schema in (
        rules.resume_rules(),
        rules.highlight_rules(),
        rules.variant_rules(),
        packaged.table("schema/template.yaml"),
    ):
        rules.Validator(schema)
        assert DefinitionSchema.expand(schema) == schema
    with pytest.raises(cerberus.SchemaError):
        rules.Validator({"name": {"nosuchrule": True}})
