"""One build in every state of the cache, beside the peers: whole processes, as people run them."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from texresume import cache
from texresume.build import pipeline
from texresume.tex import distribution

from . import content, peers
from .timing import Action, Measured, absent, measure, run

_QUIET_SECONDS = 0.2
_PATIENCE_SECONDS = 10.0
BYTECODE = "PYTHONPYCACHEPREFIX"
"""Environment variable of Python: where compiled modules lie, here an empty folder each time."""
Actions = dict[tuple[str, str], Action]


def settled(folder: Path) -> None:
    """Wait until nobody writes into a cache any more: a build may leave work to be done after it.

    Whoever makes a format has a lock for the half second in which nothing is written.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    before = ""
    while time.monotonic() < until:
        now = cache.state(folder)
        if now == before and not any(folder.rglob("*.lock")):
            return
        before = now
        time.sleep(_QUIET_SECONDS)


def program(name: str) -> list[str]:
    """A program of this Python's environment: the script that people run, where there is one."""
    script = Path(sys.executable).parent / name
    return [str(script)] if script.is_file() else [sys.executable, "-m", name]


class Builds:
    """The actions of one build, each with data and output of its own: no one's work saves another's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.text = content.EXAMPLE.read_text("utf-8")
        self.edits = itertools.count(1)
        self.warm_cache = folder / "cache"
        self.fresh = itertools.count(1)
        self.written: set[Path] = set()
        self.actions: Actions = {}
        self.shown: dict[str, Callable[[], Path]] = {}

    def edited(self) -> str:
        """The example as it never was before."""
        return content.edited(self.text, next(self.edits))

    def place(self, name: str) -> tuple[Path, Path]:
        """A data file, and a folder for what is built of it."""
        data = self.folder / name / "resume.yaml"
        data.parent.mkdir()
        data.write_text(self.edited(), "utf-8")
        return data, data.parent / "dist"

    def whole_process(
        self,
        name: str,
        what: str,
        command: list[str],
        *,
        edits: bool = True,
        cold: bool = False,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`build` as a process; `cold`: with an empty cache each time."""
        data, output = self.place(name)
        environment = {**os.environ, cache.FOLDER: str(self.warm_cache), **more}

        def prepare() -> None:
            if edits:
                data.write_text(self.edited(), "utf-8")
            if cold:
                environment[cache.FOLDER] = str(self.folder / f"cache-{next(self.fresh)}")
            if BYTECODE in more:
                environment[BYTECODE] = str(self.folder / f"bytecode-{next(self.fresh)}")

        build = [*command, "build", "--data", str(data), "--output", str(output)]

        def whole() -> None:
            self.written.add(Path(environment[cache.FOLDER]))
            run(build, content.ROOT, environment)

        self.actions[name, what] = Action(whole, prepare)
        self.shown.setdefault("texresume", lambda: next(output.glob("*.pdf")))

    def running_process(self) -> None:
        """`pipeline.build` where everything has been imported already."""
        data, output = self.place("process")
        request = pipeline.Request(data=data, output=output, project=content.ROOT)
        os.environ[cache.FOLDER] = str(self.warm_cache)
        self.actions["process", "texresume: `pipeline.build` in a running process"] = Action(
            lambda: pipeline.build(request), lambda: data.write_text(self.edited(), "utf-8")
        )

    def ours(self, *, full: bool) -> None:
        """texresume in every state of its cache."""
        invoke, texresume = program("invoke"), program("texresume")
        self.whole_process("cold", "texresume: first build, empty cache", invoke, cold=True)
        self.whole_process("warm", "texresume: `invoke build` after an edit", invoke)
        self.whole_process("warm-texresume", "texresume: `texresume build` after an edit", texresume)
        self.whole_process("unchanged", "texresume: `invoke build`, nothing changed", invoke, edits=False)
        self.running_process()
        if len(distribution.find()) > 1:
            what = "texresume: `invoke build` after an edit, embedded TeX"
            self.whole_process("warm-embedded", what, invoke, more={distribution.CHOICE: "embedded"})
        if full:
            what = "texresume: first build, empty cache, no compiled bytecode"
            self.whole_process("first", what, invoke, cold=True, more={BYTECODE: ""})

    def references(self) -> None:
        """TeX alone on the same source, by hand and by latexmk; a Python that does nothing."""
        data, output = self.place("reference")
        source = peers.Source(data, output)
        pdflatex = str(distribution.find()[0].program)
        self.actions["pdflatex", "plain pdflatex, one run, same .tex"] = Action(
            lambda: source.typeset(pdflatex, "-interaction=batchmode")
        )
        self.actions["python", "`python -c pass`"] = Action(
            lambda: run([sys.executable, "-c", "pass"], self.folder)
        )
        latexmk = peers.programs().get("latexmk")
        if latexmk is None:
            return
        for name, what, clean in (
            ("latexmk-clean", "latexmk -pdf, same .tex, from clean", True),
            ("latexmk-edit", "latexmk -pdf, same .tex, after an edit", False),
        ):
            own = peers.Source(data, self.folder / name)

            def prepare(own: peers.Source = own, clean: bool = clean) -> None:
                own.edit(next(self.edits))
                if clean:
                    own.clean()

            command = (latexmk, "-pdf", "-interaction=batchmode", "-silent")
            self.actions[name, what] = Action(partial(own.typeset, *command), prepare)
            self.shown["latexmk"] = own.pdf

    def in_peace(self) -> Actions:
        """The actions, each begun only when what those before it have left to be done is done."""

        def prepare(one: Action) -> None:
            while self.written:
                settled(self.written.pop())
            one.prepare()

        return {key: Action(one.run, partial(prepare, one)) for key, one in self.actions.items()}

    def others(self, found: Mapping[str, str], *, full: bool) -> None:
        """RenderCV and YAMLResume on the same content."""
        for name, where in found.items():
            if name not in peers.VARIABLES:
                continue
            peer = peers.Peer(name, where, self.folder / name.lower())
            whats = {
                "RenderCV": "RenderCV: PDF only, after an edit",
                "YAMLResume": "YAMLResume: after an edit",
            }

            def prepare(peer: peers.Peer = peer) -> None:
                peer.edit(self.edited())

            self.actions[name.lower(), whats[name]] = Action(peer.build, prepare)
            self.shown[name] = peer.pdf
            if name == "YAMLResume":
                own = peers.Peer(name, where, self.folder / "yamlresume-clean")

                def clean(own: peers.Peer = own) -> None:
                    own.clean()
                    own.edit(self.edited())

                self.actions["yamlresume-clean", "YAMLResume: from clean"] = Action(own.build, clean)
            elif full:
                first = ("rendercv-first", "RenderCV: PDF only, no compiled bytecode")
                self.actions[first] = Action(peer.build_without_bytecode, prepare)


