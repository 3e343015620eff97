"""`preview` on the terminal: the address once, then the rounds as `watch` prints them."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING

from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import console, json_output, streams
from .flags import PreviewFlags

if TYPE_CHECKING:
    from texresume.preview.serving import Preview, Settings

EDITOR = "TEXRESUME_EDITOR"
"""Environment variable: what `--editor` says."""


def preview(request: Request, flags: PreviewFlags) -> None:
    """Serve the preview until a signal ends it."""
    from texresume.preview import serving

    asked = settings(flags)
    with (
        console.ended_well() as ending,
        serving.running(request, asked) as preview,
        contextlib.closing(preview.rounds(ending)) as rounds,
    ):
        for number, done in enumerate(rounds):
            if number == 0:
                console.raise_wrong_flags(done)
                _announce(preview, asked, json=flags.json)
                if flags.open:
                    _open(preview.ticket())
            console.say_round(done, json=flags.json)


def settings(flags: PreviewFlags) -> Settings:
    """What the flags say, or the environment. Raises `ResumeError` for a port that is no number."""
    from texresume.preview.serving import Settings

    return Settings(_port(flags.port), flags.editor or os.environ.get(EDITOR, ""), flags.trust)


def _port(text: str) -> int:
    if text and not (text.isascii() and text.isdigit()):
        message, hint = f"invalid value {text!r} for '--port'", "a number, such as 4711"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
    return int(text or "0")


def _announce(preview: Preview, settings: Settings, *, json: bool) -> None:
    """Say where the page is, for people and for programs."""
    if json:
        json_output.write_line({"address": preview.address})
    if settings.port not in (0, preview.port):
        streams.say(f"note: port {settings.port} is taken, using {preview.port}", sys.stderr)
    console.say(f"{preview.address}  (Ctrl-C ends the preview)", json=json)
    sys.stdout.flush()


def _open(address: str) -> None:
    """Open the browser, which may take its time to start."""
    import webbrowser

    def body() -> None:
        with contextlib.suppress(webbrowser.Error, OSError):
            if type(webbrowser.get()) is not webbrowser.GenericBrowser:  # which would take over the terminal
                webbrowser.open(address)

    threading.Thread(target=body, name="browser", daemon=True).start()
