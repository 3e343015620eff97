"""The benchmark: its forms of the content, its verdicts, where its tables go, and one quick run of it all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from benchmarks import content, growth, main, peers, plot, results, timing, watching
from benchmarks.results import Results
from benchmarks.timing import Action, Measured, absent

from texresume import tasks
from texresume.build import pipeline
from texresume.tex import distribution

from .conftest import ROOT

EXAMPLE = content.EXAMPLE.read_text("utf-8")


def run_of(*measured: Measured) -> Results:
    """A run that measured this."""
    return Results("a machine", {"texresume": "0"}, "2026-01-01", 3, {results.BUILDS: list(measured)})


def texts(value: object) -> str:
    """All texts of plain data."""
    if isinstance(value, dict):
        return " ".join(texts(one) for one in value.values())
    if isinstance(value, list):
        return " ".join(texts(one) for one in value)
    return str(value)


def test_each_edit_is_another_content_of_the_same_length() -> None:
    """No two rounds build the same, and none differs in its width."""
    first, second = content.edited(EXAMPLE, 7), content.edited(EXAMPLE, 1234)
    assert first != second
    assert len(first) == len(second)
    assert content.edited(first, 1234) == second


@pytest.mark.parametrize("form", [content.for_rendercv, content.for_yamlresume])
def test_other_programs_get_the_same_content(form: Callable[..., str]) -> None:
    """Every highlight, employer, school and skill of the example stands in the other program's form."""
    data = content.plain(EXAMPLE)
    given = texts(yaml.safe_load(form(data)))
    entries = [*data["work"], *data["projects"]]
    wanted = [text for entry in entries for text in entry["highlights"]]
    wanted += [entry["name"] for entry in entries] + [entry["position"] for entry in data["work"]]
    wanted += [entry["institution"] for entry in data["education"]]
    wanted += [word for entry in (*data["skills"], *entries) for word in entry.get("keywords", ())]
    assert [text for text in wanted if text not in given] == []


def test_a_long_resume_is_good_data_and_grows(tmp_path: Path) -> None:
    """What it is made of passes the schema, and every employer is there."""
    file = tmp_path / "long.yaml"
    file.write_text(content.long(45), "utf-8")
    document, _, _ = pipeline.read(file)
    assert len(content.plain(file.read_text("utf-8"))["work"]) == 45
    assert document.metadata.author == "Nadia Ellersby"


def test_every_action_runs_in_every_round_after_one_that_is_not_counted() -> None:
    """Preparation comes before each run; the order of a round is that of the actions."""
    done: list[str] = []
    actions = {
        ("a", "A"): Action(lambda: done.append("a"), lambda: done.append("before a")),
        ("b", "B"): Action(lambda: done.append("b")),
    }
    measured = timing.measure(actions, 2)
    assert done == ["before a", "a", "b"] * 3
    assert [len(one.seconds) for one in measured] == [2, 2]


def test_a_program_that_fails_is_left_out_with_its_last_words(tmp_path: Path) -> None:
    """The rest is measured all the same."""
    script = "import sys; sys.stderr.write('first\\nno such theme | here\\n'); sys.exit(3)"
    actions = {
        ("bad", "bad"): Action(lambda: timing.run([sys.executable, "-c", script], tmp_path)),
        ("good", "good"): Action(lambda: None),
    }
    bad, good = timing.measure(actions, 1)
    assert (bad.seconds, bad.facts["absent"]) == ((), "it failed: no such theme / here")
    assert len(good.seconds) == 1


@pytest.mark.parametrize(
    ("warm", "verdict"), [(0.35, "reached"), (0.36, "**not reached**")], ids=["at the limit", "beyond it"]
)
def test_figures_are_judged_by_ratios_of_medians(warm: float, verdict: str) -> None:
    """One slow sample does not decide."""
    run = run_of(Measured("warm", "w", (9.0, warm, warm)), Measured("rendercv", "r", (1.0, 1.0, 0.1)))
    (row,) = [line for line in results.markdown(run).splitlines() if "≤ 0.35" in line]
    assert row.endswith(f"| {warm:.2f} | {10 * warm:.2f} | {verdict} |")


