"""The page in a real Chromium, over the real server: what is typed, clicked and broken, and seen then."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT, absent
from tests.previewing import Running, running
from texresume.preview.serving import Settings
from texresume.tex import distribution

from .conftest import DATA, project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

pytestmark = [pytest.mark.programs, pytest.mark.slow]
AXE = "TEXRESUME_AXE"
WIDTHS = {"telephone": (390, 844), "laptop": (1280, 800), "desk": (2560, 1300)}
PATIENCE = 60_000  # ms


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests, each of which has its own profile in it."""
    if not distribution.find():
        absent("TeX")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        absent("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        absent("playwright")
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=program, args=sandbox)
        yield started
        started.close()


class Desk:
    """A tab with the page, and what a person sees in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.said.append(f"{said.text} {said.location.get('url')}")

    def open(self, address: str) -> Desk:
        self.page.goto(address)
        self.page.wait_for_selector(".sheet img")
        self.page.wait_for_selector(".cm-content", state="attached")
        self.page.wait_for_selector("#desk[data-places]")
        return self

    def wait(self, condition: str, argument: object = None) -> None:
        self.page.wait_for_function(condition, arg=argument, polling=20)

    def picture(self, number: int = 1) -> str:
        """What is painted of a page, as text that is another one when a pixel is."""
        painted: str = self.page.evaluate(
            """async number => {
                const image = document.querySelectorAll('.sheet img')[number - 1];
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
                canvas.getContext('2d').drawImage(image, 0, 0);
                return canvas.toDataURL();
            }""",
            number,
        )
        return painted

    def revision(self) -> int:
        return int(self.page.get_attribute(".sheet", "data-revision") or 0)

    def after(self, revision: int) -> None:
        """Wait for a newer page, whose values can be clicked."""
        self.wait("before => Number(document.querySelector('.sheet').dataset.revision) > before", revision)
        self.wait(
            """() => document.querySelector('#desk').dataset.places
                === document.querySelector('.sheet').dataset.revision"""
        )

    def newest(self, live: Running) -> None:
        """Wait until all is saved and built, and the page shows it."""
        self.saved()
        state = live.until(lambda state: not state["busy"] and state["shown"]["proved"])
        self.wait(
            "last => Number(document.querySelector('.sheet').dataset.revision) === last",
            state["shown"]["revision"],
        )

    def text(self) -> str:
        """The text of the pane."""
        lines: list[str] = self.page.evaluate(
            "() => [...document.querySelectorAll('.cm-content .cm-line')].map(line => line.textContent)"
        )
        return "\n".join(lines)

    def line(self) -> str:
        """The line of the cursor."""
        return self.page.locator(".cm-activeLine").inner_text().strip()

    def at(self, line: str) -> None:
        """Wait until the cursor is in a line."""
        self.wait("line => document.querySelector('.cm-activeLine')?.textContent.trim() === line", line)

    def to_line(self, holding: str) -> None:
        """Put the cursor at the end of a line."""
        self.page.locator(".cm-line", has_text=holding).first.click()
        self.page.keyboard.press("End")

    def saved(self) -> None:
        self.wait("() => document.querySelector('#saved').textContent === 'Saved'")

    def click_value(self, live: Running, path: str) -> None:
        """Click where a value stands on the page."""
        place = self.place(live, path)
        self.page.mouse.click(*place)

    def place(self, live: Running, path: str) -> tuple[float, float]:
        places = live.get(f"places/{self.revision()}").json["places"]
        found = next(one for one in places if one["path"] == path)
        sheet = self.page.locator(".sheet").nth(found["page"] - 1)
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box
        return (
            box["x"] + box["width"] * (found["left"] + found["width"] / 2),
            box["y"] + box["height"] * (found["top"] + found["height"] / 2),
        )

    def choose_file(self, name: str, holding: str) -> None:
        """Show a file by the end of its label; it holds a text."""
        labels = self.page.locator("#file option").all_inner_texts()
        self.page.select_option("#file", label=next(label for label in labels if label.endswith(name)))
        self.wait("text => document.querySelector('.cm-content').textContent.includes(text)", holding)


@contextmanager
def tab(
    browser: Browser, address: str, width: str = "laptop", allowed: str = "", **options: Any
) -> Iterator[Desk]:
    """A tab. At the end nothing has been said to the console, be it an error or a refusal by the CSP, but
    what is `allowed`.
    """
    across, down = WIDTHS[width]
    context = browser.new_context(viewport={"width": across, "height": down}, **options)
    try:
        desk = Desk(context.new_page()).open(address)
        yield desk
        assert [said for said in desk.said if not allowed or not re.search(allowed, said)] == []
    finally:
        context.close()


@pytest.fixture
def live(browser: Browser, folder: Path) -> Iterator[Running]:
    """A preview of a project of the test's own."""
    with running(folder) as preview:
        preview.until(lambda state: state["shown"] and state["shown"]["proved"])
        yield preview


