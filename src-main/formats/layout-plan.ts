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
  level: 13,
  boolean: 14,
} as const;

export interface Step {
  readonly scan: Scan;
  readonly act: number;
  /** What follows the value; empty at the end of the line. */
  readonly stop: Uint8Array;
  readonly stopByte: number;
  readonly stopLength: number;
  readonly field: number;
  /** Level of a status, query of a target, port of a host, list of addresses, a word that is no level. */
  readonly secondField: number;
  readonly multiply: number;
  readonly divide: number;
  readonly isStrict: boolean;
  readonly isInteger: boolean;
  readonly mayBeEmpty: boolean;
  /** `-` is a value like others. */
  readonly keepsDash: boolean;
  /** A list of nginx's upstreams, in which the byte that ends the value may stand. */
  readonly isList: boolean;
  /** Spaces before the value are none of it. */
  readonly isPadded: boolean;
  readonly times: SlotTimes | undefined;
}

export interface Plan {
  readonly prefix: Uint8Array;
  readonly steps: readonly Step[];
}

/** The steps of the layout that is tried first, and the fields of a request line. */
export interface LineSteps extends Plan {
  readonly request: RequestColumns | undefined;
  /** 1 for each byte that a method may have. */
  readonly methodBytes: Uint8Array;
}

export interface RequestColumns {
  /** For what is no request line. */
  readonly request: number;
  readonly method: number;
  readonly path: number;
  readonly query: number;
  readonly protocol: number;
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
    const stop = typeof next === 'string' ? next : (slot.until ?? '');
    if (stop === '' && next !== undefined) throw new Error('a layout has two values in a row');
    if (typeof next === 'string') at++;
    const scan = scanFor(before, stop);
    const bytes = encoder.encode(stop);
    steps.push({
      ...compileSlot(slot, fields, options),
      scan,
      stop: bytes,
      stopByte: bytes[0] ?? -1,
      stopLength: typeof next === 'string' ? bytes.length : 0,
      mayBeEmpty: scan === Scan.quoted || /[[=]$/.test(before) || (allowsEmpty ?? false),
    });
    before = typeof next === 'string' ? next : '';
  }
  return { prefix: encoder.encode(prefix), steps };
}

function scanFor(before: string, stop: string): Scan {
  if (stop === '') return Scan.toEnd;
  if (before.endsWith('"') && stop.startsWith('"')) return Scan.quoted;
  return stop.length === 1 ? Scan.toByte : Scan.toLiteral;
}

/** What is the same for a value wherever it stands: of a pattern's groups too, for which the rest does not matter. */
export function compileSlot(slot: LayoutSlot, fields: ParserFields, options: ParserOptions): Step {
  const { kind, multiply = 1, divide = 1, strict = false, list = false, padded = false } = slot;
  const [field, secondField] = fieldsOf(slot, fields);
  return {
    scan: Scan.quoted,
    act: Act[kind],
    stop: new Uint8Array(0),
    stopByte: -1,
    stopLength: 0,
    field,
    secondField,
    multiply,
    divide,
    isStrict: strict || kind === 'status',
    isInteger: kind === 'status' || (kind === 'number' && fields.list[field].type === 'integer'),
    mayBeEmpty: true,
    keepsDash: kind === 'request' || slot.name === 'message',
    isList: list,
    isPadded: padded,
    times: kind === 'time' ? createSlotTimes(slot.time ?? { kind: 'dated', spaced: true }, options) : undefined,
  };
}

function fieldsOf(slot: LayoutSlot, fields: ParserFields): readonly [field: number, secondField: number] {
  switch (slot.kind) {
    case 'skip':
    case 'request':
      return [-1, -1];
    case 'time':
      return [slot.name === undefined ? fields.known('time') : fields.native(slot.name, 'instant'), -1];
    case 'level':
      return [fields.known('level'), fields.native('level', 'text')];
    case 'status':
      return [fields.known('status'), fields.known('level')];
    case 'target':
      return [fields.known('path'), fields.known('query')];
    case 'query':
      return [fields.known('query'), -1];
    case 'user':
      return [fields.known('user'), -1];
    case 'host':
      return [fields.known('vhost'), fields.native('server_port', 'integer')];
    case 'client':
      return [fields.known('client_ip'), fields.known('client_port')];
    case 'addresses':
      return [fields.known('client_ip'), fields.native('forwarded_for', 'text')];
    case 'text':
    case 'any':
    case 'number':
    case 'boolean':
      return [fields.of(slot), -1];
  }
}
