// Completion and hover by the project's JSON Schema, from the text itself: YAML that is being typed need not be valid.
import { element } from "./dom.js";
import { ask, state } from "./server.js";
import { syntaxTree } from "./vendor/codemirror.js";

const schemas = new Map(); // name → promise of the schema, or null

/** @param {string} name @returns {Promise<any>} the schema, or null if there is none or no answer */
function schemaOf(name) {
  if (!name) return Promise.resolve(null);
  if (!schemas.has(name)) {
    schemas.set(name, ask(`schemas/${name}`).then(
      (answer) => (answer.status === 200 ? answer.data : null),
      () => { schemas.delete(name); return null; },
    ));
  }
  return schemas.get(name);
}

/** A schema and all that it takes together by $ref, allOf, anyOf, if/then/else. */
function parts(schema, root, depth = 0) {
  if (!schema || typeof schema !== "object" || depth > 12) return [];
  const found = [schema];
  if (schema.$ref?.startsWith("#/")) {
    let target = root;
    for (const step of schema.$ref.slice(2).split("/")) target = target?.[step.replaceAll("~1", "/").replaceAll("~0", "~")];
    found.push(...parts(target, root, depth + 1));
  }
  for (const key of ["allOf", "anyOf", "oneOf"]) for (const one of schema[key] ?? []) found.push(...parts(one, root, depth + 1));
  for (const key of ["then", "else"]) found.push(...parts(schema[key], root, depth + 1));
  return found;
}

/** The schemas of the value at a path. @param {(string | number)[]} path */
function at(path, root) {
  let here = parts(root, root);
  for (const step of path) {
    const next = [];
    for (const schema of here) {
      if (typeof step === "number") {
        if (Array.isArray(schema.items)) next.push(schema.items[step] ?? schema.items[0]);
        else if (schema.items) next.push(schema.items);
      } else if (schema.properties && Object.hasOwn(schema.properties, step)) next.push(schema.properties[step]);
      else {
        const matching = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) => matches(pattern, step));
        next.push(...matching.map(([, one]) => one));
        if (!matching.length && typeof schema.additionalProperties === "object") next.push(schema.additionalProperties);
      }
    }
    here = next.flatMap((one) => parts(one, root));
  }
  return here;
}

function matches(pattern, text) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return false;
  }
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s][^#]*?)\s*:(?=\s|$)/;
const unquoted = (key) => (/^["']/.test(key) ? key.slice(1, -1) : key).trim();

/** What a line opens: the columns and names of its items and keys. `  - name: x` gives [[2, null], [4, "name"]]. */
function openings(text) {
  const found = [];
  let column = text.length - text.trimStart().length;
  let rest = text.trimStart();
  while (/^-(\s|$)/.test(rest)) {
    found.push([column, null]);
    const after = rest.slice(1);
    column += 1 + after.length - after.trimStart().length;
    rest = after.trimStart();
  }
  const key = rest.match(KEY);
  if (key) found.push([column, unquoted(key[1])]);
  return found;
}

/**
 * The path of the mapping whose key or value stands at `column` of a line, by indentation.
 * @returns {(string | number)[]} keys, and 0 for an item of a list
 */
function pathByIndent(doc, number, column) {
  const path = [];
  let limit = column;
  const above = (line) => {
    for (const [where, key] of openings(line).reverse()) {
      if (where < limit || (where === limit && key !== null && path[0] === 0)) {
        if (key === null && path[0] === 0 && where === limit) continue;
        path.unshift(key ?? 0);
        limit = where;
      }
    }
  };
  above(doc.line(number).text.slice(0, column));
  for (let row = number - 1; row > 0 && (limit > 0 || path[0] === 0); row -= 1) {
    const { text } = doc.line(row);
    if (!text.trim() || text.trimStart().startsWith("#")) continue;
    above(text);
    if (limit === 0 && path[0] !== 0) break;
  }
  return path;
}

/** The path of the flow mapping or sequence around `pos`, from the syntax tree; null outside. */
function flowAround(text, pos) {
  let node = syntaxTree(text).resolveInner(pos, -1);
  const within = [];
  let outermost = null;
  for (let child = null; node; child = node, node = node.parent) {
    if (node.name === "FlowMapping" || node.name === "FlowSequence") {
      if (pos <= node.from || (pos >= node.to && /[\]}]$/.test(text.sliceDoc(node.from, node.to)))) continue;
      outermost = node;
      within.unshift(node.name === "FlowSequence" ? 0 : null);
    } else if (node.name === "Pair" && /^Flow/.test(node.parent?.name ?? "")) {
      const key = node.getChild("Key");
      if (key && key.to < pos && child?.name !== "Key") within.unshift(unquoted(text.sliceDoc(key.from, key.to)));
    }
  }
  if (!outermost) return null;
  const line = text.doc.lineAt(outermost.from);
  return [...pathByIndent(text.doc, line.number, outermost.from - line.from), ...within.filter((step) => step !== null)];
}

/** The keys that a block mapping has already, at this indentation. */
function siblings(doc, number, column) {
  const found = new Set();
  const look = (direction) => {
    for (let row = number + direction; row > 0 && row <= doc.lines; row += direction) {
      const { text } = doc.line(row);
      if (!text.trim() || text.trimStart().startsWith("#")) continue;
      const opened = openings(text);
      const mine = opened.find(([where, key]) => where === column && key !== null);
      const indent = text.length - text.trimStart().length;
      if (direction > 0 && indent < column) return;
      if (mine) found.add(mine[1]);
      if (direction < 0 && indent < column) return;
    }
  };
  const begins = openings(doc.line(number).text).some(([where, key]) => where < column && key === null);
  if (!begins) look(-1); // a new item of a list has none above it
  look(1);
  const [, own] = openings(doc.line(number).text).find(([where, key]) => where === column && key !== null) ?? [];
  found.delete(own);
  return found;
}

/** What the value must be. Where a text would do as well as a list of them, it is a text. */
function kindOf(found) {
  const may = (type) => found.some((one) => one.if?.type === type);
  if (found.some((one) => one.items) && !may("array")) return "list";
  return found.some((one) => one.properties) && !may("object") ? "keys" : "text";
}

function keyOptions(path, root, taken, block, column) {
  const options = new Map();
  for (const schema of at(path, root)) {
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      if (taken.has(key) || key.startsWith("$") || options.has(key)) continue;
      const found = parts(value, root);
      const kind = kindOf(found);
      const inner = " ".repeat(column + 2);
      const tail = !block || kind === "text" ? ": " : kind === "list" ? `:\n${inner}- ` : `:\n${inner}`;
      options.set(key, {
        label: key, apply: key + tail, detail: kind === "text" ? undefined : kind, type: "property",
        info: found.find((one) => one.description)?.description,
      });
    }
  }
  return [...options.values()].map((option, index) => ({ ...option, boost: 50 - index })); // the schema's order
}

