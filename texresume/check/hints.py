"""What a good editor would say about the words: hints, each with a code of its own, for `check`.

Doubt is settled in favour of the text. Words are data: `words/hints.yaml`. Of dates speaks
`chronology`, of spelling `spelling`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
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

MAXIMUM_LINES = 2
MAXIMUM_CHARACTERS = 260
"""What a highlight may have where its lines are not measured: somewhat more than two full lines."""
MAXIMUM_HIGHLIGHTS = 8
REPEATED = 3
"""Highlights of one entry that begin with the same word, from which on it is said."""
_FEW = 3
"""Highlights without which it means nothing that none has a figure."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLOSING = " )]}”’»“\"'›"
_STOPS = tuple(".!?…。！？؟।")
_NO_SPACES = frozenset(["ja", "zh", "th", "ko"])
"""Languages in which the first word of a text is not told by a space, or tells nothing."""


@cache
def wordings(language: str) -> dict[str, Any]:
    """The lists of a language, as an ISO 639 code, or of `any`; empty if it has none."""
    table: dict[str, dict[str, Any]] = resources.table("check/words/hints.yaml")
    return table.get(language, {})


def given(
    document: Document, source: Source, fitted: Fit | None, own: str, today: PartialDate
) -> list[Diagnostic]:
    """All hints about the words of a document, with their places.

    `own` is the language of the data as a BCP 47 tag; `today` tells what is over.
    """
    editor = _Editor(document, source, fitted, own, today)
    return list(dict.fromkeys(editor.hints()))


