/** Rows of a view page by page, for what needs cells rather than bytes. */
import type { Row, ViewId } from '../../../src-shared/protocol.ts';
import type { Session } from './session.ts';

/** At most 1,000 are allowed; fewer bring the first ones sooner. */
const pageRows = 500;

/** The first `count` rows of a settled view. */
export async function* readRows(
  { engine, signal }: Session,
  view: ViewId,
  fields: readonly string[],
  count: number,
  textLimit: number,
): AsyncGenerator<Row, void, undefined> {
  for (let from = 0; from < count; from += pageRows) {
    const to = Math.min(from + pageRows, count);
    const { rows } = await engine.handlers.page({ view, from, to, fields, textLimit }, signal);
    yield* rows;
  }
}
