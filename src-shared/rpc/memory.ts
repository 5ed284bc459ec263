/** Two channels joined in memory, for tests and for a window that lives in the engine's own process. */
import { createChannelState, type Channel, type ChannelState } from './channel.ts';

/** Messages are cloned, as on every other channel, and arrive in a later microtask. */
export function createChannelPair(): readonly [Channel, Channel] {
  const left = createChannelState();
  const right = createChannelState();
  return [endOf(left, right), endOf(right, left)];
}

function endOf(own: ChannelState, peer: ChannelState): Channel {
  return {
    send(message) {
      if (own.isClosed) return;
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => peer.deliver(copy));
    },
    onMessage: own.onMessage,
    onClose: own.onClose,
    close() {
      if (own.isClosed) return;
      own.markClosed();
      queueMicrotask(() => peer.markClosed());
    },
  };
}
