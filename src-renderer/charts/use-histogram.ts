/** The histogram of a view for a chart, as use-view-answer.ts keeps it. */
import type { EngineError } from '../../src-shared/errors.ts';
import type { Histogram, HistogramRequest } from '../../src-shared/protocol.ts';
import type { Session } from '../engine/index.ts';
import { useViewAnswer } from './use-view-answer.ts';

export interface HistogramAnswer {
  readonly histogram: Histogram | undefined;
  readonly error: EngineError | undefined;
  /** The answer on screen is to another question: of another filter, range or number of buckets. */
  readonly isPending: boolean;
}

export type HistogramQuestion = Omit<HistogramRequest, 'view'>;

const toRequest = (question: HistogramQuestion, view: number): HistogramRequest => ({ ...question, view });

/** `question` is undefined while the chart is hidden; it counts as another when its parts differ. */
export function useHistogram(session: Session, question: HistogramQuestion | undefined): HistogramAnswer {
  const { value, error, isPending } = useViewAnswer('histogram', session, question, toRequest);
  return { histogram: value, error, isPending };
}