# -- text and page ------------------------------------------------------------------------------------------


def test_typing_changes_file_and_page_without_flicker(live: Running, browser: Browser, folder: Path) -> None:
    """What is typed is in the file, comments and order kept, and on the page; the page is never without its
    picture, and a picture that is not proved yet is marked.
    """
    with tab(browser, live.base) as desk:
        before, revision = desk.picture(), desk.revision()
        desk.page.evaluate(
            """() => {
                window.seen = {missing: 0, proved: new Set()};
                const look = () => {
                    const sheets = [...document.querySelectorAll('.sheet')];
                    const images = sheets.map(sheet => sheet.querySelector('img'));
                    if (!images.every(image => image?.complete)) seen.missing += 1;
                    seen.proved.add(document.querySelector('#desk').dataset.proved);
                };
                const all = {childList: true, subtree: true, attributes: true};
                new MutationObserver(look).observe(document.querySelector('#desk'), all);
            }"""
        )
        desk.to_line("Cut the losses")
        desk.page.keyboard.type(" and more")
        desk.after(revision)
        desk.saved()
        desk.wait("() => document.querySelector('#desk').dataset.proved === 'true'")
        assert desk.picture() != before
        assert (folder / "data/resume.yaml").read_text() == DATA.replace("by half", "by half and more")
        assert desk.page.evaluate("() => seen.missing") == 0
        assert desk.page.evaluate("() => seen.proved.has('false')")


def test_a_save_elsewhere_changes_pane_and_page(live: Running, browser: Browser, folder: Path) -> None:
    """Only what changed; the cursor stays in its text, and undo goes on with what was typed here."""
    with tab(browser, live.base) as desk:
        desk.to_line("label: Zymurgist")
        desk.page.keyboard.type("X")
        desk.saved()
        file = folder / "data/resume.yaml"
        before, revision = desk.picture(), desk.revision()
        file.write_text("# new first line\n" + file.read_text().replace("name: Acme", "name: Acme Breweries"))
        desk.after(revision)
        desk.wait("() => document.querySelector('.cm-content').textContent.includes('Acme Breweries')")
        assert desk.picture() != before
        assert desk.line() == "label: ZymurgistX"
        desk.page.keyboard.press("Control+z")
        desk.saved()
        assert file.read_text() == "# new first line\n" + DATA.replace("name: Acme", "name: Acme Breweries")


def test_a_click_on_the_page_goes_to_the_line_of_the_value(live: Running, browser: Browser) -> None:
    """In whichever file the value stands: the data, or the variant that overrides it."""
    with tab(browser, live.base) as desk:
        for path, line in {
            "basics.label": "label: Zymurgist",
            "work[0].highlights[1].text": "- text: Wrote the book of recipes",
            "work[0].position": "position: Brewer",
        }.items():
            desk.click_value(live, path)
            desk.at(line)
        revision = desk.revision()
        desk.page.select_option("#variant", "acme")
        desk.after(revision)
        desk.click_value(live, "work[0].position")
        desk.at("position: Head Brewer")
        assert desk.page.locator("#file option:checked").inner_text().endswith("data/variants/acme.yaml")


@pytest.mark.skipif(os.name != "posix", reason="touch is a program of POSIX")
def test_a_click_may_open_another_editor(browser: Browser, folder: Path) -> None:
    """By a setting, which the browser remembers; the pane stays where it was."""
    with running(folder, Settings(port=0, editor="touch {file}.{line}")) as live:
        live.until(lambda state: state["shown"] and state["shown"]["proved"])
        with tab(browser, live.base) as desk:
            desk.page.click("#settings-button")
            desk.page.get_by_label("your own editor").check()
            desk.page.reload()
            desk.page.wait_for_selector("#desk[data-places]")
            with desk.page.expect_response("**/open"):
                desk.click_value(live, "basics.label")
            live.until(lambda state: (folder / "data/resume.yaml.4").exists())
            assert desk.line() == "# the whole truth"


