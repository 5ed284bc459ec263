/**
 * Histograms for charts: the latest question only, at most four a second, none while the chart or the window is
 * hidden. The old answer stays on screen until the new one is there.
 */
import { useEffect, useRef, useState } from 'react';
import { isCancelled, type EngineError } from '../../src-shared/errors.ts';
import type { Histogram, HistogramRequest, ViewState } from '../../src-shared/protocol.ts';
import { createLatest, toEngineError, useStore, type Session } from '../engine/index.ts';

/** Between two refreshes of a growing view; each costs all workers up to 100 ms at millions of rows. */
const refreshMs = 250;

export interface HistogramAnswer {
  readonly histogram: Histogram | undefined;
  readonly error: EngineError | undefined;
  /** The answer on screen is of another state of the view. */
  readonly isPending: boolean;
}

export type HistogramQuestion = Omit<HistogramRequest, 'view'>;

const nothingYet: HistogramAnswer = { histogram: undefined, error: undefined, isPending: false };

/** `question` is undefined while the chart is hidden; it counts as another when its parts differ. */
export function useHistogram(session: Session, question: HistogramQuestion | undefined): HistogramAnswer {
  const view = useStore(session.view);
  const { epoch } = useStore(session.applied);
  const isSwitching = useStore(session.isSwitching);
  const [answer, setAnswer] = useState(nothingYet);
  const [latest] = useState(createLatest);
  const lastAskedMs = useRef(-Infinity);
  const isVisible = usePageVisible();
  const isAsked = question !== undefined && isVisible && !isSwitching;
  // As text, so that equal questions about equal rows are one.
  const key = isAsked ? JSON.stringify({ question, rows: `${epoch} ${rowsState(view)}` }) : undefined;

  useEffect(() => {
    if (key === undefined) return undefined;
    const asked: { readonly question: HistogramQuestion } = JSON.parse(key);
    const { activity } = session.client;
    const end = activity.begin();
    setAnswer((last) => ({ ...last, isPending: true }));
    const ask = async (): Promise<void> => {
      lastAskedMs.current = performance.now();
      try {
        const histogram = await latest.run((signal) =>
          session.client.call('histogram', { ...asked.question, view: session.view.get().id }, signal),
        );
        if (histogram !== undefined) setAnswer({ histogram, error: undefined, isPending: false });
      } catch (error) {
        if (!isCancelled(error)) setAnswer({ histogram: undefined, error: toEngineError(error), isPending: false });
      } finally {
        end();
      }
    };
    const waitMs = Math.max(0, lastAskedMs.current + refreshMs - performance.now());
    const timer = setTimeout(() => void ask(), waitMs);
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [session, latest, key]);

  useEffect(() => () => latest.cancel(), [latest]);
  return answer;
}

/** Changes whenever the view's rows do. */
const rowsState = ({ rows, done, order }: ViewState): string => `${rows} ${done} ${order}`;

function usePageVisible(): boolean {
  const [isVisible, setIsVisible] = useState(() => !document.hidden);
  useEffect(() => {
    const tell = (): void => setIsVisible(!document.hidden);
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, []);
  return isVisible;
}
