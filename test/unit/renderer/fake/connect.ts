/** A client on an in-memory engine, for tests. */
import { createChannelPair, serve } from '../../../../src-shared/rpc/index.ts';
import { createClient, createSession, type Client, type Session } from '../../../../src-renderer/engine/index.ts';
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts';

export interface Connected {
  readonly client: Client;
  readonly engine: FakeEngine;
}

export function connectFake(options: FakeEngineOptions = {}): Connected {
  const engine = createFakeEngine(options);
  const [here, there] = createChannelPair();
  serve(there, engine.handlers, engine.subscribe);
  return { client: createClient(here), engine };
}

export async function openFake(
  path: string,
  options: FakeEngineOptions = {},
): Promise<Connected & { readonly session: Session }> {
  const connected = connectFake(options);
  const source = await connected.client.call('open', { path });
  return { ...connected, session: await createSession(connected.client, source, 'UTC') };
}

/** Resolves once `isTrue` answers true; messages in memory take microtasks and timers, so it looks again and again. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (isTrue()) return;
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('It did not come true in time.');
}
