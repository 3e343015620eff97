"""What becomes of every assigned character: typeset and returned, refused, or failed; and none lost unsaid.

    python tools/sweep.py [--step N] [--range 0-FFFF]

Characters go in batches into highlights of a résumé, each with a space around it (marks on a dotted circle).
A batch that TeX refuses is halved until the character is alone. A character that is not in the PDF's text
must have been reported as lost by the inspection: where it was not, the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path

from texresume import (
    characters,
    comparison,
    engine,
    inspection,
    pipeline,
    readers,
    renderer,
    runs,
    template,
    typesetter,
)
from texresume.comparison import folded
from texresume.diagnostics import ResumeError

ROOT = Path(__file__).resolve().parent.parent
BATCH, LINE = 600, 30


def assigned(first: int, last: int) -> list[str]:
    return [chr(c) for c in range(first, last + 1) if unicodedata.category(chr(c)) not in ("Cn", "Co", "Cs")]


def item(char: str) -> str:
    """A character as it is put to the test."""
    category = unicodedata.category(char)
    if category[0] == "M":
        return "\u25cc" + char
    return f"a{char}b" if category[0] == "Z" else char


def loosely(char: str, text: str) -> bool:
    """Whether a character of right-to-left text is there, by the rules for points and brackets."""
    letters, points = comparison.without_points(folded(char)), comparison.POINTS.findall(folded(char))
    return letters in comparison.without_points(text) and all(point in text for point in points)


def build(chars: list[str], folder: Path) -> Counter[str]:
    """The fates of some characters, which are all believed to be good."""
    lines = [" ".join(map(item, chars[start : start + LINE])) for start in range(0, len(chars), LINE)]
    file = folder / "sweep.json"
    entry = {"name": "E", "highlights": lines}
    data = {"basics": {"name": "Ada"}, "custom": [{"title": "S", "kind": "text", "entries": [entry]}]}
    file.write_text(json.dumps(data), encoding="utf-8")
    fates: Counter[str] = Counter()
    try:
        document, source, _ = pipeline.read(file)
        chosen = template.find("academic", ROOT)
        choice = typesetter.choose("auto", document, chosen, source)
        rendered = renderer.render(document, chosen, chosen.values({"paper": "a4"}), choice.dresser)
        made = engine.typeset(rendered.source, [(f, f.name) for f in chosen.files()], engine=choice.engine)
    except (engine.TexFailed, ResumeError) as error:
        if len(chars) == 1:
            early = isinstance(error, ResumeError)
            fates["refused before TeX" if early else "stopped by TeX"] += 1
            sys.stdout.write(f"U+{ord(chars[0]):04X} {unicodedata.name(chars[0], '')}: {error}\n")
            return fates
        half = len(chars) // 2
        return build(chars[:half], folder) + build(chars[half:], folder)
    report = inspection.inspect(made.pdf, rendered)
    text = folded("".join(readers.pdfium_sees(made.pdf).pages))
    gone = [char for char in chars if folded(char) not in text and not loosely(char, text)]
    said = "".join("".join(loss.words) + folded(loss.text) for loss in report.lost)
    for char in gone:
        fate = "failed by the inspection" if folded(char) in said or report.unreadable else "LOST UNSAID"
        fates[fate] += 1
        sys.stdout.write(f"U+{ord(char):04X} {unicodedata.name(char, '')}: {fate}\n")
    fates[f"typeset by {choice.engine}"] += len(chars) - len(gone)
    return fates


def main() -> int:
    """Read the arguments, sweep, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--step", type=int, default=1, help="only every so many characters")
    parser.add_argument("--range", default="0-10FFFF", help="code points, in hexadecimal")
    arguments = parser.parse_args()
    first, last = (int(end, 16) for end in arguments.range.split("-"))
    started = time.perf_counter()
    fates: Counter[str] = Counter()
    good = []
    dresser = runs.Dresser("libertinus", "en")
    for char in assigned(first, last)[:: arguments.step]:
        if list(characters.senseless(item(char))) or char in "\t\n\r":
            fates["refused: nobody sees it, or white space that folds"] += 1
        elif characters.beyond(char) and runs.lacking(item(char), dresser):
            fates["refused: no font"] += 1
        else:
            good.append(char)
    with tempfile.TemporaryDirectory() as folder:
        pdftex = [char for char in good if not characters.beyond(char)]
        xetex = [char for char in good if characters.beyond(char)]
        for chars in (pdftex, xetex):
            for start in range(0, len(chars), BATCH):
                fates += build(chars[start : start + BATCH], Path(folder))
    for fate, count in sorted(fates.items()):
        sys.stdout.write(f"{count:8,}  {fate}\n")
    sys.stdout.write(f"{sum(fates.values()):8,}  in {time.perf_counter() - started:.0f} s\n")
    return int(fates["LOST UNSAID"] > 0)


if __name__ == "__main__":
    sys.exit(main())
