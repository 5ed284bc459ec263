/**
 * Events for a page that reads slowly (a suspended tab, a debugger): held back while its socket is full, the latest
 * state of each thing only, and sent once there is room. Requests and commands are never merged.
 */
import type { EventName, Events } from '../../../src-shared/protocol.ts';
import type { Subscribe } from '../../../src-shared/rpc/index.ts';

export interface HeldEvents {
  readonly subscribe: Subscribe;
  /** To be called when the socket has drained. */
  readonly flush: () => void;
}

export function holdEvents(subscribe: Subscribe, isFull: () => boolean): HeldEvents {
  const held = new Map<string, () => void>();
  let heldCount = 0;
  return {
    subscribe: (listener) =>
      subscribe((name, payload) => {
        if (held.size === 0 && !isFull()) listener(name, payload);
        else held.set(`${name} ${identityOf(name, payload) ?? `#${heldCount++}`}`, () => listener(name, payload));
      }),
    flush() {
      for (const [key, send] of held) {
        if (isFull()) return;
        held.delete(key);
        send();
      }
    },
  };
}

/** What a later event of the same identity makes worthless; undefined: nothing does. */
function identityOf<N extends EventName>(name: N, payload: Events[N]): number | undefined {
  return 'id' in payload && name !== 'openRequested' ? payload.id : undefined;
}
