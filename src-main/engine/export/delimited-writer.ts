/**
 * CSV by RFC 4180, and TSV with backslash escapes. Absent is empty; empty text is `""` in CSV. One row costs one
 * scan of each text for characters that need care, and none where a column repeats its last value.
 */
import { levels } from '../../../src-shared/model/level.ts';
import { isExactNumber, type Value } from '../../../src-shared/model/value.ts';
import { formatInstant } from '../../../src-shared/model/zone.ts';
import type { FieldType } from '../../../src-shared/model/field.ts';
import type { RowWriter, RowWriterOptions } from './row-writer-api.ts';

type EscapeText = (text: string) => string;

export const createCsvWriter = (options: RowWriterOptions): RowWriter => createDelimitedWriter(options, ',', csvText);

export const createTsvWriter = (options: RowWriterOptions): RowWriter => createDelimitedWriter(options, '\t', tsvText);

function createDelimitedWriter(options: RowWriterOptions, delimiter: string, escapeText: EscapeText): RowWriter {
  const { fields, zone, bom, crlf, neutralize } = options;
  const lineEnd = crlf ? '\r\n' : '\n';
  const text: EscapeText = neutralize ? (value) => escapeText(withoutFormula(value)) : escapeText;
  const types = fields.map((field) => field.type);
  const count = types.length;
  const lastTexts = new Array<string>(count).fill('');
  const lastCells = new Array<string>(count).fill(escapeText(''));

  return {
    head: (bom ? '\ufeff' : '') + fields.map((field) => text(field.name)).join(delimiter) + lineEnd,
    row({ values }) {
      let out = '';
      for (let at = 0; at < count; at++) {
        if (at > 0) out += delimiter;
        const value = values[at];
        if (value === undefined) continue;
        if (typeof value === 'string') {
          if (value !== lastTexts[at]) {
            lastTexts[at] = value;
            lastCells[at] = text(value);
          }
          out += lastCells[at];
        } else {
          out += otherText(value, types[at], zone, escapeText);
        }
      }
      return out + lineEnd;
    },
  };
}

/** Numbers are never neutralized, so that a spreadsheet can add them up. */
function otherText(value: Exclude<Value, string>, type: FieldType, zone: string, escapeText: EscapeText): string {
  if (typeof value === 'number') {
    if (type === 'instant') return formatInstant(value, zone);
    if (type === 'level') return levels[value] ?? '';
    return String(value);
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return isExactNumber(value) ? value.exact : escapeText(value.json);
}

const csvSpecial = /[",\r\n]/;

function csvText(text: string): string {
  if (text === '') return '""';
  return csvSpecial.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

const tsvSpecial = /[\\\t\r\n]/;
const tsvEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\r': '\\r', '\n': '\\n' };

const tsvText = (text: string): string =>
  tsvSpecial.test(text) ? text.replace(/[\\\t\r\n]/g, (character) => tsvEscapes[character]) : text;

const formulaStart = /^[=+\-@\t\r]/;

/** Keeps spreadsheets from running a log's text as a formula (OWASP, CSV injection). */
const withoutFormula = (text: string): string => (formulaStart.test(text) ? "'" + text : text);