function valueOptions(path, root) {
  const values = new Map();
  for (const schema of at(path, root)) {
    for (const value of [...(schema.enum ?? []), ...(schema.examples ?? []), ...("const" in schema ? [schema.const] : [])]) {
      if (value !== null && value !== "" && typeof value !== "object") values.set(String(value), { label: String(value), type: "enum" });
    }
  }
  return [...values.values()].map((option, index) => ({ ...option, boost: 50 - index }));
}

/** The options of a template are no part of the schema: the State has those of the one that is shown. */
function templateOptions(path, value) {
  const options = state?.choices.options ?? [];
  if (path[0] !== "options" || path.length > 2) return [];
  if (path.length === 2 && value) {
    const { values = [], kind } = options.find((option) => option.name === path[1]) ?? {};
    return (kind === "yes-no" ? ["true", "false"] : values).map((label) => ({ label, type: "enum" }));
  }
  if (path.length !== 1 || value) return [];
  return options.map((option) => ({ label: option.name, apply: `${option.name}: `, type: "property", info: option.about }));
}

/** A completion source. @param {() => string} nameOf the name of the schema of the text in the pane */
export const completion = (nameOf) => async (context) => {
  const root = await schemaOf(nameOf());
  if (!root || context.aborted) return null;
  const { state: text, pos } = context;
  const line = text.doc.lineAt(pos);
  const before = text.sliceDoc(line.from, pos);
  if (/(^|\s)#/.test(before) || /^(BlockLiteralContent|QuotedLiteral|Comment)$/.test(syntaxTree(text).resolveInner(pos, -1).name)) return null;
  const word = before.match(/[^\s,[\]{}:]*$/)[0];
  const from = pos - word.length;
  if (!word && !context.explicit && !/(^\s*(- +)?|: )$/.test(before)) return null;
  const flow = flowAround(text, pos);
  if (flow) {
    const key = before.match(/([^\s,{}[\]:]+)\s*:\s+[^,{}[\]]*$/)?.[1];
    if (key && flow.at(-1) !== key) flow.push(key);
    const value = Boolean(key) || typeof flow.at(-1) === "number";
    const given = nameOf() === "variant" ? templateOptions(flow, Boolean(key)) : [];
    return answer(from, [...given, ...(value ? valueOptions(flow, root) : keyOptions(flow, root, new Set(), false, 0))]);
  }
  const start = from - line.from;
  const opened = openings(before.slice(0, start));
  const value = typeof opened.at(-1)?.[1] === "string";
  if (value && !/:\s+\S*$/.test(before)) return null;
  const path = pathByIndent(text.doc, line.number, start);
  const given = nameOf() === "variant" ? templateOptions(path, value) : [];
  if (value) return answer(from, [...given, ...valueOptions(path, root)]);
  if (!/^(\s*(-\s+)*)\S*$/.test(before)) return null;
  const taken = siblings(text.doc, line.number, start);
  const keys = /^\s*:/.test(text.sliceDoc(pos, line.to)) ? [] : keyOptions(path, root, taken, true, start);
  return answer(from, [...given.filter((option) => !taken.has(option.label)), ...keys, ...(typeof path.at(-1) === "number" ? valueOptions(path, root) : [])]);
};

const answer = (from, options) => (options.length ? { from, options, validFor: /^[^\s,[\]{}:]*$/ } : null);

/** A hover source: what the schema says of the key under the pointer. */
export const explanation = (nameOf) => async (view, pos) => {
  const root = await schemaOf(nameOf());
  if (!root) return null;
  const node = syntaxTree(view.state).resolveInner(pos, 0);
  let key = node;
  while (key && key.name !== "Key") key = key.parent;
  if (!key) return null;
  const text = unquoted(view.state.sliceDoc(key.from, key.to));
  const line = view.state.doc.lineAt(key.from);
  const around = flowAround(view.state, key.from + 1) ?? pathByIndent(view.state.doc, line.number, key.from - line.from);
  const found = at([...around, text], root);
  const said = found.find((one) => one.description)?.description;
  if (!said) return null;
  const values = valueOptions([...around, text], root).map((option) => option.label);
  return {
    pos: key.from, end: key.to, above: true,
    create: () => ({
      dom: element("div", { class: "explained" }, element("p", {}, element("code", {}, text), ` ${said}`),
        values.length ? element("p", { class: "values" }, `${values.slice(0, 12).join(" · ")}${values.length > 12 ? " …" : ""}`) : null),
    }),
  };
};
