import { expect, test } from 'vitest';
import { readDestination } from '../../../src-renderer/app/go-to.ts';
import { chooseEntries, crumbsOf } from '../../../src-renderer/app/file-list.tsx';

const near = Date.UTC(2026, 2, 5, 23, 30);
const read = (text: string) => readDestination(text, 'Europe/Berlin', near, Date.UTC(2026, 5, 1));

test('a number is a line, with a hash a row counted from one', () => {
  expect([read('12500'), read(' 12,500 '), read('#1'), read('# 2_000')]).toEqual([
    { by: 'line', line: 12_500 },
    { by: 'line', line: 12_500 },
    { by: 'row', row: 0 },
    { by: 'row', row: 1_999 },
  ]);
});

test('a time is on the clock of the zone; a clock alone takes the day on screen', () => {
  expect([read('2026-03-01 10:00'), read('2026-03-01T10:00:00Z'), read('10:30:15'), read('9:05')]).toEqual([
    { by: 'time', time: Date.UTC(2026, 2, 1, 9) },
    { by: 'time', time: Date.UTC(2026, 2, 1, 10) },
    // Half past eleven in the evening in UTC is the next day in Berlin.
    { by: 'time', time: Date.UTC(2026, 2, 6, 9, 30, 15) },
    { by: 'time', time: Date.UTC(2026, 2, 6, 8, 5) },
  ]);
});

test('anything else is nowhere', () => {
  expect(['', '0', '#0', 'soon', '2026-13-01', '25:00'].map(read)).toEqual(Array.from({ length: 6 }));
});

test('lists folders first, sorts numbers as people do, and hides hidden files', () => {
  const entry = (name: string, kind: 'file' | 'folder' = 'file') => ({ name, path: `/${name}`, kind });
  const entries = [entry('b10.log'), entry('.x'), entry('B2.log'), entry('z', 'folder')];
  expect(chooseEntries(entries, false, '').map(({ name }) => name)).toEqual(['z', 'B2.log', 'b10.log']);
  expect(chooseEntries(entries, true, 'X').map(({ name }) => name)).toEqual(['.x']);
});

test('every folder on the way is a crumb, also on Windows', () => {
  expect(crumbsOf('/var/log')).toEqual([
    { name: '/', path: '/' },
    { name: 'var', path: '/var' },
    { name: 'log', path: '/var/log' },
  ]);
  expect(crumbsOf('C:\\logs\\old')).toEqual([
    { name: 'C:', path: 'C:\\' },
    { name: 'logs', path: 'C:\\logs' },
    { name: 'old', path: 'C:\\logs\\old' },
  ]);
});
