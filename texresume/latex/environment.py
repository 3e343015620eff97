r"""The Jinja environment of templates: its delimiters, its sandbox, its cache, and escaping for LaTeX.

Jinja escapes for HTML. Here everything that a template prints, joins or concatenates goes through the
`Escaper` of the document instead, unless it is LaTeX already. The environment holds that escaper, and not the
context of a template, because macros that are imported without context have a context of their own.
"""

from __future__ import annotations

import re
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
from .template import Template, shared_folder
from .view import View

_DIRECTIONS = re.compile(r"\\tr(?:left|right)(?:end)?\{\}")


class _Generator(CodeGenerator):
    """Compiles `~` to `Environment.joined`: Jinja's own would join texts as HTML."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.joined((")
        for argument in node.nodes:
            self.visit(argument, frame)
            self.write(", ")
        self.write("))")


class _Loader(jinja2.FileSystemLoader):
    """Reads files from its folders only, after following links: a link could show any file of the user's."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        found = super().get_source(environment, template)
        file = Path(found[1]).resolve()
        if not any(file.is_relative_to(Path(folder).resolve()) for folder in self.searchpath):
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
            loader=(jinja2.FileSystemLoader if trusted else _Loader)(folders),
            bytecode_cache=_BytecodeCache(),
        )
        self.escaper = Escaper()
        self._lock = RLock()
        self.filters["join"] = self.joined
        self.filters["length"] = _length
        self.filters["cased"] = cased

    def render(self, name: str, context: Mapping[str, Any], escaper: Escaper) -> str:
        """Render a template, one at a time: whatever it prints goes through this escaper."""
        with self._lock:
            self.escaper = escaper
            return self.get_template(name).render(context)

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
    """The environment of a template, which may import files of its own folder and the shared ones."""
    return _cached((str(template.folder), str(shared_folder())), template.trusted)


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
