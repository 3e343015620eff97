// Keyboard shortcuts and the dialog that lists them.
import { byId, element, icon } from "./dom.js";
import { focusText } from "./documents.js";
import { setZoom, stepZoom, toggleSpread } from "./paper.js";
import { runCheck } from "./problems.js";
import { compare, singleKeys } from "./tools.js";

const view = (name) => document.body.dispatchEvent(new CustomEvent("view", { detail: name }));
function toPage() { view("page"); byId("desk").focus(); }
function toText() { view("text"); focusText(); }
function toProblems() { view("problems"); (byId("problem-list").querySelector("button") ?? byId("fold")).focus(); }
function press(id) { byId(id).click(); }

/** Single keys, where nothing is being written. @type {[string, string, () => void][]} */
const SINGLE = [
  ["t", "To the text", toText], ["g", "To the page", toPage], ["l", "To the problems", toProblems],
  ["+", "Zoom in", () => stepZoom(1)], ["-", "Zoom out", () => stepZoom(-1)], ["0", "Size on paper", () => setZoom(1)],
  ["w", "Fit the width", () => setZoom("width")], ["f", "Fit the page", () => setZoom("page")], ["2", "Two pages side by side", toggleSpread],
  ["v", "Choose the variant", () => byId("variant").focus()], ["o", "Options", () => press("options-button")], ["k", "Check", runCheck],
  ["c", "Compare two variants", compare], ["d", "Download", () => press("download-button")], ["?", "These shortcuts", help],
];
const OTHERS = [
  ["Everywhere", [["F6", "Next of text, problems, page"], ["Shift F6", "Previous of them"]]],
  ["On the page", [["N, P", "Mark the next, previous value"], ["Enter", "Go to its line"], ["Ctrl wheel", "Zoom"]]],
  ["In the text", [["Ctrl S", "Save now (typing saves by itself)"], ["Ctrl Z, Ctrl Y", "Undo, redo"], ["Ctrl Space", "Complete"], ["Ctrl F", "Search and replace"],
    ["F8", "Next problem"], ["Ctrl Shift M", "Problems of the file"], ["Esc, then Tab", "Leave the text"]]],
];

function help() {
  const dialog = byId("shortcuts");
  if (dialog.open) return;
  const list = (entries) => element("dl", {}, ...entries.flatMap(([keys, about]) => [element("dt", {}, ...keys.split(", ").flatMap((one, index) => [index ? " " : "", element("kbd", {}, one)])), element("dd", {}, about)]));
  dialog.replaceChildren(
    element("div", { class: "title" }, element("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
      element("button", { type: "button", class: "quiet icon", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))),
    element("div", { class: "keys", tabindex: "0", role: "group", "aria-label": "Shortcuts" },
      element("section", {}, element("h3", {}, singleKeys.get() ? "Outside the text" : "Outside the text (off in the settings)"), list(SINGLE.map(([key, about]) => [key.toUpperCase(), about]))),
      element("div", {}, ...OTHERS.map(([title, entries]) => element("section", {}, element("h3", {}, title), list(entries))))));
  dialog.showModal();
}

const REGIONS = [["text", toText], ["problems", toProblems], ["desk", toPage]];

function cycle(direction) {
  const at = REGIONS.findIndex(([id]) => byId(id).contains(document.activeElement));
  const next = at < 0 ? (direction > 0 ? 0 : REGIONS.length - 1) : (at + direction + REGIONS.length) % REGIONS.length;
  REGIONS[next][1]();
}

const writes = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable=true], .cm-editor, dialog");

export function start() {
  byId("help-button").addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    if (event.key === "F6" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      cycle(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !singleKeys.get() || writes(event.target)) return;
    const action = SINGLE.find(([key]) => key === (event.key === "=" ? "+" : event.key))?.[2];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
