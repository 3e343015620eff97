"""What the page asks the server for, and what it gets."""

from __future__ import annotations

import io
import json
import shlex
import stat
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from tests.previewing import PATIENCE, Running, running
from texresume.build import pipeline
from texresume.build.run import Run
from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf.problems import Report
from texresume.preview.serving import Settings

from .conftest import DATA


def test_the_page_may_load_only_what_is_its_own(shared: Running) -> None:
    """Every answer has the headers; the nonce is another one each time, and stands in the page."""
    first, second = shared.get(""), shared.get("")
    assert first.status == 200
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]
    assert b"{{nonce}}" not in first.body
    for answer in (first, shared.get("state"), shared.get("nothing")):
        assert answer.headers["cache-control"] == "no-store"
    assert first.headers["referrer-policy"] == "no-referrer"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "server" not in first.headers


def test_a_ticket_leads_to_the_page_once(shared: Running) -> None:
    """What other users read in the browser's command line is worth nothing afterwards."""
    path = shared.preview.guard.ticket()
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\n\r\n".encode()
    assert f"location: {shared.prefix}/".encode() in shared.raw(head)
    assert shared.raw(head).startswith(b"HTTP/1.1 404")
    assert shared.prefix.strip("/") not in shared.preview.ticket()


def test_the_state_says_everything(shared: Running) -> None:
    """Files without their places, choices with their options, what is shown."""
    state = shared.state()
    assert state["name"] == "Ada Example"
    assert [one["kind"] for one in state["files"]] == ["data", "private", "variant", "letter", "variant"]
    base = next(one for one in state["files"] if one["label"].endswith("base.yaml"))
    assert (base["kind"], base["variant"], base["schema"]) == ("variant", "base", "variant")
    assert state["choices"]["variants"] == ["", "acme", "base"]
    assert {one["name"] for one in state["choices"]["templates"]} >= {"onepage", "moderncv", "academic"}
    assert state["choices"]["template"] == "onepage"
    accent = next(one for one in state["choices"]["options"] if one["name"] == "accent")
    assert accent["kind"] == "color"
    assert "blue" in accent["values"]
    assert state["shown"]["proved"]
    assert not state["failed"]
    assert state["shown"]["headline"].startswith("1 page")
    assert state["version"] == shared.get("state").json["version"]


def test_pictures_are_sharp(shared: Running) -> None:
    """At the scale that is asked for, within bounds; only of pages that there are."""
    shown = shared.state()["shown"]
    revision, width = shown["revision"], shown["pages"][0]["width"]
    for scale, pixels in (("1", width), ("2.5", 2.5 * width), ("9", 4 * width)):
        answer = shared.get(f"pictures/{revision}/1.png?scale={scale}")
        assert answer.headers["content-type"] == "image/png"
        assert "immutable" in answer.headers["cache-control"]
        with Image.open(io.BytesIO(answer.body)) as image:
            assert abs(image.width - pixels) <= 1.5
    assert shared.get(f"pictures/{revision}/2.png").status == 404
    assert shared.get(f"pictures/{revision}/0.png").status == 404
    assert shared.get(f"pictures/{revision + 99}/1.png").status == 404


def test_every_value_has_its_place(shared: Running) -> None:
    """On the page, and in the file that it comes from, from its first character to its last."""
    state = shared.state()
    places = shared.get(f"places/{state['shown']['revision']}").json["places"]
    by_path = {one["path"]: one for one in places}
    labels = {one["id"]: one["label"] for one in state["files"]}
    lines = DATA.split("\n")
    highlight = (
        by_path["work[0].highlights[1]"]
        if "work[0].highlights[1]" in by_path
        else by_path["work[0].highlights[1].text"]
    )
    line = lines[highlight["line"] - 1]
    assert line[highlight["column"] - 1 : highlight["end_column"] - 1] == "Wrote the book of recipes"
    assert labels[by_path["basics.phone"]["file"]].endswith("private.yaml")
    assert by_path["basics.phone"]["line"] == 2
    assert by_path["basics.name"]["top"] < by_path["basics.summary"]["top"] < highlight["top"] < 1
    assert all(0 < one["width"] < 1 and 0 < one["height"] < 0.1 for one in places)


def test_schemas_and_files_of_the_page(shared: Running) -> None:
    """By names of a table."""
    assert json.loads(shared.get("schemas/variant").body)["type"] == "object"
    assert shared.get("schemas/template").status == 404
    assert shared.get("page/index.html").status == 404
    assert shared.get("page/nothing.js").status == 404