def builds(rounds: int, folder: Path, *, full: bool) -> tuple[list[Measured], list[Measured]]:
    """The times of one build by everybody, and what everybody's PDF shows of the content."""
    before = os.environ.get(cache.FOLDER)
    bench = Builds(folder)
    found = peers.programs()
    try:
        bench.ours(full=full)
        bench.references()
        bench.others(found, full=full)
        measured = measure(bench.in_peace(), rounds)
    finally:
        os.environ.pop(cache.FOLDER, None)
        if before is not None:
            os.environ[cache.FOLDER] = before
    missing = [
        absent(name.lower(), name, f"not installed ({_how(name)})")
        for name in ("latexmk", *peers.VARIABLES)
        if name not in found
    ]
    wanted = content.words_of(content.EXAMPLE)
    return [*measured, *missing], [_shown(name, pdf, wanted) for name, pdf in bench.shown.items()]


def _how(name: str) -> str:
    return f"see {peers.VARIABLES[name]}" if name in peers.VARIABLES else "Debian's package latexmk"


def _shown(name: str, pdf: Callable[[], Path], wanted: list[str]) -> Measured:
    try:
        pages, share = content.shown(pdf().read_bytes(), wanted)
    except (OSError, StopIteration):
        return absent(name, name, "it made no PDF")
    return Measured(name, name, facts={"pages": pages, "words": round(share, 4)})
