/**
 * Opens a path as bytes that can be read at any place: the file itself, or a spool file that it is unpacked or
 * transcoded into. Owns descriptors and spool files until closed. Runs on the engine's thread.
 */
import type { FileHandle } from 'node:fs/promises';
import { userFiles } from '../../user-files.ts';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EngineError } from '../../../src-shared/errors.ts';
import { detectEncoding } from '../../formats/index.ts';
import type { Pool } from '../../workers/pool.ts';
import { DamagedFile, packingOf, unpackFile, type Packing } from '../../workers/unpack.ts';

const { open, rm, stat } = userFiles.promises;

export type Compression = 'none' | Packing;

export interface ByteSource {
  readonly path: string;
  readonly compression: Compression;
  readonly encoding: string;
  /** Bytes of a byte order mark, in the readable bytes. */
  readonly bomBytes: number;
  readonly mtimeMs: number;
  /** Up to the first 256 KB of the readable bytes, cut at the end of a line where there is one. */
  readonly head: Uint8Array;
  readonly isHeadWhole: boolean;
  /** Descriptor of the readable bytes. */
  readonly fd: number;
  /** The open file, when its own bytes are the readable ones: then it can be followed. */
  readonly file?: FileHandle;
  /** Readable bytes in all, as far as known. */
  readonly bytes: number;
  /** Tells growth until all bytes are readable: at once for a plain file. */
  fill(onGrowth: (available: number, isFinal: boolean, total: number) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface OpenFileOptions {
  readonly path: string;
  readonly encoding?: string;
  readonly spoolFolder: string;
  readonly spoolLimitBytes: number;
  readonly pool: Pool;
}

export const headBytes = 256 << 10;

/** What files of these kinds hold is no text; opened as one they would only show noise. */
const archives: readonly { readonly name: string; readonly tool: string; readonly magic: readonly number[] }[] = [
  { name: 'a ZIP archive', tool: 'unzip', magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'a 7z archive', tool: '7z x', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
];

export async function openFile(options: OpenFileOptions): Promise<ByteSource> {
  const { path } = options;
  const file = await openReadable(path);
  try {
    const facts = await file.stat();
    const raw = await readHead(file, headBytes);
    const archive = archives.find(({ magic }) => magic.every((byte, at) => raw[at] === byte));
    if (archive !== undefined) {
      throw new EngineError(
        'not-readable',
        `${path} is ${archive.name}, which Taillight does not unpack. Unpack it first (${archive.tool}), and open what is in it.`,
      );
    }
    const compression: Compression = packingOf(raw) ?? 'none';
    const unpacked = compression === 'none' ? raw : await unpackHead(path, compression);
    const isWhole = compression === 'none' ? raw.length >= facts.size : false;
    const detected = detectEncoding(unpacked);
    const encoding = options.encoding === undefined ? detected.encoding : canonicalEncoding(options.encoding);
    const bomBytes = encoding === detected.encoding ? detected.bomBytes : 0;
    const common = { path, compression, mtimeMs: facts.mtimeMs };
    if (compression === 'none' && !isWide(encoding)) {
      return {
        ...common,
        encoding,
        bomBytes,
        head: isWhole ? raw : wholeLines(raw),
        isHeadWhole: isWhole,
        fd: file.fd,
        file,
        bytes: facts.size,
        fill: (onGrowth) => {
          onGrowth(facts.size, true, facts.size);
          return Promise.resolve();
        },
        close: () => file.close(),
      };
    }
    return await openSpooled(options, file, { ...common, encoding, bomBytes, unpacked, isWhole, size: facts.size });
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface SpoolFacts {
  readonly path: string;
  readonly compression: Compression;
  readonly mtimeMs: number;
  readonly encoding: string;
  readonly bomBytes: number;
  readonly unpacked: Uint8Array;
  readonly isWhole: boolean;
  readonly size: number;
}

/** Unpacks and transcodes into spool files, one step after the other, indexing behind the last. */
async function openSpooled(options: OpenFileOptions, file: FileHandle, facts: SpoolFacts): Promise<ByteSource> {
  const { pool, spoolFolder, spoolLimitBytes } = options;
  const { path, compression, encoding, mtimeMs, size } = facts;
  const spools: { readonly path: string; readonly file: FileHandle }[] = [];
  const addSpool = async (): Promise<{ readonly path: string; readonly file: FileHandle }> => {
    const spoolPath = join(spoolFolder, `taillight-${process.pid}-${randomBytes(6).toString('hex')}.spool`);
    const spool = { path: spoolPath, file: await open(spoolPath, 'wx+', 0o600) };
    spools.push(spool);
    return spool;
  };
  const close = async (): Promise<void> => {
    await file.close();
    for (const spool of spools) {
      await spool.file.close();
      await rm(spool.path, { force: true });
    }
  };
  try {
    const unpackSpool = compression === 'none' ? undefined : await addSpool();
    const textSpool = isWide(encoding) ? await addSpool() : undefined;
    const last = textSpool ?? unpackSpool;
    if (last === undefined) throw new Error('nothing to spool');
    const text =
      textSpool === undefined ? facts.unpacked : Buffer.from(new TextDecoder(encoding).decode(facts.unpacked));
    return {
      path,
      compression,
      mtimeMs,
      encoding: isWide(encoding) ? 'utf-8' : encoding,
      bomBytes: isWide(encoding) ? 0 : facts.bomBytes,
      head: facts.isWhole ? text : wholeLines(text),
      isHeadWhole: facts.isWhole,
      fd: last.file.fd,
      bytes: compression === 'none' ? size : text.length,
      fill: async (onGrowth, signal) => {
        const estimate = (bytes: number, read: number): number =>
          Math.max(bytes, Math.round((bytes / Math.max(1, read)) * size));
        let failure: Error | undefined;
        if (unpackSpool !== undefined && compression !== 'none') {
          const packing = compression;
          const onPart = ({ bytes, read }: { readonly bytes: number; readonly read: number }): void => {
            if (textSpool === undefined) onGrowth(bytes, false, estimate(bytes, read));
          };
          // What was unpacked before a damage is shown, so the failure waits until the bytes are told of.
          await pool
            .run(
              'unpack',
              { path, spool: unpackSpool.path, packing, limitBytes: spoolLimitBytes },
              { signal, onPart, urgent: true },
            )
            .catch((error: unknown) => (failure = error instanceof Error ? error : new Error(String(error))));
          const { size: unpackedBytes } = await unpackSpool.file.stat();
          if (textSpool === undefined) onGrowth(unpackedBytes, true, unpackedBytes);
        }
        if (textSpool !== undefined) {
          const from = facts.bomBytes;
          await pool.run(
            'transcode',
            { fd: (unpackSpool?.file ?? file).fd, encoding, spool: textSpool.path, from },
            {
              signal,
              onPart: ({ bytes }) => onGrowth(bytes, false, Math.max(bytes, size)),
            },
          );
          const { size: textBytes } = await textSpool.file.stat();
          onGrowth(textBytes, true, textBytes);
        }
        if (failure !== undefined) throw failure;
      },
      close,
    };
  } catch (error) {
    for (const spool of spools) {
      await spool.file.close();
      await rm(spool.path, { force: true });
    }
    throw error;
  }
}

async function openReadable(path: string): Promise<FileHandle> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw new EngineError('is-folder', `${path} is a folder. Open one of the files in it.`);
    // Opening a pipe may wait for ever, and a device may have no end.
    if (!facts.isFile())
      throw new EngineError(
        'not-readable',
        `${path} is a device or a pipe, not a file. Write what it gives to a file.`,
      );
    return await open(path, 'r');
  } catch (error) {
    throw explain(error, path);
  }
}

export function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new EngineError('not-found', `${path} does not exist.`);
    case 'EACCES':
    case 'EPERM':
      return new EngineError(
        'not-readable',
        `${path} cannot be read: permission denied. Ask for the right to read it, or open a copy.`,
      );
    case 'EISDIR':
      return new EngineError('is-folder', `${path} is a folder. Open one of the files in it.`);
    case 'EMFILE':
    case 'ENFILE':
      return new EngineError('not-readable', `${path} cannot be opened: too many files are open.`);
    case 'EIO':
    case 'ENXIO':
    case 'ESTALE':
      return new EngineError('not-readable', `${path} cannot be read: ${error.message}`);
    default:
      return error;
  }
}

async function readHead(file: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Ends unpacking when there is enough. */
class Enough extends Error {}

/** The first unpacked bytes. Little more than that is unpacked, so that a bomb does no harm. */
async function unpackHead(path: string, packing: Packing): Promise<Uint8Array> {
  const head = Buffer.alloc(headBytes);
  let length = 0;
  try {
    await unpackFile(path, packing, (bytes) => {
      const taken = Math.min(bytes.length, head.length - length);
      head.set(bytes.subarray(0, taken), length);
      length += taken;
      if (length === head.length) throw new Enough();
    });
  } catch (error) {
    // What stands before a damage is shown; the whole file says so when it is unpacked.
    const isUsable = error instanceof Enough || (error instanceof DamagedFile && length > 0);
    if (error instanceof DamagedFile && length === 0) {
      throw new EngineError(
        'corrupt',
        `${path} looks like a ${packing} file but cannot be unpacked: ${error.message}.`,
      );
    }
    if (!isUsable) throw error;
  }
  return head.subarray(0, length);
}

/** Cut behind the last newline, so that no half line is taken for a whole one. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  const end = bytes.lastIndexOf(10) + 1;
  return end === 0 ? bytes.subarray(0, 0) : bytes.subarray(0, end);
}

const isWide = (encoding: string): boolean => encoding.startsWith('utf-16') || encoding === 'iso-2022-jp';

/** The WHATWG name of an encoding label; CP949 and the like are labels people use for what WHATWG calls euc-kr. */
export function canonicalEncoding(label: string): string {
  const aliases: Record<string, string> = {
    cp949: 'euc-kr',
    ms949: 'euc-kr',
    uhc: 'euc-kr',
    cp932: 'shift_jis',
    cp936: 'gbk',
    cp950: 'big5',
    utf16: 'utf-16le',
    'utf-16': 'utf-16le',
  };
  const known = Object.hasOwn(aliases, label.toLowerCase()) ? aliases[label.toLowerCase()] : label;
  try {
    return new TextDecoder(known).encoding;
  } catch {
    throw new EngineError(
      'bad-argument',
      `${label} is not a known encoding. Examples: utf-8, iso-8859-1, windows-1252, euc-kr, shift_jis, utf-16le.`,
    );
  }
}
