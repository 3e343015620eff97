"""Offline spelling by pyspellchecker's word lists, for `check`.

A word is reported if no list has it, but a list has one that is a single edit away: a letter added, left out,
replaced, or swapped with its neighbour. Words that are far from every other are names and terms, of which a
résumé is full. Names, skills and the words of `words.txt` are never reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texresume import resources
from texresume.data import files
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Position, Severity
from texresume.document import passages
from texresume.document.model import Document, Entry, Section
from texresume.document.passages import Passage
from texresume.text.inline import RichText

if TYPE_CHECKING:
    from spellchecker import SpellChecker

WORDS = "words.txt"
"""File next to the data: correct words, one per line, with comments after `#`."""
LANGUAGES = ("en", "de", "fr", "nl")
"""Those with a good enough list. Of all words in translations of free software, these lists reject 1.7% (de),
2.1% (fr), 2.5% (nl), most of them English terms; others 4% (pt), 5% (it), 15% (ru), 18% (es)."""
_MAXIMUM_WORDS = 1_000_000
_SHORTEST = 4
"""Letters of the shortest word that is checked: nearly all words of three are one edit from another."""
_REMAINDER = 5
"""Fewest letters of a word after a prefix."""
_SUGGESTIONS = 3
_ADDRESS = re.compile(r"\S*(?:://|@)\S*|(?:www\.|[~.]{0,2}/)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_TOKEN = re.compile(r"[^\s/()\[\]{}«»„“”\"=|;,…–—]+")
_EDGES = ".:!?'’‘`*_-"
_NO_WORD = re.compile(r"[\d_<>%$&#~+^\\" + passages.GAP + r"]|[^\W\d_]:[^\W\d_]")
_ABBREVIATION = re.compile(r"[A-ZÀ-Þ][^\W\d_]{1,4}\.")
"""Such as "Wiss." and "Dept.": a short word with a capital and a full stop, with more text after it."""
_END = re.compile(r"[.!?:]['’”\"»)]*\Z")
_PROSE = ("work", "volunteer")
"""Sections whose positions are plain words, not names."""


def check_spelling(document: Document, source: Source, own: str) -> list[Diagnostic]:
    """Words that look misspelt, with their positions; a note if spelling cannot be checked.

    `own` is the language of the data as a BCP 47 tag; `words.txt` is next to the file of the source.
    """
    personal, found = _read_words(source.file.parent / WORDS)
    if obstacle := _find_obstacle(document):
        message, hint = obstacle
        return [*found, Diagnostic(Severity.NOTE, "not-spelled", message, hint=hint)]
    known = personal | _list_names(document)
    for field in _list_texts(document):
        for passage in passages.passages(field, document, own):
            if set(passage.languages) <= set(LANGUAGES):
                found += _check_passage(passage, source, known)
    return list(dict.fromkeys(found))


def _find_obstacle(document: Document) -> tuple[str, str] | None:
    """Why spelling cannot be checked, if so: message and hint."""
    tag = document.metadata.language
    if tag.partition("-")[0].lower() not in LANGUAGES:
        message = f"spelling not checked: no word list for {tag!r}"
        return (
            message,
            f"available: {', '.join(LANGUAGES)}; add 'not-spelled' to meta.checks.off to hide this",
        )
    if not is_installed():
        return "spelling not checked: pyspellchecker is not installed", "run: pip install 'texresume[check]'"
    return None


def is_installed() -> bool:
    """Whether the word lists are there, which the `check` extra brings."""
    try:
        import spellchecker  # noqa: F401
    except ImportError:
        return False
    return True


def _check_passage(passage: Passage, source: Source, known: Collection[str]) -> Iterator[Diagnostic]:
    for word in _list_words(passage.text):
        if word.casefold() in known or _is_known(word, passage.languages):
            continue
        if near := _find_similar(word, passage.languages):
            either = " or ".join(map(repr, near))
            hint = f"did you mean {either}? Otherwise add it to {WORDS} next to the data"
            position = source.words(passage.path, word)
            yield source.diagnostic(
                "spelling",
                f"{word!r} looks misspelt",
                position,
                path=passage.path,
                hint=hint,
                severity=Severity.WARNING,
            )


# -- what is checked ----------------------------------------------------------------------------------------


def _list_texts(document: Document) -> Iterator[RichText]:
    """Fields that are checked. Titles and addresses are not: they are names."""
    yield document.label
    for section, entry in passages.entries(document):
        if section.name in _PROSE:
            yield entry.subtitle
            yield entry.note
        if section.kind not in ("references", "publications"):
            yield from entry.paragraphs
        yield from (highlight.text for highlight in entry.highlights)


def _list_words(text: str) -> Iterator[str]:
    """The words of a text that are checked: no names (capitals within a sentence), codes, numbers or URLs."""
    begins = True
    for found in _TOKEN.finditer(_ADDRESS.sub(passages.GAP, text)):
        token = found[0]
        first, begins = begins, _END.search(token) is not None
        if _NO_WORD.search(token) or (_ABBREVIATION.fullmatch(token) and found.end() < len(text.rstrip())):
            continue
        for number, part in enumerate(token.strip(_EDGES).split("-")):
            word = _strip_apostrophe(part)
            sentence = first and number == 0
            if (
                len(word) >= _SHORTEST
                and word.isalpha()
                and (word.islower() or _is_capitalized(word, sentence))
            ):
                yield word


def _strip_apostrophe(word: str) -> str:
    """A word without what an apostrophe attaches to it: owner's, l'école. Of wasn't, only the t is left."""
    *before, last = re.split(r"['’]", word)
    return before[-1] if before and last == "s" else last


