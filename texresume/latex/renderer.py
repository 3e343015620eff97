"""From a document and a template to LaTeX source, and to what stands where in it.

Every leaf that a template prints carries marks, characters that Unicode reserves for such use and that no
text may hold. They are taken out of the finished source; what remains known is the order in which the leaves
were printed, which is the order of reading, and the line of each.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache as once
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from texresume import cache
from texresume.diagnostics import Diagnostic, Position, ResumeError, Severity
from texresume.document.model import Document
from texresume.text.inline import Anchor, Fragment, RichText, Url

from .escape import FontSelector, Latex, dressed_by, metadata_latex, rich_latex, url_latex
from .template import MAIN, Template, Value, shared_folder

# Noncharacters, "intended for process-internal uses": https://www.unicode.org/faq/private_use.html#nonchar1
_OPEN, _NUMBER, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_BODY = r"\begin{document}"
_DIRECTIONS = re.compile(r"\\tr(?:left|right)(?:end)?\{\}")
_MIRROR = "\\trmirror  % a page from right to left"
_MARKED = re.compile(f"{_OPEN}(\\d+){_NUMBER}|{_CLOSE}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A leaf as it was printed: its line in the source, and what it is."""

    line: int
    field: RichText


@dataclass(frozen=True, slots=True)
class Rendered:
    """LaTeX source, and its leaves in the order of reading. `mirrored`: its pages run from right to left."""

    source: str
    fields: tuple[Printed, ...]
    rtl: bool = False

    def path_at(self, line: int) -> str:
        """The place in the data of what stands in a line of the source, or an empty text."""
        lines = [printed.line for printed in self.fields]
        number = bisect_right(lines, line)
        for printed in reversed(self.fields[:number]):
            if printed.line != line:
                break
            path = next((part.path for part in printed.field.parts if part.path), "")
            if path:
                return path
        return ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What a template may do to keep a promise: `pages` is the promise (None: there is none), `first` and
    `last` the steps of its own ladder that may be tried, loosest first (0: to its end).
    """

    pages: int | None
    first: int = 1
    last: int = 0


class View:
    """A dataclass of the document as templates see it: its leaves as LaTeX, absent ones empty."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __bool__(self) -> bool:
        return any(self.__dict__.values())


def fields_of(value: Any) -> Iterator[RichText]:
    """Every leaf of a document, in the document's own order."""
    if isinstance(value, RichText):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from fields_of(item)
    elif not isinstance(value, str):
        for name in _names(type(value))[0]:
            yield from fields_of(getattr(value, name))


def render(
    document: Document,
    template: Template,
    options: Mapping[str, Value],
    font_selector: FontSelector | None = None,
    ladder: Ladder | None = None,
) -> Rendered:
    """The LaTeX source of a document in a template: for pdfTeX, or with a dresser for XeTeX.

    `ladder` says on how many pages it must fit, and how tight it may be set for that.

    Raises `ResumeError` with the template's file and line for a fault of the template.
    """
    rtl = document.direction == "rtl"
    with dressed_by(font_selector, rtl=rtl):
        source, printed = _filled(document, template, options, ladder or Ladder(template.pages))
    if font_selector is not None:
        preamble = f"{font_selector.preamble()}\n{_MIRROR}" if rtl else font_selector.preamble()
        source = source.replace(_BODY, f"{preamble}\n{_BODY}", 1)
    return replace(_unmarked(source, printed), rtl=rtl)


