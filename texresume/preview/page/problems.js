// What is wrong: the list, its count, the notice over a dimmed page; and what `check` says on demand.
import { announce, byId, element, icon, plural, remembered } from "./dom.js";
import { open } from "./places.js";
import { ask, onState, state } from "./server.js";

const NAMES = { error: "Error", warning: "Warning", info: "Note" };
const folded = remembered("folded", false);
/** @type {{problems: any[], facts: [string, string][], revision: number} | null} */
let checked = null;

/** One problem as a list item; a button if there is a line to go to. */
function item(problem) {
  const where = problem.label ? problem.label + (problem.line ? `:${problem.line}` : "") : "";
  const said = [
    icon(problem.severity, NAMES[problem.severity] ?? problem.severity),
    element("span", { class: "said" },
      element("span", { class: "message" }, problem.message),
      problem.hint ? element("span", { class: "hint" }, problem.hint) : null,
      element("span", { class: "where" }, [where, problem.code].filter(Boolean).join(" · "))),
  ];
  const goes = problem.file && problem.line;
  return element("li", {}, goes
    ? element("button", { type: "button", class: "problem", onclick: () => open(problem.file, problem.line, problem.column || 1) }, ...said)
    : element("div", { class: "problem" }, ...said));
}

const RANK = { error: 0, warning: 1, info: 2 };
const sorted = (problems) => [...problems].sort((a, b) => (RANK[a.severity] ?? 3) - (RANK[b.severity] ?? 3));

function count(problems) {
  const of = (severity) => problems.filter((problem) => problem.severity === severity).length;
  const told = [[of("error"), "error"], [of("warning"), "warning"], [of("info"), "note"]];
  return told.filter(([number]) => number).map(([number, name]) => plural(number, name)).join(", ");
}

let listed = "";
function list(now) {
  const said = JSON.stringify(now.problems);
  if (said === listed) return;
  listed = said;
  byId("problem-list").replaceChildren(...sorted(now.problems).map(item));
  byId("no-problems").hidden = now.problems.length > 0;
  byId("problem-title").textContent = count(now.problems) || "No problems";
  byId("problems").classList.toggle("any", now.problems.length > 0);
  showEmpty();
  const badge = byId("problem-count");
  badge.textContent = String(now.problems.length);
  badge.hidden = !now.problems.length;
  badge.classList.toggle("error", now.problems.some((problem) => problem.severity === "error"));
}

function showFailed(now, before) {
  const notice = byId("failed");
  const [first] = sorted(now.problems);
  notice.hidden = !now.failed;
  if (now.failed) {
    const last = now.shown ? " The last good page is shown." : "";
    const errors = now.problems.filter((problem) => problem.severity === "error").length;
    const text = `${errors ? `${plural(errors, "error")}: no new page.` : "The build failed."}${last}`;
    if (notice.dataset.text !== text + first?.message) {
      notice.dataset.text = text + first?.message;
      notice.replaceChildren(icon("error"), element("span", {}, text),
        ...(first?.file && first.line ? [element("button", { type: "button", class: "link", onclick: () => open(first.file, first.line, first.column || 1) }, `Go to line ${first.line}`)] : []));
    }
    if (!before?.failed) announce(`${text} ${first?.message ?? ""}`);
  } else if (before?.failed) announce("Fixed: the page is new again");
}

// -- check on demand ------------------------------------------------------------------------------------------

const showEmpty = () => byId("problems").classList.toggle("empty", !state.problems.length && !checked);

function showChecked() {
  const section = byId("checked");
  section.hidden = !checked;
  showEmpty();
  if (!checked) { section.replaceChildren(); return; }
  const { problems, facts, revision } = checked;
  const older = state.shown && state.shown.revision !== revision;
  section.replaceChildren(
    element("div", { class: "title" },
      element("h2", {}, `Check: ${count(problems) || "nothing found"}`),
      element("button", { type: "button", class: "quiet icon", "aria-label": "Remove the result of the check", onclick: () => { checked = null; showChecked(); byId("check").focus(); } }, icon("close"))),
    older ? element("p", { class: "older" }, "The page has changed since. ", element("button", { type: "button", class: "link", onclick: runCheck }, "Check again")) : "",
    element("ul", { class: "list" }, ...sorted(problems).map(item)),
    element("dl", { class: "facts" }, ...facts.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)])),
  );
}

/** Runs `check` on what is shown. */
export async function runCheck() {
  const button = byId("check");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  announce("Checking");
  const revision = state?.shown?.revision ?? 0;
  try {
    const { status, data } = await ask("check", { method: "POST", body: {} });
    if (status === 200) checked = { problems: data.problems, facts: data.facts, revision };
    else checked = { problems: data?.problems ?? [], facts: [["Check", `could not run (${status})`]], revision };
    setFolded(false);
    showChecked();
    if (document.body.dataset.view !== "problems") document.body.dispatchEvent(new CustomEvent("view", { detail: "problems" }));
    byId("checked").scrollIntoView({ block: "nearest" });
    announce(`Check: ${count(checked.problems) || "nothing found"}`);
  } catch { /* the notice of the lost connection says it */ } finally {
    button.removeAttribute("aria-busy");
  }
}

function setFolded(on) {
  folded.set(on);
  byId("problems").classList.toggle("folded", on);
  byId("fold").setAttribute("aria-expanded", String(!on));
}

export function start() {
  setFolded(folded.get());
  byId("fold").addEventListener("click", () => setFolded(!folded.get()));
  byId("check").addEventListener("click", runCheck);
  onState((now, before) => {
    list(now);
    showFailed(now, before);
    if (checked && now.shown?.revision !== before?.shown?.revision) showChecked();
  });
}
