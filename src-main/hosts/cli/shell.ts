/**
 * What a command sees of the process: arguments, streams and the signal that ends it. Commands take it as an
 * argument, so that tests run them without a process.
 */
import type { Readable, Writable } from 'node:stream';
import type * as engine from '../../engine/index.ts';
import type { Environment } from '../../places.ts';

export interface Shell {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted by SIGINT, SIGTERM and SIGHUP; the reason is a `Stopped`. */
  readonly signal: AbortSignal;
  readonly engine: EngineDoor;
}

/** What the command line uses of src-main/engine. */
export type EngineDoor = Pick<typeof engine, 'createEngine' | 'createRowWriter' | 'writeAtomically'>;

/** Why a command was stopped from outside; `status` is what the process ends with (128 + signal). */
export class Stopped extends Error {
  readonly status: number;

  constructor(status: number) {
    super('Stopped.');
    this.status = status;
  }
}

/** Wrong usage: told with a hint at the help, exit status 2. */
export class UsageError extends Error {}
