/**
 * Answers about a view for charts: the latest question only, at most four a second, none while the chart or the
 * window is hidden. The old answer stays on screen until the new one is there.
 */
import { useEffect, useId, useMemo, useState } from 'react';
import { isCancelled, type EngineError } from '../../src-shared/errors.ts';
import type { ReplyOf, RequestOf, ViewState } from '../../src-shared/protocol.ts';
import { toEngineError, useStore, type Session } from '../engine/index.ts';
import { createRefresher, type Refresher } from './refresher.ts';

/** Between two refreshes of a growing view; each costs all workers up to a second at millions of rows. */
const refreshMs = 250;

/** More than indexing leaves for a moment at any rate that goes on for long. */
const burstBytes = 16 << 20;

type ChartCall = 'histogram' | 'summary';

export interface ViewAnswer<T> {
  readonly value: T | undefined;
  readonly error: EngineError | undefined;
  /** The answer on screen is to another question: of another filter, range or number of buckets. */
  readonly isPending: boolean;
}

type Question<N extends ChartCall> = Omit<RequestOf<N>, 'view'>;

type ToRequest<N extends ChartCall> = (question: Question<N>, view: number) => RequestOf<N>;

/** What was answered, and to which question. */
interface Answer<N extends ChartCall> {
  readonly key: string;
  readonly value?: ReplyOf<N>;
  readonly error?: EngineError;
}

/**
 * `question` is undefined while the chart is hidden; it counts as another when its parts differ. `toRequest` must be
 * stable.
 */
export function useViewAnswer<N extends ChartCall>(
  name: N,
  session: Session,
  question: Question<N> | undefined,
  toRequest: ToRequest<N>,
): ViewAnswer<ReplyOf<N>> {
  const view = useStore(session.view);
  const { epoch } = useStore(session.applied);
  const isSwitching = useStore(session.isSwitching);
  const isVisible = usePageVisible();
  const [answer, setAnswer] = useState<Answer<N>>();
  const id = useId();
  const refresher = useMemo(
    () => createViewRefresher(name, session, `${name} ${id}`, toRequest, setAnswer),
    [name, session, id, toRequest],
  );
  const isAsked = question !== undefined && isVisible && !isSwitching;
  // As text, so that equal questions are one.
  const key = isAsked ? JSON.stringify({ question, epoch }) : undefined;
  const rows = rowsState(view);

  useEffect(() => {
    if (key === undefined) return;
    const asked: { readonly question: Question<N> } = JSON.parse(key);
    refresher.wish({ question: asked.question, key, rows });
  }, [refresher, key, rows]);

  useEffect(() => () => refresher.stop(), [refresher]);

  return {
    value: answer?.value,
    error: answer?.error,
    isPending: key !== undefined && answer?.key !== key,
  };
}

function createViewRefresher<N extends ChartCall>(
  call: N,
  { client, view, source }: Session,
  name: string,
  toRequest: ToRequest<N>,
  setAnswer: (answer: Answer<N>) => void,
): Refresher<Question<N>> {
  return createRefresher<Question<N>>({
    intervalMs: refreshMs,
    isBurst: () => {
      const { following, bytes, bytesIndexed } = source.get();
      return following && bytes - bytesIndexed > burstBytes;
    },
    onBusy: (isBusy) => client.activity.set(name, isBusy),
    async ask({ question, key }, signal) {
      try {
        const value = await client.call(call, toRequest(question, view.get().id), signal);
        if (!signal.aborted) setAnswer({ key, value });
      } catch (error) {
        if (!signal.aborted && !isCancelled(error)) setAnswer({ key, error: toEngineError(error) });
      }
    },
  });
}

/** Changes whenever the view's rows do. */
const rowsState = ({ rows, done, order, revision }: ViewState): string => `${rows} ${done} ${order} ${revision}`;

function usePageVisible(): boolean {
  const [isVisible, setIsVisible] = useState(() => !document.hidden);
  useEffect(() => {
    const tell = (): void => setIsVisible(!document.hidden);
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, []);
  return isVisible;
}
