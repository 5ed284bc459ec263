/** What a user's format takes a name for: the slot of a group or variable, with what the file says about it. */
import { knownField } from '../../src-shared/model/field.ts';
import type { fieldTypes, fieldUnits } from './custom-format.ts';
import type { CustomFormat } from './format.ts';
import type { LayoutSlot, SlotTime } from './line-layout.ts';

type FieldSpec = NonNullable<CustomFormat['fields']>[string];
type FieldUnit = (typeof fieldUnits)[number];
type FieldType = (typeof fieldTypes)[number];

/** How `time` of a format file reads. */
export function slotTimeOf(time: string | undefined): SlotTime {
  switch (time) {
    case undefined:
    case 'auto':
      return { any: true };
    case 'iso':
      return { kind: 'iso', spaced: true };
    case 'epoch':
      return { epoch: 's' };
    case 'epoch_ms':
      return { epoch: 'ms' };
    case 'epoch_us':
      return { epoch: 'us' };
    default:
      return { strptime: time };
  }
}

const scales: { readonly [unit in FieldUnit]: Pick<LayoutSlot, 'multiply' | 'divide' | 'unit'> } = {
  s: { multiply: 1000, unit: 'ms' },
  ms: { unit: 'ms' },
  us: { divide: 1000, unit: 'ms' },
  ns: { divide: 1_000_000, unit: 'ms' },
  bytes: { unit: 'bytes' },
};

/**
 * The slot of a value that the pattern calls `name`; `time` is the layout of times. A well-known field has its own type,
 * whatever the file says.
 */
export function slotOfName(name: string, spec: FieldSpec | undefined, time: SlotTime): LayoutSlot {
  const field = spec?.rename ?? name;
  const known = slotOfKnown(field, time);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parseCustomFormat let only these pass
  const [type, unit] = [spec?.type as FieldType | undefined, spec?.unit as FieldUnit | undefined];
  const values: Pick<LayoutSlot, 'values'> =
    spec?.values === undefined ? {} : { values: spec.values === 'few' ? 'few' : 'many' };
  if (known !== undefined) {
    return { ...known, ...values, ...(known.kind === 'number' && unit !== undefined ? scales[unit] : {}) };
  }
  return { ...slotOfType(field, type ?? 'any', time), ...values, ...(unit === undefined ? {} : scales[unit]) };
}

function slotOfKnown(field: string, time: SlotTime): LayoutSlot | undefined {
  switch (field) {
    case 'time':
      return { kind: 'time', time, strict: true };
    case 'level':
      return { kind: 'level' };
    case 'status':
      return { kind: 'status' };
    case 'request':
      return { kind: 'request' };
    case 'client_ip':
      return { kind: 'client' };
    case 'vhost':
      return { kind: 'host' };
    case 'path':
      return { kind: 'target' };
    case 'query':
      return { kind: 'query' };
    default: {
      const known = knownField(field);
      return known && { kind: known.type === 'text' ? 'text' : 'number', name: field };
    }
  }
}

function slotOfType(name: string, type: FieldType, time: SlotTime): LayoutSlot {
  switch (type) {
    case 'time':
      return { kind: 'time', name, time };
    case 'text':
      return { kind: 'text', name, type };
    case 'integer':
    case 'number':
      return { kind: 'number', name, type };
    case 'boolean':
      return { kind: 'boolean', name, type };
    case 'any':
      return { kind: 'any', name, type };
  }
}

/** The slots of a pattern's groups: where two say the same, the one that says it alone has the field. */
export function slotsOfGroups(
  names: readonly string[],
  fields: CustomFormat['fields'],
  time: SlotTime,
): readonly LayoutSlot[] {
  const wanted = names.map((name) => fields?.[name]?.rename ?? name);
  const has = (field: string): boolean => wanted.includes(field);
  return names.map((name, at): LayoutSlot => {
    const slot = slotOfName(name, fields?.[name], time);
    if (wanted[at] === 'path' && has('query')) return { kind: 'text', name: 'path' };
    if (wanted[at] === 'status' && has('level')) return { kind: 'number', name: 'status', strict: true };
    const isTaken = wanted[at] === 'request' && ['method', 'path', 'query', 'protocol'].some(has);
    return isTaken ? { kind: 'text', name: 'request', type: 'text' } : slot;
  });
}
