/** Samples of access logs: their test parses each one with the dialect that it tells by itself. */
import type { FormatSample } from './format.ts';

const combined = {
  client_ip: '192.0.2.7',
  user: 'frank',
  time: '2026-03-01T20:55:36.000Z',
  level: 'info',
  method: 'GET',
  path: '/apache_pb.gif',
  protocol: 'HTTP/1.0',
  status: 200,
  bytes: 2326,
  referrer: 'http://www.example.com/start.html',
  user_agent: 'Mozilla/4.08 [en] (Win98; I ;Nav)',
};

const { referrer: _, user_agent: __, ...common } = combined;

const line = '192.0.2.7 - frank [01/Mar/2026:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326';
const combinedLine = `${line} "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"`;

export const accessSamples: readonly FormatSample[] = [
  { text: combinedLine, fields: combined },
  { text: line, fields: common },
  {
    text: `www.example.com:443 ${combinedLine}`,
    fields: { vhost: 'www.example.com', server_port: 443, ...combined },
  },
  { text: `www.example.com ${line}`, fields: { vhost: 'www.example.com', ...common } },
  {
    text: `${combinedLine} "198.51.100.4, 10.0.0.1"`,
    fields: { ...combined, forwarded_for: '198.51.100.4, 10.0.0.1' },
  },
  { text: `${combinedLine} "-"`, fields: combined },
  // What has no name is no duration.
  { text: `${combinedLine} 0.123 "HIT"`, fields: { ...combined, extra_1: 0.123, extra_2: 'HIT' } },
  {
    text: `${combinedLine} rt=0.057 uct="0.001" urt="0.050, 0.002" cs=MISS`,
    fields: { ...combined, duration: 57, uct: 1, urt: '0.050, 0.002', cs: 'MISS' },
  },
  {
    text: `${combinedLine} 512 0.004 [default-web-80] [] 10.0.0.9:8080 17 0.003 200 4f1e0c7d5b6a49c0a1b2c3d4e5f60718`,
    fields: {
      ...combined,
      request_bytes: 512,
      duration: 4,
      proxy_upstream_name: 'default-web-80',
      upstream_addr: '10.0.0.9:8080',
      upstream_response_length: 17,
      upstream_response_time: 3,
      upstream_status: 200,
      request_id: '4f1e0c7d5b6a49c0a1b2c3d4e5f60718',
    },
  },
  {
    text: `${combinedLine} 42 "web@docker" "http://172.17.0.2:80" 12ms`,
    fields: { ...combined, request_count: 42, router: 'web@docker', server_url: 'http://172.17.0.2:80', duration: 12 },
  },
  {
    text: '2001:db8::7 - "Frank Drebin" [01/Mar/2026:10:00:00 +0330] "GET /a?b=?c&d=%20+ HTTP/2.0" 404 - "" "say \\"hello\\""',
    fields: {
      client_ip: '2001:db8::7',
      user: '"Frank Drebin"',
      time: '2026-03-01T06:30:00.000Z',
      level: 'warn',
      method: 'GET',
      path: '/a',
      query: 'b=?c&d=%20+',
      protocol: 'HTTP/2.0',
      status: 404,
      referrer: '',
      user_agent: 'say \\"hello\\"',
    },
  },
  {
    text: '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "\\x16\\x03\\x01" 400 226 "-" "-"',
    fields: {
      client_ip: '192.0.2.7',
      time: '2026-03-01T10:00:00.000Z',
      level: 'warn',
      request: '\\x16\\x03\\x01',
      status: 400,
      bytes: 226,
    },
  },
  {
    text: '- - - [01/Mar/2026:10:00:00 +0000] "-" 503 0 "-" "-"',
    fields: { time: '2026-03-01T10:00:00.000Z', level: 'error', request: '-', status: 503, bytes: 0 },
  },
  {
    text: '10.1.2.3, 198.51.100.4 - - [01/Mar/2026:10:00:00 +0000] "GET /x? HTTP/1.1" 200 1 "-" "curl/8.0"',
    fields: {
      client_ip: '10.1.2.3',
      forwarded_for: '10.1.2.3, 198.51.100.4',
      time: '2026-03-01T10:00:00.000Z',
      level: 'info',
      method: 'GET',
      path: '/x',
      query: '',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 1,
      user_agent: 'curl/8.0',
    },
  },
  // A broken quote, a missing field, a line of another log.
  { text: `${line} "-" "Mozilla/5.0 (compatible; Googlebot/2.1`, fields: false },
  { text: '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 "-" "curl/8.0"', fields: false },
  { text: '192.0.2.7 - - [31/Feb/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.0"', fields: false },
  { text: "AH00558: httpd: Could not reliably determine the server's name", fields: false },
];
