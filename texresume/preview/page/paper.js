// The pages as pictures: loaded at the density of the screen, exchanged without flicker, zoomed.
import { byId, element, plural, remembered, settled } from "./dom.js";
import { connected, onState, state } from "./server.js";

const CSS_PER_PT = 96 / 72;
const SCALES = [0.5, 4]; // what the server draws, in pixels per pt
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
const GAP = 20; // px, between pages and around them: style.css has the same
const WIDEST = 2; // fitting the width goes no further
const NARROW = 700; // px

const desk = byId("desk");
const zoomed = remembered("zoom", "width"); // "width", "page" or a factor: 1 is the size on paper
const spread = remembered("spread", false);

/** @typedef {{figure: HTMLElement, image: HTMLImageElement | null, marks: HTMLElement, page: any, drawn: string, loading: boolean}} Sheet */
/** @type {Sheet[]} */
export const sheets = [];
const afterwards = [];
/** @param {(revision: number) => void} action called when the pictures in sight are those of the newest revision */
export const onShown = (action) => { afterwards.push(action); };

let factor = 1;
let revision = 0;
let observer = null;

function newSheet(number) {
  const marks = element("div", { class: "marks" });
  const figure = element("figure", { class: "sheet", "data-number": String(number) }, marks);
  const sheet = { figure, image: null, marks, page: null, drawn: "", loading: false };
  observer?.observe(figure);
  return sheet;
}

/** The space that the pages may take, in px. */
function room() {
  const gap = desk.clientWidth < NARROW ? 8 : GAP;
  return { width: desk.clientWidth - 2 * gap, height: desk.clientHeight - 2 * gap };
}

function fitted(pages) {
  const mode = zoomed.get();
  if (typeof mode === "number") return mode;
  const { width, height } = room();
  const across = spread.get() && pages.length > 1 ? 2 : 1;
  const widest = Math.max(...pages.map((page) => page.width));
  const highest = Math.max(...pages.map((page) => page.height));
  const byWidth = (width - (across - 1) * GAP) / across / (widest * CSS_PER_PT);
  if (mode === "page") return Math.max(0.1, Math.min(byWidth, height / (highest * CSS_PER_PT)));
  return Math.max(0.1, Math.min(byWidth, WIDEST));
}

/** The size of a page in whole pixels of the screen, and the scale at which the server draws as many. */
function measured(page) {
  const density = window.devicePixelRatio || 1;
  const wide = Math.max(1, Math.floor(page.width * CSS_PER_PT * factor * density));
  const exact = Math.floor((wide / page.width) * 1e4) / 1e4;
  const scale = Math.min(Math.max(exact, SCALES[0]), SCALES[1]);
  return { width: wide / density, height: Math.round((wide / page.width) * page.height) / density, scale };
}

function inSight(sheet) {
  const [page, view] = [sheet.figure.getBoundingClientRect(), desk.getBoundingClientRect()];
  return page.bottom > view.top - 50 && page.top < view.bottom + 50;
}

/** Loads what this sheet should show; one picture at a time, and the newest when one has come. */
async function load(sheet, number) {
  if (sheet.loading || !sheet.page || !revision) return;
  const wanted = () => `pictures/${revision}/${number}.png?scale=${measured(sheet.page).scale}`;
  sheet.loading = true;
  try {
    while (revision && connected && sheets[number - 1] === sheet && sheet.drawn !== wanted()) {
      const source = wanted();
      const picture = new Image();
      picture.alt = sheet.figure.dataset.label ?? "";
      picture.src = source;
      picture.draggable = false;
      try {
        await picture.decode();
      } catch {
        if (source === wanted()) break; // nothing newer to try: the next State or scroll asks again
        continue;
      }
      picture.alt = sheet.figure.dataset.label ?? "";
      if (sheet.image) sheet.image.replaceWith(picture);
      else sheet.figure.prepend(picture);
      sheet.image = picture;
      sheet.drawn = source;
      sheet.figure.dataset.revision = source.split("/")[1];
    }
  } finally {
    sheet.loading = false;
  }
  whenShown();
}

let told = 0;
function whenShown() {
  if (told === revision || !revision) return;
  const current = (sheet) => sheet.drawn.startsWith(`pictures/${revision}/`);
  if (!sheets.every((sheet) => current(sheet) || !inSight(sheet))) return;
  told = revision;
  for (const action of afterwards) action(revision);
}

