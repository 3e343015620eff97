"""What commands print for people: progress on a terminal, differences in colour."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from texresume.variants.difference import Change, words_changed

from . import streams

_MARKS = {"only-a": "-", "only-b": "+", "changed": "~", "moved": ">"}
_STYLES = {"a": "red strike", "b": "green", "same": ""}
_PLAIN = {"a": "[-{}-]", "b": "{{+{}+}}", "same": "{}"}
"""How words are marked without colour: as by wdiff and `git diff --word-diff`."""


@contextmanager
def progress(total: int, stream: TextIO) -> Iterator[Callable[[str, bool], None]]:
    """Yields a function to call with a line for each finished build.

    A terminal shows a progress bar below the lines; elsewhere the lines are numbered. A `further` line is
    about a build that was counted.
    """
    if not stream.isatty():
        done = 0

        def plain(line: str, further: bool = False) -> None:
            nonlocal done
            done += not further
            streams.say(f"[{done}/{total}] {line}", stream)
            stream.flush()

        yield plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
    from rich.text import Text

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=total)

        def advance(line: str, further: bool = False) -> None:
            bar.console.print(Text(streams.harmless(line)), soft_wrap=True)
            bar.advance(task, 0 if further else 1)

        yield advance


def show_changes(changes: Sequence[Change], names: tuple[str, str]) -> None:
    """Print differences: in colour on a terminal, with marks around the words elsewhere."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    colour = console.color_system is not None
    a, b = map(streams.harmless, names)
    console.print(Text(f"- only in {a}, + only in {b}, ~ changed, > moved"))
    last = ""
    for change in changes:
        if change.section != last:
            console.print(Text(streams.harmless(change.section), style="bold" if colour else ""))
            last = change.section
        line = Text(f"  {_MARKS[change.kind]} ")
        place = change.place.removeprefix(change.section).removeprefix(".")
        line.append(f"{streams.harmless(place)}: " if place else "")
        for kind, text in _pieces(change):
            shown = streams.harmless(text)
            words = change.kind == "changed" and not colour
            line.append(_PLAIN[kind].format(shown) if words else shown, _STYLES[kind] if colour else "")
        console.print(line)
    if not changes:
        console.print(Text("  no differences"))


def _pieces(change: Change) -> list[tuple[str, str]]:
    if change.kind == "changed":
        return words_changed(change.a, change.b)
    if change.kind == "moved":
        return [("same", change.b)]
    return [("a", change.a)] if change.kind == "only-a" else [("b", change.b)]
