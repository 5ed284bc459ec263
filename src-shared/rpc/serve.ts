/**
 * The server's end of a channel: runs the calls of one client and sends it the events. One `serve` for each
 * window or socket, in the process of the engine. Whatever a client sends, the worst that happens is a failed
 * call; when the client goes, everything it was waiting for is aborted.
 */
import { EngineError, errorToData } from '../errors.ts';
import type { CallName, EventName, Events, Handlers } from '../protocol.ts';
import type { Channel } from './channel.ts';
import { readRequest } from './requests.ts';
import { readToServer, type CallId, type ToClient } from './wire.ts';

export type Subscribe = (listener: <N extends EventName>(name: N, payload: Events[N]) => void) => () => void;

/** Returns the function that stops serving and closes the channel. */
export function serve(channel: Channel, handlers: Handlers, subscribe: Subscribe): () => void {
  const running = new Map<CallId, AbortController>();

  const send = (message: ToClient): void => channel.send(message);
  const fail = (id: CallId, error: unknown): void => send({ type: 'fail', id, error: errorToData(error) });

  async function run(id: CallId, name: string, request: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    let answer: () => void;
    try {
      if (!isCallName(handlers, name)) throw new EngineError('bad-argument', 'The engine knows no such call.');
      const reply = await runCall(handlers, name, request, controller.signal);
      answer = () => send({ type: 'reply', id, reply });
    } catch (error) {
      answer = () => fail(id, error);
    }
    // Whoever cancelled has stopped listening.
    if (controller.signal.aborted) return;
    running.delete(id);
    try {
      answer();
    } catch (error) {
      // A reply that cannot be copied is a bug of its handler, but the caller must not wait for ever.
      fail(id, error);
    }
  }

  const stopListening = channel.onMessage((received) => {
    const message = readToServer(received);
    if (message === undefined) return;
    if (message.type === 'cancel') {
      running.get(message.id)?.abort();
      running.delete(message.id);
    } else if (!running.has(message.id)) {
      void run(message.id, message.name, message.request);
    }
  });

  const unsubscribe = subscribe((name, payload) => send({ type: 'event', name, payload }));

  channel.onClose(() => {
    stopListening();
    unsubscribe();
    for (const controller of running.values()) controller.abort();
    running.clear();
  });

  return () => channel.close();
}

/** Only own functions: `constructor` and `__proto__` are no calls. */
const isCallName = (handlers: Handlers, name: string): name is CallName =>
  Object.hasOwn(handlers, name) && typeof Reflect.get(handlers, name) === 'function';

function runCall<N extends CallName>(handlers: Handlers, name: N, request: unknown, signal: AbortSignal) {
  return handlers[name](readRequest(name, request), signal);
}
