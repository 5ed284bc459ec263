import { describe, expect, it } from 'vitest';
import { bucketEdges, chooseInterval, interval } from '../../../src-main/engine/intervals.ts';

const iso = (edges: Float64Array): string[] => [...edges].map((edge) => new Date(edge).toISOString());

describe('histogram intervals', () => {
  it('are chosen so that the range needs no more buckets than asked for', () => {
    const hour = 3_600_000;
    expect(chooseInterval(0, hour, 100).name).toBe('1m');
    expect(chooseInterval(0, 24 * hour, 100).name).toBe('15m');
    expect(chooseInterval(0, 365 * 24 * hour, 100).name).toBe('1w');
    expect(chooseInterval(0, 100 * 365 * 24 * hour, 100).name).toBe('14mo');
    expect(chooseInterval(5, 5, 100).name).toBe('1ms');
  });

  it('align days to midnight of the zone and follow daylight saving', () => {
    const from = Date.parse('2026-03-28T12:00:00Z');
    const edges = bucketEdges(interval('1d'), from, from + 2 * 86_400_000, 'Europe/Berlin');
    expect(iso(edges)).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ]);
  });

  it('count hours from midnight and end the last bucket of a long day there', () => {
    const from = Date.parse('2026-10-24T22:00:00Z');
    const edges = bucketEdges(interval('12h'), from, from + 25 * 3_600_000 - 1, 'Europe/Berlin');
    expect(iso(edges)).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T10:00:00.000Z',
      '2026-10-25T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  it('start weeks on Monday and months on the first', () => {
    const at = Date.parse('2026-11-21T10:00:00Z');
    expect(iso(bucketEdges(interval('1w'), at, at, 'UTC'))[0]).toBe('2026-11-16T00:00:00.000Z');
    expect(iso(bucketEdges(interval('1mo'), at, at, 'UTC'))).toEqual([
      '2026-11-01T00:00:00.000Z',
      '2026-12-01T00:00:00.000Z',
    ]);
  });

  it('refuse what is none, and ranges with too many buckets', () => {
    expect(() => interval('5 apples')).toThrow('not an interval');
    expect(() => bucketEdges(interval('1ms'), 0, 1e12, 'UTC')).toThrow('too many buckets');
  });
});
