/** Every family's own samples: each is read with the dialect that it tells by itself. */
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import { families } from '../../../src-main/formats/registry.ts';
import { readRecords, testOptions } from './read-records.ts';

describe.each(families)('$name', (family) => {
  test('has samples, of which the first are typical', () => {
    expect(family.samples.length).toBeGreaterThan(1);
    expect(family.samples[0].fields).not.toBe(false);
  });

  test.each(family.samples.map(({ text, fields, options }) => [text, fields, { ...testOptions, ...options }] as const))(
    'reads %j',
    (text, expected, options) => {
      const bytes = new TextEncoder().encode(text === '' ? '\n' : text);
      const dialect = family.detect(createSample(bytes, options, ''))?.dialect;
      const format = family.create({ name: family.name, ...(dialect === undefined ? {} : { dialect }) });
      const { records } = readRecords(bytes, format, options);
      if (expected === false) {
        expect(records.every(({ fields }) => fields === false)).toBe(true);
      } else {
        expect(records.map(({ fields }) => fields)).toEqual([expected]);
      }
    },
  );

  test('gives plain data as a dialect', () => {
    for (const { text, options } of family.samples) {
      const found = family.detect(createSample(new TextEncoder().encode(text), { ...testOptions, ...options }, ''));
      expect(JSON.parse(JSON.stringify(found?.dialect ?? {}))).toEqual(found?.dialect ?? {});
    }
  });
});
