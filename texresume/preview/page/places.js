// Which value stands where: marks on the page, from the page to the text and back.
import { announce, byId, element, remembered, settled } from "./dom.js";
import { onShown, sheets } from "./paper.js";
import { ask, fileOf, state } from "./server.js";

const desk = byId("desk");
/** What a click on a word does: "pane" or "editor". */
export const opening = remembered("click", "pane");

let places = [];
let goTo = () => {};
let asked = 0;

const AFTER_SHOWN = 80; // ms: while the page changes with every letter, nobody points at it

/** @param {number} revision */
const fetchPlaces = settled(AFTER_SHOWN, async (revision) => {
  if (state.shown?.revision !== revision) return; // that of a newer page comes
  asked = revision;
  let answer;
  try {
    answer = await ask(`places/${revision}`);
  } catch { return; }
  if (asked !== revision || answer.status !== 200) return;
  places = answer.data.places;
  desk.dataset.places = String(revision);
  for (const kind of Object.keys(marked)) draw(kind, marked[kind]);
  if (cursor) follow(cursor.file, cursor.line, cursor.column, false);
});

const keyOf = (place) => `${place.file}\n${place.path}\n${place.line}`;
const marked = { hover: "", cursor: "" };

/** Draws the rectangles of one value; "" takes them away. @returns {HTMLElement[]} */
function draw(kind, key) {
  marked[kind] = key;
  for (const old of desk.querySelectorAll(`.mark.${kind}`)) old.remove();
  if (!key) return [];
  return places.filter((place) => keyOf(place) === key).flatMap((place) => {
    const sheet = sheets[place.page - 1];
    if (!sheet) return [];
    const mark = element("div", { class: `mark ${kind}` });
    for (const side of ["left", "top", "width", "height"]) mark.style[side] = `${place[side] * 100}%`;
    sheet.marks.append(mark);
    return [mark];
  });
}

/** The smallest place under the pointer, or the nearest within a few pixels. */
function under(event) {
  const figure = event.target.closest?.(".sheet");
  if (!figure) return null;
  const box = figure.getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  const [slackX, slackY] = [3 / box.width, 3 / box.height];
  const number = Number(figure.dataset.number);
  const hits = places.filter((place) => place.page === number
    && x >= place.left - slackX && x <= place.left + place.width + slackX
    && y >= place.top - slackY && y <= place.top + place.height + slackY);
  const away = (place) => Math.max(0, place.top - y, y - place.top - place.height);
  return hits.sort((a, b) => away(a) - away(b) || a.width * a.height - b.width * b.height)[0] ?? null;
}

/** Opens the line of a place: in the pane, or in the editor of the system. */
export async function open(file, line, column, where = opening.get()) {
  if (where !== "editor") return goTo(file, line, column);
  const href = fileOf(file)?.href;
  if (href) {
    window.location.assign(href.replaceAll("{line}", String(line)).replaceAll("{column}", String(column)));
    return undefined;
  }
  if (!state?.opens) {
    announce("No editor is set: texresume preview --editor sets one");
    return goTo(file, line, column);
  }
  try {
    const answer = await ask("open", { method: "POST", body: { file, line, column } });
    if (answer.status === 200) return undefined;
    const [problem] = answer.data?.problems ?? [];
    announce(problem ? [problem.message, problem.hint].filter(Boolean).join(": ") : "The editor did not open.");
  } catch { /* the notice of the lost connection says it */ }
  return goTo(file, line, column);
}

let cursor = null;
/**
 * Marks the value in which the cursor of the text is.
 * @param {boolean} moved whether the user moved it: then its mark is brought into view
 */
export function follow(file, line, column, moved = true) {
  cursor = { file, line, column };
  const within = (place) => place.file === file
    && (place.line < line || (place.line === line && (place.column <= column || place.line === place.end_line)))
    && (place.end_line > line || (place.end_line === line && (place.end_column >= column || place.line === place.end_line)));
  const size = (place) => (place.end_line - place.line) * 1000 + (place.end_column - place.column);
  const near = (place) => Math.max(0, place.column - column, place.line === place.end_line ? column - place.end_column : 0);
  const hit = places.filter(within).sort((a, b) => near(a) - near(b) || size(a) - size(b))[0];
  const marks = draw("cursor", hit ? keyOf(hit) : "");
  if (!marks.length || !moved || !desk.clientHeight) return;
  const view = desk.getBoundingClientRect();
  const seen = marks.some((mark) => {
    const box = mark.getBoundingClientRect();
    return box.top >= view.top && box.bottom <= view.bottom && box.right > view.left && box.left < view.right;
  });
  if (!seen) marks[0].scrollIntoView({ block: "center", inline: "nearest", behavior: "auto" });
}

/** Goes to the next or previous value of the page, by keyboard. */
function step(direction) {
  const keys = [...new Set(places.map(keyOf))];
  if (!keys.length) return;
  const at = keys.indexOf(marked.hover || marked.cursor);
  const key = keys[at < 0 ? (direction > 0 ? 0 : keys.length - 1) : (at + direction + keys.length) % keys.length];
  const [mark] = draw("hover", key);
  const place = places.find((one) => keyOf(one) === key);
  mark?.scrollIntoView({ block: "nearest", inline: "nearest" });
  announce(`${place.path}, line ${place.line}`);
}

/** @param {(file: string, line: number, column: number) => void} toText moves the cursor of the pane */
export function start(toText) {
  goTo = toText;
  onShown((revision) => fetchPlaces(revision));
  desk.addEventListener("pointermove", (event) => {
    const place = under(event);
    const key = place ? keyOf(place) : "";
    desk.classList.toggle("pointing", Boolean(place));
    if (key !== marked.hover) draw("hover", key);
  });
  desk.addEventListener("pointerleave", () => draw("hover", ""));
  desk.addEventListener("click", (event) => {
    const place = under(event);
    if (place) open(place.file, place.line, place.column);
  });
  desk.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n" || event.key === "p") step(event.key === "n" ? 1 : -1);
    else if (event.key === "Enter" && marked.hover) {
      const place = places.find((one) => keyOf(one) === marked.hover);
      if (place) open(place.file, place.line, place.column);
    } else if (event.key === "Escape" && marked.hover) draw("hover", "");
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
