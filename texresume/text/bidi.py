"""The direction of mixed text: the part of Unicode's bidirectional algorithm (UAX #9) that résumés need.

Explicit embeddings, overrides and isolates are refused before (see `characters`), which leaves the rules for
a paragraph without them: W1 to W7, N0 to N2, I1 and I2. TeX does the reordering. Two of the algorithm's
"higher-level protocols" are used: paragraphs have the direction of the page (HL1), and ranges such as
addresses are isolated (HL3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
_NEUTRAL = frozenset(["B", "S", "WS", "ON"])
_OBJECT = "\ufffc"
"""Replaces an isolate: a character without a direction, which does not occur in texts."""
_PAIRS = {"(": ")", "[": "]", "{": "}", "（": "）", "「": "」", "⟨": "⟩"}


def has_right_to_left(text: str) -> bool:
    """Whether a text has right-to-left characters."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text if char > "\u0590"
    )


def only_left_to_right(text: str) -> bool:
    """Whether a text has letters, and all of them are left-to-right."""
    kinds = set(map(unicodedata.bidirectional, text))
    return "L" in kinds and not kinds & {"R", "AL", "AN"}


def levels(text: str, base: int | None = None, isolates: Iterable[tuple[int, int]] = (), /) -> list[int]:
    """The embedding level of each character: even levels run left to right.

    `base` is the level of the paragraph; by default the first strong character sets it (P2, P3). `isolates`
    are ranges (start, end) that run left to right whatever they contain, and are neutral to the text around
    them.
    """
    outer = text
    for start, end in isolates:
        outer = f"{outer[:start]}{_OBJECT * (end - start)}{outer[end:]}"
    kinds = [unicodedata.bidirectional(char) or "L" for char in outer]
    if base is None:
        base = next((int(kind != "L") for kind in kinds if kind in ("L", "R", "AL")), 0)
    _resolve_names(outer, kinds)
    kinds = _resolve_weak(kinds, "R" if base else "L")
    _resolve_brackets(outer, kinds, base)
    _resolve_neutral(kinds, base)
    result = [_level(kind, base) for kind in kinds]
    for start, end in isolates:
        outside = 2 if result[start] else 0
        result[start:end] = [outside + level for level in levels(text[start:end], 0)]
    return result


def _resolve_names(text: str, kinds: list[str]) -> None:
    """The symbols of C++ and C# stay with their letter, as if a left-to-right mark followed them."""
    for index in range(1, len(kinds)):
        if text[index] in "+#" and kinds[index - 1] == "L":
            kinds[index] = "L"


def _resolve_weak(kinds: Sequence[str], start: str) -> list[str]:
    """W1 to W7: combining marks, digits, and separators and symbols next to digits."""
    out = list(kinds)
    strong, previous = start, start
    for index, kind in enumerate(out):
        if kind in ("NSM", "BN"):  # W1
            out[index] = previous
        elif kind == "EN" and strong == "AL":  # W2
            out[index] = "AN"
        elif kind in ("L", "R", "AL"):
            strong = kind
        previous = out[index]
    out = ["R" if kind == "AL" else kind for kind in out]  # W3
    for index in range(1, len(out) - 1):  # W4
        before, after = out[index - 1], out[index + 1]
        if before == after and (
            (out[index] in ("ES", "CS") and before == "EN") or (out[index] == "CS" and before == "AN")
        ):
            out[index] = before
    for index, kind in enumerate(out):  # W5, in both directions
        if kind == "EN":
            for step in (-1, 1):
                beside = index + step
                while 0 <= beside < len(out) and out[beside] == "ET":
                    out[beside] = "EN"
                    beside += step
    out = ["ON" if kind in ("ES", "CS", "ET") else kind for kind in out]  # W6
    strong = start
    for index, kind in enumerate(out):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            out[index] = "L"
    return out


def _resolve_brackets(text: str, kinds: list[str], base: int) -> None:
    """N0: a pair of brackets has the direction of its content, or of the text before it."""
    embedding = "R" if base else "L"
    opened: list[tuple[str, int]] = []
    pairs = []
    for index, char in enumerate(text):
        if kinds[index] != "ON":
            continue
        if char in _PAIRS:
            opened.append((_PAIRS[char], index))
        else:
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == char:
                    pairs.append((opened[depth][1], index))
                    del opened[depth:]
                    break
    for first, last in sorted(pairs):
        inside = {_STRONG[kind] for kind in kinds[first + 1 : last] if kind in _STRONG}
        if embedding in inside:
            kinds[first] = kinds[last] = embedding
        elif inside:
            before = next((_STRONG[kind] for kind in reversed(kinds[:first]) if kind in _STRONG), embedding)
            kinds[first] = kinds[last] = before if before in inside else embedding


def _resolve_neutral(kinds: list[str], base: int) -> None:
    """N1 and N2: neutral characters have the direction of both neighbours if they agree, else that of the
    paragraph.
    """
    embedding = "R" if base else "L"
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > start:
            before = _STRONG.get(kinds[start - 1], embedding) if start else embedding
            after = _STRONG.get(kinds[end], embedding) if end < len(kinds) else embedding
            kinds[start:end] = [before if before == after else embedding] * (end - start)
        start = max(end, start + 1)


def _level(kind: str, base: int) -> int:
    """I1 and I2."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


_MIRRORED = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤", strict=True))


def rtl(text: str) -> str:
    """The text with brackets as they look in a right-to-left line."""
    return "".join(_MIRRORED.get(char, char) for char in text)
