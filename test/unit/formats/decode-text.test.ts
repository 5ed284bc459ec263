import { expect, test } from 'vitest';
import { isValidIn, textDecoderFor, textStreamFor } from '../../../src-main/formats/decode-text.ts';

/** Label, bytes, text: each is one that the platform's decoder alone gets wrong in some version of Node. */
const cases: readonly (readonly [label: string, bytes: string, text: string])[] = [
  ['euc-kr', '8c63b9e6b0a2c7cf20bc84bdc32098de2094ee', '똠방각하 펲시 샾 뷁'],
  ['euc-kr', '8141c652', '갂힣'],
  ['big5', 'a4a4a4e58740', '中文䏰'],
  ['gbk', 'd6d0cec4a2e3', '中文€'],
  ['windows-1252', '80939485', '€“”…'],
  ['shift_jis', '835481 5b5c'.replaceAll(' ', ''), 'サー\\'],
  ['koi8-r', 'f0d2c9', 'При'],
];

test.each(cases)('%s %s', (label, hex, text) => {
  const bytes = Buffer.from(hex, 'hex');
  expect(textDecoderFor(label)(bytes)).toBe(text);
  // Twice: nothing of a text is left over for the next.
  const decode = textDecoderFor(label);
  expect(decode(bytes) + decode(bytes)).toBe(text + text);
  const stream = textStreamFor(label);
  let pieces = '';
  for (const byte of bytes) pieces += stream.write(Uint8Array.of(byte));
  expect(pieces + stream.end()).toBe(text);
  expect(isValidIn(label, bytes)).toBe(true);
});

test('a character that the end cuts is replaced and does not reach the next text', () => {
  for (const label of ['euc-kr', 'big5', 'gbk', 'shift_jis', 'utf-8']) {
    const decode = textDecoderFor(label);
    const cut = label === 'utf-8' ? Uint8Array.of(0x61, 0xc3) : Uint8Array.of(0x61, 0x8c);
    expect(decode(cut), label).toBe('a\uFFFD');
    expect(decode(Uint8Array.of(0x62)), label).toBe('b');
    expect(isValidIn(label, cut), label).toBe(false);
  }
});
