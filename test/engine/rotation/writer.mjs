/**
 * A process that writes numbered records to a log and rotates it, and never waits for who reads it:
 * `node writer.mjs PATH SCHEDULE`. The schedule is a JSON array of steps:
 *   {"write": [bytes, ...]}   the next bytes of the stream of records, in pieces of these sizes
 *   {"rotate": "rename" | "copytruncate" | "delete", "keep": 3}
 *   {"pause": ms}
 * Pieces cut lines, characters and line ends anywhere. After the last step the rest of the record at hand is written.
 */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

const [path, scheduleText] = process.argv.slice(2);
const schedule = JSON.parse(scheduleText);

let next = 0;
let pending = Buffer.alloc(0);
/** @param {number} size */
function take(size) {
  while (pending.length < size) {
    const text = `2026-03-01 10:00:${String(next % 60).padStart(2, '0')},000 INFO wörker - record ${next} ${'é'.repeat(next % 23)}${next % 7 === 3 ? '\n  and more' : ''}${next % 5 === 0 ? '\r\n' : '\n'}`;
    pending = Buffer.concat([pending, Buffer.from(text)]);
    next++;
  }
  const bytes = pending.subarray(0, size);
  pending = pending.subarray(size);
  return bytes;
}

let fd = openSync(path, 'a');
for (const step of schedule) {
  if (step.write !== undefined) {
    for (const size of step.write) writeSync(fd, take(size));
  } else if (step.rotate !== undefined) {
    // Nobody rotates in the middle of a record that is being written, but for copytruncate, which does not know.
    if (step.rotate !== 'copytruncate') writeSync(fd, take(pending.length));
    rotate(step.rotate, step.keep ?? 3);
  } else {
    await new Promise((resolve) => setTimeout(resolve, step.pause));
  }
}
writeSync(fd, take(pending.length));
closeSync(fd);
appendFileSync(path, '');
console.log(next);

/** @param {string} kind @param {number} keep */
function rotate(kind, keep) {
  if (kind === 'delete') {
    closeSync(fd);
    unlinkSync(path);
    fd = openSync(path, 'a');
    return;
  }
  for (let n = keep; n >= 1; n--) {
    if (existsSync(`${path}.${n}`)) {
      if (n === keep) unlinkSync(`${path}.${n}`);
      else renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    }
  }
  if (kind === 'rename') {
    renameSync(path, `${path}.1`);
    closeSync(fd);
    fd = openSync(path, 'a');
  } else {
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
  }
}
