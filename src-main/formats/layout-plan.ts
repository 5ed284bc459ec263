/** Compiles a LineLayout to the steps that layout-parser.ts runs: what each value ends with and where it goes. */
import type { ParserOptions } from './format.ts';
import type { LayoutSlot, LineLayout } from './line-layout.ts';
import type { ParserFields } from './parser-fields.ts';
import { createSlotTimes, type SlotTimes } from './slot-times.ts';

/** How the end of a value is found. */
export const Scan = { toByte: 0, quoted: 1, toLiteral: 2, toEnd: 3 } as const;
export type Scan = (typeof Scan)[keyof typeof Scan];

/** What is done with a value; SlotKind as a number. */
export const Act = {
  skip: 0,
  text: 1,
  any: 2,
  number: 3,
  time: 4,
  status: 5,
  user: 6,
  request: 7,
  target: 8,
  query: 9,
  host: 10,
  client: 11,
  addresses: 12,
} as const;

export interface Step {
  readonly scan: Scan;
  readonly act: number;
  /** What follows the value; empty at the end of the line. */
  readonly stop: Uint8Array;
  readonly stopByte: number;
  readonly stopLength: number;
  readonly field: number;
  /** Level of a status, query of a target, port of a host, list of addresses. */
  readonly secondField: number;
  readonly multiply: number;
  readonly divide: number;
  readonly isStrict: boolean;
  readonly isInteger: boolean;
  readonly mayBeEmpty: boolean;
  readonly times: SlotTimes | undefined;
}

export interface Plan {
  readonly prefix: Uint8Array;
  readonly steps: readonly Step[];
}

export function compilePlan({ parts, allowsEmpty }: LineLayout, fields: ParserFields, options: ParserOptions): Plan {
  const steps: Step[] = [];
  const encoder = new TextEncoder();
  const first = parts[0];
  const prefix = typeof first === 'string' ? first : '';
  for (let at = prefix === '' ? 0 : 1, before = prefix; at < parts.length; at++) {
    const slot = parts[at];
    if (typeof slot === 'string') throw new Error('a layout has two literals in a row');
    const next = parts[at + 1];
    if (next !== undefined && typeof next !== 'string') throw new Error('a layout has two values in a row');
    const stop = next ?? '';
    if (next !== undefined) at++;
    const scan = scanFor(before, stop);
    const mayBeEmpty = scan === Scan.quoted || /[[=]$/.test(before) || (allowsEmpty ?? false);
    const found = compileSlot(slot, fields, options);
    const bytes = encoder.encode(stop);
    const stopped = { scan, stop: bytes, stopByte: bytes[0] ?? -1, stopLength: bytes.length, mayBeEmpty };
    steps.push({ ...unscaled, ...found, ...stopped, act: Act[slot.kind] });
    before = stop;
  }
  return { prefix: encoder.encode(prefix), steps };
}

const unscaled = {
  field: -1,
  secondField: -1,
  multiply: 1,
  divide: 1,
  isStrict: false,
  isInteger: false,
  times: undefined,
};

function scanFor(before: string, stop: string): Scan {
  if (stop === '') return Scan.toEnd;
  if (before.endsWith('"') && stop.startsWith('"')) return Scan.quoted;
  return stop.length === 1 ? Scan.toByte : Scan.toLiteral;
}

/** The fields of a slot and how its value is read. */
function compileSlot(slot: LayoutSlot, fields: ParserFields, options: ParserOptions): Partial<Step> {
  const { multiply = 1, divide = 1, strict = false, time } = slot;
  switch (slot.kind) {
    case 'skip':
    case 'request':
      return {};
    case 'time': {
      const times = createSlotTimes(time ?? { kind: 'dated', spaced: true }, options);
      return { field: fields.known('time'), isStrict: strict, times };
    }
    case 'status':
      return { field: fields.known('status'), secondField: fields.known('level'), isStrict: true, isInteger: true };
    case 'target':
      return { field: fields.known('path'), secondField: fields.known('query') };
    case 'query':
      return { field: fields.known('query') };
    case 'user':
      return { field: fields.known('user') };
    case 'host':
      return { field: fields.known('vhost'), secondField: fields.native('server_port', 'integer') };
    case 'client':
      return { field: fields.known('client_ip'), secondField: fields.known('client_port') };
    case 'addresses':
      return { field: fields.known('client_ip'), secondField: fields.native('forwarded_for', 'text') };
    case 'text':
    case 'any':
      return { field: fields.of(slot) };
    case 'number': {
      const field = fields.of(slot);
      return { field, multiply, divide, isStrict: strict, isInteger: fields.list[field].type === 'integer' };
    }
  }
}
