/** Fields of a parser by name: those of FIELDS.md with their type and unit, and a maker's own. */
import { knownField, isRecordField, type FieldType } from '../../src-shared/model/field.ts';
import type { FormatField } from './format.ts';

/** Known fields whose values hardly repeat. */
const mostlyDistinct: ReadonlySet<string> = new Set([
  'message',
  'query',
  'exception',
  'trace_id',
  'span_id',
  'request_id',
]);

/** A field of FIELDS.md. */
export function fieldNamed(name: string, values?: 'few' | 'many'): FormatField {
  const known = knownField(name);
  if (known === undefined) throw new Error(`${name} is not a well-known field`);
  return { ...known, values: values ?? (mostlyDistinct.has(name) ? 'many' : 'few') };
}

/** The name that a maker's own field gets: with `x_` in front when it collides with what Taillight means by it. */
export function nativeName(name: string, taken: ReadonlySet<string>): string {
  const reserved = knownField(name) !== undefined || isRecordField(name);
  let free = reserved ? `x_${name}` : name;
  for (let copy = 2; taken.has(free); copy++) free = `${reserved ? 'x_' : ''}${name}_${copy}`;
  return free;
}

/** Collects the fields of one parser; the index of a field never changes. */
export class ParserFields {
  readonly list: FormatField[] = [];
  private readonly indices = new Map<string, number>();

  /** The index of a well-known field. */
  known(name: string, values?: 'few' | 'many'): number {
    return this.indices.get(name) ?? this.add(fieldNamed(name, values));
  }

  /** The index of a maker's own field, which is shared by all that ask for this very name. */
  native(name: string, type: FieldType, values: 'few' | 'many' = 'few', unit?: FormatField['unit']): number {
    const free = nativeName(name, new Set());
    const at = this.indices.get(free);
    if (at !== undefined) return at;
    return this.add({ name: free, type, values, ...(unit === undefined ? {} : { unit }) });
  }

  /** A well-known field, or a maker's own of the type that is stated (`any` when none is). */
  of(wanted: {
    readonly name?: string;
    readonly type?: FieldType;
    readonly values?: 'few' | 'many';
    readonly unit?: FormatField['unit'];
  }): number {
    const { name = 'value', type = 'any', values, unit } = wanted;
    return knownField(name) === undefined ? this.native(name, type, values, unit) : this.known(name, values);
  }

  has(name: string): boolean {
    return this.indices.has(name);
  }

  private add(field: FormatField): number {
    const at = this.list.length;
    this.list.push(field);
    this.indices.set(field.name, at);
    return at;
  }
}
