/** What stands over the end of the records while following: new rows below, or rows that the order does not hold yet. */
import { texts } from '../app/texts.ts';
import { useStore, type Session } from '../engine/index.ts';
import { formatCount } from '../widgets/index.ts';
import type { Tail } from './tail.ts';

export interface TailBadgeProps {
  readonly session: Session;
  readonly tail: Tail;
}

export function TailBadge({ session, tail }: TailBadgeProps) {
  const { isFollowing, newRows, isPaused } = useStore(tail.state);
  const view = useStore(session.view);
  const { query } = useStore(session.applied);
  const isUnsorted = query.sort !== undefined && query.sort.field !== 'time' && view.unsorted > 0;
  const sortAgain = (): void => {
    const ignore = (): void => {};
    // What stands still has one order.
    if (isPaused) tail.togglePause();
    session.client.call('sortAgain', { view: view.id }).catch(ignore);
  };
  if (isUnsorted) {
    return (
      <button type="button" className="tail-badge" data-testid="sort-again" onClick={sortAgain}>
        {texts.follow.sortAgain(formatCount(view.unsorted))}
      </button>
    );
  }
  if (!isFollowing || (newRows === 0 && !isPaused)) return null;
  return (
    <button type="button" className="tail-badge" data-testid="new-rows" onClick={tail.toEnd}>
      {isPaused ? texts.follow.paused(formatCount(newRows)) : texts.follow.newRows(formatCount(newRows))}
    </button>
  );
}
