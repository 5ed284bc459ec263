/** Fields of a request that several formats tell in the same texts: request line, target, host with its port. */
import { readDecimal } from './decimal.ts';
import { digitsEnd, findByte } from './byte-text.ts';
import type { RowSink } from './format.ts';
import type { ParserFields } from './parser-fields.ts';
import { queryMark, RequestLine } from './request-line.ts';

const colon = 58;
const dot = 46;
const openBracket = 91;
const closeBracket = 93;
const comma = 44;

/** Sets method, path, query and protocol of `METHOD target PROTOCOL`; of any other text the native `request`. */
export class RequestFields {
  private readonly line = new RequestLine();
  readonly request: number;
  readonly method: number;
  readonly path: number;
  readonly query: number;
  readonly protocol: number;

  constructor(fields: ParserFields) {
    this.method = fields.known('method');
    this.path = fields.known('path');
    this.query = fields.known('query');
    this.protocol = fields.known('protocol');
    this.request = fields.native('request', 'text', 'many');
  }

  set(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const { line } = this;
    if (!line.read(bytes, start, end)) {
      row.span(this.request, start, end);
      return;
    }
    const { methodEnd, targetEnd } = line;
    row.span(this.method, start, methodEnd);
    setTarget(this.path, this.query, bytes, methodEnd + 1, targetEnd, row);
    row.span(this.protocol, targetEnd + 1, end);
  }
}

/** The target up to its first `?`, and the query behind it, which may be empty. */
export function setTarget(
  path: number,
  query: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  row: RowSink,
): void {
  const mark = queryMark(bytes, start, end);
  row.span(path, start, mark);
  if (mark < end) row.span(query, mark + 1, end);
}

/** `name`, `name:443`, `[2001:db8::1]:443`; an address of IPv6 without brackets has no port. */
export function setHost(name: number, port: number, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  let at = end - 1;
  while (at > start && bytes[at] >= 48 && bytes[at] <= 57) at--;
  // The last part of an address of IPv4, by far the most frequent.
  if (bytes[at] !== colon || at === start || at === end - 1 || end - at > 6 || !isPortMark(bytes, start, at)) {
    row.span(name, start, end);
    return;
  }
  const isBracketed = bytes[start] === openBracket;
  row.span(name, isBracketed ? start + 1 : start, isBracketed ? at - 1 : at);
  row.number(port, readDecimal(bytes, at + 1, end, 1, 1));
}

/** No other colon stands before the one at `at`, or all are within brackets. */
function isPortMark(bytes: Uint8Array, start: number, at: number): boolean {
  if (bytes[start] === openBracket) return bytes[at - 1] === closeBracket;
  return findByte(colon, bytes, start, at) < 0;
}

/** As setHost, of a text that always ends with a port: of `2001:db8::1:443` that is 443. */
export function setAddressWithPort(
  name: number,
  port: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  row: RowSink,
): void {
  let at = end - 1;
  while (at > start && bytes[at] !== colon && bytes[at] !== dot) at--;
  const hasPort = bytes[at] === colon && at > start && digitsEnd(bytes, at + 1, end) === end && at + 1 < end;
  row.span(name, start, hasPort ? at : end);
  if (hasPort) row.number(port, readDecimal(bytes, at + 1, end, 1, 1));
}

/** The first of a list of addresses; all of it in a second field when there are several. */
export function setAddresses(
  first: number,
  all: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  row: RowSink,
): void {
  const found = findByte(comma, bytes, start, end);
  row.span(first, start, found < 0 ? end : found);
  if (found >= 0) row.span(all, start, end);
}
