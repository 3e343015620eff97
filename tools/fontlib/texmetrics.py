"""TeX font metrics (.tfm) and virtual fonts (.vf): read what vendoring needs, write our own.

Formats: "The TeXbook" appendix F, D. Knuth's tftopl.web and vftovp.web. Lengths are in design sizes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

DESIGN_SIZE = 10.0
FIX = 1 << 20  # a fix_word holds 12 bits before and 20 bits after the point
SPACE = ord(" ")
MOST_HEIGHTS, MOST_ITALICS = 15, 63  # classes other than 0 that a .tfm has room for

_FNT_DEFS = {243: 1, 244: 2, 245: 3, 246: 4}  # opcode: bytes of the font's number
_PRE, _POST, _SET1, _FNT_NUM_0, _LONG_CHAR, _FNT_DEF_1 = 247, 248, 128, 171, 242, 243


@dataclass(frozen=True, slots=True)
class Box:
    """The metrics of a character."""

    width: float
    height: float = 0.0
    depth: float = 0.0
    italic: float = 0.0


def read_parameters(path: Path) -> list[float]:
    """The font dimensions: slant, space, stretch, shrink, x-height, quad, extra space."""
    data = path.read_bytes()
    counts = struct.unpack(">12H", data[:24])
    count = counts[11]
    values = struct.unpack(f">{count}i", data[len(data) - 4 * count :])
    return [value / FIX for value in values]


def cap_kerns(data: bytes, most: float) -> bytes:
    """The same metrics (.tfm), no kern of which sets letters farther apart than this."""
    _, header, first, last, *tables = struct.unpack(">12H", data[:24])
    *before, count, _, _ = tables  # widths, heights, depths, italics, steps of the lig/kern program; kerns
    start = 24 + 4 * (header + last - first + 1 + sum(before))
    kerns = struct.unpack(f">{count}i", data[start : start + 4 * count])
    capped = (min(kern, round(most * FIX)) for kern in kerns)
    return data[:start] + struct.pack(f">{count}i", *capped) + data[start + 4 * count :]


def with_space(data: bytes, width: float) -> bytes:
    """The same metrics (.tfm), with a blank of that width at slot 32, whatever stood there."""
    size, header, first, last, count, *others = struct.unpack(">12H", data[:24])
    infos = 24 + 4 * header
    start = infos + 4 * (last - first + 1)
    end = start + 4 * count
    widths = list(struct.unpack(f">{count}i", data[start:end]))
    if not first <= SPACE <= last:
        raise ValueError("no slot for a space")
    wanted = round(width * FIX)
    if wanted not in widths[1:]:
        widths.append(wanted)
    added = len(widths) - count
    place = infos + 4 * (SPACE - first)
    info = bytes([widths.index(wanted, 1), 0, 0, 0])
    counts = struct.pack(">12H", size + added, header, first, last, count + added, *others)
    table = struct.pack(f">{len(widths)}i", *widths)
    return counts + data[24:place] + info + data[place + 4 : start] + table + data[end:]


def write_tfm(
    path: Path,
    boxes: Mapping[int, Box],
    parameters: Sequence[float],
    coding: str,
    exact: Collection[int] = (),
) -> None:
    """Write metrics, without kerns. The checksum stays 0, which TeX does not compare.

    A .tfm holds 15 heights: others become the next of them, but for those of the `exact` characters.
    """
    pinned = [boxes[code] for code in exact if code in boxes]
    widths = _table([box.width for box in boxes.values()], 255)
    heights = _table([box.height for box in boxes.values()], MOST_HEIGHTS, [box.height for box in pinned])
    depths = _table([box.depth for box in boxes.values()], MOST_HEIGHTS, [box.depth for box in pinned])
    italics = _table([box.italic for box in boxes.values()], MOST_ITALICS)
    first, last = min(boxes), max(boxes)
    infos = bytearray()
    for code in range(first, last + 1):
        box = boxes.get(code)
        if box is None:
            infos += bytes(4)
            continue
        infos += bytes(
            [
                _nearest(widths, box.width, lowest=1),
                _nearest(heights, box.height) * 16 + _nearest(depths, box.depth),
                _nearest(italics, box.italic) * 4,
                0,
            ]
        )
    header = (
        struct.pack(">Ii", 0, round(DESIGN_SIZE * FIX)) + _string(coding, 40) + _string("UNSPECIFIED", 20)
    )
    body = b"".join(_fixes(table) for table in (widths, heights, depths, italics))
    sizes = [
        len(header) // 4,
        first,
        last,
        *(len(table) for table in (widths, heights, depths, italics)),
        *(0, 0, 0),  # lig/kern program, kerns, extensible characters
        len(parameters),
    ]
    rest = header + bytes(infos) + body + _fixes(parameters)
    path.write_bytes(struct.pack(">12H", 6 + len(rest) // 4, *sizes) + rest)


def _table(values: Sequence[float], most: int, pinned: Collection[float] = ()) -> list[float]:
    """0 and at most `most` classes, each the middle of its values, or the pinned one."""
    exact = {round(value * FIX) for value in pinned}
    classes = [[value] for value in sorted({round(value * FIX) for value in values} - {0})]

    def gap(left: list[int], right: list[int]) -> float:
        both_pinned = exact.intersection(left) and exact.intersection(right)
        return math.inf if both_pinned else right[-1] - left[0]

    while len(classes) > most:
        gaps = [gap(left, right) for left, right in pairwise(classes)]
        at = gaps.index(min(gaps))
        classes[at : at + 2] = [classes[at] + classes[at + 1]]
    middles = [(exact.intersection(group) or {(group[0] + group[-1]) // 2}).pop() for group in classes]
    return [0.0, *(middle / FIX for middle in middles)]


def _nearest(table: Sequence[float], value: float, lowest: int = 0) -> int:
    """The index of the entry for a value; width index 0 would mean "no such character"."""
    if lowest and len(table) == lowest:
        raise ValueError("a font of characters without widths")
    return min(range(lowest, len(table)), key=lambda index: abs(table[index] - value))


def _fixes(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * FIX) for value in values))


def _string(text: str, size: int) -> bytes:
    data = text.encode("ascii")[: size - 1]
    return bytes([len(data)]) + data + bytes(size - 1 - len(data))


def vf_fonts(data: bytes) -> list[str]:
    """The names of the fonts that a virtual font sets from, in the order of their numbers."""
    return [data[start:end].decode("ascii") for start, end in _names(data)]


def rename_vf_fonts(data: bytes, prefix: str) -> bytes:
    """The same virtual font, setting from fonts whose names have `prefix` in front."""
    out = bytearray(data.rstrip(bytes([_POST])))
    for start, end in reversed(_names(data)):
        out[start - 1] += len(prefix)
        out[start:end] = prefix.encode("ascii") + data[start:end]
    return _padded(bytes(out))


def vf_with_space(data: bytes, width: float) -> bytes:
    """The same virtual font, with the first font's slot 32 at its own."""
    position = _names(data)[-1][1]
    out = bytearray(data[:position])
    while data[position] < _FNT_DEF_1:
        if data[position] == _LONG_CHAR:
            size, code = struct.unpack(">II", data[position + 1 : position + 9])
            head = 13
        else:
            size, code, head = data[position], data[position + 1], 5
        end = position + head + size
        if code != SPACE:
            out += data[position:end]
        position = end
    out += struct.pack(">BIIi", _LONG_CHAR, 1, SPACE, round(width * FIX)) + bytes([SPACE])
    return _padded(bytes(out))


