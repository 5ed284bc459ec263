import { describe, expect, it, test } from 'vitest';
import type { Field } from '../../../src-shared/model/field.ts';
import { completeFilter } from '../../../src-shared/query/index.ts';

const fields: readonly Field[] = [
  { name: 'time', type: 'instant' },
  { name: 'level', type: 'level' },
  { name: 'status', type: 'integer' },
  { name: 'message', type: 'text' },
  { name: 'user name', type: 'text' },
  { name: 'ok', type: 'boolean' },
];
const names = [
  'time',
  'level',
  'status',
  'message',
  '`user name`',
  'ok',
  '_line',
  '_offset',
  '_file',
  '_raw',
  '_parsed',
].join(' ');

/** Completes at the bar: what is replaced, and by what. */
function complete(marked: string): string {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, options } = completeFilter(text, at, fields, ({ name }) =>
    name === 'message' ? ['hello world', 'bye'] : [],
  );
  return `${text.slice(from, to)} > ${options.map(({ label }) => label).join(' ')}`;
}

describe('completion', () => {
  test.each([
    ['|', ` > not ${names}`],
    ['st|', 'st > status'],
    ['s|', 's > status message `user name` _offset _parsed'],
    ['(|', ` > not ${names}`],
    ['a and n|', 'n > not `user name` _line'],
    ['a o|', 'o > or ok _offset'],
    ['status : 500 an|', 'an > and'],
    ['status |', ` > : >= <= > < and or not ${names}`],
    ['ok |', ` > : and or not ${names}`],
    ['`user name` |', ` > : = ~ >= <= > < and or not ${names}`],
    ['foo |', ` > and or not ${names}`],
    ['`us|', '`us > `user name` status'],
    ['`us|` : x', '`us` > `user name` status'],
    ['level : |', ' > trace debug info notice warn error fatal *'],
    ['level:e|', 'e > error trace debug notice'],
    ['level >= w|', 'w > warn'],
    ['level : (error |', ' > trace debug info notice warn error fatal * and or not'],
    ['level : (error or n|', 'n > notice info warn not'],
    ['ok : |', ' > true false *'],
    ['time >= |', ' > now-5m now-15m now-1h now-6h now-1d now-7d'],
    ['status : 5|', '5 > 5* 500'],
    ['message : |', ' > "hello world" bye *'],
    ['message : "he|"', '"he" > "hello world"'],
    ['message : "he|', '"he > "hello world"'],
    ['status ~ |', ' > '],
    ['status ~ /a|', ' > '],
    ['"foo |', ' > '],
  ])('at %s', (marked, expected) => {
    expect(complete(marked)).toBe(expected);
  });

  it('tells which value is being written, for those who know more values', () => {
    expect(completeFilter('a and `user name` : "Jo', 23, fields).value).toEqual({
      field: 'user name',
      typed: 'Jo',
      isQuoted: true,
    });
    expect(completeFilter('status', 6, fields).value).toBeUndefined();
  });

  it('says what each option is', () => {
    expect(completeFilter('level ', 6, fields).options.slice(0, 2)).toEqual([
      { label: ':', kind: 'operator', detail: 'is, ignoring case' },
      { label: '>=', kind: 'operator', detail: 'at least' },
    ]);
    expect(completeFilter('tim', 3, fields).options).toEqual([{ label: 'time', kind: 'field', detail: 'time' }]);
  });

  it('has an answer at every place of every text', () => {
    const text = 'a : (b or "c d") and not `e f` ~ /g/ h >= [ ) "';
    for (let at = 0; at <= text.length; at++) {
      const { from, to } = completeFilter(text, at, fields);
      expect(from <= at && at <= to && to <= text.length).toBe(true);
    }
  });
});
