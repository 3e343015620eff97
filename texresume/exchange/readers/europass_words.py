"""Words that Europass has in its forms and not in its files, in the language of a CV: `europass.yaml`."""

from __future__ import annotations

from texresume import resources

from . import entries
from .draft import Piece, joined


def word(name: str, language: str) -> str:
    """What Europass calls something in a language; in English if that is not known."""
    table: dict[str, str] = resources.table("exchange/readers/europass.yaml").get(name, {})
    return table.get(language.partition("-")[0], table.get("en", entries.spaced(name).lower()))


def fluency(levels: list[tuple[str, Piece | None]], language: str) -> Piece | None:
    """The levels of the Common European Framework, one if they are all the same."""
    found = [(name, level) for name, level in levels if level]
    if not found:
        return None
    if len({str(level) for _, level in found}) == 1:
        origins = tuple(path for _, level in found for path in level.origins)
        return Piece(found[0][1], *origins, coded=True)
    return joined(*(level.with_text(f"{word(name, language)} {level}") for name, level in found))
