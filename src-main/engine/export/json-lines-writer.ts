/**
 * JSON lines: `_line` first, then the fields in the given order; absent fields are left out. Put together as text,
 * because an object per row is several times slower and would misread a field named `__proto__` or `7`.
 */
import { levels } from '../../../src-shared/model/level.ts';
import { isExactNumber, type Value } from '../../../src-shared/model/value.ts';
import { formatInstantUtc } from '../../../src-shared/model/zone.ts';
import type { FieldType } from '../../../src-shared/model/field.ts';
import type { RowWriter, RowWriterOptions } from './row-writer-api.ts';

/** Has no byte order mark even when asked for one: RFC 8259 (8.1) forbids it. Times are UTC in any zone. */
export function createJsonLinesWriter(options: RowWriterOptions): RowWriter {
  const lineEnd = options.crlf ? '}\r\n' : '}\n';
  const types = options.fields.map((field) => field.type);
  const keys = options.fields.map((field) => ',' + JSON.stringify(field.name) + ':');
  // The row's own line number is there already.
  const isLine = options.fields.map((field) => field.name === '_line');
  const count = types.length;
  const lastTexts = new Array<string>(count).fill('');
  const lastMembers = keys.map((key) => key + '""');

  return {
    head: '',
    row({ line, values }) {
      let out = '{"_line":' + line;
      for (let at = 0; at < count; at++) {
        const value = values[at];
        if (value === undefined || isLine[at]) continue;
        if (typeof value === 'string') {
          if (value !== lastTexts[at]) {
            lastTexts[at] = value;
            lastMembers[at] = keys[at] + jsonString(value);
          }
          out += lastMembers[at];
        } else {
          const text = otherText(value, types[at]);
          if (text !== '') out += keys[at] + text;
        }
      }
      return out + lineEnd;
    },
  };
}

/** Quotes, backslashes, control characters and surrogates (which may be alone) are left to JSON.stringify. */
const jsonSpecial = /["\\\u0000-\u001f\ud800-\udfff]/;

const jsonString = (text: string): string => (jsonSpecial.test(text) ? JSON.stringify(text) : '"' + text + '"');

function otherText(value: Exclude<Value, string>, type: FieldType): string {
  if (typeof value === 'number') {
    if (type === 'instant') return '"' + formatInstantUtc(value) + '"';
    if (type === 'level') return value in levels ? '"' + levels[value] + '"' : '';
    return Number.isFinite(value) ? String(value) : '"' + value + '"';
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return isExactNumber(value) ? '"' + value.exact + '"' : onOneLine(value.json);
}

/** In valid JSON a bare line end is white space between tokens. */
const onOneLine = (json: string): string => (/[\r\n]/.test(json) ? json.replace(/[\r\n]+/g, ' ') : json);
