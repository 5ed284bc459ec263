/**
 * Unpacks compressed files, by what Node and plain libraries know. Of a file of several parts one after the other
 * (`cat a.gz b.gz`, pbzip2, pzstd) all parts are unpacked.
 */
import { createGunzip } from 'node:zlib';
import Bunzip from '@openpgp/seek-bzip';
import { Decompress } from 'fzstd';
import { XzReadableStream } from 'xz-decompress';
import { userFiles } from '../user-files.ts';

const { createReadStream, openSync, closeSync, readSync } = userFiles;

export type Packing = 'gzip' | 'bzip2' | 'xz' | 'zstd';

const any = -1;

const magics: Readonly<Record<Packing, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  bzip2: [0x42, 0x5a, 0x68, any, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/** What the file that begins with these bytes is packed with. */
export function packingOf(head: Uint8Array): Packing | undefined {
  for (const packing of ['gzip', 'bzip2', 'xz', 'zstd'] as const) {
    if (magics[packing].every((byte, at) => byte === any || head[at] === byte)) return packing;
  }
  return undefined;
}

/** The packed bytes are damaged or end too soon. */
export class DamagedFile extends Error {}

/** Takes unpacked bytes, which are its own only during the call, and how many packed ones were read. May throw to end it. */
export type UnpackedChunk = (bytes: Uint8Array, read: number) => void;

/** @throws DamagedFile; what `write` throws; errors of reading the file. */
export async function unpackFile(path: string, packing: Packing, write: UnpackedChunk): Promise<void> {
  let outside: { readonly error: unknown } | undefined;
  try {
    await unpackers[packing](path, (bytes, read) => {
      try {
        write(bytes, read);
      } catch (error) {
        outside = { error };
        throw error;
      }
    });
  } catch (error) {
    if (outside !== undefined) throw outside.error;
    if (!(error instanceof Error) || 'syscall' in error) throw error;
    throw new DamagedFile(error.message);
  }
}

const unpackers: Readonly<Record<Packing, (path: string, write: UnpackedChunk) => Promise<void> | void>> = {
  gzip: unpackGzip,
  bzip2: unpackBzip2,
  xz: unpackXz,
  zstd: unpackZstd,
};

const pieceBytes = 1 << 18;

async function unpackGzip(path: string, write: UnpackedChunk): Promise<void> {
  const input = createReadStream(path, { highWaterMark: pieceBytes });
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  const unpacked = input.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) write(chunk, input.bytesRead);
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

async function unpackXz(path: string, write: UnpackedChunk): Promise<void> {
  const input = createReadStream(path, { highWaterMark: pieceBytes });
  const chunks = (input as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const packed = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
  const reader = new XzReadableStream(packed).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) write(next.value, input.bytesRead);
  } finally {
    input.destroy();
    // The library unpacks one stream at a time, and waits until this one was given up.
    await reader.cancel();
  }
}

/** Each block is written as it comes: a few bytes may unpack to gigabytes. */
async function unpackZstd(path: string, write: UnpackedChunk): Promise<void> {
  const input = createReadStream(path, { highWaterMark: pieceBytes });
  const decoder = new Decompress((bytes) => write(bytes, input.bytesRead));
  for await (const chunk of input as AsyncIterable<Buffer>) decoder.push(chunk);
  decoder.push(new Uint8Array(0), true);
}

/** Reads and writes as it goes: the library asks for single bytes. */
function unpackBzip2(path: string, write: UnpackedChunk): void {
  const fd = openSync(path, 'r');
  const packed = Buffer.allocUnsafe(pieceBytes);
  const unpacked = Buffer.allocUnsafe(pieceBytes);
  let at = 0;
  let end = 0;
  let read = 0;
  let length = 0;
  const fill = (): boolean => {
    if (at < end) return true;
    at = 0;
    end = readSync(fd, packed, 0, packed.length, null);
    read += end;
    return end > 0;
  };
  const flush = (): void => {
    const bytes = unpacked.subarray(0, length);
    length = 0;
    if (bytes.length > 0) write(bytes, read);
  };
  const readByte = (): number => (fill() ? packed[at++] : -1);
  const input = {
    readByte,
    eof: () => !fill(),
    read: (target: Uint8Array, offset: number, count: number): number => {
      let done = 0;
      for (let byte = 0; done < count && (byte = readByte()) >= 0; done++) target[offset + done] = byte;
      return done === 0 ? -1 : done;
    },
  };
  const output = {
    writeByte: (byte: number): void => {
      unpacked[length++] = byte;
      if (length === unpacked.length) flush();
    },
  };
  try {
    Bunzip.decode(input, output, true);
  } finally {
    closeSync(fd);
    // What stands before a damage counts; after an error of `write` there is nothing left.
    flush();
  }
}
