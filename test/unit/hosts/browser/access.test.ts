/** The local server over real HTTP, asked by whoever should get nothing from it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { runHost, type RunningHost } from './running-host.ts';

let running: RunningHost;

beforeEach(async () => {
  running = await runHost();
});

afterEach(async () => {
  await running.close();
});

const policyOf = (nonce: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
  `font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

test('listens on the loopback address alone', () => {
  expect(running.host.origin).toBe(`http://127.0.0.1:${running.host.port}`);
});

describe('signing in', () => {
  test('turns the one-time address into a strict cookie and a clean address', async () => {
    const address = new URL(running.host.createAddress());
    const { status, headers } = await running.ask(address.pathname + address.search);
    expect({ status, location: headers.location }).toEqual({ status: 303, location: '/' });
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^taillight-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });

  test('takes an address once', async () => {
    const { search } = new URL(running.host.createAddress());
    expect((await running.ask(`/${search}`)).status).toBe(303);
    const again = await running.ask(`/${search}`);
    expect({ status: again.status, cookie: again.headers['set-cookie'] }).toEqual({ status: 403, cookie: undefined });
  });

  test('sends a signed-in browser on when it comes with a used address', async () => {
    const cookie = await running.signIn();
    const answer = await running.ask('/?token=used', { headers: { cookie } });
    expect({ status: answer.status, cookie: answer.headers['set-cookie'] }).toEqual({ status: 303, cookie: undefined });
  });

  test.each(['', 'wrong', 'x'.repeat(4000), '%00', '__proto__'])('refuses the token "%.10s"', async (token) => {
    running.host.createAddress();
    expect((await running.ask(`/?token=${token}`)).status).toBe(403);
  });

  test('does not use up an address for a preview', async () => {
    const { search } = new URL(running.host.createAddress());
    expect((await running.ask(`/${search}`, { method: 'HEAD' })).status).toBe(403);
    expect((await running.ask(`/${search}`)).status).toBe(303);
  });
});

describe('without a session', () => {
  test.each(['/', '/index.html', '/assets/app.js', '/upload?name=a', '/download/x', '/engine', '/nothing'])(
    'nothing is told about %s',
    async (path) => {
      for (const cookie of ['', 'taillight=1', `taillight-${running.host.port}=`, `taillight-${running.host.port}=x`]) {
        expect((await running.ask(path, { headers: { cookie } })).status).toBe(403);
      }
    },
  );
});

describe('with a session', () => {
  let cookie: string;

  beforeEach(async () => {
    cookie = await running.signIn();
  });

  test('the page comes with a policy and a nonce that is new each time', async () => {
    const first = await running.ask('/', { headers: { cookie } });
    const second = await running.ask('/index.html', { headers: { cookie } });
    const nonceOf = (body: string): string => /nonce="([^"]+)"/.exec(body)?.[1] ?? '';
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(nonceOf(first.body)),
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(nonceOf(first.body)).toMatch(/^[\w+/]{22}==$/);
    expect(nonceOf(second.body)).not.toBe(nonceOf(first.body));
  });

  test('files come with their type, unchanged', async () => {
    const { headers, body } = await running.ask('/assets/app.js?v=1', { headers: { cookie } });
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(body).toBe('console.log("__NONCE__")');
  });

  test.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/..%5csecret.json',
    '/..\\secret.json',
    '/%00/../secret.json',
    '/index.html%00',
    '/../renderer-old.js',
    '/..%2frenderer-old.js',
    '/%c0%ae%c0%ae/secret.json',
    '/%',
    '/assets',
    '/assets/',
    '//etc/passwd',
    '//127.0.0.1:1/index.html',
    'http://127.0.0.1:1/index.html',
    '/etc/passwd',
  ])('%s is not served', async (path) => {
    const { status, body } = await running.ask(path, { headers: { cookie } });
    expect([400, 404]).toContain(status);
    expect(body).not.toMatch(/secret|outside|root:/);
  });

  test.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example:80', '[::1]'])(
    'a request for the host "%s" is refused',
    async (host) => {
      expect((await running.ask('/', { headers: { cookie, host } })).status).toBe(403);
    },
  );

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    // Another port of this address is the same site to a browser, and someone else's server.
    { 'sec-fetch-site': 'same-site' },
  ])('a request from elsewhere is refused: %o', async (headers) => {
    expect((await running.ask('/assets/app.js', { headers: { cookie, ...headers } })).status).toBe(403);
  });

  test('our own page is served', async () => {
    for (const site of ['same-origin', 'none']) {
      const headers = { cookie, 'sec-fetch-site': site };
      expect((await running.ask('/assets/app.js', { headers })).status).toBe(200);
    }
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s of a file is refused', async (method) => {
    const headers = { cookie, origin: running.host.origin };
    const { status, headers: answered } = await running.ask('/index.html', { method, headers });
    expect({ status, cors: answered['access-control-allow-origin'] }).toEqual({ status: 405, cors: undefined });
  });

  test('HEAD answers without a body', async () => {
    const { status, body } = await running.ask('/', { method: 'HEAD', headers: { cookie } });
    expect({ status, body }).toEqual({ status: 200, body: '' });
  });
});

describe('the web socket', () => {
  const upgrade = (path: string, headers: Record<string, string>): Promise<number> => {
    const socket = new WebSocket(`ws://127.0.0.1:${running.host.port}${path}`, { headers });
    return new Promise<number>((resolve) => {
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', () => {});
    });
  };

  test('opens for a signed-in page of ours', async () => {
    const cookie = await running.signIn();
    expect(await upgrade('/engine', { cookie, origin: running.host.origin })).toBe(101);
  });

  test('opens for nobody else', async () => {
    const cookie = await running.signIn();
    const origin = running.host.origin;
    const refused: readonly Record<string, string>[] = [
      { origin },
      { cookie },
      { cookie: 'taillight-1=x', origin },
      { cookie, origin: 'https://evil.example' },
      { cookie, origin: 'null' },
      { cookie, origin: 'http://127.0.0.1:1' },
      { cookie, origin, host: 'evil.example' },
      { cookie, origin, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of refused) expect(await upgrade('/engine', headers)).toBe(403);
    expect(await upgrade('/other', { cookie, origin })).toBe(404);
    expect(running.host.clients).toBe(0);
  });

  test('an oversized message ends that client only', async () => {
    const cookie = await running.signIn();
    const headers = { cookie, origin: running.host.origin };
    const connectPage = async (): Promise<WebSocket> => {
      const socket = new WebSocket(`ws://127.0.0.1:${running.host.port}/engine`, { headers });
      await once(socket, 'open');
      return socket;
    };
    const [greedy, other] = [await connectPage(), await connectPage()];
    greedy.on('error', () => {});
    greedy.send('x'.repeat(2 * 1024 * 1024));
    await once(greedy, 'close');
    other.send('{"type":"call","id":1,"name":"hello","request":{}}');
    const [text] = await once(other, 'message');
    expect(JSON.parse(String(text))).toMatchObject({ type: 'reply', id: 1, reply: { host: 'browser' } });
    other.terminate();
  });

  test('bytes that are no web socket do no harm', async () => {
    const cookie = await running.signIn();
    const socket = connect(running.host.port, '127.0.0.1');
    const host = new URL(running.host.origin).host;
    socket.write(
      `GET /engine HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${running.host.origin}\r\nCookie: ${cookie}\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n',
    );
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await running.ask('/', { headers: { cookie } })).status).toBe(200);
  });
});
