/**
 * Which columns a format starts with, in which order and how wide. Pure: the grid applies the plan, and what the user
 * then moves, resizes or hides is kept beside it.
 */
import { inFieldOrder } from '../../src-shared/model/field.ts';
import type { SourceField, SourceState } from '../../src-shared/protocol.ts';

/** How a cell is formatted and coloured. */
export type ColumnKind = 'line' | 'time' | 'level' | 'status' | 'count' | 'number' | 'text';

export interface Column {
  /** The field's name; `_line` for the gutter, `_raw` for the text of the record. */
  readonly field: string;
  readonly kind: ColumnKind;
  readonly unit?: 'ms' | 'bytes';
  readonly widthPx: number;
  /** Share of the room that is left; such a column is at least `widthPx` wide. */
  readonly flex?: number;
  readonly isVisible: boolean;
}

/** Columns that come with every row, beside its fields; a log may well have other names that begin so, like `_id`. */
export const isOwnColumn = (field: string): boolean => field === '_line' || field === '_raw';

export interface ColumnPlan {
  readonly columns: readonly Column[];
  /** The column in which a record that the format did not fit shows its raw text. */
  readonly main: string;
}

/** Width of one character of the grid's font at 12 px, and of a cell's padding on both sides. */
const characterPx = 7.25;
const paddingPx = 18;

const widthOf = (characters: number): number => Math.ceil(characters * characterPx + paddingPx);

/** Wide enough for the last line number with its commas, as far as it can be guessed. */
function gutterPx(estimatedRecords: number): number {
  const digits = String(Math.max(1_000, Math.ceil(estimatedRecords))).length;
  return widthOf(digits + Math.floor((digits - 1) / 3));
}

/** Characters that the values of well-known fields take. */
const usualCharacters: ReadonlyMap<string, number> = new Map(
  Object.entries({
    _file: 16,
    time: 23,
    level: 7,
    logger: 24,
    thread: 16,
    host: 18,
    process: 14,
    pid: 7,
    vhost: 18,
    client_ip: 15,
    client_port: 6,
    user: 10,
    method: 7,
    query: 12,
    protocol: 9,
    status: 6,
    bytes: 10,
    request_bytes: 13,
    duration: 10,
    referrer: 24,
    user_agent: 18,
    trace_id: 20,
    span_id: 16,
    request_id: 20,
  }),
);

/** Numbers that name something: no thousands. */
const identifiers: ReadonlySet<string> = new Set(['pid', 'client_port', 'status']);

/** More than this and each is too narrow to read. */
const mostColumns = 12;

const accessFields: ReadonlySet<string> = new Set(
  'time vhost client_ip user method path query status bytes duration user_agent'.split(' '),
);
/** Of several files that are one log: which of them a record is of. */
const fileField = '_file';
const requestFields: ReadonlySet<string> = new Set(['method', 'path', 'status']);
/** The message comes last, where it can take all the room there is. */
const applicationOrder = 'time level host process pid thread logger message'.split(' ');
/** Beside a logger, host and process are mostly the same all the way down. */
const loggerFields: ReadonlySet<string> = new Set(['time', 'level', 'logger', 'message']);
const syslogFields: ReadonlySet<string> = new Set(['time', 'level', 'host', 'process', 'pid', 'thread', 'message']);

export function planColumns({
  fields,
  format,
  estimatedRecords,
}: Pick<SourceState, 'fields' | 'format' | 'estimatedRecords'>): ColumnPlan {
  const ordered = inColumnOrder(fields);
  const main = mainField(ordered);
  const isShown = shownFields(ordered, format);
  const columns = ordered.map((field) => columnOf(field, main, field.name === fileField || isShown(field)));
  return {
    main,
    columns: [
      { field: '_line', kind: 'line', widthPx: gutterPx(estimatedRecords), isVisible: true },
      ...columns,
      { field: '_raw', kind: 'text', widthPx: 320, flex: 2, isVisible: main === '_raw' },
    ],
  };
}

/** Fields that appeared since the plan was made, as columns that are hidden until asked for. */
export function addFields(plan: ColumnPlan, fields: readonly SourceField[]): ColumnPlan {
  const known = new Set(plan.columns.map(({ field }) => field));
  const added = fields.filter(({ name }) => !known.has(name));
  if (added.length === 0) return plan;
  return { ...plan, columns: [...plan.columns, ...added.map((field) => columnOf(field, plan.main, false))] };
}

function inColumnOrder(fields: readonly SourceField[]): readonly SourceField[] {
  const inOrder = inFieldOrder(fields);
  const ordered = [
    ...inOrder.filter(({ name }) => name === fileField),
    ...inOrder.filter(({ name }) => name !== fileField),
  ];
  if (!fields.some(({ name }) => name === 'message')) return ordered;
  const first = applicationOrder.flatMap((name) => ordered.find((field) => field.name === name) ?? []);
  const rest = ordered.filter((field) => !first.includes(field));
  const files = rest.filter(({ name }) => name === fileField);
  return [...files, ...first, ...rest.filter((field) => !files.includes(field))];
}

function mainField(fields: readonly SourceField[]): string {
  const names = new Set(fields.map(({ name }) => name));
  const known = ['message', 'path'].find((name) => names.has(name));
  return known ?? fields.find(({ type, values }) => type === 'text' && values === 'many')?.name ?? '_raw';
}

function shownFields(
  fields: readonly SourceField[],
  { stackBy, open }: SourceState['format'],
): (field: SourceField) => boolean {
  const names = new Set(fields.map(({ name }) => name));
  // JSON logs may have requests among their messages; an access log has no message.
  if (names.has('message')) {
    const shown = names.has('logger') || open ? loggerFields : syslogFields;
    // Logs of several kinds, one of them of requests.
    const isMixed = names.has(fileField) && names.has('status') && names.has('path');
    return ({ name }) => shown.has(name) || (isMixed && requestFields.has(name));
  }
  if (names.has('status') && names.has('path')) return ({ name }) => accessFields.has(name);
  const first = new Set(fields.filter(({ name }) => name !== 'level' || stackBy === 'level').slice(0, mostColumns));
  return (field) => first.has(field);
}

function columnOf(field: SourceField, main: string, isVisible: boolean): Column {
  const { name, unit } = field;
  const flex = name === main ? 3 : name === 'user_agent' || name === 'query' ? 1 : undefined;
  const characters = Math.max(usualCharacters.get(name) ?? (field.type === 'text' ? 20 : 12), name.length + 2);
  return {
    field: name,
    kind: kindOf(field),
    widthPx: name === main ? 240 : widthOf(characters),
    isVisible,
    ...(unit === undefined ? {} : { unit }),
    ...(flex === undefined ? {} : { flex }),
  };
}

function kindOf({ name, type }: SourceField): ColumnKind {
  if (name === 'status') return 'status';
  switch (type) {
    case 'instant':
      return 'time';
    case 'level':
      return 'level';
    case 'integer':
    case 'number':
      return identifiers.has(name) ? 'number' : 'count';
    case 'text':
    case 'boolean':
    case 'any':
      return 'text';
  }
}
