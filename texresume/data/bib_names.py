"""Names in a .bib file: `Ludwig van Beethoven`, `Smith, Jr., Jane`, `{A Consortium}`.

Each becomes a text as it is printed, which `document.names` reads again: `First Last, Jr.`, with braces
around family names that are more than the last word, and around names that are not to be taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import bib_text
from .bib_text import Warn
from .bibtex import Value

OTHERS = "et al."
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_COMMAND_AT_END = re.compile(r"(?:^|\s)\\[A-Za-z]+$")
"""`\\L ukasz` is one word."""
_INITIAL = re.compile(r"(?<![\w.'’-])[^\W\d_a-z](?=\s|$)")
_SUFFIX = re.compile(r"(?:jr|sr|jun|sen)\.?|ii|iii|iv", re.IGNORECASE)
_PAIR = re.compile(r"\s*(family|given|prefix|suffix)(?:-i)?\s*=\s*", re.IGNORECASE)
_PARTS = 3
"""The parts of a name with commas: family, suffix, given."""


def read(value: Value, warn: Warn) -> Iterator[tuple[str, Value]]:
    """The names of a field in order, each with its stretch of the value; `others` is "et al."."""
    for part in split(value):
        name = part.stripped()
        if not name.text:
            continue

        def said(message: str, index: int, name: Value = name) -> None:
            warn(message, name.offset(index))

        if name.text.casefold() == "others":
            yield OTHERS, name
        else:
            yield _name(name, said), name


def split(value: Value) -> Iterator[Value]:
    """The names of a field, which "and" parts where it is not in braces."""
    text, start = value.text, 0
    for match in _AND.finditer(text):
        if match.start() >= start and _depth(text, match.start()) == 0:
            yield value.part(start, match.start())
            start = match.end()
    yield value.part(start, len(text))


def _depth(text: str, end: int) -> int:
    """How many braces are open."""
    bare = re.sub(r"\\[{}]", "  ", text[:end])
    return bare.count("{") - bare.count("}")


def _is_whole(text: str) -> bool:
    """Whether braces enclose all of a text."""
    if not (text.startswith("{") and text.endswith("}") and len(text) > 2):  # noqa: PLR2004 - the braces
        return False
    return all(_depth(text, end) > 0 for end in range(1, len(text))) and not text.startswith("{\\")


def _name(value: Value, warn: Warn) -> str:
    text = value.text
    if _is_whole(text):
        return "{" + bib_text.decode(value.part(1, len(text) - 1), warn) + "}"
    commas = [index for index, char in enumerate(text) if char == "," and _depth(text, index) == 0]
    starts, ends = [0, *(comma + 1 for comma in commas)], [*commas, len(text)]
    parts = [value.part(start, end).stripped() for start, end in zip(starts, ends, strict=True)]
    parts = [part for part in parts if part.text]
    if parts and all(_PAIR.match(part.text) for part in parts):
        return _of_pairs(parts, warn)
    decoded = [bib_text.decode(part, warn) for part in parts]
    if len(parts) == 1:
        return _of_words(parts[0], decoded[0], warn)
    if len(parts) == 2 and _SUFFIX.fullmatch(decoded[1]) and " " in decoded[0]:  # noqa: PLR2004 - "Jane Smith, Jr."
        return f"{_of_words(parts[0], decoded[0], warn)}, {decoded[1]}"
    if len(parts) > _PARTS:
        warn("a name has more than two commas: are names parted by 'and'?", 0)
        return ", ".join(decoded)
    return _written(decoded[0], decoded[-1], *decoded[1:-1])


def _written(family: str, given: str, suffix: str = "") -> str:
    """A name as it is printed; initials get full stops."""
    if not given:
        return f"{{{family}}}" if " " in family else family
    if _is_east_asian(family) and _is_east_asian(given):
        return family + given
    given = _INITIAL.sub(lambda match: f"{match[0]}." if match[0] != match[0].lower() else match[0], given)
    plain = " " not in family and all(word[:1] != word[:1].lower() for word in given.split())
    return f"{given} {family if plain else f'{{{family}}}'}" + (f", {suffix}" if suffix else "")


def _is_east_asian(text: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in text)


def _of_pairs(parts: list[Value], warn: Warn) -> str:
    """BibLaTeX's extended form: `family=Smith, given=Jane, prefix=von`."""
    found: dict[str, str] = {}
    for part in parts:
        match = _PAIR.match(part.text)
        if match is not None and "-i" not in match[0]:
            found[match[1].lower()] = bib_text.decode(part.part(match.end(), len(part.text)).stripped(), warn)
    family = " ".join(filter(None, (found.get("prefix"), found.get("family"))))
    return _written(family, found.get("given", ""), found.get("suffix", ""))


def _of_words(value: Value, decoded: str, warn: Warn) -> str:
    """A name without commas: the words in lower case begin the family name, else its last word is it."""
    words = list(_words(value))
    if len(words) == 1:
        # In braces as a whole, or of one word as in East Asia: nothing tells the given name apart.
        return decoded
    small = [number for number, word in enumerate(words[:-1]) if _is_small(word.text)]
    first = small[0] if small else len(words) - 1
    last = small[-1] + 1 if small else len(words) - 1
    if first == 0 and last >= len(words):
        last = len(words) - 1
    family = bib_text.decode(value.part(_start(value, words[first]), len(value.text)), warn)
    if not first:
        return _written(family, "")
    given = bib_text.decode(value.part(0, _start(value, words[first])).stripped(), warn)
    return _written(family, given.strip())


def _start(value: Value, word: Value) -> int:
    return word.pieces[0][1] - value.offset(0) if len(value.pieces) == 1 else value.text.find(word.text)


def _words(value: Value) -> Iterator[Value]:
    """The words of a name, which spaces and ties part where they are not in braces."""
    start = 0
    text = value.text
    for index in range(len(text) + 1):
        between = index == len(text) or text[index].isspace() or text[index] == "~"
        if between and _depth(text, index) == 0 and not _COMMAND_AT_END.search(text[start:index]):
            if index > start:
                yield value.part(start, index)
            start = index + 1


def _is_small(word: str) -> bool:
    r"""Whether the first letter outside braces is small; that of `{\'e}` counts, that of `{de}` does not."""
    depth, at = 0, 0
    while at < len(word):
        char = word[at]
        if char == "{":
            if word.startswith("{\\", at):
                letters = re.sub(r"\\(?:[a-zA-Z]+\s*(?=\{|\s)|[^a-zA-Z])|[{}]", "", word[at:])
                letter = next((one for one in letters if one.isalpha()), "")
                return letter.islower()
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == "\\":
            rest = re.sub(r"\\(?:[a-zA-Z]+\s*|[^a-zA-Z])\{?", "", word[at:])
            return rest[:1].islower()
        elif char.isalpha() and not depth:
            return char.islower()
        at += 1
    return False