@pytest.mark.slow
def test_differences_and_downloads(shared: Running) -> None:
    """What `diff` says of two variants; the PDF, and another format, as attachments."""
    changes = shared.get("differences?first=&second=acme").json["changes"]
    assert any(one["b"] == "Head Brewer" for one in changes)
    assert shared.get("differences?first=&second=../acme").status == 404
    pdf = shared.get("downloads/pdf")
    assert pdf.body.startswith(b"%PDF-")
    assert "attachment" in pdf.headers["content-disposition"]
    assert "ada-example-onepage.pdf" in pdf.headers["content-disposition"]
    assert b"Zymurgist" in shared.get("downloads/txt").body
    assert shared.get("downloads/exe").status == 404


def test_a_save_from_the_page(folder: Path, any_tex: str) -> None:
    """The text is the file's, byte for byte, but for its line ends; who comes too late is told."""
    file = folder / "data" / "resume.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + DATA.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    with running(folder) as preview:
        preview.next()
        before = preview.settled()
        read = preview.get("files/data").json
        assert read["text"] == DATA
        assert read["hash"] == before["files"][0]["hash"]
        text = DATA.replace("Zymurgist", "Brewer é")
        with preview.events() as events:
            next(events)
            written = preview.ask("PUT", "files/data", {"text": text, "base": read["hash"]})
            assert written.status == 200
            assert preview.next().changed == (file,)
            seen = [next(events)]
            while seen[-1]["busy"] or seen[-1]["files"][0]["hash"] != written.json["hash"]:
                seen.append(next(events))
        shown = [one["shown"] for one in seen if one["shown"]["revision"] > before["shown"]["revision"]]
        proved = [one["proved"] for one in shown]
        assert proved == sorted(proved)
        assert proved[-1]
        assert len({one["revision"] for one in shown}) == 1
        assert file.read_bytes() == b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        late = preview.ask("PUT", "files/data", {"text": "x: y\n", "base": read["hash"]})
        assert (late.status, late.json) == (409, {"text": text, "hash": written.json["hash"]})
        assert (folder / "dist" / "ada-example-onepage.pdf").is_file()


@pytest.mark.slow
def test_what_is_wrong_leaves_the_last_good_page(folder: Path, any_tex: str) -> None:
    """Until it is mended; the problems lead to the line."""
    file = folder / "data" / "resume.yaml"
    with running(folder) as preview:
        preview.next()
        good = preview.settled()["shown"]
        file.write_text(DATA.replace("2019-02", "2019-19"))
        preview.next()
        state = preview.settled()
        assert state["failed"]
        assert state["shown"] == good
        (problem,) = [one for one in state["problems"] if one["severity"] == "error"]
        assert (problem["file"], problem["line"], problem["path"]) == ("data", 9, "work[0].startDate")
        assert preview.get(f"pictures/{good['revision']}/1.png").status == 200
        file.write_text(DATA)
        preview.next()
        state = preview.settled()
        assert not state["failed"]
        assert state["shown"]["revision"] > good["revision"]


