"""The language of a résumé without `meta.locale`: what other keys and the file's name say, and a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from texresume.data.resume import Resume, Text
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.text import language, locale

_KEYS = ("language", "lang", "x-lang", "$lang", "x-language", "x-locale")
_IN_NAME = re.compile(r"[._-]([A-Za-z]{2}(?:[-_][A-Za-z]{2}|[-_]Han[st])?)$")
_IN_WORDS = ("summary", "position", "description", "reference", "honors", "thesis", "fluency", "label")
"""Fields that hold words of a language rather than names."""


def said(data: Mapping[str, Any], file: Path, *, foreign: bool) -> str:
    """The tag of the language that keys other than `meta.locale`, or the name of the file, mention; else "".

    In a `foreign` document the keys may also be outside of `meta`.
    """
    meta = data.get("meta")
    for place in (meta if isinstance(meta, Mapping) else {}, data if foreign else {}):
        for key in _KEYS:
            value = place.get(key)
            if isinstance(value, str) and _is_known(value):
                return value
    match = _IN_NAME.search(file.stem)
    if match is None or not _is_known(match[1]):
        return ""
    # "resume-it.yaml" may be for a job in IT.
    return "" if language.guess(_strings(data), match[1]) else match[1]


def without_keys(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without the keys outside of `meta` that name a language: they are understood."""
    return {key: value for key, value in data.items() if key not in _KEYS}


def _is_known(tag: str) -> bool:
    try:
        locale.find(tag)
    except LookupError:
        return False
    return True


def _strings(data: Any, key: str = "") -> Iterator[str]:
    """The texts of raw data that hold words of a language."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _strings(value, key if key == "highlights" else str(name))
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value, key)
    elif isinstance(data, str) and key in (*_IN_WORDS, "highlights"):
        yield data


def doubts(resume: Resume, tag: str, source: Source) -> tuple[Diagnostic, ...]:
    """A warning if the words of a résumé are plainly in another language than the one that is assumed."""
    found = language.guess(_words(resume), tag)
    if not found or not _is_known(found):
        return ()
    message = f"the text looks like {found!r}, but its headings and dates are printed in {tag!r}"
    hint = f"build with --locale {found}, or add 'meta: {{locale: {found}}}' to the data"
    position = source.key(("basics",))
    return (source.diagnostic("other-language", message, position, hint=hint, severity=Severity.WARNING),)


def _words(resume: Resume) -> Iterable[str]:
    entries = [entry for section in resume.sections for entry in section.entries]
    for entry in (resume.basics, *entries):
        for name in _IN_WORDS:
            yield from _plain(entry.texts(name))
        yield from _plain(tuple(highlight.text for highlight in entry.highlights))


def _plain(texts: tuple[Text, ...]) -> Iterator[str]:
    """Texts that are in one language only: of several, the reader's is picked."""
    for text in texts:
        if "" in text.languages:
            yield text.languages[""]
