/**
 * Access logs of web servers: common and combined, with a virtual host before them, with any values after them.
 * The dialect is the layouts that the lines have; layout-parser.ts reads by them.
 */
import { accessLayouts, combinedLayout } from './access-dialect.ts';
import { accessSamples } from './access-samples.ts';
import { shareParsed } from './detect.ts';
import type { FormatFamily } from './family.ts';
import type { FormatChoice } from './format.ts';
import { createLayoutParser } from './layout-parser.ts';
import type { LineLayout } from './line-layout.ts';

interface AccessDialect {
  readonly layouts: readonly LineLayout[];
}

const defaultDialect: AccessDialect = { layouts: [combinedLayout] };

export const accessLog: FormatFamily = {
  name: 'access-log',
  title: 'Access log (common, combined and more)',
  samples: accessSamples,
  detect(sample) {
    const layouts = accessLayouts(sample);
    if (layouts.length === 0) return undefined;
    return { dialect: { layouts }, score: shareParsed(sample, createLayoutParser(layouts, sample.options)) };
  },
  create(choice) {
    const { layouts } = dialectOf(choice);
    return {
      name: 'access-log',
      title: titleOf(layouts[0]),
      version: 1,
      open: false,
      stackBy: 'status',
      createParser: (options) => createLayoutParser(layouts, options),
    };
  },
};

function dialectOf({ dialect }: FormatChoice): AccessDialect {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what detect put there
  return (dialect as unknown as AccessDialect | undefined) ?? defaultDialect;
}

function titleOf({ parts }: LineLayout): string {
  const slots = parts.filter((part) => typeof part !== 'string');
  const isCombined = slots.some(({ name }) => name === 'user_agent');
  const host = slots.some(({ kind }) => kind === 'host') ? ' with virtual host' : '';
  const kinds = ['client', 'host', 'addresses', 'user', 'time', 'request', 'status'];
  const usual = ['ident', 'bytes', 'referrer', 'user_agent'];
  const more = slots.filter(({ kind, name }) => !kinds.includes(kind) && !usual.includes(name ?? '')).length;
  const extra = more === 0 ? '' : `, ${more} more ${more === 1 ? 'field' : 'fields'}`;
  return `${isCombined ? 'Combined' : 'Common'} access log${host}${extra}`;
}
