/**
 * Runs commands and tells how long they took. Wall-clock seconds of the whole process, start-up included.
 */
import { spawn, spawnSync } from 'node:child_process';

/** @param {string} program @returns {boolean} whether it is on the PATH */
export const isInstalled = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/**
 * @typedef {object} Run
 * @property {number} seconds
 * @property {number} status
 * @property {string} output at most the first 64 KB of standard output
 * @property {number} bytes of standard output
 */

/**
 * Runs a command to its end, reading and dropping what it prints beyond the first 64 KB.
 * @param {readonly string[]} command @returns {Promise<Run>}
 */
export function run(command) {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const started = process.hrtime.bigint();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    let bytes = 0;
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      bytes += chunk.length;
      if (output.length < 65_536) output += chunk.toString('latin1');
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      resolve({ seconds, status: code ?? -1, output, bytes });
    });
  });
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs commands in turn, A B A B ..., so that a drift of the machine's speed meets all of them alike.
 * @param {readonly { readonly name: string, readonly command: readonly string[], readonly runs?: number }[]} commands
 * @param {number} rounds
 * @returns {Promise<Map<string, { readonly seconds: number, readonly output: string, readonly bytes: number }>>} medians
 */
export async function inTurn(commands, rounds) {
  /** @type {Map<string, Run[]>} */
  const all = new Map(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, runs } of commands) {
      if (runs !== undefined && round >= runs) continue;
      const result = await run(command);
      if (result.status !== 0) throw new Error(`${command.join(' ')} ended with status ${result.status}`);
      all.get(name)?.push(result);
    }
  }
  return new Map(
    [...all].map(([name, runs]) => [
      name,
      { seconds: median(runs.map(({ seconds }) => seconds)), output: runs[0].output, bytes: runs[0].bytes },
    ]),
  );
}
