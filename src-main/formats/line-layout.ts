/**
 * Lines as a sequence of literals and values: what the access logs, and an nginx log_format or an Apache LogFormat,
 * come down to. Plain data, so that it can be a dialect; layout-parser.ts reads lines by it.
 */
import type { FieldType } from '../../src-shared/model/field.ts';
import type { TimeLayout } from './timestamp.ts';

/**
 * What a value is and where it goes; `-` is absent in all of them but `request`.
 * `skip`: nowhere. `text`, `any`: field `name`, `any` as a number where it is one. `number`: a decimal, in the unit of
 * the field after `multiply` and `divide` (powers of ten); other text stays text unless the slot is strict. `time`: the
 * record's, or that of field `name`.
 * `status`: with the level that follows from it. `request`: METHOD target PROTOCOL, else field `request`. `target`:
 * path and query. `query`: with or without `?`. `host`: vhost, with or without a port (native server_port).
 * `user`: a text in which `- ` at the begin tells that the line has one more value before it, and so does not fit.
 * `addresses`: a list whose first is the client; all of it is the native forwarded_for. `client`: an address, or a
 * name, also with a port. `level`: a level's word; another stays in the native x_level.
 * `boolean`: true or false in any case, else text.
 */
export type SlotKind =
  | 'skip'
  | 'text'
  | 'any'
  | 'number'
  | 'time'
  | 'status'
  | 'request'
  | 'target'
  | 'query'
  | 'user'
  | 'host'
  | 'client'
  | 'addresses'
  | 'level'
  | 'boolean';

export interface LayoutSlot {
  readonly kind: SlotKind;
  /** Name of the field; kinds that decide it themselves have none. */
  readonly name?: string;
  /** Of a field that is not well known. */
  readonly type?: FieldType;
  readonly values?: 'few' | 'many';
  readonly unit?: 'ms' | 'bytes';
  readonly multiply?: number;
  readonly divide?: number;
  /** A line in which this is not what it should be does not fit. */
  readonly strict?: boolean;
  readonly time?: SlotTime;
  /** The value is a list of nginx's upstreams (`0.1, 0.2 : 0.3`), also without quotes. */
  readonly list?: boolean;
  /** Spaces may stand before the value, which is written to a width. */
  readonly padded?: boolean;
  /** The value ends before this character, with which the next one begins: a path's slash. */
  readonly until?: string;
}

/**
 * A written timestamp of a known layout or of any, a strptime-like layout of the user's, or a number of these since
 * the epoch.
 */
export type SlotTime =
  TimeLayout | { readonly strptime: string } | { readonly epoch: 's' | 'ms' | 'us' } | { readonly any: true };

/** Literals and values in turn; two values without a literal between only where the first has `until`. */
export type LayoutPart = string | LayoutSlot;

export interface LineLayout {
  readonly parts: readonly LayoutPart[];
  /** An unquoted value may be empty (and is absent then); else a line with one does not fit. */
  readonly allowsEmpty?: boolean;
}

/** Makes one literal of those that stand next to each other. */
export function joinLiterals(parts: readonly LayoutPart[]): readonly LayoutPart[] {
  const joined: LayoutPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}
