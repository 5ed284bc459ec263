/**
 * Standard output with backpressure: a write resolves when the system has taken it. A reader that goes away
 * (`| head`) ends the command quietly: the write throws `PipeClosed`, which run.ts turns into exit status 0.
 */
import { EngineError } from '../../../src-shared/errors.ts';
import type { Shell } from './shell.ts';

export class PipeClosed extends Error {}

export interface Output {
  write(chunk: Uint8Array | string): Promise<void>;
}

/** `beforeWrite` makes room on a terminal that also shows progress. */
export function createOutput({ stdout }: Pick<Shell, 'stdout'>, beforeWrite: () => void = () => undefined): Output {
  return {
    async write(chunk) {
      if (chunk.length === 0) return;
      beforeWrite();
      const failure = await new Promise<Error | null | undefined>((resolve) => {
        stdout.write(chunk, resolve);
      });
      if (failure instanceof Error) throw explain(failure);
    },
  };
}

/** Keeps a stream's `error` events from ending the process; whoever writes learns of them by the write itself. */
export function ignoreErrorEvents(stream: Shell['stdout'] | Shell['stderr']): void {
  stream.on('error', () => undefined);
}

function explain(error: Error): Error {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EPIPE':
    // What Windows says for a pipe whose reader has gone.
    case 'EOF':
    case 'ECONNRESET':
    // A write after one that failed.
    case 'ERR_STREAM_DESTROYED':
      return new PipeClosed();
    case 'ENOSPC':
    case 'EDQUOT':
      return new EngineError('disk-full', 'No space left to write standard output; free some or choose another disk.');
    default:
      return new EngineError('not-writable', `Cannot write standard output: ${error.message}.`);
  }
}
