"""Templates of others are programs: whether they are confined here, and what is said where they are not."""

from __future__ import annotations

from texresume import cache
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.latex.manifest import MANIFEST
from texresume.latex.template import Template
from texresume.tex import process

CODE = "not-sandboxed"
REFUSED = "no-sandbox"
_SAID = "said"


def doubts(template: Template, *, untrusted: bool) -> list[Diagnostic]:
    """A note that a template of others can read all of the user's files here: once for each folder, as far as
    the cache remembers.

    Raises `ResumeError` instead if the project is `untrusted`.
    """
    if template.trusted or process.confines_templates():
        return []
    message = f"the template {template.name!r} is not confined here: it can read any of your files"
    hint = "install bubblewrap (Linux), or use it only if you trust it"
    if untrusted:
        hint += ", without --untrusted (preview: with --trust)"
        error = Diagnostic(Severity.ERROR, REFUSED, message, hint=hint)
        raise ResumeError(error)
    name = f"{_SAID}/{cache.key(CODE, str(template.folder.resolve()))}"
    if cache.read(name) is not None:
        return []
    cache.keep(name, b"")
    return [Diagnostic(Severity.NOTE, CODE, message, template.folder / MANIFEST, hint=hint)]
