"""Placeholders in the texts of a letter: `{employer}` and `{position}`, of the variant or the letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from texresume.data.letters import ABOUT, LetterData
from texresume.data.resume import Text
from texresume.diagnostics import nearest
from texresume.patterns import lazy

from .texts import Texts

_CODE = lazy(r"(\$?`+[^`]*`+\$?)")
"""Code and formulas, in which braces are braces."""
_PLACEHOLDER = lazy(r"\{\{|\}\}|\{([A-Za-z][\w .-]{0,40})\}")


def fill(data: LetterData, texts: Texts) -> LetterData:
    """The letter with its placeholders filled in; one that is unknown or has no value is an error."""
    values = {**({"employer": data.employer} if data.employer else {}), **data.about}

    def filled(text: Text) -> Text:
        return _filled(text, values, texts)

    return replace(
        data,
        texts={key: tuple(map(filled, some)) for key, some in data.texts.items()},
        recipient={key: tuple(map(filled, some)) for key, some in data.recipient.items()},
    )


def _filled(text: Text, values: Mapping[str, Text], texts: Texts) -> Text:
    if not any("{" in string or "}" in string for string in text.languages.values()):
        return text
    languages = {}
    for tag, string in text.languages.items():
        pieces = _CODE.split(string)
        pieces[::2] = [_piece(piece, text, tag, values, texts) for piece in pieces[::2]]
        languages[tag] = "".join(pieces)
    return replace(text, languages=languages)


def _piece(string: str, text: Text, tag: str, values: Mapping[str, Text], texts: Texts) -> str:
    path = (*text.path, tag) if tag else text.path

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name in values and values[name].path != text.path:
            return values[name].pick(*([tag] if tag else []), *texts.locale.languages)[0].strip()
        position = texts.source.exactly(path, match[0])
        if name in ABOUT:
            message, hint = f"{match[0]} has no value", f"add '{name}: …' to the variant"
        else:
            message = f"unknown placeholder {match[0]}"
            known = " and ".join(f"{{{one}}}" for one in ABOUT)
            hint = nearest(name, ABOUT) or f"there are {known}; for a brace, double it"
        texts.errors.append(
            texts.source.diagnostic("letter-placeholder", message, position, path=path, hint=hint)
        )
        return match[0]

    return _PLACEHOLDER.sub(value, string)
