// What is shown: variant, template, options; how it fits; the status of the build.
import { announce, byId, element, plural } from "./dom.js";
import { open } from "./places.js";
import { ask, onState, state } from "./server.js";

/** @param {{variant?: string, template?: string, document?: string, options?: Record<string, string>}} change */
async function choose(change) {
  return tell(await quietly(() => ask("choose", { method: "POST", body: change })));
}

async function quietly(action) {
  try {
    return await action();
  } catch {
    return null; // the notice of the lost connection says it
  }
}

/** Says in the options' panel and to screen readers what the server refused. */
function tell(answer) {
  const refused = answer && answer.status !== 200;
  const note = byId("options").querySelector(".refused");
  const [problem] = answer?.data?.problems ?? [];
  const text = refused ? [problem?.message ?? `refused (${answer.status})`, problem?.hint].filter(Boolean).join(": ") : "";
  if (note) note.textContent = text;
  if (text) announce(text);
  if (refused) show(state); // back to what is so
  return !refused;
}

// -- choosers ------------------------------------------------------------------------------------------------

const filled = new WeakMap();

function fill(chooser, entries, value) {
  const said = JSON.stringify(entries);
  if (filled.get(chooser) !== said) {
    filled.set(chooser, said);
    chooser.replaceChildren(...entries.map(([key, label, title]) => element("option", { value: key, title }, label)));
  }
  chooser.value = value;
}

function show(now) {
  const { variants, variant, template, templates } = now.choices;
  fill(byId("variant"), variants.map((name) => [name, name || "Everything"]), variant);
  fill(byId("template"), templates.map(({ name, summary }) => [name, name, summary]), template);
  const { document: shown = "resume", documents = ["resume"] } = now.choices;
  fill(byId("document"), documents.map((name) => [name, name === "resume" ? "Résumé" : "Letter"]), shown);
  byId("documents").hidden = documents.length < 2;
  byId("variant").disabled = variants.length < 2;
  showOptions(now.choices);
}

// -- options -------------------------------------------------------------------------------------------------

function control(option, id) {
  const given = { id, "aria-describedby": `${id}-about` };
  const set = (value) => choose({ options: { ...state.choices.chosen.options, [option.name]: value } });
  if (option.kind === "yes-no") {
    return element("input", { ...given, type: "checkbox", onchange: (event) => set(event.target.checked ? "true" : "false") });
  }
  if (option.kind === "choice") return element("select", { ...given, onchange: (event) => set(event.target.value) });
  const list = option.values.length ? element("datalist", { id: `${id}-values` }, ...option.values.map((value) => element("option", { value }))) : null;
  const bounds = [["from", option.minimum], ["to", option.maximum]].filter(([, bound]) => typeof bound === "number");
  return [element("input", {
    ...given, title: bounds.map((bound) => bound.join(" ")).join(" "), type: "text", spellcheck: "false", autocomplete: "off", inputmode: option.kind === "number" ? "decimal" : undefined, list: list ? list.id : undefined,
    onchange: (event) => set(event.target.value),
  }), list];
}

const isOn = (value) => value === true || value === "true" || value === "yes";

