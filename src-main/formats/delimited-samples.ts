/** Samples of CSV and TSV: a header and one record. */
import type { FormatSample } from './format.ts';

export const csvSamples: readonly FormatSample[] = [
  {
    text: 'timestamp,level,service,message,status,duration_ms,user\n2026-03-01T10:00:00.123+01:00,warn,billing,"first, ""quoted""\nsecond line",503,12.5,',
    fields: {
      time: '2026-03-01T09:00:00.123Z',
      level: 'warn',
      service: 'billing',
      message: 'first, "quoted"\nsecond line',
      status: 503,
      duration: 12.5,
    },
  },
  {
    // `-` and empty text in quotes are values, an empty cell is none; numbers keep their column's kind.
    text: 'id;name;note;amount;count\n00123;"";-;-1.5;',
    fields: { id: '00123', name: '', note: '-', amount: -1.5 },
  },
  {
    text: 'date,client_ip,message,message\n25/12/2026 10:00:00,192.0.2.7,"a\r\nb",c',
    fields: { time: '2026-12-25T10:00:00.000Z', client_ip: '192.0.2.7', message: 'a\nb', message_2: 'c' },
  },
  { text: 'time,level,message\n2026-03-01 10:00:00,info', fields: false },
  { text: 'time,level,message\n2026-03-01 10:00:00,info,a,b', fields: false },
  { text: 'time,level,message\n2026-03-01 10:00:00,info,"a"b', fields: false },
  { text: 'time,level,message\n2026-03-01 10:00:00,info,"open', fields: false },
];

export const tsvSamples: readonly FormatSample[] = [
  {
    text: 'time\tseverity\tmessage\tbytes\n2026-03-01T10:00:00Z\tERROR\t"not a quote, failed\t12345678901234567890',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: '"not a quote, failed',
      bytes: { exact: '12345678901234567890' },
    },
  },
  {
    text: 'time\tmessage\n1767225600\t"a tab\tand a\nline end"',
    fields: { time: '2026-01-01T00:00:00.000Z', message: 'a tab\tand a\nline end' },
  },
];
