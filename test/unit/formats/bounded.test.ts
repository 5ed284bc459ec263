/**
 * Parsers get a chunk of many records and look at one. A search that is not bounded by the record (`indexOf` on the
 * chunk) makes a pass over a file without the byte that is sought quadratic, which no small test notices by time.
 */
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import { jsonLines } from '../../../src-main/formats/json-lines.ts';
import { logfmt } from '../../../src-main/formats/logfmt.ts';
import { syslog3164 } from '../../../src-main/formats/syslog-3164.ts';
import { syslog5424 } from '../../../src-main/formats/syslog-5424.ts';
import { timestamped } from '../../../src-main/formats/timestamped.ts';
import { testOptions } from './read-records.ts';

const nowhere = { number: () => undefined, span: () => undefined, value: () => undefined };

/** Bytes that refuse to be searched as a whole; views of them are free. */
function unsearchable(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text));
  const refuse = (): never => {
    throw new Error('the chunk was searched, not the record');
  };
  return Object.assign(bytes, { indexOf: refuse, lastIndexOf: refuse, includes: refuse });
}

describe.each([jsonLines, logfmt, syslog3164, syslog5424, timestamped])('$name', (family) => {
  test('searches records, not chunks', () => {
    for (const { text, options } of family.samples) {
      const sampleOptions = { ...testOptions, ...options };
      const dialect = family.detect(createSample(Buffer.from(text), sampleOptions, ''))?.dialect;
      const parser = family.create({ name: family.name, dialect }).createParser(sampleOptions);
      const bytes = unsearchable(text);
      const newline = text.indexOf('\n');
      const firstEnd = newline < 0 ? bytes.length : Buffer.byteLength(text.slice(0, newline));
      expect(() => {
        parser.classify(bytes, 0, firstEnd, false);
        parser.parse(bytes, 0, firstEnd, bytes.length, nowhere);
      }).not.toThrow();
    }
  });
});
