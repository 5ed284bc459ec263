/** Timestamps: a table of layouts, and readers against Date. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localToInstant } from '../../../src-shared/model/zone.ts';
import { TimeReader, type TimeLayout } from '../../../src-main/formats/timestamp.ts';

const yearless = { instantOf: () => Date.UTC(2026, 0, 1) };

/** The instant that a text tells from its begin, as ISO, and what is left of the text. */
function read(text: string, layout: TimeLayout, zone = 'UTC'): [string, string] | undefined {
  const bytes = Buffer.from(text);
  const reader = new TimeReader(layout, zone, yearless);
  const end = reader.read(bytes, 0, bytes.length);
  if (end < 0) return undefined;
  return [new Date(reader.instant).toISOString(), bytes.subarray(end).toString()];
}

const at = (time: string): string => `2026-03-01T${time}Z`;

describe('layouts', () => {
  test.each<[string, TimeLayout, string, string]>([
    ['2026-03-01T10:00:00Z', { kind: 'iso' }, at('10:00:00.000'), ''],
    ['2026-03-01T10:00:00.5Z text', { kind: 'iso' }, at('10:00:00.500'), ' text'],
    ['2026-03-01 10:00:00,123456789 text', { kind: 'iso' }, at('10:00:00.123'), ' text'],
    ['2026-03-01 10:00:00.9999', { kind: 'iso' }, at('10:00:00.999'), ''],
    ['2026-03-01T10:00:00+01:00', { kind: 'iso' }, at('09:00:00.000'), ''],
    ['2026-03-01T10:00:00-0330', { kind: 'iso' }, at('13:30:00.000'), ''],
    ['2026-03-01T10:00:00+01', { kind: 'iso' }, at('09:00:00.000'), ''],
    ['2026-03-01 10:00:00 +0100 x', { kind: 'iso', spaced: true }, at('09:00:00.000'), ' x'],
    ['2026-03-01 10:00:00 CET x', { kind: 'iso', spaced: true }, at('09:00:00.000'), ' x'],
    ['2026-03-01 10:00:00 CET x', { kind: 'iso' }, at('10:00:00.000'), ' CET x'],
    ['2026-03-01 10:00:00 IST x', { kind: 'iso', spaced: true }, at('10:00:00.000'), ' IST x'],
    ['2026-03-01 10:00:00 -5 x', { kind: 'iso', spaced: true }, at('10:00:00.000'), ' -5 x'],
    ['2026/03/01 10:00:00 text', { kind: 'iso' }, at('10:00:00.000'), ' text'],
    ['2026.03.01_10:00:00', { kind: 'iso' }, at('10:00:00.000'), ''],
    ['2026-3-1 9:05:07', { kind: 'iso' }, at('09:05:07.000'), ''],
    ['2026-03-01 10:00', { kind: 'iso' }, at('10:00:00.000'), ''],
    ['2026-03-01 10:00:00: text', { kind: 'iso' }, at('10:00:00.000'), ': text'],
    ['2026-03-01 10:00:60', { kind: 'iso' }, at('10:01:00.000'), ''],
    ['2026-03-01 10:00:00 PM', { kind: 'iso', spaced: true }, at('22:00:00.000'), ''],
    ['20260301T100000Z', { kind: 'basic' }, at('10:00:00.000'), ''],
    ['20260301-10:00:00:606|x', { kind: 'basic' }, at('10:00:00.606'), '|x'],
    ['260301 100000 148', { kind: 'basic' }, at('10:00:00.000'), ' 148'],
    ['03/01/2026 10:00:00 PM x', { kind: 'numeric', order: 'mdy', spaced: true }, at('22:00:00.000'), ' x'],
    ['3/1/2026, 12:00:00 AM', { kind: 'numeric', order: 'mdy', spaced: true }, at('00:00:00.000'), ''],
    ['3/1/2026, 12:00:00\u202fPM', { kind: 'numeric', order: 'mdy' }, at('12:00:00.000'), ''],
    ['01.03.2026 10:00:00', { kind: 'numeric', order: 'dmy' }, at('10:00:00.000'), ''],
    ['26/03/01 10:00:00 INFO', { kind: 'numeric', order: 'ymd' }, at('10:00:00.000'), ' INFO'],
    ['01 Mar 2026 10:00:00,123', { kind: 'dated' }, at('10:00:00.123'), ''],
    ['01/Mar/2026:10:00:00 +0100]', { kind: 'dated', spaced: true }, at('09:00:00.000'), ']'],
    ['Sun, 01 Mar 2026 10:00:00 GMT', { kind: 'dated', spaced: true }, at('10:00:00.000'), ''],
    ['1-Mar-2026 10:00:00.5', { kind: 'dated' }, at('10:00:00.500'), ''],
    ['Mar 01 2026 10:00:00: x', { kind: 'named' }, at('10:00:00.000'), ': x'],
    ['Mar 1, 2026 10:00:00 PM', { kind: 'named', spaced: true }, at('22:00:00.000'), ''],
    ['Sun Mar  1 10:00:00 2026] x', { kind: 'ctime' }, at('10:00:00.000'), '] x'],
    ['Sun Mar 01 10:00:00.123456 2026', { kind: 'ctime' }, at('10:00:00.123'), ''],
    ['Sun Mar 01 10:00:00 CET 2026', { kind: 'ctime' }, at('09:00:00.000'), ''],
    ['1772359200 x', { kind: 'epoch' }, at('10:00:00.000'), ' x'],
    ['1772359200.1239', { kind: 'epoch' }, at('10:00:00.123'), ''],
    ['1772359200123', { kind: 'epoch' }, at('10:00:00.123'), ''],
    ['1772359200123456', { kind: 'epoch' }, at('10:00:00.123'), ''],
    ['1772359200123456789', { kind: 'epoch' }, at('10:00:00.123'), ''],
  ])('%s', (text, layout, expected, rest) => {
    expect(read(text, layout)).toEqual([expected, rest]);
  });

  test.each<[string, TimeLayout]>([
    ['2026-13-01 10:00:00', { kind: 'iso' }],
    ['2026-02-29 10:00:00', { kind: 'iso' }],
    ['2026-03-32 10:00:00', { kind: 'iso' }],
    ['2026-03-01 24:00:00', { kind: 'iso' }],
    ['2026-03-01 10:60:00', { kind: 'iso' }],
    ['2026-03-01 10:00:61', { kind: 'iso' }],
    ['2026-03/01 10:00:00', { kind: 'iso' }],
    ['2026-03-01 was', { kind: 'iso' }],
    ['2026-03-01 10:0', { kind: 'iso' }],
    ['2026-03-01', { kind: 'iso' }],
    ['2026-03-01T10:00:00Zulu', { kind: 'iso' }],
    ['2026-03-01T10:00:00x', { kind: 'iso' }],
    ['13/01/2026 10:00:00', { kind: 'numeric', order: 'mdy' }],
    ['Mrz  1 10:00:00', { kind: 'named' }],
    ['Mar 41 10:00:00', { kind: 'named' }],
    ['17723592001', { kind: 'epoch' }],
    ['0772359200', { kind: 'epoch' }],
    ['', { kind: 'iso' }],
  ])('%s is no time', (text, layout) => {
    expect(read(text, layout)).toBeUndefined();
  });

  test('a time without a zone is of the zone that is told', () => {
    expect(read('2026-07-01 10:00:00', { kind: 'iso' }, 'Europe/Berlin')?.[0]).toBe('2026-07-01T08:00:00.000Z');
    expect(read('2026-07-01 10:00:00Z', { kind: 'iso' }, 'Europe/Berlin')?.[0]).toBe('2026-07-01T10:00:00.000Z');
  });

  test('a clock alone marks a record but tells no instant', () => {
    const reader = new TimeReader({ kind: 'clock' }, 'UTC');
    expect(reader.read(Buffer.from('10:00:00.123 x'), 0, 14)).toBe(12);
    expect(reader.instant).toBeNaN();
  });
});

