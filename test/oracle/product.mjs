/** Runs the product's command line as a user does, and takes its output. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';

/**
 * @typedef {object} Run
 * @property {number | null} status
 * @property {string} output standard output; bytes that are no UTF-8 are U+FFFD
 * @property {string} errors standard error
 */

/** Commands that have not ended. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends what still runs, when the comparison is broken off. */
export function endRuns() {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * @param {readonly string[]} command program and first arguments
 * @param {readonly string[]} args
 * @param {{ readonly env?: NodeJS.ProcessEnv, readonly input?: string }} [options] `input` is a file for standard input
 * @returns {Promise<Run>}
 */
export function run(command, args, { env = process.env, input } = {}) {
  const [program, ...first] = command;
  const child = spawn(program, [...first, ...args], {
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  if (input !== undefined && child.stdin) {
    // A command that refuses its arguments does not read its input.
    child.stdin.on('error', () => {});
    createReadStream(input).pipe(child.stdin);
  }
  /** @type {Buffer[]} */
  const output = [];
  /** @type {Buffer[]} */
  const errors = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      resolve({
        status,
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8'),
      }),
    );
  });
}

/** The lines of an output, without the end of the last one. @param {string} text */
export function linesOf(text) {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Reads CSV (RFC 4180). A cell is undefined where it is empty and not quoted: absent, unlike an empty text.
 * @param {string} text @returns {(string | undefined)[][]}
 */
export function parseCsv(text) {
  /** @type {(string | undefined)[][]} */
  const rows = [];
  /** @type {(string | undefined)[]} */
  let row = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      let value = '';
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end === -1) throw new Error('CSV ends within quotes');
        value += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        value += '"';
      }
      row.push(value);
    } else {
      const end = /[,\n]/g;
      end.lastIndex = at;
      const stop = end.exec(text)?.index ?? text.length;
      row.push(stop === at ? undefined : text.slice(at, stop));
      at = stop;
    }
    if (text[at] === ',') {
      at++;
      // A comma at the end of the text still begins a cell.
      if (at === text.length) row.push(undefined);
    } else {
      rows.push(row);
      row = [];
      at++;
    }
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
