/**
 * Channel over a web socket with JSON text, for the page's WebSocket and for the one of the `ws` package, which
 * speaks the same interface. What is not JSON text is dropped: whoever sends it is not our program.
 */
import { createChannelState, type Channel } from './channel.ts';

/** What the two kinds of sockets have in common. */
export interface SocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

/** States of the WebSocket standard. */
const CONNECTING = 0;
const OPEN = 1;

/** Messages sent while the socket is still connecting are kept and sent in order once it is open. */
export function webSocketChannel(socket: SocketLike): Channel {
  const waiting: string[] = [];
  const state = createChannelState();
  socket.addEventListener('open', () => {
    for (const text of waiting.splice(0)) socket.send(text);
  });
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return;
    const message = parse(data);
    if (message !== undefined) state.deliver(message);
  });
  socket.addEventListener('close', () => state.markClosed());
  // A close follows each error; `ws` throws errors that nobody listens to.
  socket.addEventListener('error', () => {});
  return {
    send(message) {
      if (state.isClosed) return;
      const text = JSON.stringify(message);
      if (socket.readyState === OPEN) socket.send(text);
      else if (socket.readyState === CONNECTING) waiting.push(text);
    },
    onMessage: state.onMessage,
    onClose: state.onClose,
    close() {
      socket.close();
      state.markClosed();
    },
  };
}

/** JSON has no undefined, so that stands for "not JSON". */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
