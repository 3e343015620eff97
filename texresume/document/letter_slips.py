"""What was left in a letter from another one: places to fill in, another employer, another position."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from texresume import resources
from texresume.data.letters import LetterData
from texresume.data.resume import DataPath, Text
from texresume.diagnostics import Diagnostic
from texresume.patterns import lazy
from texresume.records import dataclass

from .texts import Texts

_CODE = lazy(r"\$?`+[^`]*`+\$?")
_TODO = lazy(
    r"(?<![\w-])(?:TODO|TBD|TBC|FIXME|XXX+)(?![\w-])(?! (?:apps?|lists?|items?|comments?)\b)"
    r"|\?{3,}|(?<!_)_{3,}(?!_)|\b[Ll]orem ipsum\b"
    r"|\[(?P<square>[^][\n]{2,60})\](?!\()|(?<!\w)<(?P<angle>[^<>\n@:/]{2,60})>"
)
_WORD = lazy(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Others:
    """What the other variants are about: their names by employer and by position, and the employers that the
    résumé itself names.
    """

    employers: Mapping[str, str]
    positions: Mapping[str, str]
    own: frozenset[str] = frozenset()


def find(data: LetterData, filled: LetterData, texts: Texts, others: Others) -> list[Diagnostic]:
    """An error for each slip. `data` is the letter as written, `filled` has its placeholders filled in."""
    about = {key: _string(text, texts) for key, text in data.about.items()}
    return [
        *_todo(data, texts),
        *_wrong_about(data, texts),
        *_wrong_company(filled, about.get("employer", ""), texts),
        *_another_employer(filled, about.get("employer", ""), texts, others),
        *_another_position(filled, about.get("position", ""), texts, others),
    ]


def _wrong_about(data: LetterData, texts: Texts) -> Iterator[Diagnostic]:
    """An error where the employer or the position of a letter is not that of its variant."""
    for key, variants in data.of_variant.items():
        own = data.about[key]
        here, there = _string(own, texts), _string(variants, texts)
        if not _same(here, there):
            message = f"the letter's {key} is {here!r}, and the variant's is {there!r}"
            hint = f"delete one of the two '{key}'"
            at = texts.source.value(own.path)
            yield texts.source.diagnostic(f"letter-other-{key}", message, at, path=own.path, hint=hint)


def _string(text: Text, texts: Texts) -> str:
    return text.pick(*texts.locale.languages)[0].strip()


def _all(data: LetterData) -> Iterator[Text]:
    for some in (*data.recipient.values(), *data.texts.values()):
        yield from some


def _picked(some: Iterable[Text], texts: Texts) -> Iterator[tuple[str, DataPath]]:
    """Texts in the reader's language, without code, and their paths."""
    for text in some:
        string, path, _ = text.pick(*texts.locale.languages)
        yield _CODE.sub(" ", string), path


# -- places to fill in ------------------------------------------------------------------------------------


def _todo(data: LetterData, texts: Texts) -> Iterator[Diagnostic]:
    for string, path in _picked((*_all(data), *data.about.values()), texts):
        for match in _TODO.finditer(string):
            inner = match["square"] or match["angle"]
            if inner is not None and not _is_blank(inner):
                continue
            position = texts.source.exactly(path, match[0])
            hint = "fill it in; if it is meant as it is, write it as code, in backticks"
            message = f"the letter still says {match[0]!r}"
            yield texts.source.diagnostic("letter-todo", message, position, path=path, hint=hint)


def _is_blank(text: str) -> bool:
    """Whether a text in brackets names what is to stand there: `[Company]`, `<your name>`."""
    table = resources.table("document/blanks.yaml")
    blanks, between = table["words"], table["between"]
    words = [word.casefold() for word in _WORD.findall(text)]
    return any(word in blanks for word in words) and all(word in blanks or word in between for word in words)


# -- another application ----------------------------------------------------------------------------------

_LEGAL = frozenset(
    """ab ag aps as asa bv co company corp corporation ev gbr ggmbh gmbh group holding inc incorporated kg
    kgaa limited llc llp ltd mbh nv oy oyj plc pte pty sa sarl sas se spa srl ug the and und et""".split()
)
"""What names of companies have besides the name, and letters leave out."""


def _name_words(name: str) -> list[str]:
    words = [word.casefold() for word in re.findall(r"\w+", name.replace(".", ""))]
    return [word for word in words if word not in _LEGAL] or words


def _same(one: str, other: str) -> bool:
    """Whether two names are the same, or one is a part of the other: Acme, Acme Power GmbH."""
    here, there = _name_words(one), _name_words(other)
    return _is_part(here, there) or _is_part(there, here)


def _is_part(short: list[str], long: list[str]) -> bool:
    count = len(short)
    return any(long[start : start + count] == short for start in range(len(long) - count + 1))


def _wrong_company(data: LetterData, employer: str, texts: Texts) -> Iterator[Diagnostic]:
    for string, path in _picked(data.recipient.get("company", ()), texts):
        if employer and not _same(string, employer):
            message = f"the letter goes to {string.strip()!r}, and the variant is about {employer!r}"
            hint = "correct 'company', or 'employer'"
            position = texts.source.value(path)
            yield texts.source.diagnostic("letter-other-employer", message, position, path=path, hint=hint)


def _another_employer(data: LetterData, employer: str, texts: Texts, others: Others) -> Iterator[Diagnostic]:
    company = next((string for string, _ in _picked(data.recipient.get("company", ()), texts)), "")
    if not (employer or company):  # then the employer of another variant may be this one's too
        return
    own = [name for name in (employer, company, *others.own, *data.mentions) if name]
    foreign = {name: variant for name, variant in others.employers.items() if not _known(name, own)}
    for string, path in _picked(_all(data), texts) if foreign else ():
        words = _name_words(string)
        for name, variant in foreign.items():
            if _is_part(_name_words(name), words) and _as_written(name, string):
                message = f"the letter names {name!r}, the employer of the variant {variant!r}"
                hint = f"correct it; if it is meant, add 'mentions: [{name}]' to the letter"
                position = texts.source.words(path, _as_written(name, string))
                yield texts.source.diagnostic(
                    "letter-other-employer", message, position, path=path, hint=hint
                )


def _known(name: str, own: Iterable[str]) -> bool:
    return any(_same(name, one) for one in own)


def _as_written(name: str, string: str) -> str:
    """The name as the text has it, without what is legal; empty if it is in small letters, and may be a
    word.
    """
    core = r"\W+".join(map(re.escape, _name_words(name)))
    for match in re.finditer(rf"(?<![\w-]){core}(?![\w-])", string, re.IGNORECASE):
        if match[0][:1] == name[:1] or not match[0][:1].islower():
            return match[0]
    return ""


def _another_position(data: LetterData, position: str, texts: Texts, others: Others) -> Iterator[Diagnostic]:
    """Only in the subject: in the text it may be a job that one had."""
    for string, path in _picked(data.texts.get("subject", ()), texts) if position else ():
        words = _name_words(string)
        if _is_part(_name_words(position), words):
            continue
        for name, variant in others.positions.items():
            if _is_part(_name_words(name), words) and not _is_part(_name_words(name), _name_words(position)):
                message = f"the subject names {name!r}, the position of the variant {variant!r}"
                hint = f"this variant's position is {position!r}"
                at = texts.source.words(path, name)
                yield texts.source.diagnostic("letter-other-position", message, at, path=path, hint=hint)
