/** One suite over every channel: what a window may rely on, whatever carries its calls. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cancelled, EngineError, errorToData } from '../../src-shared/errors.ts';
import type { Handlers, Page, PageRequest } from '../../src-shared/protocol.ts';
import { createCaller, serve, type Caller, type Channel } from '../../src-shared/rpc/index.ts';
import { channelKinds } from './channels.ts';
import { createEventSource, createHandlers, type EventSource } from './handlers.ts';

const pageRequest: PageRequest = { view: 1, from: 0, to: 2, fields: ['time', 'message'] };

const page: Page = {
  view: 1,
  from: 0,
  total: 2,
  order: 0,
  rows: [
    { record: 0, line: 1, offset: 0, parsed: true, cells: [1_700_000_000_000, 'grüße 👋\u2028'], raw: 'a' },
    { record: 1, line: 2, offset: 9, parsed: false, cells: [null, { exact: '9007199254740993' }], raw: '\u0000"\\' },
  ],
};

const hostileMessages: readonly unknown[] = [
  null,
  0,
  'call',
  [],
  {},
  { type: 'call' },
  { type: 'call', id: 1 },
  { type: 'call', id: -1, name: 'hello', request: {} },
  { type: 'call', id: 1.5, name: 'hello', request: {} },
  { type: 'call', id: 2 ** 60, name: 'hello', request: {} },
  { type: 'call', id: '1', name: 'hello', request: {} },
  { type: 'call', id: { valueOf: 1 }, name: 'hello', request: {} },
  { type: 'call', id: 1, name: 7, request: {} },
  { type: 'cancel', id: 99 },
  { type: 'cancel' },
  { type: 'reply', id: 1, reply: {} },
  { type: 'event', name: 'sourceChanged', payload: {} },
  { type: '__proto__', id: 1 },
  JSON.parse('{"type":"call","id":1,"__proto__":{"name":"hello"}}'),
];

describe.each(Object.keys(channelKinds))('%s', (kind) => {
  let dispose: (() => Promise<void>) | undefined;

  afterEach(async () => {
    await dispose?.();
    dispose = undefined;
  });

  async function connect(handlers: Partial<Handlers> = {}): Promise<Connection> {
    const joined = await channelKinds[kind]();
    dispose = async () => {
      joined.client.close();
      joined.server.close();
      await joined.dispose();
    };
    const events = createEventSource();
    const stop = serve(joined.server, createHandlers(handlers), events.subscribe);
    return { caller: createCaller(joined.client), client: joined.client, server: joined.server, events, stop };
  }

  test('carries a call and its reply unchanged', async () => {
    const handler = vi.fn<Handlers['page']>(async () => page);
    const { caller } = await connect({ page: handler });
    expect(await caller.call('page', pageRequest)).toEqual(page);
    expect(handler.mock.calls[0][0]).toEqual(pageRequest);
  });

  test('answers calls in whatever order they finish', async () => {
    const gate = deferred();
    const { caller } = await connect({
      record: async () => {
        await gate.promise;
        throw new EngineError('not-found', 'late');
      },
      closeView: async () => {
        gate.resolve();
        return null;
      },
    });
    const slow = caller.call('record', { view: 1, record: 5 });
    expect(await caller.call('closeView', { view: 1 })).toBe(null);
    await expect(slow).rejects.toThrow('late');
  });

  test('carries an error with its code, range and suggestion', async () => {
    const { caller } = await connect({
      createView: async () => {
        throw new EngineError('bad-filter', 'No field stauts.', {
          range: { from: 0, to: 6 },
          suggestion: 'status',
        });
      },
    });
    const error = await failureOf(caller.call('createView', { source: 1, query: { filter: 'stauts:1', zone: 'UTC' } }));
    expect(errorToData(error)).toEqual({
      code: 'bad-filter',
      message: 'No field stauts.',
      range: { from: 0, to: 6 },
      suggestion: 'status',
    });
  });

  test('tells a bug of a handler as an internal error', async () => {
    const { caller } = await connect({
      sources: async () => {
        throw new TypeError('x is undefined');
      },
      formats: () => {
        throw new RangeError('thrown before a promise');
      },
    });
    expect((await failureOf(caller.call('sources', {}))).code).toBe('internal');
    expect((await failureOf(caller.call('formats', {}))).message).toBe('thrown before a promise');
  });

  test('refuses a request of the wrong shape before the handler sees it', async () => {
    const handler = vi.fn<Handlers['page']>(async () => page);
    const { client } = await connect({ page: handler });
    const wrong: readonly unknown[] = [
      undefined,
      null,
      'page',
      [],
      {},
      { ...pageRequest, view: '1' },
      { ...pageRequest, from: -1 },
      { ...pageRequest, to: 2.5 },
      { ...pageRequest, fields: 'time' },
      { ...pageRequest, fields: [1] },
      { ...pageRequest, textLimit: {} },
    ];
    for (const [index, request] of wrong.entries()) {
      const answer = nextMessage(client);
      client.send({ type: 'call', id: index + 1, name: 'page', request });
      expect(await answer).toMatchObject({ type: 'fail', id: index + 1, error: { code: 'bad-argument' } });
    }
    expect(handler).not.toHaveBeenCalled();
  });

  test('hands on only the keys of the protocol', async () => {
    const handler = vi.fn<Handlers['page']>(async () => page);
    const { client } = await connect({ page: handler });
    const answer = nextMessage(client);
    const request: unknown = JSON.parse(
      '{"view":1,"from":0,"to":2,"fields":["time"],"__proto__":{"textLimit":9},"constructor":1,"extra":2}',
    );
    client.send({ type: 'call', id: 1, name: 'page', request });
    expect(await answer).toMatchObject({ type: 'reply' });
    expect(handler.mock.calls[0][0]).toStrictEqual({ view: 1, from: 0, to: 2, fields: ['time'] });
  });

  test('knows no calls but those of the protocol', async () => {
    const { client } = await connect();
    for (const [index, name] of ['nothing', '', 'constructor', '__proto__', 'toString', 'hasOwnProperty'].entries()) {
      const answer = nextMessage(client);
      client.send({ type: 'call', id: index + 1, name, request: {} });
      expect(await answer).toMatchObject({ type: 'fail', id: index + 1, error: { code: 'bad-argument' } });
    }
  });

  test('survives messages that are none', async () => {
    const { caller, client, server } = await connect({ sources: async () => [] });
    expect(await caller.call('sources', {})).toEqual([]);
    for (const message of hostileMessages) client.send(message);
    for (const message of hostileMessages) server.send(message);
    expect(await caller.call('sources', {})).toEqual([]);
  });

  test('runs one call for each id', async () => {
    const gate = deferred();
    const handler = vi.fn<Handlers['sources']>(async () => {
      await gate.promise;
      return [];
    });
    const { client } = await connect({ sources: handler, formats: async () => [] });
    const answers = nextMessages(client, 2);
    for (let again = 0; again < 3; again++) client.send({ type: 'call', id: 1, name: 'sources', request: {} });
    client.send({ type: 'call', id: 2, name: 'formats', request: {} });
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce());
    gate.resolve();
    expect(await answers).toEqual([
      { type: 'reply', id: 2, reply: [] },
      { type: 'reply', id: 1, reply: [] },
    ]);
  });

  test('cancels on both sides', async () => {
    const seen = deferred<AbortSignal>();
    const { caller } = await connect({
      top: async (_request, signal) => {
        seen.resolve(signal);
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled())));
      },
    });
    const controller = new AbortController();
    const call = caller.call('top', { view: 1, field: 'path', limit: 10 }, controller.signal);
    const signal = await seen.promise;
    controller.abort();
    expect((await failureOf(call)).code).toBe('cancelled');
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
  });

  test('does not send a call that is cancelled before it starts', async () => {
    const handler = vi.fn<Handlers['sources']>(async () => []);
    const { caller } = await connect({ sources: handler, formats: async () => [] });
    expect((await failureOf(caller.call('sources', {}, AbortSignal.abort()))).code).toBe('cancelled');
    await caller.call('formats', {});
    expect(handler).not.toHaveBeenCalled();
  });

  test('keeps a reply when the cancellation comes too late', async () => {
    const { caller } = await connect({ sources: async () => [] });
    const controller = new AbortController();
    const reply = await caller.call('sources', {}, controller.signal);
    controller.abort();
    expect(reply).toEqual([]);
    expect(await caller.call('sources', {})).toEqual([]);
  });

  test('carries events to those who listen, in order', async () => {
    const { caller, events } = await connect({ sources: async () => [] });
    const heard: string[] = [];
    const stop = caller.on('commandRequested', ({ command }) => heard.push(command));
    caller.on('openRequested', ({ paths }) => heard.push(...paths));
    events.emit('commandRequested', { command: 'one' });
    events.emit('openRequested', { paths: ['/a', '/b'] });
    await caller.call('sources', {});
    stop();
    events.emit('commandRequested', { command: 'two' });
    await caller.call('sources', {});
    expect(heard).toEqual(['one', '/a', '/b']);
  });

  test('ignores events that nobody knows', async () => {
    const { caller, server } = await connect({ sources: async () => [] });
    for (const name of ['nothing', '__proto__', 'constructor']) server.send({ type: 'event', name, payload: {} });
    expect(await caller.call('sources', {})).toEqual([]);
  });

  test.each(['client', 'server'] as const)(
    'fails pending calls and aborts their work when the %s closes',
    async (end) => {
      const seen = deferred<AbortSignal>();
      const connection = await connect({
        sources: async (_request, signal) => {
          seen.resolve(signal);
          return new Promise(() => {});
        },
      });
      const wasClosed = vi.fn<() => void>();
      connection.caller.onClose(wasClosed);
      const call = failureOf(connection.caller.call('sources', {}));
      const signal = await seen.promise;
      if (end === 'client') connection.caller.close();
      else connection.stop();
      expect((await call).code).toBe('closed');
      await vi.waitFor(() => expect(signal.aborted).toBe(true));
      await vi.waitFor(() => expect(connection.events.subscribers).toBe(0));
      expect((await failureOf(connection.caller.call('sources', {}))).code).toBe('closed');
      connection.caller.close();
      connection.stop();
      connection.events.emit('commandRequested', { command: 'unheard' });
      await vi.waitFor(() => expect(wasClosed).toHaveBeenCalledOnce());
    },
  );

  test('tells a late listener that the channel is closed', async () => {
    const { caller } = await connect();
    caller.close();
    const wasClosed = vi.fn<() => void>();
    caller.onClose(wasClosed);
    expect(wasClosed).toHaveBeenCalledOnce();
  });

  test('carries a page of a thousand rows of text', async () => {
    const rows = Array.from({ length: 1000 }, (_, record) => ({
      record,
      line: record + 1,
      offset: record * 200,
      parsed: true,
      cells: [record, `row ${record} ${'é'.repeat(500)}`],
      raw: 'x'.repeat(1000),
    }));
    const { caller } = await connect({ page: async () => ({ ...page, rows }) });
    expect((await caller.call('page', pageRequest)).rows).toEqual(rows);
  });
});

test('fails a call whose reply cannot be copied', async () => {
  const { client, server } = await channelKinds['ports of a page']();
  const withFunction = Object.assign([], { 0: () => {}, length: 1 });
  serve(server, createHandlers({ sources: async () => withFunction }), () => () => {});
  expect((await failureOf(createCaller(client).call('sources', {}))).code).toBe('internal');
  client.close();
});

interface Connection {
  readonly caller: Caller;
  readonly client: Channel;
  readonly server: Channel;
  readonly events: EventSource;
  readonly stop: () => void;
}

async function failureOf(call: Promise<unknown>): Promise<EngineError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('The call did not fail.');
}

function nextMessage(channel: Channel): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = channel.onMessage((message) => {
      stop();
      resolve(message);
    });
  });
}

function nextMessages(channel: Channel, count: number): Promise<unknown[]> {
  const messages: unknown[] = [];
  return new Promise((resolve) => {
    const stop = channel.onMessage((message) => {
      messages.push(message);
      if (messages.length < count) return;
      stop();
      resolve(messages);
    });
  });
}

function deferred<T = void>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle(value) };
}
