"""The photo: a file of the project, never anything outside it."""

from __future__ import annotations

from pathlib import Path

from .diagnostics import Diagnostic, Severity
from .source import Source

_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
MAXIMUM_BYTES = 10_000_000
_PLACE = ("basics", "image")


def photo(name: str, source: Source, project: Path) -> tuple[Path | None, str, list[Diagnostic]]:
    """The photo's file, the name it gets in the build folder, and what is wrong with it.

    The file must lie in the data's folder or the project, also after links have been followed, and be a JPEG
    or a PNG. An address on the web is not fetched: a warning says so.
    """

    def fault(code: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> list[Diagnostic]:
        return [
            source.diagnostic(code, message, source.value(_PLACE), path=_PLACE, hint=hint, severity=severity)
        ]

    if "://" in name or name.startswith("data:"):
        hint = "save the picture beside the data and name the file"
        return (
            None,
            "",
            fault("photo-not-fetched", "a photo on the web is not fetched", hint, Severity.WARNING),
        )
    home = source.file.parent
    try:
        file = (home / name).resolve()
        roots = [root.resolve() for root in (home, project)]
        if not any(file.is_relative_to(root) for root in roots):
            return (
                None,
                "",
                fault("photo-outside", "the photo lies outside the project", "copy it beside the data"),
            )
        if not file.is_file():
            return (
                None,
                "",
                fault("no-such-photo", f"there is no file {name!r}", "the path starts at the data's folder"),
            )
        if file.stat().st_size > MAXIMUM_BYTES:
            return None, "", fault("photo-too-large", "the photo is larger than 10 MB", "make it smaller")
        with file.open("rb") as stream:
            head = stream.read(16)
    except (OSError, ValueError) as error:
        return None, "", fault("photo-not-readable", f"the photo cannot be read: {error}", "")
    kind = next((kind for magic, kind in _KINDS.items() if head.startswith(magic)), None)
    if kind is None:
        return None, "", fault("wrong-photo", "the photo is neither JPEG nor PNG", "convert it")
    return file, f"photo.{kind}", []
