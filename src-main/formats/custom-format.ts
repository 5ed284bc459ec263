/**
 * Format files of users: JSON to a validated CustomFormat. Every error names the file and the key, since these files
 * are written by hand. What the format then does with lines is custom.ts's.
 */
import { EngineError } from '../../src-shared/errors.ts';
import type { CustomFormat } from './format.ts';
import { strptimeProblem } from './strptime.ts';

/** Far beyond what a hand writes; keeps a wrong file from costing anything. */
const limits = { fileChars: 256 << 10, patternChars: 4_096, fields: 200, samples: 100, sampleChars: 16 << 10 };

const keys = ['name', 'title', 'pattern', 'nginx', 'apache', 'time', 'multiline', 'fields', 'samples'];
const fieldKeys = ['type', 'unit', 'values', 'rename'];

export const fieldTypes = ['text', 'integer', 'number', 'boolean', 'time', 'any'] as const;
export const fieldUnits = ['s', 'ms', 'us', 'ns', 'bytes'] as const;
export const timeNames = ['auto', 'iso', 'epoch', 'epoch_ms', 'epoch_us'] as const;

type FieldSpec = NonNullable<CustomFormat['fields']>[string];

/** The format that a file's text describes. `origin` is the file's name, for messages. Throws `bad-format`. */
export function parseCustomFormat(text: string, origin: string): CustomFormat {
  if (text.length > limits.fileChars) throw bad(origin, `is larger than ${limits.fileChars >> 10} KiB`);
  const file = objectOf(parseJson(text, origin), origin, 'the file');
  refuseOthers(file, keys, origin, '');
  const name = textOf(file, 'name', origin, 64);
  if (name === undefined || !/^[a-z0-9][a-z0-9._-]*$/i.test(name)) {
    throw bad(origin, '"name" has to be letters, digits, dots, dashes and underscores');
  }
  const title = textOf(file, 'title', origin, 100);
  const pattern = textOf(file, 'pattern', origin, limits.patternChars);
  const nginx = textOf(file, 'nginx', origin, limits.patternChars);
  const apache = textOf(file, 'apache', origin, limits.patternChars);
  if ([pattern, nginx, apache].filter((way) => way !== undefined).length !== 1) {
    throw bad(origin, 'needs exactly one of "pattern", "nginx" and "apache"');
  }
  const time = textOf(file, 'time', origin, 200);
  const problem = time === undefined || timeNames.some((known) => known === time) ? undefined : strptimeProblem(time);
  if (problem !== undefined)
    throw bad(origin, `"time" ${problem}; it is ${timeNames.join(', ')} or a layout such as %Y-%m-%d %H:%M:%S`);
  const multiline = file['multiline'];
  if (multiline !== undefined && typeof multiline !== 'boolean')
    throw bad(origin, '"multiline" has to be true or false');
  if (multiline === true && pattern === undefined) throw bad(origin, '"multiline" goes with "pattern" only');
  const fields = fieldsOf(file['fields'], origin);
  const samples = samplesOf(file['samples'], origin);
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(nginx === undefined ? {} : { nginx }),
    ...(apache === undefined ? {} : { apache }),
    ...(time === undefined ? {} : { time }),
    ...(multiline === undefined ? {} : { multiline }),
    ...(fields === undefined ? {} : { fields }),
    ...(samples === undefined ? {} : { samples }),
  };
}

/** An error about a format file. */
export const bad = (origin: string, problem: string): EngineError =>
  new EngineError('bad-format', `The format file ${origin}: ${problem}.`);

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const place = /(?:position (\d+))/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = place === undefined ? '' : ` (line ${text.slice(0, Number(place)).split('\n').length})`;
    throw bad(origin, `is not JSON${line}; a backslash in it is written twice`);
  }
}

function objectOf(value: unknown, origin: string, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(origin, `${what} has to be an object`);
  return { ...value };
}

function refuseOthers(object: object, known: readonly string[], origin: string, within: string): void {
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) throw bad(origin, `${within}"${key}" is not a key; keys are ${known.join(', ')}`);
  }
}

function textOf(object: Record<string, unknown>, key: string, origin: string, longest: number): string | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw bad(origin, `"${key}" has to be a text`);
  if (value.length > longest) throw bad(origin, `"${key}" is longer than ${longest} characters`);
  return value;
}

function fieldsOf(value: unknown, origin: string): CustomFormat['fields'] {
  if (value === undefined) return undefined;
  const fields = objectOf(value, origin, '"fields"');
  const entries = Object.entries(fields);
  if (entries.length > limits.fields) throw bad(origin, `"fields" has more than ${limits.fields} entries`);
  return Object.fromEntries(entries.map(([name, spec]) => [name, fieldOf(spec, `"fields"."${name}"`, origin)]));
}

function fieldOf(value: unknown, where: string, origin: string): FieldSpec {
  const spec = objectOf(value, origin, where);
  refuseOthers(spec, fieldKeys, origin, `${where}: `);
  const type = oneOf(spec, 'type', fieldTypes, where, origin);
  const unit = oneOf(spec, 'unit', fieldUnits, where, origin);
  const values = oneOf(spec, 'values', ['few', 'many'], where, origin);
  const rename = textOf(spec, 'rename', origin, 100);
  if (rename !== undefined && !/^[\p{L}_@][\p{L}\p{N}_.@-]*$/u.test(rename)) {
    throw bad(origin, `${where}: "rename" has to be a name of letters, digits, dots, dashes and underscores`);
  }
  if (unit !== undefined && type !== undefined && type !== 'number' && type !== 'integer') {
    throw bad(origin, `${where}: a "unit" goes with the type number or integer`);
  }
  return {
    ...(type === undefined ? {} : { type }),
    ...(unit === undefined ? {} : { unit }),
    ...(values === undefined ? {} : { values }),
    ...(rename === undefined ? {} : { rename }),
  };
}

function oneOf<T extends string>(
  spec: Record<string, unknown>,
  key: string,
  known: readonly T[],
  where: string,
  origin: string,
): T | undefined {
  const value = spec[key];
  if (value === undefined) return undefined;
  const found = known.find((name) => name === value);
  if (found === undefined) throw bad(origin, `${where}: "${key}" is one of ${known.join(', ')}`);
  return found;
}

function samplesOf(value: unknown, origin: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((sample) => typeof sample === 'string')) {
    throw bad(origin, '"samples" has to be a list of texts');
  }
  if (value.length > limits.samples) throw bad(origin, `"samples" has more than ${limits.samples} entries`);
  const long = value.findIndex((sample) => sample.length > limits.sampleChars);
  if (long >= 0) throw bad(origin, `"samples": number ${long + 1} is longer than ${limits.sampleChars >> 10} KiB`);
  return value;
}
