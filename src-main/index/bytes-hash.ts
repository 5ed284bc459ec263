/**
 * Hashing and comparing byte ranges, four bytes at a time. Hot: runs for every dictionary value of every record.
 *
 * The hash is keyed with a random seed for each source, and equal hashes are always verified by comparing bytes, so
 * a log written to collide only costs time, never an answer.
 */

const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;

/** One round of xxHash32 (Collet): four of them run side by side, which a compiled kernel turns into speed. */
function mix(sum: number, word: number): number {
  const mixed = (sum + Math.imul(word, prime2)) | 0;
  return Math.imul((mixed << 13) | (mixed >>> 19), prime1);
}

/**
 * Four lanes over 16 bytes at a time, little-endian; the last 16 overlap with those before, shorter texts are spread
 * over the lanes by overlapping words. As in kernels/assembly/bytes.ts, word for word.
 */
export function hashBytes(view: DataView, start: number, end: number, seed: number): number {
  const length = end - start;
  let a = (seed + prime1 + prime2) | 0;
  let b = (seed + prime2) | 0;
  let c = seed | 0;
  let d = (seed - prime1) | 0;
  for (let at = start; at < end - 16; at += 16) {
    a = mix(a, view.getInt32(at, true));
    b = mix(b, view.getInt32(at + 4, true));
    c = mix(c, view.getInt32(at + 8, true));
    d = mix(d, view.getInt32(at + 12, true));
  }
  if (length >= 8) {
    const head = length >= 16 ? end - 16 : start;
    a = mix(a, view.getInt32(head, true));
    b = mix(b, view.getInt32(head + 4, true));
    c = mix(c, view.getInt32(end - 8, true));
    d = mix(d, view.getInt32(end - 4, true));
  } else if (length >= 4) {
    a = mix(a, view.getInt32(start, true));
    b = mix(b, view.getInt32(end - 4, true));
    c = mix(c, 0);
    d = mix(d, 0);
  } else {
    const few =
      length === 0
        ? 0
        : view.getUint8(start) | (view.getUint8(start + (length >> 1)) << 8) | (view.getUint8(end - 1) << 16);
    a = mix(a, few);
    b = mix(b, 0);
    c = mix(c, 0);
    d = mix(d, 0);
  }
  return finish(a, b, c, d, length);
}

/** Keys of hashText: 16 for the words of 64 bytes, and four times one for what came before those. All odd. */
export function textKeys(seed: number): Uint32Array {
  const keys = new Uint32Array(textKeyWords);
  for (let place = 0; place < keys.length; place++) {
    let key = (seed + Math.imul(Math.min(place, 16) + 1, prime1)) | 0;
    key = Math.imul(key ^ (key >>> 16), prime2);
    key = Math.imul(key ^ (key >>> 13), prime3);
    keys[place] = (key ^ (key >>> 16)) | 1;
  }
  return keys;
}
export const textKeyWords = 20;

/**
 * The hash by which dictionaries find a text: in each of four lanes a sum of the text's words times keys, word by word,
 * the last ones filled up with zeros; what came before the last 64 bytes is multiplied once more for each 64. So
 * nothing waits for anything, and the kernel (kernels/assembly/bytes.ts) takes 64 bytes in one step.
 */
export function hashText(view: DataView, start: number, end: number, keys: Uint32Array, tag: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let from = start; ;) {
    const to = Math.min(end, from + 64);
    let key = 0;
    let at = from;
    for (; at + 16 <= to; at += 16, key += 4) {
      a = (a + Math.imul(view.getInt32(at, true), keys[key])) | 0;
      b = (b + Math.imul(view.getInt32(at + 4, true), keys[key + 1])) | 0;
      c = (c + Math.imul(view.getInt32(at + 8, true), keys[key + 2])) | 0;
      d = (d + Math.imul(view.getInt32(at + 12, true), keys[key + 3])) | 0;
    }
    if (at < to) {
      a = (a + Math.imul(wordOf(view, at, to), keys[key])) | 0;
      b = (b + Math.imul(wordOf(view, at + 4, to), keys[key + 1])) | 0;
      c = (c + Math.imul(wordOf(view, at + 8, to), keys[key + 2])) | 0;
      d = (d + Math.imul(wordOf(view, at + 12, to), keys[key + 3])) | 0;
    }
    if (to === end) return finish(a, b, c, d, end - start + Math.imul(tag, prime1));
    from = to;
    a = Math.imul(a, keys[16]);
    b = Math.imul(b, keys[16]);
    c = Math.imul(c, keys[16]);
    d = Math.imul(d, keys[16]);
  }
}

/** The word at `at`, zeros from `to` on. */
function wordOf(view: DataView, at: number, to: number): number {
  if (at + 4 <= to) return view.getInt32(at, true);
  let word = 0;
  for (let place = Math.min(to, at + 4) - 1; place >= at; place--) word = (word << 8) | view.getUint8(place);
  return word;
}

function finish(a: number, b: number, c: number, d: number, length: number): number {
  let hash =
    (((a << 1) | (a >>> 31)) + ((b << 7) | (b >>> 25)) + ((c << 12) | (c >>> 20)) + ((d << 18) | (d >>> 14)) + length) |
    0;
  hash = Math.imul(hash ^ (hash >>> 15), prime2);
  hash = Math.imul(hash ^ (hash >>> 13), prime3);
  return hash ^ (hash >>> 16);
}

/** True when `length` bytes at a and b are the same. */
export function equalBytes(left: DataView, a: number, right: DataView, b: number, length: number): boolean {
  let at = 0;
  const stop = length - 3;
  for (; at < stop; at += 4) if (left.getInt32(a + at, true) !== right.getInt32(b + at, true)) return false;
  for (; at < length; at++) if (left.getUint8(a + at) !== right.getUint8(b + at)) return false;
  return true;
}

export const viewOfBytes = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