def test_pointer_and_cursor_mark_the_value_on_the_page(live: Running, browser: Browser) -> None:
    """The pointer marks what a click would go to; the cursor of the text what it is in."""
    with tab(browser, live.base) as desk:
        x, y = desk.place(live, "basics.label")
        desk.page.mouse.move(x, y)
        mark = desk.page.locator(".mark.hover")
        assert mark.count() == 1
        box = mark.bounding_box()
        assert box
        assert box["x"] < x < box["x"] + box["width"]
        desk.to_line("Wrote the book")
        desk.page.wait_for_selector(".mark.cursor", state="attached")
        box = desk.page.locator(".mark.cursor").bounding_box()
        _, y = desk.place(live, "work[0].highlights[1].text")
        assert box
        assert box["y"] - 1 < y < box["y"] + box["height"] + 1
        desk.to_line("# the whole truth")
        desk.page.wait_for_selector(".mark.cursor", state="detached")


def test_broken_text_keeps_the_last_good_page(live: Running, browser: Browser, folder: Path) -> None:
    """Dimmed, with the problems beside it: listed, underlined, a click away; mended, all is as before."""
    with tab(browser, live.base) as desk:
        before = desk.picture()
        desk.to_line("startDate: 2019-02")
        desk.page.keyboard.press("Backspace")
        desk.page.keyboard.type("9")  # 2019-09: fine still
        desk.page.keyboard.press("Backspace")
        desk.page.keyboard.press("Backspace")
        desk.page.keyboard.type("19")
        desk.page.wait_for_selector(".desk.dimmed")
        problem = desk.page.locator("#problem-list button", has_text="2019-19")
        problem.wait_for()
        assert "wrong-date" in problem.inner_text()
        assert "data/resume.yaml:9" in problem.inner_text()
        assert desk.page.locator("#failed").is_visible()
        assert desk.page.locator(".sheet img").is_visible()
        desk.page.wait_for_selector(".cm-lintRange-error")
        desk.to_line("# the whole truth")
        problem.click()
        desk.wait("() => document.querySelector('.cm-activeLine').textContent.includes('startDate')")
        desk.page.keyboard.press("End")
        desk.page.keyboard.press("Backspace")
        desk.page.keyboard.press("Backspace")
        desk.page.keyboard.type("02")
        desk.page.wait_for_selector(".desk:not(.dimmed)")
        desk.wait("() => document.querySelectorAll('#problem-list li').length === 0")
        desk.newest(live)
        assert desk.picture() == before
        assert (folder / "data/resume.yaml").read_text() == DATA
        assert desk.page.locator("#failed").is_hidden()


def test_completion_and_explanations_come_from_the_schema(live: Running, browser: Browser) -> None:
    """Keys that are not there yet, values that are allowed, and what a key means."""
    with tab(browser, live.base) as desk:
        desk.to_line("position: Brewer")
        desk.page.keyboard.press("Enter")
        desk.page.keyboard.type("end")
        options = desk.page.locator(".cm-tooltip-autocomplete li")
        options.first.wait_for()
        assert options.all_inner_texts()[0] == "endDate"
        about = desk.page.locator(".cm-completionInfo")
        about.wait_for()
        assert "present" in about.inner_text()
        desk.page.wait_for_timeout(100)  # at once, CodeMirror takes Enter for a new line
        desk.page.keyboard.press("Enter")
        assert desk.line() == "endDate:"
        desk.page.keyboard.press("Control+Space")
        options.first.wait_for()
        assert options.all_inner_texts() == ["present"]
        desk.page.keyboard.press("Escape")
        desk.page.locator(".w-key", has_text="label").first.hover()
        desk.page.wait_for_selector(".explained")
        assert "label" in desk.page.locator(".explained").inner_text()