def test_what_is_typeset_is_shown_before_it_is_proved(
    folder: Path, any_tex: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is gone again if it turns out to be wrong."""
    gate, verdicts = threading.Event(), [True, False]
    inspect = pipeline.inspect_pdf

    def late(run: Run) -> Report:
        assert gate.wait(PATIENCE)
        gate.clear()
        if not verdicts.pop(0):
            run.log.add([Diagnostic(Severity.ERROR, "text-lost", "lost")])
        return inspect(run)

    monkeypatch.setattr(pipeline, "inspect_pdf", late)
    with running(folder) as preview:
        shown = preview.until(lambda state: state["shown"])["shown"]
        assert not shown["proved"]
        assert preview.get(f"pictures/{shown['revision']}/1.png?scale=0.5").status == 200
        gate.set()
        preview.next()
        good = preview.settled()["shown"]
        assert (good["revision"], good["proved"]) == (shown["revision"], True)
        (folder / "data" / "resume.yaml").write_text(DATA.replace("Zymurgist", "Brewer"))
        doubtful = preview.until(lambda state: state["shown"]["revision"] > good["revision"])
        assert not doubtful["shown"]["proved"]
        gate.set()
        preview.next()
        state = preview.settled()
        assert state["failed"]
        assert state["shown"] == good


@pytest.mark.slow
def test_choices(folder: Path, any_tex: str) -> None:
    """Another variant, template, option, document; wrong ones are named, and change nothing."""
    with running(folder) as preview:
        preview.next()
        assert preview.choose(variant="acme", options={"accent": "red"}).status == 200
        preview.next()
        state = preview.settled()
        assert (state["choices"]["variant"], state["title"]) == ("acme", "Ada Example · acme · onepage")
        assert state["choices"]["chosen"] == {"template": "", "options": {"accent": "red"}}
        assert {one["name"]: one["value"] for one in state["choices"]["options"]}["accent"] == "red"
        assert state["choices"]["documents"] == ["resume", "letter"]
        assert preview.choose(document="letter").status == 200
        letter = preview.until(lambda state: state["choices"]["document"] == "letter")
        paths = {one["path"] for one in preview.get(f"places/{letter['shown']['revision']}").json["places"]}
        assert any(path.startswith("letter.") for path in paths)
        for wrong, code in (
            ({"variant": "nobody"}, "unknown-variant"),
            ({"variant": "../data/variants/acme"}, "unknown-variant"),
            ({"template": str(folder)}, "unknown-template"),
            ({"options": {"accent": "loud"}}, "wrong-option"),
            ({"options": {"nosuch": "1"}}, "unknown-option"),
        ):
            answer = preview.choose(**wrong)
            assert (answer.status, answer.json["problems"][0]["code"]) == (422, code)
        assert preview.state()["choices"]["chosen"] == {"template": "", "options": {"accent": "red"}}


@pytest.mark.slow
def test_keep_writes_into_the_variant(folder: Path, any_tex: str) -> None:
    """With its comments and its order; what is kept is not chosen any more."""
    file = folder / "data" / "variants" / "acme.yaml"
    before = file.read_text()
    with running(folder, options={"accent": "red"}) as preview:
        preview.next()
        assert preview.ask("POST", "keep").status == 409
        assert preview.choose(variant="acme", options={"accent": "red", "links": "plain"}).status == 200
        preview.next()
        assert preview.ask("POST", "keep").status == 200
        preview.next()
        wanted = before.replace("accent: blue", "accent: red").replace(
            "sourcesans\n", "sourcesans\n  links: plain\n"
        )
        assert file.read_text() == wanted
        state = preview.until(lambda state: not state["choices"]["chosen"]["options"])
        values = {one["name"]: one["value"] for one in preview.settled()["choices"]["options"]}
        assert (values["accent"], values["links"]) == ("red", "plain")
        assert state["choices"]["variant"] == "acme"


@pytest.mark.slow
def test_check_asks_everybody(folder: Path, any_tex: str) -> None:
    """Its findings are those of the command, its facts what was asked; no file is left."""
    (folder / "data" / "resume.yaml").write_text(DATA.replace("Brewer", "Brewer, responsible for for beer"))
    with running(folder) as preview:
        preview.next()
        listed = sorted(folder.rglob("*"))
        answer = preview.ask("POST", "check")
        codes = {one["code"] for one in answer.json["problems"]}
        assert "repeated-word" in codes
        assert dict(answer.json["facts"])["Pages"] == "1"
        assert sorted(folder.rglob("*")) == listed


@pytest.mark.slow
def test_an_editor_opens_the_line(folder: Path, any_tex: str, tmp_path: Path) -> None:
    """By a command without a shell, or by an address that the page follows."""
    opened = tmp_path / "opened"
    script = f"import sys; open({str(opened)!r}, 'w').write(sys.argv[1])"
    command = shlex.join([sys.executable, "-c", script, "{file}|{line}|{column}"])
    with running(folder, Settings(editor=command)) as preview:
        preview.next()
        state = preview.settled()
        assert state["opens"]
        assert preview.ask("POST", "open", {"file": "data", "line": 12, "column": 3}).status == 200
        for wrong in ({"file": "nobody"}, {"file": "data", "line": 0}, {"file": "data", "line": "1; ls"}):
            assert preview.ask("POST", "open", wrong).status in (400, 404)
        from tests.watching import eventually

        assert eventually(lambda: opened.exists() and opened.read_text() != "")
        assert opened.read_text() == f"{folder / 'data' / 'resume.yaml'}|12|3"


@pytest.mark.parametrize("editor", ["code", "http://example.com/{file}", "javascript://{file}", "'{file}"])
def test_no_editor(editor: str, folder: Path) -> None:
    """What is no command with a file in it, and no address of an editor, is wrong usage."""
    from texresume.diagnostics import ResumeError

    with pytest.raises(ResumeError) as caught, running(folder, Settings(editor=editor)):
        pass
    assert caught.value.diagnostics[0].code == "wrong-flags"
