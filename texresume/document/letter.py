"""Composes the letter of a variant: a document with the header of the résumé, and a letter below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from texresume.data import dates
from texresume.data.letters import RECIPIENT, LetterData
from texresume.data.resume import Resume, Text, dotted
from texresume.data.source import Source
from texresume.data.today import find_today
from texresume.diagnostics import Diagnostic, ResumeError
from texresume.text.inline import Break, Fragment, RichText, split_blocks
from texresume.text.locale import Locale

from . import letter_slips, placeholders
from .compose import compose, texts_for
from .model import Document, Entry, Group, Highlight, Letter, Section
from .texts import Texts

LAYOUTS = ("international", "din-a", "din-b", "us-block", "us-modified")
"""Where the parts of a letter stand: see docs/letters.md."""
_COMPANY_FIRST = ("company", "department", "name", "position", "address")
_WITHOUT_DIN = ("CH", "LI")
"""German-speaking countries whose envelopes have other windows."""


def compose_letter(
    resume: Resume, data: LetterData, locale: Locale, source: Source, others: letter_slips.Others
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of a letter, and warnings. `source` knows the positions of its texts too; `others` is what
    other variants are about.

    Raises `ResumeError` for markup that cannot be typeset, for placeholders without a value, and for what was
    left of another letter.
    """
    head, warnings = compose(replace(resume, sections=()), locale, source)
    texts = texts_for(resume, locale, source)
    filled = placeholders.fill(data, texts)
    letter = _compose(resume, filled, texts, head)
    slips = letter_slips.find(data, filled, texts, others)
    if errors := [*texts.errors, *slips]:
        raise ResumeError([*warnings, *texts.warnings, *dict.fromkeys(errors)])
    subject = str(letter.subject) or head.metadata.subject
    title = f"{head.name}{locale.separators['colon']}{locale.letter['title']}"
    metadata = replace(head.metadata, title=title, subject=subject, keywords=())
    bare = replace(head, photo="", date=RichText(), closing=RichText(), signature="")
    document = replace(bare, metadata=metadata, letter=letter)
    return document, (*warnings, *dict.fromkeys(texts.warnings))


def title_of_both(letter: Document, resume: Document, data: LetterData, locale: Locale) -> str:
    """The title of a letter and its résumé in one file: whose they are, what they are, and for whom."""
    both = locale.separators["list"].join([locale.letter["title"], resume.labels["resume"]])
    title = f"{letter.name}{locale.separators['colon']}{both}"
    employer = data.employer.pick(*locale.languages)[0].strip() if data.employer else ""
    return f"{title} – {employer}" if employer else title


def _compose(resume: Resume, data: LetterData, texts: Texts, head: Document) -> Letter:
    locale = texts.locale
    return Letter(
        recipient=tuple(_recipient(data, texts)),
        sender=_sender(resume, texts, head),
        date=_date(resume, data.text("date"), texts),
        subject=texts.rich(data.text("subject")),
        opening=texts.rich(data.text("opening")) or RichText.of(locale.letter["opening"]),
        paragraphs=tuple(one for text in data.texts.get("body", ()) for one in texts.paragraphs(text)),
        closing=texts.rich(data.text("closing")) or RichText.of(locale.letter["closing"]),
        signature=data.signature or head.signature,
        name=head.name,
        enclosures_label=RichText.of(locale.letter["enclosures"]),
        enclosures=tuple(_lines(data.texts.get("enclosures", ()), texts)),
        layout=_usual_layout(locale, head.paper),
    )


def _usual_layout(locale: Locale, paper: str) -> str:
    language = locale.tag.partition("-")[0]
    if language == "de" and locale.region not in _WITHOUT_DIN:
        return "din-b"
    return "us-block" if locale.region == "US" or (locale.tag == "en" and paper == "letter") else LAYOUTS[0]