COMPLETED: dict[tuple[str, str], list[str]] = {
    ("resume", "^"): ["basics", "work", "volunteer"],
    ("resume", "basics: {name: x}\n^"): ["work", "volunteer", "education"],
    ("resume", "basics:\n  name: x\n  la^"): ["aliases", "label", "image"],  # what fits is up to CodeMirror
    ("resume", "basics:\n  name: Ada ^"): [],
    ("resume", "basics:\n  summary: |\n    te^"): [],
    ("resume", "basics:  # the ^"): [],
    ("resume", "basics:\n  profiles:\n    - network: ^"): ["LinkedIn", "GitHub"],
    ("resume", "basics: {^}"): ["name", "aliases", "label"],
    ("resume", "basics: {location: {ci^}}"): ["address", "postalCode", "city"],
    ("resume", "basics: {location: {city: x}, ^}"): ["name", "aliases", "label"],
    ("resume", "work:\n  - ^"): ["name", "position", "description"],
    ("resume", "work:\n- name: x\n  st^\n"): ["position", "description", "projects"],
    ("resume", "work:\n  - name: x\n\n    ^\n\n  - name: z\n"): ["position", "description"],
    ("resume", "work:\n  - name: x\n  - ^"): ["name", "position"],
    ("resume", "work:\n  - name: x\n    endDate: ^"): ["present"],
    ("resume", "work:\n  - {name: x, endDate: ^}"): ["present"],
    ("resume", "work:\n  - name: x\n    keep: ^"): ["true", "false", "yes", "no"],
    ("resume", "work:\n  - name: x\n    highlights:\n      - text: x\n        ^"): ["tags", "priority"],
    ("variant", "template: ^"): ["academic", "moderncv", "onepage"],
    ("variant", "sections: [work, ^]"): ["summary", "work"],
    ("variant", "sections:\n  - ^"): ["summary", "work"],
    ("variant", "options:\n  ^"): ["paper"],  # of the template that is shown
    ("variant", "options: {paper: ^}"): ["auto", "a4", "letter"],
    ("letter", "^"): ["to", "date", "subject"],
}


def test_completion_knows_the_place(live: Running, browser: Browser) -> None:
    """In blocks and in braces, whether or not what is written so far is YAML."""
    with tab(browser, live.base) as desk:
        found = desk.page.evaluate(
            """async cases => {
                const schema = await import('./page/schema.js');
                const cm = await import('./page/vendor/codemirror.js');
                const answers = [];
                for (const [name, marked] of cases) {
                    const pos = marked.indexOf('^');
                    const doc = marked.replace('^', '');
                    const state = cm.EditorState.create({doc, extensions: [cm.yaml()]});
                    cm.ensureSyntaxTree(state, doc.length, 1000);
                    const answer = await schema.completion(() => name)({state, pos, explicit: true});
                    answers.push((answer?.options ?? []).map(option => option.label));
                }
                return answers;
            }""",
            [list(case) for case in COMPLETED],
        )
        for (case, expected), options in zip(COMPLETED.items(), found, strict=True):
            if expected:
                start = options if case[1].startswith("options") else options[: len(expected)]
                assert [one for one in start if one in expected] == expected, case
            else:
                assert options == [], case


def test_undo_never_mixes_files(live: Running, browser: Browser, folder: Path) -> None:
    """Each file of the project has a history of its own; what was typed is saved before another is shown."""
    with tab(browser, live.base) as desk:
        desk.to_line("label: Zymurgist")
        desk.page.keyboard.type("X")
        desk.choose_file("data/variants/acme.yaml", "for the Acme job")
        desk.page.locator(".cm-content").click()
        desk.page.keyboard.press("Control+z")
        desk.choose_file("data/resume.yaml", "ZymurgistX")
        desk.saved()
        assert "ZymurgistX" in (folder / "data/resume.yaml").read_text()
        assert "for the Acme job" in (folder / "data/variants/acme.yaml").read_text()
        labels = [Path(label).name for label in desk.page.locator("#file option").all_inner_texts()]
        assert labels[0] == "resume.yaml"
        assert sorted(labels) == ["acme.yaml", "acme.yaml", "base.yaml", "private.yaml", "resume.yaml"]


# -- several at once ----------------------------------------------------------------------------------------


def test_two_tabs_show_the_same(live: Running, browser: Browser, folder: Path) -> None:
    """What is typed in one is in the other, in the pane and on the page; both may type in different lines."""
    with tab(browser, live.base) as first, tab(browser, live.base) as second:
        revision = second.revision()
        first.to_line("Cut the losses")
        first.page.keyboard.type(" twice")
        second.after(revision)
        second.wait("() => document.querySelector('.cm-content').textContent.includes('half twice')")
        second.to_line("label: Zymurgist")
        second.page.keyboard.type(" and more")
        first.wait("() => document.querySelector('.cm-content').textContent.includes('Zymurgist and more')")
        first.saved()
        second.saved()
        assert first.text() == second.text() == (folder / "data/resume.yaml").read_text()


