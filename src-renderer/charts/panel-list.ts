/** Which panels an overview has, by the fields that occur: GoAccess's for access logs, others for applications. Pure. */
import { derivedField, derivedFrom } from '../../src-shared/model/derived.ts';
import type { SourceState, SummaryDimension, SummaryPanelRequest } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';

export type PanelId = keyof typeof texts.overview.panels;

export interface ValuesPanel {
  readonly id: string;
  readonly title: string;
  readonly dimension: SummaryDimension;
  /** Rows in the order of the value, all of them: hours. */
  readonly isOrdered: boolean;
  /** The user's own, who can take it away again. */
  readonly isChosen: boolean;
}

/** What the user added or switched on an overview. */
export interface OverviewChoice {
  /** Fields that have panels beside those that every log of its kind has. */
  readonly fields: readonly string[];
  /** Requested paths with what follows `?`. */
  readonly withQuery: boolean;
}

export const nothingChosen: OverviewChoice = { fields: [], withQuery: false };

export interface OverviewPanels {
  readonly hasTime: boolean;
  readonly hasBytes: boolean;
  readonly hasDuration: boolean;
  readonly hasClients: boolean;
  readonly stackBy: 'status' | 'level' | undefined;
  readonly values: readonly ValuesPanel[];
  /** Fields that have no panel yet and could have one. */
  readonly others: readonly string[];
  /** There are queries to show paths with. */
  readonly hasQuery: boolean;
}

interface Candidate {
  readonly id: PanelId;
  readonly dimension: SummaryDimension;
  readonly needs?: readonly string[];
  /** Of those with the same id the first that fits is shown. */
  readonly without?: string;
}

const of = (id: PanelId, field: string, more: Partial<Candidate['dimension']> = {}): Candidate => ({
  id,
  dimension: { field, ...more },
});

const files = { needs: ['path', 'status'] };

/** In the order in which they are shown. */
const candidates: readonly Candidate[] = [
  of('files', '_file'),
  of('levels', 'level'),
  of('loggers', 'logger'),
  // A class that the log itself tells is shown by itself.
  {
    ...of('exceptions', 'exception.class', { withFrame: true }),
    needs: ['exception_frame'],
    without: 'exception.class',
  },
  of('exceptions', 'exception.class'),
  { ...of('requests', 'path', { where: 'file' }), ...files },
  { ...of('static', 'path', { where: 'static' }), ...files },
  { ...of('missing', 'path', { where: 'missing' }), ...files },
  of('clients', 'client_ip'),
  of('status', 'status'),
  of('browsers', 'user_agent.browser'),
  of('systems', 'user_agent.system'),
  of('kinds', 'user_agent.kind'),
  of('vhosts', 'vhost'),
  of('referrers', 'referrer'),
  of('sites', 'referrer.site'),
  of('keyphrases', 'referrer.keyphrase'),
  of('methods', 'method'),
  of('protocols', 'protocol'),
  of('users', 'user'),
  of('hosts', 'host'),
  of('threads', 'thread'),
  of('processes', 'process'),
];

/** Names that makers give to what GoAccess calls cache status, MIME type and TLS type. */
const byName: readonly { readonly id: PanelId; readonly name: RegExp }[] = [
  { id: 'cache', name: /(?:^|[._])(?:upstream_)?cache[._]?(?:status|result)$|^x-edge-result-type$/i },
  { id: 'mime', name: /(?:^|[._-])(?:mime[._]?type|content[._-]?type)$/i },
  { id: 'tls', name: /(?:^|[._-])(?:ssl|tls)[._-]?(?:protocol|version|cipher|cipher_suite)$/i },
];

export function panelsOf(
  { fields, format }: Pick<SourceState, 'fields' | 'format'>,
  choice: OverviewChoice = nothingChosen,
): OverviewPanels {
  const names = new Set(fields.filter(({ count }) => count > 0).map(({ name }) => name));
  const isThere = ({ dimension, needs = [], without = '' }: Candidate): boolean =>
    needs.every((name) => names.has(name)) &&
    !names.has(without) &&
    (names.has(dimension.field) || names.has(derivedField(dimension.field)?.from ?? ''));
  const isAccess = names.has('status') && names.has('client_ip');
  const wanted = [
    ...candidates.filter(isThere).filter(
      (each, at, there) =>
        each.id !== there[at - 1]?.id &&
        // The level of an access log says the same as its status.
        !(isAccess && each.id === 'levels'),
    ),
    ...byName.flatMap(({ id, name }) => [...names].filter((field) => name.test(field)).map((field) => of(id, field))),
  ];
  const titles = texts.overview.panels;
  const hasQuery = names.has('query');
  const withQuery = hasQuery && choice.withQuery;
  const standard: readonly ValuesPanel[] = [
    ...wanted.map(({ id, dimension }) => ({
      id: `${id}${['cache', 'mime', 'tls'].includes(id) ? ` ${dimension.field}` : ''}`,
      title: titles[id],
      dimension: withQuery && dimension.field === 'path' ? { ...dimension, withQuery } : dimension,
      isOrdered: false,
      isChosen: false,
    })),
    ...(names.has('time')
      ? [{ id: 'hours', title: titles.hours, dimension: { field: 'time.hour' }, isOrdered: true, isChosen: false }]
      : []),
  ];
  const taken = new Set(
    standard
      .filter(({ dimension: { where, withFrame } }) => where === undefined && withFrame === undefined)
      .map(({ dimension }) => dimension.field),
  );
  const every = [
    ...fields.filter(({ name, count }) => count > 0 && name !== 'time').map(({ name }) => name),
    ...derivedFrom(fields.filter(({ name }) => names.has(name))).map(({ name }) => name),
  ].filter((name) => !taken.has(name));
  const chosen = choice.fields.filter((name) => every.includes(name));
  return {
    hasTime: names.has('time'),
    hasBytes: names.has('bytes'),
    hasDuration: names.has('duration'),
    hasClients: names.has('client_ip'),
    // A log of a kind that has levels may have none.
    stackBy: [format.stackBy, 'status' as const, 'level' as const].find(
      (name) => name !== undefined && names.has(name),
    ),
    values: [
      ...standard,
      ...chosen.map((field) => ({
        id: `field ${field}`,
        title: field,
        dimension: { field },
        isOrdered: false,
        isChosen: true,
      })),
    ],
    others: every.filter((name) => !chosen.includes(name)),
    hasQuery,
  };
}

/** Asked for first, because everything over time is what people look at first. */
export function timeRequests(panels: OverviewPanels, buckets: number): readonly SummaryPanelRequest[] {
  const { hasTime, hasDuration, hasClients, stackBy } = panels;
  return [
    { kind: 'totals' },
    ...(hasTime && buckets > 0
      ? [{ kind: 'series' as const, buckets, ...(stackBy === undefined ? {} : { stackBy }) }, { kind: 'heat' as const }]
      : []),
    ...(hasTime && hasClients ? [{ kind: 'days' as const }] : []),
    ...(hasDuration ? [{ kind: 'latency' as const }] : []),
  ];
}

/** As many values as a panel shows when it is unfolded. */
export const mostRows = 50;

export const valueRequests = (panels: readonly ValuesPanel[]): readonly SummaryPanelRequest[] =>
  panels.map(({ dimension }) => ({ kind: 'values', dimension, limit: mostRows }));