def _recipient(data: LetterData, texts: Texts) -> Iterator[RichText]:
    """The lines of the recipient: in German, the company comes before the person."""
    order = _COMPANY_FIRST if texts.locale.tag.partition("-")[0] == "de" else RECIPIENT
    for key in ("", *order):
        yield from _lines(data.recipient.get(key, ()), texts)


def _lines(some: Iterable[Text], texts: Texts) -> Iterator[RichText]:
    """Each line of some texts as a field."""
    for text in some:
        string, path = texts.pick(text)
        for line in string.splitlines():
            if field := texts.parse(line.strip(), path):
                yield field


def _sender(resume: Resume, texts: Texts, head: Document) -> RichText:
    """The sender in one line, where there is an address that a letter can go back to."""
    if not resume.location.text("address"):
        return RichText()
    address = [one.text for line in head.contacts for one in line if one.kind == "location"]
    return texts.join([head.name, *address])


def _date(resume: Resume, text: Text | None, texts: Texts) -> RichText:
    """The date as it was given, else today; a day in words."""
    if text is None:
        return RichText.of(texts.locale.date(find_today(resume).date, "long"))
    string, path = texts.pick(text)
    date = dates.parse_date(string)
    return RichText.of(texts.locale.date(date, "long"), dotted(path)) if date else texts.rich(text)


def as_sections(document: Document, *, text_only: bool = False) -> Document:
    """The document of a letter with its parts as sections, for formats that have no layout of their own for
    letters: the date and the recipient, the text under the subject, the enclosures. `text_only` leaves out
    what is no text to be proofread: date, recipient, names and labels.
    """
    letter = document.letter
    if letter is None:
        return document
    closing = (letter.closing,) if text_only else (letter.closing, letter.name)
    head = () if text_only else (letter.date, _in_lines(letter.recipient))
    body = (letter.opening, *letter.paragraphs, *closing)
    enclosures = letter.enclosures if text_only else _enclosures(letter, document)
    sections = (
        _section("head", RichText(), tuple(_entry("head", (field,)) for field in head if field)),
        _section("body", letter.subject, (*_flow(body), *_flow(enclosures))),
    )
    return replace(document, sections=tuple(one for one in sections if one.entries), letter=None)


def _enclosures(letter: Letter, document: Document) -> tuple[RichText, ...]:
    """The enclosures in a line after their label."""
    if not letter.enclosures:
        return ()
    labels = document.labels
    listed = RichText.join(labels["separator_list"], letter.enclosures)
    return (RichText.join(labels["separator_colon"], [letter.enclosures_label, listed]),)


def _section(name: str, title: RichText, entries: tuple[Entry, ...]) -> Section:
    numbered = tuple(replace(one, id=f"{name}-{number}") for number, one in enumerate(entries, 1))
    return Section("custom", f"letter-{name}", "text", title, (Group(RichText(), numbered),))


def _in_lines(fields: Sequence[RichText]) -> RichText:
    """Fields as one, each on a line of its own."""
    parts: list[Fragment] = []
    for field in fields:
        parts += [Fragment("", (Break(),)), *field.parts] if parts else field.parts
    return RichText(tuple(parts))


def _entry(name: str, paragraphs: Sequence[RichText], highlights: Sequence[Highlight] = ()) -> Entry:
    return Entry(name, f"letter.{name}", paragraphs=tuple(paragraphs), highlights=tuple(highlights))


def _flow(fields: Iterable[RichText]) -> Iterator[Entry]:
    """Paragraphs as entries: as many in one as there are up to the end of a list."""
    paragraphs: list[RichText] = []
    items: list[Highlight] = []
    for field in fields:
        for block, text in split_blocks(field):
            if block is not None and block.level:
                path = next((part.path for part in text.parts if part.path), "")
                items.append(Highlight(f"{len(items) + 1}", path, text, keep=True))
                continue
            if items:
                yield _entry("body", paragraphs, items)
                paragraphs, items = [], []
            if text:
                paragraphs.append(text)
    if paragraphs or items:
        yield _entry("body", paragraphs, items)
