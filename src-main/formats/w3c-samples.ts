/** Samples of W3C extended logs: directives and one record. */
import type { FormatSample } from './format.ts';

const iis =
  '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-03-01 10:00:00\n' +
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken\n';

export const w3cSamples: readonly FormatSample[] = [
  {
    text: `${iis}2026-03-01 10:00:00 192.0.2.1 GET /a+b%20c.aspx x=1+2 443 EXAMPLE\\frank 198.51.100.4 Mozilla/5.0+(compatible) https://example.com/ 404 0 2 1405 242 283`,
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'warn',
      client_ip: '198.51.100.4',
      user: 'EXAMPLE\\frank',
      method: 'GET',
      path: '/a+b%20c.aspx',
      query: 'x=1+2',
      status: 404,
      bytes: 1405,
      request_bytes: 242,
      duration: 283,
      referrer: 'https://example.com/',
      user_agent: 'Mozilla/5.0+(compatible)',
      's-ip': '192.0.2.1',
      's-port': 443,
      'sc-substatus': 0,
      'sc-win32-status': 2,
    },
    options: { zone: 'Asia/Tokyo' },
  },
  {
    text: `${iis}2026-03-01 10:00:00 192.0.2.1 POST / - 80 - 2001:db8::7 - - 500 19 183 - - 15`,
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      client_ip: '2001:db8::7',
      method: 'POST',
      path: '/',
      status: 500,
      duration: 15,
      's-ip': '192.0.2.1',
      's-port': 80,
      'sc-substatus': 19,
      'sc-win32-status': 183,
    },
  },
  {
    // CloudFront: tabs, seconds, two names for the host.
    text:
      '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-edge-request-id x-host-header time-taken cs-protocol-version\n' +
      '2026-03-01\t10:00:00\tFRA56-P4\t2390282\t192.0.2.7\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0%20(X11)\t-\tabc==\twww.example.com\t0.057\tHTTP/2.0',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'info',
      vhost: 'www.example.com',
      client_ip: '192.0.2.7',
      method: 'GET',
      path: '/index.html',
      protocol: 'HTTP/2.0',
      status: 200,
      bytes: 2390282,
      duration: 57,
      user_agent: 'Mozilla/5.0%20(X11)',
      request_id: 'abc==',
      'x-edge-location': 'FRA56-P4',
      'cs(Host)': 'd111111abcdef8.cloudfront.net',
    },
  },
  {
    // The Windows firewall: local time, no status.
    text: '#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Time Format: Local\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size\n\n2026-03-01 10:00:00 DROP UDP 192.0.2.7 192.0.2.1 137 137 -',
    fields: {
      time: '2026-03-01T09:00:00.000Z',
      action: 'DROP',
      x_protocol: 'UDP',
      'src-ip': '192.0.2.7',
      'dst-ip': '192.0.2.1',
      'src-port': 137,
      'dst-port': 137,
    },
    options: { zone: 'Europe/Berlin' },
  },
  {
    // Quoted values, and the date of the directive.
    text: '#Date: 2026-03-01 00:00:00\n#Fields: time c-ip cs(User-Agent) x-note sc-status\n10:00:00.5 192.0.2.7 "Mozilla/5.0 (X11)" "say ""hi"" twice" 302',
    fields: {
      time: '2026-03-01T10:00:00.500Z',
      level: 'info',
      client_ip: '192.0.2.7',
      status: 302,
      user_agent: 'Mozilla/5.0 (X11)',
      'x-note': 'say "hi" twice',
    },
  },
  {
    text: `${iis}2026-03-01 10:00:00 192.0.2.1 GET /one-value-too-few - 80 - 192.0.2.7 - - 200 0 0 1 2`,
    fields: false,
  },
  { text: `${iis}2026-03-01 25:00:00 192.0.2.1 GET / - 80 - 192.0.2.7 - - 200 0 0 1 2 3`, fields: false },
  { text: '2026-03-01 10:00:00 192.0.2.1 GET / without directives', fields: false },
];
