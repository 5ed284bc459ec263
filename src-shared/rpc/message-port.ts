/**
 * Channels over message ports. Three kinds exist, alike in what they do and different in how they tell it:
 * the page's MessagePort, Node's (worker_threads) and Electron's MessagePortMain. Messages are always copied:
 * a transferred buffer would lose the whole message on its way to Electron's main process (electron#34905).
 */
import { createChannelState, type Channel, type ChannelState } from './channel.ts';

interface Port {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** The page's end. */
export function portChannel(port: MessagePort): Channel {
  const state = createChannelState(() => port.start());
  port.addEventListener('message', (event: MessageEvent<unknown>) => state.deliver(event.data));
  port.addEventListener('close', () => state.markClosed());
  return channelOf(port, state);
}

/** As MessagePort of node:worker_threads. */
export interface NodePort extends Port {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export function nodePortChannel(port: NodePort): Channel {
  const state = createChannelState();
  port.on('message', (message) => state.deliver(message));
  port.on('close', () => state.markClosed());
  return channelOf(port, state);
}

/** As Electron's MessagePortMain: wraps messages in events, and must be started. */
export interface MainPort extends Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export function mainPortChannel(port: MainPort): Channel {
  const state = createChannelState(() => port.start());
  port.on('message', (event) => state.deliver(event.data));
  port.on('close', () => state.markClosed());
  return channelOf(port, state);
}

function channelOf(port: Port, state: ChannelState): Channel {
  return {
    send(message) {
      if (!state.isClosed) port.postMessage(message);
    },
    onMessage: state.onMessage,
    onClose: state.onClose,
    close() {
      port.close();
      // A port tells its own end late (Node) or never (a page); pending calls should not wait for that.
      state.markClosed();
    },
  };
}