/** Pages in sight first; the others when those are there. */
async function loadAll() {
  const numbered = sheets.map((sheet, index) => [sheet, index + 1]);
  await Promise.all(numbered.filter(([sheet]) => inSight(sheet)).map(([sheet, number]) => load(sheet, number)));
  for (const [sheet, number] of numbered) await load(sheet, number);
}

const drawAgain = settled(120, loadAll);

function layOut() {
  const pages = sheets.map((sheet) => sheet.page);
  if (!pages.length) return;
  factor = fitted(pages);
  for (const sheet of sheets) {
    const { width, height } = measured(sheet.page);
    sheet.figure.style.width = `${width}px`;
    sheet.figure.style.height = `${height}px`;
  }
  desk.classList.toggle("spread", spread.get() && pages.length > 1);
  byId("zoom").textContent = `${Math.round(factor * 100)}%`;
  byId("fit-width").setAttribute("aria-pressed", String(zoomed.get() === "width"));
  byId("fit-page").setAttribute("aria-pressed", String(zoomed.get() === "page"));
  byId("spread").setAttribute("aria-pressed", String(spread.get()));
}

/** Lays out anew with the same place of the pages in the middle of the desk. */
function keepingPlace(change) {
  const across = desk.scrollWidth > 0 ? (desk.scrollLeft + desk.clientWidth / 2) / desk.scrollWidth : 0;
  const down = desk.scrollHeight > 0 ? (desk.scrollTop + desk.clientHeight / 2) / desk.scrollHeight : 0;
  const top = desk.scrollTop === 0;
  change();
  layOut();
  desk.scrollLeft = across * desk.scrollWidth - desk.clientWidth / 2;
  desk.scrollTop = top ? 0 : down * desk.scrollHeight - desk.clientHeight / 2;
  drawAgain();
}

/** @param {number | "width" | "page"} mode */
export const setZoom = (mode) => keepingPlace(() => zoomed.set(mode));
/** @param {1 | -1} direction */
export function stepZoom(direction) {
  const next = direction > 0
    ? STEPS.find((step) => step > factor + 0.005) : STEPS.findLast((step) => step < factor - 0.005);
  if (next) setZoom(next);
}
export const toggleSpread = () => keepingPlace(() => spread.set(!spread.get()));

function show(shown) {
  while (sheets.length > shown.pages.length) {
    const gone = sheets.pop();
    observer.unobserve(gone.figure);
    gone.figure.remove();
  }
  const different = shown.pages.some((page, index) => {
    const old = sheets[index]?.page;
    return !old || old.width !== page.width || old.height !== page.height;
  });
  shown.pages.forEach((page, index) => {
    if (!sheets[index]) {
      sheets.push(newSheet(index + 1));
      desk.append(sheets[index].figure);
    }
    sheets[index].page = page;
    sheets[index].figure.dataset.label = `Page ${index + 1} of ${plural(shown.pages.length, "page")}: ${state.name}`;
    if (sheets[index].image) sheets[index].image.alt = sheets[index].figure.dataset.label;
  });
  revision = shown.revision;
  if (different) layOut();
  loadAll();
}

function blank(now) {
  const note = desk.querySelector(".blank");
  const text = now.failed ? "No page yet: the problems say why." : "Typesetting the first page…";
  if (now.shown || sheets.length) note?.remove();
  else if (note) note.textContent = text;
  else desk.append(element("p", { class: "blank" }, text));
}

/** Draws anew when the window comes to another screen, or the browser zooms. */
function watchDensity() {
  window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => {
    keepingPlace(() => {});
    watchDensity();
  }, { once: true });
}

export function start() {
  observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) loadAll();
  }, { root: desk, rootMargin: "200px" });
  new ResizeObserver(settled(16, () => { if (sheets.length) keepingPlace(() => {}); })).observe(desk);
  watchDensity();
  byId("zoom-in").addEventListener("click", () => stepZoom(1));
  byId("zoom-out").addEventListener("click", () => stepZoom(-1));
  byId("fit-width").addEventListener("click", () => setZoom("width"));
  byId("fit-page").addEventListener("click", () => setZoom("page"));
  byId("spread").addEventListener("click", toggleSpread);
  desk.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const next = Math.min(4, Math.max(0.25, factor * Math.exp(-event.deltaY / 300)));
    setZoom(Math.round(next * 100) / 100);
  }, { passive: false });
  onState((now) => {
    blank(now);
    desk.classList.toggle("dimmed", now.failed);
    desk.dataset.proved = String(Boolean(now.shown?.proved));
    if (now.shown) show(now.shown);
    else revision = 0; // a server that was started again has none of the pictures yet
  });
}
