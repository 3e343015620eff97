// Downloads, the comparison of two variants, settings, and where popovers stand.
import { byId, element, icon, plural, remembered } from "./dom.js";
import { opening } from "./places.js";
import { ask, onState, state } from "./server.js";

const FORMATS = [
  ["pdf", "PDF", "to send"], ["docx", "Word", "for forms that want it"], ["html", "Web page", "one file"], ["md", "Markdown", ""],
  ["txt", "Plain text", "to paste into forms"], ["json", "JSON Resume", "for other programs"], ["tex", "LaTeX", "the source"], ["zip", "LaTeX folder", "for Overleaf"], ["png", "Picture", "of each page"],
];
/** Whether single keys are shortcuts outside of texts. */
export const singleKeys = remembered("keys", true);

let offered = "";
function downloads(formats) {
  if (offered === String(formats)) return;
  offered = String(formats);
  byId("downloads").replaceChildren(element("ul", {}, ...FORMATS.filter(([format]) => formats.includes(format)).map(([format, name, about]) => element("li", {},
    element("a", { href: `downloads/${format}`, download: "", onclick: () => byId("downloads").hidePopover() },
      element("span", {}, name), element("span", { class: "about" }, about ? `.${format}, ${about}` : `.${format}`))))));
}

// -- two variants ----------------------------------------------------------------------------------------------

const nameOf = (variant) => variant || "Everything";

function chooser(id, label, value, onchange) {
  const made = element("select", { id, onchange }, ...state.choices.variants.map((name) => element("option", { value: name }, nameOf(name))));
  made.value = value;
  return element("label", { class: "chooser" }, element("span", {}, label), made);
}

/** The words of a change: those of one side only are marked. */
function words(change, side) {
  if (!change.words.length) return change[side] === null || change[side] === undefined ? "" : String(change[side]);
  return change.words.filter(([kind]) => kind === "same" || kind === side)
    .map(([kind, text]) => (kind === "same" ? text : element(side === "a" ? "del" : "ins", {}, text)));
}

async function showDifferences() {
  const [first, second] = [byId("first").value, byId("second").value];
  const result = byId("difference-result");
  let answer;
  try {
    answer = await ask(`differences?first=${encodeURIComponent(first)}&second=${encodeURIComponent(second)}`);
  } catch {
    result.replaceChildren(element("p", { class: "none" }, "No answer: the connection is lost."));
    return;
  }
  if (byId("first").value !== first || byId("second").value !== second) return;
  if (answer.status !== 200) {
    const problems = answer.data?.problems ?? [];
    result.replaceChildren(element("ul", { class: "list" }, ...problems.map((problem) => element("li", { class: "problem" }, icon("error", "Error"), element("span", { class: "message" }, problem.message)))));
    return;
  }
  const changes = answer.data.changes ?? [];
  if (!changes.length) {
    result.replaceChildren(element("p", { class: "none" }, "Both say the same."));
    return;
  }
  const row = (change) => element("tr", { class: change.kind },
    element("th", { scope: "row" }, change.path), element("td", {}, words(change, "a")), element("td", {}, words(change, "b")));
  result.replaceChildren(
    element("table", {}, element("caption", {}, plural(changes.length, "difference")),
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Where"), element("th", { scope: "col" }, nameOf(first)), element("th", { scope: "col" }, nameOf(second)))),
      element("tbody", {}, ...changes.map(row))));
}

export function compare() {
  const dialog = byId("differences");
  if (!state || dialog.open) return;
  const { variant, variants } = state.choices;
  dialog.replaceChildren(
    element("div", { class: "title" }, element("h2", { id: "differences-title" }, "Compare"),
      element("button", { type: "button", class: "quiet icon", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))),
    element("div", { class: "choosers" },
      chooser("first", "First", variant ? "" : variants[0], showDifferences),
      chooser("second", "Second", variant || variants[1] || "", showDifferences)),
    element("div", { id: "difference-result", class: "scrolls", tabindex: "0", role: "region", "aria-label": "Differences" }));
  dialog.showModal();
  showDifferences();
}

// -- settings ----------------------------------------------------------------------------------------------------

function settings() {
  const choice = (value, label) => element("label", { class: "choice" },
    element("input", { type: "radio", name: "click", value, checked: opening.get() === value, onchange: () => opening.set(value) }), element("span", {}, label));
  byId("settings").replaceChildren(
    element("fieldset", {}, element("legend", {}, "A click on the page goes to"), choice("pane", "the text beside it"), choice("editor", "your own editor")),
    element("label", { class: "choice" },
      element("input", { type: "checkbox", checked: singleKeys.get(), onchange: (event) => singleKeys.set(event.target.checked) }),
      element("span", {}, "Single keys as shortcuts")),
    element("p", { class: "about" }, "Light or dark follows your system. These settings stay in this browser."));
}

/** Puts a popover beneath the button that opens it, within the window; the options over the text, not over the page. */
function place(event) {
  if (event.newState !== "open") return;
  const popover = event.target;
  const button = document.querySelector(`[popovertarget="${popover.id}"]`);
  const box = button.getBoundingClientRect();
  popover.style.top = `${Math.round(box.bottom + 6)}px`;
  popover.style.maxHeight = `calc(100vh - ${Math.round(box.bottom + 14)}px)`;
  const width = popover.offsetWidth;
  const wide = window.innerWidth >= 760;
  const left = popover.id === "options" && wide ? 12 : box.left + width > window.innerWidth - 8 ? Math.max(8, Math.min(box.right, window.innerWidth - 8) - width) : box.left;
  popover.style.left = `${Math.round(left)}px`;
}

export function start() {
  settings();
  onState((now) => downloads(now.formats));
  byId("compare").addEventListener("click", compare);
  for (const popover of document.querySelectorAll("[popover]")) {
    popover.addEventListener("toggle", (event) => {
      place(event);
      if (event.newState === "open") popover.querySelector("a, button, input, select, [tabindex]")?.focus();
    });
  }
  window.addEventListener("resize", () => { for (const popover of document.querySelectorAll(":popover-open")) popover.hidePopover(); });
}
