/**
 * Memory that scans read files into, and the search for a text in it: by the kernel where it can be had, else plainly.
 * One for each worker; everything read before is overwritten by the next read.
 */
/** What search.as.ts exports. */
interface SearchExports {
  find(start: number, end: number, needle: number, length: number, a: number, b: number): number;
  findFolded(start: number, end: number, needle: number, length: number, a: number, b: number): number;
}

/** A text to be sought: ASCII, at most `longestNeedle` bytes. */
export interface Needle {
  readonly bytes: Buffer;
  /** Ignores the case of ASCII letters; `bytes` are then lower case. */
  readonly fold: boolean;
  /** Positions of its two rarest bytes. */
  readonly a: number;
  readonly b: number;
}

export const longestNeedle = 1024;

const pageBytes = 65_536;
/** The needle lies in the first page, what is searched behind it. */
const dataAt = pageBytes;
/** The kernel reads so much beyond the end. */
const beyondEnd = 64;

export function createNeedle(text: string, fold: boolean): Needle {
  const bytes = Buffer.from(fold ? text.toLowerCase() : text, 'latin1');
  const a = rarestBut(bytes, -1);
  // Not the same byte twice: separators stand in pairs around everything.
  const other = rarestBut(bytes, bytes[a]);
  return { bytes, fold, a, b: other < 0 ? bytes.length - 1 - a : other };
}

/** Place of the rarest byte other than `byte`; -1 when there is none. */
function rarestBut(bytes: Buffer, byte: number): number {
  let [found, least] = [-1, Number.POSITIVE_INFINITY];
  for (let at = 0; at < bytes.length; at++) {
    const frequency = frequencyOf(bytes[at]);
    if (frequency < least && bytes[at] !== byte) [found, least] = [at, frequency];
  }
  return found;
}

/**
 * How common a byte is in logs, roughly: digits, separators and the letters of English first. Only the order matters,
 * and only for speed.
 */
function frequencyOf(byte: number): number {
  const order = '0123456789 ./-:"eationrslcdpmuhgfbw_k=?[]+;(),vyjxqz';
  const at = order.indexOf(String.fromCharCode(byte).toLowerCase());
  return at < 0 ? 0 : order.length - at;
}

export interface ScanMemory {
  /** Room for `length` bytes; valid until the next call. */
  room(length: number): Buffer;
  /** First place at or after `from` where the needle stands in `bytes`, which `room` gave; -1 when there is none. */
  find(bytes: Buffer, from: number, needle: Needle): number;
}

/** `kernel` is the compiled search.as.ts; without it plain TypeScript searches, for tests and for comparison. */
export function createScanMemory(kernel?: Uint8Array<ArrayBuffer>): ScanMemory {
  return kernel === undefined ? plainMemory() : kernelMemory(kernel);
}

function kernelMemory(kernel: Uint8Array<ArrayBuffer>): ScanMemory {
  const memory = new WebAssembly.Memory({ initial: 1 + (4 << 20) / pageBytes, maximum: 65_536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernel), { env: { memory } });
  // The exports are those of search.as.ts, which is compiled with this file.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { find, findFolded } = instance.exports as unknown as SearchExports;
  let all = Buffer.from(memory.buffer);
  let current: Needle | undefined;
  return {
    room: (length) => {
      const missing = dataAt + length + beyondEnd - memory.buffer.byteLength;
      if (missing > 0) {
        memory.grow(Math.ceil(missing / pageBytes));
        all = Buffer.from(memory.buffer);
      }
      return all.subarray(dataAt, dataAt + length);
    },
    find: (bytes, from, needle) => {
      if (needle !== current) {
        all.set(needle.bytes, 0);
        current = needle;
      }
      const search = needle.fold ? findFolded : find;
      const found = search(dataAt + from, dataAt + bytes.length, 0, needle.bytes.length, needle.a, needle.b);
      return found < 0 ? -1 : found - dataAt;
    },
  };
}

function plainMemory(): ScanMemory {
  let all = Buffer.allocUnsafe(1 << 20);
  return {
    room: (length) => {
      if (length > all.length) all = Buffer.allocUnsafe(Math.max(length, all.length * 2));
      return all.subarray(0, length);
    },
    find: searchPlainly,
  };
}

/** The plain twin of the kernel. */
export function searchPlainly(bytes: Buffer, from: number, { bytes: needle, fold }: Needle): number {
  if (!fold) return bytes.indexOf(needle, from);
  const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);
  for (let at = from; at + needle.length <= bytes.length; at++) {
    let length = 0;
    while (length < needle.length && lower(bytes[at + length]) === needle[length]) length++;
    if (length === needle.length) return at;
  }
  return -1;
}
