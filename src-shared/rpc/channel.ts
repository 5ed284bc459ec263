/**
 * A channel is a dumb pipe of plain data between two ends: it knows no calls, no ids and no errors.
 * The siblings (message ports, web sockets, the in-memory pair) differ only in how bytes get across;
 * caller.ts and serve.ts stand on either end and are the same for all of them.
 */

export interface Channel {
  /** Plain data only. Throws when the message cannot be carried; does nothing once the channel is closed. */
  send(message: unknown): void;
  /** Messages in the order sent. Returns the function that stops listening. */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Told once, whichever end closed; at once when that has already happened. Returns the function that stops listening. */
  onClose(listener: () => void): () => void;
  /** Closes both ends; may be called again. */
  close(): void;
}

/** What every adapter keeps: who listens, and whether the channel is closed. */
export interface ChannelState {
  readonly isClosed: boolean;
  readonly onMessage: Channel['onMessage'];
  readonly onClose: Channel['onClose'];
  deliver(message: unknown): void;
  /** Tells the listeners on the first call; later calls do nothing. */
  markClosed(): void;
}

export function createChannelState(onFirstListener: () => void = () => {}): ChannelState {
  const messageListeners = new Set<(message: unknown) => void>();
  const closeListeners = new Set<() => void>();
  let isStarted = false;
  let isClosed = false;
  return {
    get isClosed() {
      return isClosed;
    },
    onMessage(listener) {
      messageListeners.add(listener);
      if (!isStarted) {
        isStarted = true;
        onFirstListener();
      }
      return () => messageListeners.delete(listener);
    },
    onClose(listener) {
      if (isClosed) {
        listener();
        return () => {};
      }
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    deliver(message) {
      if (isClosed) return;
      for (const listener of messageListeners) listener(message);
    },
    markClosed() {
      if (isClosed) return;
      isClosed = true;
      for (const listener of closeListeners) listener();
      closeListeners.clear();
      messageListeners.clear();
    },
  };
}
