"""Texts of the data in the reader's language: picked, with markup parsed, dates and addresses formatted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace

from texresume.data import dates, links, rules
from texresume.data.dates import PartialDate
from texresume.data.resume import DataPath, Text, dotted
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Highlight as DataHighlight
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.records import dataclass
from texresume.text import markdown, quotes, suspects
from texresume.text.blocks import TextBlock, split
from texresume.text.inline import Block, Fragment, Inline, RichText, Url
from texresume.text.locale import Locale, canonical

from .date_style import DateStyle
from .model import Link

_FREE = ("date", "releaseDate")
"""Fields that hold free text: a day in words, such as "June 15, 2020", is kept as it is written."""
_YEARS = re.compile(r"(?<![\d-])(\d{4})\s*-\s*(\d{4})(?![\d-])")
_ACADEMIC_YEAR = re.compile(r"(?<![\d-])(\d{4})-(\d{2})(?![\d-])")
MAXIMUM_LEVEL = 3
"""The deepest level of a list: two below a highlight."""


_SPECIAL = re.compile(r"[\"'_~<\\$&`(]")
"""What quotation marks, and markup of other kinds, begin with or hold."""


def _joined(fragments: Sequence[Fragment]) -> RichText:
    return RichText(tuple(fragments))


@dataclass
class Texts:
    """Turns texts of the data into fields of the document; collects `errors` and `warnings`.

    `straight` leaves quotation marks as they were typed.
    """

    locale: Locale
    source: Source
    country: str = ""
    """The ISO 3166 code of the owner's country, if the data names it."""
    style: DateStyle = field(default_factory=DateStyle)
    """How dates are printed."""
    straight: bool = False
    lenient: bool = False
    """Whether markup that is wrong is printed as it is written, with a warning."""
    categories: dict[str, DataPath] = field(default_factory=dict)
    """Words that are categories for programs and are not printed, such as the type "application"."""
    multilingual: bool = False
    """Whether the data has texts in several languages, so that one in another lacks a translation."""
    foreign: dict[DataPath, str] = field(default_factory=dict)
    """The languages of texts that are not in that of the document, by their paths."""
    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)

    def warn(self, code: str, message: str, path: DataPath, hint: str = "") -> None:
        """A warning about the value at a path."""
        position = self.source.value(path)
        self.warnings.append(
            self.source.diagnostic(code, message, position, path=path, hint=hint, severity=Severity.WARNING)
        )

    # -- texts ------------------------------------------------------------------------------------------

    def pick(self, text: Text) -> tuple[str, DataPath]:
        """The text in the reader's language, and its path; else in another language. That is a warning where
        the data has texts in several: elsewhere, a text in one says which it is in.
        """
        string, path, in_language = text.pick(*self.locale.languages)
        if in_language:
            return string, path
        self.foreign[path] = canonical(str(path[-1]))
        if self.multilingual:
            self.warnings.append(
                self.source.diagnostic(
                    "missing-language",
                    f"{dotted(text.path)} has no text in {self.locale.tag!r}; using {path[-1]!r}",
                    self.source.key(text.path),
                    path=text.path,
                    severity=Severity.WARNING,
                )
            )
        return string, path

    def piece(self, path: DataPath, inlines: tuple[Inline, ...]) -> Fragment:
        """A piece of the text at a path."""
        return Fragment(dotted(path), inlines, language=self.foreign.get(path, "") if self.foreign else "")

    def rich(self, text: Text | None) -> RichText:
        """A text with markup, as one paragraph."""
        if text is None:
            return RichText()
        string, path = self.pick(text)
        return self.parse(string, path)

    def highlights(self, highlight: DataHighlight) -> tuple[RichText, ...]:
        """A highlight with what is below it. One whose text is a list is as many highlights.

        A bullet before a single one was pasted with it: it is left out, with a warning.
        """
        string, path = self.pick(highlight.text)
        blocks = self.blocks(string)
        if len(blocks) == 1 and blocks[0].level and not highlight.highlights:
            self._warn_of_bullet(highlight.text)
            blocks = [replace(blocks[0], level=0, number="")]
        as_list = bool(blocks) and blocks[0].level > 0
        fields: list[list[Fragment]] = []
        for block in blocks:
            inlines = self.inlines(block.text, path)
            if not inlines:
                continue
            if not fields or (as_list and block.level <= 1):
                fields.append([self.piece(path, inlines)])
            else:
                level = block.level + (block.level > 0 and not as_list)
                fields[-1].append(self.piece(path, (Block(level, block.number), *inlines)))
        below = tuple(self._below(highlight, 2))
        if below and not fields:
            fields.append([])
        return (*map(_joined, fields[:-1]), *(_joined([*field, *below]) for field in fields[-1:]))

    def _below(self, highlight: DataHighlight, level: int) -> Iterator[Fragment]:
        """The highlights below a highlight, each as an item."""
        for one in highlight.highlights:
            string, path = self.pick(one.text)
            for number, block in enumerate(self.blocks(string)):
                if inlines := self.inlines(block.text, path):
                    at = (
                        level if not number else min(level + block.level, MAXIMUM_LEVEL) if block.level else 0
                    )
                    yield self.piece(path, (Block(at, block.number), *inlines))
            yield from self._below(one, min(level + 1, MAXIMUM_LEVEL))

    def _warn_of_bullet(self, text: Text) -> None:
        message = f"{dotted(text.path)} starts with a bullet, which is left out"
        hint = "delete it: the template prints one"
        self.warnings.append(
            self.source.diagnostic(
                "double-bullet", message, self.source.value(text.path), path=text.path, hint=hint,
                severity=Severity.WARNING,
            )
        )  # fmt: skip

    def blocks(self, string: str) -> list[TextBlock]:
        """The paragraphs of a text, and the items of its lists."""
        return [block for block in split(markdown.normalised(string)) if block.text]

    def parse(self, string: str, path: DataPath) -> RichText:
        """A text of one line with markup."""
        inlines = self.inlines(string, path, markdown.parse)
        return RichText((self.piece(path, inlines),)) if inlines else RichText()

    def inlines(
        self, string: str, path: DataPath, parse: Callable[[str], tuple[Inline, ...]] = markdown.parse_block
    ) -> tuple[Inline, ...]:
        """A text with markup; nothing, and an error, if it cannot be typeset."""
        if _SPECIAL.search(string):  # few texts have any of these
            self.notes(string, path)
            string = self.typographic(string, path)
        try:
            return parse(string)
        except markdown.MarkupError as error:
            if self.lenient:
                self.warn("wrong-markup", f"{error}: printed as written", path)
                return markdown.literal(string)
            self.errors.append(
                self.source.diagnostic("wrong-markup", str(error), self.source.value(path), path=path)
            )
            return ()

    def typographic(self, string: str, path: DataPath) -> str:
        """A text with the quotation marks of its language, unless straight ones are asked for."""
        if self.straight or ('"' not in string and "'" not in string):
            return string
        last = path[-1] if path else ""
        own = (last,) if isinstance(last, str) and rules.is_language_tag(last) else ()
        return quotes.typographic(string, quotes.of_languages((*own, *self.locale.languages)))

    def notes(self, string: str, path: DataPath) -> None:
        """Note what looks like markup of another kind, which is printed as it is; not in .bib files."""
        if self.source.is_bibliography(path):
            return
        for suspect in suspects.find(string):
            self.warnings.append(
                self.source.diagnostic(
                    suspect.code,
                    f"'{suspect.text}' {suspect.message}",
                    self.source.exactly(path, suspect.text),
                    path=path,
                    hint=suspect.hint,
                    severity=Severity.WARNING if suspect.code == suspects.TEX else Severity.NOTE,
                )
            )

    def literal(self, text: Text | None) -> RichText:
        """A text without markup."""
        if text is None:
            return RichText()
        string, path = self.pick(text)
        inlines = markdown.literal(string)
        return RichText((self.piece(path, inlines),)) if inlines else RichText()

    def all_rich(self, texts: Iterable[Text]) -> tuple[RichText, ...]:
        """Several texts with markup, without empty ones."""
        return tuple(filter(None, map(self.rich, texts)))

    def paragraphs(self, text: Text | None) -> tuple[RichText, ...]:
        """A text with markup, as paragraphs: blank lines separate them. The items of a list belong to the
        paragraph before it.
        """
        if text is None:
            return ()
        string, path = self.pick(text)
        fields: list[list[Inline]] = []
        for block in self.blocks(string):
            inlines = self.inlines(block.text, path)
            if not inlines:
                continue
            if not fields or not block.level:
                fields.append([])
            fields[-1] += [Block(block.level, block.number), *inlines] if block.level else inlines
        return tuple(RichText((self.piece(path, tuple(inlines)),)) for inlines in fields)

    def string(self, text: Text | None) -> str:
        """A text without parsing."""
        return "" if text is None else self.pick(text)[0].strip()

    def labelled(self, label: RichText, field: RichText) -> RichText:
        """A field after its label, or alone."""
        return RichText.join(self.locale.separators["colon"], [label, field])

    def join(self, fields: Sequence[RichText]) -> RichText:
        """The fields that are not empty, as a list."""
        return RichText.join(self.locale.separators["list"], fields)

    # -- dates, places, addresses -----------------------------------------------------------------------

    def date(self, text: Text | None, section: str = "") -> RichText:
        """A date in the reader's form, as precise as the section wants it; other texts keep their markup."""
        if text is None:
            return RichText()
        string, path = self.pick(text)
        if dates.is_present(string):
            return RichText.of(self.locale.labels["present"], dotted(path))
        date = dates.parse_date(string)
        if date is None or (date.day and path[-1] in _FREE and dates.is_in_words(string)):
            return self.parse(self._with_dashes(string), path)
        rounded = _rounded(date, self.style.precision(section))
        return RichText.of(self.locale.date(rounded, self.style.month), dotted(path))

    def _with_dashes(self, text: str) -> str:
        """A date in words with its ranges of years, `2016-2017` or `2014-15`, in the reader's form."""
        text = _YEARS.sub(lambda match: self.locale.range(match[1], match[2]), text)
        return _ACADEMIC_YEAR.sub(_with_dash, text)

    def day(self, text: Text | None, month: str = "short") -> RichText:
        """A date in the reader's form, as precise as it was written; its month is like this by default."""
        if text is None:
            return RichText()
        string, path = self.pick(text)
        date = dates.parse_date(string)
        if date is None:
            return self.rich(text)
        return RichText.of(self.locale.date(date, self.style.month_or(month)), dotted(path))

    def period(self, entry: DataEntry) -> RichText:
        """The dates of an entry: a span of time, a date, or both."""
        section = str(entry.path[0]) if entry.path else ""
        singles = [self.date(entry.text(name), section) for name in ("date", "releaseDate")]
        single = self.join(singles if str(singles[0]) != str(singles[1]) else singles[:1])
        start, end = (self.date(entry.text(name), section) for name in ("startDate", "endDate"))
        if start and not end and dates.parse_date(self.string(entry.text("startDate"))):
            end = RichText.of(
                self.locale.labels["present"]
            )  # but "Summer 2020" is over, "Since 2019" says it
        if single and not start and not end:
            return single
        path = (start or end).parts[0].path if start or end else ""
        span = self.locale.range(str(start), str(end)) + self._duration(entry, entry)
        return self.join([RichText.of(span, path), single])

    def _duration(self, first: DataEntry, last: DataEntry) -> str:
        """How long it was from the start of one entry to the end of another, in brackets, where wanted."""
        if not self.style.durations:
            return ""
        start, end = self.string(first.text("startDate")), self.string(last.text("endDate"))
        duration = self.locale.duration(*self.style.duration(start, end))
        opening, closing = self.locale.separators["open"], self.locale.separators["close"]
        space = " " if opening == "(" else ""
        return f"{space}{opening}{duration}{closing}" if duration else ""

    def year(self, entry: DataEntry) -> RichText:
        """The year of an entry with a single date. The dates as they are for any other one, and where
        `meta.dates` says how precise those of its section are.
        """
        shown = self.period(entry)
        written = {
            name: text
            for name in ("date", "releaseDate", "startDate", "endDate")
            if (text := self.string(entry.text(name)))
        }
        single = written.get("date") or written.get("releaseDate")
        date = dates.parse_date(single) if single and len(written) == 1 else None
        if date is None or entry.path[0] in self.style.sections:
            return shown
        return RichText.of(self.locale.date(_rounded(date, "year")), shown.parts[0].path)

    def span(self, entries: Sequence[DataEntry]) -> RichText:
        """From the first start to the last end of some entries; nothing if one of them has no start.

        It is part of the heading of the first entry.
        """
        starts = [
            (date.year, date.month, date.day)
            for entry in entries
            if (date := dates.parse_date(self.string(entry.text("startDate"))))
        ]
        if len(starts) < len(entries):
            return RichText()
        first, last = entries[starts.index(min(starts))], max(entries, key=self.ended)
        section = str(first.path[0])
        start, end = self.date(first.text("startDate"), section), self.date(last.text("endDate"), section)
        end = end or RichText.of(self.locale.labels["present"])
        heading = self.date(entries[0].text("startDate")).parts[0].path
        return RichText.of(self.locale.range(str(start), str(end)) + self._duration(first, last), heading)

    def ended(self, entry: DataEntry) -> tuple[int, int, int]:
        """When an entry ended, for sorting by age: (9999, 0, 0) if it has not, (0, 0, 0) if unknown."""
        start, *ends = (
            self.string(entry.text(name)) for name in ("startDate", "endDate", "date", "releaseDate")
        )
        if dates.is_present(ends[0]) or (dates.parse_date(start) and not any(ends)):
            return (dates.EVER, 0, 0)
        date = next(filter(None, (dates.end_of(text) for text in (*ends, start))), None)
        return (date.year, date.month, date.day) if date else (0, 0, 0)

    def link(self, text: Text | None) -> Link:
        """A web address, printed without its scheme."""
        return Link() if text is None else self.address(*self.pick(text))

    def address(self, string: str, path: DataPath) -> Link:
        """A web address that stands at a path."""
        if links.is_relative(string):
            message = f"{string!r} is the path of a file, not a web address: not linked"
            self.warn("relative-link", message, path, "write it whole, like https://example.com/page.html")
        shown = RichText.of(links.printed(string.strip()), dotted(path)).left_to_right()
        return Link(shown, Url(links.with_scheme(string)))

    def doi(self, text: Text | None) -> Link:
        """A DOI in any of its written forms, as a link."""
        if text is None:
            return Link()
        string, path = self.pick(text)
        bare = re.sub(
            r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:)\s*", "", string.strip(), flags=re.IGNORECASE
        )
        return Link(RichText.of(f"doi:{bare}", dotted(path)).left_to_right(), Url(links.doi_target(bare)))

    def identifier(self, text: Text | None, label: str, address: str) -> Link:
        """A number of arXiv or PubMed, with its label before it, as a link."""
        if text is None:
            return Link()
        string, path = self.pick(text)
        bare = string.strip().removeprefix(label.strip()).removeprefix(address).strip()
        return Link(
            RichText.of(f"{label}{bare}", dotted(path)).left_to_right(), Url(links.normalised(address + bare))
        )


def _rounded(date: PartialDate, precision: str) -> PartialDate:
    if precision == "day":
        return date
    return replace(date, day=0, month=date.month if precision == "month" else 0)


def _with_dash(match: re.Match[str]) -> str:
    """An academic year with a dash; `2019-13`, a month that is none, as it is."""
    follows = int(match[2]) == (int(match[1]) + 1) % 100
    return f"{match[1]}–{match[2]}" if follows else match[0]
