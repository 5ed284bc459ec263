/** Every family's parser against bytes that are no log: nothing throws, and nothing outside of a record is used. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import type { FormatFamily } from '../../../src-main/formats/family.ts';
import type { Format } from '../../../src-main/formats/format.ts';
import { families } from '../../../src-main/formats/registry.ts';
import { readRecords, testOptions, type ReadResult } from './read-records.ts';

/** Bytes that mean something to some format, more often than others. */
const hostileByte = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Buffer.from(' "\'\\[]{}:,;|=-?#/.\t\r\n0129TZ+<>*%\0')) },
  { weight: 2, arbitrary: fc.integer({ min: 32, max: 126 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);
const hostileBytes = fc.array(hostileByte, { maxLength: 300 }).map((bytes) => Buffer.from(bytes));

/** A sample of the family with some bytes changed, cut or put in. */
function damagedSample(family: FormatFamily): fc.Arbitrary<{ readonly format: Format; readonly bytes: Buffer }> {
  const samples = family.samples.map(({ text }) => ({ text, format: formatOf(family, Buffer.from(text)) }));
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: hostileByte,
    kind: fc.constantFrom('replace', 'insert', 'cut'),
  });
  return fc
    .record({ sample: fc.constantFrom(...samples), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
    .map(({ sample, edits }) => {
      const bytes = [...Buffer.from(sample.text)];
      for (const { at, byte, kind } of edits) {
        const place = Math.floor(at * bytes.length);
        if (kind === 'replace') bytes.splice(place, 1, byte);
        else if (kind === 'insert') bytes.splice(place, 0, byte);
        else bytes.length = place;
      }
      return { format: sample.format, bytes: Buffer.from(bytes) };
    });
}

function formatOf(family: FormatFamily, text: Uint8Array): Format {
  const dialect = family.detect(createSample(text, testOptions, ''))?.dialect;
  return family.create({ name: family.name, ...(dialect === undefined ? {} : { dialect }) });
}

/** The records of a text that stands amid other bytes. */
function readAmid(bytes: Buffer, format: Format, before: Buffer, after: Buffer): ReadResult {
  const range = { from: before.length, to: before.length + bytes.length };
  return readRecords(Buffer.concat([before, bytes, after]), format, testOptions, undefined, range);
}

describe.each(families)('$name', { timeout: 30_000 }, (family) => {
  test('detection takes any bytes', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const found = family.detect(createSample(bytes, testOptions, ''));
        expect(found === undefined || (found.score >= 0 && found.score <= 1)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('parsing takes any bytes', () => {
    const format = formatOf(family, Buffer.from(family.samples[0].text));
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const { records } = readRecords(bytes, format);
        expect(records.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 100 },
    );
  });

  test('a damaged record is read or refused, and what stands around it changes nothing', () => {
    fc.assert(
      fc.property(damagedSample(family), hostileBytes, hostileBytes, ({ format, bytes }, before, after) => {
        expect(readAmid(bytes, format, before, after)).toEqual(readRecords(bytes, format));
      }),
      { numRuns: 120 },
    );
  });
});
