import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import {
  formatInstant,
  formatInstantUtc,
  isZone,
  localToInstant,
  startOf,
  wallClock,
  zoneOffsetMs,
} from '../../../src-shared/model/zone.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Africa/Cairo',
];
const instants = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2037, 0, 1) });

describe('zones', () => {
  test.each([
    ['UTC', true],
    ['Z', true],
    ['local', true],
    ['Europe/Berlin', true],
    ['+03:30', true],
    ['-0800', true],
    ['+05', true],
    ['+24:00', false],
    ['Mars/Olympus', false],
    ['', false],
  ])('knows whether %j is a zone', (text, expected) => {
    expect(isZone(text)).toBe(expected);
  });

  it('names an unknown zone in the error', () => {
    expect(() => zoneOffsetMs('Mars/Olympus', 0)).toThrow('"Mars/Olympus" is not a time zone');
  });

  it('has the offsets that Temporal has', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (zone, ms) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
        expect(zoneOffsetMs(zone, ms)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('turns wall clocks into the instants that Temporal finds', () => {
    const fields = fc.record({
      year: fc.integer({ min: 1972, max: 2036 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), fields, (zone, { year, month, day, hour, minute }) => {
        const expected = Temporal.PlainDateTime.from({ year, month, day, hour, minute }).toZonedDateTime(zone);
        expect(localToInstant(zone, year, month, day, hour, minute, 0, 0)).toBe(expected.epochMilliseconds);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a skipped time moves on', 'Europe/Berlin', [2026, 3, 29, 2, 30], '2026-03-29T03:30:00.000+02:00'],
    ['a time that comes twice is the earlier', 'Europe/Berlin', [2026, 10, 25, 2, 30], '2026-10-25T02:30:00.000+02:00'],
    ['a skipped midnight moves on', 'America/Sao_Paulo', [2018, 11, 4, 0, 0], '2018-11-04T01:00:00.000-02:00'],
    ['a skipped day moves on by a day', 'Pacific/Apia', [2011, 12, 30, 12, 0], '2011-12-31T12:00:00.000+14:00'],
    ['fields out of range run over', '+03:30', [2025, 14, 1, 0, 0], '2026-02-01T00:00:00.000+03:30'],
  ] as const)('%s', (_, zone, [year, month, day, hour, minute], expected) => {
    expect(formatInstant(localToInstant(zone, year, month, day, hour, minute), zone)).toBe(expected);
  });

  it('finds the same wall clock again around every change of offset', () => {
    const hour = 3_600_000;
    const odd: string[] = [];
    for (const zone of zones) {
      for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2025, 0, 1); ms += hour / 2) {
        const { year, month, day, hour: h, minute } = wallClock(zone, ms);
        const again = localToInstant(zone, year, month, day, h, minute);
        if (again !== ms && !(again < ms && ms - again <= hour)) odd.push(formatInstant(ms, zone));
      }
    }
    expect(odd).toEqual([]);
  });
});

describe('instants as text', () => {
  it('are what Date writes in UTC', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (ms) => {
        expect(formatInstantUtc(ms)).toBe(new Date(ms).toISOString());
      }),
    );
  });

  it('are what Temporal writes in a zone, in any order of calls', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones.slice(1)),
        fc.array(instants, { minLength: 1, maxLength: 20 }),
        (zone, list) => {
          const expected = list.map((ms) =>
            Temporal.Instant.fromEpochMilliseconds(ms)
              .toZonedDateTimeISO(zone)
              .toString({ timeZoneName: 'never', fractionalSecondDigits: 3 }),
          );
          expect(list.map((ms) => formatInstant(ms, zone))).toEqual(expected);
        },
      ),
    );
  });

  it('keep their offset within an hour in which it changes', () => {
    const change = Date.UTC(2026, 3, 4, 15, 0);
    expect([-1, 0, 1_800_000].map((ms) => formatInstant(change + ms, 'Australia/Lord_Howe'))).toEqual([
      '2026-04-05T01:59:59.999+11:00',
      '2026-04-05T01:30:00.000+10:30',
      '2026-04-05T02:00:00.000+10:30',
    ]);
  });
});

describe('startOf', () => {
  test.each([
    ['year', '2026-01-01T00:00:00.000+01:00'],
    ['month', '2026-03-01T00:00:00.000+01:00'],
    ['week', '2026-03-23T00:00:00.000+01:00'],
    ['day', '2026-03-29T00:00:00.000+01:00'],
    ['hour', '2026-03-29T12:00:00.000+02:00'],
    ['minute', '2026-03-29T12:34:00.000+02:00'],
    ['second', '2026-03-29T12:34:56.000+02:00'],
    ['millisecond', '2026-03-29T12:34:56.789+02:00'],
  ] as const)('finds the begin of the %s', (unit, expected) => {
    const ms = Date.UTC(2026, 2, 29, 10, 34, 56, 789);
    expect(formatInstant(startOf('Europe/Berlin', unit, ms), 'Europe/Berlin')).toBe(expected);
  });
});
