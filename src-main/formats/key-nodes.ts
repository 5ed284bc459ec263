/**
 * The keys of a source as a tree: one node for each path, found by bytes without making strings. A key is first
 * compared with the one that stood at its place in the record before; only on a difference is it looked up.
 * Shared by JSON and logfmt.
 */
import { randomInt } from 'node:crypto';
import type { Rule } from './well-known.ts';

/** One way to write a key; escapes allow several for one node. */
export class KeyEntry {
  /** What came after this key last time, in the same object. */
  follow: KeyEntry | undefined;

  /** The key four bytes at a time, the last ones overlapping; empty for keys of less than four. */
  private readonly words: Int32Array;

  constructor(
    readonly written: Uint8Array,
    readonly node: KeyNode,
    readonly parent: KeyNode,
    readonly hash: number,
    /** The next in its bucket. */
    public next: KeyEntry | undefined,
  ) {
    const { length } = written;
    const view = new DataView(written.buffer, written.byteOffset, length);
    this.words = new Int32Array(length < 4 ? 0 : Math.ceil(length / 4));
    for (let word = 0; word < this.words.length; word++) {
      this.words[word] = view.getInt32(Math.min(word * 4, length - 4), true);
    }
  }

  /** The key stands at `at` and `after` behind it. Words are compared, which is three times as fast as bytes. */
  isAtBefore(after: number, bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const { words, written } = this;
    const { length } = written;
    if (at + length >= end || bytes[at + length] !== after) return false;
    const last = words.length - 1;
    if (last < 0) return this.isAt(bytes, at, end);
    if (view.getInt32(at + length - 4, true) !== words[last]) return false;
    for (let word = 0; word < last; word++) {
      if (view.getInt32(at + word * 4, true) !== words[word]) return false;
    }
    return true;
  }

  /** The key stands at `at`, whole. */
  isAt(bytes: Uint8Array, at: number, end: number): boolean {
    const { written } = this;
    const { length } = written;
    if (at + length > end) return false;
    for (let place = 0; place < length; place++) {
      if (bytes[at + place] !== written[place]) return false;
    }
    return true;
  }
}

/** Decides what a path means; asked once for each. */
export type FindRule = (name: string) => Rule | undefined;

const fewestBuckets = 16;

/** Keys of one object that are remembered: a log whose keys are identifiers has new ones without end. */
const mostKeys = 4096;

/** Unknown to whoever writes the log, who else could choose keys that all fall into one bucket. */
const hashFactor = randomInt(1 << 20, 1 << 30) * 2 + 1;

export class KeyNode {
  /** The key that came first in this object last time. */
  first: KeyEntry | undefined;
  /** The record that this path was last seen in, and its tokens there. */
  record = 0;
  from = 0;
  to = 0;
  /** Its own column, -1 until it needs one, -2: it gets none. */
  field = -1;
  readonly rule: Rule | undefined;
  /** The rule's target and rank, -1 without a rule: read for each value of each record. */
  readonly target: number;
  readonly rank: number;
  private buckets: (KeyEntry | undefined)[] = [];
  private entryCount = 0;
  private nodes: Map<string, KeyNode> | undefined;

  /** `name`: the keys from the root, joined with dots. */
  constructor(
    readonly name: string,
    private readonly findRule: FindRule,
    /** All entries below the root, in the order in which they came. */
    readonly entries: KeyEntry[],
    private readonly isRoot = false,
  ) {
    this.rule = isRoot ? undefined : findRule(name);
    this.target = this.rule?.target ?? -1;
    this.rank = this.rule?.rank ?? -1;
  }

  static root(findRule: FindRule): KeyNode {
    return new KeyNode('', findRule, [], true);
  }

  /** The entry of a key written as [start, end); `decode` tells its text when it is new. */
  find(bytes: Uint8Array, start: number, end: number, decode: () => string): KeyEntry {
    const length = end - start;
    let hash = length;
    for (let place = start; place < end; place++) hash = (Math.imul(hash, hashFactor) + bytes[place]) | 0;
    const { buckets } = this;
    for (let entry = buckets[hash & (buckets.length - 1)]; entry !== undefined; entry = entry.next) {
      if (entry.hash === hash && entry.written.length === length && entry.isAt(bytes, start, end)) return entry;
    }
    const written = new Uint8Array(length);
    written.set(bytes.subarray(start, end));
    const entry = new KeyEntry(written, this.child(decode()), this, hash, undefined);
    if (this.entryCount >= mostKeys) return entry;
    if (this.entryCount >= buckets.length) this.widen();
    this.entryCount++;
    this.put(entry);
    this.entries.push(entry);
    return entry;
  }

  private put(entry: KeyEntry): void {
    const bucket = entry.hash & (this.buckets.length - 1);
    entry.next = this.buckets[bucket];
    this.buckets[bucket] = entry;
  }

  private widen(): void {
    const entries: KeyEntry[] = [];
    for (const first of this.buckets) {
      for (let entry = first; entry !== undefined; entry = entry.next) entries.push(entry);
    }
    const size = Math.max(fewestBuckets, this.buckets.length * 2);
    this.buckets = Array.from<KeyEntry | undefined>({ length: size });
    for (const entry of entries) this.put(entry);
  }

  private child(key: string): KeyNode {
    this.nodes ??= new Map();
    let node = this.nodes.get(key);
    if (node === undefined) {
      node = new KeyNode(this.isRoot ? key : `${this.name}.${key}`, this.findRule, this.entries);
      if (this.nodes.size < mostKeys) this.nodes.set(key, node);
    }
    return node;
  }
}
