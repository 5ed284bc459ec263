/**
 * Histograms for charts: the latest question only, at most four a second, none while the chart or the window is
 * hidden. The old answer stays on screen until the new one is there.
 */
import { useEffect, useId, useMemo, useState } from 'react';
import { isCancelled, type EngineError } from '../../src-shared/errors.ts';
import type { Histogram, HistogramRequest, ViewState } from '../../src-shared/protocol.ts';
import { toEngineError, useStore, type Session } from '../engine/index.ts';
import { createRefresher, type Refresher } from './refresher.ts';

/** Between two refreshes of a growing view; each costs all workers up to 100 ms at millions of rows. */
const refreshMs = 250;

export interface HistogramAnswer {
  readonly histogram: Histogram | undefined;
  readonly error: EngineError | undefined;
  /** The answer on screen is to another question: of another filter, range or number of buckets. */
  readonly isPending: boolean;
}

export type HistogramQuestion = Omit<HistogramRequest, 'view'>;

/** What was answered, and to which question. */
interface Answer {
  readonly key: string;
  readonly histogram?: Histogram;
  readonly error?: EngineError;
}

/** `question` is undefined while the chart is hidden; it counts as another when its parts differ. */
export function useHistogram(session: Session, question: HistogramQuestion | undefined): HistogramAnswer {
  const view = useStore(session.view);
  const { epoch } = useStore(session.applied);
  const isSwitching = useStore(session.isSwitching);
  const isVisible = usePageVisible();
  const [answer, setAnswer] = useState<Answer>();
  const id = useId();
  const refresher = useMemo(() => createHistogramRefresher(session, `histogram ${id}`, setAnswer), [session, id]);
  const isAsked = question !== undefined && isVisible && !isSwitching;
  // As text, so that equal questions are one.
  const key = isAsked ? JSON.stringify({ question, epoch }) : undefined;
  const rows = rowsState(view);

  useEffect(() => {
    if (key === undefined) return;
    const asked: { readonly question: HistogramQuestion } = JSON.parse(key);
    refresher.wish({ question: asked.question, key, rows });
  }, [refresher, key, rows]);

  useEffect(() => () => refresher.stop(), [refresher]);

  return {
    histogram: answer?.histogram,
    error: answer?.error,
    isPending: key !== undefined && answer?.key !== key,
  };
}

function createHistogramRefresher(
  { client, view }: Session,
  name: string,
  setAnswer: (answer: Answer) => void,
): Refresher<HistogramQuestion> {
  return createRefresher<HistogramQuestion>({
    intervalMs: refreshMs,
    onBusy: (isBusy) => client.activity.set(name, isBusy),
    async ask({ question, key }, signal) {
      try {
        const histogram = await client.call('histogram', { ...question, view: view.get().id }, signal);
        if (!signal.aborted) setAnswer({ key, histogram });
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
