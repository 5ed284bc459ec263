/** Reads Apache's LogFormat: which directives it has and what they mean (mod_log_config, mod_logio). */
import { EngineError } from '../../src-shared/errors.ts';
import type { LayoutSlot, SlotTime } from './line-layout.ts';
import { nativeSlot, seconds, type LogPart, type LogValue } from './log-format.ts';
import { strptimeProblem } from './strptime.ts';

const text = (name: string): LayoutSlot => ({ kind: 'text', name });
const number = (name: string): LayoutSlot => ({ kind: 'number', name, strict: true });
const microseconds = { multiply: 1, divide: 1000 };
const duration = (scale: { readonly multiply?: number; readonly divide?: number }): LayoutSlot => ({
  kind: 'number',
  name: 'duration',
  strict: true,
  ...scale,
});

type Directive = readonly [directive: string, name: string, slot?: LayoutSlot];

/** By directive, without modifiers; those further up outrank those below where two mean one field. */
const directives: readonly Directive[] = [
  ['a', 'client_ip', { kind: 'client' }],
  ['h', 'remote_host', { kind: 'client' }],
  ['{c}a', 'peer_ip'],
  ['A', 'local_ip'],
  ['l', 'ident', { kind: 'text', name: 'ident', type: 'text' }],
  ['u', 'user', text('user')],
  ['r', 'request', { kind: 'request' }],
  ['m', 'method', text('method')],
  ['Uq', 'target', { kind: 'target' }],
  ['U', 'path', text('path')],
  ['q', 'query', { kind: 'query' }],
  ['H', 'protocol', text('protocol')],
  ['>s', 'status', { kind: 'status' }],
  ['s', 'status', { kind: 'status' }],
  ['<s', 'original_status', { kind: 'status' }],
  ['B', 'body_bytes', number('bytes')],
  ['b', 'body_bytes', number('bytes')],
  ['O', 'bytes_sent', number('bytes')],
  ['I', 'bytes_received', number('request_bytes')],
  ['S', 'bytes_total'],
  ['D', 'duration_us', duration(microseconds)],
  ['{us}T', 'duration_us', duration(microseconds)],
  ['{ms}T', 'duration_ms', duration({})],
  ['T', 'duration_s', duration(seconds)],
  ['{s}T', 'duration_s', duration(seconds)],
  ['{Host}i', 'Host', { kind: 'host' }],
  ['V', 'server_name', { kind: 'host' }],
  ['v', 'canonical_name', { kind: 'host' }],
  ['p', 'server_port', { kind: 'number', name: 'server_port', type: 'integer' }],
  ['{canonical}p', 'server_port', { kind: 'number', name: 'server_port', type: 'integer' }],
  ['{local}p', 'local_port'],
  ['{remote}p', 'client_port', number('client_port')],
  ['{Referer}i', 'Referer', text('referrer')],
  ['{User-agent}i', 'User-Agent', text('user_agent')],
  ['{X-Request-Id}i', 'X-Request-Id', text('request_id')],
  ['{UNIQUE_ID}e', 'UNIQUE_ID', text('request_id')],
  ['L', 'log_id'],
  ['P', 'pid', number('pid')],
  ['{pid}P', 'pid', number('pid')],
  ['{tid}P', 'thread', text('thread')],
  ['{hextid}P', 'thread', text('thread')],
  ['X', 'connection_status', { kind: 'text', name: 'connection_status', type: 'text' }],
  ['k', 'keepalives'],
  ['f', 'file_name', { kind: 'text', name: 'file_name', type: 'text' }],
  ['R', 'handler', { kind: 'text', name: 'handler', type: 'text' }],
  ['^FB', 'first_byte_us'],
];

const nicknames: { readonly [name: string]: string } = {
  common: '%h %l %u %t "%r" %>s %b',
  combined: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"',
  vhost_combined: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-agent}i"',
};

/** `%`, status codes, which of two requests, `{argument}`, letter. */
const directive = /%(!?\d{3}(?:,\d{3})*)?([<>]?)(?:\{([^}]*)\})?(\^?(?:FB|FU|ti|to)|[A-Za-z%])/g;

/**
 * The parts of a LogFormat: its text, or the whole directive. Throws `bad-format`; `where` names the format in its
 * messages.
 */
export function parseApacheFormat(format: string, where: string): readonly LogPart[] {
  const line = textOf(nicknames[format.trim()] ?? format);
  const parts: LogPart[] = [];
  let from = 0;
  const addText = (piece: string): void => {
    if (piece.includes('%')) {
      throw new EngineError(
        'bad-format',
        `${where} has a directive that is none: "${piece.slice(piece.indexOf('%'), piece.indexOf('%') + 8)}".`,
      );
    }
    parts.push(piece);
  };
  for (const match of line.matchAll(directive)) {
    addText(line.slice(from, match.index));
    from = match.index + match[0].length;
    const [written, , modifier, argument, letter] = match;
    if (letter === '%') parts.push('%');
    else if (letter === 't') parts.push(...timeParts(argument ?? '', written));
    else parts.push(valueOf(modifier, argument, letter, written));
  }
  addText(line.slice(from));
  return joinTimes(joinTargets(parts), where);
}

