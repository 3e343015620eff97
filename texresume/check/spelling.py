"""Spelling, offline, by pyspellchecker's word lists; for `check`.

A word is reported if no list has it and one that a list has is a single slip away: a letter too many, one
lacking, one wrong, two swapped. What is far from every word is a name or a term, and of these a résumé is
full. Names, skills and `words.txt` are never reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texresume import resources
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Position, Severity
from texresume.document import passages
from texresume.document.model import Document, Entry, Section
from texresume.document.passages import Passage
from texresume.text.inline import RichText

if TYPE_CHECKING:
    from spellchecker import SpellChecker

WORDS = "words.txt"
"""Beside the data file: words that are right, one a line, with comments after `#`."""
LANGUAGES = ("en", "de", "fr", "nl")
"""Those whose lists are good enough: of all words in the translations of free software, these take for slips
1.7% (de), 2.1% (fr), 2.5% (nl), most of them English terms; others 4% (pt), 5% (it), 15% (ru), 18% (es)."""
_MAXIMUM_WORDS = 1_000_000
_SHORTEST = 4
"""Letters of the shortest word that is checked: of three, nearly all are one slip from another."""
_REMAINDER = 5
"""Letters that are left of a word behind a prefix."""
_SUGGESTIONS = 3
_ADDRESS = re.compile(r"\S*(?:://|@)\S*|(?:www\.|[~.]{0,2}/)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_TOKEN = re.compile(r"[^\s/()\[\]{}«»„“”\"=|;,…–—]+")
_EDGES = ".:!?'’‘`*_-"
_NO_WORD = re.compile(r"[\d_<>%$&#~+^\\" + passages.GAP + r"]|[^\W\d_]:[^\W\d_]")
_END = re.compile(r"[.!?:]['’”\"»)]*\Z")
_PROSE = ("work", "volunteer")
"""Sections whose positions are plain words, not titles of something."""


def given(document: Document, source: Source, own: str) -> list[Diagnostic]:
    """Words that look misspelt, with their places; a note if that cannot be told.

    `own` is the language of the data as a BCP 47 tag; `words.txt` lies beside the file of the source.
    """
    personal, found = _personal(source.file.parent / WORDS)
    if lacking := _lacking(document):
        return [*found, Diagnostic(Severity.NOTE, "not-spelled", lacking[0], hint=lacking[-1])]
    known = personal | _names(document)
    for field in _texts(document):
        for passage in passages.passages(field, document, own):
            if set(passage.languages) <= set(LANGUAGES):
                found += _of(passage, source, known)
    return list(dict.fromkeys(found))


def _lacking(document: Document) -> tuple[str, None, None, str, str] | None:
    """Why spelling cannot be checked, as the rest of a diagnostic: message, no place, the remedy."""
    tag = document.metadata.language
    if tag.partition("-")[0].lower() not in LANGUAGES:
        message = f"spelling was not checked: there is no good word list for {tag!r}"
        return (
            message,
            None,
            None,
            "",
            f"there are {', '.join(LANGUAGES)}; its code can be switched off",
        )
    try:
        import spellchecker  # noqa: F401 - of the `check` extra
    except ImportError:
        message = "spelling was not checked: pyspellchecker is not installed"
        return message, None, None, "", "pip install pyspellchecker; the extra 'check' of texresume has it"
    return None


def _of(passage: Passage, source: Source, known: Collection[str]) -> Iterator[Diagnostic]:
    for word in _words(passage.text):
        if word.casefold() in known or _is_known(word, passage.languages):
            continue
        if near := _near(word, passage.languages):
            either = " or ".join(map(repr, near))
            hint = f"did you mean {either}? Else write it into {WORDS} beside the data"
            place = source.words(passage.path, word)
            yield source.diagnostic(
                "spelling",
                f"{word!r} looks misspelt",
                place,
                path=passage.path,
                hint=hint,
                severity=Severity.WARNING,
            )


# -- what is checked ----------------------------------------------------------------------------------------


def _texts(document: Document) -> Iterator[RichText]:
    """Leaves in whole words; titles and addresses are names."""
    yield document.label
    for section, entry in passages.entries(document):
        if section.name in _PROSE:
            yield entry.subtitle
            yield entry.note
        if section.kind not in ("references", "publications"):
            yield from entry.paragraphs
        yield from (highlight.text for highlight in entry.highlights)


def _words(text: str) -> Iterator[str]:
    """What is to be checked of a text: no names (capitals within a sentence), codes, numbers or addresses."""
    begins = True
    for found in _TOKEN.finditer(_ADDRESS.sub(passages.GAP, text)):
        token = found[0]
        first, begins = begins, _END.search(token) is not None
        if _NO_WORD.search(token):
            continue
        for number, part in enumerate(token.strip(_EDGES).split("-")):
            word = _bare(part)
            sentence = first and number == 0
            if len(word) >= _SHORTEST and word.isalpha() and (word.islower() or _begins(word, sentence)):
                yield word


def _bare(word: str) -> str:
    """A word without what is joined to it by an apostrophe: owner's, l'école; nothing of wasn't."""
    *before, last = re.split(r"['’]", word)
    return before[-1] if before and last == "s" else last


