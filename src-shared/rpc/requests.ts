/**
 * What a request must look like, for every call: read on receipt, before a handler sees it.
 * A key that protocol.ts gains is a type error here until it is read.
 */
import type {
  CallName,
  ExportRequest,
  LocateRequest,
  OpenOptions,
  RequestOf,
  SortOrder,
  SummaryDimension,
  SummaryPanelRequest,
  ViewQuery,
} from '../protocol.ts';
import {
  count,
  flag,
  isPlain,
  list,
  number,
  oneOf,
  optional,
  type Reader,
  refuse,
  shape,
  text,
  whole,
} from '../shape.ts';

/** Throws EngineError `bad-argument` that names the key. */
export function readRequest<N extends CallName>(name: N, request: unknown): RequestOf<N> {
  return readers[name](request, name);
}

const nothing: Reader<Record<string, never>> = (value, at) => (isPlain(value) ? {} : refuse(at, 'an object'));

const openOptions = shape<OpenOptions>({
  format: optional(text),
  encoding: optional(text),
  timezone: optional(text),
  year: optional(whole),
  noCache: optional(flag),
  follow: optional(flag),
});

const sortOrder = shape<SortOrder>({ field: text, descending: flag });
const viewQuery = shape<ViewQuery>({ filter: text, sort: optional(sortOrder), zone: text });

const toPath = shape<{ readonly path: string }>({ path: text });
const toDownload = shape<{ readonly download: string }>({ download: text });
const exportTarget: Reader<ExportRequest['target']> = (value, at) =>
  isPlain(value) && Object.hasOwn(value, 'path') ? toPath(value, at) : toDownload(value, at);

type Locate<By> = Extract<LocateRequest, { readonly by: By }>;

const locators: { readonly [By in LocateRequest['by']]: Reader<Locate<By>> } = {
  time: shape<Locate<'time'>>({ view: count, by: oneOf('time'), time: number }),
  line: shape<Locate<'line'>>({ view: count, by: oneOf('line'), line: whole }),
  record: shape<Locate<'record'>>({ view: count, by: oneOf('record'), record: whole }),
  // Row -1 means "before the first row".
  level: shape<Locate<'level'>>({ view: count, by: oneOf('level'), level: number, from: whole, backwards: flag }),
  filter: shape<Locate<'filter'>>({ view: count, by: oneOf('filter'), filter: text, from: whole, backwards: flag }),
};

const locate: Reader<LocateRequest> = (value, at) => {
  if (!isPlain(value)) return refuse(at, 'an object');
  const by = oneOf('time', 'line', 'record', 'level', 'filter')(value['by'], `${at}.by`);
  return locators[by](value, at);
};

const dimension = shape<SummaryDimension>({
  field: text,
  where: optional(oneOf('file', 'static', 'missing')),
  withQuery: optional(flag),
  withFrame: optional(flag),
});

type SummaryPanel<Kind> = Extract<SummaryPanelRequest, { readonly kind: Kind }>;

const summaryPanels: { readonly [Kind in SummaryPanelRequest['kind']]: Reader<SummaryPanel<Kind>> } = {
  totals: shape<SummaryPanel<'totals'>>({ kind: oneOf('totals') }),
  series: shape<SummaryPanel<'series'>>({
    kind: oneOf('series'),
    buckets: count,
    interval: optional(text),
    stackBy: optional(oneOf('status', 'level')),
  }),
  heat: shape<SummaryPanel<'heat'>>({ kind: oneOf('heat') }),
  latency: shape<SummaryPanel<'latency'>>({ kind: oneOf('latency') }),
  days: shape<SummaryPanel<'days'>>({ kind: oneOf('days') }),
  values: shape<SummaryPanel<'values'>>({ kind: oneOf('values'), dimension, limit: count }),
};

const summaryPanel: Reader<SummaryPanelRequest> = (value, at) => {
  if (!isPlain(value)) return refuse(at, 'an object');
  const kind = oneOf('totals', 'series', 'heat', 'latency', 'days', 'values')(value['kind'], `${at}.kind`);
  return summaryPanels[kind](value, at);
};

const readers: { readonly [N in CallName]: Reader<RequestOf<N>> } = {
  hello: nothing,
  open: shape<RequestOf<'open'>>({ path: text, more: optional(list(text)), options: optional(openOptions) }),
  reopen: shape<RequestOf<'reopen'>>({ source: count, options: openOptions }),
  close: shape<RequestOf<'close'>>({ source: count }),
  sources: nothing,
  formats: nothing,
  createView: shape<RequestOf<'createView'>>({ source: count, query: viewQuery }),
  updateView: shape<RequestOf<'updateView'>>({ view: count, query: viewQuery }),
  follow: shape<RequestOf<'follow'>>({ source: count, on: flag }),
  sortAgain: shape<RequestOf<'sortAgain'>>({ view: count }),
  holdOrder: shape<RequestOf<'holdOrder'>>({ view: count, on: flag }),
  closeView: shape<RequestOf<'closeView'>>({ view: count }),
  page: shape<RequestOf<'page'>>({
    view: count,
    from: count,
    to: count,
    fields: list(text),
    textLimit: optional(count),
  }),
  record: shape<RequestOf<'record'>>({ view: count, record: count }),
  locate,
  histogram: shape<RequestOf<'histogram'>>({
    view: count,
    buckets: count,
    interval: optional(text),
    from: optional(number),
    to: optional(number),
    stackBy: optional(text),
    sum: optional(text),
    lastMs: optional(number),
  }),
  top: shape<RequestOf<'top'>>({ view: count, field: text, limit: count }),
  summary: shape<RequestOf<'summary'>>({ view: count, panels: list(summaryPanel), lastMs: optional(number) }),
  checkFilter: shape<RequestOf<'checkFilter'>>({ source: count, filter: text, zone: text }),
  export: shape<RequestOf<'export'>>({
    view: count,
    format: oneOf('csv', 'tsv', 'jsonl', 'text'),
    fields: optional(list(text)),
    zone: text,
    bom: flag,
    crlf: flag,
    neutralize: flag,
    target: exportTarget,
  }),
  cancelJob: shape<RequestOf<'cancelJob'>>({ job: count }),
  pickFiles: nothing,
  pickExportTarget: shape<RequestOf<'pickExportTarget'>>({ suggestedName: text }),
  listFolder: shape<RequestOf<'listFolder'>>({ path: optional(text) }),
};