function textOf(format: string): string {
  const match = /^\s*LogFormat\s+"((?:[^"\\]|\\.)*)"/.exec(format);
  const escapes: { readonly [letter: string]: string } = { t: '\t', n: '\n' };
  return (match?.[1] ?? format).replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

function valueOf(modifier: string, argument: string | undefined, letter: string, written: string): LogValue {
  const key = `${letter === 's' ? modifier : ''}${argument === undefined ? '' : `{${argument}}`}${letter}`;
  // Names of headers ignore case.
  const place = directives.findIndex(
    ([known]) => known.toLowerCase() === key.toLowerCase() && known.at(-1) === letter.at(-1),
  );
  const [, name, slot] = directives[place] ?? [];
  const own = name ?? argument ?? letter;
  return { name: own, written, slot: slot ?? nativeSlot(own), rank: place < 0 ? 0 : directives.length - place };
}

/** `%t` brings its own brackets, `%{format}t` none. */
function timeParts(argument: string, written: string): readonly LogPart[] {
  const layout = argument.replace(/^(?:begin|end):/, '');
  const value = (time: SlotTime): LogValue => ({
    name: 'time',
    written,
    slot: { kind: 'time', time, strict: true },
    rank: 1,
  });
  switch (layout) {
    case '':
      return ['[', value({ kind: 'dated', spaced: true }), ']'];
    case 'sec':
      return [value({ epoch: 's' })];
    case 'msec':
      return [value({ epoch: 'ms' })];
    case 'usec':
      return [value({ epoch: 'us' })];
    default:
      return [value({ strptime: layout })];
  }
}

const fractions: { readonly [token: string]: string } = { msec_frac: '%L', usec_frac: '%f' };

/** `%{%F %T}t.%{msec_frac}t %{%z}t` is one time that is written in pieces. */
function joinTimes(parts: readonly LogPart[], where: string): readonly LogPart[] {
  const joined: LogPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const beforeLast = joined.at(-2);
    const between = typeof last === 'string' ? last : '';
    const first = typeof last === 'string' ? beforeLast : last;
    const [from, to] = [layoutOf(first), layoutOf(part)];
    // Only a short literal is inside of a time.
    if (
      typeof part !== 'string' &&
      typeof first === 'object' &&
      from !== undefined &&
      to !== undefined &&
      between.length <= 2
    ) {
      if (typeof last === 'string') joined.pop();
      const strptime = from + between.replaceAll('%', '%%') + to;
      joined[joined.length - 1] = {
        ...first,
        written: first.written + between + part.written,
        slot: { ...first.slot, time: { strptime } },
      };
    } else {
      joined.push(part);
    }
  }
  return joined.map((part) => {
    const layout = layoutOf(part);
    if (layout === undefined || typeof part === 'string') return part;
    const problem = strptimeProblem(layout);
    if (problem !== undefined)
      throw new EngineError('bad-format', `${where}: the time layout of ${part.written} ${problem}.`);
    return { ...part, slot: { ...part.slot, time: { strptime: layout } } };
  });
}

/** The strptime layout of a time that has one. */
function layoutOf(part: LogPart | undefined): string | undefined {
  if (typeof part !== 'object' || part.slot.time === undefined || !('strptime' in part.slot.time)) return undefined;
  const { strptime } = part.slot.time;
  return fractions[strptime] ?? strptime;
}

/** `%U%q` is a target; what stands right before it ends where the path begins. */
function joinTargets(parts: readonly LogPart[]): readonly LogPart[] {
  const filled = parts.filter((part) => part !== '');
  return filled.flatMap((part, at): LogPart[] => {
    const [before, next] = [filled[at - 1], filled[at + 1]];
    if (typeof part === 'string') return [part];
    const isAfterPath = typeof before === 'object' && before.written.endsWith('U');
    if (part.written.endsWith('q') && isAfterPath) return [];
    const isTarget = part.written.endsWith('U') && typeof next === 'object' && next.written.endsWith('q');
    const value = isTarget ? { ...valueOf('', undefined, 'Uq', `${part.written}%q`), name: 'path' } : part;
    const isBeforePath = typeof next === 'object' && next.written.endsWith('U');
    return [isBeforePath ? { ...value, slot: { ...value.slot, until: '/' } } : value];
  });
}
