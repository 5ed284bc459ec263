/** Encodings are found from the first bytes. */
import { describe, expect, test } from 'vitest';
import { detectEncoding } from '../../../src-main/formats/index.ts';

const ascii = '2026-03-01 10:00:00 INFO server started on port 8080\n';
const bytes = (...parts: readonly (string | readonly number[] | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const wide = (text: string, isBig: boolean): Buffer => {
  const buffer = Buffer.from(text, 'utf16le');
  return isBig ? buffer.swap16() : buffer;
};

describe('a byte order mark', () => {
  test.each([
    ['utf-8', bytes([0xef, 0xbb, 0xbf], ascii), 3],
    ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), wide(ascii, false)]), 2],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), wide(ascii, true)]), 2],
  ])('tells %s', (encoding, sample, bomBytes) => {
    expect(detectEncoding(sample)).toEqual({ encoding, bomBytes });
  });
});

test.each<readonly [string, string, Uint8Array]>([
  ['nothing', 'utf-8', bytes()],
  ['ASCII', 'utf-8', bytes(ascii)],
  ['UTF-8', 'utf-8', Buffer.from('größer 한국어 ключ\n')],
  ['UTF-8 that the sample cuts within a character', 'utf-8', Buffer.from(`${ascii}한국어`).subarray(0, -1)],
  [
    'UTF-8 with some damaged lines',
    'utf-8',
    bytes(Buffer.from('größer 한국어\n'.repeat(3)), 'latin1 \xe4\xf6\n', ascii),
  ],
  [
    'ASCII with lines of binary bytes',
    'utf-8',
    bytes(ascii.repeat(9), [0x16, 0x03, 0x01, 0xff, 0xe4, 0x80, 0x0a], ascii),
  ],
  ['ASCII with a stretch of zeros, as after a crash', 'utf-8', bytes(ascii, new Uint8Array(5000), ascii)],
  ['UTF-16 without a mark', 'utf-16le', wide(ascii.repeat(3), false)],
  ['big-endian UTF-16 without a mark', 'utf-16be', wide(ascii.repeat(3), true)],
  [
    'UTF-16 of another script',
    'utf-16le',
    wide('2026-03-01 10:00:00 [정보] 서버가 시작되었습니다\r\n'.repeat(5), false),
  ],
  ['German in windows-1252', 'windows-1252', bytes('Die Größe der Datei wurde überschritten, Müller\n'.repeat(3))],
  ['typographic signs of Windows', 'windows-1252', bytes('it\x92s 5 \x80 \x96 \x93quoted\x94, caf\xe9\n'.repeat(2))],
  [
    'Korean in CP949',
    'euc-kr',
    bytes(
      ...Array.from({ length: 4 }, () => [
        0xbc, 0xad, 0xb9, 0xf6, 0xb0, 0xa1, 0x20, 0xbd, 0xc3, 0xc0, 0xdb, 0xb5, 0xc7, 0xbe, 0xfa, 0xbd, 0xc0, 0xb4,
        0xcf, 0xb4, 0xd9, 0x0a,
      ]),
    ),
  ],
  [
    'Japanese in Shift_JIS',
    'shift_jis',
    bytes(
      ...Array.from({ length: 6 }, () => [
        0x83, 0x54, 0x81, 0x5b, 0x83, 0x6f, 0x81, 0x5b, 0x82, 0xf0, 0x8a, 0x4a, 0x8e, 0x6e, 0x82, 0xb5, 0x82, 0xdc,
        0x82, 0xb5, 0x82, 0xbd, 0x81, 0x42, 0x0a,
      ]),
    ),
  ],
  [
    'Russian in windows-1251',
    'windows-1251',
    bytes(
      ...Array.from({ length: 6 }, () => [
        0xd1, 0xe5, 0xf0, 0xe2, 0xe5, 0xf0, 0x20, 0xe7, 0xe0, 0xef, 0xf3, 0xf9, 0xe5, 0xed, 0x20, 0xe8, 0x20, 0xe3,
        0xee, 0xf2, 0xee, 0xe2, 0x20, 0xea, 0x20, 0xf0, 0xe0, 0xe1, 0xee, 0xf2, 0xe5, 0x0a,
      ]),
    ),
  ],
])('%s is %s', (_, encoding, sample) => {
  expect(detectEncoding(sample)).toEqual({ encoding, bomBytes: 0 });
});