function showOptions(choices) {
  const panel = byId("options");
  const shape = JSON.stringify([choices.template, choices.options.map(({ name, kind, values }) => [name, kind, values])]);
  if (filled.get(panel) !== shape) {
    filled.set(panel, shape);
    const rows = choices.options.map((option) => {
      const id = `option-${option.name}`;
      return element("div", { class: "option", "data-name": option.name },
        element("label", { for: id }, option.name.replaceAll("_", " ")), element("span", { class: "control" }, control(option, id)),
        element("p", { class: "about", id: `${id}-about` }, option.about));
    });
    panel.replaceChildren(
      element("div", { class: "title" }, element("h2", {}, "Options of the template")),
      element("p", { class: "refused", role: "status" }),
      element("div", { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Options" }, ...rows),
      element("div", { class: "row" },
        element("button", { type: "button", id: "keep", onclick: keep }, "Write into the variant"),
        element("button", { type: "button", class: "quiet", id: "reset", onclick: () => choose({ template: "", options: {} }) }, "Reset")),
    );
  }
  for (const option of choices.options) {
    const input = byId(`option-${option.name}`);
    if (input.type === "checkbox") input.checked = isOn(option.value);
    else {
      const value = String(option.value ?? "");
      if (option.kind === "choice") fill(input, [...new Set([...option.values.map(String), value])].map((one) => [one, one]), value);
      else if (document.activeElement !== input) input.value = value;
    }
    input.closest(".option").classList.toggle("changed", Object.hasOwn(choices.chosen.options, option.name));
  }
  const anything = Boolean(choices.chosen.template) || Object.keys(choices.chosen.options).length > 0;
  byId("keep").disabled = !anything || !choices.variant;
  byId("keep").title = choices.variant ? "" : "Choose a variant first: the data itself has no options";
  byId("reset").disabled = !anything;
  byId("options-button").classList.toggle("changed", anything);
}

async function keep() {
  const { variant } = state.choices;
  if (tell(await quietly(() => ask("keep", { method: "POST", body: {} })))) announce(`Written into ${variant}`);
}

// -- the fit and the build ------------------------------------------------------------------------------------

function showFit(fit) {
  const button = byId("fit");
  button.hidden = !fit;
  if (!fit) return;
  const full = Math.round(fit.fill * 100);
  const out = fit.dropped.length;
  const said = [`step ${fit.step} of ${fit.steps}`, `${full}% full`, ...(out ? [`${out} left out`] : [])].join(" · ");
  const meter = element("span", { class: "bar", "aria-hidden": true }, element("span", { class: fit.fill > 0.985 ? "full" : "" }));
  meter.firstChild.style.width = `${Math.min(100, full)}%`;
  button.replaceChildren(meter, element("span", { class: "words" }, said));
  button.setAttribute("aria-label", `Fit: ${said}`);
  byId("dropped").replaceChildren(
    element("div", { class: "title" }, element("h2", {}, "Fit")),
    element("p", {}, `The text is set at step ${fit.step} of ${fit.steps} (1 is loosest) and takes ${full}% of the room.`),
    out ? element("h3", {}, `${plural(out, "highlight")} left out to save space`) : element("p", { class: "none" }, "Nothing is left out."),
    element("ul", { class: "list" }, ...fit.dropped.map((one) => element("li", {},
      element("button", { type: "button", class: "problem", onclick: () => { byId("dropped").hidePopover(); open(one.file, one.line, 1); } },
        element("span", { class: "said" }, element("span", { class: "message" }, one.text), element("span", { class: "where" }, `line ${one.line} · ${one.path}`)))))),
  );
}

function showStatus(now, before) {
  const { shown, busy } = now;
  const took = shown && shown.seconds ? ` · ${shown.seconds < 1 ? `${Math.round(shown.seconds * 1000)} ms` : `${shown.seconds.toFixed(1)} s`}` : "";
  const status = byId("status");
  status.textContent = shown ? plural(shown.pages.length, "page") + took : "";
  status.classList.toggle("busy", busy);
  status.classList.toggle("bad", now.failed);
  status.classList.toggle("unproved", Boolean(shown && !shown.proved));
  status.title = shown && !shown.proved ? "The text of this page has not been read back yet" : shown?.headline ?? "";
  const pages = (one) => one?.shown?.pages.length;
  if (shown && pages(now) !== pages(before)) announce(shown.headline);
}

export function start() {
  byId("variant").addEventListener("change", (event) => choose({ variant: event.target.value, template: "", options: {} }));
  byId("template").addEventListener("change", (event) => choose({ template: event.target.value, options: {} }));
  byId("document").addEventListener("change", (event) => choose({ document: event.target.value }));
  onState((now, before) => {
    byId("name").textContent = now.name || "texresume";
    document.title = now.title;
    show(now);
    showFit(now.shown?.fit ?? null);
    showStatus(now, before);
  });
}
