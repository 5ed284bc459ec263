/**
 * What nginx's log_format and Apache's LogFormat have in common once they are read: literals and values, each value
 * with the name that its maker gives it and what Taillight takes it for.
 */
import { EngineError } from '../../src-shared/errors.ts';
import { knownField } from '../../src-shared/model/field.ts';
import { joinLiterals, type LayoutPart, type LayoutSlot, type LineLayout } from './line-layout.ts';

export interface LogValue {
  /** The maker's name, which the value keeps when it is nothing known or another value says it better. */
  readonly name: string;
  readonly slot: LayoutSlot;
  /** Of two values for one field the one with the higher rank has it. */
  readonly rank: number;
  /** How it stands in the format, for messages. */
  readonly written: string;
}

export type LogPart = string | LogValue;

/** The fields that a slot sets. */
function claimsOf({ kind, name }: LayoutSlot): readonly string[] {
  switch (kind) {
    case 'skip':
      return [];
    case 'time':
      return ['time'];
    case 'level':
      return ['level'];
    case 'status':
      return ['status'];
    case 'request':
      return ['method', 'path', 'query', 'protocol'];
    case 'target':
      return ['path', 'query'];
    case 'query':
      return ['query'];
    case 'user':
      return ['user'];
    case 'host':
      return ['vhost'];
    case 'client':
    case 'addresses':
      return ['client_ip'];
    case 'text':
    case 'any':
    case 'number':
    case 'boolean':
      return name !== undefined && knownField(name) !== undefined ? [name] : [];
  }
}

/** The layout of the parts; `where` names the format in errors. */
export function layoutOfParts(parts: readonly LogPart[], where: string): LineLayout {
  const values = parts.filter((part) => typeof part !== 'string');
  if (values.length === 0) throw new EngineError('bad-format', `${where} has no values.`);
  const owners = new Map<string, LogValue>();
  const native = new Set<LogValue>();
  for (const value of values.toSorted((a, b) => b.rank - a.rank)) {
    const claims = claimsOf(value.slot);
    if (claims.some((field) => owners.has(field))) native.add(value);
    else for (const field of claims) owners.set(field, value);
  }
  const slots = joinLiterals(parts.flatMap((part) => partOf(part, native)));
  slots.forEach((part, at) => {
    const next = slots[at + 1];
    if (typeof part === 'string' || next === undefined || typeof next === 'string' || part.until !== undefined) return;
    const [before, after] = [values[slotNumber(slots, at)], values[slotNumber(slots, at + 1)]];
    throw new EngineError(
      'bad-format',
      `${where} has ${before.written} and ${after.written} with nothing between, so a line cannot be taken apart there. Put a space or a quote between them.`,
    );
  });
  return { parts: slots, allowsEmpty: true };
}

function partOf(part: LogPart, native: ReadonlySet<LogValue>): readonly LayoutPart[] {
  if (typeof part === 'string') return part === '' ? [] : [part];
  if (!native.has(part)) return [part.slot];
  const { list, until } = part.slot;
  return [
    {
      kind: 'any',
      name: part.name,
      type: 'any',
      ...(list === undefined ? {} : { list }),
      ...(until === undefined ? {} : { until }),
    },
  ];
}

const slotNumber = (parts: readonly LayoutPart[], at: number): number =>
  parts.slice(0, at).filter((part) => typeof part !== 'string').length;

export const seconds = { multiply: 1000, divide: 1 };

/** A value that nobody knows. */
export const nativeSlot = (name: string): LayoutSlot => ({ kind: 'any', name, type: 'any' });
