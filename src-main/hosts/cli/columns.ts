/**
 * Field names given on the command line, against the fields that the opened files have.
 */
import { inFieldOrder, recordFields, type Field } from '../../../src-shared/model/field.ts';
import type { SortOrder } from '../../../src-shared/protocol.ts';
import { nearest } from './arguments.ts';
import type { OpenedFile, Session } from './session.ts';
import { UsageError } from './shell.ts';

/** All fields of all files, in the order of columns. A field whose type differs between files is of type `any`. */
export function allFields(files: readonly OpenedFile[]): readonly Field[] {
  const byName = new Map<string, Field>();
  for (const { source } of files) {
    for (const { name, type, unit } of source.fields) {
      const other = byName.get(name);
      byName.set(name, other === undefined || other.type === type ? { name, type, unit } : { name, type: 'any' });
    }
  }
  return inFieldOrder([...byName.values()]);
}

/** Columns of the output; undefined leaves them to the engine: all that the one file has. */
export function columnsOf(session: Session, asked: readonly string[] | undefined): readonly string[] | undefined {
  if (asked !== undefined) return asked;
  if (session.files.length === 1) return undefined;
  return ['_file', ...allFields(session.files).map((field) => field.name)];
}

/**
 * Checks names that an option gives. One that no file has is an error that suggests another; where fields can still
 * appear (JSON lines, logfmt) it is only a warning, and a column without values.
 * @throws UsageError
 */
export function checkNames(session: Session, option: string, names: readonly string[]): void {
  // A log without records, such as one just rotated, knows no fields.
  if (session.files.every(({ source }) => source.records === 0)) return;
  const known = [...allFields(session.files), ...recordFields].map((field) => field.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const message = `--${option}: there is no field "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`}`;
    if (!session.files.some(({ source }) => source.format.open)) {
      throw new UsageError(near === undefined ? `${message} There are ${known.join(', ')}.` : message);
    }
    session.warn(message);
  }
}

/** `field`, `field:asc` or `field:desc`. @throws UsageError */
export function parseSort(text: string | undefined): SortOrder | undefined {
  if (text === undefined) return undefined;
  const match = /^(.+?)(?::(asc|desc))?$/is.exec(text);
  if (match === null) throw new UsageError(`--sort takes a field or FIELD:desc, not "${text}".`);
  return { field: match[1], descending: match[2]?.toLowerCase() === 'desc' };
}
