// The text pane's CodeMirror: highlighting, completion, problems as underlines. Which text it shows is up to documents.js.
import { byId, columnOf, element, offsetOf } from "./dom.js";
import { completion, explanation } from "./schema.js";
import * as cm from "./vendor/codemirror.js";

const nonce = document.querySelector('meta[name="csp-nonce"]').content;

// Colours are the page's own (style.css): these only name the kinds of words.
const words = cm.HighlightStyle.define([
  { tag: [cm.tags.propertyName, cm.tags.definition(cm.tags.propertyName)], class: "w-key" },
  { tag: [cm.tags.string, cm.tags.special(cm.tags.string)], class: "w-string" },
  { tag: cm.tags.comment, class: "w-comment" },
  { tag: [cm.tags.meta, cm.tags.typeName, cm.tags.labelName, cm.tags.attributeValue], class: "w-meta" },
  { tag: [cm.tags.separator, cm.tags.punctuation, cm.tags.squareBracket, cm.tags.brace], class: "w-mark" },
]);

const look = cm.EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--code)", lineHeight: "1.55" },
  ".cm-content": { padding: "8px 0 40vh", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 16px 0 6px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 12px" },
  ".cm-activeLine": { backgroundColor: "var(--line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--match)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--edge)" },
  ".cm-panel.cm-search": { padding: "8px 12px", fontFamily: "var(--sans)", fontSize: "var(--small)" },
  ".cm-panel.cm-search :is(input, button, label)": { fontSize: "var(--small)" },
  ".cm-textfield, .cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "4px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "6px", boxShadow: "var(--shadow)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "var(--small)", maxHeight: "14em", borderRadius: "5px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "inherit", opacity: "0.75" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 12px", maxWidth: "20rem", fontFamily: "var(--sans)", fontSize: "var(--small)" },
  ".cm-diagnostic": { padding: "6px 12px", borderLeft: "none" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warning)" },
  ".cm-diagnostic-info": { borderLeft: "3px solid var(--info)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--line)", border: "none", color: "var(--soft)" },
});

/** Lines that wrap go on at their own indentation. */
const hanging = cm.ViewPlugin.fromClass(class {
  constructor(view) { this.decorations = hung(view); }
  update(update) { if (update.docChanged || update.viewportChanged) this.decorations = hung(update.view); }
}, { decorations: (plugin) => plugin.decorations });

function hung(view) {
  const found = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at);
      const columns = line.text.match(/^ *(?:- +)*/)[0].length;
      if (columns && columns < 40) found.push(cm.Decoration.line({ attributes: { style: `text-indent: -${columns}ch; padding-left: calc(6px + ${columns}ch)` } }).range(line.from));
      at = line.to + 1;
    }
  }
  return cm.Decoration.set(found);
}

/** The text with a problem: the value at its place, or the rest of the line. */
function rangeOf(doc, problem) {
  const line = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
  const indent = line.text.length - line.text.trimStart().length;
  const from = line.from + (problem.column ? offsetOf(line.text, problem.column) : indent);
  const rest = doc.sliceString(from, line.to).replace(/\s+#.*$/, "").trimEnd();
  const key = rest.match(/^[\w$.-]+(?=\s*:(\s|$))/);
  return { from, to: from + (key ? key[0].length : rest.length) };
}

/** @param {any[]} problems those of the text's own file @returns {any} a transaction that underlines them */
export function underlined(state, problems) {
  return cm.setDiagnostics(state, problems.filter((problem) => problem.line > 0).map((problem) => ({
    ...rangeOf(state.doc, problem),
    severity: problem.severity,
    message: problem.message,
    renderMessage: () => element("div", { class: "explained" }, element("p", {}, problem.message),
      problem.hint ? element("p", { class: "values" }, problem.hint) : null),
  })).sort((a, b) => a.from - b.from));
}

/** Marks transactions that bring what another program wrote. */
export const external = cm.Annotation.define();

/** The changes that make `to` of `from`, as few as make sense. */
export const changesBetween = (from, to) => cm.diff(from, to, { scanLimit: 1000, timeout: 200 })
  .map((change) => ({ from: change.fromA, to: change.toA, insert: to.slice(change.fromB, change.toB) }));

/**
 * @param {{edited: () => void, moved: (line: number, column: number) => void, save: () => void, schema: () => string}} tell
 * @returns {any[]} the extensions of every text; `yaml` is for those that are YAML
 */
export function extensions(tell) {
  return [
    cm.EditorView.cspNonce.of(nonce),
    cm.lineNumbers(), cm.foldGutter(), cm.highlightSpecialChars(), cm.history({ newGroupDelay: 600 }), cm.drawSelection(),
    cm.dropCursor(), cm.EditorState.allowMultipleSelections.of(true), cm.indentOnInput(), cm.bracketMatching(),
    cm.closeBrackets(), cm.rectangularSelection(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(),
    cm.highlightSelectionMatches(), cm.EditorView.lineWrapping, hanging, cm.indentUnit.of("  "), cm.EditorState.tabSize.of(2),
    cm.search({ top: false }), cm.lintGutter(), look,
    cm.autocompletion({ override: [completion(tell.schema)], icons: false }),
    cm.hoverTooltip(explanation(tell.schema), { hoverTime: 400 }),
    cm.EditorView.contentAttributes.of({ "aria-label": "Text of the file. Press F6 to leave.", spellcheck: "true", autocapitalize: "off", autocorrect: "off", tabindex: "0" }),
    cm.keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => { tell.save(); return true; } },
      ...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.foldKeymap,
      ...cm.completionKeymap, ...cm.lintKeymap, cm.indentWithTab,
    ]),
    cm.EditorView.updateListener.of((update) => {
      const own = update.transactions.some((one) => one.docChanged && !one.annotation(external));
      if (own) tell.edited();
      const moved = update.selectionSet || own;
      if (moved && !update.transactions.some((one) => one.annotation(external))) {
        const { head } = update.state.selection.main;
        const line = update.state.doc.lineAt(head);
        tell.moved(line.number, columnOf(line.text, head - line.from));
      }
    }),
  ];
}

/** @returns {any} the view, without a text yet */
export const newView = () => new cm.EditorView({ parent: byId("editor"), extensions: [cm.EditorView.cspNonce.of(nonce), look, cm.EditorState.readOnly.of(true)] });
/** Highlighting. */
export const yaml = [cm.yaml(), cm.syntaxHighlighting(words)];
export const newState = (text, given) => cm.EditorState.create({ doc: text, extensions: given });
export const effects = { scroll: (position) => cm.EditorView.scrollIntoView(position, { y: "center" }) };

/** Both texts side by side, differences marked. @returns {any} with destroy() */
export const beside = (parent, mine, theirs) => new cm.MergeView({
  parent, gutter: true, collapseUnchanged: { margin: 1, minSize: 3 },
  a: { doc: mine, extensions: [readOnly("What you typed")] }, b: { doc: theirs, extensions: [readOnly("What is in the file")] },
});
const readOnly = (label) => [
  cm.EditorView.cspNonce.of(nonce), look, cm.EditorView.lineWrapping, cm.lineNumbers(), cm.yaml(), cm.syntaxHighlighting(words),
  cm.EditorState.readOnly.of(true), cm.EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
];
