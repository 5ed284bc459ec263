/**
 * The filter being written, beside the one applied: the draft, what the engine says of it, and the filters used
 * before. The applied filter is the session's; whatever changes it from outside (a chart, a cell, going back)
 * becomes the draft too.
 */
import type { ErrorData } from '../../src-shared/errors.ts';
import { createLatest, createStore, type Session, type Store } from '../engine/index.ts';

/** What the engine says of the draft. */
export interface Check {
  readonly error: FilterProblem | undefined;
  readonly warnings: readonly FilterProblem[];
}

export interface FilterProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
  /** A right text for the place. */
  readonly suggestion?: string;
}

export interface FilterModel {
  readonly session: Session;
  readonly draft: Store<string>;
  readonly check: Store<Check>;
  /** Filters used in this tab, oldest first. */
  readonly history: Store<readonly string[]>;
  readonly setDraft: (text: string) => void;
  /** Applies the draft; false when it was refused. */
  readonly apply: () => Promise<boolean>;
  /** Applies another filter, which becomes the draft. */
  readonly applyText: (text: string) => Promise<boolean>;
  readonly clear: () => Promise<boolean>;
  /** Back to the filter that is applied. */
  readonly revert: () => void;
  /** Moves the keyboard to the editor, which says here how. */
  readonly focus: () => void;
  readonly onFocus: (focus: () => void) => () => void;
  readonly close: () => void;
}

const noProblems: Check = { error: undefined, warnings: [] };

/** What is wrong at the end of the text is most likely not finished yet: it is told after a pause in typing. */
const pauseMs = 800;

/** Texts, not records: plenty. */
const historyLimit = 200;

export function createFilterModel(session: Session): FilterModel {
  const draft = createStore('');
  const check = createStore(noProblems);
  const history = createStore<readonly string[]>([]);
  const checking = createLatest();
  let focusEditor = (): void => {};
  let pause: ReturnType<typeof setTimeout> | undefined;

  const remember = (text: string): void => {
    if (text.trim() === '') return;
    history.update((texts) => [...texts.filter((each) => each !== text), text].slice(-historyLimit));
  };

  async function runCheck(text: string): Promise<void> {
    clearTimeout(pause);
    if (text.trim() === '') {
      checking.cancel();
      check.set(noProblems);
      return;
    }
    const { zone } = session.applied.get().query;
    const source = session.source.get().id;
    try {
      const answer = await checking.run((signal) =>
        session.client.call('checkFilter', { source, filter: text, zone }, signal),
      );
      if (answer === undefined || draft.get() !== text) return;
      const problem = answer.error && problemOf(answer.error, text);
      if (problem === undefined || problem.to < text.length) check.set({ error: problem, warnings: answer.warnings });
      else {
        check.set(noProblems);
        pause = setTimeout(() => check.set({ error: problem, warnings: answer.warnings }), pauseMs);
      }
    } catch {
      // The check is a courtesy; applying says what is wrong.
      check.set(noProblems);
    }
  }

  const setDraft = (text: string): void => {
    if (text === draft.get()) return;
    draft.set(text);
    void runCheck(text);
  };

  /** The filter under way from here. */
  let sent: string | undefined;

  async function applyText(text: string): Promise<boolean> {
    sent = text;
    const isTaken = await session.applyFilter(text);
    if (sent === text) sent = undefined;
    if (isTaken) remember(text);
    return isTaken;
  }

  let lastApplied = session.applied.get().query.filter;

  const stops = [
    session.applied.subscribe(() => {
      const { filter } = session.applied.get().query;
      if (filter === lastApplied) return;
      lastApplied = filter;
      // Whoever types on while the engine takes the filter keeps what was typed since.
      if (filter === sent) return;
      // A draft that was never applied can be had back from the history.
      if (draft.get() !== filter) remember(draft.get());
      setDraft(filter);
    }),
    session.view.subscribe(() => {
      const { error } = session.view.get();
      if (error === undefined || error.code === 'cancelled' || draft.get() !== session.applied.get().query.filter)
        return;
      clearTimeout(pause);
      check.set({ error: problemOf(error, draft.get()), warnings: [] });
    }),
    session.refusal.subscribe(() => {
      const refusal = session.refusal.get();
      // A refused sort or zone says nothing about the filter.
      const isFilter = refusal !== undefined && refusal.query.filter !== session.applied.get().query.filter;
      if (isFilter && refusal.query.filter === draft.get()) {
        clearTimeout(pause);
        check.set({ error: problemOf(refusal.error, draft.get()), warnings: [] });
      }
    }),
  ];

  return {
    session,
    draft,
    check,
    history,
    setDraft,
    apply: () => applyText(draft.get()),
    applyText(text) {
      if (draft.get() !== session.applied.get().query.filter) remember(draft.get());
      setDraft(text);
      return applyText(text);
    },
    clear() {
      setDraft('');
      return applyText('');
    },
    revert: () => setDraft(session.applied.get().query.filter),
    focus: () => focusEditor(),
    onFocus(focus) {
      focusEditor = focus;
      return () => {
        if (focusEditor === focus) focusEditor = () => {};
      };
    },
    close() {
      for (const stop of stops) stop();
      checking.cancel();
      clearTimeout(pause);
    },
  };
}

function problemOf(
  { message, range, suggestion }: Partial<ErrorData> & { message: string },
  text: string,
): FilterProblem {
  const { from, to } = range ?? { from: 0, to: text.length };
  return { message, from, to, ...(suggestion === undefined ? {} : { suggestion }) };
}
