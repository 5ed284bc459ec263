/** The moving window of charts and counters while following: the last minutes before the newest record, or all. */
import { texts } from '../app/texts.ts';
import { useStore, useStorePart, type Session, type Store } from '../engine/index.ts';
import { Menu } from '../widgets/index.ts';
import type { Tail } from './tail.ts';

const minuteMs = 60_000;

/** In milliseconds; undefined is all. */
export const spans: readonly (number | undefined)[] = [5 * minuteMs, 15 * minuteMs, 60 * minuteMs, undefined];

/** The window that counts now: none unless the log is followed. */
export function useLastMs(session: Session, span: Store<number | undefined>): number | undefined {
  const isFollowing = useStorePart(session.source, ({ following }) => following);
  const lastMs = useStore(span);
  return isFollowing ? lastMs : undefined;
}

export function SpanMenu({ session, tail }: { readonly session: Session; readonly tail: Tail }) {
  const isFollowing = useStorePart(session.source, ({ following }) => following);
  const chosen = useStore(tail.span);
  if (!isFollowing) return null;
  const { span } = texts.follow;
  return (
    <Menu
      label={span.hint}
      align="end"
      entries={spans.map((lastMs) => ({
        label: span.name(lastMs),
        isChecked: lastMs === chosen,
        run: () => tail.setSpan(lastMs),
      }))}
      trigger={
        <button type="button" className="card-switch" title={span.hint} data-testid="span">
          {span.name(chosen)}
        </button>
      }
    />
  );
}
