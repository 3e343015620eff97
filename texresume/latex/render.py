"""Renders a document in a template: LaTeX source, and which field of the document stands where in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jinja2

from texresume import resources
from texresume.diagnostics import Diagnostic, Position, ResumeError, Severity
from texresume.document.model import Document, Metadata
from texresume.records import dataclass

from .environment import environment_for
from .escape import Escaper
from .manifest import Value
from .markers import Markers, Printed
from .template import Template
from .view import make_view

if TYPE_CHECKING:
    from .font_runs import Fonts

_BEGIN = r"\begin{document}"
_END_OF_DUMP = r"\csname endofdump\endcsname"
_UNTAGGED = r"\ifdefined\truntagged\truntagged\fi"
_ARCHIVE = r"\ifdefined\trarchive\trarchive\fi"
_ATTACH = r"\ifdefined\trattach\trattach{%s}\fi"
_RTL_PAGE = "\\trmirror  % a page from right to left"
EXPRESSION_ERRORS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
"""What an expression in a template may raise, besides Jinja's own errors."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """LaTeX source, and its fields in the order of reading; `rtl` if its pages run from right to left.

    `metadata` is what the PDF shall state, or None where that is not asked.
    """

    source: str
    fields: tuple[Printed, ...]
    rtl: bool = False
    metadata: Metadata | None = None

    def path_at(self, line: int) -> str:
        """The data path of what stands on a line of the source, or an empty string."""
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
class FittingSteps:
    """How a template may fit a text to `pages` pages (None: any number).

    `first` and `last` are the fitting steps of the template that may be tried, the loosest first (0: to the
    template's last).
    """

    pages: int | None
    first: int = 1
    last: int = 0


def render(
    document: Document,
    template: Template,
    options: Mapping[str, Value],
    fonts: Fonts | None = None,
    steps: FittingSteps | None = None,
    *,
    plain: frozenset[str] = frozenset(),
    untagged: bool = False,
    archive: bool = False,
    attached: str = "",
) -> Rendered:
    """Render a document: for pdfTeX, or for XeTeX with a font selector.

    `steps` says how many pages are allowed and how tight the text may be set (default: the template's own).
    Fields of the `plain` paths in the data are set without kerns and with lower superscripts. `untagged`
    leaves out the structure for screen readers, `archive` makes a PDF/A-3u, and
    `attached` is the name of a file that goes into the PDF.

    Raises `ResumeError` with the file and line of the template for an error in it.
    """
    rtl = document.direction == "rtl"
    escaper, markers = Escaper(fonts, rtl=rtl, plain=plain), Markers()
    context = {
        "resume": make_view(document, escaper, markers),
        "options": dict(options),
        "fit": _fit(steps or FittingSteps(template.pages)),
        "labels": {name: escaper.text(text) for name, text in document.labels.items()},
        "metadata": _metadata(document, escaper),
        "letter": make_view(document.letter, escaper, markers),
    }
    filled = _fill(template, context, escaper, letter=document.letter is not None)
    marked = _with_styles(filled, template.styles())
    if fonts is not None:  # now, since only now is it known which fonts are in use
        preamble = f"{fonts.preamble()}\n{_RTL_PAGE}" if rtl else fonts.preamble()
        marked = marked.replace(_BEGIN, f"{preamble}\n{_BEGIN}", 1)
    asked = [_UNTAGGED] * untagged + [_ARCHIVE] * archive + [_ATTACH % attached] * bool(attached)
    if asked:
        marked = marked.replace(_BEGIN, "\n".join([*asked, _BEGIN]), 1)
    source, printed = markers.strip(marked)
    return Rendered(source, tuple(printed), rtl, document.metadata)


def _with_styles(source: str, names: Sequence[str]) -> str:
    """The source of a base with the styles of the templates that extend it, at the end of what a format
    holds, or at that of the preamble.
    """
    if not names:
        return source
    lines = "".join(f"\\usepackage{{{name}}}\n" for name in names)
    end = _END_OF_DUMP if f"\n{_END_OF_DUMP}\n" in source else _BEGIN
    return source.replace(end, lines + end, 1)


def _fit(steps: FittingSteps) -> dict[str, int | str]:
    return {"pages": steps.pages or "", "first": steps.first, "last": steps.last or ""}


def _metadata(document: Document, escaper: Escaper) -> dict[str, str]:
    metadata = document.metadata
    return {
        "title": escaper.metadata(metadata.title),
        "author": escaper.metadata(metadata.author),
        "subject": escaper.metadata(metadata.subject),
        "keywords": escaper.metadata(", ".join(metadata.keywords)),
        "language": escaper.metadata(metadata.language),
    }


def _fill(template: Template, context: Mapping[str, Any], escaper: Escaper, *, letter: bool) -> str:
    """The template's source with the document in it, markers and all."""
    try:
        return environment_for(template).render(context, escaper, letter=letter)
    except jinja2.TemplateSyntaxError as error:
        raise _template_error(template, str(error.message), error.filename, error.lineno) from None
    except jinja2.TemplateNotFound as error:
        message = f"the template imports {error.name!r}, which does not exist"
        raise _template_error(template, message, None, None) from None
    except EXPRESSION_ERRORS as error:
        filename, line = _innermost(error, template)
        raise _template_error(template, f"{type(error).__name__}: {error}", filename, line) from None


def _template_error(template: Template, message: str, filename: str | None, line: int | None) -> ResumeError:
    file = template.main
    if filename is not None and not filename.startswith("<"):
        file = type(file)(filename)
    position = None
    if line is not None:
        try:
            text = file.read_text("utf-8").splitlines()[line - 1]
        except (OSError, IndexError, UnicodeDecodeError):
            text = ""
        position = Position(line, len(text) - len(text.lstrip()) + 1, text)
    hint = f"{resources.manual('templates.md')} lists the names that templates can use"
    return ResumeError(Diagnostic(Severity.ERROR, "template-fault", message, file, position, hint=hint))


def _innermost(error: BaseException, template: Template) -> tuple[str | None, int | None]:
    """File and line of the innermost frame in a template: Jinja rewrites tracebacks to templates' lines."""
    place: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.endswith(".j2"):
            place = (filename, trace.tb_lineno)
        trace = trace.tb_next
    return place if place[0] is not None else (str(template.main), None)
