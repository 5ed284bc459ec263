/** Syslog lines as programs and relays write them, with what they say; run by the samples test. */
import type { FormatSample } from './format.ts';

export const syslog3164Samples: readonly FormatSample[] = [
  {
    text: 'Mar 27 13:06:56 ip-10-77-20-248 sshd[1291]: Server listening on :: port 22.',
    fields: {
      time: '2025-03-27T13:06:56.000Z',
      host: 'ip-10-77-20-248',
      process: 'sshd',
      pid: 1291,
      message: 'Server listening on :: port 22.',
    },
  },
  {
    text: 'Apr  1 03:09:37 web-1 sudo:   ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; COMMAND=/bin/ls',
    fields: {
      time: '2025-04-01T03:09:37.000Z',
      host: 'web-1',
      process: 'sudo',
      message: '  ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; COMMAND=/bin/ls',
    },
  },
  {
    text: "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
    fields: {
      time: '2025-10-11T22:14:15.000Z',
      level: 'fatal',
      facility: 'auth',
      host: 'mymachine',
      process: 'su',
      message: "'su root' failed for lonvick on /dev/pts/8",
    },
  },
  {
    text: '<0>Jan  2 00:00:00 box kernel: [12345.678901] eth0: link up',
    fields: {
      time: '2026-01-02T00:00:00.000Z',
      level: 'fatal',
      facility: 'kern',
      host: 'box',
      process: 'kernel',
      message: '[12345.678901] eth0: link up',
    },
  },
  {
    text: 'Mar  1 10:00:00 box systemd[1]: Started Session 1.\n  with an indented line',
    fields: {
      time: '2025-03-01T10:00:00.000Z',
      host: 'box',
      process: 'systemd',
      pid: 1,
      message: 'Started Session 1.\n  with an indented line',
    },
  },
  {
    text: 'Mar  1 10:00:00 box last message repeated 3 times',
    fields: { time: '2025-03-01T10:00:00.000Z', host: 'box', message: 'last message repeated 3 times' },
  },
  {
    text: 'Mar  1 10:00:00 kernel: text without a host',
    fields: { time: '2025-03-01T10:00:00.000Z', process: 'kernel', message: 'text without a host' },
  },
  {
    text: 'Mar  1 10:00:00 mac com.apple.xpc.launchd[1] (com.apple.foo[55]): Service exited',
    fields: {
      time: '2025-03-01T10:00:00.000Z',
      host: 'mac',
      subsystem: 'com.apple.foo[55]',
      process: 'com.apple.xpc.launchd',
      pid: 1,
      message: 'Service exited',
    },
  },
  {
    text: 'Mar  1 10:00:00 mac Google Chrome Helper[321]: text of a program with spaces',
    fields: {
      time: '2025-03-01T10:00:00.000Z',
      host: 'mac',
      process: 'Google Chrome Helper',
      pid: 321,
      message: 'text of a program with spaces',
    },
  },
  {
    text: 'Mar  1 10:00:00 mac WindowServer[88] <Error>: text',
    fields: {
      time: '2025-03-01T10:00:00.000Z',
      host: 'mac',
      level: 'error',
      process: 'WindowServer',
      pid: 88,
      message: 'text',
    },
  },
  {
    text: 'Feb 11 13:15:39 test-pc postgres[10819]: [7-2] #011       pg_catalog.pg_get_userbyid(d.datdba) as "Owner",',
    fields: {
      time: '2025-02-11T13:15:39.000Z',
      host: 'test-pc',
      process: 'postgres',
      pid: 10819,
      message: '[7-2] #011       pg_catalog.pg_get_userbyid(d.datdba) as "Owner",',
    },
  },
  {
    text: '2026-03-01T10:00:00.123456+01:00 web-2 postfix/smtpd[99]: connect from unknown[203.0.113.1]',
    fields: {
      time: '2026-03-01T09:00:00.123Z',
      host: 'web-2',
      process: 'postfix/smtpd',
      pid: 99,
      message: 'connect from unknown[203.0.113.1]',
    },
  },
  {
    text: '<166>Mar 01 2026 10:00:00 fw-1 %ASA-6-302013: Built outbound',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'info',
      facility: 'local4',
      host: 'fw-1',
      process: '%ASA-6-302013',
      message: 'Built outbound',
    },
  },
  {
    text: 'Dec 31 23:59:59 box cron[1]: of last year',
    fields: { time: '2025-12-31T23:59:59.000Z', host: 'box', process: 'cron', pid: 1, message: 'of last year' },
  },
  {
    text: 'Feb 29 12:00:00 box cron[1]: of a leap year',
    fields: { time: '2024-02-29T12:00:00.000Z', host: 'box', process: 'cron', pid: 1, message: 'of a leap year' },
  },
  {
    text: 'Mar  1 10:00:00 box app[1]: year given',
    fields: { time: '2019-03-01T09:00:00.000Z', host: 'box', process: 'app', pid: 1, message: 'year given' },
    options: { year: 2019, zone: 'Europe/Berlin' },
  },
  { text: 'Mar 32 10:00:00 box app[1]: no such day', fields: false },
  { text: 'not a syslog line', fields: false },
];
export const syslog5424Samples: readonly FormatSample[] = [
  {
    text: "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - 'su root' failed for lonvick on /dev/pts/8",
    fields: {
      time: '2003-10-11T22:14:15.003Z',
      level: 'fatal',
      facility: 'auth',
      host: 'mymachine.example.com',
      process: 'su',
      msgid: 'ID47',
      message: "'su root' failed for lonvick on /dev/pts/8",
    },
  },
  {
    text: "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
    fields: {
      time: '2003-08-24T12:14:15.000Z',
      level: 'notice',
      facility: 'local4',
      host: '192.0.2.1',
      process: 'myproc',
      pid: 8710,
      message: "%% It's time to make the do-nuts.",
    },
  },
  {
    text: '<165>1 2003-10-11T22:14:15.003Z mymachine evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] An application event',
    fields: {
      'exampleSDID@32473.iut': '3',
      'exampleSDID@32473.eventSource': 'Application',
      'exampleSDID@32473.eventID': '1011',
      time: '2003-10-11T22:14:15.003Z',
      level: 'notice',
      facility: 'local4',
      host: 'mymachine',
      process: 'evntslog',
      msgid: 'ID47',
      message: 'An application event',
    },
  },
  {
    text: '<165>1 2026-03-01T10:00:00Z host app worker-1 ID47 [a@1 x="say \\"hi\\" \\] \\\\ \\n"][b@1 y=""][empty]',
    fields: {
      'a@1.x': 'say "hi" ] \\ \\n',
      'b@1.y': '',
      time: '2026-03-01T10:00:00.000Z',
      level: 'notice',
      facility: 'local4',
      host: 'host',
      process: 'app',
      procid: 'worker-1',
      msgid: 'ID47',
    },
  },
  { text: '<11>1 - - - - - - message only', fields: { level: 'error', facility: 'user', message: 'message only' } },
  {
    text: '83 <34>1 2026-03-01T10:00:00Z host su - - - with an octet count',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'fatal',
      facility: 'auth',
      host: 'host',
      process: 'su',
      message: 'with an octet count',
    },
  },
  { text: '<34>1 2026-03-01 host su - - - no time', fields: false },
  { text: '<999>1 2026-03-01T10:00:00Z host su - - - no such priority', fields: false },
  { text: '<34>1 2026-03-01T10:00:00Z host su - - [broken x="1] message', fields: false },
];
