"""The house: packages with their modules, lines and imports, the longest functions, the fan-out of a build.

`invoke house` prints it. Exits with 1 where an import points up, the top has more than 8 modules, a function
has more than 60 lines, or `build/pipeline.py` imports 15 modules or more.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "texresume"
TOP = "(top)"
PACKAGES = [
    "cli",
    "preview",
    "check",
    "build",
    "exchange",
    "pdf",
    "latex",
    "fonts",
    "variants",
    "document",
    "text",
    "data",
    "tex",
]
"""Highest first; `tests/test_architecture.py` holds the modules to this order."""
FACE = {"__init__", "__main__", "tasks"}
"""The modules at the top that may import packages."""
MOST_AT_TOP, MOST_LINES, FAN_OUT = 8, 60, 15
SUBJECT = "build.pipeline"


@dataclass(frozen=True, slots=True)
class Module:
    """A module by its dotted name within the package, with what it imports of ours."""

    name: str
    tree: ast.Module
    lines: int
    imports: frozenset[str]

    @property
    def package(self) -> str:
        """Its package, or what stands for the top."""
        return self.name.partition(".")[0] if "." in self.name else TOP


def modules() -> list[Module]:
    """Every module of the package, but for the skeleton of users' projects."""
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if "skeleton" not in file.parts]
    named = {".".join(file.relative_to(PACKAGE).with_suffix("").parts): file for file in files}
    found = []
    for name, file in named.items():
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        imports = frozenset(_imports(name, tree) & set(named)) - {name}
        found.append(Module(name, tree, len(text.splitlines()), imports))
    return found


def _imports(name: str, tree: ast.Module) -> set[str]:
    """Dotted names that are imported at run time, also within functions."""
    package = name.rpartition(".")[0]
    found: set[str] = set()
    for node in _at_run_time(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("texresume")):
            base = (node.module or "").removeprefix("texresume").strip(".")
            base = f"{package}.{base}".strip(".") if node.level else base
            found.update({base, *(f"{base}.{alias.name}".strip(".") for alias in node.names)})
        elif isinstance(node, ast.Import):
            found.update(alias.name.removeprefix("texresume.") for alias in node.names)
    return found


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes without those for the type checker."""
    for child in ast.iter_child_nodes(node):
        guard = child.test if isinstance(child, ast.If) else None
        if isinstance(guard, ast.Name) and guard.id == "TYPE_CHECKING":
            continue
        yield child
        yield from _at_run_time(child)


def functions(found: list[Module]) -> list[tuple[int, str]]:
    """Lines and name of every function, the longest first."""
    return sorted(
        (
            ((node.end_lineno or node.lineno) - node.lineno + 1, f"{module.name}.{node.name}")
            for module in found
            for node in ast.walk(module.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ),
        reverse=True,
    )


def arrows(found: list[Module]) -> dict[str, Counter[str]]:
    """How many imports lead from each package to each other one."""
    between: dict[str, Counter[str]] = {package: Counter() for package in (TOP, *PACKAGES)}
    by_name = {module.name: module for module in found}
    for module in found:
        for name in module.imports:
            there = by_name[name].package
            if there != module.package:
                between[module.package][there] += 1
    return between


def points_up(source: str, target: str) -> bool:
    """Whether an import from one package to another is against the order; the top is for everyone."""
    if TOP in (source, target):
        return False
    return PACKAGES.index(source) > PACKAGES.index(target)


def top_imports(found: list[Module]) -> list[str]:
    """Modules at the top that import a package and may not."""
    return [
        f"{module.name} imports {name}"
        for module in found
        if module.package == TOP and module.name not in FACE
        for name in sorted(module.imports)
        if "." in name
    ]


def main() -> int:
    """Print the tables; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", type=int, default=8, help="how many of the longest functions")
    number = parser.parse_args().functions
    found = modules()
    between = arrows(found)
    print(f"{'package':12}{'modules':>8}{'lines':>8}  imports (modules; ^ points up)")
    for package in (TOP, *PACKAGES):
        own = [module for module in found if module.package == package]
        lines = sum(module.lines for module in own)
        to = [
            f"{'^' if points_up(package, there) else ''}{there} {between[package][there]}"
            for there in (TOP, *PACKAGES)
            if between[package][there]
        ]
        print(f"{package:12}{len(own):>8}{lines:>8}  {', '.join(to)}")
    print(f"{'all':12}{len(found):>8}{sum(module.lines for module in found):>8}")
    wrong = _wrong(found, between)
    top = [module.name for module in found if module.package == TOP]
    print(f"\nat the top: {len(top)} modules ({', '.join(top)})")
    print("longest functions:")
    for lines, name in functions(found)[:number]:
        print(f"{lines:6}  {name}")
    print(f"{SUBJECT} imports {len(_fan_out(found))}: {', '.join(_fan_out(found))}")
    print("\n" + ("\n".join(wrong) if wrong else "all as it should be"))
    return 1 if wrong else 0


def _fan_out(found: list[Module]) -> list[str]:
    """The modules that a build's pipeline imports, without the packages that they are in."""
    (subject,) = (module for module in found if module.name == SUBJECT)
    return sorted(name for name in subject.imports if not name.endswith("__init__"))


def _wrong(found: list[Module], between: dict[str, Counter[str]]) -> list[str]:
    """What is not as it should be."""
    wrong = [
        f"{source} imports {target}, which is above it"
        for source, counts in between.items()
        for target in counts
        if points_up(source, target)
    ]
    wrong += top_imports(found)
    top = sum(module.package == TOP for module in found)
    if top > MOST_AT_TOP:
        wrong.append(f"{top} modules at the top")
    wrong += [f"{name} has {lines} lines" for lines, name in functions(found) if lines > MOST_LINES]
    if len(_fan_out(found)) >= FAN_OUT:
        wrong.append(f"{SUBJECT} imports {len(_fan_out(found))} modules")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
