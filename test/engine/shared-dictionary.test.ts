/** Dictionaries that several threads write at once: real workers, compiled kernels, one memory. */
import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuildMemory } from '../../src-main/index/column-dictionary.ts';
import { buildRange, type BuiltSegment } from '../../src-main/index/build.ts';
import { Dictionary } from '../../src-main/index/dictionary.ts';
import { openSegment } from '../../src-main/index/open-segment.ts';
import { SharedDictionaries } from '../../src-main/index/shared-dictionary.ts';
import { formatFor } from '../../src-main/formats/index.ts';
import { IndexMemory } from '../../src-main/kernels/index-memory.ts';
import { createPool } from '../../src-main/workers/pool.ts';
import { generateBuffer } from '../generate/generate.mjs';

const format = { name: 'access-log' };
const parser = { zone: 'UTC', mtimeMs: 0, encoding: 'utf-8' };
const options = { chunkBytes: 1 << 14, segmentRecords: 65_536, seed: 3 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-shared-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(dictionaries: SharedDictionaries): ReadonlyMap<string, Dictionary> {
  return new Map(
    dictionaries.all().map((shared) => {
      const dictionary = new Dictionary(shared.field);
      const growth = shared.takeGrowth();
      if (growth !== undefined) dictionary.grow(growth);
      return [shared.field, dictionary];
    }),
  );
}

/** The texts of each dictionary column, record by record. */
function texts(segments: readonly BuiltSegment[], dictionaries: ReadonlyMap<string, Dictionary>): unknown {
  return segments.flatMap(({ data }) => {
    const { columns, rows } = openSegment(data, 0, 1);
    return Array.from({ length: rows }, (_, row) =>
      Array.from(columns.keys(), (name) => {
        const column = columns.get(name);
        if (column?.kind !== 'dictionary') return '';
        const code = column.codes[row];
        return code === 0 ? undefined : dictionaries.get(column.field)?.text(column.ids[code - 1]);
      }).join('\n'),
    );
  });
}

describe('shared dictionaries', () => {
  it('give each text one id, whichever of four threads meets it first', async () => {
    const source = generateBuffer({ kind: 'access', bytes: 6_000_000, seed: 11, hostile: 0.05 });
    const path = join(folder, 'a.log');
    writeFileSync(path, source);
    const fd = openSync(path, 'r');
    const memory = IndexMemory.create();
    const shared = new SharedDictionaries(memory);
    const told = { kind: 'memory', source: 1, memory: memory.memory } as const;
    const pool = createPool(4, () => [told], { blockCacheBytes: 0, onDamage: () => undefined });
    pool.register(told);
    try {
      const step = 50_000;
      const ranges = Array.from({ length: Math.ceil(source.length / step) }, (_, part) => {
        const [from, to] = [part * step, Math.min(source.length, (part + 1) * step)];
        return { from, to, limit: source.length, final: true, exact: part === 0 };
      });
      const parts = ranges.map(async (range) => {
        const segments: BuiltSegment[] = [];
        const request = { source: 1, format, parser, fd, range, options };
        await pool.run('build', request, { onPart: (segment) => segments.push(segment) });
        return segments;
      });
      const built = (await Promise.all(parts)).flat();
      const dictionaries = read(shared);
      for (const dictionary of dictionaries.values()) {
        const all = Array.from({ length: dictionary.count }, (_, id) => `${dictionary.tag(id)} ${dictionary.text(id)}`);
        expect(new Set(all).size).toBe(all.length);
      }
      const alone = new BuildMemory(new SharedDictionaries(IndexMemory.create()));
      const expected: BuiltSegment[] = [];
      const copy = (target: Uint8Array, at: number, length: number, position: number): number =>
        source.copy(target, at, position, position + length);
      const emit = (segment: BuiltSegment): unknown => expected.push(segment);
      for (const range of ranges) buildRange(formatFor(format), parser, range, options, copy, emit, () => false, alone);
      const ids = (found: ReadonlyMap<string, Dictionary>): unknown =>
        Object.fromEntries(Array.from(found, ([field, { count }]) => [field, count]));
      const wanted = read(alone.dictionaries);
      expect(ids(dictionaries)).toEqual(ids(wanted));
      expect(texts(built, dictionaries)).toEqual(texts(expected, wanted));
    } finally {
      closeSync(fd);
      await pool.close();
    }
  });

  it('keep fields apart whose names differ only in half a surrogate pair', () => {
    const dictionaries = new SharedDictionaries(IndexMemory.create());
    const other = new SharedDictionaries(dictionaries.memory);
    const names = ['a\ud800', 'a\ud801', 'a', ''];
    const addresses = names.map((name) => dictionaries.of(name)?.address);
    expect(new Set(addresses).size).toBe(names.length);
    expect(names.map((name) => other.of(name)?.address)).toEqual(addresses);
  });
});