def test_a_batch_is_judged_by_pdfs_a_second() -> None:
    """More is better there."""
    figure = next(one for one in results.FIGURES if one.name == "batch")
    fast = run_of(Measured("batch", "b", (1.0,), {"variants": 24}))
    slow = run_of(Measured("batch", "b", (1.0,), {"variants": 23}))
    assert [figure.reached(figure.value(one)) for one in (fast, slow, run_of())] == [True, False, None]


def test_what_was_not_measured_says_why() -> None:
    """Neither reached nor not: the reason stands in its place."""
    run = run_of(Measured("warm", "w", (1.0,)), absent("rendercv", "RenderCV", "not installed"))
    text = results.markdown(run)
    rows = [line for line in text.splitlines() if "RenderCV's PDF-only" in line]
    assert rows[0].endswith("| – | – | not measured: not installed |")
    assert "PDFs/s" not in text  # no batch was asked for


def test_samples_that_were_kept_give_the_same_tables(tmp_path: Path) -> None:
    """A picture or a table can be made again without measuring."""
    batch = Measured("batch", "a batch", (1.0, 1.25), {"variants": 24})
    run = run_of(Measured("warm", "warm", (0.25, 0.5)), absent("rendercv", "RenderCV", "not installed"))
    run.sections[results.BATCH] = [batch]
    file = tmp_path / "bench.json"
    run.write_json(file)
    assert Results.read_json(file) == run
    assert results.markdown(Results.read_json(file)) == results.markdown(run)


def test_tables_replace_what_stands_between_the_comments(tmp_path: Path) -> None:
    """Twice the same is once the same, and nothing else of the document changes."""
    document = tmp_path / "benchmarks.md"
    before = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    document.write_text(before, "utf-8")
    results.write_into(document, "| new |\n")
    once = document.read_text("utf-8")
    results.write_into(document, "| new |\n")
    assert document.read_text("utf-8") == once
    assert "| new |" in once
    assert once.partition(results.BEGIN)[0] == before.partition(results.BEGIN)[0]
    assert once.partition(results.END)[2] == before.partition(results.END)[2]
    document.write_text("nothing", "utf-8")
    with pytest.raises(ValueError, match="no place for the results"):
        results.write_into(document, "")


@pytest.mark.skipif(os.name != "posix", reason="a script is a program on POSIX only")
def test_peers_are_found_by_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A variable that leads nowhere is as good as none."""
    program = tmp_path / "any-name"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(peers.VARIABLES["RenderCV"], str(program))
    monkeypatch.setenv(peers.VARIABLES["YAMLResume"], str(tmp_path / "gone"))
    assert peers.programs() == {"RenderCV": str(program)}


WATCHER = """
import subprocess, sys, time
from pathlib import Path
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
Path("child").write_text(str(child.pid))
Path("ready").touch()
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
def test_nothing_that_watches_outlives_its_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one that takes no notice of Ctrl-C, nor what it has started."""
    monkeypatch.setattr(watching, "_END_SECONDS", 0.2)
    with watching.running([sys.executable, "-c", WATCHER], tmp_path, os.environ):
        for _ in range(1000):
            if (tmp_path / "ready").exists():
                break
            time.sleep(0.01)
    child = int((tmp_path / "child").read_text("ascii"))
    for _ in range(500):
        if not _alive(child):
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the watcher's child is still there")


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc/self").exists()
    return state != "Z"


def pdf_of(text: str) -> bytes:
    """A PDF of one page that says something, without a table of contents: readers mend that."""
    content = f"BT /F 12 Tf 9 9 Td ({text}) Tj ET".encode()
    page = b"/Parent 2 0 R /MediaBox [0 0 300 30] /Contents 4 0 R"
    font = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    return (
        b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
        b"3 0 obj << /Type /Page " + page + b" /Resources << " + font + b" >> >> endobj\n"
        b"4 0 obj << /Length "
        + str(len(content)).encode()
        + b" >> stream\n"
        + content
        + b"\nendstream endobj\n"
        b"trailer << /Root 1 0 R >>\n%%EOF\n"
    )


def test_the_time_of_a_save_ends_with_the_pdf_that_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PDFs of earlier saves and half written ones come first, and are no answer."""
    monkeypatch.setattr(watching, "PAUSE_SECONDS", 0.01)
    data, pdf = tmp_path / "resume.yaml", tmp_path / "resume.pdf"
    pdf.write_bytes(pdf_of("nine teams"))
    delay = 0.05
    threads = []

    def watcher(number: str) -> None:
        time.sleep(delay / 2)
        pdf.write_bytes(pdf_of("nine teams 0001"))
        pdf.write_bytes(b"%PDF-1.4 half")
        time.sleep(delay / 2)
        pdf.write_bytes(pdf_of(f"nine teams {number}"))

    def save(file: Path, text: str) -> None:
        number = text.partition("nine teams ")[2][:4]
        watching.save(file, text)
        threads.append(threading.Thread(target=watcher, args=(number,)))
        threads[-1].start()

    found = watching.samples(2, data, tmp_path, str, save)
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert min(found) >= delay
    assert data.read_text("utf-8") == content.edited(EXAMPLE, 5000 + len(threads) - 1)