def is_put(route: Route) -> bool:
    return route.request.method == "PUT"


def test_edits_of_the_same_line_are_both_offered(live: Running, browser: Browser, folder: Path) -> None:
    """Neither what was typed nor what the other program wrote is lost; different lines need no question."""
    file = folder / "data/resume.yaml"
    with tab(browser, live.base, allowed="ERR_FAILED") as desk:
        desk.page.route("**/files/*", lambda route: route.abort() if is_put(route) else route.continue_())
        desk.to_line("label: Zymurgist")
        desk.page.keyboard.type(" here")
        file.write_text(file.read_text().replace("name: Acme", "name: Acme Inc"))
        desk.wait("() => document.querySelector('.cm-content').textContent.includes('Acme Inc')")
        assert desk.line() == "label: Zymurgist here"
        assert desk.page.locator("#conflict").is_hidden()
        file.write_text(file.read_text().replace("label: Zymurgist", "label: Zymurgist there"))
        desk.page.wait_for_selector("#conflict:not([hidden])")
        desk.page.unroute("**/files/*")
        desk.page.locator("#conflict").get_by_role("button", name="Compare").click()
        compared = desk.page.locator("#both").inner_text()
        assert "Zymurgist here" in compared
        assert "Zymurgist there" in compared
        desk.page.keyboard.press("Escape")
        assert "Zymurgist there" in file.read_text()
        desk.page.locator("#conflict").get_by_role("button", name="Take the file’s").click()
        desk.saved()
        expected = DATA.replace("Acme\n", "Acme Inc\n").replace("gist\n", "gist there\n")
        assert desk.text() == file.read_text() == expected
        desk.page.locator(".cm-content").focus()
        desk.page.keyboard.press("Control+z")
        desk.saved()
        assert "label: Zymurgist here\n" in file.read_text()


def test_saves_during_builds_end_with_the_last_one(live: Running, browser: Browser, folder: Path) -> None:
    """However fast it is typed, and whatever is being built, the last letter is on the page at the end."""
    forgotten = "404 .*(places|pictures)"  # the server keeps the last few pages
    with tab(browser, live.base, allowed=forgotten) as desk:
        desk.to_line("Cut the losses")
        for number in range(12):
            desk.page.keyboard.type(f" {number}", delay=35)
            desk.page.wait_for_timeout(130)
        desk.saved()
        expected = "Cut the losses of the mash by half 0 1 2 3 4 5 6 7 8 9 10 11"
        assert expected in (folder / "data/resume.yaml").read_text()
        live.until(lambda _: expected in live.get("downloads/txt").body.decode())
        desk.newest(live)


# -- the rest of the page -----------------------------------------------------------------------------------


def test_template_and_options_are_chosen_and_written(live: Running, browser: Browser, folder: Path) -> None:
    """A chosen template and option show at once; what is written into the variant keeps its comments; what is
    refused is said.
    """
    with tab(browser, live.base, allowed="422") as desk:
        revision, before = desk.revision(), desk.picture()
        desk.page.select_option("#variant", "acme")
        desk.after(revision)
        revision, before = desk.revision(), desk.picture()
        desk.page.select_option("#template", "moderncv")
        desk.after(revision)
        assert desk.picture() != before
        revision, before = desk.revision(), desk.picture()
        desk.page.click("#options-button")
        desk.page.select_option("#option-style", "classic")
        desk.after(revision)
        assert desk.picture() != before
        desk.page.fill("#option-margins", "much")
        desk.page.keyboard.press("Tab")
        desk.wait("() => document.querySelector('.refused').textContent.includes('much')")
        assert desk.page.input_value("#option-margins") != "much"
        desk.page.click("#keep")
        file = folder / "data/variants/acme.yaml"
        desk.wait("() => document.querySelector('#keep').disabled")
        written = file.read_text()
        assert "template: moderncv" in written
        assert "style: classic" in written
        assert "# for the Acme job" in written


