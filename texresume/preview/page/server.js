// What the page asks of the server. All addresses are relative, so no code here knows the token.
import { byId } from "./dom.js";

/** The server did not answer. */
export class Lost extends Error {}

/**
 * @param {string} path relative to the page @param {{method?: string, body?: any}} [how]
 * @returns {Promise<{status: number, data: any}>} @throws {Lost}
 */
export async function ask(path, { method = "GET", body } = {}) {
  const sent = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, { method, ...sent });
  } catch (error) {
    throw new Lost(String(error));
  }
  let data = null;
  try {
    data = await answer.json();
  } catch { /* no JSON: the status says it */ }
  return { status: answer.status, data };
}

const listeners = [];
/** The State that the server said last; null before the first. */
export let state = null;
/** Whether events arrive. */
export let connected = false;

/** @param {(state: any, before: any) => void} listener called with every State, and whenever the connection comes back */
export const onState = (listener) => { listeners.push(listener); };

function take(text) {
  const before = state;
  state = JSON.parse(text);
  for (const listener of listeners) listener(state, before);
}

const RETRY = [200, 500, 1000]; // ms
let tries = 0;
let source = null;

function lost() {
  if (source === null) return;
  source.close();
  source = null;
  connected = false;
  const notice = byId("lost");
  notice.textContent = "Connection lost: texresume preview does not answer. What you type stays here and is saved when it is back.";
  notice.hidden = false;
  document.body.classList.add("is-lost");
  setTimeout(connect, RETRY[Math.min(tries, RETRY.length - 1)]);
  tries += 1;
}

/** Listens for events, again and again. */
export function connect() {
  const opened = new EventSource("events");
  source = opened;
  opened.addEventListener("state", (event) => {
    if (source !== opened) return;
    tries = 0;
    connected = true;
    byId("lost").hidden = true;
    document.body.classList.remove("is-lost");
    take(event.data);
  });
  opened.addEventListener("error", () => { if (source === opened) lost(); });
}

/** @param {string} id of a file @returns {any} its entry in the State, if there is one */
export const fileOf = (id) => state?.files.find((file) => file.id === id);
