/**
 * The entries of a dictionary as they are stored: chunks of 4,096, each the lengths and tags of its entries and then
 * their texts, one after the other. This does not depend on how a dictionary lies in memory.
 */

import { entriesPerChunk, Tag, tagBits, wordsPerEntry } from '../dictionary.ts';

const highestTag = Math.max(...Object.values(Tag));

/** Entries as a Dictionary holds them: the texts, and words that name them as text chunk `chunk`. */
export interface TextChunk {
  readonly words: Uint32Array;
  readonly texts: Uint8Array;
}

export function encodeChunk(count: number, text: (at: number) => Uint8Array, tag: (at: number) => number): Uint8Array {
  const texts: Uint8Array[] = [];
  const lengths = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const bytes = text(at);
    texts.push(bytes);
    lengths[at] = (bytes.length << tagBits) | tag(at);
  }
  return Buffer.concat([new Uint8Array(lengths.buffer), ...texts]);
}

/** `allocate` gives the memory that it lies in from now on. undefined: this is no chunk of `count` entries. */
export function decodeChunk(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  chunk: number,
  allocate: (bytes: number) => ArrayBufferLike,
): TextChunk | undefined {
  if (bytes.length < count * 4) return undefined;
  const lengths = new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  const words = new Uint32Array(allocate(entriesPerChunk * wordsPerEntry * 4));
  let from = 0;
  for (let at = 0; at < count; at++) {
    const word = lengths[at];
    if ((word & ((1 << tagBits) - 1)) > highestTag) return undefined;
    words[at * wordsPerEntry] = chunk;
    words[at * wordsPerEntry + 1] = from;
    words[at * wordsPerEntry + 2] = word;
    from += word >>> tagBits;
  }
  if (from !== bytes.length - count * 4) return undefined;
  const texts = new Uint8Array(allocate(from));
  texts.set(bytes.subarray(count * 4));
  return { words, texts };
}