def test_check_compare_and_downloads(live: Running, browser: Browser) -> None:
    """On demand: what check says, how two variants differ, and a file of every format."""
    with tab(browser, live.base) as desk:
        desk.page.click("#check")
        desk.page.locator("#checked .facts dt").first.wait_for()
        desk.page.get_by_role("button", name="Remove the result").click()
        assert desk.page.locator("#checked").is_hidden()
        desk.page.click("#compare")
        desk.page.locator("#difference-result tbody tr").first.wait_for()
        row = desk.page.locator("#difference-result tr", has_text="work.acme.subtitle")
        assert "".join(row.locator("ins").all_inner_texts()).strip() == "Head"
        desk.page.keyboard.press("Escape")
        formats = live.state()["formats"]
        assert {"pdf", "docx", "html", "txt", "md", "json", "zip", "tex"} <= set(formats)
        links = desk.page.locator("#downloads a")
        assert links.count() == len(formats)
        for index in range(links.count()):
            desk.page.click("#download-button")
            with desk.page.expect_download() as coming:
                links.nth(index).click()
            assert coming.value.path().stat().st_size > 100


def test_zoom_is_sharp_and_keeps_its_place(live: Running, browser: Browser, folder: Path) -> None:
    """A picture has a pixel for each of the screen; a new page is shown at the place that was being read."""
    with tab(browser, live.base, device_scale_factor=2) as desk:
        sharp = """() => {
            const [image] = document.querySelectorAll('.sheet img');
            const box = image.getBoundingClientRect();
            return Math.abs(image.naturalWidth - box.width * devicePixelRatio) < 0.6
                && Math.abs(image.naturalHeight - box.height * devicePixelRatio) < 1.6;
        }"""
        desk.wait(sharp)
        desk.page.locator("#desk").focus()
        width = desk.page.locator(".sheet").bounding_box()
        for _ in range(3):
            desk.page.keyboard.press("+")
        desk.wait(sharp)
        wider = desk.page.locator(".sheet").bounding_box()
        assert width
        assert wider
        assert wider["width"] > width["width"]
        desk.page.evaluate("() => { document.querySelector('#desk').scrollTop = 140; }")
        revision = desk.revision()
        file = folder / "data/resume.yaml"
        file.write_text(file.read_text().replace("Cut", "Halved"))
        desk.after(revision)
        assert desk.page.evaluate("() => document.querySelector('#desk').scrollTop") == 140
        desk.page.keyboard.press("f")
        desk.wait("() => (desk => desk.scrollHeight <= desk.clientHeight)(document.querySelector('#desk'))")
        desk.page.reload()
        desk.page.wait_for_selector(".sheet img")
        assert desk.page.get_attribute("#fit-page", "aria-pressed") == "true"


def test_everything_by_keyboard(live: Running, browser: Browser) -> None:
    """From text to problems to page and back, to a value and its line, to help and out of it."""
    with tab(browser, live.base) as desk:
        keyboard = desk.page.keyboard
        inside = "id => document.getElementById(id).contains(document.activeElement)"
        keyboard.press("F6")
        assert desk.page.evaluate(inside, "editor")
        keyboard.press("Tab")  # indents
        keyboard.press("Control+z")
        keyboard.press("Escape")
        keyboard.press("Tab")  # leaves
        assert not desk.page.evaluate(inside, "editor")
        keyboard.press("F6")
        keyboard.press("F6")
        keyboard.press("F6")
        keyboard.press("F6")
        seen = []
        for _ in range(3):
            seen += [name for name in ("editor", "problems", "desk") if desk.page.evaluate(inside, name)]
            keyboard.press("F6")
        assert sorted(seen) == ["desk", "editor", "problems"]
        desk.page.locator("#desk").focus()
        keyboard.press("n")
        keyboard.press("n")
        assert desk.page.locator(".mark.hover").count() > 0
        keyboard.press("Enter")
        desk.wait(inside, "editor")
        assert desk.line() == "label: Zymurgist"
        desk.page.locator("#desk").focus()
        keyboard.press("?")
        assert desk.page.locator("#shortcuts").is_visible()
        keyboard.press("Escape")
        assert desk.page.locator("#shortcuts").is_hidden()
        keyboard.press("o")
        assert desk.page.locator("#options").is_visible()
        desk.wait(inside, "options")
        keyboard.press("Escape")
        keyboard.press("v")
        desk.wait("() => document.activeElement.id === 'variant'")


