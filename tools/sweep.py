"""What becomes of every assigned character: typeset and returned, refused, or failed; and none lost unsaid.

    python tools/sweep.py [--step N] [--range 0-FFFF] [--learn] [--write]

Characters go in batches into highlights of a résumé, each with a space around it (marks on a dotted circle);
letters and marks of scripts that join also between two letters of theirs. A batch that TeX refuses is halved
until the text is alone. What is not in the PDF's text must have been reported as lost by the inspection.

`--learn` sets aside the table of what readers do not give back, and writes it anew; `--write` puts the counts
into docs/characters.md. The exit status is 1 where a character was stopped by TeX, failed or was lost.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from fontTools import unicodedata as ucd

from texresume.build import pipeline, typesetter
from texresume.diagnostics import ResumeError
from texresume.fonts import characters, machine, runs, scripts
from texresume.latex import template
from texresume.latex.render import render
from texresume.pdf import extractors, folding, inspection
from texresume.pdf.folding import fold
from texresume.tex import engine
from texresume.text import bidi

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "texresume" / "fonts" / "tables" / "unread.json"
PAGE = ROOT / "docs" / "characters.md"
ABOUT = (
    "What XeTeX sets and pdfium does not give back: characters, and pairs whose first alone does come back;"
    " made by tools/sweep.py."
)
BATCH, LINE, WORDS = 600, 30, 150
MANY = 400
"""Letters of a script beyond which they are taken for signs that do not join: Chinese, Hangul, cuneiform."""
SEQUENCES = [f"{char}\u20e3" for char in "0123456789#*"] + [
    "\U0001f44d\U0001f3fd",
    "\U0001f469\u200d\U0001f4bb",
]
"""Signs made of several characters: keycaps, a tone of skin, two emoji joined."""
SOME = 4
"""Where a mark fails after less than one letter in so many, the pairs are refused and not the mark."""
# From the best to the worst: a character has the worst fate of all the texts that it was tried in.
PDFTEX, XETEX, NO_FONT, UNSEEN, UNREAD, STOPPED, FAILED, UNSAID = FATES = (
    "by pdfTeX", "by XeTeX", "no font", "unseen", "unread", "stopped by TeX", "failed", "lost unsaid",
)  # fmt: skip

EUROPE = "Latn Grek Cyrl Armn Geor"
INDIA = "Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Tibt Mtei Olck Saur Sylo Limb Lepc"
ASIA = (
    "Thai Laoo Khmr Mymr Java Bali Sund Bugi Cham Lana Talu Tale Tavt Kali Rjng Batk Buhd Hano Tagb Tglg Mong"
    " Phag"
)
CJK = "Hani Hira Kana Bopo Hang Yiii"


def group(char: str) -> str:
    """The row of the table that a character is counted in."""
    name, high = ucd.script(char), char > "\uffff"
    if name in ("Zyyy", "Zinh"):
        if scripts.is_emoji(char):
            return "emoji and pictographs"
        return (
            "signs beyond the first plane: music, mathematical letters …"
            if high
            else "signs, punctuation, digits, marks"
        )
    if name in CJK:
        if ucd.script(char) != "Hani":
            return "Kana, Bopomofo, Hangul, Yi, signs of East Asia"
        return (
            "Chinese characters beyond the first plane" if high else "Chinese characters of the first plane"
        )
    if ucd.script_horizontal_direction(name, "LTR") == "RTL":
        return f"right-to-left scripts {'beyond' if high else 'of'} the first plane"
    for title, members in (
        ("Latin, Greek, Cyrillic, Armenian, Georgian", EUROPE),
        ("scripts of India, Tibet, Sri Lanka", INDIA),
        ("scripts of South-East Asia, Mongolian", ASIA),
    ):
        if name in members.split():
            return title
    return f"other scripts {'beyond' if high else 'of'} the first plane"


def assigned(first: int, last: int) -> list[str]:
    return [chr(c) for c in range(first, last + 1) if unicodedata.category(chr(c)) not in ("Cn", "Co", "Cs")]


def item(char: str) -> str:
    """A character as it is put to the test."""
    category = unicodedata.category(char[0])
    if category[0] == "M":
        return "\u25cc" + char
    return f"a{char}b" if category[0] == "Z" else char


def words(char: str, letters: Sequence[str]) -> Iterator[str]:
    """The same within words of its script, of which these are letters: after three of them, and a mark that
    ActualText does not help after each.
    """
    kind = unicodedata.category(char)[0]
    if kind not in "LM" or not letters:
        return
    places = [len(letters) // 3, len(letters) // 2, 2 * len(letters) // 3]
    if kind == "M" and char > "\uffff":
        places = list(range(len(letters)))
    for place in places:
        yield letters[place] + char + letters[len(letters) // 3]


@cache
def joining() -> Mapping[str, Sequence[str]]:
    """The letters of each script whose words are tried."""
    found = defaultdict(list)
    for char in assigned(0, 0x10FFFF):
        if unicodedata.category(char) in ("Lo", "Ll", "Lm") and not list(characters.senseless(char)):
            found[ucd.script(char)].append(char)
    return {
        name: letters
        for name, letters in found.items()
        if name not in EUROPE.split()
        and (len(letters) < MANY or ucd.script_horizontal_direction(name, "LTR") == "RTL")
    }


def loosely(text: str, page: str) -> bool:
    """Whether a text from right to left is there, by the rules for points and brackets."""
    letters, points = folding.strip_points(fold(text)), folding.POINTS.findall(fold(text))
    return letters in folding.strip_points(page) and all(point in page for point in points)


def build(texts: list[str], folder: Path, line: int = LINE) -> dict[str, str]:
    """The fates of texts, which are all believed to be good; so many stand in one highlight."""
    lines = [" ".join(texts[start : start + line]) for start in range(0, len(texts), line)]
    file = folder / "sweep.json"
    entry = {"name": "E", "highlights": lines}
    data = {"basics": {"name": "Ada"}, "custom": [{"title": "S", "kind": "text", "entries": [entry]}]}
    file.write_text(json.dumps(data), encoding="utf-8")
    try:
        document, source, _ = pipeline.read(file)
        chosen = template.find("academic", ROOT)
        choice = typesetter.choose("auto", document, chosen, source)
        rendered = render(document, chosen, chosen.values({"paper": "a4"}), choice.font_selector)
        made = engine.typeset(rendered.source, [(f, f.name) for f in chosen.files()], engine=choice.engine)
    except (engine.TexFailed, ResumeError) as error:
        if len(texts) == 1:
            refused = {found.code for found in error.diagnostics} if isinstance(error, ResumeError) else set()
            sys.stdout.write(f"{shown(texts[0])}: {error}\n")
            return {texts[0]: STOPPED if not refused else NO_FONT if refused == {"no-font"} else UNREAD}
        half = len(texts) // 2
        return build(texts[:half], folder, line) | build(texts[half:], folder, line)
    report = inspection.inspect(made.pdf, rendered)
    page = fold(extractors.read_with_pdfium(made.pdf).text)
    said = "".join("".join(loss.words) + fold(loss.text) for loss in report.lost)
    failed = {fold(loss.text) for loss in report.lost}
    there = set()
    for text in texts:
        seen = fold(text.removeprefix("\u25cc"))
        if fold(text) not in failed if line == 1 else seen in page or loosely(seen, page):
            there.add(text)
    fates = dict.fromkeys(there, PDFTEX if choice.engine == "pdftex" else XETEX)
    gone = [text for text in texts if text not in there]
    if there and gone:  # beside others a text may have been taken for one of them
        return fates | build(gone, folder, line)
    if len(gone) > 1 and bidi.has_right_to_left("".join(gone)):
        half = len(gone) // 2
        return build(gone[:half], folder, line) | build(gone[half:], folder, line)
    for text in gone:
        fates[text] = FAILED if fold(text) in said or report.unreadable else UNSAID
        sys.stdout.write(f"{shown(text)}: {fates[text]}\n")
    return fates


def shown(text: str) -> str:
    return " + ".join(f"U+{ord(char):04X} {unicodedata.name(char, '').lower()}" for char in text)


class Sweep:
    """Characters and signs of several by their fates, and those that fail in some of their words only."""

    def __init__(self, chars: Sequence[str]) -> None:
        self.fates: dict[str, str] = {}
        self.pairs: set[tuple[str, str]] = set()
        self.alone: dict[str, str] = {}
        self.inside: dict[str, list[str]] = {}
        self.font_selector = runs.FontSelector("libertinus", "en")
        for char in chars:
            self.sort(char)
        with tempfile.TemporaryDirectory() as folder:
            self.run(Path(folder))

    def sort(self, char: str) -> None:
        """What is refused, and what is to be typeset."""
        text = item(char)
        plain = unicodedata.normalize("NFC", text)
        if not_given_back(plain):
            self.fates[char] = UNREAD
        elif list(characters.senseless(plain)) or char in "\t\n\r":
            self.fates[char] = UNSEEN
        elif characters.beyond(char) and runs.lacking(text, self.font_selector):
            self.fates[char] = NO_FONT
        elif len(char) > 1:
            self.inside[char] = [text]
        else:
            self.alone[text] = char
            if characters.beyond(char):
                tried = words(char, joining().get(ucd.script(char), ()))
                self.inside[char] = [
                    word
                    for word in tried
                    if not not_given_back(unicodedata.normalize("NFC", word))
                    and not runs.lacking(word, self.font_selector)
                ]

    def run(self, folder: Path) -> None:
        """Typeset all that is to be."""
        european = [text for text, char in self.alone.items() if not characters.beyond(char)]
        other = [text for text, char in self.alone.items() if characters.beyond(char)]
        for texts in (european, other):
            for start in range(0, len(texts), BATCH):
                for text, fate in build(texts[start : start + BATCH], folder).items():
                    self.fates[self.alone[text]] = fate
        texts = list(dict.fromkeys(word for tried in self.inside.values() for word in tried))
        found: dict[str, str] = {}
        for start in range(0, len(texts), WORDS):
            found |= build(texts[start : start + WORDS], folder, 1)
        for char, tried in self.inside.items():
            bad = [word for word in tried if found[word] != XETEX]
            if tried:
                worst = max((found[word] for word in tried), key=FATES.index)
                self.fates[char] = max(self.fates.get(char, worst), worst, key=FATES.index)
            if SOME * len(bad) < len(tried):
                self.pairs |= {(word[0], char) for word in bad}


def not_given_back(text: str) -> bool:
    return any(characters.not_given_back(text, place) for place in range(len(text)))


def learn(swept: Sweep, first: int, last: int, before: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Write what did not come back, in the range that was swept: characters; and pairs, where Unicode takes a
    character apart, or one fails after a few letters only.
    """
    partly = {char for _, char in swept.pairs}
    bad = [char for char, fate in swept.fates.items() if fate in (STOPPED, FAILED) and char not in partly]
    plain = [unicodedata.normalize("NFC", char) for char in bad]
    codes = {code for start, end in before["characters"] for code in range(int(start, 16), int(end, 16) + 1)}
    codes = {code for code in codes if not first <= code <= last} | {
        ord(text) for text in plain if len(text) == 1
    }
    pairs = [tuple(pair) for pair in before["pairs"] if not first <= int(pair[1], 16) <= last]
    pairs += [(f"{ord(one):x}", f"{ord(other):x}") for one, other in swept.pairs]
    pairs += [(f"{ord(text[0]):x}", f"{ord(text[1]):x}") for text in plain if len(text) > 1]
    ranges = machine.format_ranges(codes).split()
    table = {
        "about": ABOUT,
        "characters": [[span.split("-")[0], span.split("-")[-1]] for span in ranges],
        "pairs": sorted(set(pairs)),
    }
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in table.items())
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def rows(fates: Mapping[str, str]) -> Iterator[str]:
    """The table of docs/characters.md."""
    heads = ("characters", "typeset, and back", "no font", "unseen", "not given back", "stopped or lost")
    yield f"| {' | '.join(heads)} |"
    yield "|---|---:|---:|---:|---:|---:|"
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for char, fate in fates.items():
        if len(char) > 1:
            continue
        for row in (group(char), "**all**"):
            counts[row][fate] += 1
    columns = ((PDFTEX, XETEX), (NO_FONT,), (UNSEEN,), (UNREAD,), (STOPPED, FAILED, UNSAID))
    for row, counted in sorted(counts.items(), key=lambda pair: (pair[0] == "**all**", -pair[1].total())):
        cells = (f"{sum(counted[fate] for fate in column):,}" for column in columns)
        yield f"| {row} | {' | '.join(cells)} |"


