/**
 * The editor of the filter: one line of CodeMirror with highlighting, completion, and what is wrong underlined where
 * it is. Enter applies, up and down go through the filters used before.
 */
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec, type Extension, type Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder, type KeyBinding } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';
import { texts } from '../app/texts.ts';
import { useStore } from '../engine/index.ts';
import { completeFilter } from './completion.ts';
import { filterSupport } from './language.ts';
import type { FilterModel, FilterProblem } from './model.ts';

export interface FilterEditorProps {
  readonly model: FilterModel;
  readonly styleNonce: string;
  /** Gives the keyboard back to the records. */
  readonly onLeave: () => void;
}

export function FilterEditor({ model, styleNonce, onLeave }: FilterEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const draft = useStore(model.draft);
  const check = useStore(model.check);
  const leave = useEffectEvent(onLeave);

  useEffect(() => {
    const { current: parent } = host;
    if (parent === null) return undefined;
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: model.draft.get(),
        extensions: editorExtensions(model, styleNonce, () => leave()),
      }),
    });
    view.current = editor;
    const stop = model.onFocus(() => {
      editor.focus();
      editor.dispatch({ selection: { anchor: 0, head: editor.state.doc.length } });
    });
    return () => {
      stop();
      view.current = undefined;
      editor.destroy();
    };
  }, [model, styleNonce]);

  useEffect(() => {
    if (view.current !== undefined) replaceText(view.current, draft);
  }, [draft]);

  useEffect(() => {
    const { current: editor } = view;
    if (editor === undefined) return;
    const length = editor.state.doc.length;
    const problems = [
      ...(check.error === undefined ? [] : [toDiagnostic(check.error, 'error', length)]),
      ...check.warnings.map((warning) => toDiagnostic(warning, 'warning', length)),
    ];
    editor.dispatch(setDiagnostics(editor.state, problems));
  }, [check]);

  return <div ref={host} className="filter-editor" data-testid="filter-editor" />;
}

function replaceText(editor: EditorView, text: string): void {
  if (editor.state.doc.toString() === text) return;
  editor.dispatch({
    changes: { from: 0, to: editor.state.doc.length, insert: text },
    selection: { anchor: text.length },
  });
}

/** An error at the end has no text of its own: it marks the last sign. */
function toDiagnostic({ message, from, to }: FilterProblem, severity: 'error' | 'warning', length: number): Diagnostic {
  const start = Math.min(from, Math.max(0, length - 1));
  return { from: start, to: Math.min(Math.max(to, start + 1), length), severity, message };
}

function editorExtensions(model: FilterModel, styleNonce: string, leave: () => void): Extension[] {
  const apply = (editor: EditorView): boolean => {
    // A list that is still on its way would cover the answer.
    closeCompletion(editor);
    void model.apply();
    return true;
  };
  const step = historySteps(model);
  const keys: KeyBinding[] = [
    {
      key: 'Enter',
      run: (editor) => (completionStatus(editor.state) === 'active' && acceptCompletion(editor)) || apply(editor),
    },
    { key: 'Tab', run: (editor) => completionStatus(editor.state) === 'active' && acceptCompletion(editor) },
    { key: 'Mod-Enter', run: apply },
    { key: 'ArrowUp', run: (editor) => completionStatus(editor.state) !== 'active' && step(editor, -1) },
    { key: 'ArrowDown', run: (editor) => completionStatus(editor.state) !== 'active' && step(editor, 1) },
    {
      key: 'Escape',
      run: (editor) => {
        if (closeCompletion(editor)) return true;
        model.revert();
        leave();
        return true;
      },
    },
  ];
  return [
    EditorView.cspNonce.of(styleNonce),
    oneLine,
    typeOverSelection,
    Prec.highest(keymap.of(keys)),
    history(),
    closeBrackets(),
    bracketMatching(),
    drawSelection(),
    filterSupport(),
    autocompletion({
      override: [completeFilter(model.session)],
      icons: false,
      // Enter applies the filter unless one was chosen with the arrows.
      selectOnOpen: false,
      maxRenderedOptions: 60,
    }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    placeholder(placeholderOf(model)),
    EditorView.contentAttributes.of({
      'aria-label': texts.filter.label,
      'data-testid': 'filter-input',
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) model.setDraft(update.state.doc.toString());
    }),
  ];
}

const placeholderOf = ({ session }: FilterModel): string =>
  session.source.get().fields.some(({ name }) => name === 'status')
    ? texts.filter.placeholder
    : texts.filter.placeholderText;

/**
 * Typing over a selection, done by the editor: Chromium would keep the look of the coloured text that goes in a style
 * attribute, which the page's policy forbids.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (empty || text === null || event.inputType !== 'insertText' || event.isComposing) return false;
    event.preventDefault();
    const insert = (): Transaction => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type' });
    const isTaken = view.state.facet(EditorView.inputHandler).some((take) => take(view, from, to, text, insert));
    if (!isTaken) view.dispatch(insert());
    return true;
  },
});

/** Line ends that are pasted become spaces. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, ' ');
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: text },
    selection: { anchor: text.length },
    userEvent: 'input.paste',
  };
});

/** Steps through the filters used before; below the newest stands what was being written. */
function historySteps(model: FilterModel): (editor: EditorView, by: 1 | -1) => boolean {
  let written = '';
  let at: number | undefined;
  return (editor, by) => {
    const past = model.history.get();
    const text = editor.state.doc.toString();
    // Typing in between starts over from the end.
    if (at === undefined || past[at] !== text) {
      if (by === 1) return true;
      written = text;
      at = past.at(-1) === text ? past.length - 1 : past.length;
    }
    at = Math.max(0, Math.min(past.length, at + by));
    if (past.length > 0) replaceText(editor, past[at] ?? written);
    return true;
  };
}
