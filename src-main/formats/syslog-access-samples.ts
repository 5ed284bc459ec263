/** Samples of access logs by syslog. */
import type { FormatSample } from './format.ts';

const header = 'Mar  1 10:00:00 lb1 haproxy[14389]: ';
const request =
  '192.0.2.2:33317 [01/Mar/2025:10:00:00.655] http-in~ static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/+1 0/0';
const fields = {
  time: '2025-03-01T10:00:00.655Z',
  level: 'info',
  host: 'lb1',
  process: 'haproxy',
  pid: 14389,
  client_ip: '192.0.2.2',
  client_port: 33317,
  frontend: 'http-in~',
  backend: 'static',
  server: 'srv1',
  time_request: 10,
  time_queue: 0,
  time_connect: 30,
  time_response: 69,
  duration: 109,
  status: 200,
  bytes: 2750,
  termination_state: '----',
  actconn: 1,
  feconn: 1,
  beconn: 1,
  srv_conn: 1,
  retries: '+1',
  srv_queue: 0,
  backend_queue: 0,
  method: 'GET',
  path: '/index.html',
  query: 'a=1',
  protocol: 'HTTP/1.1',
};

export const syslogAccessSamples: readonly FormatSample[] = [
  { text: `${header}${request} "GET /index.html?a=1 HTTP/1.1"`, fields },
  {
    text: `${header}${request} {www.example.com|} {nginx} "GET /index.html?a=1 HTTP/1.1"`,
    fields: { ...fields, captured_request_headers: 'www.example.com|', captured_response_headers: 'nginx' },
  },
  {
    text: `${header}${request} {curl/8} "GET /index.html?a=1 HTTP/1.1"`,
    fields: { ...fields, captured_headers: 'curl/8' },
  },
  {
    // What is no access log is a message.
    text: `${header}Server static/srv1 is DOWN, reason: Layer4 timeout.`,
    fields: {
      time: '2025-03-01T10:00:00.000Z',
      host: 'lb1',
      process: 'haproxy',
      pid: 14389,
      message: 'Server static/srv1 is DOWN, reason: Layer4 timeout.',
    },
  },
  {
    text: '2026-03-01T10:00:00.5+01:00 web1 nginx[7]: 192.0.2.7 - bob [01/Mar/2026:10:00:00 +0100] "GET / HTTP/2.0" 502 5 "-" "curl/8"',
    fields: {
      time: '2026-03-01T09:00:00.000Z',
      level: 'error',
      host: 'web1',
      process: 'nginx',
      pid: 7,
      client_ip: '192.0.2.7',
      user: 'bob',
      method: 'GET',
      path: '/',
      protocol: 'HTTP/2.0',
      status: 502,
      bytes: 5,
      user_agent: 'curl/8',
    },
  },
  { text: '192.0.2.2:33317 [01/Mar/2025:10:00:00.655] http-in~ static/srv1', fields: false },
];
