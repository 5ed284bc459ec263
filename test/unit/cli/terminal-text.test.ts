import { describe, expect, test } from 'vitest';
import {
  bar,
  displayWidth,
  grouped,
  layOut,
  shorten,
  size,
  visible,
} from '../../../src-main/hosts/cli/terminal-text.ts';

test('widths are columns of the terminal', () => {
  expect(['abc', '가나', 'é', 'e\u0301', '日本語.log', '\u{1f600}', '', 'a\u200bb'].map(displayWidth)).toEqual([
    3, 4, 1, 1, 10, 2, 0, 2,
  ]);
});

test('shortening leaves room for the mark', () => {
  expect([shorten('abc', 3), shorten('abcd', 3), shorten('가나다', 5), shorten('가나다', 4)]).toEqual([
    'abc',
    'ab…',
    '가나…',
    '가…',
  ]);
});

test('control characters cannot reach the terminal', () => {
  expect(visible('a\tb\r\nc\u001b[2J\u0000\u007f\u009b')).toBe('a b  c␛[2J␀\ufffd\ufffd');
});

test('numbers and sizes', () => {
  expect([0, 999, 1000, 1234567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([0, 1, 999, 1000, 1049, 99_900, 99_960, 999_499, 999_500, 5_368_709_120].map(size)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '1.0 kB',
    '99.9 kB',
    '100 kB',
    '999 kB',
    '1.0 MB',
    '5.4 GB',
  ]);
});

test('bars are to an eighth, and never invisible', () => {
  expect([0, 0.001, 0.5, 0.55, 1, 2].map((share) => bar(share, 4))).toEqual(['', '▏', '██', '██▎', '████', '████']);
});

describe('layout', () => {
  test('aligns columns and ends lines without spaces', () => {
    const rows = [
      ['name', 'n', ''],
      ['가', '10', 'x'],
    ];
    expect(layOut(rows, ['left', 'right', 'left'])).toBe('name   n\n가    10  x\n');
  });
});
