"""The lists of a Word document: bullets and numbers that Word counts, on three levels."""

from __future__ import annotations

from .docx_styles import LEVELS, NAMESPACE, Measures, colour, identifier, run_properties, value
from .looks import BLACK, Look


class Numbering:
    """The lists of a document: bullets and numbers as levels of Word's own lists, linked to the styles.

    Numbers stand as they were written: one that does not follow the number before begins a list of its own.
    """

    def __init__(self, look: Look, measures: Measures) -> None:
        self._look, self._measures = look, measures
        self._lists: list[tuple[int, int, int]] = []
        """The kind of the list (2: `1.`, 3: `1)`), and which level begins at which number."""
        self._last: dict[int, tuple[int, int, int]] = {}
        """For each level its list, the kind of that, and the last number."""

    def restart(self, level: int = 0) -> None:
        """Whatever comes at this level or below it, it begins a new list."""
        self._last = {one: last for one, last in self._last.items() if one < level}

    def number(self, level: int, written: str) -> int:
        """The list of an item with this number at a level, from 0."""
        kind, number = (3 if written.endswith(")") else 2), int(written[:-1])
        self.restart(level + 1)
        last = self._last.get(level)
        if last is None or last[1:] != (kind, number - 1):
            self._lists.append((kind, level, number))
            last = (len(self._lists) + 3, kind, number)
        self._last[level] = (last[0], kind, number)
        return last[0]

    def xml(self) -> str:
        """All of `numbering.xml`."""
        signs = (self._look.bullet, "◦" if self._look.bullet != "–" else "·", "–")
        kinds = [
            self._kind(1, "bullet", signs, "List Bullet"),
            self._kind(2, "decimal", tuple(f"%{level}." for level in range(1, LEVELS + 1)), "List Number"),
            self._kind(3, "decimal", tuple(f"%{level})" for level in range(1, LEVELS + 1)), ""),
        ]
        numbers = [_list(kind, kind, "") for kind in (1, 2, 3)]
        for place, (kind, level, start) in enumerate(self._lists, 4):
            override = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            numbers.append(_list(place, kind, override))
        return f"<w:numbering {NAMESPACE}>{''.join(kinds)}{''.join(numbers)}</w:numbering>"

    def _kind(self, number: int, form: str, texts: tuple[str, ...], style: str) -> str:
        step, inset = self._measures.step, self._measures.inset
        accent = colour(self._look.accent if self._look.base == "moderncv" else BLACK)
        levels = []
        for level, text in enumerate(texts):
            name = identifier(f"{style} {level + 1}" if level else style)
            indent = f'<w:ind w:left="{inset + step * (level + 1)}" w:hanging="{step}"/>'
            shade = run_properties(accent) if form == "bullet" else ""
            levels.append(
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
                + (f"<w:pStyle{value(name)}/>" if style else "")
                + f'<w:suff w:val="tab"/><w:lvlText{value(text)}/><w:lvlJc w:val="left"/>'
                + f"<w:pPr>{indent}</w:pPr>"
                + (f"<w:rPr>{shade}</w:rPr>" if shade else "")
                + "</w:lvl>"
            )
        return (
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
            f"{''.join(levels)}</w:abstractNum>"
        )


def _list(number: int, kind: int, override: str) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{override}</w:num>'