def vf_own_codes(data: bytes) -> set[int]:
    """The codes of what a virtual font sets from its first font, at the same code and nothing besides."""
    return {code for code, _, packet in vf_packets(data) if packet == bytes([_SET1, code])}


def vf_with_font(data: bytes, name: str, codes: Collection[int]) -> bytes:
    """The same virtual font, with these characters from one more font, which is like the first one."""
    spans = _names(data)
    first = data[3 + data[2] + 8 : spans[0][0] - 2]  # without the lengths of its area and name
    added = bytearray(first)
    added[1] = len(spans)
    added += bytes([0, len(name)]) + name.encode("ascii")
    out = bytearray(data[: spans[-1][1]]) + added
    for code, width, packet in vf_packets(data):
        chosen = bytes([_FNT_NUM_0 + len(spans)]) + packet if code in codes else packet
        out += struct.pack(">BIIi", _LONG_CHAR, len(chosen), code, width) + chosen
    return _padded(bytes(out))


def vf_packets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each character of a virtual font: its code, its width as a fix_word, what sets it."""
    position = _names(data)[-1][1]
    while data[position] < _FNT_DEF_1:
        if data[position] == _LONG_CHAR:
            size, code, width = struct.unpack(">IIi", data[position + 1 : position + 13])
            position += 13
        else:
            size, code = data[position : position + 2]
            width = int.from_bytes(data[position + 2 : position + 5], "big", signed=True)
            position += 5
        yield code, width, data[position : position + size]
        position += size


def _names(data: bytes) -> list[tuple[int, int]]:
    """Where the font names stand."""
    if data[:2] != bytes([_PRE, 202]):
        raise ValueError("not a virtual font")
    position = 3 + data[2] + 8
    spans = []
    while data[position] in _FNT_DEFS:
        lengths = position + 1 + _FNT_DEFS[data[position]] + 12  # past checksum, scale, design size
        start = lengths + 2
        end = start + data[lengths] + data[lengths + 1]
        spans.append((start, end))
        position = end
    return spans


def write_vf(
    path: Path, fonts: Sequence[tuple[str, float]], characters: Mapping[int, tuple[int, int, float]]
) -> None:
    """Write a virtual font.

    `fonts` are names and scales; a character is (index of the font, code there, own width).
    """
    out = bytearray([_PRE, 202, 0]) + struct.pack(">Ii", 0, round(DESIGN_SIZE * FIX))
    for index, (name, scale) in enumerate(fonts):
        data = name.encode("ascii")
        out += struct.pack(">BBIii", 243, index, 0, round(scale * FIX), round(DESIGN_SIZE * FIX))
        out += bytes([0, len(data)]) + data
    for code, (font, there, width) in sorted(characters.items()):
        packet = bytes([_FNT_NUM_0 + font] if font else []) + bytes([_SET1, there])
        out += struct.pack(">BIIi", _LONG_CHAR, len(packet), code, round(width * FIX)) + packet
    path.write_bytes(_padded(bytes(out)))


def _padded(data: bytes) -> bytes:
    """With the postamble: one byte at least, up to a whole number of words."""
    return data + bytes([_POST] * (4 - len(data) % 4))
