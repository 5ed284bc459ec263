/**
 * The client's end of a channel: typed calls with cancellation, and events. Lives in the page (and in tests).
 * Does not reconnect: a closed caller stays closed, and every pending call fails with code `closed`.
 */
import { cancelled, EngineError, errorFromData } from '../errors.ts';
import type { CallName, EventName, Events, ReplyOf, RequestOf } from '../protocol.ts';
import type { Channel } from './channel.ts';
import { readToClient, type CallId, type ToServer } from './wire.ts';

export interface Caller {
  /**
   * Rejects with an EngineError: the engine's own, `cancelled` as soon as `signal` aborts (whatever the engine
   * still does), or `closed` when the channel closes.
   */
  call<N extends CallName>(name: N, request: RequestOf<N>, signal?: AbortSignal): Promise<ReplyOf<N>>;
  /** Returns the function that stops listening. */
  on<N extends EventName>(event: N, listener: (payload: Events[N]) => void): () => void;
  /** Told once when the engine is gone; at once when it already is. */
  onClose(listener: () => void): () => void;
  close(): void;
}

interface Pending {
  resolve(reply: unknown): void;
  reject(error: EngineError): void;
}

type Listeners = { readonly [N in EventName]: Set<(payload: Events[N]) => void> };

export function createCaller(channel: Channel): Caller {
  const pending = new Map<CallId, Pending>();
  const listeners: Listeners = {
    sourceChanged: new Set(),
    viewChanged: new Set(),
    jobChanged: new Set(),
    openRequested: new Set(),
    commandRequested: new Set(),
  };
  let lastId: CallId = 0;
  let isClosed = false;

  const send = (message: ToServer): void => channel.send(message);

  channel.onMessage((received) => {
    const message = readToClient(received);
    if (message === undefined) return;
    if (message.type === 'event') {
      if (isEventName(listeners, message.name)) tell(message.name, listeners[message.name], message.payload);
      return;
    }
    // Unknown ids are answers that crossed a cancellation.
    const call = pending.get(message.id);
    if (message.type === 'reply') call?.resolve(message.reply);
    else call?.reject(errorFromData(message.error));
  });

  channel.onClose(() => {
    isClosed = true;
    for (const call of pending.values()) call.reject(closed());
  });

  return {
    async call<N extends CallName>(name: N, request: RequestOf<N>, signal?: AbortSignal): Promise<ReplyOf<N>> {
      if (isClosed) throw closed();
      if (signal?.aborted === true) throw cancelled();
      const id = ++lastId;
      let cancel: (() => void) | undefined;
      try {
        return await new Promise<ReplyOf<N>>((resolve, reject) => {
          pending.set(id, {
            resolve(reply) {
              if (isReplyOf(name, reply)) resolve(reply);
            },
            reject,
          });
          cancel = () => {
            send({ type: 'cancel', id });
            reject(cancelled());
          };
          signal?.addEventListener('abort', cancel);
          send({ type: 'call', id, name, request });
        });
      } finally {
        pending.delete(id);
        if (cancel !== undefined) signal?.removeEventListener('abort', cancel);
      }
    },
    on(event, listener) {
      listeners[event].add(listener);
      return () => listeners[event].delete(listener);
    },
    onClose: (listener) => channel.onClose(listener),
    close: () => channel.close(),
  };
}

const closed = (): EngineError => new EngineError('closed', 'The connection to the engine has ended.');

const isEventName = (listeners: Listeners, name: string): name is EventName => Object.hasOwn(listeners, name);

function tell<N extends EventName>(name: N, listeners: Listeners[N], payload: unknown): void {
  if (!isPayloadOf(name, payload)) return;
  for (const listener of listeners) listener(payload);
}

// The client trusts the engine, which is this program, of this build: shapes of replies are not checked.
const isReplyOf = <N extends CallName>(_name: N, _reply: unknown): _reply is ReplyOf<N> => true;
const isPayloadOf = <N extends EventName>(_name: N, _payload: unknown): _payload is Events[N] => true;
