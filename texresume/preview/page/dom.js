// Small helpers for elements.

/** @param {string} id @returns {any} the element with that id */
export const byId = (id) => document.getElementById(id);

/**
 * An element with properties, event listeners (`onclick`), attributes (all else) and children.
 * @param {string} name @param {Record<string, any>} given @param {...any} children
 */
export function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (key.startsWith("aria-")) made.setAttribute(key, String(value));
    else if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** @param {string} name of a symbol in index.html, without i- @param {string} [label] says it to screen readers */
export function icon(name, label) {
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  drawn.append(use);
  drawn.classList.add(name);
  if (label) {
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
  } else drawn.setAttribute("aria-hidden", "true");
  return drawn;
}

/** Calls `action` once, `wait` ms after the last call. */
export function settled(wait, action) {
  let timer = 0;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** A setting that this browser remembers. Without storage it lasts as long as the page. */
export function remembered(name, otherwise) {
  const key = `texresume.${name}`;
  let value = otherwise;
  try {
    const kept = localStorage.getItem(key);
    if (kept !== null) value = JSON.parse(kept);
  } catch { /* no storage, or not ours */ }
  return {
    get: () => value,
    set(next) {
      value = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch { /* no storage */ }
    },
  };
}

let timer = 0;
/** Says something to screen readers; of several texts at once only the last. */
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => { byId("announce").textContent = text; }, 400);
}

/** Columns of the server count characters; here texts are UTF-16. @returns {number} the offset of a column from 1 */
export const offsetOf = (text, column) => [...text].slice(0, Math.max(column, 1) - 1).join("").length;
export const columnOf = (text, offset) => [...text.slice(0, offset)].length + 1;

export const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
