/** Short messages to the user that need no answer: they come, can be dismissed, and go by themselves. */
import { isCancelled } from '../../src-shared/errors.ts';
import { createStore, toEngineError, type Store } from '../engine/index.ts';

export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'error';
  readonly text: string;
  readonly detail?: string;
}

export interface Notices {
  readonly list: Store<readonly Notice[]>;
  readonly show: (text: string, detail?: string) => void;
  readonly fail: (text: string, error: unknown) => void;
  readonly dismiss: (id: number) => void;
}

/** Long enough to read one line; an error stays until it is seen. */
const infoMs = 4_000;
const errorMs = 15_000;

/** More would cover the records. */
const mostNotices = 4;

export function createNotices(): Notices {
  const list = createStore<readonly Notice[]>([]);
  let lastId = 0;
  const dismiss = (id: number): void => list.update((notices) => notices.filter((notice) => notice.id !== id));
  const add = (notice: Omit<Notice, 'id'>, stayMs: number): void => {
    const id = ++lastId;
    // The same again replaces itself instead of piling up.
    list.update((notices) =>
      [
        ...notices.filter(({ text, detail }) => text !== notice.text || detail !== notice.detail),
        { ...notice, id },
      ].slice(-mostNotices),
    );
    setTimeout(() => dismiss(id), stayMs);
  };
  return {
    list,
    show: (text, detail) => add({ tone: 'info', text, ...(detail === undefined ? {} : { detail }) }, infoMs),
    fail(text, error) {
      if (isCancelled(error)) return;
      add({ tone: 'error', text, detail: toEngineError(error).message }, errorMs);
    },
    dismiss,
  };
}
