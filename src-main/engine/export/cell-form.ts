/**
 * The forms of cells: how CSV (RFC 4180), TSV and JSON lines write a value, and which text they write as it is. Shared
 * by the writers of text and of bytes, which only put cells together. Pure.
 */
import type { FieldType } from '../../../src-shared/model/field.ts';
import { levels } from '../../../src-shared/model/level.ts';
import { isExactNumber, type Value } from '../../../src-shared/model/value.ts';
import { formatInstant, formatInstantUtc } from '../../../src-shared/model/zone.ts';
import type { RowWriterOptions } from './row-writer-api.ts';

export interface CellForm {
  /** Byte order mark and header, or ''. */
  readonly head: string;
  /** Columns that are written, as places in the options' fields. */
  readonly columns: readonly number[];
  /** What a row begins with before its line number, where it has that. */
  readonly lineStart: string | undefined;
  readonly rowEnd: string;
  /** What stands before a column's cell, and in place of an absent one. */
  readonly before: readonly string[];
  readonly absent: readonly string[];
  /** What stands on both sides of a text that is written as it is. */
  readonly mark: string;
  /** Tables by byte: 1 where a text with this byte, or with this first byte, is not written as it is. */
  readonly special: Uint8Array;
  readonly specialStart: Uint8Array;
  /** The same as rules: see TextRules. */
  readonly rules: TextRules;
  /** The cell of a text, with its marks. */
  readonly text: (text: string) => string;
  /** The cell of another value; '' when there is none for it. */
  readonly other: (value: Exclude<Value, string>, type: FieldType) => string;
  /** The cell of an instant, with its marks. */
  readonly instant: (ms: number) => string;
}

/** How a text of ASCII, or of whole characters of UTF-8, is written; `mark` goes around it. */
export interface TextRules {
  /** Characters that need care, four at most, and a code below which all do. */
  readonly care: string;
  readonly below: number;
  /** A text with any of them stands in quotes, an empty one too. */
  readonly quotes: boolean;
  /** What characters are written as. */
  readonly escapes: ReadonlyMap<string, string>;
  /** First characters before which an apostrophe is put. */
  readonly formulas: string;
}

export function createCellForm(options: RowWriterOptions): CellForm {
  switch (options.format) {
    case 'csv':
      return delimitedForm(options, ',', csvText, '",\r\n', new Map([['"', '""']]));
    case 'tsv':
      return delimitedForm(options, '\t', tsvText, '\\\t\r\n', new Map(Object.entries(tsvEscapes)));
    case 'jsonl':
      return jsonForm(options);
    case 'text':
      throw new Error('Raw text has no cells.');
  }
}

function delimitedForm(
  { fields, zone, bom, crlf, neutralize }: RowWriterOptions,
  delimiter: string,
  escapeText: (text: string) => string,
  special: string,
  escapes: ReadonlyMap<string, string>,
): CellForm {
  const text = neutralize ? (value: string): string => escapeText(withoutFormula(value)) : escapeText;
  const rowEnd = crlf ? '\r\n' : '\n';
  const before = fields.map((_, at) => (at === 0 ? '' : delimiter));
  const instant = (ms: number): string => formatInstant(ms, zone);
  return {
    head: (bom ? '\ufeff' : '') + fields.map((field) => text(field.name)).join(delimiter) + rowEnd,
    columns: fields.map((_, at) => at),
    lineStart: undefined,
    rowEnd,
    before,
    absent: before,
    mark: '',
    special: byteTable(special),
    specialStart: byteTable(neutralize ? special + formulaStarts : special),
    rules: { care: special, below: 0, quotes: delimiter === ',', escapes, formulas: neutralize ? formulaStarts : '' },
    text,
    instant,
    other: (value, type) => {
      if (typeof value === 'number') return numberText(value, type, instant);
      if (typeof value === 'boolean') return value ? 'true' : 'false';
      // Numbers are never neutralized, so that a spreadsheet can add them up.
      return isExactNumber(value) ? value.exact : escapeText(value.json);
    },
  };
}

/** Absent is empty, so empty text has to be something else. */
function csvText(text: string): string {
  if (text === '') return '""';
  return csvSpecial.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

const csvSpecial = /[",\r\n]/;
const tsvSpecial = /[\\\t\r\n]/;
const tsvEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\r': '\\r', '\n': '\\n' };

const tsvText = (text: string): string =>
  tsvSpecial.test(text) ? text.replace(/[\\\t\r\n]/g, (character) => tsvEscapes[character]) : text;

const formulaStarts = '=+-@\t\r';
const formulaStart = /^[=+\-@\t\r]/;

/** Keeps spreadsheets from running a log's text as a formula (OWASP, CSV injection). */
const withoutFormula = (text: string): string => (formulaStart.test(text) ? "'" + text : text);

/**
 * `_line` first, then the fields; absent ones are left out. No byte order mark even when asked for one: RFC 8259 (8.1)
 * forbids it. Rows are put together as text, because an object would misread a field named `__proto__` or `7`.
 */
function jsonForm({ fields, crlf }: RowWriterOptions): CellForm {
  const instant = (ms: number): string => '"' + formatInstantUtc(ms) + '"';
  return {
    head: '',
    // The row's own line is there already.
    columns: fields.flatMap((field, at) => (field.name === '_line' ? [] : [at])),
    lineStart: '{"_line":',
    rowEnd: crlf ? '}\r\n' : '}\n',
    before: fields.map((field) => ',' + JSON.stringify(field.name) + ':'),
    absent: fields.map(() => ''),
    mark: '"',
    special: byteTable('"\\', 0x20),
    specialStart: byteTable('"\\', 0x20),
    rules: { care: '"\\', below: 0x20, quotes: false, escapes: jsonEscapes(), formulas: '' },
    text: jsonText,
    instant,
    other: (value, type) => {
      if (typeof value === 'number') {
        const text = numberText(value, type, instant);
        return type === 'level' || !Number.isFinite(value) ? marked(text) : text;
      }
      if (typeof value === 'boolean') return value ? 'true' : 'false';
      return isExactNumber(value) ? '"' + value.exact + '"' : onOneLine(value.json);
    },
  };
}

/** Quotes, backslashes, control characters and surrogates (which may be alone) are left to JSON.stringify. */
const jsonSpecial = /["\\\u0000-\u001f\ud800-\udfff]/;

const jsonText = (text: string): string => (jsonSpecial.test(text) ? JSON.stringify(text) : '"' + text + '"');

/** Of quote, backslash and control characters. */
function jsonEscapes(): ReadonlyMap<string, string> {
  const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));
  return new Map([...controls, '"', '\\'].map((character) => [character, JSON.stringify(character).slice(1, -1)]));
}

const marked = (text: string): string => (text === '' ? '' : '"' + text + '"');

/** In valid JSON a bare line end is white space between tokens. */
const onOneLine = (json: string): string => (/[\r\n]/.test(json) ? json.replace(/[\r\n]+/g, ' ') : json);

function numberText(value: number, type: FieldType, instant: (ms: number) => string): string {
  if (type === 'instant') return instant(value);
  return type === 'level' ? (levels[value] ?? '') : String(value);
}

/** Bytes of `characters`, those below `below`, and all that are not ASCII. */
function byteTable(characters: string, below = 0): Uint8Array {
  const table = new Uint8Array(256);
  table.fill(1, 0, below);
  table.fill(1, 0x80);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