def _begins(word: str, sentence: bool) -> bool:
    return sentence and word[0].isupper() and word[1:].islower()


def _names(document: Document) -> set[str]:
    """Words of names and titles, which are right by being there."""
    fields = [document.name, *(contact.text for line in document.contacts for contact in line)]
    for section, entry in passages.entries(document):
        fields += _names_of(section, entry)
    texts = [*map(str, fields), *document.metadata.keywords]
    return {word.casefold() for text in texts for word in re.findall(r"[^\W\d_]+", text)}


def _names_of(section: Section, entry: Entry) -> list[RichText]:
    subtitle = [] if section.name in _PROSE else [entry.subtitle]
    return [
        *(entry.title, *subtitle, entry.location, *entry.keywords),
        *(author.text for author in entry.authors),
        *(detail.text for detail in entry.details),
    ]


def _personal(file: Path) -> tuple[set[str], list[Diagnostic]]:
    """The words of a file; a warning if it cannot be read."""
    try:
        if not file.is_file():
            return set(), []
        if file.stat().st_size > _MAXIMUM_WORDS:
            return set(), [_wrong(file, "it is larger than 1 MB")]
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return set(), [_wrong(file, "it is no text in UTF-8")]
    except (OSError, ValueError) as error:
        return set(), [_wrong(file, str(error))]
    words = (word for line in lines for word in re.split(r"(?:\A|\s)#", line)[0].split())
    parts = (part for word in words for part in (word, *re.findall(r"[^\W\d_]+", word)))
    return {part.casefold() for part in parts}, []


def _wrong(file: Path, why: str) -> Diagnostic:
    message = f"the words that are right cannot be read: {why}"
    hint = "one word a line, as plain text"
    return Diagnostic(Severity.WARNING, "wrong-words", message, file, Position(1, 1), hint=hint)


# -- word lists ---------------------------------------------------------------------------------------------


@cache
def _checker(language: str) -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language, distance=1)


@cache
def _own(language: str) -> dict[str, Any]:
    table: dict[str, dict[str, Any]] = resources.table("check/words/spelling.yaml")
    return {**table.get(language, {}), "set": frozenset(table.get(language, {}).get("words", "").split())}


@cache
def _is_known(word: str, languages: tuple[str, ...]) -> bool:
    """Whether a word is one of these languages, or an English one: terms are."""
    return any(_is_one_of(word.lower(), language) for language in dict.fromkeys((*languages, "en")))


def _is_one_of(word: str, language: str) -> bool:
    ours, checker = _own(language), _checker(language)
    if word in ours["set"] or word in checker:
        return True
    if any(
        word.startswith(prefix) and len(word) - len(prefix) >= _REMAINDER and word[len(prefix) :] in checker
        for prefix in ours.get("prefixes", ())
    ):
        return True
    spelt = ours.get("spelt", {})
    return any(word.endswith(end) and word[: -len(end)] + other in checker for end, other in spelt.items())


@cache
def _near(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Words one slip away, the most frequent first."""
    found: dict[str, int] = {}
    for language in languages:
        checker = _checker(language)
        for one in checker.known(checker.edit_distance_1(word)):
            if one.isalpha():
                found[one] = max(found.get(one, 0), checker[one])
    ordered = sorted(found, key=lambda one: (-found[one], one))[:_SUGGESTIONS]
    return tuple(one.capitalize() if word[0].isupper() else one for one in ordered)
