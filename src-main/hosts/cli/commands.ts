/** The subcommands of the command line host. `serve` and the window are started by hosts/launch.mjs. */
import { exportCommand } from './export.ts';
import { follow } from './follow.ts';
import { info } from './info.ts';
import { query } from './query.ts';
import { stats } from './stats.ts';
import type { SubcommandEntry } from './subcommand.ts';

export const commands: readonly SubcommandEntry[] = [
  { name: 'info', summary: 'what a log is: format, encoding, counts, times and fields', command: info },
  { name: 'query', summary: 'print the records that match', command: query },
  { name: 'follow', summary: 'print the last records, then those that come', command: follow },
  { name: 'export', summary: 'write the records that match to a file', command: exportCommand },
  { name: 'stats', summary: 'count records: in all, by value of a field, over time', command: stats },
];