def _filled(
    document: Document, template: Template, options: Mapping[str, Value], ladder: Ladder
) -> tuple[str, list[RichText]]:
    """The template with the document in it, and the leaves by the numbers of their marks."""
    printed: list[RichText] = []

    def marked(field: RichText, latex: Latex) -> Latex:
        printed.append(field)
        return Latex(f"{_OPEN}{len(printed) - 1}{_NUMBER}{latex}{_CLOSE}")

    def view(value: Any) -> Any:
        if isinstance(value, RichText):
            if not value:
                return Latex()
            return marked(value, rich_latex(value))
        if isinstance(value, Url):
            return marked(_target(value), url_latex(value)) if value else Latex()
        if isinstance(value, tuple):
            return [view(item) for item in value]
        own, properties = _names(type(value))
        return View({name: view(getattr(value, name)) for name in (*own, *properties)}) if own else value

    metadata = document.metadata
    context = {
        "resume": view(document),
        "options": dict(options),
        "fit": {
            "pages": ladder.pages or "",
            "first": ladder.first,
            "last": ladder.last or "",
        },
        "labels": {name: Latex.escape(text) for name, text in document.labels.items()},
        "metadata": {
            "title": metadata_latex(metadata.title),
            "author": metadata_latex(metadata.author),
            "subject": metadata_latex(metadata.subject),
            "keywords": metadata_latex(", ".join(metadata.keywords)),
            "language": metadata_latex(metadata.language),
        },
    }
    environment = _environment((str(template.folder), str(shared_folder())), template.trusted)
    try:
        source = environment.get_template(MAIN).render(context)
    except jinja2.TemplateSyntaxError as error:
        raise _fault(template, str(error.message), error.filename, error.lineno) from None
    except jinja2.TemplateNotFound as error:
        raise _fault(
            template, f"the template includes {error.name!r}, which there is not", None, None
        ) from None
    except (
        jinja2.TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:
        filename, line = _innermost(error, template)
        raise _fault(template, f"{type(error).__name__}: {error}", filename, line) from None
    return source, printed


def _target(url: Url) -> RichText:
    """The target of a link as a leaf without words: the PDF must hold it too."""
    return RichText((Fragment("", (Anchor(url.target, ()),)),))


_named: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {}


def _names(kind: type) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a dataclass and its properties, such as `Section.entries`; none of another type."""
    if kind not in _named:
        own = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
        properties = (name for name, member in vars(kind).items() if isinstance(member, property))
        _named[kind] = own, tuple(properties) if own else ()
    return _named[kind]


class _Generator(CodeGenerator):
    """Compiles `~` so that texts become LaTeX on the way: Jinja's own joins them as HTML."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.joined((")
        for argument in node.nodes:
            self.visit(argument, frame)
            self.write(", ")
        self.write("))")


class _Loader(jinja2.FileSystemLoader):
    """Reads from its folders only, also after links have been followed: a link could show any file."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        found = super().get_source(environment, template)
        file = Path(found[1]).resolve()
        if not any(file.is_relative_to(Path(folder).resolve()) for folder in self.searchpath):
            raise jinja2.TemplateNotFound(template)
        return found


class _Environment(SandboxedEnvironment):
    code_generator_class = _Generator

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """A view has nothing but what was put into it."""
        return not attr.startswith("_") if type(obj) is View else super().is_safe_attribute(obj, attr, value)

    @staticmethod
    def joined(parts: Iterable[Any], separator: Any = "") -> Latex:
        """Parts as LaTeX, one after the other."""
        return Latex.escape(separator).join("" if part is None else part for part in parts)


class _Compiled(jinja2.BytecodeCache):
    """Keeps what Jinja has compiled in the user's cache: compiling takes longer than all else before TeX."""

    stamp = f"{cache.library('jinja2')} {cache.status(__file__)}"

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = cache.recall(f"templates/{bucket.key}", self.stamp)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        cache.remember(f"templates/{bucket.key}", self.stamp, bucket.bytecode_to_string())


@once
def _environment(folders: tuple[str, ...], trusted: bool) -> SandboxedEnvironment:
    environment = _Environment(
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
        finalize=_finalized,
        undefined=jinja2.StrictUndefined,
        loader=(jinja2.FileSystemLoader if trusted else _Loader)(folders),
        bytecode_cache=_Compiled(),
    )
    environment.filters["join"] = _Environment.joined
    environment.filters["length"] = _length
    return environment


def _length(value: Any) -> int:
    """Jinja's own, but for what only says which way a text runs."""
    return len(_DIRECTIONS.sub("", value) if isinstance(value, str) else value)


@jinja2.pass_context
def _finalized(_: jinja2.runtime.Context, value: Any) -> Any:
    """Whatever a template prints that is not LaTeX yet becomes it; `None` prints nothing.

    It asks for the context so that Jinja calls it for constants too, and does not write them out as HTML.
    """
    if value is None:
        return Latex()
    return value if isinstance(value, Markup | jinja2.Undefined) else Latex.escape(value)


def _unmarked(marked: str, printed: list[RichText]) -> Rendered:
    """Take the marks out. A leaf printed twice counts twice; one tested but not printed does not count."""
    parts: list[str] = []
    found: list[Printed] = []
    line, end = 1, 0
    for match in _MARKED.finditer(marked):
        piece = marked[end : match.start()]
        parts.append(piece)
        line += piece.count("\n")
        end = match.end()
        if match[1] is not None:
            found.append(Printed(line, printed[int(match[1])]))
    parts.append(marked[end:])
    return Rendered("".join(parts), tuple(found))


def _fault(template: Template, message: str, filename: str | None, line: int | None) -> ResumeError:
    file = template.folder / MAIN
    if filename is not None and not filename.startswith("<"):
        file = type(file)(filename)
    position = None
    if line is not None:
        try:
            text = file.read_text("utf-8").splitlines()[line - 1]
        except (OSError, IndexError, UnicodeDecodeError):
            text = ""
        position = Position(line, len(text) - len(text.lstrip()) + 1, text)
    hint = "the names that templates see stand in docs/templates.md"
    return ResumeError(Diagnostic(Severity.ERROR, "template-fault", message, file, position, hint=hint))


def _innermost(error: BaseException, template: Template) -> tuple[str | None, int | None]:
    """The innermost frame of a template in a traceback: Jinja rewrites them to the template's lines."""
    place: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.endswith(".j2"):
            place = (filename, trace.tb_lineno)
        trace = trace.tb_next
    return place if place[0] is not None else (str(template.folder / MAIN), None)
