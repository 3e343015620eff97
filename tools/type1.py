"""Type 1 fonts (.pfb): read, cut down to the glyphs in use, add glyphs, write.

pdfTeX reads a whole .pfb for each font it embeds, and most of a large font's glyphs can never be asked for.
A font cut down keeps its header, its Private dictionary, its hints and the charstrings that remain, byte
for byte. Format: Adobe Type 1 Font Format, version 1.1 (chapters 2, 6 and 7).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

EEXEC_KEY = 55665
CHARSTRING_KEY = 4330
LEN_IV = 4  # bytes in front of each charstring, unless the font's lenIV says otherwise
HINT_SUBRS = range(4)  # flex and hint replacement call these four by fixed numbers

_CALLSUBR, _RETURN, _ESCAPE = 10, 11, 12
_DIV, _CALLOTHERSUBR, _POP, _SEAC = 12, 16, 17, 6
_HINT_REPLACEMENT = 3


def decrypt(data: bytes, key: int, skip: int) -> bytes:
    """Undo eexec or charstring encryption and drop the first `skip` bytes."""
    out = bytearray()
    for byte in data:
        out.append(byte ^ (key >> 8))
        key = ((byte + key) * 52845 + 22719) & 0xFFFF
    return bytes(out[skip:])


def encrypt(data: bytes, key: int, lead: int) -> bytes:
    """Encrypt after `lead` zero bytes, so that the same font always gives the same file."""
    out = bytearray()
    for byte in bytes(lead) + data:
        cipher = byte ^ (key >> 8)
        key = ((cipher + key) * 52845 + 22719) & 0xFFFF
        out.append(cipher)
    return bytes(out)


def operations(charstring: bytes) -> Iterator[tuple[str, int]]:
    """A decrypted charstring as ("number", n), ("op", code) and ("escape", code)."""
    i = 0
    while i < len(charstring):
        byte = charstring[i]
        i += 1
        if byte == 255:
            yield "number", struct.unpack(">i", charstring[i : i + 4])[0]
            i += 4
        elif byte >= 251:
            yield "number", -(byte - 251) * 256 - charstring[i] - 108
            i += 1
        elif byte >= 247:
            yield "number", (byte - 247) * 256 + charstring[i] + 108
            i += 1
        elif byte >= 32:
            yield "number", byte - 139
        elif byte == _ESCAPE:
            yield "escape", charstring[i]
            i += 1
        else:
            yield "op", byte


def number(value: int) -> bytes:
    """One integer as a charstring writes it."""
    if -107 <= value <= 107:
        return bytes([value + 139])
    if 108 <= value <= 1131:
        return bytes([247 + (value - 108) // 256, (value - 108) % 256])
    if -1131 <= value <= -108:
        return bytes([251 + (-value - 108) // 256, (-value - 108) % 256])
    return b"\xff" + struct.pack(">i", value)


@dataclass
class Type1:
    """A Type 1 font. Subrs and charstrings are decrypted."""

    header: bytes
    private: bytes  # from the start of the encrypted part to /Subrs
    between: bytes  # from the end of the Subrs to the first glyph, the count left open
    tail: bytes  # what follows the last glyph
    trailer: bytes  # zeros and cleartomark
    subrs: dict[int, bytes] = field(default_factory=dict)
    glyphs: dict[str, bytes] = field(default_factory=dict)
    tokens: tuple[bytes, bytes, bytes] = (b"RD", b"NP", b"ND")
    lead: int = LEN_IV

    @classmethod
    def read(cls, path: Path) -> Type1:
        """Read a .pfb file."""
        header, cipher, trailer = _segments(path.read_bytes())
        plain = decrypt(cipher, EEXEC_KEY, 4)
        start = re.search(rb"/Subrs\s+(\d+)\s+array\s*", plain)
        if not start:
            raise ValueError(f"{path.name}: no /Subrs")
        len_iv = re.search(rb"/lenIV\s+(\d+)", plain[: start.start()])
        lead = int(len_iv[1]) if len_iv else LEN_IV
        subrs: dict[int, bytes] = {}
        position = start.end()
        tokens = [b"RD", b"NP", b"ND"]
        entry = re.compile(rb"dup\s+(\d+)\s+(\d+)\s+(\S+) ")
        after = re.compile(rb"\s*(NP|\||noaccess put|readonly put)\s*")
        while match := entry.match(plain, position):
            end = match.end() + int(match[2])
            subrs[int(match[1])] = decrypt(plain[match.end() : end], CHARSTRING_KEY, lead)
            tokens[0] = match[3]
            closing = after.match(plain, end)
            if not closing:
                raise ValueError(f"{path.name}: Subrs entry {int(match[1])} is not closed")
            tokens[1] = closing[1]
            position = closing.end()
        head = re.compile(rb"(/CharStrings\s+)\d+(\s+dict\s+dup\s+begin\s*)").search(plain, position)
        if not head:
            raise ValueError(f"{path.name}: no /CharStrings")
        between = plain[position : head.start()] + head[1] + b"%d" + head[2]
        glyphs: dict[str, bytes] = {}
        position = head.end()
        glyph = re.compile(rb"/(\S+)\s+(\d+)\s+\S+ ")
        after = re.compile(rb"\s*(ND|\|-|noaccess def|readonly def)\s*")
        while match := glyph.match(plain, position):
            end = match.end() + int(match[2])
            glyphs[match[1].decode("ascii")] = decrypt(plain[match.end() : end], CHARSTRING_KEY, lead)
            closing = after.match(plain, end)
            if not closing:
                raise ValueError(f"{path.name}: glyph {match[1]!r} is not closed")
            tokens[2] = closing[1]
            position = closing.end()
        return cls(
            header,
            plain[: start.start()],
            between,
            plain[position:],
            trailer,
            subrs,
            glyphs,
            (tokens[0], tokens[1], tokens[2]),
            lead,
        )

    def subset(self, names: Iterable[str]) -> None:
        """Keep these glyphs, `.notdef`, and the Subrs they call."""
        keep = {".notdef", *names} & self.glyphs.keys()
        self.glyphs = {name: code for name, code in self.glyphs.items() if name in keep}
        used: set[int] = set(HINT_SUBRS)
        for code in self.glyphs.values():
            self._mark(code, [], [], used)
        self.subrs = {index: code for index, code in self.subrs.items() if index in used}

    def _mark(self, code: bytes, stack: list[int], popped: list[int], used: set[int]) -> None:
        for kind, value in operations(code):
            if kind == "number":
                stack.append(value)
            elif kind == "op" and value == _CALLSUBR:
                index = stack.pop()
                used.add(index)
                if index not in HINT_SUBRS:  # those only call PostScript
                    self._mark(self.subrs[index], stack, popped, used)
            elif kind == "op" and value == _RETURN:
                return
            elif kind == "escape" and value == _CALLOTHERSUBR:
                which, count = stack.pop(), stack.pop()
                popped[:] = [stack.pop() for _ in range(count)]
                if which == _HINT_REPLACEMENT:
                    used.add(popped[0])
            elif kind == "escape" and value == _POP:
                stack.append(popped.pop() if popped else 0)
            elif kind == "escape" and value == _DIV:
                divisor = stack.pop()
                stack.append(stack.pop() // divisor)
            elif kind == "escape" and value == _SEAC:
                raise ValueError("seac: the parts of a composite glyph would be lost")
            else:
                stack.clear()

    def write(self, path: Path) -> None:
        """Write a .pfb file."""
        read, put, define = self.tokens
        plain = bytearray(self.private)
        count = max(self.subrs, default=-1) + 1
        plain += b"/Subrs %d array\n" % count
        for index in range(count):
            # An unused number keeps its place as a bare "return": the calls say numbers.
            code = encrypt(self.subrs.get(index, bytes([_RETURN])), CHARSTRING_KEY, self.lead)
            plain += b"dup %d %d %s %s %s\n" % (index, len(code), read, code, put)
        plain += self.between % len(self.glyphs)
        for name, charstring in self.glyphs.items():
            code = encrypt(charstring, CHARSTRING_KEY, self.lead)
            plain += b"/%s %d %s %s %s\n" % (name.encode("ascii"), len(code), read, code, define)
        plain += self.tail
        parts = [(1, self.header), (2, encrypt(bytes(plain), EEXEC_KEY, 4)), (1, self.trailer)]
        packed = b"".join(struct.pack("<BBI", 128, kind, len(data)) + data for kind, data in parts)
        path.write_bytes(packed + b"\x80\x03")


def _segments(data: bytes) -> tuple[bytes, bytes, bytes]:
    """The three parts of a .pfb: clear text, encrypted, zeros."""
    parts: list[bytearray] = []
    last = 0
    position = 0
    while data[position] == 128 and data[position + 1] != 3:
        kind, size = struct.unpack("<BI", data[position + 1 : position + 6])
        if kind != last:
            parts.append(bytearray())
        parts[-1] += data[position + 6 : position + 6 + size]
        last, position = kind, position + 6 + size
    header, cipher, trailer = parts
    return bytes(header), bytes(cipher), bytes(trailer)
