r"""The Jinja environment of templates: its delimiters, its sandbox, its cache, and escaping for LaTeX.

Jinja escapes for HTML. Here everything that a template prints, joins or concatenates goes through the
`Escaper` of the document instead, unless it is LaTeX already. The environment holds that escaper, and not the
context of a template, because macros that are imported without context have a context of their own.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping
from functools import cache as once
from pathlib import Path
from threading import RLock
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from texresume import cache

from .cased import cased
from .escape import Escaper, Latex
from .manifest import LETTER, MAIN
from .template import Template, shared_folder
from .view import View

MACROS = "macros.tex.j2"
"""The file in which a template that extends another replaces macros of this one."""
_BASE = "base:"
"""Before the name of a file: that of the template that is extended."""
_DIRECTIONS = re.compile(r"\\tr(?:left|right)(?:end)?\{\}")


class _Generator(CodeGenerator):
    """Compiles `~` to `Environment.joined`: Jinja's own would join texts as HTML. Lets a template that
    extends another replace macros of this one.
    """

    def visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        super().visit_Macro(node, frame)
        self._replaceable(node.name, frame)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        super().visit_FromImport(node, frame)
        for name in node.names:
            self._replaceable(name[1] if isinstance(name, tuple) else name, frame)

    def _replaceable(self, name: str, frame: Frame) -> None:
        if frame.toplevel and (self.name or "").rpartition(_BASE)[2] == MAIN:
            own = frame.symbols.ref(name)
            arguments = f"context, {self.name!r}, {name!r}, {own}"
            self.writeline(f"context.vars[{name!r}] = {own} = environment.replaced({arguments})")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.joined((")
        for argument in node.nodes:
            self.visit(argument, frame)
            self.write(", ")
        self.write("))")


class _Loader(jinja2.BaseLoader):
    """Finds a file in a template's folder, those of its bases, and the shared one; with `base:` before its
    name, not in the template's own.

    Unless it is trusted, it reads files in these folders only, after following links: a link could show any
    file of the user's.
    """

    def __init__(self, folders: tuple[str, ...], *, trusted: bool) -> None:
        self._folders = folders
        self._loaders = [jinja2.FileSystemLoader(folders[start:]) for start in range(len(folders))]
        self._trusted = trusted

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        name = template.rpartition(_BASE)[2]
        level = template.count(_BASE)
        if level >= len(self._loaders):
            raise jinja2.TemplateNotFound(template)
        found = self._loaders[level].get_source(environment, name)
        file = Path(found[1]).resolve()
        inside = any(file.is_relative_to(Path(folder).resolve()) for folder in self._folders)
        if not inside and not self._trusted:
            raise jinja2.TemplateNotFound(template)
        return found


class _BytecodeCache(jinja2.BytecodeCache):
    """Keeps compiled templates in the user's cache: compiling takes longer than all else before TeX."""

    version_key = f"{cache.library('jinja2')} {cache.status(__file__)}"

    def load_bytecode(self, bucket: Bucket) -> None:
        content = cache.recall(f"templates/{bucket.key}", self.version_key)
        if content is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        cache.remember(f"templates/{bucket.key}", self.version_key, bucket.bytecode_to_string())


class Environment(SandboxedEnvironment):
    """Jinja for LaTeX. `render` lends it the escaper of a document."""

    code_generator_class = _Generator

    def __init__(self, folders: tuple[str, ...], *, trusted: bool) -> None:
        super().__init__(
            block_start_string="((*",
            block_end_string="*))",
            variable_start_string="(((",
            variable_end_string=")))",
            comment_start_string="((=",
            comment_end_string="=))",
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=True,
            finalize=_finalize,
            undefined=jinja2.StrictUndefined,
            loader=_Loader(folders, trusted=trusted),
            bytecode_cache=_BytecodeCache(),
        )
        self.escaper = Escaper()
        self._lock = RLock()
        self._levels = [Path(folder) for folder in folders[:-1]]
        self._macros: dict[int, Any] = {}
        self._originals: dict[int, dict[str, Any]] = {}
        self.filters["join"] = self.joined
        self.filters["length"] = _length
        self.filters["cased"] = cased

    def render(self, context: Mapping[str, Any], escaper: Escaper, *, letter: bool = False) -> str:
        """Render the template of a résumé or of a `letter`, one document at a time: whatever it prints goes
        through this escaper.
        """
        main = LETTER if letter else MAIN
        with self._lock:
            self.escaper = escaper
            self._macros, self._originals = {}, {}
            level = next((level for level, folder in enumerate(self._levels) if (folder / main).is_file()), 0)
            return self.get_template(_BASE * level + main).render(context)

    def join_path(self, template: str, parent: str) -> str:
        """A file that a base names is looked for in the base's folder."""
        return _BASE * parent.count(_BASE) + template

    def replaced(self, context: jinja2.runtime.Context, file: str, name: str, macro: Any) -> Any:
        """A macro of a base, or what takes its place: the macro of the same name in the `macros.tex.j2` of
        the templates that extend the base, the nearest to it first.

        These see what the source of the base defines, and as `base` the macros that they replace.
        """
        for level in range(file.count(_BASE) - 1, -1, -1):
            if level not in self._macros:
                self._macros[level] = self._own_macros(level, context)
            if (own := getattr(self._macros[level], name, None)) is not None:
                self._originals[level][name] = macro
                macro = own
        return macro

    def _own_macros(self, level: int, context: jinja2.runtime.Context) -> Any:
        """The module `macros.tex.j2` of a level, with the names of a base's source as they are when used."""
        if level >= len(self._levels) or not (self._levels[level] / MACROS).is_file():
            return None
        originals = self._originals[level] = {}
        names: Any = ChainMap({"base": originals}, context.vars, context.parent)
        return self.get_template(_BASE * level + MACROS).make_module(names, shared=True)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """A view has no attributes but those of the document."""
        return not attr.startswith("_") if type(obj) is View else super().is_safe_attribute(obj, attr, value)

    def joined(self, parts: Iterable[Any], separator: Any = "") -> Latex:
        """Parts as LaTeX, with a separator between them; `None` counts as an empty part."""
        latex = [self.escaper.value("" if part is None else part) for part in parts]
        return Latex(str.join(self.escaper.value(separator), latex))


@once
def _cached(folders: tuple[str, ...], trusted: bool) -> Environment:
    return Environment(folders, trusted=trusted)


def environment_for(template: Template) -> Environment:
    """The environment of a template, which may import files of its own folder, of those of its bases, and the
    shared ones.
    """
    return _cached((*map(str, template.folders), str(shared_folder())), template.trusted)


def _length(value: Any) -> int:
    """Jinja's filter, without the macros that only change the direction of text."""
    return len(_DIRECTIONS.sub("", value) if isinstance(value, str) else value)


@jinja2.pass_context
def _finalize(context: jinja2.runtime.Context, value: Any) -> Any:
    """Whatever a template prints becomes LaTeX; `None` prints nothing.

    It takes the context to find the escaper; and since it does, Jinja calls it for constants too, instead of
    compiling them as HTML.
    """
    if value is None:
        return Latex()
    if isinstance(value, Markup | jinja2.Undefined):
        return value
    environment = context.environment
    assert isinstance(environment, Environment)  # noqa: S101 - it made the context
    return environment.escaper.value(value)