def write(fates: Mapping[str, str]) -> None:
    """Put the table into the page."""
    page = PAGE.read_text("utf-8")
    made = "\n".join(["<!-- sweep -->", "", *rows(fates), "", "<!-- /sweep -->"])
    PAGE.write_text(re.sub("<!-- sweep -->.*<!-- /sweep -->", lambda _: made, page, flags=re.DOTALL), "utf-8")


def main() -> int:
    """Read the arguments, sweep, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--step", type=int, default=1, help="only every so many characters")
    parser.add_argument("--range", default="0-10FFFF", help="code points, in hexadecimal")
    parser.add_argument("--learn", action="store_true", help="write the table of what does not come back")
    parser.add_argument("--write", action="store_true", help="write the counts into docs/characters.md")
    arguments = parser.parse_args()
    first, last = (int(end, 16) for end in arguments.range.split("-"))
    before = json.loads(TABLE.read_text("utf-8"))
    if arguments.learn:
        TABLE.write_text('{"characters": [], "pairs": []}', encoding="utf-8")
    started = time.perf_counter()
    swept = Sweep([*assigned(first, last)[:: arguments.step], *SEQUENCES])
    fates = swept.fates
    if arguments.learn:
        learn(swept, first, last, before)
    if arguments.write:
        write(fates)
    for row in rows(fates):
        sys.stdout.write(f"{row}\n")
    counts = Counter(fates.values())
    for fate in FATES:
        sys.stdout.write(f"{counts[fate]:8,}  {fate}\n")
    sys.stdout.write(f"{len(fates):8,}  in {time.perf_counter() - started:.0f} s\n")
    bad = counts[STOPPED] + counts[FAILED] + counts[UNSAID]
    return int(counts[UNSAID] > 0 if arguments.learn else bad > 0)


if __name__ == "__main__":
    sys.exit(main())
