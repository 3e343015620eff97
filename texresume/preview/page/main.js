// The page of `texresume preview`. What it shows is what the server's State says; it keeps nothing but settings.
import * as choices from "./choices.js";
import { byId, remembered } from "./dom.js";
import * as documents from "./documents.js";
import * as keys from "./keys.js";
import * as paper from "./paper.js";
import * as places from "./places.js";
import * as problems from "./problems.js";
import { connect } from "./server.js";
import * as tools from "./tools.js";

// On narrow screens one of page, text and problems is seen at a time.
function show(view) {
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll(".views button")) {
    if (button.dataset.view === view) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
document.body.addEventListener("view", (event) => show(event.detail));
for (const button of document.querySelectorAll(".views button")) button.addEventListener("click", () => show(button.dataset.view));

// The divider between text and page.
const share = remembered("share", 42); // per cent
const divider = byId("divider");
function divide(percent) {
  const kept = Math.round(Math.min(75, Math.max(20, percent)) * 10) / 10;
  share.set(kept);
  document.body.style.setProperty("--share", `${kept}%`);
  divider.setAttribute("aria-valuenow", String(Math.round(kept)));
}
divider.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  divider.setPointerCapture(event.pointerId);
});
divider.addEventListener("pointermove", (event) => {
  if (divider.hasPointerCapture(event.pointerId)) divide((event.clientX / window.innerWidth) * 100);
});
divider.addEventListener("dblclick", () => divide(42));
divider.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: -2, ArrowRight: 2, Home: -100, End: 100 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  divide(share.get() + moves[event.key]);
});
divide(share.get());

paper.start();
places.start(documents.goTo);
documents.start();
problems.start();
choices.start();
tools.start();
keys.start();
connect();
