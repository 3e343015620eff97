"""The Jinja templates of pages: ours, or that of the template of a build, which may extend ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from texresume import resources
from texresume.diagnostics import Diagnostic, Position, ResumeError, Severity
from texresume.latex.render import EXPRESSION_ERRORS

if TYPE_CHECKING:
    from .export import Export

MAIN, LETTER = "resume.html.j2", "letter.html.j2"
"""In the folder of a template: what a build with that template writes instead of our page."""
_PAGES = (MAIN, LETTER)
_OURS = "texresume/"
"""Before the names of our own files, for templates that extend or include them."""
_BLANK_LINES = re.compile(r"\n\s*\n")


def render(export: Export, context: Mapping[str, Any]) -> str:
    """The page of an export. Raises `ResumeError` with the file and line of an error in the template."""
    folders = tuple(folder for folder in export.folders if any((folder / one).is_file() for one in _PAGES))
    environment = _environment(tuple(map(str, folders)))
    wanted = LETTER if export.document.letter else MAIN
    own = {one for one in _PAGES if any((folder / one).is_file() for folder in folders)}
    main, base = (one if one in own else _OURS + one for one in (wanted, MAIN))
    try:
        page = environment.get_template(main).render(context, page=base)
    except jinja2.TemplateSyntaxError as error:
        raise _fault(str(error.message), error.filename, error.lineno) from None
    except jinja2.TemplateNotFound as error:
        message = f"the page imports {error.name!r}, which does not exist"
        raise _fault(message, *_innermost(error)) from None
    except EXPRESSION_ERRORS as error:
        raise _fault(f"{type(error).__name__}: {error}", *_innermost(error)) from None
    return page if "<pre" in page or "<textarea" in page else _BLANK_LINES.sub("\n", page)


def _ours() -> Path:
    return Path(__file__).parent / "html"


class _Loader(jinja2.BaseLoader):
    """Finds files of ours under `texresume/`, others in the folders of templates, but none that a link leads
    to outside them.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = [Path(folder).resolve() for folder in folders]
        self._others = jinja2.FileSystemLoader(folders)
        self._own = jinja2.FileSystemLoader(_ours())

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        if template.startswith(_OURS):
            return self._own.get_source(environment, template.removeprefix(_OURS))
        found = self._others.get_source(environment, template)
        file = Path(found[1]).resolve()
        if not any(file.is_relative_to(folder) for folder in self._folders):
            raise jinja2.TemplateNotFound(template)
        return found


@cache
def _environment(folders: tuple[str, ...]) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=_Loader(folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    del environment.filters["safe"]  # only our own writer says what is HTML
    return environment


def _fault(message: str, filename: str | None, line: int | None) -> ResumeError:
    file = Path(filename) if filename and not filename.startswith("<") else None
    position = None
    if file is not None and line is not None:
        try:
            text = file.read_text("utf-8").splitlines()[line - 1]
        except (OSError, IndexError, UnicodeDecodeError):
            text = ""
        position = Position(line, len(text) - len(text.lstrip()) + 1, text)
    hint = f"{resources.manual('templates.md')} lists the names that templates can use"
    return ResumeError(Diagnostic(Severity.ERROR, "template-fault", message, file, position, hint=hint))


def _innermost(error: BaseException) -> tuple[str | None, int | None]:
    """File and line of the innermost frame in a template: Jinja rewrites tracebacks to templates' lines."""
    place: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.endswith(".j2"):
            place = (filename, trace.tb_lineno)
        trace = trace.tb_next
    return place
