/** `/engine`: one web socket for each page, signed in and from our own origin, with the engine's calls on it. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Handlers } from '../../../src-shared/protocol.ts';
import { serve, webSocketChannel, type Subscribe } from '../../../src-shared/rpc/index.ts';
import { createClientHandlers } from '../../window/index.ts';
import type { Access } from './access.ts';
import { holdEvents } from './held-events.ts';

export interface Sockets {
  readonly clients: number;
  close(): void;
}

/** Requests are small; the longest thing a page sends is a filter. */
const maxRequestBytes = 1024 * 1024;
/** Unsent bytes from which events wait; a page of a thousand long rows is about this much. */
const fullBytes = 1024 * 1024;

export function acceptSockets(
  server: Server,
  access: Access,
  handlers: Handlers,
  subscribe: Subscribe,
  onClients: (count: number) => void,
  onError: (error: unknown) => void,
): Sockets {
  // On loopback compression costs more than it saves.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes, perMessageDeflate: false });

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Resets of a connection that is not yet a web socket.
    stream.on('error', () => stream.destroy());
    const isAllowed = access.isOurHost(request) && access.isOurOrigin(request, true) && access.hasSession(request);
    if (!isAllowed || request.url !== '/engine') {
      stream.end(
        `HTTP/1.1 ${isAllowed ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => connect(socket, stream));
  });

  function connect(socket: WebSocket, stream: Duplex): void {
    const events = holdEvents(subscribe, () => socket.bufferedAmount > fullBytes);
    stream.on('drain', events.flush);
    // `ws` takes the socket off its list in a listener of its own, added before this one.
    socket.on('close', () => onClients(sockets.clients.size));
    const client = createClientHandlers(handlers, onError);
    const channel = webSocketChannel(socket);
    serve(channel, client.handlers, events.subscribe);
    channel.onClose(client.release);
    onClients(sockets.clients.size);
  }

  return {
    get clients() {
      return sockets.clients.size;
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
