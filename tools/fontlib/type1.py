"""Type 1 fonts (.pfb): read, cut down to the glyphs in use, add glyphs, write.

pdfTeX reads a whole .pfb for each font it embeds, and most of a large font's glyphs can never be asked for.
A font cut down keeps its header, its Private dictionary, its hints and the charstrings that remain, byte
for byte, but for the numbers of the Subrs they call. Format: Adobe Type 1 Font Format, version 1.1, chapters
2, 6 and 7.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.encodings.StandardEncoding import StandardEncoding

EEXEC_KEY = 55665
CHARSTRING_KEY = 4330
LEN_IV = 4  # bytes in front of each charstring, unless the font's lenIV says otherwise
HINT_SUBRS = range(4)  # flex and hint replacement call these four by fixed numbers

_ESCAPE = 12


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


@dataclass
class Token:
    """One step of a charstring: a "number", an "op" or an "escape". `calls` marks the number of a Subr."""

    kind: str
    value: int
    calls: bool = False


def tokens(charstring: bytes) -> Iterator[Token]:
    """The steps of a decrypted charstring."""
    i = 0
    while i < len(charstring):
        byte = charstring[i]
        i += 1
        if byte == 255:
            yield Token("number", struct.unpack(">i", charstring[i : i + 4])[0])
            i += 4
        elif byte >= 251:
            yield Token("number", -(byte - 251) * 256 - charstring[i] - 108)
            i += 1
        elif byte >= 247:
            yield Token("number", (byte - 247) * 256 + charstring[i] + 108)
            i += 1
        elif byte >= 32:
            yield Token("number", byte - 139)
        elif byte == _ESCAPE:
            yield Token("escape", charstring[i])
            i += 1
        else:
            yield Token("op", byte)


def number(value: int) -> bytes:
    """One integer as a charstring writes it."""
    if -107 <= value <= 107:
        return bytes([value + 139])
    if 108 <= value <= 1131:
        return bytes([247 + (value - 108) // 256, (value - 108) % 256])
    if -1131 <= value <= -108:
        return bytes([251 + (-value - 108) // 256, (-value - 108) % 256])
    return b"\xff" + struct.pack(">i", value)


def charstring(steps: Iterable[Token], renumbered: Mapping[int, int]) -> bytes:
    """The steps as bytes, the Subrs called by their new numbers."""
    out = bytearray()
    for step in steps:
        if step.kind == "number":
            out += number(renumbered[step.value] if step.calls else step.value)
        else:
            out += bytes([_ESCAPE, step.value] if step.kind == "escape" else [step.value])
    return bytes(out)


class _Calls:
    """Follows charstrings as an interpreter would, to find out what they call."""

    def __init__(self, font: Type1) -> None:
        self.glyphs = {name: list(tokens(code)) for name, code in font.glyphs.items()}
        self.subrs = {index: list(tokens(code)) for index, code in font.subrs.items()}
        self.called = dict.fromkeys(HINT_SUBRS)  # in the order of the first call
        self.parts: list[str] = []
        self._stack: list[Token] = []
        self._popped: list[Token] = []

    def follow(self, name: str) -> None:
        """Follow the charstring of a glyph."""
        self._stack.clear()
        self._run(self.glyphs[name])

    def _run(self, steps: list[Token]) -> None:
        stack = self._stack
        for step in steps:
            match step.kind, step.value:
                case "number", _:
                    stack.append(step)
                case "op", 10:  # callsubr
                    index = stack.pop()
                    index.calls = True
                    self.called[index.value] = None
                    if index.value not in HINT_SUBRS:  # those only call PostScript
                        self._run(self.subrs[index.value])
                case "op", 11:  # return
                    return
                case "escape", 16:  # callothersubr
                    stack.pop()
                    count = stack.pop().value
                    self._popped = [stack.pop() for _ in range(count)][::-1]
                case "escape", 17:  # pop
                    stack.append(self._popped.pop() if self._popped else Token("number", 0))
                case "escape", 12:  # div
                    divisor, dividend = stack.pop(), stack.pop()
                    stack.append(Token("number", dividend.value // divisor.value))
                case "escape", 6:  # seac
                    self.parts += [StandardEncoding[code.value] for code in stack[-2:]]
                case _:
                    stack.clear()


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

    @classmethod
    def blank(cls, name: str, width: int) -> Type1:
        """A font whose only glyph is a space."""
        header = (
            f"%!PS-AdobeFont-1.0: {name} 1.0\n10 dict begin\n/FontType 1 def\n/PaintType 0 def\n"
            "/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/FontBBox {0 0 0 0} readonly def\n"
            f"/FontName /{name} def\n/Encoding StandardEncoding def\n"
            f"/FontInfo 3 dict dup begin\n/version (1.0) readonly def\n/FullName ({name}) readonly def\n"
            "/ItalicAngle 0 def\nend readonly def\ncurrentdict end\ncurrentfile eexec\n"
        )
        private = (
            "dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
            "/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n"
            "/BlueValues [] def\n/MinFeature {16 16} def\n/password 5839 def\n"
        )
        return cls(
            header.encode(),
            private.encode(),
            b"ND\n2 index /CharStrings %d dict dup begin\n",
            b"end\nend\nreadonly put\nput\n"
            b"dup /FontName get exch definefont pop\nmark currentfile closefile\n",
            (b"0" * 64 + b"\n") * 8 + b"cleartomark\n",
            {index: bytes([11]) for index in HINT_SUBRS},
            {glyph: number(0) + number(width) + bytes([13, 14]) for glyph in (".notdef", "space")},
        )

    def subset(self, names: Iterable[str]) -> None:
        """Keep these glyphs, `.notdef`, and the glyphs and Subrs that they call.

        Subrs are numbered in the order of the first call. pdfTeX writes a place for each number up to the
        last one used: the glyphs that most texts use should come first.
        """
        calls = _Calls(self)
        waiting = [name for name in dict.fromkeys([".notdef", *names]) if name in self.glyphs]
        keep: dict[str, None] = {}
        for name in waiting:  # grows while it is read
            if name not in keep:
                keep[name] = None
                calls.follow(name)
                waiting += calls.parts
                calls.parts.clear()
        numbers = {old: new for new, old in enumerate(calls.called)}
        self.glyphs = {name: charstring(calls.glyphs[name], numbers) for name in sorted(keep)}
        self.subrs = {new: charstring(calls.subrs[old], numbers) for old, new in numbers.items()}

    def rename(self, old: str, new: str) -> None:
        """Change the names by which the font is known, FontName and such, but in no notice.

        Names are given as words ("Source Sans Pro"); FontName has them without spaces.
        """

        def changed(match: re.Match[bytes]) -> bytes:
            text = match[0].replace(old.encode(), new.encode())
            return text.replace(old.replace(" ", "").encode(), new.replace(" ", "").encode())

        names = rb"^%!.*|^%%Title.*|/(?:FontName|FullName|FamilyName)\b.*"
        self.header = re.sub(names, changed, self.header, flags=re.M)

    def write(self, path: Path) -> None:
        """Write a .pfb file."""
        read, put, define = self.tokens
        plain = bytearray(self.private)
        plain += b"/Subrs %d array\n" % len(self.subrs)
        for index, subr in sorted(self.subrs.items()):
            code = encrypt(subr, CHARSTRING_KEY, self.lead)
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
