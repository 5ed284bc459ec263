/**
 * Keeping only the latest answer: a newer question cancels the older one, whose answer is dropped. For what follows
 * the user (details, charts, checks), where an answer that comes late is worse than none.
 */
import { useEffect, useState } from 'react';
import { EngineError, isCancelled } from '../../src-shared/errors.ts';

export interface Latest {
  /** Runs the task, aborting the one before; undefined when it was itself overtaken. Rejects as the task does. */
  readonly run: <T>(task: (signal: AbortSignal) => Promise<T>) => Promise<T | undefined>;
  readonly cancel: () => void;
}

export function createLatest(): Latest {
  let controller: AbortController | undefined;
  return {
    async run(task) {
      controller?.abort();
      const own = new AbortController();
      controller = own;
      try {
        const answer = await task(own.signal);
        return own.signal.aborted ? undefined : answer;
      } catch (error) {
        if (own.signal.aborted || isCancelled(error)) return undefined;
        throw error;
      }
    },
    cancel() {
      controller?.abort();
      controller = undefined;
    },
  };
}

/** What is known of an answer: the last one that came stays, marked as pending, while a newer one is on its way. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly error: EngineError | undefined;
  readonly isPending: boolean;
}

const nothingYet = { value: undefined, error: undefined, isPending: false };

/**
 * Asks again whenever `question` changes (by reference) and keeps the latest answer; an undefined question asks
 * nothing and forgets. `ask` must be stable.
 */
export function useLatest<Q, T>(
  question: Q | undefined,
  ask: (question: Q, signal: AbortSignal) => Promise<T>,
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>(nothingYet);
  useEffect(() => {
    if (question === undefined) {
      setAnswer(nothingYet);
      return;
    }
    const controller = new AbortController();
    setAnswer((last) => ({ ...last, isPending: true }));
    ask(question, controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setAnswer({ value, error: undefined, isPending: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted || isCancelled(error)) return;
        setAnswer({ value: undefined, error: toEngineError(error), isPending: false });
      },
    );
    return () => controller.abort();
  }, [question, ask]);
  return answer;
}

export const toEngineError = (error: unknown): EngineError =>
  error instanceof EngineError
    ? error
    : new EngineError('internal', error instanceof Error ? error.message : String(error));