@dataclass
class _Editor:
    document: Document
    source: Source
    fitted: Fit | None
    own: str
    today: PartialDate

    def hints(self) -> Iterator[Diagnostic]:
        yield from self.contact()
        yield from self.placeholders()
        bullets: list[tuple[Highlight, Passage]] = []
        for _, entry in passages.entries(self.document):
            mine = [(one, text) for one in entry.highlights if (text := self.passage(one)) is not None]
            bullets += mine
            yield from self.entry(entry, [text for _, text in mine])
        for highlight, text in bullets:
            yield from self.length(highlight, text)
            yield from self.weak_start(text)
            yield from self.first_person(text)
        yield from self.repeated_words()
        texts = [text for _, text in bullets]
        yield from self.numbers(texts)
        yield from self.ends(texts)

    def hint(
        self, code: str, message: str, path: DataPath, remedy: str, *, words: str = "", at_key: bool = False
    ) -> Diagnostic:
        position = self.source.key(path) if at_key else self.source.words(path, words)
        return self.source.diagnostic(
            code, message, position, path=path, hint=remedy, severity=Severity.WARNING
        )

    def passage(self, highlight: Highlight) -> Passage | None:
        return next(passages.passages(highlight.text, self.document, self.own), None)

    # -- the head ---------------------------------------------------------------------------------------

    def contact(self) -> Iterator[Diagnostic]:
        contacts = {one.kind: str(one.text) for line in self.document.contacts for one in line}
        if not {"email", "phone"} & set(contacts):
            remedy = "write 'email:' or 'phone:' under basics"
            message = "nothing says how to reach you: there is neither an email nor a phone"
            yield self.hint("no-contact", message, ("basics",), remedy, at_key=True)
        local = contacts.get("email", "").rpartition("@")[0].casefold()
        nicknames = "|".join(wordings("any")["email"])
        if re.search(rf"(?<![^\W\d_])(?:{nicknames})(?![^\W\d_])", local):
            message = f"{local!r} is a name for friends"
            remedy = "take an address made of your own name"
            yield self.hint("unprofessional-email", message, ("basics", "email"), remedy)

    def placeholders(self) -> Iterator[Diagnostic]:
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
                        message = f"{found[0]!r} was to be replaced"
                        remedy = "write what it stands for, or delete it"
                        yield self.hint("placeholder", message, text.path, remedy, words=found[0])
                        break

    # -- entries ----------------------------------------------------------------------------------------

    def entry(self, entry: Entry, texts: list[Passage]) -> Iterator[Diagnostic]:
        if len(texts) > MAXIMUM_HIGHLIGHTS:
            message = f"{len(texts)} highlights in one entry"
            remedy = f"keep the best {MAXIMUM_HIGHLIGHTS}; 'limit' in a variant does it by priority"
            path = undotted(f"{entry.path}.highlights")
            yield self.hint("many-highlights", message, path, remedy, at_key=True)
        yield from self.repeated_start(texts)
        ended = PartialDate(*entry.ended) if any(entry.ended) else None
        if ended is not None and self.today.is_after(ended):
            yield from self.tense(texts)

    def repeated_start(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        seen: Counter[str] = Counter()
        for text in texts:
            word = "" if _NO_SPACES & set(text.languages) else _first_word(text.text)
            seen[word.casefold()] += 1
            if word and seen[word.casefold()] == REPEATED:
                message = f"{REPEATED} highlights of one entry begin with {word!r}"
                yield self.hint("repeated-start", message, text.path, "begin this one otherwise", words=word)

    def tense(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        """Today's verbs in an entry that is over: said once, since they come together."""
        for text in texts:
            word = _first_word(text.text)
            if any(word.casefold() in wordings(one).get("present", ()) for one in text.languages):
                message = f"this is over, and {word!r} speaks of today"
                remedy = "past tense says that it is done: Managed, Built, Wrote"
                yield self.hint("tense", message, text.path, remedy, words=word)
                return

    # -- highlights -------------------------------------------------------------------------------------

    def length(self, highlight: Highlight, text: Passage) -> Iterator[Diagnostic]:
        lines = {one.path: one.lines for one in self.fitted.highlights} if self.fitted else {}
        places = [part.path for part in highlight.text.parts if part.path in lines]
        if places:
            count = lines[places[0]]
            too_long, size = count > MAXIMUM_LINES, f"{count} lines on the page"
        else:
            too_long, size = len(text.text) > MAXIMUM_CHARACTERS, f"{len(text.text)} characters"
        if too_long:
            message = f"a highlight of {size}"
            yield self.hint("long-highlight", message, text.path, "two lines are read: cut it, or part it")

    def weak_start(self, text: Passage) -> Iterator[Diagnostic]:
        start = text.text.lstrip("•‣▪–- ").replace("’", "'").casefold()
        weak = [
            one.casefold() for language in text.languages for one in wordings(language).get("weak_starts", ())
        ]
        found = [one for one in weak if re.match(rf"{re.escape(one)}(?!\w)", start)]
        if found:
            phrase = max(found, key=len)
            message = f"{phrase!r} says what you were there for, not what you did"
            yield self.hint("weak-start", message, text.path, "begin with what came of it: Built, Cut, Led")

    def first_person(self, text: Passage) -> Iterator[Diagnostic]:
        for language in text.languages:
            words = wordings(language).get("first_person", ())
            if not words:
                continue
            either = "|".join(re.escape(word) for word in words)
            clauses = "|".join(wordings(language).get("clauses", ()))
            # `I` is a numeral as well: only where a clause begins, and a word in lower case follows.
            begins = rf"(?:\A|[,;:–—] |\b(?:{clauses}) )" if clauses else r"(?<!\w)"
            follows = r"(?= [a-z])" if clauses else r"(?!\w)"
            plain = text.text.replace("’", "'")
            pattern = re.compile(rf"{begins}({either}){follows}")
            found = pattern.search(plain) or pattern.search(plain[:1].lower() + plain[1:])
            if found:
                message = f"{found[1]!r}: a highlight is about you without saying so"
                remedy = "leave it out, and begin with the verb"
                yield self.hint("first-person", message, text.path, remedy, words=found[1])
                return

    def repeated_words(self) -> Iterator[Diagnostic]:
        for field in fields_of(self.document):
            for text in passages.passages(field, self.document, self.own):
                allowed = [wordings(language).get("repeats") for language in text.languages]
                if not all(allowed):  # in some languages a word stands twice by its grammar
                    continue
                for found in re.finditer(r"(?<![\w-])([^\W\d_]{2,}) (\1)(?![\w-])", text.text, re.IGNORECASE):
                    one, other = found[1], found[2]
                    if other[0].isupper() or any(one.casefold() in (words or ()) for words in allowed):
                        continue
                    message = f"{one!r} stands here twice"
                    yield self.hint("repeated-word", message, text.path, "delete one", words=found[0])

    # -- all highlights together ------------------------------------------------------------------------

    def numbers(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        """Said once: no highlight has a figure."""
        if len(texts) < _FEW or any(_has_figure(text) for text in texts):
            return
        if not all(any(wordings(one).get("numbers") for one in text.languages) for text in texts):
            return  # figures in words of a language without a list are not seen
        remedy = "say how many, how much, how fast, where you can"
        yield self.hint("no-number", "no highlight has a figure", texts[0].path, remedy)

    def ends(self, texts: list[Passage]) -> Iterator[Diagnostic]:
        """Said once, where the fewer are: full stops after some highlights and not after others."""
        ends = [(text, end) for text in texts if (end := _ends_in_stop(text)) is not None]
        stopped = [text for text, end in ends if end]
        open_ = [text for text, end in ends if not end]
        if not stopped or not open_:
            return
        fewer, rest = (stopped, "without") if len(stopped) < len(open_) else (open_, "in a full stop")
        how = "in a full stop" if fewer is stopped else "without"
        verb = "ends" if len(fewer) == 1 else "end"
        message = f"{len(fewer)} of {len(ends)} highlights {verb} {how}, the others {rest}"
        yield self.hint("mixed-end", message, fewer[0].path, "end all of them in the same way")


def _first_word(text: str) -> str:
    found = _WORD.match(text.lstrip(" “„«\"'(•‣▪–-"))
    return found[0] if found else ""


def _has_figure(text: Passage) -> bool:
    if any(char.isnumeric() for char in text.text) or passages.GAP in text.text:
        return True
    figures = {
        word.casefold() for language in text.languages for word in wordings(language).get("numbers", ())
    }
    return any(word in figures for found in _WORD.findall(text.text.casefold()) for word in found.split("-"))


def _ends_in_stop(text: Passage) -> bool | None:
    """Whether a highlight ends in a full stop; None where it cannot be told."""
    end = text.text.rstrip(_CLOSING)
    if not end or end.endswith(passages.GAP):
        return None
    if not end.endswith(_STOPS):
        return False
    short = [word for language in text.languages for word in wordings(language).get("abbreviations", ())]
    return None if any(re.search(rf"(?<!\w){re.escape(word)}\.\Z", end) for word in short) else True
