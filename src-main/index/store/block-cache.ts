/**
 * What one thread has read back of stored indexes: arrays of segments and chunks of dictionaries that are not in shared
 * memory. Each is read and checked when it is first needed and given up, least recently asked for first, when all of
 * them take more than their share of the memory budget.
 *
 * Every thread has one: workers, and the engine's thread for pages. Reading is synchronous, because a column is read in
 * the midst of a scan; for a page it is some hundred KB that were written not long ago.
 */
import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { cancelled } from '../../../src-shared/errors.ts';

/** Bytes of a stored index: `fd` is a descriptor of this process, `sum` their CRC-32 unless their parts have their own. */
export interface StoredBytes {
  readonly fd: number;
  readonly at: number;
  readonly bytes: number;
  readonly sum: number | undefined;
}

/** Something that was read back and can be read again. */
export interface Loaded {
  readonly bytes: number;
  /** Lets go of it; who asks next reads it again. */
  forget(): void;
}

/** What a scan asks for row by row must not be read for each row, however small the budget. */
const leastKept = 4;

export class BlockCache {
  readonly #limitBytes: number;
  readonly #onDamage: (fd: number) => void;
  /** In the order in which they were last asked for. */
  readonly #kept = new Set<Loaded>();
  #bytes = 0;

  /** `onDamage` is told of a file whose bytes are not what was written. */
  constructor(limitBytes: number, onDamage: (fd: number) => void) {
    this.#limitBytes = limitBytes;
    this.#onDamage = onDamage;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Reads bytes into memory of their own. Damaged: says so and throws `cancelled`, since no answer can be given. */
  read(stored: StoredBytes): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(stored.bytes);
    if (!readStored(stored, bytes)) this.damaged(stored.fd);
    return bytes;
  }

  damaged(fd: number): never {
    this.#onDamage(fd);
    throw cancelled();
  }

  keep(loaded: Loaded): void {
    this.#kept.add(loaded);
    this.#bytes += loaded.bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= this.#limitBytes || this.#kept.size <= leastKept) return;
      this.drop(oldest);
    }
  }

  touch(loaded: Loaded): void {
    if (this.#kept.delete(loaded)) this.#kept.add(loaded);
  }

  drop(loaded: Loaded): void {
    if (!this.#kept.delete(loaded)) return;
    this.#bytes -= loaded.bytes;
    loaded.forget();
  }
}

/** Reads stored bytes to `target`; false when they are not what was written. */
export function readStored({ fd, at, sum }: StoredBytes, target: Uint8Array): boolean {
  try {
    for (let done = 0; done < target.length;) {
      const got = readSync(fd, target, done, target.length - done, at + done);
      if (got === 0) return false;
      done += got;
    }
  } catch {
    // A disk that cannot be read any more is as good as one that lies.
    return false;
  }
  return sum === undefined || crc32(target) === sum;
}
