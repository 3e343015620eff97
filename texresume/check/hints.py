"""What a good editor would say about the wording, for `check`; each hint has a code of its own.

In doubt, nothing is reported. The word lists are data: `words/hints.yaml`. Dates are checked in `chronology`,
spelling in `spelling`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from texresume import resources
from texresume.build.fit import Fit
from texresume.data.dates import PartialDate
from texresume.data.resume import DataPath, undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.document import passages
from texresume.document.model import Document, Entry, Highlight
from texresume.document.passages import Passage
from texresume.latex.view import fields_of
from texresume.records import dataclass
from texresume.text.inline import has_blocks

MAXIMUM_LINES = 2
MAXIMUM_CHARACTERS = 260
"""Longest highlight where the template does not measure lines: somewhat more than two full lines."""
MAXIMUM_HIGHLIGHTS = 8
REPEATED = 3
"""Number of highlights of one entry that begin with the same word at which it is reported."""
_FEW = 3
"""Fewest highlights for which it matters that none has a number."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLOSING = " )]}”’»“\"'›"
_STOPS = tuple(".!?…。！？؟।")
_NO_SPACES = frozenset(["ja", "zh", "th", "ko"])
"""Languages in which no space ends the first word of a text, or in which it says little."""


@cache
def wordings(language: str) -> dict[str, Any]:
    """The word lists of a language (an ISO 639 code, or `any`); empty if it has none."""
    table: dict[str, dict[str, Any]] = resources.table("check/words/hints.yaml")
    return table.get(language, {})


def check_wording(
    document: Document, source: Source, fitted: Fit | None, own: str, today: PartialDate
) -> list[Diagnostic]:
    """All hints about the wording of a document, with their positions.

    `own` is the language of the data as a BCP 47 tag; `today` decides which entries have ended.
    """
    return list(dict.fromkeys(_Editor(document, source, fitted, own, today).check()))


def check_letter(document: Document, source: Source, own: str) -> list[Diagnostic]:
    """The hints that are about the words of a letter, whose parts are sections."""
    editor = _Editor(document, source, None, own, PartialDate(0, 0, 0))
    return list(dict.fromkeys(editor.check_repeated_words()))


