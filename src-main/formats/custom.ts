/**
 * Formats of users at work: what a CustomFormat compiles to. The same on every thread; what is compiled is kept for
 * each parser, not shared.
 */
import { EngineError } from '../../src-shared/errors.ts';
import { parseApacheFormat } from './apache-format.ts';
import { bad, parseCustomFormat } from './custom-format.ts';
import { slotOfName, slotsOfGroups, slotTimeOf } from './custom-slots.ts';
import { shareParsed } from './detect.ts';
import type { DetectSample, Detected } from './family.ts';
import type { CustomFormat, Format, ParserOptions, RecordParser, RowSink } from './format.ts';
import { createLayoutParser } from './layout-parser.ts';
import { layoutOfParts, type LogPart } from './log-format.ts';
import { parseNginxFormat } from './nginx-format.ts';
import { compilePattern, PatternParser, type Pattern } from './pattern-parser.ts';

/** The text of a format file to a format that works: compiled once, and its samples tried. Throws `bad-format`. */
export function loadCustomFormat(jsonText: string, origin: string): CustomFormat {
  const custom = parseCustomFormat(jsonText, origin);
  const createParser = compile(custom, origin);
  const options: ParserOptions = { zone: 'UTC', mtimeMs: 0, year: 2000, encoding: 'utf-8' };
  const parser = createParser(options);
  custom.samples?.forEach((sample, at) => {
    const lines = new TextEncoder().encode(sample.replace(/\r?\n$/, ''));
    const found = lines.indexOf(10);
    if (!parser.parse(lines, 0, found < 0 ? lines.length : found, lines.length, nowhere)) {
      throw bad(origin, `"samples": number ${at + 1} does not fit the format`);
    }
  });
  return custom;
}

const nowhere: RowSink = { number: () => undefined, span: () => undefined, value: () => undefined };

/** The format of a choice that has a user's format. */
export function customFormat(custom: CustomFormat): Format {
  const createParser = compile(custom, custom.name);
  const { fields } = createParser({ zone: 'UTC', mtimeMs: 0, encoding: 'utf-8' });
  const has = (field: string): boolean => fields.some(({ name }) => name === field);
  return {
    name: custom.name,
    title: custom.title ?? custom.name,
    version: 1,
    open: false,
    stackBy: has('status') ? 'status' : has('level') ? 'level' : undefined,
    createParser,
  };
}

/** Patterns are slow, and a few hundred lines say enough. */
const patternLines = 300;

export function detectCustom(custom: CustomFormat, sample: DetectSample): Detected | undefined {
  const parser = compile(custom, custom.name)(sample.options);
  const lines = custom.pattern === undefined ? sample.lines : sample.lines.slice(0, patternLines);
  const score = shareParsed({ ...sample, lines }, parser);
  return score > 0 ? { score } : undefined;
}

function compile(custom: CustomFormat, origin: string): (options: ParserOptions) => RecordParser {
  const { pattern, nginx, apache, fields, multiline = false } = custom;
  const time = slotTimeOf(custom.time);
  if (pattern !== undefined) {
    const compiled = patternOf(pattern, origin);
    refuseUnknown(custom, compiled.names, origin, 'group');
    const slots = slotsOfGroups(compiled.names, fields, time);
    return (options) => new PatternParser(compiled, slots, multiline, options);
  }
  const where = `The format file ${origin}: "${nginx === undefined ? 'apache' : 'nginx'}"`;
  const parts = nginx === undefined ? parseApacheFormat(apache ?? '', where) : parseNginxFormat(nginx, where);
  refuseUnknown(
    custom,
    parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name])),
    origin,
    'value',
  );
  const layout = layoutOfParts(
    parts.map((part) => withSpec(part, custom)),
    where,
  );
  return (options) => createLayoutParser([layout], options);
}

function patternOf(pattern: string, origin: string): Pattern {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw bad(origin, `"pattern": ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An entry of `fields` that names nothing is a slip of the pen. */
function refuseUnknown(custom: CustomFormat, names: readonly string[], origin: string, what: string): void {
  const wanted: string[] = [];
  for (const [name, spec] of Object.entries(custom.fields ?? {})) {
    if (!names.includes(name)) {
      throw bad(origin, `"fields"."${name}": the format has no such ${what}; it has ${names.join(', ')}`);
    }
    const field = spec.rename ?? name;
    if (
      wanted.includes(field) ||
      (spec.rename !== undefined && names.includes(field) && custom.fields?.[field]?.rename === undefined)
    ) {
      throw bad(origin, `"fields"."${name}": two values would be "${field}"`);
    }
    wanted.push(field);
  }
}

/** Rank of what the user says about a value: above all that is built in. */
const statedRank = 1_000;

function withSpec(part: LogPart, custom: CustomFormat): LogPart {
  const spec = typeof part === 'string' ? undefined : custom.fields?.[part.name];
  if (typeof part === 'string' || spec === undefined) return part;
  const { rename, type, unit, values } = spec;
  // A hint about its values changes nothing of what a variable means.
  if (rename === undefined && type === undefined && unit === undefined) {
    return {
      ...part,
      slot: { ...part.slot, ...(values === undefined ? {} : { values: values === 'few' ? 'few' : 'many' }) },
    };
  }
  return { ...part, rank: statedRank, slot: slotOfName(part.name, spec, slotTimeOf(custom.time)) };
}