def test_a_pdf_that_never_comes_is_said_to_be_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure ends with a reason for its row."""
    monkeypatch.setattr(watching, "_PATIENCE_SECONDS", 0.05)
    (tmp_path / "resume.pdf").write_bytes(pdf_of("nine teams 0001"))
    with pytest.raises(watching.Slow, match="no PDF with the edit"):
        watching.arrival(tmp_path, "5000")


def test_sections_are_chosen_by_flags() -> None:
    """Quick runs leave out what takes long; the inspection is for full ones; `--only` picks."""
    assert main.chosen(main.parsed(["--quick"])) == list(main.QUICK)
    assert "inspection" not in main.chosen(main.parsed([]))
    assert main.chosen(main.parsed(["--full"])) == list(main.SECTIONS)
    assert main.chosen(main.parsed(["--only", "pages,watch"])) == ["watch", "pages"]
    with pytest.raises(SystemExit):
        main.parsed(["--only", "nonsense"])


@pytest.mark.tex
def test_a_resume_of_so_many_pages_has_them(tmp_path: Path, any_tex: str) -> None:
    """The length is found by trying."""
    assert growth.of_pages(2, tmp_path).build().report.pages == 2


@pytest.mark.tex
@pytest.mark.slow
def test_a_quick_run_measures_everything(tmp_path: Path, any_tex: str) -> None:
    """Every section has samples of texresume's own, each PDF holds the content, and the samples are kept."""
    kept = tmp_path / "bench.json"
    environment = {name: value for name, value in os.environ.items() if name not in peers.VARIABLES.values()}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "bench.py"), "--quick", "--json", str(kept)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    run = json.loads(kept.read_text("utf-8"))
    sections = run["sections"]
    for title, names in {
        results.BUILDS: {"cold", "warm", "warm-texresume", "unchanged", "process", "pdflatex", "python"},
        results.BATCH: {"batch", "batch-alone"},
        results.VARIANTS: {"variants-1", "variants-3"},
        results.PAGES: {"pages-1", "pages-2"},
    }.items():
        assert {name for name in names if len(sections[title][name]["seconds"]) != 1} == set()
        assert f"### {title}" in done.stdout
    assert {
        engine
        for engine, _ in watching.ENGINES
        if hasattr(tasks, "watch") and distribution.find(engine)
        if len(sections[results.WATCH][f"watch-{engine}"]["seconds"]) != 1
    } == set()
    assert sections[results.SHOWN]["texresume"] == {
        "what": "texresume",
        "seconds": [],
        "pages": 1,
        "words": 1.0,
    }
    assert "batch of variants | ≥ 24.0 PDFs/s | " in done.stdout


def test_a_run_is_drawn(tmp_path: Path) -> None:
    """The same run gives the same picture, byte for byte."""
    run = run_of(
        Measured("warm", "texresume: `invoke build`", (0.2,)), Measured("rendercv", "RenderCV", (1.0,))
    )
    pages = [Measured(f"pages-{n}", f"{n} pages", (n / 10,), {"pages": n, "runs": 1}) for n in (1, 2, 5)]
    run = replace(run, sections={**run.sections, results.PAGES: pages})
    drawn = []
    for number in range(2):
        file = tmp_path / f"{number}.svg"
        plot.draw(run, file)
        drawn.append(file.read_bytes())
    assert drawn[0] == drawn[1]
    assert drawn[0].startswith(b"<?xml")
