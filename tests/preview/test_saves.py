"""Saves: by two clients, during a build, of templates of others, and five hundred of them."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.previewing import Running, running
from texresume.preview.serving import Settings
from texresume.tex import process

from .conftest import DATA


def texts(preview: Running, state: Any) -> str:
    """The text of the lines that the places of what is shown lead to."""
    places = preview.get(f"places/{state['shown']['revision']}").json["places"]
    lines = preview.get("files/data").json["text"].split("\n")
    return "\n".join(lines[one["line"] - 1] for one in places if one["file"] == "data")


@pytest.mark.slow
def test_two_clients(folder: Path, any_tex: str) -> None:
    """Both see the same; of two that save the same text, the second is told what the first has written."""
    with running(folder) as preview:
        preview.next()
        preview.settled()
        with preview.events() as one, preview.events() as other:
            base = preview.get("files/data").json["hash"]
            answers = []

            def save(text: str) -> None:
                answers.append(preview.ask("PUT", "files/data", {"text": text, "base": base}))

            clients = [
                threading.Thread(target=save, args=(DATA.replace("Zymurgist", word),))
                for word in ("Bo", "Cy")
            ]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            assert sorted(answer.status for answer in answers) == [200, 409]
            written = next(answer for answer in answers if answer.status == 200).json["hash"]
            lost = next(answer for answer in answers if answer.status == 409)
            assert lost.json["hash"] == written
            ends = []
            for events in (one, other):
                ends.append(
                    next(
                        state
                        for state in events
                        if not state["busy"] and state["files"][0]["hash"] == written
                    )
                )
            assert ends[0] == ends[1]


@pytest.mark.slow
def test_a_save_during_a_build(folder: Path, any_tex: str) -> None:
    """Is built after it: what is shown in the end is what was saved last."""
    file = folder / "data" / "resume.yaml"
    with running(folder) as preview:
        preview.next()
        preview.settled()
        with preview.events() as events:
            next(events)
            for number in range(10):
                file.write_text(DATA.replace("Zymurgist", f"Brewer {number}"))
                next(state for state in events if state["busy"])
                file.write_text(DATA.replace("Zymurgist", f"Maltster {number}").replace("half", "a half"))
                preview.until(
                    lambda state: not state["busy"] and "a half" in preview.get("files/data").json["text"]
                )
                while f"Maltster {number}" not in texts(preview, state := preview.settled()):
                    pass  # a file may have been read half written, and is built again
                assert not state["failed"]


@pytest.mark.slow
def test_another_editor_is_noticed(folder: Path, any_tex: str) -> None:
    """Also of a file that nothing of what is shown depends on: a new variant, another one's text."""
    with running(folder) as preview:
        preview.next()
        preview.settled()
        (folder / "data" / "variants" / "initech.yaml").write_text("hide: [work.acme]\n")
        state = preview.until(lambda state: "initech" in state["choices"]["variants"])
        known = next(one for one in state["files"] if one["variant"] == "initech")
        (folder / "data" / "variants" / "initech.yaml").write_text("hide: []\n")
        preview.until(
            lambda state: any(
                one["id"] == known["id"] and one["hash"] != known["hash"] for one in state["files"]
            )
        )
        assert preview.rounds.empty()
        (folder / "data" / "variants" / "initech.yaml").unlink()
        preview.until(lambda state: "initech" not in state["choices"]["variants"])


def third_party(folder: Path) -> None:
    """A template of others in the project."""
    made = folder / "templates" / "mine"
    made.mkdir(parents=True)
    (made / "template.yaml").write_text("title: Mine\nextends: onepage\n")


@pytest.mark.slow
@pytest.mark.parametrize("trust", [False, True])
def test_templates_of_others(
    trust: bool, folder: Path, any_tex: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they cannot be confined, the page may choose one only with `--trust`."""
    third_party(folder)
    monkeypatch.setattr(process, "confines_templates", lambda: False)
    with running(folder, Settings(trust=trust), untrusted=not trust) as preview:
        preview.next()
        assert "mine" in [one["name"] for one in preview.settled()["choices"]["templates"]]
        answer = preview.choose(template="mine")
        if trust:
            assert answer.status == 200
            preview.next()
            assert preview.settled()["choices"]["template"] == "mine"
        else:
            assert (answer.status, answer.json["problems"][0]["code"]) == (422, "no-sandbox")
            assert "--trust" in answer.json["problems"][0]["hint"]


def resident() -> int:
    """The memory of this process, in KB."""
    fields = Path("/proc/self/statm").read_text("ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc to measure by")
def test_five_hundred_saves(folder: Path, any_tex: str) -> None:
    """Leave nothing behind: no memory, no open file, no thread, whoever looks on."""
    with running(folder) as preview:
        preview.next()
        preview.settled()
        measured = []
        with preview.events() as events:
            next(events)
            for number in range(500):
                read = preview.get("files/data").json
                text = DATA.replace("Zymurgist", f"Brewer {number}")
                assert preview.ask("PUT", "files/data", {"text": text, "base": read["hash"]}).status == 200
                preview.next()
                state = next(
                    state
                    for state in events
                    if state["shown"] and state["shown"]["proved"] and not state["busy"]
                )
                revision = state["shown"]["revision"]
                assert preview.get(f"pictures/{revision}/1.png?scale=2").status == 200
                if number % 10 == 0:
                    assert preview.get(f"places/{revision}").status == 200
                if number in (99, 499):
                    gc.collect()
                    measured.append((resident(), open_files(), threading.active_count()))
        (memory, handles, threads), (memory_after, handles_after, threads_after) = measured
        assert memory_after - memory < 16_000, measured
        assert abs(handles_after - handles) <= 3, measured
        assert threads_after <= threads + 1, measured
