// What the page of `texresume preview` uses of CodeMirror; build.mjs makes one file of it.
export { ChangeSet, EditorState, EditorSelection, Compartment, Facet, StateEffect, StateField, Transaction, Annotation, Prec } from "@codemirror/state";
export {
  EditorView, Decoration, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  drawSelection, dropCursor, hoverTooltip, rectangularSelection, crosshairCursor, showPanel, ViewPlugin,
} from "@codemirror/view";
export {
  HighlightStyle, syntaxHighlighting, syntaxTree, ensureSyntaxTree, indentOnInput, indentUnit, bracketMatching,
  foldGutter, foldKeymap,
} from "@codemirror/language";
export {
  history, historyKeymap, defaultKeymap, indentWithTab, isolateHistory, undo, redo, undoDepth, toggleTabFocusMode,
} from "@codemirror/commands";
export { autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap, startCompletion } from "@codemirror/autocomplete";
export { search, searchKeymap, highlightSelectionMatches, openSearchPanel } from "@codemirror/search";
export { setDiagnostics, lintGutter, lintKeymap, nextDiagnostic, previousDiagnostic, forEachDiagnostic } from "@codemirror/lint";
export { MergeView, diff } from "@codemirror/merge";
export { yaml, yamlLanguage } from "@codemirror/lang-yaml";
export { tags } from "@lezer/highlight";
