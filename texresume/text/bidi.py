"""The order of writing in mixed text: Unicode's bidirectional algorithm (UAX #9) as far as résumés go.

Explicit embeddings, overrides and isolates are refused before they come here (see `characters`); what remains
are the rules for a paragraph without them: W1 to W7, N0 to N2, I1 and I2. The reordering itself is TeX's.
Two of the algorithm's "higher-level protocols" are in use: the page's direction is that of each paragraph
(HL1), and stretches such as addresses are isolated (HL3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
_NEUTRAL = frozenset(["B", "S", "WS", "ON"])
_OBJECT = "\ufffc"
"""Stands for an isolate: a character without a direction of its own, which no text holds."""
_PAIRS = {"(": ")", "[": "]", "{": "}", "（": "）", "「": "」", "⟨": "⟩"}


def has_right_to_left(text: str) -> bool:
    """Whether a text holds anything that is written from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text if char > "\u0590"
    )


def only_left_to_right(text: str) -> bool:
    """Whether a text has letters, and all are written from left to right."""
    kinds = set(map(unicodedata.bidirectional, text))
    return "L" in kinds and not kinds & {"R", "AL", "AN"}


def levels(text: str, base: int | None = None, isolates: Iterable[tuple[int, int]] = (), /) -> list[int]:
    """The level of each character: even ones run from left to right.

    `base` is that of the paragraph; without it, the first strong character leads (P2, P3). `isolates` are
    stretches (first place, place after) that run from left to right whatever is in them, and that their
    surroundings take for a sign.
    """
    outer = text
    for first, last in isolates:
        outer = f"{outer[:first]}{_OBJECT * (last - first)}{outer[last:]}"
    kinds = [unicodedata.bidirectional(char) or "L" for char in outer]
    if base is None:
        base = next((int(kind != "L") for kind in kinds if kind in ("L", "R", "AL")), 0)
    _names(outer, kinds)
    kinds = _weak(kinds, "R" if base else "L")
    _brackets(outer, kinds, base)
    _neutral(kinds, base)
    found = [_level(kind, base) for kind in kinds]
    for first, last in isolates:
        lift = 2 if found[first] else 0
        found[first:last] = [lift + level for level in levels(text[first:last], 0)]
    return found


def _names(text: str, kinds: list[str]) -> None:
    """The signs of C++ and C# stay with their letter, as if a left-to-right mark followed them."""
    for place in range(1, len(kinds)):
        if text[place] in "+#" and kinds[place - 1] == "L":
            kinds[place] = "L"


def _weak(kinds: Sequence[str], start: str) -> list[str]:
    """W1 to W7: marks, digits and what stands between and beside digits."""
    out = list(kinds)
    strong, previous = start, start
    for place, kind in enumerate(out):
        if kind in ("NSM", "BN"):  # W1
            out[place] = previous
        elif kind == "EN" and strong == "AL":  # W2
            out[place] = "AN"
        elif kind in ("L", "R", "AL"):
            strong = kind
        previous = out[place]
    out = ["R" if kind == "AL" else kind for kind in out]  # W3
    for place in range(1, len(out) - 1):  # W4
        before, after = out[place - 1], out[place + 1]
        if before == after and (
            (out[place] in ("ES", "CS") and before == "EN") or (out[place] == "CS" and before == "AN")
        ):
            out[place] = before
    for place, kind in enumerate(out):  # W5, in both directions
        if kind == "EN":
            for step in (-1, 1):
                at = place + step
                while 0 <= at < len(out) and out[at] == "ET":
                    out[at] = "EN"
                    at += step
    out = ["ON" if kind in ("ES", "CS", "ET") else kind for kind in out]  # W6
    strong = start
    for place, kind in enumerate(out):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            out[place] = "L"
    return out


def _brackets(text: str, kinds: list[str], base: int) -> None:
    """N0: a pair of brackets goes the way of what it holds, or of what stands before it."""
    along = "R" if base else "L"
    opened: list[tuple[str, int]] = []
    pairs = []
    for place, char in enumerate(text):
        if kinds[place] != "ON":
            continue
        if char in _PAIRS:
            opened.append((_PAIRS[char], place))
        else:
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == char:
                    pairs.append((opened[depth][1], place))
                    del opened[depth:]
                    break
    for first, last in sorted(pairs):
        inside = {_STRONG[kind] for kind in kinds[first + 1 : last] if kind in _STRONG}
        if along in inside:
            kinds[first] = kinds[last] = along
        elif inside:
            before = next((_STRONG[kind] for kind in reversed(kinds[:first]) if kind in _STRONG), along)
            kinds[first] = kinds[last] = before if before in inside else along


def _neutral(kinds: list[str], base: int) -> None:
    """N1 and N2: what is neutral goes with its neighbours where they agree, else with the paragraph."""
    along = "R" if base else "L"
    place = 0
    while place < len(kinds):
        end = place
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > place:
            before = _STRONG.get(kinds[place - 1], along) if place else along
            after = _STRONG.get(kinds[end], along) if end < len(kinds) else along
            kinds[place:end] = [before if before == after else along] * (end - place)
        place = max(end, place + 1)


def _level(kind: str, base: int) -> int:
    """I1 and I2."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


_MIRRORED = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤", strict=True))


def rtl(text: str) -> str:
    """Brackets as they look where the line runs from right to left."""
    return "".join(_MIRRORED.get(char, char) for char in text)