def _is_capitalized(word: str, sentence: bool) -> bool:
    return sentence and word[0].isupper() and word[1:].islower()


def _list_names(document: Document) -> set[str]:
    """The words of names and titles, which count as correct everywhere."""
    fields = [document.name, *(contact.text for line in document.contacts for contact in line)]
    for section, entry in passages.entries(document):
        fields += _list_name_fields(section, entry)
    texts = [*map(str, fields), *document.metadata.keywords]
    return {word.casefold() for text in texts for word in re.findall(r"[^\W\d_]+", text)}


def _list_name_fields(section: Section, entry: Entry) -> list[RichText]:
    subtitle = [] if section.name in _PROSE else [entry.subtitle]
    return [
        *(entry.title, *subtitle, entry.location, *entry.keywords),
        *(author.text for author in entry.authors),
        *(detail.text for detail in entry.details),
    ]


def _read_words(file: Path) -> tuple[set[str], list[Diagnostic]]:
    """The words of a `words.txt`, and a warning if it cannot be read."""
    try:
        if not file.is_file() and not files.kind_of(file):
            return set(), []
        if files.leads_out(file, (file.parent, Path())):
            return set(), [_warn_of_words(file, "it is a link that leads out of the project")]
        lines = files.read(file, _MAXIMUM_WORDS).decode("utf-8-sig").splitlines()
    except files.TooLarge:
        return set(), [_warn_of_words(file, "larger than 1 MB")]
    except UnicodeDecodeError:
        return set(), [_warn_of_words(file, "not UTF-8")]
    except (OSError, ValueError) as error:
        return set(), [_warn_of_words(file, str(error))]
    words = (word for line in lines for word in re.split(r"(?:\A|\s)#", line)[0].split())
    parts = (part for word in words for part in (word, *re.findall(r"[^\W\d_]+", word)))
    return {part.casefold() for part in parts}, []


def _warn_of_words(file: Path, why: str) -> Diagnostic:
    message = f"cannot read {WORDS}: {why}"
    hint = "write one word per line, as plain text in UTF-8"
    return Diagnostic(Severity.WARNING, "wrong-words", message, file, Position(1, 1), hint=hint)


# -- word lists ---------------------------------------------------------------------------------------------


@cache
def _load_checker(language: str) -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language, distance=1)


@cache
def _load_own_words(language: str) -> dict[str, Any]:
    table: dict[str, dict[str, Any]] = resources.table("check/words/spelling.yaml")
    return {**table.get(language, {}), "set": frozenset(table.get(language, {}).get("words", "").split())}


@cache
def _is_known(word: str, languages: tuple[str, ...]) -> bool:
    """Whether a word is one of these languages, or an English one, as terms often are."""
    return any(_is_one_of(word.lower(), language) for language in dict.fromkeys((*languages, "en")))


def _is_one_of(word: str, language: str) -> bool:
    ours, checker = _load_own_words(language), _load_checker(language)
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
def _find_similar(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Words one edit away, the most frequent first."""
    found: dict[str, int] = {}
    for language in languages:
        checker = _load_checker(language)
        for one in checker.known(checker.edit_distance_1(word)):
            if one.isalpha():
                found[one] = max(found.get(one, 0), checker[one])
    ordered = sorted(found, key=lambda one: (-found[one], one))[:_SUGGESTIONS]
    return tuple(one.capitalize() if word[0].isupper() else one for one in ordered)
