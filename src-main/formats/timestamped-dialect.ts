/** What detection reads off an application log, as plain data, and back. */
import type { TimeLayout } from './timestamp.ts';
import { ownTemplates, plainTemplates, timeTemplates, type TemplateSource } from './templates.ts';
import type { DateOrder, TimeKind } from './time-scan.ts';

export interface TimestampedDialect {
  /** The layouts of times, the commonest first. */
  readonly times: readonly TimeLayout[];
  /** Names of the templates that lines are tried with, in their order. */
  readonly templates: readonly string[];
  /** Levels without brackets are in capitals, or in any case. */
  readonly levels: 'upper' | 'any';
}

/** All templates in the order in which a line is tried with them. */
export const allTemplates: readonly TemplateSource[] = [...timeTemplates, ...ownTemplates, ...plainTemplates];

/** How records of a template begin: with a time, with one in a bracket, or otherwise. */
export function headOf(text: string): 'time' | 'bracket' | 'own' {
  return text.startsWith('{time}') ? 'time' : text.startsWith('[{time}') ? 'bracket' : 'own';
}

export const templatesNamed = (names: readonly string[]): readonly TemplateSource[] =>
  allTemplates.filter(({ name }) => names.includes(name));

/** Records begin with a time, or have one elsewhere. */
export const hasTimes = ({ templates }: TimestampedDialect): boolean =>
  templatesNamed(templates).some(({ text }) => text.includes('{time}'));

/** Nothing is known of records but a time and perhaps a level. */
export const isPlain = ({ templates }: TimestampedDialect): boolean =>
  templates.every((name) => plainTemplates.some((template) => template.name === name));

/** Times of this layout have no year, or need not have one. */
export const isYearless = ({ kind }: TimeLayout): boolean => kind === 'named' || kind === 'monthDay';

const kinds: readonly TimeKind[] = ['iso', 'basic', 'numeric', 'dated', 'named', 'ctime', 'monthDay', 'epoch', 'clock'];
const orders: readonly DateOrder[] = ['ymd', 'mdy', 'dmy'];

/** Without a dialect: ISO times and the layouts that need no evidence. */
const commonest: TimestampedDialect = {
  times: [{ kind: 'iso' }],
  templates: plainTemplates.map(({ name }) => name),
  levels: 'upper',
};

/** A dialect from data that may come from a stored index. */
export function timestampedDialect(data: { readonly [key: string]: unknown } | undefined): TimestampedDialect {
  if (data === undefined) return commonest;
  const { times, templates } = data;
  return {
    times: Array.isArray(times) && times.length > 0 ? times.map(layoutOf) : commonest.times,
    templates: Array.isArray(templates) ? templates.filter((name): name is string => typeof name === 'string') : [],
    levels: data['levels'] === 'any' ? 'any' : 'upper',
  };
}

function layoutOf(data: unknown): TimeLayout {
  const of = (key: string): unknown => (typeof data === 'object' && data !== null ? Reflect.get(data, key) : undefined);
  return {
    kind: kinds.find((known) => known === of('kind')) ?? 'iso',
    order: orders.find((known) => known === of('order')),
    spaced: of('spaced') === true,
  };
}
