/**
 * The layouts of an access log, read off a sample: which shapes its lines have, and what the values beyond those of
 * the common and combined formats are. A number without a name is no duration: it stays `extra_1`, `extra_2`, ...
 */
import { AccessShapes, type AccessShape, type Lead, type TailValue } from './access-shape.ts';
import type { DetectSample } from './family.ts';
import { joinLiterals, type LayoutPart, type LayoutSlot, type LineLayout } from './line-layout.ts';
import type { TimeLayout } from './timestamp.ts';

/** A second shape counts when so many lines have it: a log whose format was changed, not a few broken lines. */
const fewestLines = 3;
const leastShare = 0.05;
const mostLayouts = 4;

/** Lines whose shape is looked at, which takes some 10 microseconds for each and is part of the time to first rows. */
const shapeLines = 500;

/** Lines of one shape that are looked at to tell what its values are. */
const columnLines = 200;

/** Layouts in the order in which a parser tries them; empty when the sample is no access log. */
export function accessLayouts({ bytes, lines }: DetectSample): readonly LineLayout[] {
  const groups = new Map<string, AccessShape[]>();
  const shapes = new AccessShapes();
  let count = 0;
  for (const { start, end } of lines.slice(0, shapeLines)) {
    const shape = shapes.read(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
    if (shape === undefined) continue;
    count++;
    const group = groups.get(shape.signature);
    if (group === undefined) groups.set(shape.signature, [shape]);
    else group.push(shape);
  }
  const found = [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .filter(
      (group, at) =>
        (at === 0 || (group.length >= fewestLines && group.length >= count * leastShare)) && isAccess(group),
    )
    .slice(0, mostLayouts);
  const hasLists = found.some(([shape]) => shape.lead === 'forwarded');
  // A line with a virtual host would fit the layout without one, but not the other way round.
  const leadRank = ({ lead }: AccessShape): number => (lead === 'vhost' ? 0 : 1);
  return found
    .toSorted(([a], [b]) => leadRank(a) - leadRank(b))
    .map((group) => layoutOf(group, hasLists && group[0].lead === 'client' ? 'forwarded' : group[0].lead));
}

/** The combined format, for a choice without a dialect. */
export const combinedLayout: LineLayout = {
  parts: joinLiterals([
    ...leadParts('client', { kind: 'dated', spaced: true }),
    ...tailParts([
      { written: 'quoted', slot: { kind: 'request' } },
      ...statusAndBytes(),
      { written: 'quoted', slot: { kind: 'text', name: 'referrer' } },
      { written: 'quoted', slot: { kind: 'text', name: 'user_agent' } },
    ]),
  ]),
};

/** A value after the time, and what it is. */
interface TailSlot {
  readonly written: TailValue['written'];
  readonly key?: string | undefined;
  readonly slot: LayoutSlot;
  /** A unit right behind a bare value. */
  readonly suffix?: string;
}

function statusAndBytes(): readonly TailSlot[] {
  return [
    { written: 'bare', slot: { kind: 'status' } },
    { written: 'bare', slot: { kind: 'number', name: 'bytes', strict: true } },
  ];
}

/** Most lines of the shape have a request, a status and a size where they belong. */
function isAccess(group: readonly AccessShape[]): boolean {
  const fitting = group.filter(({ tail: [request, status, size] }) => {
    if (request?.written !== 'quoted' || status?.written !== 'bare' || size?.written !== 'bare') return false;
    return request.key === undefined && /^(?:\d{3}|-)$/.test(status.text) && /^(?:\d+|-)$/.test(size.text);
  });
  return fitting.length >= group.length * 0.8;
}

function layoutOf(group: readonly AccessShape[], lead: Lead): LineLayout {
  const [{ time, tail }] = group;
  const columns = tail.map((_, at) => group.slice(0, columnLines).map((shape) => shape.tail[at].text));
  const slots: TailSlot[] = [{ written: 'quoted', slot: { kind: 'request' } }, ...statusAndBytes()];
  const pair = tail.findIndex(
    (value, at) => at >= 3 && isBareQuoted(value) && tail[at + 1] !== undefined && isBareQuoted(tail[at + 1]),
  );
  const known = pair < 0 ? undefined : wellKnownTrailer(tail, columns, pair + 2);
  const names =
    pair >= 0 && isSwapped(columns[pair], columns[pair + 1]) ? ['user_agent', 'referrer'] : ['referrer', 'user_agent'];
  let extras = 0;
  let hasForwardedFor = lead === 'forwarded';
  for (let at = 3; at < tail.length; at++) {
    const { written, key } = tail[at];
    let slot: LayoutSlot;
    let suffix: string | undefined;
    if (pair >= 0 && (at === pair || at === pair + 1)) slot = { kind: 'text', name: names[at - pair] };
    else if (known !== undefined) ({ slot, suffix } = known[at - (pair + 2)]);
    else if (key !== undefined) slot = keyedSlot(key, columns[at]);
    else {
      extras++;
      const isForwardedFor = !hasForwardedFor && written === 'quoted' && columns[at].every(isAddressList);
      hasForwardedFor ||= isForwardedFor;
      slot = isForwardedFor
        ? { kind: 'text', name: 'forwarded_for', type: 'text' }
        : extraSlot(`extra_${extras}`, columns[at]);
    }
    slots.push({ written, key, slot, ...(suffix === undefined ? {} : { suffix }) });
  }
  return { parts: joinLiterals([...leadParts(lead, time), ...tailParts(slots)]) };
}

const isBareQuoted = ({ written, key }: TailValue): boolean => written === 'quoted' && key === undefined;

/** The user agent stands before the referrer. */
function isSwapped(first: readonly string[], second: readonly string[]): boolean {
  const agents = (values: readonly string[]): number => values.filter((text) => text.startsWith('Mozilla/')).length;
  return agents(first) > first.length / 2 && agents(second) === 0;
}

/** `-`, an address, or several with commas, as X-Forwarded-For has them. */
const isAddressList = (text: string): boolean =>
  /^(?:-|unknown|(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)(?:, ?(?:[0-9a-f.:]+|unknown))*)$/i.test(text);

function extraSlot(name: string, values: readonly string[]): LayoutSlot {
  const isNumeric = values.every((text) => text === '-' || /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text));
  return isNumeric ? { kind: 'any', name, type: 'any' } : { kind: 'text', name, type: 'text' };
}

const seconds = { multiply: 1000, divide: 1 };

/** Keys that nginx's users agree on (`rt=0.123 uct="0.001" urt="0.120"`); nginx writes all its times in seconds. */
function keyedSlot(key: string, values: readonly string[]): LayoutSlot {
  const isSeconds = values.every((text) => text === '-' || /^\d+\.\d{3}(?:[,:] ?.*)?$/.test(text));
  switch (key.toLowerCase()) {
    case 'rt':
    case 'request_time':
      return isSeconds ? { kind: 'number', name: 'duration', ...seconds } : extraSlot(key, values);
    case 'ut':
    case 'uct':
    case 'uht':
    case 'urt':
    case 'upstream_connect_time':
    case 'upstream_header_time':
    case 'upstream_response_time':
      return isSeconds ? { kind: 'number', name: key, type: 'any', unit: 'ms', ...seconds } : extraSlot(key, values);
    case 'duration_ms':
      return { kind: 'number', name: 'duration' };
    case 'rl':
    case 'request_length':
      return { kind: 'number', name: 'request_bytes' };
    case 'host':
    case 'vhost':
      return { kind: 'host' };
    case 'rid':
    case 'request_id':
      return { kind: 'text', name: 'request_id' };
    default:
      return extraSlot(key, values);
  }
}

/** Trailers that are told by their shape alone. */
function wellKnownTrailer(
  tail: readonly TailValue[],
  columns: readonly (readonly string[])[],
  from: number,
): readonly { readonly slot: LayoutSlot; readonly suffix?: string }[] | undefined {
  const shape = tail.slice(from).map(({ written, key }) => (key === undefined ? written : '='));
  const isColumn = (at: number, pattern: RegExp): boolean => columns[from + at].every((text) => pattern.test(text));
  // The ingress controller of Kubernetes: $request_length $request_time [$proxy_upstream_name] [...] ... $req_id.
  if (
    shape.join(' ') === 'bare bare bracketed bracketed bare bare bare bare bare' &&
    isColumn(0, /^\d+$/) &&
    isColumn(1, /^\d+\.\d{3}$/) &&
    isColumn(8, /^[0-9a-f]{32}$/)
  ) {
    return [
      { slot: { kind: 'number', name: 'request_bytes' } },
      { slot: { kind: 'number', name: 'duration', ...seconds } },
      { slot: { kind: 'text', name: 'proxy_upstream_name', type: 'text' } },
      { slot: { kind: 'text', name: 'proxy_alternative_upstream_name', type: 'text' } },
      { slot: { kind: 'text', name: 'upstream_addr', type: 'text' } },
      { slot: { kind: 'any', name: 'upstream_response_length', type: 'any' } },
      { slot: { kind: 'number', name: 'upstream_response_time', type: 'any', unit: 'ms', ...seconds } },
      { slot: { kind: 'any', name: 'upstream_status', type: 'any' } },
      { slot: { kind: 'text', name: 'request_id' } },
    ];
  }
  // Traefik: the number of the request, router, server, and a duration that says its unit.
  if (shape.join(' ') === 'bare quoted quoted bare' && isColumn(0, /^\d+$/) && isColumn(3, /^\d+ms$/)) {
    return [
      { slot: { kind: 'number', name: 'request_count', type: 'integer' } },
      { slot: { kind: 'text', name: 'router', type: 'text' } },
      { slot: { kind: 'text', name: 'server_url', type: 'text' } },
      { slot: { kind: 'number', name: 'duration' }, suffix: 'ms' },
    ];
  }
  return undefined;
}

function leadParts(lead: Lead, time: TimeLayout): readonly LayoutPart[] {
  const slot: LayoutSlot = { kind: 'time', time, strict: true };
  const user: LayoutSlot = { kind: 'user' };
  const ident: LayoutSlot = { kind: 'text', name: 'ident', type: 'text' };
  switch (lead) {
    case 'client':
      return [{ kind: 'client' }, ' ', ident, ' ', user, ' [', slot, '] '];
    case 'vhost':
      return [{ kind: 'host' }, ' ', { kind: 'client' }, ' ', ident, ' ', user, ' [', slot, '] '];
    case 'forwarded':
      return [{ kind: 'addresses' }, ' - ', user, ' [', slot, '] '];
  }
}

/** Values with a space between two. */
function tailParts(slots: readonly TailSlot[]): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let literal = '';
  slots.forEach(({ written, key, slot, suffix }, at) => {
    if (at > 0) literal += ' ';
    if (key !== undefined) literal += `${key}=`;
    if (written !== 'bare') literal += written === 'quoted' ? '"' : '[';
    if (literal !== '') parts.push(literal);
    literal = written === 'bare' ? (suffix ?? '') : written === 'quoted' ? '"' : ']';
    parts.push(slot);
  });
  if (literal !== '') parts.push(literal);
  return parts;
}