def test_a_telephone_shows_one_view_at_a_time(live: Running, browser: Browser, folder: Path) -> None:
    """Page, text or problems, none wider than the screen; a value on the page opens the text."""
    with tab(browser, live.base, "telephone", has_touch=True) as desk:

        def visible() -> list[str]:
            views = ("#desk", "#editor", "#problem-body")
            return [name for name in views if desk.page.locator(name).is_visible()]

        narrow = "() => document.scrollingElement.scrollWidth <= innerWidth"
        assert visible() == ["#desk"]
        assert desk.page.evaluate(narrow)
        desk.page.touchscreen.tap(*desk.place(live, "basics.label"))
        desk.at("label: Zymurgist")
        assert visible() == ["#editor"]
        assert desk.page.evaluate(narrow)
        file = folder / "data/resume.yaml"
        file.write_text(file.read_text().replace("2019-02", "2019-22"))
        desk.wait("() => document.querySelector('#problem-count').textContent === '1'")
        desk.page.get_by_role("button", name="Problems").first.click()
        assert visible() == ["#problem-body"]
        assert desk.page.evaluate(narrow)
        desk.page.locator("#problem-list button").click()
        assert visible() == ["#editor"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", list(WIDTHS))
def test_axe_finds_nothing(browser: Browser, live: Running, folder: Path, width: str, scheme: Any) -> None:
    """No violation of any rule of axe-core: of the page as it is, with its panels and dialogs, and broken."""
    script = Path(os.environ.get(AXE) or ROOT / "node_modules/axe-core/axe.min.js")
    if not script.is_file():
        absent(f"axe-core (npm install axe-core; {AXE} names axe.min.js)")
    with tab(browser, live.base, width, color_scheme=scheme) as desk:
        desk.page.evaluate(script.read_text("utf-8"))

        def violations(state: str, show: Callable[[], object]) -> list[object]:
            show()
            desk.page.wait_for_timeout(250)  # colours that are on their way are no colours
            found = desk.page.evaluate(
                """async () => (await axe.run()).violations
                    .map(one => [one.id, one.nodes.map(node => node.html)])"""
            )
            desk.page.keyboard.press("Escape")
            return [(state, one) for one in found]

        page = desk.page

        def compared() -> None:
            page.click("#compare")
            page.wait_for_selector("#difference-result td")

        found = violations("plain", lambda: None)
        found += violations("options", lambda: page.click("#options-button"))
        found += violations("download", lambda: page.click("#download-button"))
        found += violations("settings", lambda: page.click("#settings-button"))
        found += violations("help", lambda: page.click("#help-button"))
        found += violations("compare", compared)
        file = folder / "data/resume.yaml"
        file.write_text(file.read_text().replace("2019-02", "2019-22"))
        page.wait_for_selector(".desk.dimmed", state="attached")
        found += violations("broken", lambda: None)
        if width == "telephone":
            for view in ("text", "problems"):
                found += violations(view, partial(page.click, f".views [data-view={view}]"))
        assert found == []


# -- the server goes and comes ------------------------------------------------------------------------------


@contextmanager
def process(folder: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A preview as a user starts it, and its address."""
    command = [sys.executable, "-m", "texresume", "preview", "--no-open", "--json", *flags]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as started:
        assert started.stdout
        try:
            yield started, json.loads(started.stdout.readline())["address"]
        finally:
            started.kill()


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_killed_and_restarted_server_is_found_again(browser: Browser, tmp_path: Path) -> None:
    """What was typed meanwhile is saved, the page is new, and nothing was lost on either side."""
    folder = project(tmp_path / "project")
    file = folder / "data/resume.yaml"
    gone = "ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|404"
    with process(folder) as (first, address), tab(browser, address, allowed=gone) as desk:
        first.send_signal(signal.SIGKILL)
        first.wait()
        desk.page.wait_for_selector("#lost:not([hidden])")
        desk.to_line("label: Zymurgist")
        desk.page.keyboard.type(" here")
        desk.wait("() => document.querySelector('#saved').classList.contains('trouble')")
        file.write_text(file.read_text().replace("name: Acme", "name: Acme Inc"))
        before = desk.picture()
        with process(folder) as (_, again):
            assert again == address
            desk.page.wait_for_selector("#lost[hidden]", state="attached")
            desk.saved()
            desk.wait("() => document.querySelector('.cm-content').textContent.includes('Acme Inc')")
            expected = DATA.replace("Acme\n", "Acme Inc\n").replace("gist\n", "gist here\n")
            assert file.read_text() == expected
            revision = desk.revision()
            desk.to_line("Cut the losses")
            desk.page.keyboard.type(" again")
            desk.after(revision)
            assert desk.picture() != before
