import { expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { cellText, plainText, statusClass, timeText } from '../../../src-renderer/grid/cell-text.ts';
import {
  formatBytes,
  formatCompact,
  formatShare,
  shorten,
  visibleLine,
  visibleLines,
} from '../../../src-renderer/widgets/index.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

test('formats values by the kind of their column', () => {
  const at = Date.UTC(2026, 2, 1, 9, 5, 7, 8);
  expect([
    cellText(at, 'time', 'Europe/Berlin'),
    cellText(5, 'level', 'UTC'),
    cellText(1_234_567, 'count', 'UTC'),
    cellText(0.12345, 'count', 'UTC'),
    cellText(404, 'status', 'UTC'),
    cellText(28_066, 'number', 'UTC'),
    cellText({ exact: '12345678901234567890' }, 'count', 'UTC'),
    cellText({ json: '["a"]' }, 'text', 'UTC'),
    cellText(true, 'text', 'UTC'),
  ]).toEqual([
    '2026-03-01 10:05:07.008',
    'ERROR',
    '1,234,567',
    '0.123',
    '404',
    '28066',
    '12345678901234567890',
    '["a"]',
    'true',
  ]);
});

test('copies what the log says, not how it is shown', () => {
  expect([plainText(1_234_567), plainText('a\u0007'), plainText({ exact: '1e400' })]).toEqual([
    '1234567',
    'a\u0007',
    '1e400',
  ]);
});

test('a time that no calendar has stays a number', () => {
  expect(timeText(9e15, 'UTC')).toBe('9000000000000000');
});

test('knows the classes of status codes', () => {
  expect([200, 404, 599, 99, 600, null].map(statusClass)).toEqual([2, 4, 5, undefined, undefined, undefined]);
});

test('shows control characters and direction overrides instead of obeying them', () => {
  expect(visibleLine('a\tb\nc\u0000d\u001b[31m\u007f')).toBe(
    'a\u21e5 b\u21b5 c\u2039NUL\u203ad\u2039ESC\u203a[31m\u2039DEL\u203a',
  );
  expect(visibleLine('evil\u202egpj.exe\u2066x\u200b')).toBe(
    'evil\u2039202E\u203agpj.exe\u20392066\u203ax\u2039200B\u203a',
  );
  expect(visibleLines('a\n\tb\r')).toBe('a\n\tb\u2039CR\u203a');
});

test('whatever the text, what is shown has no character that acts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // oxlint-disable-next-line no-control-regex
      expect(visibleLine(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
    }),
  );
});

test('shortens between whole characters', () => {
  expect([shorten('abc', 3), shorten('abcd', 3), shorten('ab\u{1f600}', 3)]).toEqual(['abc', 'abc\u2026', 'ab\u2026']);
});

test('says sizes, shares and axis values shortly', () => {
  expect([0, 999, 1024, 1_536, 10_485_760, 5e12].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.00 KiB',
    '1.50 KiB',
    '10.0 MiB',
    '4.55 TiB',
  ]);
  expect([0, 0.0004, 0.034, 0.5, 1].map(formatShare)).toEqual(['0 %', '<0.1 %', '3.4 %', '50 %', '100 %']);
  expect([0, 950, 12_000, 3_440_000, 0.25].map(formatCompact)).toEqual(['0', '950', '12k', '3.44M', '0.25']);
});
