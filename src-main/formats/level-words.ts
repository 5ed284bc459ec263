/** Level words in bytes to ordinals, without making a string for words that came before. */
import { levelFromWord } from '../../src-shared/model/level.ts';

/** Longer words than `informational` are none. */
const longestWord = 16;
/** Distinct words that are kept; logs use some ten. */
const mostWords = 256;
const slotCount = 1024;

export class LevelWords {
  private readonly slots = new Int32Array(slotCount).fill(-1);
  private readonly words: Uint8Array[] = [];
  private readonly ordinals: number[] = [];

  /** The ordinal of the word [start, end), ignoring case and surrounding space; -1 when it is no level. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length === 0 || length > longestWord) return -1;
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    let slot = (hash ^ (hash >>> 10)) & (slotCount - 1);
    for (let word = this.slots[slot]; word >= 0; word = this.slots[slot]) {
      if (this.isWord(this.words[word], bytes, start, length)) return this.ordinals[word];
      slot = (slot + 1) & (slotCount - 1);
    }
    const text = String.fromCharCode(...bytes.subarray(start, end));
    // D1 to D5 are mongod's levels of debugging.
    const ordinal = levelFromWord(/^D[1-5]$/.test(text) ? 'debug' : text) ?? -1;
    if (this.words.length < mostWords) {
      this.slots[slot] = this.words.length;
      this.words.push(Uint8Array.from(bytes.subarray(start, end)));
      this.ordinals.push(ordinal);
    }
    return ordinal;
  }

  private isWord(word: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
    if (word.length !== length) return false;
    for (let at = 0; at < length; at++) {
      if (word[at] !== bytes[start + at]) return false;
    }
    return true;
  }
}
