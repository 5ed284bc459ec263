/**
 * The command line host (dist/main/cli.cjs): joins the process to run.ts.
 */
import { constants } from 'node:os';
import * as engine from '../../engine/index.ts';
import { ignoreErrorEvents } from './output.ts';
import { run } from './run.ts';
import { Stopped } from './shell.ts';

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    const status = 128 + constants.signals[name];
    // The second time the user no longer waits for a clean end.
    if (stopping.signal.aborted) process.exit(status);
    stopping.abort(new Stopped(status));
  });
}
ignoreErrorEvents(process.stdout);
ignoreErrorEvents(process.stderr);

// The engine's idle threads do not keep the process alive, also not while it waits for their end.
const alive = setInterval(() => undefined, 2 ** 30);
void run({
  args: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stopping.signal,
  engine,
}).then((status) => {
  clearInterval(alive);
  // All output has been taken by the system; an open standard input must not keep the process.
  process.exit(status);
});
