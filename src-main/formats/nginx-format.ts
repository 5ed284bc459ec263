/** Reads nginx's log_format: which variables it has and what they mean (ngx_http_log_module and others). */
import { EngineError } from '../../src-shared/errors.ts';
import type { LayoutSlot } from './line-layout.ts';
import { nativeSlot, seconds, type LogPart, type LogValue } from './log-format.ts';

const text = (name: string): LayoutSlot => ({ kind: 'text', name });
const upstreamTime = (name: string): LayoutSlot => ({
  kind: 'number',
  name,
  type: 'any',
  unit: 'ms',
  list: true,
  ...seconds,
});
const upstreamValue = (name: string): LayoutSlot => ({ kind: 'any', name, type: 'any', list: true });

/** By variable; those further up outrank those below where two mean one field. */
const variables: { readonly [name: string]: LayoutSlot } = {
  msec: { kind: 'time', time: { epoch: 's' }, strict: true },
  time_iso8601: { kind: 'time', time: { kind: 'iso' }, strict: true },
  time_local: { kind: 'time', time: { kind: 'dated', spaced: true }, strict: true },
  remote_addr: { kind: 'client' },
  remote_port: { kind: 'number', name: 'client_port' },
  remote_user: text('user'),
  request: { kind: 'request' },
  request_method: text('method'),
  request_uri: { kind: 'target' },
  uri: text('path'),
  document_uri: text('path'),
  args: { kind: 'query' },
  query_string: { kind: 'query' },
  server_protocol: text('protocol'),
  status: { kind: 'status' },
  body_bytes_sent: { kind: 'number', name: 'bytes', strict: true },
  bytes_sent: { kind: 'number', name: 'bytes', strict: true },
  request_length: { kind: 'number', name: 'request_bytes', strict: true },
  request_time: { kind: 'number', name: 'duration', strict: true, ...seconds },
  http_referer: text('referrer'),
  http_user_agent: text('user_agent'),
  http_host: { kind: 'host' },
  host: { kind: 'host' },
  server_name: { kind: 'host' },
  request_id: text('request_id'),
  http_x_request_id: text('request_id'),
  otel_trace_id: text('trace_id'),
  opentelemetry_trace_id: text('trace_id'),
  otel_span_id: text('span_id'),
  opentelemetry_span_id: text('span_id'),
  pid: { kind: 'number', name: 'pid' },
  hostname: text('host'),
  upstream_response_time: upstreamTime('upstream_response_time'),
  upstream_connect_time: upstreamTime('upstream_connect_time'),
  upstream_header_time: upstreamTime('upstream_header_time'),
  upstream_queue_time: upstreamTime('upstream_queue_time'),
  upstream_first_byte_time: upstreamTime('upstream_first_byte_time'),
  upstream_session_time: upstreamTime('upstream_session_time'),
  upstream_addr: upstreamValue('upstream_addr'),
  upstream_status: upstreamValue('upstream_status'),
  upstream_response_length: upstreamValue('upstream_response_length'),
  upstream_bytes_sent: upstreamValue('upstream_bytes_sent'),
  upstream_bytes_received: upstreamValue('upstream_bytes_received'),
};

const names = Object.keys(variables);

const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/**
 * The parts of a log_format: its text, or the whole directive with name and quotes. Throws `bad-format`; `where` names
 * the format in its messages.
 */
export function parseNginxFormat(format: string, where: string): readonly LogPart[] {
  const line = format.trim() === 'combined' ? combined : textOf(format, where);
  if (/^\s*\{/.test(line)) {
    throw new EngineError(
      'bad-format',
      `${where} writes JSON. Taillight reads such logs as json-lines, without a format of its own.`,
    );
  }
  const parts: LogPart[] = [];
  const variable = /\$(?:\{(\w+)\}|(\w+))/g;
  let from = 0;
  for (const match of line.matchAll(variable)) {
    parts.push(line.slice(from, match.index), valueOf(match[1] ?? match[2], match[0]));
    from = match.index + match[0].length;
  }
  parts.push(line.slice(from));
  return joinTargets(parts);
}

/** The text of a directive: `log_format main escape=default '...' "...";`. */
function textOf(format: string, where: string): string {
  const match = /^\s*log_format\s+\S+\s+(?:escape=(\w+)\s+)?/.exec(format);
  if (match === null) return format;
  if (match[1] === 'json') {
    throw new EngineError(
      'bad-format',
      `${where} has escape=json. Taillight reads such logs as json-lines, without a format of its own.`,
    );
  }
  const pieces = format.slice(match[0].length).matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|[^\s;'"]+/gs);
  return [...pieces]
    .map(([bare, single, double]) => (single ?? double ?? bare).replaceAll(/\\(['"\\])/g, '$1'))
    .join('');
}

function valueOf(name: string, written: string): LogValue {
  const place = names.indexOf(name);
  return { name, written, slot: variables[name] ?? nativeSlot(name), rank: place < 0 ? 0 : names.length - place };
}

/**
 * `$uri$is_args$args` is a target; a name, a scheme or a port ends where the path behind it begins.
 */
function joinTargets(parts: readonly LogPart[]): readonly LogPart[] {
  const joined: LogPart[] = [];
  for (const part of parts) {
    if (part === '') continue;
    const last = joined.at(-1);
    if (typeof part === 'string' || typeof last === 'string' || last === undefined) {
      joined.push(part);
      continue;
    }
    const isQuery = part.name === 'is_args' || part.name === 'args' || part.name === 'query_string';
    if (isQuery && (last.name === 'uri' || last.name === 'document_uri' || last.slot.kind === 'target')) {
      const target = { ...last, slot: { kind: 'target' } as const, written: last.written + part.written };
      joined[joined.length - 1] = target;
    } else if (['request_uri', 'uri', 'document_uri'].includes(part.name)) {
      joined[joined.length - 1] = { ...last, slot: { ...last.slot, until: '/' } };
      joined.push(part);
    } else {
      joined.push(part);
    }
  }
  return joined;
}
