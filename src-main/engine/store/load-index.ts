/**
 * Looks through a restored index whole, so that damage is found before anybody is told that the log is indexed, and takes
 * as much of it into memory as the budget allows. Rows, filters and charts are answered meanwhile, from the file.
 */
import type { DictionaryGrowth } from '../../index/dictionary.ts';
import type { PlacedDictionary } from '../../workers/tasks.ts';
import type { IndexRun } from '../index-run.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** Some 20 MB: what somebody waits for comes before the next ones. */
const segmentsPerTask = 8;
/** Entries take this much more in memory than in the file: two more words each, and texts are some 30 bytes. */
const textsInMemory = 1.3;

/** Rejects as cancelled when the file is damaged (whoever found it has said so) or the run is over. */
export async function loadIndex(run: IndexRun, budget: MemoryBudget, signal: AbortSignal): Promise<void> {
  const { pool, number: source } = run.options;
  const stored = run.storedTexts;
  const textBytes = stored.flatMap(({ chunks }) => chunks).reduce((sum, { bytes }) => sum + bytes, 0) * textsInMemory;
  // Half of the room at most: a filter looks at each text once, but at columns again and again.
  const keepsTexts = textBytes <= (budget.sharedBytes - budget.taken) / 2;
  const growths: DictionaryGrowth[] = [];
  const loadTexts = async (dictionary: PlacedDictionary): Promise<void> => {
    const { field, count } = dictionary;
    const loaded = await pool.run('loadTexts', { ...dictionary, keep: keepsTexts }, { signal });
    growths.push({ field, count, ...loaded });
  };
  const jobs = stored.map((dictionary) => () => loadTexts(dictionary));
  let room = budget.sharedBytes - budget.taken - (keepsTexts ? textBytes : 0);
  for (let at = 0; at < run.segments.length; at += segmentsPerTask) {
    const group = run.segments.slice(at, at + segmentsPerTask);
    const bytes = group.reduce((sum, { data }) => sum + (data.stored?.bytes ?? 0), 0);
    const keep = bytes <= room;
    if (keep) room -= bytes;
    const segments = group.map((_, of) => at + of);
    jobs.push(async () => {
      const buffers = await pool.run('loadSegments', { source, segments, keep }, { signal });
      if (keep) run.move(group.map((segment, of) => [segment, { ...segment.data, buffer: buffers[of] }]));
    });
  }
  await runJobs(jobs, pool.size + 1);
  if (keepsTexts) run.replaceTexts(growths);
}

/** Runs jobs in order, so many at once. */
async function runJobs(jobs: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const left = jobs.values();
  const runNext = async (): Promise<void> => {
    for (const job of left) await job();
  };
  await Promise.all(Array.from({ length: width }, runNext));
}
