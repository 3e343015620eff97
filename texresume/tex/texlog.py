"""Parses TeX's log, and explains its messages to the author of the YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from texresume.diagnostics import Severity
from texresume.patterns import lazy
from texresume.records import dataclass

OVERFULL_TOLERANCE = 0.5
"""Points by which a line may be too wide: half a point is invisible, and rounding adds some."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A message in the log. `file` and `line` are TeX's own, empty and 0 if unknown."""

    severity: Severity
    code: str
    message: str
    file: str = ""
    line: int = 0
    hint: str = ""


_ERROR = re.compile(r"^(?P<file>(?:[A-Za-z]:|\./)?[^:\n]+?\.\w+):(?P<line>\d+): (?P<text>.+)$", re.MULTILINE)
_BARE_ERROR = re.compile(r"^! (?P<text>.+)$", re.MULTILINE)
_MISSING_FILE = lazy(r"File `([^']+)' not found")
_MISSING_CHARACTER = re.compile(
    r"^Missing character: There is no (?P<char>\S+(?: \([^)]*\))?|\s) in font (?P<font>\S+?)!?$", re.MULTILINE
)
_OVERFULL = re.compile(
    r"^Overfull \\hbox \((?P<points>[\d.]+)pt too wide\).*?(?:at lines (?P<line>\d+)--(?P<last>\d+)|"
    r"detected at line (?P<detected>\d+)|has occurred)",
    re.MULTILINE,
)
_FONT = re.compile(
    r"^LaTeX Font Warning: (?P<text>Font shape `[^']+' (?:undefined|in size .* not available).*)$",
    re.MULTILINE,
)
_RERUN = re.compile(
    r"^texresume: rerun$|Rerun to get|Please rerun LaTeX|Label\(s\) may have changed", re.MULTILINE
)
_MEASURE = re.compile(r"^texresume: (?P<key>[a-z_.]+)=(?P<value>.*)$", re.MULTILINE)
_TRY = re.compile(r"^texresume: try=(\d+)$", re.MULTILINE)
_STEP = re.compile(r"^texresume: step=(\d+)$", re.MULTILINE)
_ITEM = re.compile(r"^texresume: item=(\d+) (\d+) (-?\d+)$", re.MULTILINE)
_FATAL = ("Fatal error occurred", "==> Fatal error", "Emergency stop", "no output PDF file produced")

# Messages of TeX, and what they mean to someone who has never seen TeX.
_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    ("Undefined control sequence", "tex-undefined", "the template uses an undefined command"),
    ("Unable to load picture or PDF file", "wrong-image", "cannot read the image"),
    ("Font ", "missing-font", "TeX cannot find a font"),
    ("Missing character", "missing-character", "the font lacks a character"),
    ("TeX capacity exceeded", "tex-limit", "the page needs more memory than TeX has"),
    ("Missing $ inserted", "tex-mathematics", "the template uses a math character outside a formula"),
    ("Runaway argument", "tex-braces", "the template has an unclosed brace"),
    ("Extra }", "tex-braces", "the template has an extra closing brace"),
    ("Unicode character", "unsupported-character", "TeX does not have this character"),
)


def parse(log: str) -> list[Finding]:
    """All findings in a log: errors first, then lost characters, overfull lines, missing fonts.

    Messages from fitting steps that were not taken are ignored.
    """
    return list(_findings(_of_step_taken(log)))


def _of_step_taken(log: str) -> str:
    """A log without the steps that were tried and not taken: usually all but the last."""
    tries = list(_TRY.finditer(log))
    if not tries:
        return log
    end = _STEP.search(log, tries[-1].end())
    taken = next((one for one in reversed(tries) if end and one[1] == end[1]), tries[-1])
    after = next((one for one in tries if one.start() > taken.start()), None)
    if after is None or end is None:
        return log[: tries[0].start()] + log[taken.start() :]
    return log[: tries[0].start()] + log[taken.start() : after.start()] + log[end.start() :]


def _findings(log: str) -> Iterator[Finding]:
    for match in _ERROR.finditer(log):
        if not any(word in match["text"] for word in _FATAL):
            yield _error(match["text"], match["file"].removeprefix("./"), int(match["line"]))
    for match in _BARE_ERROR.finditer(log):
        if not any(word in match["text"] for word in _FATAL):
            yield _error(match["text"], "", 0)
    for match in _MISSING_CHARACTER.finditer(log):
        message = f"font {match['font']} lacks {match['char']}: it would be missing from the page"
        yield Finding(Severity.ERROR, "missing-character", message)
    for match in _OVERFULL.finditer(log):
        if float(match["points"]) > OVERFULL_TOLERANCE:
            line = int(match["line"] or match["detected"] or 0)
            message = f"a line is {float(match['points']):.1f} pt too wide"
            yield Finding(
                Severity.WARNING, "overfull-line", message, line=line, hint="shorten a long word or address"
            )
    for match in _FONT.finditer(log):
        yield Finding(Severity.WARNING, "font-substituted", match["text"])


def _error(text: str, file: str, line: int) -> Finding:
    if missing := _MISSING_FILE.search(text):
        hint = "run 'texresume setup' to install it; 'texresume doctor' lists all that this TeX lacks"
        return Finding(
            Severity.ERROR, "missing-package", f"TeX cannot find the file {missing[1]}", file, line, hint
        )
    for words, code, meaning in _EXPLANATIONS:
        if words in text:
            return Finding(Severity.ERROR, code, f"{meaning} ({text.strip()})", file, line)
    return Finding(Severity.ERROR, "tex-error", text.strip(), file, line)


def wants_rerun(log: str) -> bool:
    """Whether another run may change the page."""
    return _RERUN.search(log) is not None


@dataclass(frozen=True, slots=True)
class Item:
    """A highlight on the page: its line in the source, its lines, how full the last one is (0 to 1)."""

    line: int
    lines: int
    last: float


def items(log: str) -> tuple[Item, ...]:
    """All highlights that the source has measured, in the order of the page."""
    return tuple(Item(int(line), int(lines), int(last) / 100) for line, lines, last in _ITEM.findall(log))


def measures(log: str) -> dict[str, str]:
    r"""Values that the source has measured and written with `\typeout{texresume: key=value}`."""
    return {match["key"]: match["value"] for match in _MEASURE.finditer(log) if match["key"] != "item"}
