/** The subcommands of the command line host. `serve` and the window are started by hosts/launch.mjs. */
import type { SubcommandEntry } from './subcommand.ts';

export const commands: readonly SubcommandEntry[] = [
  {
    name: 'info',
    summary: 'what a log is: format, encoding, counts, times and fields',
    load: async () => (await import('./info.ts')).info,
  },
  {
    name: 'query',
    summary: 'print the records that match',
    load: async () => (await import('./query.ts')).query,
  },
  {
    name: 'follow',
    summary: 'print the last records, then those that come',
    load: async () => (await import('./follow.ts')).follow,
  },
  {
    name: 'export',
    summary: 'write the records that match to a file',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'stats',
    summary: 'count records: in all, by value of a field, over time',
    load: async () => (await import('./stats.ts')).stats,
  },
];
