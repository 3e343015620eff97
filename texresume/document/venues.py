"""The fields of a publication that say where it appeared, ready for the patterns of a style."""

from __future__ import annotations

import re

from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import dotted
from texresume.text import quotes
from texresume.text.inline import Fragment, RichText, Run

from .texts import Texts

_TEXTS = (
    "journal",
    "booktitle",
    "series",
    "volume",
    "issue",
    "chapter",
    "pages",
    "publisher",
    "place",
    "institution",
    "event",
)
FIELDS = (*_TEXTS, "eds", "pp", "edition", "kind", "status", "version", "pagetotal", "eprint")
"""What `fields_of` gives, besides the editors."""
_KEYS = {"inpress": "in_press", "inpreparation": "in_preparation"}
"""What BibLaTeX says of what has not appeared, and the words of a locale for it."""
_TERMS = frozenset(
    """phd_thesis masters_thesis bachelors_thesis technical_report report patent in_press in_preparation
    submitted forthcoming""".split()
)
DERIVED = ("pp", "eds")
"""Fields that are made of others."""
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def fields_of(entry: DataEntry, texts: Texts, editors: tuple[RichText, int]) -> dict[str, RichText]:
    """The fields by their names in patterns; `editors` are their names and number."""
    terms = texts.locale.publication_terms
    fields = {name: texts.rich(entry.text(name)) for name in _TEXTS}
    if str(fields["event"]).casefold() in str(fields["booktitle"]).casefold():
        fields["event"] = RichText()
    names, count = editors
    pages = fields["pages"]
    several = re.search(r"[–,-]", str(pages)) is not None
    word = terms["pp" if several else "p"]
    numbers = re.match(r"\W*\d|[ivxlc]+\b|[A-Z]\d", str(pages)) is not None
    numbers = numbers and not re.fullmatch(r"\w*\d{5,}\w*", str(pages))  # the number of an article
    return {
        **fields,
        "editors": names,
        "eds": RichText.of(f"({terms['eds' if count > 1 else 'ed']})") if names else RichText(),
        "pp": _with_word(word, pages) if pages and numbers else pages,
        "edition": _edition(entry, texts),
        "kind": term_or_text(entry, "kind", texts),
        "status": term_or_text(entry, "status", texts),
        "version": _version(entry, texts),
        "pagetotal": _counted(entry, terms["pages_total"], texts),
        "eprint": texts.literal(entry.text("eprint")),
    }


def term_or_text(entry: DataEntry, name: str, texts: Texts) -> RichText:
    """A field, or the words of the locale for it: `phd_thesis`, `inpress`."""
    terms = texts.locale.publication_terms
    string = texts.string(entry.text(name))
    key = _KEYS.get(string, string)
    text = entry.text(name)
    if text is not None and key in _TERMS:
        return RichText.of(terms[key], dotted(text.path))
    return texts.rich(text)


def _with_word(word: str, field: RichText) -> RichText:
    return RichText((Fragment("", (Run(f"{word}\u00a0"),)), *field.parts)) if word else field


def _edition(entry: DataEntry, texts: Texts) -> RichText:
    """The edition: "2nd ed." of a number, or what is written."""
    text = entry.text("edition")
    string = texts.string(text)
    if text is None or not string:
        return RichText()
    word = texts.locale.publication_terms["edition"]
    if string.isdigit():
        number = int(string)
        ending = "." if not texts.locale.tag.startswith("en") else _ORDINALS.get(number % 10, "th")
        if ending != "." and number % 100 in (11, 12, 13):
            ending = "th"
        return RichText.of(f"{string}{ending} {word}", dotted(text.path))
    field = texts.rich(text)
    if re.search(rf"\b(?:ed\b|edition|{re.escape(word)})", string, re.IGNORECASE):
        return field
    return RichText((*field.parts, Fragment("", (Run(f" {word}"),))))


def _version(entry: DataEntry, texts: Texts) -> RichText:
    field = texts.rich(entry.text("version"))
    word = texts.locale.publication_terms["version"]
    plain = str(field)
    if not field or not re.match(r"v?\d", plain):
        return field
    return RichText((Fragment("", (Run(f"{word} "),)), *field.parts))


def _counted(entry: DataEntry, word: str, texts: Texts) -> RichText:
    field = texts.rich(entry.text("pagetotal"))
    return RichText((*field.parts, Fragment("", (Run(f" {word}"),)))) if str(field).isdigit() else field


def with_quotes(pattern: str, texts: Texts) -> str:
    """A pattern with the quotation marks of the reader's language for English ones."""
    marks = quotes.of_languages(texts.locale.languages)
    return pattern.translate({ord("“"): marks.opening, ord("”"): marks.closing})
