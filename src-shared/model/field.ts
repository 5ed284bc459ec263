/**
 * Fields: their names, types and order. The well-known ones have one name for all formats;
 * others keep the name the log gives them.
 */

/** integer and number hold doubles (or exact text); instant is ms since the epoch; level an ordinal; any has mixed types. */
export type FieldType = 'text' | 'integer' | 'number' | 'instant' | 'level' | 'boolean' | 'any';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** 'ms' for duration, 'bytes' for sizes. */
  readonly unit?: 'ms' | 'bytes';
}

const known: readonly Field[] = [
  { name: 'time', type: 'instant' },
  { name: 'level', type: 'level' },
  { name: 'message', type: 'text' },
  { name: 'logger', type: 'text' },
  { name: 'thread', type: 'text' },
  { name: 'host', type: 'text' },
  { name: 'process', type: 'text' },
  { name: 'pid', type: 'integer' },
  { name: 'vhost', type: 'text' },
  { name: 'client_ip', type: 'text' },
  { name: 'client_port', type: 'integer' },
  { name: 'user', type: 'text' },
  { name: 'method', type: 'text' },
  { name: 'path', type: 'text' },
  { name: 'query', type: 'text' },
  { name: 'protocol', type: 'text' },
  { name: 'status', type: 'integer' },
  { name: 'bytes', type: 'integer', unit: 'bytes' },
  { name: 'request_bytes', type: 'integer', unit: 'bytes' },
  { name: 'duration', type: 'number', unit: 'ms' },
  { name: 'referrer', type: 'text' },
  { name: 'user_agent', type: 'text' },
  { name: 'trace_id', type: 'text' },
  { name: 'span_id', type: 'text' },
  { name: 'request_id', type: 'text' },
  { name: 'exception', type: 'text' },
  /** Of the attached stack trace: where the exception was thrown. */
  { name: 'exception_frame', type: 'text' },
];

/** The well-known fields in the order in which they are shown and exported. */
export const knownFields: readonly Field[] = known;

const byName: ReadonlyMap<string, Field> = new Map(known.map((field) => [field.name, field]));
const rank: ReadonlyMap<string, number> = new Map(known.map((field, at) => [field.name, at]));

export const knownField = (name: string): Field | undefined => byName.get(name);

/** Fields that every record has beside those of its format; they are never columns. */
export const recordFields: readonly Field[] = [
  { name: '_line', type: 'integer' },
  { name: '_offset', type: 'integer', unit: 'bytes' },
  { name: '_file', type: 'text' },
  { name: '_raw', type: 'text' },
  { name: '_parsed', type: 'boolean' },
];

const recordNames: ReadonlySet<string> = new Set(recordFields.map(({ name }) => name));

/** Not every name with an underscore: a log may have fields such as `_id`. */
export const isRecordField = (name: string): boolean => recordNames.has(name);

/** Well-known fields in their order, then the others in order of first appearance. */
export function inFieldOrder<T extends { readonly name: string }>(fields: readonly T[]): T[] {
  const place = (field: T): number => rank.get(field.name) ?? known.length;
  return [...fields].sort((a, b) => place(a) - place(b));
}
