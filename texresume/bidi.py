"""The order of writing in mixed text: Unicode's bidirectional algorithm (UAX #9) as far as résumés go.

Explicit embeddings, overrides and isolates are refused before they come here (see `characters`); what remains
are the rules for a paragraph without them: W1 to W7, N0 to N2, I1 and I2. The reordering itself is TeX's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
_NEUTRAL = frozenset(["B", "S", "WS", "ON"])
_PAIRS = {"(": ")", "[": "]", "{": "}", "（": "）", "「": "」", "⟨": "⟩"}


def has_right_to_left(text: str) -> bool:
    """Whether a text holds anything that is written from right to left."""
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text if char > "\u0590")


def levels(text: str) -> list[int]:
    """The level of each character: even ones run from left to right. The first strong one leads (P2, P3)."""
    kinds = [unicodedata.bidirectional(char) or "L" for char in text]
    base = next((int(kind != "L") for kind in kinds if kind in ("L", "R", "AL")), 0)
    kinds = _weak(kinds, "R" if base else "L")
    _brackets(text, kinds, base)
    _neutral(kinds, base)
    return [_level(kind, base) for kind in kinds]


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


def mirrored(text: str) -> str:
    """Brackets as they look where the line runs from right to left."""
    return "".join(_MIRRORED.get(char, char) for char in text)
