/**
 * Tasks that write a source's bytes to a spool file as parsers want them: unpacked, and in an encoding in which ASCII
 * bytes mean ASCII. They report how far the spool is, so that indexing runs behind them.
 */
import { userFiles } from '../user-files.ts';
import { dirname } from 'node:path';
import { cancelled, EngineError } from '../../src-shared/errors.ts';
import { textStreamFor } from '../formats/index.ts';
import type { Tasks } from './tasks.ts';
import type { TaskContext } from './source-state.ts';
import { DamagedFile, unpackFile } from './unpack.ts';

const { readSync, writeSync, openSync, closeSync, statfsSync } = userFiles;

const reportEveryBytes = 4 << 20;
/** What is left free on the disk of the spool. */
const keepFreeBytes = 256 << 20;

export async function unpackToSpool(
  request: Tasks['unpack']['request'],
  part: (part: Tasks['unpack']['part']) => void,
  context: TaskContext,
): Promise<Tasks['unpack']['result']> {
  const spool = createSpoolWriter(request.spool, request.limitBytes);
  let reported = 0;
  try {
    await unpackFile(request.path, request.packing, (chunk, read) => {
      context.beat();
      if (context.stopped()) throw cancelled();
      spool.write(chunk);
      if (spool.bytes - reported >= reportEveryBytes) {
        reported = spool.bytes;
        part({ bytes: spool.bytes, read });
      }
    });
  } catch (error) {
    if (context.stopped()) throw cancelled();
    // What was unpacked before the damage is good; the engine keeps it and says so.
    if (error instanceof DamagedFile)
      throw new EngineError(
        'corrupt',
        `${request.path} is damaged or cut short: ${error.message}. The records before the damage are shown.`,
      );
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new EngineError('not-found', `${request.path} is gone before it could be unpacked.`);
    throw error;
  } finally {
    spool.close();
  }
  return { bytes: spool.bytes };
}

export function transcodeToSpool(
  request: Tasks['transcode']['request'],
  part: (part: Tasks['transcode']['part']) => void,
  context: TaskContext,
): Tasks['transcode']['result'] {
  const decoder = textStreamFor(request.encoding);
  const spool = createSpoolWriter(request.spool, Number.POSITIVE_INFINITY);
  const bytes = Buffer.allocUnsafe(1 << 20);
  let position = request.from;
  try {
    for (;;) {
      context.beat();
      const got = readSync(request.fd, bytes, 0, bytes.length, position);
      position += got;
      spool.write(Buffer.from(got > 0 ? decoder.write(bytes.subarray(0, got)) : decoder.end()));
      part({ bytes: spool.bytes, read: position });
      if (got === 0) return { bytes: spool.bytes };
    }
  } finally {
    spool.close();
  }
}

/** Appends to a spool file, within its limit and without filling the disk. */
function createSpoolWriter(
  path: string,
  limitBytes: number,
): { readonly bytes: number; write(chunk: Uint8Array): void; close(): void } {
  const fd = openSync(path, 'a', 0o600);
  let bytes = 0;
  let checked = -1;
  return {
    get bytes() {
      return bytes;
    },
    write: (chunk) => {
      if (bytes + chunk.length > limitBytes) {
        throw new EngineError(
          'too-large',
          `The file unpacks to more than the limit of ${Math.round(limitBytes / (1 << 20)).toLocaleString('en')} MiB. The records before that are shown.`,
        );
      }
      if (bytes - checked >= 64 << 20 || checked < 0) {
        checked = bytes;
        const disk = statfsSync(dirname(path));
        if (disk.bavail * disk.bsize < keepFreeBytes) {
          throw new EngineError(
            'disk-full',
            `There is no room to unpack the file in ${dirname(path)}. Free some space, or choose another spool folder in the settings.`,
          );
        }
      }
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at, chunk.length - at);
      bytes += chunk.length;
    },
    close: () => closeSync(fd),
  };
}