@dataclass
class _Editor:
    document: Document
    source: Source
    fitted: Fit | None
    own: str
    today: PartialDate

    def check(self) -> Iterator[Diagnostic]:
        yield from self.check_contact()
        yield from self.check_placeholders()
        highlights: list[tuple[Highlight, Passage]] = []
        for _, entry in passages.entries(self.document):
            own = [(one, text) for one in entry.highlights if (text := self.passage_of(one)) is not None]
            highlights += own
            yield from self.check_entry(entry, [text for _, text in own])
        for highlight, text in highlights:
            yield from self.check_length(highlight, text)
            yield from self.check_start(text)
            yield from self.check_person(text)
        yield from self.check_repeated_words()
        texts = [text for _, text in highlights]
        yield from self.check_numbers(texts)
        yield from self.check_ends(texts)

    def hint(
        self, code: str, message: str, path: DataPath, remedy: str, *, words: str = "", at_key: bool = False
    ) -> Diagnostic:
        position = self.source.key(path) if at_key else self.source.words(path, words)
        return self.source.diagnostic(
            code, message, position, path=path, hint=remedy, severity=Severity.WARNING
        )

    def passage_of(self, highlight: Highlight) -> Passage | None:
        return next(passages.passages(highlight.text, self.document, self.own), None)

    # -- basics -----------------------------------------------------------------------------------------

    def check_contact(self) -> Iterator[Diagnostic]:
        contacts = {one.kind: str(one.text) for line in self.document.contacts for one in line}
        if not {"email", "phone"} & set(contacts):
            remedy = "add 'email' or 'phone' under 'basics'"
            message = "no email address and no phone number"
            yield self.hint("no-contact", message, ("basics",), remedy, at_key=True)
        local = contacts.get("email", "").rpartition("@")[0].casefold()
        nicknames = "|".join(wordings("any")["email"])
        if re.search(rf"(?<![^\W\d_])(?:{nicknames})(?![^\W\d_])", local):
            message = f"{local!r} is a nickname"
            remedy = "use an address made of your name"
            yield self.hint("unprofessional-email", message, ("basics", "email"), remedy)

    def check_placeholders(self) -> Iterator[Diagnostic]:
        for field in fields_of(self.document):
            for text in passages.passages(field, self.document, self.own):
                patterns = [
                    pattern
                    for language in ("any", *text.languages)
                    for pattern in wordings(language).get("placeholders", ())
                ]
                for pattern in patterns:
                    flags = 0 if "XXX" in pattern or "TODO" in pattern else re.IGNORECASE
                    if found := re.search(pattern, text.text.strip(), flags):
                        message = f"{found[0]!r} is a placeholder"
                        remedy = "replace or delete it"
                        yield self.hint("placeholder", message, text.path, remedy, words=found[0])
                        break

    # -- entries ----------------------------------------------------------------------------------------

    def check_entry(self, entry: Entry, texts: list[Passage]) -> Iterator[Diagnostic]:
        if len(texts) > MAXIMUM_HIGHLIGHTS:
            message = f"{len(texts)} highlights in one entry"
            remedy = (
                f"keep the best {MAXIMUM_HIGHLIGHTS}, or set 'limit' in a variant to pick them by priority"
            )
            path = undotted(f"{entry.path}.highlights")
            yield self.hint("many-highlights", message, path, remedy, at_key=True)
        yield from self.check_repeated_start(texts)
        ended = PartialDate(*entry.ended) if any(entry.ended) else None
        if ended is not None and self.today.is_after(ended):
            yield from self.check_tense(texts)

    def check_repeated_start(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        seen: Counter[str] = Counter()
        for text in texts:
            word = "" if _NO_SPACES & set(text.languages) else _first_word(text.text)
            seen[word.casefold()] += 1
            if word and seen[word.casefold()] == REPEATED:
                message = f"{REPEATED} highlights of this entry begin with {word!r}"
                yield self.hint(
                    "repeated-start", message, text.path, "begin this one with another word", words=word
                )

    def check_tense(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        """Present tense in an entry that has ended: reported once, since it comes in groups."""
        for text in texts:
            word = _first_word(text.text)
            if any(word.casefold() in wordings(one).get("present", ()) for one in text.languages):
                message = f"{word!r} is in the present tense, but the entry has ended"
                remedy = "use the past tense: Managed, Built, Wrote"
                yield self.hint("tense", message, text.path, remedy, words=word)
                return

    # -- highlights -------------------------------------------------------------------------------------

    def check_length(self, highlight: Highlight, text: Passage) -> Iterator[Diagnostic]:
        if has_blocks(highlight.text):
            return  # a list below a highlight is no paragraph
        lines = {one.path: one.lines for one in self.fitted.highlights} if self.fitted else {}
        measured = [fragment.path for fragment in highlight.text.parts if fragment.path in lines]
        if measured:
            count = lines[measured[0]]
            too_long, size = count > MAXIMUM_LINES, f"{count} lines on the page"
        else:
            too_long, size = len(text.text) > MAXIMUM_CHARACTERS, f"{len(text.text)} characters"
        if too_long:
            message = f"the highlight takes {size}"
            yield self.hint("long-highlight", message, text.path, "shorten it to two lines, or split it")

    def check_start(self, text: Passage) -> Iterator[Diagnostic]:
        start = text.text.lstrip("•‣▪–- ").replace("’", "'").casefold()
        weak = [
            one.casefold() for language in text.languages for one in wordings(language).get("weak_starts", ())
        ]
        found = [one for one in weak if re.match(rf"{re.escape(one)}(?!\w)", start)]
        if found:
            phrase = max(found, key=len)
            message = f"{phrase!r} names a duty, not a result"
            yield self.hint("weak-start", message, text.path, "begin with what you did: Built, Cut, Led")

    def check_person(self, text: Passage) -> Iterator[Diagnostic]:
        for language in text.languages:
            words = wordings(language).get("first_person", ())
            if not words:
                continue
            either = "|".join(re.escape(word) for word in words)
            clauses = "|".join(wordings(language).get("clauses", ()))
            # `I` is also a numeral: it counts only at the start of a clause, before a word in lower case.
            begins = rf"(?:\A|[,;:–—] |\b(?:{clauses}) )" if clauses else r"(?<!\w)"
            follows = r"(?= [a-z])" if clauses else r"(?!\w)"
            plain = text.text.replace("’", "'")
            pattern = re.compile(rf"{begins}({either}){follows}")
            found = pattern.search(plain) or pattern.search(plain[:1].lower() + plain[1:])
            if found:
                message = f"{found[1]!r} is in the first person"
                remedy = "leave it out and begin with the verb"
                yield self.hint("first-person", message, text.path, remedy, words=found[1])
                return

    def check_repeated_words(self) -> Iterator[Diagnostic]:
        for field in fields_of(self.document):
            for text in passages.passages(field, self.document, self.own):
                allowed = [wordings(language).get("repeats") for language in text.languages]
                if not all(allowed):  # in some languages grammar repeats words
                    continue
                for found in re.finditer(r"(?<![\w-])([^\W\d_]{2,}) (\1)(?![\w-])", text.text, re.IGNORECASE):
                    one, other = found[1], found[2]
                    if other[0].isupper() or any(one.casefold() in (words or ()) for words in allowed):
                        continue
                    message = f"repeated word {one!r}"
                    yield self.hint("repeated-word", message, text.path, "delete one", words=found[0])

    # -- all highlights together ------------------------------------------------------------------------

    def check_numbers(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        """Reported once: no highlight has a number."""
        if len(texts) < _FEW or any(_has_number(text) for text in texts):
            return
        if not all(any(wordings(one).get("numbers") for one in text.languages) for text in texts):
            return  # without a list, numbers in words go unseen
        remedy = "say how many, how much or how fast where you can"
        yield self.hint("no-number", "no highlight has a number", texts[0].path, remedy)

    def check_ends(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        """Reported once, at the first of the minority: full stops after some highlights only."""
        ends = [(text, end) for text in texts if (end := _ends_in_stop(text)) is not None]
        stopped = [text for text, end in ends if end]
        open_ = [text for text, end in ends if not end]
        if not stopped or not open_:
            return
        fewer, how = (stopped, "with") if len(stopped) < len(open_) else (open_, "without")
        verb = "ends" if len(fewer) == 1 else "end"
        message = f"{len(fewer)} of {len(ends)} highlights {verb} {how} a full stop"
        yield self.hint("mixed-end", message, fewer[0].path, "end all highlights the same way")


def _first_word(text: str) -> str:
    found = _WORD.match(text.lstrip(" “„«\"'(•‣▪–-"))
    return found[0] if found else ""


def _has_number(text: Passage) -> bool:
    if any(char.isnumeric() for char in text.text) or passages.GAP in text.text:
        return True
    numbers = {
        word.casefold() for language in text.languages for word in wordings(language).get("numbers", ())
    }
    return any(word in numbers for found in _WORD.findall(text.text.casefold()) for word in found.split("-"))


def _ends_in_stop(text: Passage) -> bool | None:
    """Whether a highlight ends with a full stop; None if that cannot be told."""
    end = text.text.rstrip(_CLOSING)
    if not end or end.endswith(passages.GAP):
        return None
    if not end.endswith(_STOPS):
        return False
    short = [word for language in text.languages for word in wordings(language).get("abbreviations", ())]
    return None if any(re.search(rf"(?<!\w){re.escape(word)}\.\Z", end) for word in short) else True