const instants = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });

describe('against Date', () => {
  test('reads what toISOString writes, with any number of digits behind it', () => {
    fc.assert(
      fc.property(instants, fc.string({ unit: fc.constantFrom('0', '5', '9'), maxLength: 6 }), (date, digits) => {
        const text = date.toISOString().replace('Z', `${digits}Z`);
        expect(read(text, { kind: 'iso' })).toEqual([date.toISOString(), '']);
      }),
    );
  });

  test('reads a sequence as it reads each time alone', () => {
    // Many in the same minute, so that the quick way is gone; other zones and fractions, so that it must not be.
    const time = fc
      .tuple(
        fc.constantFrom('10:00', '10:01'),
        fc.nat(70),
        fc.constantFrom('', '.5', ',123', '.123456', ':606', ':6'),
        fc.constantFrom('', 'Z', '+01:00', ' +0100', ' CET', ' INFO', 'x', ' x'),
      )
      .map(
        ([minute, second, fraction, tail]) =>
          `2026-03-01 ${minute}:${String(second).padStart(2, '0')}${fraction}${tail}`,
      );
    fc.assert(
      fc.property(fc.array(time, { maxLength: 12 }), fc.boolean(), (texts, spaced) => {
        const layout: TimeLayout = { kind: 'iso', spaced };
        const reader = new TimeReader(layout, 'UTC');
        for (const text of texts) {
          const bytes = Buffer.from(text);
          const end = reader.read(bytes, 0, bytes.length);
          const alone = read(text, layout);
          expect(
            end < 0 ? undefined : [new Date(reader.instant).toISOString(), bytes.subarray(end).toString()],
          ).toEqual(alone);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('agrees with the zone arithmetic over a change to summer time', () => {
    fc.assert(
      fc.property(fc.nat(7 * 3600), (seconds) => {
        const wall = new Date(Date.UTC(2026, 2, 29, 0, 0, 0) + seconds * 1000).toISOString().slice(0, 19);
        const [date, time] = wall.split('T');
        const [hour, minute, second] = time.split(':').map(Number);
        expect(read(`${date} ${time}`, { kind: 'iso' }, 'Europe/Berlin')?.[0]).toBe(
          new Date(localToInstant('Europe/Berlin', 2026, 3, 29, hour, minute, second)).toISOString(),
        );
      }),
    );
  });
});

const kinds: readonly TimeLayout[] = [
  { kind: 'iso', spaced: true },
  { kind: 'basic' },
  { kind: 'numeric', order: 'mdy', spaced: true },
  { kind: 'numeric', order: 'ymd' },
  { kind: 'dated', spaced: true },
  { kind: 'named', spaced: true },
  { kind: 'ctime' },
  { kind: 'monthDay' },
  { kind: 'epoch' },
  { kind: 'clock' },
];

test('never looks outside of its bytes, and never throws', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('0123456789:./-, TZPMar+AMSun')), maxLength: 36 });
  fc.assert(
    fc.property(text, text, fc.constantFrom(...kinds), (inside, outside, layout) => {
      const alone = Buffer.from(inside);
      const around = Buffer.from(`${outside}${inside}${outside}`);
      const start = outside.length;
      const first = new TimeReader(layout, 'UTC', yearless);
      const second = new TimeReader(layout, 'UTC', yearless);
      const end = first.read(alone, 0, alone.length);
      expect(second.read(around, start, start + inside.length)).toBe(end < 0 ? -1 : start + end);
    }),
    { numRuns: 2000 },
  );
});
