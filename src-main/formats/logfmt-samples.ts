/** Lines of logfmt as its writers write them, with what they say; run by the samples test. */
import type { FormatSample } from './format.ts';

export const logfmtSamples: readonly FormatSample[] = [
  {
    text: 'time="2026-03-01T10:00:00+01:00" level=warning msg="A \\"walrus\\" appears\\n" animal=walrus size=10 ok=true ratio=0.25 id=007',
    fields: {
      time: '2026-03-01T09:00:00.000Z',
      level: 'warn',
      message: 'A "walrus" appears\n',
      animal: 'walrus',
      size: 10,
      ok: true,
      ratio: 0.25,
      id: '007',
    },
  },
  {
    text: 'ts=2026-03-01T10:00:00.123Z caller=main.go:42 level=error component="query engine" err="dial tcp: i/o timeout" duration=1.5s status=503 method=GET path=/api/v1/query?x=1',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'error',
      duration: 1500,
      status: 503,
      method: 'GET',
      path: '/api/v1/query',
      query: 'x=1',
      caller: 'main.go:42',
      component: 'query engine',
      err: 'dial tcp: i/o timeout',
    },
  },
  {
    text: 't=2026-03-01T10:00:00Z lvl=eror msg="bare key" retry logger=ngalert',
    fields: { time: '2026-03-01T10:00:00.000Z', level: 'error', message: 'bare key', logger: 'ngalert', retry: true },
  },
  {
    text: 'level=info msg="escapes \\u00e9 \\x41 \\\\ \\t end" empty= quoted="" url=http://a/?b=c dup=1 dup=2',
    fields: { level: 'info', message: 'escapes é A \\ \t end', empty: '', quoted: '', url: 'http://a/?b=c', dup: 2 },
  },
  {
    text: '2026-03-01T10:00:00.5+00:00 heroku[router]: at=info method=POST path="/orders?id=1" host=shop.example request_id=8601b555 fwd="203.0.113.7" dyno=web.1 connect=1ms service=18ms status=201 bytes=863 protocol=https',
    fields: {
      level: 'info',
      method: 'POST',
      path: '/orders',
      query: 'id=1',
      vhost: 'shop.example',
      request_id: '8601b555',
      client_ip: '203.0.113.7',
      duration: 18,
      status: 201,
      bytes: 863,
      protocol: 'https',
      dyno: 'web.1',
      connect: '1ms',
      process: 'heroku[router]',
      time: '2026-03-01T10:00:00.500Z',
    },
  },
  {
    text: 'loki-1  | level=debug ts=2026-03-01T10:00:00Z msg=ok',
    fields: { level: 'debug', time: '2026-03-01T10:00:00.000Z', message: 'ok', process: 'loki-1' },
  },
  { text: 'plain text line with x=1', fields: false },
  { text: 'level=info msg="unclosed', fields: false },
];
