import { expect, test } from 'vitest';
import { texts } from '../../../src-renderer/app/texts.ts';

/** Every text of the catalogue with its path; functions are called with a mark for each parameter. */
function all(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    const answer: unknown = value('\u00a71', '\u00a72', '\u00a73');
    return [[path, String(answer)]];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => all(each, `${path}.${key}`));
}

test('every text says something, calmly, and takes what it is given', () => {
  const found = all(texts, 'texts');
  expect(found.length).toBeGreaterThan(200);
  expect(found.filter(([, text]) => text.trim() === '' || /undefined|\[object|!$/.test(text))).toEqual([]);
});

test('one record is a record', () => {
  expect([texts.filter.count('1'), texts.filter.count('2'), texts.filter.countOf('3', '1')]).toEqual([
    '1 record',
    '2 records',
    '3 of 1 record',
  ]);
});
