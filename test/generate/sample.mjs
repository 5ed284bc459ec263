/**
 * Makes test/fixtures/access.log, the log of the README: a day of a shop's traffic with an outage of forty minutes.
 * The same bytes each time:
 *
 *   node test/generate/sample.mjs
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateBuffer } from './generate.mjs';
import { Random } from './random.mjs';

const minuteMs = 60_000;
const dayMs = Date.UTC(2026, 2, 3);
const outageMs = dayMs + (14 * 60 + 20) * minuteMs;

const common = /** @type {const} */ ({ kind: 'access', paths: 400, clients: 300, disorder: 0 });
const day = linesOf({ ...common, lines: 3_300, seed: 11, startMs: dayMs, spanMs: 24 * 60 * minuteMs });
const outage = linesOf({ ...common, lines: 400, seed: 12, startMs: outageMs, spanMs: 40 * minuteMs });

const random = new Random(13);
const log = [...day, ...outage.map(failed)]
  .map((line, at) => ({ line, at, time: timeOf(line) }))
  .filter(({ time }) => time < dayMs + 24 * 60 * minuteMs)
  .sort((left, right) => left.time - right.time || left.at - right.at)
  .map(({ line }) => `${line}\n`)
  .join('');
writeFileSync(join(import.meta.dirname, '..', 'fixtures', 'access.log'), log, 'latin1');

/** Most requests of the outage end with an error of the gateway. @param {string} line */
function failed(line) {
  if (random.chance(0.3)) return line;
  const status = random.chance(0.7) ? 502 : random.chance(0.6) ? 504 : 500;
  return line.replace(/" \d{3} (?:\d+|-) "/, `" ${status} ${status === 500 ? 1042 : 157} "`);
}

/** @param {import('./generate.mjs').GenerateOptions} options */
function linesOf(options) {
  return generateBuffer(options).toString('latin1').trimEnd().split('\n');
}

/** Of `[03/Mar/2026:14:20:05 +0000]`. @param {string} line */
function timeOf(line) {
  const match = /\[(\d+)\/Mar\/2026:(\d+):(\d+):(\d+) /.exec(line);
  if (match === null) return 0;
  const [, date, hour, minute, second] = match.map(Number);
  return Date.UTC(2026, 2, date, hour, minute, second);
}
