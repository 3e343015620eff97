// The files in the pane: which one is shown, saving by typing, and what other programs write meanwhile.
import { announce, byId, element, offsetOf, remembered, settled } from "./dom.js";
import { beside, changesBetween, effects, extensions, external, newState, newView, underlined, yaml } from "./editor.js";
import { follow } from "./places.js";
import { ask, connected, fileOf, Lost, onState, state } from "./server.js";
import { ChangeSet, isolateHistory, Transaction } from "./vendor/codemirror.js";

const AFTER_TYPING = 150; // ms
const RETRY = 1000; // ms
const chosen = remembered("file", "data");

/**
 * A file as the pane has it. `saved` is the text whose hash is `base`: what the file last was, as far as we know.
 * @typedef {{id: string, label: string, text: any, base: string, saved: string, saving: boolean, again: boolean,
 *            trouble: string, conflict: {text: string, hash: string} | null, problems: string}} Doc
 */
/** @type {Map<string, Doc>} */
const docs = new Map();
const view = newView();
/** @type {Doc | null} the one that the pane shows */
let current = null;

const stateOf = (doc) => (doc === current ? view.state : doc.text);
const textOf = (doc) => stateOf(doc).doc.toString();
const dirty = (doc) => textOf(doc) !== doc.saved;

function dispatch(doc, ...specs) {
  if (doc === current) view.dispatch(...specs);
  else doc.text = doc.text.update(...specs).state;
}

const saveSoon = settled(AFTER_TYPING, () => { if (current) save(current); });

const given = extensions({
  edited() { saveSoon(); showSaved(); },
  moved(line, column) { if (current) follow(current.id, line, column); },
  save() { saveSoon.cancel(); if (current) save(current); },
  schema: () => fileOf(current?.id)?.schema ?? "",
});

/** Writes the text to its file, and again if it was edited meanwhile. */
async function save(doc) {
  if (doc.conflict) return;
  if (doc.saving) { doc.again = true; return; }
  const text = textOf(doc);
  if (text === doc.saved) { doc.trouble = ""; showSaved(); return; }
  if (!connected || !fileOf(doc.id)) { // the next State that has the file saves it
    doc.trouble = connected ? "Not saved: the file is not there" : "Not saved: no connection";
    showSaved();
    return;
  }
  doc.saving = true;
  doc.again = false;
  let answer;
  try {
    answer = await ask(`files/${doc.id}`, { method: "PUT", body: { text, base: doc.base } });
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    doc.trouble = "Not saved: no connection";
    setTimeout(() => save(doc), RETRY);
    return;
  } finally {
    doc.saving = false;
    showSaved();
  }
  if (answer.status === 200) {
    Object.assign(doc, { base: answer.data.hash, saved: text, trouble: "" });
    if (doc.again || dirty(doc)) save(doc);
    else applyProblems(doc); // the State that has them may have come before this answer
  } else if (answer.status === 409 && answer.data?.hash) take(doc, answer.data.text, answer.data.hash);
  else doc.trouble = `Not saved: ${answer.data?.problems?.[0]?.message ?? `the server refused it (${answer.status})`}`;
  showSaved();
}

/** The file has another text than the one that was edited here. */
function take(doc, text, hash) {
  const plain = text.replaceAll("\r\n", "\n");
  const mine = textOf(doc);
  if (mine !== plain && mine !== doc.saved) {
    const merged = merge(doc.saved, mine, plain);
    if (!merged) {
      doc.conflict = { text: plain, hash };
      showConflict();
      return;
    }
    Object.assign(doc, { base: hash, saved: plain });
    bring(doc, merged);
    save(doc);
    return;
  }
  Object.assign(doc, { base: hash, saved: plain });
  if (mine !== plain) bring(doc, changesBetween(mine, plain));
}

/** Brings in what another program wrote. Undo goes on with what was typed here, unless this was asked for. */
function bring(doc, changes, undoable = false) {
  dispatch(doc, {
    changes, annotations: [external.of(true), Transaction.addToHistory.of(undoable), isolateHistory.of("full")],
  });
  if (doc === current && !undoable) announce(`${doc.label} was changed by another program`);
  showSaved();
}

/** What changed in the file, on top of what was typed here; null if both changed the same lines. */
function merge(saved, mine, theirs) {
  const [ours, others] = [changesBetween(saved, mine), changesBetween(saved, theirs)];
  const lines = (change) => [saved.lastIndexOf("\n", change.from - 1), (saved.indexOf("\n", change.to) + 1 || saved.length + 1)];
  for (const one of ours) {
    for (const other of others) {
      const [[a, b], [c, d]] = [lines(one), lines(other)];
      if (a < d && c < b) return null;
    }
  }
  return ChangeSet.of(others, saved.length).map(ChangeSet.of(ours, saved.length));
}

/** Asks what is in the file, if the State says that it is not what we know. */
async function refresh(doc) {
  const known = doc.base;
  let answer;
  try {
    answer = await ask(`files/${doc.id}`);
  } catch { return; }
  if (answer.status !== 200 || doc.saving || doc.base !== known) return; // a later State asks again
  if (answer.data.hash !== doc.base) take(doc, answer.data.text, answer.data.hash);
}

function showSaved() {
  const label = byId("saved");
  if (!current) { label.textContent = ""; return; }
  const pending = dirty(current);
  if (!pending) current.trouble = "";
  const text = current.conflict ? "Changed elsewhere" : current.trouble || (pending ? "Saving…" : "Saved");
  if (current.trouble && label.textContent !== text) announce(text);
  label.textContent = text;
  label.classList.toggle("pending", pending);
  label.classList.toggle("trouble", Boolean(current.trouble || current.conflict));
}

