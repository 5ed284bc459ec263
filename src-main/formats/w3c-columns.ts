/**
 * The columns of a W3C extended log: what the names of its `#Fields:` mean, which makers take from the working draft
 * (WD-logfile-960323) and add to. Data and its lookup only.
 */
import type { ParserFields } from './parser-fields.ts';

/**
 * `target`: path and query; `query`: with or without `?`; `status`: with the level; `taken`: milliseconds, or seconds
 * where it has a decimal point; `integer`, `text`: of a known field; `any`: a maker's own, a number where it is one.
 */
export type ColumnKind = 'date' | 'time' | 'text' | 'integer' | 'status' | 'target' | 'query' | 'taken' | 'any';

export interface Column {
  readonly kind: ColumnKind;
  readonly field: number;
}

/** Names in lower case to known fields, the more specific name of two first. */
const known: readonly (readonly [name: string, field: string, kind: ColumnKind])[] = [
  ['c-ip', 'client_ip', 'text'],
  ['c-port', 'client_port', 'integer'],
  ['cs-username', 'user', 'text'],
  ['cs-method', 'method', 'text'],
  ['cs-uri-stem', 'path', 'text'],
  ['cs-uri-query', 'query', 'query'],
  ['cs-uri', 'path', 'target'],
  ['cs-version', 'protocol', 'text'],
  ['cs-protocol-version', 'protocol', 'text'],
  // CloudFront: what the browser asked for; its cs(Host) is the name of the distribution.
  ['x-host-header', 'vhost', 'text'],
  ['cs-host', 'vhost', 'text'],
  ['cs(host)', 'vhost', 'text'],
  ['cs(user-agent)', 'user_agent', 'text'],
  ['cs(referer)', 'referrer', 'text'],
  ['cs(referrer)', 'referrer', 'text'],
  ['sc-status', 'status', 'status'],
  ['sc-bytes', 'bytes', 'integer'],
  ['cs-bytes', 'request_bytes', 'integer'],
  ['time-taken', 'duration', 'taken'],
  ['s-computername', 'host', 'text'],
  ['x-edge-request-id', 'request_id', 'text'],
];

/** The columns of a `#Fields:` line; of two names for one field the less specific stays a maker's own. */
export function columnsOf(names: readonly string[], fields: ParserFields): readonly Column[] {
  const lower = names.map((name) => name.toLowerCase());
  const taken = new Map<string, string>();
  for (const [name, field] of known) {
    if (lower.includes(name) && !taken.has(field)) taken.set(field, name);
  }
  return names.map((name, at): Column => {
    const first = lower.indexOf(lower[at]) === at;
    if (first && lower[at] === 'date') return { kind: 'date', field: fields.known('time') };
    if (first && lower[at] === 'time') return { kind: 'time', field: fields.known('time') };
    const found = known.find(([column]) => column === lower[at]);
    if (first && found !== undefined && taken.get(found[1]) === found[0]) {
      if (found[2] === 'status') fields.known('level');
      if (found[2] === 'target') fields.known('query');
      return { kind: found[2], field: fields.known(found[1]) };
    }
    return { kind: 'any', field: fields.native(first ? name : `${name}_${at + 1}`, 'any') };
  });
}

/** Whether a `#Fields:` line has a status, by which a histogram can be stacked. */
export const hasStatus = (names: readonly string[]): boolean =>
  names.some((name) => name.toLowerCase() === 'sc-status');
