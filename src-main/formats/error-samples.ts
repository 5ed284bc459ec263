/** Samples of the error logs of nginx and Apache. */
import type { FormatSample } from './format.ts';

export const nginxErrorSamples: readonly FormatSample[] = [
  {
    text: '2026/03/01 10:00:00 [error] 123#456: *789 open() "/srv/a.html" failed (2: No such file or directory), client: 192.0.2.7, server: www.example.com, request: "GET /a.html?x=1 HTTP/1.1", host: "shop.example.com:8080", referrer: "https://example.com/"',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: 'open() "/srv/a.html" failed (2: No such file or directory)',
      pid: 123,
      thread: '456',
      connection: 789,
      client_ip: '192.0.2.7',
      vhost: 'shop.example.com',
      server_port: 8080,
      server: 'www.example.com',
      method: 'GET',
      path: '/a.html',
      query: 'x=1',
      protocol: 'HTTP/1.1',
      referrer: 'https://example.com/',
    },
  },
  {
    text: '2026/03/01 10:00:00 [notice] 1#1: using the "epoll" event method',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'notice',
      message: 'using the "epoll" event method',
      pid: 1,
      thread: '1',
    },
  },
  {
    // The request holds a quote, and the upstream is the last key.
    text: '2026/03/01 10:00:00 [crit] 7#9: *1 connect() failed, client: 2001:db8::7, server: _, request: "GET /a",b" HTTP/1.1", upstream: "fastcgi://unix:/run/php.sock:"',
    fields: {
      time: '2026-03-01T08:00:00.000Z',
      level: 'fatal',
      message: 'connect() failed',
      pid: 7,
      thread: '9',
      connection: 1,
      client_ip: '2001:db8::7',
      server: '_',
      method: 'GET',
      path: '/a",b"',
      protocol: 'HTTP/1.1',
      upstream: 'fastcgi://unix:/run/php.sock:',
    },
    options: { zone: '+02:00' },
  },
  {
    text: '2026/03/01 10:00:00 [error] 7#9: *5 FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Exception: no\nStack trace:\n#0 {main}\n  thrown in /srv/a.php on line 3" while reading response header from upstream, client: 192.0.2.7, server: example.com, request: "POST / HTTP/2.0"',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message:
        'FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Exception: no\nStack trace:\n#0 {main}\n  thrown in /srv/a.php on line 3" while reading response header from upstream',
      pid: 7,
      thread: '9',
      connection: 5,
      client_ip: '192.0.2.7',
      vhost: 'example.com',
      method: 'POST',
      path: '/',
      protocol: 'HTTP/2.0',
      exception: 'Exception: no',
    },
  },
  { text: '2026/03/01 10:00:00 [error] no process', fields: false },
  { text: '2026/13/01 10:00:00 [error] 1#1: no such month', fields: false },
];

export const apacheErrorSamples: readonly FormatSample[] = [
  {
    text: '[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 1:tid 140] [client 192.0.2.7:5678] AH00124: Request exceeded the limit, referer: https://example.com/',
    fields: {
      time: '2023-10-11T14:32:52.123Z',
      level: 'error',
      message: 'AH00124: Request exceeded the limit',
      logger: 'core',
      thread: '140',
      pid: 1,
      client_ip: '192.0.2.7',
      client_port: 5678,
      referrer: 'https://example.com/',
      code: 'AH00124',
    },
  },
  {
    text: '[Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] client denied by server configuration: /srv/test',
    fields: {
      time: '2000-10-11T14:32:52.000Z',
      level: 'error',
      message: 'client denied by server configuration: /srv/test',
      client_ip: '127.0.0.1',
    },
  },
  {
    text: '[Sun Mar 01 10:00:00.000001 2026] [proxy:error] [pid 12] (111)Connection refused: AH00957: HTTP: attempt to connect to 127.0.0.1:8080 failed',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: '(111)Connection refused: AH00957: HTTP: attempt to connect to 127.0.0.1:8080 failed',
      logger: 'proxy',
      pid: 12,
      code: 'AH00957',
    },
  },
  {
    text: '[Sun Mar 01 10:00:00 2026] [proxy_fcgi:error] [pid 12] (70007)The timeout specified has expired: [client 192.0.2.7:5678] AH01075: Error dispatching request to : (polling)',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message:
        '(70007)The timeout specified has expired: [client 192.0.2.7:5678] AH01075: Error dispatching request to : (polling)',
      logger: 'proxy_fcgi',
      pid: 12,
      client_ip: '192.0.2.7',
      client_port: 5678,
      code: 'AH01075',
    },
  },
  {
    text: '[Sun Mar 01 10:00:00 2026] [notice] Apache/2.2.22 (Debian) configured -- resuming normal operations',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'notice',
      message: 'Apache/2.2.22 (Debian) configured -- resuming normal operations',
    },
  },
  {
    text: '[Sun Mar 01 10:00:00.5 2026] [ssl:trace3] [pid 9:tid 8] [client 2001:db8::7:443] mod_ssl.c(12): handshake',
    fields: {
      time: '2026-03-01T10:00:00.500Z',
      level: 'trace',
      message: 'mod_ssl.c(12): handshake',
      logger: 'ssl',
      thread: '8',
      pid: 9,
      client_ip: '2001:db8::7',
      client_port: 443,
    },
  },
  {
    text: '[Sun Mar 01 10:00:00 2026] [:error] [pid 9] [client 192.0.2.7:1] PHP Fatal error:  Uncaught Exception: no in /srv/a.php:3\nStack trace:\n#0 {main}\n  thrown in /srv/a.php on line 3',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: 'PHP Fatal error:  Uncaught Exception: no in /srv/a.php:3',
      pid: 9,
      client_ip: '192.0.2.7',
      client_port: 1,
      exception: 'Exception: no',
    },
  },
  { text: '[Sun Mar 01 10:00:00 2026] [client 192.0.2.7] no level', fields: false },
  { text: '[Sun Mar 41 10:00:00 2026] [error] no such day', fields: false },
];