// -- both changed the same lines ---------------------------------------------------------------------------

function showConflict() {
  const notice = byId("conflict");
  const conflict = current?.conflict;
  notice.hidden = !conflict;
  if (!conflict) { notice.replaceChildren(); return; }
  notice.replaceChildren(
    element("p", {}, `${current.label} was changed by another program in the lines that you edited.`),
    element("div", { class: "row" },
      element("button", { type: "button", onclick: () => settle("mine") }, "Keep mine"),
      element("button", { type: "button", onclick: () => settle("theirs") }, "Take the file’s"),
      element("button", { type: "button", class: "quiet", onclick: compareBoth }, "Compare")),
  );
  showSaved();
}

function settle(which) {
  const doc = current;
  const { conflict } = doc;
  if (!conflict) return;
  doc.conflict = null;
  Object.assign(doc, { base: conflict.hash, saved: conflict.text });
  if (which === "theirs") bring(doc, changesBetween(textOf(doc), conflict.text), true);
  else save(doc);
  showConflict();
  showSaved();
  byId("both").close();
  view.focus();
}

function compareBoth() {
  const dialog = byId("both");
  const { conflict } = current;
  const texts = element("div", { class: "beside" });
  dialog.replaceChildren(
    element("div", { class: "title" }, element("h2", { id: "both-title" }, current.label)),
    element("div", { class: "columns" }, element("h3", {}, "What you typed"), element("h3", {}, "What is in the file")), texts,
    element("div", { class: "row" },
      element("button", { type: "button", onclick: () => settle("mine") }, "Keep mine"),
      element("button", { type: "button", onclick: () => settle("theirs") }, "Take the file’s"),
      element("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Close")),
  );
  dialog.showModal();
  const merged = beside(texts, textOf(current), conflict.text);
  dialog.addEventListener("close", () => merged.destroy(), { once: true });
}

// -- which file ----------------------------------------------------------------------------------------------

function applyProblems(doc) {
  const own = state.problems.filter((problem) => problem.file === doc.id);
  const said = JSON.stringify(own);
  if (doc.problems === said || dirty(doc)) return;
  doc.problems = said;
  dispatch(doc, underlined(stateOf(doc), own));
}

let opening = "";
/** Shows a file; the one shown before keeps its undo history, its cursor and what is not saved yet. */
export async function openFile(id) {
  opening = id;
  if (!docs.has(id)) {
    let answer;
    try {
      answer = await ask(`files/${id}`);
    } catch { return; }
    if (answer.status !== 200) return;
    const text = answer.data.text.replaceAll("\r\n", "\n");
    docs.set(id, {
      id, label: fileOf(id)?.label ?? id, text: newState(text, fileOf(id)?.kind === "bibliography" ? given : [...given, yaml]), base: answer.data.hash, saved: text,
      saving: false, again: false, trouble: "", conflict: null, problems: "[]",
    });
  }
  if (opening !== id) return;
  if (current && current.id !== id) {
    saveSoon.cancel();
    current.text = view.state;
    save(current);
  }
  if (current?.id !== id) {
    current = docs.get(id);
    view.setState(current.text);
  }
  byId("file").value = id;
  applyProblems(current);
  showConflict();
  showSaved();
}

/** Moves the cursor, opening the file. Lines and columns from 1. */
export async function goTo(id, line, column) {
  if (!fileOf(id)) return;
  await openFile(id);
  if (current?.id !== id) return;
  document.body.dispatchEvent(new CustomEvent("view", { detail: "text" }));
  const { doc } = view.state;
  const there = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const position = there.from + offsetOf(there.text, column);
  view.dispatch({ selection: { anchor: position }, effects: effects.scroll(position) });
  view.focus();
}

export const focusText = () => view.focus();

const KINDS = { data: "Data", private: "Private", variant: "Variants", letter: "Letters", bibliography: "Bibliography" };
let listed = "";

function listFiles(now) {
  const said = JSON.stringify(now.files.map((file) => [file.id, file.label, file.kind]));
  if (said === listed) return;
  listed = said;
  const chooser = byId("file");
  const groups = new Map();
  for (const file of now.files) {
    const kind = KINDS[file.kind] ?? "Others";
    if (!groups.has(kind)) groups.set(kind, element("optgroup", { label: kind }));
    groups.get(kind).append(element("option", { value: file.id }, file.label));
  }
  chooser.replaceChildren(...groups.values());
  if (current) chooser.value = current.id;
}

export function start() {
  byId("file").addEventListener("change", (event) => {
    chosen.set(event.target.value);
    openFile(event.target.value);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...docs.values()].some(dirty)) event.preventDefault();
  });
  onState((now) => {
    listFiles(now);
    const ids = now.files.map((file) => file.id);
    for (const [id, doc] of docs) {
      const file = fileOf(id);
      if (!file && !dirty(doc) && doc !== current) docs.delete(id);
      if (!file) continue;
      if (file.hash !== (doc.conflict?.hash ?? doc.base) && !doc.saving) refresh(doc);
      else if (doc.trouble && dirty(doc)) save(doc);
      applyProblems(doc);
    }
    if (!ids.length) return;
    if (!current && !opening) openFile(ids.includes(chosen.get()) ? chosen.get() : ids[0]);
    else if (current && !ids.includes(current.id)) {
      if (!dirty(current)) {
        const gone = current;
        openFile(ids[0]).then(() => docs.delete(gone.id));
      } else {
        current.trouble = "Not saved: the file is gone";
        showSaved();
      }
    }
  });
}
